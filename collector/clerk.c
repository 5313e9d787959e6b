/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The verbs around sending: template before it, nil instead of it, ping when it does not work. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "client/language.h"
#include "client/phrase.h"
#include "client/row.h"
#include "collector/act.h"
#include "collector/exit_codes.h"
#include "collector/file.h"
#include "collector/nil.h"
#include "collector/number.h"
#include "collector/rows.h"
#include "collector/status_ask.h"
#include "collector/template.h"

static int parse_period(const char *text, const struct form *form, uint32_t *ret_period)
{
	if (period_parse(text, ret_period) < 0) {
		(void)complain(ERR_INVALID);
		return EXIT_WRONG_USE;
	}
	if (period_kind_of(*ret_period) != form->period)
		return complain_use(
			"报告期与报表周期不符；请按该报表的周期填写，例如 2026-05 或 2026",
			"the period is not of the form's kind; write it as the form wants it, for "
			"example 2026-05 or 2026");
	return EXIT_DONE;
}

static const char *form_code(const struct command_options *options, int word)
{
	return options->word_count > word ? options->words[word] : options->form;
}

/* Leaves out whom the key may not report for, as far as the server can be asked. */
static int keep_own(
	struct session *session, const struct form *form, uint32_t period, struct facilities *all)
{
	AUTO(buffer_fini) struct buffer wanted = { 0 };
	AUTO(buffer_fini) struct buffer replies = { 0 };
	struct known_facility *facility = (struct known_facility *)(void *)all->list.data;
	struct status_wanted *asked;
	size_t kept = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < all->count; i++) {
		struct status_wanted one = { .form = form->id, .period = period };

		memcpy(one.facility, facility[i].code, sizeof(one.facility));
		r = buffer_add(&wanted, bytes_of(&one, sizeof(one)));
	}
	asked = (struct status_wanted *)(void *)wanted.data;
	if (r == 0)
		r = status_ask(session->client, (int)session->settings.timeout_ms, asked,
			all->count, &replies);
	if (r == ERR_UNREACHABLE) {
		session->online = false;
		return 0;
	}
	if (r == 0)
		r = facilities_learn(session, asked, all->count, buffer_view(&replies));
	for (size_t i = 0; r == 0 && i < all->count; i++) {
		if (!asked[i].refused)
			facility[kept++] = facility[i];
	}
	if (r < 0)
		return err_pass(r);
	if (kept < all->count)
		fprintf(stderr,
			language_pick("huibao-collect: 略去 %zu "
				      "家机构：本密钥无权为其上报，或尚未登记\n",
				"huibao-collect: %zu facilities are left out: this key may not "
				"report for them, or they are not registered\n"),
			all->count - kept);
	all->count = kept;
	return 0;
}

struct formatting {
	const struct template_plan *plan;
	struct sheet_out *out;
	size_t prefilled;
};

static int format_template(void *ctx, const struct ports *ports)
{
	struct formatting *formatting = ctx;

	return err_pass(
		template_format(formatting->plan, ports, formatting->out, &formatting->prefilled));
}

static void tell_template(const struct template_plan *plan, const struct session *session,
	const char *path, size_t prefilled)
{
	char period[PERIOD_TEXT_BYTES];

	period_print(plan->period, period);
	fprintf(stderr,
		language_pick("huibao-collect: %s：报表 %s，报告期 %s，机构 %zu 家，指标 %" PRIu32
			      " 列\n",
			"huibao-collect: %s: form %s, period %s, %zu facilities, %" PRIu32
			" columns of elements\n"),
		path ? path : "-", plan->form->code, period, plan->facilities->count,
		plan->form->line_count);
	if (plan->prefill)
		fprintf(stderr,
			language_pick("huibao-collect: 预填上期数 %zu 项，请逐项核对（见 "
				      "#prefilled 列）\n",
				"huibao-collect: %zu figures of last period are filled in; look at "
				"each (column #prefilled)\n"),
			prefilled);
	if (plan->facilities->count == 0)
		fprintf(stderr, "huibao-collect: %s\n",
			language_pick("尚不知道有哪些机构；请向主管部门索取机构名录，用 "
				      "--facilities 名录.csv 读入",
				"no facility is known yet; ask the bureau for its list and give it "
				"with --facilities LIST.csv"));
	else if (!session->online)
		fprintf(stderr, "huibao-collect: %s\n",
			language_pick("未联网：机构名单未经服务器核对",
				"not connected: the list of facilities was not checked by the "
				"server"));
}

static int write_template(struct session *session, const struct command_options *options,
	struct template_plan *plan, struct sheet_out *out, struct facilities *facilities)
{
	struct formatting formatting = { .plan = plan, .out = out };
	int r;

	if (options->facilities &&
		(r = facilities_keep(session, options->facilities, options->encoding)) < 0)
		return complain_file(r);
	if ((r = facilities_load(session, plan->form, plan->period, facilities)) < 0)
		return complain_file(r);
	if (session->online && facilities->count > 0 &&
		(r = keep_own(session, plan->form, plan->period, facilities)) < 0)
		return complain(r);
	if ((r = session_read(session, format_template, &formatting)) < 0)
		return complain(r);
	if (options->output) {
		if ((r = file_create(options->output, buffer_view(&out->text))) < 0)
			return complain(r);
	} else {
		fwrite(out->text.data, 1, out->text.len, stdout);
	}
	tell_template(plan, session, options->output, formatting.prefilled);
	return EXIT_DONE;
}

int command_template(const struct command_options *options)
{
	AUTO(session_close) struct session *session = NULL;
	struct facilities facilities = { 0 };
	struct sheet_out out = { 0 };
	struct template_plan plan = { .prefill = options->prefill, .facilities = &facilities };
	int code = EXIT_DONE;

	if (options->word_count > 1)
		return complain_use("用法：huibao-collect template 报表代码 -o 文件.csv",
			"usage: huibao-collect template FORM -o FILE.csv");
	if (open_session(options, &session, &code) < 0 ||
		!(plan.form = find_form(session, form_code(options, 0), &code)))
		return code;
	plan.catalog = session->catalog;
	plan.training = session->training;
	plan.period = template_period(plan.form->period, day_of_wall_ms(clock_wall().ms));
	if (options->period)
		code = parse_period(options->period, plan.form, &plan.period);
	if (code == EXIT_DONE)
		code = write_template(session, options, &plan, &out, &facilities);
	buffer_fini(&out.text);
	buffer_fini(&facilities.list);
	return code;
}

struct standing {
	const struct report *draft;
	bool stands; /* another report of ours, not withdrawn */
};

static int look_own(void *ctx, const struct ports *ports)
{
	struct standing *standing = ctx;
	const struct report *draft = standing->draft;
	struct outbox_report own;
	bool same = false;
	int r = number_own(ports, draft->facility, (uint16_t)draft->form, draft->period, &own);

	if (r != 0)
		return r == PORT_NONE ? 0 : err_pass(r);
	if ((r = number_same(draft, (struct bytes){ 0 }, &own, &same)) < 0)
		return err_pass(r);
	standing->stands = !same && !own.withdrawal;
	return 0;
}

/* One word must not wipe out figures that somebody sent. */
static int refuse_over_figures(struct session *session, const struct report *draft)
{
	struct standing standing = { .draft = draft };
	struct status_wanted wanted = { .form = draft->form, .period = draft->period };
	struct digest digest;
	AUTO(buffer_fini) struct buffer values = { 0 };
	AUTO(buffer_fini) struct buffer replies = { 0 };
	int r = session_read(session, look_own, &standing);

	memcpy(wanted.facility, draft->facility.data, draft->facility.len);
	if (r == 0 && !standing.stands && session->online) {
		r = status_ask(
			session->client, (int)session->settings.timeout_ms, &wanted, 1, &replies);
		if (r == ERR_UNREACHABLE) {
			session->online = false;
			r = 0;
		}
	}
	if (r == 0 && wanted.line.revision > 0 && !wanted.line.withdrawn) {
		struct report numbered = *draft;

		numbered.revision = wanted.line.revision;
		if ((r = report_encode(&numbered, &values)) == 0)
			r = digest_of(DIGEST_SHA256, buffer_view(&values), &digest);
		standing.stands = r == 0 && !digest_equal(&digest, &wanted.line.digest);
	}
	if (r < 0)
		return complain(r);
	if (!standing.stands)
		return EXIT_DONE;
	fprintf(stderr, "huibao-collect: %s\n",
		language_pick("该机构本期已报过数据，零报告不会覆盖；如确属误报，请先 withdraw "
			      "撤回，或用 "
			      "send 更正",
			"figures of this facility and period have been reported; a nil report does "
			"not replace them: withdraw them first, or correct them with send"));
	return EXIT_CONFLICT;
}

static void tell_nil(const struct session *session, const struct report *draft)
{
	fprintf(stderr,
		language_pick("huibao-collect: 零报告：%zu 项必填数填 0",
			"huibao-collect: nil report: %zu required figures are 0"),
		draft->values);
	if (draft->absents > 0)
		fputs(language_pick("；以下时点数记为“未收集”，如有请用 send "
				    "补报：",
			      "; these stand at a moment and are NOT_COLLECTED, send them if you "
			      "have them: "),
			stderr);
	for (size_t i = 0; i < draft->absents; i++) {
		const struct element *element =
			catalog_element(session->catalog, draft->absent_element[i]);

		fprintf(stderr, "%s%s", i ? language_pick("、", ", ") : "",
			language_pick(element->name.zh, element->name.en));
	}
	fputc('\n', stderr);
}

static int send_nil(struct session *session, const struct command_options *options,
	const struct form *form, struct tally *tally)
{
	static struct nil nil;
	struct report draft;
	uint32_t period;
	int code = parse_period(options->words[2], form, &period), r;

	if (code != EXIT_DONE)
		return code;
	nil_make(session->catalog, form, options->words[0], period, &nil, &draft);
	if ((code = refuse_over_figures(session, &draft)) != EXIT_DONE)
		return code;
	tell_nil(session, &draft);
	if ((r = start_tally(options, session, tally)) < 0 ||
		(r = rows_queue_one(session, &draft, tally)) < 0)
		return complain(r);
	return deliver(session, tally, options);
}

int command_nil(const struct command_options *options)
{
	AUTO(session_close) struct session *session = NULL;
	struct tally tally = { .log = -1 };
	const struct form *form;
	int code;

	if (options->word_count != 3)
		return complain_use("用法：huibao-collect nil 机构代码 报表代码 报告期",
			"usage: huibao-collect nil FACILITY FORM PERIOD");
	if (!facility_code_valid(options->words[0]) || cell_is_notation(options->words[0]))
		return complain_use("机构代码须为 1 至 32 个不含空格和逗号的英文字符",
			"the facility's code is 1 to 32 ASCII characters without blanks and "
			"commas");
	if (open_session(options, &session, &code) < 0 ||
		!(form = find_form(session, options->words[1], &code)))
		return code;
	code = send_nil(session, options, form, &tally);
	tally_fini(&tally);
	return code;
}

static int count_waiting(void *ctx, const struct ports *ports)
{
	return err_pass(outbox_count(ports, ctx));
}

int command_ping(const struct command_options *options)
{
	AUTO(session_close) struct session *session = NULL;
	AUTO(buffer_fini) struct buffer payload = { 0 };
	struct outbox_counts counts;
	struct bytes answer;
	struct mono start;
	int code, r;

	if (options->word_count != 0)
		return complain_use("用法：huibao-collect ping", "usage: huibao-collect ping");
	if (open_session(options, &session, &code) < 0)
		return code;
	if (session->differs)
		return EXIT_HISTORY;
	start = clock_mono();
	if ((r = ping_encode((uint64_t)start.ns, &payload)) < 0 ||
		(r = client_call(session->client, FRAME_PING, buffer_view(&payload), FRAME_PONG,
			 &answer)) < 0)
		return complain(r);
	printf(language_pick("%s 已连通，往返 %" PRId64 " 毫秒；密钥有效，指标目录已更新\n",
		       "%s answers in %" PRId64
		       " ms; the key is known there and the catalogue is up to date\n"),
		session->settings.ingestd, mono_ms_since(start, clock_mono()));
	if ((r = session_read(session, count_waiting, &counts)) < 0)
		return complain(r);
	if (counts.pending > 0)
		printf(language_pick("发件箱中有 %" PRIu64
				     " 份待报；运行 huibao-collect flush 上报\n",
			       "%" PRIu64 " reports wait in the outbox; 'huibao-collect flush' "
			       "sends them\n"),
			counts.pending);
	return EXIT_DONE;
}
