/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Facilities and keys: numbers, lookups, what is refused, and what holds in a period. */
#include "model/registry.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/check.h"
#include "tests/model/fixture.h"

static struct facility facility(const char *code)
{
	struct facility made = { .segments = 1 };

	snprintf(made.code, sizeof(made.code), "%s", code);
	snprintf(made.name, sizeof(made.name), "医院 %s", code);
	made.segment[0] =
		(struct segment){ .from_day = day_of(2010, 1, 1), .area = 320703001, .stratum = 2 };
	return made;
}

static struct key key(uint8_t first)
{
	struct key made = { .name = "a key", .role = ROLE_COLLECTOR };

	made.public_key[0] = first;
	made.public_key[31] = 1;
	return made;
}

static uint32_t period(const char *text)
{
	uint32_t parsed = 0;

	cr_assert_eq(period_parse(text, &parsed), 0, "%s", text);
	return parsed;
}

AUTO_DEFINE(free, void *);

Test(registry, numbers_follow_the_order_of_first_appearance)
{
	static const struct {
		const char *code;
		uint32_t number;
	} puts[] = { { "B", 1 }, { "A", 2 }, { "B", 1 }, { "C", 3 }, { "A", 2 }, { "D", 4 } };
	AUTO(registry_free) struct registry *registry = NULL;

	cr_assert_eq(registry_new(&registry), 0);
	for (size_t i = 0; i < array_len(puts); i++) {
		struct facility put = facility(puts[i].code);
		uint32_t number = 0;

		put.number = 99; /* ignored */
		cr_assert_eq(registry_put_facility(registry, &put, &number), 0);
		cr_expect_eq(number, puts[i].number, "%s", puts[i].code);
		cr_expect_eq(registry_facility(registry, number)->number, number);
		cr_expect_str_eq(registry_facility(registry, number)->code, puts[i].code);
	}
	cr_expect_eq(registry_facilities(registry), 4);
	cr_expect_null(registry_facility(registry, 0));
	cr_expect_null(registry_facility(registry, 5));
}

Test(registry, a_second_put_replaces_the_record)
{
	AUTO(registry_free) struct registry *registry = NULL;
	struct facility put = facility("A");
	const struct facility *kept;

	cr_assert_eq(registry_new(&registry), 0);
	cr_assert_eq(registry_put_facility(registry, &put, NULL), 0);
	kept = registry_facility(registry, 1);
	cr_assert_eq(facility_close(&put, 20000), 0);
	cr_expect_eq(facility_closed_day(kept), DAY_NEVER, "the registry copies");
	cr_assert_eq(registry_put_facility(registry, &put, NULL), 0);
	cr_expect_eq(facility_closed_day(registry_facility(registry, 1)), 20000);
	cr_expect_eq(registry_facilities(registry), 1);
}

Test(registry, thousands_are_found_and_pointers_stay)
{
	enum { MANY = 20000 };
	AUTO(free) void *space = calloc(MANY, sizeof(struct facility *));
	const struct facility **seen = space;
	AUTO(registry_free) struct registry *registry = NULL;
	char code[FACILITY_CODE_MAX + 1];

	cr_assert_eq(registry_new(&registry), 0);
	cr_expect_null(registry_facility_by_code(registry, bytes_str("F0")));
	for (uint32_t i = 0; i < MANY; i++) {
		struct facility put;

		snprintf(code, sizeof(code), "F%u", i);
		put = facility(code);
		cr_assert_eq(registry_put_facility(registry, &put, NULL), 0);
		seen[i] = registry_facility(registry, i + 1);
	}
	for (uint32_t i = 0; i < MANY; i++) {
		snprintf(code, sizeof(code), "F%u", i);
		cr_assert_eq(
			registry_facility_by_code(registry, bytes_str(code)), seen[i], "%s", code);
		cr_assert_eq(seen[i]->number, i + 1);
		snprintf(code, sizeof(code), "f%u", i);
		cr_assert_null(registry_facility_by_code(registry, bytes_str(code)));
	}
	cr_expect_null(registry_facility_by_code(registry, bytes_str("F")));
	cr_expect_null(registry_facility_by_code(registry, bytes_str("")));
	cr_expect_not_null(registry_facility_by_code(registry, bytes_of("F12 and more", 3)));
}

Test(registry, keys_are_found_by_their_public_key)
{
	AUTO(registry_free) struct registry *registry = NULL;

	cr_assert_eq(registry_new(&registry), 0);
	for (uint8_t i = 1; i <= 200; i++) {
		struct key put = key(i);
		uint32_t number = 0;

		cr_assert_eq(registry_put_key(registry, &put, &number), 0);
		cr_assert_eq(number, i);
	}
	for (uint8_t i = 1; i <= 200; i++)
		cr_assert_eq(registry_key_by_public(registry, key(i).public_key),
			registry_key(registry, i));
	cr_expect_null(registry_key_by_public(registry, key(201).public_key));
	cr_expect_eq(registry_keys(registry), 200);
	cr_expect_eq(registry_facilities(registry), 0);
	cr_expect_null(registry_key(registry, 0));
	cr_expect_null(registry_key(registry, 201));
}

Test(registry, only_a_living_key_makes_an_administrator)
{
	AUTO(registry_free) struct registry *registry = NULL;
	struct key first = key(1), second = key(2);

	cr_assert_eq(registry_new(&registry), 0);
	cr_expect(!registry_has_administrator(registry, 0));
	first.role = ROLE_REGISTRAR;
	cr_assert_eq(registry_put_key(registry, &first, NULL), 0);
	cr_expect(!registry_has_administrator(registry, 0));
	second.role = ROLE_ADMINISTRATOR;
	cr_assert_eq(registry_put_key(registry, &second, NULL), 0);
	cr_expect(registry_has_administrator(registry, 0));
	second.revoked = true;
	second.revoked_day = 40;
	cr_assert_eq(registry_put_key(registry, &second, NULL), 0);
	cr_expect(!registry_has_administrator(registry, 0));
	second.revoked_day = 50;
	cr_assert_eq(registry_put_key(registry, &second, NULL), 0);
	cr_expect_eq(registry_key(registry, 2)->revoked_day, 40, "the first revocation counts");
}

Test(registry, an_administrator_of_one_area_or_of_another_time_is_none_for_all)
{
	AUTO(registry_free) struct registry *registry = NULL;
	struct key one = key(1);

	cr_assert_eq(registry_new(&registry), 0);
	one.role = ROLE_ADMINISTRATOR;
	one.areas = 1;
	one.area[0] = 320703;
	cr_assert_eq(registry_put_key(registry, &one, NULL), 0);
	cr_expect(!registry_has_administrator(registry, 100));
	one.areas = 0;
	one.from_day = 100;
	one.until_day = 200;
	cr_assert_eq(registry_put_key(registry, &one, NULL), 0);
	cr_expect(!registry_has_administrator(registry, 99));
	cr_expect(registry_has_administrator(registry, 100));
	cr_expect(registry_has_administrator(registry, 200));
	cr_expect(!registry_has_administrator(registry, 201));
}

Test(facility, what_cannot_be_taken_is_refused_with_its_reason)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	static const struct {
		const char *code;
		bool valid;
	} codes[] = {
		{ "A", true },
		{ "440507-001_x.y/Z~!", true },
		{ "12345678901234567890123456789012", true },
		{ "", false },
		{ "A B", false },
		{ "A,B", false },
		{ " A", false },
		{ "A\t", false },
		{ "A\x7f", false },
		{ "医", false },
	};
	struct facility made;

	for (size_t i = 0; i < array_len(codes); i++) {
		made = facility(codes[i].code);
		cr_expect_eq(facility_check(catalog, &made), codes[i].valid ? 0 : ERR_INVALID,
			"'%s'", codes[i].code);
	}
	made = facility("A");
	memset(made.code, 'x', sizeof(made.code)); /* no closing NUL */
	cr_expect_eq(facility_check(catalog, &made), ERR_INVALID);
	made = facility("A");
	made.name[0] = '\0';
	cr_expect_eq(facility_check(catalog, &made), ERR_INVALID);
	cr_expect(strstr(err_text(), "needs a name"), "%s", err_text());
	memset(made.name, 'x', sizeof(made.name));
	cr_expect_eq(facility_check(catalog, &made), ERR_INVALID);
}

Test(facility, segments_are_checked_against_the_catalogue)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	const uint64_t one = 1;
	const struct {
		const char *name;
		uint32_t segments;
		struct segment second;
		int32_t closed_day;
		const char *fault; /* NULL: sound */
	} cases[] = {
		{ "one", 1, { 0 }, DAY_NEVER, NULL },
		{ "two", 2, { day_of(2015, 1, 1), 320706, 3 | one << 16 | 2 * one << 40, false },
			DAY_NEVER, NULL },
		{ "nothing stated", 2, { day_of(2015, 1, 1), 320706, 0, false }, DAY_NEVER, NULL },
		{ "none", 0, { 0 }, DAY_NEVER, "has 0 segments" },
		{ "too many", SEGMENTS_MAX + 1, { day_of(2015, 1, 1), 320706, 0, false }, DAY_NEVER,
			"has 17 segments" },
		{ "same day", 2, { day_of(2010, 1, 1), 320706, 0, false }, DAY_NEVER,
			"segment 2 does not begin after" },
		{ "earlier", 2, { day_of(2009, 1, 1), 320706, 0, false }, DAY_NEVER,
			"segment 2 does not begin after" },
		{ "area", 2, { day_of(2015, 1, 1), 320799, 0, false }, DAY_NEVER,
			"area 320799 is not in the catalogue" },
		{ "no area", 2, { day_of(2015, 1, 1), 0, 0, false }, DAY_NEVER,
			"area 0 is not in the catalogue" },
		{ "class", 2, { day_of(2015, 1, 1), 320706, 77, false }, DAY_NEVER,
			"class 77 is not in the catalogue" },
		{ "level", 2, { day_of(2015, 1, 1), 320706, one << 8, false }, DAY_NEVER,
			"level 1 is not in the catalogue" },
		{ "locality", 2, { day_of(2015, 1, 1), 320706, 9 * one << 40, false }, DAY_NEVER,
			"locality 9 is not" },
		{ "a seventh", 2, { day_of(2015, 1, 1), 320706, one << 48, false }, DAY_NEVER,
			"more than 6 attributes" },
		{ "closed at once", 1, { 0 }, day_of(2010, 1, 1),
			"segment 2 does not begin after" },
		{ "one day open", 1, { 0 }, day_of(2010, 1, 2), NULL },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct facility made = facility("A");
		int r;

		made.segments = cases[i].segments;
		made.segment[1] = cases[i].second;
		if (cases[i].closed_day != DAY_NEVER)
			cr_assert_eq(facility_close(&made, cases[i].closed_day), 0);
		r = facility_check(catalog, &made);
		cr_expect_eq(
			r, cases[i].fault ? ERR_INVALID : 0, "%s: %s", cases[i].name, err_text());
		if (cases[i].fault)
			cr_expect(strstr(err_text(), cases[i].fault), "%s: %s", cases[i].name,
				err_text());
	}
}

/* Opens 2026-02-10 as segment 0; changes on 2026-04-01 and 2026-04-20; closes on closed. */
Test(facility, the_segment_at_the_end_of_a_period_is_in_force)
{
	static const struct {
		const char *closed, *period;
		int segment; /* -1: not open on any day */
	} cases[] = {
		{ NULL, "2026-01", -1 },
		{ NULL, "2026-02", 0 }, /* opened inside */
		{ NULL, "2026-03", 0 },
		{ NULL, "2026-04", 2 }, /* two changes; the last holds on the last day */
		{ NULL, "2026Q1", 0 },
		{ NULL, "2026Q2", 2 },
		{ NULL, "2026", 2 },
		{ NULL, "2025", -1 },
		{ NULL, "2026M", 2 },
		{ NULL, "2026MQ1", -1 }, /* Oct to Dec 2025 */
		{ NULL, "2026MQ2", 0 },
		{ "2026-04-10", "2026-04", 1 },  /* closed before the second change */
		{ "2026-04-01", "2026-04", -1 }, /* closed on the first day of the period */
		{ "2026-04-02", "2026-04", 1 },  /* open on one day of it */
		{ "2026-04-01", "2026-03", 0 },
		{ "2026-04-01", "2026Q2", -1 },
		{ "2026-04-01", "2026", 0 },
		{ "2026-05-01", "2026-04", 2 }, /* closing does not reach back */
		{ "2026-04-30", "2026-04", 2 },
		{ "2026-05-01", "2026-05", -1 },
		{ "2026-02-11", "2026-02", 0 }, /* one day of life */
		{ "2026-02-11", "2026-03", -1 },
	};
	struct facility whole = facility("A");

	whole.segments = 3;
	whole.segment[0].from_day = day_of(2026, 2, 10);
	whole.segment[1] = (struct segment){ .from_day = day_of(2026, 4, 1), .area = 320706 };
	whole.segment[2] = (struct segment){ .from_day = day_of(2026, 4, 20), .area = 320703 };
	for (size_t i = 0; i < array_len(cases); i++) {
		struct facility made = whole;
		const struct segment *segment;
		int32_t closed;

		if (cases[i].closed) {
			cr_assert_eq(day_parse(cases[i].closed, &closed), 0);
			cr_assert_eq(facility_close(&made, closed), 0);
		}
		segment = facility_segment(&made, period(cases[i].period));
		cr_expect_eq(segment ? segment - made.segment : -1, cases[i].segment,
			"%s, closed %s", cases[i].period,
			cases[i].closed ? cases[i].closed : "never");
	}
}

/* Closed and open again inside one month: the newest open segment speaks, the gap does not. */
Test(facility, it_opens_again)
{
	static const struct {
		const char *period;
		int segment;
	} cases[] = {
		{ "2026-01", 0 },  /* closes on the 15th */
		{ "2026-02", -1 }, /* closed on every day */
		{ "2026-03", 2 },  /* opens again on the 20th, elsewhere */
		{ "2026-04", 4 },  /* closes on the 5th, opens on the 25th */
		{ "2026-05", 4 },
		{ "2026Q1", 2 },
		{ "2026", 4 },
	};
	struct facility made = facility("A");

	made.segments = 5;
	for (uint32_t i = 1; i < made.segments; i++)
		made.segment[i] = made.segment[0];
	made.segment[1].from_day = day_of(2026, 1, 15);
	made.segment[1].closed = true;
	made.segment[2].from_day = day_of(2026, 3, 20);
	made.segment[2].area = 320706;
	made.segment[3].from_day = day_of(2026, 4, 5);
	made.segment[3].closed = true;
	made.segment[4].from_day = day_of(2026, 4, 25);
	for (size_t i = 0; i < array_len(cases); i++) {
		const struct segment *segment = facility_segment(&made, period(cases[i].period));

		cr_expect_eq(segment ? segment - made.segment : -1, cases[i].segment, "%s",
			cases[i].period);
	}
	cr_expect_eq(facility_closed_day(&made), DAY_NEVER);
	cr_assert_eq(facility_close(&made, day_of(2026, 4, 5)), 0, "what came after is dropped");
	cr_expect_eq(made.segments, 4);
	cr_expect_eq(facility_closed_day(&made), day_of(2026, 4, 5));
}

Test(facility, a_segment_takes_its_place)
{
	struct facility made = facility("A");
	struct segment put = made.segment[0];

	put.from_day = day_of(2015, 1, 1);
	put.area = 320706;
	cr_assert_eq(facility_put_segment(&made, &put), 0);
	put.from_day = day_of(2012, 1, 1);
	put.stratum = 3;
	cr_assert_eq(facility_put_segment(&made, &put), 0); /* between */
	cr_assert_eq(made.segments, 3);
	cr_expect_eq(made.segment[1].stratum, 3);
	cr_expect_eq(facility_segment_on(&made, day_of(2011, 12, 31)), &made.segment[0]);
	cr_expect_eq(facility_segment_on(&made, day_of(2012, 1, 1)), &made.segment[1]);
	cr_expect_eq(facility_segment_on(&made, day_of(2014, 12, 31)), &made.segment[1]);
	cr_expect_eq(facility_segment_on(&made, day_of(2030, 1, 1)), &made.segment[2]);
	cr_expect_null(facility_segment_on(&made, day_of(2009, 12, 31)));
	put = made.segment[0];
	put.from_day = day_of(2012, 1, 1);
	cr_assert_eq(facility_put_segment(&made, &put), 0); /* as before: nothing changed then */
	cr_expect_eq(made.segments, 2);
	cr_expect_eq(made.segment[1].from_day, day_of(2015, 1, 1));
	for (int i = 0; made.segments < SEGMENTS_MAX; i++) {
		put.from_day = day_of(2020, 1, 1) + i;
		put.area = i % 2 ? 320703 : 320705;
		cr_assert_eq(facility_put_segment(&made, &put), 0);
	}
	put.stratum = 2;
	cr_assert_eq(facility_put_segment(&made, &put), 0, "replaces the last");
	put.from_day++;
	put.area = 320700;
	cr_expect_eq(facility_put_segment(&made, &put), ERR_LIMIT);
	cr_expect_eq(made.segments, SEGMENTS_MAX);
}

Test(facility, relations_are_checked)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	static const struct {
		const char *name;
		struct proxied second;
		const char *fault; /* NULL: sound */
	} cases[] = {
		{ "after it", { 1, "C", 200, DAY_NEVER }, NULL },
		{ "before it", { 1, "C", 0, 99 }, NULL },
		{ "on the same last day", { 1, "C", 199, 300 }, "hold at once" },
		{ "to its first day", { 1, "C", 0, 100 }, "hold at once" },
		{ "around it", { 1, "B", 0, DAY_NEVER }, "hold at once" },
		{ "another form", { 3, "C", 0, DAY_NEVER }, NULL },
		{ "no form", { 2, "C", 0, DAY_NEVER }, "there is no form 2" },
		{ "itself", { 3, "A", 0, DAY_NEVER }, "cannot report for itself" },
		{ "the wrong way round", { 3, "C", 10, 9 }, "ends before it begins" },
		{ "one day", { 3, "C", 10, 10 }, NULL },
		{ "nobody", { 3, "", 10, 10 }, "is no facility code" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct facility made = facility("A");
		int r;

		made.proxies = 2;
		made.proxied[0] = (struct proxied){ 1, "B", 100, 199 };
		made.proxied[1] = cases[i].second;
		r = facility_check(catalog, &made);
		cr_expect_eq(r, cases[i].fault ? ERR_INVALID : 0, "%s", cases[i].name);
		if (cases[i].fault)
			cr_expect(strstr(err_text(), cases[i].fault), "%s: %s", cases[i].name,
				err_text());
	}
}

Test(facility, others_report_for_it_to_the_last_day_of_a_period)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	const struct form *month = catalog_form(catalog, 1), *year = catalog_form(catalog, 3);
	struct facility made = facility("A");

	made.proxies = 1;
	made.proxied[0] = (struct proxied){ 1, "B", day_of(2026, 2, 28), day_of(2026, 4, 29) };
	cr_expect_null(facility_proxied(&made, month, period("2026-01")));
	cr_expect_eq(facility_proxied(&made, month, period("2026-02")), &made.proxied[0],
		"to the period's last day");
	cr_expect_eq(facility_proxied(&made, month, period("2026-03")), &made.proxied[0]);
	cr_expect_null(facility_proxied(&made, month, period("2026-04")), "it ended a day before");
	cr_expect_null(facility_proxied(&made, year, period("2026")), "another form");
}

static void reported_for(const struct registry *registry, const char *code, const char *numbers)
{
	char list[64] = "";
	size_t count;
	const uint32_t *unit = registry_reported_for(registry, code, &count);

	for (size_t i = 0; i < count; i++)
		snprintf(list + strlen(list), sizeof(list) - strlen(list), " %u", unit[i]);
	cr_expect_str_eq(list, numbers, "%s", code);
}

static void put_with(struct registry *registry, const char *code, const char *by, const char *other)
{
	struct facility made = facility(code);

	if (by)
		made.proxied[made.proxies++] = (struct proxied){ .form = 1 };
	if (by)
		snprintf(made.proxied[0].by, sizeof(made.proxied[0].by), "%s", by);
	if (other)
		made.proxied[made.proxies++] = (struct proxied){ .form = 3 };
	if (other)
		snprintf(made.proxied[1].by, sizeof(made.proxied[1].by), "%s", other);
	cr_assert_eq(registry_put_facility(registry, &made, NULL), 0);
}

Test(registry, it_knows_whom_a_facility_reports_for)
{
	AUTO(registry_free) struct registry *registry = NULL;

	cr_assert_eq(registry_new(&registry), 0);
	reported_for(registry, "P", "");
	put_with(registry, "A", "P", NULL); /* P is not registered yet */
	put_with(registry, "B", NULL, NULL);
	put_with(registry, "C", "P", "P");
	put_with(registry, "P", "Q", NULL);
	put_with(registry, "B", "P", "Q");
	reported_for(registry, "P", " 1 2 3");
	reported_for(registry, "Q", " 2 4");
	reported_for(registry, "A", "");
	put_with(registry, "C", "Q", NULL);
	put_with(registry, "A", NULL, NULL);
	reported_for(registry, "P", " 2");
	reported_for(registry, "Q", " 2 3 4");
	for (int i = 0; i < 40; i++) { /* a list that grows */
		char code[16];

		snprintf(code, sizeof(code), "U%d", i);
		put_with(registry, code, "R", NULL);
	}
	for (int i = 39; i > 0; i--) {
		char code[16];

		snprintf(code, sizeof(code), "U%d", i);
		put_with(registry, code, NULL, NULL);
	}
	reported_for(registry, "R", " 5");
	cr_expect_eq(registry_facility_by_code(registry, bytes_str("P"))->number, 4);
}

/* Why it may not report on the form in the period; 0: it may. */
static enum finding_code kept_from(const struct catalog *catalog, uint32_t form,
	const struct facility *facility, const char *in_period)
{
	const struct subject subject = { facility, catalog_form(catalog, form) };
	const struct report report = { .form = form, .period = period(in_period), .revision = 1 };
	struct findings findings = { .count = 0 };

	check_report(catalog, &subject, &report, day_of(2027, 1, 1), &findings);
	for (size_t i = 0; i < findings.count; i++) {
		enum finding_code code = findings.finding[i].code;

		if (code == FINDING_FACILITY_CLOSED || code == FINDING_FORM_NOT_ASSIGNED)
			return code;
	}
	return 0;
}

Test(facility, it_may_report_while_open_and_assigned)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	struct facility made = facility("A");

	cr_expect_eq(kept_from(catalog, 1, &made, "2026-04"), 0);
	cr_expect_eq(kept_from(catalog, 3, &made, "2026"), 0);
	cr_expect_eq(
		kept_from(catalog, 4, &made, "2026"), FINDING_FORM_NOT_ASSIGNED, "not an agency");
	cr_expect_eq(
		kept_from(catalog, 1, &made, "2009-12"), FINDING_FACILITY_CLOSED, "not yet open");
	made.segment[0].stratum = 0;
	cr_expect_eq(kept_from(catalog, 1, &made, "2026-04"), FINDING_FORM_NOT_ASSIGNED,
		"no class stated");
	made.segment[0].stratum = 5 | (uint64_t)2 << 16;
	cr_expect_eq(kept_from(catalog, 3, &made, "2026"), 0, "a township hospital, by group");
	cr_assert_eq(facility_close(&made, day_of(2026, 1, 1)), 0);
	cr_expect_eq(kept_from(catalog, 3, &made, "2026"), FINDING_FACILITY_CLOSED, "closed");
}

Test(key, what_cannot_be_taken_is_refused_with_its_reason)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	struct key sound = key(1), made;

	sound.facilities = 1;
	snprintf(sound.facility[0], sizeof(sound.facility[0]), "NOT-YET-REGISTERED");
	sound.areas = 1;
	sound.area[0] = 320703;
	cr_expect_eq(key_check(catalog, &sound), 0, "%s", err_text());
	made = sound;
	made.name[0] = '\0';
	cr_expect_eq(key_check(catalog, &made), ERR_INVALID);
	made = sound;
	memset(made.public_key, 0, sizeof(made.public_key));
	cr_expect_eq(key_check(catalog, &made), ERR_INVALID);
	cr_expect(strstr(err_text(), "no public key"), "%s", err_text());
	for (int role = 0; role <= 6; role += 6) {
		made = sound;
		made.role = (enum role)role;
		cr_expect_eq(key_check(catalog, &made), ERR_INVALID);
		cr_expect(strstr(err_text(), "there is no role"), "%s", err_text());
	}
	made = sound;
	made.area[0] = 320799;
	cr_expect_eq(key_check(catalog, &made), ERR_INVALID);
	cr_expect(strstr(err_text(), "area 320799 is not in the catalogue"), "%s", err_text());
	made = sound;
	snprintf(made.facility[0], sizeof(made.facility[0]), "A B");
	cr_expect_eq(key_check(catalog, &made), ERR_INVALID);
	made = sound;
	made.from_day = 10;
	made.until_day = 9;
	cr_expect_eq(key_check(catalog, &made), ERR_INVALID);
	cr_expect(strstr(err_text(), "ends before it begins"), "%s", err_text());
	made.until_day = 10;
	cr_expect_eq(key_check(catalog, &made), 0, "one day");
	made.until_day = 0;
	cr_expect_eq(key_check(catalog, &made), 0, "without end");
	made = sound;
	made.facilities = KEY_SCOPE_MAX + 1;
	cr_expect_eq(key_check(catalog, &made), ERR_INVALID);
	made = sound;
	made.areas = KEY_SCOPE_MAX + 1;
	cr_expect_eq(key_check(catalog, &made), ERR_INVALID);
}

Test(key, a_role_has_a_word_that_means_it)
{
	static const char *const words[] = { [ROLE_COLLECTOR] = "collector",
		[ROLE_READER] = "reader",
		[ROLE_DATA_MANAGER] = "data_manager",
		[ROLE_REGISTRAR] = "registrar",
		[ROLE_ADMINISTRATOR] = "administrator" };

	for (unsigned role = ROLE_COLLECTOR; role <= ROLE_ADMINISTRATOR; role++) {
		cr_expect_str_eq(role_name((enum role)role), words[role]);
		cr_expect_eq(role_parse(words[role]), role);
	}
	cr_expect_eq(role_parse(""), 0);
	cr_expect_eq(role_parse("Reader"), 0);
}

Test(key, it_is_valid_from_its_first_day_to_its_last_unless_revoked)
{
	const int32_t first = day_of(2026, 5, 1), last = day_of(2027, 4, 30);
	const struct {
		int32_t from_day, until_day;
		bool revoked;
		int32_t day;
		const char *fault; /* NULL: valid */
	} cases[] = {
		{ 0, 0, false, first, NULL },
		{ first, last, false, first - 1, "not valid before 2026-05-01" },
		{ first, last, false, first, NULL },
		{ first, last, false, last, NULL },
		{ first, last, false, last + 1, "its last day was 2027-04-30" },
		{ first, 0, false, last + 10000, NULL },
		{ first, last, true, first, "was revoked on 2026-06-02" },
		{ first, last, true, last + 1, "was revoked on 2026-06-02" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct key made = key(1);
		char fault[KEY_FAULT_BYTES];

		made.from_day = cases[i].from_day;
		made.until_day = cases[i].until_day;
		made.revoked = cases[i].revoked;
		made.revoked_day = day_of(2026, 6, 2);
		key_fault(&made, cases[i].day, fault);
		cr_expect_eq(key_valid(&made, cases[i].day), !cases[i].fault, "case %zu", i);
		if (cases[i].fault)
			cr_expect(strstr(fault, cases[i].fault), "case %zu: %s", i, fault);
		else
			cr_expect_str_eq(fault, "", "case %zu", i);
	}
}

Test(key, an_operator_reaches_the_subtrees_of_its_areas_or_everything)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	struct key made = key(1);

	cr_expect(key_reaches(catalog, &made, 320703001));
	cr_expect(key_reaches(catalog, &made, 0), "no area: everywhere");
	made.areas = 1;
	made.area[0] = 320703;
	cr_expect(key_reaches(catalog, &made, 320703));
	cr_expect(key_reaches(catalog, &made, 320703001));
	cr_expect(!key_reaches(catalog, &made, 320706));
	cr_expect(!key_reaches(catalog, &made, 320700), "what lies above is not within");
	cr_expect(!key_reaches(catalog, &made, 0));
	made.areas = 2;
	made.area[1] = 320706;
	cr_expect(key_reaches(catalog, &made, 320706));
}

/* A lies in the street 320703001 until 2026-04, then in the district 320706. */
Test(key, it_reports_for_its_facilities_and_its_areas_of_that_time)
{
	static const struct {
		const char *name, *facility;
		uint32_t area;
		const char *period;
		bool revoked, may;
	} cases[] = {
		{ "no scope", NULL, 0, "2026-03", false, false },
		{ "listed", "A", 0, "2026-03", false, true },
		{ "another listed", "B", 0, "2026-03", false, false },
		{ "a prefix listed", "A1", 0, "2026-03", false, false },
		{ "listed, before it opened", "A", 0, "2009-01", false, true },
		{ "its street", NULL, 320703001, "2026-03", false, true },
		{ "the district above", NULL, 320703, "2026-03", false, true },
		{ "the city", NULL, 320700, "2026-03", false, true },
		{ "another district", NULL, 320706, "2026-03", false, false },
		{ "after it moved away", NULL, 320703, "2026-04", false, false },
		{ "after it moved here", NULL, 320706, "2026-04", false, true },
		{ "the area, before it opened", NULL, 320700, "2009-01", false, false },
		{ "an area of no catalogue", NULL, 1, "2026-03", false, false },
		{ "revoked, listed", "A", 0, "2026-03", true, false },
		{ "revoked, its area", NULL, 320700, "2026-03", true, false },
	};
	AUTO(catalog_free) struct catalog *catalog = fixture();
	AUTO(registry_free) struct registry *registry = NULL;
	struct facility made = facility("A");

	cr_assert_eq(registry_new(&registry), 0);
	made.segments = 2;
	made.segment[1] =
		(struct segment){ .from_day = day_of(2026, 4, 1), .area = 320706, .stratum = 2 };
	for (size_t i = 0; i < array_len(cases); i++) {
		struct key holder = key(1);

		holder.revoked = cases[i].revoked;
		if (cases[i].facility)
			snprintf(holder.facility[holder.facilities++], sizeof(holder.facility[0]),
				"%s", cases[i].facility);
		if (cases[i].area)
			holder.area[holder.areas++] = cases[i].area;
		cr_expect_eq(key_may_report(catalog, registry, &holder, &made, NULL,
				     period(cases[i].period)),
			cases[i].may, "%s", cases[i].name);
	}
}

Test(key, an_operator_reports_for_nobody_because_he_decides_there)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	AUTO(registry_free) struct registry *registry = NULL;
	const struct facility made = facility("A");
	struct key holder = key(1);

	cr_assert_eq(registry_new(&registry), 0);
	holder.areas = 1;
	holder.area[0] = 320700;
	for (int role = ROLE_COLLECTOR; role <= ROLE_ADMINISTRATOR; role++) {
		holder.role = (enum role)role;
		holder.facilities = 0;
		cr_expect_eq(
			key_may_report(catalog, registry, &holder, &made, NULL, period("2026-03")),
			role == ROLE_COLLECTOR, "role %d", role);
		snprintf(holder.facility[holder.facilities++], sizeof(holder.facility[0]), "A");
		cr_expect(
			key_may_report(catalog, registry, &holder, &made, NULL, period("2026-03")),
			"role %d, named", role);
	}
}

/* CENTRE in 320706 reports for UNIT in 320703 on form 1 (months) in 2026-03 and 2026-04. */
Test(key, it_reports_in_the_name_of_units_that_its_facility_reports_for)
{
	static const struct {
		const char *name, *facility;
		uint32_t area;
		uint16_t form;
		const char *period;
		unsigned parties;
	} cases[] = {
		{ "the unit's", "UNIT", 0, 1, "2026-03", PARTY_OWN },
		{ "the centre's", "CENTRE", 0, 1, "2026-03", PARTY_PROXY },
		{ "the centre's, to the last day", "CENTRE", 0, 1, "2026-04", PARTY_PROXY },
		{ "before the relation", "CENTRE", 0, 1, "2026-02", 0 },
		{ "after it", "CENTRE", 0, 1, "2026-05", 0 },
		{ "another form", "CENTRE", 0, 3, "2026-03", 0 },
		{ "no form", "CENTRE", 0, 0, "2026-03", 0 },
		{ "of the centre's area", NULL, 320706, 1, "2026-03", PARTY_PROXY },
		{ "of the unit's area", NULL, 320703, 1, "2026-03", PARTY_OWN },
		{ "of both areas", NULL, 320700, 1, "2026-03", PARTY_OWN | PARTY_PROXY },
		{ "a third one's", "THIRD", 0, 1, "2026-03", 0 },
	};
	AUTO(catalog_free) struct catalog *catalog = fixture();
	AUTO(registry_free) struct registry *registry = NULL;
	struct facility unit = facility("UNIT"), centre = facility("CENTRE");

	centre.segment[0].area = 320706;
	unit.proxies = 1;
	unit.proxied[0] = (struct proxied){ .form = 1,
		.by = "CENTRE",
		.from_day = day_of(2026, 3, 31),
		.until_day = day_of(2026, 4, 30) };
	cr_assert_eq(registry_new(&registry), 0);
	cr_assert_eq(registry_put_facility(registry, &unit, NULL), 0);
	cr_assert_eq(registry_put_facility(registry, &centre, NULL), 0);
	for (size_t i = 0; i < array_len(cases); i++) {
		const struct form *form = catalog_form(catalog, cases[i].form);
		uint32_t asked = period(cases[i].period);
		struct key holder = key(1);

		if (cases[i].facility)
			snprintf(holder.facility[holder.facilities++], sizeof(holder.facility[0]),
				"%s", cases[i].facility);
		if (cases[i].area)
			holder.area[holder.areas++] = cases[i].area;
		cr_expect_eq(key_parties(catalog, registry, &holder, &unit, form, asked),
			cases[i].parties, "%s", cases[i].name);
		cr_expect_eq(key_may_report(catalog, registry, &holder, &unit, form, asked),
			cases[i].parties != 0, "%s", cases[i].name);
		holder.revoked = true;
		cr_expect(!key_may_report(catalog, registry, &holder, &unit, form, asked));
	}
}
