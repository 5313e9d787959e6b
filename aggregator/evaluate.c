/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Form by form and period by period, stratum by stratum; only returns that serve after their period
 * (carry.h) are read one by one. A report counts as "with value" for a side
 * if every element that the side asks of its stratum is given; the count of a cell's scarcest line
 * is the closest that sums can know. */
#include "aggregator/evaluate.h"

#include <inttypes.h>
#include <string.h>

#include "aggregator/carry.h"
#include "aggregator/pairing.h"
#include "base/err.h"

struct group {
	const struct view *view;
	const struct plan *plan;
	size_t first, end; /* uses of one form and period */
	bool paired;       /* on this form */
	struct evaluation *evaluation;
};

/* One use in one stratum: its value goes into the side, its count into ret_count. */
static void use_evaluate(const struct group *group, const struct use *use, const struct cell *cell,
	const struct cell *leftout, uint64_t *ret_count)
{
	struct side_value *side = &group->evaluation->side[use->side];
	int128 sum = cell_sum(cell, use->line);
	uint64_t count = cell_count(cell, use->line);

	if (leftout) {
		uint32_t term = use_pair_term(group->plan, use);

		sum -= cell_sum(leftout, term);
		count -= cell_count(leftout, term);
	}
	side->value = rational_add(side->value, use_contribution(group->plan, use, sum));
	side->has_data = side->has_data || count > 0;
	*ret_count = count;
}

/* Who was classed anew owes the form no more: what was sent counts, but covers nobody. */
static bool group_assigned(const struct group *group, uint64_t stratum)
{
	return attribute_set_has(&group->plan->use[group->first].form->classes,
		stratum_attribute(stratum, DIMENSION_CLASS));
}

static int cell_evaluate(
	const struct group *group, const struct cell_key *key, const struct cell *cell)
{
	struct evaluation *evaluation = group->evaluation;
	uint64_t scarcest[SIDES] = { UINT64_MAX, UINT64_MAX }, complete = UINT64_MAX;
	const bool assigned = group_assigned(group, key->stratum);
	struct cell leftout;
	int r = PORT_NONE;

	if (group->paired)
		r = leftout_get(group->view, key, group->plan->indicator->id, &leftout);
	if (r < 0)
		return err_pass(r);
	for (size_t i = group->first; i < group->end; i++) {
		const struct use *use = &group->plan->use[i];
		uint64_t count;

		if (!use_matches(group->plan, use, key->stratum))
			continue;
		use_evaluate(group, use, cell, r == 0 ? &leftout : NULL, &count);
		if (count < scarcest[use->side])
			scarcest[use->side] = count;
	}
	for (int side = 0; side < SIDES; side++) {
		if (scarcest[side] == UINT64_MAX)
			continue;
		evaluation->side[side].reported += assigned ? cell->head.reported : 0;
		evaluation->side[side].with_value += assigned ? scarcest[side] : 0;
		complete = scarcest[side]; /* of a pair: the same on both sides */
	}
	if (group->paired && complete != UINT64_MAX)
		evaluation->left_out += cell->head.reported - complete;
	return 0;
}

/* Sides of the group's uses that ask something of this stratum. */
static void group_expect(const struct group *group, uint64_t stratum)
{
	bool asked[SIDES] = { false };

	for (size_t i = group->first; i < group->end; i++)
		if (use_matches(group->plan, &group->plan->use[i], stratum))
			asked[group->plan->use[i].side] = true;
	for (int side = 0; side < SIDES; side++)
		group->evaluation->side[side].expected += asked[side];
}

static void group_expect_all(const struct group *group)
{
	const struct use *use = &group->plan->use[group->first];
	const struct registry *registry = group->view->registry;

	for (uint32_t n = 1; n <= registry_facilities(registry); n++) {
		const struct facility *facility = registry_facility(registry, n);
		const struct segment *segment;

		if (!facility || !facility_expected(use->form, facility, use->period))
			continue;
		segment = facility_segment(facility, use->period);
		if (segment &&
			catalog_area_within(group->view->catalog, segment->area, group->plan->area))
			group_expect(group, segment->stratum);
	}
}

/* A report of an earlier period that serves. */
static void report_evaluate(
	const struct group *group, const struct current_walk *report, const struct pair *pair)
{
	const struct plan *plan = group->plan;
	struct evaluation *evaluation = group->evaluation;
	const struct current_head *head = &report->head;
	const bool assigned = group_assigned(group, head->stratum);
	const bool out = pair && pair_leaves_out(pair, report->value, head->stratum, NULL);
	bool asked[SIDES] = { false }, whole[SIDES] = { true, true };

	for (size_t i = group->first; i < group->end; i++) {
		const struct use *use = &plan->use[i];
		struct side_value *side = &evaluation->side[use->side];
		const int64_t value =
			use->line < head->n ? report->value[use->line] : value_absent(0);

		if (!use_reaches(plan, group->view, use, head->area, head->stratum))
			continue;
		asked[use->side] = true;
		if (out || !value_counts(value)) {
			whole[use->side] = false;
			continue;
		}
		side->value =
			rational_add(side->value, use_contribution(plan, use, value_in_sum(value)));
		side->has_data = true;
	}
	for (int side = 0; side < SIDES; side++) {
		evaluation->side[side].reported += asked[side] && assigned;
		evaluation->side[side].with_value += asked[side] && whole[side] && assigned;
	}
	evaluation->left_out += out && (asked[SIDE_NUMERATOR] || asked[SIDE_DENOMINATOR]);
}

/* They are expected in the period that they serve in, which the plan reads as well. */
static int carried_evaluate(const struct group *group, const struct pair *pair)
{
	const struct use *use = &group->plan->use[group->first];
	struct carry_walk walk = carry_walk_of(group->view, use->form, use->period, use->until);
	int r;

	while ((r = carry_walk_next(&walk)) == 0)
		report_evaluate(group, &walk.reports, pair);
	return r == PORT_NONE ? 0 : err_pass(r);
}

static int group_evaluate(struct group *group)
{
	const struct use *use = &group->plan->use[group->first];
	struct pair pair;
	struct cell_walk walk =
		cell_walk_of(group->view, use->form->id, use->period, group->plan->area);
	int r;

	group->paired = group->plan->paired &&
			pair_make(group->view->catalog, use->form, group->plan->indicator, &pair);
	if (use->until != use->period)
		return err_pass(carried_evaluate(group, group->paired ? &pair : NULL));
	group_expect_all(group);
	while ((r = cell_walk_next(&walk)) == 0)
		if ((r = cell_evaluate(group, &walk.key, &walk.cell)) < 0)
			break;
	return r == PORT_NONE ? 0 : err_pass(r);
}

static int64_t facilities_count(
	const struct view *view, const struct plan *plan, const struct term *term)
{
	int64_t count = 0;

	for (uint32_t n = 1; n <= registry_facilities(view->registry); n++) {
		const struct facility *facility = registry_facility(view->registry, n);

		count += facility && plan_counts_facility(plan, view, term, facility);
	}
	return count;
}

/* Terms that no report gives. */
static void side_constants(
	const struct view *view, const struct plan *plan, enum side side, struct side_value *value)
{
	const struct linear *linear = plan_side(plan, side);

	for (uint32_t t = 0; t < linear->count; t++) {
		const struct term *term = &linear->term[t];
		const struct use use = { .side = side, .term = t, .weight = 1, .divisor = 1 };
		int64_t count;

		if (term->kind == TERM_N_FACILITY)
			count = facilities_count(view, plan, term);
		else if (!plan_constant(plan, view, term, &count))
			continue;
		value->value = rational_add(value->value, use_contribution(plan, &use, count));
	}
}

static void side_mark(struct evaluation *evaluation, enum side side, const char *prefix)
{
	const struct side_value *value = &evaluation->side[side];

	if (value->reported < value->expected)
		mark_add(evaluation->mark, "%spartial %" PRIu64 " of %" PRIu64, prefix,
			value->reported, value->expected);
	if (value->has_data && value->with_value < value->reported)
		mark_add(evaluation->mark, "%svalues in %" PRIu64 " of %" PRIu64 " reports", prefix,
			value->with_value, value->reported);
}

/* Sides of equal completeness are marked once, without saying which. */
static void evaluation_mark(struct evaluation *evaluation)
{
	const struct side_value *top = &evaluation->side[SIDE_NUMERATOR];
	const struct side_value *bottom = &evaluation->side[SIDE_DENOMINATOR];
	bool alike = top->expected == bottom->expected && top->reported == bottom->reported &&
		     top->with_value == bottom->with_value;

	if (!top->has_data || !bottom->has_data)
		mark_add(evaluation->mark, "no data");
	if (alike || bottom->expected == 0 || top->expected == 0) {
		side_mark(evaluation, top->expected > 0 ? SIDE_NUMERATOR : SIDE_DENOMINATOR, "");
	} else {
		side_mark(evaluation, SIDE_NUMERATOR, "numerator ");
		side_mark(evaluation, SIDE_DENOMINATOR, "denominator ");
	}
	if (evaluation->left_out > 0)
		mark_add(evaluation->mark, "%" PRIu64 " left out", evaluation->left_out);
}

static void evaluation_divide(const struct plan *plan, struct evaluation *evaluation)
{
	const struct side_value *top = &evaluation->side[SIDE_NUMERATOR];
	const struct side_value *bottom = &evaluation->side[SIDE_DENOMINATOR];

	if (plan->blocked || !top->has_data || !bottom->has_data)
		return;
	if (rational_is_zero(bottom->value)) {
		mark_add(evaluation->mark, "denominator is 0");
		return;
	}
	evaluation->value = rational_divide(
		rational_multiply(top->value, rational_of(plan->indicator->factor, 1)),
		bottom->value);
	evaluation->has_value = !rational_overflowed(evaluation->value);
	if (!evaluation->has_value)
		mark_add(evaluation->mark, "beyond 128 bits");
}

int evaluate(const struct view *view, const struct plan *plan, struct evaluation *ret_evaluation)
{
	struct evaluation evaluation = { .value = rational_of(0, 1) };
	struct group group = { .view = view, .plan = plan, .evaluation = &evaluation };

	memcpy(evaluation.mark, plan->mark, sizeof(evaluation.mark));
	for (enum side side = 0; side < SIDES; side++) {
		evaluation.side[side].value = rational_of(0, 1);
		evaluation.side[side].has_data = !linear_has_elements(plan_side(plan, side));
		side_constants(view, plan, side, &evaluation.side[side]);
	}
	for (; group.first < plan->uses; group.first = group.end) {
		int r;

		group.end = plan_group_end(plan, group.first);
		if ((r = group_evaluate(&group)) < 0)
			return err_pass(r);
	}
	evaluation_mark(&evaluation);
	evaluation_divide(plan, &evaluation);
	*ret_evaluation = evaluation;
	return 0;
}
