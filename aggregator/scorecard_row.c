/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A judged row as cells. A figure that was not said is null, never 0; a nought is 0. */
#include <stdio.h>
#include <string.h>

#include "aggregator/figure.h"
#include "aggregator/scorecard.h"
#include "base/err.h"

static const struct column columns[] = {
	{ "id", COLUMN_TEXT },
	{ "row", COLUMN_TEXT },
	{ "name_zh", COLUMN_TEXT },
	{ "name_en", COLUMN_TEXT },
	{ "printed", COLUMN_TEXT },
	{ "section", COLUMN_TEXT },
	{ "nature", COLUMN_TEXT },
	{ "modality", COLUMN_TEXT },
	{ "owner", COLUMN_TEXT },
	{ "indicator", COLUMN_TEXT },
	{ "unit", COLUMN_TEXT },
	{ "unit_zh", COLUMN_TEXT },
	{ "area", COLUMN_TEXT },
	{ "baseline_year", COLUMN_INTEGER },
	{ "baseline", COLUMN_DECIMAL },
	{ "baseline_shown", COLUMN_TEXT },
	{ "target_year", COLUMN_INTEGER },
	{ "comparator", COLUMN_TEXT },
	{ "target", COLUMN_TEXT },
	{ "target_shown", COLUMN_TEXT },
	{ "at", COLUMN_TEXT },
	{ "period", COLUMN_TEXT },
	{ "value", COLUMN_DECIMAL },
	{ "shown", COLUMN_TEXT },
	{ "source", COLUMN_TEXT },
	{ "low", COLUMN_DECIMAL },
	{ "high", COLUMN_DECIMAL },
	{ "class", COLUMN_TEXT },
	{ "status", COLUMN_TEXT },
	{ "progress", COLUMN_DECIMAL },
	{ "headroom", COLUMN_DECIMAL },
	{ "gap", COLUMN_DECIMAL },
	{ "gap_units", COLUMN_INTEGER },
	{ "gap_unit_zh", COLUMN_TEXT },
	{ "gap_unit_en", COLUMN_TEXT },
	{ "pace", COLUMN_DECIMAL },
	{ "best_pace", COLUMN_DECIMAL },
	{ "path", COLUMN_DECIMAL },
	{ "direction", COLUMN_TEXT },
	{ "p", COLUMN_DECIMAL },
	{ "projection", COLUMN_DECIMAL },
	{ "projection_low", COLUMN_DECIMAL },
	{ "projection_high", COLUMN_DECIMAL },
	{ "complete", COLUMN_DECIMAL },
	{ "failed", COLUMN_TEXT },
	{ "missing", COLUMN_TEXT },
	{ "note_zh", COLUMN_TEXT },
	{ "note_en", COLUMN_TEXT },
};

int score_columns(struct asking *asking)
{
	return err_pass(asking_columns(asking, columns, array_len(columns)));
}

void score_row_skipped(struct asking *asking)
{
	for (size_t i = 0; i < array_len(columns); i++)
		cell_null(asking);
}

static void cell_figure(struct asking *asking, bool there, struct rational value)
{
	if (there)
		cell_scaled(asking, value);
	else
		cell_null(asking);
}

/* Estimates come out of floating point. */
static void cell_estimate(struct asking *asking, bool there, double value, int decimals)
{
	char digits[64];

	if (!there || !(value > -1e15 && value < 1e15)) {
		cell_null(asking);
		return;
	}
	snprintf(digits, sizeof(digits), "%.*f", decimals, value);
	cell_digits(asking, digits);
}

/* The printed unit if the row has one, else the indicator's. */
static void cells_target_unit(struct asking *asking, const struct target *target)
{
	const char *printed = target_cell(target, "unit");

	if (!printed[0] && target->indicator) {
		cells_unit(asking, target->indicator->unit);
		return;
	}
	cell_text_or_null(asking, printed);
	cell_text_or_null(asking, printed);
}

static void cells_printed(struct asking *asking, const struct target *target)
{
	static const char *const cells[] = { "id", "row", "name_zh", "name_en", "printed",
		"section", "nature", "modality", "owner" };

	for (size_t i = 0; i < array_len(cells); i++)
		cell_text_or_null(asking, target_cell(target, cells[i]));
	cell_text_or_null(asking, target->indicator ? target->indicator->code : "");
	cells_target_unit(asking, target);
}

/* Digits as many as were printed. */
static void decimals_print(struct rational value, uint8_t decimals, char ret[DECIMAL_TEXT_BYTES])
{
	decimal_ratio(value.top, value.bottom, decimals, ret);
}

static const char *bound_sign(enum comparator comparator)
{
	switch (comparator) {
	case COMPARATOR_AT_LEAST:
		return "≥";
	case COMPARATOR_MORE:
		return ">";
	case COMPARATOR_AT_MOST:
		return "≤";
	case COMPARATOR_LESS:
		return "<";
	case COMPARATOR_ABOUT:
	case COMPARATOR_NEAR:
		return "≈";
	default:
		return "";
	}
}

/* As many digits as the target has; without a number, as the indicator is printed with. */
static uint8_t digits_of(const struct score *score)
{
	const struct target *target = score->judging.target;

	if (score->judging.limit)
		return score->limit.decimals;
	if (!target->target.there)
		return target->indicator ? target->indicator->decimals : 0;
	if (target->target_high.there && target->target_high.scale > target->target.scale)
		return target->target_high.scale;
	/* as many as were compared */
	return target->tolerance.there && target->tolerance.scale > target->target.scale
		       ? target->tolerance.scale
		       : target->target.scale;
}

/* What is compared is rounded to the target's digits; what is shown has the indicator's if they are
 * more. No digit is shown that nobody printed. */
static uint8_t digits_shown(const struct score *score, const struct reading *value)
{
	const struct indicator *indicator = score->judging.target->indicator;
	uint8_t digits = indicator ? indicator->decimals : 0;

	if (value->source != READING_REPORTS && value->decimals < digits)
		digits = value->decimals;
	return digits > digits_of(score) ? digits : digits_of(score);
}

/* Exact, or as printed; then as people read it. */
static void cells_baseline(struct asking *asking, const struct score *score)
{
	const struct reading *baseline = &score->judging.baseline;
	const bool reported = baseline->source == READING_REPORTS;
	char digits[DECIMAL_TEXT_BYTES], shown[DECIMAL_TEXT_BYTES + 4];

	if (!baseline->there) {
		cell_null(asking);
		cell_null(asking);
		return;
	}
	decimals_print(baseline->value,
		reported ? digits_shown(score, baseline) : baseline->decimals, digits);
	snprintf(shown, sizeof(shown), "%s%s", bound_sign(baseline->comparator), digits);
	if (reported)
		cell_scaled(asking, baseline->value);
	else
		cell_digits(asking, digits);
	cell_text(asking, shown);
}

/* The printed target; of a norm, the norm that holds. */
static void cell_target(struct asking *asking, const struct score *score)
{
	char digits[DECIMAL_TEXT_BYTES];

	if (!score->judging.limit) {
		cell_text_or_null(asking, target_cell(score->judging.target, "target"));
		return;
	}
	decimals_print(score->limit.value, score->limit.decimals, digits);
	cell_text(asking, digits);
}

/* "≥3.0"; of a direction word, the word; of a norm, the norm. */
static void cell_target_shown(struct asking *asking, const struct score *score)
{
	const struct target *target = score->judging.target;
	const struct reading *limit = score->judging.limit;
	const char *sign =
		bound_sign(limit && limit->comparator ? limit->comparator : target->comparator);
	char digits[DECIMAL_TEXT_BYTES], shown[CATALOG_NAME_BYTES];

	if (limit) {
		decimals_print(limit->value, limit->decimals, digits);
		snprintf(shown, sizeof(shown), "%s%s", sign, digits);
	} else if (target->target.there) {
		snprintf(shown, sizeof(shown), "%s%s", sign, target_cell(target, "target"));
	} else {
		snprintf(shown, sizeof(shown), "%s", target_cell(target, "comparator"));
	}
	cell_text_or_null(asking, shown);
}

static void cells_target(struct asking *asking, const struct score *score)
{
	const struct target *target = score->judging.target;

	cell_area(asking, score->row_area);
	cell_count_or_null(asking, target->baseline_year != 0, (uint64_t)target->baseline_year);
	cells_baseline(asking, score);
	cell_count_or_null(asking, target->target_year != 0, (uint64_t)target->target_year);
	cell_text_or_null(asking, target_cell(target, "comparator"));
	cell_target(asking, score);
	cell_target_shown(asking, score);
	cell_period(asking, score->at);
}

static void cells_value(struct asking *asking, const struct score *score)
{
	const struct reading *value = score->judgement.value;
	char digits[DECIMAL_TEXT_BYTES], shown[DECIMAL_TEXT_BYTES + 4];

	if (!value) {
		for (int i = 0; i < 6; i++)
			cell_null(asking);
		return;
	}
	decimals_print(value->value, digits_shown(score, value), digits);
	snprintf(shown, sizeof(shown), "%s%s", bound_sign(value->comparator), digits);
	cell_period(asking, value->period);
	cell_scaled(asking, value->value);
	cell_text(asking, shown);
	cell_text(asking, score->origin[value - score->reading].source);
	cell_estimate(asking, value->has_interval, value->low, digits_of(score) + 2);
	cell_estimate(asking, value->has_interval, value->high, digits_of(score) + 2);
}

static void cells_standing(struct asking *asking, const struct judgement *judgement)
{
	char digits[DECIMAL_TEXT_BYTES];

	cell_text(asking, target_class_name(judgement->class));
	cell_text_or_null(asking, target_status_name(judgement->status));
	if (judgement->has_progress) {
		const struct rational percent =
			rational_multiply(judgement->progress, rational_of(100, 1));

		decimals_print(percent, 1, digits);
		cell_digits(asking, digits);
	} else {
		cell_null(asking);
	}
	cell_figure(asking, judgement->has_headroom, judgement->headroom);
	cell_figure(asking, judgement->has_gap, judgement->gap);
}

/* What the numerator counts: the names of its elements, each broken-down one once. */
static void gap_unit_print(
	const struct catalog *catalog, const struct linear *linear, bool chinese, char ret[256])
{
	const struct element *last = NULL;
	size_t len = 0;

	ret[0] = '\0';
	for (uint32_t i = 0; i < linear->count && len < 200; i++) {
		const struct element *element =
			linear->term[i].kind == TERM_ELEMENT
				? catalog_element(catalog, linear->term[i].element)
				: NULL;

		if (!element || (last && element->base != 0 && element->base == last->base))
			continue;
		last = element;
		len += (size_t)snprintf(ret + len, 256 - len, "%s%s", len ? " + " : "",
			chinese ? element->name.zh : element->name.en);
		if (len > 255)
			len = 255;
	}
}

static void cells_gap(struct asking *asking, const struct score *score)
{
	const struct judgement *judgement = &score->judgement;
	const int128 units = judgement->gap_units;
	const bool there = judgement->has_gap_units && units >= INT64_MIN && units <= INT64_MAX;
	char unit[256];

	if (!there) {
		for (int i = 0; i < 3; i++)
			cell_null(asking);
		return;
	}
	cell_integer(asking, (int64_t)units);
	for (int chinese = 1; chinese >= 0; chinese--) {
		gap_unit_print(asking->view->catalog, &score->judging.target->indicator->numerator,
			chinese, unit);
		cell_text_or_null(asking, unit);
	}
}

/* Six digits that say something, however small; what is below the last decimal is 0. */
static void cell_p(struct asking *asking, bool there, double p)
{
	enum { DIGITS = 6, DECIMALS_MAX = 40 };
	int decimals = DIGITS;

	for (double at = 0.1; decimals < DECIMALS_MAX && p > 0 && p < at; at /= 10)
		decimals++;
	cell_estimate(asking, there, p, decimals);
}

static void cells_course(struct asking *asking, const struct score *score)
{
	const struct judgement *judgement = &score->judgement;
	const int decimals = digits_of(score) + 2;
	const bool ahead = judgement->has_projection;

	cell_figure(asking, judgement->has_pace, judgement->pace);
	cell_figure(asking, judgement->has_best_pace, judgement->best_pace);
	cell_figure(asking, judgement->has_path, judgement->path);
	if (judgement->direction != DIRECTION_UNKNOWN)
		cell_text(asking, direction_name(judgement->direction));
	else
		cell_null(asking);
	cell_p(asking, judgement->has_p, judgement->p);
	cell_estimate(asking, ahead, judgement->projection, decimals);
	cell_estimate(asking, ahead, judgement->projection_low, decimals);
	cell_estimate(asking, ahead, judgement->projection_high, decimals);
}

static void cell_note(struct asking *asking, const struct score *score, bool chinese)
{
	AUTO(buffer_fini) struct buffer note = { 0 };
	int r = score_note(score, chinese, &note);

	if (r < 0 && asking->fault == 0)
		asking->fault = r;
	cell_text_or_null(asking, r < 0 ? "" : (const char *)note.data);
}

void score_row(struct asking *asking, const struct score *score)
{
	const struct judgement *judgement = &score->judgement;
	const struct reading *value = judgement->value;

	cells_printed(asking, score->judging.target);
	cells_target(asking, score);
	cells_value(asking, score);
	cells_standing(asking, judgement);
	cells_gap(asking, score);
	cells_course(asking, score);
	cell_estimate(asking, value && value->source == READING_REPORTS,
		value ? 100 * score->origin[value - score->reading].complete : 0, 1);
	if (judgement->failed != 0)
		cell_period(asking, judgement->failed);
	else
		cell_null(asking);
	cell_text_or_null(asking, judgement->missing);
	cell_note(asking, score, true);
	cell_note(asking, score, false);
}
