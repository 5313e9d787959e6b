/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a question has read already. Hundreds of indicators read the same forms and periods: each
 * pair of them is walked once and then added up from memory, where expected reports stand beside
 * what came in. One facility looks like an area with one report. Tallies belong to one read
 * transaction; everything handed out is valid until tallies_trim(), so also until the next value is
 * asked for. What does not fit is ERR_LIMIT. */
#ifndef AGGREGATOR_TALLY_H
#define AGGREGATOR_TALLY_H

#include "aggregator/pairing.h"
#include "aggregator/serving.h"
#include "model/decimal.h"

/* The facilities of one stratum. */
struct tally_row {
	uint64_t stratum;
	uint32_t expected; /* owe the form */
	struct cell cell;  /* head.reported 0: no report */
	/* of one facility instead of the cell's sums: head.n values, unaligned; else NULL */
	const uint8_t *values;
	/* last year's same-period total of the form's lead element: over all who are expected, and
	 * over those of them that have reported. Filled by tally_weigh() */
	int128 volume_expected, volume_reported;
	uint32_t timely; /* expected reports that came in by their due day; by tally_time() */
};

struct tally {
	struct tally_row *row; /* rising by stratum */
	size_t rows;
	uint64_t reported; /* reports, of whatever kind of facility */
	const struct form *form;
	uint32_t period;
	int lead; /* see form_lead_line() */
	/* private */
	struct scope scope;
	struct tally_left *left;
	size_t lefts;
	struct tally_inapplicable *inapplicable;
	size_t inapplicables;
	bool left_known, inapplicable_known, weighed, timed;
	int32_t due_day; /* once timed */
};

struct tallies;

CHECKED int tallies_new(struct tallies **ret_tallies);
void tallies_free(struct tallies *tallies);
AUTO_DEFINE(tallies_free, struct tallies *);
/* The view with tallies: its own, or fresh ones in ret_own, which the caller frees. */
CHECKED int view_with_tallies(
	const struct view *view, struct tallies **ret_own, struct view *ret_view);
/* As catalog_area_within(); asked for every facility, so the answers are kept. The view must have
 * tallies; so below. */
bool view_area_within(const struct view *view, uint32_t inner, uint32_t outer);
/* Forgets everything if it has become too much. */
void tallies_trim(struct tallies *tallies);

/* What the form has of the scope in the period. */
CHECKED int tally_get(const struct view *view, const struct form *form, uint32_t period,
	struct scope scope, struct tally **ret_tally);
/* Facilities that are open in the month: only stratum and expected are filled. */
CHECKED int tally_open(
	const struct view *view, uint32_t month, struct scope scope, struct tally **ret_tally);
/* What does not add to the pair's indicator in the row: as in a leftout row. PORT_NONE: nothing.
 * For one facility it is the whole report or nothing: ret_fate (else PAIR_WHOLE). */
CHECKED int tally_left_out(const struct view *view, struct tally *tally,
	const struct tally_row *row, const struct pair *pair, enum pair_fate *ret_fate,
	struct cell *ret_cell);
/* To how many of the row's reports the line is not applicable. */
CHECKED int tally_inapplicable(const struct view *view, struct tally *tally,
	const struct tally_row *row, uint32_t line, uint32_t *ret_count);
/* Fills column timely of the rows. */
CHECKED int tally_time(const struct view *view, struct tally *tally);
/* Fills the volumes of the rows. */
CHECKED int tally_weigh(const struct view *view, struct tally *tally);
/* The element by whose last year's total a form is weighed: its first line that is required and
 * adds up over time; -1: it has none. */
int form_lead_line(const struct catalog *catalog, const struct form *form);

/* Whether what a facility of the area gives is of the tally's scope. */
bool tally_covers(const struct view *view, const struct tally *tally, uint32_t area);
/* Sets the rows' numbers of reports to those of the area itself. */
CHECKED int tally_count_own(const struct view *view, struct tally *tally);

int64_t tally_sum(const struct tally_row *row, uint32_t line);
uint32_t tally_count(const struct tally_row *row, uint32_t line);
/* The value of an unaligned vector of n, absent beyond its end. */
int64_t vector_value(const uint8_t *values, uint32_t n, uint32_t line);

/* The reports of the period that serve in until. */
CHECKED int carried_reports(const struct view *view, const struct form *form, uint32_t period,
	uint32_t until, const struct carried_report **ret_reports, size_t *ret_count);

#endif
