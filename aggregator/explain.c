/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "indicator explain": the reports behind a figure, row by row, along the same plan and in the same
 * transaction as the figure. Contributions add up exactly to the numerator and the denominator that
 * "indicator show" prints: where a mean over months cannot be written in decimals, each row shows
 * the step of the running total, rounded, so that no digit is lost on the way down the column. */
#include <stdio.h>
#include <string.h>

#include "aggregator/carry.h"
#include "aggregator/explain.h"
#include "aggregator/pairing.h"
#include "aggregator/verb.h"
#include "base/clock.h"
#include "base/err.h"

/* One row; what no report gives has no facility. */
struct because {
	const struct facility *facility;
	uint32_t area;
	const struct use *use; /* NULL: no element */
	const struct term *term;
	bool has_value;
	int64_t value; /* in the element's scale */
	bool left_out;
	bool apart; /* not of the figure as reported: outside the running total */
	const struct current_head *head;
};

static int digest_find(struct explaining *explaining, uint64_t sequence)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	struct entry entry;
	struct journal *journal = follow_journal(explaining->asking->follow);
	int r;

	if (explaining->digest_sequence == sequence)
		return 0;
	if (!journal)
		return PORT_NONE;
	if ((r = journal_get(journal, sequence, &buffer, &entry)) != 0)
		return r;
	if ((r = digest_of(entry.algorithm, entry.body, &explaining->digest)) < 0)
		return err_pass(r);
	explaining->digest_sequence = sequence;
	return 0;
}

void cell_digest_of(struct explaining *explaining, uint64_t sequence)
{
	struct asking *asking = explaining->asking;
	int r = PORT_NONE;

	if (sequence > 0 && explaining->rows >= asking->question->offset)
		r = digest_find(explaining, sequence);
	if (r == 0)
		cell_hex(asking, digest_view(&explaining->digest));
	else
		cell_null(asking);
	if (r < 0 && asking->fault == 0)
		asking->fault = r;
}

static struct rational because_contribution(
	const struct explaining *explaining, const struct because *because)
{
	const struct linear *side = plan_side(explaining->plan, explaining->side);
	const struct use constant = { .side = explaining->side,
		.term = (uint32_t)(because->term - side->term),
		.weight = 1,
		.divisor = 1 };

	return use_contribution(
		explaining->plan, because->use ? because->use : &constant, because->value);
}

/* What the row adds to the running total, in RATIONAL_DIGITS digits. */
static void cell_contribution(struct explaining *explaining, const struct because *because)
{
	struct asking *asking = explaining->asking;
	struct rational contribution = because_contribution(explaining, because);
	char digits[DECIMAL_TEXT_BYTES];
	int128 before = explaining->total_scaled;

	if (!because->has_value) {
		cell_null(asking);
		return;
	}
	if (because->left_out || because->apart) {
		cell_scaled(asking, contribution);
		return;
	}
	explaining->total = rational_add(explaining->total, contribution);
	if (!rational_scaled(explaining->total, &explaining->total_scaled)) {
		cell_null(asking);
		return;
	}
	scaled_print(explaining->total_scaled - before, digits);
	cell_digits(asking, digits);
}

static void cell_because_value(struct asking *asking, const struct because *because)
{
	const struct element *element =
		because->use ? catalog_element(asking->view->catalog, because->term->element)
			     : NULL;

	if (because->has_value)
		cell_decimal(asking, because->value, element ? element->scale : 0);
	else
		cell_null(asking);
}

static void row_because(struct explaining *explaining, const struct because *because)
{
	struct asking *asking = explaining->asking;
	const struct view *view = asking->view;
	char coefficient[DECIMAL_TEXT_BYTES];

	cell_text(asking, explaining->word);
	if (because->facility) {
		cell_text(asking, because->facility->code);
		cell_text(asking, because->facility->name);
	} else {
		cell_null(asking);
		cell_null(asking);
	}
	cell_area(asking, because->area);
	if (because->use) {
		cell_text(asking, because->use->form->code);
		cell_period(asking, because->use->period);
	} else {
		cell_null(asking);
		cell_period(asking, span_last_month(&explaining->plan->span));
	}
	cell_text(asking, term_name(view->catalog, because->term));
	term_coefficient(view->catalog, plan_side(explaining->plan, explaining->side),
		because->term, coefficient);
	cell_digits(asking, coefficient);
	cell_because_value(asking, because);
	cell_contribution(explaining, because);
	cell_boolean(asking, because->left_out);
	cell_count_or_null(asking, because->head, because->head ? because->head->sequence : 0);
	cell_count_or_null(asking, because->head, because->head ? because->head->revision : 0);
	cell_digest_of(explaining, because->head ? because->head->sequence : 0);
	explaining->rows++;
}

/* sequence is the proposal's; revision that of the report which it stands beside. */
static void row_adjustment(struct explaining *explaining, const struct adjusting_line *line,
	const struct current_head *head, const struct use *use)
{
	struct current_head said = *head;
	struct because because = {
		.facility = registry_facility(explaining->asking->view->registry, line->facility),
		.area = head->area,
		.use = use,
		.term = &plan_side(explaining->plan, use->side)->term[use->term],
		.has_value = true,
		.value = line->delta,
		.apart = true,
		.head = &said,
	};

	said.sequence = line->sequence;
	row_because(explaining, &because);
}

/* What nobody owes: that a report says nothing of the units of others explains no figure. */
static bool is_owed(const struct view *view, const struct term *term)
{
	return !element_for_others(catalog_element(view->catalog, term->element));
}

static void report_explain(struct explaining *explaining, const struct current_walk *walk,
	size_t first, size_t end, const struct pair *pair)
{
	const struct plan *plan = explaining->plan;

	for (size_t i = first; i < end && asking_goes_on(explaining->asking); i++) {
		const struct use *use = &plan->use[i];
		struct because because = {
			.facility = registry_facility(
				explaining->asking->view->registry, walk->facility),
			.area = walk->head.area,
			.use = use,
			.term = &plan_side(plan, use->side)->term[use->term],
			.head = &walk->head,
		};

		if (use->side != explaining->side || use->line >= walk->head.n ||
			!use_reaches(plan, explaining->asking->view, use, walk->facility,
				walk->head.area, walk->head.stratum))
			continue;
		because.has_value = value_counts(walk->value[use->line]);
		if (!because.has_value && !is_owed(explaining->asking->view, because.term))
			continue;
		because.value = value_in_sum(walk->value[use->line]);
		because.left_out = pair && pair_judge(pair, walk->value, walk->head.stratum,
						   NULL) != PAIR_WHOLE;
		row_because(explaining, &because);
	}
}

/* The reports of one form and period. */
static int group_explain(struct explaining *explaining, size_t first, size_t end)
{
	const struct plan *plan = explaining->plan;
	const struct view *view = explaining->asking->view;
	const struct use *use = &plan->use[first];
	struct carry_walk walk = carry_walk_of(view, use->form, use->period, use->until);
	struct pair pair;
	bool paired = plan->paired && pair_make(view->catalog, use->form, plan->indicator, &pair);
	int r = 0;

	while (asking_goes_on(explaining->asking) && (r = carry_walk_next(&walk)) == 0)
		report_explain(explaining, &walk.reports, first, end, paired ? &pair : NULL);
	return r == PORT_NONE ? 0 : err_pass(r);
}

static void facilities_explain(struct explaining *explaining, const struct term *term)
{
	const struct view *view = explaining->asking->view;

	for (uint32_t n = 1;
		n <= registry_facilities(view->registry) && asking_goes_on(explaining->asking);
		n++) {
		const struct facility *facility = registry_facility(view->registry, n);
		struct because because = {
			.facility = facility, .term = term, .has_value = true, .value = 1
		};

		if (!facility || !plan_counts_facility(explaining->plan, view, term, facility))
			continue;
		because.area =
			facility_segment(facility, span_last_month(&explaining->plan->span))->area;
		row_because(explaining, &because);
	}
}

/* What two persons put beside the reports of a group: rows of their own, outside the total. */
static int line_explain(struct explaining *explaining, const struct adjusting_line *line,
	size_t first, size_t end, const struct pair *pair)
{
	const struct plan *plan = explaining->plan;
	const struct view *view = explaining->asking->view;
	const uint8_t *values;
	struct current_walk walk = { .facility = line->facility };
	int r = adjusting_report(view, line, plan->use[first].until, &walk.head, &values);

	if (r != 0)
		return r == PORT_NONE ? 0 : err_pass(r);
	for (uint32_t i = 0; i < FORM_LINES_MAX; i++)
		walk.value[i] = vector_value(values, walk.head.n, i);
	if (pair && pair_judge(pair, walk.value, walk.head.stratum, NULL) != PAIR_WHOLE)
		return 0;
	for (size_t i = first; i < end && asking_goes_on(explaining->asking); i++) {
		const struct use *use = &plan->use[i];

		if (use->side == explaining->side && use->line == line->line &&
			use_reaches(
				plan, view, use, line->facility, walk.head.area, walk.head.stratum))
			row_adjustment(explaining, line, &walk.head, use);
	}
	return 0;
}

static int group_explain_adjusted(struct explaining *explaining, size_t first, size_t end)
{
	const struct plan *plan = explaining->plan;
	const struct use *use = &plan->use[first];
	const struct adjusting *adjusting;
	struct pair pair;
	bool paired = plan->paired && pair_make(explaining->asking->view->catalog, use->form,
					      plan->indicator, &pair);
	int r = asking_adjusting(explaining->asking, &adjusting);

	for (size_t i = 0; r == 0 && i < adjusting->lines; i++)
		if (adjusting->line[i].form == use->form &&
			adjusting->line[i].period == use->period)
			r = line_explain(
				explaining, &adjusting->line[i], first, end, paired ? &pair : NULL);
	return err_pass(r);
}

/* After the rows as reported, under a word of their own. */
static int side_explain_adjusted(struct explaining *explaining)
{
	const char *word = explaining->word;
	const struct plan *plan = explaining->plan;
	char own[32];
	int r = 0;

	snprintf(own, sizeof(own), "%s_adjustment", word);
	explaining->word = own;
	for (size_t first = 0, end; r == 0 && first < plan->uses; first = end) {
		end = plan_group_end(plan, first);
		r = group_explain_adjusted(explaining, first, end);
	}
	explaining->word = word;
	return err_pass(r);
}

int side_explain(struct explaining *explaining)
{
	const struct plan *plan = explaining->plan;
	const struct linear *side = plan_side(plan, explaining->side);

	for (size_t first = 0, end; first < plan->uses; first = end) {
		int r;

		end = plan_group_end(plan, first);
		if ((r = group_explain(explaining, first, end)) < 0)
			return err_pass(r);
	}
	for (uint32_t t = 0; t < side->count && asking_goes_on(explaining->asking); t++) {
		struct because because = {
			.area = plan->scope.area, .term = &side->term[t], .has_value = true
		};

		if (side->term[t].kind == TERM_N_FACILITY)
			facilities_explain(explaining, &side->term[t]);
		else if (plan_constant(
				 plan, explaining->asking->view, &side->term[t], &because.value))
			row_because(explaining, &because);
	}
	return err_pass(side_explain_adjusted(explaining));
}

static int ratio_explain(struct asking *asking, const struct figure *figure)
{
	AUTO(plan_fini) struct plan plan = { 0 };
	uint32_t rows = 0;
	int r = plan_init(&plan, asking->view, figure->indicator, figure->scope, &figure->span);

	if (r < 0)
		return err_pass(r);
	for (enum side side = 0; side < SIDES && asking_goes_on(asking); side++) {
		struct explaining explaining = { .asking = asking,
			.plan = &plan,
			.side = side,
			.word = side == SIDE_NUMERATOR ? "numerator" : "denominator",
			.total = rational_of(0, 1),
			.rows = rows };

		if ((r = side_explain(&explaining)) < 0)
			return err_pass(r);
		rows = explaining.rows;
	}
	return 0;
}

int verb_indicator_explain(struct asking *asking)
{
	static const struct column columns[] = {
		{ "side", COLUMN_TEXT },
		{ "facility", COLUMN_TEXT },
		{ "facility_name", COLUMN_TEXT },
		{ "area", COLUMN_TEXT },
		{ "form", COLUMN_TEXT },
		{ "period", COLUMN_TEXT },
		{ "element", COLUMN_TEXT },
		{ "coefficient", COLUMN_DECIMAL },
		{ "value", COLUMN_DECIMAL },
		{ "contribution", COLUMN_DECIMAL },
		{ "left_out", COLUMN_BOOLEAN },
		{ "sequence", COLUMN_INTEGER },
		{ "revision", COLUMN_INTEGER },
		{ "digest", COLUMN_TEXT },
	};
	struct valuing valuing;
	struct figure figure;
	struct value value;
	int r = argument_figure(asking, &figure);

	if (r != 0)
		return r;
	valuing = asking_valuing(asking, figure.since);
	if ((r = value_of(&valuing, figure.indicator, figure.scope, &figure.span, &value)) < 0 ||
		(r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	if (value.has_sides)
		return err_pass(ratio_explain(asking, &figure));
	return err_pass(parts_explain(asking, &figure, &value));
}
