/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What was found in a row, in words with its place, and a report's cells as a sheet writes them. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/utf8.h"
#include "client/finding.h"
#include "client/language.h"
#include "client/missing.h"
#include "client/row_parts.h"
#include "model/decimal.h"
#include "model/rule.h"

void row_note_text(char *ret, size_t size, struct bytes text)
{
	size_t len = 0;

	while (text.len > 0) {
		uint32_t code;
		size_t width = utf8_character(text, &code), step = width ? width : 1;

		if (len + step + 1 > size)
			break;
		memcpy(ret + len, width ? (const void *)text.data : "?", step);
		len += step;
		text = bytes_of(text.data + step, text.len - step);
	}
	ret[len] = '\0';
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

/* What a receipt needs of a finding beside its words. */
static void note_parts(
	const struct catalog *catalog, const struct finding *finding, struct row_note *note)
{
	static const char *const severities[] = { "reject", "reject", "hold", "follow" };
	const struct element *element = catalog ? catalog_element(catalog, finding->element) : NULL;
	const struct element *other = catalog ? catalog_element(catalog, finding->other) : NULL;
	const struct reason *reason = catalog ? catalog_reason(catalog, finding->reason) : NULL;

	snprintf(note->code, sizeof(note->code), "%s", finding_name(finding->code));
	snprintf(note->rule, sizeof(note->rule), "%s", finding->rule);
	snprintf(note->severity, sizeof(note->severity), "%s",
		(size_t)finding->severity < array_len(severities) ? severities[finding->severity]
								  : "");
	if (element)
		snprintf(note->column, sizeof(note->column), "%s", element->code);
	if (other)
		snprintf(note->other, sizeof(note->other), "%s", other->code);
	if (reason)
		snprintf(note->explained, sizeof(note->explained), "%s", reason->code);
	if (finding->has_proposed)
		decimal_print(finding->proposed, element ? element->scale : 0, note->proposed);
}

int row_note_alone(
	const struct catalog *catalog, const struct finding *finding, struct row_note *ret_note)
{
	AUTO(buffer_fini) struct buffer reason = { 0 };
	AUTO(buffer_fini) struct buffer fix = { 0 };
	struct row_note note = { .warning = finding->severity == SEVERITY_HOLD &&
					    !finding_open(finding),
		.holds = finding_open(finding) };
	int r = finding_words(catalog, finding, language_is_chinese(), &reason, &fix);

	if (r < 0)
		return err_pass(r);
	note_parts(catalog, finding, &note);
	row_note_text(note.reason, sizeof(note.reason), buffer_view(&reason));
	row_note_text(note.fix, sizeof(note.fix), buffer_view(&fix));
	*ret_note = note;
	return 0;
}

int row_note_finding(
	const struct row_reader *reader, const struct finding *finding, struct row_note *ret_note)
{
	const struct element *element = catalog_element(reader->catalog, finding->element);
	int column = finding_column(reader, finding->code);
	struct row_note note;
	const char *name = "";
	int r = row_note_alone(reader->catalog, finding, &note);

	if (r < 0)
		return err_pass(r);
	if (finding->element != 0 && element)
		name = element->code;
	else if (column >= 0)
		name = sheet_column_name(reader->sheet, (size_t)column);
	row_note_text(note.column, sizeof(note.column), bytes_str(name));
	*ret_note = note;
	return 0;
}

int row_cell_print(const struct element *element, const struct report *report, bool chinese,
	struct buffer *out)
{
	char text[DECIMAL_TEXT_BYTES] = "";
	const char *cell = "";

	out->len = 0;
	for (size_t i = 0; i < report->values; i++) {
		if (report->element[i] == element->id) {
			decimal_print(report->value[i], element->scale, text);
			cell = text;
		}
	}
	for (size_t i = 0; i < report->absents; i++) {
		if (report->absent_element[i] == element->id)
			cell = missing_word(report->absent_kind[i], chinese);
	}
	return err_pass(buffer_add(out, bytes_of(cell, strlen(cell) + 1)));
}
