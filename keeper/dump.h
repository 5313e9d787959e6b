/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The journal as text, one JSON object a line, as docs/dump.md describes it. The chain is
 * recomputed from the first entry on, also where only a part is printed: a dump never passes on a
 * history that does not verify. Bodies are hex; what they mean is not known here. */
#ifndef KEEPER_DUMP_H
#define KEEPER_DUMP_H

#include <stdio.h>

#include "store/journal.h"

/* Prints entries from..to (inclusive). ERR_CORRUPT names the first entry that does not follow from
 * the one before it; everything printed until then did. */
CHECKED int dump_journal(struct journal *journal, uint64_t from, uint64_t to, FILE *out);

/* One entry as one line, closing newline included; one of a training system says so. Appends to
 * out. */
CHECKED int dump_line(const struct entry *entry, bool training, struct buffer *out);

/* "epoch sequence chain". */
CHECKED int dump_head(struct journal *journal, FILE *out);

#endif
