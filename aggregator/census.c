/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * An open hash that doubles: a city has some hundred groups. */
#include "aggregator/census.h"

#include <stdlib.h>

#include "aggregator/expected.h"
#include "base/err.h"

enum { SLOTS_MIN = 256 }; /* a power of two */

struct census {
	const struct form *form;
	uint32_t period;
	struct census_group *slot; /* owned */
	size_t slots, used;        /* at most half full */
};

void census_free(struct census *census)
{
	if (!census)
		return;
	free(census->slot);
	free(census);
}

static struct census_group *group_find(
	struct census_group *slot, size_t slots, uint32_t area, uint64_t stratum)
{
	uint64_t hash = (stratum ^ (uint64_t)area << 32) * 0xff51afd7ed558ccdu;

	for (size_t at = (hash ^ hash >> 32) & (slots - 1);; at = (at + 1) & (slots - 1))
		if (slot[at].area == 0 || (slot[at].area == area && slot[at].stratum == stratum))
			return &slot[at];
}

static int census_grow(struct census *census)
{
	size_t slots = census->slots ? census->slots * 2 : SLOTS_MIN;
	struct census_group *slot = calloc(slots, sizeof(*slot));

	if (!slot)
		return err_here(ERR_NOMEM, "cannot allocate a count of facilities");
	for (size_t i = 0; i < census->slots; i++)
		if (census->slot[i].area)
			*group_find(slot, slots, census->slot[i].area, census->slot[i].stratum) =
				census->slot[i];
	free(census->slot);
	census->slot = slot;
	census->slots = slots;
	return 0;
}

static int census_add(struct census *census, const struct segment *segment)
{
	struct census_group *group;
	int r;

	if (census->used * 2 >= census->slots && (r = census_grow(census)) < 0)
		return err_pass(r);
	group = group_find(census->slot, census->slots, segment->area, segment->stratum);
	census->used += group->area == 0;
	group->area = segment->area;
	group->stratum = segment->stratum;
	group->facilities++;
	return 0;
}

int census_make(const struct view *view, const struct form *form, uint32_t period,
	struct census **ret_census)
{
	AUTO(census_free) struct census *census = calloc(1, sizeof(*census));
	const int32_t first = period_first_day(period), last = period_last_day(period);

	if (!census)
		return err_here(ERR_NOMEM, "cannot allocate a count of facilities");
	census->form = form;
	census->period = period;
	for (uint32_t n = 1; n <= registry_facilities(view->registry); n++) {
		const struct facility *facility = registry_facility(view->registry, n);
		const struct segment *segment =
			facility ? facility_segment_between(facility, first, last) : NULL;
		bool owes = segment;
		int r = 0;

		if (segment && form)
			r = facility_owes(view, form, facility, segment, period, &owes);
		if (r < 0 || (owes && (r = census_add(census, segment)) < 0))
			return err_pass(r);
	}
	*ret_census = census;
	census = NULL;
	return 0;
}

bool census_is_of(const struct census *census, const struct form *form, uint32_t period)
{
	return census->form == form && census->period == period;
}

const struct census_group *census_slots(const struct census *census, size_t *ret_slots)
{
	*ret_slots = census->slots;
	return census->slot;
}
