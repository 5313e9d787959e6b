/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reasons in whole lines, each with its place (file:line: column, or facility, form and period) and
 * with what to do. A report of an earlier run has no row here and is told of apart. */
#include "collector/tally.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "client/finding.h"
#include "client/language.h"
#include "collector/exit_codes.h"
#include "collector/file.h"
#include "collector/verdict_log.h"

static int compare_numbers(const void *a, const void *b)
{
	uint64_t x = (*(struct tally_row *const *)a)->number,
		 y = (*(struct tally_row *const *)b)->number;

	return (x > y) - (x < y);
}

int tally_index(struct tally *tally)
{
	tally->by_number = calloc(tally->rows ? tally->rows : 1, sizeof(struct tally_row *));
	if (!tally->by_number)
		return err_here(ERR_NOMEM, "cannot allocate an index of %zu rows", tally->rows);
	for (size_t i = 0; i < tally->rows; i++) {
		if (tally->row[i].number != 0)
			tally->by_number[tally->numbered++] = &tally->row[i];
	}
	qsort(tally->by_number, tally->numbered, sizeof(struct tally_row *), compare_numbers);
	return 0;
}

static struct tally_row *row_of(const struct tally *tally, uint64_t number)
{
	struct tally_row key = { .number = number }, *pointer = &key, **found;

	if (tally->numbered == 0)
		return NULL;
	found = bsearch(&pointer, tally->by_number, tally->numbered, sizeof(struct tally_row *),
		compare_numbers);
	return found ? *found : NULL;
}

/* "facility H1, form HOSPITAL_MONTH, period 2026-05, revision 2: " */
static int add_place(
	const struct catalog *catalog, const struct outbox_report *report, struct buffer *out)
{
	const struct form *form = catalog ? catalog_form(catalog, report->form) : NULL;
	char period[PERIOD_TEXT_BYTES] = "?";
	char number[16];

	snprintf(number, sizeof(number), "%u", (unsigned)report->form);
	if (period_valid(report->period))
		period_print(report->period, period);
	return err_pass(buffer_format(out,
		language_pick("机构 %.*s，报表 %s，报告期 %s，修订号 %" PRIu32 "：",
			"facility %.*s, form %s, period %s, revision %" PRIu32 ": "),
		(int)report->facility.len, (const char *)report->facility.data,
		form ? form->code : number, period, report->revision));
}

/* Whether what holds the report is the bureau's matter alone: a lock, or another's report. What was
 * not told may be the sender's. */
static bool bureaus_alone(const struct finding *findings, size_t count, uint32_t more)
{
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		if (!finding_open(&findings[i]))
			continue;
		if (finding_explainable(findings[i].code))
			return false;
		found = true;
	}
	return found && more == 0;
}

static int add_held(bool bureaus, struct buffer *out)
{
	if (bureaus)
		return err_pass(buffer_format(out, "%s",
			language_pick("已由主管部门留存待审；请等待审核结果",
				"held for review by the bureau; wait for its decision")));
	return err_pass(buffer_format(out, "%s",
		language_pick("已由主管部门留存待审；请等待审核结果，或更正、说明原因后重新上报",
			"held for review by the bureau; wait for its decision, or correct "
			"or explain it and send it again")));
}

/* Verdicts without findings speak for themselves. */
static int add_status(enum status status, bool bureaus, struct buffer *out)
{
	switch (status) {
	case STATUS_SUPERSEDED:
		return err_pass(buffer_format(out, "%s",
			language_pick("服务器上已有更高修订号的报表，可能有他人在为该机构上报；请先"
				      "核对已生效的数据"
				      "（huibao-collect status "
				      "机构代码），如应以本报表为准，请重新上报并在 revision "
				      "列填写更高的修订号",
				"a higher revision is in force at the server: somebody else "
				"reports for this facility; "
				"look at it (huibao-collect status FACILITY) and, if this report "
				"is the right one, send "
				"it with a higher number in a column 'revision'")));
	case STATUS_HELD:
		return err_pass(add_held(bureaus, out));
	case STATUS_LATER:
		return err_pass(buffer_format(out, "%s",
			language_pick(
				"该机构今日留存的报表已满，服务器未收；报表仍在发件箱，请明日 "
				"flush",
				"the server has kept its fill of this facility's reports today and "
				"did not take it; it stays in the outbox, run 'flush' tomorrow")));
	default:
		return err_pass(buffer_format(out, "%s",
			language_pick("服务器拒绝但未说明原因；请联系主管部门",
				"rejected without a reason; ask the bureau")));
	}
}

static int add_more(uint32_t more, struct buffer *out)
{
	if (more == 0)
		return 0;
	return err_pass(buffer_format(out,
		language_pick("  另有 %" PRIu32 " 条原因\n", "  and %" PRIu32 " more reasons\n"),
		more));
}

int tally_explain(const struct catalog *catalog, const struct outbox_report *report,
	enum status status, const struct finding *findings, size_t count, uint32_t more,
	struct buffer *out)
{
	int r;

	if (count == 0 || status == STATUS_HELD) {
		if ((r = add_place(catalog, report, out)) < 0 ||
			(r = add_status(status, bureaus_alone(findings, count, more), out)) < 0 ||
			(r = buffer_add(out, bytes_str("\n"))) < 0)
			return err_pass(r);
	}
	for (size_t i = 0; i < count; i++) {
		if ((r = add_place(catalog, report, out)) < 0)
			return err_pass(r);
		if (findings[i].element != 0 &&
			((r = finding_element(
				  catalog, findings[i].element, language_is_chinese(), out)) < 0 ||
				(r = buffer_add(out, bytes_str(language_pick("：", ": ")))) < 0))
			return err_pass(r);
		if ((r = finding_explain(catalog, &findings[i], language_is_chinese(), out)) < 0 ||
			(r = buffer_add(out, bytes_str("\n"))) < 0)
			return err_pass(r);
	}
	return err_pass(add_more(more, out));
}

/* The same for a row of the sheet: its place is file, line and column. */
static int explain_row(
	const struct tally *tally, struct tally_row *row, const struct verdict *verdict)
{
	int r;

	if (verdict->findings == 0 || verdict->status == STATUS_HELD) {
		if ((r = buffer_format(&row->reasons, "%s:%zu: ", tally->name, row->line)) < 0 ||
			(r = add_status(verdict->status, row->bureaus, &row->reasons)) < 0 ||
			(r = buffer_add(&row->reasons, bytes_str("\n"))) < 0)
			return err_pass(r);
	}
	for (uint32_t i = 0; i < verdict->findings; i++) {
		if ((r = row_explain(tally->reader, row->row, &verdict->finding[i],
			     language_is_chinese(), &row->reasons)) < 0 ||
			(r = buffer_add(&row->reasons, bytes_str("\n"))) < 0)
			return err_pass(r);
	}
	return err_pass(add_more(verdict->findings_more, &row->reasons));
}

static int note_status(struct tally_row *row, enum status status)
{
	AUTO(buffer_fini) struct buffer reason = { 0 };
	struct row_note note = { 0 };
	int r = add_status(status, row->bureaus, &reason);

	if (r < 0)
		return err_pass(r);
	snprintf(note.code, sizeof(note.code), "%s", status_name(status));
	row_note_text(note.reason, sizeof(note.reason), buffer_view(&reason));
	return err_pass(buffer_add(&row->notes, bytes_of(&note, sizeof(note))));
}

/* What the receipt will say of a report that was refused. */
static int note_verdict(
	const struct tally *tally, struct tally_row *row, const struct verdict *verdict)
{
	int r;

	if (verdict->findings == 0)
		return err_pass(note_status(row, verdict->status));
	for (uint32_t i = 0; i < verdict->findings; i++) {
		struct row_note note;

		r = tally->reader && row->line > 0
			    ? row_note_finding(tally->reader, &verdict->finding[i], &note)
			    : row_note_alone(tally->catalog, &verdict->finding[i], &note);
		if (r < 0 || (r = buffer_add(&row->notes, bytes_of(&note, sizeof(note)))) < 0)
			return err_pass(r);
	}
	return 0;
}

/* Not a refusal, but a clerk should know which rows no longer count. */
static int note_superseded(const struct tally *tally, struct tally_row *row)
{
	return err_pass(buffer_format(&row->reasons,
		language_pick("%s:%zu: 修订号 %" PRIu32 " 未生效：服务器上已有更高的修订号\n",
			"%s:%zu: revision %" PRIu32
			" does not count: a higher one is at the server\n"),
		tally->name ? tally->name : row->facility, row->line, row->revision));
}

static void count_one(struct tally_counts *counts, enum status status, enum filed_as as)
{
	if (as == FILED_REFUSED)
		counts->refused++;
	else if (as == FILED_HELD)
		counts->held++;
	else if (as == FILED_LATER)
		counts->later++;
	else if (status == STATUS_ACCEPTED)
		counts->accepted++;
	else if (status == STATUS_UNCHANGED)
		counts->unchanged++;
	else
		counts->superseded++;
}

static void row_take(struct tally_row *row, const struct filed *filed)
{
	row->status = filed->status;
	row->as = filed->as;
	row->sequence = filed->receipt.sequence;
	row->bureaus = filed->as == FILED_HELD && filed->verdict &&
		       bureaus_alone(filed->verdict->finding, filed->verdict->findings,
			       filed->verdict->findings_more);
}

/* Whether somebody must be told why. */
static bool to_tell(const struct filed *filed)
{
	return filed->as == FILED_REFUSED || filed->as == FILED_HELD || filed->as == FILED_LATER;
}

/* A report of an earlier run: it is counted and explained apart. */
static int take_earlier(struct tally *tally, const struct filed *filed)
{
	const struct outbox_report *report = filed->report;
	const struct verdict *verdict = filed->verdict;
	struct tally_row row = { .form = report->form,
		.period = report->period,
		.revision = report->revision,
		.number = report->number };
	int r = 0;

	count_one(&tally->earlier, filed->status, filed->as);
	if (to_tell(filed) &&
		(r = tally_explain(tally->catalog, report, filed->status, verdict->finding,
			 verdict->findings, verdict->findings_more, &tally->earlier_reasons)) < 0)
		return err_pass(r);
	if (!tally->receipt)
		return 0;
	snprintf(row.facility, sizeof(row.facility), "%.*s", (int)report->facility.len,
		(const char *)report->facility.data);
	row_take(&row, filed);
	if (to_tell(filed))
		r = note_verdict(tally, &row, verdict);
	if (r == 0)
		r = buffer_add(&tally->earlier_rows, bytes_of(&row, sizeof(row)));
	if (r < 0)
		buffer_fini(&row.notes);
	return err_pass(r);
}

/* Of the verdict: what the check foresaw no longer counts. */
static int take_findings(struct tally_row *row, const struct verdict *verdict)
{
	row->examined = true;
	row->findings.len = 0;
	return verdict ? err_pass(findings_encode(verdict->finding, verdict->findings,
				 verdict->findings_more, &row->findings))
		       : 0;
}

static int take_row(struct tally *tally, struct tally_row *row, const struct filed *filed)
{
	const struct verdict *verdict = filed->verdict;
	int r;

	row_take(row, filed);
	if ((r = take_findings(row, verdict)) < 0)
		return err_pass(r);
	if (filed->as == FILED_DROPPED)
		return err_pass(note_superseded(tally, row));
	if (!to_tell(filed))
		return 0;
	if ((r = note_verdict(tally, row, verdict)) < 0)
		return err_pass(r);
	if (tally->reader)
		return err_pass(explain_row(tally, row, verdict));
	return err_pass(tally_explain(tally->catalog, filed->report, filed->status,
		verdict->finding, verdict->findings, verdict->findings_more, &row->reasons));
}

int tally_visit(void *ctx, const struct filed *filed)
{
	struct tally *tally = ctx;
	struct tally_row *row = row_of(tally, filed->report->number);
	int r;

	if (tally->log >= 0 && (r = verdict_log_write(tally->log, filed)) < 0)
		return err_pass(r);
	tally->verdicts++;
	progress_draw(&tally->progress, tally->verdicts, tally->to_send);
	return err_pass(row ? take_row(tally, row, filed) : take_earlier(tally, filed));
}

const struct tally_row *tally_earlier(const struct tally *tally, size_t *ret_count)
{
	*ret_count = tally->earlier_rows.len / sizeof(struct tally_row);
	return (const struct tally_row *)(const void *)tally->earlier_rows.data;
}

struct tally_counts tally_count(const struct tally *tally, uint64_t *ret_bad, uint64_t *ret_waiting)
{
	struct tally_counts counts = { 0 };
	uint64_t bad = 0, waiting = 0;

	for (size_t i = 0; i < tally->rows; i++) {
		const struct tally_row *row = &tally->row[i];

		if (row->bad)
			bad++;
		else if (row->status == 0)
			waiting++;
		else
			count_one(&counts, row->status, row->as);
		counts.bureaus += row->bureaus;
	}
	*ret_bad = bad;
	*ret_waiting = waiting;
	return counts;
}

int tally_exit_code(const struct tally *tally, uint64_t pending)
{
	uint64_t bad, waiting;
	struct tally_counts counts = tally_count(tally, &bad, &waiting);

	if (pending > 0)
		return EXIT_QUEUED;
	return bad + counts.refused + counts.held + tally->earlier.refused + tally->earlier.held > 0
		       ? EXIT_PARTLY
		       : EXIT_DONE;
}

static int format_findings(const struct tally_row *row, struct buffer *out)
{
	char period[PERIOD_TEXT_BYTES] = "?";
	int r;

	if (period_valid(row->period))
		period_print(row->period, period);
	if ((r = buffer_format(out, "%s %s ", row->facility, period)) < 0 ||
		(r = buffer_room(out, 2 * row->findings.len + 1)) < 0)
		return err_pass(r);
	bytes_to_hex(buffer_view(&row->findings), (char *)out->data + out->len);
	out->len += 2 * row->findings.len;
	return err_pass(buffer_add(out, bytes_str("\n")));
}

int tally_write_findings(const struct tally *tally, const char *path)
{
	AUTO(buffer_fini) struct buffer out = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < tally->rows; i++) {
		if (tally->row[i].examined)
			r = format_findings(&tally->row[i], &out);
	}
	return r < 0 ? err_pass(r) : err_pass(file_replace(path, buffer_view(&out)));
}

static void row_fini(struct tally_row *row)
{
	buffer_fini(&row->reasons);
	buffer_fini(&row->warnings);
	buffer_fini(&row->notes);
	buffer_fini(&row->findings);
}

void tally_fini(struct tally *tally)
{
	size_t earlier = tally->earlier_rows.len / sizeof(struct tally_row);

	for (size_t i = 0; i < tally->rows; i++)
		row_fini(&tally->row[i]);
	for (size_t i = 0; i < earlier; i++)
		row_fini((struct tally_row *)(void *)tally->earlier_rows.data + i);
	free(tally->row);
	free(tally->by_number);
	buffer_fini(&tally->earlier_reasons);
	buffer_fini(&tally->earlier_rows);
	if (tally->log >= 0)
		close(tally->log);
}
