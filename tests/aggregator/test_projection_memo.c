/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A remembered projection is the projection, whatever was asked between. */
#include <criterion/criterion.h>
#include <string.h>

#include "aggregator/projection_memo.h"

static void same(const struct projection *a, const struct projection *b)
{
	cr_expect_eq(a->there, b->there);
	cr_expect(a->slope == b->slope && a->value == b->value && a->low == b->low &&
		  a->high == b->high);
}

Test(projection_memo, gives_what_project_gives_first_and_again)
{
	const double x[] = { 2015, 2016, 2017, 2018, 2019, 2020 };
	double y[] = { 2.5, 2.61, 2.6, 2.8, 2.87, 3.1 };
	struct projection_memo *memo;

	cr_assert_eq(projection_memo_new(&memo), 0);
	for (int round = 0; round < 2; round++) {
		for (size_t points = 3; points <= 6; points++) {
			for (int at = 2021; at <= 2030; at += 9) {
				const struct projection want = project(x, y, points, at);
				const struct projection got =
					projection_remembered(memo, x, y, points, at);
				const struct projection bare =
					projection_remembered(NULL, x, y, points, at);

				same(&got, &want);
				same(&bare, &want);
			}
		}
	}
	projection_memo_free(memo);
}

/* More series than there are places, so that each place is taken several times. */
Test(projection_memo, another_series_in_the_same_place_is_another)
{
	const double x[] = { 1, 2, 3, 4 };
	struct projection_memo *memo;

	cr_assert_eq(projection_memo_new(&memo), 0);
	for (int i = 0; i < 5000; i++) {
		const double y[] = { i, i + 1, i + 2, i + 3 };
		const struct projection got = projection_remembered(memo, x, y, 4, 5);

		cr_assert_float_eq(got.value, i + 4, 1e-9, "%d", i);
	}
	projection_memo_free(memo);
}
