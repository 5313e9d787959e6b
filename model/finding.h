/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What was found about a report: where, what, how bad, and what it should probably be. The same
 * struct on both sides of the wire, so that a check at the source and the centre's verdict can be
 * compared byte by byte. */
#ifndef MODEL_FINDING_H
#define MODEL_FINDING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"

/* What a finding does to its report. */
enum severity {
	SEVERITY_REJECT = 1, /* it cannot be right: the report is rejected */
	SEVERITY_HOLD,       /* it may be right: held, until it is explained or decided on */
	SEVERITY_FOLLOW,     /* worth a look; decides nothing */
};

/* Numbers are for ever; docs/protocol.md explains each. */
enum finding_code {
	FINDING_UNDECODABLE = 1, /* not a ReportValues message, or digest of other bytes */
	FINDING_DIGEST = 2,      /* values or text do not have the digest sent along */
	FINDING_TOO_LARGE = 3,
	FINDING_FACILITY_UNKNOWN = 4,
	FINDING_NOT_YOURS = 5, /* the key may not report for this facility */
	FINDING_FORM_UNKNOWN = 6,
	FINDING_FORM_NOT_ASSIGNED = 7, /* not to this class of facility */
	FINDING_PERIOD_INVALID = 8,    /* no period of the form's kind */
	FINDING_PERIOD_FUTURE = 9,     /* the period has not ended */
	FINDING_FACILITY_CLOSED = 10,  /* not open on any day of the period */
	FINDING_REVISION_ZERO = 11,
	FINDING_CONFLICT = 12,         /* same revision, other bytes: found = revision */
	FINDING_ELEMENT_UNKNOWN = 13,  /* element not on the form */
	FINDING_VALUE_RANGE = 14,      /* magnitude above 2^40 */
	FINDING_VALUE_NEGATIVE = 15,   /* a count or quantity below zero */
	FINDING_REQUIRED_MISSING = 16, /* a required line is neither given nor explained */
	FINDING_ABSENT_KIND = 17,
	FINDING_TEXT_INVALID = 18,
	FINDING_WITHDRAWAL_VALUES = 19, /* a withdrawal carries values */
	FINDING_REASON_UNKNOWN = 20, /* an explanation's reason is none of the catalogue's: found */
	/* A rule of the catalogue does not hold: rule, element (the first of its left side), found
	 * and limit are its two sides, in the element's scale. */
	FINDING_RULE = 21,
	/* Diagnoses, of the rule named: what probably happened; proposed is the way back. */
	FINDING_UNIT_SLIP = 22,   /* another unit: limit is what is usual here */
	FINDING_TEN_TIMES = 23,   /* a digit too many or too few: limit is what is usual here */
	FINDING_SWAPPED = 24,     /* element and other hold each other's figures */
	FINDING_COPIED = 25,      /* the figures are those of period: found cells are the same */
	FINDING_SUM_IN_PART = 26, /* element holds the whole that other should hold */
	FINDING_WRONG_MONTH =
		27, /* the figures are, or continue, those of another period: period */
	/* Held, and no explanation of the sender's changes that. */
	FINDING_LOCKED = 28, /* the period is locked: found is the day from which on, limit today */
	FINDING_REPORTED_FOR =
		29, /* another facility's report covers it already, or a unit that this
				      report covers has one of its own: found is that sequence */
	FINDING_NEGATIVE_MONEY = 30, /* HOLD; explainable */
	/* Of a held report that a person returned or rejected: found is the decision's sequence. */
	FINDING_RETURNED = 31,
	FINDING_REFUSED = 32,
	FINDING_CODE_MAX = 32,
};
/* Short stable word, as in "period-future". */
const char *finding_name(enum finding_code code);

struct finding {
	enum finding_code code;
	uint32_t element; /* 0: the whole report */
	int64_t found, limit;
	enum severity severity; /* 0 is SEVERITY_REJECT */
	uint32_t other;         /* a second element; 0: none */
	bool has_proposed;
	int64_t proposed;
	uint32_t period;            /* another period; 0: none */
	uint32_t reason;            /* the sender's explanation; 0: none */
	char rule[RULE_CODE_BYTES]; /* "": no rule spoke */
};

/* Findings of one report: the first FINDINGS_MAX, and how many more there were. */
struct findings {
	struct finding finding[FINDINGS_MAX];
	uint32_t count, more;
	/* of all of them, also those that were only counted */
	bool rejects, holds;
};

/* Of severity SEVERITY_REJECT. */
void findings_add(struct findings *findings, enum finding_code code, uint32_t element,
	int64_t found, int64_t limit);
/* Takes the finding as it is. A HOLD that carries a reason holds nothing, unless it is of a kind
 * that no sender can explain. */
void findings_add_whole(struct findings *findings, const struct finding *finding);
/* Whether a sender's reason settles such a finding. */
bool finding_explainable(enum finding_code code);

#endif
