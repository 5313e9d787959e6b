/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The units of a method, one by one: facilities, areas, or a list by name; whether a conjunction of
 * conditions holds for each, or the value of each. Counted by value_units.c, shown by
 * explain_parts.c. */
#ifndef AGGREGATOR_VALUE_UNITS_H
#define AGGREGATOR_VALUE_UNITS_H

#include "aggregator/value_inside.h"

enum unit_state { UNIT_HOLDS = 1, UNIT_FAILS, UNIT_UNKNOWN };

struct unit {
	struct scope scope;
	enum unit_state state;
	/* the first condition that fails or is not known, else the last; or min's and max's own
	 * indicator */
	const struct indicator *indicator;
	struct value value;
};

/* Calls for each unit, in order of number or code; anything but 0 ends the walk and is returned.
 * ret_unknown: the first name of a list that is neither area nor facility, or NULL. */
CHECKED int units_walk(const struct asked_value *asked,
	int (*each)(void *ctx, const struct unit *unit), void *ctx, const char **ret_unknown);

/* With fewer events somewhere an order would be one of chance. */
enum { RANK_EVENTS_FEW = 20 };

/* The areas that a rank is among, with the values; the same call. Areas without a value come with
 * UNIT_UNKNOWN. */
CHECKED int peers_walk(const struct asked_value *asked, const struct indicator *of,
	const char *kind, uint32_t parent, int (*each)(void *ctx, const struct unit *unit),
	void *ctx);

#endif
