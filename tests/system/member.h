/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One collector of the storm: a connection, a window of messages without a verdict, and the rule
 * that whatever has no final verdict is sent again after any trouble, in its first order. */
#ifndef TESTS_SYSTEM_MEMBER_H
#define TESTS_SYSTEM_MEMBER_H

#include <stdatomic.h>

#include "client/client.h"
#include "tests/system/storm_log.h"

struct member_options {
	uint32_t per_message, window;
	uint32_t duplicates_percent; /* messages sent twice in a row */
	uint64_t reports;            /* 0: until *stop */
	uint64_t rate;               /* reports a second; 0: as fast as the window lets */
	uint64_t patience_ms;        /* how long nothing may move before the member gives up */
	uint64_t resend_ms;          /* how long to wait for a verdict before sending again */
	const atomic_bool *stop;
	atomic_ullong *verdicts; /* of all members */
};

struct member_counts {
	uint64_t status[STATUS_MAX + 1];
	uint64_t messages, resent, recoveries, late;
};

struct member;
/* Borrows all but the client's settings. */
CHECKED int member_new(const struct member_options *options, const struct client_settings *settings,
	const struct crowd_options *crowd, struct storm_log *log, struct member **ret_member);
void member_free(struct member *member);
AUTO_DEFINE(member_free, struct member *);

/* HELLO until the server answers. */
CHECKED int member_connect(struct member *member);
/* Sends everything and returns when each report has its final verdict. */
CHECKED int member_run(struct member *member);
const struct member_counts *member_counts(const struct member *member);

#endif
