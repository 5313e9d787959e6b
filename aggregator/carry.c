/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Worked out at the time of the question, report by report: only agencies send such returns, one a
 * year for each area, so there are a few hundred at most. */
#include "aggregator/carry.h"

#include "base/err.h"

int carry_serves(const struct view *view, const struct form *form, uint32_t period, uint32_t until,
	uint32_t facility, bool *ret_serves)
{
	const struct facility *known = registry_facility(view->registry, facility);
	bool serves = known && facility_segment(known, until);

	for (uint32_t p = period_add(period, 1); serves && p != 0 && p <= until;
		p = period_add(p, 1)) {
		struct current_head head;
		int r = current_get(view, form->id, p, facility, &head, NULL);

		if (r < 0)
			return err_pass(r);
		serves = r == PORT_NONE || head.withdrawn || head.area == 0;
	}
	*ret_serves = serves;
	return 0;
}

struct carry_walk carry_walk_of(
	const struct view *view, const struct form *form, uint32_t period, uint32_t until)
{
	return (struct carry_walk){
		.reports = current_walk_of(view, form->id, period), .form = form, .until = until
	};
}

int carry_walk_next(struct carry_walk *walk)
{
	struct current_walk *reports = &walk->reports;
	bool serves = false;
	int r = 0;

	while (!serves && (r = current_walk_next(reports)) == 0)
		if ((r = carry_serves(reports->view, walk->form, reports->period, walk->until,
			     reports->facility, &serves)) < 0)
			break;
	return r == PORT_NONE ? r : err_pass(r);
}
