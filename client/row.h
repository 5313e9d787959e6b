/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From a row of a sheet to a report, and back to the cell that a finding means. The sheet's
 * columns: facility, period, optionally revision, then element codes of the form in any order;
 * optional text columns head_of_unit, statistics_head, filled_by, telephone, filled_on, comment;
 * any column whose name begins with '#' is a remark and not looked at.
 *
 * The column "reasons" explains figures that a rule doubts: "BED_DAY_OCCUPIED=EXTRA_BEDS;*=…", an
 * element's code or a star for the report as a whole, and a reason's code or name.
 *
 * A blank cell says nothing, never 0; why there is no value is said by the images of
 * client/missing.h. Figures, codes and periods are read as client/cell.h tells. A column #prefilled
 * lists what a template filled in ("BED_ACTUAL=40 STAFF=12"): what still stands there as it was
 * gives a warning.
 *
 * Rows whose facility begins with one of the marks below, and rows without any text, are not
 * reports. The marks are no codes that a facility could have. */
#ifndef CLIENT_ROW_H
#define CLIENT_ROW_H

#include "base/sheet.h"
#include "client/cell.h"
#include "model/catalog.h"
#include "model/decimal.h"
#include "proto/exchange.h"

#define ROW_MARK_NAMES "#名称"
#define ROW_MARK_UNITS "#单位"
#define ROW_COLUMN_PREFILLED "#prefilled"
#define ROW_COLUMN_REASONS "reasons"

/* One thing to say about a row, in the language of client/language.h. */
struct row_note {
	bool warning;    /* stops nothing */
	bool holds;      /* a person at the bureau will have to decide */
	char column[64]; /* its name in the sheet; "": the row as a whole */
	char code[32];   /* a stable word, as in "value-negative" */
	char reason[512], fix[512];
	/* of a finding, where it has them; codes of the catalogue */
	char rule[RULE_CODE_BYTES], severity[8], proposed[DECIMAL_TEXT_BYTES], other[64],
		explained[64];
};

struct row_reader; /* a sheet bound to a form: which column is which element */

/* ERR_INVALID names every column that is missing or unknown. Borrows all three. */
CHECKED int row_reader_new(const struct catalog *catalog, const struct form *form,
	const struct sheet *sheet, struct row_reader **ret_reader);
void row_reader_free(struct row_reader *reader);
AUTO_DEFINE(row_reader_free, struct row_reader *);

/* Whether the row is no report: a template's line of names or units, or an empty one. */
bool row_is_remark(const struct row_reader *reader, size_t row);
/* The row's facility as it stands there. */
const char *row_facility_text(const struct row_reader *reader, size_t row);
/* The period of the last row_read(), also of a row with other faults; 0: it is none. */
uint32_t row_period(const struct row_reader *reader);
const struct form *row_reader_form(const struct row_reader *reader);
/* Known codes, by which a spoiled one is recognised; borrowed. */
void row_reader_know(struct row_reader *reader, const struct codes *known);

/* Leaves negative figures and blank required cells to model/check.h, which finds them as the server
 * does: for integrators who compare both sides. */
void row_reader_leave_to_check(struct row_reader *reader);

/* The report of a row, without revision unless the sheet has the column (0: to be numbered by the
 * sender). Its arrays belong to the reader and last until the next row. Every fault of the row is
 * in err_text(), one "file:line: column 'X': reason" per line: ERR_INVALID. */
CHECKED int row_read(struct row_reader *reader, size_t row, struct report *ret_report,
	struct report_text *ret_text, bool *ret_has_text);
/* The faults of the last row_read() without err_text()'s limit of length. */
struct bytes row_faults(const struct row_reader *reader);
/* The warnings of the last row_read(), lines as those of row_faults(). */
struct bytes row_warnings(const struct row_reader *reader);
/* Faults and warnings of the last row_read() one by one; valid until the next. */
const struct row_note *row_notes(const struct row_reader *reader, size_t *ret_count);
/* A finding of the server's as a note. */
CHECKED int row_note_finding(
	const struct row_reader *reader, const struct finding *finding, struct row_note *ret_note);
/* The same where no row is at hand; catalog may be NULL. */
CHECKED int row_note_alone(
	const struct catalog *catalog, const struct finding *finding, struct row_note *ret_note);
/* Text for a note: cut to size, and what is not UTF-8 (cut in the middle) replaced. */
void row_note_text(char *ret, size_t size, struct bytes text);
/* "longhu.csv:7: column 'BED_ACTUAL' (实有床位): the value is negative: -3; …", by the locale zh or
 * en. */
CHECKED int row_explain(const struct row_reader *reader, size_t row, const struct finding *finding,
	bool chinese, struct buffer *out);

/* A report's cell of one element as row_read() reads it back: a figure, an image of why there is
 * none, or nothing. Replaces what out held; ends in a NUL. */
CHECKED int row_cell_print(const struct element *element, const struct report *report, bool chinese,
	struct buffer *out);

/* A report's explanations as the column "reasons" holds them; appended. */
CHECKED int row_reasons_print(
	const struct catalog *catalog, const struct report *report, struct buffer *out);

/* Whether a facility's code is 1..FACILITY_CODE_MAX printable ASCII without blanks and commas. */
bool facility_code_valid(const char *code);

#endif
