/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Projections that were made before. One costs milliseconds and depends on nothing but its points,
 * so it never becomes wrong; a newer one takes the place of an older. */
#ifndef AGGREGATOR_PROJECTION_MEMO_H
#define AGGREGATOR_PROJECTION_MEMO_H

#include "base/macros.h"
#include "model/projection.h"

struct projection_memo;

CHECKED int projection_memo_new(struct projection_memo **ret_memo);
void projection_memo_free(struct projection_memo *memo);
AUTO_DEFINE(projection_memo_free, struct projection_memo *);
/* As project(), remembered in the memo, which may be NULL. A project_function of model/judge.h. */
struct projection projection_remembered(
	void *memo, const double *x, const double *y, size_t points, double at);
/* None at all: for whoever only counts. */
struct projection projection_none(
	void *unused, const double *x, const double *y, size_t points, double at);

#endif
