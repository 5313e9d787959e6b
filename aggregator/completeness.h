/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * How much of what a figure rests on is there: by reports, and by volume, which weighs a facility
 * by what it reported in the same period of last year. */
#ifndef AGGREGATOR_COMPLETENESS_H
#define AGGREGATOR_COMPLETENESS_H

#include "aggregator/plan.h"

/* Shares, 0..1; 1 where nothing is expected. Forms that are weighed by the same element are taken
 * together; of several such elements the least complete decides. */
struct completeness {
	double reports, volume;
};

CHECKED int completeness_of(
	const struct view *view, const struct plan *plan, struct completeness *ret_completeness);

#endif
