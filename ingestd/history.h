/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What senders remember of the journal, held against it. A sender's newest receipt is a place and
 * the chain hash there: if the journal has another one, or ends before, somebody has changed it or
 * put it back by hand. The key is then under suspicion until an administrator decides; what he
 * decided on no longer counts against the journal. Where `restore` resumed the journal in a new
 * epoch, what came after that point is lost and declared to be.
 *
 * Suspicions and decisions are entries of the journal, so they outlive a restart; this is what they
 * come to. It knows nothing of storage: the caller looks chains up. */
#ifndef INGESTD_HISTORY_H
#define INGESTD_HISTORY_H

#include "proto/query.h"
#include "store/journal.h"

struct history;

/* Why a key is under suspicion. */
struct suspicion {
	struct position at; /* what it remembers */
	uint64_t sequence;  /* of the entry that says so */
};

enum history_judgement {
	HISTORY_AGREES = 1,
	HISTORY_LOST,    /* declared: it lies beyond the point at which its epoch ended */
	HISTORY_SETTLED, /* it differs, and an administrator has decided that it does not count */
	HISTORY_DIFFERS
};

/* The chain hash of a durable entry, 1 .. the durable head; PORT_NONE: there is none. */
typedef int history_chain(void *ctx, uint64_t sequence, struct digest *ret_chain);

/* epoch: the journal's present one. */
CHECKED int history_new(const uint8_t epoch[EPOCH_BYTES], struct history **ret_history);
void history_free(struct history *history);
AUTO_DEFINE(history_free, struct history *);

/* The entry with that sequence says `restored`: up to it this journal was of another epoch. In
 * order, and before anything is settled. */
CHECKED int history_add_life(
	struct history *history, const uint8_t epoch[EPOCH_BYTES], uint64_t sequence);
/* The key (its number in the registry) remembers what this journal does not have. A first suspicion
 * stands. */
CHECKED int history_suspect(
	struct history *history, uint32_t key, const struct position *at, uint64_t sequence);
/* An administrator: this no longer counts, nor what lies before it in its epoch. Key 0: whoever
 * remembers it; and an epoch that this journal never had is then given up as a whole. Suspicions
 * that rest on it end. */
CHECKED int history_settle(struct history *history, uint32_t key, const struct position *at);

/* NULL: the key is not under suspicion. */
const struct suspicion *history_suspected(const struct history *history, uint32_t key);
/* How many keys are. */
uint32_t history_suspicions(const struct history *history);
/* No key with a higher number is. */
uint32_t history_keys(const struct history *history);

/* What the key remembers, beside the journal up to its durable head. */
CHECKED int history_judge(const struct history *history, uint64_t durable, uint32_t key,
	const struct position *at, history_chain *chain, void *ctx,
	enum history_judgement *ret_judgement);

#endif
