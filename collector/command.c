/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * send, withdraw and flush are one act: open, greet, put something (or nothing) into the outbox,
 * send until everything has a verdict, and tell. check is the same up to the outbox, and stops. */
#include "collector/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "client/language.h"
#include "client/phrase.h"
#include "collector/act.h"
#include "collector/exit_codes.h"
#include "collector/facilities.h"
#include "collector/receipt.h"
#include "collector/rows.h"

int command_key_new(const struct command_options *options)
{
	char text[KEY_TEXT_BYTES];
	struct key_pair pair;
	int r;

	if (options->word_count != 1)
		return complain_use(
			"用法：huibao-collect key new 文件", "usage: huibao-collect key new FILE");
	if ((r = key_pair_make(&pair)) == 0)
		r = key_pair_save(&pair, options->words[0]);
	key_print(pair.public_key, text);
	explicit_bzero(&pair, sizeof(pair));
	if (r < 0)
		return complain(r);
	printf("%s\n", text);
	fprintf(stderr, "%s\n",
		language_pick("以上为公钥，请交主管部门登记；密钥文件请勿外传",
			"this is the public key: give it to the bureau to register; keep the file "
			"to yourself"));
	return EXIT_DONE;
}

/* A file on its way through one command. Released by itself (AUTO). */
struct filling {
	struct sheet *sheet;
	struct row_reader *reader;
	struct codes known;
};

static void filling_fini_auto(struct filling *filling)
{
	row_reader_free(filling->reader);
	sheet_free(filling->sheet);
	buffer_fini(&filling->known.code);
}

/* Reads the file and checks every row; EXIT_DONE, or it has been told. */
static int read_file(struct session *session, const struct command_options *options,
	const struct form *form, struct filling *filling, struct tally *tally)
{
	enum encoding used = ENCODING_UTF8;
	int r;

	if ((r = sheet_load_as(options->words[0], options->encoding, &used, &filling->sheet)) < 0 ||
		(r = row_reader_new(session->catalog, form, filling->sheet, &filling->reader)) < 0)
		return complain_file(r);
	if (used == ENCODING_GB18030)
		fprintf(stderr,
			language_pick("huibao-collect: %s 按 GB18030 编码读取\n",
				"huibao-collect: %s is read as GB18030\n"),
			options->words[0]);
	if ((r = facilities_codes(session, &filling->known)) < 0)
		return complain(r);
	row_reader_know(filling->reader, &filling->known);
	if ((r = start_tally(options, session, tally)) < 0)
		return complain(r);
	tally->reader = filling->reader;
	tally->name = sheet_name(filling->sheet);
	if ((r = rows_check(session, filling->sheet, filling->reader, tally)) < 0)
		return complain(r);
	if (tally->rows == 0)
		return complain_use("文件中没有数据行，未上报任何内容",
			"the file has no rows below its header; nothing was sent");
	return EXIT_DONE;
}

static int send_file(struct session *session, const struct command_options *options,
	const struct form *form, struct tally *tally)
{
	AUTO(filling_fini) struct filling filling = { 0 };
	int code = read_file(session, options, form, &filling, tally), r;

	if (code != EXIT_DONE)
		return code;
	if ((r = rows_queue(session, filling.reader, form, tally)) < 0)
		return complain(r);
	return deliver(session, tally, options);
}

static int wrong_file_use(const struct command_options *options, const char *zh, const char *en)
{
	return options->word_count == 1 ? EXIT_DONE : complain_use(zh, en);
}

int command_send(const struct command_options *options)
{
	AUTO(session_close) struct session *session = NULL;
	struct tally tally = { .log = -1 };
	const struct form *form;
	int code = wrong_file_use(options, "用法：huibao-collect send 文件.csv --form 报表代码",
		"usage: huibao-collect send FILE.csv --form F");

	if (code != EXIT_DONE || open_session(options, &session, &code) < 0 ||
		!(form = find_form(session, options->form, &code)))
		return code;
	code = send_file(session, options, form, &tally);
	tally_fini(&tally);
	return code;
}

static int check_file(struct session *session, const struct command_options *options,
	const struct form *form, struct tally *tally)
{
	AUTO(filling_fini) struct filling filling = { 0 };
	int code = read_file(session, options, form, &filling, tally), r;

	if (code != EXIT_DONE)
		return code;
	tally->checking = true;
	if ((r = rows_foresee(tally, day_of_wall_ms(clock_wall().ms))) < 0)
		return complain(r);
	tally_print_check(tally, options->verbose, stdout);
	if (options->receipt && (r = receipt_write(tally, options->receipt)) < 0)
		return complain(r);
	for (size_t i = 0; i < tally->rows; i++) {
		if (tally->row[i].bad)
			return EXIT_FOUND;
	}
	return EXIT_DONE;
}

int command_check(const struct command_options *options)
{
	AUTO(session_close) struct session *session = NULL;
	struct tally tally = { .log = -1 };
	const struct form *form;
	int code = wrong_file_use(options, "用法：huibao-collect check 文件.csv --form 报表代码",
		"usage: huibao-collect check FILE.csv --form F");

	if (code != EXIT_DONE || open_local(options, &session, &code) < 0 ||
		!(form = find_form(session, options->form, &code)))
		return code;
	code = check_file(session, options, form, &tally);
	tally_fini(&tally);
	return code;
}

static int withdraw(struct session *session, const struct command_options *options,
	const struct form *form, struct tally *tally)
{
	struct report draft = {
		.facility = bytes_str(options->words[0]), .form = form->id, .withdrawal = true
	};
	int r;

	if (!facility_code_valid(options->words[0]))
		return complain_use("机构代码须为 1 至 32 个不含空格和逗号的英文字符",
			"the facility's code is 1 to 32 ASCII "
			"characters without blanks and commas");
	if ((r = period_parse(options->words[1], &draft.period)) < 0) {
		(void)complain(r);
		return EXIT_WRONG_USE;
	}
	if (period_kind_of(draft.period) != form->period)
		return complain_use(
			"报告期与报表周期不符；请按该报表的周期填写，例如 2026-05 或 2026",
			"the period is not of the form's kind; write it as the form wants it, for "
			"example 2026-05 or 2026");
	if ((r = start_tally(options, session, tally)) < 0 ||
		(r = rows_queue_one(session, &draft, tally)) < 0)
		return complain(r);
	return deliver(session, tally, options);
}

int command_withdraw(const struct command_options *options)
{
	AUTO(session_close) struct session *session = NULL;
	struct tally tally = { .log = -1 };
	const struct form *form;
	int code;

	if (options->word_count != 2)
		return complain_use("用法：huibao-collect withdraw 机构代码 报告期 --form 报表代码",
			"usage: huibao-collect withdraw FACILITY PERIOD --form F");
	if (open_session(options, &session, &code) < 0 ||
		!(form = find_form(session, options->form, &code)))
		return code;
	code = withdraw(session, options, form, &tally);
	tally_fini(&tally);
	return code;
}

int command_flush(const struct command_options *options)
{
	AUTO(session_close) struct session *session = NULL;
	struct tally tally = { .log = -1 };
	int code, r;

	if (options->word_count != 0)
		return complain_use("用法：huibao-collect flush", "usage: huibao-collect flush");
	if (open_session(options, &session, &code) < 0)
		return code;
	if ((r = start_tally(options, session, &tally)) < 0)
		return complain(r);
	code = deliver(session, &tally, options);
	tally_fini(&tally);
	return code;
}

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

static int show_outbox(void *ctx, const struct ports *ports)
{
	struct showing *showing = ctx;
	struct outbox_cursor cursor = { 0 };
	struct outbox_report report;
	struct bytes findings;
	int r = outbox_count(ports, &showing->counts);

	if (r < 0)
		return err_pass(r);
	printf(language_pick("待上报 %" PRIu64 "，已留存 %" PRIu64 "，被拒绝 %" PRIu64 "\n",
		       "pending %" PRIu64 ", kept %" PRIu64 ", refused %" PRIu64 "\n"),
		showing->counts.pending, showing->counts.kept, showing->counts.refused);
	while ((r = outbox_refused_next(ports, &cursor, &report, &findings)) == 0) {
		if ((r = show_refused(showing, &report, findings)) < 0)
			return err_pass(r);
	}
	return r == PORT_NONE ? 0 : err_pass(r);
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
		printf("%s\n", language_pick("未上报", "no report"));
	else
		printf(language_pick("修订号 %" PRIu32 "，流水号 %" PRIu64 "%s\n",
			       "revision %" PRIu32 ", sequence %" PRIu64 "%s\n"),
			line->revision, line->sequence,
			line->withdrawn ? language_pick("，已撤回", ", withdrawn") : "");
}

static int show_server(struct session *session, const char *facility)
{
	struct status_request request = { .facility = bytes_str(facility) };
	const struct status_line *lines;
	size_t count;
	bool more;
	int r = client_status(session->client, &request, &lines, &count, &more);

	if (r < 0)
		return err_pass(r);
	if (count == 0)
		printf("%s: %s\n", facility,
			language_pick(
				"服务器上没有该机构的报表", "the server has no report of it"));
	for (size_t i = 0; i < count; i++)
		show_line(session, &lines[i]);
	if (more)
		printf("%s\n", language_pick("……（还有更多）", "… (there are more)"));
	return 0;
}

/* Refused reports that somebody has dealt with, or given up: of one facility, or all. */
struct forgetting {
	const char *facility; /* NULL: all */
	uint64_t count;
};

static int forget_refused(void *ctx, const struct ports *ports)
{
	struct forgetting *forgetting = ctx;
	struct outbox_cursor cursor = { 0 };
	struct outbox_report report;
	struct bytes findings;
	int r;

	while ((r = outbox_refused_next(ports, &cursor, &report, &findings)) == 0) {
		if (forgetting->facility &&
			!bytes_equal(report.facility, bytes_str(forgetting->facility)))
			continue;
		if ((r = outbox_refused_forget(
			     ports, report.facility, report.form, report.period)) < 0)
			return err_pass(r);
		forgetting->count++;
	}
	return r == PORT_NONE ? 0 : err_pass(r);
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
	if (open_session(options, &session, &code) < 0)
		return code;
	if ((r = arena_new(&arena)) < 0)
		return complain(r);
	showing.catalog = session->catalog;
	showing.arena = arena;
	if ((r = session_read(session, show_outbox, &showing)) < 0)
		return complain(r);
	if (options->forget)
		return forget(session, options);
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
