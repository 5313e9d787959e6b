/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The life of an identity: what a report, a held report and a person's decision make of what is in
 * force and what is held. Pure, and shared by the decider (before the commit) and the index thread
 * (after it): so the tail and the state can never mean different things. */
#ifndef INGESTD_LIFE_H
#define INGESTD_LIFE_H

#include "model/decision.h"
#include "proto/exchange.h"
#include "store/state.h"

/* A revision as it arrives: a report or a withdrawal. */
struct revision {
	uint32_t revision;
	uint64_t sequence;
	struct digest digest;
	bool withdrawn;
	uint32_t actor;
};

/* It comes into force, and what was held is overtaken. */
void life_accept(struct identity *identity, const struct revision *revision);
/* It waits; an earlier held one is overtaken, what is in force stays. */
void life_hold(struct identity *identity, const struct revision *revision);
/* A person's decision on what is held; sequence is the decision's own. */
void life_decide(struct identity *identity, enum decision_kind kind, uint64_t sequence);

/* What a step makes of an adjustment. */
enum adjusted_state life_adjusted(enum adjustment_step step);

/* What a revision is to what is there already. */
enum life {
	LIFE_NEW,
	LIFE_UNCHANGED,  /* it is the one in force */
	LIFE_HELD,       /* it is the one that waits */
	LIFE_RETURNED,   /* … that a person returned */
	LIFE_REFUSED,    /* … that a person rejected */
	LIFE_SUPERSEDED, /* something newer is in force or held */
	LIFE_CONFLICT,   /* the newest number with other bytes */
};
/* ret_first: the sequence that answers for it; 0 if LIFE_NEW or LIFE_CONFLICT. */
enum life life_compare(const struct identity *identity, uint32_t revision,
	const struct digest *digest, uint64_t *ret_first);

#endif
