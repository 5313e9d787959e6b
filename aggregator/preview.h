/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The aggregates as they would be if a held report were accepted now. The acceptance is folded by a
 * fold of its own, through a write transaction that is never committed: neither the tables nor what
 * the live fold remembers are touched. One writer at a time: it must be closed before the journal
 * is followed further, so it never outlives a question. */
#ifndef AGGREGATOR_PREVIEW_H
#define AGGREGATOR_PREVIEW_H

#include "aggregator/held.h"

struct preview {
	struct txn *txn;   /* owned; only ever aborted */
	struct fold *fold; /* owned */
	struct tallies *tallies;
	struct value_memo *memo;
	struct ports ports;
	struct view view;
};

/* Begins as { 0 }. The report must wait. */
CHECKED int preview_open(
	struct preview *preview, const struct asking *asking, const struct held *held);
void preview_fini(struct preview *preview);
static inline void preview_fini_auto(struct preview *preview)
{
	preview_fini(preview);
}

#endif
