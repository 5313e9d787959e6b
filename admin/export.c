/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reports out again. The aggregator answers one row per line of each report; for a spreadsheet they
 * become one row per report and one column per element, which is what huibao-collect reads. The
 * revision stands in a remark: who sends the sheet again gets the number that is due. */
#include <string.h>

#include "admin/command.h"
#include "base/err.h"
#include "client/training.h"
#include "base/sheet_out.h"

/* Where the answer's columns are. */
struct exported {
	const struct grid *table;
	size_t facility, period, revision, element, cell, reason, report_reason;
	bool explains; /* some report carries a reason */
	bool training; /* of a training system */
};

static int exported_find(const struct grid *table, struct exported *ret_exported)
{
	const struct {
		const char *name;
		size_t *ret;
	} wanted[] = {
		{ "facility", &ret_exported->facility },
		{ "period", &ret_exported->period },
		{ "revision", &ret_exported->revision },
		{ "element", &ret_exported->element },
		{ "cell", &ret_exported->cell },
		{ "reason", &ret_exported->reason },
		{ "report_reason", &ret_exported->report_reason },
	};

	ret_exported->table = table;
	for (size_t i = 0; i < array_len(wanted); i++) {
		int column = grid_find(table, wanted[i].name);

		if (column < 0)
			return err_here(ERR_CORRUPT,
				"aggregator: 'report export' lacks column '%s'", wanted[i].name);
		*wanted[i].ret = (size_t)column;
	}
	ret_exported->explains = false;
	for (size_t row = 0; row < grid_rows(table); row++)
		ret_exported->explains |= grid_cell(table, row, ret_exported->reason) ||
					  grid_cell(table, row, ret_exported->report_reason);
	return 0;
}

static const char *text_at(const struct exported *exported, size_t row, size_t column)
{
	const char *text = grid_cell(exported->table, row, column);

	return text ? text : "";
}

/* One past the last row of the report that begins here. */
static size_t report_end(const struct exported *exported, size_t begin)
{
	size_t rows = grid_rows(exported->table), end = begin;

	while (end < rows &&
		strcmp(text_at(exported, end, exported->facility),
			text_at(exported, begin, exported->facility)) == 0 &&
		strcmp(text_at(exported, end, exported->period),
			text_at(exported, begin, exported->period)) == 0)
		end++;
	return end;
}

static int cell_add(struct sheet_out *out, const char *text)
{
	return err_pass(sheet_out_cell(out, bytes_str(text)));
}

/* The lines of a form are the same for each of its reports. */
static int head_add(const struct exported *exported, size_t lines, struct sheet_out *out)
{
	int r;

	if ((r = cell_add(out, "facility")) < 0 || (r = cell_add(out, "period")) < 0)
		return err_pass(r);
	for (size_t i = 0; r == 0 && i < lines; i++)
		r = cell_add(out, text_at(exported, i, exported->element));
	if (r == 0 && exported->explains)
		r = cell_add(out, "reasons");
	if (r == 0)
		r = cell_add(out, "#revision");
	if (r == 0 && exported->training)
		r = cell_add(out, TRAINING_REMARK);
	return r < 0 ? err_pass(r) : err_pass(sheet_out_end(out));
}

/* "INCOME=FLOOD;*=CHECKED": what the sender explained, as he would type it. */
static int reasons_add(
	const struct exported *exported, size_t begin, size_t lines, struct sheet_out *out)
{
	AUTO(buffer_fini) struct buffer text = { 0 };
	const char *whole = text_at(exported, begin, exported->report_reason);
	int r = 0;

	for (size_t row = begin; r == 0 && row < begin + lines; row++) {
		const char *reason = text_at(exported, row, exported->reason);

		if (reason[0])
			r = buffer_format(&text, "%s%s=%s", text.len ? ";" : "",
				text_at(exported, row, exported->element), reason);
	}
	if (r == 0 && whole[0])
		r = buffer_format(&text, "%s*=%s", text.len ? ";" : "", whole);
	return r < 0 ? err_pass(r) : err_pass(sheet_out_cell(out, buffer_view(&text)));
}

static int report_add(
	const struct exported *exported, size_t begin, size_t lines, struct sheet_out *out)
{
	int r;

	if ((r = cell_add(out, text_at(exported, begin, exported->facility))) < 0 ||
		(r = cell_add(out, text_at(exported, begin, exported->period))) < 0)
		return err_pass(r);
	for (size_t i = 0; r == 0 && i < lines; i++) {
		if (strcmp(text_at(exported, begin + i, exported->element),
			    text_at(exported, i, exported->element)) != 0)
			return err_here(ERR_CORRUPT,
				"aggregator: the reports of one form have different lines");
		r = cell_add(out, text_at(exported, begin + i, exported->cell));
	}
	if (r == 0 && exported->explains)
		r = reasons_add(exported, begin, lines, out);
	if (r == 0)
		r = cell_add(out, text_at(exported, begin, exported->revision));
	if (r == 0 && exported->training)
		r = cell_add(out, "true");
	return r < 0 ? err_pass(r) : err_pass(sheet_out_end(out));
}

static int sheet_make(const struct exported *exported, struct sheet_out *out)
{
	size_t lines = report_end(exported, 0), rows = grid_rows(exported->table);
	int r = sheet_out_mark(out);

	if (r == 0)
		r = head_add(exported, lines, out);
	for (size_t begin = 0; r == 0 && begin < rows; begin += lines) {
		if (report_end(exported, begin) != begin + lines)
			return err_here(ERR_CORRUPT,
				"aggregator: the reports of one form have different lines");
		r = report_add(exported, begin, lines, out);
	}
	return err_pass(r);
}

static int sheet_print(struct session *session, const struct grid *table)
{
	struct exported exported;
	struct sheet_out out = { 0 };
	int r = exported_find(table, &exported);

	if (r < 0)
		return err_pass(r);
	exported.training = session->training;
	r = sheet_make(&exported, &out);
	if (r == 0 && (fwrite(out.text.data, 1, out.text.len, session->out) != out.text.len ||
			      fflush(session->out) != 0))
		r = err_here(ERR_IO, "cannot write the result: %m");
	buffer_fini(&out.text);
	return err_pass(r);
}

int report_export_run(struct session *session)
{
	AUTO(grid_fini) struct grid table = { 0 };
	int r = question_ask(session, &table);

	if (r < 0)
		return err_pass(r);
	/* Whoever names columns wants the rows as they come. */
	if (session->options->format == PRINT_CSV && !session->options->columns)
		return err_pass(sheet_print(session, &table));
	return err_pass(session_print(session, &table));
}
