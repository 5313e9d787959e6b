/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * How far an operator's word reaches. Clinic A stands in Longhu (440507); its operators have
 * nothing to say in Haizhou (320706), and the other way round. Every refusal is an entry. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "ingestd/decide_parts.h"
#include "model/facts.h"
#include "model/target.h"
#include "tests/ingestd/world.h"

enum { LONGHU = 440507, LONGHU_STREET = 440507001, HAIZHOU = 320706 };

static struct world world;
static uint8_t requests;

static const struct key everywhere = { .number = 54, .name = "all", .role = ROLE_ADMINISTRATOR };

static struct key limited(enum role role, uint32_t area)
{
	return (struct key){
		.number = 60, .name = "part", .role = role, .area = { area }, .areas = 1
	};
}

static void open_world(void)
{
	world_open(&world);
}

static void close_world(void)
{
	world_close(&world);
}

TestSuite(scope, .init = open_world, .fini = close_world);

/* Each command is another request; a refused one must be an entry that names what lies outside. */
static enum answer_outcome give(const struct key *key, struct command command)
{
	size_t before = world.batch->entries;
	struct command_result result;
	const struct entry *entry;

	command.request_id[0] = ++requests;
	command.reason = bytes_str("test");
	result = world_command(&world, key, &command);
	cr_assert_eq(world.batch->entries, before + 1);
	entry = &world.batch->entry[before];
	cr_expect_eq(entry->kind == ENTRY_REFUSED, result.outcome != ANSWER_DONE);
	cr_expect_eq(entry->actor, key->number);
	if (result.outcome == ANSWER_NOT_ALLOWED)
		cr_expect(strstr((const char *)result.text.data, "limited to"), "%.*s",
			(int)result.text.len, (const char *)result.text.data);
	return result.outcome;
}

static enum answer_outcome give_facility(enum role role, uint32_t area, struct facility facility)
{
	const struct key key = limited(role, area);

	return give(&key, (struct command){ .facility = &facility, .facilities = 1 });
}

static struct facility facility_in(const char *code, uint32_t area)
{
	struct facility facility = { .name = "n", .segments = 1 };

	snprintf(facility.code, sizeof(facility.code), "%s", code);
	facility.segment[0] = (struct segment){ .from_day = day_of(2000, 1, 1),
		.area = area,
		.stratum = catalog_attribute_by_code(
			decide_catalog(world.decide), DIMENSION_CLASS, "clinic")
				   ->id };
	return facility;
}

Test(scope, a_registrar_registers_within_his_areas)
{
	cr_expect_eq(
		give_facility(ROLE_REGISTRAR, LONGHU, facility_in("f-1", LONGHU)), ANSWER_DONE);
	cr_expect_eq(give_facility(ROLE_REGISTRAR, LONGHU, facility_in("f-2", LONGHU_STREET)),
		ANSWER_DONE, "below");
	cr_expect_eq(give_facility(ROLE_REGISTRAR, LONGHU_STREET, facility_in("f-3", LONGHU)),
		ANSWER_NOT_ALLOWED, "above");
	cr_expect_eq(give_facility(ROLE_REGISTRAR, HAIZHOU, facility_in("f-3", LONGHU)),
		ANSWER_NOT_ALLOWED, "beside");
	cr_expect_null(registry_facility_by_code(decide_registry(world.decide), bytes_str("f-3")));
}

Test(scope, nobody_takes_a_facility_from_another_or_gives_it_away)
{
	const int32_t day = day_of(2015, 1, 1);
	struct facility moved = facility_in("f-1", LONGHU), stolen = facility_in("f-1", HAIZHOU);
	struct key both = limited(ROLE_REGISTRAR, LONGHU);

	cr_assert_eq(give_facility(ROLE_REGISTRAR, LONGHU, moved), ANSWER_DONE);
	cr_expect_eq(give_facility(ROLE_REGISTRAR, HAIZHOU, stolen), ANSWER_NOT_ALLOWED,
		"it never stood there");
	moved.segment[1] = moved.segment[0];
	moved.segment[1].from_day = day;
	moved.segment[1].area = HAIZHOU;
	moved.segments = 2;
	cr_expect_eq(
		give_facility(ROLE_REGISTRAR, LONGHU, moved), ANSWER_NOT_ALLOWED, "given away");
	cr_expect_eq(give_facility(ROLE_REGISTRAR, HAIZHOU, moved), ANSWER_NOT_ALLOWED, "taken");
	both.areas = 2;
	both.area[1] = HAIZHOU;
	cr_expect_eq(give(&both, (struct command){ .facility = &moved, .facilities = 1 }),
		ANSWER_DONE, "who reaches both");
	snprintf(moved.name, sizeof(moved.name), "another");
	cr_expect_eq(
		give_facility(ROLE_REGISTRAR, LONGHU, moved), ANSWER_NOT_ALLOWED, "it has left");
	cr_expect_eq(give_facility(ROLE_REGISTRAR, HAIZHOU, moved), ANSWER_DONE,
		"what was before does not matter as long as it is not touched");
	moved.segment[1].from_day = day - 100;
	cr_expect_eq(give_facility(ROLE_REGISTRAR, HAIZHOU, moved), ANSWER_NOT_ALLOWED,
		"a hundred days of the other's");
}

static struct key key_for(uint8_t number, enum role role, uint32_t area, const char *facility)
{
	struct key key = { .name = "k", .public_key = { number }, .role = role };

	if (area)
		key.area[key.areas++] = area;
	if (facility)
		snprintf(key.facility[key.facilities++], sizeof(key.facility[0]), "%s", facility);
	return key;
}

Test(scope, an_administrator_gives_nobody_more_than_he_has)
{
	const struct key longhu = limited(ROLE_ADMINISTRATOR, LONGHU);
	const struct {
		struct key key;
		enum answer_outcome want;
	} cases[] = {
		{ key_for(1, ROLE_COLLECTOR, LONGHU_STREET, NULL), ANSWER_DONE },
		{ key_for(2, ROLE_COLLECTOR, 0, "clinic-a"), ANSWER_DONE },
		{ key_for(3, ROLE_ADMINISTRATOR, LONGHU, NULL), ANSWER_DONE },
		{ key_for(4, ROLE_READER, LONGHU, "clinic-a"), ANSWER_DONE },
		{ key_for(5, ROLE_COLLECTOR, HAIZHOU, NULL), ANSWER_NOT_ALLOWED },
		{ key_for(6, ROLE_COLLECTOR, 0, "elsewhere"), ANSWER_NOT_ALLOWED },
		{ key_for(6, ROLE_COLLECTOR, 0, "unknown"), ANSWER_NOT_ALLOWED },
		{ key_for(7, ROLE_READER, 0, NULL), ANSWER_NOT_ALLOWED },
		{ key_for(8, ROLE_READER, 0, "clinic-a"), ANSWER_NOT_ALLOWED },
	};

	cr_assert_eq(give_facility(ROLE_REGISTRAR, HAIZHOU, facility_in("elsewhere", HAIZHOU)),
		ANSWER_DONE);
	for (size_t i = 0; i < array_len(cases); i++) {
		const struct command command = { .key = &cases[i].key, .keys = 1 };

		cr_expect_eq(give(&longhu, command), cases[i].want, "case %zu", i);
		cr_expect_eq(give(&everywhere, command), ANSWER_DONE, "case %zu, unlimited", i);
	}
}

Test(scope, a_key_of_others_is_neither_revoked_nor_taken)
{
	const struct key longhu = limited(ROLE_ADMINISTRATOR, LONGHU);
	struct key key = key_for(1, ROLE_ADMINISTRATOR, 0, NULL);
	const struct command command = { .key = &key, .keys = 1 };

	cr_assert_eq(give(&everywhere, command), ANSWER_DONE);
	key.revoked = true;
	cr_expect_eq(give(&longhu, command), ANSWER_NOT_ALLOWED);
	key = key_for(1, ROLE_ADMINISTRATOR, LONGHU, NULL);
	cr_expect_eq(give(&longhu, command), ANSWER_NOT_ALLOWED, "made smaller");
}

static struct key administrator_key(uint8_t number, int32_t until_day)
{
	struct key key = key_for(number, ROLE_ADMINISTRATOR, 0, NULL);

	key.until_day = until_day;
	return key;
}

Test(scope, the_last_administrator_stays)
{
	const int32_t today = decide_today(world.decide);
	struct key first = administrator_key(1, 0), keys[2];

	cr_assert_eq(give(&everywhere, (struct command){ .key = &first, .keys = 1 }), ANSWER_DONE);
	for (int i = 0; i < 4; i++) {
		struct key less = first;

		if (i == 0)
			less.revoked = true;
		else if (i == 1)
			less.until_day = today - 1;
		else if (i == 2)
			less.role = ROLE_REGISTRAR;
		else
			less.area[less.areas++] = LONGHU;
		cr_expect_eq(give(&everywhere, (struct command){ .key = &less, .keys = 1 }),
			ANSWER_INVALID, "way %d", i);
		cr_expect(registry_has_administrator(decide_registry(world.decide), today));
	}
	keys[0] = first;
	keys[0].revoked = true;
	keys[1] = administrator_key(2, today);
	cr_expect_eq(give(&everywhere, (struct command){ .key = keys, .keys = 2 }), ANSWER_DONE,
		"another one comes with the same command");
	keys[0] = keys[1];
	keys[1].revoked = true;
	cr_expect_eq(give(&everywhere, (struct command){ .key = keys, .keys = 2 }), ANSWER_INVALID,
		"of two records of one key the last counts");
}

Test(scope, a_clock_set_back_revives_no_key)
{
	const int32_t today = decide_today(world.decide);
	struct key first = administrator_key(1, today), less = administrator_key(1, today - 1);

	cr_assert_eq(give(&everywhere, (struct command){ .key = &first, .keys = 1 }), ANSWER_DONE);
	world.now.ms -= (int64_t)10 * 86400000;
	cr_expect_eq(decide_today(world.decide), today);
	cr_expect_eq(
		give(&everywhere, (struct command){ .key = &less, .keys = 1 }), ANSWER_INVALID);
	world.now.ms += (int64_t)11 * 86400000;
	cr_expect_eq(decide_today(world.decide), today + 1);
}

Test(scope, a_revoked_key_remembers_since_when)
{
	const int32_t today = decide_today(world.decide);
	struct key key = key_for(7, ROLE_READER, 0, NULL);
	char fault[KEY_FAULT_BYTES], day[DAY_TEXT_BYTES];

	cr_assert_eq(give(&everywhere, (struct command){ .key = &key, .keys = 1 }), ANSWER_DONE);
	key.revoked = true;
	cr_assert_eq(give(&everywhere, (struct command){ .key = &key, .keys = 1 }), ANSWER_DONE);
	world.now.ms += (int64_t)40 * 86400000;
	for (int restarted = 0; restarted < 2; restarted++) {
		if (restarted) {
			world_index(&world);
			world_restart(&world);
		}
		day_print(today, day);
		key_fault(registry_key_by_public(decide_registry(world.decide), key.public_key),
			today + 40, fault);
		cr_expect(strstr(fault, day), "%s", fault);
	}
}

Test(scope, what_was_revoked_stays_so)
{
	struct key key = key_for(7, ROLE_READER, 0, NULL);
	const struct command command = { .key = &key, .keys = 1 };

	cr_assert_eq(give(&everywhere, command), ANSWER_DONE);
	key.revoked = true;
	cr_assert_eq(give(&everywhere, command), ANSWER_DONE);
	key.revoked = false;
	cr_expect_eq(give(&everywhere, command), ANSWER_INVALID);
	cr_expect(registry_key_by_public(decide_registry(world.decide), key.public_key)->revoked);
	key.revoked = true;
	cr_expect_eq(give(&everywhere, command), ANSWER_DONE, "twice is no fault");
}

Test(scope, what_is_said_of_figures_stays_within)
{
	const struct catalog *catalog = decide_catalog(world.decide);
	const struct key longhu = limited(ROLE_DATA_MANAGER, LONGHU),
			 haizhou = limited(ROLE_DATA_MANAGER, HAIZHOU);
	size_t count;
	struct fact fact = { .area = LONGHU,
		.period = period_of(PERIOD_YEAR, 2015, 0),
		.value = { .there = true, .value = 260, .scale = 1 },
		.source = "yearbook" };
	struct statement statement = { .area = LONGHU,
		.period = fact.period,
		.source = "yearbook",
		.says_preferred = true,
		.preferred = true };
	struct person_verdict verdict = { .period = period_of(PERIOD_YEAR, 2020, 0),
		.outcome = VERDICT_MET,
		.evidence = "the deed" };
	const struct target *target = catalog_targets(catalog, &count);
	const struct command commands[] = { { .fact = &fact, .facts = 1 },
		{ .statement = &statement, .statements = 1 },
		{ .verdict = &verdict, .verdicts = 1 } };

	snprintf(fact.indicator, sizeof(fact.indicator), "%s",
		catalog_indicators(catalog, &count)->code);
	memcpy(statement.indicator, fact.indicator, sizeof(fact.indicator));
	while (target->plan->area != LONGHU)
		target++;
	snprintf(verdict.target, sizeof(verdict.target), "%s", target_cell(target, "id"));
	for (size_t i = 0; i < array_len(commands); i++) {
		cr_expect_eq(give(&haizhou, commands[i]), ANSWER_NOT_ALLOWED, "%zu", i);
		cr_expect_eq(give(&longhu, commands[i]), ANSWER_DONE, "%zu", i);
	}
}

Test(scope, locks_stay_within_and_one_of_everything_needs_who_reaches_it)
{
	const struct key longhu = limited(ROLE_DATA_MANAGER, LONGHU);
	const uint32_t areas[] = { LONGHU, LONGHU_STREET, HAIZHOU, 0 };

	for (size_t i = 0; i < array_len(areas); i++) {
		struct lock lock = { .kind = LOCK_LOCK,
			.area = areas[i],
			.first_day = 0,
			.last_day = 100,
			.until_day = DAY_NEVER,
			.note = "why" };
		const struct command command = { .lock = &lock, .locks = 1 };

		cr_expect_eq(
			give(&longhu, command), i < 2 ? ANSWER_DONE : ANSWER_NOT_ALLOWED, "%zu", i);
		cr_expect_eq(give(&everywhere, command), ANSWER_DONE, "%zu", i);
	}
}

Test(scope, only_who_reaches_everywhere_decides_whether_the_journal_is_believed)
{
	const struct key longhu = limited(ROLE_ADMINISTRATOR, LONGHU),
			 system = { .role = ROLE_ADMINISTRATOR };
	const struct key key = key_for(1, ROLE_COLLECTOR, LONGHU, NULL);
	struct witness witness = { .position = { .epoch = { 9 }, .sequence = 5 } };
	const struct command command = { .witness = &witness, .witnesses = 1 };

	cr_assert_eq(give(&everywhere, (struct command){ .key = &key, .keys = 1 }), ANSWER_DONE);
	memcpy(witness.public_key, key.public_key, sizeof(witness.public_key));
	cr_assert_eq(give(&system, command), ANSWER_DONE, "the key is under suspicion");
	cr_expect_eq(give(&longhu, command), ANSWER_NOT_ALLOWED);
	witness.everybody = true;
	cr_expect_eq(give(&longhu, command), ANSWER_NOT_ALLOWED);
	cr_expect_eq(history_suspicions(decide_history(world.decide)), 1);
	cr_expect_eq(give(&everywhere, command), ANSWER_DONE);
	cr_expect_eq(history_suspicions(decide_history(world.decide)), 0);
}

/* None of them speaks of a report that is there: whoever reaches the clinic hears that, nobody
 * else does. */
Test(scope, reports_of_others_are_neither_decided_nor_asked_about)
{
	const struct key longhu = limited(ROLE_DATA_MANAGER, LONGHU),
			 haizhou = limited(ROLE_DATA_MANAGER, HAIZHOU);
	const struct report_key report = { .facility = "clinic-a",
		.form = catalog_form_by_code(decide_catalog(world.decide), "INSTITUTION_YEAR")->id,
		.period = period_of(PERIOD_YEAR, 2015, 0) };
	const struct decision decision = { .key = report, .held = 7, .kind = DECISION_ACCEPT };
	const struct query query = { .key = report, .about = 7, .text = "?" };
	const struct adjustment adjustment = {
		.key = report, .step = ADJUSTMENT_END, .proposal = 7, .about = 7, .note = "why"
	};
	const struct command commands[] = { { .decision = &decision, .decisions = 1 },
		{ .query = &query, .queries = 1 },
		{ .adjustment = &adjustment, .adjustments = 1 } };

	for (size_t i = 0; i < array_len(commands); i++) {
		enum answer_outcome inside = give(&longhu, commands[i]);

		cr_expect(inside == ANSWER_MOVED_ON || inside == ANSWER_NOT_FOUND, "%zu: %d", i,
			(int)inside);
		cr_expect_eq(give(&haizhou, commands[i]), ANSWER_NOT_ALLOWED, "%zu", i);
	}
}

Test(scope, keys_are_seen_by_who_reaches_them)
{
	const struct key longhu = limited(ROLE_ADMINISTRATOR, LONGHU);
	const struct key inside = key_for(1, ROLE_COLLECTOR, LONGHU, "clinic-a"),
			 outside = key_for(2, ROLE_COLLECTOR, HAIZHOU, NULL),
			 above = key_for(3, ROLE_READER, 0, NULL);

	cr_expect(decide_reaches_key(world.decide, &longhu, &inside));
	cr_expect(!decide_reaches_key(world.decide, &longhu, &outside));
	cr_expect(!decide_reaches_key(world.decide, &longhu, &above));
	cr_expect(decide_reaches_key(world.decide, &everywhere, &above));
}
