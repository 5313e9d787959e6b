/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Held reports for which nobody waits any more: somebody else sent a higher revision of the same
 * report with another key. No notice tells of that, since nobody decided anything; STATUS does. */
#ifndef COLLECTOR_REPLACED_H
#define COLLECTOR_REPLACED_H

#include "collector/session.h"
#include "proto/exchange.h"

/* Whether the line, of the same identity, shows a higher revision than the one that is held here,
 * in force or held. ret_sequence: that one's. */
bool replaced_by(const struct status_line *line, uint32_t revision, uint32_t *ret_revision,
	uint64_t *ret_sequence);
/* Asks about everything that waits for a person, settles what has been replaced, and prints it.
 * Decisions must have been fetched before. A server that does not answer leaves everything as it
 * was. */
CHECKED int replaced_settle(struct session *session);

#endif
