/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A bar for whoever waits at a terminal: how many reports have a verdict, how fast, how much
 * longer.
 * It is drawn on stderr, and only there. */
#ifndef COLLECTOR_PROGRESS_H
#define COLLECTOR_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

struct progress {
	bool shown; /* stderr is a terminal: set by whoever starts it */
	bool drawn;
	struct mono start, last;
};

/* "sending ██████████▌········· 298/412  1.9k/s  0:03 left". */
enum { PROGRESS_TEXT_BYTES = 200 };
void progress_text(
	uint64_t done, uint64_t total, int64_t elapsed_ms, char ret[PROGRESS_TEXT_BYTES]);
/* Draws it anew, at most ten times a second. */
void progress_draw(struct progress *progress, uint64_t done, uint64_t total);
/* Wipes it away. */
void progress_end(struct progress *progress);

#endif
