/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A life table is one walk up the ages (q, l, d) and one walk down (L, T, e and the variance of e).
 * The walk down never divides by l: e = n (1 - q) + a n q + (1 - q) e', so that a band in which
 * everybody dies leaves the ages above it with an expectancy of their own. Only additions of
 * numbers of one sign happen, which is why doubles lose next to nothing here. */
#include "model/lifetable.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static const double RADIX = 100000.0;
static const double NORMAL_975 = 1.959963984540054; /* 97.5 % quantile of the normal */
enum { OPEN = AGE_BANDS - 1, AGE_STEP = 5 };

int age_band_from(int band)
{
	return band < 2 ? band : (band - 1) * AGE_STEP;
}

int age_band_width(int band)
{
	if (band == OPEN)
		return 0;
	return age_band_from(band + 1) - age_band_from(band);
}

struct lifetable_in lifetable_in_default(void)
{
	struct lifetable_in in = { .a = { 0.1, 0.4 } };

	for (int i = 2; i < AGE_BANDS; i++)
		in.a[i] = 0.5;
	return in;
}

static bool is_amount(double value)
{
	return isfinite(value) && value >= 0;
}

static bool is_share(double value)
{
	return is_amount(value) && value <= 1;
}

static bool numbers(const struct lifetable_in *in)
{
	for (int i = 0; i < AGE_BANDS; i++)
		if (!is_amount(in->deaths[i]) || !is_amount(in->population[i]) ||
			!is_share(in->a[i]) || !is_share(in->unreported[i]) ||
			in->unreported[i] == 1)
			return false;
	if (!is_amount(in->births) || !is_amount(in->infant_deaths))
		return false;
	/* more infants cannot die than are born, unreported ones included */
	return in->births == 0 || in->infant_deaths <= in->births * (1 - in->unreported[0]);
}

static enum lifetable_fault fault_of(const struct lifetable_in *in)
{
	double persons = 0;

	if (!numbers(in))
		return LIFETABLE_NOT_NUMBERS;
	for (int i = 0; i < AGE_BANDS; i++)
		persons += in->population[i];
	if (!(persons >= LIFETABLE_POPULATION_MIN))
		return LIFETABLE_SMALL;
	for (int i = 0; i < AGE_BANDS; i++)
		if (in->population[i] == 0 &&
			(i == OPEN || (in->deaths[i] > 0 && !(i == 0 && in->births > 0))))
			return LIFETABLE_NO_PERSONS;
	return in->deaths[OPEN] > 0 ? LIFETABLE_OK : LIFETABLE_NO_DEATH;
}

/* q of a band and its variance q^2 (1 - q) / D, where D are the deaths that were counted: a
 * correction for unreported ones adds no information. Without deaths both are 0. */
static void row_from_rate(const struct lifetable_in *in, int band, struct lifetable_row *ret)
{
	const double n = age_band_width(band), counted = in->deaths[band];

	if (counted == 0)
		return;
	ret->m = counted / (1 - in->unreported[band]) / in->population[band];
	/* above m = 1 / (a n) the formula leaves 0..1: nobody reaches the end of the band */
	ret->q = fmin(1, n * ret->m / (1 + n * (1 - in->a[band]) * ret->m));
	ret->variance_q = ret->q * ret->q * (1 - ret->q) / counted;
}

/* q0 as deaths over births, binomial; m is the rate that would give this q. */
static void row_from_births(const struct lifetable_in *in, struct lifetable_row *ret)
{
	if (in->infant_deaths == 0)
		return;
	ret->q = fmin(1, in->infant_deaths / (1 - in->unreported[0]) / in->births);
	ret->m = ret->q / (1 - (1 - in->a[0]) * ret->q);
	ret->variance_q = ret->q * ret->q * (1 - ret->q) / in->infant_deaths;
}

/* The walk up: rates, probabilities, and who is left of 100 000. */
static void fill_up(const struct lifetable_in *in, struct lifetable_row row[AGE_BANDS])
{
	double left = RADIX;

	for (int i = 0; i < AGE_BANDS; i++) {
		if (i == OPEN) {
			row[i].m = in->deaths[i] / (1 - in->unreported[i]) / in->population[i];
			row[i].q = 1;
		} else if (i == 0 && in->births > 0) {
			row_from_births(in, &row[i]);
		} else {
			row_from_rate(in, i, &row[i]);
		}
		row[i].l = left;
		row[i].d = left * row[i].q;
		left *= 1 - row[i].q;
	}
}

/* The walk down: years lived and years to come. The open group ends it with e = 1 / m, whose
 * variance is 1 / (m^2 D): Chiang himself leaves it out, which is too good for small places. */
static void fill_down(const struct lifetable_in *in, struct lifetable_row row[AGE_BANDS])
{
	row[OPEN].L = row[OPEN].T = row[OPEN].l / row[OPEN].m;
	row[OPEN].e = 1 / row[OPEN].m;
	row[OPEN].variance_e = 1 / (row[OPEN].m * row[OPEN].m * in->deaths[OPEN]);
	for (int i = OPEN - 1; i >= 0; i--) {
		const double n = age_band_width(i), p = 1 - row[i].q;
		const double lost = n * (1 - in->a[i]) + row[i + 1].e; /* by a death in the band */

		row[i].L = n * row[i + 1].l + in->a[i] * n * row[i].d;
		row[i].T = row[i].L + row[i + 1].T;
		row[i].e = n * p + in->a[i] * n * row[i].q + p * row[i + 1].e;
		row[i].variance_e = p * p * row[i + 1].variance_e + lost * lost * row[i].variance_q;
	}
}

enum lifetable_fault lifetable_make(const struct lifetable_in *in, struct lifetable *ret)
{
	const enum lifetable_fault fault = fault_of(in);

	if (fault != LIFETABLE_OK)
		return fault;
	memset(ret, 0, sizeof(*ret));
	fill_up(in, ret->row);
	fill_down(in, ret->row);
	ret->expectancy = ret->row[0].e;
	ret->standard_error = sqrt(ret->row[0].variance_e);
	ret->low = ret->expectancy - NORMAL_975 * ret->standard_error;
	ret->high = ret->expectancy + NORMAL_975 * ret->standard_error;
	return LIFETABLE_OK;
}

/* The five-year band that starts at an exact age; -1: none does. The open one counts: it is where
 * the last five-year band ends. */
static int band_at(int age)
{
	if (age < AGE_STEP || age % AGE_STEP != 0 || age > age_band_from(OPEN))
		return -1;
	return age / AGE_STEP + 1;
}

bool probability_of_dying(const double deaths[AGE_BANDS], const double population[AGE_BANDS],
	int from, int to, double *ret_probability, double *ret_standard_error)
{
	const int first = band_at(from), end = band_at(to);
	double dying = 0, variance = 0;

	if (first < 0 || end <= first)
		return false;
	for (int i = first; i < end; i++)
		if (!is_amount(deaths[i]) || !is_amount(population[i]) || population[i] == 0)
			return false;
	/* Adding band by band keeps small probabilities exact; 1 - prod would cancel. A later band
	 * shrinks what the earlier ones contributed to the variance by its own survival squared. */
	for (int i = first; i < end; i++) {
		const double m = deaths[i] / population[i], half = 1 + 2.5 * m;
		const double q = fmin(1, 5 * m / half);
		const double slope = (1 - dying) * 5 / (half * half); /* dP / dM */

		variance = variance * (1 - q) * (1 - q) +
			   slope * slope * deaths[i] / (population[i] * population[i]);
		dying += (1 - dying) * q;
	}
	*ret_probability = dying;
	*ret_standard_error = sqrt(variance);
	return true;
}

double healthy_expectancy(const struct lifetable *table, const double unhealthy[AGE_BANDS])
{
	double years = 0;

	for (int i = 0; i < AGE_BANDS; i++)
		years += table->row[i].L * (1 - unhealthy[i]);
	return years / RADIX;
}
