/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A generation of aggregates: an environment, the fold that fills it, and the position in the
 * journal up to which it holds everything. All of it is folded by one catalogue; another catalogue
 * means another generation, which is filled beside the old one and then takes its place. */
#ifndef AGGREGATOR_GENERATION_H
#define AGGREGATOR_GENERATION_H

#include "aggregator/fold.h"
#include "store/env.h"

struct generation {
	struct env *env;   /* owned; NULL: there is none */
	struct fold *fold; /* owned */
	struct journal_head position;
	bool training;     /* of a training system's journal; kept in the tables */
	uint64_t received; /* of the newest entry folded since it was opened, wall ms */
};

/* Opens what lies in the folder, or makes it. What cannot be trusted is deleted first: the
 * generation is then empty, at position 0. */
CHECKED int generation_open(
	const char *path, uint64_t map_size_bytes, struct generation *ret_generation);
/* A new one in the folder, whatever lay there, to be folded by this catalogue (its entry in the
 * journal, or NULL: by the first that comes). */
CHECKED int generation_begin(const char *path, uint64_t map_size_bytes,
	const uint8_t epoch[EPOCH_BYTES], const struct entry *catalogue,
	struct generation *ret_generation);
/* A clean end: what was folded is flushed. Accepts an empty one. */
void generation_fini(struct generation *generation);
static inline void generation_fini_auto(struct generation *generation)
{
	generation_fini(generation);
}
/* Ends it and deletes its folder. */
CHECKED int generation_delete(struct generation *generation, const char *path);

/* Folds the next chunk (at most JOURNAL_READ_ENTRIES_MAX entries, none beyond until) in one
 * transaction with its position. FOLD_AGAIN: the entry after the position is another catalogue;
 * what came before it is committed. ret_bad: the entry after the position cannot be taken, and
 * err_text() says why; likewise. */
CHECKED int generation_chunk(
	struct generation *generation, struct journal *journal, uint64_t until, bool *ret_bad);

/* next takes the place of live, in the folders and in memory, by one atomic exchange of names; live
 * is deleted. A crash at any point leaves the one or the other in force. */
CHECKED int generation_switch(struct generation *live, const char *live_path,
	struct generation *next, const char *next_path, uint64_t map_size_bytes);

#endif
