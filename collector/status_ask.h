/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Asking what is in force for many identities at once: STATUS with a window, so that a city's file
 * of thousands of rows does not wait for thousands of round trips. */
#ifndef COLLECTOR_STATUS_ASK_H
#define COLLECTOR_STATUS_ASK_H

#include "client/client.h"

struct status_wanted {
	char facility[FACILITY_CODE_MAX + 1];
	uint32_t form, period;
	/* the answer; revision 0: nothing in force, or not ours to see */
	struct status_line line;
	bool refused; /* not among the facilities that this key reports for */
	/* where the reply stands as it came (proto/exchange.h, STATUS_REPLY) */
	size_t reply_at, reply_len;
	/* also what persons said since then */
	bool has_since;
	struct position since;
};

/* Appends every reply to replies. ERR_UNREACHABLE after timeout_ms of silence. */
CHECKED int status_ask(struct client *client, int timeout_ms, struct status_wanted *wanted,
	size_t count, struct buffer *replies);

#endif
