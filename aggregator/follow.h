/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Following the journal: chunks of entries are folded into the aggregates, each chunk with its
 * position in one write transaction, so that after a crash the journal simply goes on from there.
 * Aggregates that do not belong to the journal are deleted and built again from sequence 1. Another
 * catalogue is folded through beside them, and they go on answering until it has caught up. */
#ifndef AGGREGATOR_FOLLOW_H
#define AGGREGATOR_FOLLOW_H

#include "aggregator/generation.h"
#include "base/disk.h"
#include "base/watchdog.h"

struct follow_options {
	const char *journal;  /* folder; need not exist yet */
	const char *data_dir; /* the aggregates live in data_dir/aggregates */
	uint64_t map_size_bytes;
	struct pulse *pulse; /* stepped in what takes long; or NULL */
	struct disk_floors floors;
};

enum follow_state {
	FOLLOW_WAITING = 1, /* the journal does not exist yet */
	FOLLOW_FOLLOWING,
	FOLLOW_REBUILDING, /* another catalogue is being folded through; answers are as of before */
	FOLLOW_NO_ROOM,    /* the disk is below a floor: answers are as of before */
	FOLLOW_STOPPED, /* an entry is not what it should be; answers go on as of the one before */
};
const char *follow_state_name(enum follow_state state);

struct follow;

CHECKED int follow_open(const struct follow_options *options, struct follow **ret_follow);
/* A clean end: what was folded is flushed. */
void follow_close(struct follow *follow);
AUTO_DEFINE(follow_close, struct follow *);

enum { FOLLOW_IDLE = 1 };
/* Folds the next chunk. FOLLOW_IDLE: nothing new. Negative only for faults of storage and memory,
 * after which the program must end: the transaction was given up. */
CHECKED int follow_step(struct follow *follow);
/* Readable when the journal has been written to; -1 while it does not exist. */
int follow_fd(const struct follow *follow);

enum follow_state follow_state_of(const struct follow *follow);
const char *follow_fault(const struct follow *follow); /* why it stopped or waits; "" */
const struct journal_head *follow_position(const struct follow *follow);
/* The day in China by which keys are valid: of now, or of the newest entry folded if that is later,
 * so a clock set back revives no key. */
int32_t follow_today(const struct follow *follow);
/* Whether what is folded is of a training system. */
bool follow_training(const struct follow *follow);
/* The journal's head as last seen. */
uint64_t follow_journal_sequence(const struct follow *follow);
const struct fold *follow_fold(const struct follow *follow);
/* Rises whenever follow_fold() is another one than before. */
uint64_t follow_generation(const struct follow *follow);
struct journal *follow_journal(struct follow *follow); /* NULL while waiting */
struct env *follow_env(struct follow *follow);
const struct follow_options *follow_options_of(const struct follow *follow);
CHECKED int follow_sync(struct follow *follow);

#endif
