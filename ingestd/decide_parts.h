/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the three parts of deciding share: reports (decide.c), commands (decide_command.c),
 * questions about what is in force (decide_status.c). For nobody else. */
#ifndef INGESTD_DECIDE_PARTS_H
#define INGESTD_DECIDE_PARTS_H

#include "ingestd/decide.h"
#include "ingestd/quota.h"
#include "ingestd/tail.h"
#include "store/state.h"

enum { TAIL_IDENTITY = 1, TAIL_REJECTED, TAIL_REQUEST };

struct decide {
	/* borrowed */
	const struct ports *ports;
	/* owned */
	struct catalog *catalog;
	struct registry *registry;
	struct tail *tail;
	struct quota *quota;
	struct arena *arena;
	uint64_t *command_at; /* by facility number: the command that last touched it */
	uint32_t command_at_size;
	/* how far deciding has come */
	uint8_t epoch[EPOCH_BYTES];
	uint64_t next_sequence;
	uint64_t last_received;
	uint32_t catalogue_number;
	struct decide_counts counts;
};

/* The identity in force: from the tail, else from the state. PORT_NONE. */
CHECKED int decide_identity(
	const struct decide *decide, const struct identity_key *key, struct identity *ret_identity);
struct tail_key tail_key_identity(const struct identity_key *key);

/* A new entry of the batch with sequence, time, catalogue and actor filled in. */
struct entry *decide_entry(
	struct decide *decide, struct batch *batch, enum entry_kind kind, uint32_t actor);
/* Whether the day's quota lets these refused bytes into the journal; if so they count. */
bool decide_may_keep(struct decide *decide, uint32_t actor, uint32_t facility, size_t len);
/* Remembers a decision until the state shows it. */
void decide_remember(struct decide *decide, const struct tail_key *key, struct tail_value value);

/* Takes the command's records into the registry; they were checked before. */
CHECKED int decide_apply(struct decide *decide, const struct command *command, uint64_t sequence);

#endif
