/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What somebody wrote about a person is taken out of the journal where the law demands it. Only the
 * bodies of `text` entries can go; each leaves its digest, so the chain, every head and every
 * receipt hold as before, and an entry `erased` says which, by whom and why.
 *
 * No page that ever held the text stays: the whole journal is written anew beside its place,
 * without it, and takes the place in one step. */
#ifndef KEEPER_ERASE_H
#define KEEPER_ERASE_H

#include <stdio.h>

#include "store/erased.h"
#include "store/journal.h"

struct erase_options {
	const char *journal; /* folder */
	uint64_t map_size_bytes;
	struct erased which;
};

/* ERR_CONFLICT: ingestd (or another program) writes the journal. ERR_INVALID: an entry is no text.
 * ERR_LIMIT: the disk has no room for a second journal. In all cases nothing was changed.
 * Entries that are erased already are left as they are; if all are, what an interrupted attempt
 * left is deleted, and nothing else happens. */
CHECKED int erase_run(const struct erase_options *options, FILE *out);

/* Erases in a copy what its journal's next entry, an `erased` one, names; the entry itself is not
 * added. *copy is open for appending and is so afterwards, as another handle; NULL after an error
 * in between. */
CHECKED int erase_in_copy(const char *place, uint64_t map_size_bytes, const struct erased *which,
	struct journal **copy);

#endif
