/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What people said: facts, statements and verdicts, locks, queries and adjustments, taken from
 * commands and kept in memory. None of it changes a cell. */
#ifndef AGGREGATOR_SAID_H
#define AGGREGATOR_SAID_H

#include "model/acts.h"
#include "model/facts.h"
#include "model/lock.h"
#include "proto/query.h"
#include "store/derived.h"

/* Owned. */
struct said {
	struct facts *facts;
	struct locks *locks;
	struct acts *acts;
};

/* Begins as zeros. */
CHECKED int said_init(struct said *said);
void said_fini(struct said *said);

/* Takes what the command says, with the sequence, author and time of its entry. It is taken
 * whatever the catalogue now holds: what no longer means anything to it is simply not asked for. */
CHECKED int said_take(
	struct said *said, const struct command *command, const struct derived_command *from);

#endif
