/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Small numbers: 95 % intervals of counts and proportions, and tests of a change. Exact where an
 * exact method exists; double inside.
 *
 * Sources: F. Garwood, Biometrika 28 (1936) 437-442 (exact Poisson limits through chi-squared);
 * E. B. Wilson, JASA 22 (1927) 209-212; J. Przyborowski and H. Wilenski, Biometrika 31 (1940)
 * 313-323 (two Poisson rates compared by the conditional binomial). */
#ifndef MODEL_INTERVAL_H
#define MODEL_INTERVAL_H

#include <stdbool.h>
#include <stdint.h>

struct interval {
	double low, high;
};

/* Of a count's expectation. */
struct interval poisson_interval(uint64_t events);
/* Of the proportion successes / trials, in 0..1; trials > 0. */
struct interval wilson_interval(uint64_t successes, uint64_t trials);
/* Two-sided p of equal rates, given both counts and exposures > 0: twice the smaller tail of the
 * binomial, at most 1. */
double rate_ratio_p(uint64_t events_a, double exposure_a, uint64_t events_b, double exposure_b);
/* Two-sided p of equal means for two estimates with standard errors (normal). */
double difference_p(double a, double error_a, double b, double error_b);
/* Two-sided p of equal proportions: Fisher's exact test below 10 000 trials, else as
 * difference_p. */
double proportion_p(
	uint64_t successes_a, uint64_t trials_a, uint64_t successes_b, uint64_t trials_b);

#endif
