/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a collector writes down for the history checker, one JSON object a line, flushed at once:
 * what it is about to send, and every final verdict with its receipt. */
#ifndef TESTS_SYSTEM_STORM_LOG_H
#define TESTS_SYSTEM_STORM_LOG_H

#include "proto/exchange.h"
#include "tests/system/crowd.h"

struct storm_log;

/* A path may be NULL: then nothing is written there. Shared by all threads. */
CHECKED int storm_log_open(const char *verdicts_path, const char *sent_path, uint32_t form,
	struct storm_log **ret_log);
void storm_log_close(struct storm_log *log);
AUTO_DEFINE(storm_log_close, struct storm_log *);

void storm_log_sent(struct storm_log *log, const struct crowd_report *report);
/* verdict is NULL for a plain acceptance; own is the sequence that the report took itself, or 0. */
void storm_log_verdict(struct storm_log *log, const struct crowd_report *report,
	struct bytes packed, const struct verdicts *verdicts, const struct verdict *verdict,
	uint64_t own);

#endif
