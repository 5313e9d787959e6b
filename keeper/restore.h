/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A copy becomes the journal again, under a new epoch. Its first act is an entry `restored` that
 * says which epoch was resumed at which sequence and chain hash: whoever holds a receipt of the
 * earlier epoch beyond that point knows that the report is lost and offers it again. */
#ifndef KEEPER_RESTORE_H
#define KEEPER_RESTORE_H

#include <stdio.h>

#include "store/journal.h"

struct restore_options {
	const char *from, *to; /* folders; to: DATA-DIR/journal, empty or not there */
	uint64_t map_size_bytes;
};

/* Verifies the whole copy first, fills the new journal beside its place, puts it there, deletes the
 * `state` beside it, and prints the new head. ERR_CORRUPT: the copy breaks; nothing was made.
 * ERR_CONFLICT: the place is not empty, or ingestd is at work in the folder around it. */
CHECKED int restore_run(const struct restore_options *options, FILE *out);

#endif
