/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Deciding on histories: one key by whatever it is called, or of each epoch what is remembered
 * furthest for everybody; and only what ingestd has on its list. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "tests/admin/desk.h"
#include "wire/keys.h"

enum { ROWS_MAX = 4 };

static const struct suspect {
	int64_t number;
	const char *name;
	uint8_t public_byte, epoch_byte;
	int64_t sequence;
} suspects[ROWS_MAX] = {
	{ 7, "one", 1, 0xaa, 30 },
	{ 8, "two", 2, 0xaa, 44 },
	{ 9, "two", 3, 0xbb, 12 },
	{ 10, "7th", 4, 0xaa, 44 },
};

static size_t rows = ROWS_MAX, commands;
static struct witness sent[COMMAND_RECORDS_MAX];
static size_t sent_count;

static void hex_of(uint8_t byte, size_t len, char *ret)
{
	uint8_t bytes[32];

	memset(bytes, byte, sizeof(bytes));
	bytes_to_hex(bytes_of(bytes, len), ret);
}

static void public_text(uint8_t byte, char text[KEY_TEXT_BYTES])
{
	uint8_t public_key[32] = { byte };

	key_print(public_key, text);
}

static int fake_ask(
	void *ctx, enum server server, const struct question *question, struct answer *ret_answer)
{
	static const char *const names[] = { "number", "name", "public_key", "remembers_epoch",
		"remembers_sequence", "remembers_chain" };
	static struct arena *arena;
	static struct buffer payload;
	struct position as_of = { 0 };
	struct answer_builder *answer;

	(void)ctx;
	cr_assert_eq(server, SERVER_INGESTD);
	cr_assert(bytes_equal(question->verb, bytes_str("history list")));
	if (!arena)
		cr_assert_eq(arena_new(&arena), 0);
	payload.len = 0;
	cr_assert_eq(answer_new(&as_of, 0, &answer), 0);
	for (size_t i = 0; i < array_len(names); i++)
		cr_assert_eq(answer_column(answer, names[i],
				     i == 0 || i == 4 ? COLUMN_INTEGER : COLUMN_TEXT),
			0);
	for (size_t i = 0; i < rows; i++) {
		char public_key[KEY_TEXT_BYTES], epoch[33], chain[65];

		public_text(suspects[i].public_byte, public_key);
		hex_of(suspects[i].epoch_byte, 16, epoch);
		hex_of((uint8_t)suspects[i].sequence, 32, chain);
		cr_assert_eq(answer_integer(answer, suspects[i].number), 0);
		cr_assert_eq(answer_text(answer, suspects[i].name), 0);
		cr_assert_eq(answer_text(answer, public_key), 0);
		cr_assert_eq(answer_text(answer, epoch), 0);
		cr_assert_eq(answer_integer(answer, suspects[i].sequence), 0);
		cr_assert_eq(answer_text(answer, chain), 0);
	}
	payload.len = 0;
	cr_assert_eq(answer_encode(answer, &payload), 0);
	answer_free(answer);
	return answer_decode(arena, buffer_view(&payload), ret_answer);
}

static int fake_command(void *ctx, const struct command *command, struct command_result *ret_result)
{
	(void)ctx;
	commands++;
	sent_count = command->witnesses;
	cr_assert_eq(command_records(command), sent_count);
	memcpy(sent, command->witness, sent_count * sizeof(*sent));
	*ret_result = (struct command_result){ .outcome = ANSWER_DONE,
		.has_receipt = true,
		.receipt = { .sequence = 1, .last_sequence = 1 },
		.records = (uint32_t)sent_count };
	return 0;
}

static int decide(const char *word)
{
	static const struct service service = { .ask = fake_ask, .command = fake_command };

	commands = 0;
	cr_assert_eq(desk_take_words(DESK_WORDS("history", "decide", word, "--reason", "x")), 0,
		"%s", err_text());
	return desk_run(&service);
}

TestSuite(decide, .fini = desk_clear);

Test(decide, one_key_by_whatever_it_is_called)
{
	char public_key[KEY_TEXT_BYTES];
	const struct {
		const char *word;
		uint8_t public_byte;
		uint64_t sequence;
	} cases[] = { { "one", 1, 30 }, { "7", 1, 30 }, { "9", 3, 12 }, { "7th", 4, 44 },
		{ public_key, 2, 44 } };

	public_text(2, public_key);
	for (size_t i = 0; i < array_len(cases); i++) {
		cr_assert_eq(decide(cases[i].word), 0, "%s: %s", cases[i].word, err_text());
		cr_assert_eq(sent_count, 1);
		cr_expect(!sent[0].everybody);
		cr_expect_eq(sent[0].public_key[0], cases[i].public_byte, "%s", cases[i].word);
		cr_expect_eq(sent[0].position.sequence, cases[i].sequence);
		cr_expect_eq(sent[0].position.chain.byte[31], cases[i].sequence);
	}
}

Test(decide, what_is_not_on_the_list_is_not_decided_on)
{
	cr_expect_eq(decide("two"), ERR_INVALID, "two of that name");
	cr_expect_eq(decide("three"), ERR_NOT_FOUND);
	rows = 0;
	cr_expect_eq(decide("all"), ERR_NOT_FOUND);
	cr_expect_eq(commands, 0);
}

Test(decide, all_is_the_furthest_of_each_epoch)
{
	cr_assert_eq(decide("all"), 0, "%s", err_text());
	cr_assert_eq(sent_count, 2);
	cr_expect(sent[0].everybody && sent[1].everybody);
	cr_expect(sent[0].position.epoch[0] == 0xaa && sent[0].position.sequence == 44);
	cr_expect(sent[1].position.epoch[15] == 0xbb && sent[1].position.sequence == 12);
}
