/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Windows laid on the calendar, and fractions: tables of cases worked out by hand. */
#include <criterion/criterion.h>
#include <string.h>

#include "model/rational.h"
#include "aggregator/span.h"
#include "base/err.h"

static uint32_t period_text(const char *text)
{
	uint32_t period = 0;

	cr_assert_eq(period_parse(text, &period), 0);
	return period;
}

Test(span, windows_are_the_months_that_they_name)
{
	static const struct {
		enum window window;
		const char *period, *first, *last; /* first NULL: refused */
	} cases[] = {
		{ WINDOW_MONTH, "2026-05", "2026-05", "2026-05" },
		{ WINDOW_MONTH, "2026", NULL, NULL },
		{ WINDOW_MONTH, "2026Q2", NULL, NULL },
		{ WINDOW_QUARTER, "2026Q2", "2026-04", "2026-06" },
		{ WINDOW_QUARTER, "2026-05", "2026-04", "2026-06" },
		{ WINDOW_QUARTER, "2026H1", NULL, NULL },
		{ WINDOW_HALF, "2026Q4", "2026-07", "2026-12" },
		{ WINDOW_YTD, "2026-05", "2026-01", "2026-05" },
		{ WINDOW_YTD, "2026Q3", "2026-01", "2026-09" },
		{ WINDOW_R12M, "2026-05", "2025-06", "2026-05" },
		{ WINDOW_R12M, "2025", "2025-01", "2025-12" },
		{ WINDOW_YEAR, "2026", "2026-01", "2026-12" },
		{ WINDOW_YEAR, "2026-05", "2026-01", "2026-12" },
		{ WINDOW_YEAR, "2026M", NULL, NULL },
		{ WINDOW_MCH_YEAR, "2026M", "2025-10", "2026-09" },
		{ WINDOW_MCH_YEAR, "2026", "2025-10", "2026-09" },
		{ WINDOW_MCH_YEAR, "2025-11", "2025-10", "2026-09" },
		{ WINDOW_MCH_YEAR, "2026-03", "2025-10", "2026-09" },
		{ WINDOW_MCH_YEAR, "1949-01", NULL, NULL },
		{ WINDOW_MCH_YEAR, "1949", NULL, NULL },
		{ WINDOW_MCH_YEAR, "2199-11", NULL, NULL },
		{ WINDOW_R12M, "1949-11", NULL, NULL },
		{ WINDOW_R12M, "1949-12", "1949-01", "1949-12" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct span span;
		int r = span_of(cases[i].window, period_text(cases[i].period), 0, &span);

		if (!cases[i].first) {
			cr_expect_eq(r, ERR_INVALID, "%s %s", window_name(cases[i].window),
				cases[i].period);
			continue;
		}
		cr_assert_eq(r, 0, "%s %s: %s", window_name(cases[i].window), cases[i].period,
			err_text());
		cr_expect_eq(span.first, period_text(cases[i].first), "%s", cases[i].period);
		cr_expect_eq(
			span_last_month(&span), period_text(cases[i].last), "%s", cases[i].period);
	}
}

Test(span, long_windows_begin_where_the_question_says)
{
	static const struct {
		enum window window;
		const char *period;
		int since;
		const char *first, *last; /* first NULL: refused */
		const char *named;
	} cases[] = {
		{ WINDOW_R36M, "2026-05", 0, "2023-06", "2026-05", "2026-05" },
		{ WINDOW_R36M, "2026", 0, "2024-01", "2026-12", "2026" },
		{ WINDOW_R36M, "1950-05", 0, NULL, NULL, NULL },
		{ WINDOW_PLAN, "2026-05", 2021, "2021-01", "2026-05", "2026-05" },
		{ WINDOW_PLAN, "2021", 2021, "2021-01", "2021-12", "2021" },
		{ WINDOW_PLAN, "2020", 2021, NULL, NULL, NULL },
		{ WINDOW_PLAN, "2026", 0, NULL, NULL, NULL },
		{ WINDOW_BASELINE, "2026Q2", 2020, "2021-01", "2026-06", "2026-06" },
		{ WINDOW_BASELINE, "2021", 2020, "2021-01", "2021-12", "2021" },
		{ WINDOW_BASELINE, "2020", 2020, NULL, NULL, NULL },
		{ WINDOW_BASELINE, "2199", 1949, NULL, NULL, NULL },
		{ WINDOW_MCH_YEAR, "2026", 0, "2025-10", "2026-09", "2026" },
		{ WINDOW_HALF, "2026H2", 0, "2026-07", "2026-12", "2026H2" },
		{ WINDOW_QUARTER, "2026Q3", 0, "2026-07", "2026-09", "2026Q3" },
		{ WINDOW_YTD, "2026-12", 0, "2026-01", "2026-12", "2026" },
		{ WINDOW_MONTH, "2026-12", 0, "2026-12", "2026-12", "2026-12" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct span span;
		int r = span_of(
			cases[i].window, period_text(cases[i].period), cases[i].since, &span);

		if (!cases[i].first) {
			cr_expect_eq(r, ERR_INVALID, "%zu", i);
			continue;
		}
		cr_assert_eq(r, 0, "%zu: %s", i, err_text());
		cr_expect_eq(span.first, period_text(cases[i].first), "%zu", i);
		cr_expect_eq(span_last_month(&span), period_text(cases[i].last), "%zu", i);
		cr_expect_eq(span_named(&span), period_text(cases[i].named), "%zu", i);
	}
}

Test(span, a_window_moves_by_years)
{
	struct span span, moved;

	cr_assert_eq(span_of(WINDOW_YEAR, period_text("2026"), 0, &span), 0);
	cr_assert(span_shift(&span, -3, &moved));
	cr_expect_eq(moved.first, period_text("2023-01"));
	cr_expect_eq(span_last_month(&moved), period_text("2023-12"));
	cr_expect_not(span_shift(&span, -100, &moved));
	cr_expect_not(span_shift(&span, 200, &moved));
}

/* What a stranger may ask: the first and the last years of all. */
Test(span, a_window_beyond_the_known_years_is_refused)
{
	static const int years[] = { PERIOD_YEAR_MIN, PERIOD_YEAR_MIN + 1, PERIOD_YEAR_MAX };

	for (size_t y = 0; y < array_len(years); y++)
		for (unsigned rest = 0; rest < 1000; rest++)
			for (enum window w = WINDOW_MONTH; w <= WINDOW_MCH_YEAR; w++) {
				uint32_t period = (uint32_t)years[y] * 1000 + rest;
				struct span span;

				if (!period_valid(period) || span_of(w, period, 0, &span) != 0)
					continue;
				cr_expect(period_valid(span.first), "%u %d", period, (int)w);
				cr_expect(period_valid(span_last_month(&span)), "%u %d", period,
					(int)w);
			}
}

Test(span, only_periods_that_cover_it_exactly_serve_it)
{
	static const struct {
		enum window window;
		const char *period;
		enum period_kind kind;
		int count;
		const char *first;
	} cases[] = {
		{ WINDOW_YEAR, "2026", PERIOD_MONTH, 12, "2026-01" },
		{ WINDOW_YEAR, "2026", PERIOD_QUARTER, 4, "2026Q1" },
		{ WINDOW_YEAR, "2026", PERIOD_YEAR, 1, "2026" },
		{ WINDOW_YEAR, "2026", PERIOD_MCH_YEAR, 0, NULL },
		{ WINDOW_MCH_YEAR, "2026M", PERIOD_MCH_QUARTER, 4, "2026MQ1" },
		{ WINDOW_MCH_YEAR, "2026M", PERIOD_MCH_YEAR, 1, "2026M" },
		{ WINDOW_R12M, "2026-05", PERIOD_YEAR, 0, NULL },
		{ WINDOW_R12M, "2026-05", PERIOD_QUARTER, 0, NULL },
		{ WINDOW_R12M, "2025-12", PERIOD_YEAR, 1, "2025" },
		{ WINDOW_YTD, "2026-06", PERIOD_HALF, 1, "2026H1" },
		{ WINDOW_QUARTER, "2026Q2", PERIOD_MONTH, 3, "2026-04" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		uint32_t periods[SPAN_MONTHS_MAX];
		struct span span;

		cr_assert_eq(span_of(cases[i].window, period_text(cases[i].period), 0, &span), 0);
		cr_assert_eq(
			span_periods(&span, cases[i].kind, periods), cases[i].count, "case %zu", i);
		if (cases[i].count > 0)
			cr_expect_eq(periods[0], period_text(cases[i].first), "case %zu", i);
	}
}

/* The last months of all belong to a maternal and child year that has no name any more. */
Test(span, a_period_beyond_the_known_years_serves_nothing)
{
	uint32_t periods[SPAN_MONTHS_MAX];
	struct span span;

	cr_assert_eq(span_of(WINDOW_YEAR, period_text("2199"), 0, &span), 0);
	cr_expect_eq(span_periods(&span, PERIOD_MCH_QUARTER, periods), 0);
	cr_expect_eq(span_periods(&span, PERIOD_QUARTER, periods), 4);
	cr_assert_eq(span_of(WINDOW_YEAR, period_text("2198"), 0, &span), 0);
	cr_expect_eq(span_periods(&span, PERIOD_MCH_QUARTER, periods), 4);
}

Test(rational, fractions_are_exact_and_printed_half_away_from_zero)
{
	static const struct {
		int64_t top, bottom;
		const char *digits;
	} cases[] = {
		{ 1, 3, "0.333333333" },
		{ 2, 3, "0.666666667" },
		{ -2, 3, "-0.666666667" },
		{ 10, 5, "2" },
		{ 5, 4, "1.25" },
		{ 0, 7, "0" },
		{ -1, 2000000000, "-0.000000001" },
		{ 100, 1, "100" },
	};
	struct rational third = rational_of(1, 3), sum = rational_of(0, 1);
	char digits[DECIMAL_TEXT_BYTES];
	int128 scaled;

	for (size_t i = 0; i < array_len(cases); i++) {
		cr_assert(rational_scaled(rational_of(cases[i].top, cases[i].bottom), &scaled));
		scaled_print(scaled, digits);
		cr_expect_str_eq(digits, cases[i].digits);
	}
	for (int i = 0; i < 3; i++)
		sum = rational_add(sum, third);
	cr_expect(sum.top == 1 && sum.bottom == 1);
	cr_expect(rational_overflowed(rational_multiply(
		rational_of((int128)1 << 100, 1), rational_of((int128)1 << 100, 1))));
}
