/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A sheet is read twice: once to check and to see which rows are new, once to pack them under their
 * final numbers. Between the two the server is asked, outside of any transaction; the lock on the
 * outbox keeps what was seen true. All rows enter the outbox in one transaction: a collector that
 * is killed has either queued the file or not, and running it again gives the same numbers. */
#include "collector/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "client/language.h"
#include "collector/facilities.h"
#include "collector/foresee.h"
#include "collector/number.h"
#include "collector/status_ask.h"
#include "model/period.h"

/* A draft: a report without its final revision, and its packed text. */
struct draft {
	struct report report;
	struct buffer text;
};

/* Where drafts come from: a sheet, or one report made by a command. */
struct source {
	struct row_reader *reader; /* NULL: only is the draft */
	const struct report *only;
	struct bytes text; /* packed; of only */
	bool again;        /* a new revision also of the same figures */
	struct tally *tally;
	struct status_wanted *wanted; /* per row; facility "" where nothing was asked */
	bool asked;
};

/* 0, or ERR_INVALID for a row with faults. */
static int draft_read(const struct source *source, const struct tally_row *row, struct draft *draft)
{
	struct report_text text;
	bool has_text;
	int r;

	draft->text.len = 0;
	if (!source->reader) {
		draft->report = *source->only;
		return err_pass(buffer_add(&draft->text, source->text));
	}
	r = row_read(source->reader, row->row, &draft->report, &text, &has_text);
	if (r == 0 && has_text)
		r = report_text_encode(&text, &draft->text);
	return err_pass(r);
}

static int take_lines(struct buffer *out, struct bytes lines)
{
	int r;

	if (lines.len == 0)
		return 0;
	if ((r = buffer_add(out, lines)) < 0)
		return err_pass(r);
	return err_pass(buffer_add(out, bytes_str("\n")));
}

static int take_notes(const struct source *source, struct tally_row *row)
{
	size_t count;
	const struct row_note *notes = row_notes(source->reader, &count);
	int r = take_lines(&row->warnings, row_warnings(source->reader));

	if (r < 0 || count == 0)
		return err_pass(r);
	return err_pass(buffer_add(&row->notes, bytes_of(notes, count * sizeof(*notes))));
}

static int take_faults(const struct source *source, struct tally_row *row)
{
	struct bytes faults = row_faults(source->reader);

	row->bad = true;
	row->form = row_reader_form(source->reader)->id;
	row->period = row_period(source->reader);
	/* The receipt names the row as the clerk does. */
	row_note_text(row->facility, sizeof(row->facility),
		bytes_str(row_facility_text(source->reader, row->row)));
	/* Faults that only the row as a whole has are in the error itself. */
	return err_pass(take_lines(&row->reasons, faults.len > 0 ? faults : bytes_str(err_text())));
}

/* Notes what the row is, and its revision if no server is needed to know it. */
static int row_settle(
	const struct ports *ports, const struct draft *draft, bool again, struct tally_row *row)
{
	const struct report *report = &draft->report;
	struct outbox_report own;
	bool same = false;
	int r;

	memcpy(row->facility, report->facility.data, report->facility.len);
	row->facility[report->facility.len] = '\0';
	row->form = (uint16_t)report->form;
	row->period = report->period;
	row->revision = report->revision;
	row->chosen = report->revision != 0;
	if (row->chosen || again)
		return 0;
	r = number_own(ports, report->facility, (uint16_t)report->form, report->period, &own);
	if (r == 0)
		r = number_same(report, buffer_view(&draft->text), &own, &same);
	if (r < 0)
		return err_pass(r);
	if (same)
		row->revision = own.revision;
	return 0;
}

static int check_all(void *ctx, const struct ports *ports)
{
	const struct source *source = ctx;
	struct draft draft = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < source->tally->rows; i++) {
		struct tally_row *row = &source->tally->row[i];

		r = draft_read(source, row, &draft);
		if (r == ERR_INVALID || r == ERR_LIMIT)
			r = take_faults(source, row);
		else if (r == 0)
			r = row_settle(ports, &draft, source->again, row);
		if (r == 0 && source->reader)
			r = take_notes(source, row);
	}
	buffer_fini(&draft.text);
	return err_pass(r);
}

static int compare_identities(const void *a, const void *b)
{
	const struct tally_row *x = *(struct tally_row *const *)a,
			       *y = *(struct tally_row *const *)b;
	int order = strcmp(x->facility, y->facility);

	if (order == 0)
		order = (x->period > y->period) - (x->period < y->period);
	if (order == 0)
		order = (x->chosen > y->chosen) - (x->chosen < y->chosen);
	if (order == 0 && x->chosen)
		order = (x->revision > y->revision) - (x->revision < y->revision);
	return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static int mark_repeated(
	const struct tally *tally, const struct tally_row *first, struct tally_row *row)
{
	AUTO(buffer_fini) struct buffer reason = { 0 };
	const char *fix = language_pick("请只保留一行，或在 revision 列写明不同的修订号",
		"keep one of them, or number them in a column 'revision'");
	struct row_note note = { .code = "row-repeated" };
	int r;

	row->bad = true;
	r = buffer_format(&reason,
		language_pick("与第 %zu 行的机构和报告期重复",
			"the same facility and period as in line %zu"),
		first->line);
	if (r < 0)
		return err_pass(r);
	row_note_text(note.reason, sizeof(note.reason), buffer_view(&reason));
	row_note_text(note.fix, sizeof(note.fix), bytes_str(fix));
	if ((r = buffer_format(&row->reasons, "%s:%zu: %s%s%s\n", tally->name, row->line,
		     note.reason, language_pick("；", "; "), fix)) < 0)
		return err_pass(r);
	return err_pass(buffer_add(&row->notes, bytes_of(&note, sizeof(note))));
}

/* Two rows of one identity can only both count if a person has numbered both of them. */
static int check_repeated(struct tally *tally)
{
	struct tally_row **sorted =
		calloc(tally->rows ? tally->rows : 1, sizeof(struct tally_row *));
	size_t count = 0;
	int r = 0;

	if (!sorted)
		return err_here(ERR_NOMEM, "cannot allocate an index of %zu rows", tally->rows);
	for (size_t i = 0; i < tally->rows; i++) {
		if (!tally->row[i].bad)
			sorted[count++] = &tally->row[i];
	}
	qsort(sorted, count, sizeof(struct tally_row *), compare_identities);
	for (size_t i = 1, first = 0; r == 0 && i < count; i++) {
		const struct tally_row *a = sorted[first];
		struct tally_row *b = sorted[i];
		bool same = strcmp(a->facility, b->facility) == 0 && a->period == b->period;

		if (same && (!a->chosen || !b->chosen || a->revision == b->revision))
			r = mark_repeated(tally, a, b);
		else
			first = i;
	}
	free(sorted);
	return err_pass(r);
}

int rows_check(struct session *session, const struct sheet *sheet, struct row_reader *reader,
	struct tally *tally)
{
	struct source source = { .reader = reader, .tally = tally };
	int r;

	tally->row = calloc(sheet_rows(sheet) ? sheet_rows(sheet) : 1, sizeof(*tally->row));
	if (!tally->row)
		return err_here(ERR_NOMEM, "cannot allocate %zu rows", sheet_rows(sheet));
	for (size_t i = 0; i < sheet_rows(sheet); i++) {
		if (row_is_remark(reader, i))
			continue;
		tally->row[tally->rows].row = i;
		tally->row[tally->rows++].line = sheet_line(sheet, i);
	}
	if ((r = session_read(session, check_all, &source)) < 0)
		return err_pass(r);
	return err_pass(check_repeated(tally));
}

/* Puts the row into the outbox, unless exactly this report is waiting there already. */
static int row_put(const struct ports *ports, const struct draft *draft,
	const struct outbox_report *own, struct tally_row *row)
{
	AUTO(buffer_fini) struct buffer values = { 0 };
	struct report numbered = draft->report;
	struct outbox_report report = {
		.facility = numbered.facility,
		.form = (uint16_t)numbered.form,
		.period = numbered.period,
		.revision = row->revision,
		.withdrawal = numbered.withdrawal,
		.chosen = row->chosen,
		.doubtful = row->held || row->rejected,
		.text = buffer_view(&draft->text),
	};
	int r;

	numbered.revision = row->revision;
	if ((r = report_encode(&numbered, &values)) < 0)
		return err_pass(r);
	report.values = buffer_view(&values);
	if (own && own->number != 0 && own->revision == row->revision &&
		bytes_equal(own->values, report.values) && bytes_equal(own->text, report.text)) {
		row->number = own->number;
		return 0;
	}
	return err_pass(outbox_pending_put(ports, &report, &row->number));
}

static int row_queue(
	const struct ports *ports, const struct source *source, size_t i, struct draft *draft)
{
	struct tally_row *row = &source->tally->row[i];
	const struct status_line *theirs =
		source->asked && source->wanted[i].facility[0] ? &source->wanted[i].line : NULL;
	const struct report *report = &draft->report;
	struct outbox_report own;
	int r = draft_read(source, row, draft), has_own;

	if (r < 0)
		return err_pass(r);
	has_own = number_own(ports, report->facility, (uint16_t)report->form, report->period, &own);
	if (has_own < 0)
		return err_pass(has_own);
	if (row->revision == 0 &&
		(r = number_next(report, has_own == 0 ? &own : NULL, theirs, &row->revision)) < 0)
		return err_pass(r);
	return err_pass(row_put(ports, draft, has_own == 0 ? &own : NULL, row));
}

static int queue_all(void *ctx, const struct ports *ports)
{
	const struct source *source = ctx;
	struct draft draft = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < source->tally->rows; i++) {
		if (!source->tally->row[i].bad)
			r = row_queue(ports, source, i, &draft);
	}
	buffer_fini(&draft.text);
	return err_pass(r);
}

static void ask_for(struct status_wanted *wanted, const struct tally_row *row)
{
	wanted->form = row->form;
	wanted->period = row->period;
	memcpy(wanted->facility, row->facility, sizeof(row->facility));
}

/* Asks for the rows that have no revision yet; the answers stay beside their rows, and what they
 * say of the facilities is kept for checks without a connection. */
static int ask_wanted(struct session *session, struct source *source)
{
	AUTO(buffer_fini) struct buffer replies = { 0 };
	struct tally *tally = source->tally;
	struct status_wanted *packed = calloc(tally->rows ? tally->rows : 1, sizeof(*packed));
	size_t count = 0;
	int r;

	if (!packed)
		return err_here(ERR_NOMEM, "cannot allocate %zu questions", tally->rows);
	for (size_t i = 0; i < tally->rows; i++) {
		if (!tally->row[i].bad && tally->row[i].revision == 0)
			ask_for(&packed[count++], &tally->row[i]);
	}
	r = status_ask(session->client, (int)session->settings.timeout_ms, packed, count, &replies);
	for (size_t i = 0, next = 0; r == 0 && i < tally->rows; i++) {
		if (!tally->row[i].bad && tally->row[i].revision == 0)
			source->wanted[i] = packed[next++];
	}
	if (r == 0)
		r = facilities_learn(session, packed, count, buffer_view(&replies));
	free(packed);
	source->asked = r == 0;
	if (r == ERR_UNREACHABLE)
		session->online = false;
	return r == ERR_UNREACHABLE ? 0 : err_pass(r);
}

static int queue_source(struct session *session, struct source *source)
{
	int r = 0;

	source->wanted =
		calloc(source->tally->rows ? source->tally->rows : 1, sizeof(*source->wanted));
	if (!source->wanted)
		return err_here(ERR_NOMEM, "cannot allocate %zu questions", source->tally->rows);
	if (session->online)
		r = ask_wanted(session, source);
	if (r == 0 && source->reader)
		r = rows_foresee(
			session, source->reader, source->tally, day_of_wall_ms(clock_wall().ms));
	if (r == 0)
		r = session_write(session, queue_all, source);
	free(source->wanted);
	return r < 0 ? err_pass(r) : err_pass(tally_index(source->tally));
}

int rows_queue(struct session *session, struct row_reader *reader, struct tally *tally)
{
	struct source source = { .reader = reader, .tally = tally };

	return err_pass(queue_source(session, &source));
}

static int queue_only(struct session *session, struct source *source)
{
	int r;

	source->tally->row = calloc(1, sizeof(*source->tally->row));
	if (!source->tally->row)
		return err_here(ERR_NOMEM, "cannot allocate a row");
	source->tally->rows = 1;
	if ((r = session_read(session, check_all, source)) < 0)
		return err_pass(r);
	return err_pass(queue_source(session, source));
}

int rows_queue_one(struct session *session, const struct report *draft, struct tally *tally)
{
	struct source source = { .only = draft, .tally = tally };

	return err_pass(queue_only(session, &source));
}

int rows_queue_again(
	struct session *session, const struct report *draft, struct bytes text, struct tally *tally)
{
	struct source source = { .only = draft, .text = text, .again = true, .tally = tally };

	return err_pass(queue_only(session, &source));
}
