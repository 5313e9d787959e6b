/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Indexing: the thread that fills the state from the journal after the commit, in chunks under load
 * and at once when idle. Nothing waits for it but room in the tail. It also verifies the state: it
 * builds it anew from the journal and compares every key. */
#ifndef INGESTD_INDEX_H
#define INGESTD_INDEX_H

#include "base/disk.h"
#include "base/watchdog.h"
#include "proto/query.h"
#include "store/env_compare.h"
#include "store/journal.h"
#include "store/state.h"

/* Applies one entry to the state behind ports. Pure but for the ports; arena is for decoding. */
CHECKED int index_apply(const struct ports *ports, struct arena *arena, const struct entry *entry);

/* Where the state lies, and what its disk must have left. Outlives the index. */
struct index_place {
	const char *path; /* its folder */
	uint64_t map_size_bytes;
	const char *data_dir; /* the folder around it */
	struct disk_floors floors;
};

/* Opens the state, or makes it anew when it does not belong to the journal, and brings it up to the
 * journal's head before it returns. INDEX_NO_ROOM: that needs more room than the disk's floors
 * leave; nothing was done, and it may be tried again. pulse: stepped with each chunk; NULL: nobody
 * watches. */
enum { INDEX_NO_ROOM = 2 };
CHECKED int index_open_state(const struct index_place *place, struct journal *journal,
	struct pulse *pulse, struct env **ret_env);

struct index;
struct index_verify {
	bool failed; /* it could not be done; found.first says why */
	uint64_t sequence;
	struct env_comparison found;
};

/* Starts the thread. All three must outlive it. A failure in the thread ends the process with 74:
 * the state is derived, and the next start mends it. It rests while the disk is below its second
 * floor: the tail holds what the state lacks. */
CHECKED int index_start(struct env *state, const struct index_place *place, struct journal *journal,
	struct index **ret_index);
/* Ends the thread after the chunk it is in. */
void index_stop(struct index *index);
AUTO_DEFINE(index_stop, struct index *);

/* The journal is durable up to sequence: there is work. */
void index_wake(struct index *index, uint64_t sequence);
/* The state, as committed, shows everything up to this sequence. */
uint64_t index_sequence(struct index *index);
/* Asks for a verification; indexing rests meanwhile. index_fd becomes readable when it is done. */
void index_verify_ask(struct index *index);
bool index_verify_take(struct index *index, struct index_verify *ret_result);
int index_fd(const struct index *index);
/* How it comes on with what became durable, and with a verification. */
struct pulse *index_pulse(struct index *index);

#endif
