/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Who waits how long: limits of a key, turns between keys. */
#include "ingestd/inbox.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/limits.h"

enum { LOUD = 7, QUIET = 300, SECOND = 1000000000 };

static struct inbox *inbox;
static const struct mono start = { SECOND };
static uint8_t bytes[PAYLOAD_BYTES_MAX];

static void setup(void)
{
	cr_assert_eq(inbox_new(&inbox), 0);
}

static void teardown(void)
{
	inbox_free(inbox);
}

TestSuite(inbox, .init = setup, .fini = teardown);

static int put_at(uint32_t actor, size_t len, struct mono now)
{
	const struct message message = { .peer = { .actor = actor, .len = 1 },
		.header = bytes_str("header"),
		.payload = bytes_of(bytes, len) };

	return inbox_put(inbox, &message, now);
}

static int put(uint32_t actor, size_t len)
{
	return put_at(actor, len, start);
}

/* The sender of the next message; 0: there is none. */
static uint32_t take(void)
{
	struct message message;

	return inbox_take(inbox, &message) == 0 ? message.peer.actor : 0;
}

Test(inbox, messages_come_out_whole_and_in_order)
{
	struct message message;

	for (uint8_t i = 1; i <= 5; i++) {
		bytes[0] = i;
		cr_assert_eq(put(LOUD, 10), 0);
	}
	for (uint8_t i = 1; i <= 5; i++) {
		cr_assert_eq(inbox_take(inbox, &message), 0);
		cr_expect(bytes_equal(message.header, bytes_str("header")));
		cr_expect_eq(message.payload.len, 10);
		cr_expect_eq(message.payload.data[0], i);
		cr_expect_eq(message.peer.actor, LOUD);
	}
	cr_expect_eq(inbox_take(inbox, &message), INBOX_EMPTY);
	cr_expect_eq(inbox_messages(inbox), 0);
	cr_expect_eq(inbox_bytes(inbox), 0);
}

Test(inbox, a_key_has_one_window_and_not_one_more)
{
	for (int i = 0; i < WINDOW_MESSAGES_MAX; i++)
		cr_assert_eq(put(LOUD, 10), 0);
	cr_expect_eq(put(LOUD, 10), INBOX_OVER_LIMIT);
	cr_expect_eq(put(QUIET, 10), 0, "another key has its own");
	cr_expect_eq(take(), LOUD);
	cr_expect_eq(put(LOUD, 10), 0, "one was taken");
	cr_expect_eq(inbox_messages(inbox), WINDOW_MESSAGES_MAX + 1);
}

Test(inbox, a_message_that_comes_behind_a_full_window_of_large_ones_is_next_but_one)
{
	int before = 0;

	for (int i = 0; i < WINDOW_MESSAGES_MAX; i++)
		cr_assert_eq(put(LOUD, PAYLOAD_BYTES_MAX), 0);
	cr_expect_eq(take(), LOUD);
	cr_assert_eq(put(QUIET, 500), 0);
	while (take() == LOUD)
		before++;
	cr_expect_leq(before, 1);
}

/* However small they are: four of one sender, then another's. */
Test(inbox, small_messages_take_turns_too)
{
	int before = 0;

	for (int i = 0; i < WINDOW_MESSAGES_MAX; i++)
		cr_assert_eq(put(LOUD, 2), 0);
	cr_expect_eq(take(), LOUD);
	cr_assert_eq(put(QUIET, 2), 0);
	while (take() == LOUD)
		before++;
	cr_expect_leq(before, 4);
}

/* Both always have something waiting. */
Test(inbox, keys_get_through_the_same_number_of_bytes)
{
	size_t got[2] = { 0, 0 };
	struct mono now = start;

	for (int i = 0; i < 4000; i++) {
		struct message message;

		now.ns += SECOND / 500;
		while (put_at(LOUD, 30000, now) == 0)
			;
		while (put_at(QUIET, 10000, now) == 0)
			;
		cr_assert_eq(inbox_take(inbox, &message), 0);
		got[message.peer.actor == QUIET] += message.payload.len;
	}
	cr_expect_gt(got[1] * 2, got[0], "%zu against %zu", got[1], got[0]);
	cr_expect_gt(got[0] * 2, got[1]);
}

Test(inbox, a_second_has_so_many_messages_however_fast_they_are_taken)
{
	struct mono now = start;
	int passed = 0;

	for (int i = 0; i < 30000; i++) {
		now.ns += SECOND / 10000;
		passed += put_at(LOUD, 100, now) == 0;
		(void)take();
	}
	cr_expect_geq(passed, 4 * SENDER_MESSAGES_PER_SECOND - 10);
	cr_expect_leq(passed, 4 * SENDER_MESSAGES_PER_SECOND + 10);
}

Test(inbox, and_so_many_bytes)
{
	struct mono now = start;
	size_t passed = 0;

	for (int i = 0; i < 5000; i++) {
		now.ns += SECOND / 5000;
		passed += put_at(LOUD, PAYLOAD_BYTES_MAX, now) == 0 ? PAYLOAD_BYTES_MAX : 0;
		(void)take();
	}
	cr_expect_leq(passed, (size_t)SENDER_BYTES_PER_SECOND + SENDER_BYTES_AT_ONCE);
	cr_expect_geq(passed, (size_t)SENDER_BYTES_PER_SECOND);
}

Test(inbox, when_all_together_hold_too_much_only_a_key_with_nothing_waiting_gets_in)
{
	uint32_t actor = 1;

	while (inbox_bytes(inbox) < INBOX_BYTES_MAX) {
		if (put(actor, PAYLOAD_BYTES_MAX) != 0)
			actor++;
		cr_assert_lt(actor, 1000u);
	}
	cr_expect_eq(put(actor, 10), INBOX_OVER_LIMIT);
	cr_expect_eq(put(actor + 1, 10), 0);
	while (inbox_bytes(inbox) < (size_t)2 * INBOX_BYTES_MAX)
		cr_assert_eq(put(++actor + 1, PAYLOAD_BYTES_MAX), 0);
	cr_expect_eq(put(actor + 2, 10), INBOX_OVER_LIMIT, "there is an end to that, too");
}

Test(inbox, what_is_dropped_is_gone_and_the_others_keep_their_turn)
{
	const uint32_t actors[] = { 1, LOUD, 3, 4 };

	for (size_t drop = 0; drop < array_len(actors); drop++) {
		for (size_t i = 0; i < array_len(actors); i++)
			for (int n = 0; n < 3; n++)
				cr_assert_eq(put(actors[i], 10), 0);
		inbox_drop(inbox, actors[drop]);
		inbox_drop(inbox, actors[drop]);
		cr_expect_eq(inbox_messages(inbox), 9);
		for (int n = 0; n < 9; n++) {
			const uint32_t actor = take();

			cr_expect_neq(actor, 0);
			cr_expect_neq(actor, actors[drop]);
		}
		cr_expect_eq(take(), 0);
		cr_expect_eq(inbox_bytes(inbox), 0);
	}
}
