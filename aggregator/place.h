/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Places one element term in a plan: which forms give it, in which periods, and how they add up
 * over time. */
#ifndef AGGREGATOR_PLACE_H
#define AGGREGATOR_PLACE_H

#include "aggregator/plan.h"

/* Before the first term: the kind of period that all terms read, if one gives them all. */
CHECKED int place_choose_kind(struct plan *plan, const struct view *view);
/* term: the index of an element term of that side. Adds uses and remarks to the plan. */
CHECKED int place_element(
	struct plan *plan, const struct view *view, enum side side, uint32_t term);

#endif
