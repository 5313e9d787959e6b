/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The tail against a plain list of everything that was ever put. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "ingestd/tail.h"

enum { CAPACITY = 64, KEYS = 200, STEPS = 200000 };

static struct tail_key key_of(unsigned number)
{
	struct tail_key key = { { 0 } };

	memcpy(key.byte + 3, &number, sizeof(number));
	return key;
}

Test(tail, the_newest_decision_about_a_key_wins)
{
	struct tail_key key = key_of(7);
	struct tail_value value;
	struct tail *tail;

	cr_assert_eq(tail_new(CAPACITY, &tail), 0);
	cr_expect_eq(tail_get(tail, &key, &value), TAIL_NONE);
	tail_put(tail, &key, &(struct tail_value){ .sequence = 1, .number = 10 });
	tail_put(tail, &key, &(struct tail_value){ .sequence = 2, .number = 20 });
	cr_assert_eq(tail_get(tail, &key, &value), 0);
	cr_expect_eq(value.number, 20);
	tail_free(tail);
}

Test(tail, nothing_unreleased_is_ever_forgotten_and_room_is_told_truly)
{
	struct tail_value value;
	struct tail *tail;

	cr_assert_eq(tail_new(CAPACITY, &tail), 0);
	for (unsigned i = 0; i < CAPACITY; i++) {
		struct tail_key key = key_of(i);

		cr_assert_eq(tail_room(tail), CAPACITY - i);
		tail_put(tail, &key, &(struct tail_value){ .sequence = i + 1 });
	}
	cr_expect_eq(tail_room(tail), 0);
	tail_release(tail, 10);
	cr_expect_eq(tail_room(tail), 10);
	for (unsigned i = 0; i < CAPACITY; i++) {
		struct tail_key key = key_of(i);

		cr_expect_eq(
			tail_get(tail, &key, &value), 0, "released ones stay as a cache: %u", i);
	}
	tail_free(tail);
}

/* What the state would show: the newest put of each key, and how far it is released. */
struct model {
	uint64_t sequence[KEYS];
	uint64_t released;
};

Test(tail, a_long_random_life_agrees_with_the_list)
{
	struct model model = { 0 };
	uint64_t next = 1;
	struct tail *tail;
	unsigned seed = 20261122;

	cr_assert_eq(tail_new(CAPACITY, &tail), 0);
	for (int step = 0; step < STEPS; step++) {
		unsigned number = (unsigned)rand_r(&seed) % KEYS;
		struct tail_key key = key_of(number);
		struct tail_value value = { 0 };
		int r = tail_get(tail, &key, &value);

		if (r == 0)
			cr_assert_eq(value.sequence, model.sequence[number],
				"step %d: a stale decision", step);
		else
			cr_assert_leq(model.sequence[number], model.released,
				"step %d: forgotten too early", step);
		if (rand_r(&seed) % 3 == 0 && next > 1) {
			uint64_t upto =
				model.released + (uint64_t)rand_r(&seed) % (next - model.released);

			tail_release(tail, upto);
			model.released = upto;
		} else if (tail_room(tail) > 0) {
			tail_put(tail, &key, &(struct tail_value){ .sequence = next });
			model.sequence[number] = next++;
		}
	}
	tail_free(tail);
}

static int count(void *ctx, const struct tail_key *key, const struct tail_value *value)
{
	uint64_t *sum = ctx;

	(void)key;
	*sum += value->sequence;
	return 0;
}

Test(tail, a_walk_meets_each_key_once_with_its_newest_decision)
{
	struct tail *tail;
	uint64_t sum = 0;

	cr_assert_eq(tail_new(CAPACITY, &tail), 0);
	for (unsigned i = 0; i < 10; i++) {
		struct tail_key key = key_of(i % 5);

		tail_put(tail, &key, &(struct tail_value){ .sequence = i + 1 });
	}
	cr_assert_eq(tail_each(tail, count, &sum), 0);
	cr_expect_eq(sum, 6 + 7 + 8 + 9 + 10);
	tail_release(tail, 7);
	sum = 0;
	cr_assert_eq(tail_each(tail, count, &sum), 0);
	cr_expect_eq(sum, 8 + 9 + 10, "what is released is the state's to show");
	tail_free(tail);
}
