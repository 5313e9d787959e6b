/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Storage is asked only about the few for which another facility reports. */
#include "aggregator/expected.h"

#include "base/err.h"

int facility_owes(const struct view *view, const struct form *form, const struct facility *facility,
	const struct segment *segment, uint32_t period, bool *ret_owes)
{
	struct current_head head;
	int r;

	*ret_owes = attribute_set_has(
		&form->classes, stratum_attribute(segment->stratum, DIMENSION_CLASS));
	if (!*ret_owes || facility->proxies == 0 || !facility_proxied(facility, form, period))
		return 0;
	r = current_get(view, form->id, period, facility->number, &head, NULL);
	if (r < 0)
		return err_pass(r);
	*ret_owes = r == 0 && !head.withdrawn;
	return 0;
}
