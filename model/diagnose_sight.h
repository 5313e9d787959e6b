/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The first look at a report: one pass over its lines beside the newest past row, after which most
 * diagnoses of most reports need not be asked at all. It never says what is wrong, only who has
 * certainly nothing to say; whoever may speak is asked in full. So what is found does not depend on
 * it. For model/ only. */
#ifndef MODEL_DIAGNOSE_SIGHT_H
#define MODEL_DIAGNOSE_SIGHT_H

#include "model/rule_inside.h"

enum { SIGHT_PAIRS_MAX = DIAGNOSIS_IDENTITIES_MAX * DIAGNOSIS_TERMS_MAX };

/* A part and its whole, by line. */
struct sight_pair {
	uint16_t part, whole;
};

/* What never changes from report to report, laid out for a pass without branches. */
struct sight_form {
	/* all bits or none, by line */
	int64_t flow[FORM_LINES_MAX]; /* it flows, or counts since the year began */
	int64_t money[FORM_LINES_MAX];
	/* a line and the next one that differ by less are never called swapped */
	int64_t gap[FORM_LINES_MAX];
	int64_t steady; /* all bits: the rule leaves neighbours alone that differ by an eighth */
	struct sight_pair pair[SIGHT_PAIRS_MAX];
	uint32_t pairs;
	uint32_t copied; /* fewer equal cells beside different ones are no copy */
	bool summed;     /* the quick way looks at every identity, for every sender */
};

/* Lays out what the form's rules and lines say; quick and lines must be there. Marks the quick
 * rules that are identities. */
void sight_form_make(const struct form_rules *rules, struct sight_form *ret_form);

/* Whether the report or the newest past row has a value that no report may have. Such a report is
 * rejected before its rules are looked at; here nothing is diagnosed of it, for diagnoses reckon in
 * 64 bits. */
bool sight_wild(const struct checkup *checkup);

/* The diagnoses (bit 1 << enum diagnosis) that cannot find anything. view: what
 * the quick way has looked at. sums_hold: every identity of
 * the form is known to hold. */
unsigned sight_silent(const struct form_rules *rules, const struct checkup *checkup,
	const struct quick_view *view, bool sums_hold);

#endif
