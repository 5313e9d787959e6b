/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What persons at the bureau did with the reports of this outbox: decisions on held ones, questions
 * about a cell, adjustments shown beside a figure. Each is filed where it belongs and told once;
 * what is not settled by it stays to be shown until a newer revision is the answer. */
#ifndef COLLECTOR_NOTICES_H
#define COLLECTOR_NOTICES_H

#include "collector/session.h"

/* How many facilities are asked about beside those that have something held. */
enum { NOTICES_AFTER_SEND = 64, NOTICES_OF_STATUS = 4096 };

/* Asks (about one facility, or NULL: those with something held and up to limit others, in turn),
 * files what is new and prints it; shown_after: only what notices_show() does not show. A server
 * that does not answer leaves everything as it was. */
CHECKED int notices_fetch(
	struct session *session, const char *facility, size_t limit, bool shown_after);
/* Those that no newer revision has answered yet, from the outbox. Inside a transaction. */
CHECKED int notices_show(
	const struct ports *ports, const struct catalog *catalog, struct arena *arena);
/* One in words, with its place and what to do; a whole line. */
CHECKED int notice_explain(
	const struct catalog *catalog, const struct notice *notice, struct buffer *out);

#endif
