/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rows into reports. Every fault of a row is collected before it is reported: a clerk corrects a
 * row once, not cell by cell. */
#include "client/row.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "client/language.h"
#include "client/missing.h"
#include "client/phrase.h"
#include "client/row_parts.h"
#include "model/decimal.h"

static int note_add(struct row_reader *reader, size_t column, const struct row_said *said)
{
	struct row_note note = { .warning = said->warning };
	int r;

	row_note_text(note.column, sizeof(note.column),
		bytes_str(sheet_column_name(reader->sheet, column)));
	reader->scratch.len = 0;
	r = buffer_format(&reader->scratch, "%s%s%s", said->reason,
		said->detail ? language_pick("：", ": ") : "", said->detail ? said->detail : "");
	if (r < 0)
		return err_pass(r);
	snprintf(note.code, sizeof(note.code), "%s", said->code);
	row_note_text(note.reason, sizeof(note.reason), buffer_view(&reader->scratch));
	row_note_text(note.fix, sizeof(note.fix), bytes_str(said->fix ? said->fix : ""));
	return err_pass(buffer_add(&reader->notes, bytes_of(&note, sizeof(note))));
}

int row_say(struct row_reader *reader, size_t row, size_t column, const struct row_said *said)
{
	const char *name = sheet_column_name(reader->sheet, column);
	const struct element *element = catalog_element_by_code(reader->catalog, name);
	const char *colon = language_pick("：", ": "), *comma = language_pick("；", "; ");
	struct buffer *out = said->warning ? &reader->warnings : &reader->faults;
	int r = note_add(reader, column, said);

	if (r < 0)
		return err_pass(r);
	/* The element's name helps whoever fills a Chinese form and sees English codes. */
	return err_pass(buffer_format(out, "%s%s:%zu: %s '%s'%s%s%s%s%s%s%s%s%s%s",
		out->len ? "\n" : "", sheet_name(reader->sheet), sheet_line(reader->sheet, row),
		language_pick("列", "column"), name, element ? language_pick("（", " (") : "",
		element ? language_pick(element->name.zh, element->name.en) : "",
		element ? language_pick("）", ")") : "", colon,
		said->warning ? language_pick("提示：", "note: ") : "", said->reason,
		said->detail ? colon : "", said->detail ? said->detail : "", said->fix ? comma : "",
		said->fix ? said->fix : ""));
}

bool row_is_remark(const struct row_reader *reader, size_t row)
{
	const char *facility = sheet_cell(reader->sheet, row, reader->facility_column);

	if (strncmp(facility, ROW_MARK_NAMES, strlen(ROW_MARK_NAMES)) == 0 ||
		strncmp(facility, ROW_MARK_UNITS, strlen(ROW_MARK_UNITS)) == 0)
		return true;
	for (size_t i = 0; i < sheet_columns(reader->sheet); i++) {
		if (sheet_cell(reader->sheet, row, i)[0] != '\0')
			return false;
	}
	return true;
}

const char *row_facility_text(const struct row_reader *reader, size_t row)
{
	return sheet_cell(reader->sheet, row, reader->facility_column);
}

uint32_t row_period(const struct row_reader *reader)
{
	return reader->period;
}

const struct form *row_reader_form(const struct row_reader *reader)
{
	return reader->form;
}

void row_reader_know(struct row_reader *reader, const struct codes *known)
{
	reader->known = known;
}

void row_reader_leave_to_check(struct row_reader *reader)
{
	reader->lenient = true;
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

/* A code that a spreadsheet took for a number is refused, never guessed. */
static int check_spoiled(struct row_reader *reader, size_t row, const char *code)
{
	const char *like = reader->known ? codes_spoiled(reader->known, code) : NULL;
	struct row_said said = {
		.fix = language_pick("请将该列设为“文本”格式后重新填写代码，再另存为 CSV",
			"format the column as text, type the codes again and save")
	};

	if (cell_is_notation(code)) {
		said.code = "code-notation";
		said.reason = language_pick("机构代码被表格软件变成了科学计数",
			"the spreadsheet turned the facility's code into a number");
		said.detail = code;
		return err_pass(row_say(reader, row, reader->facility_column, &said));
	}
	if (!like)
		return 0;
	said.code = "code-digits";
	said.reason = language_pick(
		"机构代码丢失了数字，应为", "the facility's code has lost digits; it should be");
	said.detail = like;
	return err_pass(row_say(reader, row, reader->facility_column, &said));
}

static int read_facility(struct row_reader *reader, size_t row, struct report *report)
{
	const char *text = sheet_cell(reader->sheet, row, reader->facility_column), *code;
	int r = cell_fold(text, &reader->folded);

	if (r < 0)
		return err_pass(r);
	code = (const char *)reader->folded.data;
	if (!facility_code_valid(code))
		return err_pass(row_say(reader, row, reader->facility_column,
			&(struct row_said){ .code = "facility-code",
				.reason = language_pick(
					"机构代码须为 1 至 32 个不含空格和逗号的英文字符",
					"a facility's code is 1 to 32 ASCII characters without "
					"blanks and commas"),
				.detail = text,
				.fix = language_pick("请核对机构代码", "check the code") }));
	snprintf(reader->facility, sizeof(reader->facility), "%s", code);
	report->facility = bytes_str(reader->facility);
	return err_pass(check_spoiled(reader, row, reader->facility));
}

static int read_period(struct row_reader *reader, size_t row, struct report *report)
{
	const char *text = sheet_cell(reader->sheet, row, reader->period_column);
	struct row_said said = { .code = "period-invalid" };
	char wanted[200];
	uint32_t period;
	int r = cell_fold(text, &reader->folded);

	if (r < 0)
		return err_pass(r);
	if (cell_period((const char *)reader->folded.data, &period) < 0) {
		said.reason = language_pick("报告期无效", "not a period");
		said.detail = phrase(err_text());
		return err_pass(row_say(reader, row, reader->period_column, &said));
	}
	if (period_kind_of(period) != reader->form->period) {
		snprintf(wanted, sizeof(wanted),
			language_pick("'%.40s'；报表 %s 的报告期应写成 %s 的形式",
				"'%.40s'; the form %s takes periods written as in %s"),
			text, reader->form->code, period_example(reader->form->period));
		said.reason =
			language_pick("报告期与报表周期不符", "not a period of the form's kind");
		said.detail = wanted;
		return err_pass(row_say(reader, row, reader->period_column, &said));
	}
	report->period = reader->period = period;
	return 0;
}

static int read_revision(struct row_reader *reader, size_t row, struct report *report)
{
	const char *text;
	int64_t value = 0;
	int r;

	if (reader->revision_column < 0)
		return 0;
	text = sheet_cell(reader->sheet, row, (size_t)reader->revision_column);
	/* Blank: numbered by the program, as without the column. */
	if (text[0] == '\0')
		return 0;
	if ((r = cell_fold(text, &reader->folded)) < 0)
		return err_pass(r);
	if (decimal_parse((const char *)reader->folded.data, 0, &value) < 0 || value < 1 ||
		value > UINT32_MAX)
		return err_pass(row_say(reader, row, (size_t)reader->revision_column,
			&(struct row_said){ .code = "revision-invalid",
				.reason = language_pick("修订号须为从 1 开始的整数",
					"a revision is a whole number from 1"),
				.detail = text }));
	report->revision = (uint32_t)value;
	return 0;
}

static bool may_be_negative(const struct element *element)
{
	return element->type == ELEMENT_MONEY;
}

static int blank_cell(struct row_reader *reader, size_t row, const struct cell_binding *cell)
{
	if (!cell->required || reader->lenient)
		return 0;
	return err_pass(row_say(reader, row, cell->column,
		&(struct row_said){ .code = "required-missing",
			.reason = language_pick("必填项为空", "blank, but the form requires it"),
			.fix = language_pick("如确为零请填 "
					     "0，否则注明：未开展、未收集、不公开、不适用",
				"write 0 if it is zero, else why there is none (NOT_OFFERED, "
				"NOT_COLLECTED, WITHHELD, NOT_APPLICABLE)") }));
}

/* A figure that could not be taken; err_text() says why. */
static int bad_figure(struct row_reader *reader, size_t row, size_t column, const char *folded)
{
	if (missing_unclear(folded))
		return err_pass(row_say(reader, row, column,
			&(struct row_said){ .code = "missing-unclear",
				.reason = language_pick("看不出是零还是没有数据",
					"this may mean zero or that there is no figure"),
				.detail = folded,
				.fix = language_pick("如确为零请填 0，否则注明：未开展、未收集、"
						     "不公开、不适用",
					"write 0 if it is zero, else NOT_OFFERED, NOT_COLLECTED, "
					"WITHHELD or NOT_APPLICABLE") }));
	return err_pass(row_say(reader, row, column,
		&(struct row_said){ .code = "value-invalid",
			.reason = language_pick("数值无效", "not a value"),
			.detail = phrase(err_text()) }));
}

/* -1 and -2 say in other columns that there is no figure: somebody may have meant that here too. */
static int warn_code(struct row_reader *reader, size_t row, size_t column, const char *folded)
{
	if (!missing_parse(folded, false))
		return 0;
	return err_pass(row_say(reader, row, column,
		&(struct row_said){ .code = "read-as-figure",
			.reason = language_pick("金额可以为负，按数值读入",
				"an amount of money may be negative: read as a figure"),
			.detail = folded,
			.fix = language_pick("如无此数，请写“未开展”或“未收集”",
				"if there is none, write NOT_OFFERED or NOT_COLLECTED"),
			.warning = true }));
}

/* What the template wrote into the cell, by the column #prefilled; len 0: nothing. */
static struct bytes prefilled(
	const struct row_reader *reader, size_t row, const struct element *element)
{
	size_t len = strlen(element->code);
	const char *at;

	if (reader->prefilled_column < 0)
		return (struct bytes){ 0 };
	at = sheet_cell(reader->sheet, row, (size_t)reader->prefilled_column);
	while (*at) {
		size_t word = strcspn(at, " ");

		if (word > len + 1 && memcmp(at, element->code, len) == 0 && at[len] == '=')
			return bytes_of(at + len + 1, word - len - 1);
		at += word + (at[word] == ' ');
	}
	return (struct bytes){ 0 };
}

/* Each cell is a note of its own, but a row says it in one line: faults must not drown in it. */
static int warn_prefilled(
	struct row_reader *reader, size_t row, const struct cell_binding *cell, const char *folded)
{
	const struct element *element = cell->element;
	struct bytes before = prefilled(reader, row, element);
	struct row_said said = { .code = "prefilled-unchanged",
		.reason = language_pick("仍为预填的上期数", "still the figure of last period"),
		.detail = folded,
		.fix = language_pick("请核对本期数；确认无误后可从 #prefilled 列中删去该项",
			"check it; once it is right take it out of the column #prefilled"),
		.warning = true };
	int r;

	if (before.len == 0 || !bytes_equal(before, bytes_str(folded)))
		return 0;
	if ((r = note_add(reader, cell->column, &said)) < 0)
		return err_pass(r);
	return err_pass(buffer_format(&reader->unchanged, "%s%s %s",
		reader->unchanged.len ? language_pick("、", ", ") : "",
		language_pick(element->name.zh, element->name.en), folded));
}

static int say_prefilled(struct row_reader *reader, size_t row)
{
	struct buffer *out = &reader->warnings;

	if (reader->unchanged.len == 0)
		return 0;
	return err_pass(buffer_format(out,
		language_pick("%s%s:%zu: 提示：仍为预填的上期数，请逐项核对：%.*s（确认后从 "
			      "#prefilled 列中删去）",
			"%s%s:%zu: note: still last period's figures, check each: %.*s (once "
			"right, take them out of the column #prefilled)"),
		out->len ? "\n" : "", sheet_name(reader->sheet), sheet_line(reader->sheet, row),
		(int)reader->unchanged.len, (const char *)reader->unchanged.data));
}

static int read_figure(struct row_reader *reader, size_t row, const struct cell_binding *cell,
	const char *folded, struct report *report)
{
	bool negative = may_be_negative(cell->element);
	int64_t value;

	if (cell_number(folded, cell->element->scale, &value) < 0)
		return err_pass(bad_figure(reader, row, cell->column, folded));
	if (value < 0 && !negative && !reader->lenient)
		return err_pass(row_say(reader, row, cell->column,
			&(struct row_said){ .code = "value-negative",
				.reason = language_pick("数值为负", "the value is negative"),
				.detail = folded,
				.fix = language_pick(
					"请更正后重新上报", "correct it and send again") }));
	reader->element[report->values] = cell->element->id;
	reader->value[report->values++] = value;
	return negative ? err_pass(warn_code(reader, row, cell->column, folded)) : 0;
}

static int read_cell(struct row_reader *reader, size_t row, const struct cell_binding *cell,
	struct report *report)
{
	const char *text = sheet_cell(reader->sheet, row, cell->column), *folded;
	uint32_t absent;
	int r = cell_fold(text, &reader->folded);

	if (r < 0)
		return err_pass(r);
	folded = (const char *)reader->folded.data;
	if (folded[0] == '\0')
		return err_pass(blank_cell(reader, row, cell));
	absent = missing_parse(folded, may_be_negative(cell->element));
	if (absent) {
		reader->absent_element[report->absents] = cell->element->id;
		reader->absent_kind[report->absents++] = absent;
	} else if ((r = read_figure(reader, row, cell, folded, report)) < 0) {
		return err_pass(r);
	}
	return err_pass(warn_prefilled(reader, row, cell, folded));
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
		memcpy((char *)&alone + row_text_columns[i].offset, &cell, sizeof(cell));
		reader->scratch.len = 0;
		r = report_text_encode(&alone, &reader->scratch);
		if (r < 0 && r != ERR_INVALID && r != ERR_LIMIT)
			return err_pass(r);
		if (r < 0 && (r = row_say(reader, row, (size_t)reader->text_column[i],
				      &(struct row_said){ .code = "text-invalid",
					      .reason = language_pick("文字无效", "not allowed"),
					      .detail = phrase(err_text()) })) < 0)
			return err_pass(r);
		memcpy((char *)text + row_text_columns[i].offset, &cell, sizeof(cell));
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

	reader->faults.len = reader->warnings.len = reader->notes.len = 0;
	reader->unchanged.len = 0;
	reader->period = 0;
	if ((r = read_facility(reader, row, &report)) < 0 ||
		(r = read_period(reader, row, &report)) < 0 ||
		(r = read_revision(reader, row, &report)) < 0 ||
		(r = read_text(reader, row, &text, &has_text)) < 0 ||
		(r = row_reasons_read(reader, row, &report)) < 0)
		return err_pass(r);
	for (size_t i = 0; i < reader->cells; i++) {
		if ((r = read_cell(reader, row, &reader->cell[i], &report)) < 0)
			return err_pass(r);
	}
	if ((r = say_prefilled(reader, row)) < 0)
		return err_pass(r);
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

struct bytes row_warnings(const struct row_reader *reader)
{
	return buffer_view(&reader->warnings);
}

const struct row_note *row_notes(const struct row_reader *reader, size_t *ret_count)
{
	*ret_count = reader->notes.len / sizeof(struct row_note);
	return (const struct row_note *)(const void *)reader->notes.data;
}
