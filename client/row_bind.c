/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A header and a form: which column is which element. The binding is made once, sorted by element
 * number, because a report's columns rise by element whatever the order in the sheet. All faults of
 * a header are told at once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "client/language.h"
#include "client/row_parts.h"

const struct text_column row_text_columns[TEXT_COLUMNS] = {
	{ "head_of_unit", offsetof(struct report_text, head_of_unit) },
	{ "statistics_head", offsetof(struct report_text, statistics_head) },
	{ "filled_by", offsetof(struct report_text, filled_by) },
	{ "telephone", offsetof(struct report_text, telephone) },
	{ "filled_on", offsetof(struct report_text, filled_on) },
	{ "comment", offsetof(struct report_text, comment) },
};

static int bytes_text_index(const char *name)
{
	for (int i = 0; i < TEXT_COLUMNS; i++) {
		if (strcmp(name, row_text_columns[i].name) == 0)
			return i;
	}
	return -1;
}

static int name_add(struct buffer *names, const char *name)
{
	return err_pass(buffer_format(names, "%s'%s'", names->len ? ", " : "", name));
}

/* A base element's name, with its first cell's as an example. */
static int whole_add(struct row_reader *reader, uint32_t base, const char *name)
{
	size_t cells;
	const struct element *cell = catalog_cells(reader->catalog, base, &cells);

	return err_pass(buffer_format(&reader->whole, "%s'%s' (%s …)",
		reader->whole.len ? ", " : "", name, cells > 0 ? cell->code : ""));
}

/* One line for all names of one sort of fault: a file for another form has dozens of them. */
static int header_fault(struct row_reader *reader, const struct buffer *names, const char *what)
{
	enum { SHOWN_BYTES = 240 };
	bool cut = names->len > SHOWN_BYTES;

	if (names->len == 0)
		return 0;
	return err_pass(buffer_format(&reader->faults, "%s%s:1: %s: %.*s%s",
		reader->faults.len ? "\n" : "", sheet_name(reader->sheet), what,
		cut ? SHOWN_BYTES : (int)names->len, (const char *)names->data, cut ? " …" : ""));
}

static int header_faults(struct row_reader *reader)
{
	static const char *const remark_zh = "如只作备注，请在列名前加 #",
				 *const remark_en =
					 "begin a name with # to keep the column as a remark";
	const char *form = reader->form->code;
	char what[256];
	int r;

	snprintf(what, sizeof(what),
		language_pick("报表 %s 缺少列", "columns are missing that the form %s requires"),
		form);
	if ((r = header_fault(reader, &reader->missing, what)) < 0)
		return err_pass(r);
	snprintf(what, sizeof(what),
		language_pick("报表 %s 没有这些指标列（请核对 --form；%s）",
			"elements that the form %s does not have (check --form; %s)"),
		form, language_pick(remark_zh, remark_en));
	if ((r = header_fault(reader, &reader->foreign, what)) < 0)
		return err_pass(r);
	snprintf(what, sizeof(what),
		language_pick(
			"无法识别的列（请核对拼写；%s）", "unknown columns (check spelling; %s)"),
		language_pick(remark_zh, remark_en));
	if ((r = header_fault(reader, &reader->unknown, what)) < 0)
		return err_pass(r);
	return err_pass(header_fault(reader, &reader->whole,
		language_pick("这些指标分组填报，请为每一单元设一列",
			"elements that are broken down; make a column for each cell")));
}

static int bind_element(struct row_reader *reader, size_t column, const char *name)
{
	const struct element *element = catalog_element_by_code(reader->catalog, name);
	int line = element ? form_line_of(reader->catalog, reader->form, element->id) : -1;
	uint32_t base;

	if (!element && (base = catalog_base_by_code(reader->catalog, name)) != 0)
		return err_pass(whole_add(reader, base, name));
	if (line < 0)
		return err_pass(name_add(element ? &reader->foreign : &reader->unknown, name));
	ensure(reader->cells < FORM_LINES_MAX);
	reader->cell[reader->cells++] = (struct cell_binding){
		.element = element,
		.column = column,
		.required = reader->form->lines[line].required,
	};
	return 0;
}

static int bind_column(struct row_reader *reader, size_t column, bool *facility, bool *period)
{
	const char *name = sheet_column_name(reader->sheet, column);
	int text = bytes_text_index(name);

	if (strcmp(name, ROW_COLUMN_PREFILLED) == 0)
		reader->prefilled_column = (int)column;
	if (name[0] == '#')
		return 0;
	if (strcmp(name, "facility") == 0) {
		reader->facility_column = column;
		*facility = true;
	} else if (strcmp(name, "period") == 0) {
		reader->period_column = column;
		*period = true;
	} else if (strcmp(name, "revision") == 0) {
		reader->revision_column = (int)column;
	} else if (strcmp(name, ROW_COLUMN_REASONS) == 0) {
		reader->reasons_column = (int)column;
	} else if (text >= 0) {
		reader->text_column[text] = (int)column;
	} else {
		return err_pass(bind_element(reader, column, name));
	}
	return 0;
}

static bool bound(const struct row_reader *reader, uint32_t element)
{
	for (size_t i = 0; i < reader->cells; i++) {
		if (reader->cell[i].element->id == element)
			return true;
	}
	return false;
}

static int check_missing(struct row_reader *reader, bool facility, bool period)
{
	int r = 0;

	if (!facility)
		r = name_add(&reader->missing, "facility");
	if (r == 0 && !period)
		r = name_add(&reader->missing, "period");
	for (uint32_t i = 0; r == 0 && i < reader->form->line_count; i++) {
		const struct form_line *line = &reader->form->lines[i];
		const struct element *element = catalog_element(reader->catalog, line->element);

		ensure(element != NULL);
		if (line->required && !bound(reader, line->element))
			r = name_add(&reader->missing, element->code);
	}
	return r < 0 ? err_pass(r) : err_pass(header_faults(reader));
}

static int cell_compare(const void *a, const void *b)
{
	uint32_t x = ((const struct cell_binding *)a)->element->id,
		 y = ((const struct cell_binding *)b)->element->id;

	return (x > y) - (x < y);
}

int row_reader_new(const struct catalog *catalog, const struct form *form,
	const struct sheet *sheet, struct row_reader **ret_reader)
{
	AUTO(row_reader_free) struct row_reader *reader = calloc(1, sizeof(*reader));
	bool facility = false, period = false;
	int r;

	if (!reader)
		return err_here(ERR_NOMEM, "cannot allocate a row reader");
	reader->catalog = catalog;
	reader->form = form;
	reader->sheet = sheet;
	reader->revision_column = reader->prefilled_column = reader->reasons_column = -1;
	for (size_t i = 0; i < TEXT_COLUMNS; i++)
		reader->text_column[i] = -1;
	for (size_t i = 0; i < sheet_columns(sheet); i++) {
		if ((r = bind_column(reader, i, &facility, &period)) < 0)
			return err_pass(r);
	}
	if ((r = check_missing(reader, facility, period)) < 0)
		return err_pass(r);
	if (reader->faults.len > 0)
		return err_here(ERR_INVALID, "%.*s", (int)reader->faults.len,
			(const char *)reader->faults.data);
	qsort(reader->cell, reader->cells, sizeof(reader->cell[0]), cell_compare);
	*ret_reader = reader;
	reader = NULL;
	return 0;
}

void row_reader_free(struct row_reader *reader)
{
	if (!reader)
		return;
	buffer_fini(&reader->faults);
	buffer_fini(&reader->warnings);
	buffer_fini(&reader->notes);
	buffer_fini(&reader->scratch);
	buffer_fini(&reader->folded);
	buffer_fini(&reader->unchanged);
	buffer_fini(&reader->unknown);
	buffer_fini(&reader->foreign);
	buffer_fini(&reader->missing);
	buffer_fini(&reader->whole);
	free(reader);
}
