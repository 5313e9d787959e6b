/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rows into reports. The binding of columns to elements is made once, sorted by element number,
 * because a report's columns rise by element whatever the order in the sheet. Every fault of a row
 * is collected before it is reported: a clerk corrects a row once, not cell by cell. */
#include "client/row.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "client/finding.h"
#include "client/language.h"
#include "model/decimal.h"

struct cell_binding {
	const struct element *element;
	size_t column;
	bool required;
};

enum { TEXT_COLUMNS = 6 };

struct row_reader {
	/* borrowed */
	const struct catalog *catalog;
	const struct form *form;
	const struct sheet *sheet;
	/* set at start, never changed; cells rise by element number */
	struct cell_binding cell[FORM_LINES_MAX];
	size_t cells;
	size_t facility_column, period_column;
	int revision_column; /* -1: none */
	int text_column[TEXT_COLUMNS];
	/* of the row read last */
	uint32_t element[FORM_LINES_MAX], absent_element[FORM_LINES_MAX],
		absent_kind[FORM_LINES_MAX];
	int64_t value[FORM_LINES_MAX];
	struct buffer faults, scratch;
};

static const struct {
	const char *name;
	size_t offset;
} text_columns[TEXT_COLUMNS] = {
	{ "head_of_unit", offsetof(struct report_text, head_of_unit) },
	{ "statistics_head", offsetof(struct report_text, statistics_head) },
	{ "filled_by", offsetof(struct report_text, filled_by) },
	{ "telephone", offsetof(struct report_text, telephone) },
	{ "filled_on", offsetof(struct report_text, filled_on) },
	{ "comment", offsetof(struct report_text, comment) },
};

static const struct {
	const char *en, *zh;
	enum absent_kind kind;
} absent_words[] = {
	{ "NOT_OFFERED", "未开展", ABSENT_NOT_OFFERED },
	{ "NOT_COLLECTED", "未收集", ABSENT_NOT_COLLECTED },
	{ "WITHHELD", "不公开", ABSENT_WITHHELD },
	{ "NOT_APPLICABLE", "不适用", ABSENT_NOT_APPLICABLE },
};

/* 0: the text is no such word. */
static uint32_t absent_parse(const char *text)
{
	for (size_t i = 0; i < array_len(absent_words); i++) {
		if (strcmp(text, absent_words[i].en) == 0 || strcmp(text, absent_words[i].zh) == 0)
			return absent_words[i].kind;
	}
	return 0;
}

static int bytes_text_index(const char *name)
{
	for (int i = 0; i < TEXT_COLUMNS; i++) {
		if (strcmp(name, text_columns[i].name) == 0)
			return i;
	}
	return -1;
}

static int reader_fault(struct row_reader *reader, const char *zh, const char *en, const char *name)
{
	return err_pass(
		buffer_format(&reader->faults, "%s%s: %s '%s'", reader->faults.len ? "\n" : "",
			sheet_name(reader->sheet), language_pick(zh, en), name));
}

static int bind_element(struct row_reader *reader, size_t column, const char *name)
{
	const struct element *element = catalog_element_by_code(reader->catalog, name);
	int line = element ? form_line_of(reader->catalog, reader->form, element->id) : -1;

	if (line < 0)
		return err_pass(reader_fault(reader,
			element ? "本报表没有此指标列（可在列名前加 # 作为备注）："
				: "无法识别的列（可在列名前加 # 作为备注）：",
			element ? "the form does not have the element (a column may be made a "
				  "remark by a leading #):"
				: "unknown column (it may be made a remark by a leading #):",
			name));
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
	static const char *const zh = "缺少列", *const en = "missing column";
	int r = 0;

	if (!facility)
		r = reader_fault(reader, zh, en, "facility");
	if (r == 0 && !period)
		r = reader_fault(reader, zh, en, "period");
	for (uint32_t i = 0; r == 0 && i < reader->form->line_count; i++) {
		const struct form_line *line = &reader->form->lines[i];
		const struct element *element = catalog_element(reader->catalog, line->element);

		ensure(element != NULL);
		if (line->required && !bound(reader, line->element))
			r = reader_fault(reader, zh, en, element->code);
	}
	return err_pass(r);
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
	reader->revision_column = -1;
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
	buffer_fini(&reader->scratch);
	free(reader);
}

/* One fault of a cell; detail may be NULL. */
static int row_fault(struct row_reader *reader, size_t row, size_t column, const char *reason,
	const char *detail)
{
	return err_pass(buffer_format(&reader->faults, "%s%s:%zu: %s '%s': %s%s%s",
		reader->faults.len ? "\n" : "", sheet_name(reader->sheet),
		sheet_line(reader->sheet, row), language_pick("列", "column"),
		sheet_column_name(reader->sheet, column), reason, detail ? ": " : "",
		detail ? detail : ""));
}

bool facility_code_valid(const char *code)
{
	size_t len = strlen(code);

	if (len < 1 || len > FACILITY_CODE_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (code[i] <= ' ' || code[i] > '~' || code[i] == ',')
			return false;
	}
	return true;
}

static int read_facility(struct row_reader *reader, size_t row, struct report *report)
{
	const char *code = sheet_cell(reader->sheet, row, reader->facility_column);

	if (!facility_code_valid(code))
		return err_pass(row_fault(reader, row, reader->facility_column,
			language_pick("机构代码须为 1 至 32 个不含空格和逗号的英文字符",
				"a facility's code is 1 to 32 ASCII characters without blanks and "
				"commas"),
			code));
	report->facility = bytes_str(code);
	return 0;
}

static int read_period(struct row_reader *reader, size_t row, struct report *report)
{
	const char *text = sheet_cell(reader->sheet, row, reader->period_column);
	uint32_t period;

	if (period_parse(text, &period) < 0)
		return err_pass(row_fault(reader, row, reader->period_column,
			language_pick("报告期无效", "not a period"), err_text()));
	if (period_kind_of(period) != reader->form->period)
		return err_pass(row_fault(reader, row, reader->period_column,
			language_pick("报告期与报表周期不符", "not a period of the form's kind"),
			text));
	report->period = period;
	return 0;
}

static int read_revision(struct row_reader *reader, size_t row, struct report *report)
{
	const char *text;
	int64_t value = 0;

	if (reader->revision_column < 0)
		return 0;
	text = sheet_cell(reader->sheet, row, (size_t)reader->revision_column);
	/* Blank: numbered by the program, as without the column. */
	if (text[0] == '\0')
		return 0;
	if (decimal_parse(text, 0, &value) < 0 || value < 1 || value > UINT32_MAX)
		return err_pass(row_fault(reader, row, (size_t)reader->revision_column,
			language_pick(
				"修订号须为从 1 开始的整数", "a revision is a whole number from 1"),
			text));
	report->revision = (uint32_t)value;
	return 0;
}

static bool may_be_negative(const struct element *element)
{
	return element->type != ELEMENT_COUNT && element->type != ELEMENT_QUANTITY;
}

static int read_cell(struct row_reader *reader, size_t row, const struct cell_binding *cell,
	struct report *report)
{
	const char *text = sheet_cell(reader->sheet, row, cell->column);
	uint32_t absent = absent_parse(text);
	int64_t value;

	if (text[0] == '\0') {
		if (!cell->required)
			return 0;
		return err_pass(row_fault(reader, row, cell->column,
			language_pick("必填项为空；如确为零请填 "
				      "0，否则注明：未开展、未收集、不公开、不适用",
				"blank, but the form requires it; write 0 if it is zero, else why "
				"there is none "
				"(NOT_OFFERED, NOT_COLLECTED, WITHHELD, NOT_APPLICABLE)"),
			NULL));
	}
	if (absent) {
		reader->absent_element[report->absents] = cell->element->id;
		reader->absent_kind[report->absents++] = absent;
		return 0;
	}
	if (decimal_parse(text, cell->element->scale, &value) < 0)
		return err_pass(row_fault(reader, row, cell->column,
			language_pick("数值无效", "not a value"), err_text()));
	if (value < 0 && !may_be_negative(cell->element))
		return err_pass(row_fault(reader, row, cell->column,
			language_pick("数值为负", "the value is negative"), text));
	reader->element[report->values] = cell->element->id;
	reader->value[report->values++] = value;
	return 0;
}

/* Each text column is tried alone, so that the fault names its column. */
static int read_text(
	struct row_reader *reader, size_t row, struct report_text *text, bool *has_text)
{
	int r;

	for (size_t i = 0; i < TEXT_COLUMNS; i++) {
		struct report_text alone = { 0 };
		struct bytes cell;

		if (reader->text_column[i] < 0)
			continue;
		cell = bytes_str(sheet_cell(reader->sheet, row, (size_t)reader->text_column[i]));
		if (cell.len == 0)
			continue;
		memcpy((char *)&alone + text_columns[i].offset, &cell, sizeof(cell));
		reader->scratch.len = 0;
		r = report_text_encode(&alone, &reader->scratch);
		if (r < 0 && r != ERR_INVALID && r != ERR_LIMIT)
			return err_pass(r);
		if (r < 0 && (r = row_fault(reader, row, (size_t)reader->text_column[i],
				      language_pick("文字无效", "not allowed"), err_text())) < 0)
			return err_pass(r);
		memcpy((char *)text + text_columns[i].offset, &cell, sizeof(cell));
		*has_text = true;
	}
	return 0;
}

int row_read(struct row_reader *reader, size_t row, struct report *ret_report,
	struct report_text *ret_text, bool *ret_has_text)
{
	struct report report = {
		.form = reader->form->id,
		.element = reader->element,
		.value = reader->value,
		.absent_element = reader->absent_element,
		.absent_kind = reader->absent_kind,
	};
	struct report_text text = { 0 };
	bool has_text = false;
	int r;

	reader->faults.len = 0;
	if ((r = read_facility(reader, row, &report)) < 0 ||
		(r = read_period(reader, row, &report)) < 0 ||
		(r = read_revision(reader, row, &report)) < 0 ||
		(r = read_text(reader, row, &text, &has_text)) < 0)
		return err_pass(r);
	for (size_t i = 0; i < reader->cells; i++) {
		if ((r = read_cell(reader, row, &reader->cell[i], &report)) < 0)
			return err_pass(r);
	}
	if (reader->faults.len > 0)
		return err_here(ERR_INVALID, "%.*s", (int)reader->faults.len,
			(const char *)reader->faults.data);
	*ret_report = report;
	*ret_text = text;
	*ret_has_text = has_text;
	return 0;
}

struct bytes row_faults(const struct row_reader *reader)
{
	return buffer_view(&reader->faults);
}

int row_explain(const struct row_reader *reader, size_t row, const struct finding *finding,
	bool chinese, struct buffer *out)
{
	const struct element *element = catalog_element(reader->catalog, finding->element);
	int r = buffer_format(
		out, "%s:%zu: ", sheet_name(reader->sheet), sheet_line(reader->sheet, row));

	if (r == 0 && finding->element != 0 && element)
		r = buffer_format(out,
			chinese ? "列 '%s'（%s）：" : "column '%s' (%s): ", element->code,
			chinese ? element->name.zh : element->name.en);
	if (r < 0 || (r = finding_explain(reader->catalog, finding, chinese, out)) < 0)
		return err_pass(r);
	return 0;
}
