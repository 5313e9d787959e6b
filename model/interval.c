/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * All exact methods here come down to one thing: a tail of a discrete distribution, summed from the
 * observed value away from the mode. The terms are positive, fall from the first one on and follow
 * from each other by a ratio, so the sum is as exact as its first term; and that one comes from
 * Loader's deviance form, which has no large logarithms to cancel (C. Loader, Fast and Accurate
 * Computation of Binomial Probabilities, 2000). For whole numbers these tails are the regularised
 * incomplete gamma and beta functions: P(n, m) = P(X >= n) of a Poisson, I_p(k, n - k + 1) =
 * P(X >= k) of a binomial variable. */
#include "model/interval.h"

#include <math.h>

static const double NORMAL_975 = 1.959963984540054;
static const double TAIL = 0.025;
static const double TWO_PI = 6.283185307179586;
static const double ROOT_2 = 1.4142135623730951;
static const double NEGLIGIBLE = 1e-18;    /* a term beside the sum so far */
static const double VANISHED = 1e-300;     /* a probability beside the mode's */
static const double SAME = 1 + 1e-9;       /* probabilities this close are a tie */
static const double POISSON_EXACT = 1e8;   /* above: Wilson-Hilferty, 2e-14 relative from there */
static const double BINOMIAL_EXACT = 4e12; /* above: normal; values of a report end below */

/* ln n! less Stirling's main part (n + 1/2) ln n - n + ln(2 pi) / 2, for a whole n > 0. */
static double stirling_rest(double n)
{
	if (n < 16) {
		double factorial = 1;

		for (double i = 2; i <= n; i++)
			factorial *= i;
		return log(factorial) - (n + 0.5) * log(n) + n - 0.5 * log(TWO_PI);
	}
	const double s = 1 / (n * n);

	return (1 / 12.0 - s * (1 / 360.0 - s * (1 / 1260.0 - s * (1 / 1680.0 - s / 1188)))) / n;
}

/* x ln(x / mean) + mean - x without cancellation where both are close. */
static double deviance(double x, double mean)
{
	if (!(fabs(x - mean) < 0.1 * (x + mean)))
		return x * log(x / mean) + mean - x;
	const double v = (x - mean) / (x + mean), square = v * v;
	double sum = (x - mean) * v, power = 2 * x * v;

	for (int i = 3;; i += 2) {
		power *= square;
		if (sum + power / i == sum)
			return sum;
		sum += power / i;
	}
}

static double poisson_mass(double x, double mean)
{
	if (x == 0)
		return exp(-mean);
	return exp(-stirling_rest(x) - deviance(x, mean)) / sqrt(TWO_PI * x);
}

/* Of k successes in n trials; q = 1 - p is handed in because it may be the more exact one. */
static double binomial_mass(double k, double n, double p, double q)
{
	if (k == 0)
		return exp(n * (p < q ? log1p(-p) : log(q)));
	if (k == n)
		return exp(n * (q < p ? log1p(-q) : log(p)));
	return sqrt(n / (TWO_PI * k * (n - k))) *
	       exp(stirling_rest(n) - stirling_rest(k) - stirling_rest(n - k) - deviance(k, n * p) -
		       deviance(n - k, n * q));
}

/* P(X >= n) of a Poisson variable, for mean <= n + 1; as a multiple of the mass at n. */
static double poisson_upper(double n, double mean)
{
	double sum = 1, term = 1;

	for (double i = n + 1; term > NEGLIGIBLE * sum; i++) {
		term *= mean / i;
		sum += term;
	}
	return sum;
}

/* P(X <= n), for mean >= n; likewise. */
static double poisson_lower(double n, double mean)
{
	double sum = 1, term = 1;

	for (double i = n; i > 0 && term > NEGLIGIBLE * sum; i--) {
		term *= i / mean;
		sum += term;
	}
	return sum;
}

/* Wilson and Hilferty's approximation of the quantile of a gamma variable of shape a. */
static double gamma_quantile(double a, double z)
{
	const double root = 1 - 1 / (9 * a) + z / (3 * sqrt(a));

	return a * root * root * root;
}

/* Newton on the logarithm of the tail, which is concave in the mean: from a start this close it
 * needs three or four steps. up: the mean where P(X >= n) is TAIL; else where P(X <= n) is. */
static double poisson_limit(double n, bool up)
{
	double mean = up ? gamma_quantile(n, -NORMAL_975) : gamma_quantile(n + 1, NORMAL_975);

	if (n > POISSON_EXACT)
		return mean;
	for (int i = 0; i < 50; i++) {
		const double mass = poisson_mass(n, mean);
		const double tail = up ? poisson_upper(n, mean) : poisson_lower(n, mean);
		/* d P(X >= n) / d mean = mass(n - 1) = mass(n) n / mean; d P(X <= n) = -mass(n) */
		const double slope = up ? n / mean / tail : -1 / tail;
		const double step = log(mass * tail / TAIL) / slope;

		mean -= step;
		if (fabs(step) <= 4e-16 * mean)
			break;
	}
	return mean;
}

struct interval poisson_interval(uint64_t events)
{
	const double n = (double)events;

	return (struct interval){
		.low = events == 0 ? 0 : poisson_limit(n, true),
		.high = events == 0 ? -log(TAIL) : poisson_limit(n, false),
	};
}

/* The ends are the roots of a quadratic. The greater one is a sum; the smaller one comes from it by
 * the product of the roots, because as a difference it would lose all digits at few successes. */
struct interval wilson_interval(uint64_t successes, uint64_t trials)
{
	const double n = (double)trials, good = (double)successes;
	const double square = NORMAL_975 * NORMAL_975;
	struct interval ret = { NAN, NAN };

	if (trials == 0 || successes > trials)
		return ret;
	const double spread = NORMAL_975 * sqrt(square + 4 * good * (n - good) / n);

	ret.high = (2 * good + square + spread) / (2 * (n + square));
	ret.low = good * (good / n) / ((n + square) * ret.high);
	if (successes == trials)
		ret.high = 1; /* to the last digit, which rounding may miss */
	return ret;
}

static double normal_p(double z)
{
	return erfc(fabs(z) / ROOT_2);
}

/* Twice the smaller tail at k of n with probability p, for k <= n p. */
static double binomial_p(double k, double n, double p, double q)
{
	const double mass = binomial_mass(k, n, p, q);
	double sum = 1, term = 1;

	for (double i = k; i > 0 && term > NEGLIGIBLE * sum; i--) {
		term *= i * q / ((n - i + 1) * p);
		sum += term;
	}
	/* k is not above the mean, so the other tail is never small: no loss by subtracting */
	const double lower = mass * sum, upper = 1 - lower + mass;

	return fmin(1, 2 * fmin(lower, upper));
}

static bool is_exposure(double value)
{
	return isfinite(value) && value > 0;
}

double rate_ratio_p(uint64_t events_a, double exposure_a, uint64_t events_b, double exposure_b)
{
	if (!is_exposure(exposure_a) || !is_exposure(exposure_b) ||
		!isfinite(exposure_a + exposure_b))
		return NAN;
	const double a = (double)events_a, b = (double)events_b, n = a + b;
	const double p = exposure_a / (exposure_a + exposure_b);
	const double q = exposure_b / (exposure_a + exposure_b);

	if (n == 0)
		return 1;
	if (n > BINOMIAL_EXACT)
		return normal_p((a - n * p) / sqrt(n * p * q));
	return a <= n * p ? binomial_p(a, n, p, q) : binomial_p(b, n, q, p);
}

double difference_p(double a, double error_a, double b, double error_b)
{
	const double error = hypot(error_a, error_b);

	if (!isfinite(a) || !isfinite(b) || !isfinite(error) || error_a < 0 || error_b < 0)
		return NAN;
	if (error == 0)
		return a == b ? 1 : 0;
	return normal_p((a - b) / error);
}

/* A fourfold table with its margins held: x of the good ones among the first draws. */
struct fourfold {
	double good, draws, others;
	double low, high, mode; /* of x */
};

static double ratio_up(const struct fourfold *t, double x)
{
	return (t->good - x) * (t->draws - x) / ((x + 1) * (t->others - t->good + x + 1));
}

/* The probability at x over that at the mode; 0 once it has vanished. */
static double relative_mass(const struct fourfold *t, double x)
{
	double mass = 1;

	for (double i = t->mode; i < x && mass > VANISHED; i++)
		mass *= ratio_up(t, i);
	for (double i = t->mode; i > x && mass > VANISHED; i--)
		mass /= ratio_up(t, i - 1);
	return mass > VANISHED ? mass : 0;
}

/* The share of the distribution where the mass is at most that of the observed table. The walks
 * repeat those of relative_mass step by step, so the observed table meets itself exactly; what lies
 * at the same height on the other side of the mode is a tie up to rounding. */
static double fisher_p(const struct fourfold *t, double x)
{
	const double height = relative_mass(t, x) * SAME;
	double all = 0, rare = 0, mass = 1;

	for (double i = t->mode; i <= t->high && mass > VANISHED; i++) {
		all += mass;
		rare += mass <= height ? mass : 0;
		mass *= ratio_up(t, i);
	}
	mass = 1;
	for (double i = t->mode; i > t->low && mass > VANISHED; i--) {
		mass /= ratio_up(t, i - 1);
		all += mass;
		rare += mass <= height ? mass : 0;
	}
	return fmin(1, rare / all);
}

double proportion_p(
	uint64_t successes_a, uint64_t trials_a, uint64_t successes_b, uint64_t trials_b)
{
	if (trials_a == 0 || trials_b == 0 || successes_a > trials_a || successes_b > trials_b)
		return NAN;
	const double n = (double)trials_a, m = (double)trials_b;
	const double good = (double)successes_a + (double)successes_b;

	if (n + m > PROPORTION_EXACT_TRIALS_MAX) {
		const double pooled = good / (n + m), spread = pooled * (1 - pooled);

		return difference_p((double)successes_a / n, sqrt(spread / n),
			(double)successes_b / m, sqrt(spread / m));
	}
	const struct fourfold table = {
		.good = good,
		.draws = n,
		.others = m,
		.low = fmax(0, good - m),
		.high = fmin(good, n),
		.mode = floor((n + 1) * (good + 1) / (n + m + 2)),
	};

	return fisher_p(&table, (double)successes_a);
}
