/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A window laid on the calendar: a run of whole months, and the periods of other kinds that cover
 * exactly the same months. */
#ifndef AGGREGATOR_SPAN_H
#define AGGREGATOR_SPAN_H

#include "model/catalog.h"

enum { SPAN_MONTHS_MAX = 360 };

struct span {
	enum window window;
	uint32_t first; /* month */
	int months;     /* 1..SPAN_MONTHS_MAX */
};

/* The months that the window means for this period. since: the year of the baseline for window
 * baseline, the first year of the plan for window plan; 0: not known. ERR_INVALID, with the periods
 * that would do, if the period is longer than the window or of another calendar, and where the
 * window needs since and it is 0 or not before the period. */
CHECKED int span_of(enum window window, uint32_t period, int since, struct span *ret_span);
uint32_t span_month(const struct span *span, int index);
uint32_t span_last_month(const struct span *span);
int span_days(const struct span *span);
/* Periods of this kind that cover exactly the span, rising; 0: there are none. */
int span_periods(
	const struct span *span, enum period_kind kind, uint32_t ret_periods[SPAN_MONTHS_MAX]);

/* The period by which people name the span, as facts do: the year for every window that ends with
 * one, else the half-year, quarter or month. */
uint32_t span_named(const struct span *span);
/* The same window, years later (earlier when negative); false beyond the known years. */
bool span_shift(const struct span *span, int years, struct span *ret_span);

#endif
