/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Diagnosis: not only that something is wrong, but what probably happened, and what the figure
 * should be. Each is a row of rules.csv whose "check" names it and whose "settings" are its
 * numbers:
 *
 *   check         finding              what it looks at
 *   unit_slip     FINDING_UNIT_SLIP    money about a thousand (or ten thousand) times what is usual
 *                                      here, or its inverse
 *   ten_times     FINDING_TEN_TIMES    one figure about ten times or a tenth of what is usual here
 *   swapped       FINDING_SWAPPED      two neighbouring lines that fit past and rules, only
 *                                      the other way round
 *   copied        FINDING_COPIED       flows equal to those of the period before
 *   sum_in_part   FINDING_SUM_IN_PART  a part that holds its whole (of an identity of the form)
 *   wrong_month   FINDING_WRONG_MONTH  the figures of another period in force, or that go on
 *                                      from another period's end, or fill another month's days
 *
 * Each speaks at most once per report where the report as a whole is meant, else once per line.
 * Money in another unit on many lines is one finding: element is the first of them, other the last.
 *
 * One cause gets one diagnosis: after copied and wrong_month the others are silent, and what an
 * earlier one has named no later one names again. So their rows stand in the table in the order
 * copied, wrong_month, unit_slip, ten_times, swapped, sum_in_part, and before all others: what is
 * read first is the cause, and never the finding that no longer fits into the list. */
#ifndef MODEL_DIAGNOSE_H
#define MODEL_DIAGNOSE_H

#include "model/rule.h"

enum diagnosis {
	DIAGNOSIS_NONE,
	DIAGNOSIS_UNIT_SLIP,
	DIAGNOSIS_TEN_TIMES,
	DIAGNOSIS_SWAPPED,
	DIAGNOSIS_COPIED,
	DIAGNOSIS_SUM_IN_PART,
	DIAGNOSIS_WRONG_MONTH
};
/* "unit_slip" …; DIAGNOSIS_NONE for other words. */
enum diagnosis diagnosis_parse(const char *word);

/* The numbers of a diagnosis' row; what is not set is 0. */
struct diagnosis_settings {
	/* Bounds of the ratio to what is usual: unit_slip (of a thousand), ten_times. swapped: low
	 * is by what factor the two lines' proportion must leave its past. */
	double low, high;
	double floor;     /* below it, in the element's unit, nothing is said of one line */
	uint32_t cells;   /* copied: how many must be the same; unit_slip: how many slipped; or 0 */
	uint32_t periods; /* how many past reports there must be; 0: 3 */
};

/* A diagnosis as a rule of the table. */
struct diagnosis_rule {
	const struct rule *rule;
	enum diagnosis diagnosis;
	struct diagnosis_settings settings;
};

/* What diagnoses need to know of a form, so that nothing is looked up while a report is checked. */
enum {
	DIAGNOSIS_FLOW = 1, /* adds up over time */
	DIAGNOSIS_YTD = 2,  /* counts since the year began */
	DIAGNOSIS_MONEY = 4,
	DIAGNOSIS_LIKE_NEXT = 8, /* the next line's figure could stand here */
	DIAGNOSIS_TERMS_MAX = 8,
	DIAGNOSIS_IDENTITIES_MAX = 96
};
/* Sum of sign * value over lines: 0 if exact, else at most 0, give or take slack. */
struct diagnosis_identity {
	uint16_t line[DIAGNOSIS_TERMS_MAX];
	int8_t sign[DIAGNOSIS_TERMS_MAX];
	uint8_t terms;
	bool exact;
	int16_t whole; /* index of the one term of sign -1 beside parts of sign 1; -1: none such */
	int64_t slack; /* >= 0 */
	uint32_t rule; /* of the form's: the one that it was read off */
};
/* "opens(this period) = closes(the one before)"; "bed_days is near beds * DAYS". Lines; -1:
 * none. */
struct diagnosis_form {
	const struct form *form; /* borrowed */
	uint8_t flags[FORM_LINES_MAX], scale[FORM_LINES_MAX];
	struct diagnosis_identity identity[DIAGNOSIS_IDENTITIES_MAX];
	uint32_t identities;
	int opens, closes, bed_days, beds;
};
/* Everything but what rules say: identities and the four lines of above are none. */
void diagnosis_form_init(
	const struct catalog *catalog, const struct form *form, struct diagnosis_form *ret_lines);

/* Called by rules_check(): adds what this one finds. findings holds what the rules before it in the
 * table have found. No value is beyond VALUE_MAX. Pure; no allocation. */
void diagnose(const struct diagnosis_form *lines, const struct diagnosis_rule *rule,
	const struct checkup *checkup, struct findings *findings);

#endif
