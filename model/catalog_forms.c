/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Forms and their lines. A line that names a base element is as many lines as it has cells. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/catalog_loader.h"

/* forms.csv */

static const char *const period_words[] = { [PERIOD_MONTH] = "month",
	[PERIOD_QUARTER] = "quarter",
	[PERIOD_HALF] = "half",
	[PERIOD_YEAR] = "year",
	[PERIOD_MCH_QUARTER] = "mch_quarter",
	[PERIOD_MCH_YEAR] = "mch_year" };
static const char *const purpose_words[] = { [1] = "statistical", [2] = "administrative" };

void classes_read(const struct row *row, const struct catalog *catalog, const char *column,
	struct attribute_set *set)
{
	const char *cell = row_cell(row, column);

	for (const char *at = cell, *end;; at = end + 1) {
		char code[CATALOG_CODE_BYTES];
		const struct attribute *class;
		const struct group *group;
		size_t len;

		end = strchrnul(at, '|');
		len = (size_t)(end - at);
		snprintf(code, sizeof(code), "%.*s", (int)(len < sizeof(code) ? len : sizeof(code)),
			at);
		class = catalog_attribute_by_code(catalog, DIMENSION_CLASS, code);
		group = catalog_group_by_code(catalog, code);
		if (class)
			catalog_tree_add(catalog, class, set);
		else if (group)
			attribute_set_join(set, &group->classes);
		else
			row_fault(row, "'%s' in %s is neither a class nor a group", code, column);
		if (*end == '\0')
			return;
	}
}

static void form_read(const struct row *row, const struct catalog *catalog, struct form *form)
{
	char text[CATALOG_NAME_BYTES];

	form->id = (uint16_t)row_number(row, "id", 1, FORM_ID_MAX);
	row_code(row, form->code);
	row_name(row, &form->name);
	form->period =
		(enum period_kind)row_word(row, "period", period_words, array_len(period_words));
	classes_read(row, catalog, "classes", &form->classes);
	form->precedence = (uint8_t)row_number(row, "precedence", 1, UINT8_MAX);
	form->carry_months = (uint8_t)row_number(row, "carry_months", 0, UINT8_MAX);
	form->due_days = (uint16_t)row_number(row, "due_days", 0, FORM_DUE_DAYS_MAX);
	form->lock_days = (uint16_t)row_number(row, "lock_days", 0, FORM_LOCK_DAYS_MAX);
	row_text(row, "issued_by", text,
		sizeof(text)); /* what a form must show before it may be collected */
	(void)row_day(row, "valid_until", INT32_MAX);
	(void)row_word(row, "purpose", purpose_words, array_len(purpose_words));
}

int forms_read(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	size_t rows = loader_rows(loader, TABLE_FORMS);
	int r = table_begin(
		loader, TABLE_FORMS, key_of_id, "id", sizeof(*catalog->form), &catalog->form);

	if (r < 0 || (r = code_index_make(&catalog->form_codes, rows)) < 0)
		return err_pass(r);
	catalog->forms = rows;
	for (size_t i = 0; i < rows; i++) {
		struct form *form = &catalog->form[i];
		struct row row = table_row(loader, TABLE_FORMS, i);

		form_read(&row, catalog, form);
		catalog->form_by_id[form->id] = form;
		code_index_add(&catalog->form_codes, form->code, i);
	}
	codes_end(loader, TABLE_FORMS, &catalog->form_codes);
	return 0;
}

AUTO_DEFINE(free, void *);

/* form_lines.csv: sorted by form and line, so the lines of a form are one run of the array */

static uint64_t form_line_key(const struct row *row, const struct catalog *catalog)
{
	const struct form *form = catalog_form_by_code(catalog, row_cell(row, "form"));
	uint64_t line = key_of_number(row, "line");

	return form && line ? (uint64_t)form->id << 32 | line : 0;
}

enum { LINE_RESERVED = -2 }; /* in line_of while lines are read */

static int16_t *line_place(struct catalog *catalog, const struct form *form, size_t element)
{
	return &catalog->line_of[(size_t)(form - catalog->form) * catalog->elements + element];
}

/* What a row's word stands for: one element, or the cells of a base. NULL: nothing known. */
static const struct element *elements_meant(
	const struct catalog *catalog, const char *code, size_t *ret_count)
{
	const struct element *element = catalog_element_by_code(catalog, code);

	*ret_count = 1;
	return element ? element
		       : catalog_cells(catalog, catalog_base_by_code(catalog, code), ret_count);
}

/* A cell that a row of its own names is taken out of its base's: so a category that comes later can
 * have its lines at the form's end, where new lines belong. */
static void lines_reserve(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;

	for (size_t i = 0; i < loader_rows(loader, TABLE_FORM_LINES); i++) {
		struct row row = table_row(loader, TABLE_FORM_LINES, i);
		const struct form *form = catalog_form_by_code(catalog, row_cell(&row, "form"));
		const struct element *element =
			catalog_element_by_code(catalog, row_cell(&row, "element"));

		if (form && element && element->base)
			*line_place(catalog, form, (size_t)(element - catalog->element)) =
				LINE_RESERVED;
	}
}

static void form_line_add(const struct row *row, struct catalog *catalog, struct form *form,
	const struct element *element, bool required)
{
	int16_t *place = line_place(catalog, form, (size_t)(element - catalog->element));

	if (*place >= 0) {
		row_fault(row, "form '%s' has element '%s' already", form->code, element->code);
		return;
	}
	if (form->line_count == FORM_LINES_MAX) {
		row_fault(row, "form '%s' has more than %d lines", form->code, FORM_LINES_MAX);
		return;
	}
	*place = (int16_t)form->line_count;
	if (form->line_count++ == 0)
		form->lines = &catalog->line[catalog->lines];
	catalog->line[catalog->lines++] = (struct form_line){ element->id, required };
}

static void form_line_read(const struct row *row, struct catalog *catalog)
{
	static const char *const yes_no[] = { [1] = "no", [2] = "yes" };
	const char *form_code = row_cell(row, "form"), *element_code = row_cell(row, "element");
	struct form *form = (struct form *)catalog_form_by_code(catalog, form_code);
	size_t count, faults;
	const struct element *element = elements_meant(catalog, element_code, &count);
	bool required;

	if (!form)
		row_fault(row, "form '%.60s' is not in forms.csv", form_code);
	if (!element)
		row_fault(row, "element '%.60s' is not in elements.csv", element_code);
	(void)row_number(row, "line", 1, FORM_LINE_NUMBER_MAX);
	required = row_word(row, "required", yes_no, array_len(yes_no)) == 2;
	if (!form || !element)
		return;
	faults = row->faults->count;
	for (size_t i = 0; i < count && row->faults->count == faults; i++) {
		int16_t *place =
			line_place(catalog, form, (size_t)(&element[i] - catalog->element));

		if (*place != LINE_RESERVED || strcmp(element_code, element[i].code) == 0)
			form_line_add(row, catalog, form, &element[i], required);
	}
}

/* Room for the lines that all rows stand for: as many as fit the forms at most. */
static int lines_make(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	size_t places = catalog->forms * catalog->elements, lines = 0;

	for (size_t i = 0; i < loader_rows(loader, TABLE_FORM_LINES); i++) {
		struct row row = table_row(loader, TABLE_FORM_LINES, i);
		size_t count;

		if (elements_meant(catalog, row_cell(&row, "element"), &count))
			lines += count;
	}
	if (lines > catalog->forms * FORM_LINES_MAX)
		lines = catalog->forms * FORM_LINES_MAX;
	catalog->line = calloc(lines + 1, sizeof(*catalog->line)); /* never of size 0 */
	catalog->line_of = malloc((places + 1) * sizeof(*catalog->line_of));
	if (!catalog->line || !catalog->line_of)
		return err_here(ERR_NOMEM, "cannot allocate %zu form lines", lines);
	memset(catalog->line_of, 0xff, places * sizeof(*catalog->line_of)); /* -1 everywhere */
	return 0;
}

int form_lines_read(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	AUTO(free) void *records = NULL; /* lines are made by hand: a row may be many */
	int r = table_begin(
		loader, TABLE_FORM_LINES, form_line_key, "line of the form", 1, &records);

	if (r < 0 || (r = lines_make(loader)) < 0)
		return err_pass(r);
	lines_reserve(loader);
	for (size_t i = 0; i < loader_rows(loader, TABLE_FORM_LINES); i++) {
		struct row row = table_row(loader, TABLE_FORM_LINES, i);

		form_line_read(&row, catalog);
	}
	for (size_t i = 0; i < catalog->forms; i++) {
		struct row row = table_row(loader, TABLE_FORMS, i);

		if (catalog->form[i].line_count == 0)
			row_fault(&row, "form '%s' has no lines in form_lines.csv",
				catalog->form[i].code);
	}
	return 0;
}
