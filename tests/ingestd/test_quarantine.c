/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * When a key is kept out, for how long, and who is suspected. */
#include "ingestd/quarantine.h"

#include <criterion/criterion.h>

#include "base/limits.h"

enum { KEY = 70, OTHER = 3 };

static struct quarantine *quarantine;

static void setup(void)
{
	cr_assert_eq(quarantine_new(&quarantine), 0);
}

static void teardown(void)
{
	quarantine_free(quarantine);
}

TestSuite(quarantine, .init = setup, .fini = teardown);

static struct mono at(int64_t ms)
{
	return (struct mono){ (1000000 + ms) * 1000000 };
}

Test(quarantine, it_begins_once_and_ends_by_itself)
{
	cr_expect_not(quarantine_holds(quarantine, KEY, at(0)));
	cr_expect_eq(quarantine_begin(quarantine, KEY, at(0)), QUARANTINE_MS_MIN);
	cr_expect_eq(quarantine_begin(quarantine, KEY, at(5)), 0, "it is in it already");
	cr_expect(quarantine_holds(quarantine, KEY, at(QUARANTINE_MS_MIN - 1)));
	cr_expect_not(quarantine_holds(quarantine, OTHER, at(1)));
	cr_expect_eq(quarantine_keys(quarantine, at(1)), 1);
	cr_expect_not(quarantine_holds(quarantine, KEY, at(QUARANTINE_MS_MIN)));
	cr_expect_eq(quarantine_keys(quarantine, at(QUARANTINE_MS_MIN)), 0);
}

Test(quarantine, each_lasts_twice_as_long_up_to_a_limit_and_is_forgotten_after_good_behaviour)
{
	int64_t now = 0;
	uint32_t expected = QUARANTINE_MS_MIN;

	for (int i = 0; i < 12; i++) {
		cr_expect_eq(quarantine_begin(quarantine, KEY, at(now)), expected);
		now += expected + 1;
		expected = expected * 2 < QUARANTINE_MS_MAX ? expected * 2 : QUARANTINE_MS_MAX;
	}
	cr_expect_eq(expected, QUARANTINE_MS_MAX);
	now += QUARANTINE_MS_MAX;
	cr_expect_eq(quarantine_begin(quarantine, KEY, at(now)), QUARANTINE_MS_MIN);
}

Test(quarantine, some_hundred_messages_beyond_the_limit_within_a_second_are_too_many)
{
	for (int64_t ms = 0; ms < 20000; ms += 2)
		cr_assert_not(quarantine_over_limit(quarantine, KEY, 100, at(ms)),
			"500 a second, again and again, is a stubborn but slow program");
	for (int i = 0; i <= OVER_LIMIT_PER_SECOND_MAX; i++)
		cr_expect_eq(quarantine_over_limit(quarantine, KEY, 100, at(30000)),
			i == OVER_LIMIT_PER_SECOND_MAX);
	cr_expect_not(quarantine_over_limit(quarantine, OTHER, 100, at(30000)));
}

Test(quarantine, large_messages_are_too_many_sooner)
{
	int count = 0;

	while (!quarantine_over_limit(quarantine, KEY, PAYLOAD_BYTES_MAX, at(0)))
		count++;
	cr_expect_lt(count, OVER_LIMIT_PER_SECOND_MAX / 2 + 1);
}

/* Whether so many connections without a word, within some ms of each other, are too many. */
static bool knocks(int count, int64_t every_ms, bool heard)
{
	bool suspected = false;

	for (int i = 0; i < count; i++) {
		suspected = quarantine_knock(quarantine, KEY, at(i * every_ms)) || suspected;
		if (heard)
			quarantine_heard(quarantine, KEY);
	}
	return suspected;
}

Test(quarantine, silence_alone_is_no_crime)
{
	cr_expect_not(knocks(1000, 1, false));
}

Test(quarantine, silence_while_nameless_connections_must_be_cut_off_is)
{
	quarantine_nameless(quarantine, at(0));
	cr_expect(knocks(64, 1, false));
	cr_expect_not(quarantine_knock(quarantine, OTHER, at(70)));
}

Test(quarantine, nor_is_a_crowd_of_connections_that_speak)
{
	quarantine_nameless(quarantine, at(0));
	cr_expect_not(knocks(1000, 1, true));
}

Test(quarantine, nor_a_few_silent_ones)
{
	for (int64_t ms = 0; ms < 60000; ms += 1000) {
		quarantine_nameless(quarantine, at(ms));
		cr_assert_not(quarantine_knock(quarantine, KEY, at(ms)));
	}
}
