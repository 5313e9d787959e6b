/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Values made of another indicator's values of two or more years: growth, average growth, change
 * since a baseline, quotient, steps in the right direction. Exact, but for the root that an average
 * growth needs. Two values of which basis, vintage or method differ are used, and it is said. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "aggregator/value_inside.h"
#include "base/err.h"

int value_input(const struct asked_value *asked, const struct indicator *other, struct scope scope,
	int years, struct value *value, struct value *ret_input)
{
	int r = value_of_other(asked, other, scope, years, ret_input);

	if (r < 0)
		return err_pass(r);
	value->provisional = value->provisional || ret_input->provisional;
	value->forced = value->forced || ret_input->forced;
	value->mixed = value->mixed || ret_input->mixed;
	if (ret_input->complete < value->complete)
		value->complete = ret_input->complete;
	if (ret_input->complete_by_volume < value->complete_by_volume)
		value->complete_by_volume = ret_input->complete_by_volume;
	if (ret_input->source != VALUE_NONE && !value_exact(ret_input)) {
		ret_input->source = VALUE_NONE;
		ret_input->missing[0] = '\0';
		value_missing(ret_input, "an exact value for %d, not a bound",
			period_year(span_last_month(&asked->span)) + years);
	}
	if (ret_input->source == VALUE_NONE)
		value_missing(value, "%s: %s", other->code, ret_input->missing);
	else if (ret_input->comparator != COMPARATOR_NONE)
		value->comparator = COMPARATOR_ABOUT;
	return 0;
}

/* One text if both are the same; what does not fit is cut off. */
static void series_join(char ret[VALUE_SERIES_BYTES], const char *a, const char *b)
{
	size_t used;

	snprintf(ret, VALUE_SERIES_BYTES, "%s", a);
	used = strlen(ret);
	if (strcmp(a, b) != 0 && used + 3 < VALUE_SERIES_BYTES)
		(void)snprintf(ret + used, VALUE_SERIES_BYTES - used, "; %.*s",
			(int)(VALUE_SERIES_BYTES - used - 3), b);
}

/* From whom the value is: whoever gives its newest input. Its series is that of both. */
static void value_take(struct value *value, const struct value *now, const struct value *other,
	struct rational result)
{
	if (rational_overflowed(result)) {
		value_missing(value, "a figure within 128 bits");
		return;
	}
	value->source = now->source;
	value->value = result;
	value->real = value->real || now->real;
	snprintf(value->source_text, sizeof(value->source_text), "%s", now->source_text);
	series_join(value->series, now->series, other->series);
}

static void series_compare(struct value *value, const struct value *now, const struct value *then)
{
	if (now->source == VALUE_REPORTS && then->source == VALUE_REPORTS &&
		strcmp(now->series, then->series) != 0) {
		mark_add(value->mark, "series differ: '%s' and '%s'", then->series, now->series);
		value->mixed = true;
	} else if (now->source != then->source) {
		mark_add(value->mark, "from %s and %s", value_source_name(then->source),
			value_source_name(now->source));
		value->mixed = true;
	}
}

static struct rational percent(struct rational ratio)
{
	return rational_multiply(rational_add(ratio, rational_of(-1, 1)), rational_of(100, 1));
}

/* Two years with a declared break between them. */
static void break_say(const struct asked_value *asked, int years, struct value *value)
{
	const int year = period_year(span_last_month(&asked->span));
	const struct series_break *begins = catalog_break_next(asked->valuing->view->catalog,
		asked->indicator->method.of, asked->scope.area, year - years, year);

	if (!begins)
		return;
	mark_add(value->mark, "a new series from %d", begins->year);
	value->mixed = true;
}

/* Now and years earlier; false with what lacks. not_zero: the earlier one is a divisor. */
static int value_pair(const struct asked_value *asked, int years, bool not_zero,
	struct value *value, struct value *ret_now, struct value *ret_then, bool *ret_there)
{
	const struct indicator *of = asked->indicator->method.of;
	int r = value_input(asked, of, asked->scope, 0, value, ret_now);

	*ret_there = false;
	if (r < 0 || (r = value_input(asked, of, asked->scope, -years, value, ret_then)) < 0)
		return err_pass(r);
	if (ret_now->source == VALUE_NONE || ret_then->source == VALUE_NONE)
		return 0;
	if (value->forced) {
		value_missing(value,
			"values of %s without a fitted age pattern: no change can be "
			"read from one",
			of->code);
		return 0;
	}
	if (not_zero && rational_is_zero(ret_then->value)) {
		value_missing(value, "a value of %s for %d other than 0", of->code,
			period_year(span_last_month(&asked->span)) - years);
		return 0;
	}
	series_compare(value, ret_now, ret_then);
	break_say(asked, years, value);
	*ret_there = true;
	return 0;
}

int value_growth(const struct asked_value *asked, struct value *value)
{
	struct value now, then;
	bool there;
	int r = value_pair(asked, 1, true, value, &now, &then, &there);

	if (r == 0 && there)
		value_take(value, &now, &then, percent(rational_divide(now.value, then.value)));
	return err_pass(r);
}

/* Years from the baseline to the value; 0, with what lacks, if there are none. */
static int years_since(const struct asked_value *asked, struct value *value)
{
	int since = asked->indicator->method.since, year;

	if (since == 0)
		since = asked->valuing->since;
	year = period_year(span_last_month(&asked->span));
	if (since == 0)
		value_missing(
			value, "the baseline year of %s; add 'since'", asked->indicator->code);
	else if (year <= since)
		value_missing(value, "a year after the baseline %d", since);
	return since > 0 && year > since ? year - since : 0;
}

int value_average_growth(const struct asked_value *asked, struct value *value)
{
	struct value now, then;
	int years = years_since(asked, value), r;
	double ratio;
	bool there;

	if (years == 0)
		return 0;
	if ((r = value_pair(asked, years, true, value, &now, &then, &there)) < 0 || !there)
		return err_pass(r);
	ratio = rational_double(now.value) / rational_double(then.value);
	if (!(ratio > 0)) {
		value_missing(value, "positive values of %s", asked->indicator->method.of->code);
		return 0;
	}
	value_take(value, &now, &then, now.value);
	value_set_real(value, 100 * (pow(ratio, 1.0 / years) - 1));
	return 0;
}

int value_change(const struct asked_value *asked, struct value *value)
{
	const struct method *method = &asked->indicator->method;
	struct value now, then;
	int years = years_since(asked, value), r;
	bool there;

	if (years == 0)
		return 0;
	r = value_pair(asked, years, method->percent, value, &now, &then, &there);
	if (r < 0 || !there)
		return err_pass(r);
	if (method->percent)
		value_take(value, &now, &then, percent(rational_divide(now.value, then.value)));
	else
		value_take(value, &now, &then,
			rational_add(now.value, rational_multiply(then.value, rational_of(-1, 1))));
	return 0;
}

int value_quotient(const struct asked_value *asked, struct value *value)
{
	const struct method *method = &asked->indicator->method;
	struct value of, by;
	int r = value_input(asked, method->of, asked->scope, 0, value, &of);

	if (r < 0 || (r = value_input(asked, method->by, asked->scope, 0, value, &by)) < 0)
		return err_pass(r);
	if (of.source == VALUE_NONE || by.source == VALUE_NONE)
		return 0;
	if (rational_is_zero(by.value)) {
		value_missing(value, "a value of %s other than 0", method->by->code);
		return 0;
	}
	if (of.source != by.source)
		mark_add(value->mark, "from %s and %s", value_source_name(of.source),
			value_source_name(by.source));
	value_take(value, &of, &by,
		rational_multiply(rational_divide(of.value, by.value),
			rational_of(factor_of(asked->indicator, 1), 1)));
	return 0;
}

/* Whether going from then to now is against the polarity; without one, more is better. */
static bool step_is_wrong(enum polarity polarity, const struct value *then, const struct value *now)
{
	int order = rational_order(now->value, then->value);

	return polarity == POLARITY_LOWER ? order > 0 : order < 0;
}

/* What was not seen may have gone the wrong way. */
static void steps_lack(struct value *value, double seen)
{
	value->provisional = true;
	if (seen < value->complete)
		value->complete = seen;
	if (seen < value->complete_by_volume)
		value->complete_by_volume = seen;
}

int value_monotone(const struct asked_value *asked, struct value *value)
{
	const struct indicator *of = asked->indicator->method.of;
	int years = years_since(asked, value), seen = 0, wrong = 0;
	int last = period_year(span_last_month(&asked->span));
	struct value then = { .source = VALUE_NONE }, now = { .source = VALUE_NONE }, newest = now;

	for (int back = years; years > 0 && back >= 0; back--) {
		int r = value_input(asked, of, asked->scope, -back, value, &now);

		if (r < 0)
			return err_pass(r);
		if (now.forced)
			now.source = VALUE_NONE;
		if (then.source != VALUE_NONE && now.source != VALUE_NONE) {
			seen++;
			series_compare(value, &now, &then);
			if (step_is_wrong(of->polarity, &then, &now)) {
				mark_add(value->mark, "%d the wrong way", last - back);
				wrong++;
			}
		}
		newest = now.source != VALUE_NONE ? now : newest;
		then = now;
	}
	if (seen == 0) {
		if (value->forced)
			value_missing(value, "values of %s without a fitted age pattern", of->code);
		return 0;
	}
	if (seen < years) {
		mark_add(value->mark, "%d of %d steps seen", seen, years);
		steps_lack(value, (double)seen / years);
	}
	break_say(asked, years, value);
	value->missing[0] = '\0';
	value->forced = false; /* what is fitted was not looked at */
	value_take(value, &newest, &newest, rational_of(100 * (seen - wrong), seen));
	return 0;
}
