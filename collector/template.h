/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A form as a sheet to be filled in: the header of codes, which is what is read back; a line of
 * Chinese names and one of units, which are not (row_is_remark); and a row for each facility. */
#ifndef COLLECTOR_TEMPLATE_H
#define COLLECTOR_TEMPLATE_H

#include "base/sheet_out.h"
#include "collector/facilities.h"

struct template_plan {
	const struct catalog *catalog;
	const struct form *form;
	uint32_t period;
	bool prefill; /* stocks, from what this outbox had accepted for the period before */
	const struct facilities *facilities;
	bool training; /* of a training system: a remark column says so */
};

/* Writes it; ret_prefilled: how many figures were filled in. Inside a transaction. */
CHECKED int template_format(const struct template_plan *plan, const struct ports *ports,
	struct sheet_out *out, size_t *ret_prefilled);
/* The last period of the kind that has ended before today. */
uint32_t template_period(enum period_kind kind, int32_t today);

#endif
