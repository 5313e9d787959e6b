/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rows into reports. The binding of columns to elements is made once, sorted by element number,
 * because a report's columns rise by element whatever the order in the sheet. Every fault of a row
 * is collected before it is reported: a clerk corrects a row once, not cell by cell. */
#include "client/row.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "client/finding.h"
#include "client/language.h"
#include "client/phrase.h"
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
	/* of the header: names, joined by ", " */
	struct buffer unknown, foreign, missing, whole;
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
	buffer_fini(&reader->unknown);
	buffer_fini(&reader->foreign);
	buffer_fini(&reader->missing);
	buffer_fini(&reader->whole);
	free(reader);
}

/* One fault of a cell; detail may be NULL. */
static int row_fault(struct row_reader *reader, size_t row, size_t column, const char *reason,
	const char *detail)
{
	const char *name = sheet_column_name(reader->sheet, column);
	const struct element *element = catalog_element_by_code(reader->catalog, name);
	const char *colon = language_pick("：", ": ");

	/* The element's name helps whoever fills a Chinese form and sees English codes. */
	return err_pass(buffer_format(&reader->faults, "%s%s:%zu: %s '%s'%s%s%s%s%s%s%s",
		reader->faults.len ? "\n" : "", sheet_name(reader->sheet),
		sheet_line(reader->sheet, row), language_pick("列", "column"), name,
		element ? language_pick("（", " (") : "",
		element ? language_pick(element->name.zh, element->name.en) : "",
		element ? language_pick("）", ")") : "", colon, reason, detail ? colon : "",
		detail ? detail : ""));
}

/* How a period of the form's kind is written. */
static const char *period_example(enum period_kind kind)
{
	static const char *const examples[] = {
		[PERIOD_MONTH] = "2026-05",
		[PERIOD_QUARTER] = "2026Q2",
		[PERIOD_HALF] = "2026H1",
		[PERIOD_YEAR] = "2026",
		[PERIOD_MCH_QUARTER] = "2026MQ1",
		[PERIOD_MCH_YEAR] = "2026M",
	};

	return (size_t)kind < array_len(examples) && examples[kind] ? examples[kind] : "2026-05";
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
	char wanted[200];
	uint32_t period;

	if (period_parse(text, &period) < 0)
		return err_pass(row_fault(reader, row, reader->period_column,
			language_pick("报告期无效", "not a period"), phrase(err_text())));
	if (period_kind_of(period) != reader->form->period) {
		snprintf(wanted, sizeof(wanted),
			language_pick("'%.40s'；报表 %s 的报告期应写成 %s 的形式",
				"'%.40s'; the form %s takes periods written as in %s"),
			text, reader->form->code, period_example(reader->form->period));
		return err_pass(row_fault(reader, row, reader->period_column,
			language_pick("报告期与报表周期不符", "not a period of the form's kind"),
			wanted));
	}
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
			language_pick("数值无效", "not a value"), phrase(err_text())));
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
		if (r < 0 &&
			(r = row_fault(reader, row, (size_t)reader->text_column[i],
				 language_pick("文字无效", "not allowed"), phrase(err_text()))) < 0)
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

/* Which of the row's own cells a finding without an element speaks of; -1: none. */
static int finding_column(const struct row_reader *reader, enum finding_code code)
{
	switch (code) {
	case FINDING_FACILITY_UNKNOWN:
	case FINDING_NOT_YOURS:
	case FINDING_FORM_NOT_ASSIGNED:
		return (int)reader->facility_column;
	case FINDING_PERIOD_INVALID:
	case FINDING_PERIOD_FUTURE:
	case FINDING_FACILITY_CLOSED:
		return (int)reader->period_column;
	default:
		return -1;
	}
}

int row_explain(const struct row_reader *reader, size_t row, const struct finding *finding,
	bool chinese, struct buffer *out)
{
	const struct element *element = catalog_element(reader->catalog, finding->element);
	int column = finding_column(reader, finding->code);
	int r = buffer_format(
		out, "%s:%zu: ", sheet_name(reader->sheet), sheet_line(reader->sheet, row));

	if (r == 0 && finding->element != 0 && element)
		r = buffer_format(out,
			chinese ? "列 '%s'（%s）：" : "column '%s' (%s): ", element->code,
			chinese ? element->name.zh : element->name.en);
	else if (r == 0 && column >= 0)
		r = buffer_format(out, chinese ? "列 '%s'，'%s'：" : "column '%s', '%s': ",
			sheet_column_name(reader->sheet, (size_t)column),
			sheet_cell(reader->sheet, row, (size_t)column));
	if (r < 0 || (r = finding_explain(reader->catalog, finding, chinese, out)) < 0)
		return err_pass(r);
	return 0;
}
