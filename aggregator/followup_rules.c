/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Thresholds. Holes are left out, never counted as 0: a month without a report is no month without
 * a case. */
#include "aggregator/followup.h"

#include "base/absent.h"

static const struct {
	const char *code, *zh, *en;
} rules[CENTRE_RULES] = {
	[CENTRE_CASE_FIRST] = { "V43", "鼠疫、霍乱病例，或36个月内首例病例",
		"a case of plague or cholera, or the first case of a disease in 36 months" },
	[CENTRE_CASES_HIGH] = { "V44", "发病数高于近5年同期前后共25个月的第90百分位数",
		"cases above the 90th percentile of the same season in the five years before" },
	[CENTRE_DEATH_MATERNAL] = { "V56", "孕产妇死亡：须附个案报告",
		"a maternal death: a case report is due" },
	[CENTRE_BIRTHS_DIFFER] = { "V57", "妇幼活产数与人口统计出生数按月折算相差超过30%",
		"live births of maternal and child health and births of the population return "
		"differ by more than 30 per cent" },
	[CENTRE_POPULATION] = { "V58", "人口数：下级合计等于上级，年变动不超过10%",
		"population: the parts add up to the whole, and a year changes it by at most 10 "
		"per cent" },
};

const char *centre_rule_code(enum centre_rule rule)
{
	return rules[rule].code;
}

const char *centre_rule_words(enum centre_rule rule, bool chinese)
{
	return chinese ? rules[rule].zh : rules[rule].en;
}

bool cases_first(const struct cases *cases)
{
	int known = 0;

	for (int k = 0; k < CASES_QUIET_MONTHS; k++) {
		if (!value_counts(cases->before[k]))
			continue;
		if (value_in_sum(cases->before[k]) > 0)
			return false;
		known++;
	}
	return cases->now > 0 && known >= CASES_QUIET_KNOWN_MIN;
}

/* Adds a number to a sorted list. */
static void sorted_add(int64_t *sorted, int count, int64_t value)
{
	int at = count;

	for (; at > 0 && sorted[at - 1] > value; at--)
		sorted[at] = sorted[at - 1];
	sorted[at] = value;
}

bool cases_high(const struct cases *cases, int64_t *ret_limit)
{
	int64_t sorted[CASES_YEARS * (2 * CASES_AROUND + 1)];
	int count = 0;

	for (int year = 1; year <= CASES_YEARS; year++) {
		for (int around = -CASES_AROUND; around <= CASES_AROUND; around++) {
			int64_t value = cases->before[12 * year + around - 1];

			if (value_counts(value))
				sorted_add(sorted, count++, value_in_sum(value));
		}
	}
	if (count < CASES_USUAL_KNOWN_MIN)
		return false;
	*ret_limit = sorted[(9 * count + 9) / 10 - 1]; /* the nearest rank */
	return cases->now > *ret_limit;
}

bool births_differ(int64_t births, int months, int64_t year_births, int64_t *ret_limit)
{
	const int128 share = (int128)year_births * months; /* times 12 */
	int128 apart = (int128)births * 12 - share;

	*ret_limit = (int64_t)((share + 6) / 12);
	if (apart < 0)
		apart = -apart;
	return year_births > 0 && apart * 100 > share * 30;
}

bool population_jumps(int64_t before, int64_t now)
{
	int128 apart = (int128)now - before;

	if (apart < 0)
		apart = -apart;
	return before > 0 && apart * 10 > before;
}
