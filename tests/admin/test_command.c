/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From a command line to a question, and from pages to one table, against a server made of answers
 * that this test wrote. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "admin/command.h"
#include "base/err.h"
#include "client/language.h"
#include "client/phrase.h"

enum { SCRIPT_MAX = 16, ROWS = 5 };

/* What the server does at each question in turn. */
struct step {
	enum answer_outcome outcome;
	size_t rows;       /* how many of the ROWS from the offset on */
	uint64_t sequence; /* where the server stands */
};

struct fake {
	struct step step[SCRIPT_MAX];
	size_t steps, asked;
	struct question question[SCRIPT_MAX]; /* as it came */
	char verb[64], arguments[256];        /* of the last question, while its views lived */
	struct arena *arena;
	struct buffer payload;
	int waited_ms;
};

static struct fake fake;
static struct options options;
static struct session session;
static struct buffer text;
static char *printed;
static size_t printed_len;

static void answer_page(const struct step *step, const struct question *question)
{
	struct position as_of = { .epoch = { 1 }, .sequence = step->sequence };
	struct answer_builder *answer;

	cr_assert_eq(answer_new(&as_of, question->offset, &answer), 0);
	cr_assert_eq(answer_column(answer, "code", COLUMN_TEXT), 0);
	cr_assert_eq(answer_column(answer, "facilities", COLUMN_INTEGER), 0);
	for (size_t i = 0; i < question->offset + step->rows; i++) {
		char code[24];

		snprintf(code, sizeof(code), "A%zu", i);
		cr_assert_eq(answer_text(answer, code), 0);
		cr_assert_eq(answer_integer(answer, (int64_t)i), 0);
	}
	cr_assert_eq(answer_encode(answer, &fake.payload), 0);
	answer_free(answer);
}

static void note_question(const struct question *question)
{
	fake.question[fake.asked] = *question;
	snprintf(fake.verb, sizeof(fake.verb), "%.*s", (int)question->verb.len,
		(const char *)question->verb.data);
	fake.arguments[0] = '\0';
	for (size_t i = 0; i < question->arguments; i++) {
		size_t used = strlen(fake.arguments);

		snprintf(fake.arguments + used, sizeof(fake.arguments) - used, "%.*s=%.*s;",
			(int)question->argument[i].name.len,
			(const char *)question->argument[i].name.data,
			(int)question->argument[i].value.len,
			(const char *)question->argument[i].value.data);
	}
}

static int fake_ask(
	void *ctx, enum server server, const struct question *question, struct answer *ret_answer)
{
	const struct step *step = &fake.step[fake.asked];
	struct position as_of = { .sequence = step->sequence };
	int r = 0;

	(void)ctx;
	(void)server;
	cr_assert_lt(fake.asked, fake.steps, "asked more often than expected");
	note_question(question);
	fake.asked++;
	fake.payload.len = 0;
	if (step->outcome == ANSWER_DONE)
		answer_page(step, question);
	else
		cr_assert_eq(
			answer_encode_outcome(&as_of, step->outcome, "because", &fake.payload), 0);
	r = answer_decode(fake.arena, buffer_view(&fake.payload), ret_answer);
	cr_assert_eq(r, 0, "%s", err_text());
	/* The builder says "more" only when a payload is full; here the script says it. */
	ret_answer->more = step->outcome == ANSWER_DONE && question->offset + step->rows < ROWS;
	return 0;
}

static void fake_wait(void *ctx, int ms)
{
	(void)ctx;
	fake.waited_ms += ms;
}

/* Parses the words of a command line and makes the session that would run it. */
static int prepare(const char *line)
{
	static char copy[512];
	const char *argv[32] = { "huibaoctl" };
	const struct verb *verb;
	size_t own;
	int argc = 1, r;

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	options_fini(&options);
	r = options_parse(argc, argv, &options);
	if (r < 0)
		return r;
	verb = command_find(options.word, options.words, &own);
	if (!verb)
		return ERR_NOT_FOUND;
	r = command_check(verb, &options, own);
	if (r < 0)
		return r;
	session_init(&session, &options, verb, own);
	session.service = (struct service){ .ask = fake_ask, .wait = fake_wait };
	session.out = open_memstream(&printed, &printed_len);
	return 0;
}

static int run(const char *line)
{
	int r = prepare(line);

	cr_assert_eq(r, 0, "%s: %s", line, err_text());
	r = session.verb->run(&session);
	fclose(session.out);
	return r;
}

static void setup(void)
{
	unsetenv("LC_ALL");
	unsetenv("LC_MESSAGES");
	setenv("LANG", "C.UTF-8", 1);
	cr_assert_eq(arena_new(&fake.arena), 0);
}

static void teardown(void)
{
	arena_free(fake.arena);
	buffer_fini(&fake.payload);
	options_fini(&options);
	buffer_fini(&text);
	free(printed);
}

TestSuite(command, .init = setup, .fini = teardown);

Test(command, words_and_options_become_named_arguments)
{
	fake.step[0] = (struct step){ ANSWER_DONE, ROWS, 9 };
	fake.steps = 1;
	cr_assert_eq(
		run("indicator show VISIT_SHARE --period 2015 --area 440507 -o json"), EXIT_DONE);
	cr_expect_str_eq(fake.verb, "indicator show");
	cr_expect_str_eq(fake.arguments, "indicator=VISIT_SHARE;area=440507;period=2015;");
	cr_expect(strstr(printed, "\"schema\": \"huibao.indicator-show/v1\""), "%s", printed);
}

Test(command, every_page_is_asked_for_at_the_place_of_the_first)
{
	fake.step[0] = (struct step){ ANSWER_DONE, 2, 9 };
	fake.step[1] = (struct step){ ANSWER_DONE, 2, 9 };
	fake.step[2] = (struct step){ ANSWER_DONE, 1, 9 };
	fake.steps = 3;
	cr_assert_eq(run("area list -o csv"), EXIT_DONE);
	cr_expect_str_eq(printed, "code,facilities\nA0,0\nA1,1\nA2,2\nA3,3\nA4,4\n");
	cr_expect_not(fake.question[0].has_as_of);
	cr_expect(fake.question[1].has_as_of);
	cr_expect_eq(fake.question[1].as_of.sequence, 9);
	cr_expect_eq(fake.question[2].offset, 4);
}

Test(command, moved_on_starts_over_and_keeps_no_old_row)
{
	fake.step[0] = (struct step){ ANSWER_DONE, 2, 9 };
	fake.step[1] = (struct step){ ANSWER_MOVED_ON, 0, 10 };
	fake.step[2] = (struct step){ ANSWER_DONE, ROWS, 10 };
	fake.steps = 3;
	cr_assert_eq(run("area list -o csv"), EXIT_DONE);
	cr_expect_str_eq(printed, "code,facilities\nA0,0\nA1,1\nA2,2\nA3,3\nA4,4\n");
	cr_expect_not(fake.question[2].has_as_of);
	cr_expect_eq(fake.question[2].offset, 0);
}

Test(command, a_server_that_moves_on_three_times_is_given_up)
{
	for (size_t i = 0; i < 6; i += 2) {
		fake.step[i] = (struct step){ ANSWER_DONE, 2, 9 + i };
		fake.step[i + 1] = (struct step){ ANSWER_MOVED_ON, 0, 10 + i };
	}
	fake.steps = 6;
	cr_assert_eq(exit_of(run("area list")), EXIT_AWAY);
	cr_expect_eq(fake.asked, 6);
}

Test(command, at_least_waits_until_the_server_is_there)
{
	fake.step[0] = (struct step){ ANSWER_NOT_YET, 0, 8 };
	fake.step[1] = (struct step){ ANSWER_NOT_YET, 0, 9 };
	fake.step[2] = (struct step){ ANSWER_DONE, ROWS, 12 };
	fake.steps = 3;
	cr_assert_eq(run("area list --at-least 12 --timeout-ms 1000"), EXIT_DONE);
	cr_expect_eq(fake.question[0].at_least, 12);
	cr_expect_gt(fake.waited_ms, 0);
}

Test(command, at_least_gives_up_after_the_timeout)
{
	for (size_t i = 0; i < SCRIPT_MAX; i++)
		fake.step[i] = (struct step){ ANSWER_NOT_YET, 0, 8 };
	fake.steps = SCRIPT_MAX;
	cr_assert_eq(exit_of(run("area list --at-least 12 --timeout-ms 200")), EXIT_AWAY);
	cr_expect_eq(fake.waited_ms, 200);
}

Test(command, each_outcome_has_its_exit_code_and_the_servers_words)
{
	static const struct {
		enum answer_outcome outcome;
		enum exit_code want;
	} cases[] = { { ANSWER_INVALID, EXIT_USAGE }, { ANSWER_NOT_FOUND, EXIT_FAILED },
		{ ANSWER_NOT_ALLOWED, EXIT_DENIED } };

	for (size_t i = 0; i < array_len(cases); i++) {
		fake.asked = 0;
		fake.steps = 1;
		fake.step[0].outcome = cases[i].outcome;
		cr_expect_eq(exit_of(run("key list")), (int)cases[i].want, "case %zu", i);
		cr_expect(strstr(err_text(), "because"));
		free(printed);
		printed = NULL;
	}
}

Test(command, a_wrong_call_says_what_is_wrong)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
		{ "indicator show VISIT --area 1", "--period" },
		{ "indicator show --area 1 --period 2015", "its indicator" },
		{ "area list --period 2015", "takes no --period" },
		{ "area list extra", "'extra'" },
		{ "facility list --area 1 --area 2", "twice" },
		{ "area list -o xml", "'xml'" },
		{ "area list --lang fr", "'fr'" },
		{ "area list --at-least -1", "-1" },
		{ "area list --timeout-ms 5s", "5s" },
		{ "area list --no-such", "--no-such" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		int r = prepare(cases[i].line);

		cr_expect_eq(exit_of(r), EXIT_USAGE, "%s", cases[i].line);
		cr_expect(strstr(err_text(), cases[i].want), "%s: %s", cases[i].line, err_text());
	}
}

Test(command, an_unknown_word_finds_its_nearest_command)
{
	static const struct {
		char *words[2];
		const char *want; /* NULL: no guess */
	} cases[] = {
		{ { "indikator", "show" }, "indicator show" },
		{ { "facility", "ad" }, "facility add" },
		{ { "statsu", NULL }, "status" },
		{ { "xyzzy", NULL }, NULL },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		size_t count = cases[i].words[1] ? 2 : 1, own;
		const struct verb *near = command_nearest(cases[i].words, count);

		cr_expect_null(command_find(cases[i].words, count, &own));
		if (cases[i].want)
			cr_expect(near && strcmp(near->words, cases[i].want) == 0, "%s: %s",
				cases[i].want, near ? near->words : "nothing");
		else
			cr_expect_null(near);
	}
}

Test(command, the_summary_is_twelve_lines_in_both_languages)
{
	for (int chinese = 0; chinese < 2; chinese++) {
		size_t lines = 0;

		text.len = 0;
		cr_assert_eq(command_summary(chinese, &text), 0);
		for (size_t i = 0; i < text.len; i++)
			lines += text.data[i] == '\n';
		cr_expect_eq(lines, 12, "%zu", lines);
	}
}

Test(command, the_first_word_alone_shows_what_begins_so)
{
	cr_assert_eq(command_help_group("history", false, &text), 0);
	cr_assert_eq(buffer_add(&text, bytes_of("", 1)), 0);
	cr_expect_str_eq((char *)text.data, "  history list        keys whose receipts are not of "
					    "this journal; nothing of them "
					    "is taken\n"
					    "  history decide      take reports again: of a key "
					    "(name, number or public half), or "
					    "of all\n");
	text.len = 0;
	cr_assert_eq(command_help_group("histor", false, &text), 0);
	cr_expect_eq(text.len, 0);
}

Test(command, help_names_every_option_of_the_command)
{
	char *words[] = { "facility", "add" };
	size_t own;
	const struct verb *verb = command_find(words, 2, &own);

	cr_assert(verb && own == 2);
	cr_assert_eq(command_help(verb, false, &text), 0);
	cr_assert_eq(buffer_add(&text, bytes_of("", 1)), 0);
	cr_expect(strstr((char *)text.data,
			  "facility add CODE --name TEXT --area CODE --class CODE [--level CODE]"),
		"%s", (char *)text.data);
	for (const struct parameter *at = verb->parameter; at->name; at++)
		cr_expect(strstr((char *)text.data, at->name), "%s", at->name);
}

/* Whoever gives too many is told what to do, in his language. */
Test(command, too_many_words_end_with_advice)
{
	const char *argv[WORDS_MAX + 5] = { "huibaoctl", "--lang=zh", "held", "accept" };

	for (int i = 4; i < WORDS_MAX + 4; i++)
		argv[i] = "1";
	options_fini(&options);
	cr_expect_eq(options_parse(WORDS_MAX + 2, argv, &options), 0, "%s", err_text());
	options_fini(&options);
	cr_expect_eq(options_parse(WORDS_MAX + 4, argv, &options), ERR_INVALID);
	cr_expect(strstr(err_text(), "give the command again for the rest"), "%s", err_text());
	cr_expect(strstr(phrase(err_text()), "其余的请再运行一次命令"), "%s", phrase(err_text()));
}
