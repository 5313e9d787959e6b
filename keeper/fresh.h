/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A journal that is made as a whole: under another name first, and in its place only when it is
 * complete and flushed. ingestd never finds half of one, nor none where there was one. */
#ifndef KEEPER_FRESH_H
#define KEEPER_FRESH_H

#include "store/journal.h"

struct fresh;

/* ERR_CONFLICT: the place holds something, or what an interrupted attempt left lies beside it. */
CHECKED int fresh_open(const char *place, uint64_t map_size_bytes, const uint8_t epoch[EPOCH_BYTES],
	struct fresh **ret_fresh);
/* To take the place of the journal that lies there, whose lock the caller holds. What an
 * interrupted attempt left beside it is deleted: the place always holds a whole journal. */
CHECKED int fresh_open_instead(const char *place, uint64_t map_size_bytes,
	const uint8_t epoch[EPOCH_BYTES], struct fresh **ret_fresh);
/* To append to; closed by the ones below. */
struct journal *fresh_journal(struct fresh *fresh);
/* Where it is made. */
const char *fresh_partial(const struct fresh *fresh);
/* Puts it in its place, durably. Other than 0: it is not there. */
CHECKED int fresh_commit(struct fresh *fresh);
/* Exchanges it with the journal in its place, by one change of names, and deletes that one. A crash
 * at any point leaves the one or the other there, whole. */
CHECKED int fresh_exchange(struct fresh *fresh);
/* Deletes what was not put in its place, and frees. */
void fresh_close(struct fresh *fresh);
AUTO_DEFINE(fresh_close, struct fresh *);

/* Makes the folder in which the place lies, if need be, and holds it as ingestd holds its data
 * folder, until the descriptor is closed. ERR_CONFLICT: ingestd is at work there. */
CHECKED int parent_hold(const char *place, int *ret_fd);
/* Deletes a journal's folder with every file that belongs into one; nothing there is as good.
 * ERR_CONFLICT: it holds something else. */
CHECKED int journal_folder_delete(const char *path);

#endif
