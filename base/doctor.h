/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What "huibaoctl doctor" looks at in a daemon: rows of a check, how it stands, what was found,
 * where the limit lies, and, unless all is well, what to do. The checks are one table with their
 * advice in both languages, so that none is without a word on what to do. */
#ifndef BASE_DOCTOR_H
#define BASE_DOCTOR_H

#include "base/bytes.h"
#include "base/clock.h"
#include "base/disk.h"

enum doctor_state { DOCTOR_OK = 1, DOCTOR_WARN, DOCTOR_BAD };
/* "ok", "warn", "bad" */
const char *doctor_state_name(enum doctor_state state);

enum doctor_check {
	DOCTOR_VERSION = 1,
	DOCTOR_CLOCK,
	DOCTOR_CLOCK_JUMPS,
	DOCTOR_DISK,
	DOCTOR_JOURNAL_ROOM,
	DOCTOR_STORE_ROOM,
	DOCTOR_READERS,
	DOCTOR_STATE_LAG,
	DOCTOR_AGGREGATOR,
	DOCTOR_FOLLOWING,
	DOCTOR_BACKUP,
	DOCTOR_WITNESS,
	DOCTOR_HISTORY,
	DOCTOR_KEYS,
	DOCTOR_HOLIDAYS,
	DOCTOR_SERVER_KEY,
	DOCTOR_METRICS_FILE,
	DOCTOR_TRAINING,
	/* made by the client */
	DOCTOR_CONNECTION,
	DOCTOR_CLOCK_DIFFERENCE,
	DOCTOR_VERSIONS,
	DOCTOR_CHECK_MAX = DOCTOR_VERSIONS,
};
/* Its stable word: "journal-room". */
const char *doctor_check_name(enum doctor_check check);
/* What to do when it is not well. */
const char *doctor_advice(enum doctor_check check, bool chinese);

struct doctor_row {
	enum doctor_check check;
	enum doctor_state state;
	char found[128], limit[64];
	int64_t value; /* what found rests on: bytes, entries, seconds, or wall ms of the clock */
};

/* Begins as { 0 }. */
enum { DOCTOR_ROWS_MAX = 24 };
struct doctor {
	struct doctor_row row[DOCTOR_ROWS_MAX];
	size_t rows;
};

/* A new row; limit and found are written by the caller. */
struct doctor_row *doctor_row(
	struct doctor *doctor, enum doctor_check check, enum doctor_state state, int64_t value);
/* Found as text. */
void doctor_found(struct doctor_row *row, const char *text, ...)
	__attribute__((format(printf, 2, 3)));
void doctor_limit(struct doctor_row *row, const char *text, ...)
	__attribute__((format(printf, 2, 3)));
/* "12.3 GB", "4 d 3 h". */
enum { AMOUNT_TEXT_BYTES = 32 };
const char *amount_bytes(uint64_t bytes, char ret[AMOUNT_TEXT_BYTES]);
const char *amount_seconds(int64_t seconds, char ret[AMOUNT_TEXT_BYTES]);

/* The checks of every daemon. */
void doctor_version(struct doctor *doctor);
void doctor_clock(struct doctor *doctor, const struct clock_watch *watch, struct wall now);
/* Room on the disk of the folder: warn below the first floor, bad below the others. */
void doctor_disk(struct doctor *doctor, const char *folder, const struct disk_floors *floors);
/* Room in the map of a store: warn below a tenth, bad below a fiftieth of it. */
void doctor_room(
	struct doctor *doctor, enum doctor_check check, uint64_t room, uint64_t map_size_bytes);
/* Readers of a store, of which the oldest began so many commits ago. */
void doctor_readers(struct doctor *doctor, uint32_t readers, uint64_t oldest_lag);
/* Whether nobody but the daemon can read its key, as far as the daemon can see. */
void doctor_key_file(struct doctor *doctor, const char *path);
/* The file for node_exporter; path "": none is wanted, no row. */
void doctor_metrics_file(struct doctor *doctor, const char *path, bool failed);

#endif
