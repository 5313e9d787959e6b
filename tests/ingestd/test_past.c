/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The rows of the past against a plain list of everything that was ever put. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "ingestd/past.h"
#include "model/catalog.h"

enum { ROWS = 64, RESERVE = 4, WORDS = 20 * FORM_LINES_MAX + 7, KEYS = 150, STEPS = 100000 };

static struct identity_key key_of(unsigned number)
{
	return (struct identity_key){ .form = (uint16_t)(1 + number % 2),
		.period = 2015100 + number % 12,
		.facility = 1 + number / 12 };
}

/* A row is told by its first value, and is the same all along. */
static const int64_t *row_of(int64_t mark)
{
	static int64_t row[FORM_LINES_MAX];

	for (size_t i = 0; i < FORM_LINES_MAX; i++)
		row[i] = mark + (int64_t)i;
	return row;
}

static bool is_row(const int64_t *values, int64_t mark, uint32_t lines)
{
	for (uint32_t i = 0; values && i < lines; i++) {
		if (values[i] != mark + (int64_t)i)
			return false;
	}
	return (values != NULL) == (lines > 0);
}

static struct past_cache *cache_new(void)
{
	struct past_cache *cache;

	cr_assert_eq(past_cache_new(ROWS, WORDS, RESERVE, &cache), 0);
	return cache;
}

Test(past, the_newest_row_counts_and_nothing_in_force_is_known_too)
{
	struct past_cache *cache = cache_new();
	struct identity_key key = key_of(1), other = key_of(2);
	const int64_t *values;

	cr_expect(!past_cache_find(cache, &key, &values));
	past_cache_put(cache, &key, 1, row_of(100), 9);
	past_cache_put(cache, &key, 2, row_of(200), 9);
	cr_assert(past_cache_find(cache, &key, &values));
	cr_expect(is_row(values, 200, 9));
	past_cache_put(cache, &key, 3, NULL, 9);
	cr_assert(past_cache_find(cache, &key, &values));
	cr_expect_null(values, "withdrawn");
	cr_expect(!past_cache_find(cache, &other, &values));
	cr_expect_null(past_cache_load(cache, &other, NULL, 0));
	cr_assert(past_cache_find(cache, &other, &values));
	cr_expect_null(values, "nothing in force is remembered as well");
	past_cache_clear(cache);
	cr_expect(!past_cache_find(cache, &key, &values));
	cr_expect(past_cache_room(cache));
	past_cache_free(cache);
}

Test(past, nothing_unreleased_is_forgotten_and_room_is_told_before)
{
	struct past_cache *cache = cache_new();
	const int64_t *values;
	unsigned count = 0;

	for (; past_cache_room(cache); count++) {
		struct identity_key key = key_of(count);

		past_cache_put(
			cache, &key, count + 1, row_of(count * 1000), FORM_LINES_MAX - count);
	}
	cr_expect(count > RESERVE && count < ROWS, "%u rows", count);
	for (unsigned i = 0; i < RESERVE; i++) { /* what room promised before the last */
		struct identity_key key = key_of(count + i);

		past_cache_load(cache, &key, row_of(0), FORM_LINES_MAX);
	}
	for (unsigned i = 0; i < count; i++) {
		struct identity_key key = key_of(i);

		cr_assert(past_cache_find(cache, &key, &values), "row %u", i);
		cr_expect(is_row(values, i * 1000, FORM_LINES_MAX - i), "row %u", i);
	}
	past_cache_release(cache, 1);
	cr_expect(past_cache_room(cache), "the first may go");
	past_cache_release(cache, count);
	for (unsigned i = 0; i < count; i++) {
		struct identity_key key = key_of(i);

		cr_expect(past_cache_find(cache, &key, &values), "as a cache they stay: %u", i);
	}
	past_cache_free(cache);
}

Test(past, rows_without_values_are_bounded_as_well)
{
	struct past_cache *cache = cache_new();
	unsigned count = 0;

	for (; past_cache_room(cache); count++) {
		struct identity_key key = key_of(count);

		past_cache_put(cache, &key, count + 1, NULL, 0);
	}
	cr_expect_eq(count, ROWS - RESERVE + 1);
	past_cache_free(cache);
}

Test(past, what_a_turn_looks_at_is_not_overwritten_by_what_it_loads)
{
	struct past_cache *cache = cache_new();
	const int64_t *row[PAST_LOADS_MAX];
	const int64_t *found;
	struct identity_key oldest = key_of(0);

	for (unsigned i = 0; i < 15; i++) {
		struct identity_key key = key_of(i);

		past_cache_put(cache, &key, i + 1, row_of(i * 1000), FORM_LINES_MAX);
	}
	past_cache_release(cache, 15);
	past_cache_turn(cache);
	cr_assert(past_cache_find(cache, &oldest, &found));
	for (unsigned i = 0; i < PAST_LOADS_MAX; i++) {
		struct identity_key key = key_of(50 + i);

		row[i] = past_cache_load(cache, &key, row_of(-1000 * (int64_t)i), FORM_LINES_MAX);
	}
	cr_expect(is_row(found, 0, FORM_LINES_MAX));
	for (unsigned i = 0; i < PAST_LOADS_MAX; i++)
		cr_expect(is_row(row[i], -1000 * (int64_t)i, FORM_LINES_MAX), "load %u", i);
	past_cache_turn(cache);
	for (unsigned i = 0; i < 30; i++) {
		struct identity_key key = key_of(120 + i);

		past_cache_load(cache, &key, row_of(7), FORM_LINES_MAX);
		past_cache_turn(cache);
	}
	cr_expect(!past_cache_find(cache, &oldest, &found), "in later turns it may go");
	past_cache_free(cache);
}

/* What the journal and the tail would say. */
struct truth {
	int64_t mark;
	uint32_t lines;
	uint64_t sequence; /* of the last put; 0: none */
};

static void step_find(
	struct past_cache *cache, const struct truth *truth, unsigned number, uint64_t released)
{
	struct identity_key key = key_of(number);
	const int64_t *values = NULL;

	if (past_cache_find(cache, &key, &values)) {
		cr_assert(is_row(values, truth->mark, truth->lines), "key %u", number);
		return;
	}
	cr_assert(truth->sequence <= released, "key %u is neither here nor in the state", number);
	values = past_cache_load(
		cache, &key, truth->lines > 0 ? row_of(truth->mark) : NULL, truth->lines);
	cr_assert(is_row(values, truth->mark, truth->lines), "key %u", number);
}

Test(past, random_steps_agree_with_a_plain_list)
{
	struct past_cache *cache = cache_new();
	struct truth truth[KEYS] = { 0 };
	uint64_t sequence = 0, released = 0;
	unsigned full = 0;

	srand(20160301);
	for (unsigned step = 0; step < STEPS; step++) {
		unsigned number = (unsigned)rand() % KEYS;
		struct identity_key key = key_of(number);

		past_cache_turn(cache);
		step_find(cache, &truth[number], number, released);
		step_find(cache, &truth[step % KEYS], step % KEYS, released);
		full += !past_cache_room(cache);
		if (rand() % 3 == 0 && past_cache_room(cache)) {
			truth[number].mark = rand();
			truth[number].lines = (uint32_t)rand() % (FORM_LINES_MAX + 1);
			truth[number].sequence = ++sequence;
			past_cache_put(cache, &key, sequence,
				truth[number].lines ? row_of(truth[number].mark) : NULL,
				truth[number].lines);
		}
		if (rand() % 40 == 0) {
			released += (uint64_t)rand() % (sequence - released + 1);
			past_cache_release(cache, released);
		}
	}
	cr_expect(full > 100, "it was full %u times", full);
	past_cache_free(cache);
}
