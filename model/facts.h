/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What people say about figures, in memory, as the journal's commands left it: facts (values that
 * come from outside the reports), norms, statements about a value (its basis, that it is
 * preferred), and verdicts of persons on targets. Both daemons check records with the same
 * function; the aggregator keeps them. It knows nothing of LMDB or protobuf. */
#ifndef MODEL_FACTS_H
#define MODEL_FACTS_H

#include "base/bytes.h"
#include "model/target.h"

enum {
	FACT_SOURCE_MAX = 96,
	FACT_TEXT_MAX = 400,
	FACT_DECIMALS_MAX = 9,
	TARGET_ID_MAX = 47,
	AREA_NATION = 100000,
};

/* As a statement's source: the value computed from reports. No fact may call itself so. */
#define SOURCE_REPORTS "reports"

/* A figure as somebody prints it: "26.0" keeps its nought. ERR_INVALID as decimal_parse(), and
 * beyond FACT_DECIMALS_MAX decimals. */
CHECKED int fact_value_parse(const char *text, struct printed *ret_printed);

/* "" (NONE), ">=", ">", "<=", "<", "about": what may stand before a fact. ERR_INVALID. */
CHECKED int fact_comparator_parse(const char *word, enum comparator *ret_comparator);
const char *fact_comparator_name(enum comparator comparator);

/* Identity: (area, indicator, period, source, norm); a later record of the same identity replaces.
 * A withdrawal that gives no value keeps the one that it takes back, to be read, not to be used.
 * An area may lie outside the reporting tree. For a norm, period is the one from which on it
 * holds. */
struct fact {
	uint32_t area;
	char indicator[CATALOG_CODE_BYTES];
	uint32_t period;
	struct printed value;
	enum comparator comparator; /* NONE: the value itself; AT_LEAST, …, ABOUT: bounded only */
	char source[FACT_SOURCE_MAX + 1];
	char basis[FACT_TEXT_MAX + 1]; /* "": not stated */
	char note[FACT_TEXT_MAX + 1];
	bool norm;
	bool withdrawn;
	/* of the command that said so */
	uint64_t sequence;
	uint32_t actor;
};

/* What a person says about a value: that of a fact or a plan (by its source, or by the plan's
 * code alone), or the one computed from reports (source "reports"). Identity: (area, indicator,
 * period, source); what a later record does not speak of stays as it was said before. */
struct statement {
	uint32_t area;
	char indicator[CATALOG_CODE_BYTES];
	uint32_t period;
	char source[FACT_SOURCE_MAX + 1];
	bool says_basis;               /* whether basis counts; "" takes an earlier one back */
	char basis[FACT_TEXT_MAX + 1]; /* two values with equal non-empty bases are comparable */
	bool says_preferred;           /* whether preferred counts */
	bool preferred; /* of all values of the area, indicator and period: one at a time */
	char note[FACT_TEXT_MAX + 1];
	uint64_t sequence;
	uint32_t actor;
};

enum verdict_outcome {
	VERDICT_MET = 1,
	VERDICT_NOT_MET,
	VERDICT_UNDER_WAY,
	VERDICT_NOT_STARTED,
	VERDICT_WITHDRAWN,
};
/* "met", "not_met", "under_way", "not_started", "withdrawn"; 0 when unknown. */
enum verdict_outcome verdict_outcome_parse(const char *word);
const char *verdict_outcome_name(enum verdict_outcome outcome);

/* A person's verdict on a target, as of a period. All are kept; of each period the newest counts,
 * unless it is a withdrawal: then nobody judged as of that period. */
struct person_verdict {
	char target[TARGET_ID_MAX + 1];
	uint32_t period;
	enum verdict_outcome outcome;
	char evidence[FACT_TEXT_MAX + 1]; /* what was looked at; must not be empty */
	char note[FACT_TEXT_MAX + 1];
	uint64_t sequence;
	uint32_t actor;
	int64_t received; /* wall ms */
};

struct facts;

CHECKED int facts_new(struct facts **ret_facts);
void facts_free(struct facts *facts);
AUTO_DEFINE(facts_free, struct facts *);

/* ERR_INVALID with the reason if the record cannot be taken under this catalogue: unknown area,
 * indicator or target, a period that is none, no value (unless it withdraws one), an empty source
 * or evidence, a statement that says nothing. */
CHECKED int fact_check(const struct catalog *catalog, const struct fact *fact);
CHECKED int statement_check(const struct catalog *catalog, const struct statement *statement);
CHECKED int verdict_check(const struct catalog *catalog, const struct person_verdict *verdict);

/* The records are copied. A statement that prefers a value ends the preference of another. */
CHECKED int facts_put(struct facts *facts, const struct fact *fact);
CHECKED int facts_put_statement(struct facts *facts, const struct statement *statement);
CHECKED int facts_put_verdict(struct facts *facts, const struct person_verdict *verdict);

/* Everything: facts by area, indicator, values before norms, period and source, withdrawn ones
 * included; statements by area, indicator, period and source; verdicts by target, period and age.
 * A pointer is valid until the next put. */
size_t facts_count(const struct facts *facts);
const struct fact *facts_at(const struct facts *facts, size_t index);
size_t facts_statements(const struct facts *facts);
const struct statement *facts_statement_at(const struct facts *facts, size_t index);
size_t facts_verdicts(const struct facts *facts);
const struct person_verdict *facts_verdict_at(const struct facts *facts, size_t index);

/* The fact (no norm) that counts for the figure: the preferred one, else the newest (of one
 * command: the first by source); NULL. */
const struct fact *facts_value(
	const struct facts *facts, uint32_t area, const char *indicator, uint32_t period);
/* The norm in force on the period's last day, of this area or else of the nearest of its parents,
 * else of its province by its code, else of the nation; of several the one that began last, then
 * the preferred, then the newest; NULL. */
const struct fact *facts_norm(const struct facts *facts, const struct catalog *catalog,
	uint32_t area, const char *indicator, uint32_t period);
/* NULL when nobody said anything. */
const struct statement *facts_statement(const struct facts *facts, uint32_t area,
	const char *indicator, uint32_t period, const char *source);
/* What was said of a plan's own value: by its whole source, else by the plan's code; NULL. */
const struct statement *facts_statement_published(
	const struct facts *facts, const struct published *published);
/* The statement that prefers one of the figure's values; its source says which: SOURCE_REPORTS, a
 * plan's code, a fact's source. NULL when nobody preferred any. */
const struct statement *facts_preferred(
	const struct facts *facts, uint32_t area, const char *indicator, uint32_t period);
/* The verdict that counts at the period: of the latest period up to it that has one; NULL. */
const struct person_verdict *facts_verdict(
	const struct facts *facts, const char *target, uint32_t period);

#endif
