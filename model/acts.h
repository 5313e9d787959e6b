/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What persons asked about reports and what they would show beside them: queries and adjustments,
 * in the order of their entries, each with who said it and when. Nothing here ever enters a cell.
 * Whether an adjustment is shown is asked anew each time, of the report that is then in force. */
#ifndef MODEL_ACTS_H
#define MODEL_ACTS_H

#include "model/decision.h"

/* Who said something, and when. sequence 0: nobody, yet. */
struct act {
	uint64_t sequence;
	uint32_t actor;
	int64_t received; /* wall ms */
};

struct act_query {
	struct act act;
	struct query query;
};

struct act_adjustment {
	struct act proposed, confirmed, ended; /* confirmed only if it was before its end */
	struct adjustment proposal;
};

struct acts;
CHECKED int acts_new(struct acts **ret_acts);
void acts_free(struct acts *acts);
AUTO_DEFINE(acts_free, struct acts *);

/* Records are copied. */
CHECKED int acts_put_query(struct acts *acts, const struct query *query, const struct act *act);
/* A proposal, or the next step of one. ERR_INVALID: a step of no proposal. A step that was taken
 * already, and a confirmation after the end, change nothing. */
CHECKED int acts_put_adjustment(
	struct acts *acts, const struct adjustment *adjustment, const struct act *act);

/* All of them, rising by sequence. Valid until the next put. */
const struct act_query *acts_queries(const struct acts *acts, size_t *ret_count);
const struct act_adjustment *acts_adjustments(const struct acts *acts, size_t *ret_count);
/* By the sequence of its proposal; NULL: there is none. */
const struct act_adjustment *acts_adjustment(const struct acts *acts, uint64_t proposal);

/* Whether it is shown today: confirmed, not ended, its last day not over, and the report in force
 * (sequence_in_force; 0: none) is still the one that it speaks of. */
bool acts_adjustment_active(
	const struct act_adjustment *adjustment, uint64_t sequence_in_force, int32_t today);

#endif
