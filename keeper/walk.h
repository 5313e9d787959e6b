/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A walk along a journal that believes nothing: every entry must follow from the one before it.
 * It goes in short pieces, each one read transaction, like every other reader of the journal, so
 * a long walk never keeps ingestd from using freed pages again. */
#ifndef KEEPER_WALK_H
#define KEEPER_WALK_H

#include "store/journal.h"

/* Where the walk stands: the sequence that comes next, and the chain hash before it. */
struct walk {
	uint64_t next;
	struct digest chain;
};

/* From the first entry on. */
struct walk walk_first(void);
/* On from a head that is known to be good. */
struct walk walk_after(const struct journal_head *head);

/* A visit of an entry that has been verified; its views die with the call. WALK_PAUSE: the piece
 * ends before this entry, which comes again. */
enum { WALK_PAUSE = 1 };
typedef int walk_visit(void *ctx, const struct entry *entry);

/* One piece, at most up to sequence `to`. WALK_END: there was nothing (more). ERR_CORRUPT: the
 * entry at walk->next does not follow; everything before it has been visited. */
enum { WALK_END = 1 };
CHECKED int walk_piece(
	struct journal *journal, struct walk *walk, uint64_t to, walk_visit *visit, void *ctx);

/* The whole chain, up to the head seen now, which it proves and returns. ERR_CORRUPT: it breaks. */
CHECKED int walk_whole(struct journal *journal, struct journal_head *ret_head);

#endif
