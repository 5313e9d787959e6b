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

/* Verdicts without findings speak for themselves. */
static int add_status(enum status status, struct buffer *out)
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
		return err_pass(buffer_format(out, "%s",
			language_pick("已由主管部门留存待审；请等待审核结果",
				"held for review by the bureau; wait for its decision")));
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

	if (count == 0) {
		if ((r = add_place(catalog, report, out)) < 0 ||
			(r = add_status(status, out)) < 0 ||
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

	if (verdict->findings == 0) {
		if ((r = buffer_format(&row->reasons, "%s:%zu: ", tally->name, row->line)) < 0 ||
			(r = add_status(verdict->status, &row->reasons)) < 0 ||
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

/* Not a refusal, but a clerk should know which rows no longer count. */
static int note_superseded(const struct tally *tally, struct tally_row *row)
{
	return err_pass(buffer_format(&row->reasons,
		language_pick("%s:%zu: 修订号 %" PRIu32 " 未生效：服务器上已有更高的修订号\n",
			"%s:%zu: revision %" PRIu32 " does not count: a higher one is in force\n"),
		tally->name ? tally->name : row->facility, row->line, row->revision));
}

static void count_one(struct tally_counts *counts, enum status status, enum filed_as as)
{
	if (as == FILED_REFUSED)
		counts->refused++;
	else if (status == STATUS_ACCEPTED)
		counts->accepted++;
	else if (status == STATUS_UNCHANGED)
		counts->unchanged++;
	else
		counts->superseded++;
}

int tally_visit(void *ctx, const struct filed *filed)
{
	struct tally *tally = ctx;
	struct tally_row *row = row_of(tally, filed->report->number);
	const struct verdict *verdict = filed->verdict;
	int r;

	if (tally->log >= 0 && (r = verdict_log_write(tally->log, filed)) < 0)
		return err_pass(r);
	tally->verdicts++;
	if (tally->progress && tally->verdicts % 64 == 0)
		fprintf(stderr, "\r%" PRIu64 " / %zu", tally->verdicts, tally->rows);
	if (!row)
		count_one(&tally->earlier, filed->status, filed->as);
	if (!row && filed->as == FILED_REFUSED)
		return err_pass(tally_explain(tally->catalog, filed->report, filed->status,
			verdict->finding, verdict->findings, verdict->findings_more,
			&tally->earlier_reasons));
	if (!row)
		return 0;
	row->status = filed->status;
	row->as = filed->as;
	row->sequence = filed->receipt.sequence;
	if (filed->as != FILED_REFUSED)
		return filed->as == FILED_DROPPED ? err_pass(note_superseded(tally, row)) : 0;
	if (tally->reader)
		return err_pass(explain_row(tally, row, verdict));
	return err_pass(tally_explain(tally->catalog, filed->report, filed->status,
		verdict->finding, verdict->findings, verdict->findings_more, &row->reasons));
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
	}
	*ret_bad = bad;
	*ret_waiting = waiting;
	return counts;
}

static void print_counts(const struct tally_counts *counts, FILE *out)
{
	fprintf(out,
		language_pick("接受 %" PRIu64 "，未变 %" PRIu64 "，已被更新 %" PRIu64
			      "，拒绝 %" PRIu64,
			"%" PRIu64 " accepted, %" PRIu64 " unchanged, %" PRIu64
			" superseded, %" PRIu64 " refused"),
		counts->accepted, counts->unchanged, counts->superseded, counts->refused);
}

static const char *status_word(enum status status)
{
	switch (status) {
	case STATUS_ACCEPTED:
		return language_pick("已接受", "accepted");
	case STATUS_UNCHANGED:
		return language_pick("未变", "unchanged");
	case STATUS_SUPERSEDED:
		return language_pick("已被更新", "superseded");
	case STATUS_REJECTED:
		return language_pick("被拒绝", "rejected");
	case STATUS_HELD:
		return language_pick("留存待审", "held");
	}
	return "?";
}

static void print_row(const struct tally *tally, const struct tally_row *row, FILE *out)
{
	if (row->reasons.len > 0) {
		fwrite(row->reasons.data, 1, row->reasons.len, out);
		return;
	}
	if (tally->name)
		fprintf(out, "%s:%zu: ", tally->name, row->line);
	if (row->status == 0)
		fprintf(out, "%s %s\n", row->facility,
			language_pick("已存入发件箱，等待上报", "queued"));
	else
		fprintf(out,
			language_pick("%s 修订号 %" PRIu32 "：%s，流水号 %" PRIu64 "\n",
				"%s revision %" PRIu32 ": %s, sequence %" PRIu64 "\n"),
			row->facility, row->revision, status_word(row->status), row->sequence);
}

static void print_earlier(const struct tally *tally, FILE *out)
{
	const struct tally_counts *counts = &tally->earlier;

	if (tally->earlier_reasons.len > 0)
		fwrite(tally->earlier_reasons.data, 1, tally->earlier_reasons.len, out);
	if (counts->accepted + counts->unchanged + counts->superseded + counts->refused == 0)
		return;
	fputs(language_pick("此前排队的报表：", "queued before: "), out);
	print_counts(counts, out);
	fputc('\n', out);
}

void tally_print(const struct tally *tally, bool every, FILE *out)
{
	uint64_t bad, waiting;
	struct tally_counts counts = tally_count(tally, &bad, &waiting);

	if (tally->progress && tally->verdicts >= 64)
		fputs("\r\033[K", stderr);
	for (size_t i = 0; i < tally->rows; i++) {
		if (every || tally->row[i].reasons.len > 0)
			print_row(tally, &tally->row[i], out);
	}
	print_earlier(tally, out);
	if (tally->rows == 0)
		return;
	if (tally->name)
		fprintf(out, language_pick("%s：", "%s: "), tally->name);
	fprintf(out, language_pick("共 %zu 行：", "%zu rows: "), tally->rows);
	print_counts(&counts, out);
	fprintf(out,
		language_pick("，有误未报 %" PRIu64 "，排队 %" PRIu64 "\n",
			", %" PRIu64 " with mistakes and not sent, %" PRIu64 " queued\n"),
		bad, waiting);
	if (tally->name && bad + counts.refused > 0)
		fprintf(out, "%s\n",
			language_pick("请更正以上各行后重新上报整个文件；已接受的行不受影响",
				"correct the rows named above and send the file again; rows "
				"already accepted stay as "
				"they are"));
}

int tally_exit_code(const struct tally *tally, uint64_t pending)
{
	uint64_t bad, waiting;
	struct tally_counts counts = tally_count(tally, &bad, &waiting);

	if (pending > 0)
		return EXIT_QUEUED;
	return bad + counts.refused + tally->earlier.refused > 0 ? EXIT_PARTLY : EXIT_DONE;
}

void tally_fini(struct tally *tally)
{
	for (size_t i = 0; i < tally->rows; i++)
		buffer_fini(&tally->row[i].reasons);
	free(tally->row);
	free(tally->by_number);
	buffer_fini(&tally->earlier_reasons);
	if (tally->log >= 0)
		close(tally->log);
}
