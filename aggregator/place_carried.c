/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Returns that serve after their own year, as populations do: which year's serves which month of a
 * window, and the mean over its months. */
#include "base/err.h"
#include "aggregator/place_inside.h"

enum {
	CARRY_YEARS_MAX = UINT8_MAX / 12 + 2,
	CARRIED_MAX = (SPAN_MONTHS_MAX / 12 + 1) * CARRY_YEARS_MAX,
};

/* The months from December of that year to the month; not positive within the year. */
static int months_after_year(uint32_t month, int year)
{
	return (period_year(month) - year) * 12 + period_index(month) - 12;
}

/* Returns of a year as they serve the months of the same or a later one. */
struct carried {
	struct {
		int year, until;
		int months;       /* that it serves, of the window */
		uint64_t reports; /* that serve */
	} part[CARRIED_MAX];
	int parts, months_known;
};

/* Reports of the scope that serve in a later year. */
static int serving_count(const struct placing *placing, const struct form *form, uint32_t period,
	uint32_t until, uint64_t *ret_reports)
{
	const struct scope *scope = &placing->plan->scope;
	const struct carried_report *report;
	uint64_t serving = 0;
	size_t reports;
	int r = carried_reports(placing->view, form, period, until, &report, &reports);

	if (r < 0)
		return err_pass(r);
	for (size_t i = 0; i < reports; i++)
		serving += (!scope->facility || scope->facility == report[i].facility) &&
			   catalog_area_within(
				   placing->view->catalog, report[i].head.area, scope->area);
	*ret_reports = serving;
	return 0;
}

static int carried_part(const struct placing *placing, const struct form *form, int year, int until,
	struct carried *carried, int *ret_part)
{
	uint32_t period = period_of(PERIOD_YEAR, year, 0);
	uint64_t reports = 0;
	int i = 0, r;

	while (i < carried->parts &&
		(carried->part[i].year != year || carried->part[i].until != until))
		i++;
	*ret_part = i;
	if (i < carried->parts)
		return 0;
	r = year == until ? reported_count(placing, form, period, &reports)
			  : serving_count(placing, form, period, period_of(PERIOD_YEAR, until, 0),
				    &reports);
	if (r < 0)
		return err_pass(r);
	ensure(i < CARRIED_MAX);
	carried->part[i].year = year;
	carried->part[i].until = until;
	carried->part[i].months = 0;
	carried->part[i].reports = reports;
	carried->parts++;
	return 0;
}

/* The month's own year, and years before it that are still carried. */
static int carried_month(const struct placing *placing, const struct form *form, uint32_t month,
	struct carried *carried)
{
	int until = period_year(month);
	bool known = false;

	for (int year = until; year >= PERIOD_YEAR_MIN; year--) {
		int part, r;

		if (months_after_year(month, year) > form->carry_months)
			break;
		if ((r = carried_part(placing, form, year, until, carried, &part)) < 0)
			return err_pass(r);
		carried->part[part].months++;
		known = known || carried->part[part].reports > 0;
		if (year != until && carried->part[part].reports > 0) {
			mark_add(placing->plan->mark, "provisional population %d", year);
			placing->plan->provisional = true;
		}
	}
	carried->months_known += known;
	return 0;
}

static int use_add_carried(struct placing *placing, const struct form *form, int year, int until,
	int weight, int divisor)
{
	int r = use_add(placing, form, period_of(PERIOD_YEAR, year, 0), weight, divisor);

	if (r < 0)
		return err_pass(r);
	placing->plan->use[placing->plan->uses - 1].until = period_of(PERIOD_YEAR, until, 0);
	return 0;
}

/* A population serves every month of its year, and later ones until its agency gives a newer one.
 * Over a window it is the mean of its months' populations. */
static int place_carried(struct placing *placing, const struct form *form)
{
	const struct span *span = &placing->plan->span;
	struct carried carried = { .parts = 0 };
	int r = 0;

	for (int i = 0; i < span->months && r == 0; i++)
		r = carried_month(placing, form, span_month(span, i), &carried);
	if (r < 0)
		return err_pass(r);
	if (carried.months_known > 0 && carried.months_known < span->months)
		mark_add(placing->plan->mark, "population of %d of %d months", carried.months_known,
			span->months);
	for (int i = 0; i < carried.parts && r == 0; i++) {
		bool own = carried.part[i].year == carried.part[i].until;

		if (own || carried.part[i].reports > 0)
			r = use_add_carried(placing, form, carried.part[i].year,
				carried.part[i].until, carried.part[i].months,
				carried.months_known > 0 ? carried.months_known : 1);
	}
	return err_pass(r);
}

bool form_carries(const struct form *form, const struct element *element)
{
	return form->carry_months > 0 && form->period == PERIOD_YEAR &&
	       element->over_time != OVER_TIME_SUM && element->over_time != OVER_TIME_YTD;
}

int place_all_carried(struct placing *placing, bool *ret_any)
{
	size_t forms;
	const struct form *form = catalog_forms(placing->view->catalog, &forms);

	*ret_any = false;
	for (size_t f = 0; f < forms; f++) {
		int r;

		if (!form_carries(&form[f], placing->element) ||
			form_line_of(placing->view->catalog, &form[f], placing->element->id) < 0)
			continue;
		if ((r = place_carried(placing, &form[f])) < 0)
			return err_pass(r);
		*ret_any = true;
	}
	return 0;
}
