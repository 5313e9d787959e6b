/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Answers that list what there is: status, areas, facilities, indicators, cells. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/verb.h"
#include "base/err.h"

/* Text that grows and is cut where it no longer fits. */
struct words {
	char text[1000];
};

static void words_add(struct words *words, const char *text, ...)
	__attribute__((format(printf, 2, 3)));
static void words_add(struct words *words, const char *text, ...)
{
	size_t used = strlen(words->text);
	va_list args;

	va_start(args, text);
	vsnprintf(words->text + used, sizeof(words->text) - used, text, args);
	va_end(args);
}

int verb_status(struct asking *asking)
{
	static const struct column columns[] = {
		{ "epoch", COLUMN_TEXT },
		{ "sequence", COLUMN_INTEGER },
		{ "journal_sequence", COLUMN_INTEGER },
		{ "lag_entries", COLUMN_INTEGER },
		{ "catalogue", COLUMN_INTEGER },
		{ "facilities", COLUMN_INTEGER },
		{ "keys", COLUMN_INTEGER },
		{ "reports", COLUMN_INTEGER },
		{ "state", COLUMN_TEXT },
		{ "fault", COLUMN_TEXT },
	};
	const struct journal_head *position = follow_position(asking->follow);
	uint64_t head = follow_journal_sequence(asking->follow), reports;
	int r = asking_columns(asking, columns, array_len(columns));

	if (r != 0 || (r = reports_count(asking->view, &reports)) < 0)
		return err_pass(r);
	cell_hex(asking, bytes_of(position->epoch, sizeof(position->epoch)));
	cell_integer(asking, (int64_t)position->sequence);
	cell_integer(asking, (int64_t)head);
	cell_integer(asking, head > position->sequence ? (int64_t)(head - position->sequence) : 0);
	cell_integer(asking, fold_catalogue_number(follow_fold(asking->follow)));
	cell_integer(asking, registry_facilities(asking->view->registry));
	cell_integer(asking, registry_keys(asking->view->registry));
	cell_integer(asking, (int64_t)reports);
	cell_text(asking, follow_state_name(follow_state_of(asking->follow)));
	cell_text(asking, follow_fault(asking->follow));
	return 0;
}

/* Where the facility stands today, as far as the registry knows: its newest segment. */
static const struct segment *facility_newest(const struct facility *facility)
{
	return &facility->segment[facility->segments - 1];
}

static int area_compare(const void *code, const void *area)
{
	uint32_t a = *(const uint32_t *)code, b = ((const struct area *)area)->code;

	return (a > b) - (a < b);
}

/* Facilities that are not closed, in each area and every area above it. */
static void facilities_count(const struct view *view, uint32_t *counts)
{
	size_t areas;
	const struct area *area = catalog_areas(view->catalog, &areas);

	for (uint32_t n = 1; n <= registry_facilities(view->registry); n++) {
		const struct facility *facility = registry_facility(view->registry, n);
		uint32_t path[AREA_DEPTH_MAX];
		size_t depth = 0;

		if (facility && facility_closed_day(facility) == DAY_NEVER)
			depth = catalog_area_path(
				view->catalog, facility_newest(facility)->area, path);
		for (size_t i = 0; i < depth; i++) {
			const struct area *found =
				bsearch(&path[i], area, areas, sizeof(*area), area_compare);

			if (found)
				counts[found - area]++;
		}
	}
}

static void free_counts(uint32_t *counts)
{
	free(counts);
}
AUTO_DEFINE(free_counts, uint32_t *);

int verb_area_list(struct asking *asking)
{
	static const struct column columns[] = {
		{ "code", COLUMN_TEXT },
		{ "name_zh", COLUMN_TEXT },
		{ "name_en", COLUMN_TEXT },
		{ "kind", COLUMN_TEXT },
		{ "parent", COLUMN_TEXT },
		{ "facilities", COLUMN_INTEGER },
	};
	AUTO(free_counts) uint32_t *counts = NULL;
	uint32_t under;
	size_t areas;
	const struct area *area = catalog_areas(asking->view->catalog, &areas);
	int r = argument_area(asking, "under", false, &under);

	if (r != 0 || (r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	counts = calloc(areas + 1, sizeof(*counts));
	if (!counts)
		return err_here(ERR_NOMEM, "cannot allocate the counts of facilities");
	facilities_count(asking->view, counts);
	for (size_t i = 0; i < areas && asking_goes_on(asking); i++) {
		if (under && !catalog_area_within(asking->view->catalog, area[i].code, under))
			continue;
		cell_area(asking, area[i].code);
		cell_text(asking, area[i].name.zh);
		cell_text(asking, area[i].name.en);
		cell_text(asking, area[i].kind);
		if (area[i].parent)
			cell_area(asking, area[i].parent);
		else
			cell_null(asking);
		cell_count_or_null(asking, sight_of(asking, area[i].code), counts[i]);
	}
	return 0;
}

/* The code of each attribute of the stratum, or null where it is not stated. */
static void cells_stratum(struct asking *asking, uint64_t stratum)
{
	for (enum dimension d = DIMENSION_CLASS; d < DIMENSIONS; d++) {
		const struct attribute *attribute =
			catalog_attribute(asking->view->catalog, d, stratum_attribute(stratum, d));

		if (attribute)
			cell_text(asking, attribute->code);
		else
			cell_null(asking);
	}
}

static void cell_day(struct asking *asking, int32_t day)
{
	char text[DAY_TEXT_BYTES];

	day_print(day, text);
	cell_text(asking, text);
}

static void row_facility(struct asking *asking, const struct facility *facility)
{
	const struct segment *segment = facility_newest(facility);

	cell_integer(asking, facility->number);
	cell_text(asking, facility->code);
	cell_text(asking, facility->name);
	cell_area(asking, segment->area);
	cells_stratum(asking, segment->stratum);
	cell_day(asking, facility->segment[0].from_day);
	if (facility_closed_day(facility) == DAY_NEVER)
		cell_null(asking);
	else
		cell_day(asking, facility_closed_day(facility));
}

/* The class itself or one below it. */
static bool class_within(
	const struct catalog *catalog, uint64_t stratum, const struct attribute *outer)
{
	uint8_t id = stratum_attribute(stratum, DIMENSION_CLASS);

	for (int depth = 0; id && depth < 16; depth++) {
		const struct attribute *attribute = catalog_attribute(catalog, DIMENSION_CLASS, id);

		if (id == outer->id)
			return true;
		id = attribute ? attribute->parent : 0;
	}
	return false;
}

static int argument_class(struct asking *asking, const struct attribute **ret_class)
{
	char code[CATALOG_CODE_BYTES];
	int r = argument_text(asking, "class", code, sizeof(code));

	*ret_class = NULL;
	if (r != 0 || code[0] == '\0')
		return r;
	*ret_class = catalog_attribute_by_code(asking->view->catalog, DIMENSION_CLASS, code);
	if (!*ret_class)
		return verb_refuse(asking, ANSWER_NOT_FOUND,
			"no class of facility '%s' in the catalogue", code);
	return 0;
}

int verb_facility_list(struct asking *asking)
{
	static const struct column columns[] = {
		{ "number", COLUMN_INTEGER },
		{ "code", COLUMN_TEXT },
		{ "name", COLUMN_TEXT },
		{ "area", COLUMN_TEXT },
		{ "class", COLUMN_TEXT },
		{ "level", COLUMN_TEXT },
		{ "ownership", COLUMN_TEXT },
		{ "sponsor", COLUMN_TEXT },
		{ "profit", COLUMN_TEXT },
		{ "locality", COLUMN_TEXT },
		{ "opened", COLUMN_TEXT },
		{ "closed", COLUMN_TEXT },
	};
	const struct view *view = asking->view;
	const struct attribute *class;
	uint32_t area;
	int r = argument_area(asking, "area", false, &area);

	if (r != 0 || (r = argument_class(asking, &class)) != 0 ||
		(r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	for (uint32_t n = 1; n <= registry_facilities(view->registry) && asking_goes_on(asking);
		n++) {
		const struct facility *facility = registry_facility(view->registry, n);
		const struct segment *segment = facility ? facility_newest(facility) : NULL;

		if (!segment || !sight_lists(asking, segment->area, area) ||
			(class && !class_within(view->catalog, segment->stratum, class)))
			continue;
		row_facility(asking, facility);
	}
	return 0;
}

/* until: the last day; DAY_NEVER: null. */
static void cells_days(struct asking *asking, int32_t from, int32_t until)
{
	cell_day(asking, from);
	if (until == DAY_NEVER)
		cell_null(asking);
	else
		cell_day(asking, until);
}

static void row_segment(struct asking *asking, const struct facility *facility, uint32_t i)
{
	const struct segment *segment = &facility->segment[i];

	cell_text(asking, segment->closed ? "closed" : "open");
	cells_days(asking, segment->from_day,
		i + 1 < facility->segments ? segment[1].from_day - 1 : DAY_NEVER);
	cell_area(asking, segment->area);
	cells_stratum(asking, segment->stratum);
	cell_null(asking);
	cell_null(asking);
}

static void row_relation(struct asking *asking, const struct proxied *proxied)
{
	const struct form *form = catalog_form(asking->view->catalog, proxied->form);

	cell_text(asking, "reported_for");
	cells_days(asking, proxied->from_day, proxied->until_day);
	cell_null(asking);
	for (int d = 0; d < DIMENSIONS; d++)
		cell_null(asking);
	if (form)
		cell_text(asking, form->code);
	else
		cell_null(asking);
	cell_text(asking, proxied->by);
}

/* The whole record, so that it can be given back changed: what held when, and who reports for
 * it. */
int verb_facility_show(struct asking *asking)
{
	static const struct column columns[] = {
		{ "code", COLUMN_TEXT },
		{ "name", COLUMN_TEXT },
		{ "sequence", COLUMN_INTEGER },
		{ "what", COLUMN_TEXT },
		{ "from", COLUMN_TEXT },
		{ "until", COLUMN_TEXT },
		{ "area", COLUMN_TEXT },
		{ "class", COLUMN_TEXT },
		{ "level", COLUMN_TEXT },
		{ "ownership", COLUMN_TEXT },
		{ "sponsor", COLUMN_TEXT },
		{ "profit", COLUMN_TEXT },
		{ "locality", COLUMN_TEXT },
		{ "form", COLUMN_TEXT },
		{ "reporter", COLUMN_TEXT },
	};
	const struct facility *facility;
	int r = argument_facility(asking, &facility);

	if (r != 0 || (r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	for (uint32_t i = 0; i < facility->segments + facility->proxies; i++) {
		cell_text(asking, facility->code);
		cell_text(asking, facility->name);
		cell_integer(asking, (int64_t)facility->sequence);
		if (i < facility->segments)
			row_segment(asking, facility, i);
		else
			row_relation(asking, &facility->proxied[i - facility->segments]);
	}
	return 0;
}

/* The conditions in words: of each restricted dimension the codes whose parent is not meant too. */
static void filter_describe(
	const struct catalog *catalog, const struct filter *filter, struct words *words)
{
	size_t attributes;
	const struct attribute *attribute = catalog_attributes(catalog, &attributes);
	const char *before = "[";

	for (enum dimension d = DIMENSION_CLASS; d < DIMENSIONS; d++) {
		const char *between = "=";

		if (!(filter->dimensions >> d & 1))
			continue;
		words_add(words, "%s%s", before, dimension_name(d));
		before = ",";
		for (size_t i = 0; i < attributes; i++) {
			if (attribute[i].dimension != d ||
				!attribute_set_has(&filter->allowed[d], attribute[i].id) ||
				(attribute[i].parent && attribute_set_has(&filter->allowed[d],
								attribute[i].parent)))
				continue;
			words_add(words, "%s%s", between, attribute[i].code);
			between = "|";
		}
	}
	if (filter->kind[0]) {
		words_add(words, "%skind=%s", before, filter->kind);
		before = ",";
	}
	if (before[0] == ',')
		words_add(words, "]");
}

static void term_describe(const struct catalog *catalog, const struct linear *linear,
	const struct term *term, struct words *words)
{
	char digits[DECIMAL_TEXT_BYTES];

	term_coefficient(catalog, linear, term, digits);
	if (digits[0] == '-')
		words_add(words, words->text[0] ? " - " : "-");
	else if (words->text[0])
		words_add(words, " + ");
	if (strcmp(digits + (digits[0] == '-'), "1") != 0)
		words_add(words, "%s*", digits + (digits[0] == '-'));
	words_add(words, "%s", term_name(catalog, term));
	filter_describe(catalog, &term->filter, words);
}

static void cell_linear(struct asking *asking, const struct linear *linear)
{
	struct words words = { 0 };

	for (uint32_t t = 0; t < linear->count; t++)
		term_describe(asking->view->catalog, linear, &linear->term[t], &words);
	cell_text(asking, words.text);
}

int verb_indicator_list(struct asking *asking)
{
	static const struct column columns[] = {
		{ "code", COLUMN_TEXT },
		{ "name_zh", COLUMN_TEXT },
		{ "name_en", COLUMN_TEXT },
		{ "unit", COLUMN_TEXT },
		{ "unit_zh", COLUMN_TEXT },
		{ "window", COLUMN_TEXT },
		{ "numerator", COLUMN_TEXT },
		{ "denominator", COLUMN_TEXT },
		{ "factor", COLUMN_INTEGER },
	};
	size_t indicators;
	const struct indicator *indicator = catalog_indicators(asking->view->catalog, &indicators);
	int r = asking_columns(asking, columns, array_len(columns));

	for (size_t i = 0; r == 0 && i < indicators && asking_goes_on(asking); i++) {
		cell_text(asking, indicator[i].code);
		cell_text(asking, indicator[i].name.zh);
		cell_text(asking, indicator[i].name.en);
		cells_unit(asking, indicator[i].unit);
		cell_text(asking, window_name(indicator[i].window));
		cell_linear(asking, &indicator[i].numerator);
		cell_linear(asking, &indicator[i].denominator);
		cell_integer(asking, indicator[i].factor);
	}
	return err_pass(r);
}

static void rows_cell(struct asking *asking, const struct form *form, const struct cell_key *key,
	const struct cell *cell)
{
	for (uint32_t i = 0; i < form->line_count && i < cell->head.n && asking_goes_on(asking);
		i++) {
		const struct element *element =
			catalog_element(asking->view->catalog, form->lines[i].element);

		cell_text(asking, form->code);
		cell_period(asking, key->period);
		cell_area(asking, key->area);
		cells_stratum(asking, key->stratum);
		cell_integer(asking, cell->head.reported);
		cell_text(asking, element->code);
		cell_decimal(asking, cell_sum(cell, i), element->scale);
		cell_integer(asking, cell_count(cell, i));
	}
}

static int rows_area(struct asking *asking, const struct form *form, uint32_t period, uint32_t area)
{
	struct cell_walk walk = cell_walk_of(asking->view, form->id, period, area);
	int r = 0;

	while (asking_goes_on(asking) && (r = cell_walk_next(&walk)) == 0)
		rows_cell(asking, form, &walk.key, &walk.cell);
	return r == PORT_NONE ? 0 : err_pass(r);
}

int verb_cell_list(struct asking *asking)
{
	static const struct column columns[] = {
		{ "form", COLUMN_TEXT },
		{ "period", COLUMN_TEXT },
		{ "area", COLUMN_TEXT },
		{ "class", COLUMN_TEXT },
		{ "level", COLUMN_TEXT },
		{ "ownership", COLUMN_TEXT },
		{ "sponsor", COLUMN_TEXT },
		{ "profit", COLUMN_TEXT },
		{ "locality", COLUMN_TEXT },
		{ "reported", COLUMN_INTEGER },
		{ "element", COLUMN_TEXT },
		{ "sum", COLUMN_DECIMAL },
		{ "count", COLUMN_INTEGER },
	};
	const struct form *form;
	uint32_t period, wanted;
	size_t areas;
	const struct area *area = catalog_areas(asking->view->catalog, &areas);
	int r = argument_form(asking, &form);

	if (r != 0 || (r = argument_period(asking, &period)) != 0 ||
		(r = argument_area(asking, "area", false, &wanted)) != 0 ||
		(r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	for (size_t i = 0; r == 0 && i < areas; i++)
		if (sight_of(asking, area[i].code) && (wanted == 0 || area[i].code == wanted))
			r = rows_area(asking, form, period, area[i].code);
	return err_pass(r);
}
