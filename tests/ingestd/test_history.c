/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a sender remembers, held against the journal: every case of a HELLO as a row, and the way
 * from a suspicion over a decision to what is left of it after a restart. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "ingestd/index.h"
#include "ingestd/history.h"
#include "tests/ingestd/world.h"

/* The journal of the table: entries 1..10 under epoch A; restored, 11..20 under B; restored again,
 * 21..30 under C, which is the present one. 30 are durable. */
enum { A_ENDED = 11, B_ENDED = 21, DURABLE = 30, KEY = 3, OTHER_KEY = 4 };
static const uint8_t epoch_a[EPOCH_BYTES] = "A", epoch_b[EPOCH_BYTES] = "B",
		     epoch_c[EPOCH_BYTES] = "C", epoch_x[EPOCH_BYTES] = "X";

static struct digest chain_of(uint64_t sequence)
{
	struct digest chain = { { (uint8_t)sequence, 1 } };

	return chain;
}

/* Only what is durable may be asked for. */
static int chain_at(void *ctx, uint64_t sequence, struct digest *ret_chain)
{
	(void)ctx;
	cr_assert(sequence >= 1 && sequence <= DURABLE);
	*ret_chain = chain_of(sequence);
	return 0;
}

static struct position place(const uint8_t epoch[EPOCH_BYTES], uint64_t sequence)
{
	struct position at = { .sequence = sequence, .chain = chain_of(sequence) };

	if (sequence == 0)
		memset(&at.chain, 0, sizeof(at.chain));
	memcpy(at.epoch, epoch, EPOCH_BYTES);
	return at;
}

static struct history *three_lives(void)
{
	struct history *history;

	cr_assert_eq(history_new(epoch_c, &history), 0);
	cr_assert_eq(history_add_life(history, epoch_a, A_ENDED), 0);
	cr_assert_eq(history_add_life(history, epoch_b, B_ENDED), 0);
	return history;
}

static enum history_judgement judge(
	const struct history *history, uint32_t key, const struct position *at)
{
	enum history_judgement judgement = 0;

	cr_assert_eq(history_judge(history, DURABLE, key, at, chain_at, NULL, &judgement), 0);
	return judgement;
}

Test(history, every_place_that_a_sender_can_remember)
{
	static const struct {
		const char *name;
		const uint8_t *epoch;
		uint64_t sequence;
		bool other_chain;
		enum history_judgement judgement;
	} cases[] = {
		{ "the head", epoch_c, 30, false, HISTORY_AGREES },
		{ "inside the present epoch", epoch_c, 25, false, HISTORY_AGREES },
		{ "before the present epoch began, under it", epoch_c, 5, false, HISTORY_AGREES },
		{ "nothing yet", epoch_c, 0, false, HISTORY_AGREES },
		{ "nothing, with a chain", epoch_c, 0, true, HISTORY_DIFFERS },
		{ "rewritten", epoch_c, 25, true, HISTORY_DIFFERS },
		{ "the head rewritten", epoch_c, 30, true, HISTORY_DIFFERS },
		{ "beyond the head", epoch_c, 31, false, HISTORY_DIFFERS },
		{ "far beyond", epoch_c, UINT64_MAX, false, HISTORY_DIFFERS },
		{ "the last of the first life", epoch_a, 10, false, HISTORY_AGREES },
		{ "the last of the first life, rewritten", epoch_a, 10, true, HISTORY_DIFFERS },
		{ "just beyond the first life", epoch_a, 11, false, HISTORY_LOST },
		{ "just beyond the first life, other chain", epoch_a, 11, true, HISTORY_LOST },
		{ "beyond the first life and the head", epoch_a, 99, true, HISTORY_LOST },
		{ "inside the first life, rewritten", epoch_a, 3, true, HISTORY_DIFFERS },
		{ "the last of the second life", epoch_b, 20, false, HISTORY_AGREES },
		{ "the first life under the second's epoch", epoch_b, 3, false, HISTORY_AGREES },
		{ "and rewritten", epoch_b, 3, true, HISTORY_DIFFERS },
		{ "beyond the second life", epoch_b, 21, false, HISTORY_LOST },
		{ "an epoch that never was", epoch_x, 5, false, HISTORY_DIFFERS },
		{ "nothing of an epoch that never was", epoch_x, 0, false, HISTORY_DIFFERS },
	};
	struct history *history = three_lives();

	for (size_t i = 0; i < array_len(cases); i++) {
		struct position at = place(cases[i].epoch, cases[i].sequence);

		at.chain.byte[7] = cases[i].other_chain;
		cr_expect_eq(judge(history, KEY, &at), cases[i].judgement, "%s", cases[i].name);
	}
	history_free(history);
}

Test(history, a_decision_reaches_as_far_as_it_says)
{
	static const struct {
		const char *name;
		uint32_t settled_key;
		const uint8_t *settled_epoch;
		uint64_t settled;
		uint32_t key;
		const uint8_t *epoch;
		uint64_t sequence;
		enum history_judgement judgement;
	} cases[] = {
		{ "that very place", KEY, epoch_c, 25, KEY, epoch_c, 25, HISTORY_SETTLED },
		{ "an earlier one", KEY, epoch_c, 25, KEY, epoch_c, 7, HISTORY_SETTLED },
		{ "a later one", KEY, epoch_c, 25, KEY, epoch_c, 26, HISTORY_DIFFERS },
		{ "another key", KEY, epoch_c, 25, OTHER_KEY, epoch_c, 25, HISTORY_DIFFERS },
		{ "another epoch", KEY, epoch_c, 25, KEY, epoch_b, 5, HISTORY_DIFFERS },
		{ "everybody's", 0, epoch_c, 25, OTHER_KEY, epoch_c, 25, HISTORY_SETTLED },
		{ "everybody's later one", 0, epoch_c, 25, KEY, epoch_c, 26, HISTORY_DIFFERS },
		{ "beyond the head", KEY, epoch_c, 44, KEY, epoch_c, 44, HISTORY_SETTLED },
		{ "one key's of no epoch", KEY, epoch_x, 5, KEY, epoch_x, 6, HISTORY_DIFFERS },
		{ "no epoch is given up whole", 0, epoch_x, 5, KEY, epoch_x, 99, HISTORY_SETTLED },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct history *history = three_lives();
		struct position settled = place(cases[i].settled_epoch, cases[i].settled),
				at = place(cases[i].epoch, cases[i].sequence);

		at.chain.byte[7] = 1;
		cr_assert_eq(history_settle(history, cases[i].settled_key, &settled), 0);
		cr_expect_eq(
			judge(history, cases[i].key, &at), cases[i].judgement, "%s", cases[i].name);
		if (at.sequence > 0 && at.sequence <= DURABLE && cases[i].epoch == epoch_c) {
			at.chain = chain_of(at.sequence);
			cr_expect_eq(judge(history, cases[i].key, &at), HISTORY_AGREES,
				"%s: what agrees needs no decision", cases[i].name);
		}
		history_free(history);
	}
}

Test(history, the_first_suspicion_stands_and_only_its_decision_ends_it)
{
	struct history *history = three_lives();
	struct position at = place(epoch_c, 25), later = place(epoch_c, 28),
			elsewhere = place(epoch_b, 28);

	cr_assert_eq(history_suspect(history, KEY, &at, 31), 0);
	cr_assert_eq(history_suspect(history, KEY, &later, 32), 0);
	cr_assert_eq(history_suspect(history, 700, &later, 33), 0);
	cr_expect_eq(history_suspicions(history), 2);
	cr_assert_not_null(history_suspected(history, KEY));
	cr_expect_eq(history_suspected(history, KEY)->at.sequence, 25);
	cr_expect_null(history_suspected(history, OTHER_KEY));
	cr_expect_null(history_suspected(history, 100000));

	cr_assert_eq(history_settle(history, KEY, &elsewhere), 0);
	cr_expect_not_null(history_suspected(history, KEY), "decided on another epoch");
	cr_assert_eq(history_settle(history, KEY, &at), 0);
	cr_expect_null(history_suspected(history, KEY));
	cr_expect_not_null(history_suspected(history, 700), "decided on another key");
	cr_assert_eq(history_settle(history, 0, &later), 0);
	cr_expect_eq(history_suspicions(history), 0);
	history_free(history);
}

static const struct key administrator = { .number = 54, .role = ROLE_ADMINISTRATOR };
static const struct key registrar = { .number = 50, .role = ROLE_REGISTRAR };
static const struct key system_itself = { .role = ROLE_ADMINISTRATOR };

static struct witness witness_of(uint8_t public_byte, uint64_t sequence)
{
	struct witness witness = { .public_key = { public_byte },
		.position = place(epoch_c, sequence) };

	return witness;
}

static enum answer_outcome give(struct world *world, const struct key *key, const char *id,
	const struct witness *witness, size_t count)
{
	struct command command = { .witness = witness, .witnesses = count };

	snprintf((char *)command.request_id, sizeof(command.request_id), "%.15s", id);
	return world_command(world, key, &command).outcome;
}

/* Two registered keys, 1 and 2, with the public halves { 1 } and { 2 }. */
static void world_with_keys(struct world *world)
{
	struct key key[2] = { { .name = "one", .public_key = { 1 }, .role = ROLE_COLLECTOR },
		{ .name = "two", .public_key = { 2 }, .role = ROLE_COLLECTOR } };
	const struct command command = { .request_id = "keys", .key = key, .keys = 2 };

	world_open(world);
	cr_assert_eq(world_command(world, &administrator, &command).outcome, ANSWER_DONE);
}

static bool suspected(const struct world *world, uint32_t key)
{
	return history_suspected(decide_history(world->decide), key) != NULL;
}

Test(history, who_may_decide_and_on_what)
{
	struct witness mine = witness_of(1, 25), other = witness_of(2, 25),
		       later = witness_of(1, 26), everybody = witness_of(0, 25);
	struct facility facility = { .code = "x" };
	const struct command mixed = { .request_id = "mixed",
		.witness = &mine,
		.witnesses = 1,
		.facility = &facility,
		.facilities = 1 };
	struct world world;

	everybody.everybody = true;
	world_with_keys(&world);
	cr_expect_eq(give(&world, &administrator, "a", &mine, 1), ANSWER_MOVED_ON,
		"nobody remembers that");
	cr_expect_eq(give(&world, &administrator, "b", &everybody, 1), ANSWER_MOVED_ON);
	cr_expect_eq(give(&world, &system_itself, "c", &mine, 1), ANSWER_DONE);
	cr_expect_eq(world.batch->entry[world.batch->entries - 1].kind, ENTRY_HISTORY);
	cr_expect(suspected(&world, 1) && !suspected(&world, 2));
	cr_expect_eq(give(&world, &registrar, "d", &mine, 1), ANSWER_NOT_ALLOWED);
	cr_expect_eq(give(&world, &administrator, "e", &other, 1), ANSWER_MOVED_ON);
	cr_expect_eq(give(&world, &administrator, "f", &later, 1), ANSWER_MOVED_ON);
	cr_expect_eq(world_command(&world, &administrator, &mixed).outcome, ANSWER_INVALID);
	cr_expect(suspected(&world, 1), "nothing was decided yet");
	cr_expect_eq(give(&world, &administrator, "g", &mine, 1), ANSWER_DONE);
	cr_expect(!suspected(&world, 1));
	world_close(&world);
}

/* A restart knows what the state shows, and no more. */
Test(history, suspicions_and_decisions_outlive_a_restart)
{
	struct witness witness[2] = { witness_of(1, 25), witness_of(2, 28) };
	const struct history *history;
	struct position at;
	struct world world;

	world_with_keys(&world);
	cr_assert_eq(give(&world, &system_itself, "a", &witness[0], 1), ANSWER_DONE);
	cr_assert_eq(give(&world, &system_itself, "b", &witness[1], 1), ANSWER_DONE);
	cr_assert_eq(give(&world, &administrator, "c", &witness[0], 1), ANSWER_DONE);
	world_index(&world);
	world_restart(&world);
	cr_expect(!suspected(&world, 1) && suspected(&world, 2));
	history = decide_history(world.decide);
	at = witness[0].position;
	cr_expect_eq(judge(history, 1, &at), HISTORY_SETTLED);
	cr_expect_eq(judge(history, 2, &at), HISTORY_DIFFERS);
	world_close(&world);
}

/* The entry's own place counts: a body that claims an earlier point declares nothing lost. */
Test(history, lives_are_learnt_from_the_state)
{
	struct journal_head claimed = { .sequence = 1 };
	uint8_t body[RESTORED_BODY_BYTES];
	struct entry entry = { .kind = ENTRY_RESTORED, .sequence = 4 };
	struct position at = place(epoch_a, 3);
	const struct history *history;
	struct world world;

	world_with_keys(&world);
	world_index(&world);
	memcpy(claimed.epoch, epoch_a, EPOCH_BYTES);
	restored_encode(&claimed, body);
	entry.body = bytes_of(body, sizeof(body));
	cr_assert_eq(index_apply(&world.ports, world.arena, &entry), 0);
	world_restart(&world);
	history = decide_history(world.decide);
	cr_expect_eq(judge(history, 1, &at), HISTORY_AGREES);
	at.chain.byte[7] = 1;
	cr_expect_eq(judge(history, 1, &at), HISTORY_DIFFERS);
	at.sequence = 4;
	cr_expect_eq(judge(history, 1, &at), HISTORY_LOST);
	world_close(&world);
}
