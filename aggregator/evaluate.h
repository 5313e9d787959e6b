/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The value of an indicator: cells added up along a plan, exactly, with how much of what should be
 * there is there. A figure that is missing is null, never 0. */
#ifndef AGGREGATOR_EVALUATE_H
#define AGGREGATOR_EVALUATE_H

#include "aggregator/plan.h"

struct side_value {
	struct rational value;
	bool has_data; /* no elements at all, or at least one value for one of them */
	/* facility-periods of the forms that the side reads */
	uint64_t expected, reported, with_value;
	/* those of them to which something is not applicable: not in the three counts above */
	uint64_t inapplicable;
};

struct evaluation {
	struct side_value side[SIDES];
	uint64_t left_out; /* reports with a hole in any term, kept out of both sides */
	bool has_value;
	struct rational value; /* numerator * factor / denominator */
	char mark[MARK_BYTES]; /* the plan's and our own */
};

CHECKED int evaluate(
	const struct view *view, const struct plan *plan, struct evaluation *ret_evaluation);

#endif
