/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Abridged life tables after Chiang, the probability of dying between two exact ages, and healthy
 * life expectancy after Sullivan. Pure functions over 19 age bands: 0, 1-4, 5-9, …, 80-84, 85+.
 * They work in double; their inputs are exact integers. The formulas stand in docs/methods.md.
 *
 * Sources: C. L. Chiang, The Life Table and its Applications (1984), chapters 6 and 7 (q and its
 * variance); P. B. S. Silcocks, D. A. Jenner, R. Reza, J Epidemiol Community Health 55 (2001) 38-43
 * (variance of the open group); WHO indicator "Probability of dying between exact ages 30 and 70
 * from any of cardiovascular disease, cancer, diabetes or chronic respiratory disease" (SDG 3.4.1);
 * D. F. Sullivan, HSMHA Health Reports 86 (1971) 347-354. */
#ifndef MODEL_LIFETABLE_H
#define MODEL_LIFETABLE_H

#include <stdbool.h>

#include "base/macros.h"

enum { AGE_BANDS = 19 };
#define LIFETABLE_POPULATION_MIN 5000.0 /* person-years; below, no life expectancy is shown */

/* First exact age of a band. */
int age_band_from(int band);
/* Width of a band in years; 0: open. */
int age_band_width(int band);

struct lifetable_in {
	double deaths[AGE_BANDS];     /* in the window */
	double population[AGE_BANDS]; /* person-years in the window */
	/* Mean part of the interval lived by those who die in it, 0..1: what plans use is a[0] =
	 * a0, a[1] = a1-4 and 0.5 elsewhere; published tables with other fractions can be followed.
	 * That of the open group is not read: it follows from its rate. */
	double a[AGE_BANDS];
	/* q0 = infant deaths / births if births > 0, else from rates */
	double births, infant_deaths;
	/* share of deaths that were not reported, by band, 0 <= u < 1: deaths are divided by 1 -
	 * u (infant deaths by that of band 0) */
	double unreported[AGE_BANDS];
};
/* a0 = 0.1, a1-4 = 0.4, 0.5 elsewhere, nothing else set. */
struct lifetable_in lifetable_in_default(void);

struct lifetable_row {
	double m, q, l, d, L, T, e; /* l of 100 000 */
	double variance_q, variance_e;
};
enum lifetable_fault {
	LIFETABLE_OK,
	LIFETABLE_SMALL,       /* fewer than LIFETABLE_POPULATION_MIN person-years */
	LIFETABLE_NO_DEATH,    /* none in the open group */
	LIFETABLE_NO_PERSONS,  /* a band with deaths, or the open one, without population */
	LIFETABLE_NOT_NUMBERS, /* negative, not finite, or outside 0..1 where that is asked */
};
struct lifetable {
	struct lifetable_row row[AGE_BANDS];
	double expectancy, standard_error; /* at birth */
	double low, high;                  /* 95 % */
};
/* A positive result is the reason why there is none; the first that holds of: not numbers, small,
 * no persons, no death. A band with neither deaths nor persons counts as one in which nobody
 * dies. */
CHECKED enum lifetable_fault lifetable_make(const struct lifetable_in *in, struct lifetable *ret);

/* 1 - prod (1 - 5 M / (1 + 2.5 M)) over the five-year bands from exact age from to exact age to,
 * in 0..1; variance by the delta method from Poisson deaths. false: a band without population, a
 * number that is negative or not finite, or ages that are not edges of five-year bands. */
CHECKED bool probability_of_dying(const double deaths[AGE_BANDS],
	const double population[AGE_BANDS], int from, int to, double *ret_probability,
	double *ret_standard_error);

/* Sullivan: L weighted by 1 - unhealthy[band] (0..1). Of a table that was made. */
double healthy_expectancy(const struct lifetable *table, const double unhealthy[AGE_BANDS]);

#endif
