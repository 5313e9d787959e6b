/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Committing: the thread that appends whole batches to the journal and flushes them, one after the
 * other. It holds at most one batch. After a failed or doubtful commit it ends the process with 74
 * at once: what it was flushing gets no answer, and the next start finds out what is there. */
#ifndef INGESTD_COMMIT_H
#define INGESTD_COMMIT_H

#include "base/metrics.h"
#include "base/watchdog.h"
#include "ingestd/batch.h"
#include "store/journal.h"

struct commit;

CHECKED int commit_start(struct journal *journal, struct commit **ret_commit);
/* Ends the thread; a batch in hand is flushed first. */
void commit_stop(struct commit *commit);
AUTO_DEFINE(commit_stop, struct commit *);

/* Gives a batch away until commit_take() returns it; no other one before that. */
void commit_hand_over(struct commit *commit, struct batch *batch);
/* The batch that has become durable, or NULL. */
struct batch *commit_take(struct commit *commit);
/* Waits up to timeout_ms for a batch to become durable, and takes it. */
struct batch *commit_wait(struct commit *commit, int timeout_ms);
/* How long the batches took from the first byte written to the flush. */
void commit_durations(struct commit *commit, struct histogram *ret_durations);
/* Readable when a batch waits to be taken. */
int commit_fd(const struct commit *commit);
/* How it comes on with the batch that it was given. */
struct pulse *commit_pulse(struct commit *commit);

#endif
