/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From a row of a sheet to a report, and back to the cell that a finding means. The sheet's
 * columns: facility, period, optionally revision, then element codes of the form in any order;
 * optional text columns head_of_unit, statistics_head, filled_by, telephone, filled_on, comment;
 * any column whose name begins with '#' is a remark and not looked at.
 *
 * A blank cell is "not collected", never 0. A cell may say why it has no value: NOT_OFFERED,
 * NOT_COLLECTED, WITHHELD, NOT_APPLICABLE, or 未开展, 未收集, 不公开, 不适用. */
#ifndef CLIENT_ROW_H
#define CLIENT_ROW_H

#include "base/sheet.h"
#include "model/catalog.h"
#include "proto/exchange.h"

struct row_reader; /* a sheet bound to a form: which column is which element */

/* ERR_INVALID names every column that is missing or unknown. Borrows all three. */
CHECKED int row_reader_new(const struct catalog *catalog, const struct form *form,
	const struct sheet *sheet, struct row_reader **ret_reader);
void row_reader_free(struct row_reader *reader);
AUTO_DEFINE(row_reader_free, struct row_reader *);

/* The report of a row, without revision unless the sheet has the column (0: to be numbered by the
 * sender). Its arrays belong to the reader and last until the next row. Every fault of the row is
 * in err_text(), one "file:line: column 'X': reason" per line: ERR_INVALID. */
CHECKED int row_read(struct row_reader *reader, size_t row, struct report *ret_report,
	struct report_text *ret_text, bool *ret_has_text);
/* The faults of the last row_read() without err_text()'s limit of length. */
struct bytes row_faults(const struct row_reader *reader);
/* "longhu.csv:7: column 'BED_ACTUAL' (实有床位): the value is negative: -3; …", by the locale zh or
 * en. */
CHECKED int row_explain(const struct row_reader *reader, size_t row, const struct finding *finding,
	bool chinese, struct buffer *out);

/* Whether a facility's code is 1..FACILITY_CODE_MAX printable ASCII without blanks and commas. */
bool facility_code_valid(const char *code);

#endif
