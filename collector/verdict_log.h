/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The log of final verdicts: one JSON object per line,
 *   facility, form (number), period (number), revision, digest (of the values), status, epoch,
 *   sequence (0: it has none), last_sequence, chain, values_hex.
 * A line is written in one piece after the verdict was received and before it is filed, so a killed
 * collector may log a verdict twice but never one that it did not receive. Text is never logged. */
#ifndef COLLECTOR_VERDICT_LOG_H
#define COLLECTOR_VERDICT_LOG_H

#include "collector/outbox_send.h"

CHECKED int verdict_log_open(const char *path, int *ret_fd);
CHECKED int verdict_log_write(int fd, const struct filed *filed);
/* The line without its end, as verdict_log_write() makes it. */
CHECKED int verdict_log_format(const struct filed *filed, struct buffer *out);

#endif
