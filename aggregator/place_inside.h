/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What place.c and place_carried.c share. */
#ifndef AGGREGATOR_PLACE_INSIDE_H
#define AGGREGATOR_PLACE_INSIDE_H

#include "aggregator/place.h"

enum { FORMS_OF_ELEMENT_MAX = 16 };

/* One term on its way into the plan. */
struct placing {
	struct plan *plan;
	const struct view *view;
	enum side side;
	uint32_t index;
	const struct element *element;
	/* the forms that were chosen, and their periods in the window */
	const struct form *form[FORMS_OF_ELEMENT_MAX];
	size_t forms;
	uint32_t period[SPAN_MONTHS_MAX];
	int periods;
};

CHECKED int use_add(
	struct placing *placing, const struct form *form, uint32_t period, int weight, int divisor);
/* Reports in the scope, whatever the kind of facility: so both sides of a ratio choose alike. Of an
 * element that does not add up over space only the area's own. */
CHECKED int reported_count(const struct placing *placing, const struct form *form, uint32_t period,
	uint64_t *ret_reported);

/* true: the element is a stock that a yearly form gives and that is carried. */
bool form_carries(const struct form *form, const struct element *element);
/* The element from every form that carries it. */
CHECKED int place_all_carried(struct placing *placing, bool *ret_any);

#endif
