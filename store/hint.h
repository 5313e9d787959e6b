/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Two hints between whoever appends to a journal and whoever follows it: "there may be something
 * new" one way, "I have come so far" the other. Nothing is ever decided by them but when to look
 * and how fast to take more: lost, late or wrong, they cost time and no figure.
 *
 *   FOLDER/followed   u64 sequence | u64 wall ms at which it was told, big-endian */
#ifndef STORE_HINT_H
#define STORE_HINT_H

#include "base/clock.h"
#include "base/macros.h"

struct hint;

/* The follower's end. ERR_NOT_FOUND: the journal is not there yet. */
CHECKED int hint_open_follower(const char *folder, struct hint **ret_hint);
/* The appender's end: makes the file for followers of the same group. */
CHECKED int hint_open_appender(const char *folder, struct hint **ret_hint);
void hint_close(struct hint *hint);
AUTO_DEFINE(hint_close, struct hint *);

/* Follower: readable when the journal was written to since the last hint_clear; -1: the system
 * gives no such notice, look from time to time. */
int hint_fd(const struct hint *hint);
void hint_clear(struct hint *hint);
/* Follower: everything up to sequence is folded. A hint that cannot be written is not given. */
void hint_tell(struct hint *hint, uint64_t sequence, struct wall now);

/* Appender: how far the follower has come. HINT_MUTE: it has not said so for HINT_MUTE_MS. */
enum { HINT_MUTE = 1, HINT_MUTE_MS = 1000 };
CHECKED int hint_followed(const struct hint *hint, struct wall now, uint64_t *ret_sequence);

#endif
