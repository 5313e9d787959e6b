/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From the question to the method, and from the method to the fact that may stand in for it. What
 * one indicator asks of another goes through the same door, so it is remembered too, and whoever
 * asked rests on what the other rests on. */
#include "aggregator/value.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "aggregator/adjusting.h"
#include "aggregator/value_inside.h"
#include "base/err.h"
#include "base/limits.h"

enum { DEPTH_MAX = 16, BACK_YEARS = 2 };

const char *value_source_name(enum value_source source)
{
	static const char *const names[] = {
		[VALUE_NONE] = "none",
		[VALUE_REPORTS] = "reports",
		[VALUE_FACT] = "fact",
		[VALUE_PUBLISHED] = "published",
	};

	return names[source];
}

void value_missing(struct value *value, const char *text, ...)
{
	va_list args;

	if (value->missing[0])
		return;
	va_start(args, text);
	vsnprintf(value->missing, sizeof(value->missing), text, args);
	va_end(args);
}

void scope_print(const struct view *view, struct scope scope, char ret[SCOPE_TEXT_BYTES])
{
	const struct facility *facility =
		scope.facility ? registry_facility(view->registry, scope.facility) : NULL;

	if (facility)
		snprintf(ret, SCOPE_TEXT_BYTES, "%s", facility->code);
	else
		snprintf(ret, SCOPE_TEXT_BYTES, "%u", scope.area);
}

void value_rests_on(struct valuing *valuing, int from, int to)
{
	if (from < valuing->rests_from)
		valuing->rests_from = from;
	if (to > valuing->rests_to)
		valuing->rests_to = to;
}

/* Years before a figure's own that may still serve it. */
static int years_back(const struct catalog *catalog)
{
	size_t forms;
	const struct form *form = catalog_forms(catalog, &forms);
	int back = BACK_YEARS;

	for (size_t f = 0; f < forms; f++)
		if ((form[f].carry_months + 11) / 12 > back)
			back = (form[f].carry_months + 11) / 12;
	return back;
}

/* Whether the value changes with the years of whoever asks. The window of the indicator itself is
 * in its span. */
static bool needs_since(const struct indicator *indicator, int depth)
{
	const struct method *method = &indicator->method;

	if (depth > DEPTH_MAX || (depth > 0 && (indicator->window == WINDOW_PLAN ||
						       indicator->window == WINDOW_BASELINE)))
		return true;
	if ((method->kind == METHOD_AVERAGE_GROWTH || method->kind == METHOD_CHANGE ||
		    method->kind == METHOD_MONOTONE) &&
		method->since == 0)
		return true;
	if ((method->of && needs_since(method->of, depth + 1)) ||
		(method->by && needs_since(method->by, depth + 1)))
		return true;
	for (uint32_t i = 0; i < method->conditions; i++)
		if (needs_since(method->condition[i].indicator, depth + 1))
			return true;
	return false;
}

static struct value_key key_of(const struct asked_value *asked)
{
	bool since = needs_since(asked->indicator, 0);

	return (struct value_key){
		.indicator = asked->indicator->id,
		.scope = asked->scope,
		.first = asked->span.first,
		.months = (uint16_t)asked->span.months,
		.since = since ? (int16_t)asked->valuing->since : (int16_t)0,
		.first_year = since ? (int16_t)asked->valuing->first_year : (int16_t)0,
		.window = (uint8_t)asked->span.window,
		.adjusted = asked->valuing->view->adjusting != NULL,
	};
}

static value_method *method_of(const struct indicator *indicator)
{
	static value_method *const methods[] = {
		[METHOD_RATIO] = value_ratio,
		[METHOD_EXTERNAL] = value_external,
		[METHOD_LIFE_EXPECTANCY] = value_life_expectancy,
		[METHOD_PROBABILITY_OF_DYING] = value_probability_of_dying,
		[METHOD_HEALTHY_LIFE_EXPECTANCY] = value_healthy_life_expectancy,
		[METHOD_UNITS] = value_units,
		[METHOD_GROWTH] = value_growth,
		[METHOD_AVERAGE_GROWTH] = value_average_growth,
		[METHOD_CHANGE] = value_change,
		[METHOD_QUOTIENT] = value_quotient,
		[METHOD_MONOTONE] = value_monotone,
		[METHOD_RANK] = value_rank,
		[METHOD_MILESTONE] = value_milestone,
		[METHOD_TARGETS_MET] = value_targets_met,
		[METHOD_REPORTING] = value_reporting,
	};

	ensure((unsigned)indicator->method.kind < array_len(methods) &&
		methods[indicator->method.kind]);
	return methods[indicator->method.kind];
}

void value_clear(struct value *value)
{
	*value = (struct value){
		.value = rational_of(0, 1), .complete = 1, .complete_by_volume = 1
	};
	for (enum side side = 0; side < SIDES; side++)
		value->side[side].value = rational_of(0, 1);
}

double rational_double(struct rational a)
{
	return a.bottom ? (double)a.top / (double)a.bottom : NAN;
}

bool value_exact(const struct value *value)
{
	return value->comparator == COMPARATOR_NONE || value->comparator == COMPARATOR_ABOUT ||
	       value->comparator == COMPARATOR_NEAR;
}

void value_set_real(struct value *value, double result)
{
	int64_t unit = 1;

	for (int i = 0; i < RATIONAL_DIGITS; i++)
		unit *= 10;
	if (!isfinite(result) || fabs(result) > (double)VALUE_MAX) {
		value->source = VALUE_NONE;
		value_missing(value, "a finite result");
		return;
	}
	value->value = rational_of((int128)roundl((long double)result * unit), unit);
	value->real = true;
}

int64_t factor_of(const struct indicator *indicator, int64_t otherwise)
{
	return indicator->factor > 1 ? indicator->factor : otherwise;
}

static int value_compute(const struct asked_value *asked, struct value *value)
{
	int r;

	value_clear(value);
	if (value_fact_preferred(asked, value))
		return 0;
	if ((r = method_of(asked->indicator)(asked, value)) < 0)
		return err_pass(r);
	if (value->source != VALUE_NONE && rational_overflowed(value->value)) {
		value->source = VALUE_NONE;
		value_missing(value, "a figure within 128 bits");
	}
	if (value->source == VALUE_NONE)
		value_fact(asked, value);
	else
		value->missing[0] = '\0';
	return 0;
}

/* Computes and remembers. */
static int value_fresh(
	const struct asked_value *asked, const struct value_key *key, struct value *ret_value)
{
	struct valuing *valuing = asked->valuing;
	int from = valuing->rests_from, to = valuing->rests_to, r;

	valuing->rests_from = period_year(asked->span.first) - years_back(valuing->view->catalog);
	valuing->rests_to = period_year(span_last_month(&asked->span));
	valuing->depth++;
	r = value_compute(asked, ret_value);
	valuing->depth--;
	/* Units are asked by the thousand; their sum is what is remembered. */
	if (r == 0 && (valuing->depth == 0 || !asked->scope.facility))
		value_memo_put(
			valuing->memo, key, ret_value, valuing->rests_from, valuing->rests_to);
	/* whoever asked rests on its own years and on these */
	if (valuing->depth > 0)
		value_rests_on(valuing, from, to);
	return err_pass(r);
}

static int value_ask(const struct asked_value *asked, struct value *ret_value)
{
	const struct value_key key = key_of(asked);
	struct valuing *valuing = asked->valuing;
	int from, to;

	if (valuing->depth >= DEPTH_MAX)
		return err_here(
			ERR_INVALID, "indicator '%s' rests on itself", asked->indicator->code);
	if (value_memo_get(valuing->memo, &key, ret_value, &from, &to)) {
		if (valuing->depth > 0)
			value_rests_on(valuing, from, to);
		return 0;
	}
	return err_pass(value_fresh(asked, &key, ret_value));
}

int value_of(struct valuing *valuing, const struct indicator *indicator, struct scope scope,
	const struct span *span, struct value *ret_value)
{
	const struct asked_value asked = {
		.valuing = valuing, .indicator = indicator, .scope = scope, .span = *span
	};
	AUTO(tallies_free) struct tallies *own = NULL;
	const struct view *view = valuing->view;
	struct view with;
	int r = view_with_tallies(view, &own, &with);

	if (r < 0)
		return err_pass(r);
	/* nobody who asks for a value holds a tally meanwhile */
	tallies_trim(with.tallies);
	valuing->view = &with;
	r = value_ask(&asked, ret_value);
	valuing->view = view;
	return err_pass(r);
}

static bool rationals_differ(struct rational a, struct rational b)
{
	/* reduced, so equal ones are of equal parts; what overflowed is equal to its like */
	return a.top != b.top || a.bottom != b.bottom;
}

bool values_differ(const struct value *a, const struct value *b)
{
	return a->source != b->source || rationals_differ(a->value, b->value);
}

static bool figures_differ(const struct value *a, const struct value *b)
{
	bool differ = values_differ(a, b);

	for (enum side side = 0; side < SIDES && a->has_sides && b->has_sides; side++)
		differ = differ || rationals_differ(a->side[side].value, b->side[side].value);
	return differ;
}

int value_adjusted(struct valuing *valuing, const struct adjusting *adjusting,
	const struct indicator *indicator, struct scope scope, const struct span *span,
	const struct value *reported, bool *ret_touched, struct value *ret_value)
{
	const struct view *view = valuing->view;
	struct view with = *view;
	int r;

	*ret_touched = false;
	if (!adjusting || adjusting->lines == 0)
		return 0;
	with.adjusting = adjusting;
	valuing->view = &with;
	r = value_of(valuing, indicator, scope, span, ret_value);
	valuing->view = view;
	if (r < 0)
		return err_pass(r);
	*ret_touched = figures_differ(reported, ret_value);
	return 0;
}

enum window window_natural(
	const struct catalog *catalog, const struct indicator *indicator, struct scope scope)
{
	const struct area *area = catalog_area(catalog, scope.area);
	enum method_kind kind = indicator->method.kind;

	if (area && indicator->window == WINDOW_YEAR && strcmp(area->kind, "district") == 0 &&
		(kind == METHOD_LIFE_EXPECTANCY || kind == METHOD_HEALTHY_LIFE_EXPECTANCY))
		return WINDOW_R36M;
	return indicator->window;
}

/* The window's span at the period; ERR_INVALID if it has none there. */
static int span_at(
	const struct valuing *valuing, enum window window, uint32_t period, struct span *ret_span)
{
	return err_pass(span_of(window, period,
		window == WINDOW_PLAN ? valuing->first_year : valuing->since, ret_span));
}

int value_of_period(struct valuing *valuing, const struct indicator *indicator, struct scope scope,
	uint32_t period, struct value *ret_value)
{
	struct span span;
	int r = span_at(
		valuing, window_natural(valuing->view->catalog, indicator, scope), period, &span);

	if (r == ERR_INVALID) {
		value_clear(ret_value);
		value_missing(ret_value, "%s", err_text());
		return 0;
	}
	if (r < 0)
		return err_pass(r);
	return err_pass(value_of(valuing, indicator, scope, &span, ret_value));
}

int value_of_other(const struct asked_value *asked, const struct indicator *other,
	struct scope scope, int years, struct value *ret_value)
{
	struct span span;

	if (!span_shift(&asked->span, years, &span)) {
		value_clear(ret_value);
		value_missing(
			ret_value, "a year beyond %d to %d", PERIOD_YEAR_MIN, PERIOD_YEAR_MAX);
		return 0;
	}
	if (years == 0 &&
		span.window == window_natural(asked->valuing->view->catalog, other, scope))
		return err_pass(value_of(asked->valuing, other, scope, &span, ret_value));
	return err_pass(
		value_of_period(asked->valuing, other, scope, span_named(&span), ret_value));
}
