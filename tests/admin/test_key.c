/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the key commands send: whole records with days and scope, two of them in a rotation, and
 * nothing at all when it was not said how far a key reaches. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "tests/admin/desk.h"
#include "wire/key_code.h"

#define OLD_KEY "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
#define NEW_KEY "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"

/* What reached the server. */
static struct key sent[4];
static size_t sent_keys, commands;
static char asked[64];

/* What `key show` finds. */
static const char *const columns[] = { "number", "name", "role", "from", "until", "revoked",
	"areas", "reports_for", "public_key" };
struct found {
	const char *cell[array_len(columns)];
};
static const struct found li_old = { { "7", "Li", "registrar", "2026-01-01", "2126-12-31", NULL,
	"320703 320706", "statistics@320706", OLD_KEY } };
static const struct found li_gone = { { "3", "Li", "registrar", NULL, NULL, "2026-02-03", "", "",
	NEW_KEY } };
static const struct found li_new = { { "8", "Li", "registrar", NULL, NULL, NULL, "320703", "",
	NEW_KEY } };
static const struct found *found[3];
static size_t found_rows;

static int fake_command(void *ctx, const struct command *command, struct command_result *ret_result)
{
	(void)ctx;
	commands++;
	sent_keys = command->keys;
	cr_assert_leq(sent_keys, array_len(sent));
	memcpy(sent, command->key, command->keys * sizeof(sent[0]));
	*ret_result = (struct command_result){ .outcome = ANSWER_DONE, .has_receipt = true };
	return 0;
}

static int fake_ask(
	void *ctx, enum server server, const struct question *question, struct answer *ret_answer)
{
	static struct arena *arena;
	static struct buffer payload;
	struct position as_of = { 0 };
	struct answer_builder *answer;
	struct bytes key = question_argument(question, "key");

	(void)ctx;
	cr_assert_eq(server, SERVER_INGESTD);
	cr_assert(bytes_equal(question->verb, bytes_str("key show")));
	snprintf(asked, sizeof(asked), "%.*s", (int)key.len, (const char *)key.data);
	cr_assert_eq(arena_new(&arena), 0);
	cr_assert_eq(answer_new(&as_of, 0, &answer), 0);
	for (size_t i = 0; i < array_len(columns); i++)
		cr_assert_eq(
			answer_column(answer, columns[i], i == 0 ? COLUMN_INTEGER : COLUMN_TEXT),
			0);
	for (size_t row = 0; row < found_rows; row++) {
		cr_assert_eq(answer_integer(answer, strtol(found[row]->cell[0], NULL, 10)), 0);
		for (size_t i = 1; i < array_len(columns); i++)
			cr_assert_eq(found[row]->cell[i] ? answer_text(answer, found[row]->cell[i])
							 : answer_null(answer),
				0);
	}
	payload.len = 0;
	cr_assert_eq(answer_encode(answer, &payload), 0);
	answer_free(answer);
	return answer_decode(arena, buffer_view(&payload), ret_answer);
}

static int run(const char *line)
{
	static const struct service service = { .ask = fake_ask, .command = fake_command };
	int r = desk_take(line);

	return r < 0 ? r : desk_run(&service);
}

static int32_t today(void)
{
	return day_of_wall_ms(clock_wall().ms);
}

TestSuite(key, .fini = desk_clear);

Test(key, it_is_registered_with_its_scope_for_a_year)
{
	cr_assert_eq(run("key add Longhu --public " OLD_KEY
			 " --role collector --area 440507 --area 320700 --facility LH001"),
		EXIT_DONE, "%s", err_text());
	cr_expect_eq(sent_keys, 1);
	cr_expect_eq(sent[0].role, ROLE_COLLECTOR);
	cr_expect_eq(sent[0].areas, 2);
	cr_expect_eq(sent[0].area[1], 320700);
	cr_expect_eq(sent[0].facilities, 1);
	cr_expect_str_eq(sent[0].facility[0], "LH001");
	cr_expect_eq(sent[0].public_key[0], 0x54);
	cr_expect_leq(abs(sent[0].from_day - today()), 1, "midnight may come between");
	cr_expect_eq(sent[0].until_day, sent[0].from_day + 365);
}

Test(key, its_days_can_be_said)
{
	cr_assert_eq(run("key add A --public " OLD_KEY " --role collector --facility A "
			 "--from 2026-05-01 --until 2026-05-31"),
		EXIT_DONE, "%s", err_text());
	cr_expect_eq(sent[0].from_day, day_of(2026, 5, 1));
	cr_expect_eq(sent[0].until_day, day_of(2026, 5, 31));
	cr_assert_eq(run("key add A --public " OLD_KEY " --role collector --facility A "
			 "--until never"),
		EXIT_DONE, "%s", err_text());
	cr_expect_eq(sent[0].until_day, 0);
	cr_expect_eq(run("key add A --public " OLD_KEY " --role collector --facility A "
			 "--from 2026-05-02 --until 2026-05-01"),
		ERR_INVALID);
	cr_expect_eq(commands, 2);
}

Test(key, an_enrolment_code_serves_as_the_public_half)
{
	uint8_t key[KEY_BYTES];
	char code[KEY_CODE_TEXT_BYTES], line[256];

	cr_assert_eq(key_parse(OLD_KEY, key), 0);
	key_code_print(key, code);
	snprintf(line, sizeof(line), "key add A --public %s --role collector --facility A", code);
	cr_assert_eq(run(line), EXIT_DONE, "%s", err_text());
	cr_expect_eq(memcmp(sent[0].public_key, key, sizeof(key)), 0);
	line[strlen("key add A --public 000") - 1] ^= 1;
	cr_expect_eq(run(line), ERR_INVALID);
	cr_expect(strstr(err_text(), "group 1 "), "%s", err_text());
}

Test(key, nobody_reaches_everywhere_because_a_word_was_left_out)
{
	static const struct {
		const char *scope;
		int r;
	} cases[] = {
		{ "--role reader", ERR_INVALID },
		{ "--role administrator --facility A", ERR_INVALID },
		{ "--role administrator --everywhere --area 320703", ERR_INVALID },
		{ "--role collector --everywhere --facility A", ERR_INVALID },
		{ "--role collector", ERR_INVALID },
		{ "--role administrator --everywhere", EXIT_DONE },
		{ "--role data_manager --area 320703 --facility statistics@320703", EXIT_DONE },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		char line[256];

		snprintf(line, sizeof(line), "key add A --public %s %s", OLD_KEY, cases[i].scope);
		commands = 0;
		cr_expect_eq(run(line), cases[i].r, "%s: %s", line, err_text());
		cr_expect_eq(commands, cases[i].r == EXIT_DONE, "%s", line);
	}
}

Test(key, rotation_is_one_command_with_both_records)
{
	found[0] = &li_gone;
	found[1] = &li_old;
	found_rows = 2;
	cr_assert_eq(run("key rotate Li --public " NEW_KEY), EXIT_DONE, "%s", err_text());
	cr_expect_str_eq(asked, "Li");
	cr_expect_eq(commands, 1);
	cr_expect_eq(sent_keys, 2);
	cr_expect_eq(sent[0].from_day, day_of(2026, 1, 1), "the old one keeps its first day");
	cr_expect_leq(abs(sent[0].until_day - today() - 30), 1);
	cr_expect_leq(abs(sent[1].from_day - today()), 1);
	cr_expect_eq(sent[1].until_day, sent[1].from_day + 365);
	cr_expect_neq(memcmp(sent[0].public_key, sent[1].public_key, KEY_BYTES), 0);
	for (size_t i = 0; i < 2; i++) {
		cr_expect_str_eq(sent[i].name, "Li");
		cr_expect_eq(sent[i].role, ROLE_REGISTRAR);
		cr_expect(sent[i].areas == 2 && sent[i].area[1] == 320706);
		cr_expect(sent[i].facilities == 1 &&
			  strcmp(sent[i].facility[0], "statistics@320706") == 0);
		cr_expect(!sent[i].revoked);
	}
	cr_assert_eq(run("key rotate Li --until 2026-12-01 --public " NEW_KEY), EXIT_DONE);
	cr_expect_eq(sent[0].until_day, day_of(2026, 12, 1));
	cr_assert_eq(run("key rotate Li --until 2199-12-01 --public " NEW_KEY), EXIT_DONE);
	cr_expect_eq(sent[0].until_day, day_of(2126, 12, 31), "never longer than before");
	cr_expect_eq(run("key rotate Li --public " OLD_KEY), ERR_INVALID, "the old one itself");
}

Test(key, a_revoked_one_keeps_everything_else)
{
	found[0] = &li_old;
	found_rows = 1;
	cr_assert_eq(run("key revoke 7"), EXIT_DONE, "%s", err_text());
	cr_expect(sent[0].revoked);
	cr_expect_str_eq(sent[0].name, "Li");
	cr_expect_eq(sent[0].areas, 2);
	cr_expect_eq(sent[0].facilities, 1);
	cr_expect_eq(sent[0].until_day, day_of(2126, 12, 31));
}

Test(key, which_one_must_be_clear)
{
	found[0] = &li_old;
	found[1] = &li_new;
	found_rows = 2;
	cr_expect_eq(run("key revoke Li"), ERR_INVALID);
	cr_expect(strstr(err_text(), "give the number"), "%s", err_text());
	found[0] = &li_gone;
	found_rows = 1;
	cr_expect_eq(run("key revoke Li"), ERR_NOT_FOUND, "it is revoked already");
	found_rows = 0;
	cr_expect_eq(run("key revoke Zhao"), ERR_NOT_FOUND);
	cr_expect_eq(commands, 0);
}
