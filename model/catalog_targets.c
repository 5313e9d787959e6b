/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a row of a plan's table comes to, and the values that plans print: facts.csv and the
 * baselines of target rows. A cell that was refused already leaves its field as if it were empty.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/catalog_loader.h"
#include "model/decimal.h"

enum { SOURCE_TEXT_BYTES = 96 };

/* Signs of comparison as plans print them; longer ones first. */
static const struct {
	const char *sign;
	enum comparator comparator;
} signs[] = {
	{ ">=", COMPARATOR_AT_LEAST },
	{ "<=", COMPARATOR_AT_MOST },
	{ "≥", COMPARATOR_AT_LEAST },
	{ "≧", COMPARATOR_AT_LEAST },
	{ "≤", COMPARATOR_AT_MOST },
	{ "≦", COMPARATOR_AT_MOST },
	{ "＞", COMPARATOR_MORE },
	{ "＜", COMPARATOR_LESS },
	{ ">", COMPARATOR_MORE },
	{ "<", COMPARATOR_LESS },
};

bool printed_parse(const char *text, struct printed *ret_printed)
{
	struct printed printed = { .there = true };

	if (decimal_read(text, &printed.value, &printed.scale) < 0)
		return false;
	*ret_printed = printed;
	return true;
}

bool printed_range_parse(const char *text, struct printed *ret_low, struct printed *ret_high)
{
	const char *dots = strstr(text, "..");
	char low[40];

	*ret_high = (struct printed){ .there = false };
	if (!dots)
		return printed_parse(text, ret_low);
	if ((size_t)snprintf(low, sizeof(low), "%.*s", (int)(dots - text), text) >= sizeof(low))
		return false;
	return printed_parse(low, ret_low) && printed_parse(dots + 2, ret_high);
}

bool printed_bounded_parse(
	const char *text, struct printed *ret_printed, enum comparator *ret_comparator)
{
	static const char about[] = "左右";
	size_t len = strlen(text), tail = sizeof(about) - 1;
	char number[40];

	*ret_printed = (struct printed){ .there = false };
	*ret_comparator = COMPARATOR_NONE;
	if (len == 0 || strcmp(text, "-") == 0)
		return true;
	for (size_t i = 0; i < array_len(signs); i++) {
		size_t sign = strlen(signs[i].sign);

		if (strncmp(text, signs[i].sign, sign) == 0) {
			*ret_comparator = signs[i].comparator;
			return printed_parse(text + sign, ret_printed);
		}
	}
	if (len > tail && strcmp(text + len - tail, about) == 0) {
		*ret_comparator = COMPARATOR_ABOUT;
		if ((size_t)snprintf(number, sizeof(number), "%.*s", (int)(len - tail), text) >=
			sizeof(number))
			return false;
		return printed_parse(number, ret_printed);
	}
	return printed_parse(text, ret_printed);
}

/* Words of one column by the number that they stand for. */
static unsigned word_of(
	const struct row *row, const char *column, const char *const *words, size_t count)
{
	const char *cell = row_cell(row, column);

	for (unsigned i = 0; i < count; i++) {
		if (words[i] && strcmp(words[i], cell) == 0)
			return i;
	}
	return 0;
}

static const char *const comparator_words[] = { [COMPARATOR_NONE] = "none",
	[COMPARATOR_AT_LEAST] = ">=",
	[COMPARATOR_MORE] = ">",
	[COMPARATOR_AT_MOST] = "<=",
	[COMPARATOR_LESS] = "<",
	[COMPARATOR_ABOUT] = "about",
	[COMPARATOR_NEAR] = "near",
	[COMPARATOR_RANGE] = "range",
	[COMPARATOR_TREND] = "trend" };

static void words_read(const struct row *row, struct target *target)
{
	static const char *const kinds[] = { [TARGET_NUMERIC] = "numeric",
		[TARGET_COUNT] = "count",
		[TARGET_MILESTONE] = "milestone",
		[TARGET_TREND] = "trend",
		[TARGET_NORM] = "norm",
		[TARGET_RANK] = "rank",
		[TARGET_VERDICT] = "verdict" };
	static const char *const judges[] = { [JUDGED_BY_INDICATOR] = "indicator",
		[JUDGED_BY_PERSON] = "person",
		[JUDGED_BY_NOTHING] = "nothing" };
	static const char *const ranges[] = { [RANGE_FLOOR] = "floor", [RANGE_BAND] = "band" };
	static const char *const polarities[] = {
		[POLARITY_HIGHER] = "higher", [POLARITY_LOWER] = "lower"
	};
	static const char *const holds[] = { [TARGET_REACH] = "reach", [TARGET_HOLD] = "hold" };
	static const char *const recurrences[] = { [RECURS_END_YEAR] = "end_year",
		[RECURS_EVERY_YEAR] = "every_year",
		[RECURS_EVERY_PERIOD] = "every_period",
		[RECURS_ONCE] = "once" };

	target->kind = (enum target_kind)word_of(row, "kind", kinds, array_len(kinds));
	target->judged_by = (enum judged_by)word_of(row, "judged_by", judges, array_len(judges));
	target->comparator = (enum comparator)word_of(
		row, "judged_comparator", comparator_words, array_len(comparator_words));
	target->range = (enum range_kind)word_of(row, "range_kind", ranges, array_len(ranges));
	target->polarity =
		(enum polarity)word_of(row, "polarity", polarities, array_len(polarities));
	target->hold_or_reach =
		(enum hold_or_reach)word_of(row, "hold_or_reach", holds, array_len(holds));
	target->recurrence =
		(enum recurrence)word_of(row, "recurrence", recurrences, array_len(recurrences));
}

static void numbers_read(const struct row *row, struct target *target)
{
	uint32_t year;

	if (number_parse(row_cell(row, "baseline_year"), PERIOD_YEAR_MAX, &year))
		target->baseline_year = (int)year;
	if (number_parse(row_cell(row, "target_year"), PERIOD_YEAR_MAX, &year))
		target->target_year = (int)year;
	if (!printed_range_parse(row_cell(row, "target"), &target->target, &target->target_high))
		target->target = target->target_high = (struct printed){ .there = false };
	if (!printed_parse(row_cell(row, "tolerance"), &target->tolerance))
		target->tolerance = (struct printed){ .there = false };
	if (!printed_bounded_parse(
		    row_cell(row, "baseline"), &target->baseline, &target->baseline_comparator))
		target->baseline = (struct printed){ .there = false };
}

void target_read(const struct row *row, const struct catalog *catalog, const struct plan_info *plan,
	struct target *target)
{
	const char *modality = row_cell(row, "modality");
	uint32_t area;

	for (size_t i = 0; i < TARGET_COLUMNS; i++)
		target->cell[i] = sheet_cell(row->sheet, row->index, i);
	target->plan = plan;
	words_read(row, target);
	numbers_read(row, target);
	if (target->judged_by == JUDGED_BY_INDICATOR)
		target->indicator = catalog_indicator_by_code(catalog, row_cell(row, "indicator"));
	if (target->polarity == POLARITY_NONE && target->indicator)
		target->polarity = target->indicator->polarity;
	target->striven = strstr(modality, "力争") || strstr(modality, "争取");
	target->area_is_plans = !number_parse(row_cell(row, "scope_node"), AREA_CODE_MAX, &area);
	target->area = target->area_is_plans ? plan->area : area;
}

/* Published values */

static bool published_same(const struct published *a, const struct published *b)
{
	return a->area == b->area && a->indicator == b->indicator && a->period == b->period &&
	       a->value.value == b->value.value && a->value.scale == b->value.scale &&
	       a->comparator == b->comparator && strcmp(a->source, b->source) == 0;
}

/* What stands there already, or NULL. */
static const struct published *published_find(
	const struct catalog *catalog, const struct published *published)
{
	for (size_t i = 0; i < catalog->publications; i++) {
		if (published_same(&catalog->published[i], published))
			return &catalog->published[i];
	}
	return NULL;
}

static void fact_read(
	const struct row *row, const struct catalog *catalog, struct published *published)
{
	const char *comparator = row_cell(row, "comparator");
	char source[SOURCE_TEXT_BYTES + 1];

	published->area = row_number(row, "area", 1, AREA_CODE_MAX);
	if (!catalog_area(catalog, published->area))
		row_fault(row, "area '%.60s' is not in areas.csv", row_cell(row, "area"));
	published->indicator = catalog_indicator_by_code(catalog, row_cell(row, "indicator"));
	if (!published->indicator)
		row_fault(row, "indicator '%.60s' is not in indicators.csv",
			row_cell(row, "indicator"));
	if (period_parse(row_cell(row, "period"), &published->period) < 0)
		row_fault(row, "period: %s", err_text());
	if (!printed_parse(row_cell(row, "value"), &published->value))
		row_fault(row, "value '%.60s' is no number", row_cell(row, "value"));
	published->comparator = (enum comparator)word_of(
		row, "comparator", comparator_words, array_len(comparator_words));
	if (comparator[0] != '\0' && (published->comparator == COMPARATOR_NONE ||
					     published->comparator >= COMPARATOR_RANGE))
		row_fault(row,
			"comparator '%.60s' is none of: >=, >, <=, <, about, near, or nothing",
			comparator);
	row_text(row, "source", source, sizeof(source));
	published->source = row_cell(row, "source");
	published->basis = row_cell(row, "basis");
	published->note = row_cell(row, "note");
}

/* The baseline of a target, as a value of its area in that year; its source is the document's line.
 */
static void baseline_publish(struct catalog *catalog, const struct target *target)
{
	struct published published = { .area = target->area,
		.indicator = target->indicator,
		.period = period_of(PERIOD_YEAR, target->baseline_year, 0),
		.value = target->baseline,
		.comparator = target->baseline_comparator,
		.basis = "",
		.note = "" };
	char *source = catalog->baseline_source[target - catalog->target];

	if (!target->indicator || target->area_is_plans || !target->baseline.there ||
		published.period == 0)
		return;
	snprintf(source, sizeof(catalog->baseline_source[0]), "%s line %s", target->plan->code,
		target_cell(target, "line"));
	published.source = source;
	if (!published_find(catalog, &published))
		catalog->published[catalog->publications++] = published;
}

int published_read(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	size_t rows = loader_rows(loader, TABLE_FACTS);

	if (rows > FACTS_MAX) {
		fault_add(&loader->faults, "%s:1: it has %zu rows; at most %d are possible",
			sheet_name(loader->sheet[TABLE_FACTS]), rows, FACTS_MAX);
		rows = 0;
	}
	catalog->published = calloc(rows + catalog->targets + 1, sizeof(*catalog->published));
	catalog->baseline_source = calloc(catalog->targets + 1, sizeof(*catalog->baseline_source));
	if (!catalog->published || !catalog->baseline_source)
		return err_here(ERR_NOMEM, "cannot allocate the published values");
	for (size_t i = 0; i < rows; i++) {
		struct row row = { loader->sheet[TABLE_FACTS], &loader->faults, i };
		struct published published = { .area = 0 };

		fact_read(&row, catalog, &published);
		if (published_find(catalog, &published))
			row_fault(&row, "this value of the same source stands already above");
		catalog->published[catalog->publications++] = published;
	}
	for (size_t i = 0; i < catalog->targets; i++)
		baseline_publish(catalog, &catalog->target[i]);
	return 0;
}
