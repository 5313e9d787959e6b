/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The words of tests/model/judgements.csv.
 *
 *   target        3.0 (bare) | >=3.0 >3.0 <=3.0 <3.0 | about26+1 near26+1 (tolerance) |
 *                 floor25..28 band25..28.5 | trend | norm norm>= norm<= | none
 *   options       words: higher lower | hold reach | every_year every_period once | striven |
 *                 person nothing | milestone
 *   baseline      2015=2.5 and marks as of a reading; its series is s unless marked; 2015: the
 *                 year alone is printed
 *   due, plan     2020; 2016-2020
 *   at            the last period that is over: 2020, 2020M, 2020-12
 *   limit         a norm: 95.0 or >=95.0
 *   verdict       met@2020
 *   breaks, path  2018 2020; 2018=2.8 (the plan's breakdown)
 *   readings      2016=2.6 2017=8/3,P …: marks P provisional, U unfinished, F a fact, ~ about,
 *                 > < at least, at most, mixed, forced, S:series (s unless marked; S:- none),
 *                 B:basis, e:events/exposure, w:successes/trials, s:error, i:low:high,
 *                 sides:numerator/denominator*factor */
#include "judge_case.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const case_outcomes[CASE_OUTCOMES] = { "class", "status", "value", "rounded",
	"progress", "headroom", "gap", "units", "path", "pace", "best_pace", "direction", "p",
	"projection", "failed", "notes" };

static const char *const note_names[] = { [NOTE_ONLY_BY_ROUNDING] = "by_rounding",
	[NOTE_WORSE_BEYOND_CHANCE] = "worse",
	[NOTE_BETTER_BEYOND_CHANCE] = "better",
	[NOTE_WITHIN_CHANCE] = "within_chance",
	[NOTE_NOT_COMPARABLE] = "not_comparable",
	[NOTE_VALUE_BOUNDED] = "bounded",
	[NOTE_TOO_SHORT] = "too_short",
	[NOTE_FORCED] = "forced",
	[NOTE_PROVISIONAL] = "provisional",
	[NOTE_FROM_FACT] = "fact",
	[NOTE_BASELINE_MEETS] = "baseline_meets",
	[NOTE_PERSON] = "person",
	[NOTE_LATER_YEAR] = "later_year",
	[NOTE_EARLIER_VALUE] = "earlier_value",
	[NOTE_ZERO] = "zero",
	[NOTE_PERIODS_FAILED] = "periods_failed",
	[NOTE_BREAK] = "break",
	[NOTE_MISSED_BY_ROUNDING] = "missed_by_rounding",
	[NOTE_WORSE_WITHIN_CHANCE] = "worse_within",
	[NOTE_BETTER_WITHIN_CHANCE] = "better_within",
	[NOTE_LOWER_AS_PRINTED] = "lower",
	[NOTE_HIGHER_AS_PRINTED] = "higher",
	[NOTE_NO_BASELINE] = "no_baseline",
	[NOTE_BASELINE_TOO_LATE] = "baseline_too_late",
	[NOTE_BASELINE_BOUNDED] = "baseline_bounded",
	[NOTE_PERIODS_UNKNOWN] = "periods_unknown",
	[NOTE_LATE_REPORTS] = "late_reports",
	[NOTE_WORSE_UNTESTED] = "worse_untested",
	[NOTE_TREND_AGAINST] = "trend_against",
	[NOTE_STEP_BACK] = "step_back",
	[NOTE_MIXED_SERIES] = "mixed" };

static const char *cell(const struct sheet *sheet, size_t row, const char *name)
{
	const int column = sheet_column(sheet, name);

	cr_assert(column >= 0, "no column '%s'", name);
	return sheet_cell(sheet, row, (size_t)column);
}

/* The rest of text if it begins so; NULL. */
static const char *after(const char *text, const char *prefix)
{
	const size_t len = strlen(prefix);

	return strncmp(text, prefix, len) == 0 ? text + len : NULL;
}

/* Digits with an optional point; how many characters it took is returned. */
static size_t read_printed(const char *text, struct printed *ret_printed)
{
	const size_t len = strspn(text, "-0123456789.");
	char digits[32], *point;

	cr_assert(len > 0 && len < sizeof(digits), "no number in '%s'", text);
	memcpy(digits, text, len);
	digits[len] = '\0';
	if (strstr(digits, ".."))
		*strstr(digits, "..") = '\0';
	point = strchr(digits, '.');
	ret_printed->there = true;
	ret_printed->scale = point ? (uint8_t)strlen(point + 1) : 0;
	cr_assert_eq(decimal_parse(digits, ret_printed->scale, &ret_printed->value), 0, "%s", text);
	return strlen(digits);
}

static struct rational printed_value(const struct printed *printed)
{
	int128 power = 1;

	for (uint8_t i = 0; i < printed->scale; i++)
		power *= 10;
	return rational_of(printed->value, power);
}

static void read_mark(const char *mark, struct reading *reading)
{
	double exposure;
	long long top, bottom, factor;
	unsigned long long events;
	const char *rest;

	if (strcmp(mark, "P") == 0)
		reading->provisional = true;
	else if (strcmp(mark, "U") == 0)
		reading->over = false;
	else if (strcmp(mark, "F") == 0)
		reading->source = READING_FACT;
	else if (strcmp(mark, "~") == 0)
		reading->comparator = COMPARATOR_ABOUT;
	else if (strcmp(mark, ">") == 0)
		reading->comparator = COMPARATOR_AT_LEAST;
	else if (strcmp(mark, "<") == 0)
		reading->comparator = COMPARATOR_AT_MOST;
	else if (strcmp(mark, "mixed") == 0)
		reading->mixed = true;
	else if (strcmp(mark, "forced") == 0)
		reading->forced = true;
	else if ((rest = after(mark, "S:")))
		snprintf(reading->series, sizeof(reading->series), "%s",
			strcmp(rest, "-") == 0 ? "" : rest);
	else if ((rest = after(mark, "B:")))
		snprintf(reading->basis, sizeof(reading->basis), "%s", rest);
	else if (sscanf(mark, "e:%llu/%lf", &events, &exposure) == 2) {
		reading->uncertainty = UNCERTAINTY_POISSON;
		reading->events = events;
		reading->exposure = exposure;
	} else if (sscanf(mark, "w:%llu/%lf", &events, &exposure) == 2) {
		reading->uncertainty = UNCERTAINTY_WILSON;
		reading->events = events;
		reading->exposure = exposure;
	} else if (sscanf(mark, "s:%lf", &reading->error) == 1) {
		reading->uncertainty = UNCERTAINTY_SURVEY;
	} else if (sscanf(mark, "i:%lf:%lf", &reading->low, &reading->high) == 2) {
		reading->uncertainty = UNCERTAINTY_SURVEY;
		reading->has_interval = true;
	} else if (sscanf(mark, "sides:%lld/%lld*%lld", &top, &bottom, &factor) == 3) {
		reading->has_sides = true;
		reading->numerator = rational_of(top, 1);
		reading->denominator = rational_of(bottom, 1);
		reading->factor = factor;
	} else {
		cr_assert_fail("unknown mark '%s'", mark);
	}
}

static void read_reading(const char *text, enum reading_source source, struct reading *reading)
{
	char copy[256], *save = NULL, *value, *mark;
	struct printed printed;
	size_t len;

	snprintf(copy, sizeof(copy), "%s", text);
	value = strchr(copy, '=');
	cr_assert(value, "'%s'", text);
	*value++ = '\0';
	*reading = (struct reading){ .there = true, .over = true, .source = source, .series = "s" };
	cr_assert_eq(period_parse(copy, &reading->period), 0, "%s", text);
	value = strtok_r(value, ",", &save);
	len = read_printed(value, &printed);
	reading->value = printed_value(&printed);
	reading->decimals = printed.scale;
	if (value[len] == '/')
		reading->value = rational_divide(
			reading->value, rational_of(strtoll(value + len + 1, NULL, 10), 1));
	while ((mark = strtok_r(NULL, ",", &save)))
		read_mark(mark, reading);
}

static const struct {
	const char *sign;
	enum comparator comparator;
	enum range_kind range;
} signs[] = { { ">=", COMPARATOR_AT_LEAST, RANGE_NONE }, { "<=", COMPARATOR_AT_MOST, RANGE_NONE },
	{ ">", COMPARATOR_MORE, RANGE_NONE }, { "<", COMPARATOR_LESS, RANGE_NONE },
	{ "about", COMPARATOR_ABOUT, RANGE_NONE }, { "near", COMPARATOR_NEAR, RANGE_NONE },
	{ "floor", COMPARATOR_RANGE, RANGE_FLOOR }, { "band", COMPARATOR_RANGE, RANGE_BAND },
	{ "trend", COMPARATOR_TREND, RANGE_NONE } };

static const char *read_sign(const char *text, enum comparator *ret, enum range_kind *ret_range)
{
	for (size_t i = 0; i < array_len(signs); i++) {
		const char *rest = after(text, signs[i].sign);

		if (!rest)
			continue;
		*ret = signs[i].comparator;
		*ret_range = signs[i].range;
		return rest;
	}
	return text;
}

static void read_target(const char *text, struct target *target)
{
	const char *rest = after(text, "norm");

	target->kind = rest ? TARGET_NORM : TARGET_NUMERIC;
	text = read_sign(rest ? rest : text, &target->comparator, &target->range);
	if (target->comparator == COMPARATOR_TREND)
		target->kind = TARGET_TREND;
	if (*text == '\0' || strcmp(text, "none") == 0)
		return;
	text += read_printed(text, &target->target);
	if ((rest = after(text, "..")))
		text = rest + read_printed(rest, &target->target_high);
	else if ((rest = after(text, "+")))
		text = rest + read_printed(rest, &target->tolerance);
	cr_assert_str_empty(text, "after the target: '%s'", text);
}

static void read_option(const char *word, struct target *target)
{
	if (strcmp(word, "higher") == 0)
		target->polarity = POLARITY_HIGHER;
	else if (strcmp(word, "lower") == 0)
		target->polarity = POLARITY_LOWER;
	else if (strcmp(word, "hold") == 0)
		target->hold_or_reach = TARGET_HOLD;
	else if (strcmp(word, "reach") == 0)
		target->hold_or_reach = TARGET_REACH;
	else if (strcmp(word, "every_year") == 0)
		target->recurrence = RECURS_EVERY_YEAR;
	else if (strcmp(word, "every_period") == 0)
		target->recurrence = RECURS_EVERY_PERIOD;
	else if (strcmp(word, "once") == 0)
		target->recurrence = RECURS_ONCE;
	else if (strcmp(word, "striven") == 0)
		target->striven = true;
	else if (strcmp(word, "person") == 0)
		target->judged_by = JUDGED_BY_PERSON;
	else if (strcmp(word, "nothing") == 0)
		target->judged_by = JUDGED_BY_NOTHING;
	else if (strcmp(word, "milestone") == 0)
		target->kind = TARGET_MILESTONE;
	else
		cr_assert_fail("unknown option '%s'", word);
}

static void read_lists(const struct sheet *sheet, size_t row, struct judge_case *one)
{
	char copy[1024], *save = NULL;
	struct reading knot;

	snprintf(copy, sizeof(copy), "%s", cell(sheet, row, "options"));
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		read_option(w, &one->target);
	snprintf(copy, sizeof(copy), "%s", cell(sheet, row, "readings"));
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		read_reading(w, READING_REPORTS, &one->reading[one->judging.readings++]);
	snprintf(copy, sizeof(copy), "%s", cell(sheet, row, "breaks"));
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		one->breaks[one->judging.breaks_count++] = (int)strtol(w, NULL, 10);
	snprintf(copy, sizeof(copy), "%s", cell(sheet, row, "path_through"));
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		read_reading(w, READING_PLAN, &knot);
		one->waypoint[one->judging.waypoints++] =
			(struct waypoint){ period_year(knot.period), knot.value };
	}
}

static void read_baseline(const char *text, struct judge_case *one)
{
	if (*text == '\0')
		return;
	if (!strchr(text, '=')) {
		one->target.baseline_year = (int)strtol(text, NULL, 10);
		return;
	}
	read_reading(text, READING_PLAN, &one->judging.baseline);
	one->target.baseline_year = period_year(one->judging.baseline.period);
	one->target.baseline.there = true;
}

static void read_limit(const char *text, struct judge_case *one)
{
	enum range_kind range;
	struct printed printed;

	if (*text == '\0')
		return;
	text = read_sign(text, &one->limit.comparator, &range);
	(void)read_printed(text, &printed);
	one->limit.there = true;
	one->limit.value = printed_value(&printed);
	one->limit.decimals = printed.scale;
	one->judging.limit = &one->limit;
}

static void read_verdict(const char *text, struct judge_case *one)
{
	char word[32], period[16];

	if (*text == '\0')
		return;
	cr_assert_eq(sscanf(text, "%31[a-z_]@%15s", word, period), 2, "%s", text);
	cr_assert_eq(period_parse(period, &one->verdict.period), 0);
	one->verdict.outcome = strcmp(word, "met") == 0           ? VERDICT_MET
			       : strcmp(word, "not_met") == 0     ? VERDICT_NOT_MET
			       : strcmp(word, "under_way") == 0   ? VERDICT_UNDER_WAY
			       : strcmp(word, "not_started") == 0 ? VERDICT_NOT_STARTED
								  : VERDICT_WITHDRAWN;
	one->judging.verdict = &one->verdict;
}

void case_read(const struct sheet *sheet, size_t row, struct judge_case *one)
{
	*one = (struct judge_case){ .target = { .judged_by = JUDGED_BY_INDICATOR,
					    .recurrence = RECURS_END_YEAR,
					    .area = 320700 } };
	one->judging.missing = cell(sheet, row, "lacking");
	read_target(cell(sheet, row, "target"), &one->target);
	read_lists(sheet, row, one);
	read_baseline(cell(sheet, row, "baseline"), one);
	read_limit(cell(sheet, row, "limit"), one);
	read_verdict(cell(sheet, row, "verdict"), one);
	one->target.target_year = (int)strtol(cell(sheet, row, "due"), NULL, 10);
	if (sscanf(cell(sheet, row, "plan"), "%d-%d", &one->plan.first_year,
		    &one->plan.last_year) == 2)
		one->target.plan = &one->plan;
	cr_assert_eq(period_parse(cell(sheet, row, "at"), &one->judging.as_of), 0);
	one->judging.target = &one->target;
	one->judging.reading = one->reading;
	one->judging.breaks = one->breaks;
	one->judging.waypoint = one->waypoint;
}

static void render_figure(bool there, struct rational figure, char ret[CASE_CELL_BYTES])
{
	char digits[DECIMAL_TEXT_BYTES] = "";
	int128 scaled;

	if (there && rational_scaled(figure, &scaled))
		scaled_print(scaled, digits);
	snprintf(ret, CASE_CELL_BYTES, "%s", digits);
}

static void render_notes(const struct judgement *judgement, char ret[CASE_CELL_BYTES])
{
	size_t len = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < judgement->notes; i++)
		len += (size_t)snprintf(ret + len, CASE_CELL_BYTES - len, "%s%s", i ? " " : "",
			note_names[judgement->note[i]]);
	if (judgement->class == CLASS_NEEDS_INPUT)
		snprintf(ret + len, CASE_CELL_BYTES - len, "%s", judgement->missing);
}

void case_render(const struct judgement *judgement, char ret[CASE_OUTCOMES][CASE_CELL_BYTES])
{
	const struct judgement *j = judgement;

	memset(ret, 0, CASE_OUTCOMES * CASE_CELL_BYTES);
	snprintf(ret[0], CASE_CELL_BYTES, "%s", target_class_name(j->class));
	snprintf(ret[1], CASE_CELL_BYTES, "%s", target_status_name(j->status));
	if (j->value)
		period_print(j->value->period, ret[2]);
	render_figure(j->has_rounded, j->rounded, ret[3]);
	render_figure(j->has_progress, j->progress, ret[4]);
	if (j->hold)
		snprintf(ret[4], CASE_CELL_BYTES, "hold");
	render_figure(j->has_headroom, j->headroom, ret[5]);
	render_figure(j->has_gap, j->gap, ret[6]);
	if (j->has_gap_units)
		snprintf(ret[7], CASE_CELL_BYTES, "%lld", (long long)j->gap_units);
	render_figure(j->has_path, j->path, ret[8]);
	render_figure(j->has_pace, j->pace, ret[9]);
	render_figure(j->has_best_pace, j->best_pace, ret[10]);
	snprintf(ret[11], CASE_CELL_BYTES, "%s", direction_name(j->direction));
	if (j->has_p)
		snprintf(ret[12], CASE_CELL_BYTES, "%.5f", j->p);
	if (j->has_projection)
		snprintf(ret[13], CASE_CELL_BYTES, "%.4f %.4f..%.4f", j->projection,
			j->projection_low, j->projection_high);
	if (j->failed != 0)
		period_print(j->failed, ret[14]);
	render_notes(j, ret[15]);
}
