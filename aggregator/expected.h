/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Who owes a form: the one place where every rate, census and list of missing reports asks. */
#ifndef AGGREGATOR_EXPECTED_H
#define AGGREGATOR_EXPECTED_H

#include "aggregator/view.h"

/* Whether the facility, which is open in the period as the segment says, owes the form: it is
 * assigned to the facility's class, and nobody else reports for it there. Who has a report of its
 * own in force all the same counts as one who owes it, so that no more can come in than is
 * expected. */
CHECKED int facility_owes(const struct view *view, const struct form *form,
	const struct facility *facility, const struct segment *segment, uint32_t period,
	bool *ret_owes);

#endif
