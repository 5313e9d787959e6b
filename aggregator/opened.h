/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The newest held report of each identity, from the day it was held to the day somebody decided or
 * something newer came. It changes no figure: what a decision accepts is folded by fold.c like any
 * report. */
#ifndef AGGREGATOR_OPENED_H
#define AGGREGATOR_OPENED_H

#include "model/decision.h"
#include "store/aggregates.h"
#include "store/entry.h"

/* The day on which something of the identity first arrived, if something was ever held; else
 * unchanged. */
CHECKED int opened_arrived(const struct ports *ports, const struct entry *entry, int32_t *day);
/* A held report replaces the one that was held before, whatever became of that. arrived_day: of the
 * identity, as current_head has it. */
CHECKED int opened_hold(const struct ports *ports, const struct entry *entry, int32_t arrived_day);
/* Something newer is in force: what waits need not be decided on. */
CHECKED int opened_supersede(const struct ports *ports, const struct entry *entry);

/* A decision on its way. */
struct opened_decision {
	struct entry held; /* as it was, body included; views into kept */
	struct buffer kept;
	/* private */
	struct open_report report;
};
static inline void opened_decision_fini(struct opened_decision *found)
{
	buffer_fini(&found->kept);
}
static inline void opened_decision_fini_auto(struct opened_decision *found)
{
	opened_decision_fini(found);
}
/* Looks up what the entry (of kind ENTRY_DECISION) decides on; nothing is written. ERR_INVALID: it
 * does not wait. ret_found begins as zeros and is the caller's to end, whatever is returned. */
CHECKED int opened_find(const struct ports *ports, const struct decision *decision,
	uint32_t facility, struct opened_decision *ret_found);
/* Writes the decision down; the body is forgotten. */
CHECKED int opened_decide(const struct ports *ports, const struct entry *entry,
	const struct decision *decision, const struct opened_decision *found);

#endif
