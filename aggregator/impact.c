/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "held impact": which figures, ranks and targets would be others if a held report were accepted.
 * Every figure is asked for twice through the same code, once of the tables as they are and once of
 * a preview, and what differs is a row. Looked at are the areas that the facility's reports add to,
 * each indicator in its natural window around the report's last month, and the targets of those
 * areas at the last year reported. It takes a bounded time: a row "cut" says where it stopped. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/figure.h"
#include "aggregator/preview.h"
#include "aggregator/ranking.h"
#include "aggregator/scorecard.h"
#include "base/err.h"

enum { IMPACT_MS_MAX = 3000 };

/* A figure that changes. */
struct changed {
	const struct indicator *indicator;
	const struct area *area;
	struct span span;
};

struct impact {
	struct asking *asking;
	const struct held *held;
	struct valuing before, after;
	uint32_t path[AREA_DEPTH_MAX];
	size_t depth;
	uint32_t month;          /* the report's last */
	struct changed *changed; /* owned */
	size_t changes;
	struct mono began;
	bool cut;
};

static void impact_fini(struct impact *impact)
{
	free(impact->changed);
}
static inline void impact_fini_auto(struct impact *impact)
{
	impact_fini(impact);
}

/* false: no time is left, which becomes a row. */
static bool impact_goes_on(struct impact *impact, const char *where)
{
	struct asking *asking = impact->asking;

	if (impact->cut || !asking_goes_on(asking))
		return false;
	if (mono_ms_since(impact->began, clock_mono()) < IMPACT_MS_MAX)
		return true;
	impact->cut = true;
	cell_text(asking, "cut");
	cell_text(asking, where);
	cells_null(asking, 13);
	return false;
}

/* Whether a form has a line that the ratio reads. Other methods read too much to be told apart. */
static bool linear_reads(
	const struct catalog *catalog, const struct linear *linear, const struct form *form)
{
	for (uint32_t i = 0; i < linear->count; i++)
		if (linear->term[i].kind == TERM_ELEMENT &&
			form_line_of(catalog, form, linear->term[i].element) >= 0)
			return true;
	return false;
}

static bool indicator_may_change(const struct impact *impact, const struct indicator *indicator)
{
	const struct catalog *catalog = impact->asking->view->catalog;
	const struct form *form = impact->held->form;

	return indicator->method.kind != METHOD_RATIO ||
	       linear_reads(catalog, &indicator->numerator, form) ||
	       linear_reads(catalog, &indicator->denominator, form);
}

static int change_keep(struct impact *impact, const struct changed *changed)
{
	struct changed *grown;

	if (impact->changes % 64 == 0) {
		grown = reallocarray(impact->changed, impact->changes + 64, sizeof(*grown));
		if (!grown)
			return err_here(ERR_NOMEM, "cannot hold what would change");
		impact->changed = grown;
	}
	impact->changed[impact->changes++] = *changed;
	return 0;
}

static void cells_what(struct asking *asking, const char *what, const struct changed *changed)
{
	cell_text(asking, what);
	cell_text(asking, changed->indicator->code);
	cell_text(asking, changed->indicator->name.zh);
	cell_text(asking, changed->indicator->name.en);
	cell_null(asking);
	cells_area(asking, changed->area->code);
	cell_period(asking, span_named(&changed->span));
	cell_text(asking, window_name(changed->span.window));
}

/* As it is shown, with the two more digits of a value where only these tell the two apart. */
static void cells_figures(struct asking *asking, const struct indicator *indicator,
	const struct value *before, const struct value *after)
{
	char digits[2][DECIMAL_TEXT_BYTES] = { "", "" };
	const struct value *const values[] = { before, after };

	for (uint8_t more = 0; more <= 2 && strcmp(digits[0], digits[1]) == 0; more += 2)
		for (int i = 0; i < 2; i++)
			if (values[i]->source != VALUE_NONE)
				decimal_ratio(values[i]->value.top, values[i]->value.bottom,
					(uint8_t)(indicator->decimals + more), digits[i]);
	cell_text_or_null(asking, digits[0]);
	cell_text_or_null(asking, digits[1]);
}

static int indicator_compare(struct impact *impact, struct changed *changed)
{
	struct asking *asking = impact->asking;
	const struct indicator *indicator = changed->indicator;
	const struct scope scope = { .area = changed->area->code };
	struct value before, after;
	int r = span_of(window_natural(asking->view->catalog, indicator, scope), impact->month, 0,
		&changed->span);

	if (r == ERR_INVALID) /* a window that begins with a year which nobody gives */
		return 0;
	if (r < 0 ||
		(r = value_of(&impact->before, indicator, scope, &changed->span, &before)) < 0 ||
		(r = value_of(&impact->after, indicator, scope, &changed->span, &after)) < 0)
		return err_pass(r);
	if (!values_differ(&before, &after))
		return 0;
	cells_what(asking, "indicator", changed);
	cells_figures(asking, indicator, &before, &after);
	cells_unit(asking, indicator->unit);
	cells_null(asking, 2);
	return err_pass(change_keep(impact, changed));
}

static int indicators_compare(struct impact *impact)
{
	const struct catalog *catalog = impact->asking->view->catalog;
	size_t indicators;
	const struct indicator *indicator = catalog_indicators(catalog, &indicators);

	for (size_t i = 0; i < indicators; i++) {
		if (!indicator_may_change(impact, &indicator[i]) ||
			!sight_of_indicator(impact->asking, &indicator[i]))
			continue;
		for (size_t d = 0; d < impact->depth; d++) {
			struct changed changed = { .indicator = &indicator[i],
				.area = catalog_area(catalog, impact->path[d]) };
			int r;

			if (!impact_goes_on(impact, "indicators"))
				return 0;
			if ((r = indicator_compare(impact, &changed)) < 0)
				return err_pass(r);
		}
	}
	return 0;
}

static void cell_rank(struct asking *asking, uint64_t rank)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)rank);
	cell_text_or_null(asking, rank ? text : "");
}

/* The area itself; where it moves, others move too, and these are told by its own two ranks. */
static int ranks_compare(struct impact *impact)
{
	struct asking *asking = impact->asking;

	for (size_t i = 0; i < impact->changes; i++) {
		const struct changed *changed = &impact->changed[i];
		uint64_t before, after;
		int r;

		if (!impact_goes_on(impact, "ranks"))
			return 0;
		if ((r = rank_among_siblings(&impact->before, changed->indicator, changed->area,
			     impact->month, &changed->span, &before)) < 0 ||
			(r = rank_among_siblings(&impact->after, changed->indicator, changed->area,
				 impact->month, &changed->span, &after)) < 0)
			return err_pass(r);
		if (before == after)
			continue;
		cells_what(asking, "rank", changed);
		cell_rank(asking, before);
		cell_rank(asking, after);
		cells_null(asking, 4);
	}
	return 0;
}

static bool on_path(const struct impact *impact, uint32_t area)
{
	for (size_t i = 0; i < impact->depth; i++)
		if (impact->path[i] == area)
			return true;
	return false;
}

static void cell_status(struct asking *asking, const struct judgement *judgement)
{
	cell_text_or_null(asking, judgement->status ? target_status_name(judgement->status) : "");
}

static void row_target(struct asking *asking, const struct target *target,
	const struct score *before, const struct score *after)
{
	cell_text(asking, "target");
	cell_text(asking, target_cell(target, "id"));
	cell_text_or_null(asking, target_cell(target, "name_zh"));
	cell_text_or_null(asking, target_cell(target, "name_en"));
	cell_text(asking, target->plan->code);
	cells_area(asking, target->area);
	cell_period(asking, after->at);
	cell_null(asking);
	cell_status(asking, &before->judgement);
	cell_status(asking, &after->judgement);
	cells_null(asking, 2);
	cell_text(asking, target_class_name(before->judgement.class));
	cell_text(asking, target_class_name(after->judgement.class));
}

static int score_of(struct impact *impact, const struct valuing *valuing,
	const struct plan_info *plan, struct score **ret_score)
{
	uint32_t at;
	int r = score_last_year(valuing->view, plan->area, &at);

	if (r < 0 || (r = score_new(valuing, plan, plan->area, at, ret_score)) < 0)
		return err_pass(r);
	(*ret_score)->project = projection_remembered;
	(*ret_score)->project_context = impact->asking->projections;
	return 0;
}

static int plan_compare(struct impact *impact, const struct plan_info *plan)
{
	AUTO(score_free) struct score *before = NULL;
	AUTO(score_free) struct score *after = NULL;
	size_t targets;
	const struct target *target =
		catalog_targets_of(impact->asking->view->catalog, plan, &targets);
	int r;

	if ((r = score_of(impact, &impact->before, plan, &before)) < 0 ||
		(r = score_of(impact, &impact->after, plan, &after)) < 0)
		return err_pass(r);
	for (size_t i = 0; i < targets; i++) {
		if (!target[i].indicator || !on_path(impact, target[i].area) ||
			!sight_of_indicator(impact->asking, target[i].indicator))
			continue;
		if (before->at == after->at && !indicator_may_change(impact, target[i].indicator))
			continue;
		if (!impact_goes_on(impact, "targets"))
			return 0;
		if ((r = score_target(before, &target[i])) < 0 ||
			(r = score_target(after, &target[i])) < 0)
			return err_pass(r);
		if (before->judgement.class != after->judgement.class ||
			before->judgement.status != after->judgement.status)
			row_target(impact->asking, &target[i], before, after);
	}
	return 0;
}

static int targets_compare(struct impact *impact)
{
	size_t plans;
	const struct plan_info *plan = catalog_plans(impact->asking->view->catalog, &plans);

	for (size_t i = 0; i < plans; i++) {
		int r;

		if (!impact_goes_on(impact, "targets"))
			return 0;
		if ((r = plan_compare(impact, &plan[i])) < 0)
			return err_pass(r);
	}
	return 0;
}

/* The areas that the report adds to, as far up as the asker sees. */
static void impact_path(struct impact *impact)
{
	uint32_t path[AREA_DEPTH_MAX];
	size_t depth = catalog_area_path(impact->asking->view->catalog, impact->held->area, path);

	for (size_t i = 0; i < depth; i++)
		if (sight_of(impact->asking, path[i]))
			impact->path[impact->depth++] = path[i];
}

static int impact_rows(struct asking *asking, const struct held *held)
{
	AUTO(preview_fini) struct preview preview = { .txn = NULL };
	AUTO(impact_fini)
	struct impact impact = { .asking = asking,
		.held = held,
		.before = asking_valuing(asking, 0),
		.month = period_month(held->entry.period, period_months(held->entry.period) - 1),
		.began = clock_mono() };
	int r = preview_open(&preview, asking, held);

	if (r < 0) /* what cannot be folded is this report's fault, not the service's */
		return verb_fault(asking, r);
	impact.after = (struct valuing){ .view = &preview.view, .memo = preview.memo };
	impact_path(&impact);
	if ((r = indicators_compare(&impact)) < 0 || (r = ranks_compare(&impact)) < 0)
		return err_pass(r);
	return err_pass(targets_compare(&impact));
}

int verb_held_impact(struct asking *asking)
{
	static const struct column columns[] = {
		{ "what", COLUMN_TEXT },
		{ "code", COLUMN_TEXT },
		{ "name_zh", COLUMN_TEXT },
		{ "name_en", COLUMN_TEXT },
		{ "plan", COLUMN_TEXT },
		{ "area", COLUMN_TEXT },
		{ "area_name", COLUMN_TEXT },
		{ "period", COLUMN_TEXT },
		{ "window", COLUMN_TEXT },
		{ "before", COLUMN_TEXT },
		{ "after", COLUMN_TEXT },
		{ "unit", COLUMN_TEXT },
		{ "unit_zh", COLUMN_TEXT },
		{ "class_before", COLUMN_TEXT },
		{ "class_after", COLUMN_TEXT },
	};
	AUTO(held_fini) struct held held = { .findings = 0 };
	int r = argument_held(asking, &held);

	if (r != 0)
		return r;
	if (!held.newest || held.open.state != OPEN_WAITING)
		return verb_refuse(asking, ANSWER_INVALID,
			"held report %llu waits no more: it is %s",
			(unsigned long long)held.entry.sequence, held_state_name(&held));
	if ((r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	return err_pass(impact_rows(asking, &held));
}
