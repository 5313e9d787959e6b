/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every period is a run of whole calendar months, so one table (how many periods a year has, how
 * many months each covers, how far before January the year begins) answers every question about
 * it. Days are counted, never stored as year, month and day. No time zone database is read: China
 * has one offset and no summer time. */
#include "model/period.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"

static const struct kind {
	const char *mark;  /* what stands after the year; the index follows where there is one */
	int per_year;      /* 1: the index is 0, since there is nothing to count */
	int months;        /* of each */
	int months_before; /* the year begins so many months before January */
} kinds[] = {
	[PERIOD_MONTH] = { "-", 12, 1, 0 },
	[PERIOD_QUARTER] = { "Q", 4, 3, 0 },
	[PERIOD_HALF] = { "H", 2, 6, 0 },
	[PERIOD_YEAR] = { "", 1, 12, 0 },
	[PERIOD_MCH_QUARTER] = { "MQ", 4, 3, 3 },
	[PERIOD_MCH_YEAR] = { "M", 1, 12, 3 },
};

static bool parts_valid(unsigned kind, int year, int index)
{
	if (kind < PERIOD_MONTH || kind >= array_len(kinds))
		return false;
	/* A year that begins in October must not reach before the first calendar year. */
	if (year < PERIOD_YEAR_MIN + (kinds[kind].months_before > 0) || year > PERIOD_YEAR_MAX)
		return false;
	if (kinds[kind].per_year == 1)
		return index == 0;
	return index >= 1 && index <= kinds[kind].per_year;
}

uint32_t period_of(enum period_kind kind, int year, int index)
{
	if (!parts_valid(kind, year, index))
		return 0;
	return (uint32_t)(year * 1000 + (int)kind * 100 + index);
}

bool period_valid(uint32_t period)
{
	return parts_valid(period / 100 % 10, (int)(period / 1000), (int)(period % 100));
}

enum period_kind period_kind_of(uint32_t period)
{
	return (enum period_kind)(period / 100 % 10);
}

int period_year(uint32_t period)
{
	return (int)(period / 1000);
}

int period_index(uint32_t period)
{
	return (int)(period % 100);
}

static const struct kind *kind_of(uint32_t period)
{
	ensure(period_valid(period));
	return &kinds[period_kind_of(period)];
}

/* Reads exactly digits decimal digits; -1 if something else stands there. */
static int number_of(const char *text, int digits)
{
	int value = 0;

	for (int i = 0; i < digits; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

int period_parse(const char *text, uint32_t *ret_period)
{
	int year = number_of(text, 4);

	for (unsigned kind = PERIOD_MONTH; year >= 0 && kind < array_len(kinds); kind++) {
		size_t mark_len = strlen(kinds[kind].mark);
		int digits = kind == PERIOD_MONTH ? 2 : kinds[kind].per_year > 1 ? 1 : 0;
		const char *index = text + 4 + mark_len;
		uint32_t period;

		if (strncmp(text + 4, kinds[kind].mark, mark_len) != 0 ||
			number_of(index, digits) < 0 || index[digits] != '\0')
			continue;
		period = period_of((enum period_kind)kind, year, number_of(index, digits));
		if (period == 0)
			break;
		*ret_period = period;
		return 0;
	}
	return err_here(ERR_INVALID,
		"'%.40s' is no period; write a month 2026-05, a quarter 2026Q2, a half-year "
		"2026H1, a year 2026, "
		"or of the maternal-and-child year a quarter 2026MQ1 or the whole 2026M (years %d "
		"to %d)",
		text, PERIOD_YEAR_MIN, PERIOD_YEAR_MAX);
}

void period_print(uint32_t period, char ret[PERIOD_TEXT_BYTES])
{
	unsigned year = period / 1000, index = period % 100;

	if (!period_valid(period))
		snprintf(ret, PERIOD_TEXT_BYTES, "?%u", period);
	else if (period_kind_of(period) == PERIOD_MONTH)
		snprintf(ret, PERIOD_TEXT_BYTES, "%u-%02u", year % 10000, index);
	else if (index > 0)
		snprintf(ret, PERIOD_TEXT_BYTES, "%u%s%u", year % 10000, kind_of(period)->mark,
			index);
	else
		snprintf(ret, PERIOD_TEXT_BYTES, "%u%s", year % 10000, kind_of(period)->mark);
}

uint32_t period_add(uint32_t period, int count)
{
	const struct kind *kind = kind_of(period);
	int64_t first = kind->per_year > 1; /* the index of a year's first period */
	int64_t at = (int64_t)period_year(period) * kind->per_year + period_index(period) - first +
		     count;

	if (at < 0 || at / kind->per_year > PERIOD_YEAR_MAX)
		return 0;
	return period_of(period_kind_of(period), (int)(at / kind->per_year),
		(int)(at % kind->per_year + first));
}

int period_months(uint32_t period)
{
	return kind_of(period)->months;
}

/* Months since January of the year 0. */
static int first_month(uint32_t period)
{
	const struct kind *kind = kind_of(period);
	int before = period_index(period) > 0 ? period_index(period) - 1 : 0;

	return period_year(period) * 12 - kind->months_before + before * kind->months;
}

uint32_t period_month(uint32_t period, int index)
{
	int month = first_month(period) + index;

	ensure(index >= 0 && index < period_months(period));
	return period_of(PERIOD_MONTH, month / 12, month % 12 + 1);
}

/* The period of the kind that ends with this calendar month; 0: none does. */
static uint32_t period_ending(enum period_kind kind, uint32_t month)
{
	int year = period_year(month), index = period_index(month);

	switch (kind) {
	case PERIOD_MONTH:
		return month;
	case PERIOD_QUARTER:
		return index % 3 == 0 ? period_of(kind, year, index / 3) : 0;
	case PERIOD_HALF:
		return index % 6 == 0 ? period_of(kind, year, index / 6) : 0;
	case PERIOD_YEAR:
		return index == 12 ? period_of(kind, year, 0) : 0;
	case PERIOD_MCH_QUARTER: /* the first one of a year ends with the December before it */
		return index == 12 ? period_of(kind, year + 1, 1)
				   : (index % 3 == 0 ? period_of(kind, year, index / 3 + 1) : 0);
	case PERIOD_MCH_YEAR:
		return index == 9 ? period_of(kind, year, 0) : 0;
	}
	return 0;
}

uint32_t periods_inside(
	enum period_kind kind, uint32_t period, uint32_t ret_inside[PERIODS_INSIDE_MAX])
{
	uint32_t count = 0;

	for (int i = 0; i < period_months(period); i++) {
		uint32_t month = period_month(period, i);
		uint32_t ending = month ? period_ending(kind, month) : 0;

		if (ending != 0 && period_first_day(ending) >= period_first_day(period))
			ret_inside[count++] = ending;
	}
	return count;
}

int32_t period_first_day(uint32_t period)
{
	int month = first_month(period);

	return day_of(month / 12, month % 12 + 1, 1);
}

int32_t period_last_day(uint32_t period)
{
	int month = first_month(period) + period_months(period);

	return day_of(month / 12, month % 12 + 1, 1) - 1;
}

/* Years are counted from March here: the leap day is then a year's last, and a month's place in the
 * year follows from 153 days in every five months. 719468 days lie between 0000-03-01 and 1970. */
enum { DAYS_TO_1970 = 719468, DAYS_OF_400_YEARS = 146097 };

int32_t day_of(int year, int month, int day)
{
	int from_march = month > 2 ? month - 3 : month + 9;
	int shifted = month > 2 ? year : year - 1;
	int era = (shifted >= 0 ? shifted : shifted - 399) / 400;
	int in_era = shifted - era * 400;
	int in_year = (153 * from_march + 2) / 5 + day - 1;

	return era * DAYS_OF_400_YEARS + in_era * 365 + in_era / 4 - in_era / 100 + in_year -
	       DAYS_TO_1970;
}

static bool leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_of_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && leap(year));
}

int period_days(uint32_t period)
{
	int month = first_month(period), days = 0;

	for (int i = period_months(period); i > 0; i--, month++)
		days += days_of_month(month / 12, month % 12 + 1);
	return days;
}

int day_parse(const char *text, int32_t *ret_day)
{
	size_t len = strnlen(text, 11);
	int year, month, day;

	if (len != 10 || text[4] != '-' || text[7] != '-')
		return err_here(ERR_INVALID, "'%.40s' is no day; write it as 2026-05-01", text);
	year = number_of(text, 4);
	month = number_of(text + 5, 2);
	day = number_of(text + 8, 2);
	if (year < 0 || month < 0 || day < 0)
		return err_here(ERR_INVALID, "'%.40s' is no day; write it as 2026-05-01", text);
	if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month))
		return err_here(ERR_INVALID, "the calendar has no day '%.40s'", text);
	*ret_day = day_of(year, month, day);
	return 0;
}

void day_print(int32_t day, char ret[DAY_TEXT_BYTES])
{
	int64_t march = (int64_t)day + DAYS_TO_1970;
	int year = (int)((march * 400 + 591) /
			 DAYS_OF_400_YEARS); /* exact or one off; put right below */
	int month = 12;

	if (day < day_of(1, 1, 1) || day > day_of(9999, 12, 31)) {
		snprintf(ret, DAY_TEXT_BYTES, "-");
		return;
	}
	while (day < day_of(year, 1, 1))
		year--;
	while (day >= day_of(year + 1, 1, 1))
		year++;
	while (day < day_of(year, month, 1))
		month--;
	snprintf(ret, DAY_TEXT_BYTES, "%04u-%02u-%02u", (unsigned)year % 10000,
		(unsigned)month % 100, (unsigned)(day - day_of(year, month, 1) + 1) % 100);
}

int32_t day_of_wall_ms(int64_t wall_ms)
{
	const int64_t hour = 3600 * 1000, whole = 24 * hour;
	int64_t day = wall_ms / whole, rest = wall_ms % whole;

	if (rest < 0) {
		day--;
		rest += whole;
	}
	if (rest >= 16 * hour) /* already the next day at UTC+8 */
		day++;
	return day > INT32_MAX ? INT32_MAX : day < INT32_MIN ? INT32_MIN : (int32_t)day;
}
