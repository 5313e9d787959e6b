/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Copying entries from one journal to the end of another. Each is verified twice: when it is read,
 * and again, from the copied bytes, when it is appended. LMDB's own copying is not used: it takes
 * the writer's lock, flushes nothing, and proves nothing. */
#ifndef KEEPER_COPY_H
#define KEEPER_COPY_H

#include "store/erased.h"
#include "store/journal.h"

/* Entries on their way, as bytes of their own. Starts as { 0 }. */
enum { COPY_BYTES_MAX = 4 << 20 };
struct copy_piece {
	struct buffer bytes;
	struct buffer lengths; /* size_t of each entry */
	size_t count;
};

void copy_piece_fini(struct copy_piece *piece);
static inline void copy_piece_fini_auto(struct copy_piece *piece)
{
	copy_piece_fini(piece);
}
/* Whether it holds as much as one transaction should. */
bool copy_piece_full(const struct copy_piece *piece);
/* Takes one packed entry in. */
CHECKED int copy_piece_add(struct copy_piece *piece, struct bytes packed);
/* Appends what it holds in one transaction with one flush, and empties it. ERR_CORRUPT: it does not
 * follow from what is there, and nothing was appended. */
CHECKED int copy_piece_append(struct copy_piece *piece, struct journal *to);

/* From the end of `to` on, up to sequence `last` of `from`, in pieces; texts that erase (or NULL)
 * names go as their digests. An entry that does not follow ends it with ERR_CORRUPT; what stands
 * before it is copied all the same. That `to` is the beginning of `from` is the caller's to
 * know. */
CHECKED int copy_entries(
	struct journal *from, struct journal *to, uint64_t last, const struct erased *erase);

/* The same, but it stops before an entry `erased`, unless that is the first to be copied:
 * COPY_ERASED. So a copy can be erased in before it says that it was. */
enum { COPY_ERASED = 1 };
CHECKED int copy_until_erased(
	struct journal *from, struct journal *to, uint64_t last, const struct erased *erase);

#endif
