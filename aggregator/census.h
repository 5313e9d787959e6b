/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Who is open and owes a form in a period, counted by area and stratum: one walk over the registry
 * serves every area that is asked for after it. */
#ifndef AGGREGATOR_CENSUS_H
#define AGGREGATOR_CENSUS_H

#include "aggregator/view.h"

struct census_group {
	uint64_t stratum;
	uint32_t area; /* the facilities' own; 0: a free slot */
	uint32_t facilities;
};

struct census;

void census_free(struct census *census);
AUTO_DEFINE(census_free, struct census *);
/* form NULL: whoever is open. */
CHECKED int census_make(const struct view *view, const struct form *form, uint32_t period,
	struct census **ret_census);
bool census_is_of(const struct census *census, const struct form *form, uint32_t period);
/* Some slots are free. */
const struct census_group *census_slots(const struct census *census, size_t *ret_slots);

#endif
