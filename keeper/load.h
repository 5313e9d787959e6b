/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The inverse of dump: a journal from the documented lines, with the same entries and the same
 * chain. What counts of a line is sequence, header, chain, findings and body; the numbers beside
 * them are for reading. */
#ifndef KEEPER_LOAD_H
#define KEEPER_LOAD_H

#include <stdio.h>

#include "store/journal.h"

struct load_options {
	const char *journal; /* folder, empty or not there */
	uint64_t map_size_bytes;
	const char *head; /* a file with the head that the dump must reach, or NULL */
};

/* A dump says nothing of its epoch: with options->head the journal gets that head's, and must hold
 * its sequence with its chain hash; otherwise it gets a new one. Prints the head of what was made.
 * ERR_INVALID, ERR_CORRUPT: a line is not of the form, or does not follow; nothing was made. */
CHECKED int load_run(const struct load_options *options, FILE *in, FILE *out);

#endif
