/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A second copy of the journal in another environment, best on another disk. It is a journal of the
 * same epoch that is appended to by nobody else; the file `head` in it says how far it goes. */
#ifndef KEEPER_BACKUP_H
#define KEEPER_BACKUP_H

#include <stdio.h>

#include "store/journal.h"

struct backup_options {
	const char *journal, *copy; /* folders */
	uint64_t map_size_bytes;
	bool follow; /* goes on until it is asked to stop */
};

/* Copies what the copy lacks, up to the head seen at the start, proves by the chain hash that both
 * are the same history, and prints the copy's head. With follow it goes on, looks several times a
 * second, flushes whatever is new at once, and waits for a journal that is not there (yet).
 *
 * ERR_CORRUPT: the histories differ, or the journal breaks somewhere (what stands before is
 * copied). ERR_CONFLICT: the journal has another epoch than the copy, or another process writes the
 * copy. Nothing in the copy is ever changed or taken away. */
CHECKED int backup_run(const struct backup_options *options, FILE *out);

/* Ends a following backup at its next look. For a signal's handler. */
void backup_stop(int signal);

#endif
