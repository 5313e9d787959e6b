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

static uint64_t hash_doubles(uint64_t hash, const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t bits;

		memcpy(&bits, &values[i], sizeof(bits));
		hash = (hash ^ bits) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
	}
	return hash;
}

static bool holds(
	const struct remembered *place, const double *x, const double *y, size_t points, double at)
{
	return place->points == points && memcmp(place->x, x, points * sizeof(*x)) == 0 &&
	       memcmp(place->y, y, points * sizeof(*y)) == 0 &&
	       memcmp(&place->at, &at, sizeof(at)) == 0;
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
