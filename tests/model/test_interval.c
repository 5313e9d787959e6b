/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Small numbers: values that stand in books, the equations that define the limits, and the edges.
 * All digits are compared with other methods by numbers_oracle.py. */
#include "model/interval.h"

#include <criterion/criterion.h>
#include <math.h>

#include "base/macros.h"

static bool is_about(double value, double wanted, double relative)
{
	return fabs(value - wanted) <= relative * fabs(wanted);
}
#define expect_about(value, wanted, relative)                                                      \
	cr_expect(is_about(value, wanted, relative), "%s is %.17g, not %.17g", #value,             \
		(double)(value), (double)(wanted))

/* P(X <= k) of a Poisson variable, term by term from 0. */
static double at_most(int k, double mean)
{
	double term = exp(-mean), sum = term;

	for (int i = 1; i <= k; i++) {
		term *= mean / i;
		sum += term;
	}
	return sum;
}

Test(poisson, limits_leave_a_fortieth_at_each_side)
{
	for (int n = 1; n <= 300; n++) {
		const struct interval i = poisson_interval((uint64_t)n);

		expect_about(1 - at_most(n - 1, i.low), 0.025, 1e-11);
		expect_about(at_most(n, i.high), 0.025, 1e-11);
		cr_expect(i.low < n && n < i.high);
	}
}

Test(poisson, no_event_has_a_limit_too)
{
	const struct interval i = poisson_interval(0);

	cr_expect_eq(i.low, 0);
	expect_about(i.high, 3.6888794541139363, 1e-15);
}

Test(poisson, limits_grow_with_the_count)
{
	struct interval before = poisson_interval(0);

	for (uint64_t n = 1; n < 100000; n += 1 + n / 50) {
		const struct interval i = poisson_interval(n);

		cr_expect(i.low > before.low && i.high > before.high, "%u", (unsigned)n);
		before = i;
	}
}

/* Where the exact method hands over to the approximation nothing may jump. */
Test(poisson, limits_of_great_counts_go_on_without_a_step)
{
	const struct interval exact = poisson_interval(100000000);
	const struct interval next = poisson_interval(100000001);

	expect_about(next.low - exact.low, 1, 2e-4);
	expect_about(next.high - exact.high, 1, 2e-4);
}

Test(wilson, limits_are_where_the_score_is_the_quantile)
{
	static const uint64_t trials[] = { 1, 2, 29, 148, 36300, 4000000000 };
	const double z = 1.959963984540054;

	for (size_t t = 0; t < array_len(trials); t++)
		for (uint64_t s = 1; s < trials[t]; s = s * 3 + 1) {
			const struct interval i = wilson_interval(s, trials[t]);
			const double n = (double)trials[t], share = (double)s / n;

			expect_about(share - i.low, z * sqrt(i.low * (1 - i.low) / n), 1e-9);
			expect_about(i.high - share, z * sqrt(i.high * (1 - i.high) / n), 1e-9);
		}
}

Test(wilson, none_and_all_mirror_each_other)
{
	const struct interval none = wilson_interval(0, 20), all = wilson_interval(20, 20);

	cr_expect_eq(none.low, 0);
	cr_expect_eq(all.high, 1);
	expect_about(none.high, 0.16112515805281940, 1e-15);
	expect_about(all.low, 1 - none.high, 1e-15);
}

Test(wilson, no_proportion_has_no_interval)
{
	cr_expect(isnan(wilson_interval(0, 0).low) && isnan(wilson_interval(0, 0).high));
	cr_expect(isnan(wilson_interval(3, 2).low) && isnan(wilson_interval(3, 2).high));
}

Test(rate_ratio, deaths_of_2015_and_2020)
{
	/* infants: more beyond chance; mothers: two deaths in both years tell nothing */
	expect_about(rate_ratio_p(139, 63617, 107, 36300), 0.024490255707686381, 1e-12);
	expect_about(rate_ratio_p(2, 63617, 2, 36300), 0.92115796494179109, 1e-12);
	expect_about(rate_ratio_p(160, 63617, 166, 36300), 1.0670114801571198e-7, 1e-12);
}

Test(rate_ratio, is_twice_the_smaller_tail)
{
	expect_about(rate_ratio_p(0, 1, 5, 1), 2.0 / 32, 1e-14);
	expect_about(rate_ratio_p(1, 1, 5, 1), 2.0 * 7 / 64, 1e-14);
	expect_about(rate_ratio_p(2, 1, 0, 3), 2 * 1.0 / 16, 1e-14);
	expect_about(rate_ratio_p(0, 3, 2, 1), 2 * 1.0 / 16, 1e-14);
	cr_expect_eq(rate_ratio_p(3, 1, 3, 1), 1, "both tails are above a half");
	cr_expect_eq(rate_ratio_p(0, 5, 0, 7), 1, "nothing happened");
}

Test(rate_ratio, does_not_care_who_is_named_first)
{
	for (uint64_t a = 0; a < 60; a += 7)
		for (uint64_t b = 0; b < 60; b += 5)
			expect_about(
				rate_ratio_p(a, 12.5, b, 99), rate_ratio_p(b, 99, a, 12.5), 1e-13);
}

Test(rate_ratio, needs_exposures)
{
	static const double bad[] = { 0, -1, NAN, INFINITY };

	for (size_t i = 0; i < array_len(bad); i++) {
		cr_expect(isnan(rate_ratio_p(1, bad[i], 2, 10)));
		cr_expect(isnan(rate_ratio_p(1, 10, 2, bad[i])));
	}
}

Test(rate_ratio, great_counts_come_near_the_normal)
{
	/* 3 standard errors of a difference, and half a step for the whole numbers */
	const double p = rate_ratio_p(1000000000, 1, 1000134164, 1);
	const double z = (134164 - 1) / sqrt(2000134164.0);

	expect_about(p, erfc(z / sqrt(2)), 1e-6);
}

Test(difference, is_normal)
{
	expect_about(difference_p(1.959963984540054, 1, 0, 0), 0.05, 1e-14);
	expect_about(difference_p(0, 3, 5 * 2.5758293035489004, 4), 0.01, 1e-13);
	cr_expect_eq(difference_p(4, 1, 4, 2), 1);
	cr_expect_eq(difference_p(4, 0, 4, 0), 1, "the same without doubt");
	cr_expect_eq(difference_p(4, 0, 5, 0), 0, "another without doubt");
	cr_expect(isnan(difference_p(4, -1, 5, 1)));
	cr_expect(isnan(difference_p(4, 1, 5, NAN)));
	cr_expect(isnan(difference_p(INFINITY, 1, 5, 1)));
}

Test(proportion, is_fishers_test)
{
	expect_about(proportion_p(2, 17, 10, 13), 0.00053672411914343580, 1e-13); /* twins */
	expect_about(proportion_p(3, 4, 1, 4), 34.0 / 70, 1e-13);                 /* tea */
	expect_about(proportion_p(139, 63617, 107, 36300), 0.020235366424489231, 1e-11);
	cr_expect_eq(proportion_p(0, 20, 1, 29), 1);
	cr_expect_eq(proportion_p(0, 20, 0, 29), 1, "no success anywhere");
	cr_expect_eq(proportion_p(20, 20, 29, 29), 1, "no failure anywhere");
}

/* Of equal trials the other side of the mode has tables that are exactly as probable. */
Test(proportion, counts_ties_at_the_other_side)
{
	expect_about(proportion_p(0, 10, 4, 10), 2 * 210.0 / 4845, 1e-13);
	expect_about(proportion_p(200, 5000, 260, 5000), proportion_p(260, 5000, 200, 5000), 1e-12);
}

Test(proportion, goes_on_as_normal_without_a_jump)
{
	const double exact = proportion_p(1250000, 5000000, 1251500, 5000000);
	const double normal = proportion_p(1250000, 5000000, 1251500, 5000001);

	expect_about(normal, exact, 2e-3);
	expect_about(normal, 0.2733, 1e-3);
}

Test(proportion, needs_trials)
{
	cr_expect(isnan(proportion_p(0, 0, 1, 2)));
	cr_expect(isnan(proportion_p(1, 2, 0, 0)));
	cr_expect(isnan(proportion_p(3, 2, 0, 5)));
	cr_expect(isnan(proportion_p(0, 5, 3, 2)));
}
