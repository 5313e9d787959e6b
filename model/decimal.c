/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Figures are integers with a known number of decimal places from the first byte read to the last
 * one printed. Division works like long division on paper, digit by digit, so no intermediate
 * product can leave 128 bits, and rounding is one carry through the digits. */
#include "model/decimal.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"

typedef unsigned __int128 uint128;

enum { DIGITS_MAX = 39, DECIMALS_MAX = 18, WRITTEN_DECIMALS_MAX = 9 }; /* 2^127 has 39 digits */

_Static_assert(1 + DIGITS_MAX + 1 + DECIMALS_MAX + 1 <= DECIMAL_TEXT_BYTES,
	"sign, digits, point, decimals, NUL");

static uint128 magnitude(int128 value)
{
	return value < 0 ? -(uint128)value : (uint128)value;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Adds one digit to a figure that is already known to be in range. */
static bool digit_take(int64_t *value, char digit)
{
	*value = *value * 10 + (digit - '0');
	return *value <= VALUE_MAX;
}

/* How text is built: ERR_INVALID unless [sign] digits [ "." digits ]. */
static int shape_check(const char *text, uint8_t scale)
{
	size_t at = *text == '-' || *text == '+', decimals = 0;
	bool digits = is_digit(text[at]);

	if (text[0] == '\0')
		return err_here(ERR_INVALID, "nothing is written where a number is needed");
	while (is_digit(text[at]))
		at++;
	if (digits && text[at] == '.') {
		while (is_digit(text[at + 1 + decimals]))
			decimals++;
		digits = decimals > 0;
		at += 1 + decimals;
	}
	if (!digits || text[at] != '\0')
		return err_here(ERR_INVALID,
			"'%.40s' is no number; write digits only, with '.' before decimals and no "
			"separators",
			text);
	if (decimals > scale)
		return err_here(ERR_INVALID,
			"'%.40s' has %zu decimals, but at most %d are kept here", text, decimals,
			scale);
	return 0;
}

int decimal_parse(const char *text, uint8_t scale, int64_t *ret_value)
{
	bool in_range = true, after_point = false;
	int64_t value = 0;
	int missing = scale;
	int r = shape_check(text, scale);

	if (r < 0)
		return err_pass(r);
	for (const char *at = text; *at && in_range; at++) {
		if (*at == '.')
			after_point = true;
		if (!is_digit(*at))
			continue;
		in_range = digit_take(&value, *at);
		missing -= after_point;
	}
	for (; missing > 0 && in_range; missing--)
		in_range = digit_take(&value, '0');
	if (!in_range)
		return err_here(ERR_INVALID,
			"'%.40s' is too large: with %d decimals at most %lld can be kept", text,
			scale, (long long)VALUE_MAX);
	*ret_value = *text == '-' ? -value : value;
	return 0;
}

int decimal_read(const char *text, int64_t *ret_value, uint8_t *ret_scale)
{
	const char *point = strchr(text, '.');
	size_t decimals = point ? strlen(point + 1) : 0;
	uint8_t scale =
		(uint8_t)(decimals < WRITTEN_DECIMALS_MAX ? decimals : WRITTEN_DECIMALS_MAX);
	int r = decimal_parse(text, scale, ret_value);

	if (r < 0)
		return err_pass(r);
	*ret_scale = scale;
	return 0;
}

/* The digits of value, most significant first, at least width of them; returns how many. */
static size_t digits_print(uint128 value, size_t width, char *ret)
{
	char reversed[DECIMAL_TEXT_BYTES];
	size_t len = 0;

	while (value > 0 || len < width) {
		reversed[len++] = (char)('0' + (int)(value % 10));
		value /= 10;
	}
	for (size_t i = 0; i < len; i++)
		ret[i] = reversed[len - 1 - i];
	return len;
}

/* Sign, digits and point. "-0.00" is never printed: a figure that rounds to zero has no sign. */
static void figure_print(bool negative, const char *digits, size_t len, size_t decimals,
	char ret[DECIMAL_TEXT_BYTES])
{
	bool zero = strspn(digits, "0") >= len;
	int whole = (int)(len - decimals);

	snprintf(ret, DECIMAL_TEXT_BYTES, "%s%.*s%s%.*s", negative && !zero ? "-" : "", whole,
		digits, decimals ? "." : "", (int)decimals, digits + whole);
}

void decimal_print(int128 value, uint8_t scale, char ret[DECIMAL_TEXT_BYTES])
{
	char digits[DECIMAL_TEXT_BYTES] = "";
	size_t len;

	ensure(scale <= DECIMALS_MAX);
	len = digits_print(magnitude(value), (size_t)scale + 1, digits);
	figure_print(value < 0, digits, len, scale, ret);
}

/* One more in the last place; digits[0] must be a spare '0'. */
static void digits_carry(char *digits, size_t len)
{
	while (digits[--len] == '9')
		digits[len] = '0';
	digits[len]++;
}

/* Ten is 1010 in binary: doubled, and once more taken, four times. So nothing leaves 128 bits. */
int decimal_digit(uint128 *rest, uint128 divisor)
{
	const uint128 once = *rest;
	uint128 left = 0;
	int digit = 0;

	for (int bit = 3; bit >= 0; bit--) {
		left *= 2;
		digit *= 2;
		for (int taken = 10 >> bit & 1; taken >= 0; taken--) {
			if (left >= divisor) {
				left -= divisor;
				digit++;
			}
			left += taken > 0 ? once : 0;
		}
	}
	*rest = left;
	return digit;
}

void decimal_ratio(
	int128 numerator, int128 denominator, uint8_t decimals, char ret[DECIMAL_TEXT_BYTES])
{
	uint128 divisor = magnitude(denominator), rest;
	char digits[DECIMAL_TEXT_BYTES] = "0"; /* a place for the carry of 9.99… */
	size_t len, spare;

	ensure(denominator != 0 && decimals <= DECIMALS_MAX);
	len = 1 + digits_print(magnitude(numerator) / divisor, 1, digits + 1);
	rest = magnitude(numerator) % divisor;
	for (int i = 0; i < decimals; i++)
		digits[len++] = (char)('0' + decimal_digit(&rest, divisor));
	if (rest >= divisor - rest) /* half or more: away from zero */
		digits_carry(digits, len);
	spare = digits[0] == '0';
	figure_print(
		(numerator < 0) != (denominator < 0), digits + spare, len - spare, decimals, ret);
}
