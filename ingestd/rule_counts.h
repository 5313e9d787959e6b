/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * How often each rule was found broken since the start: a count per rule's code, for as many codes
 * as fit; what comes beyond is counted together. A catalogue adopted later keeps the counts. */
#ifndef INGESTD_RULE_COUNTS_H
#define INGESTD_RULE_COUNTS_H

#include "base/limits.h"
#include "model/finding.h"

/* Slots are a power of two; at most three of four are used. */
enum { RULE_COUNTS_SLOTS = 1024, RULE_COUNTS_MAX = 768 };

/* Begins as { 0 }. */
struct rule_counts {
	struct rule_count {
		char rule[RULE_CODE_BYTES]; /* "": empty */
		uint64_t count;
	} slot[RULE_COUNTS_SLOTS];
	uint32_t used;
	uint64_t others; /* findings of rules for which there was no slot */
};

/* Counts each finding that a rule made. */
void rule_counts_add(struct rule_counts *counts, const struct findings *findings);

#endif
