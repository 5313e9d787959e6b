/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One held report as the questions about it see it, from the journal's own bytes: shared by
 * held*.c and impact.c. */
#ifndef AGGREGATOR_HELD_H
#define AGGREGATOR_HELD_H

#include "aggregator/verb.h"

struct held {
	struct buffer buffer; /* of the entry; owned */
	struct entry entry;
	const struct form *form;
	const struct facility *facility;
	uint32_t area;         /* where the facility is in that period */
	bool newest;           /* no later one of the identity was held */
	struct open_head open; /* of the newest */
	bool in_force;
	struct current_head current;
	/* of the question's arena: valid until another is decoded */
	const struct finding *finding;
	size_t findings;
};

/* Argument "sequence". VERB_REFUSED: it is no held report. */
CHECKED int argument_held(struct asking *asking, struct held *ret_held);
void held_fini(struct held *held);
static inline void held_fini_auto(struct held *held)
{
	held_fini(held);
}
/* "waiting", "accepted" …; "replaced": a later one of the identity was held. */
const char *held_state_name(const struct held *held);
/* Where the facility was in the period; 0: unknown. */
uint32_t facility_area(const struct facility *facility, uint32_t period);
/* The reason's code; null for 0 and for what the catalogue no longer has. */
void cell_reason(struct asking *asking, uint32_t id);

/* What every table of held reports begins with: whose it is, and how it stands. */
struct held_head {
	uint64_t sequence;
	const struct facility *facility; /* NULL: no longer known; the form too */
	uint32_t area;                   /* 0: unknown */
	const struct form *form;
	uint32_t period, revision;
	uint64_t received; /* wall ms */
	uint32_t actor;
	const char *state;
};
/* Its columns, and its cells, one for each column. */
enum { HELD_COLUMNS = 13 };
CHECKED int columns_held(struct asking *asking);
void cells_held(struct asking *asking, const struct held_head *head);

#endif
