/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A table by hash, one place per hash; what stands there is compared whole before it is used. */
#include "aggregator/projection_memo.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

enum { PLACES = 2048 };

struct remembered {
	size_t points; /* 0: empty */
	double x[PROJECTION_POINTS_MAX], y[PROJECTION_POINTS_MAX], at;
	struct projection projection;
};

struct projection_memo {
	struct remembered place[PLACES];
};

int projection_memo_new(struct projection_memo **ret_memo)
{
	struct projection_memo *memo = calloc(1, sizeof(*memo));

	if (!memo)
		return err_here(ERR_NOMEM, "cannot allocate a memory for projections");
	*ret_memo = memo;
	return 0;
}

void projection_memo_free(struct projection_memo *memo)
{
	free(memo);
}

static uint64_t bits_of(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

static uint64_t hash_doubles(uint64_t hash, const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		hash = (hash ^ bits_of(values[i])) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
	}
	return hash;
}

/* By their bits: what was remembered is the answer to the same bytes. */
static bool same(const double *a, const double *b, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (bits_of(a[i]) != bits_of(b[i]))
			return false;
	return true;
}

static bool holds(
	const struct remembered *place, const double *x, const double *y, size_t points, double at)
{
	return place->points == points && same(place->x, x, points) && same(place->y, y, points) &&
	       same(&place->at, &at, 1);
}

struct projection projection_remembered(
	void *memo, const double *x, const double *y, size_t points, double at)
{
	struct projection_memo *table = memo;
	struct remembered *place;
	uint64_t hash;

	if (!table || points < PROJECTION_POINTS_MIN || points > PROJECTION_POINTS_MAX)
		return project(x, y, points, at);
	hash = hash_doubles(hash_doubles(hash_doubles(points, x, points), y, points), &at, 1);
	place = &table->place[hash % PLACES];
	if (holds(place, x, y, points, at))
		return place->projection;
	place->points = points;
	memcpy(place->x, x, points * sizeof(*x));
	memcpy(place->y, y, points * sizeof(*y));
	place->at = at;
	place->projection = project(x, y, points, at);
	return place->projection;
}

struct projection projection_none(
	void *unused, const double *x, const double *y, size_t points, double at)
{
	(void)unused, (void)x, (void)y, (void)points, (void)at;
	return (struct projection){ .there = false };
}
