/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What every command is made of. From the moment that the outbox holds a report, no failure loses
 * it, and the summary says so. */
#include "collector/act.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/err.h"
#include "client/language.h"
#include "client/phrase.h"
#include "client/training.h"
#include "collector/exit_codes.h"
#include "collector/notices.h"
#include "collector/receipt.h"
#include "collector/verdict_log.h"
#include "model/period.h"

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

int complain_use(const char *zh, const char *en)
{
	fprintf(stderr, "huibao-collect: %s\n", language_pick(zh, en));
	return EXIT_WRONG_USE;
}

int complain_file(int error)
{
	int code = complain(error);

	return error == ERR_INVALID || error == ERR_NOT_FOUND ? EXIT_WRONG_USE : code;
}

void tell_history(void)
{
	fprintf(stderr, "huibao-collect: %s\n",
		language_pick(
			"历史不一致：服务器现有的记录与它给过我们的回执不符，可能被改写、截断，"
			"或被人手工换回了旧的。\n"
			"  数据没有丢失：报表和回执都完整保存在本机发件箱中，请勿删除。\n"
			"  在管理员处理之前，服务器不收本机的报表。请立即电话告知主管部门的系统管理"
			"员：“历史不一致（history differs）”；处理后再运行 "
			"flush，保存的报表会自动重新上报",
			"history differs: what the server holds is not what its receipts to us say "
			"it "
			"held; it was rewritten, cut short, or put back by hand.\n"
			"  Nothing is lost: every report and receipt is kept in the outbox here; "
			"do not "
			"delete it.\n"
			"  The server takes nothing from here until an administrator has decided. "
			"Call the "
			"bureau's administrator now and say 'history differs'; afterwards run "
			"flush, and "
			"what is kept is offered again"));
}

int load_settings(
	const struct command_options *options, struct client_settings *settings, int *ret_code)
{
	AUTO(buffer_fini) struct buffer path = { 0 };
	int r = client_settings_path(options->config, &path);

	if (r == 0)
		r = client_settings_load((const char *)path.data, settings);
	if (r < 0) {
		(void)complain(r);
		*ret_code = EXIT_WRONG_USE;
	}
	return r;
}

/* Before anything else that a person reads; a sheet has its own mark. */
static void tell_training(const struct session *session, const struct command_options *options)
{
	if (session->training)
		fprintf(options->prints_sheet ? stderr : stdout, "%s\n",
			training_words(language_is_chinese()));
}

int open_session(const struct command_options *options, struct session **ret_session, int *ret_code)
{
	struct client_settings settings;
	int r = load_settings(options, &settings, ret_code);

	if (r < 0)
		return r;
	if ((r = session_open(&settings, ret_session)) < 0 ||
		(r = session_greet(*ret_session)) < 0) {
		*ret_code = complain(r);
		if (*ret_session && (*ret_session)->other_kind)
			*ret_code = EXIT_WRONG_USE;
		return r;
	}
	tell_training(*ret_session, options);
	if ((*ret_session)->differs)
		tell_history();
	if ((*ret_session)->offered_again > 0)
		fprintf(stderr,
			language_pick("huibao-collect: "
				      "服务器缺少曾收下的报表（例如已从备份恢复），重新上报 "
				      "%" PRIu64 " 份已留存的报表\n",
				"huibao-collect: the server lacks what it once had (it was "
				"restored from a "
				"backup, or put right); %" PRIu64
				" reports kept here are offered again\n"),
			(*ret_session)->offered_again);
	return 0;
}

int open_local(const struct command_options *options, struct session **ret_session, int *ret_code)
{
	struct client_settings settings;
	int r = load_settings(options, &settings, ret_code);

	if (r < 0)
		return r;
	if ((r = session_open_local(&settings, ret_session)) < 0 ||
		(r = session_recall(*ret_session)) < 0) {
		*ret_code = complain(r);
		return r;
	}
	tell_training(*ret_session, options);
	return 0;
}

/* What is pending in the outbox. */
struct waiting {
	uint64_t unsent, put_off; /* put_off: what the server takes tomorrow */
};

static int count_waiting(void *ctx, const struct ports *ports)
{
	int32_t today = day_of_wall_ms(ports->wall(ports->ctx).ms);
	struct outbox_report report = { .number = 0 };
	struct waiting *waiting = ctx;
	int r;

	*waiting = (struct waiting){ 0 };
	while ((r = outbox_pending_next(ports, report.number + 1, &report)) == 0) {
		if (outbox_send_put_off(&report, today))
			waiting->put_off++;
		else
			waiting->unsent++;
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

/* What still waits, and why. */
static void tell_waiting(const struct session *session, const struct waiting *waiting)
{
	if (waiting->unsent > 0 && session->differs)
		fprintf(stderr,
			language_pick("huibao-collect: %" PRIu64 " 份报表已安全存入发件箱\n",
				"huibao-collect: %" PRIu64 " reports are safe in the outbox\n"),
			waiting->unsent);
	else if (waiting->unsent > 0)
		fprintf(stderr,
			language_pick(
				"huibao-collect: 暂时无法连接 %s；%" PRIu64
				" 份报表已安全存入发件箱，稍后运行 huibao-collect flush 即可上报\n",
				"huibao-collect: %s cannot be reached now; %" PRIu64
				" reports are safe in the outbox, 'huibao-collect flush' sends "
				"them later\n"),
			session->settings.ingestd, waiting->unsent);
	if (waiting->put_off > 0)
		fprintf(stderr,
			language_pick(
				"huibao-collect: 服务器今日不再收 %" PRIu64
				" 份报表；已安全存入发件箱，请明日运行 huibao-collect flush\n",
				"huibao-collect: the server takes %" PRIu64
				" reports no more today; they are safe in the outbox, run "
				"'huibao-collect flush' tomorrow\n"),
			waiting->put_off);
}

int start_tally(
	const struct command_options *options, const struct session *session, struct tally *tally)
{
	int r;

	*tally = (struct tally){ .catalog = session->catalog,
		.training = session->training,
		.log = -1,
		.progress = { .shown = isatty(STDERR_FILENO) == 1 },
		.receipt = options->receipt != NULL,
		.send_anyway = options->send_anyway };
	if (options->receipt && (r = receipt_check(options->receipt)) < 0)
		return err_pass(r);
	return options->log ? err_pass(verdict_log_open(options->log, &tally->log)) : 0;
}

static int give_receipt(const struct tally *tally, const struct command_options *options)
{
	int r;

	if (!options->receipt)
		return 0;
	if ((r = receipt_write(tally, options->receipt)) < 0)
		return err_pass(r);
	fprintf(stderr,
		language_pick("huibao-collect: 回执已写入 %s\n",
			"huibao-collect: the receipt is in %s\n"),
		options->receipt);
	return 0;
}

/* Until everything has its verdict, the server is silent, or we are to stop. */
static int send_waiting(struct session *session, struct tally *tally)
{
	struct waiting waiting;
	int r = session_read(session, count_waiting, &waiting);

	if (r < 0)
		return err_pass(r);
	tally->to_send = waiting.unsent;
	tally->progress.start = clock_mono();
	r = session_drive(session, tally_visit, tally);
	progress_end(&tally->progress);
	return err_pass(r);
}

int deliver(struct session *session, struct tally *tally, const struct command_options *options)
{
	struct waiting waiting;
	bool differed = session->differs;
	int r = session->online ? send_waiting(session, tally) : 0;

	if (r < 0) {
		/* Verdicts that came before the fault are told all the same. */
		int code = complain(r);

		tally_print(tally, options->verbose, stdout);
		(void)give_receipt(tally, options);
		return code;
	}
	if ((r = session_read(session, count_waiting, &waiting)) < 0)
		return complain(r);
	tally_print(tally, options->verbose, stdout);
	if (session->differs && !differed)
		tell_history();
	tell_waiting(session, &waiting);
	if ((r = give_receipt(tally, options)) < 0 ||
		(options->findings && (r = tally_write_findings(tally, options->findings)) < 0) ||
		(session->online && waiting.unsent == 0 &&
			(r = notices_fetch(session, NULL, NOTICES_AFTER_SEND, false)) < 0))
		return complain(r);
	return session->differs ? EXIT_HISTORY
				: tally_exit_code(tally, waiting.unsent + waiting.put_off);
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

const struct form *find_form(const struct session *session, const char *code, int *ret_code)
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
	form = code ? catalog_form_by_code(session->catalog, code) : NULL;
	if (!form) {
		complain_form(session->catalog, code);
		*ret_code = EXIT_WRONG_USE;
	}
	return form;
}
