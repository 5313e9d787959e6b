/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Facts and verdicts from the command line and from a file: what becomes of the words, what is told
 * before anything is sent, and that nobody speaks of a value that is not there. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/facts.h"
#include "tests/admin/desk.h"

enum { COMMANDS_MAX = 64 };

/* What reached the server: how much, and the last record of each kind. */
static size_t records[COMMANDS_MAX], commands, asked, waited;
static struct fact fact;
static struct statement statement;
static struct person_verdict verdict;

/* What `fact list` answers from the given look on. */
static size_t there_from;

static int fake_command(void *ctx, const struct command *command, struct command_result *ret_result)
{
	AUTO(buffer_fini) struct buffer packed = { 0 };

	(void)ctx;
	cr_assert_lt(commands, COMMANDS_MAX);
	cr_assert_eq(command_encode(command, &packed), 0);
	cr_assert_leq(packed.len, PAYLOAD_BYTES_MAX);
	records[commands] = command_records(command);
	cr_assert_leq(records[commands], COMMAND_RECORDS_MAX);
	if (command->facts)
		fact = command->fact[command->facts - 1];
	if (command->statements)
		statement = command->statement[0];
	if (command->verdicts)
		verdict = command->verdict[0];
	commands++;
	*ret_result = (struct command_result){ .outcome = ANSWER_DONE,
		.has_receipt = true,
		.receipt = { .sequence = commands, .last_sequence = commands },
		.records = (uint32_t)records[commands - 1] };
	return 0;
}

static void fake_wait(void *ctx, int ms)
{
	(void)ctx;
	waited += (size_t)ms;
}

static void row(struct answer_builder *answer, const char *area, const char *source,
	const char *origin, bool norm, bool withdrawn)
{
	cr_assert_eq(answer_text(answer, area), 0);
	cr_assert_eq(answer_text(answer, source), 0);
	cr_assert_eq(answer_text(answer, origin), 0);
	cr_assert_eq(answer_boolean(answer, norm), 0);
	cr_assert_eq(answer_boolean(answer, withdrawn), 0);
}

/* The only question asked here: `fact list`. */
static int fake_ask(
	void *ctx, enum server server, const struct question *question, struct answer *ret_answer)
{
	static struct arena *arena;
	static struct buffer payload;
	struct position as_of = { 0 };
	struct answer_builder *answer;

	(void)ctx;
	cr_assert_eq(server, SERVER_AGGREGATOR);
	cr_assert(bytes_equal(question->verb, bytes_str("fact list")));
	cr_assert(bytes_equal(question_argument(question, "indicator"), bytes_str("VISITS")));
	if (!arena)
		cr_assert_eq(arena_new(&arena), 0);
	payload.len = 0;
	cr_assert_eq(answer_new(&as_of, 0, &answer), 0);
	cr_assert_eq(answer_column(answer, "area", COLUMN_TEXT), 0);
	cr_assert_eq(answer_column(answer, "source", COLUMN_TEXT), 0);
	cr_assert_eq(answer_column(answer, "origin", COLUMN_TEXT), 0);
	cr_assert_eq(answer_column(answer, "norm", COLUMN_BOOLEAN), 0);
	cr_assert_eq(answer_column(answer, "withdrawn", COLUMN_BOOLEAN), 0);
	if (asked++ >= there_from) {
		row(answer, "440507", "yearbook", "person", false, false);
		row(answer, "440507", "state", "person", true, false);
		row(answer, "440507", "slip", "person", false, true);
		row(answer, "440507", "longhu-2020 table 1", "plan", false, false);
		row(answer, "440507001", "street", "person", false, false);
	}
	cr_assert_eq(answer_encode(answer, &payload), 0);
	answer_free(answer);
	return answer_decode(arena, buffer_view(&payload), ret_answer);
}

static int run_words(const char *const *words, size_t count)
{
	static const struct service service = {
		.ask = fake_ask, .command = fake_command, .catalog = desk_catalog, .wait = fake_wait
	};

	cr_assert_eq(desk_take_words(words, count), 0, "%s", err_text());
	return desk_run(&service);
}

#define RUN(...) run_words(DESK_WORDS(__VA_ARGS__))

static int import(const char *csv)
{
	return RUN("fact", "import", desk_file(csv), "-o", "csv");
}

TestSuite(fact, .fini = desk_clear);

Test(fact, the_words_become_a_record)
{
	cr_assert_eq(RUN("fact", "add", "440507", "VISITS", "2015", "--value", "-26.0", "--source",
			     "健康年鉴", "--comparator", ">=", "--basis", "resident", "--note",
			     "p. 3", "--norm", "-o", "csv"),
		EXIT_DONE, "%s", err_text());
	cr_expect_eq(commands, 1);
	cr_expect_eq(fact.area, 440507);
	cr_expect_str_eq(fact.indicator, "VISITS");
	cr_expect_eq(fact.period, 2015400);
	cr_expect(fact.value.there && fact.value.value == -260 && fact.value.scale == 1);
	cr_expect_eq(fact.comparator, COMPARATOR_AT_LEAST);
	cr_expect_str_eq(fact.source, "健康年鉴");
	cr_expect_str_eq(fact.basis, "resident");
	cr_expect_str_eq(fact.note, "p. 3");
	cr_expect(fact.norm && !fact.withdrawn);
	cr_expect(strstr(printed, "records,sequence,last_sequence,epoch,chain\n1,1,1,"));
	cr_assert_eq(
		RUN("fact", "add", "440507", "VISITS", "2015", "--value", "1", "--source", "s"),
		EXIT_DONE);
	cr_expect_not(fact.norm);
}

Test(fact, a_dry_run_checks_and_sends_nothing, .init = cr_redirect_stderr)
{
	cr_assert_eq(RUN("fact", "add", "440507", "VISITS", "2015", "--value", "26", "--source",
			     "s", "--dry-run", "-o", "csv"),
		EXIT_DONE, "%s", err_text());
	cr_expect_eq(commands, 0);
	cr_expect(strstr(printed, "\n1,,,,"), "%s", printed);
	cr_assert_eq(RUN("fact", "add", "440507", "VISITS", "2015", "--value", "x", "--source", "s",
			     "--dry-run"),
		EXIT_USAGE);
}

Test(fact, all_faults_are_said_at_once_and_nothing_is_sent, .init = cr_redirect_stderr)
{
	static const char *const wants[] = { ":2: column 'area': there is no area '999'",
		":2: column 'indicator': there is no indicator 'NO'", ":2: column 'period': '15'",
		":2: column 'value': is empty", ":3: column 'value': 'ca. 5'",
		":3: column 'comparator': '~'", ":3: column 'source': is empty",
		":3: column 'norm': neither yes nor no",
		":5: the same value of the same source stands on line 4 already",
		":6: the source 'reports' means" };
	const char *said;

	cr_assert_eq(import("area,indicator,period,value,source,comparator,norm\n"
			    "999,NO,15,,s,,\n"
			    "440507,VISITS,2015,ca. 5,,~,maybe\n"
			    "440507,VISITS,2015,5,s,,\n"
			    "440507,VISITS,2015,6,s,,no\n"
			    "440507,VISITS,2016,6,reports,,no\n"
			    "440507,VISITS,2015,6,s,,yes\n"),
		EXIT_USAGE);
	cr_expect_eq(commands, 0);
	said = desk_said();
	for (size_t i = 0; i < array_len(wants); i++)
		cr_expect(strstr(said, wants[i]), "'%s' is not in:\n%s", wants[i], said);
	cr_expect_not(strstr(said, ":7:"), "a norm is another thing than a value:\n%s", said);
}

Test(fact, a_long_file_goes_in_commands_that_fit)
{
	AUTO(buffer_fini) struct buffer csv = { 0 };
	size_t total = 0;

	cr_assert_eq(buffer_format(&csv, "area,indicator,period,value,source\n"), 0);
	for (size_t i = 0; i < 2700; i++)
		cr_assert_eq(buffer_format(
				     &csv, "440507,VISITS,2015,%zu.0,一个相当长的来源 %zu\n", i, i),
			0);
	cr_assert_eq(buffer_add(&csv, bytes_of("", 1)), 0);
	cr_assert_eq(import((const char *)csv.data), EXIT_DONE, "%s", err_text());
	for (size_t i = 0; i < commands; i++)
		total += records[i];
	cr_expect_eq(total, 2700);
	cr_expect_geq(commands, 3);
	cr_expect(fact.value.value == 26990 && fact.value.scale == 1, "the last one");
}

Test(fact, a_preference_and_a_basis_say_only_what_they_say)
{
	cr_assert_eq(RUN("fact", "prefer", "440507", "VISITS", "2015", "--source", "yearbook"),
		EXIT_DONE, "%s", err_text());
	cr_expect(statement.says_preferred && statement.preferred && !statement.says_basis);
	cr_expect_str_eq(statement.source, "yearbook");
	cr_expect(statement.area == 440507 && statement.period == 2015400);
	cr_assert_eq(RUN("fact", "basis", "440507", "VISITS", "2015", "--source", "yearbook",
			     "--basis", "resident", "--note", "n"),
		EXIT_DONE, "%s", err_text());
	cr_expect(statement.says_basis && !statement.says_preferred);
	cr_expect_str_eq(statement.basis, "resident");
	cr_expect_str_eq(statement.note, "n");
	cr_expect_eq(commands, 2);
}

Test(fact, only_a_value_that_is_there_is_spoken_of)
{
	static const struct {
		const char *verb, *source;
		int want;
	} cases[] = {
		{ "prefer", "yearbook", EXIT_DONE }, { "prefer", "year", ERR_NOT_FOUND },
		{ "prefer", "slip", ERR_NOT_FOUND },   /* withdrawn */
		{ "prefer", "street", ERR_NOT_FOUND }, /* of another area */
		{ "prefer", "reports", EXIT_DONE }, { "prefer", "longhu-2020", EXIT_DONE },
		{ "prefer", "longhu-2020 table 1", EXIT_DONE },
		{ "prefer", "longhu-20", ERR_NOT_FOUND }, { "prefer", "state", EXIT_DONE },
		{ "withdraw", "yearbook", EXIT_DONE },
		{ "withdraw", "longhu-2020", ERR_NOT_FOUND }, /* a plan stays as printed */
		{ "withdraw", "reports", ERR_NOT_FOUND },
		{ "withdraw", "state", ERR_NOT_FOUND }, /* without --norm */
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		size_t before = commands;

		cr_expect_eq(RUN("fact", cases[i].verb, "440507", "VISITS", "2015", "--source",
				     cases[i].source),
			cases[i].want, "%s %s: %s", cases[i].verb, cases[i].source, err_text());
		cr_expect_eq(commands - before, cases[i].want == EXIT_DONE);
	}
	cr_assert_eq(
		RUN("fact", "withdraw", "440507", "VISITS", "2015", "--source", "state", "--norm"),
		EXIT_DONE);
	cr_expect(fact.withdrawn && fact.norm && !fact.value.there);
}

Test(fact, what_was_just_added_is_waited_for)
{
	there_from = 2;
	cr_assert_eq(RUN("fact", "prefer", "440507", "VISITS", "2015", "--source", "yearbook"),
		EXIT_DONE, "%s", err_text());
	cr_expect_eq(asked, 3);
	cr_expect_gt(waited, 0);
}

Test(fact, a_verdict_needs_a_known_target_and_an_outcome, .init = cr_redirect_stderr)
{
	const char *said;

	cr_assert_eq(
		RUN("verdict", "add", "no-such", "2020", "--outcome", "nearly", "--evidence", "x"),
		EXIT_USAGE);
	cr_assert_eq(
		RUN("verdict", "add", "no-such", "2020", "--outcome", "met", "--evidence", "x"),
		EXIT_USAGE);
	cr_expect_eq(commands, 0);
	said = desk_said();
	cr_expect(strstr(said, "outcome: 'nearly' is no outcome"), "%s", said);
	cr_expect(strstr(said, "target: there is no target 'no-such'"), "%s", said);
}

Test(fact, a_verdict_s_words_become_a_record)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	const char *id;
	size_t targets;

	cr_assert_eq(desk_catalog(NULL, &catalog), 0);
	id = target_cell(catalog_targets(catalog, &targets), "id");
	cr_assert_eq(RUN("verdict", "add", id, "2020", "--outcome", "under_way", "--evidence",
			     "开工许可", "--note", "n"),
		EXIT_DONE, "%s", err_text());
	cr_expect_eq(commands, 1);
	cr_expect_str_eq(verdict.target, id);
	cr_expect(verdict.period == 2020400 && verdict.outcome == VERDICT_UNDER_WAY);
	cr_expect_str_eq(verdict.evidence, "开工许可");
	cr_expect_str_eq(verdict.note, "n");
}

Test(fact, help_shows_an_option_without_a_value)
{
	AUTO(buffer_fini) struct buffer out = { 0 };
	char *words[] = { "fact", "add" };
	size_t own;

	cr_assert_eq(command_help(command_find(words, 2, &own), false, &out), 0);
	cr_assert_eq(buffer_add(&out, bytes_of("", 1)), 0);
	cr_expect(strstr((const char *)out.data, "[--norm] "), "%s", (const char *)out.data);
	cr_expect(strstr((const char *)out.data, "fact add AREA INDICATOR PERIOD --value V "));
}
