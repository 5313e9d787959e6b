/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A receipt may replace an older receipt, but never a file that somebody filled in. Text that came
 * from a cell is never left to begin as a formula does. */
#include "collector/receipt.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "collector/file.h"

static const char *const columns[] = { "row", "facility", "form", "period", "revision", "status",
	"status_text", "kind", "column", "code", "reason", "fix", "sequence", "rule", "severity",
	"proposed", "other", "explained" };
static const char beginning[] = "\xef\xbb\xbfrow,facility,form,period,revision,status,";

static int cell(struct sheet_out *out, const char *text)
{
	/* Spreadsheets run what begins so. */
	if (*text && strchr("=+-@", *text)) {
		AUTO(buffer_fini) struct buffer safe = { 0 };
		int r = buffer_format(&safe, "'%s", text);

		return r < 0 ? err_pass(r) : err_pass(sheet_out_cell(out, buffer_view(&safe)));
	}
	return err_pass(sheet_out_cell(out, bytes_str(text)));
}

static int number(struct sheet_out *out, uint64_t value)
{
	char text[24] = "";

	if (value != 0)
		snprintf(text, sizeof(text), "%" PRIu64, value);
	return err_pass(sheet_out_cell(out, bytes_str(text)));
}

/* What a finding has beside its words; codes and figures, for programs. */
static int note_parts(const struct row_note *note, struct sheet_out *out)
{
	static const struct row_note none;
	int r;

	if (!note)
		note = &none;
	if ((r = cell(out, note->rule)) < 0 || (r = cell(out, note->severity)) < 0 ||
		(r = sheet_out_cell(out, bytes_str(note->proposed))) < 0 ||
		(r = cell(out, note->other)) < 0 || (r = cell(out, note->explained)) < 0)
		return err_pass(r);
	return 0;
}

static int line(const struct tally *tally, const struct tally_row *row, const struct row_note *note,
	struct sheet_out *out)
{
	const struct form *form = tally->catalog ? catalog_form(tally->catalog, row->form) : NULL;
	char period[PERIOD_TEXT_BYTES] = "";
	int r;

	if (period_valid(row->period))
		period_print(row->period, period);
	if ((r = number(out, row->line)) < 0 || (r = cell(out, row->facility)) < 0 ||
		(r = cell(out, form ? form->code : "")) < 0 || (r = cell(out, period)) < 0 ||
		(r = number(out, row->revision)) < 0 ||
		(r = cell(out, tally_status(tally, row))) < 0 ||
		(r = cell(out, tally_status_said(tally, row))) < 0 ||
		(r = cell(out, !note           ? ""
			       : note->warning ? "note"
			       : note->holds   ? "hold"
					       : "fault")) < 0 ||
		(r = cell(out, note ? note->column : "")) < 0 ||
		(r = cell(out, note ? note->code : "")) < 0 ||
		(r = cell(out, note ? note->reason : "")) < 0 ||
		(r = cell(out, note ? note->fix : "")) < 0 ||
		(r = number(out, row->sequence)) < 0 || (r = note_parts(note, out)) < 0 ||
		(tally->training && (r = cell(out, "true")) < 0))
		return err_pass(r);
	return err_pass(sheet_out_end(out));
}

static int lines(const struct tally *tally, const struct tally_row *row, struct sheet_out *out)
{
	const struct row_note *notes = (const struct row_note *)(const void *)row->notes.data;
	size_t count = row->notes.len / sizeof(*notes);
	int r = 0;

	if (count == 0)
		return err_pass(line(tally, row, NULL, out));
	for (size_t i = 0; r == 0 && i < count; i++)
		r = line(tally, row, &notes[i], out);
	return err_pass(r);
}

int receipt_format(const struct tally *tally, struct sheet_out *out)
{
	size_t earlier;
	const struct tally_row *row = tally_earlier(tally, &earlier);
	int r = sheet_out_mark(out);

	for (size_t i = 0; r == 0 && i < array_len(columns); i++)
		r = cell(out, columns[i]);
	if (r == 0 && tally->training)
		r = cell(out, "training");
	if (r == 0)
		r = sheet_out_end(out);
	for (size_t i = 0; r == 0 && i < tally->rows; i++)
		r = lines(tally, &tally->row[i], out);
	for (size_t i = 0; r == 0 && i < earlier; i++)
		r = lines(tally, &row[i], out);
	return err_pass(r);
}

int receipt_check(const char *path)
{
	char found[sizeof(beginning) - 1];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return 0; /* not there; whether it can be written is seen when it is */
	n = read(fd, found, sizeof(found));
	close(fd);
	if (n == 0 || (n == (ssize_t)sizeof(found) && memcmp(found, beginning, (size_t)n) == 0))
		return 0;
	return err_here(ERR_CONFLICT,
		"'%s' is there already and is not written over; choose another name", path);
}

int receipt_write(const struct tally *tally, const char *path)
{
	struct sheet_out out = { 0 };
	int r = receipt_format(tally, &out);

	if (r == 0)
		r = file_replace(path, buffer_view(&out.text));
	buffer_fini(&out.text);
	return err_pass(r);
}
