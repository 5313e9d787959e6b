/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Findings are counted by rule, and beyond the table's end together. */
#include "ingestd/rule_counts.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct rule_counts counts;

static uint64_t count_of(const char *rule)
{
	for (size_t i = 0; i < RULE_COUNTS_SLOTS; i++) {
		if (strcmp(counts.slot[i].rule, rule) == 0)
			return counts.slot[i].count;
	}
	return 0;
}

static void found(const char *rule)
{
	struct findings findings = { .count = 1 };

	snprintf(findings.finding[0].rule, sizeof(findings.finding[0].rule), "%s", rule);
	rule_counts_add(&counts, &findings);
}

Test(rule_counts, findings_are_counted_by_their_rule)
{
	found("R-1");
	found("R-2");
	found("R-1");
	found(""); /* a shape, not a rule */
	cr_expect_eq(count_of("R-1"), 2);
	cr_expect_eq(count_of("R-2"), 1);
	cr_expect_eq(counts.used, 2);
	cr_expect_eq(counts.others, 0);
}

Test(rule_counts, the_table_has_an_end)
{
	char rule[RULE_CODE_BYTES];

	for (int i = 0; i < RULE_COUNTS_MAX + 10; i++) {
		snprintf(rule, sizeof(rule), "RULE-%d", i);
		found(rule);
		found(rule);
	}
	cr_expect_eq(counts.used, RULE_COUNTS_MAX);
	cr_expect_eq(counts.others, 20);
	cr_expect_eq(count_of("RULE-0"), 2);
}
