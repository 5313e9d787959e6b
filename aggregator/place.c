/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Forms of several kinds of period may give the same element (twelve monthly returns, or the yearly
 * one): the kind that covers more facility-months of the area in the window is taken, the
 * catalogue's precedence breaks ties, and the answer names the forms. All terms of an indicator
 * read the same kind if one gives them all: a ratio of the year's drugs to the months' income would
 * be neither. */
#include "aggregator/place_inside.h"

#include <stdlib.h>

#include "base/err.h"

int use_add(
	struct placing *placing, const struct form *form, uint32_t period, int weight, int divisor)
{
	struct plan *plan = placing->plan;
	int line = form_line_of(placing->view->catalog, form, placing->element->id);

	ensure(line >= 0 && divisor > 0);
	if (plan->uses == plan->room) {
		size_t room = plan->room ? plan->room * 2 : 64;
		struct use *use = reallocarray(plan->use, room, sizeof(*use));

		if (!use)
			return err_here(ERR_NOMEM, "cannot allocate the plan of a figure");
		plan->use = use;
		plan->room = room;
	}
	plan->use[plan->uses++] = (struct use){ .form = form,
		.period = period,
		.until = period,
		.side = placing->side,
		.term = placing->index,
		.line = (uint32_t)line,
		.for_others = element_for_others(placing->element),
		.weight = weight,
		.divisor = divisor };
	return 0;
}

int reported_count(const struct placing *placing, const struct form *form, uint32_t period,
	uint64_t *ret_reported)
{
	const struct element *element = placing->element; /* NULL: of several */
	struct scope scope = placing->plan->scope;
	struct tally *tally;
	int r;

	scope.own = scope.facility == 0 && element && element->over_space == OVER_SPACE_NONE;
	r = tally_get(placing->view, form, period, scope, &tally);
	if (r < 0)
		return err_pass(r);
	*ret_reported = tally->reported;
	return 0;
}

/* Elements whose forms are chosen together. */
struct wanted {
	const struct element *element[SIDES * LINEAR_TERMS_MAX];
	size_t elements;
};

static size_t wanted_on(
	const struct view *view, const struct form *form, const struct wanted *wanted, bool *given)
{
	size_t on = 0;

	for (size_t i = 0; i < wanted->elements; i++) {
		if (form_line_of(view->catalog, form, wanted->element[i]->id) < 0)
			continue;
		given[i] = true;
		on++;
	}
	return on;
}

/* How many facility-months forms of this kind cover, and the best precedence among them:
 * UINT32_MAX if the kind does not give every element. */
static int kind_weigh(const struct placing *placing, const struct wanted *wanted,
	enum period_kind kind, uint64_t *ret_months, unsigned *ret_precedence)
{
	uint32_t period[SPAN_MONTHS_MAX];
	int periods = span_periods(&placing->plan->span, kind, period);
	bool given[SIDES * LINEAR_TERMS_MAX] = { false };
	size_t forms;
	const struct form *form = catalog_forms(placing->view->catalog, &forms);

	*ret_months = 0;
	*ret_precedence = UINT32_MAX;
	for (size_t f = 0; f < forms && periods > 0; f++) {
		if (form[f].period != kind ||
			wanted_on(placing->view, &form[f], wanted, given) == 0)
			continue;
		if (form[f].precedence < *ret_precedence)
			*ret_precedence = form[f].precedence;
		for (int i = 0; i < periods; i++) {
			uint64_t reported = 0;
			int r = reported_count(placing, &form[f], period[i], &reported);

			if (r < 0)
				return err_pass(r);
			*ret_months += reported * (uint64_t)period_months(period[i]);
		}
	}
	for (size_t i = 0; i < wanted->elements; i++)
		if (!given[i])
			*ret_precedence = UINT32_MAX;
	return 0;
}

/* 0: no kind gives them all in this window. */
static int kind_choose(
	const struct placing *placing, const struct wanted *wanted, enum period_kind *ret_kind)
{
	enum period_kind best = 0;
	uint64_t best_months = 0;
	unsigned best_precedence = UINT32_MAX;

	for (enum period_kind kind = PERIOD_MONTH; kind <= PERIOD_MCH_YEAR; kind++) {
		uint64_t months;
		unsigned precedence;
		int r = kind_weigh(placing, wanted, kind, &months, &precedence);

		if (r < 0)
			return err_pass(r);
		if (precedence == UINT32_MAX)
			continue;
		if (best && (months < best_months ||
				    (months == best_months && precedence >= best_precedence)))
			continue;
		best = kind;
		best_months = months;
		best_precedence = precedence;
	}
	*ret_kind = best;
	return 0;
}

static void kind_take(struct placing *placing, enum period_kind kind)
{
	size_t forms;
	const struct form *form = catalog_forms(placing->view->catalog, &forms);

	placing->periods = span_periods(&placing->plan->span, kind, placing->period);
	for (size_t f = 0; f < forms && placing->forms < FORMS_OF_ELEMENT_MAX; f++)
		if (form[f].period == kind &&
			form_line_of(placing->view->catalog, &form[f], placing->element->id) >= 0)
			placing->form[placing->forms++] = &form[f];
}

/* The kind of the whole indicator, or else one for this element alone. None: placing->forms stays
 * 0. */
static int forms_choose(struct placing *placing)
{
	const struct wanted alone = { .element = { placing->element }, .elements = 1 };
	enum period_kind kind = placing->plan->kind;
	int r = kind ? 0 : kind_choose(placing, &alone, &kind);

	if (r < 0)
		return err_pass(r);
	if (kind)
		kind_take(placing, kind);
	return 0;
}

static int place_sum(struct placing *placing, const struct form *form)
{
	for (int i = 0; i < placing->periods; i++) {
		int r = use_add(placing, form, placing->period[i], 1, 1);

		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

/* The mean over the periods that have reports; the others stay in the plan, for completeness. */
static int place_mean(struct placing *placing, const struct form *form)
{
	int with_reports = 0;

	for (int i = 0; i < placing->periods; i++) {
		uint64_t reported = 0;
		int r = reported_count(placing, form, placing->period[i], &reported);

		if (r < 0)
			return err_pass(r);
		with_reports += reported > 0;
	}
	for (int i = 0; i < placing->periods; i++) {
		int r = use_add(
			placing, form, placing->period[i], 1, with_reports > 0 ? with_reports : 1);

		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

/* A stock: the last period of the window with any report (the first, for what stood at its start).
 * */
static int place_stock(struct placing *placing, const struct form *form, bool first)
{
	char text[PERIOD_TEXT_BYTES];
	int wanted = first ? 0 : placing->periods - 1;

	for (int i = 0; i < placing->periods; i++) {
		int at = first ? i : placing->periods - 1 - i;
		uint64_t reported = 0;
		int r = reported_count(placing, form, placing->period[at], &reported);

		if (r < 0)
			return err_pass(r);
		if (reported == 0)
			continue;
		if (at != wanted) {
			period_print(placing->period[at], text);
			mark_add(placing->plan->mark, "%s as of %s", placing->element->code, text);
			placing->plan->provisional = true;
		}
		wanted = at;
		break;
	}
	return err_pass(use_add(placing, form, placing->period[wanted], 1, 1));
}

/* Whether the period is the last of its calendar year. */
static bool ends_year(uint32_t period)
{
	return period_year(period_add(period, 1)) != period_year(period);
}

static int place_ytd_at(
	struct placing *placing, const struct form *form, uint32_t period, int weight)
{
	char text[PERIOD_TEXT_BYTES];
	uint64_t reported = 0;
	int r = reported_count(placing, form, period, &reported);

	if (r < 0)
		return err_pass(r);
	if (reported == 0) {
		period_print(period, text);
		mark_add(placing->plan->mark, "no data of %s for %s", placing->element->code, text);
		placing->plan->blocked = true;
	}
	return err_pass(use_add(placing, form, period, weight, 1));
}

/* Figures that run from the year's start: end, plus the full year before it, less what came before
 * the window. Without any one of these there is no figure: a difference of two sets is not one. */
static int place_ytd(struct placing *placing, const struct form *form)
{
	uint32_t last = placing->period[placing->periods - 1],
		 before = period_add(placing->period[0], -1);
	int r = place_ytd_at(placing, form, last, 1);

	for (int i = 0; r == 0 && i < placing->periods - 1; i++)
		if (ends_year(placing->period[i]))
			r = place_ytd_at(placing, form, placing->period[i], 1);
	if (r == 0 && before != 0 && !ends_year(before))
		r = place_ytd_at(placing, form, before, -1);
	return err_pass(r);
}

static int place_over_time(struct placing *placing, const struct form *form)
{
	switch (placing->element->over_time) {
	case OVER_TIME_SUM:
		return err_pass(place_sum(placing, form));
	case OVER_TIME_MEAN:
		return err_pass(place_mean(placing, form));
	case OVER_TIME_LAST:
	case OVER_TIME_FIRST:
		return err_pass(
			place_stock(placing, form, placing->element->over_time == OVER_TIME_FIRST));
	case OVER_TIME_YTD:
		return err_pass(form->period == PERIOD_YEAR ? place_sum(placing, form)
							    : place_ytd(placing, form));
	default:
		mark_add(placing->plan->mark, "%s: its rule over time is not computed here",
			placing->element->code);
		placing->plan->blocked = true;
		return 0;
	}
}

/* Whether the element has a form that is carried, and so none to be chosen. */
static bool element_carries(const struct view *view, const struct element *element)
{
	size_t forms;
	const struct form *form = catalog_forms(view->catalog, &forms);

	for (size_t f = 0; f < forms; f++)
		if (form_carries(&form[f], element) &&
			form_line_of(view->catalog, &form[f], element->id) >= 0)
			return true;
	return false;
}

int place_choose_kind(struct plan *plan, const struct view *view)
{
	const struct placing placing = { .plan = plan, .view = view };
	struct wanted wanted = { .elements = 0 };

	for (enum side side = 0; side < SIDES; side++) {
		const struct linear *linear = plan_side(plan, side);

		for (uint32_t t = 0; t < linear->count; t++) {
			const struct element *element =
				linear->term[t].kind == TERM_ELEMENT
					? catalog_element(view->catalog, linear->term[t].element)
					: NULL;

			if (element && !element_carries(view, element))
				wanted.element[wanted.elements++] = element;
		}
	}
	if (wanted.elements == 0)
		return 0;
	return err_pass(kind_choose(&placing, &wanted, &plan->kind));
}

int place_element(struct plan *plan, const struct view *view, enum side side, uint32_t term)
{
	struct placing placing = { .plan = plan,
		.view = view,
		.side = side,
		.index = term,
		.element =
			catalog_element(view->catalog, plan_side(plan, side)->term[term].element) };
	bool carried;
	int r;

	ensure(placing.element); /* the catalogue was checked as a whole */
	r = place_all_carried(&placing, &carried);

	if (r < 0 || carried)
		return err_pass(r);
	if ((r = forms_choose(&placing)) < 0)
		return err_pass(r);
	if (placing.forms == 0)
		mark_add(placing.plan->mark, "no form gives %s for window %s",
			placing.element->code, window_name(placing.plan->span.window));
	for (size_t f = 0; f < placing.forms; f++)
		if ((r = place_over_time(&placing, placing.form[f])) < 0)
			return err_pass(r);
	return 0;
}
