/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One report in force, as a row of current, and what it adds to cells: the same whether it is put
 * in or taken out. */
#ifndef AGGREGATOR_ROW_H
#define AGGREGATOR_ROW_H

#include "aggregator/deltas.h"
#include "aggregator/pairing.h"
#include "store/aggregates.h"

struct row {
	const struct form *form;
	uint32_t period, facility;
	struct current_head head;
	int64_t value[FORM_LINES_MAX]; /* head.n of them */
};

/* PORT_NONE: nothing was ever in force there. */
CHECKED int row_get(const struct ports *ports, const struct form *form, uint32_t period,
	uint32_t facility, struct row *ret_row);
CHECKED int row_put(const struct ports *ports, const struct row *row);

/* What contributing needs; the arrays are its own. */
struct contributing {
	/* borrowed */
	const struct catalog *catalog;
	const struct pairing *pairing;
	struct deltas *deltas;
	/* what the row in hand adds, per line */
	int64_t sum[FORM_LINES_MAX], count[FORM_LINES_MAX], inapplicable[FORM_LINES_MAX];
	bool any_inapplicable; /* any of inapplicable is not 0 */
};

/* Adds the row to every cell that it belongs to (sign 1), or takes it out again (sign -1). A row
 * that is withdrawn, or whose area is 0, adds to none. */
CHECKED int row_contribute(struct contributing *contributing, const struct ports *ports,
	const struct row *row, int sign);
/* The same for the count of reports in its form and period. */
CHECKED int row_count(struct contributing *contributing, const struct ports *ports,
	const struct row *row, int sign);

#endif
