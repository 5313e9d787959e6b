/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reporting periods and days. A period is one number, year * 1000 + kind * 100 + index, so periods
 * of one kind sort by time as integers do. Days are counted from 1970-01-01 (proleptic Gregorian).
 *
 *   kind                       index   text        covers
 *   1 month                    1..12   2026-05     the calendar month
 *   2 quarter                  1..4    2026Q2
 *   3 half-year                1..2    2026H1
 *   4 year                     0       2026
 *   5 maternal-and-child quarter 1..4  2026MQ1     1 Oct 2025 .. 31 Dec 2025
 *   6 maternal-and-child year  0       2026M       1 Oct 2025 .. 30 Sep 2026
 *
 * Years run from 1949 (maternal-and-child years from 1950) to 2199. */
#ifndef MODEL_PERIOD_H
#define MODEL_PERIOD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"

enum period_kind {
	PERIOD_MONTH = 1,
	PERIOD_QUARTER = 2,
	PERIOD_HALF = 3,
	PERIOD_YEAR = 4,
	PERIOD_MCH_QUARTER = 5,
	PERIOD_MCH_YEAR = 6,
};

enum {
	PERIOD_TEXT_BYTES = 12,
	DAY_TEXT_BYTES = 12,
	PERIOD_YEAR_MIN = 1949,
	PERIOD_YEAR_MAX = 2199
};

/* 0, which is no period, when there is none such. */
uint32_t period_of(enum period_kind kind, int year, int index);
/* To be asked of every period that came from outside: the functions below rely on it. */
bool period_valid(uint32_t period);
enum period_kind period_kind_of(uint32_t period);
int period_year(uint32_t period);
int period_index(uint32_t period);

/* ERR_INVALID with the accepted forms in the text. */
CHECKED int period_parse(const char *text, uint32_t *ret_period);
void period_print(uint32_t period, char ret[PERIOD_TEXT_BYTES]);

/* The period of the same kind count later (earlier when negative); 0 beyond the known years. */
uint32_t period_add(uint32_t period, int count);
/* How many months it covers: 1, 3, 6 or 12. */
int period_months(uint32_t period);
/* The calendar month number index (0 .. period_months() - 1) of the period. */
uint32_t period_month(uint32_t period, int index);
/* The periods of a kind that lie inside another one, in order: returns how many. */
enum { PERIODS_INSIDE_MAX = 12 };
uint32_t periods_inside(
	enum period_kind kind, uint32_t period, uint32_t ret_inside[PERIODS_INSIDE_MAX]);

/* Both belong to the period. */
int32_t period_first_day(uint32_t period);
int32_t period_last_day(uint32_t period);
/* How many days it has. */
int period_days(uint32_t period);

int32_t day_of(int year, int month, int day);
/* "2026-05-01"; ERR_INVALID also for 2026-02-30. */
CHECKED int day_parse(const char *text, int32_t *ret_day);
/* "-" for a day outside the years 1 to 9999, such as an open end. */
void day_print(int32_t day, char ret[DAY_TEXT_BYTES]);
/* The day in China (UTC+8, no summer time) on which an instant falls. */
int32_t day_of_wall_ms(int64_t wall_ms);

#endif
