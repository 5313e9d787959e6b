/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "indicator series": an indicator period by period, and whether it has changed since the one
 * before beyond what chance does. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/interval.h"
#include "model/judge.h"
#include "aggregator/figure.h"
#include "aggregator/verb.h"
#include "base/err.h"

#define CHANCE 0.05

/* Whether the two differ beyond chance; false in ret_tested: it cannot be said. */
static bool beyond_chance(const struct value *a, const struct value *b, bool *ret_tested)
{
	double p = NAN;

	*ret_tested = false;
	if (a->uncertainty != b->uncertainty)
		return false;
	if (a->uncertainty == UNCERTAINTY_POISSON)
		p = rate_ratio_p(a->events, a->exposure, b->events, b->exposure);
	else if (a->uncertainty == UNCERTAINTY_WILSON)
		p = proportion_p(
			a->events, (uint64_t)a->exposure, b->events, (uint64_t)b->exposure);
	else if (a->uncertainty == UNCERTAINTY_SURVEY && a->has_interval && b->has_interval) {
		*ret_tested = true;
		return a->low > b->high || b->low > a->high;
	}
	*ret_tested = !isnan(p);
	return p < CHANCE;
}

/* Printed figures have no series. */
static bool values_comparable(const struct value *a, const struct value *b)
{
	return a->source == b->source && a->source == VALUE_REPORTS && !a->forced && !b->forced &&
	       !a->mixed && !b->mixed && strcmp(a->series, b->series) == 0;
}

/* overlapping: the windows share months, so that no test for two samples applies. */
static enum direction direction_of(enum polarity polarity, const struct value *before,
	const struct value *now, bool overlapping)
{
	struct rational change =
		rational_add(now->value, rational_multiply(before->value, rational_of(-1, 1)));
	bool tested, differ, up = change.top > 0;

	if (before->source == VALUE_NONE || now->source == VALUE_NONE ||
		rational_overflowed(change))
		return DIRECTION_UNKNOWN;
	if (!values_comparable(before, now))
		return DIRECTION_NOT_COMPARABLE;
	if (change.top == 0)
		return DIRECTION_SAME;
	differ = beyond_chance(before, now, &tested);
	tested = tested && !overlapping;
	if (tested && !differ)
		return DIRECTION_NOT_DISTINGUISHABLE;
	if (polarity == POLARITY_NONE)
		return tested ? (up ? DIRECTION_UP : DIRECTION_DOWN)
			      : (up ? DIRECTION_UP_UNTESTED : DIRECTION_DOWN_UNTESTED);
	if (up == (polarity == POLARITY_HIGHER))
		return tested ? DIRECTION_BETTER : DIRECTION_BETTER_UNTESTED;
	return tested ? DIRECTION_WORSE : DIRECTION_WORSE_UNTESTED;
}

struct course {
	const struct indicator *indicator;
	struct scope scope;
	uint32_t from, to;
	enum window window;
	int since;
	struct value before; /* of the period before, once one was shown */
	struct span span, before_span;
};

/* Whether the indicator means something else since the period before. */
static bool course_breaks(const struct asking *asking, const struct course *course, uint32_t period)
{
	return catalog_break_next(asking->view->catalog, course->indicator, course->scope.area,
		       period_year(span_last_month(&course->before_span)),
		       period_year(period)) != NULL;
}

static void cell_share(struct asking *asking, double share)
{
	char digits[DECIMAL_TEXT_BYTES];

	/* What is not whole never looks so. */
	snprintf(digits, sizeof(digits), "%.3f", floor(share * 1000) / 1000);
	cell_digits(asking, digits);
}

static void row_period(
	struct asking *asking, struct course *course, uint32_t period, const struct value *value)
{
	enum direction direction = direction_of(course->indicator->polarity, &course->before, value,
		course->before.source != VALUE_NONE &&
			course->span.first <= span_last_month(&course->before_span));

	if (direction != DIRECTION_UNKNOWN && course_breaks(asking, course, period))
		direction = DIRECTION_NOT_COMPARABLE;

	cell_period(asking, period);
	cell_value(asking, course->indicator, value);
	cell_shown(asking, course->indicator, value);
	cells_unit(asking, course->indicator->unit);
	cells_interval(asking, course->indicator, value);
	cell_share(asking, value->complete);
	cell_boolean(asking, value->provisional);
	cell_text(asking, value_source_name(value->source));
	cell_text_or_null(asking, direction == DIRECTION_UNKNOWN ? "" : direction_name(direction));
	cell_text_or_null(asking, value->series);
	cell_text(asking, value->mark);
	cell_text_or_null(asking, value->source == VALUE_NONE ? value->missing : "");
}

static int cells_course_adjusted(struct asking *asking, struct valuing *valuing,
	const struct course *course, const struct value *value)
{
	const struct adjusting *adjusting;
	struct value adjusted;
	bool touched;
	int r = asking_adjusting(asking, &adjusting);

	if (r < 0 || (r = value_adjusted(valuing, adjusting, course->indicator, course->scope,
			      &course->span, value, &touched, &adjusted)) < 0)
		return err_pass(r);
	cells_adjusted(asking, course->indicator, touched, &adjusted);
	return 0;
}

/* from and to may be of different kinds only if the same period begins both. */
static int argument_course(struct asking *asking, struct course *course)
{
	char window[16];
	int r = argument_indicator(asking, &course->indicator);

	if (r != 0 || (r = argument_area(asking, "area", true, &course->scope.area)) != 0 ||
		(r = argument_period_named(asking, "from", &course->from)) != 0 ||
		(r = argument_period_named(asking, "to", &course->to)) != 0 ||
		(r = argument_year(asking, "since", &course->since)) != 0 ||
		(r = argument_text(asking, "window", window, sizeof(window))) != 0)
		return r;
	if (period_kind_of(course->from) != period_kind_of(course->to) || course->from > course->to)
		return verb_refuse(asking, ANSWER_INVALID,
			"arguments 'from' and 'to' must be periods of one kind, the earlier first");
	course->window =
		window[0] ? window_parse(window)
			  : window_natural(asking->view->catalog, course->indicator, course->scope);
	if (course->window == 0)
		return verb_refuse(
			asking, ANSWER_INVALID, "argument 'window': '%s' is no window", window);
	return 0;
}

int verb_indicator_series(struct asking *asking)
{
	static const struct column columns[] = {
		{ "period", COLUMN_TEXT },
		{ "value", COLUMN_DECIMAL },
		{ "shown", COLUMN_DECIMAL },
		{ "unit", COLUMN_TEXT },
		{ "unit_zh", COLUMN_TEXT },
		{ "low", COLUMN_DECIMAL },
		{ "high", COLUMN_DECIMAL },
		{ "complete", COLUMN_DECIMAL },
		{ "provisional", COLUMN_BOOLEAN },
		{ "source", COLUMN_TEXT },
		{ "direction", COLUMN_TEXT },
		{ "series", COLUMN_TEXT },
		{ "mark", COLUMN_TEXT },
		{ "missing", COLUMN_TEXT },
		{ "adjusted", COLUMN_DECIMAL },
		{ "adjusted_shown", COLUMN_DECIMAL },
	};
	struct course course = { .before = { .source = VALUE_NONE } };
	struct valuing valuing;
	int r = argument_course(asking, &course);

	if (r != 0 || (r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	valuing = asking_valuing(asking, course.since);
	for (uint32_t period = course.from; period != 0 && period <= course.to;
		period = period_add(period, 1)) {
		struct value value;

		if (!asking_goes_on(asking))
			break;
		if ((r = span_of(course.window, period, course.since, &course.span)) < 0)
			return verb_fault(asking, r);
		if ((r = value_of(&valuing, course.indicator, course.scope, &course.span, &value)) <
			0)
			return err_pass(r);
		row_period(asking, &course, period, &value);
		if ((r = cells_course_adjusted(asking, &valuing, &course, &value)) < 0)
			return err_pass(r);
		course.before = value;
		course.before_span = course.span;
	}
	return 0;
}
