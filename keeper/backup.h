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
 * copy. Nothing in the copy is ever changed or taken away, but for the texts that an entry `erased`
 * of the journal names. */
CHECKED int backup_run(const struct backup_options *options, FILE *out);

/* A folder of dated copies, each whole and apart from the others: makes FOLDER/YYYY-MM-DD (a second
 * one of that day gets .2 at its end …), proves it from its own bytes, and only then deletes the
 * copies of all but the newest keep days. options->copy is the folder; follow is not looked at.
 *
 * ERR_LIMIT: the disk has no room for one more; nothing was made. ERR_CONFLICT: another nightly
 * backup is at work in the folder. Otherwise as above; no copy is deleted unless one was made. */
CHECKED int backup_nightly(const struct backup_options *options, uint64_t keep, FILE *out);

/* Ends a following backup at its next look. For a signal's handler. */
void backup_stop(int signal);

#endif
