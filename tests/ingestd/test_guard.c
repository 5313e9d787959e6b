/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Locks, and who else has reported the same: whatever is found holds the report, and nothing else
 * does. The centre reports for others on INSTITUTION_YEAR; the state has caught up or has not. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "model/lock.h"
#include "tests/ingestd/world.h"

static const struct key manager = { .number = 90, .role = ROLE_DATA_MANAGER };
static const struct key registrar = { .number = 91, .role = ROLE_REGISTRAR };
static const struct key administrator = { .number = 92, .role = ROLE_ADMINISTRATOR };

static struct world world;
static const struct key *unit_key, *centre_key, *area_key;

static void give(const struct key *key, struct command *command)
{
	static uint8_t requests;
	struct buffer body = { 0 };
	struct peer peer = { 0 };
	struct reply *reply;

	command->reason = bytes_str("test");
	command->request_id[0] = ++requests;
	command->request_id[15] = 1;
	cr_assert_eq(command_encode(command, &body), 0, "%s", err_text());
	reply = batch_reply(world.batch, &peer, 0, FRAME_COMMAND_RESULT);
	cr_assert_eq(
		decide_command(world.decide, key, command, buffer_view(&body), world.batch, reply),
		0);
	cr_assert_eq(reply->result.outcome, ANSWER_DONE, "%.*s", (int)reply->result.text.len,
		reply->result.text.data);
	buffer_fini(&body);
}

static const struct form *yearly(void)
{
	return catalog_form_by_code(decide_catalog(world.decide), "INSTITUTION_YEAR");
}

static int32_t day(const char *text)
{
	int32_t parsed = 0;

	cr_assert_eq(day_parse(text, &parsed), 0, "%s", text);
	return parsed;
}

/* by: the facility that reports for it in 2014 and 2015; NULL: none. */
static void facility_put(const char *code, const char *class_code, uint32_t area, const char *by)
{
	const struct attribute *class = catalog_attribute_by_code(
		decide_catalog(world.decide), DIMENSION_CLASS, class_code);
	struct facility facility = { .segments = 1, .proxies = by != NULL };
	struct command command = { .facility = &facility, .facilities = 1 };

	snprintf(facility.code, sizeof(facility.code), "%s", code);
	snprintf(facility.name, sizeof(facility.name), "%s", code);
	facility.segment[0] = (struct segment){
		.from_day = day("2000-01-01"), .area = area, .stratum = class->id
	};
	facility.proxied[0] = (struct proxied){
		.form = yearly()->id, .from_day = day("2014-01-01"), .until_day = day("2015-12-31")
	};
	snprintf(facility.proxied[0].by, sizeof(facility.proxied[0].by), "%s", by ? by : "");
	give(&registrar, &command);
}

static const struct key *key_put(uint8_t number, const char *facility, uint32_t area)
{
	struct key key = { .role = ROLE_COLLECTOR, .public_key = { number } };
	struct command command = { .key = &key, .keys = 1 };

	snprintf(key.name, sizeof(key.name), "key %u", number);
	if (facility)
		snprintf(key.facility[key.facilities++], sizeof(key.facility[0]), "%s", facility);
	if (area)
		key.area[key.areas++] = area;
	give(&administrator, &command);
	return registry_key_by_public(decide_registry(world.decide), key.public_key);
}

static void setup(void)
{
	world_open(&world);
	facility_put("centre", "township_hospital", 320703, NULL);
	facility_put("unit", "village_clinic", 320703, "centre");
	unit_key = key_put(1, "unit", 0);
	centre_key = key_put(2, "centre", 0);
	area_key = key_put(3, NULL, 320703);
}

static void teardown(void)
{
	world_close(&world);
}

TestSuite(guard, .init = setup, .fini = teardown);

struct total {
	const char *element; /* NULL: only visits */
	int64_t value;
};

struct outcome {
	enum status status;
	struct finding finding; /* the first */
	uint64_t sequence;      /* of its entry */
};

static struct outcome outcome_of(struct told told)
{
	struct outcome outcome = { .status = told.status, .sequence = told.first_sequence };
	const struct verdict *verdict = told.status == STATUS_ACCEPTED
						? NULL
						: &world.batch->verdict[world.batch->verdicts - 1];

	if (verdict && verdict->findings > 0)
		outcome.finding = verdict->finding[0];
	if (told.status == STATUS_HELD)
		outcome.sequence = world.batch->entry[world.batch->entries - 1].sequence;
	return outcome;
}

static struct outcome report(const struct key *key, const char *facility, const char *period,
	uint32_t revision, struct total total)
{
	const struct catalog *catalog = decide_catalog(world.decide);
	struct buffer values = { 0 };
	uint32_t element[2] = { catalog_element_by_code(catalog, "VISIT")->id };
	int64_t value[2] = { 1000 + revision, total.value };
	struct report made = { .facility = bytes_str(facility),
		.form = yearly()->id,
		.revision = revision,
		.element = element,
		.value = value,
		.values = 1 };
	struct outcome outcome;

	cr_assert_eq(period_parse(period, &made.period), 0);
	if (total.element) {
		element[1] = catalog_element_by_code(catalog, total.element)->id;
		made.values = 2;
	}
	cr_assert_eq(report_encode(&made, &values), 0, "%s", err_text());
	outcome = outcome_of(world_send_bytes(&world, key, buffer_view(&values), NULL));
	buffer_fini(&values);
	return outcome;
}

static struct outcome withdraw(
	const struct key *key, const char *facility, const char *period, uint32_t revision)
{
	const struct sent sent = { facility, period, revision, true, 0, NULL };

	return outcome_of(world_send(&world, key, &sent));
}

static const struct total visits = { NULL, 0 };
static const struct total village = { "VISIT_FOR_VILLAGE_CLINIC", 50 };

static void expect_held(struct outcome outcome, enum finding_code code, int64_t found)
{
	cr_assert_eq(outcome.status, STATUS_HELD, "%d", (int)outcome.status);
	cr_expect_eq(outcome.finding.code, code);
	cr_expect_eq(outcome.finding.severity, SEVERITY_HOLD);
	cr_expect_eq(outcome.finding.found, found, "%lld", (long long)outcome.finding.found);
}

static void lock_put(enum lock_kind kind, uint32_t area, const char *first, const char *last)
{
	struct lock lock = { .kind = kind,
		.area = area,
		.first_day = day(first),
		.last_day = day(last),
		.until_day = DAY_NEVER };
	struct command command = { .lock = &lock, .locks = 1 };

	give(&manager, &command);
}

static void today_is(const char *text)
{
	world.now.ms = (int64_t)day(text) * 86400000;
}

/* 210 days after 2015-12-31 is Thursday, 2016-07-28. */
Test(guard, a_locked_period_holds_from_the_day_after_its_lock_day)
{
	struct outcome late;

	today_is("2016-07-28");
	cr_expect_eq(report(unit_key, "unit", "2015", 1, visits).status, STATUS_ACCEPTED);
	today_is("2016-07-30");
	late = report(unit_key, "unit", "2015", 2, visits);
	expect_held(late, FINDING_LOCKED, day("2016-07-29"));
	cr_expect_eq(late.finding.limit, day("2016-07-30"));
	cr_expect_eq(late.finding.element, 0);
	expect_held(withdraw(unit_key, "unit", "2015", 3), FINDING_LOCKED, day("2016-07-29"));
}

Test(guard, what_a_person_locks_or_opens_counts_at_once)
{
	expect_held(report(unit_key, "unit", "2013", 1, visits), FINDING_LOCKED, day("2014-07-30"));
	lock_put(LOCK_UNLOCK, 320700, "2010-01-01", "2014-12-31");
	cr_expect_eq(report(unit_key, "unit", "2013", 2, visits).status, STATUS_ACCEPTED);
	cr_expect_eq(report(unit_key, "unit", "2015", 1, visits).status, STATUS_ACCEPTED);
	lock_put(LOCK_LOCK, 320703, "2015-12-31", "2015-12-31");
	world_index(&world);
	expect_held(report(unit_key, "unit", "2015", 2, visits), FINDING_LOCKED, day("2016-03-01"));
	cr_expect_eq(report(unit_key, "unit", "2014", 1, visits).status, STATUS_ACCEPTED);
	cr_expect_eq(world_send(&world, &world.collector,
			     &(struct sent){ "clinic-a", "2015", 1, false, 5, NULL })
			     .status,
		STATUS_ACCEPTED, "in another area");
}

static void unit_after_total(bool index)
{
	struct outcome total = report(centre_key, "centre", "2015", 1, village), unit;

	cr_assert_eq(total.status, STATUS_ACCEPTED);
	if (index)
		world_index(&world);
	unit = report(unit_key, "unit", "2015", 1, visits);
	expect_held(unit, FINDING_REPORTED_FOR, (int64_t)total.sequence);
	cr_expect_eq(unit.finding.element,
		catalog_element_by_code(decide_catalog(world.decide), village.element)->id);
	/* In its name it is the same figures once more. */
	expect_held(report(centre_key, "unit", "2015", 2, visits), FINDING_REPORTED_FOR,
		(int64_t)total.sequence);
	cr_expect_eq(withdraw(centre_key, "centre", "2015", 2).status, STATUS_ACCEPTED);
	if (index)
		world_index(&world);
	cr_expect_eq(report(unit_key, "unit", "2015", 3, visits).status, STATUS_ACCEPTED,
		"the total is gone");
}

Test(guard, a_unit_waits_while_a_total_holds_it)
{
	unit_after_total(false);
}

Test(guard, a_unit_waits_while_a_total_holds_it_also_from_the_journal)
{
	unit_after_total(true);
}

static void total_after_unit(bool index)
{
	struct outcome unit = report(unit_key, "unit", "2015", 1, visits), total;

	cr_assert_eq(unit.status, STATUS_ACCEPTED);
	if (index)
		world_index(&world);
	total = report(centre_key, "centre", "2015", 1, village);
	expect_held(total, FINDING_REPORTED_FOR, (int64_t)unit.sequence);
	cr_expect_eq(total.finding.element,
		catalog_element_by_code(decide_catalog(world.decide), village.element)->id);
	cr_expect_eq(report(centre_key, "centre", "2015", 2, visits).status, STATUS_ACCEPTED,
		"without the total");
	cr_expect_eq(withdraw(unit_key, "unit", "2015", 2).status, STATUS_ACCEPTED);
	if (index)
		world_index(&world);
	cr_expect_eq(report(centre_key, "centre", "2015", 3, village).status, STATUS_ACCEPTED,
		"the unit's is gone");
}

Test(guard, a_total_waits_while_a_unit_has_its_own)
{
	total_after_unit(false);
}

Test(guard, a_total_waits_while_a_unit_has_its_own_also_from_the_state)
{
	total_after_unit(true);
}

Test(guard, a_total_that_does_not_hold_the_unit_is_no_matter)
{
	static const struct {
		const char *name, *period;
		struct total total;
	} cases[] = {
		{ "a total of 0", "2015", { "VISIT_FOR_VILLAGE_CLINIC", 0 } },
		{ "of another class", "2015", { "VISIT_FOR_STATION", 50 } },
		{ "before the relation", "2013", { "VISIT_FOR_VILLAGE_CLINIC", 50 } },
		{ "its own figure", "2014", { "DISCHARGE", 50 } },
	};

	lock_put(LOCK_UNLOCK, 0, "2010-01-01", "2015-12-31");
	for (size_t i = 0; i < array_len(cases); i++) {
		cr_expect_eq(report(centre_key, "centre", cases[i].period, (uint32_t)i + 1,
				     cases[i].total)
				     .status,
			STATUS_ACCEPTED, "%s", cases[i].name);
		cr_expect_eq(
			report(unit_key, "unit", cases[i].period, (uint32_t)i + 1, visits).status,
			STATUS_ACCEPTED, "%s", cases[i].name);
	}
}

Test(guard, the_relation_is_to_that_facility_only)
{
	const struct key *other_key = key_put(4, "other", 0);
	struct facility unit =
		*registry_facility_by_code(decide_registry(world.decide), bytes_str("unit"));
	struct command command = { .facility = &unit, .facilities = 1 };

	facility_put("other", "township_hospital", 320703, NULL);
	unit.proxied[unit.proxies++] =
		(struct proxied){ .form = 2, .by = "other", .until_day = DAY_NEVER };
	give(&registrar, &command); /* months through another facility than years */

	cr_expect_eq(report(other_key, "other", "2015", 1, village).status, STATUS_ACCEPTED);
	cr_expect_eq(report(unit_key, "unit", "2015", 1, visits).status, STATUS_ACCEPTED);
	cr_expect_eq(report(other_key, "other", "2015", 2, village).status, STATUS_ACCEPTED);
	cr_expect_eq(report(other_key, "unit", "2015", 2, visits).status, STATUS_REJECTED);
	/* Re-assigned: now it is the other's. */
	facility_put("unit", "village_clinic", 320703, "other");
	cr_expect_eq(report(other_key, "other", "2015", 3, village).status, STATUS_HELD);
	cr_expect_eq(report(centre_key, "centre", "2015", 1, village).status, STATUS_ACCEPTED);
	cr_expect_eq(report(centre_key, "unit", "2015", 2, visits).status, STATUS_REJECTED);
}

Test(guard, of_two_parties_the_later_waits)
{
	struct outcome own = report(unit_key, "unit", "2015", 1, visits), proxy;

	cr_assert_eq(own.status, STATUS_ACCEPTED);
	expect_held(report(centre_key, "unit", "2015", 2, visits), FINDING_REPORTED_FOR,
		(int64_t)own.sequence);
	cr_expect_eq(report(unit_key, "unit", "2015", 3, visits).status, STATUS_ACCEPTED,
		"its own correction");
	proxy = report(centre_key, "unit", "2014", 1, visits);
	expect_held(proxy, FINDING_LOCKED, day("2015-07-30"));
	lock_put(LOCK_UNLOCK, 0, "2010-01-01", "2015-12-31");
	proxy = report(centre_key, "unit", "2014", 2, visits);
	cr_assert_eq(proxy.status, STATUS_ACCEPTED);
	world_index(&world);
	expect_held(report(unit_key, "unit", "2014", 3, visits), FINDING_REPORTED_FOR,
		(int64_t)proxy.sequence);
	expect_held(withdraw(unit_key, "unit", "2014", 4), FINDING_REPORTED_FOR,
		(int64_t)proxy.sequence);
	cr_expect_eq(report(centre_key, "unit", "2014", 5, visits).status, STATUS_ACCEPTED);
	cr_expect_eq(withdraw(centre_key, "unit", "2014", 6).status, STATUS_ACCEPTED);
	cr_expect_eq(report(unit_key, "unit", "2014", 7, visits).status, STATUS_ACCEPTED,
		"nothing is in force any more");
}

Test(guard, who_may_speak_for_both_contradicts_nobody)
{
	cr_assert_eq(report(unit_key, "unit", "2015", 1, visits).status, STATUS_ACCEPTED);
	cr_expect_eq(report(area_key, "unit", "2015", 2, visits).status, STATUS_ACCEPTED);
	cr_expect_eq(report(centre_key, "unit", "2015", 3, visits).status, STATUS_ACCEPTED);
	facility_put("unit", "village_clinic", 320703, NULL);
	cr_expect_eq(report(unit_key, "unit", "2015", 4, visits).status, STATUS_ACCEPTED,
		"the relation is gone, and nobody knows for whom the last one spoke");
}
