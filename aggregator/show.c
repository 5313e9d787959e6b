/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "indicator show": values with their two sides, their completeness and their remarks. */
#include <stdio.h>
#include <string.h>

#include "aggregator/evaluate.h"
#include "aggregator/figure.h"
#include "aggregator/verb.h"
#include "base/err.h"

int argument_figure(struct asking *asking, struct figure *ret_figure)
{
	struct figure figure = { 0 };
	char window[16];
	enum window wanted;
	int r = argument_indicator(asking, &figure.indicator);

	if (r != 0 || (r = argument_area(asking, "area", true, &figure.scope.area)) != 0 ||
		(r = argument_period(asking, &figure.period)) != 0 ||
		(r = argument_text(asking, "window", window, sizeof(window))) != 0)
		return r;
	wanted = window[0] ? window_parse(window) : figure.indicator->window;
	if (wanted == 0)
		return verb_refuse(asking, ANSWER_INVALID,
			"argument 'window': '%s' is no window; known are month, "
			"quarter, half, ytd, r12m, year, mch_year, r36m, plan, baseline",
			window);
	if ((r = argument_year(asking, "since", &figure.since)) != 0)
		return r;
	if ((r = span_of(wanted, figure.period, figure.since, &figure.span)) < 0)
		return verb_fault(asking, r);
	*ret_figure = figure;
	return 0;
}

void cell_scaled(struct asking *asking, struct rational value)
{
	char digits[DECIMAL_TEXT_BYTES];
	int128 scaled;

	if (!rational_scaled(value, &scaled)) {
		cell_null(asking);
		return;
	}
	scaled_print(scaled, digits);
	cell_digits(asking, digits);
}

static void cell_value(struct asking *asking, const struct indicator *indicator,
	const struct evaluation *evaluation)
{
	char digits[DECIMAL_TEXT_BYTES];

	if (!evaluation->has_value) {
		cell_null(asking);
		return;
	}
	decimal_ratio(evaluation->value.top, evaluation->value.bottom,
		(uint8_t)(indicator->decimals + 2), digits);
	cell_digits(asking, digits);
}

static void cells_side(struct asking *asking, const struct side_value *side)
{
	cell_integer(asking, (int64_t)side->expected);
	cell_integer(asking, (int64_t)side->reported);
	cell_integer(asking, (int64_t)side->with_value);
}

static void cell_side_value(struct asking *asking, const struct side_value *side)
{
	if (side->has_data)
		cell_scaled(asking, side->value);
	else
		cell_null(asking);
}

static void row_figure(struct asking *asking, const struct figure *figure, const struct plan *plan,
	const struct evaluation *evaluation)
{
	const struct area *area = catalog_area(asking->view->catalog, plan->scope.area);

	cell_text(asking, plan->indicator->code);
	cell_text(asking, plan->indicator->name.zh);
	cell_text(asking, plan->indicator->name.en);
	cell_text(asking, plan->indicator->unit);
	cell_area(asking, plan->scope.area);
	cell_text(asking, area ? area->name.zh : "");
	cell_period(asking, figure->period);
	cell_text(asking, window_name(figure->span.window));
	cell_value(asking, plan->indicator, evaluation);
	cell_side_value(asking, &evaluation->side[SIDE_NUMERATOR]);
	cell_side_value(asking, &evaluation->side[SIDE_DENOMINATOR]);
	cell_integer(asking, plan->indicator->factor);
	cell_text(asking, plan->source);
	cells_side(asking, &evaluation->side[SIDE_NUMERATOR]);
	cells_side(asking, &evaluation->side[SIDE_DENOMINATOR]);
	cell_integer(asking, (int64_t)evaluation->left_out);
	cell_boolean(asking, plan->paired);
	cell_text(asking, evaluation->mark);
}

static int figure_show(struct asking *asking, const struct figure *figure, uint32_t area)
{
	AUTO(plan_fini) struct plan plan = { 0 };
	struct evaluation evaluation;
	int r = plan_init(&plan, asking->view, figure->indicator, (struct scope){ .area = area },
		&figure->span);

	if (r < 0 || (r = evaluate(asking->view, &plan, &evaluation)) < 0)
		return err_pass(r);
	row_figure(asking, figure, &plan, &evaluation);
	return 0;
}

/* The area itself is always the first row. */
static int figures_by_area(struct asking *asking, const struct figure *figure)
{
	int32_t day = period_last_day(figure->period);
	size_t areas;
	const struct area *area = catalog_areas(asking->view->catalog, &areas);

	for (size_t i = 0; i < areas && asking_goes_on(asking); i++) {
		int r;

		if (area[i].parent != figure->scope.area || area[i].from_day > day ||
			area[i].until_day < day)
			continue;
		if ((r = figure_show(asking, figure, area[i].code)) < 0)
			return err_pass(r);
	}
	return 0;
}

int verb_indicator_show(struct asking *asking)
{
	static const struct column columns[] = {
		{ "indicator", COLUMN_TEXT },
		{ "name_zh", COLUMN_TEXT },
		{ "name_en", COLUMN_TEXT },
		{ "unit", COLUMN_TEXT },
		{ "area", COLUMN_TEXT },
		{ "area_name", COLUMN_TEXT },
		{ "period", COLUMN_TEXT },
		{ "window", COLUMN_TEXT },
		{ "value", COLUMN_DECIMAL },
		{ "numerator", COLUMN_DECIMAL },
		{ "denominator", COLUMN_DECIMAL },
		{ "factor", COLUMN_INTEGER },
		{ "source", COLUMN_TEXT },
		{ "numerator_expected", COLUMN_INTEGER },
		{ "numerator_reported", COLUMN_INTEGER },
		{ "numerator_with_value", COLUMN_INTEGER },
		{ "denominator_expected", COLUMN_INTEGER },
		{ "denominator_reported", COLUMN_INTEGER },
		{ "denominator_with_value", COLUMN_INTEGER },
		{ "left_out", COLUMN_INTEGER },
		{ "paired", COLUMN_BOOLEAN },
		{ "mark", COLUMN_TEXT },
	};
	struct figure figure;
	char by[16];
	int r = argument_figure(asking, &figure);

	if (r != 0 || (r = argument_text(asking, "by", by, sizeof(by))) != 0)
		return err_pass(r);
	if (by[0] && strcmp(by, "area") != 0)
		return verb_refuse(asking, ANSWER_INVALID,
			"argument 'by': only 'area' is known, not '%s'", by);
	if ((r = asking_columns(asking, columns, array_len(columns))) < 0 ||
		(r = figure_show(asking, &figure, figure.scope.area)) < 0)
		return err_pass(r);
	return by[0] ? err_pass(figures_by_area(asking, &figure)) : 0;
}
