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
#include "collector/foresee.h"
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
	if (options->findings)
		row_reader_leave_to_check(filling->reader);
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
	if ((r = rows_queue(session, filling.reader, tally)) < 0)
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
	if ((r = rows_foresee(session, filling.reader, tally, day_of_wall_ms(clock_wall().ms))) < 0)
		return complain(r);
	tally_print_check(tally, options->verbose, stdout);
	if ((options->receipt && (r = receipt_write(tally, options->receipt)) < 0) ||
		(options->findings && (r = tally_write_findings(tally, options->findings)) < 0))
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
