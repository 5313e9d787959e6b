/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Small numbers: 95 % intervals of counts and proportions, and tests of a change. Exact where an
 * exact method exists; double inside, to about 1e-12 relative (docs/methods.md says what was
 * compared with what). A p below 1e-290 comes out as 0.
 *
 * Sources: F. Garwood, Biometrika 28 (1936) 437-442 (exact Poisson limits through chi-squared);
 * E. B. Wilson, JASA 22 (1927) 209-212; J. Przyborowski and H. Wilenski, Biometrika 31 (1940)
 * 313-323 (two Poisson rates compared by the conditional binomial); R. A. Fisher, Statistical
 * Methods for Research Workers (1934), section 21.02 (exact test of a fourfold table). */
#ifndef MODEL_INTERVAL_H
#define MODEL_INTERVAL_H

#include <stdbool.h>
#include <stdint.h>

enum { PROPORTION_EXACT_TRIALS_MAX = 10 * 1000 * 1000 }; /* both sides together */

struct interval {
	double low, high;
};

/* Of a count's expectation. */
struct interval poisson_interval(uint64_t events);
/* Of the proportion successes / trials, in 0..1; successes <= trials > 0, else both ends are
 * NAN. */
struct interval wilson_interval(uint64_t successes, uint64_t trials);
/* Two-sided p of equal rates, given both counts and exposures > 0: twice the smaller tail of the
 * binomial, at most 1. NAN if an exposure is not a number above 0: nothing was tested. */
double rate_ratio_p(uint64_t events_a, double exposure_a, uint64_t events_b, double exposure_b);
/* Two-sided p of equal means for two estimates with standard errors (normal). Without any error it
 * is 1 for equal estimates and 0 for others; NAN if an error is negative or a number not finite. */
double difference_p(double a, double error_a, double b, double error_b);
/* Two-sided p of equal proportions: Fisher's exact test (the sum over all tables that are no more
 * probable than this one) up to PROPORTION_EXACT_TRIALS_MAX, above it as difference_p with the
 * errors of the pooled proportion. NAN if there are no trials or more successes than trials. */
double proportion_p(
	uint64_t successes_a, uint64_t trials_a, uint64_t successes_b, uint64_t trials_b);

#endif
