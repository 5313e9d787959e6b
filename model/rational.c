/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Schoolbook fractions. Reducing after every step keeps the numbers as small as they can be, so an
 * overflow needs figures that no reporting unit has. */
#include "model/rational.h"

#include <string.h>

static const struct rational overflowed = { .top = 0, .bottom = 0 };
/* The one number without a magnitude. */
static const int128 lowest = (int128)((unsigned __int128)1 << 127);

static int128 magnitude(int128 a)
{
	return a < 0 ? -a : a;
}

static int128 common_divisor(int128 a, int128 b)
{
	a = magnitude(a);
	b = magnitude(b);
	while (b != 0) {
		int128 rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

struct rational rational_of(int128 top, int128 bottom)
{
	int128 divisor;

	ensure(bottom != 0);
	if (top == lowest || bottom == lowest)
		return overflowed;
	divisor = common_divisor(top, bottom);
	if (bottom < 0)
		divisor = -divisor;
	return (struct rational){ .top = top / divisor, .bottom = bottom / divisor };
}

bool rational_overflowed(struct rational a)
{
	return a.bottom == 0;
}

bool rational_is_zero(struct rational a)
{
	return a.bottom != 0 && a.top == 0;
}

struct rational rational_add(struct rational a, struct rational b)
{
	int128 divisor, left, right, top, bottom;

	if (a.bottom == 0 || b.bottom == 0)
		return overflowed;
	divisor = common_divisor(a.bottom, b.bottom);
	if (__builtin_mul_overflow(a.top, b.bottom / divisor, &left) ||
		__builtin_mul_overflow(b.top, a.bottom / divisor, &right) ||
		__builtin_add_overflow(left, right, &top) ||
		__builtin_mul_overflow(a.bottom, b.bottom / divisor, &bottom))
		return overflowed;
	return rational_of(top, bottom);
}

struct rational rational_multiply(struct rational a, struct rational b)
{
	int128 first, second, top, bottom;

	if (a.bottom == 0 || b.bottom == 0)
		return overflowed;
	first = common_divisor(a.top, b.bottom);
	second = common_divisor(b.top, a.bottom);
	if (__builtin_mul_overflow(a.top / first, b.top / second, &top) ||
		__builtin_mul_overflow(a.bottom / second, b.bottom / first, &bottom))
		return overflowed;
	return rational_of(top, bottom);
}

struct rational rational_divide(struct rational a, struct rational b)
{
	if (a.bottom == 0 || b.bottom == 0)
		return overflowed;
	ensure(b.top != 0);
	return rational_multiply(a, rational_of(b.bottom, b.top));
}

/* The quotient rounded down, and what is left of top: 0..bottom - 1. */
static int128 whole_of(int128 top, int128 bottom, int128 *ret_rest)
{
	int128 whole = top / bottom, rest = top % bottom;

	*ret_rest = rest < 0 ? rest + bottom : rest;
	return rest < 0 ? whole - 1 : whole;
}

/* Whole parts first; of what is left behind them the reciprocals are compared, the other way round.
 * These are Euclid's steps on both at once, so no product is needed that might not fit. */
int rational_order(struct rational a, struct rational b)
{
	int sign = 1;

	ensure(a.bottom > 0 && b.bottom > 0);
	for (;;) {
		int128 rest_a, rest_b;
		int128 whole_a = whole_of(a.top, a.bottom, &rest_a);
		int128 whole_b = whole_of(b.top, b.bottom, &rest_b);

		if (whole_a != whole_b)
			return whole_a < whole_b ? -sign : sign;
		if (rest_a == 0 || rest_b == 0)
			return sign * ((rest_a > 0) - (rest_b > 0));
		a = (struct rational){ .top = a.bottom, .bottom = rest_a };
		b = (struct rational){ .top = b.bottom, .bottom = rest_b };
		sign = -sign;
	}
}

bool rational_scaled(struct rational a, int128 *ret_scaled)
{
	int128 power = 1, whole, rest, scaled;

	if (a.bottom == 0)
		return false;
	for (int i = 0; i < RATIONAL_DIGITS; i++)
		power *= 10;
	whole = a.top / a.bottom;
	rest = magnitude(a.top % a.bottom);
	if (__builtin_mul_overflow(whole, power, &scaled) ||
		__builtin_mul_overflow(rest, 2 * power, &rest) ||
		__builtin_add_overflow(rest, a.bottom, &rest))
		return false;
	rest = rest / 2 / a.bottom;
	return !__builtin_add_overflow(scaled, a.top < 0 ? -rest : rest, ret_scaled);
}

void scaled_print(int128 scaled, char ret[DECIMAL_TEXT_BYTES])
{
	size_t len;

	decimal_print(scaled, RATIONAL_DIGITS, ret);
	len = strlen(ret);
	while (len > 1 && ret[len - 1] == '0')
		ret[--len] = '\0';
	if (ret[len - 1] == '.')
		ret[len - 1] = '\0';
}
