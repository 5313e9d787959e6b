/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Figures about work rather than health: stages of a milestone, and how far a form is reported at
 * all. */
#include <stdio.h>
#include <string.h>

#include "aggregator/value_inside.h"
#include "base/err.h"

int value_milestone(const struct asked_value *asked, struct value *value)
{
	AUTO(element_sum_fini) struct element_sum sum = { .plan = { .uses = 0 } };
	const struct method *method = &asked->indicator->method;
	const struct view *view = asked->valuing->view;
	struct rational stage;
	int r = element_sum_init(&sum, asked, &method->stage, 1);

	if (r < 0)
		return err_pass(r);
	snprintf(value->source_text, sizeof(value->source_text), "%s", sum.plan.source);
	if (!sum.evaluation.has_value)
		return err_pass(side_missing(view, &sum.plan, SIDE_NUMERATOR, value));
	stage = sum.evaluation.value;
	value->source = VALUE_REPORTS;
	value->value = stage;
	if (stage.bottom == 1 && stage.top >= 0 && stage.top < method->stage_count)
		mark_add(value->mark, "stage %lld of %u: %s", (long long)stage.top,
			method->stage_count - 1, method->stages[stage.top]);
	return 0;
}

/* What there is of what there should be. */
struct share {
	uint64_t expected, there;
};

static void reported_add(const struct tally_row *row, struct share *share)
{
	uint64_t reported = row->cell.head.reported;

	share->expected += row->expected;
	share->there += reported < row->expected ? reported : row->expected;
}

static void timely_add(const struct tally_row *row, struct share *share)
{
	share->expected += row->expected;
	share->there += row->timely;
}

/* Required values in the reports that came in, of those to whom they apply. */
static int complete_add(const struct view *view, struct tally *tally, const struct tally_row *row,
	struct share *share)
{
	const struct form *form = tally->form;

	for (uint32_t line = 0; line < form->line_count; line++) {
		uint32_t inapplicable;
		int r;

		if (!form->lines[line].required || element_for_others(catalog_element(view->catalog,
							   form->lines[line].element)))
			continue;
		if ((r = tally_inapplicable(view, tally, row, line, &inapplicable)) < 0)
			return err_pass(r);
		share->expected += row->cell.head.reported - inapplicable;
		share->there += tally_count(row, line);
	}
	return 0;
}

static int period_add_share(const struct asked_value *asked, uint32_t period, struct share *reports,
	struct share *share)
{
	const struct method *method = &asked->indicator->method;
	struct tally *tally;
	int r = tally_get(asked->valuing->view, method->form, period, asked->scope, &tally);

	if (r == 0 && method->rate == REPORTING_TIMELY)
		r = tally_time(asked->valuing->view, tally);
	if (r < 0)
		return err_pass(r);
	for (size_t i = 0; r == 0 && i < tally->rows; i++) {
		reported_add(&tally->row[i], reports);
		if (method->rate == REPORTING_TIMELY)
			timely_add(&tally->row[i], share);
		else if (method->rate == REPORTING_COMPLETE)
			r = complete_add(asked->valuing->view, tally, &tally->row[i], share);
		else
			reported_add(&tally->row[i], share);
	}
	return err_pass(r);
}

int value_reporting(const struct asked_value *asked, struct value *value)
{
	const struct method *method = &asked->indicator->method;
	uint32_t period[SPAN_MONTHS_MAX];
	int periods = span_periods(&asked->span, method->form->period, period);
	struct share reports = { 0 }, share = { 0 };

	snprintf(value->source_text, sizeof(value->source_text), "%s", method->form->code);
	for (int i = 0; i < periods; i++) {
		int r = period_add_share(asked, period[i], &reports, &share);

		if (r < 0)
			return err_pass(r);
	}
	if (share.expected == 0) {
		value_missing(value, "%s of %s in window %s",
			method->rate == REPORTING_COMPLETE ? "reports" : "respondents",
			method->form->code, window_name(asked->span.window));
		return 0;
	}
	value->source = VALUE_REPORTS;
	value->value = rational_of((int128)share.there * 100, (int128)share.expected);
	value->uncertainty = UNCERTAINTY_NONE;
	mark_add(value->mark, "%llu of %llu", (unsigned long long)share.there,
		(unsigned long long)share.expected);
	if (reports.expected > 0)
		value->complete = (double)reports.there / (double)reports.expected;
	return 0;
}
