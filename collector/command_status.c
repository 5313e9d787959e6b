/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * status: what the outbox holds (waiting, held and since when, refused and why, what the bureau
 * asks), and what the server has of a facility. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "client/language.h"
#include "collector/act.h"
#include "collector/exit_codes.h"
#include "collector/notices.h"
#include "collector/replaced.h"
#include "model/period.h"

/* What status shows of the refused: each with its reasons, as when it was refused. */
struct showing {
	const struct catalog *catalog;
	struct arena *arena;
	struct outbox_counts counts;
};

static int show_refused(
	const struct showing *showing, const struct outbox_report *report, struct bytes packed)
{
	AUTO(buffer_fini) struct buffer words = { 0 };
	const struct finding *findings;
	size_t count;
	uint32_t more;
	int r;

	if ((r = findings_decode(showing->arena, packed, &findings, &count, &more)) < 0 ||
		(r = tally_explain(showing->catalog, report, (enum status)report->status, findings,
			 count, more, &words)) < 0)
		return err_pass(r);
	if (words.len > 0)
		fwrite(words.data, 1, words.len, stdout);
	return 0;
}

static int show_held(const struct showing *showing, const struct outbox_held *held)
{
	char day[DAY_TEXT_BYTES];

	if (!held->report.settled) {
		day_print(held->report.filed_day, day);
		printf(language_pick("自 %s 起留存（流水号 %" PRIu64 "）：",
			       "held since %s (sequence %" PRIu64 "): "),
			day, held->receipt.sequence);
		fflush(stdout);
	}
	return err_pass(show_refused(showing, &held->report, held->findings));
}

/* What waits for a person there, and what a person sent back. */
static int show_all_held(const struct showing *showing, const struct ports *ports)
{
	struct outbox_cursor cursor = { 0 };
	struct outbox_held held;
	int r;

	while ((r = outbox_held_next(ports, &cursor, &held)) == 0) {
		if ((r = show_held(showing, &held)) < 0)
			return err_pass(r);
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

static int show_outbox(void *ctx, const struct ports *ports)
{
	struct showing *showing = ctx;
	struct outbox_cursor cursor = { 0 };
	struct outbox_report report;
	struct bytes findings;
	int r = outbox_count(ports, &showing->counts);

	if (r < 0)
		return err_pass(r);
	printf(language_pick("待上报 %" PRIu64 "，已生效 %" PRIu64 "，留存待审 %" PRIu64
			     "，被拒绝 %" PRIu64 "\n",
		       "pending %" PRIu64 ", in force %" PRIu64 ", held %" PRIu64
		       ", refused %" PRIu64 "\n"),
		showing->counts.pending, showing->counts.kept, showing->counts.held,
		showing->counts.refused);
	while ((r = outbox_refused_next(ports, &cursor, &report, &findings)) == 0) {
		if ((r = show_refused(showing, &report, findings)) < 0)
			return err_pass(r);
	}
	if (r < 0 || (r = show_all_held(showing, ports)) < 0)
		return err_pass(r);
	return err_pass(notices_show(ports, showing->catalog, showing->arena));
}

static void show_line_held(const struct status_line *line)
{
	const char *state = "";

	switch (line->held_state) {
	case HELD_NONE:
		return;
	case HELD_WAITING:
		state = language_pick("留存待审", "held");
		break;
	case HELD_RETURNED:
		state = language_pick("已退回", "sent back");
		break;
	case HELD_REJECTED:
		state = language_pick("已否决", "rejected");
		break;
	}
	printf(language_pick("；修订号 %" PRIu32 "，流水号 %" PRIu64 "，%s",
		       "; revision %" PRIu32 ", sequence %" PRIu64 ", %s"),
		line->held_revision, line->held_sequence, state);
}

static void show_line(const struct session *session, const struct status_line *line)
{
	const struct form *form =
		session->catalog ? catalog_form(session->catalog, (uint16_t)line->form) : NULL;
	char period[PERIOD_TEXT_BYTES] = "?";

	if (period_valid(line->period))
		period_print(line->period, period);
	printf("%.*s %s %s ", (int)line->facility.len, (const char *)line->facility.data,
		form ? form->code : "?", period);
	if (line->revision == 0)
		printf("%s", language_pick("未上报", "no report"));
	else
		printf(language_pick("修订号 %" PRIu32 "，流水号 %" PRIu64 "%s",
			       "revision %" PRIu32 ", sequence %" PRIu64 "%s"),
			line->revision, line->sequence,
			line->withdrawn ? language_pick("，已撤回", ", withdrawn") : "");
	show_line_held(line);
	putchar('\n');
}

static int show_server(struct session *session, const char *facility)
{
	struct status_request request = { .facility = bytes_str(facility) };
	struct status_reply reply;
	int r = client_status(session->client, &request, &reply);

	if (r < 0)
		return err_pass(r);
	if (reply.lines == 0)
		printf("%s: %s\n", facility,
			language_pick(
				"服务器上没有该机构的报表", "the server has no report of it"));
	for (size_t i = 0; i < reply.lines; i++)
		show_line(session, &reply.line[i]);
	if (reply.more)
		printf("%s\n", language_pick("……（还有更多）", "… (there are more)"));
	return 0;
}

/* Refused reports that somebody has dealt with, or given up: of one facility, or all. */
struct forgetting {
	const char *facility; /* NULL: all */
	uint64_t count;
};

static bool to_forget(const struct forgetting *forgetting, struct bytes facility)
{
	return !forgetting->facility || bytes_equal(facility, bytes_str(forgetting->facility));
}

/* What a person at the bureau sent back. */
static int forget_settled(struct forgetting *forgetting, const struct ports *ports)
{
	struct outbox_cursor cursor = { 0 };
	struct outbox_held held;
	int r;

	while ((r = outbox_held_next(ports, &cursor, &held)) == 0) {
		if (!held.report.settled || !to_forget(forgetting, held.report.facility))
			continue;
		if ((r = outbox_held_forget(ports, held.report.facility, held.report.form,
			     held.report.period)) < 0)
			return err_pass(r);
		forgetting->count++;
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

/* A notice's key begins with its facility's code and a zero byte. */
static int forget_notices(const struct forgetting *forgetting, const struct ports *ports)
{
	struct outbox_cursor cursor = { 0 };
	struct bytes packed;
	int r;

	while ((r = outbox_notice_next(ports, &cursor, &packed)) == 0) {
		size_t len = strnlen((const char *)cursor.key, cursor.len);

		if (to_forget(forgetting, bytes_of(cursor.key, len)) &&
			(r = outbox_notice_forget(ports, &cursor)) < 0)
			return err_pass(r);
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

static int forget_refused(void *ctx, const struct ports *ports)
{
	struct forgetting *forgetting = ctx;
	struct outbox_cursor cursor = { 0 };
	struct outbox_report report;
	struct bytes findings;
	int r;

	while ((r = outbox_refused_next(ports, &cursor, &report, &findings)) == 0) {
		if (!to_forget(forgetting, report.facility))
			continue;
		if ((r = outbox_refused_forget(
			     ports, report.facility, report.form, report.period)) < 0)
			return err_pass(r);
		forgetting->count++;
	}
	if (r < 0 || (r = forget_settled(forgetting, ports)) < 0)
		return err_pass(r);
	return err_pass(forget_notices(forgetting, ports));
}

static int forget(struct session *session, const struct command_options *options)
{
	struct forgetting forgetting = {
		.facility = options->word_count == 1 ? options->words[0] : NULL,
	};
	int r = session_write(session, forget_refused, &forgetting);

	if (r < 0)
		return complain(r);
	printf(language_pick("已从列表中删去 %" PRIu64 " 份被拒绝的报表\n",
		       "%" PRIu64 " refused reports were taken off the list\n"),
		forgetting.count);
	return EXIT_DONE;
}

int command_status(const struct command_options *options)
{
	AUTO(session_close) struct session *session = NULL;
	AUTO(arena_free) struct arena *arena = NULL;
	struct showing showing = { 0 };
	int code, r;

	if (options->word_count > 1)
		return complain_use("用法：huibao-collect status [机构代码] [--forget]",
			"usage: huibao-collect status [FACILITY] [--forget]");
	if (options->word_count == 1 && !facility_code_valid(options->words[0]))
		return complain_use("机构代码须为 1 至 32 个不含空格和逗号的英文字符",
			"the facility's code is 1 to 32 ASCII characters without blanks and "
			"commas");
	if (open_session(options, &session, &code) < 0)
		return code;
	if ((r = arena_new(&arena)) < 0)
		return complain(r);
	showing.catalog = session->catalog;
	showing.arena = arena;
	if ((session->online &&
		    (r = notices_fetch(session, options->word_count == 1 ? options->words[0] : NULL,
			     NOTICES_OF_STATUS, true)) < 0) ||
		(session->online && (r = replaced_settle(session)) < 0) ||
		(r = session_read(session, show_outbox, &showing)) < 0)
		return complain(r);
	if (options->forget)
		return forget(session, options);
	if (session->differs)
		return EXIT_HISTORY;
	if (!session->online) {
		fprintf(stderr,
			language_pick("huibao-collect: 无法连接 %s\n",
				"huibao-collect: %s cannot be reached\n"),
			session->settings.ingestd);
		return EXIT_UNREACHABLE;
	}
	if (options->word_count == 1 && (r = show_server(session, options->words[0])) < 0)
		return complain(r);
	return EXIT_DONE;
}
