/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a question looks at: the aggregates inside one read transaction, with the catalogue, the
 * registry and the facts that belong to the same position. Everything that computes an answer reads
 * through it, so a figure and its explanation always come from the same moment. */
#ifndef AGGREGATOR_VIEW_H
#define AGGREGATOR_VIEW_H

#include "model/acts.h"
#include "model/facts.h"
#include "model/lock.h"
#include "model/registry.h"
#include "store/aggregates.h"

struct tallies;
struct adjusting;
struct view {
	const struct ports *ports;
	const struct catalog *catalog;
	const struct registry *registry;
	const struct facts *facts;
	const struct locks *locks;
	const struct acts *acts;
	int32_t today;           /* in China, when the question came */
	struct tallies *tallies; /* what the question has read already; NULL: is not kept */
	const struct adjusting *adjusting; /* NULL: figures as reported */
};

/* Whom a figure is about. */
struct scope {
	uint32_t area;
	uint32_t facility; /* number in the registry; 0: the whole area */
	bool own;          /* of an area: without its parts */
};

static inline bool scopes_are_same(struct scope a, struct scope b)
{
	return a.area == b.area && a.facility == b.facility && a.own == b.own;
}

/* Walks the cells of one area in one period of one form, by stratum. The row stays valid until the
 * next step; nothing is written meanwhile. */
struct cell_walk {
	const struct view *view;
	unsigned table;
	struct cell_key key;
	bool ended;
	struct cell cell;
};

struct cell_walk cell_walk_of(
	const struct view *view, uint16_t form, uint32_t period, uint32_t area);
/* The same of the rows that say to how many reports a line is not applicable. */
struct cell_walk inapplicable_walk_of(
	const struct view *view, uint16_t form, uint32_t period, uint32_t area);
/* PORT_NONE after the last. */
CHECKED int cell_walk_next(struct cell_walk *walk);

/* What does not add to the paired indicator in the cell; PORT_NONE: nothing. */
CHECKED int leftout_get(const struct view *view, const struct cell_key *key, uint16_t indicator,
	struct cell *ret_cell);

/* Walks the reports in force, rising by form, period and facility; withdrawn ones are skipped. */
struct current_walk {
	const struct view *view;
	uint16_t form;
	uint32_t period, facility;
	bool ended;
	struct current_head head;
	int64_t value[FORM_LINES_MAX];
};

struct current_walk current_walk_of(const struct view *view, uint16_t form, uint32_t period);
CHECKED int current_walk_next(struct current_walk *walk);

/* One report in force, withdrawn or not; PORT_NONE: none was ever. ret_values, if not NULL: an
 * unaligned view of head.n values. */
CHECKED int current_get(const struct view *view, uint16_t form, uint32_t period, uint32_t facility,
	struct current_head *ret_head, const uint8_t **ret_values);

/* Walks the newest held reports of all forms, periods and facilities, whatever became of them,
 * rising by form, period and facility. Begins as { .view = view }, or further on. */
struct open_walk {
	const struct view *view;
	uint16_t form;
	uint32_t period, facility; /* of the report in hand */
	bool ended;
	struct open_report report; /* views, valid as long as the read transaction */
};
/* PORT_NONE after the last. */
CHECKED int open_walk_next(struct open_walk *walk);

/* Reports in force, of all forms and periods. */
CHECKED int reports_count(const struct view *view, uint64_t *ret_reports);

#endif
