/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Fractions: what is rounded when, and that an overflow is remembered and never wraps. */
#include <criterion/criterion.h>
#include <string.h>

#include "model/rational.h"

static const int128 largest = (int128)(~(unsigned __int128)0 >> 1);

static void expect_scaled(struct rational value, const char *digits)
{
	char printed[DECIMAL_TEXT_BYTES] = "null";
	int128 scaled;

	if (rational_scaled(value, &scaled))
		scaled_print(scaled, printed);
	cr_expect_str_eq(printed, digits, "'%s' instead of '%s'", printed, digits);
}

Test(rational, half_is_rounded_away_from_zero)
{
	static const struct {
		int128 top, bottom;
		const char *digits;
	} cases[] = {
		{ 1, 2000000000, "0.000000001" },
		{ -1, 2000000000, "-0.000000001" },
		{ 1, -2000000000, "-0.000000001" },
		{ 1, 2000000001, "0" },
		{ -1, 2000000001, "0" },
		{ 3, 2000000000, "0.000000002" },
		{ -3, 2000000000, "-0.000000002" },
		{ -7, 3, "-2.333333333" },
		{ -8, 3, "-2.666666667" },
		{ 0, -5, "0" },
		{ -120, 12, "-10" },
	};

	for (size_t i = 0; i < array_len(cases); i++)
		expect_scaled(rational_of(cases[i].top, cases[i].bottom), cases[i].digits);
}

Test(rational, what_does_not_fit_is_remembered)
{
	const struct rational large = rational_of(largest, 1), one = rational_of(1, 1);
	const struct rational lowest = rational_of(-largest - 1, 1);
	const struct rational thin = rational_of(1, largest);

	cr_expect(!rational_overflowed(large));
	cr_expect(rational_overflowed(rational_add(large, one)));
	cr_expect(rational_overflowed(rational_multiply(large, rational_of(2, 1))));
	cr_expect(rational_overflowed(rational_add(rational_add(large, one), one)));
	cr_expect(rational_overflowed(rational_divide(thin, large)));
	cr_expect(rational_overflowed(lowest), "its magnitude does not fit");
	cr_expect(rational_overflowed(rational_add(rational_of(-largest, 1), rational_of(-1, 1))));
	cr_expect(!rational_is_zero(rational_add(large, one)), "unknown is not 0");
	expect_scaled(large, "null");
	expect_scaled(rational_of(largest - 1, largest), "null");
}

Test(rational, a_sum_of_twelfths_is_whole_again)
{
	struct rational sum = rational_of(0, 1);

	for (int i = 0; i < 12; i++)
		sum = rational_add(sum, rational_of(-1099511627777, 12));
	expect_scaled(sum, "-1099511627777");
}

/* Cross products of these need 254 bits, and as floating point each pair is equal. */
Test(rational, order_is_exact_however_large_both_are)
{
	static const struct {
		int128 a[2], b[2];
		int order;
	} cases[] = {
		{ { 1, 2 }, { 2, 4 }, 0 },
		{ { 1, 3 }, { 1, 2 }, -1 },
		{ { -1, 3 }, { -1, 2 }, 1 },
		{ { -7, 3 }, { -2, 1 }, -1 },
		{ { 0, 1 }, { -1, 9 }, 1 },
		{ { 5, 1 }, { 16, 3 }, -1 },
		{ { 17, 3 }, { 5, 1 }, 1 },
	};
	const struct rational below = { .top = largest - 2, .bottom = largest - 1 };
	const struct rational above = { .top = largest - 1, .bottom = largest };

	for (size_t i = 0; i < array_len(cases); i++) {
		const struct rational a = rational_of(cases[i].a[0], cases[i].a[1]);
		const struct rational b = rational_of(cases[i].b[0], cases[i].b[1]);

		cr_expect_eq(rational_order(a, b), cases[i].order, "case %zu", i);
		cr_expect_eq(rational_order(b, a), -cases[i].order, "case %zu", i);
	}
	cr_expect_eq(rational_order(below, above), -1);
	cr_expect_eq(rational_order(above, below), 1);
	cr_expect_eq(rational_order(above, above), 0);
	cr_expect_eq(rational_order(rational_multiply(below, rational_of(-1, 1)),
			     rational_multiply(above, rational_of(-1, 1))),
		1);
}

/* Against whole numbers. */
Test(rational, order_agrees_with_cross_products)
{
	for (int a = -12; a <= 12; a++)
		for (int b = 1; b <= 9; b++)
			for (int c = -12; c <= 12; c++)
				for (int d = 1; d <= 9; d++)
					cr_assert_eq(rational_order(
							     rational_of(a, b), rational_of(c, d)),
						(a * d > c * b) - (a * d < c * b), "%d/%d %d/%d", a,
						b, c, d);
}
