/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a daemon's loop does to be looked at: from time to time it watches the clock and writes its
 * metrics file. */
#ifndef BASE_OBSERVE_H
#define BASE_OBSERVE_H

#include "base/metrics.h"

/* Begins as { 0 }. */
struct observed {
	struct clock_watch clock;
	struct metrics_file file;
};
/* From time to time: a jump of the wall clock is logged, and the file is written when it is due.
 * path "": no file. */
void observe(struct observed *observed, const char *path, samples_read *read, const void *ctx);
/* At a clean stop: the file a last time. */
void observe_end(struct observed *observed, const char *path, samples_read *read, const void *ctx);

#endif
