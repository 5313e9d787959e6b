/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rules: what must hold, or usually holds, of a report. They are data (rules.csv), compiled once
 * per catalogue, and the same code checks them at the source and at the centre: a finding is a pure
 * function of the report, the catalogue, what is known of the facility, and its past.
 *
 *   table        columns
 *   rules.csv    id, code, forms, severity, check, when, holds, tolerance, missing, facilities,
 *                settings, name_zh, name_en, fix_zh, fix_en, source
 *   reasons.csv  id, code, name_zh, name_en, used_by, note
 *
 * "forms": forms joined by '|', on each of which every element of the rule must have a line.
 * "severity": reject, hold, follow. "check" is "holds" or the name of a diagnosis
 * (model/diagnose.h), whose numbers stand in "settings" ("low=300 high=3000 floor=100").
 *
 * "holds" (and "when", a condition without which the rule says nothing) is a comparison:
 *
 *   comparison = side op side        op = "=" "!=" "<=" ">=" "<" ">"
 *   side       = ["-"] term { ("+" | "-") term }
 *   term       = factor { "*" factor }          of which at most one is a subject
 *   factor     = number | "DAYS" | "MONTHS"     of the report's period
 *              | subject
 *   subject    = cells | "prev(" cells ")" | "year_ago(" cells ")"
 *              | "median(" cells ")"  of the periods before, as far as past_depth(); of an even
 *                                     number the lower one in the middle
 *              | "mad(" cells ")"     the median distance from that median
 *              | "year(" cells ")"    the last 12 months, this period's included
 *              | FORM "." cells       of the facility's reports on another form inside the period:
 *                                     their sum, or for what stands at a moment the last one
 *   cells      = element [ filter by its code lists ]             as in model/linear.h
 *
 * "settings" are words of a comparison: "each": the subjects are broken down alike (or single
 * elements beside such), and every cell is compared by itself; "periods=N": median and mad are
 * absent with fewer rows than that; "first", "later": the rule speaks only in the first period of a
 * year, or only in the others (for what is counted since January).
 *
 * "tolerance" is a number in the left side's unit, or per cent of the right side ("5%"): for "="
 * both ways, otherwise in favour of the report. It does not touch "when".
 *
 * "missing" says what an absent value does, in "when" as in "holds": skip_any (the rule says
 * nothing if any is absent), skip_all (only if all of the comparison's are; others count as 0),
 * never (absent counts as 0). NOT_OFFERED is always a true 0. A past value, period or row that is
 * not there is absent, and one such month makes year() absent under skip_any. So parts that may be
 * empty are held against a whole that must be there by: when "WHOLE >= 0", skip_all.
 *
 * A finding is about the first element of the left side (of several cells the first; with "each"
 * the cell at fault): that is what a sender explains. A rule that rejects may look at nothing but
 * the report itself. "facilities" is a filter of model/linear.h without brackets
 * ("class=psychiatric_hospital"), or empty; where the facility's attributes are not known a
 * filtered rule says nothing. */
#ifndef MODEL_RULE_H
#define MODEL_RULE_H

#include "model/catalog.h"
#include "model/finding.h"

/* How far back rules look, in periods of the form: months 12, quarters 8, half-years 4, years 3. */
enum { PAST_MAX = 12 };
uint32_t past_depth(enum period_kind kind);

/* What is in force of the facility on the form before a period. Vectors as of report_vector(). */
struct past {
	const int64_t
		*row[PAST_MAX]; /* row[k]: k + 1 periods before; NULL: no report, or withdrawn */
};

/* Other forms' reports inside the period of the one that is checked. */
enum { RULE_OTHERS_MAX = 4 };
struct past_other {
	const struct form *form;
	/* one per period of that form inside the checked one, in order; NULL: no report */
	const int64_t *row[12];
	uint32_t rows;
};

/* One report before the rules. All borrowed. */
struct checkup {
	const struct form *form;
	uint32_t period;
	bool stratum_known;   /* whether the facility's attributes are known here */
	uint64_t stratum;     /* at the end of the period */
	const int64_t *value; /* form->line_count of them */
	struct past past;
	struct past_other other[RULE_OTHERS_MAX]; /* as rules_others() asks for them */
	uint32_t others;
	/* what the sender explains: struct report */
	const uint32_t *explained_element, *explained_reason;
	size_t explained;
	/* For FINDING_WRONG_MONTH and FINDING_COPIED: a revision looks also at what it replaces.
	 * NULL:
	 * nothing is in force there. */
	const int64_t *replaced;
};

struct rule {
	uint16_t id;
	char code[RULE_CODE_BYTES];
	enum severity severity;
	struct catalog_name name; /* what should hold, in words */
	struct catalog_name fix;  /* what to do when it does not */
	const char *holds;        /* as written; "" for a diagnosis */
};

struct reason {
	uint16_t id;
	char code[CATALOG_CODE_BYTES];
	struct catalog_name name;
	bool sender, bureau; /* who may give it */
};

/* Rising by id; of the catalogue. NULL when there is none. */
const struct rule *catalog_rules(const struct catalog *catalog, size_t *ret_count);
const struct rule *catalog_rule_by_code(const struct catalog *catalog, const char *code);
const struct reason *catalog_reasons(const struct catalog *catalog, size_t *ret_count);
const struct reason *catalog_reason(const struct catalog *catalog, uint32_t id);
const struct reason *catalog_reason_by_code(const struct catalog *catalog, const char *code);

/* The reason that a sender gives for what is found on an element (0: on the whole report); 0: none.
 * elements rise strictly, reasons stand beside them. */
uint32_t explanation_of(
	const uint32_t *elements, const uint32_t *reasons, size_t count, uint32_t element);

/* The other forms that rules of this form look at; returns how many, at most RULE_OTHERS_MAX. */
uint32_t rules_others(const struct catalog *catalog, const struct form *form,
	const struct form *ret_forms[RULE_OTHERS_MAX]);

/* The same of those rules only whose severity is asked for (bit 1 << severity): a sender's rules
 * need not what the centre's look at. */
uint32_t rules_others_of(const struct catalog *catalog, const struct form *form,
	unsigned severities, const struct form *ret_forms[RULE_OTHERS_MAX]);

/* Adds the findings of every rule of the form whose severity is one of those asked for (bit
 * 1 << severity), in the order of the table, where diagnoses stand first; a finding that the sender
 * explains carries the reason.
 * Pure; no allocation. */
enum {
	RULES_OF_SENDER = 1 << SEVERITY_REJECT | 1 << SEVERITY_HOLD,
	RULES_OF_CENTRE = 1 << SEVERITY_FOLLOW
};
void rules_check(const struct catalog *catalog, const struct checkup *checkup, unsigned severities,
	struct findings *findings);

#endif
