/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Where a series goes: lines that can be drawn by hand. Slopes, heights and intervals of published
 * series are compared with exact fractions by numbers_oracle.py. */
#include "model/projection.h"

#include <criterion/criterion.h>
#include <math.h>

#include "base/macros.h"

static const double YEARS[] = { 2015, 2016, 2017, 2018, 2019, 2020, 2021 };

static bool is_near(double value, double wanted)
{
	return fabs(value - wanted) <= 1e-12 * fmax(1, fabs(wanted));
}
#define expect_near(value, wanted)                                                                 \
	cr_expect(is_near(value, wanted), "%s is %.17g, not %.17g", #value, (double)(value),       \
		(double)(wanted))

Test(projection, of_a_straight_line_is_the_line)
{
	static const double y[] = { 1, 3, 5, 7, 9, 11, 13 };
	const struct projection p = project(YEARS, y, 7, 2025);

	cr_assert(p.there);
	expect_near(p.slope, 2);
	expect_near(p.value, 21);
	expect_near(p.low, 21);
	expect_near(p.high, 21);
}

Test(projection, of_a_constant_is_the_constant)
{
	static const double y[] = { 4, 4, 4, 4 };
	const struct projection p = project(YEARS, y, 4, 2030);

	cr_assert(p.there);
	cr_expect(p.slope == 0 && p.value == 4 && p.low == 4 && p.high == 4);
}

/* Slopes of 0 0 3 3: 0 1.5 1 3 1.5 0, sorted 0 0 1 1.5 1.5 3: 1.25. Heights: 0 -1.25 .5 -.75. */
Test(projection, takes_the_mean_of_two_slopes_in_the_middle)
{
	static const double y[] = { 0, 0, 3, 3 };
	const struct projection p = project(YEARS, y, 4, 2018);

	cr_assert(p.there);
	expect_near(p.slope, 1.25);
	expect_near(p.value, -0.375 + 3 * 1.25);
	cr_expect(p.low < p.value && p.value < p.high);
}

Test(projection, stands_an_outlier)
{
	static const double y[] = { 1, 3, 5, 7000, 9, 11, 13 };
	const struct projection p = project(YEARS, y, 7, 2022);

	cr_assert(p.there);
	expect_near(p.slope, 2);
	expect_near(p.value, 15);
}

Test(projection, knows_years_that_are_missing)
{
	static const double x[] = { 2010, 2011, 2015, 2020 }, y[] = { 10, 11, 15, 20 };
	const struct projection p = project(x, y, 4, 2025);

	cr_assert(p.there);
	expect_near(p.slope, 1);
	expect_near(p.value, 25);
}

Test(projection, is_the_same_every_time)
{
	static const double y[] = { 5, 4, 6, 3, 7, 2, 8 };
	const struct projection a = project(YEARS, y, 7, 2025), b = project(YEARS, y, 7, 2025);

	cr_assert(a.there && b.there);
	cr_expect(a.low == b.low && a.high == b.high && a.value == b.value);
	cr_expect(a.low <= a.value && a.value <= a.high && a.low < a.high);
}

Test(projection, takes_both_zeros_for_one)
{
	static const double plus[] = { 0.0, 4, 6, 3, 7 }, minus[] = { -0.0, 4, 6, 3, 7 };
	const struct projection a = project(YEARS, plus, 5, 2025);
	const struct projection b = project(YEARS, minus, 5, 2025);

	cr_expect(a.low == b.low && a.high == b.high);
}

Test(projection, is_less_certain_further_ahead)
{
	static const double y[] = { 5.13, 4.82, 5.61, 5.37, 6.24, 5.96, 6.55 };
	const struct projection near = project(YEARS, y, 7, 2022);
	const struct projection far = project(YEARS, y, 7, 2032);

	cr_assert(near.there && far.there);
	cr_expect_gt(far.high - far.low, 1.5 * (near.high - near.low));
	cr_expect(near.low < near.value && near.value < near.high);
}

Test(projection, needs_four_points_of_a_rising_series)
{
	static const double back[] = { 2015, 2017, 2016, 2018 },
			    twice[] = { 2015, 2015, 2016, 2017 };
	static const double y[] = { 1, 2, 3, 5 }, hole[] = { 1, NAN, 3, 4 };
	const struct projection p = project(YEARS, y, 3, 2020);

	cr_expect_not(p.there);
	cr_expect(p.slope == 0 && p.value == 0 && p.low == 0 && p.high == 0);
	cr_expect_not(project(YEARS, y, 0, 2020).there);
	cr_expect_not(project(back, y, 4, 2020).there);
	cr_expect_not(project(twice, y, 4, 2020).there);
	cr_expect_not(project(YEARS, hole, 4, 2020).there);
	cr_expect_not(project(YEARS, y, 4, INFINITY).there);
	cr_expect(project(YEARS, y, 4, 2020).there);
}

Test(projection, of_a_long_series_reads_its_end)
{
	enum { POINTS = PROJECTION_POINTS_MAX + 6 };
	double x[POINTS], y[POINTS];

	for (int i = 0; i < POINTS; i++) {
		x[i] = i;
		y[i] = i < 6 ? 1000 : 3.0 * i + (i % 5);
	}
	const struct projection whole = project(x, y, POINTS, 100);
	const struct projection end = project(x + 6, y + 6, PROJECTION_POINTS_MAX, 100);

	cr_assert(whole.there && end.there);
	cr_expect(whole.value == end.value && whole.low == end.low && whole.high == end.high);
}
