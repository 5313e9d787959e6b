/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Held reports, queries, adjustments, rules and exports, from the command line to the records that
 * reach the server, and from the aggregator's rows to what a person reads. The aggregator here is a
 * list of written answers, the server keeps what it was sent. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "client/language.h"
#include "model/decision.h"
#include "tests/admin/desk.h"
#include "tests/model/fixture.h"

enum { COMMANDS_MAX = 16 };

/* The answer to a question whose arguments contain the given text: columns are "name:type" with
 * t(ext), i(nteger), d(ecimal), b(oolean), joined by blanks; cells of a row by '|', empty ones are
 * null. Lines end in a line feed. */
static struct written {
	const char *verb, *arguments, *columns, *rows;
} written[8];
static size_t writtens;

static struct decision decision[COMMANDS_MAX];
static struct query query;
static struct adjustment adjustment;
static size_t commands, questions, confirmations, waited;
static size_t refuse_from; /* the command that is the first to be refused; 0: none */
static enum answer_outcome refuse_outcome;
static bool says_yes = true;
static char confirmed[512];

#define HELD_COLUMNS                                                                               \
	"sequence:i facility:t facility_name:t area:t area_name:t form:t form_zh:t form_en:t "     \
	"period:t revision:i received:t who:t state:t in_force:i in_force_revision:i decided:i "   \
	"reason:t note:t finding:t severity:t rule:t element:t name_zh:t name_en:t unit:t "        \
	"unit_zh:t found:d limit:d proposed:d other:t other_period:t explained:t withdrawal:t"
#define HELD(sequence_, period_, state_, in_force_, rest_)                                         \
	sequence_ "|H1|一院|1|市|HOSPITAL_MONTH|医院月报|monthly return|" period_                  \
		  "|2|2026-03-02 08:00:00|clerk|" state_ "|" in_force_ rest_

static int fake_catalog(void *ctx, struct catalog **ret_catalog)
{
	static const struct edit edits[FIXTURE_EDITS_MAX] = {
		{ "reasons", "", "1,TYPING,录入错误,typing error,both,\n" },
		{ "reasons", "",
			"2,FLOOD,水灾,flood,sender,\n3,CALLED,电话核实,by telephone,bureau,\n" },
		{ "rules", "",
			"1,V01,HOSPITAL_MONTH,reject,holds,,BED >= "
			"0,,skip_any,,,床位,beds,改,correct,ours\n"
			"2,V02,INSTITUTION_YEAR,hold,holds,,VISIT >= "
			"0,,skip_any,,,诊疗,visits,改,correct,ours\n" },
	};

	(void)ctx;
	return fixture_open(edits, ret_catalog);
}

static int fake_command(void *ctx, const struct command *command, struct command_result *ret_result)
{
	AUTO(buffer_fini) struct buffer packed = { 0 };

	(void)ctx;
	cr_assert_lt(commands, COMMANDS_MAX);
	cr_assert_eq(command_encode(command, &packed), 0, "%s", err_text());
	cr_assert_eq(command_records(command), 1);
	if (refuse_from && commands + 1 >= refuse_from) {
		*ret_result = (struct command_result){ .outcome = refuse_outcome };
		return 0;
	}
	if (command->decisions)
		decision[commands] = command->decision[0];
	if (command->queries)
		query = command->query[0];
	if (command->adjustments)
		adjustment = command->adjustment[0];
	commands++;
	*ret_result = (struct command_result){ .outcome = ANSWER_DONE,
		.has_receipt = true,
		.receipt = { .sequence = 900 + commands },
		.records = 1 };
	return 0;
}

static void fake_wait(void *ctx, int ms)
{
	(void)ctx;
	waited += (size_t)ms;
}

static bool fake_confirm(void *ctx, const char *question)
{
	(void)ctx;
	confirmations++;
	snprintf(confirmed, sizeof(confirmed), "%s", question);
	return says_yes;
}

static enum column_type type_of(char letter)
{
	return letter == 'i'   ? COLUMN_INTEGER
	       : letter == 'd' ? COLUMN_DECIMAL
	       : letter == 'b' ? COLUMN_BOOLEAN
			       : COLUMN_TEXT;
}

static void cell_put(struct answer_builder *answer, enum column_type type, const char *text)
{
	if (!text[0])
		cr_assert_eq(answer_null(answer), 0);
	else if (type == COLUMN_INTEGER)
		cr_assert_eq(answer_integer(answer, strtoll(text, NULL, 10)), 0);
	else if (type == COLUMN_DECIMAL)
		cr_assert_eq(answer_decimal(answer, text), 0);
	else if (type == COLUMN_BOOLEAN)
		cr_assert_eq(answer_boolean(answer, strcmp(text, "true") == 0), 0);
	else
		cr_assert_eq(answer_text(answer, text), 0);
}

static void answer_written(const struct written *one, struct buffer *payload)
{
	struct position as_of = { .sequence = 77 };
	enum column_type type[COLUMNS_MAX];
	struct answer_builder *answer;
	size_t columns = 0;

	cr_assert_eq(answer_new(&as_of, 0, &answer), 0);
	for (const char *at = one->columns; *at; at += strspn(at, " ")) {
		size_t len = strcspn(at, ":");
		char name[48];

		snprintf(name, sizeof(name), "%.*s", (int)len, at);
		type[columns] = type_of(at[len + 1]);
		cr_assert_eq(answer_column(answer, name, type[columns++]), 0);
		at += len + 2;
	}
	for (const char *at = one->rows; *at; at++) {
		for (size_t i = 0; i < columns; i++) {
			size_t len = strcspn(at, "|\n");
			char text[256];

			snprintf(text, sizeof(text), "%.*s", (int)len, at);
			cell_put(answer, type[i], text);
			at += len;
			if (*at == '|')
				at++;
		}
		cr_assert_eq(*at, '\n', "too many cells: %s", at);
	}
	cr_assert_eq(answer_encode(answer, payload), 0);
	answer_free(answer);
}

static int fake_ask(
	void *ctx, enum server server, const struct question *question, struct answer *ret_answer)
{
	static struct arena *arena;
	static struct buffer payload;
	struct position as_of = { 0 };
	char arguments[256] = "", verb[64];

	(void)ctx;
	cr_assert_eq(server, SERVER_AGGREGATOR);
	questions++;
	if (!arena)
		cr_assert_eq(arena_new(&arena), 0);
	payload.len = 0;
	snprintf(verb, sizeof(verb), "%.*s", (int)question->verb.len,
		(const char *)question->verb.data);
	for (size_t i = 0; i < question->arguments; i++) {
		size_t used = strlen(arguments);

		snprintf(arguments + used, sizeof(arguments) - used, "%.*s=%.*s;",
			(int)question->argument[i].name.len,
			(const char *)question->argument[i].name.data,
			(int)question->argument[i].value.len,
			(const char *)question->argument[i].value.data);
	}
	for (size_t i = 0; i < writtens && payload.len == 0; i++) {
		if (strcmp(written[i].verb, verb) == 0 && strstr(arguments, written[i].arguments))
			answer_written(&written[i], &payload);
	}
	if (payload.len == 0)
		cr_assert_eq(
			answer_encode_outcome(&as_of, ANSWER_NOT_FOUND, "nothing", &payload), 0);
	return answer_decode(arena, buffer_view(&payload), ret_answer);
}

static void write_answer(
	const char *verb, const char *arguments, const char *columns, const char *rows)
{
	written[writtens++] = (struct written){ verb, arguments, columns, rows };
}

static int run_words(const char *const *words, size_t count)
{
	static const struct service service = { .ask = fake_ask,
		.command = fake_command,
		.catalog = fake_catalog,
		.wait = fake_wait,
		.confirm = fake_confirm };
	int r = desk_take_words(words, count);

	return r < 0 ? r : desk_run(&service);
}

#define RUN(...) run_words(DESK_WORDS(__VA_ARGS__))

static void setup(void)
{
	setenv("LC_ALL", "C.UTF-8", 1);
	language_choose("en");
	write_answer("held show", "sequence=57;", HELD_COLUMNS,
		HELD("57", "2026-01", "waiting", "41|1||||",
			"unit-slip|hold|V21|INCOME|收入|income|thousand "
			"yuan|千元|1234567.00|1234.50|"
			"1234.57||||false\n") HELD("57", "2026-01", "waiting", "41|1||||",
			"rule|hold|V02|VISIT|诊疗人次数|visits|visits|人次|9|12||||FLOOD|false\n"));
	write_answer("held show", "sequence=58;", HELD_COLUMNS,
		HELD("58", "2026-02", "waiting", "|||||",
			"locked|hold|||||||20500|20520|||||true\n"));
	write_answer("held show", "sequence=59;", HELD_COLUMNS,
		HELD("59", "2026-03", "returned", "||70|TYPING|重填|",
			"locked|hold|||||||20500|20520|||||false\n"));
}

TestSuite(held, .init = setup, .fini = desk_clear);

Test(held, a_decision_names_what_is_held_and_what_is_in_force)
{
	cr_assert_eq(
		RUN("held", "return", "57", "--reason", "TYPING", "--note", "元/千元", "-o", "csv"),
		EXIT_DONE, "%s", err_text());
	cr_expect_eq(commands, 1);
	cr_expect_eq(decision[0].kind, DECISION_RETURN);
	cr_expect_str_eq(decision[0].key.facility, "H1");
	cr_expect_eq(decision[0].key.form, 1);
	cr_expect_eq(decision[0].key.period, 2026101);
	cr_expect_eq(decision[0].held, 57);
	cr_expect_eq(decision[0].replaces, 41);
	cr_expect_eq(decision[0].reason, 1);
	cr_expect_str_eq(decision[0].note, "元/千元");
	cr_expect(strstr(printed, "\n57,H1,一院,HOSPITAL_MONTH,2026-01,2,returned,TYPING,41,901,"),
		"%s", printed);
	cr_assert_eq(RUN("held", "accept", "58"), EXIT_DONE, "%s", err_text());
	cr_expect_eq(decision[1].kind, DECISION_ACCEPT);
	cr_expect_eq(decision[1].replaces, 0);
	cr_expect_eq(decision[1].reason, 0);
	cr_assert_eq(RUN("held", "reject", "58", "--reason", "CALLED"), EXIT_DONE);
	cr_expect_eq(decision[2].kind, DECISION_REJECT);
	cr_expect_eq(decision[2].reason, 3);
}

Test(held, a_person_is_asked_unless_he_said_yes)
{
	cr_assert_eq(RUN("held", "accept", "57"), EXIT_DONE);
	cr_expect_eq(confirmations, 1);
	cr_expect(strstr(confirmed, "H1 一院 HOSPITAL_MONTH 2026-01"), "%s", confirmed);
	cr_expect(strstr(confirmed, "sequence 57"), "%s", confirmed);
	cr_assert_eq(RUN("held", "accept", "57", "--yes"), EXIT_DONE);
	cr_expect_eq(confirmations, 1);
	says_yes = false;
	cr_assert_eq(exit_of(RUN("held", "accept", "57")), EXIT_FAILED);
	cr_expect_eq(commands, 2);
}

Test(held, of_several_the_first_failure_ends_it, .init = setup)
{
	cr_redirect_stderr();
	cr_assert_eq(RUN("held", "accept", "57", "58", "-o", "csv"), EXIT_DONE);
	cr_expect_eq(commands, 2);
	cr_expect_eq(decision[1].held, 58);
	refuse_from = 4;
	refuse_outcome = ANSWER_MOVED_ON;
	cr_assert_eq(RUN("held", "accept", "57", "58", "57", "-o", "csv"), EXIT_PARTLY);
	cr_expect_eq(commands, 3, "nothing after the failure");
	cr_expect(strstr(printed, "\n57,") && !strstr(printed, "\n58,"), "%s", printed);
	cr_expect(strstr(err_text(), "look again"), "%s", err_text());
}

Test(held, what_changed_meanwhile_is_a_conflict)
{
	refuse_from = 1;
	refuse_outcome = ANSWER_MOVED_ON;
	cr_assert_eq(exit_of(RUN("held", "accept", "57")), EXIT_CONFLICT);
	cr_expect(strstr(err_text(), "what is in force has changed meanwhile; look again"));
	refuse_outcome = ANSWER_NOT_ALLOWED;
	cr_assert_eq(exit_of(RUN("held", "accept", "57")), EXIT_DENIED);
}

Test(held, what_was_decided_is_not_decided_again)
{
	cr_assert_eq(exit_of(RUN("held", "accept", "59")), EXIT_CONFLICT);
	cr_expect(strstr(err_text(), "it is returned"), "%s", err_text());
	cr_assert_eq(exit_of(RUN("held", "accept", "60")), EXIT_FAILED);
	cr_expect_gt(waited, 0, "the aggregator may be behind");
	cr_expect_eq(commands, 0);
}

Test(held, a_wrong_word_is_told_before_anything_is_sent)
{
	cr_expect_eq(exit_of(RUN("held", "accept", "57", "x58")), EXIT_USAGE);
	cr_expect(strstr(err_text(), "'x58'"), "%s", err_text());
	cr_expect_eq(exit_of(RUN("held", "return", "57")), EXIT_USAGE);
	cr_expect(strstr(err_text(), "--reason"));
	cr_expect_eq(exit_of(RUN("held", "return", "57", "--reason", "FLOOD")), EXIT_USAGE);
	cr_expect(strstr(err_text(), "use TYPING, CALLED"), "%s", err_text());
	cr_expect_eq(exit_of(RUN("held", "accept")), EXIT_USAGE);
	cr_expect_eq(commands, 0);
}

Test(held, a_dry_run_looks_and_sends_nothing)
{
	cr_assert_eq(RUN("held", "accept", "57", "--dry-run", "-o", "csv"), EXIT_DONE);
	cr_expect_eq(commands, 0);
	cr_expect_eq(confirmations, 0);
	cr_expect(strstr(printed, ",accepted,,41,,,\n"), "%s", printed);
}

Test(held, the_page_says_who_what_why_and_what_next)
{
	write_answer("held values", "sequence=57;",
		"element:t name_zh:t name_en:t unit:t unit_zh:t value:d absent:t in_force:d "
		"before:d "
		"year_ago:d finding:t",
		"BED|床位数|beds|beds|张|40||40|40|40|\n"
		"INCOME|收入|income|thousand "
		"yuan|千元|1234567.00||1200.00|1234.50|1100.00|unit-slip\n");
	cr_assert_eq(RUN("held", "show", "57"), EXIT_DONE, "%s", err_text());
	for (size_t i = 0; i < 8; i++) {
		static const char *const wants[] = { "H1  一院", "HOSPITAL_MONTH  monthly return",
			"key clerk", "state: waiting", "in force: sequence 41, revision 1",
			"INCOME (income): ", "the sender explains: FLOOD",
			"huibaoctl held impact 57" };

		cr_expect(strstr(printed, wants[i]), "%s is not in\n%s", wants[i], printed);
	}
	cr_expect(strstr(printed, "1234567.00") && strstr(printed, "1100.00"), "%s", printed);
	cr_expect_not(strstr(printed, "BED"), "only what the findings name");
	cr_expect_not(strstr(printed, "withdrawal"), "%s", printed);
	cr_assert_eq(RUN("held", "show", "57", "-o", "json"), EXIT_DONE);
	cr_expect(strstr(printed, "\"schema\": \"huibao.held-show/v1\""));
}

Test(held, the_page_of_a_withdrawal_says_so)
{
	write_answer("held values", "", "element:t value:d", "BED|1\n");
	cr_assert_eq(RUN("held", "show", "58"), EXIT_DONE, "%s", err_text());
	cr_expect(strstr(printed, "this is a withdrawal: accepted, it leaves"), "%s", printed);
	cr_expect(strstr(printed, "  1. the period is locked"), "%s", printed);
	cr_expect_not(
		strstr(printed, "ask there"), "to the sender, not to the bureau: %s", printed);
}

Test(held, the_page_of_a_decided_report_offers_no_decision)
{
	write_answer("held values", "", "element:t value:d", "BED|1\n");
	cr_assert_eq(RUN("held", "show", "59", "--lang", "zh"), EXIT_DONE, "%s", err_text());
	cr_expect(strstr(printed, "状态：已退回"), "%s", printed);
	cr_expect(strstr(printed, "决定：序号 70，理由 TYPING，重填"), "%s", printed);
	cr_expect(strstr(printed, "现行：无"), "%s", printed);
	cr_expect_not(strstr(printed, "held accept"), "%s", printed);
}

Test(held, a_query_is_about_what_waits_or_else_what_is_in_force)
{
	write_answer("report history", "facility=H1;form=HOSPITAL_MONTH;period=2026-01;",
		"sequence:i kind:t", "41|report\n30|report\n");
	write_answer("held list", "state=waiting;", "sequence:i", "");
	cr_assert_eq(RUN("query", "add", "H1", "HOSPITAL_MONTH", "2026-01", "--element", "INCOME",
			     "--text", "单位是否为千元？", "-o", "csv"),
		EXIT_DONE, "%s", err_text());
	cr_expect_eq(query.about, 41);
	cr_expect_eq(query.element, 3);
	cr_expect_eq(query.key.period, 2026101);
	cr_expect_str_eq(query.text, "单位是否为千元？");
	cr_expect(strstr(printed, "\nH1,HOSPITAL_MONTH,2026-01,41,901,"), "%s", printed);
	written[writtens - 1].rows = "57\n";
	cr_assert_eq(
		RUN("query", "add", "H1", "HOSPITAL_MONTH", "2026-01", "--text", "?"), EXIT_DONE);
	cr_expect_eq(query.about, 57);
	cr_expect_eq(query.element, 0);
	cr_expect_eq(exit_of(RUN("query", "add", "H1", "HOSPITAL_MONTH", "2026-01", "--element",
			     "DOSE", "--text", "?")),
		EXIT_USAGE, "not on the form");
	cr_expect_eq(exit_of(RUN("query", "add", "H1", "NO_FORM", "2026-01", "--text", "?")),
		EXIT_USAGE);
	cr_expect_eq(exit_of(RUN("query", "add", "H1", "HOSPITAL_MONTH", "2026", "--text", "?")),
		EXIT_USAGE, "no month");
	cr_expect(strstr(err_text(), "'2026' is no period of form"), "%s", err_text());
	cr_expect_eq(commands, 2);
}

Test(held, a_query_may_be_about_a_report_that_is_missing_or_withdrawn)
{
	write_answer("report history", "period=2026-02;", "sequence:i kind:t", "50|withdrawal\n");
	write_answer("held list", "state=waiting;", "sequence:i", "");
	cr_assert_eq(RUN("query", "add", "H1", "HOSPITAL_MONTH", "2026-02", "--text", "?"),
		EXIT_DONE, "%s", err_text());
	cr_expect_eq(query.about, 50);
	cr_assert_eq(RUN("query", "add", "H1", "HOSPITAL_MONTH", "2026-03", "--text", "?"),
		EXIT_DONE, "%s", err_text());
	cr_expect_eq(query.about, 0);
	cr_expect_eq(commands, 2);
}

Test(held, an_adjustment_is_proposed_in_the_elements_unit)
{
	write_answer("report history", "period=2026-01;", "sequence:i kind:t", "41|held\n");
	write_answer("report history", "period=2026-02;", "sequence:i kind:t", "50|withdrawal\n");
	cr_assert_eq(RUN("report", "adjust", "H1", "HOSPITAL_MONTH", "2026-01", "--element",
			     "INCOME", "--delta", "-12.5", "--reason", "CALLED", "--until",
			     "2099-01-31", "--note", "n"),
		EXIT_DONE, "%s", err_text());
	cr_expect_eq(adjustment.step, ADJUSTMENT_PROPOSE);
	cr_expect_eq(adjustment.about, 41);
	cr_expect_eq(adjustment.element, 3);
	cr_expect_eq(adjustment.delta, -1250);
	cr_expect_eq(adjustment.until_day, day_of(2099, 1, 31));
	cr_expect_eq(adjustment.reason, 3);
	cr_expect_str_eq(adjustment.note, "n");
	cr_expect_eq(
		exit_of(RUN("report", "adjust", "H1", "HOSPITAL_MONTH", "2026-02", "--element",
			"INCOME", "--delta", "1", "--reason", "CALLED", "--until", "2099-01-31")),
		EXIT_FAILED, "withdrawn");
	cr_expect_eq(
		exit_of(RUN("report", "adjust", "H1", "HOSPITAL_MONTH", "2026-01", "--element",
			"VISIT", "--delta", "0.5", "--reason", "CALLED", "--until", "2099-01-31")),
		EXIT_USAGE, "visits have no decimals");
	cr_expect_eq(
		exit_of(RUN("report", "adjust", "H1", "HOSPITAL_MONTH", "2026-01", "--element",
			"INCOME", "--delta", "1", "--reason", "CALLED", "--until", "2020-01-31")),
		EXIT_USAGE, "it would end before it begins");
	cr_expect_eq(commands, 1);
}

Test(held, an_adjustment_is_confirmed_and_ended_by_its_sequence)
{
	write_answer("adjustment list", "", "sequence:i facility:t form:t period:t about:i state:t",
		"60|H1|HOSPITAL_MONTH|2026-01|41|proposed\n"
		"61|H1|HOSPITAL_MONTH|2026-02|42|active\n"
		"62|H1|HOSPITAL_MONTH|2026-03|43|expired\n");
	cr_assert_eq(RUN("adjustment", "confirm", "60"), EXIT_DONE, "%s", err_text());
	cr_expect_eq(adjustment.step, ADJUSTMENT_CONFIRM);
	cr_expect_eq(adjustment.proposal, 60);
	cr_expect_eq(adjustment.about, 41);
	cr_expect_eq(adjustment.key.period, 2026101);
	cr_assert_eq(RUN("adjustment", "end", "61"), EXIT_DONE);
	cr_expect_eq(adjustment.step, ADJUSTMENT_END);
	cr_expect_eq(adjustment.proposal, 61);
	cr_expect_eq(exit_of(RUN("adjustment", "confirm", "61")), EXIT_CONFLICT);
	cr_expect_eq(exit_of(RUN("adjustment", "end", "62")), EXIT_CONFLICT);
	cr_expect_eq(exit_of(RUN("adjustment", "end", "63")), EXIT_FAILED);
	cr_expect_eq(commands, 2);
}

Test(held, reasons_and_rules_are_read_off_the_catalogue)
{
	cr_assert_eq(RUN("reason", "list", "-o", "csv", "--columns", "code,used_by"), EXIT_DONE,
		"%s", err_text());
	cr_expect_str_eq(printed, "code,used_by\nTYPING,both\nFLOOD,sender\nCALLED,bureau\n");
	cr_assert_eq(RUN("rule", "list", "--form", "INSTITUTION_YEAR", "-o", "csv", "--columns",
			     "code,forms"),
		EXIT_DONE, "%s", err_text());
	cr_expect_str_eq(printed, "code,forms\nV02,INSTITUTION_YEAR\n");
	cr_expect_eq(exit_of(RUN("rule", "list", "--form", "NONE")), EXIT_USAGE);
	cr_assert_eq(RUN("rule", "list", "--catalogue", SOURCE_DIR "/catalog"), EXIT_DONE);
}

#define EXPORT_COLUMNS                                                                             \
	"facility:t period:t revision:i form:t element:t cell:t reason:t report_reason:t"

Test(held, exported_reports_become_a_sheet_again)
{
	write_answer("report export", "form=HOSPITAL_MONTH;period=2026-01;", EXPORT_COLUMNS,
		"H1|2026-01|2|HOSPITAL_MONTH|INCOME|12.50|FLOOD|TYPING\n"
		"H1|2026-01|2|HOSPITAL_MONTH|BED|0||TYPING\n"
		"H1|2026-01|2|HOSPITAL_MONTH|VISIT|||TYPING\n"
		"H2|2026-01|1|HOSPITAL_MONTH|INCOME|NOT_OFFERED||\n"
		"H2|2026-01|1|HOSPITAL_MONTH|BED|7||\n"
		"H2|2026-01|1|HOSPITAL_MONTH|VISIT|WITHHELD||\n");
	cr_assert_eq(RUN("report", "export", "HOSPITAL_MONTH", "2026-01", "-o", "csv"), EXIT_DONE,
		"%s", err_text());
	cr_expect_str_eq(printed, "\xef\xbb\xbf"
				  "facility,period,INCOME,BED,VISIT,reasons,#revision\r\n"
				  "H1,2026-01,12.50,0,,INCOME=FLOOD;*=TYPING,2\r\n"
				  "H2,2026-01,NOT_OFFERED,7,WITHHELD,,1\r\n");
	cr_assert_eq(RUN("report", "export", "HOSPITAL_MONTH", "2026-01", "-o", "csv", "--columns",
			     "facility,cell"),
		EXIT_DONE);
	cr_expect(strstr(printed, "facility,cell\nH1,12.50\n"), "%s", printed);
}

Test(held, an_export_without_reasons_has_no_column_for_them)
{
	write_answer("report export", "", EXPORT_COLUMNS, "H1|2026-01|1|HOSPITAL_MONTH|BED|7||\n");
	cr_assert_eq(RUN("report", "export", "HOSPITAL_MONTH", "2026-01", "-o", "csv"), EXIT_DONE);
	cr_expect_str_eq(printed, "\xef\xbb\xbf"
				  "facility,period,BED,#revision\r\nH1,2026-01,7,1\r\n");
}

Test(held, an_export_that_is_ragged_is_refused)
{
	write_answer("report export", "", EXPORT_COLUMNS,
		"H1|2026-01|1|HOSPITAL_MONTH|BED|7||\nH1|2026-01|1|HOSPITAL_MONTH|VISIT|7||\n"
		"H2|2026-01|1|HOSPITAL_MONTH|BED|7||\n");
	cr_assert_lt(RUN("report", "export", "HOSPITAL_MONTH", "2026-01", "-o", "csv"), 0);
}
