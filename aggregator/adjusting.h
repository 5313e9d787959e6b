/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The adjustments that hold at this moment: differences that two persons put beside a reported
 * figure. Cells never hold them; a view that carries them gives every figure a second time. */
#ifndef AGGREGATOR_ADJUSTING_H
#define AGGREGATOR_ADJUSTING_H

#include "aggregator/view.h"

struct adjusting_line {
	const struct form *form;
	uint32_t period, facility, element, line;
	int64_t delta;     /* in the element's scale */
	uint64_t sequence; /* of the proposal */
};

/* Begins as { 0 }. */
struct adjusting {
	struct adjusting_line *line; /* owned */
	size_t lines;
};

void adjusting_fini(struct adjusting *adjusting);
static inline void adjusting_fini_auto(struct adjusting *adjusting)
{
	adjusting_fini(adjusting);
}
/* Whether the report in force that the proposal speaks of is still there; ret_line: what it
 * adds. */
enum { ADJUSTING_NONE = 1 };
CHECKED int adjusting_line_of(const struct view *view, const struct act_adjustment *adjustment,
	struct adjusting_line *ret_line);
/* Those that are shown on view->today. */
CHECKED int adjusting_load(const struct view *view, struct adjusting *ret_adjusting);

/* The report that the line is about, as it serves in until: in force, of a period that counts, with
 * a figure where the difference belongs. PORT_NONE: there is none, and so nothing to add to. A
 * cell that was left open has no figure to differ from. */
CHECKED int adjusting_report(const struct view *view, const struct adjusting_line *line,
	uint32_t until, struct current_head *ret_head, const uint8_t **ret_values);

#endif
