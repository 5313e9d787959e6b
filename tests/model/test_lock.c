/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Due days, lock days and what persons lock: a small calendar with every kind of edge, then the
 * published one, whose arithmetic must hold. */
#include "model/lock.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "model/registry.h"
#include "tests/model/fixture.h"

static int32_t day(const char *text)
{
	int32_t parsed = 0;

	cr_assert_eq(day_parse(text, &parsed), 0, "%s", text);
	return parsed;
}

static uint32_t period(const char *text)
{
	uint32_t parsed = 0;

	cr_assert_eq(period_parse(text, &parsed), 0, "%s", text);
	return parsed;
}

static void expect_day(int32_t found, const char *expected, const char *what)
{
	char text[DAY_TEXT_BYTES];

	day_print(found, text);
	cr_expect_str_eq(text, expected, "%s", what);
}

/* 2026-05-20 is a Wednesday. Wednesday and Thursday are closed, Saturday is worked. */
static struct catalog *calendar(const char *lock_days)
{
	char forms[64];
	const struct edit edits[FIXTURE_EDITS_MAX] = { { "holidays", "",
							       "2026-05-21,closed,节,feast,n\n"
							       "2026-05-20,closed,节,feast,n\n"
							       "2026-05-23,open,班,worked,n\n"
							       "1969-12-31,closed,节,feast,n\n" },
		{ "forms", "hospital,2,0,20,0", forms } };
	struct catalog *catalog = NULL;

	snprintf(forms, sizeof(forms), "hospital,2,0,20,%s", lock_days);
	cr_assert_eq(fixture_open(edits, &catalog), 0, "%s", err_text());
	return catalog;
}

Test(lock, a_closed_day_moves_to_the_next_open_one)
{
	static const char *const cases[][2] = {
		{ "2026-05-19", "2026-05-19" }, /* a Tuesday */
		{ "2026-05-20", "2026-05-22" }, /* over both closed days */
		{ "2026-05-21", "2026-05-22" },
		{ "2026-05-22", "2026-05-22" },
		{ "2026-05-23", "2026-05-23" }, /* a Saturday that is worked */
		{ "2026-05-24", "2026-05-25" }, /* an ordinary Sunday */
		{ "2026-05-30", "2026-06-01" }, /* an ordinary Saturday */
		{ "1969-12-31", "1970-01-01" }, /* the first days that have numbers */
		{ "1969-12-28", "1969-12-29" },
		{ "2031-10-01", "2031-10-01" }, /* a year of which nothing is known: the week */
		{ "2031-10-04", "2031-10-06" },
	};
	AUTO(catalog_free) struct catalog *catalog = calendar("0");

	for (size_t i = 0; i < array_len(cases); i++)
		expect_day(calendar_open_day(catalog, day(cases[i][0])), cases[i][1], cases[i][0]);
}

Test(lock, due_and_lock_day_follow_from_the_form)
{
	AUTO(catalog_free) struct catalog *catalog = calendar("23");
	const struct form *form = catalog_form(catalog, 1);

	expect_day(form_due_day(catalog, form, period("2026-03")), "2026-04-20", "a Monday");
	expect_day(form_due_day(catalog, form, period("2026-04")), "2026-05-22", "closed");
	expect_day(form_due_day(catalog, form, period("2026-05")), "2026-06-22", "a Saturday");
	expect_day(form_lock_day(catalog, form, period("2026-04")), "2026-05-23", "worked");
	expect_day(form_lock_day(catalog, form, period("2026-01")), "2026-02-23", "a Monday");
	expect_day(form_lock_day(catalog, form, period("2026-02")), "2026-03-23", "a Monday");
	cr_expect_eq(form_lock_day(catalog, catalog_form(catalog, 3), period("2025")), DAY_NEVER,
		"a form that never locks");
}

static struct lock lock(enum lock_kind kind, uint32_t area, uint32_t form, const char *first,
	const char *last, const char *until)
{
	return (struct lock){ .kind = kind,
		.area = area,
		.form = form,
		.first_day = day(first),
		.last_day = day(last),
		.until_day = until ? day(until) : DAY_NEVER };
}

Test(lock, the_form_locks_by_itself_after_its_day)
{
	AUTO(catalog_free) struct catalog *catalog = calendar("23");
	AUTO(locks_free) struct locks *locks = NULL;
	const struct form *form = catalog_form(catalog, 1);
	uint32_t april = period("2026-04");
	int32_t since = 0;

	cr_assert_eq(locks_new(&locks), 0);
	cr_expect(!locks_closed(locks, catalog, 320703, form, april, day("2026-05-23"), &since),
		"on the last day");
	cr_expect(locks_closed(locks, catalog, 320703, form, april, day("2026-05-24"), &since));
	expect_day(since, "2026-05-24", "the day after");
	cr_expect(locks_closed(locks, catalog, 320703, form, april, day("2026-12-24"), &since));
	expect_day(since, "2026-05-24", "still");
	cr_expect(!locks_closed(locks, catalog, 320703, catalog_form(catalog, 3), period("2001"),
			  day("2026-12-24"), &since),
		"a form that never locks");
}

/* One record, and whether form 1 of April 2026 in 320703001 is then closed on 2026-06-10 (locked by
 * itself since May) and on 2026-05-10 (open by itself). */
Test(lock, a_record_speaks_of_area_form_range_and_time)
{
	static const struct {
		const char *name;
		uint32_t area, form;
		const char *first, *last, *until;
		bool speaks;
	} cases[] = {
		{ "everywhere and every form", 0, 0, "2026-04-30", "2026-04-30", NULL, true },
		{ "its area", 320703001, 0, "2026-04-30", "2026-04-30", NULL, true },
		{ "the area above", 320700, 0, "2026-04-30", "2026-04-30", NULL, true },
		{ "another area", 320706, 0, "2026-04-30", "2026-04-30", NULL, false },
		{ "its form", 0, 1, "2026-04-30", "2026-04-30", NULL, true },
		{ "another form", 0, 3, "2026-04-30", "2026-04-30", NULL, false },
		{ "a range around", 0, 0, "2015-01-01", "2026-12-31", NULL, true },
		{ "a range that ends in the month", 0, 0, "2026-01-01", "2026-04-29", NULL, false },
		{ "a range that begins after", 0, 0, "2026-05-01", "2026-12-31", NULL, false },
		{ "to its last day", 0, 0, "2026-04-01", "2026-04-30", NULL, true },
		{ "until that day", 0, 0, "2026-04-30", "2026-04-30", "2026-06-10", true },
		{ "until the day before", 0, 0, "2026-04-30", "2026-04-30", "2026-05-09", false },
	};
	AUTO(catalog_free) struct catalog *catalog = calendar("23");
	const struct form *form = catalog_form(catalog, 1);
	uint32_t april = period("2026-04");

	for (size_t i = 0; i < array_len(cases); i++) {
		AUTO(locks_free) struct locks *opening = NULL;
		AUTO(locks_free) struct locks *closing = NULL;
		struct lock open = lock(LOCK_UNLOCK, cases[i].area, cases[i].form, cases[i].first,
				    cases[i].last, cases[i].until),
			    shut = open;
		int32_t since = 0, early = day("2026-05-10"), late = day("2026-06-10");

		shut.kind = LOCK_LOCK;
		cr_assert_eq(lock_check(catalog, &open), 0, "%s", err_text());
		cr_assert_eq(lock_check(catalog, &shut), 0, "%s", err_text());
		cr_assert_eq(locks_new(&opening), 0);
		cr_assert_eq(locks_new(&closing), 0);
		cr_assert_eq(locks_put(opening, &open), 0);
		cr_assert_eq(locks_put(closing, &shut), 0);
		cr_expect_eq(locks_closed(opening, catalog, 320703001, form, april, late, &since),
			!cases[i].speaks, "%s", cases[i].name);
		cr_expect_eq(locks_closed(closing, catalog, 320703001, form, april, early, &since),
			cases[i].speaks, "%s", cases[i].name);
		if (cases[i].speaks)
			cr_expect_eq(since, early, "a person's lock holds from today on");
	}
}

Test(lock, the_newest_that_still_holds_counts)
{
	AUTO(catalog_free) struct catalog *catalog = calendar("23");
	AUTO(locks_free) struct locks *locks = NULL;
	const struct form *form = catalog_form(catalog, 1);
	uint32_t april = period("2026-04");
	int32_t since;
	const struct {
		struct lock put;
		const char *today;
		bool closed;
	} steps[] = {
		{ lock(LOCK_UNLOCK, 0, 0, "2026-01-01", "2026-12-31", NULL), "2026-06-10", false },
		{ lock(LOCK_LOCK, 320703, 1, "2026-04-30", "2026-04-30", NULL), "2026-06-10",
			true },
		/* expired: the lock before it holds again */
		{ lock(LOCK_UNLOCK, 0, 0, "2026-04-30", "2026-04-30", "2026-06-10"), "2026-06-10",
			false },
		{ lock(LOCK_UNLOCK, 0, 0, "2025-04-30", "2025-04-30", NULL), "2026-06-11", true },
		/* a newer one of another form and of another area: nothing changes */
		{ lock(LOCK_UNLOCK, 0, 3, "2026-04-30", "2026-04-30", NULL), "2026-06-11", true },
		{ lock(LOCK_UNLOCK, 320706, 0, "2026-04-30", "2026-04-30", NULL), "2026-06-11",
			true },
		/* older and wider than the lock, said later: it counts */
		{ lock(LOCK_UNLOCK, 0, 0, "2020-01-01", "2030-12-31", NULL), "2026-06-11", false },
	};

	cr_assert_eq(locks_new(&locks), 0);
	for (size_t i = 0; i < array_len(steps); i++) {
		cr_assert_eq(locks_put(locks, &steps[i].put), 0);
		cr_expect_eq(locks_closed(locks, catalog, 320703001, form, april,
				     day(steps[i].today), &since),
			steps[i].closed, "step %zu", i + 1);
		cr_expect_eq(locks_count(locks), i + 1);
		cr_expect_eq(locks_at(locks, i)->first_day, steps[i].put.first_day);
	}
}

Test(lock, what_cannot_be_taken_is_refused)
{
	static const struct {
		const char *name;
		uint32_t area, form;
		int kind;
		const char *first, *last, *fault;
	} cases[] = {
		{ "no such area", 1, 0, LOCK_LOCK, "2026-01-01", "2026-01-31", "no area 1" },
		{ "no such form", 0, 2, LOCK_LOCK, "2026-01-01", "2026-01-31", "no form 2" },
		{ "form beyond 16 bits", 0, 65537, LOCK_LOCK, "2026-01-01", "2026-01-31",
			"no form 65537" },
		{ "kind", 0, 0, 3, "2026-01-01", "2026-01-31", "unknown kind" },
		{ "days", 0, 0, LOCK_LOCK, "2026-01-02", "2026-01-01", "before the first" },
		{ "one day", 320700, 1, LOCK_UNLOCK, "2026-01-01", "2026-01-01", NULL },
	};
	AUTO(catalog_free) struct catalog *catalog = fixture();

	for (size_t i = 0; i < array_len(cases); i++) {
		struct lock made = lock((enum lock_kind)cases[i].kind, cases[i].area, cases[i].form,
			cases[i].first, cases[i].last, NULL);

		cr_expect_eq(lock_check(catalog, &made), cases[i].fault ? ERR_INVALID : 0, "%s",
			cases[i].name);
		if (cases[i].fault)
			cr_expect(strstr(err_text(), cases[i].fault), "%s: %s", cases[i].name,
				err_text());
	}
}

/* The published calendar. Each block has the days that its notice says, the day after is the first
 * open one, and over a year days off on weekdays less weekends worked are the year's statutory
 * days: 11, and 13 from 2025 on. */

static const struct {
	const char *first;
	int days;          /* as published */
	const char *opens; /* the first day of work after it */
} blocks[] = {
	{ "2015-01-01", 3, "2015-01-04" },
	{ "2015-02-18", 7, "2015-02-25" },
	{ "2015-09-03", 3, "2015-09-06" },
	{ "2015-10-01", 7, "2015-10-08" },
	{ "2016-02-07", 7, "2016-02-14" },
	{ "2016-06-09", 3, "2016-06-12" },
	{ "2016-09-15", 3, "2016-09-18" },
	{ "2016-10-01", 7, "2016-10-08" },
	{ "2017-01-27", 7, "2017-02-03" },
	{ "2017-10-01", 8, "2017-10-09" },
	{ "2018-02-15", 7, "2018-02-22" },
	{ "2018-04-05", 3, "2018-04-08" },
	{ "2018-04-29", 3, "2018-05-02" },
	{ "2018-12-30", 3, "2019-01-02" },
	{ "2019-02-04", 7, "2019-02-11" },
	{ "2019-05-01", 4, "2019-05-05" }, /* as changed later */
	{ "2019-10-01", 7, "2019-10-08" },
	{ "2020-01-01", 1, "2020-01-02" },
	{ "2020-01-24", 10, "2020-02-03" }, /* 7 days, made longer */
	{ "2020-05-01", 5, "2020-05-06" },
	{ "2020-06-25", 3, "2020-06-28" },
	{ "2020-10-01", 8, "2020-10-09" },
	{ "2021-02-11", 7, "2021-02-18" },
	{ "2021-05-01", 5, "2021-05-06" },
	{ "2021-09-19", 3, "2021-09-22" },
	{ "2021-10-01", 7, "2021-10-08" },
	{ "2022-01-31", 7, "2022-02-07" },
	{ "2022-04-30", 5, "2022-05-05" },
	{ "2022-10-01", 7, "2022-10-08" },
	{ "2022-12-31", 3, "2023-01-03" },
	{ "2023-01-21", 7, "2023-01-28" },
	{ "2023-04-05", 1, "2023-04-06" },
	{ "2023-04-29", 5, "2023-05-04" },
	{ "2023-06-22", 3, "2023-06-25" },
	{ "2023-09-29", 8, "2023-10-07" },
	{ "2024-02-10", 8, "2024-02-18" },
	{ "2024-04-04", 3, "2024-04-07" },
	{ "2024-05-01", 5, "2024-05-06" },
	{ "2024-09-15", 3, "2024-09-18" },
	{ "2024-10-01", 7, "2024-10-08" },
	{ "2025-01-01", 1, "2025-01-02" },
	{ "2025-01-28", 8, "2025-02-05" },
	{ "2025-05-01", 5, "2025-05-06" },
	{ "2025-05-31", 3, "2025-06-03" },
	{ "2025-10-01", 8, "2025-10-09" },
	{ "2026-01-01", 3, "2026-01-04" },
	{ "2026-02-15", 9, "2026-02-24" },
	{ "2026-04-04", 3, "2026-04-07" },
	{ "2026-05-01", 5, "2026-05-06" },
	{ "2026-06-19", 3, "2026-06-22" },
	{ "2026-09-25", 3, "2026-09-28" },
	{ "2026-10-01", 7, "2026-10-08" },
};

static struct catalog *published(void)
{
	struct catalog *catalog = NULL;

	cr_assert_eq(catalog_load(SOURCE_DIR "/catalog", &catalog), 0, "%s", err_text());
	return catalog;
}

static bool open_on(const struct catalog *catalog, int32_t at)
{
	return calendar_open_day(catalog, at) == at;
}

Test(published, blocks_are_as_long_as_their_notices_say)
{
	AUTO(catalog_free) struct catalog *catalog = published();

	for (size_t i = 0; i < array_len(blocks); i++) {
		int32_t first = day(blocks[i].first);

		for (int d = 0; d < blocks[i].days; d++)
			cr_expect(!open_on(catalog, first + d), "%s and %d", blocks[i].first, d);
		expect_day(first + blocks[i].days, blocks[i].opens, "length");
		expect_day(calendar_open_day(catalog, first), blocks[i].opens, blocks[i].first);
	}
}

/* Statutory days by year, the year's first and last day off being those of its own notice. */
Test(published, a_year_has_its_statutory_days)
{
	static const struct {
		const char *first, *last; /* New Year's block may begin in the year before */
		int days;
	} years[] = {
		{ "2015-01-01", "2016-12-31", 11 + 11 + 1 }, /* 3 September 2015; 2016's end is a
								Saturday */
		{ "2017-01-01", "2017-12-29", 11 },
		{ "2017-12-30", "2018-12-28", 11 },
		{ "2018-12-29", "2019-12-31", 11 },
		{ "2020-01-01", "2020-12-31", 11 + 2 }, /* a Friday and a worked Saturday more */
		{ "2021-01-01", "2021-12-31", 11 },
		{ "2022-01-01", "2022-12-30", 11 },
		{ "2022-12-31", "2023-12-29", 11 },
		{ "2023-12-30", "2024-12-31", 11 },
		{ "2025-01-01", "2025-12-31", 13 },
		{ "2026-01-01", "2026-12-31", 13 },
	};
	AUTO(catalog_free) struct catalog *catalog = published();

	for (size_t i = 0; i < array_len(years); i++) {
		int days = 0;

		for (int32_t at = day(years[i].first); at <= day(years[i].last); at++) {
			int weekday = (at + 3) % 7; /* 1970-01-01 was a Thursday; 0: Monday */

			days += weekday < 5 && !open_on(catalog, at);
			days -= weekday >= 5 && open_on(catalog, at);
		}
		cr_expect_eq(days, years[i].days, "%s: %d", years[i].first, days);
	}
}

Test(published, every_form_locks_after_it_is_due)
{
	AUTO(catalog_free) struct catalog *catalog = published();
	size_t count;
	const struct form *form = catalog_forms(catalog, &count);

	for (size_t i = 0; i < count; i++)
		cr_expect(form[i].lock_days == 0 || form[i].lock_days > form[i].due_days, "%s",
			form[i].code);
	form = catalog_form_by_code(catalog, "HOSPITAL_MONTH");
	/* 2026-09 is due 20 days after 30 September; 2026-01 on the 20th, inside the Spring
	 * Festival. */
	expect_day(form_due_day(catalog, form, period("2026-09")), "2026-10-20", "no feast");
	expect_day(form_due_day(catalog, form, period("2026-01")), "2026-02-24", "a feast");
}
