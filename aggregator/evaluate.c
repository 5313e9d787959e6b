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

#include "aggregator/adjusting.h"
#include "base/err.h"
#include "model/report.h"

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
	bool any;
	enum pair_fate fate; /* of one facility's report */
	struct cell cell;
};

/* What the uses of one side find in a row. */
struct side_count {
	bool asked;
	uint64_t scarcest; /* UINT64_MAX: nobody must give any */
	uint64_t inapplicable;
};

/* One use in one stratum: its value goes into the use's sum; returns its count. */
static uint64_t use_evaluate(const struct group *group, size_t at, const struct tally_row *row,
	const struct left_out *left)
{
	const struct use *use = &group->plan->use[at];
	struct side_value *side = &group->evaluation->side[use->side];
	int128 sum = tally_sum(row, use->line);
	uint64_t count = tally_count(row, use->line);

	if (left->fate != PAIR_WHOLE) {
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
	r = tally_left_out(group->view, tally, row, &group->pair, &ret_left->fate, &ret_left->cell);
	ret_left->any = r == 0;
	return r == PORT_NONE ? 0 : err_pass(r);
}

static int side_count_use(const struct group *group, size_t at, struct tally *tally,
	const struct tally_row *row, const struct left_out *left, struct side_count *side)
{
	const struct use *use = &group->plan->use[at];
	const uint64_t count = use_evaluate(group, at, row, left);
	uint32_t inapplicable = 0;
	int r;

	side->asked = true;
	if (use->for_others)
		return 0;
	if (count < side->scarcest)
		side->scarcest = count;
	if (group->paired)
		return 0;
	if ((r = tally_inapplicable(group->view, tally, row, use->line, &inapplicable)) < 0)
		return err_pass(r);
	if (inapplicable > side->inapplicable)
		side->inapplicable = inapplicable;
	return 0;
}

/* Of a pair the reports that take no part are known one by one, and are the same for both sides. */
static void pair_count(const struct group *group, const struct left_out *left, uint64_t reported,
	struct side_count side[SIDES])
{
	uint64_t inapplicable = left->fate == PAIR_INAPPLICABLE, complete = UINT64_MAX;

	if (left->any)
		inapplicable = cell_count(&left->cell, left->cell.head.n - 1);
	for (int i = 0; i < SIDES; i++) {
		side[i].inapplicable = inapplicable;
		if (side[i].scarcest < complete)
			complete = side[i].scarcest;
	}
	if (complete != UINT64_MAX)
		group->evaluation->left_out += reported - inapplicable - complete;
}

static int row_evaluate(const struct group *group, struct tally *tally, const struct tally_row *row)
{
	struct side_count count[SIDES] = { { .scarcest = UINT64_MAX }, { .scarcest = UINT64_MAX } };
	const uint64_t reported = row->cell.head.reported;
	const bool assigned = group_assigned(group, row->stratum);
	struct left_out left;
	int r = row_left_out(group, tally, row, &left);

	for (size_t i = group->first; r == 0 && i < group->end; i++) {
		const struct use *use = &group->plan->use[i];

		if (use_matches(group->plan, use, row->stratum))
			r = side_count_use(group, i, tally, row, &left, &count[use->side]);
	}
	if (r < 0)
		return err_pass(r);
	if (group->paired)
		pair_count(group, &left, reported, count);
	for (int i = 0; i < SIDES; i++) {
		struct side_value *side = &group->evaluation->side[i];
		const uint64_t there = reported - count[i].inapplicable;

		if (!count[i].asked)
			continue;
		side->expected += row->expected;
		side->reported += assigned ? there : 0;
		side->inapplicable += assigned ? count[i].inapplicable : 0;
		if (assigned)
			side->with_value += count[i].scarcest < there ? count[i].scarcest : there;
	}
	return 0;
}

static enum pair_fate report_judge(
	const struct current_head *head, const uint8_t *values, const struct pair *pair)
{
	int64_t value[FORM_LINES_MAX];

	for (uint32_t i = 0; i < FORM_LINES_MAX; i++)
		value[i] = vector_value(values, head->n, i);
	return pair_judge(pair, value, head->stratum, NULL);
}

/* What one report of an earlier period gives to one use. */
static void report_count_use(const struct group *group, const struct carried_report *report,
	size_t at, enum pair_fate fate, struct side_count *side)
{
	const struct use *use = &group->plan->use[at];
	const int64_t value = vector_value(report->values, report->head.n, use->line);

	side->asked = true;
	if (fate == PAIR_WHOLE && value_counts(value)) {
		group->sum[at] += value_in_sum(value);
		group->evaluation->side[use->side].has_data = true;
	} else if (fate != PAIR_WHOLE || !use->for_others) {
		side->scarcest = 0;
	}
	if (fate == PAIR_INAPPLICABLE || (!group->paired && !use->for_others &&
						 value == value_absent(ABSENT_NOT_APPLICABLE)))
		side->inapplicable = 1;
}

/* A report of an earlier period that serves. */
static void report_evaluate(const struct group *group, const struct carried_report *report)
{
	const struct plan *plan = group->plan;
	const struct current_head *head = &report->head;
	const bool assigned = group_assigned(group, head->stratum);
	const enum pair_fate fate =
		group->paired ? report_judge(head, report->values, &group->pair) : PAIR_WHOLE;
	struct side_count count[SIDES] = { { .scarcest = 1 }, { .scarcest = 1 } };
	bool asked = false;

	for (size_t i = group->first; i < group->end; i++) {
		const struct use *use = &plan->use[i];

		if (use_reaches(
			    plan, group->view, use, report->facility, head->area, head->stratum))
			report_count_use(group, report, i, fate, &count[use->side]);
	}
	for (int i = 0; i < SIDES; i++) {
		struct side_value *side = &group->evaluation->side[i];

		asked = asked || count[i].asked;
		if (!count[i].asked || !assigned)
			continue;
		side->inapplicable += count[i].inapplicable;
		side->reported += count[i].inapplicable == 0;
		side->with_value += count[i].inapplicable == 0 && count[i].scarcest > 0;
	}
	group->evaluation->left_out += fate == PAIR_LEFT_OUT && asked;
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

/* What a person adds to one line of one report, wherever that report adds to the figure itself. */
static int line_adjust(const struct group *group, const struct adjusting_line *line, uint32_t until)
{
	const struct plan *plan = group->plan;
	struct current_head head;
	const uint8_t *values;
	int r = adjusting_report(group->view, line, until, &head, &values);

	if (r != 0)
		return r == PORT_NONE ? 0 : err_pass(r);
	if (group->paired && report_judge(&head, values, &group->pair) != PAIR_WHOLE)
		return 0;
	for (size_t i = group->first; i < group->end; i++) {
		const struct use *use = &plan->use[i];

		if (use->line == line->line && use_reaches(plan, group->view, use, line->facility,
						       head.area, head.stratum))
			group->sum[i] += line->delta;
	}
	return 0;
}

static int group_adjust(const struct group *group)
{
	const struct adjusting *adjusting = group->view->adjusting;
	const struct use *use = &group->plan->use[group->first];

	for (size_t i = 0; adjusting && i < adjusting->lines; i++) {
		const struct adjusting_line *line = &adjusting->line[i];
		int r = 0;

		if (line->form == use->form && line->period == use->period)
			r = line_adjust(group, line, use->until);
		if (r < 0)
			return err_pass(r);
	}
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
	if (top->inapplicable > 0 || bottom->inapplicable > 0)
		mark_add(evaluation->mark, "not applicable to %" PRIu64,
			top->inapplicable > bottom->inapplicable ? top->inapplicable
								 : bottom->inapplicable);
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

/* Whoever says that it does not apply there is not expected to give it. A return that still serves
 * may be of a facility that no longer owes the form. */
static void side_leave_inapplicable(struct side_value *side)
{
	side->expected -= side->inapplicable < side->expected ? side->inapplicable : side->expected;
}

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
		if ((r = group_evaluate(&group)) < 0 || (r = group_adjust(&group)) < 0)
			return err_pass(r);
	}
	for (enum side side = 0; side < SIDES; side++)
		side_leave_inapplicable(&evaluation->side[side]);
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
