/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is worth a look though it holds nothing: the catalogue's rules of severity follow are data
 * (model/rule.h); here are those of the centre that no single report can break. The functions are
 * pure, the thresholds those of the monitoring practice they are named after. */
#ifndef AGGREGATOR_FOLLOWUP_H
#define AGGREGATOR_FOLLOWUP_H

#include "aggregator/verb.h"
#include "model/finding.h"

/* The centre's own rules. */
enum centre_rule {
	CENTRE_CASE_FIRST = 1, /* V43: plague or cholera; a first case in three years */
	CENTRE_CASES_HIGH,     /* V44: above what is usual for the season */
	CENTRE_DEATH_MATERNAL, /* V56 */
	CENTRE_BIRTHS_DIFFER,  /* V57: two sources of births are far apart */
	CENTRE_POPULATION,     /* V58: parts and whole, or a year's change */
	CENTRE_RULES
};
const char *centre_rule_code(enum centre_rule rule);
/* What was expected, in both languages. */
struct catalog_name;
const char *centre_rule_words(enum centre_rule rule, bool chinese);

/* Notified cases of one disease in a month, and before it. */
enum {
	CASES_QUIET_MONTHS = 36,
	CASES_YEARS = 5,
	CASES_AROUND = 2, /* months on either side */
	CASES_MONTHS = 12 * CASES_YEARS + CASES_AROUND,
	/* Fewer reported months than these say nothing: our own bounds. */
	CASES_QUIET_KNOWN_MIN = 12,
	CASES_USUAL_KNOWN_MIN = 15,
};
struct cases {
	int64_t now;
	int64_t before[CASES_MONTHS]; /* before[k]: k + 1 months before; may be absent */
};
/* A case where none was reported in CASES_QUIET_MONTHS months before. */
bool cases_first(const struct cases *cases);
/* More than the 90th percentile of the same season's months of the five years before. */
bool cases_high(const struct cases *cases, int64_t *ret_limit);

/* More than 30 per cent away from so many months' share of a year's births: ret_limit. */
bool births_differ(int64_t births, int months, int64_t year_births, int64_t *ret_limit);
/* More than 10 per cent from one year to the next. */
bool population_jumps(int64_t before, int64_t now);

/* One row of the answer. */
struct followup_row {
	bool urgent;
	const struct facility *facility; /* NULL: of an area */
	uint32_t area;
	const struct form *form;
	uint32_t period;
	const char *finding;
	enum centre_rule centre; /* 0: a rule of the catalogue */
	const char *rule;        /* "": none */
	uint32_t element;
	int64_t found, limit;
	bool has_limit;
};
void row_followup(struct asking *asking, const struct followup_row *row);

/* What is asked. */
struct followup {
	struct asking *asking;
	const struct form *form;
	uint32_t period, area; /* area 0: everywhere */
	struct mono began;
	bool cut;
};
/* false: the page is full, or no time is left, which becomes a row. */
bool followup_goes_on(struct followup *followup);

/* The centre's rules on the report in hand. */
CHECKED int followup_report(struct followup *followup, const struct current_walk *walk);
/* … across the reports of the form and period. */
CHECKED int followup_areas(struct followup *followup);

#endif
