/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Questions to a loaded catalogue. Identifiers are places in arrays; codes, which only people and
 * tables use, are found by halving a sorted list. */
#include "model/catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/catalog_inside.h"

void catalog_free(struct catalog *catalog)
{
	if (!catalog)
		return;
	free(catalog->attribute);
	free(catalog->group);
	free(catalog->area);
	free(catalog->code_list);
	free(catalog->category);
	free(catalog->unit);
	free(catalog->unit_codes.item);
	free(catalog->declared);
	free(catalog->element);
	free(catalog->form);
	free(catalog->line);
	for (size_t i = 0; i < catalog->indicators; i++) {
		linear_fini(&catalog->indicator[i].numerator);
		linear_fini(&catalog->indicator[i].denominator);
		linear_fini(&catalog->indicator[i].method.units);
	}
	free(catalog->indicator);
	free(catalog->declared_codes.item);
	free(catalog->element_codes.item);
	free(catalog->form_codes.item);
	free(catalog->indicator_codes.item);
	for (unsigned i = 0; i < DIMENSIONS; i++)
		free(catalog->attribute_codes[i].item);
	catalog_rules_fini(catalog);
	free(catalog->id_slot);
	free(catalog->line_of);
	free(catalog->plan);
	free(catalog->target);
	free(catalog->plan_targets);
	free(catalog->published);
	free(catalog->series_break);
	free(catalog->holiday);
	free(catalog->baseline_source);
	free(catalog->plan_codes.item);
	free(catalog->target_ids.item);
	for (unsigned i = 0; i < TABLES; i++)
		sheet_free(catalog->sheet[i]);
	for (size_t i = 0; i < catalog->plan_sheets; i++)
		sheet_free(catalog->plan_sheet[i].sheet);
	buffer_fini(&catalog->bundle);
	free(catalog);
}

const struct sheet *catalog_table(
	const struct catalog *catalog, size_t index, char ret_name[CATALOG_TABLE_BYTES])
{
	size_t plan = index - TABLES;

	if (index < TABLES) {
		snprintf(ret_name, CATALOG_TABLE_BYTES, "%s", table_file((enum table)index));
		return catalog->sheet[index];
	}
	if (plan >= catalog->plan_sheets)
		return NULL;
	snprintf(ret_name, CATALOG_TABLE_BYTES, "plans/%s.csv", catalog->plan_sheet[plan].plan);
	return catalog->plan_sheet[plan].sheet;
}

struct bytes catalog_bundle(const struct catalog *catalog)
{
	return buffer_view(&catalog->bundle);
}

const struct digest *catalog_digest(const struct catalog *catalog)
{
	return &catalog->digest;
}

int code_index_make(struct code_index *index, size_t count)
{
	index->item = calloc(count + 1, sizeof(*index->item)); /* never of size 0 */
	if (!index->item)
		return err_here(ERR_NOMEM, "cannot allocate an index of %zu codes", count);
	return 0;
}

void code_index_add(struct code_index *index, const char *code, size_t at)
{
	if (code[0] != '\0')
		index->item[index->count++] = (struct code_item){ code, at };
}

static int code_compare(const void *a, const void *b)
{
	const struct code_item *left = a, *right = b;

	return strcmp(left->code, right->code);
}

void code_index_sort(struct code_index *index)
{
	qsort(index->item, index->count, sizeof(*index->item), code_compare);
}

const struct code_item *code_index_find(const struct code_index *index, const char *code)
{
	const struct code_item wanted = { code, 0 };

	if (index->count == 0)
		return NULL;
	return bsearch(&wanted, index->item, index->count, sizeof(*index->item), code_compare);
}

const struct element *catalog_elements(const struct catalog *catalog, size_t *ret_count)
{
	*ret_count = catalog->elements;
	return catalog->element;
}

const struct form *catalog_forms(const struct catalog *catalog, size_t *ret_count)
{
	*ret_count = catalog->forms;
	return catalog->form;
}

const struct indicator *catalog_indicators(const struct catalog *catalog, size_t *ret_count)
{
	*ret_count = catalog->indicators;
	return catalog->indicator;
}

const struct area *catalog_areas(const struct catalog *catalog, size_t *ret_count)
{
	*ret_count = catalog->areas;
	return catalog->area;
}

const struct attribute *catalog_attributes(const struct catalog *catalog, size_t *ret_count)
{
	*ret_count = catalog->attributes;
	return catalog->attribute;
}

size_t id_slot_of(const struct catalog *catalog, uint32_t id)
{
	size_t slot = (uint32_t)(id * 2654435769u) ^ id >> 16; /* the golden ratio of 2^32 */

	for (;; slot++) {
		uint32_t at = catalog->id_slot[slot & (catalog->id_slots - 1)];

		if (at == 0 || catalog->element[at - 1].id == id)
			return slot & (catalog->id_slots - 1);
	}
}

const struct element *catalog_element(const struct catalog *catalog, uint32_t id)
{
	uint32_t at = catalog->id_slot[id_slot_of(catalog, id)];

	return at ? &catalog->element[at - 1] : NULL;
}

const struct element *catalog_element_by_code(const struct catalog *catalog, const char *code)
{
	const struct code_item *item = code_index_find(&catalog->element_codes, code);

	return item ? &catalog->element[item->at] : NULL;
}

const struct element *catalog_declared(const struct catalog *catalog, size_t *ret_count)
{
	*ret_count = catalog->declarations;
	return catalog->declared;
}

/* The first of count elements, rising by id, that has at least this one. */
static size_t element_lower(const struct element *element, size_t count, uint64_t id)
{
	size_t low = 0;

	while (low < count) {
		size_t middle = low + (count - low) / 2;

		if (element[middle].id < id)
			low = middle + 1;
		else
			count = middle;
	}
	return low;
}

const struct element *catalog_base(const struct catalog *catalog, uint32_t id)
{
	size_t at = element_lower(catalog->declared, catalog->declarations, id);

	return at < catalog->declarations && catalog->declared[at].id == id ? &catalog->declared[at]
									    : NULL;
}

uint32_t catalog_base_by_code(const struct catalog *catalog, const char *code)
{
	const struct code_item *item = code_index_find(&catalog->declared_codes, code);

	return item ? catalog->declared[item->at].id : 0;
}

const struct element *catalog_cells(const struct catalog *catalog, uint32_t base, size_t *ret_count)
{
	const struct element *declared = catalog_base(catalog, base);
	size_t first, end;

	*ret_count = declared ? 1 : 0;
	if (!declared || !declared->list[0])
		return declared ? catalog_element(catalog, base) : NULL;
	first = element_lower(catalog->element, catalog->elements, (uint64_t)base << 16);
	end = element_lower(catalog->element, catalog->elements, ((uint64_t)base + 1) << 16);
	*ret_count = end > first ? end - first : 0; /* out of order only while faults are sought */
	return &catalog->element[first];
}

const struct code_list *catalog_code_lists(const struct catalog *catalog, size_t *ret_count)
{
	*ret_count = catalog->code_lists;
	return catalog->code_lists ? catalog->code_list : NULL;
}

const struct code_list *code_list_by_code(const struct catalog *catalog, const char *code)
{
	for (size_t i = 0; i < catalog->code_lists; i++) {
		if (strcmp(catalog->code_list[i].code, code) == 0)
			return &catalog->code_list[i];
	}
	return NULL;
}

const struct category *code_list_category(const struct code_list *list, const char *code)
{
	for (uint32_t i = 0; i < list->categories; i++) {
		if (strcmp(list->category[i].code, code) == 0)
			return &list->category[i];
	}
	return NULL;
}

const struct category *code_list_by_id(const struct code_list *list, uint8_t id)
{
	for (uint32_t i = 0; i < list->categories; i++) {
		if (list->category[i].id == id)
			return &list->category[i];
	}
	return NULL;
}

void code_list_add(
	const struct code_list *list, const struct category *category, struct attribute_set *set)
{
	for (uint32_t i = 0; i < list->categories; i++) {
		const struct category *up = &list->category[i];

		while (up && up != category)
			up = up->parent ? code_list_by_id(list, up->parent) : NULL;
		if (up && list->category[i].leaf)
			attribute_set_add(set, list->category[i].id);
	}
}

const struct form *catalog_form(const struct catalog *catalog, uint16_t id)
{
	return id <= FORM_ID_MAX ? catalog->form_by_id[id] : NULL;
}

const struct form *catalog_form_by_code(const struct catalog *catalog, const char *code)
{
	const struct code_item *item = code_index_find(&catalog->form_codes, code);

	return item ? &catalog->form[item->at] : NULL;
}

const struct indicator *catalog_indicator_by_code(const struct catalog *catalog, const char *code)
{
	const struct code_item *item = code_index_find(&catalog->indicator_codes, code);

	return item ? &catalog->indicator[item->at] : NULL;
}

static int area_compare(const void *wanted, const void *item)
{
	uint32_t code = *(const uint32_t *)wanted;
	const struct area *area = item;

	return (code > area->code) - (code < area->code);
}

const struct area *catalog_area(const struct catalog *catalog, uint32_t code)
{
	if (catalog->areas == 0)
		return NULL;
	return bsearch(&code, catalog->area, catalog->areas, sizeof(*catalog->area), area_compare);
}

const struct attribute *catalog_attribute(
	const struct catalog *catalog, enum dimension dimension, uint8_t id)
{
	ensure((unsigned)dimension < DIMENSIONS);
	return catalog->attribute_by_id[dimension][id];
}

const struct attribute *catalog_attribute_by_code(
	const struct catalog *catalog, enum dimension dimension, const char *code)
{
	const struct code_item *item;

	ensure((unsigned)dimension < DIMENSIONS);
	item = code_index_find(&catalog->attribute_codes[dimension], code);
	return item ? &catalog->attribute[item->at] : NULL;
}

const char *dimension_name(enum dimension dimension)
{
	static const char *const names[DIMENSIONS] = {
		[DIMENSION_CLASS] = "class",
		[DIMENSION_LEVEL] = "level",
		[DIMENSION_OWNERSHIP] = "ownership",
		[DIMENSION_SPONSOR] = "sponsor",
		[DIMENSION_PROFIT] = "profit",
		[DIMENSION_LOCALITY] = "locality",
	};

	return (unsigned)dimension < DIMENSIONS ? names[dimension] : NULL;
}

const struct group *catalog_group_by_code(const struct catalog *catalog, const char *code)
{
	for (size_t i = 0; i < catalog->groups; i++) {
		if (strcmp(catalog->group[i].code, code) == 0)
			return &catalog->group[i];
	}
	return NULL;
}

/* Parents form a tree: catalog_fill() refuses circles before anything asks. */
void catalog_tree_add(
	const struct catalog *catalog, const struct attribute *attribute, struct attribute_set *set)
{
	for (size_t i = 0; i < catalog->attributes; i++) {
		const struct attribute *up = &catalog->attribute[i];

		if (up->dimension != attribute->dimension)
			continue;
		while (up && up != attribute)
			up = up->parent ? catalog_attribute(catalog, up->dimension, up->parent)
					: NULL;
		if (up)
			attribute_set_add(set, catalog->attribute[i].id);
	}
}

void attribute_set_join(struct attribute_set *set, const struct attribute_set *more)
{
	for (size_t i = 0; i < array_len(set->word); i++)
		set->word[i] |= more->word[i];
}

int form_line_of(const struct catalog *catalog, const struct form *form, uint32_t element)
{
	const struct element *found = catalog_element(catalog, element);
	size_t at = (size_t)(form - catalog->form);

	ensure(at < catalog->forms);
	return found ? catalog->line_of[at * catalog->elements + (size_t)(found - catalog->element)]
		     : -1;
}

bool area_kind_known(const char *kind)
{
	static const char *const kinds[] = { "province", "city", "district", "county",
		"functional_zone", "town", "township", "street", "outside" };

	for (size_t i = 0; i < array_len(kinds); i++) {
		if (strcmp(kinds[i], kind) == 0)
			return true;
	}
	return false;
}

size_t catalog_area_path(
	const struct catalog *catalog, uint32_t area, uint32_t ret_codes[AREA_DEPTH_MAX])
{
	size_t count = 0;

	for (const struct area *at = catalog_area(catalog, area); at;
		at = catalog_area(catalog, at->parent)) {
		ensure(count < AREA_DEPTH_MAX); /* catalog_fill() refuses deeper trees */
		ret_codes[count++] = at->code;
	}
	return count;
}

bool catalog_area_within(const struct catalog *catalog, uint32_t inner, uint32_t outer)
{
	uint32_t codes[AREA_DEPTH_MAX];
	size_t count = catalog_area_path(catalog, inner, codes);

	for (size_t i = 0; i < count; i++) {
		if (codes[i] == outer)
			return true;
	}
	return false;
}

const char *basis_name(enum basis basis)
{
	static const char *const names[] = { [BASIS_SERVICE] = "service",
		[BASIS_RESIDENCE] = "residence",
		[BASIS_REGISTRATION] = "registration" };

	return names[basis];
}

static const char *const window_names[] = {
	[WINDOW_MONTH] = "month",
	[WINDOW_QUARTER] = "quarter",
	[WINDOW_HALF] = "half",
	[WINDOW_YTD] = "ytd",
	[WINDOW_R12M] = "r12m",
	[WINDOW_YEAR] = "year",
	[WINDOW_MCH_YEAR] = "mch_year",
	[WINDOW_R36M] = "r36m",
	[WINDOW_PLAN] = "plan",
	[WINDOW_BASELINE] = "baseline",
};

enum window window_parse(const char *text)
{
	for (unsigned i = WINDOW_MONTH; i < array_len(window_names); i++) {
		if (strcmp(window_names[i], text) == 0)
			return (enum window)i;
	}
	return (enum window)0;
}

const char *window_name(enum window window)
{
	ensure((unsigned)window >= WINDOW_MONTH && (unsigned)window < array_len(window_names));
	return window_names[window];
}
