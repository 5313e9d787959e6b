/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What one collector of the storm sends next: a seeded mixture of first reports, revisions,
 * withdrawals, resends, stale resends and conflicts. Every byte follows from (seed, facility,
 * period, revision, variant), so anything sent before can be made again without being kept. */
#ifndef TESTS_SYSTEM_CROWD_H
#define TESTS_SYSTEM_CROWD_H

#include "base/digest.h"
#include "model/catalog.h"
#include "proto/report.h"

struct crowd_options {
	const struct catalog *catalog;
	const struct form *form;
	char *const *facilities; /* all codes; member m of n has those with index % n == m */
	size_t facility_count;
	uint32_t member, members;
	uint32_t first_period, periods;
	uint64_t seed;
	/* each (facility, period) once, revision 1, every element given: the bench's load */
	bool new_only;
	/* NULL, or a file of lines "element,value,spread": every month of every facility has about
	 * the same figures, so that no rule speaks; elements that are not named are 100 to 119 */
	const char *steady;
};

/* A report ready to be sent; packed and text are appended to the buffer of crowd_next. */
struct crowd_report {
	const char *facility;
	uint32_t period, revision;
	size_t packed_at, packed_len, text_at, text_len;
	struct digest digest, text_digest;
};

struct crowd;

CHECKED int crowd_new(const struct crowd_options *options, struct crowd **ret_crowd);
void crowd_free(struct crowd *crowd);
AUTO_DEFINE(crowd_free, struct crowd *);

/* ERR_LIMIT when a new_only crowd has used up its facilities and periods. */
CHECKED int crowd_next(struct crowd *crowd, struct buffer *out, struct crowd_report *ret_report);

#endif
