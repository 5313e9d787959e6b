/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Everything is decided on months, which every kind of period consists of. */
#include "aggregator/span.h"

#include "base/err.h"

uint32_t span_month(const struct span *span, int index)
{
	return period_add(span->first, index);
}

uint32_t span_last_month(const struct span *span)
{
	return span_month(span, span->months - 1);
}

int span_days(const struct span *span)
{
	return period_last_day(span_last_month(span)) - period_first_day(span->first) + 1;
}

static uint32_t month_of(int year, int month)
{
	return period_of(PERIOD_MONTH, year, month);
}

/* The window whose months hold the given month; from: the year in which a long one begins. */
static struct span span_around(enum window window, uint32_t month, int from)
{
	int year = period_year(month), index = period_index(month);

	switch (window) {
	case WINDOW_QUARTER:
		return (struct span){ window, month_of(year, (index - 1) / 3 * 3 + 1), 3 };
	case WINDOW_HALF:
		return (struct span){ window, month_of(year, (index - 1) / 6 * 6 + 1), 6 };
	case WINDOW_YTD:
		return (struct span){ window, month_of(year, 1), index };
	case WINDOW_R12M:
		return (struct span){ window, period_add(month, -11), 12 };
	case WINDOW_R36M:
		return (struct span){ window, period_add(month, -35), 36 };
	case WINDOW_PLAN:
	case WINDOW_BASELINE:
		return (struct span){ window, month_of(from, 1), (year - from) * 12 + index };
	case WINDOW_YEAR:
		return (struct span){ window, month_of(year, 1), 12 };
	case WINDOW_MCH_YEAR:
		return (struct span){ window, month_of(index >= 10 ? year : year - 1, 10), 12 };
	default:
		return (struct span){ window, month, 1 };
	}
}

/* A window that runs beyond the last year of all has no last month and holds nothing. */
static bool span_holds(const struct span *span, uint32_t first, uint32_t last)
{
	return span->first <= first && last <= span_last_month(span);
}

/* The year in which a long window begins; ERR_INVALID if it has not begun. */
static int span_from(enum window window, uint32_t last, int since, int *ret_from)
{
	int from = window == WINDOW_BASELINE ? since + 1 : since, year = period_year(last);

	*ret_from = from;
	if (window != WINDOW_PLAN && window != WINDOW_BASELINE)
		return 0;
	if (since == 0)
		return err_here(ERR_INVALID,
			"window '%s' begins with a year that the question must give; add 'since', "
			"%s",
			window_name(window),
			window == WINDOW_PLAN ? "the plan's first year" : "the baseline's year");
	if (from < PERIOD_YEAR_MIN || from > year || (year - from + 1) * 12 > SPAN_MONTHS_MAX)
		return err_here(ERR_INVALID,
			"window '%s' since %d does not reach into %d: it holds 1 to %d years",
			window_name(window), since, year, SPAN_MONTHS_MAX / 12);
	return 0;
}

/* Whether the window runs up to the period, so that a longer period is none of its own. */
static bool window_trails(enum window window)
{
	return window == WINDOW_YTD || window == WINDOW_R12M || window == WINDOW_R36M ||
	       window == WINDOW_PLAN || window == WINDOW_BASELINE;
}

int span_of(enum window window, uint32_t period, int since, struct span *ret_span)
{
	int months = period_months(period), from;
	uint32_t first = period_month(period, 0), last = period_month(period, months - 1);
	struct span span;
	int r = span_from(window, last, since, &from);
	/* The maternal and child year is named like the calendar year in which it ends. */
	bool named = window == WINDOW_MCH_YEAR && period_kind_of(period) == PERIOD_YEAR;
	char text[PERIOD_TEXT_BYTES];

	if (r < 0)
		return err_pass(r);
	span = span_around(window, named ? month_of(period_year(period), 9) : last, from);
	if (!period_valid(span.first))
		return err_here(ERR_INVALID, "the window begins before %d", PERIOD_YEAR_MIN);
	if (!named && !window_trails(window) && !span_holds(&span, first, last)) {
		period_print(period, text);
		return err_here(ERR_INVALID,
			"period '%s' does not lie within one window '%s'; give a shorter period or "
			"another window",
			text, window_name(window));
	}
	*ret_span = span;
	return 0;
}

/* The period of this kind that begins with the month; 0: none does. */
static uint32_t period_beginning(enum period_kind kind, uint32_t month)
{
	int year = period_year(month);

	for (int y = year; y <= year + 1; y++) {
		for (int index = 0; index <= 12; index++) {
			uint32_t period = period_of(kind, y, index);

			if (period_valid(period) && period_month(period, 0) == month)
				return period;
		}
	}
	return 0;
}

int span_periods(
	const struct span *span, enum period_kind kind, uint32_t ret_periods[SPAN_MONTHS_MAX])
{
	uint32_t period = period_beginning(kind, span->first);
	int each = period ? period_months(period) : 0, count;

	if (each == 0 || span->months % each != 0)
		return 0;
	count = span->months / each;
	if (period_add(period, count - 1) == 0) /* its end would be named by a year beyond all */
		return 0;
	for (int i = 0; i < count; i++)
		ret_periods[i] = period_add(period, i);
	return count;
}

uint32_t span_named(const struct span *span)
{
	uint32_t last = span_last_month(span);
	int year = period_year(last), month = period_index(last);

	if (span->window == WINDOW_MCH_YEAR && month == 9)
		return period_of(PERIOD_YEAR, year, 0);
	if (span->months >= 12)
		return month == 12 ? period_of(PERIOD_YEAR, year, 0) : last;
	if (span->window == WINDOW_YTD && month == 12)
		return period_of(PERIOD_YEAR, year, 0);
	if (span->months == 6 && month % 6 == 0)
		return period_of(PERIOD_HALF, year, month / 6);
	if (span->months == 3 && month % 3 == 0)
		return period_of(PERIOD_QUARTER, year, month / 3);
	return last;
}

bool span_shift(const struct span *span, int years, struct span *ret_span)
{
	struct span shifted = *span;

	shifted.first = period_add(span->first, 12 * years);
	if (shifted.first == 0 || span_last_month(&shifted) == 0)
		return false;
	*ret_span = shifted;
	return true;
}
