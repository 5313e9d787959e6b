/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The summary that a person reads at the end of check and send: a line for each row that has
 * something to say, and the counts. */
#include <inttypes.h>

#include "client/language.h"
#include "collector/tally.h"

static void print_counts(const struct tally_counts *counts, FILE *out)
{
	fprintf(out,
		language_pick("接受 %" PRIu64 "，未变 %" PRIu64 "，已被更新 %" PRIu64
			      "，拒绝 %" PRIu64,
			"%" PRIu64 " accepted, %" PRIu64 " unchanged, %" PRIu64
			" superseded, %" PRIu64 " refused"),
		counts->accepted, counts->unchanged, counts->superseded, counts->refused);
	if (counts->held > 0)
		fprintf(out, language_pick("，留存待审 %" PRIu64, ", %" PRIu64 " held"),
			counts->held);
	if (counts->later > 0)
		fprintf(out,
			language_pick("，请明日再报 %" PRIu64, ", %" PRIu64 " to be sent tomorrow"),
			counts->later);
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
	case STATUS_LATER:
		return language_pick("请明日再报", "send it tomorrow");
	}
	return "?";
}

const char *tally_status(const struct tally *tally, const struct tally_row *row)
{
	if (row->bad)
		return "not-sent";
	if (row->status != 0)
		return status_name(row->status);
	if (tally->checking && row->held)
		return "would-be-held";
	return tally->checking ? "checked" : "queued";
}

const char *tally_status_said(const struct tally *tally, const struct tally_row *row)
{
	if (row->bad)
		return language_pick("有误未报", "has mistakes and was not sent");
	if (row->status != 0)
		return status_word(row->status);
	if (tally->checking && row->held)
		return language_pick("将留存待审", "would be held");
	return tally->checking ? language_pick("检查通过", "no mistakes found")
			       : language_pick("排队待报", "queued");
}

static void print_row(const struct tally *tally, const struct tally_row *row, FILE *out)
{
	if (row->reasons.len > 0) {
		fwrite(row->reasons.data, 1, row->reasons.len, out);
		return;
	}
	if (tally->name)
		fprintf(out, "%s:%zu: ", tally->name, row->line);
	if (tally->checking)
		fprintf(out, "%s %s\n", row->facility, tally_status_said(tally, row));
	else if (row->status == 0)
		fprintf(out, "%s %s\n", row->facility,
			language_pick("已存入发件箱，等待上报", "queued"));
	else
		fprintf(out,
			language_pick("%s 修订号 %" PRIu32 "：%s，流水号 %" PRIu64 "\n",
				"%s revision %" PRIu32 ": %s, sequence %" PRIu64 "\n"),
			row->facility, row->revision, status_word(row->status), row->sequence);
}

static void print_rows(const struct tally *tally, bool every, FILE *out)
{
	for (size_t i = 0; i < tally->rows; i++) {
		const struct tally_row *row = &tally->row[i];

		if (every || row->reasons.len > 0)
			print_row(tally, row, out);
		if (!tally->checking && row->held && !row->bad && row->status == 0)
			fprintf(out,
				language_pick(
					"%s:%zu: 提示：上报后将留存待审；原因和可填写的说明见 "
					"huibao-collect check\n",
					"%s:%zu: note: it will be held; 'huibao-collect check' "
					"says "
					"why and how to explain it\n"),
				tally->name ? tally->name : row->facility, row->line);
		if (row->warnings.len > 0)
			fwrite(row->warnings.data, 1, row->warnings.len, out);
	}
}

void tally_print_check(const struct tally *tally, bool every, FILE *out)
{
	size_t bad = 0, warned = 0, held = 0, unclassed = 0;

	print_rows(tally, every, out);
	for (size_t i = 0; i < tally->rows; i++) {
		bad += tally->row[i].bad;
		warned += !tally->row[i].bad && tally->row[i].warnings.len > 0;
		held += !tally->row[i].bad && tally->row[i].held;
		unclassed += tally->row[i].unclassed;
	}
	fprintf(out,
		language_pick(
			"%s：共 %zu 行：可上报 %zu（其中有提示 %zu），有误 %zu；未上报任何内容\n",
			"%s: %zu rows: %zu can be sent (%zu of them with notes), %zu with "
			"mistakes; nothing was sent\n"),
		tally->name, tally->rows, tally->rows - bad, warned, bad);
	if (held > 0)
		fprintf(out,
			language_pick(
				"其中 %zu 行如不更正或说明原因（reasons 列），上报后将留存待审\n",
				"%zu of them would be held: correct them, or explain them in the "
				"column 'reasons'\n"),
			held);
	if (unclassed > 0)
		fprintf(out,
			language_pick(
				"有 %zu 行的机构类别本机尚不知道，只适用于某类机构的规则未检查；"
				"联网运行 template 或 send 后即可知道\n",
				"%zu rows are of facilities whose class is not known here yet: "
				"rules for certain classes were not checked; template and send "
				"learn it while connected\n"),
			unclassed);
}

static void print_earlier(const struct tally *tally, FILE *out)
{
	const struct tally_counts *counts = &tally->earlier;

	if (tally->earlier_reasons.len > 0)
		fwrite(tally->earlier_reasons.data, 1, tally->earlier_reasons.len, out);
	if (counts->accepted + counts->unchanged + counts->superseded + counts->refused +
			counts->held + counts->later ==
		0)
		return;
	fputs(language_pick("此前排队的报表：", "queued before: "), out);
	print_counts(counts, out);
	fputc('\n', out);
}

/* What is left to do for whoever sent the file. */
static void print_next(const struct tally_counts *counts, uint64_t bad, FILE *out)
{
	if (bad + counts->refused + counts->held > counts->bureaus)
		fprintf(out, "%s\n",
			language_pick("请更正以上各行后重新上报整个文件；已接受的行不受影响",
				"correct the rows named above and send the file again; rows "
				"already accepted stay as "
				"they are"));
	else if (counts->bureaus > 0)
		fprintf(out, "%s\n",
			language_pick("以上留存的行无须更正；请等待主管部门的审核结果",
				"nothing is to be put right in the rows that are held; wait for "
				"the bureau's decision"));
}

void tally_print(const struct tally *tally, bool every, FILE *out)
{
	uint64_t bad, waiting;
	struct tally_counts counts = tally_count(tally, &bad, &waiting);

	print_rows(tally, every, out);
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
	if (tally->name)
		print_next(&counts, bad, out);
}
