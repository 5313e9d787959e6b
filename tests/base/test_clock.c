/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Clocks move forward and print as ISO 8601 in UTC. */
#include "base/clock.h"

#include <criterion/criterion.h>

#include "base/macros.h"

Test(clock, instants_print_in_utc_with_milliseconds)
{
	static const struct {
		int64_t ms;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00.000Z" },
		{ 1, "1970-01-01T00:00:00.001Z" },
		{ 1777627800123, "2026-05-01T09:30:00.123Z" },
		{ 951782400000, "2000-02-29T00:00:00.000Z" },
		{ -1, "1969-12-31T23:59:59.999Z" },
		{ -1000, "1969-12-31T23:59:59.000Z" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		char text[WALL_TEXT_BYTES];

		wall_print((struct wall){ cases[i].ms }, text);
		cr_expect_str_eq(text, cases[i].text);
	}
}

Test(clock, monotonic_time_never_goes_back)
{
	struct mono start = clock_mono(), last = start;

	for (int i = 0; i < 1000; i++) {
		struct mono now = clock_mono();

		cr_assert_geq(now.ns, last.ns);
		last = now;
	}
	cr_expect_geq(mono_ms_since(start, last), 0);
	cr_expect_eq(mono_ms_since((struct mono){ 5000000 }, (struct mono){ 12999999 }), 7);
}

Test(clock, wall_time_is_of_this_age)
{
	cr_expect_gt(clock_wall().ms, 1700000000000);
}
