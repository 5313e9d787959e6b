/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "plan list", "plan targets", "plan scorecard" and "plan summary". Rows before the page asked for
 * are counted, not judged: a plan of hundreds of rows is judged once, however many pages it has. */
#include "aggregator/scorecard.h"

#include "base/err.h"

static int argument_plan(struct asking *asking, const struct plan_info **ret_plan)
{
	char code[CATALOG_CODE_BYTES];
	int r = argument_text(asking, "plan", code, sizeof(code));

	if (r != 0)
		return r;
	if (code[0] == '\0')
		return verb_refuse(asking, ANSWER_INVALID, "argument 'plan' is missing");
	*ret_plan = catalog_plan_by_code(asking->view->catalog, code);
	if (!*ret_plan)
		return verb_refuse(asking, ANSWER_NOT_FOUND,
			"no plan '%s' in the catalogue; 'plan list' names them all", code);
	return 0;
}

int verb_plan_list(struct asking *asking)
{
	static const struct column columns[] = {
		{ "plan", COLUMN_TEXT },
		{ "name_zh", COLUMN_TEXT },
		{ "name_en", COLUMN_TEXT },
		{ "area", COLUMN_TEXT },
		{ "area_name", COLUMN_TEXT },
		{ "first_year", COLUMN_INTEGER },
		{ "last_year", COLUMN_INTEGER },
		{ "seed", COLUMN_TEXT },
		{ "issuer", COLUMN_TEXT },
		{ "issuer_en", COLUMN_TEXT },
		{ "targets", COLUMN_INTEGER },
	};
	const struct catalog *catalog = asking->view->catalog;
	size_t plans, targets;
	const struct plan_info *plan = catalog_plans(catalog, &plans);
	int r = asking_columns(asking, columns, array_len(columns));

	for (size_t i = 0; r == 0 && i < plans && asking_goes_on(asking); i++) {
		const struct area *area = catalog_area(catalog, plan[i].area);

		(void)catalog_targets_of(catalog, &plan[i], &targets);
		cell_text(asking, plan[i].code);
		cell_text(asking, plan[i].name.zh);
		cell_text(asking, plan[i].name.en);
		cell_area(asking, plan[i].area);
		cell_text(asking, area ? area->name.zh : "");
		cell_integer(asking, plan[i].first_year);
		cell_integer(asking, plan[i].last_year);
		cell_text(asking, plan[i].seed);
		cell_text(asking, plan[i].issuer.zh);
		cell_text(asking, plan[i].issuer.en);
		cell_integer(asking, (int64_t)targets);
	}
	return err_pass(r);
}

/* The table as it was written, in its own columns. */
int verb_plan_targets(struct asking *asking)
{
	const struct plan_info *plan;
	const struct target *target;
	struct column columns[TARGET_COLUMNS];
	size_t targets;
	int r = argument_plan(asking, &plan);

	if (r != 0)
		return err_pass(r);
	for (size_t i = 0; i < TARGET_COLUMNS; i++)
		columns[i] = (struct column){ target_column(i), COLUMN_TEXT };
	if ((r = asking_columns(asking, columns, TARGET_COLUMNS)) < 0)
		return err_pass(r);
	target = catalog_targets_of(asking->view->catalog, plan, &targets);
	for (size_t i = 0; i < targets && asking_goes_on(asking); i++) {
		for (size_t c = 0; c < TARGET_COLUMNS; c++) {
			if (target[i].cell[c][0])
				cell_text(asking, target[i].cell[c]);
			else
				cell_null(asking);
		}
	}
	return 0;
}

/* Whether anything was reported of the area for the period. */
static int period_reported(const struct view *view, const struct form *form, uint32_t period,
	uint32_t area, bool *ret_reported)
{
	struct cell_walk walk = cell_walk_of(view, form->id, period, area);
	int r = period != 0 ? cell_walk_next(&walk) : PORT_NONE;

	if (r < 0)
		return err_pass(r);
	*ret_reported = r != PORT_NONE;
	return 0;
}

/* A yearly figure of the year, or one of its last month. */
static int year_reported(const struct view *view, int year, uint32_t area, bool *ret_reported)
{
	size_t forms;
	const struct form *form = catalog_forms(view->catalog, &forms);
	int r = 0;

	*ret_reported = false;
	for (size_t i = 0; r == 0 && !*ret_reported && i < forms; i++) {
		const enum period_kind kind = form[i].period;

		if (kind == PERIOD_YEAR || kind == PERIOD_MONTH)
			r = period_reported(view, &form[i],
				period_of(kind, year, kind == PERIOD_YEAR ? 0 : 12), area,
				ret_reported);
	}
	return err_pass(r);
}

/* The last year that is over and of which the area has reported. */
int score_last_year(const struct view *view, uint32_t area, uint32_t *ret_period)
{
	const int32_t today = view->today;
	bool reported = false;
	int over = PERIOD_YEAR_MIN, year, r = 0;

	while (over < PERIOD_YEAR_MAX &&
		period_last_day(period_of(PERIOD_YEAR, over + 1, 0)) < today)
		over++;
	for (year = over; year >= PERIOD_YEAR_MIN; year--) {
		if ((r = year_reported(view, year, area, &reported)) < 0)
			return err_pass(r);
		if (reported)
			break;
	}
	*ret_period = period_of(PERIOD_YEAR, reported ? year : over, 0);
	return 0;
}

static int argument_at(struct asking *asking, uint32_t area, uint32_t *ret_period)
{
	char text[32];
	int r = argument_text(asking, "at", text, sizeof(text));

	if (r != 0)
		return r;
	if (text[0] == '\0')
		return err_pass(score_last_year(asking->view, area, ret_period));
	if ((r = period_parse(text, ret_period)) < 0)
		return verb_fault(asking, r);
	return 0;
}

/* What "plan scorecard" and "plan summary" ask. */
static int argument_score(struct asking *asking, struct score **ret_score)
{
	const struct valuing valuing = asking_valuing(asking, 0);
	const struct plan_info *plan;
	uint32_t area, at;
	int r = argument_plan(asking, &plan);

	if (r != 0 || (r = argument_area(asking, "area", false, &area)) != 0 ||
		(area == 0 && (r = sight_default(asking, plan->area, &area)) != 0))
		return err_pass(r);
	if ((r = argument_at(asking, area, &at)) != 0)
		return err_pass(r);
	if ((r = score_new(&valuing, plan, area, at, ret_score)) < 0)
		return err_pass(r);
	(*ret_score)->project = projection_remembered;
	(*ret_score)->project_context = asking->projections;
	return 0;
}

/* A plan's row may be about another area than the plan. */
static bool target_seen(
	const struct asking *asking, const struct score *score, const struct target *target)
{
	return sight_of(asking, score_moves(score, target) ? score->area : target->area) &&
	       (!target->indicator || sight_of_indicator(asking, target->indicator));
}

int verb_plan_scorecard(struct asking *asking)
{
	AUTO(score_free) struct score *score = NULL;
	const struct target *target;
	size_t targets, row = 0;
	int r = argument_score(asking, &score);

	if (r != 0 || (r = score_columns(asking)) < 0 ||
		(r = asking_adjusting(asking, &score->adjusting)) < 0)
		return err_pass(r);
	target = catalog_targets_of(asking->view->catalog, score->plan, &targets);
	for (size_t i = 0; i < targets && asking_goes_on(asking); i++) {
		if (!target_seen(asking, score, &target[i]))
			continue;
		if (row++ < asking->question->offset) {
			score_row_skipped(asking);
			continue;
		}
		if ((r = score_target(score, &target[i])) < 0)
			return err_pass(r);
		score_row(asking, score);
	}
	return 0;
}

enum { CLASSES = CLASS_NOT_MEASURABLE + 1, STATUSES = STANDS_NOT_COMPARABLE + 1 };

static void rows_summary(
	struct asking *asking, const struct score *score, size_t count[CLASSES][STATUSES])
{
	for (size_t class = 0; class < CLASSES; class ++) {
		for (size_t status = 0; status < STATUSES; status++) {
			if (count[class][status] == 0)
				continue;
			cell_text(asking, score->plan->code);
			cell_area(asking, score->area);
			cell_period(asking, score->at);
			cell_text(asking, target_class_name((enum target_class) class));
			if (status == 0)
				cell_null(asking);
			else
				cell_text(asking, target_status_name((enum target_status)status));
			cell_integer(asking, (int64_t)count[class][status]);
		}
	}
}

int verb_plan_summary(struct asking *asking)
{
	static const struct column columns[] = {
		{ "plan", COLUMN_TEXT },
		{ "area", COLUMN_TEXT },
		{ "at", COLUMN_TEXT },
		{ "class", COLUMN_TEXT },
		{ "status", COLUMN_TEXT },
		{ "targets", COLUMN_INTEGER },
	};
	AUTO(score_free) struct score *score = NULL;
	size_t count[CLASSES][STATUSES] = { { 0 } }, targets;
	const struct target *target;
	int r = argument_score(asking, &score);

	if (r != 0 || (r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	target = catalog_targets_of(asking->view->catalog, score->plan, &targets);
	for (size_t i = 0; i < targets; i++) {
		if (!target_seen(asking, score, &target[i]))
			continue;
		if ((r = score_target(score, &target[i])) < 0)
			return err_pass(r);
		count[score->judgement.class][score->judgement.status]++;
	}
	rows_summary(asking, score, count);
	return 0;
}
