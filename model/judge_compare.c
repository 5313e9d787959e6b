/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Comparing a value with what a plan prints. Every comparator becomes one thing, a bar: the figures
 * from low to high that meet the target. A value is rounded to the digits in which the target is
 * printed before it is held against the bar; distances are measured from the exact value. */
#include "model/judge_inside.h"

struct rational figure_minus(struct rational a, struct rational b)
{
	if (rational_overflowed(b))
		return b;
	return rational_add(a, (struct rational){ .top = -b.top, .bottom = b.bottom });
}

struct rational figure_times(struct rational a, int factor)
{
	return rational_multiply(a, rational_of(factor, 1));
}

struct rational figure_over(struct rational a, int divisor)
{
	return rational_multiply(a, rational_of(1, divisor));
}

int figure_sign(struct rational a)
{
	return (a.top > 0) - (a.top < 0);
}

double figure_double(struct rational a)
{
	return (double)a.top / (double)a.bottom;
}

int figure_compare(struct rational a, struct rational b)
{
	return rational_overflowed(a) || rational_overflowed(b) ? 0 : rational_order(a, b);
}

static int128 power_of_ten(uint8_t digits)
{
	int128 power = 1;

	for (uint8_t i = 0; i < digits; i++)
		power *= 10;
	return power;
}

struct rational figure_round(struct rational a, uint8_t digits)
{
	int128 whole = a.top / a.bottom, rest = a.top % a.bottom;
	unsigned __int128 left = (unsigned __int128)(rest < 0 ? -rest : rest);
	const int sign = a.top < 0 ? -1 : 1;

	for (uint8_t i = 0; i < digits; i++) {
		const int digit = decimal_digit(&left, (unsigned __int128)a.bottom);

		if (__builtin_mul_overflow(whole, 10, &whole) ||
			__builtin_add_overflow(whole, sign * digit, &whole))
			return a;
	}
	if (left >= (unsigned __int128)a.bottom - left)
		whole += sign;
	return rational_of(whole, power_of_ten(digits));
}

struct rational figure_of_printed(const struct printed *printed)
{
	return rational_of(printed->value, power_of_ten(printed->scale));
}

/* A bare number takes its direction from the polarity, else from where the baseline lies. */
static enum comparator comparator_of(
	const struct target *target, enum comparator printed, int side_of_baseline)
{
	if (printed != COMPARATOR_NONE)
		return printed;
	if (target->polarity == POLARITY_HIGHER)
		return COMPARATOR_AT_LEAST;
	if (target->polarity == POLARITY_LOWER)
		return COMPARATOR_AT_MOST;
	if (side_of_baseline == 0)
		return COMPARATOR_ABOUT;
	return side_of_baseline < 0 ? COMPARATOR_AT_LEAST : COMPARATOR_AT_MOST;
}

static void bar_low(struct bar *bar, struct rational low)
{
	bar->has_low = true;
	bar->low = low;
}

static void bar_high(struct bar *bar, struct rational high)
{
	bar->has_high = true;
	bar->high = high;
}

/* The tolerance is for the wrong side: better than "about 28 %" is no miss. Only where no side is
 * the better one does about ask for both; near never does. */
static void bar_around(struct bar *bar, const struct target *target, bool near, int side)
{
	struct rational tolerance = rational_of(0, 1);
	const bool two_sided = !near && target->polarity == POLARITY_NONE;
	const bool higher = target->polarity == POLARITY_HIGHER ||
			    (target->polarity == POLARITY_NONE && side < 0);
	const bool lower = target->polarity == POLARITY_LOWER ||
			   (target->polarity == POLARITY_NONE && side > 0);

	if (target->tolerance.there) {
		tolerance = figure_of_printed(&target->tolerance);
		/* else a value just within would be rounded out of it */
		if (target->tolerance.scale > bar->digits)
			bar->digits = target->tolerance.scale;
	}
	if (two_sided || !lower)
		bar_low(bar, figure_minus(bar->figure, tolerance));
	if (two_sided || !higher)
		bar_high(bar, rational_add(bar->figure, tolerance));
}

static void bar_range(struct bar *bar, const struct target *target)
{
	bar_low(bar, bar->figure);
	if (target->range == RANGE_FLOOR || !target->target_high.there)
		return;
	bar_high(bar, figure_of_printed(&target->target_high));
	bar->has_figure = false;
	if (target->target_high.scale > bar->digits)
		bar->digits = target->target_high.scale;
}

/* side: where the baseline lies from the figure, -1, 0 (also: there is none), 1. */
static void bar_bounds(
	struct bar *bar, const struct target *target, enum comparator comparator, int side)
{
	bar->strict = comparator == COMPARATOR_MORE || comparator == COMPARATOR_LESS;
	switch (comparator) {
	case COMPARATOR_AT_LEAST:
	case COMPARATOR_MORE:
		bar_low(bar, bar->figure);
		return;
	case COMPARATOR_AT_MOST:
	case COMPARATOR_LESS:
		bar_high(bar, bar->figure);
		return;
	case COMPARATOR_RANGE:
		bar_range(bar, target);
		return;
	case COMPARATOR_ABOUT:
	case COMPARATOR_NEAR:
		bar_around(bar, target, comparator == COMPARATOR_NEAR, side);
		return;
	case COMPARATOR_NONE:
	case COMPARATOR_TREND:
		break; /* comparator_of() and bar_of() leave none of these */
	}
	bar->there = false;
}

struct bar bar_of(
	const struct target *target, const struct reading *limit, const struct reading *baseline)
{
	const bool numbered = target->target.there;
	enum comparator printed = target->comparator;
	struct bar bar = { .there = true, .has_figure = true };
	int side = 0;

	if (printed == COMPARATOR_TREND || (target->kind == TARGET_TREND && !numbered)) {
		bar.trend = true;
		return bar;
	}
	if (numbered) {
		bar.figure = figure_of_printed(&target->target);
		bar.digits = target->target.scale;
	} else if (target->kind == TARGET_NORM && limit && limit->there) {
		bar.figure = limit->value;
		bar.digits = limit->decimals;
		printed = limit->comparator != COMPARATOR_NONE ? limit->comparator : printed;
	} else {
		bar.there = false;
		return bar;
	}
	if (baseline && baseline->there)
		side = figure_compare(baseline->value, bar.figure);
	bar_bounds(&bar, target, comparator_of(target, printed, side), side);
	return bar;
}

bool bar_meets(const struct bar *bar, struct rational figure)
{
	const int least = bar->strict ? 1 : 0;

	if (bar->has_low && figure_compare(figure, bar->low) < least)
		return false;
	return !bar->has_high || figure_compare(bar->high, figure) >= least;
}

bool bar_meets_rounded(const struct bar *bar, struct rational value)
{
	return bar_meets(bar, figure_round(value, bar->digits));
}

struct rational bar_figure(const struct bar *bar, struct rational from)
{
	if (bar->has_figure)
		return bar->figure;
	return figure_compare(from, bar->high) > 0 ? bar->high : bar->low;
}

/* "More than 500" is first met by 501, "more than 80.0" by 80.1. */
struct rational bar_gap(const struct bar *bar, struct rational value)
{
	const struct rational step = rational_of(bar->strict ? 1 : 0, power_of_ten(bar->digits));

	if (bar->has_low && !(bar->has_high && figure_compare(value, bar->high) > 0))
		return figure_minus(rational_add(bar->low, step), value);
	return figure_minus(figure_minus(bar->high, step), value);
}

struct rational bar_headroom(const struct bar *bar, struct rational value)
{
	struct rational above, below;

	if (!bar->has_high)
		return figure_minus(value, bar->low);
	below = figure_minus(bar->high, value);
	if (!bar->has_low)
		return below;
	above = figure_minus(value, bar->low);
	return figure_compare(above, below) < 0 ? above : below;
}

bool reading_exact(const struct reading *reading)
{
	return reading->comparator == COMPARATOR_NONE || reading->comparator == COMPARATOR_ABOUT;
}

int bar_decides(const struct bar *bar, const struct reading *reading)
{
	const bool from_below = reading->comparator == COMPARATOR_AT_LEAST ||
				reading->comparator == COMPARATOR_MORE;
	const bool meets = bar_meets_rounded(bar, reading->value);

	if (reading_exact(reading))
		return meets;
	/* An open side of the bar lies where the unknown rest of the value lies: met stays met. */
	if (from_below)
		return meets ? (bar->has_high ? -1 : 1)
			     : (bar->has_high && figure_compare(reading->value, bar->high) >= 0
					       ? 0
					       : -1);
	return meets ? (bar->has_low ? -1 : 1)
		     : (bar->has_low && figure_compare(bar->low, reading->value) >= 0 ? 0 : -1);
}
