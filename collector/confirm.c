/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a sender says without new figures: that what is in force is right as it stands (the same
 * figures under the next revision, which ends an adjustment and answers a question), and which
 * reasons there are to say so of single figures. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "client/language.h"
#include "client/phrase.h"
#include "collector/act.h"
#include "collector/exit_codes.h"
#include "collector/rows.h"
#include "collector/status_ask.h"
#include "model/period.h"
#include "model/rule.h"

/* The report that is confirmed; its bytes outlive the transaction that they came from. */
struct confirming {
	const char *facility;
	uint16_t form;
	uint32_t period;
	bool found, withdrawn, newer;
	uint32_t revision;
	struct buffer values, text;
};

static int take_kept(void *ctx, const struct ports *ports)
{
	struct confirming *confirming = ctx;
	struct bytes facility = bytes_str(confirming->facility);
	struct outbox_kept kept;
	bool higher = false;
	int r = outbox_kept_get(ports, facility, confirming->form, confirming->period, &kept);

	if (r != 0)
		return r == PORT_NONE ? 0 : err_pass(r);
	if ((r = outbox_has_higher(ports, &kept.report, &higher)) < 0)
		return err_pass(r);
	confirming->found = true;
	confirming->newer = higher;
	confirming->withdrawn = kept.report.withdrawal;
	confirming->revision = kept.report.revision;
	if ((r = buffer_add(&confirming->values, kept.report.values)) < 0)
		return err_pass(r);
	return err_pass(buffer_add(&confirming->text, kept.report.text));
}

static int refuse(const char *zh, const char *en)
{
	fprintf(stderr, "huibao-collect: %s\n", language_pick(zh, en));
	return EXIT_CONFLICT;
}

/* Only what this outbox knows to be in force can be confirmed by it. */
static int refuse_unknown(const struct confirming *confirming)
{
	if (!confirming->found)
		return refuse("本机没有该机构本期已生效的报表，无可确认；请核对机构、报表和报告期",
			"no report of this facility, form and period is known to be in force here, "
			"so there is nothing to confirm; check the three words");
	if (confirming->withdrawn)
		return refuse("该报表已撤回，无可确认",
			"the report was withdrawn: there is nothing to confirm");
	if (confirming->newer)
		return refuse("另有更新的修订在待报或留存待审，请先等其结果",
			"a newer revision waits to be sent or is held: wait for what becomes of "
			"it");
	return EXIT_DONE;
}

/* Somebody else's newer revision must not be replaced by an old one of ours. */
static int refuse_newer(struct session *session, const struct confirming *confirming)
{
	AUTO(buffer_fini) struct buffer replies = { 0 };
	struct status_wanted wanted = { .form = confirming->form, .period = confirming->period };
	int r;

	if (!session->online)
		return EXIT_DONE;
	memcpy(wanted.facility, confirming->facility, strlen(confirming->facility));
	r = status_ask(session->client, (int)session->settings.timeout_ms, &wanted, 1, &replies);
	if (r == ERR_UNREACHABLE) {
		session->online = false;
		return EXIT_DONE;
	}
	if (r < 0)
		return complain(r);
	if (wanted.line.revision > confirming->revision ||
		(wanted.line.held_state != HELD_NONE &&
			wanted.line.held_revision > confirming->revision))
		return refuse("服务器上有更新的修订（他人所报），请先用 status 核对",
			"the server has a newer revision that somebody else sent: look at it with "
			"'status' first");
	return EXIT_DONE;
}

static int send_again(struct session *session, const struct command_options *options,
	const struct confirming *confirming, struct tally *tally)
{
	AUTO(arena_free) struct arena *arena = NULL;
	struct report draft;
	int r;

	if ((r = arena_new(&arena)) < 0 ||
		(r = report_decode(arena, buffer_view(&confirming->values), &draft)) < 0)
		return complain(r);
	draft.revision = 0;
	if ((r = start_tally(options, session, tally)) < 0 ||
		(r = rows_queue_again(session, &draft, buffer_view(&confirming->text), tally)) < 0)
		return complain(r);
	return deliver(session, tally, options);
}

static int confirm(struct session *session, const struct command_options *options,
	struct confirming *confirming, struct tally *tally)
{
	int code, r = session_read(session, take_kept, confirming);

	if (r < 0)
		return complain(r);
	if ((code = refuse_unknown(confirming)) != EXIT_DONE ||
		(code = refuse_newer(session, confirming)) != EXIT_DONE)
		return code;
	return send_again(session, options, confirming, tally);
}

int command_confirm(const struct command_options *options)
{
	AUTO(session_close) struct session *session = NULL;
	struct tally tally = { .log = -1 };
	struct confirming confirming = { .facility = NULL };
	const struct form *form;
	int code;

	if (options->word_count != 3)
		return complain_use("用法：huibao-collect confirm 机构代码 报表代码 报告期",
			"usage: huibao-collect confirm FACILITY FORM PERIOD");
	if (!facility_code_valid(options->words[0]))
		return complain_use("机构代码须为 1 至 32 个不含空格和逗号的英文字符",
			"the facility's code is 1 to 32 ASCII characters without blanks and "
			"commas");
	if (open_session(options, &session, &code) < 0 ||
		!(form = find_form(session, options->words[1], &code)))
		return code;
	confirming.facility = options->words[0];
	confirming.form = form->id;
	if (period_parse(options->words[2], &confirming.period) < 0) {
		(void)complain(ERR_INVALID);
		return EXIT_WRONG_USE;
	}
	code = confirm(session, options, &confirming, &tally);
	buffer_fini(&confirming.values);
	buffer_fini(&confirming.text);
	tally_fini(&tally);
	return code;
}

int command_reasons(const struct command_options *options)
{
	AUTO(session_close) struct session *session = NULL;
	const struct reason *reasons;
	size_t count;
	int code;

	if (options->word_count != 0)
		return complain_use(
			"用法：huibao-collect reasons", "usage: huibao-collect reasons");
	if (open_local(options, &session, &code) < 0)
		return code;
	if (!session->catalog) {
		fprintf(stderr, "huibao-collect: %s\n",
			language_pick("本机还没有指标目录；首次使用须联网（huibao-collect ping）",
				"no catalogue is known here yet; the first run needs a connection "
				"(huibao-collect ping)"));
		return EXIT_UNREACHABLE;
	}
	reasons = catalog_reasons(session->catalog, &count);
	for (size_t i = 0; i < count; i++) {
		if (reasons[i].sender)
			printf("%-20s %s  %s\n", reasons[i].code, reasons[i].name.zh,
				reasons[i].name.en);
	}
	return EXIT_DONE;
}
