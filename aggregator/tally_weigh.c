/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What only the single reports tell. Completeness by volume: a facility weighs what it reported in
 * the same period of last year; read only where somebody's report is missing. Timeliness: whether
 * the first report came in by the form's due day. And how many are of the area itself. */
#include "aggregator/tally.h"

#include "aggregator/expected.h"
#include "base/err.h"

int form_lead_line(const struct catalog *catalog, const struct form *form)
{
	for (uint32_t i = 0; i < form->line_count; i++) {
		const struct element *element = catalog_element(catalog, form->lines[i].element);

		if (form->lines[i].required && element && element->over_time == OVER_TIME_SUM)
			return (int)i;
	}
	return -1;
}

static struct tally_row *row_find(struct tally *tally, uint64_t stratum)
{
	for (size_t i = 0; i < tally->rows; i++)
		if (tally->row[i].stratum == stratum)
			return &tally->row[i];
	return NULL;
}

bool tally_covers(const struct view *view, const struct tally *tally, uint32_t area)
{
	return tally->scope.own ? area == tally->scope.area
				: view_area_within(view, area, tally->scope.area);
}

/* Cells count the reports of the parts too, but their values of what does not add up over space
 * are of the area's own reports alone: of these every one has a row. */
int tally_count_own(const struct view *view, struct tally *tally)
{
	struct current_walk walk = current_walk_of(view, tally->form->id, tally->period);
	int r;

	tally->reported = 0;
	for (size_t i = 0; i < tally->rows; i++)
		tally->row[i].cell.head.reported = 0;
	while ((r = current_walk_next(&walk)) == 0) {
		struct tally_row *row = row_find(tally, walk.head.stratum);

		if (walk.head.area != tally->scope.area || !row)
			continue;
		row->cell.head.reported++;
		tally->reported++;
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

/* 0 also where nothing was given. */
static int volume_of(const struct view *view, const struct form *form, uint32_t period,
	uint32_t facility, uint32_t line, int64_t *ret_volume)
{
	struct current_head head;
	const uint8_t *values;
	int64_t volume = 0;
	int r = current_get(view, form->id, period, facility, &head, &values);

	if (r < 0)
		return err_pass(r);
	if (r == 0 && !head.withdrawn)
		volume = value_in_sum(vector_value(values, head.n, line));
	*ret_volume = volume > 0 ? volume : 0;
	return 0;
}

/* Calls for every facility of the scope that owes the form. */
static int expected_walk(const struct view *view, struct tally *tally,
	int (*each)(const struct view *view, struct tally *tally, uint32_t facility,
		struct tally_row *row))
{
	const int32_t first = period_first_day(tally->period),
		      last = period_last_day(tally->period);

	for (uint32_t n = 1; n <= registry_facilities(view->registry); n++) {
		const struct facility *facility = registry_facility(view->registry, n);
		const struct segment *segment =
			facility ? facility_segment_between(facility, first, last) : NULL;
		struct tally_row *row;
		bool owes;
		int r;

		if (!segment || (tally->scope.facility && tally->scope.facility != n) ||
			!tally_covers(view, tally, segment->area))
			continue;
		r = facility_owes(view, tally->form, facility, segment, tally->period, &owes);
		if (r < 0)
			return err_pass(r);
		row = owes ? row_find(tally, segment->stratum) : NULL;
		if (row && (r = each(view, tally, n, row)) < 0)
			return err_pass(r);
	}
	return 0;
}

static uint32_t year_before(uint32_t period)
{
	return period_add(period, -12 / period_months(period));
}

static int facility_weigh(
	const struct view *view, struct tally *tally, uint32_t facility, struct tally_row *row)
{
	struct current_head head;
	int64_t volume = 0;
	int r = volume_of(view, tally->form, year_before(tally->period), facility,
		(uint32_t)tally->lead, &volume);

	if (r < 0 ||
		(r = current_get(view, tally->form->id, tally->period, facility, &head, NULL)) < 0)
		return err_pass(r);
	row->volume_expected += volume;
	if (r == 0 && !head.withdrawn)
		row->volume_reported += volume;
	return 0;
}

int tally_weigh(const struct view *view, struct tally *tally)
{
	int r;

	if (tally->weighed || tally->lead < 0 || year_before(tally->period) == 0)
		return 0;
	if ((r = expected_walk(view, tally, facility_weigh)) < 0)
		return err_pass(r);
	tally->weighed = true;
	return 0;
}

static int facility_time(
	const struct view *view, struct tally *tally, uint32_t facility, struct tally_row *row)
{
	struct current_head head;
	int r = current_get(view, tally->form->id, tally->period, facility, &head, NULL);

	if (r < 0)
		return err_pass(r);
	row->timely += r == 0 && !head.withdrawn && head.arrived_day <= tally->due_day;
	return 0;
}

int tally_time(const struct view *view, struct tally *tally)
{
	int r;

	if (tally->timed)
		return 0;
	tally->due_day = form_due_day(view->catalog, tally->form, tally->period);
	if ((r = expected_walk(view, tally, facility_time)) < 0)
		return err_pass(r);
	tally->timed = true;
	return 0;
}
