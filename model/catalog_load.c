/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From tables to a catalogue: columns first, since without them rows cannot be read, then
 * table after table, those that are named by others first. Nothing is handed out while a fault is
 * known. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/catalog_loader.h"

enum { COLUMNS_MAX = 20 };

static const struct layout {
	const char *file;
	const char *columns[COLUMNS_MAX];
} layouts[TABLES] = {
	[TABLE_AREAS] = { "areas.csv",
		{ "code", "parent", "kind", "name_zh", "name_en", "from", "until", "note" } },
	[TABLE_ATTRIBUTES] = { "attributes.csv",
		{ "dimension", "id", "code", "parent", "name_zh", "name_en" } },
	[TABLE_BREAKS] = { "breaks.csv", { "indicator", "area", "year", "why_zh", "why_en" } },
	[TABLE_CODE_LISTS] = { "code_lists.csv",
		{ "list", "id", "code", "parent", "name_zh", "name_en", "source" } },
	[TABLE_ELEMENTS] = { "elements.csv",
		{ "id", "code", "name_zh", "name_en", "unit", "scale", "type", "basis", "over_time",
			"over_space", "broken_down_by", "for_class", "definition", "source" } },
	[TABLE_FACTS] = { "facts.csv", { "area", "indicator", "period", "value", "comparator",
					       "source", "basis", "note" } },
	[TABLE_FORM_LINES] = { "form_lines.csv", { "form", "line", "element", "required" } },
	[TABLE_FORMS] = { "forms.csv",
		{ "id", "code", "name_zh", "name_en", "period", "classes", "precedence",
			"carry_months", "due_days", "lock_days", "table_number", "issued_by",
			"approval", "valid_until", "purpose" } },
	[TABLE_GROUPS] = { "groups.csv", { "group", "class", "name_zh", "name_en", "source" } },
	[TABLE_HOLIDAYS] = { "holidays.csv", { "day", "kind", "name_zh", "name_en", "source" } },
	[TABLE_INDICATORS] = { "indicators.csv",
		{ "id", "code", "name_zh", "name_en", "unit", "method", "arguments", "numerator",
			"denominator", "factor", "window", "decimals", "polarity", "mixed_basis",
			"definition", "source" } },
	[TABLE_PLANS] = { "plans.csv",
		{ "plan", "name_zh", "name_en", "area", "first_year", "last_year", "seed",
			"issuer_zh", "issuer_en", "note" } },
	[TABLE_REASONS] = { "reasons.csv",
		{ "id", "code", "name_zh", "name_en", "used_by", "note" } },
	[TABLE_RULES] = { "rules.csv",
		{ "id", "code", "forms", "severity", "check", "when", "holds", "tolerance",
			"missing", "facilities", "settings", "name_zh", "name_en", "fix_zh",
			"fix_en", "source" } },
	[TABLE_UNITS] = { "units.csv", { "unit", "name_zh", "name_en", "note" } },
};

static void loader_fini_auto(struct loader *loader)
{
	for (unsigned i = 0; i < TABLES; i++)
		free(loader->order[i]);
}

const char *table_file(enum table table)
{
	return layouts[table].file;
}

static void columns_check(
	const struct sheet *sheet, const struct layout *layout, struct faults *faults)
{
	size_t known = 0;

	for (; known < COLUMNS_MAX && layout->columns[known]; known++) {
		if (sheet_column(sheet, layout->columns[known]) < 0)
			fault_add(faults, "%s:1: column '%s' is missing", sheet_name(sheet),
				layout->columns[known]);
	}
	for (size_t i = 0; i < sheet_columns(sheet); i++) {
		const char *name = sheet_column_name(sheet, i);
		size_t k = 0;

		while (k < known && strcmp(layout->columns[k], name) != 0)
			k++;
		if (k == known)
			fault_add(faults, "%s:1: column '%.60s' is not one of this table's",
				sheet_name(sheet), name);
	}
}

/* A table that cannot be read is a fault, and leaves no sheet. */
static int sheet_open(
	struct loader *loader, const struct table_text *table, struct sheet **ret_sheet)
{
	int r = sheet_parse(table->name, table->text, ret_sheet);

	if (r == ERR_INVALID) {
		fault_add(&loader->faults, "%s", err_text());
		return 0;
	}
	return err_pass(r);
}

static int sheets_open(struct loader *loader, const struct tables *tables)
{
	struct catalog *catalog = loader->catalog;
	int r = 0;

	for (unsigned i = 0; r == 0 && i < TABLES; i++) {
		r = sheet_open(loader, &tables->table[i], &catalog->sheet[i]);
		if (r == 0 && catalog->sheet[i])
			columns_check(catalog->sheet[i], &layouts[i], &loader->faults);
	}
	for (size_t i = 0; r == 0 && i < tables->plans; i++) {
		struct plan_sheet *plan = &catalog->plan_sheet[catalog->plan_sheets++];

		memcpy(plan->plan, tables->plan_code[i], sizeof(plan->plan));
		r = sheet_open(loader, &tables->plan[i], &plan->sheet);
		if (r == 0 && plan->sheet)
			(void)plan_columns_check(plan->sheet, &loader->faults);
	}
	if (r < 0)
		return err_pass(r);
	return err_pass(faults_end(&loader->faults));
}

size_t loader_rows(const struct loader *loader, enum table table)
{
	return sheet_rows(loader->sheet[table]);
}

struct row table_row(struct loader *loader, enum table table, size_t at)
{
	return (struct row){ loader->sheet[table], &loader->faults, loader->order[table][at].row };
}

static size_t line_of(const struct loader *loader, enum table table, size_t at)
{
	return sheet_line(loader->sheet[table], loader->order[table][at].row);
}

uint64_t key_of_number(const struct row *row, const char *column)
{
	uint32_t value;

	return number_parse(row_cell(row, column), UINT32_MAX, &value) ? value : 0;
}

uint64_t key_of_id(const struct row *row, const struct catalog *catalog)
{
	(void)catalog;
	return key_of_number(row, "id");
}

/* Of equal keys the earlier row stands first: the later one is told that it repeats. */
static int order_compare(const void *a, const void *b)
{
	const struct order *left = a, *right = b;

	if (left->key != right->key)
		return left->key > right->key ? 1 : -1;
	return (left->row > right->row) - (left->row < right->row);
}

int table_begin(struct loader *loader, enum table table, key_function *key, const char *what,
	size_t size, void *ret_records)
{
	size_t rows = loader_rows(loader, table);
	struct order *order = calloc(rows + 1, sizeof(*order)); /* never of size 0 */
	void *records = calloc(rows + 1, size);

	loader->order[table] = order;
	memcpy(ret_records, &records,
		sizeof(records)); /* a pointer of any type; the catalogue owns it */
	if (!order || !records)
		return err_here(
			ERR_NOMEM, "cannot allocate %zu records of %s", rows, layouts[table].file);
	for (size_t i = 0; i < rows; i++) {
		order[i].row = i;
		order[i].key = key(
			&(struct row){ loader->sheet[table], &loader->faults, i }, loader->catalog);
	}
	qsort(order, rows, sizeof(*order), order_compare);
	for (size_t i = 1; i < rows; i++) {
		struct row row = table_row(loader, table, i);

		if (order[i].key != 0 && order[i].key == order[i - 1].key)
			row_fault(&row, "this %s stands already on line %zu", what,
				line_of(loader, table, i - 1));
	}
	return 0;
}

void codes_end(struct loader *loader, enum table table, struct code_index *index)
{
	code_index_sort(index);
	for (size_t i = 1; i < index->count; i++) {
		const struct code_item *a = &index->item[i - 1], *b = &index->item[i];
		size_t line_a = line_of(loader, table, a->at),
		       line_b = line_of(loader, table, b->at);
		struct row later = table_row(loader, table, line_a > line_b ? a->at : b->at);

		if (strcmp(a->code, b->code) == 0)
			row_fault(&later, "code '%s' stands already on line %zu", b->code,
				line_a > line_b ? line_b : line_a);
	}
}

int catalog_fill(struct catalog *catalog, const struct tables *tables)
{
	static int (*const steps[])(struct loader * loader) = { attributes_read, groups_read,
		areas_read, code_lists_read, unit_names_read, holidays_read, elements_read,
		forms_read, form_lines_read, reasons_read, rules_read, indicators_read, breaks_read,
		plans_read, targets_read, published_read, indicators_order_check };
	__attribute__((cleanup(loader_fini_auto))) struct loader loader = {
		.catalog = catalog, .sheet = catalog->sheet, .faults = { .all = tables->faults }
	};
	int r = sheets_open(&loader, tables);

	for (size_t i = 0; r == 0 && i < array_len(steps); i++)
		r = steps[i](&loader);
	if (r < 0)
		return err_pass(r);
	return err_pass(faults_end(&loader.faults));
}
