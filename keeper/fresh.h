/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A journal that is made as a whole: under another name first, and in its place only when it is
 * complete and flushed. ingestd never finds half of one. */
#ifndef KEEPER_FRESH_H
#define KEEPER_FRESH_H

#include "store/journal.h"

struct fresh;

/* ERR_CONFLICT: the place holds something, or what an interrupted attempt left lies beside it. */
CHECKED int fresh_open(const char *place, uint64_t map_size_bytes, const uint8_t epoch[EPOCH_BYTES],
	struct fresh **ret_fresh);
/* To append to; closed by the two below. */
struct journal *fresh_journal(struct fresh *fresh);
/* Puts it in its place, durably. Other than 0: it is not there. */
CHECKED int fresh_commit(struct fresh *fresh);
/* Deletes what was not put in its place, and frees. */
void fresh_close(struct fresh *fresh);
AUTO_DEFINE(fresh_close, struct fresh *);

#endif
