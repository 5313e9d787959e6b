/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * An open hash of codes; nothing is ever taken out. */
#include "ingestd/rule_counts.h"

#include <string.h>

/* The rule's slot, or the empty one where it would go. Some are always empty. */
static struct rule_count *slot_of(struct rule_counts *counts, const char *rule)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (const char *c = rule; *c; c++)
		hash = (hash ^ (uint8_t)*c) * 16777619u;
	for (;; hash++) {
		struct rule_count *slot = &counts->slot[hash & (RULE_COUNTS_SLOTS - 1)];

		if (!slot->rule[0] || strcmp(slot->rule, rule) == 0)
			return slot;
	}
}

void rule_counts_add(struct rule_counts *counts, const struct findings *findings)
{
	for (uint32_t i = 0; i < findings->count; i++) {
		const char *rule = findings->finding[i].rule;
		struct rule_count *slot;

		if (!rule[0])
			continue;
		slot = slot_of(counts, rule);
		if (!slot->rule[0] && counts->used == RULE_COUNTS_MAX) {
			counts->others++;
			continue;
		}
		if (!slot->rule[0]) {
			memcpy(slot->rule, rule, sizeof(slot->rule));
			counts->used++;
		}
		slot->count++;
	}
}
