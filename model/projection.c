/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The line: its slope is the median of the slopes of all pairs, its height the median of what is
 * left of y. The interval: residuals are drawn in blocks of neighbours, so that what hangs together
 * in time stays together; each draw is fitted anew. Only + - * / and comparisons, in a fixed order:
 * the same bytes everywhere. x is counted from its first value, because slope * 2020 would eat
 * digits that slope * 5 leaves alone. */
#include "model/projection.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { PAIRS_MAX = PROJECTION_POINTS_MAX * (PROJECTION_POINTS_MAX - 1) / 2 };
/* 5 % of the draws lie below the low end or on it, and as many at the other side. */
enum { OUTSIDE = PROJECTION_DRAWS / 20 };

struct series {
	int points;
	double x[PROJECTION_POINTS_MAX]; /* from the first one */
	double y[PROJECTION_POINTS_MAX];
};
struct line {
	double slope, height; /* height: at the first x */
};

static void swap(double *a, double *b)
{
	const double kept = *a;

	*a = *b;
	*b = kept;
}

/* The value that would stand at index k if v were sorted; none greater stands before it then.
 * Hoare's FIND: partition around v[k] until the part that holds k is k alone. */
static double select_nth(double *v, int n, int k)
{
	int from = 0, to = n - 1;

	while (from < to) {
		const double pivot = v[k];
		int i = from, j = to;

		while (i <= j) {
			while (v[i] < pivot)
				i++;
			while (v[j] > pivot)
				j--;
			if (i <= j)
				swap(&v[i++], &v[j--]);
		}
		if (j < k)
			from = i;
		if (k < i)
			to = j;
	}
	return v[k];
}

/* Of an even number: the mean of the two in the middle. Reorders v. */
static double median(double *v, int n)
{
	const double upper = select_nth(v, n, n / 2);
	double lower;

	if (n % 2 == 1)
		return upper;
	lower = v[0];
	for (int i = 1; i < n / 2; i++)
		lower = fmax(lower, v[i]);
	return (lower + upper) / 2;
}

static struct line fit(const struct series *s)
{
	double scratch[PAIRS_MAX];
	int pairs = 0;
	struct line line;

	for (int i = 0; i < s->points; i++)
		for (int j = i + 1; j < s->points; j++)
			scratch[pairs++] = (s->y[j] - s->y[i]) / (s->x[j] - s->x[i]);
	line.slope = median(scratch, pairs);
	for (int i = 0; i < s->points; i++)
		scratch[i] = s->y[i] - line.slope * s->x[i];
	line.height = median(scratch, s->points);
	return line;
}

static double on_line(const struct line *line, double x)
{
	return line->height + line->slope * x;
}

/* FNV-1a, 64 bits, over the bytes of an IEEE 754 double from the lowest to the highest. */
static uint64_t fnv_double(uint64_t hash, double value)
{
	uint64_t bits;

	value += 0.0; /* -0 and 0 are the same data */
	memcpy(&bits, &value, sizeof(bits));
	for (int i = 0; i < 64; i += 8) {
		hash ^= (bits >> i) & 0xff;
		hash *= UINT64_C(1099511628211);
	}
	return hash;
}

static uint64_t seed_of(const double *x, const double *y, size_t points)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < points; i++)
		hash = fnv_double(hash, x[i]);
	for (size_t i = 0; i < points; i++)
		hash = fnv_double(hash, y[i]);
	return hash;
}

/* splitmix64 */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* ceil(n^(1/3)) in whole numbers. */
static int block_length(int n)
{
	int length = 1;

	while (length * length * length < n)
		length++;
	return length;
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void bootstrap(
	const struct series *s, const struct line *line, double at, uint64_t seed, double *values)
{
	const int length = block_length(s->points), starts = s->points - length + 1;
	double residual[PROJECTION_POINTS_MAX];
	struct series drawn = *s;

	for (int i = 0; i < s->points; i++)
		residual[i] = s->y[i] - on_line(line, s->x[i]);
	for (int draw = 0; draw < PROJECTION_DRAWS; draw++) {
		int start = 0;

		for (int i = 0; i < s->points; i++) {
			if (i % length == 0)
				start = (int)(next_random(&seed) % (uint64_t)starts);
			drawn.y[i] = on_line(line, s->x[i]) + residual[start + i % length];
		}
		const struct line again = fit(&drawn);

		values[draw] = on_line(&again, at);
	}
}

static bool is_series(const double *x, const double *y, size_t points)
{
	for (size_t i = 0; i < points; i++)
		if (!isfinite(x[i]) || !isfinite(y[i]) || (i > 0 && x[i] <= x[i - 1]))
			return false;
	return true;
}

struct projection project(const double *x, const double *y, size_t points, double at)
{
	double values[PROJECTION_DRAWS];
	struct series s = { 0 };

	if (points > PROJECTION_POINTS_MAX) {
		x += points - PROJECTION_POINTS_MAX;
		y += points - PROJECTION_POINTS_MAX;
		points = PROJECTION_POINTS_MAX;
	}
	if (points < PROJECTION_POINTS_MIN || !isfinite(at) || !is_series(x, y, points))
		return (struct projection){ 0 };
	s.points = (int)points;
	for (size_t i = 0; i < points; i++) {
		s.x[i] = x[i] - x[0];
		s.y[i] = y[i];
	}
	const struct line line = fit(&s);

	bootstrap(&s, &line, at - x[0], seed_of(x, y, points), values);
	qsort(values, PROJECTION_DRAWS, sizeof(values[0]), compare);
	return (struct projection){
		.there = true,
		.slope = line.slope,
		.value = on_line(&line, at - x[0]),
		.low = values[OUTSIDE - 1],
		.high = values[PROJECTION_DRAWS - OUTSIDE],
	};
}
