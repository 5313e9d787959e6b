/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From a row of a plan to what judge() asks: the values of the years that matter, the printed
 * baseline, what persons said of the basis of each, the norm, the plan's own breakdown by year, and
 * the person's verdict. Nothing is decided here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/scorecard.h"
#include "base/err.h"

/* A breakdown by year says the same thing of the same units. */
static bool same_but_year(const struct target *a, const struct target *b)
{
	return a->indicator == b->indicator && a->area == b->area &&
	       a->comparator == b->comparator && a->recurrence == b->recurrence &&
	       strcmp(target_cell(a, "scope_node"), target_cell(b, "scope_node")) == 0 &&
	       strcmp(target_cell(a, "unit_set"), target_cell(b, "unit_set")) == 0;
}

bool score_moves(const struct score *score, const struct target *target)
{
	return score->area != score->plan->area && target->area == score->plan->area;
}

/* The kind of period whose values decide; what recurs in every period does so in the indicator's
 * own. */
static enum period_kind kind_of(const struct target *target)
{
	const bool each = target->recurrence == RECURS_EVERY_PERIOD;

	switch (target->indicator->window) {
	case WINDOW_MCH_YEAR:
		return PERIOD_MCH_YEAR;
	case WINDOW_MONTH:
		return each ? PERIOD_MONTH : PERIOD_YEAR;
	case WINDOW_QUARTER:
		return each ? PERIOD_QUARTER : PERIOD_YEAR;
	case WINDOW_HALF:
		return each ? PERIOD_HALF : PERIOD_YEAR;
	default:
		return PERIOD_YEAR;
	}
}

/* Of a year, the period that the indicator is asked for: the year itself, or its last month. */
static uint32_t period_asked(const struct indicator *indicator, uint32_t period)
{
	if (period_kind_of(period) != PERIOD_YEAR)
		return period;
	switch (indicator->window) {
	case WINDOW_MONTH:
		return period_of(PERIOD_MONTH, period_year(period), 12);
	case WINDOW_QUARTER:
		return period_of(PERIOD_QUARTER, period_year(period), 4);
	case WINDOW_HALF:
		return period_of(PERIOD_HALF, period_year(period), 2);
	default:
		return period;
	}
}

static void basis_take(char ret[READING_BASIS_BYTES], const char *basis)
{
	snprintf(ret, READING_BASIS_BYTES, "%s", basis);
}

/* The plan's own record of the figure: its baselines are among what was published. */
static const struct published *published_of(
	const struct score *score, const struct target *target, uint32_t period, const char *source)
{
	size_t count;
	const struct published *all = catalog_published(score->asked.view->catalog, &count);

	for (size_t i = 0; i < count; i++) {
		if (all[i].area != score->row_area || all[i].indicator != target->indicator ||
			period_year(all[i].period) != period_year(period))
			continue;
		if (source ? strcmp(all[i].source, source) == 0
			   : published_named(&all[i], target->plan->code) &&
					all[i].value.value == target->baseline.value &&
					all[i].value.scale == target->baseline.scale)
			return &all[i];
	}
	return NULL;
}

/* A later statement speaks louder than what came with the value. */
static void basis_of_published(
	const struct score *score, const struct published *published, char ret[READING_BASIS_BYTES])
{
	const struct statement *statement =
		facts_statement_published(score->asked.view->facts, published);

	basis_take(ret, statement && statement->says_basis ? statement->basis : published->basis);
}

static void basis_of_value(const struct score *score, const struct target *target, uint32_t period,
	const struct value *value, char ret[READING_BASIS_BYTES])
{
	const struct facts *facts = score->asked.view->facts;
	const char *code = target->indicator->code;
	const char *source = value->source == VALUE_REPORTS ? SOURCE_REPORTS : value->source_text;
	const struct published *published =
		value->source == VALUE_PUBLISHED
			? published_of(score, target, period, value->source_text)
			: NULL;
	const struct statement *statement;
	const struct fact *fact;

	if (published) {
		basis_of_published(score, published, ret);
		return;
	}
	statement = facts_statement(facts, score->row_area, code, period, source);
	fact = value->source == VALUE_FACT ? facts_value(facts, score->row_area, code, period)
					   : NULL;
	if (statement && statement->says_basis)
		basis_take(ret, statement->basis);
	else if (fact && strcmp(fact->source, value->source_text) == 0)
		basis_take(ret, fact->basis);
}

static enum reading_source reading_source_of(enum value_source source)
{
	switch (source) {
	case VALUE_FACT:
		return READING_FACT;
	case VALUE_PUBLISHED:
		return READING_PLAN;
	default:
		return READING_REPORTS;
	}
}

/* A mean per day or month. */
static bool divides_by_time(const struct linear *denominator)
{
	for (uint32_t i = 0; i < denominator->count; i++) {
		const enum term_kind kind = denominator->term[i].kind;

		if (kind == TERM_DAYS || kind == TERM_MONTHS || kind == TERM_WORKDAYS)
			return true;
	}
	return false;
}

/* Only what is counted has units that people act on; an estimate, a grade or a mean over days has
 * none. */
static bool counts_things(const struct catalog *catalog, const struct indicator *indicator)
{
	const struct linear *linear = &indicator->numerator;

	if (indicator->method.uncertainty == UNCERTAINTY_SURVEY ||
		divides_by_time(&indicator->denominator))
		return false;
	for (uint32_t i = 0; i < linear->count; i++) {
		const struct term *term = &linear->term[i];
		const struct element *element =
			term->kind == TERM_ELEMENT ? catalog_element(catalog, term->element) : NULL;

		if (!element || (element->type != ELEMENT_COUNT && element->type != ELEMENT_MONEY))
			return false;
	}
	return linear->count > 0;
}

/* The denominator for which value = numerator * factor / denominator, whatever a factor is
 * multiplied by. */
static void sides_take(const struct catalog *catalog, const struct indicator *indicator,
	const struct value *value, struct reading *reading)
{
	const struct side_value *top = &value->side[SIDE_NUMERATOR];
	const struct side_value *bottom = &value->side[SIDE_DENOMINATOR];

	if (value->source != VALUE_REPORTS || !value->has_sides || !top->has_data ||
		!bottom->has_data || rational_overflowed(top->value) ||
		rational_overflowed(bottom->value) || indicator->factor == 0 ||
		!counts_things(catalog, indicator))
		return;
	reading->has_sides = true;
	reading->numerator = top->value;
	reading->denominator = bottom->value;
	reading->factor = indicator->factor;
	if (!rational_is_zero(value->value))
		reading->denominator = rational_divide(
			rational_multiply(top->value, rational_of(indicator->factor, 1)),
			value->value);
}

static struct reading reading_of(const struct score *score, const struct target *target,
	uint32_t period, const struct value *value)
{
	struct reading reading = { .period = period,
		.there = true,
		.value = value->value,
		.decimals = value->printed_decimals,
		.source = reading_source_of(value->source),
		.comparator = value->comparator,
		.over = period_last_day(period) < score->today,
		.provisional = value->provisional,
		.uncertainty = value->uncertainty,
		.events = value->events,
		.exposure = value->exposure,
		.error = value->error,
		.has_interval = value->has_interval,
		.low = value->low,
		.high = value->high,
		.forced = value->forced,
		.mixed = value->mixed };

	snprintf(reading.series, sizeof(reading.series), "%s", value->series);
	basis_of_value(score, target, period, value, reading.basis);
	sides_take(score->asked.view->catalog, target->indicator, value, &reading);
	return reading;
}

/* One period's value, kept if there is any. */
static int gather_period(struct score *score, const struct target *target, uint32_t period)
{
	struct judging *judging = &score->judging;
	struct value value;
	int r;

	if (judging->readings == SCORE_READINGS_MAX)
		return 0;
	r = value_of_period(&score->valuing, target->indicator,
		(struct scope){ .area = score->row_area }, period_asked(target->indicator, period),
		&value);
	if (r < 0)
		return err_pass(r);
	if (value.source == VALUE_NONE || rational_overflowed(value.value)) {
		/* the newest says what is lacking now */
		snprintf(score->missing, sizeof(score->missing), "%s", value.missing);
		if (period_year(period) == target->baseline_year)
			snprintf(score->missing_baseline, sizeof(score->missing_baseline), "%s",
				value.missing);
		return 0;
	}
	score->missing[0] = '\0';
	score->reading[judging->readings] = reading_of(score, target, period, &value);
	snprintf(score->origin[judging->readings].source, SOURCE_BYTES, "%s",
		value.source_text[0] ? value.source_text : value_source_name(value.source));
	score->origin[judging->readings].complete = value.complete_by_volume;
	judging->readings++;
	return 0;
}

static int end_year(const struct target *target)
{
	return target->target_year != 0 ? target->target_year : target->plan->last_year;
}

/* From three years before the plan, or from the baseline, so that a pace can be seen. */
static int gather_readings(struct score *score, const struct target *target)
{
	const enum period_kind kind = kind_of(target);
	const bool yearly = kind == PERIOD_YEAR || kind == PERIOD_MCH_YEAR;
	const int at = period_year(score->at), end = end_year(target);
	const int to = end < at ? end : at;
	int from = yearly ? target->plan->first_year - 3 : target->plan->first_year, r = 0;
	uint32_t period;

	if (target->baseline_year != 0 && target->baseline_year < from)
		from = target->baseline_year;
	if (from < to - SCORE_YEARS_BACK)
		from = to - SCORE_YEARS_BACK;
	/* of what recurs, or was reached once, every year of the plan must be seen */
	if ((target_recurs(target) || target->recurrence == RECURS_ONCE) &&
		from > target->plan->first_year)
		from = target->plan->first_year;
	if (target->baseline_year >= PERIOD_YEAR_MIN + 1 && target->baseline_year < from)
		r = gather_period(score, target, period_of(kind, target->baseline_year, 0));
	period = period_of(kind, from, yearly ? 0 : 1);
	for (; r == 0 && period != 0 && period_year(period) <= to; period = period_add(period, 1)) {
		if (period_last_day(period) > period_last_day(score->at))
			break;
		r = gather_period(score, target, period);
	}
	return err_pass(r);
}

static void gather_baseline(struct score *score, const struct target *target)
{
	struct reading *baseline = &score->judging.baseline;
	const struct published *published;
	const enum period_kind kind =
		kind_of(target) == PERIOD_MCH_YEAR ? PERIOD_MCH_YEAR : PERIOD_YEAR;
	const uint32_t period = period_of(kind, target->baseline_year, 0);

	if (period == 0)
		return;
	/* what the plan prints is about its own area */
	if (target->baseline.there && !score_moves(score, target)) {
		*baseline = (struct reading){ .period = period,
			.there = true,
			.over = true,
			.decimals = target->baseline.scale,
			.comparator = target->baseline_comparator,
			.source = READING_PLAN };
		baseline->value = figure_of_printed(&target->baseline);
		published = published_of(score, target, period, NULL);
		if (published)
			basis_of_published(score, published, baseline->basis);
		return;
	}
	for (size_t i = 0; i < score->judging.readings; i++) {
		if (period_year(score->reading[i].period) == target->baseline_year)
			*baseline = score->reading[i];
	}
}

static void gather_limit(struct score *score, const struct target *target)
{
	const int at = period_year(score->at), end = end_year(target);
	const struct fact *norm;

	if (target->kind != TARGET_NORM || target->target.there)
		return;
	norm = facts_norm(score->asked.view->facts, score->asked.view->catalog, score->row_area,
		target->indicator->code, period_of(PERIOD_YEAR, end < at ? end : at, 0));
	if (!norm || !norm->value.there)
		return;
	score->limit = (struct reading){ .there = true,
		.period = norm->period,
		.decimals = norm->value.scale,
		.comparator = norm->comparator,
		.source = READING_FACT };
	score->limit.value = figure_of_printed(&norm->value);
	score->judging.limit = &score->limit;
}

static void waypoint_add(struct score *score, const struct target *target)
{
	struct waypoint *list = score->waypoint;
	size_t count = score->judging.waypoints, at = 0;

	if (count == SCORE_WAYPOINTS_MAX)
		return;
	while (at < count && list[at].year < target->target_year)
		at++;
	if (at < count && list[at].year == target->target_year)
		return; /* printed twice: the first stands */
	memmove(&list[at + 1], &list[at], (count - at) * sizeof(*list));
	list[at].year = target->target_year;
	list[at].value = figure_of_printed(&target->target);
	score->judging.waypoints++;
}

/* Rows of the same thing for years between. */
static void gather_waypoints(struct score *score, const struct target *target)
{
	size_t count;
	const struct target *all =
		catalog_targets_of(score->asked.view->catalog, target->plan, &count);

	if (!target->target.there || !target->baseline.there ||
		target->comparator == COMPARATOR_RANGE)
		return;
	for (size_t i = 0; i < count; i++) {
		if (all[i].indicator == target->indicator && all[i].target.there &&
			all[i].target_year > target->baseline_year &&
			all[i].target_year < target->target_year && same_but_year(&all[i], target))
			waypoint_add(score, &all[i]);
	}
}

/* The catalogue's, from the first year that is looked at. */
static void gather_breaks(struct score *score, const struct target *target)
{
	struct judging *judging = &score->judging;
	const struct series_break *begins = NULL;
	int year = judging->readings > 0 ? period_year(score->reading[0].period) : PERIOD_YEAR_MAX;

	if (judging->baseline.there && period_year(judging->baseline.period) < year)
		year = period_year(judging->baseline.period);
	while (judging->breaks_count < SCORE_BREAKS_MAX &&
		(begins = catalog_break_next(score->asked.view->catalog, target->indicator,
			 score->row_area, year, period_year(score->at)))) {
		year = begins->year;
		score->breaks[judging->breaks_count++] = year;
	}
}

static int gather(struct score *score, const struct target *target)
{
	int r;

	score->valuing = score->asked;
	score->valuing.since = target->baseline_year;
	score->valuing.first_year = target->plan->first_year;
	if ((r = gather_readings(score, target)) < 0)
		return err_pass(r);
	gather_baseline(score, target);
	gather_breaks(score, target);
	gather_limit(score, target);
	gather_waypoints(score, target);
	return 0;
}

int score_new(const struct valuing *asked, const struct plan_info *plan, uint32_t area, uint32_t at,
	struct score **ret_score)
{
	struct score *score = calloc(1, sizeof(*score));

	if (!score)
		return err_here(ERR_NOMEM, "cannot allocate a scorecard");
	score->asked = *asked;
	score->plan = plan;
	score->area = area ? area : plan->area;
	score->at = at;
	score->project = projection_none;
	score->today = asked->view->today;
	*ret_score = score;
	return 0;
}

void score_free(struct score *score)
{
	free(score);
}

/* What the judged value would be with the adjustments that hold; nothing is judged by it. */
static int score_adjust(struct score *score, const struct target *target)
{
	const struct reading *value = score->judgement.value;
	const struct view *view = score->valuing.view;
	struct view with;
	struct value adjusted;
	int r;

	score->touched = false;
	if (!score->adjusting || score->adjusting->lines == 0 || !value ||
		value->source != READING_REPORTS)
		return 0;
	with = *view;
	with.adjusting = score->adjusting;
	score->valuing.view = &with;
	r = value_of_period(&score->valuing, target->indicator,
		(struct scope){ .area = score->row_area },
		period_asked(target->indicator, value->period), &adjusted);
	score->valuing.view = view;
	if (r < 0)
		return err_pass(r);
	score->touched =
		adjusted.source != VALUE_NONE && rational_order(adjusted.value, value->value) != 0;
	score->adjusted = adjusted.value;
	return 0;
}

int score_target(struct score *score, const struct target *target)
{
	struct judging *judging = &score->judging;
	const bool moved = score_moves(score, target);
	int r = 0;

	score->row_area = moved ? score->area : target->area;
	score->missing[0] = '\0';
	score->missing_baseline[0] = '\0';
	*judging = (struct judging){ .target = target,
		.reading = score->reading,
		.as_of = score->at,
		.today = score->today,
		.breaks = score->breaks,
		.waypoint = score->waypoint,
		.missing = score->missing,
		.missing_baseline = score->missing_baseline,
		.project = score->project,
		.project_context = score->project_context };
	/* a person judged the plan's own area */
	if (!moved)
		judging->verdict = facts_verdict(
			score->asked.view->facts, target_cell(target, "id"), score->at);
	if (target->judged_by == JUDGED_BY_INDICATOR && target->indicator)
		r = gather(score, target);
	if (r < 0)
		return err_pass(r);
	judge(judging, &score->judgement);
	return err_pass(score_adjust(score, target));
}
