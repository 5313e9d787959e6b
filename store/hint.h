/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Hints between whoever appends to a journal and whoever reads it: "there may be something new" one
 * way, "I have come so far" the other, of the aggregator and of a backup. Nothing is ever decided
 * by them but when to look, how fast to take more and when to warn: lost, late or wrong, they cost
 * time and no figure.
 *
 *   FOLDER/followed   u64 sequence | u64 wall ms at which it was told, big-endian
 *   FOLDER/copied     the same, of the newest copy that is flushed
 *
 * The appender makes both files and lets its group write them: who follows and who copies are other
 * users, and may make nothing in the journal's folder. */
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

/* A backup of the journal in the folder: up to sequence everything was in a flushed copy at this
 * time. Told again while nothing is new, so the time says when a backup was last alive. A hint that
 * cannot be written is not given. */
void hint_note_copied(const char *folder, uint64_t sequence, struct wall now);
/* Appender: what a backup told last. HINT_NONE: none ever did. */
enum { HINT_NONE = 2 };
CHECKED int hint_copied(const struct hint *hint, uint64_t *ret_sequence, struct wall *ret_at);

/* Appender: how far the follower has come. HINT_MUTE: it has not said so for HINT_MUTE_MS. */
enum { HINT_MUTE = 1, HINT_MUTE_MS = 1000 };
CHECKED int hint_followed(const struct hint *hint, struct wall now, uint64_t *ret_sequence);

#endif
