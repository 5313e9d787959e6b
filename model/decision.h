/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What persons do with reports: decide on held ones, ask the sender about a figure, show an
 * adjustment beside it. None of them ever changes what a respondent reported. */
#ifndef MODEL_DECISION_H
#define MODEL_DECISION_H

#include "model/catalog.h"
#include "base/limits.h"

enum { DECISION_NOTE_MAX = 400 };

/* Whose report: as in its own header. */
struct report_key {
	char facility[FACILITY_CODE_MAX + 1];
	uint32_t form, period;
};

enum decision_kind { DECISION_ACCEPT = 1, DECISION_RETURN, DECISION_REJECT };
/* "accepted", "returned", "rejected" */
const char *decision_name(enum decision_kind kind);

struct decision {
	struct report_key key;
	uint64_t held;     /* sequence of the held entry */
	uint64_t replaces; /* sequence in force there at this moment; 0: nothing */
	enum decision_kind kind;
	uint32_t reason; /* of the catalogue; 0: none */
	char note[DECISION_NOTE_MAX + 1];
};

struct query {
	struct report_key key;
	uint64_t about;   /* sequence of the report, in force or held */
	uint32_t element; /* 0: the report as a whole */
	uint32_t reason;
	char text[DECISION_NOTE_MAX + 1];
};

enum adjustment_step { ADJUSTMENT_PROPOSE = 1, ADJUSTMENT_CONFIRM, ADJUSTMENT_END };

struct adjustment {
	enum adjustment_step step;
	struct report_key key;
	uint64_t about; /* sequence of the report in force */
	/* PROPOSE */
	uint32_t element;
	int64_t delta; /* in the element's scale */
	uint32_t reason;
	char note[DECISION_NOTE_MAX + 1];
	int32_t until_day;
	/* CONFIRM, END */
	uint64_t proposal;
};

/* ERR_INVALID with the reason if the record cannot be taken under this catalogue: unknown form,
 * period of another kind, an element that is not on the form, a delta of 0, a reason that the
 * bureau may not give, RETURN or REJECT without a reason. Whether facility and sequences exist is
 * not asked here. */
CHECKED int decision_check(const struct catalog *catalog, const struct decision *decision);
CHECKED int query_check(const struct catalog *catalog, const struct query *query);
CHECKED int adjustment_check(const struct catalog *catalog, const struct adjustment *adjustment);

#endif
