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
	TARGET_ID_MAX = 47,
};

/* Identity: (area, indicator, period, source, norm); a later record of the same identity replaces.
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
	/* given by facts_put */
	uint64_t sequence;
	uint32_t actor;
};

/* What a person says about a value: that of a fact or a plan (by its source), or the one computed
 * from reports (source "reports"). Identity: (area, indicator, period, source). */
struct statement {
	uint32_t area;
	char indicator[CATALOG_CODE_BYTES];
	uint32_t period;
	char source[FACT_SOURCE_MAX + 1];
	char basis[FACT_TEXT_MAX + 1]; /* two values with equal non-empty bases are comparable */
	bool preferred;                /* of all values of the area, indicator and period */
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

/* A person's verdict on a target, as of a period. All are kept; the newest of the latest period
 * counts, unless it is withdrawn. */
struct verdict {
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
 * indicator or target, a period that is none, an empty source or evidence. */
CHECKED int fact_check(const struct catalog *catalog, const struct fact *fact);
CHECKED int statement_check(const struct catalog *catalog, const struct statement *statement);
CHECKED int verdict_check(const struct catalog *catalog, const struct verdict *verdict);

/* The records are copied. */
CHECKED int facts_put(struct facts *facts, const struct fact *fact);
CHECKED int facts_put_statement(struct facts *facts, const struct statement *statement);
CHECKED int facts_put_verdict(struct facts *facts, const struct verdict *verdict);

/* Everything, in order of identity; withdrawn facts included. Valid until the next put. */
const struct fact *facts_all(const struct facts *facts, size_t *ret_count);
const struct statement *facts_statements(const struct facts *facts, size_t *ret_count);
const struct verdict *facts_verdicts(const struct facts *facts, size_t *ret_count);

/* The fact (no norm) that counts for the figure: the preferred one, else the newest; NULL. */
const struct fact *facts_value(
	const struct facts *facts, uint32_t area, const char *indicator, uint32_t period);
/* The norm in force at the period, of this area or else of the nearest of its parents, else of the
 * nation (area 100000); NULL. */
const struct fact *facts_norm(const struct facts *facts, const struct catalog *catalog,
	uint32_t area, const char *indicator, uint32_t period);
/* NULL when nobody said anything. */
const struct statement *facts_statement(const struct facts *facts, uint32_t area,
	const char *indicator, uint32_t period, const char *source);
/* The verdict that counts at the period: the newest of the latest period up to it; NULL. */
const struct verdict *facts_verdict(const struct facts *facts, const char *target, uint32_t period);

#endif
