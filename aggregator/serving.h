/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reports of earlier periods that still serve in a later one (aggregator/carry.h), read once for
 * all the figures of a question. */
#ifndef AGGREGATOR_SERVING_H
#define AGGREGATOR_SERVING_H

#include "aggregator/view.h"

enum { SERVINGS_MAX = 256 };

struct carried_report {
	uint32_t facility;
	struct current_head head;
	const uint8_t *values; /* head.n, unaligned; of the read transaction */
};

/* Begins as { 0 }. */
struct servings {
	struct serving {
		const struct form *form;
		uint32_t period, until;
		struct carried_report *report; /* owned */
		size_t reports;
	} serving[SERVINGS_MAX];
	size_t count;
};

void servings_clear(struct servings *servings);
/* The reports of the period that serve in until; valid until servings_clear. ERR_LIMIT beyond
 * SERVINGS_MAX pairs of periods. */
CHECKED int servings_get(struct servings *servings, const struct view *view,
	const struct form *form, uint32_t period, uint32_t until,
	const struct carried_report **ret_reports, size_t *ret_count);

#endif
