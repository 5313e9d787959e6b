/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Returns that serve after their own period: of each facility the newest one does, until a newer
 * one comes. So a city's population is whole while one county's new figure is out and eight are
 * not. */
#ifndef AGGREGATOR_CARRY_H
#define AGGREGATOR_CARRY_H

#include "aggregator/view.h"

/* Walks the reports of one period that still serve in a later one, until. */
struct carry_walk {
	struct current_walk reports;
	const struct form *form;
	uint32_t until;
};

struct carry_walk carry_walk_of(
	const struct view *view, const struct form *form, uint32_t period, uint32_t until);
/* PORT_NONE after the last. The row is walk->reports. */
CHECKED int carry_walk_next(struct carry_walk *walk);

/* Whether the facility's report of the period serves in until: there is no newer one up to then,
 * and the facility is still open. */
CHECKED int carry_serves(const struct view *view, const struct form *form, uint32_t period,
	uint32_t until, uint32_t facility, bool *ret_serves);

#endif
