/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Terms are placed one by one (place.c); the uses are then sorted, so that the uses of one form and
 * period are served by one walk over its cells or reports. */
#include "aggregator/plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/pairing.h"
#include "aggregator/place.h"
#include "base/err.h"

void mark_add(char mark[MARK_BYTES], const char *text, ...)
{
	char fresh[MARK_BYTES];
	size_t used = strlen(mark);
	va_list args;

	va_start(args, text);
	vsnprintf(fresh, sizeof(fresh), text, args);
	va_end(args);
	if (!strstr(mark, fresh))
		snprintf(mark + used, MARK_BYTES - used, "%s%s", used ? "; " : "", fresh);
}

const struct linear *plan_side(const struct plan *plan, enum side side)
{
	return side == SIDE_NUMERATOR ? &plan->indicator->numerator : &plan->indicator->denominator;
}

size_t plan_group_end(const struct plan *plan, size_t first)
{
	size_t end = first;

	while (end < plan->uses && plan->use[end].form == plan->use[first].form &&
		plan->use[end].period == plan->use[first].period &&
		plan->use[end].until == plan->use[first].until)
		end++;
	return end;
}

static bool use_adds_over_space(const struct view *view, const struct use *use)
{
	const struct element *element =
		catalog_element(view->catalog, use->form->lines[use->line].element);

	return element && element->over_space == OVER_SPACE_SUM;
}

struct scope plan_uses_scope(
	const struct plan *plan, const struct view *view, size_t first, size_t end)
{
	struct scope scope = plan->scope;

	scope.own = scope.facility == 0;
	for (size_t i = first; scope.own && i < end; i++)
		scope.own = !use_adds_over_space(view, &plan->use[i]);
	return scope;
}

bool use_matches(const struct plan *plan, const struct use *use, uint64_t stratum)
{
	return filter_matches(&plan_side(plan, use->side)->term[use->term].filter, stratum);
}

bool use_possible(const struct plan *plan, const struct use *use)
{
	const struct filter *filter = &plan_side(plan, use->side)->term[use->term].filter;
	const struct attribute_set *meant = &filter->allowed[DIMENSION_CLASS],
				   *asked = &use->form->classes;

	if (!(filter->dimensions >> DIMENSION_CLASS & 1))
		return true;
	for (size_t i = 0; i < array_len(meant->word); i++)
		if (meant->word[i] & asked->word[i])
			return true;
	return false;
}

bool use_reaches(const struct plan *plan, const struct view *view, const struct use *use,
	uint32_t facility, uint32_t area, uint64_t stratum)
{
	if (!use_matches(plan, use, stratum) ||
		(plan->scope.facility && plan->scope.facility != facility))
		return false;
	return area == plan->scope.area ||
	       (use_adds_over_space(view, use) &&
		       catalog_area_within(view->catalog, area, plan->scope.area));
}

uint32_t use_pair_term(const struct plan *plan, const struct use *use)
{
	return use->term + (use->side == SIDE_DENOMINATOR ? plan->indicator->numerator.count : 0);
}

static int128 power_of_ten(unsigned exponent)
{
	int128 power = 1;

	while (exponent-- > 0)
		power *= 10;
	return power;
}

int128 plan_side_unit(const struct plan *plan, enum side side)
{
	return power_of_ten(plan_side(plan, side)->scale);
}

struct rational use_contribution(const struct plan *plan, const struct use *use, int128 sum)
{
	const struct linear *side = plan_side(plan, use->side);
	struct rational weighted =
		rational_multiply(rational_of(sum, 1), rational_of(use->weight, use->divisor));

	return rational_multiply(weighted,
		rational_of(side->term[use->term].coefficient, power_of_ten(side->scale)));
}

static int64_t areas_count(
	const struct plan *plan, const struct view *view, const struct filter *filter)
{
	int32_t day = period_last_day(span_last_month(&plan->span));
	int64_t count = 0;
	size_t areas;
	const struct area *area = catalog_areas(view->catalog, &areas);

	for (size_t i = 0; i < areas; i++)
		if (area[i].from_day <= day && day <= area[i].until_day &&
			(!filter->kind[0] || strcmp(filter->kind, area[i].kind) == 0) &&
			catalog_area_within(view->catalog, area[i].code, plan->scope.area))
			count++;
	return count;
}

bool plan_constant(const struct plan *plan, const struct view *view, const struct term *term,
	int64_t *ret_value)
{
	switch (term->kind) {
	case TERM_N_AREA:
		*ret_value = areas_count(plan, view, &term->filter);
		return true;
	case TERM_DAYS:
		*ret_value = span_days(&plan->span);
		return true;
	case TERM_MONTHS:
		*ret_value = plan->span.months;
		return true;
	case TERM_ONE:
		*ret_value = 1;
		return true;
	default:
		return false;
	}
}

bool plan_counts_facility(const struct plan *plan, const struct view *view, const struct term *term,
	const struct facility *facility)
{
	const struct segment *segment = facility_segment(facility, span_last_month(&plan->span));

	return segment && filter_matches(&term->filter, segment->stratum) &&
	       (!plan->scope.facility || plan->scope.facility == facility->number) &&
	       catalog_area_within(view->catalog, segment->area, plan->scope.area);
}

static int side_place(struct plan *plan, const struct view *view, enum side side)
{
	const struct linear *linear = plan_side(plan, side);

	for (uint32_t t = 0; t < linear->count; t++) {
		const struct term *term = &linear->term[t];
		int r;

		if (term->kind == TERM_WORKDAYS) {
			mark_add(plan->mark, "no calendar of working days is loaded");
			plan->blocked = true;
		}
		if (term->kind != TERM_ELEMENT)
			continue;
		if ((r = place_element(plan, view, side, t)) < 0)
			return err_pass(r);
	}
	return 0;
}

static int use_compare(const void *left, const void *right)
{
	const struct use *a = left, *b = right;

	if (a->form->id != b->form->id)
		return a->form->id < b->form->id ? -1 : 1;
	if (a->period != b->period)
		return a->period < b->period ? -1 : 1;
	if (a->until != b->until)
		return a->until < b->until ? -1 : 1;
	if (a->side != b->side)
		return a->side < b->side ? -1 : 1;
	return (a->term > b->term) - (a->term < b->term);
}

/* The use that a form which takes part is named by: its first, if any of its uses is possible. */
static bool form_takes_part(const struct plan *plan, size_t first)
{
	const struct form *form = plan->use[first].form;
	bool possible = false;

	if (first > 0 && plan->use[first - 1].form == form)
		return false;
	for (size_t i = first; i < plan->uses && plan->use[i].form == form; i++)
		possible = possible || use_possible(plan, &plan->use[i]);
	return possible;
}

/* Paired only if every form that takes part lists every element: otherwise "left out" would mean
 * something else for each of them. Clinics' returns take no part in a ratio of hospitals. */
static void plan_pair_and_name(struct plan *plan, const struct view *view)
{
	struct pair pair;

	plan->paired = plan->uses > 0;
	for (size_t i = 0; i < plan->uses; i++) {
		const struct form *form = plan->use[i].form;
		size_t used = strlen(plan->source);

		if (!form_takes_part(plan, i))
			continue;
		snprintf(plan->source + used, sizeof(plan->source) - used, "%s%s", used ? "+" : "",
			form->code);
		if (!pair_make(view->catalog, form, plan->indicator, &pair))
			plan->paired = false;
	}
}

static int plan_fill(struct plan *plan, const struct view *view)
{
	int r;

	if ((r = place_choose_kind(plan, view)) < 0 ||
		(r = side_place(plan, view, SIDE_NUMERATOR)) < 0 ||
		(r = side_place(plan, view, SIDE_DENOMINATOR)) < 0)
		return err_pass(r);
	if (plan->uses > 0)
		qsort(plan->use, plan->uses, sizeof(*plan->use), use_compare);
	plan_pair_and_name(plan, view);
	if (plan->indicator->mixed_basis)
		mark_add(plan->mark, "mixed basis");
	return 0;
}

int plan_init(struct plan *plan, const struct view *view, const struct indicator *indicator,
	struct scope scope, const struct span *span)
{
	AUTO(tallies_free) struct tallies *own = NULL;
	struct view with;
	int r;

	*plan = (struct plan){ .indicator = indicator, .scope = scope, .span = *span };
	if ((r = view_with_tallies(view, &own, &with)) < 0 || (r = plan_fill(plan, &with)) < 0) {
		plan_fini(plan);
		return err_pass(r);
	}
	return 0;
}

void plan_fini(struct plan *plan)
{
	free(plan->use);
	plan->use = NULL;
	plan->uses = plan->room = 0;
}
