/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The plan of a figure: which term reads which line of which form in which period, and with which
 * weight. evaluate adds up cells along it and explain adds up reports along it, so both say the
 * same. It holds every decision about time: windows, stocks, means, populations that are carried.
 * */
#ifndef AGGREGATOR_PLAN_H
#define AGGREGATOR_PLAN_H

#include "model/rational.h"
#include "aggregator/span.h"
#include "aggregator/tally.h"

enum side { SIDE_NUMERATOR, SIDE_DENOMINATOR, SIDES };

enum { MARK_BYTES = 400, SOURCE_BYTES = 256 };

/* A part of a term: what the reports of one form and period give.
 * Contribution of a report: coefficient of the term * its value * weight / divisor. */
struct use {
	const struct form *form;
	uint32_t period;
	/* as a rule the period; a later one: of the reports only those that still serve then */
	uint32_t until;
	enum side side;
	uint32_t term; /* of its side */
	uint32_t line;
	bool for_others; /* the element is: where it is lacking, nothing is */
	int32_t weight, divisor;
};

struct plan {
	const struct indicator *indicator;
	struct scope scope;
	struct span span;
	struct use *use; /* by form, period, until, side, term */
	size_t uses;
	bool paired;      /* reports with a hole on either side are left out of both */
	bool provisional; /* a population of an earlier year serves */
	bool blocked;     /* some term has no figure for a reason of principle, given in mark */
	char source[SOURCE_BYTES]; /* codes of the forms used, joined by '+' */
	char mark[MARK_BYTES];     /* remarks so far, joined by "; " */
	/* private */
	size_t room;
	enum period_kind kind; /* of the forms of all terms but carried ones; 0: each its own */
};

/* Whatever the indicator's method is, its two linear forms are planned. */
CHECKED int plan_init(struct plan *plan, const struct view *view, const struct indicator *indicator,
	struct scope scope, const struct span *span);
void plan_fini(struct plan *plan);
static inline void plan_fini_auto(struct plan *plan)
{
	plan_fini(plan);
}

const struct linear *plan_side(const struct plan *plan, enum side side);
/* Uses of one form, period and until lie together: the index after those that begin at first. */
size_t plan_group_end(const struct plan *plan, size_t first);
/* Whose reports the uses from first to before end read: of an area, where none of their elements
 * adds up over space, only its own. */
struct scope plan_uses_scope(
	const struct plan *plan, const struct view *view, size_t first, size_t end);
/* Whether the use is meant for a facility of this stratum. */
bool use_matches(const struct plan *plan, const struct use *use, uint64_t stratum);
/* Whether the form is assigned to some facility that the use is meant for. */
bool use_possible(const struct plan *plan, const struct use *use);
/* Whether what this facility gives, of this area and stratum, adds to the use in the plan's
 * scope. */
bool use_reaches(const struct plan *plan, const struct view *view, const struct use *use,
	uint32_t facility, uint32_t area, uint64_t stratum);
/* The index of the use's term in the sums of leftout rows. */
uint32_t use_pair_term(const struct plan *plan, const struct use *use);
/* 10 to the power of the side's decimals. */
int128 plan_side_unit(const struct plan *plan, enum side side);
/* What a stored sum of the use's line comes to in the side's value. */
struct rational use_contribution(const struct plan *plan, const struct use *use, int128 sum);
/* The figure of a term that is no element, except N_FACILITY: taken once per question. false: there
 * is none. */
bool plan_constant(const struct plan *plan, const struct view *view, const struct term *term,
	int64_t *ret_value);
/* Whether the facility counts for N_FACILITY: open in the last month, in the scope, and meant. */
bool plan_counts_facility(const struct plan *plan, const struct view *view, const struct term *term,
	const struct facility *facility);

/* Adds a remark once; what does not fit is cut. */
void mark_add(char mark[MARK_BYTES], const char *text, ...) __attribute__((format(printf, 2, 3)));

#endif
