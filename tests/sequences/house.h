/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Both cores in one process: the decider over a state in memory, and the fold over aggregates in
 * memory. How far flush, index and fold lag behind deciding, where a fold's chunk ends, when either
 * starts anew or loses an unfinished chunk: all that is chance, and none of it may be seen in any
 * answer or figure. */
#ifndef TESTS_SEQUENCES_HOUSE_H
#define TESTS_SEQUENCES_HOUSE_H

#include "ingestd/decide.h"
#include "store/state.h"
#include "tests/support/memory_ports.h"

struct fold;

struct house {
	uint64_t chance; /* state of the one source of chance */
	struct memory state, figures;
	struct ports state_ports, figures_ports;
	struct decide *decide;
	struct fold *fold;
	/* borrowed, for all sequences */
	struct batch *batch;
	struct arena *arena;
	struct bytes bundle;
	/* the journal: entry[i] has sequence i + 1 */
	struct entry *entry; /* owned, with their bytes */
	size_t entries, size;
	uint64_t durable, indexed, folded;
};

/* A new place under the seed, with the catalogue adopted as entry 1. */
void house_open(struct house *house, uint64_t seed, struct bytes bundle, struct batch *batch,
	struct arena *arena);
void house_close(struct house *house);

/* Moves what was decided from the batch to the journal. */
void house_take(struct house *house);
/* Lets everything behind the decider move on by chance. Prints how far the flush has come. */
void house_drift(struct house *house);
/* Everything catches up with the decider. */
void house_settle(struct house *house);
/* The same of the state alone: room in the tail. */
void house_catch_up(struct house *house);

/* What the decider holds in force and held; revision 0 and HELD_NONE where nothing is. */
struct identity house_identity(const struct house *house, const struct identity_key *key);
/* The command that last touched the facility. */
uint64_t house_command_at(const struct house *house, uint32_t facility);

/* The parts of the fold's side. */
void house_fold_begin(struct house *house);
void house_fold_free(struct house *house);
void house_fold_drift(struct house *house);
void house_fold_settle(struct house *house);
/* from..to */
uint64_t between(struct house *house, uint64_t from, uint64_t to);

/* Ends the program with what went wrong: nothing here may fail. */
void must(int r);

/* 0..below - 1 */
uint32_t chance(struct house *house, uint32_t below);
/* true so many times of a hundred */
bool likely(struct house *house, uint32_t percent);

#endif
