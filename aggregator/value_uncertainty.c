/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Small numbers of a ratio: what its indicator says that chance does to it. */
#include <math.h>

#include "model/interval.h"
#include "aggregator/value_inside.h"
#include "base/err.h"

/* A side as a whole number of things; false: it is none. */
static bool side_counts(const struct side_value *side, uint64_t *ret_count)
{
	if (side->value.bottom != 1 || side->value.top < 0 || side->value.top > INT64_MAX)
		return false;
	*ret_count = (uint64_t)side->value.top;
	return true;
}

static double side_double(const struct side_value *side)
{
	return (double)side->value.top / (double)side->value.bottom;
}

static void poisson_take(const struct asked_value *asked, struct value *value)
{
	double exposure =
		side_double(&value->side[SIDE_DENOMINATOR]) / (double)asked->indicator->factor;
	struct interval interval;

	if (!side_counts(&value->side[SIDE_NUMERATOR], &value->events) || !(exposure > 0))
		return;
	interval = poisson_interval(value->events);
	value->uncertainty = UNCERTAINTY_POISSON;
	value->exposure = exposure;
	value->low = interval.low / exposure;
	value->high = interval.high / exposure;
	value->has_interval = true;
}

static void wilson_take(const struct asked_value *asked, struct value *value)
{
	struct interval interval;
	uint64_t trials;

	if (!side_counts(&value->side[SIDE_NUMERATOR], &value->events) ||
		!side_counts(&value->side[SIDE_DENOMINATOR], &trials) || trials == 0 ||
		value->events > trials)
		return;
	interval = wilson_interval(value->events, trials);
	value->uncertainty = UNCERTAINTY_WILSON;
	value->exposure = (double)trials;
	value->low = interval.low * (double)asked->indicator->factor;
	value->high = interval.high * (double)asked->indicator->factor;
	value->has_interval = true;
}

/* The standard error is reported beside the estimate, in the same unit. */
static int survey_take(const struct asked_value *asked, struct value *value)
{
	AUTO(element_sum_fini) struct element_sum sum = { .plan = { .uses = 0 } };
	double at = (double)value->value.top / (double)value->value.bottom;
	int r;

	if (asked->indicator->method.error == 0)
		return 0;
	r = element_sum_init(&sum, asked, &asked->indicator->method.error, 1);
	if (r < 0)
		return err_pass(r);
	if (!sum.evaluation.has_value) {
		mark_add(value->mark, "no standard error was reported");
		return 0;
	}
	value->uncertainty = UNCERTAINTY_SURVEY;
	value->error = (double)sum.evaluation.value.top / (double)sum.evaluation.value.bottom *
		       (double)asked->indicator->factor /
		       side_double(&value->side[SIDE_DENOMINATOR]);
	value->low = at - NORMAL_95 * value->error;
	value->high = at + NORMAL_95 * value->error;
	value->has_interval = true;
	return 0;
}

int ratio_uncertainty(const struct asked_value *asked, struct value *value)
{
	switch (asked->indicator->method.uncertainty) {
	case UNCERTAINTY_POISSON:
		poisson_take(asked, value);
		return 0;
	case UNCERTAINTY_WILSON:
		wilson_take(asked, value);
		return 0;
	case UNCERTAINTY_SURVEY:
		return err_pass(survey_take(asked, value));
	default:
		return 0;
	}
}
