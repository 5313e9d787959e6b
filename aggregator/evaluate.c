/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Form by form and period by period, stratum by stratum; only returns that serve after their period
 * (carry.h) are read one by one. A report counts as "with value" for a side
 * if every element that the side asks of its stratum is given; the count of a cell's scarcest line
 * is the closest that sums can know. */
#include "aggregator/evaluate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

struct group {
	const struct view *view;
	const struct plan *plan;
	size_t first, end; /* uses of one form and period */
	bool paired;       /* on this form */
	struct pair pair;
	int128 *sum; /* of each use of the plan, so far */
	struct evaluation *evaluation;
};

/* Who was classed anew owes the form no more: what was sent counts, but covers nobody. */
static bool group_assigned(const struct group *group, uint64_t stratum)
{
	return attribute_set_has(&group->plan->use[group->first].form->classes,
		stratum_attribute(stratum, DIMENSION_CLASS));
}

/* What was left out of a row. */
struct left_out {
	bool any, all;
	struct cell cell;
};

/* One use in one stratum: its value goes into the use's sum; returns its count. */
static uint64_t use_evaluate(const struct group *group, size_t at, const struct tally_row *row,
	const struct left_out *left)
{
	const struct use *use = &group->plan->use[at];
	struct side_value *side = &group->evaluation->side[use->side];
	int128 sum = tally_sum(row, use->line);
	uint64_t count = tally_count(row, use->line);

	if (left->all) {
		sum = 0;
		count = 0;
	} else if (left->any) {
		uint32_t term = use_pair_term(group->plan, use);

		sum -= cell_sum(&left->cell, term);
		count -= cell_count(&left->cell, term);
	}
	group->sum[at] += sum;
	side->has_data = side->has_data || count > 0;
	return count;
}

static int row_left_out(const struct group *group, struct tally *tally, const struct tally_row *row,
	struct left_out *ret_left)
{
	int r;

	*ret_left = (struct left_out){ .any = false };
	if (!group->paired || row->cell.head.reported == 0)
		return 0;
	r = tally_left_out(group->view, tally, row, &group->pair, &ret_left->all, &ret_left->cell);
	ret_left->any = r == 0;
	return r == PORT_NONE ? 0 : err_pass(r);
}

static int row_evaluate(const struct group *group, struct tally *tally, const struct tally_row *row)
{
	struct evaluation *evaluation = group->evaluation;
	uint64_t scarcest[SIDES] = { UINT64_MAX, UINT64_MAX }, complete = UINT64_MAX;
	const bool assigned = group_assigned(group, row->stratum);
	struct left_out left;
	int r = row_left_out(group, tally, row, &left);

	if (r < 0)
		return err_pass(r);
	for (size_t i = group->first; i < group->end; i++) {
		const struct use *use = &group->plan->use[i];
		uint64_t count;

		if (!use_matches(group->plan, use, row->stratum))
			continue;
		count = use_evaluate(group, i, row, &left);
		if (count < scarcest[use->side])
			scarcest[use->side] = count;
	}
	for (int side = 0; side < SIDES; side++) {
		if (scarcest[side] == UINT64_MAX)
			continue;
		evaluation->side[side].expected += row->expected;
		evaluation->side[side].reported += assigned ? row->cell.head.reported : 0;
		evaluation->side[side].with_value += assigned ? scarcest[side] : 0;
		complete = scarcest[side]; /* of a pair: the same on both sides */
	}
	if (group->paired && complete != UINT64_MAX)
		evaluation->left_out += row->cell.head.reported - complete;
	return 0;
}

/* Whether the report is left out of the pair. */
static bool report_left_out(const struct carried_report *report, const struct pair *pair)
{
	int64_t value[FORM_LINES_MAX];

	for (uint32_t i = 0; i < FORM_LINES_MAX; i++)
		value[i] = vector_value(report->values, report->head.n, i);
	return pair_leaves_out(pair, value, report->head.stratum, NULL);
}

/* A report of an earlier period that serves. */
static void report_evaluate(const struct group *group, const struct carried_report *report)
{
	const struct plan *plan = group->plan;
	struct evaluation *evaluation = group->evaluation;
	const struct current_head *head = &report->head;
	const bool assigned = group_assigned(group, head->stratum);
	const bool out = group->paired && report_left_out(report, &group->pair);
	bool asked[SIDES] = { false }, whole[SIDES] = { true, true };

	for (size_t i = group->first; i < group->end; i++) {
		const struct use *use = &plan->use[i];
		const int64_t value = vector_value(report->values, head->n, use->line);

		if (!use_reaches(
			    plan, group->view, use, report->facility, head->area, head->stratum))
			continue;
		asked[use->side] = true;
		if (out || !value_counts(value)) {
			whole[use->side] = false;
			continue;
		}
		group->sum[i] += value_in_sum(value);
		evaluation->side[use->side].has_data = true;
	}
	for (int side = 0; side < SIDES; side++) {
		evaluation->side[side].reported += asked[side] && assigned;
		evaluation->side[side].with_value += asked[side] && whole[side] && assigned;
	}
	evaluation->left_out += out && (asked[SIDE_NUMERATOR] || asked[SIDE_DENOMINATOR]);
}

/* They are expected in the period that they serve in, which the plan reads as well. */
static int carried_evaluate(const struct group *group)
{
	const struct use *use = &group->plan->use[group->first];
	const struct carried_report *report;
	size_t reports;
	int r = carried_reports(group->view, use->form, use->period, use->until, &report, &reports);

	if (r < 0)
		return err_pass(r);
	for (size_t i = 0; i < reports; i++)
		report_evaluate(group, &report[i]);
	return 0;
}

static int group_evaluate(struct group *group)
{
	const struct use *use = &group->plan->use[group->first];
	struct tally *tally;
	int r;

	group->paired = group->plan->paired && pair_make(group->view->catalog, use->form,
						       group->plan->indicator, &group->pair);
	if (use->until != use->period)
		return err_pass(carried_evaluate(group));
	if ((r = tally_get(group->view, use->form, use->period,
		     plan_uses_scope(group->plan, group->view, group->first, group->end), &tally)) <
		0)
		return err_pass(r);
	for (size_t i = 0; i < tally->rows; i++)
		if ((r = row_evaluate(group, tally, &tally->row[i])) < 0)
			return err_pass(r);
	return 0;
}

/* What counts whole is added up as integers first: fractions cost more. */
static void uses_contribute(const struct group *group)
{
	const struct plan *plan = group->plan;
	int128 whole[SIDES] = { 0 };

	for (size_t i = 0; i < plan->uses; i++) {
		const struct use *use = &plan->use[i];
		struct side_value *side = &group->evaluation->side[use->side];
		int128 part, total;

		if (group->sum[i] == 0)
			continue;
		if (use->weight == use->divisor &&
			!__builtin_mul_overflow(group->sum[i],
				plan_side(plan, use->side)->term[use->term].coefficient, &part) &&
			!__builtin_add_overflow(whole[use->side], part, &total))
			whole[use->side] = total;
		else
			side->value = rational_add(
				side->value, use_contribution(plan, use, group->sum[i]));
	}
	for (enum side side = 0; side < SIDES; side++)
		group->evaluation->side[side].value =
			rational_add(group->evaluation->side[side].value,
				rational_of(whole[side], plan_side_unit(plan, side)));
}

static int facilities_count(const struct view *view, const struct plan *plan,
	const struct term *term, int64_t *ret_count)
{
	struct tally *tally;
	int64_t count = 0;
	int r = tally_open(view, span_last_month(&plan->span), plan->scope, &tally);

	if (r < 0)
		return err_pass(r);
	for (size_t i = 0; i < tally->rows; i++)
		if (filter_matches(&term->filter, tally->row[i].stratum))
			count += tally->row[i].expected;
	*ret_count = count;
	return 0;
}

/* Terms that no report gives. */
static int side_constants(
	const struct view *view, const struct plan *plan, enum side side, struct side_value *value)
{
	const struct linear *linear = plan_side(plan, side);

	for (uint32_t t = 0; t < linear->count; t++) {
		const struct term *term = &linear->term[t];
		const struct use use = { .side = side, .term = t, .weight = 1, .divisor = 1 };
		int64_t count;
		int r = 0;

		if (term->kind == TERM_N_FACILITY)
			r = facilities_count(view, plan, term, &count);
		else if (!plan_constant(plan, view, term, &count))
			continue;
		if (r < 0)
			return err_pass(r);
		value->value = rational_add(value->value, use_contribution(plan, &use, count));
	}
	return 0;
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

static void free_sums(int128 *sum)
{
	free(sum);
}
AUTO_DEFINE(free_sums, int128 *);

static int evaluation_fill(const struct view *view, const struct plan *plan, int128 *sum,
	struct evaluation *evaluation)
{
	struct group group = { .view = view, .plan = plan, .sum = sum, .evaluation = evaluation };
	int r;

	for (enum side side = 0; side < SIDES; side++) {
		evaluation->side[side].value = rational_of(0, 1);
		evaluation->side[side].has_data = !linear_has_elements(plan_side(plan, side));
		if ((r = side_constants(view, plan, side, &evaluation->side[side])) < 0)
			return err_pass(r);
	}
	for (; group.first < plan->uses; group.first = group.end) {
		group.end = plan_group_end(plan, group.first);
		if ((r = group_evaluate(&group)) < 0)
			return err_pass(r);
	}
	uses_contribute(&group);
	return 0;
}

int evaluate(const struct view *view, const struct plan *plan, struct evaluation *ret_evaluation)
{
	AUTO(tallies_free) struct tallies *own = NULL;
	AUTO(free_sums) int128 *sum = calloc(plan->uses + 1, sizeof(*sum));
	struct evaluation evaluation = { .value = rational_of(0, 1) };
	struct view with;
	int r;

	if (!sum)
		return err_here(ERR_NOMEM, "cannot allocate the sums of a figure");
	memcpy(evaluation.mark, plan->mark, sizeof(evaluation.mark));
	if ((r = view_with_tallies(view, &own, &with)) < 0 ||
		(r = evaluation_fill(&with, plan, sum, &evaluation)) < 0)
		return err_pass(r);
	evaluation_mark(&evaluation);
	evaluation_divide(plan, &evaluation);
	*ret_evaluation = evaluation;
	return 0;
}
