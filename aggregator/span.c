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

/* The window whose months hold the given month. */
static struct span span_around(enum window window, uint32_t month)
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

int span_of(enum window window, uint32_t period, struct span *ret_span)
{
	int months = period_months(period);
	uint32_t first = period_month(period, 0), last = period_month(period, months - 1);
	struct span span = span_around(window, last);
	/* The maternal and child year is named like the calendar year in which it ends. */
	bool named = window == WINDOW_MCH_YEAR && period_kind_of(period) == PERIOD_YEAR;
	char text[PERIOD_TEXT_BYTES];

	if (named)
		span = span_around(window, month_of(period_year(period), 9));
	if (!period_valid(span.first))
		return err_here(ERR_INVALID, "the window begins before %d", PERIOD_YEAR_MIN);
	if (!named && window != WINDOW_YTD && window != WINDOW_R12M &&
		!span_holds(&span, first, last)) {
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
	for (int i = 0; i < count; i++)
		ret_periods[i] = period_add(period, i);
	return count;
}
