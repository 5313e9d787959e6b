/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "indicator show": values with their two sides, their completeness and their remarks. */
#include <stdio.h>
#include <string.h>

#include "aggregator/figure.h"
#include "aggregator/verb.h"
#include "base/err.h"
#include "base/limits.h"

/* The facility is optional; it need not lie in the area today. */
static int argument_scope_facility(struct asking *asking, struct scope *scope)
{
	const struct facility *facility;
	char code[FACILITY_CODE_MAX + 1];
	int r = argument_text(asking, "facility", code, sizeof(code));

	if (r != 0 || code[0] == '\0')
		return r;
	if ((r = argument_facility(asking, &facility)) != 0)
		return r;
	scope->facility = facility->number;
	return 0;
}

int argument_figure(struct asking *asking, struct figure *ret_figure)
{
	struct figure figure = { 0 };
	char window[16];
	enum window wanted;
	int r = argument_indicator(asking, &figure.indicator);

	if (r != 0 || (r = argument_area(asking, "area", true, &figure.scope.area)) != 0 ||
		(r = argument_scope_facility(asking, &figure.scope)) != 0 ||
		(r = argument_period(asking, &figure.period)) != 0 ||
		(r = argument_text(asking, "window", window, sizeof(window))) != 0)
		return r;
	wanted = window[0] ? window_parse(window)
			   : window_natural(asking->view->catalog, figure.indicator, figure.scope);
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

void cell_value(struct asking *asking, const struct indicator *indicator, const struct value *value)
{
	char digits[DECIMAL_TEXT_BYTES];

	if (value->source == VALUE_NONE) {
		cell_null(asking);
		return;
	}
	decimal_ratio(
		value->value.top, value->value.bottom, (uint8_t)(indicator->decimals + 2), digits);
	cell_digits(asking, digits);
}

void cell_shown(struct asking *asking, const struct indicator *indicator, const struct value *value)
{
	char digits[DECIMAL_TEXT_BYTES];
	uint8_t decimals = indicator->decimals;

	if (value->source == VALUE_NONE) {
		cell_null(asking);
		return;
	}
	/* No digit is shown that nobody printed. */
	if (value->has_printed && value->printed_decimals < decimals)
		decimals = value->printed_decimals;
	decimal_ratio(value->value.top, value->value.bottom, decimals, digits);
	cell_digits(asking, digits);
}

static void cell_limit(struct asking *asking, const struct indicator *indicator, double limit)
{
	char digits[DECIMAL_TEXT_BYTES];

	snprintf(digits, sizeof(digits), "%.*f", indicator->decimals + 2, limit);
	cell_digits(asking, digits);
}

void cells_interval(
	struct asking *asking, const struct indicator *indicator, const struct value *value)
{
	if (!value->has_interval || value->source == VALUE_NONE ||
		!(value->high < (double)VALUE_MAX) || !(value->low > -(double)VALUE_MAX)) {
		cell_null(asking);
		cell_null(asking);
		return;
	}
	cell_limit(asking, indicator, value->low);
	cell_limit(asking, indicator, value->high);
}

void cells_adjusted(struct asking *asking, const struct indicator *indicator, bool touched,
	const struct value *adjusted)
{
	if (touched) {
		cell_value(asking, indicator, adjusted);
		cell_shown(asking, indicator, adjusted);
	} else {
		cells_null(asking, 2);
	}
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

static void cells_sides(struct asking *asking, const struct value *value)
{
	for (enum side side = 0; side < SIDES; side++) {
		if (value->has_sides)
			cells_side(asking, &value->side[side]);
		for (int i = 0; i < 3 && !value->has_sides; i++)
			cell_null(asking);
	}
	cell_count_or_null(asking, value->has_sides, value->left_out);
	cell_boolean(asking, value->paired);
}

/* The figure once more, with what two persons put beside it. */
static int cells_figure_adjusted(struct asking *asking, const struct figure *figure,
	struct scope scope, const struct value *value)
{
	struct valuing valuing = asking_valuing(asking, figure->since);
	const struct adjusting *adjusting;
	struct value adjusted;
	bool touched;
	int r = asking_adjusting(asking, &adjusting);

	if (r < 0 || (r = value_adjusted(&valuing, adjusting, figure->indicator, scope,
			      &figure->span, value, &touched, &adjusted)) < 0)
		return err_pass(r);
	cells_adjusted(asking, figure->indicator, touched, &adjusted);
	for (enum side side = 0; side < SIDES; side++) {
		if (touched && adjusted.has_sides)
			cell_side_value(asking, &adjusted.side[side]);
		else
			cell_null(asking);
	}
	return 0;
}

static int row_figure(struct asking *asking, const struct figure *figure, struct scope scope,
	const struct value *value)
{
	const struct indicator *indicator = figure->indicator;
	const struct area *area = catalog_area(asking->view->catalog, scope.area);

	cell_text(asking, indicator->code);
	cell_text(asking, indicator->name.zh);
	cell_text(asking, indicator->name.en);
	cells_unit(asking, indicator->unit);
	cell_area(asking, scope.area);
	cell_text(asking, area ? area->name.zh : "");
	cell_period(asking, figure->period);
	cell_text(asking, window_name(figure->span.window));
	cell_value(asking, indicator, value);
	for (enum side side = 0; side < SIDES; side++) {
		if (value->has_sides)
			cell_side_value(asking, &value->side[side]);
		else
			cell_null(asking);
	}
	cell_integer(asking, indicator->factor);
	cell_text(asking, value->source_text);
	cells_sides(asking, value);
	cell_text(asking, value->mark);
	cell_shown(asking, indicator, value);
	cells_interval(asking, indicator, value);
	cell_text(asking, value_source_name(value->source));
	cell_text_or_null(asking, value->series);
	cell_boolean(asking, value->provisional);
	cell_text_or_null(asking, value->source == VALUE_NONE ? value->missing : "");
	return err_pass(cells_figure_adjusted(asking, figure, scope, value));
}

static int figure_show(struct asking *asking, const struct figure *figure, struct scope scope)
{
	struct valuing valuing = asking_valuing(asking, figure->since);
	struct value value;
	int r = value_of(&valuing, figure->indicator, scope, &figure->span, &value);

	if (r < 0)
		return err_pass(r);
	return err_pass(row_figure(asking, figure, scope, &value));
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
		if ((r = figure_show(asking, figure, (struct scope){ .area = area[i].code })) < 0)
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
		{ "unit_zh", COLUMN_TEXT },
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
		{ "shown", COLUMN_DECIMAL },
		{ "low", COLUMN_DECIMAL },
		{ "high", COLUMN_DECIMAL },
		{ "source_kind", COLUMN_TEXT },
		{ "series", COLUMN_TEXT },
		{ "provisional", COLUMN_BOOLEAN },
		{ "missing", COLUMN_TEXT },
		{ "adjusted", COLUMN_DECIMAL },
		{ "adjusted_shown", COLUMN_DECIMAL },
		{ "adjusted_numerator", COLUMN_DECIMAL },
		{ "adjusted_denominator", COLUMN_DECIMAL },
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
		(r = figure_show(asking, &figure, figure.scope)) < 0)
		return err_pass(r);
	return by[0] ? err_pass(figures_by_area(asking, &figure)) : 0;
}
