/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Life tables by hand: cases that a person can follow, and what is refused and why. Published
 * tables are followed to all digits by numbers_oracle.py. */
#include "model/lifetable.h"

#include <criterion/criterion.h>
#include <math.h>

#include "base/macros.h"

static bool is_near(double value, double wanted)
{
	return fabs(value - wanted) <= 1e-12 * fmax(1, fabs(wanted));
}
#define expect_near(value, wanted)                                                                 \
	cr_expect(is_near(value, wanted), "%s is %.17g, not %.17g", #value, (double)(value),       \
		(double)(wanted))

enum { LAST = AGE_BANDS - 1 };

/* 10 000 persons in each band, of whom a fiftieth dies. */
static struct lifetable_in town(void)
{
	struct lifetable_in in = lifetable_in_default();

	for (int i = 0; i < AGE_BANDS; i++) {
		in.population[i] = 10000;
		in.deaths[i] = 200;
	}
	return in;
}

static struct lifetable made(const struct lifetable_in *in)
{
	struct lifetable table;

	cr_assert_eq(lifetable_make(in, &table), LIFETABLE_OK);
	return table;
}

Test(lifetable, bands_follow_each_other_without_a_gap)
{
	cr_expect_eq(age_band_from(0), 0);
	cr_expect_eq(age_band_from(1), 1);
	cr_expect_eq(age_band_from(2), 5);
	cr_expect_eq(age_band_from(7), 30);
	cr_expect_eq(age_band_from(LAST), 85);
	cr_expect_eq(age_band_width(1), 4);
	cr_expect_eq(age_band_width(LAST), 0, "open");
	for (int i = 0; i < LAST; i++)
		cr_expect_eq(age_band_from(i) + age_band_width(i), age_band_from(i + 1));
}

Test(lifetable, rates_become_probabilities_by_the_part_of_the_band_that_the_dying_live)
{
	const struct lifetable_in in = town();
	const struct lifetable table = made(&in);

	expect_near(table.row[0].q, 0.02 / (1 + 0.9 * 0.02));
	expect_near(table.row[1].q, 0.08 / (1 + 4 * 0.6 * 0.02));
	expect_near(table.row[2].q, 0.1 / 1.05);
	expect_near(table.row[17].q, 0.1 / 1.05);
	expect_near(table.row[LAST].q, 1);
	expect_near(table.row[LAST].e, 50);
	expect_near(table.row[0].l, 100000);
	expect_near(table.row[0].L, table.row[1].l + 0.1 * table.row[0].d);
	expect_near(table.row[1].L, 4 * table.row[2].l + 4 * 0.4 * table.row[1].d);
	expect_near(table.row[5].variance_q, 0.1 / 1.05 * 0.1 / 1.05 * (1 - 0.1 / 1.05) / 200);
}

Test(lifetable, columns_agree_with_each_other)
{
	struct lifetable_in in = town();
	double dead = 0, lived = 0;

	for (int i = 0; i < AGE_BANDS; i++)
		in.deaths[i] = 10 + 7 * i * i;
	const struct lifetable table = made(&in);

	for (int i = 0; i < AGE_BANDS; i++) {
		const struct lifetable_row *row = &table.row[i];

		dead += row->d;
		lived += row->L;
		expect_near(row->e, row->T / row->l);
		expect_near(row->d, row->l * row->q);
		if (i < LAST)
			expect_near(row->d / row->L, row->m);
	}
	expect_near(dead, 100000.0);
	expect_near(lived, table.row[0].T);
	expect_near(table.expectancy, table.row[0].e);
	expect_near(table.standard_error, sqrt(table.row[0].variance_e));
	expect_near(table.high - table.low, 2 * 1.959963984540054 * table.standard_error);
}

Test(lifetable, a_hundred_times_the_people_leave_a_tenth_of_the_error)
{
	struct lifetable_in in = town();
	const struct lifetable small = made(&in);

	for (int i = 0; i < AGE_BANDS; i++) {
		in.population[i] *= 100;
		in.deaths[i] *= 100;
	}
	const struct lifetable large = made(&in);

	expect_near(large.expectancy, small.expectancy);
	expect_near(large.standard_error, small.standard_error / 10);
}

Test(lifetable, few_deaths_in_the_open_group_widen_the_interval)
{
	struct lifetable_in in = town();
	const struct lifetable many = made(&in);

	in.population[LAST] /= 100;
	in.deaths[LAST] /= 100;
	const struct lifetable few = made(&in);

	expect_near(few.expectancy, many.expectancy);
	expect_near(few.row[LAST].variance_e, 50.0 * 50 / 2);
	cr_expect_gt(few.standard_error, 1.2 * many.standard_error);
}

Test(lifetable, a_band_without_deaths_is_lived_through)
{
	struct lifetable_in in = town();

	in.deaths[4] = 0;
	struct lifetable table = made(&in);
	expect_near(table.row[4].q, 0);
	expect_near(table.row[4].variance_q, 0);
	expect_near(table.row[4].L, 5 * table.row[4].l);
	expect_near(table.row[4].l, table.row[5].l);
	in.population[4] = 0;
	const struct lifetable nobody = made(&in);
	expect_near(nobody.expectancy, table.expectancy);
}

Test(lifetable, a_band_in_which_everybody_dies_ends_the_table)
{
	struct lifetable_in in = town();

	in.deaths[17] = 6000; /* 5 * 0.6 / (1 + 2.5 * 0.6) would be 1.2 */
	const struct lifetable table = made(&in);
	expect_near(table.row[17].q, 1);
	expect_near(table.row[LAST].l, 0);
	expect_near(table.row[LAST].e, 50);
	expect_near(table.row[17].e, 2.5);
	cr_expect(isfinite(table.expectancy) && isfinite(table.standard_error));
}

Test(lifetable, unreported_deaths_count_but_tell_nothing)
{
	struct lifetable_in in = town(), twice = town();

	for (int i = 0; i < AGE_BANDS; i++) {
		in.unreported[i] = 0.5;
		twice.deaths[i] = 400;
	}
	const struct lifetable corrected = made(&in), reported = made(&twice);

	for (int i = 0; i < AGE_BANDS; i++)
		expect_near(corrected.row[i].l, reported.row[i].l);
	expect_near(corrected.expectancy, reported.expectancy);
	expect_near(corrected.standard_error, reported.standard_error * sqrt(2));
}

Test(lifetable, q0_comes_from_births_where_they_are_given)
{
	struct lifetable_in in = town();

	in.births = 1000;
	in.infant_deaths = 8;
	in.deaths[0] = 12345; /* of no account now, nor is the population */
	in.population[0] = 0;
	const struct lifetable table = made(&in);
	expect_near(table.row[0].q, 0.008);
	expect_near(table.row[0].variance_q, 0.008 * 0.992 / 1000);
	expect_near(table.row[0].m, table.row[0].d / table.row[0].L);
	in.unreported[0] = 0.2;
	const struct lifetable corrected = made(&in);
	expect_near(corrected.row[0].q, 0.01);
	in.infant_deaths = 0;
	const struct lifetable none = made(&in);
	expect_near(none.row[0].q, 0);
}

Test(lifetable, what_would_mislead_is_refused_with_its_reason)
{
	static const double bad[] = { -1, NAN, INFINITY };
	struct lifetable table = { .expectancy = 7 };
	struct lifetable_in in;

	for (size_t i = 0; i < array_len(bad); i++) {
		in = town();
		in.deaths[3] = bad[i];
		cr_expect_eq(lifetable_make(&in, &table), LIFETABLE_NOT_NUMBERS);
		in = town();
		in.population[3] = bad[i];
		cr_expect_eq(lifetable_make(&in, &table), LIFETABLE_NOT_NUMBERS);
		in = town();
		in.births = bad[i];
		cr_expect_eq(lifetable_make(&in, &table), LIFETABLE_NOT_NUMBERS);
		in = town();
		in.unreported[0] = bad[i];
		cr_expect_eq(lifetable_make(&in, &table), LIFETABLE_NOT_NUMBERS);
	}
	in = town();
	in.unreported[2] = 1;
	cr_expect_eq(lifetable_make(&in, &table), LIFETABLE_NOT_NUMBERS);
	in = town();
	in.a[0] = 1.5;
	cr_expect_eq(lifetable_make(&in, &table), LIFETABLE_NOT_NUMBERS);
	in = town();
	in.births = 10;
	in.infant_deaths = 11;
	cr_expect_eq(lifetable_make(&in, &table), LIFETABLE_NOT_NUMBERS, "more die than are born");
	in = town();
	in.deaths[LAST] = 0;
	cr_expect_eq(lifetable_make(&in, &table), LIFETABLE_NO_DEATH);
	in.population[LAST] = 0;
	cr_expect_eq(lifetable_make(&in, &table), LIFETABLE_NO_PERSONS);
	in = town();
	in.population[6] = 0;
	cr_expect_eq(lifetable_make(&in, &table), LIFETABLE_NO_PERSONS, "deaths of nobody");
	cr_expect_eq(table.expectancy, 7, "left alone by every refusal");
}

Test(lifetable, small_places_have_none)
{
	struct lifetable_in in = lifetable_in_default();
	struct lifetable table;

	for (int i = 0; i < AGE_BANDS; i++) {
		in.population[i] = 263;
		in.deaths[i] = 5;
	}
	cr_expect_eq(lifetable_make(&in, &table), LIFETABLE_SMALL, "4 997 person-years");
	in.population[3] += 3;
	cr_expect_eq(lifetable_make(&in, &table), LIFETABLE_OK, "5 000");
}

Test(dying, is_the_chance_to_miss_the_later_age)
{
	const struct lifetable_in in = town();
	const double q = 0.1 / 1.05;
	double p, error;

	cr_assert(probability_of_dying(in.deaths, in.population, 30, 70, &p, &error));
	expect_near(p, 1 - pow(1 - q, 8));
	/* each band: d ln(1 - q) / dM = -4.7619 / (1 - q) at M = 0.02, var M = 0.02 / 10 000 */
	expect_near(error, pow(1 - q, 7) * 5 / (1.05 * 1.05) * sqrt(8 * 0.02 / 10000));
	cr_assert(probability_of_dying(in.deaths, in.population, 80, 85, &p, &error));
	expect_near(p, q);
}

Test(dying, keeps_small_chances_exact)
{
	struct lifetable_in in = town();
	double p, error;

	for (int i = 0; i < AGE_BANDS; i++) {
		in.population[i] = 1e15;
		in.deaths[i] = i == 8 ? 1 : 0;
	}
	cr_assert(probability_of_dying(in.deaths, in.population, 30, 70, &p, &error));
	cr_expect(fabs(p / 5e-15 - 1) < 1e-12, "%.17g", p);
	cr_expect(fabs(error / 5e-15 - 1) < 1e-12, "%.17g", error);
}

Test(dying, knows_none_and_all)
{
	struct lifetable_in in = town();
	double p, error;

	for (int i = 0; i < AGE_BANDS; i++)
		in.deaths[i] = 0;
	cr_assert(probability_of_dying(in.deaths, in.population, 30, 70, &p, &error));
	cr_expect_eq(p, 0);
	cr_expect_eq(error, 0);
	in.deaths[9] = 9000;
	cr_assert(probability_of_dying(in.deaths, in.population, 30, 70, &p, &error));
	cr_expect_eq(p, 1);
}

Test(dying, refuses_what_it_cannot_know)
{
	static const struct {
		int from, to;
	} ages[] = { { 30, 30 }, { 70, 30 }, { 31, 70 }, { 30, 69 }, { 0, 70 }, { 30, 90 },
		{ -5, 70 } };
	struct lifetable_in in = town();
	double p = 7, error = 7;

	for (size_t i = 0; i < array_len(ages); i++)
		cr_expect_not(probability_of_dying(
			in.deaths, in.population, ages[i].from, ages[i].to, &p, &error));
	in.population[6] = 0; /* 25-29: not asked for */
	cr_expect(probability_of_dying(in.deaths, in.population, 30, 70, &p, &error));
	p = error = 7;
	in.population[14] = 0;
	cr_expect_not(probability_of_dying(in.deaths, in.population, 30, 70, &p, &error));
	in.population[14] = 10000;
	in.deaths[7] = -1;
	cr_expect_not(probability_of_dying(in.deaths, in.population, 30, 70, &p, &error));
	cr_expect(p == 7 && error == 7, "left alone by every refusal");
}

Test(healthy, years_are_the_healthy_part_of_the_years)
{
	const struct lifetable_in in = town();
	const struct lifetable table = made(&in);
	double unhealthy[AGE_BANDS] = { 0 };

	expect_near(healthy_expectancy(&table, unhealthy), table.expectancy);
	unhealthy[LAST] = 1;
	expect_near(healthy_expectancy(&table, unhealthy),
		table.expectancy - table.row[LAST].L / 100000);
	for (int i = 0; i < AGE_BANDS; i++)
		unhealthy[i] = 0.25;
	expect_near(healthy_expectancy(&table, unhealthy), 0.75 * table.expectancy);
}
