/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The ratio of two linear forms, with all that can be said about it. Elements by themselves, which
 * other methods read, are the ratio of their sum to 1. */
#include <stdio.h>
#include <string.h>

#include "aggregator/completeness.h"
#include "aggregator/expected.h"
#include "aggregator/value_inside.h"
#include "base/err.h"

#define VOLUME_MIN 0.95 /* below, a value is provisional */

int element_sum_init(struct element_sum *sum, const struct asked_value *asked,
	const uint32_t *elements, size_t count)
{
	const struct catalog *catalog = asked->valuing->view->catalog;
	uint8_t scale = 0;
	int r;

	ensure(count <= LINEAR_TERMS_MAX);
	sum->indicator = (struct indicator){ .factor = 1 };
	sum->plan = (struct plan){ .uses = 0 };
	for (size_t i = 0; i < count; i++)
		if (catalog_element(catalog, elements[i])->scale > scale)
			scale = catalog_element(catalog, elements[i])->scale;
	for (size_t i = 0; i < count; i++) {
		sum->term[i] = (struct term){
			.kind = TERM_ELEMENT, .element = elements[i], .coefficient = 1
		};
		for (uint8_t d = catalog_element(catalog, elements[i])->scale; d < scale; d++)
			sum->term[i].coefficient *= 10;
	}
	sum->one = (struct term){ .kind = TERM_ONE, .coefficient = 1 };
	sum->indicator.numerator =
		(struct linear){ .term = sum->term, .count = (uint32_t)count, .scale = scale };
	sum->indicator.denominator = (struct linear){ .term = &sum->one, .count = 1 };
	if ((r = plan_init(&sum->plan, asked->valuing->view, &sum->indicator, asked->scope,
		     &asked->span)) < 0)
		return err_pass(r);
	return err_pass(evaluate(asked->valuing->view, &sum->plan, &sum->evaluation));
}

void element_sum_fini(struct element_sum *sum)
{
	plan_fini(&sum->plan);
}

/* The first facility that owes the use's form in the scope; NULL: none. */
static int respondent(const struct view *view, const struct plan *plan, const struct use *use,
	const struct facility **ret_facility)
{
	*ret_facility = NULL;
	for (uint32_t n = 1; n <= registry_facilities(view->registry); n++) {
		const struct facility *facility = registry_facility(view->registry, n);
		const struct segment *segment =
			facility ? facility_segment(facility, use->period) : NULL;
		bool owes;
		int r;

		if (!segment || !use_reaches(plan, view, use, n, segment->area, segment->stratum))
			continue;
		r = facility_owes(view, use->form, facility, segment, use->period, &owes);
		if (r < 0)
			return err_pass(r);
		if (owes) {
			*ret_facility = facility;
			return 0;
		}
	}
	return 0;
}

/* How many owe the use's form in the scope; of the only one the name. */
static int respondents(const struct view *view, const struct plan *plan, const struct use *use,
	uint64_t *ret_count, char who[SCOPE_TEXT_BYTES])
{
	const struct facility *only = NULL;
	struct tally *tally;
	uint64_t count = 0;
	const size_t at = (size_t)(use - plan->use);
	int r = tally_get(
		view, use->form, use->period, plan_uses_scope(plan, view, at, at + 1), &tally);

	if (r < 0)
		return err_pass(r);
	for (size_t i = 0; i < tally->rows; i++)
		if (use_matches(plan, use, tally->row[i].stratum))
			count += tally->row[i].expected;
	if (count == 1 && (r = respondent(view, plan, use, &only)) < 0)
		return err_pass(r);
	if (only)
		snprintf(who, SCOPE_TEXT_BYTES, "%s", only->code);
	else if (count > 0)
		snprintf(who, SCOPE_TEXT_BYTES, "institutions in %u", plan->scope.area);
	*ret_count = count;
	return 0;
}

/* Whether no later use of the same form and side follows. */
static bool use_is_newest(const struct plan *plan, size_t at)
{
	for (size_t i = at + 1; i < plan->uses && plan->use[i].form == plan->use[at].form; i++)
		if (plan->use[i].side == plan->use[at].side &&
			plan->use[i].period > plan->use[at].period)
			return false;
	return true;
}

/* The newest use of the side's first form that somebody owes; else of its first form; NULL: it has
 * none. who: from whom it would come. */
static int side_use(const struct view *view, const struct plan *plan, enum side side,
	const struct use **ret_use, char who[SCOPE_TEXT_BYTES])
{
	const struct form *tried = NULL;
	const struct use *first = NULL;

	snprintf(who, SCOPE_TEXT_BYTES, "an institution in %u", plan->scope.area);
	if (plan->scope.facility)
		scope_print(view, plan->scope, who);
	for (size_t i = 0; i < plan->uses; i++) {
		const struct use *use = &plan->use[i];
		uint64_t count = 0;
		int r;

		if (use->side != side || use->form == tried || !use_is_newest(plan, i))
			continue;
		tried = use->form; /* its other elements are owed by the same ones */
		first = first ? first : use;
		if ((r = respondents(view, plan, use, &count, who)) < 0)
			return err_pass(r);
		*ret_use = use;
		if (count > 0)
			return 0;
	}
	*ret_use = first;
	return 0;
}

int side_missing(
	const struct view *view, const struct plan *plan, enum side side, struct value *value)
{
	const struct linear *linear = plan_side(plan, side);
	char who[SCOPE_TEXT_BYTES], period[PERIOD_TEXT_BYTES];
	const struct element *element = NULL;
	const struct use *use = NULL;
	int r = side_use(view, plan, side, &use, who);

	if (r < 0)
		return err_pass(r);

	for (uint32_t t = 0; t < linear->count && !element; t++)
		if (linear->term[t].kind == TERM_ELEMENT && (!use || use->term == t))
			element = catalog_element(view->catalog, linear->term[t].element);
	if (!element)
		return 0;
	if (!use) {
		value_missing(value, "a form that gives element %s for window %s", element->code,
			window_name(plan->span.window));
		return 0;
	}
	if (use->form->carry_months > 0) {
		scope_print(view, plan->scope, who);
		value_missing(value, "population of %s for %d (element %s)", who,
			period_year(use->until), element->code);
		return 0;
	}
	period_print(use->period, period);
	value_missing(value, "element %s of %s on %s for %s", element->code, who, use->form->code,
		period);
	return 0;
}

static int ratio_missing(const struct view *view, const struct plan *plan,
	const struct evaluation *evaluation, struct value *value)
{
	for (enum side side = 0; side < SIDES; side++) {
		int r = 0;

		if (!evaluation->side[side].has_data)
			r = side_missing(view, plan, side, value);
		if (r < 0)
			return err_pass(r);
	}
	if (plan->blocked)
		value_missing(value, "%s", plan->mark);
	if (rational_is_zero(evaluation->side[SIDE_DENOMINATOR].value))
		value_missing(value, "a denominator other than 0");
	value_missing(value, "%s", evaluation->mark);
	return 0;
}

static void ratio_take(
	const struct plan *plan, const struct evaluation *evaluation, struct value *value)
{
	value->source = evaluation->has_value ? VALUE_REPORTS : VALUE_NONE;
	value->value = evaluation->value;
	value->has_sides = true;
	for (enum side side = 0; side < SIDES; side++)
		value->side[side] = evaluation->side[side];
	value->left_out = evaluation->left_out;
	value->paired = plan->paired;
	snprintf(value->source_text, sizeof(value->source_text), "%s", plan->source);
	snprintf(value->mark, sizeof(value->mark), "%s", evaluation->mark);
}

int plan_complete(const struct view *view, const struct plan *plan, struct value *value)
{
	struct completeness completeness = { .reports = 1 };
	int r = completeness_of(view, plan, &completeness);

	if (r < 0)
		return err_pass(r);
	if (completeness.reports < value->complete)
		value->complete = completeness.reports;
	if (completeness.volume < value->complete_by_volume)
		value->complete_by_volume = completeness.volume;
	value->provisional =
		value->provisional || plan->provisional || value->complete_by_volume < VOLUME_MIN;
	return 0;
}

int value_ratio(const struct asked_value *asked, struct value *value)
{
	AUTO(plan_fini) struct plan plan = { .uses = 0 };
	const struct view *view = asked->valuing->view;
	struct evaluation evaluation;
	int r = plan_init(&plan, view, asked->indicator, asked->scope, &asked->span);

	if (r < 0 || (r = evaluate(view, &plan, &evaluation)) < 0)
		return err_pass(r);
	ratio_take(&plan, &evaluation, value);
	if ((r = plan_complete(view, &plan, value)) < 0 ||
		(r = plan_series(view, &plan, value->series)) < 0)
		return err_pass(r);
	if (value->source == VALUE_NONE)
		return err_pass(ratio_missing(view, &plan, &evaluation, value));
	return err_pass(ratio_uncertainty(asked, value));
}
