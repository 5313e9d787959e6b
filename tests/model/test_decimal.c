/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Figures as people write them, and division as it is done on paper. */
#include "model/decimal.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"

static const int128 HUGE_VALUE = ((int128)1 << 126) - 1 + ((int128)1 << 126); /* 2^127 - 1 */

Test(decimal, figures_are_read_at_their_scale)
{
	static const struct {
		const char *text;
		uint8_t scale;
		int64_t value;
	} cases[] = {
		{ "0", 0, 0 },
		{ "12", 0, 12 },
		{ "12.50", 2, 1250 },
		{ "12.5", 2, 1250 },
		{ "12", 2, 1200 },
		{ "-12.5", 2, -1250 },
		{ "+3", 1, 30 },
		{ "-0", 0, 0 },
		{ "-0.00", 2, 0 },
		{ "007", 0, 7 },
		{ "0.000001", 6, 1 },
		{ "000000000000000000000000000000000000000000000001", 0, 1 },
		{ "1099511627776", 0, 1099511627776 },
		{ "-1099511627776", 0, -1099511627776 },
		{ "10995116277.76", 2, 1099511627776 },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		int64_t value = 7;

		cr_expect_eq(decimal_parse(cases[i].text, cases[i].scale, &value), 0, "%s: %s",
			cases[i].text, err_text());
		cr_expect_eq(
			value, cases[i].value, "'%s' is %lld", cases[i].text, (long long)value);
	}
	cr_expect_eq(VALUE_MAX, 1099511627776);
}

Test(decimal, what_cannot_be_kept_is_refused_with_its_reason)
{
	static const struct {
		const char *text;
		uint8_t scale;
		const char *reason;
	} cases[] = {
		{ "", 0, "nothing is written" },
		{ "-", 0, "no number" },
		{ "+", 0, "no number" },
		{ ".", 2, "no number" },
		{ ".5", 2, "no number" },
		{ "5.", 2, "no number" },
		{ "-.5", 2, "no number" },
		{ "1.2.3", 4, "no number" },
		{ "1,234", 0, "no separators" },
		{ "1 234", 0, "no number" },
		{ " 1", 0, "no number" },
		{ "1e3", 0, "no number" },
		{ "0x10", 0, "no number" },
		{ "--1", 0, "no number" },
		{ "1-", 0, "no number" },
		{ "nan", 0, "no number" },
		{ "\xef\xbc\x91", 0, "no number" }, /* a full-width 1 */
		{ "1.5", 0, "has 1 decimals, but at most 0" },
		{ "1.500", 2, "has 3 decimals, but at most 2" },
		{ "1099511627777", 0, "too large" },
		{ "-1099511627777", 0, "too large" },
		{ "10995116277.77", 2, "too large" },
		{ "1099511627776", 1, "too large" },
		{ "99999999999999999999999999999999999999999999", 0, "too large" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		int64_t value = 7;

		cr_expect_eq(decimal_parse(cases[i].text, cases[i].scale, &value), ERR_INVALID,
			"'%s'", cases[i].text);
		cr_expect(
			strstr(err_text(), cases[i].reason), "'%s': %s", cases[i].text, err_text());
		cr_expect_eq(value, 7);
	}
}

Test(decimal, figures_are_printed_with_all_their_places)
{
	const struct {
		int128 value;
		uint8_t scale;
		const char *text;
	} cases[] = {
		{ 0, 0, "0" },
		{ 0, 3, "0.000" },
		{ 5, 0, "5" },
		{ 5, 2, "0.05" },
		{ -5, 2, "-0.05" },
		{ 1250, 2, "12.50" },
		{ -1250, 2, "-12.50" },
		{ 1000000, 6, "1.000000" },
		{ 1, 18, "0.000000000000000001" },
		{ HUGE_VALUE, 0, "170141183460469231731687303715884105727" },
		{ -HUGE_VALUE - 1, 0, "-170141183460469231731687303715884105728" },
		{ HUGE_VALUE, 18, "170141183460469231731.687303715884105727" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		char text[DECIMAL_TEXT_BYTES];

		decimal_print(cases[i].value, cases[i].scale, text);
		cr_expect_str_eq(text, cases[i].text);
	}
}

Test(decimal, ratios_round_half_away_from_zero)
{
	const struct {
		int128 numerator, denominator;
		uint8_t decimals;
		const char *text;
	} cases[] = {
		{ 1, 2, 0, "1" },
		{ -1, 2, 0, "-1" },
		{ 1, -2, 0, "-1" },
		{ -1, -2, 0, "1" },
		{ 49, 100, 0, "0" },
		{ -49, 100, 0, "0" },
		{ 5, 2, 0, "3" },
		{ 7, 2, 0, "4" },
		{ -5, 2, 0, "-3" },
		{ 1, 3, 4, "0.3333" },
		{ 2, 3, 4, "0.6667" },
		{ -2, 3, 2, "-0.67" },
		{ 1005, 1000, 2, "1.01" },
		{ -1005, 1000, 2, "-1.01" },
		{ 1004999, 1000000, 2, "1.00" },
		{ 125, 1000, 2, "0.13" },
		{ 999, 1000, 2, "1.00" },
		{ 99995, 10000, 3, "10.000" },
		{ -99995, 10000, 3, "-10.000" },
		{ -1, 1000, 2, "0.00" },
		{ 0, 7, 2, "0.00" },
		{ 0, -7, 2, "0.00" },
		{ 12, 1, 0, "12" },
		{ 9, 10, 0, "1" },
		{ 1, 7, 18, "0.142857142857142857" },
		{ HUGE_VALUE, 1, 18, "170141183460469231731687303715884105727.000000000000000000" },
		{ -HUGE_VALUE - 1, 1, 0, "-170141183460469231731687303715884105728" },
		{ HUGE_VALUE, HUGE_VALUE / 10, 3, "10.000" },
		{ 1, HUGE_VALUE / 10, 2, "0.00" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		char text[DECIMAL_TEXT_BYTES];

		decimal_ratio(cases[i].numerator, cases[i].denominator, cases[i].decimals, text);
		cr_expect_str_eq(
			text, cases[i].text, "case %zu: %s, not %s", i, text, cases[i].text);
	}
}

Test(decimal, rounding_agrees_with_whole_number_arithmetic)
{
	for (int numerator = -300; numerator <= 300; numerator++) {
		for (int denominator = 1; denominator <= 40; denominator++) {
			int doubled =
				2 * 10 * (numerator < 0 ? -numerator : numerator) + denominator;
			int tenths = doubled / (2 * denominator) * (numerator < 0 ? -1 : 1);
			char text[DECIMAL_TEXT_BYTES], expected[DECIMAL_TEXT_BYTES];

			decimal_ratio(numerator, denominator, 1, text);
			decimal_print(tenths, 1, expected);
			cr_assert_str_eq(text, expected, "%d / %d", numerator, denominator);
		}
	}
}

/* A figure made of figures may have any denominator that fits. */
Test(decimal, ratios_of_the_largest_numbers_are_exact)
{
	const int128 largest = (int128)(~(unsigned __int128)0 >> 1), lowest = -largest - 1;
	char text[DECIMAL_TEXT_BYTES];

	decimal_ratio(largest - 1, largest, 4, text);
	cr_expect_str_eq(text, "1.0000");
	decimal_ratio(largest / 3, largest, 4, text);
	cr_expect_str_eq(text, "0.3333");
	decimal_ratio(-(largest / 8), largest, 9, text);
	cr_expect_str_eq(text, "-0.125000000");
	decimal_ratio(1, lowest, 2, text);
	cr_expect_str_eq(text, "0.00");
	decimal_ratio(lowest, 1, 0, text);
	cr_expect_str_eq(text, "-170141183460469231731687303715884105728");
}

Test(decimal, a_number_is_read_with_the_decimals_that_are_written)
{
	static const struct {
		const char *text;
		int64_t value;
		uint8_t scale;
	} cases[] = { { "0", 0, 0 }, { "81.50", 8150, 2 }, { "-0.3", -3, 1 },
		{ "0.123456789", 123456789, 9 } };
	static const char *const wrong[] = { "", "x", "1.", ".5", "1.5%", "0.1234567890" };

	for (size_t i = 0; i < array_len(cases); i++) {
		int64_t value;
		uint8_t scale;

		cr_expect_eq(decimal_read(cases[i].text, &value, &scale), 0, "%s", cases[i].text);
		cr_expect_eq(value, cases[i].value, "%s", cases[i].text);
		cr_expect_eq(scale, cases[i].scale, "%s", cases[i].text);
	}
	for (size_t i = 0; i < array_len(wrong); i++) {
		int64_t value;
		uint8_t scale;

		cr_expect_eq(decimal_read(wrong[i], &value, &scale), ERR_INVALID, "%s", wrong[i]);
	}
}
