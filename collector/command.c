/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * send, withdraw and flush are one act: open, greet, put something (or nothing) into the outbox,
 * send until everything has a verdict, and tell. From the moment that the outbox holds a report, no
 * failure loses it, and the summary says so. */
#include "collector/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "client/language.h"
#include "client/phrase.h"
#include "collector/exit_codes.h"
#include "collector/rows.h"
#include "collector/session.h"
#include "collector/tally.h"
#include "collector/verdict_log.h"

int complain(int error)
{
	fprintf(stderr, "huibao-collect: %s\n", phrase(err_text()));
	switch (error) {
	case ERR_DENIED:
		return EXIT_DENIED;
	case ERR_UNREACHABLE:
	case ERR_TIMEOUT:
		return EXIT_UNREACHABLE;
	case ERR_CONFLICT:
		return EXIT_CONFLICT;
	default:
		return EXIT_FAILED;
	}
}

static int complain_use(const char *zh, const char *en)
{
	fprintf(stderr, "huibao-collect: %s\n", language_pick(zh, en));
	return EXIT_WRONG_USE;
}

/* A file that cannot be read as a sheet of the form: nothing was sent, and the user can mend it. */
static int complain_file(int error)
{
	int code = complain(error);

	return error == ERR_INVALID || error == ERR_NOT_FOUND ? EXIT_WRONG_USE : code;
}

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

/* Settings are read first: a mistake in them is a mistake in use. */
static int open_session(
	const struct command_options *options, struct session **ret_session, int *ret_code)
{
	AUTO(buffer_fini) struct buffer path = { 0 };
	struct client_settings settings;
	int r = client_settings_path(options->config, &path);

	if (r == 0)
		r = client_settings_load((const char *)path.data, &settings);
	if (r < 0) {
		(void)complain(r);
		*ret_code = EXIT_WRONG_USE;
		return r;
	}
	if ((r = session_open(&settings, ret_session)) < 0 ||
		(r = session_greet(*ret_session)) < 0) {
		*ret_code = complain(r);
		return r;
	}
	if ((*ret_session)->offered_again > 0)
		fprintf(stderr,
			language_pick("huibao-collect: 服务器已从备份恢复，重新上报 %" PRIu64
				      " 份已留存的报表\n",
				"huibao-collect: the server was restored from a backup; %" PRIu64
				" reports kept here are offered again\n"),
			(*ret_session)->offered_again);
	return 0;
}

static int count_outbox(void *ctx, const struct ports *ports)
{
	return err_pass(outbox_count(ports, ctx));
}

static int start_tally(
	const struct command_options *options, const struct session *session, struct tally *tally)
{
	*tally = (struct tally){
		.catalog = session->catalog, .log = -1, .progress = isatty(STDERR_FILENO) == 1
	};
	return options->log ? err_pass(verdict_log_open(options->log, &tally->log)) : 0;
}

/* Sends what is pending and tells; the exit code of the whole command. */
static int deliver(
	struct session *session, struct tally *tally, const struct command_options *options)
{
	struct outbox_counts counts;
	int r = 0, counted;

	if (session->online && (r = session_drive(session, tally_visit, tally)) == SESSION_OFFLINE)
		r = 0;
	if (r < 0) {
		/* Verdicts that came before the fault are told all the same. */
		int code = complain(r);

		tally_print(tally, options->verbose, stdout);
		return code;
	}
	if ((counted = session_read(session, count_outbox, &counts)) < 0)
		return complain(counted);
	tally_print(tally, options->verbose, stdout);
	if (counts.pending > 0)
		fprintf(stderr,
			language_pick(
				"huibao-collect: 暂时无法连接 %s；%" PRIu64
				" 份报表已安全存入发件箱，稍后运行 huibao-collect flush 即可上报\n",
				"huibao-collect: %s cannot be reached now; %" PRIu64
				" reports are safe in the outbox, 'huibao-collect flush' sends "
				"them later\n"),
			session->settings.ingestd, counts.pending);
	return tally_exit_code(tally, counts.pending);
}

static void complain_form(const struct catalog *catalog, const char *given)
{
	size_t count;
	const struct form *forms = catalog_forms(catalog, &count);

	if (given)
		fprintf(stderr,
			language_pick("huibao-collect: 没有报表 '%s'；--form 可用：",
				"huibao-collect: there is no form '%s'; --form takes one of:"),
			given);
	else
		fprintf(stderr, language_pick("huibao-collect: 请用 --form 指定报表：",
					"huibao-collect: name the form with --form, one of:"));
	for (size_t i = 0; i < count; i++)
		fprintf(stderr, language_pick("%s %s（%s）", "%s %s (%s)"), i ? "," : "",
			forms[i].code, language_pick(forms[i].name.zh, forms[i].name.en));
	fprintf(stderr, "\n");
}

static const struct form *find_form(
	const struct session *session, const struct command_options *options, int *ret_code)
{
	const struct form *form;

	if (!session->catalog) {
		fprintf(stderr,
			language_pick("huibao-collect: 无法连接 "
				      "%s，本机也没有指标目录；首次使用须联网，请检查网络和密钥\n",
				"huibao-collect: %s cannot be reached, and no catalogue is known "
				"here yet; the first "
				"run needs a connection: check the network and that the key is "
				"registered\n"),
			session->settings.ingestd);
		*ret_code = EXIT_UNREACHABLE;
		return NULL;
	}
	form = options->form ? catalog_form_by_code(session->catalog, options->form) : NULL;
	if (!form) {
		complain_form(session->catalog, options->form);
		*ret_code = EXIT_WRONG_USE;
	}
	return form;
}

static int send_file(struct session *session, const struct command_options *options,
	const struct form *form, struct tally *tally)
{
	AUTO(sheet_free) struct sheet *sheet = NULL;
	AUTO(row_reader_free) struct row_reader *reader = NULL;
	int r;

	if ((r = sheet_load(options->words[0], &sheet)) < 0 ||
		(r = row_reader_new(session->catalog, form, sheet, &reader)) < 0)
		return complain_file(r);
	if (sheet_rows(sheet) == 0)
		return complain_use("文件中没有数据行，未上报任何内容",
			"the file has no rows below its header; nothing was sent");
	if ((r = start_tally(options, session, tally)) < 0)
		return complain(r);
	tally->reader = reader;
	tally->name = sheet_name(sheet);
	if ((r = rows_check(session, sheet, reader, tally)) < 0 ||
		(r = rows_queue(session, reader, form, tally)) < 0)
		return complain(r);
	return deliver(session, tally, options);
}

int command_send(const struct command_options *options)
{
	AUTO(session_close) struct session *session = NULL;
	struct tally tally = { .log = -1 };
	const struct form *form;
	int code;

	if (options->word_count != 1)
		return complain_use("用法：huibao-collect send 文件.csv --form 报表代码",
			"usage: huibao-collect send FILE.csv --form F");
	if (open_session(options, &session, &code) < 0 ||
		!(form = find_form(session, options, &code)))
		return code;
	code = send_file(session, options, form, &tally);
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
		!(form = find_form(session, options, &code)))
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

int command_status(const struct command_options *options)
{
	AUTO(session_close) struct session *session = NULL;
	AUTO(arena_free) struct arena *arena = NULL;
	struct showing showing = { 0 };
	int code, r;

	if (options->word_count > 1)
		return complain_use("用法：huibao-collect status [机构代码]",
			"usage: huibao-collect status [FACILITY]");
	if (open_session(options, &session, &code) < 0)
		return code;
	if ((r = arena_new(&arena)) < 0)
		return complain(r);
	showing.catalog = session->catalog;
	showing.arena = arena;
	if ((r = session_read(session, show_outbox, &showing)) < 0)
		return complain(r);
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
