/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What can be reported: code lists, elements, and the cells of those that are broken down. A row of
 * elements.csv is a declaration; what forms and linear forms name are plain elements and cells. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/catalog_loader.h"

/* code_lists.csv: a list's rows stand together once sorted, lists in the order of their first
 * row */

static uint64_t category_key(const struct row *row, const struct catalog *catalog)
{
	const struct code_list *list = code_list_by_code(catalog, row_cell(row, "list"));
	uint64_t id = key_of_number(row, "id");

	if (!list || id < 1 || id > UINT8_MAX)
		return 0;
	return (uint64_t)(list - catalog->code_list + 1) << 8 | id;
}

/* In a filter the list's name stands where an attribute's may. */
static bool filter_word(const char *code)
{
	for (unsigned i = 0; i < DIMENSIONS; i++) {
		if (strcmp(dimension_name((enum dimension)i), code) == 0)
			return true;
	}
	return strcmp(code, "group") == 0 || strcmp(code, "kind") == 0;
}

/* Names the lists, since rows are sorted by them. */
static int lists_name(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	size_t rows = loader_rows(loader, TABLE_CODE_LISTS);

	catalog->code_list = calloc(rows + 1, sizeof(*catalog->code_list)); /* never of size 0 */
	if (!catalog->code_list)
		return err_here(ERR_NOMEM, "cannot allocate %zu code lists", rows);
	for (size_t i = 0; i < rows; i++) {
		struct row row = { loader->sheet[TABLE_CODE_LISTS], &loader->faults, i };
		const char *code = row_cell(&row, "list");
		struct code_list *list = &catalog->code_list[catalog->code_lists];

		if (code[0] != '\0' && code_list_by_code(catalog, code))
			continue;
		row_short_code(&row, "list", list->code, sizeof(list->code));
		if (filter_word(list->code))
			row_fault(&row, "'%s' is a word of filters; a code list needs another",
				list->code);
		if (catalog->code_lists == CODE_LISTS_MAX) {
			row_fault(&row, "there are more than %d code lists", CODE_LISTS_MAX);
			break;
		}
		catalog->code_lists += list->code[0] != '\0';
	}
	return 0;
}

static void category_read(const struct row *row, struct catalog *catalog, size_t at)
{
	struct category *category = &catalog->category[at];
	struct code_list *list =
		(struct code_list *)code_list_by_code(catalog, row_cell(row, "list"));

	category->id = (uint8_t)row_number(row, "id", 1, UINT8_MAX);
	row_short_code(row, "code", category->code, sizeof(category->code));
	row_name(row, &category->name);
	category->leaf = true;
	if (!list)
		return;
	if (code_list_category(list, category->code))
		row_fault(row, "code list '%s' has code '%s' already", list->code, category->code);
	if (list->categories++ == 0)
		list->category = category;
}

/* A circle is cut where it is found, so that others may walk up. */
static void category_parent_read(struct loader *loader, size_t at)
{
	struct category *category = &loader->catalog->category[at];
	struct row row = table_row(loader, TABLE_CODE_LISTS, at);
	const struct code_list *list = code_list_by_code(loader->catalog, row_cell(&row, "list"));
	const char *code = row_cell(&row, "parent");
	const struct category *parent = list ? code_list_category(list, code) : NULL;

	if (code[0] == '\0')
		return;
	if (!parent) {
		row_fault(&row, "parent '%.60s' is no code of the same list", code);
		return;
	}
	category->parent = parent->id;
	((struct category *)parent)->leaf = false;
	while (parent && parent != category)
		parent = parent->parent ? code_list_by_id(list, parent->parent) : NULL;
	if (parent) {
		row_fault(&row, "'%s' lies below itself", category->code);
		category->parent = 0;
	}
}

int code_lists_read(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	size_t rows = loader_rows(loader, TABLE_CODE_LISTS);
	int r = lists_name(loader);

	if (r < 0 || (r = table_begin(loader, TABLE_CODE_LISTS, category_key, "id of the list",
			      sizeof(*catalog->category), &catalog->category)) < 0)
		return err_pass(r);
	for (size_t i = 0; i < rows; i++) {
		struct row row = table_row(loader, TABLE_CODE_LISTS, i);

		category_read(&row, catalog, i);
	}
	for (size_t i = 0; i < rows; i++)
		category_parent_read(loader, i);
	return 0;
}

/* elements.csv */

static const char *const type_words[] = { [ELEMENT_COUNT] = "count",
	[ELEMENT_QUANTITY] = "quantity",
	[ELEMENT_MONEY] = "money",
	[ELEMENT_GRADE] = "grade" };
static const char *const basis_words[] = { [BASIS_SERVICE] = "service",
	[BASIS_RESIDENCE] = "residence",
	[BASIS_REGISTRATION] = "registration" };
static const char *const over_time_words[] = { [OVER_TIME_SUM] = "sum",
	[OVER_TIME_LAST] = "last",
	[OVER_TIME_FIRST] = "first",
	[OVER_TIME_YTD] = "ytd",
	[OVER_TIME_MEAN] = "mean",
	[OVER_TIME_WORST] = "worst" };
static const char *const over_space_words[] = {
	[OVER_SPACE_SUM] = "sum", [OVER_SPACE_NONE] = "none"
};

/* "sex" or "sex*age19". */
static void broken_down_read(
	const struct row *row, const struct catalog *catalog, struct element *element)
{
	const char *cell = row_cell(row, "broken_down_by"), *at = cell;
	size_t lists = 0;

	while (*at != '\0') {
		size_t len = strcspn(at, "*");
		char code[CATALOG_CODE_BYTES];
		const struct code_list *list;

		snprintf(code, sizeof(code), "%.*s", (int)(len < sizeof(code) ? len : sizeof(code)),
			at);
		list = code_list_by_code(catalog, code);
		at += len + (at[len] == '*');
		if (!list)
			row_fault(row, "broken_down_by '%s' is no list of code_lists.csv", code);
		else if (lists == array_len(element->list))
			row_fault(row, "broken_down_by '%.60s' names more than two lists", cell);
		else if (lists > 0 && element->list[0] == list)
			row_fault(row, "broken_down_by names list '%s' twice", code);
		else
			element->list[lists++] = list;
	}
	if (cell[0] != '\0' && cell[strlen(cell) - 1] == '*')
		row_fault(row, "broken_down_by '%.60s' ends in '*'", cell);
}

static void element_read(
	const struct row *row, const struct catalog *catalog, struct element *element)
{
	element->id = row_number(row, "id", 1, ELEMENT_ID_MAX);
	row_code(row, element->code);
	if (term_kind_of_word(element->code) != 0)
		row_fault(row, "code '%s' is a word of linear forms", element->code);
	row_name(row, &element->name);
	unit_read(row, catalog, element->unit);
	element->scale = (uint8_t)row_number(row, "scale", 0, ELEMENT_SCALE_MAX);
	element->type = (enum element_type)row_word(row, "type", type_words, array_len(type_words));
	element->basis = (enum basis)row_word(row, "basis", basis_words, array_len(basis_words));
	element->over_time = (enum over_time)row_word(
		row, "over_time", over_time_words, array_len(over_time_words));
	element->over_space = (enum over_space)row_word(
		row, "over_space", over_space_words, array_len(over_space_words));
	broken_down_read(row, catalog, element);
	if (row_cell(row, "for_class")[0])
		classes_read(row, catalog, "for_class", &element->for_class);
}

/* Cells */

static size_t leaves_of(const struct code_list *list)
{
	size_t leaves = 0;

	for (uint32_t i = 0; i < list->categories; i++)
		leaves += list->category[i].leaf;
	return leaves;
}

/* How many elements a declaration stands for: 1, or as many as it has cells. */
static size_t cells_of(const struct element *declared)
{
	size_t cells = 1;

	for (size_t i = 0; i < array_len(declared->list) && declared->list[i]; i++)
		cells *= leaves_of(declared->list[i]);
	return cells;
}

/* "base.M.A30", and names with the categories' in brackets. */
static void cell_name(const struct row *row, const struct element *base,
	const struct category *first, const struct category *second, struct element *cell)
{
	int code = snprintf(cell->code, sizeof(cell->code), "%s.%s%s%s", base->code, first->code,
		second ? "." : "", second ? second->code : "");
	int zh = snprintf(cell->name.zh, sizeof(cell->name.zh), "%s（%s%s%s）", base->name.zh,
		first->name.zh, second ? "，" : "", second ? second->name.zh : "");
	int en = snprintf(cell->name.en, sizeof(cell->name.en), "%s (%s%s%s)", base->name.en,
		first->name.en, second ? ", " : "", second ? second->name.en : "");

	if ((size_t)code >= sizeof(cell->code))
		row_fault(row, "the code of its cell '%s…' has %d bytes, at most %zu are kept",
			cell->code, code, sizeof(cell->code) - 1);
	if ((size_t)zh >= sizeof(cell->name.zh) || (size_t)en >= sizeof(cell->name.en))
		row_fault(row, "the name of its cell '%s' is longer than %zu bytes", cell->code,
			sizeof(cell->name.zh) - 1);
}

static void cell_make(const struct row *row, const struct element *base,
	const struct category *first, const struct category *second, struct element *cell)
{
	*cell = *base;
	cell->base = base->id;
	cell->category[0] = first->id;
	cell->category[1] = second ? second->id : 0;
	cell->id = base->id << 16 | (uint32_t)cell->category[0] << 8 | cell->category[1];
	cell_name(row, base, first, second, cell);
}

/* Appends the cells of a declaration to the catalogue's elements, rising by id. */
static void cells_make(const struct row *row, struct catalog *catalog, const struct element *base)
{
	const struct code_list *list = base->list[0], *other = base->list[1];

	for (uint32_t i = 0; i < list->categories; i++) {
		const struct category *first = &list->category[i];

		if (!first->leaf)
			continue;
		if (!other)
			cell_make(row, base, first, NULL, &catalog->element[catalog->elements++]);
		for (uint32_t k = 0; other && k < other->categories; k++)
			if (other->category[k].leaf)
				cell_make(row, base, first, &other->category[k],
					&catalog->element[catalog->elements++]);
	}
}

/* Plain elements first, then all cells: so they rise by id. */
static int elements_expand(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	size_t count = 0;

	for (size_t i = 0; i < catalog->declarations; i++)
		count += cells_of(&catalog->declared[i]);
	if (count > ELEMENTS_MAX) {
		fault_add(&loader->faults,
			"%s:1: its rows stand for %zu elements; at most %d are possible",
			sheet_name(loader->sheet[TABLE_ELEMENTS]), count, ELEMENTS_MAX);
		return err_pass(faults_end(&loader->faults)); /* nothing below could be read */
	}
	catalog->element = calloc(count + 1, sizeof(*catalog->element)); /* never of size 0 */
	if (!catalog->element)
		return err_here(ERR_NOMEM, "cannot allocate %zu elements", count);
	for (size_t i = 0; i < catalog->declarations; i++)
		if (!catalog->declared[i].list[0])
			catalog->element[catalog->elements++] = catalog->declared[i];
	for (size_t i = 0; i < catalog->declarations; i++) {
		struct row row = table_row(loader, TABLE_ELEMENTS, i);

		if (catalog->declared[i].list[0])
			cells_make(&row, catalog, &catalog->declared[i]);
	}
	ensure(catalog->elements == count);
	return 0;
}

static int elements_index(struct catalog *catalog)
{
	int r = code_index_make(&catalog->element_codes, catalog->elements);

	catalog->id_slots = 16;
	while (catalog->id_slots < 2 * catalog->elements)
		catalog->id_slots *= 2;
	catalog->id_slot = calloc(catalog->id_slots, sizeof(*catalog->id_slot));
	if (r == 0 && !catalog->id_slot)
		r = err_here(ERR_NOMEM, "cannot allocate the index of elements");
	if (r < 0)
		return err_pass(r);
	for (size_t i = 0; i < catalog->elements; i++) {
		size_t slot = id_slot_of(catalog, catalog->element[i].id);

		catalog->id_slot[slot] = (uint32_t)i + 1;
		code_index_add(&catalog->element_codes, catalog->element[i].code, i);
	}
	code_index_sort(&catalog->element_codes);
	return 0;
}

int elements_read(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	size_t rows = loader_rows(loader, TABLE_ELEMENTS);
	int r = table_begin(loader, TABLE_ELEMENTS, key_of_id, "id", sizeof(*catalog->declared),
		&catalog->declared);

	if (r < 0 || (r = code_index_make(&catalog->declared_codes, rows)) < 0)
		return err_pass(r);
	catalog->declarations = rows;
	for (size_t i = 0; i < rows; i++) {
		struct row row = table_row(loader, TABLE_ELEMENTS, i);

		element_read(&row, catalog, &catalog->declared[i]);
		code_index_add(&catalog->declared_codes, catalog->declared[i].code, i);
	}
	codes_end(loader, TABLE_ELEMENTS, &catalog->declared_codes);
	if ((r = elements_expand(loader)) < 0)
		return err_pass(r);
	return err_pass(elements_index(catalog));
}
