/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Periods and days against tables worked out from a calendar on the wall. */
#include "model/period.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

static uint32_t parsed(const char *text)
{
	uint32_t period = 0;

	cr_assert_eq(period_parse(text, &period), 0, "%s: %s", text, err_text());
	return period;
}

static int32_t day(const char *text)
{
	int32_t parsed_day = 0;

	cr_assert_eq(day_parse(text, &parsed_day), 0, "%s: %s", text, err_text());
	return parsed_day;
}

static const char *printed(uint32_t period)
{
	static char text[PERIOD_TEXT_BYTES];

	period_print(period, text);
	return text;
}

static const char *printed_day(int32_t number)
{
	static char text[DAY_TEXT_BYTES];

	day_print(number, text);
	return text;
}

Test(period, each_kind_covers_its_months_from_first_to_last_day)
{
	static const struct {
		const char *text;
		uint32_t number;
		int months;
		const char *first, *last, *first_month, *last_month;
	} cases[] = {
		{ "2026-05", 2026105, 1, "2026-05-01", "2026-05-31", "2026-05", "2026-05" },
		{ "2026-02", 2026102, 1, "2026-02-01", "2026-02-28", "2026-02", "2026-02" },
		{ "2024-02", 2024102, 1, "2024-02-01", "2024-02-29", "2024-02", "2024-02" },
		{ "2100-02", 2100102, 1, "2100-02-01", "2100-02-28", "2100-02", "2100-02" },
		{ "2000-02", 2000102, 1, "2000-02-01", "2000-02-29", "2000-02", "2000-02" },
		{ "2026-12", 2026112, 1, "2026-12-01", "2026-12-31", "2026-12", "2026-12" },
		{ "2026Q1", 2026201, 3, "2026-01-01", "2026-03-31", "2026-01", "2026-03" },
		{ "2026Q4", 2026204, 3, "2026-10-01", "2026-12-31", "2026-10", "2026-12" },
		{ "2026H1", 2026301, 6, "2026-01-01", "2026-06-30", "2026-01", "2026-06" },
		{ "2026H2", 2026302, 6, "2026-07-01", "2026-12-31", "2026-07", "2026-12" },
		{ "2026", 2026400, 12, "2026-01-01", "2026-12-31", "2026-01", "2026-12" },
		{ "2026MQ1", 2026501, 3, "2025-10-01", "2025-12-31", "2025-10", "2025-12" },
		{ "2026MQ2", 2026502, 3, "2026-01-01", "2026-03-31", "2026-01", "2026-03" },
		{ "2026MQ4", 2026504, 3, "2026-07-01", "2026-09-30", "2026-07", "2026-09" },
		{ "2026M", 2026600, 12, "2025-10-01", "2026-09-30", "2025-10", "2026-09" },
		{ "1949-01", 1949101, 1, "1949-01-01", "1949-01-31", "1949-01", "1949-01" },
		{ "1950M", 1950600, 12, "1949-10-01", "1950-09-30", "1949-10", "1950-09" },
		{ "2199H2", 2199302, 6, "2199-07-01", "2199-12-31", "2199-07", "2199-12" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		uint32_t period = parsed(cases[i].text);

		cr_expect_eq(period, cases[i].number, "%s is %u", cases[i].text, period);
		cr_expect(period_valid(period), "%s", cases[i].text);
		cr_expect_str_eq(printed(period), cases[i].text);
		cr_expect_eq(period_months(period), cases[i].months, "%s", cases[i].text);
		cr_expect_str_eq(
			printed_day(period_first_day(period)), cases[i].first, "%s", cases[i].text);
		cr_expect_str_eq(
			printed_day(period_last_day(period)), cases[i].last, "%s", cases[i].text);
		cr_expect_str_eq(printed(period_month(period, 0)), cases[i].first_month, "%s",
			cases[i].text);
		cr_expect_str_eq(printed(period_month(period, cases[i].months - 1)),
			cases[i].last_month, "%s", cases[i].text);
	}
}

Test(period, parts_are_read_back)
{
	uint32_t period = period_of(PERIOD_MCH_QUARTER, 2026, 3);

	cr_expect_eq(period_kind_of(period), PERIOD_MCH_QUARTER);
	cr_expect_eq(period_year(period), 2026);
	cr_expect_eq(period_index(period), 3);
}

Test(period, a_maternal_and_child_quarter_crosses_the_new_year)
{
	static const char *const months[] = { "2025-10", "2025-11", "2025-12", "2026-01",
		"2026-02" };

	for (int i = 0; i < 5; i++)
		cr_expect_str_eq(printed(period_month(parsed("2026M"), i)), months[i]);
}

Test(period, what_is_no_period_is_refused)
{
	static const char *const texts[] = { "", "2", "202", "2026-", "2026-0", "2026-00",
		"2026-13", "2026-5", "2026-005", "2026-05-01", "2026Q", "2026Q0", "2026Q5",
		"2026Q12", "2026q1", "2026H3", "2026H0", "2026M0", "2026M1", "2026MQ", "2026MQ0",
		"2026MQ5", "2026 ", " 2026", "20260", "1948", "1948-12", "2200", "2200-01", "1949M",
		"1949MQ1", "2O26", "2026/05", "2026\xe5\xb9\xb4" };

	for (size_t i = 0; i < array_len(texts); i++) {
		uint32_t period = 7;

		cr_expect_eq(period_parse(texts[i], &period), ERR_INVALID, "'%s'", texts[i]);
		cr_expect_eq(period, 7, "'%s' was written", texts[i]);
		cr_expect(strstr(err_text(), "2026Q2"), "the text names the accepted forms: %s",
			err_text());
	}
}

Test(period, numbers_that_are_no_period_are_not_valid)
{
	static const uint32_t numbers[] = { 0, 1, 2026, 2026000, 2026100, 2026113, 2026199, 2026200,
		2026205, 2026303, 2026401, 2026412, 2026500, 2026505, 2026601, 2026700, 2026900,
		1948112, 1949600, 1949501, 2200101, 20261005, UINT32_MAX };

	for (size_t i = 0; i < array_len(numbers); i++)
		cr_expect(!period_valid(numbers[i]), "%u", numbers[i]);
	cr_expect_eq(period_of(PERIOD_MONTH, 2026, 13), 0);
	cr_expect_eq(period_of(PERIOD_YEAR, 2026, 1), 0);
	cr_expect_eq(period_of((enum period_kind)0, 2026, 1), 0);
	cr_expect_eq(period_of((enum period_kind)7, 2026, 1), 0);
	cr_expect_eq(period_of(PERIOD_MONTH, -1, 1), 0);
}

Test(period, adding_steps_over_years_in_both_directions)
{
	static const struct {
		const char *from;
		int count;
		const char *to; /* NULL: beyond the years that exist */
	} cases[] = {
		{ "2026-05", 0, "2026-05" },
		{ "2026-12", 1, "2027-01" },
		{ "2026-01", -1, "2025-12" },
		{ "2026-05", -12, "2025-05" },
		{ "2026-05", -17, "2024-12" },
		{ "2026-05", 25, "2028-06" },
		{ "2026Q4", 1, "2027Q1" },
		{ "2026Q1", -5, "2024Q4" },
		{ "2026H2", 1, "2027H1" },
		{ "2026", -10, "2016" },
		{ "2026MQ4", 1, "2027MQ1" },
		{ "2026MQ1", -1, "2025MQ4" },
		{ "2026M", 1, "2027M" },
		{ "2199-12", 1, NULL },
		{ "1949-01", -1, NULL },
		{ "1950MQ1", -1, NULL },
		{ "2026-05", 2147483647, NULL },
		{ "2026-05", -2147483647 - 1, NULL },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		uint32_t sum = period_add(parsed(cases[i].from), cases[i].count);

		if (cases[i].to)
			cr_expect_str_eq(
				printed(sum), cases[i].to, "%s %+d", cases[i].from, cases[i].count);
		else
			cr_expect_eq(sum, 0, "%s %+d", cases[i].from, cases[i].count);
	}
}

Test(period, periods_of_a_kind_sort_by_time_and_leave_no_day_out)
{
	static const char *const starts[] = { "1949-01", "1949Q1", "1949H1", "1949", "1950MQ1",
		"1950M" };

	for (size_t i = 0; i < array_len(starts); i++) {
		for (uint32_t period = parsed(starts[i]), next; (next = period_add(period, 1)) != 0;
			period = next) {
			cr_assert_lt(period, next);
			cr_assert_eq(period_days(period),
				period_last_day(period) - period_first_day(period) + 1, "%s",
				printed(period));
			cr_assert_eq(period_last_day(period) + 1, period_first_day(next), "%s",
				printed(period));
			cr_assert_eq(period_add(next, -1), period);
		}
	}
}

/* Against every period of the kind, day by day. */
Test(period, those_inside_another_are_all_that_no_day_leaves)
{
	static const enum period_kind kinds[] = { PERIOD_MONTH, PERIOD_QUARTER, PERIOD_HALF,
		PERIOD_YEAR, PERIOD_MCH_QUARTER, PERIOD_MCH_YEAR };
	uint32_t inside[PERIODS_INSIDE_MAX], most = 0;

	for (size_t i = 0; i < array_len(kinds); i++)
		for (uint32_t outer = period_of(kinds[i], 2015,
			     kinds[i] == PERIOD_YEAR || kinds[i] == PERIOD_MCH_YEAR ? 0 : 1);
			period_year(outer) < 2018; outer = period_add(outer, 1))
			for (size_t k = 0; k < array_len(kinds); k++) {
				uint32_t count = periods_inside(kinds[k], outer, inside), at = 0;
				bool yearly =
					kinds[k] == PERIOD_YEAR || kinds[k] == PERIOD_MCH_YEAR;

				for (uint32_t one = period_of(kinds[k], 2013, yearly ? 0 : 1);
					period_year(one) < 2020; one = period_add(one, 1))
					if (period_first_day(one) >= period_first_day(outer) &&
						period_last_day(one) <= period_last_day(outer)) {
						cr_assert_lt(at, count, "%u in %u", one, outer);
						cr_assert_eq(
							inside[at++], one, "%u in %u", one, outer);
					}
				cr_assert_eq(at, count, "%u", outer);
				most = count > most ? count : most;
			}
	cr_expect_eq(most, PERIODS_INSIDE_MAX);
}

Test(day, days_are_counted_from_1970)
{
	static const struct {
		const char *text;
		int32_t day;
	} cases[] = {
		{ "1970-01-01", 0 },
		{ "1970-01-02", 1 },
		{ "1969-12-31", -1 },
		{ "2000-02-29", 11016 },
		{ "2000-03-01", 11017 },
		{ "2026-05-01", 20574 },
		{ "1949-10-01", -7397 },
		{ "1900-03-01", -25508 },
		{ "0001-01-01", -719162 },
		{ "9999-12-31", 2932896 },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		cr_expect_eq(day(cases[i].text), cases[i].day, "%s is %d", cases[i].text,
			day(cases[i].text));
		cr_expect_str_eq(printed_day(cases[i].day), cases[i].text);
	}
}

Test(day, every_day_of_four_centuries_prints_and_parses_back)
{
	for (int32_t number = day("1800-01-01"), last = day("2199-12-31"); number <= last; number++)
		cr_assert_eq(day(printed_day(number)), number, "%d", number);
}

Test(day, an_open_end_prints_a_dash)
{
	static const int32_t days[] = { INT32_MIN, INT32_MAX, -719163, 2932897 };

	for (size_t i = 0; i < array_len(days); i++)
		cr_expect_str_eq(printed_day(days[i]), "-", "%d", days[i]);
}

Test(day, what_the_calendar_lacks_is_refused)
{
	static const char *const texts[] = { "", "2026", "2026-02-30", "2026-02-29", "2100-02-29",
		"1900-02-29", "2026-00-10", "2026-13-10", "2026-05-00", "2026-05-32", "2026-04-31",
		"2026-5-1", "2026-05-1", "2026/05/01", "2026-05-01 ", "2026-05-011", "0000-01-01",
		"20a6-05-01", "2026-05--1", "-026-05-01" };

	for (size_t i = 0; i < array_len(texts); i++) {
		int32_t number = 7;

		cr_expect_eq(day_parse(texts[i], &number), ERR_INVALID, "'%s'", texts[i]);
		cr_expect_eq(number, 7);
	}
	cr_expect_eq(day("2024-02-29") + 1, day("2024-03-01"));
}

Test(day, an_instant_falls_on_the_day_in_china)
{
	const int64_t hour = 3600 * 1000;
	const struct {
		int64_t ms;
		int32_t day;
	} cases[] = {
		{ 0, 0 },             /* 08:00 in China */
		{ 16 * hour - 1, 0 }, /* 23:59:59.999 */
		{ 16 * hour, 1 },     /* midnight */
		{ 24 * hour, 1 },
		{ -8 * hour, 0 }, /* midnight before */
		{ -8 * hour - 1, -1 },
		{ -24 * hour, -1 },
		{ INT64_MAX, INT32_MAX },
		{ INT64_MIN, INT32_MIN },
	};

	for (size_t i = 0; i < array_len(cases); i++)
		cr_expect_eq(
			day_of_wall_ms(cases[i].ms), cases[i].day, "%lld", (long long)cases[i].ms);
}
