/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The looks of both daemons are the same; what they read is theirs. */
#include "base/observe.h"

#include "base/log.h"

void observe(struct observed *observed, const char *path, samples_read *read, const void *ctx)
{
	struct mono now = clock_mono();

	if (clock_watch_look(&observed->clock, now, clock_wall()))
		log_warning("the wall clock has jumped; continuing",
			kv_i64("by_ms", observed->clock.last_ms));
	if (metrics_file_due(&observed->file, path, now))
		metrics_file_put(&observed->file, path, read, ctx);
}

void observe_end(struct observed *observed, const char *path, samples_read *read, const void *ctx)
{
	if (path[0])
		metrics_file_put(&observed->file, path, read, ctx);
}
