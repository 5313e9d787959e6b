/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is reported and what is computed from it: elements, forms and their lines, indicators. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/catalog_loader.h"

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

static void element_read(const struct row *row, struct element *element)
{
	element->id = row_number(row, "id", 1, ELEMENT_ID_MAX);
	row_code(row, element->code);
	if (term_kind_of_word(element->code) != 0)
		row_fault(row, "code '%s' is a word of linear forms", element->code);
	row_name(row, &element->name);
	row_text(row, "unit", element->unit, sizeof(element->unit));
	element->scale = (uint8_t)row_number(row, "scale", 0, ELEMENT_SCALE_MAX);
	element->type = (enum element_type)row_word(row, "type", type_words, array_len(type_words));
	element->basis = (enum basis)row_word(row, "basis", basis_words, array_len(basis_words));
	element->over_time = (enum over_time)row_word(
		row, "over_time", over_time_words, array_len(over_time_words));
	element->over_space = (enum over_space)row_word(
		row, "over_space", over_space_words, array_len(over_space_words));
}

static int elements_index(struct catalog *catalog)
{
	for (size_t i = 0; i < catalog->elements; i++) {
		if (catalog->element[i].id >= catalog->element_ids)
			catalog->element_ids = (size_t)catalog->element[i].id + 1;
	}
	catalog->element_by_id =
		calloc(catalog->element_ids + 1, sizeof(struct element *)); /* never of size 0 */
	if (!catalog->element_by_id)
		return err_here(ERR_NOMEM, "cannot allocate the index of elements");
	for (size_t i = 0; i < catalog->elements; i++)
		catalog->element_by_id[catalog->element[i].id] = &catalog->element[i];
	return 0;
}

int elements_read(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	size_t rows = loader_rows(loader, TABLE_ELEMENTS);
	int r = table_begin(loader, TABLE_ELEMENTS, key_of_id, "id", sizeof(*catalog->element),
		&catalog->element);

	if (r < 0 || (r = code_index_make(&catalog->element_codes, rows)) < 0)
		return err_pass(r);
	catalog->elements = rows;
	for (size_t i = 0; i < rows; i++) {
		struct row row = table_row(loader, TABLE_ELEMENTS, i);

		element_read(&row, &catalog->element[i]);
		code_index_add(&catalog->element_codes, catalog->element[i].code, i);
	}
	codes_end(loader, TABLE_ELEMENTS, &catalog->element_codes);
	return err_pass(elements_index(catalog));
}

/* forms.csv */

static const char *const period_words[] = { [PERIOD_MONTH] = "month",
	[PERIOD_QUARTER] = "quarter",
	[PERIOD_HALF] = "half",
	[PERIOD_YEAR] = "year",
	[PERIOD_MCH_QUARTER] = "mch_quarter",
	[PERIOD_MCH_YEAR] = "mch_year" };
static const char *const purpose_words[] = { [1] = "statistical", [2] = "administrative" };

/* "hospital|primary_wide": classes and groups of them, with everything below. */
static void classes_read(
	const struct row *row, const struct catalog *catalog, struct attribute_set *set)
{
	const char *cell = row_cell(row, "classes");

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
			row_fault(row, "'%s' in classes is neither a class nor a group", code);
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
	classes_read(row, catalog, &form->classes);
	form->precedence = (uint8_t)row_number(row, "precedence", 1, UINT8_MAX);
	form->carry_months = (uint8_t)row_number(row, "carry_months", 0, UINT8_MAX);
	form->due_days = (uint16_t)row_number(row, "due_days", 0, FORM_DUE_DAYS_MAX);
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

/* form_lines.csv: sorted by form and line, so the lines of a form are one run of the array */

static uint64_t form_line_key(const struct row *row, const struct catalog *catalog)
{
	const struct form *form = catalog_form_by_code(catalog, row_cell(row, "form"));
	uint64_t line = key_of_number(row, "line");

	return form && line ? (uint64_t)form->id << 32 | line : 0;
}

static int16_t *line_place(struct catalog *catalog, const struct form *form, uint32_t element)
{
	return &catalog->line_of[(size_t)(form - catalog->form) * catalog->element_ids + element];
}

static void form_line_read(const struct row *row, struct catalog *catalog, struct form_line *line)
{
	static const char *const yes_no[] = { [1] = "no", [2] = "yes" };
	const char *form_code = row_cell(row, "form"), *element_code = row_cell(row, "element");
	struct form *form = (struct form *)catalog_form_by_code(catalog, form_code);
	const struct element *element = catalog_element_by_code(catalog, element_code);

	if (!form)
		row_fault(row, "form '%.60s' is not in forms.csv", form_code);
	if (!element)
		row_fault(row, "element '%.60s' is not in elements.csv", element_code);
	(void)row_number(row, "line", 1, FORM_LINE_NUMBER_MAX);
	line->required = row_word(row, "required", yes_no, array_len(yes_no)) == 2;
	if (!form || !element)
		return;
	line->element = element->id;
	if (*line_place(catalog, form, element->id) >= 0)
		row_fault(row, "form '%s' has element '%s' already", form->code, element->code);
	else if (form->line_count == FORM_LINES_MAX)
		row_fault(row, "form '%s' has more than %d lines", form->code, FORM_LINES_MAX);
	else
		*line_place(catalog, form, element->id) = (int16_t)form->line_count;
	if (form->line_count++ == 0)
		form->lines = line;
}

int form_lines_read(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	size_t places = catalog->forms * catalog->element_ids;
	int r = table_begin(loader, TABLE_FORM_LINES, form_line_key, "line of the form",
		sizeof(*catalog->line), &catalog->line);

	if (r < 0)
		return err_pass(r);
	catalog->line_of = malloc((places + 1) * sizeof(*catalog->line_of)); /* never of size 0 */
	if (!catalog->line_of)
		return err_here(ERR_NOMEM, "cannot allocate the places of %zu form lines", places);
	memset(catalog->line_of, 0xff, places * sizeof(*catalog->line_of)); /* -1 everywhere */
	for (size_t i = 0; i < loader_rows(loader, TABLE_FORM_LINES); i++) {
		struct row row = table_row(loader, TABLE_FORM_LINES, i);

		form_line_read(&row, catalog, &catalog->line[i]);
	}
	for (size_t i = 0; i < catalog->forms; i++) {
		struct row row = table_row(loader, TABLE_FORMS, i);

		if (catalog->form[i].line_count == 0)
			row_fault(&row, "form '%s' has no lines in form_lines.csv",
				catalog->form[i].code);
	}
	return 0;
}

/* indicators.csv */

static void side_read(const struct row *row, const struct catalog *catalog, const char *column,
	struct linear *linear)
{
	if (linear_parse(catalog, row_cell(row, column), linear) < 0)
		row_fault(row, "%s: %s", column, err_text());
}

/* A bit for each basis by which the form's elements count people. */
static unsigned bases_of(const struct catalog *catalog, const struct linear *linear)
{
	unsigned bases = 0;

	for (uint32_t i = 0; i < linear->count; i++) {
		if (linear->term[i].kind == TERM_ELEMENT)
			bases |= 1u << catalog_element(catalog, linear->term[i].element)->basis;
	}
	return bases;
}

/* Cases by place of service over people by residence is a ratio of two different crowds: allowed
 * only for a stated reason. */
static void basis_check(
	const struct row *row, const struct catalog *catalog, const struct indicator *indicator)
{
	unsigned bases = bases_of(catalog, &indicator->numerator) |
			 bases_of(catalog, &indicator->denominator);
	bool mixed = (bases & (bases - 1)) != 0;
	char list[64] = "";
	size_t used = 0;

	for (unsigned i = 1; i < array_len(basis_words); i++) {
		if (bases >> i & 1)
			used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
				used ? ", " : "", basis_words[i]);
	}
	if (mixed && !indicator->mixed_basis)
		row_fault(row,
			"elements of different bases (%s); give the reason in mixed_basis or "
			"choose others",
			list);
	if (!mixed && indicator->mixed_basis)
		row_fault(row, "mixed_basis gives a reason, but all elements have one basis");
}

static void indicator_read(
	const struct row *row, const struct catalog *catalog, struct indicator *indicator)
{
	static const char *const polarity_words[] = { [1] = "higher", [2] = "lower", [3] = "none" };

	indicator->id = (uint16_t)row_number(row, "id", 1, INDICATOR_ID_MAX);
	row_code(row, indicator->code);
	row_name(row, &indicator->name);
	row_text(row, "unit", indicator->unit, sizeof(indicator->unit));
	side_read(row, catalog, "numerator", &indicator->numerator);
	side_read(row, catalog, "denominator", &indicator->denominator);
	indicator->factor = row_number(row, "factor", 1, INDICATOR_FACTOR_MAX);
	indicator->window = window_parse(row_cell(row, "window"));
	if (indicator->window == 0)
		row_fault(row,
			"window '%.60s' is none of: month, quarter, half, ytd, r12m, year, "
			"mch_year",
			row_cell(row, "window"));
	indicator->decimals = (uint8_t)row_number(row, "decimals", 0, INDICATOR_DECIMALS_MAX);
	(void)row_word(row, "polarity", polarity_words, array_len(polarity_words));
	indicator->mixed_basis =
		row_cell(row, "mixed_basis")[0] != '\0'; /* the reason, or nothing */
	if (indicator->numerator.count > 0 && indicator->denominator.count > 0)
		basis_check(row, catalog, indicator);
}

int indicators_read(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	size_t rows = loader_rows(loader, TABLE_INDICATORS);
	int r = table_begin(loader, TABLE_INDICATORS, key_of_id, "id", sizeof(*catalog->indicator),
		&catalog->indicator);

	if (r < 0 || (r = code_index_make(&catalog->indicator_codes, rows)) < 0)
		return err_pass(r);
	catalog->indicators = rows;
	for (size_t i = 0; i < rows; i++) {
		struct row row = table_row(loader, TABLE_INDICATORS, i);

		indicator_read(&row, catalog, &catalog->indicator[i]);
		code_index_add(&catalog->indicator_codes, catalog->indicator[i].code, i);
	}
	codes_end(loader, TABLE_INDICATORS, &catalog->indicator_codes);
	return 0;
}
