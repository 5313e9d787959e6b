/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What persons may do with reports, on what they believe, and who may. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "ingestd/decide_parts.h"
#include "tests/ingestd/months.h"

static const struct month april = { .period = "2015-04", .visits = 100 };
static const struct month may = { .period = "2015-05", .visits = 300 };

/* April in force, May held. */
static uint64_t world_with_one_held(struct world *world)
{
	months_open(world);
	cr_assert_eq(months_send(world, &april).status, STATUS_ACCEPTED);
	cr_assert_eq(months_send(world, &may).status, STATUS_HELD);
	return world->batch->entries;
}

/* Deciding knows what the state shows, and no more. */
static void start_anew(struct world *world)
{
	world_index(world);
	world_restart(world);
}

static const struct entry *last_entry(const struct world *world)
{
	return &world->batch->entry[world->batch->entries - 1];
}

Test(act, a_decision_is_an_entry_that_names_the_report)
{
	struct world world;
	uint64_t held = world_with_one_held(&world);
	struct month first = may;

	first.revision = 2;
	first.visits = 150;
	months_send(&world, &first);
	first.revision = 5;
	first.visits = 400;
	months_send(&world, &first);
	cr_assert_eq(months_decide(&world, &may, held + 2, held + 1, DECISION_ACCEPT), ANSWER_DONE);
	cr_expect(last_entry(&world)->kind == ENTRY_DECISION && last_entry(&world)->form == 1 &&
		  last_entry(&world)->facility == 1 &&
		  last_entry(&world)->period == period_of(PERIOD_MONTH, 2015, 5) &&
		  last_entry(&world)->revision == 5 && last_entry(&world)->replaces == held + 1 &&
		  last_entry(&world)->actor == manager.number);
	months_replay(&world);
	world_close(&world);
}

Test(act, who_may_and_what_makes_sense)
{
	static const struct {
		const char *name;
		const struct key *key;
		const char *facility;
		uint32_t form, reason;
		enum decision_kind kind;
		enum answer_outcome want;
	} cases[] = {
		{ "a reader", &reader_key, "clinic-a", 1, 2, DECISION_RETURN, ANSWER_NOT_ALLOWED },
		{ "no reason", &manager, "clinic-a", 1, 0, DECISION_RETURN, ANSWER_INVALID },
		{ "the sender's reason", &manager, "clinic-a", 1, 1, DECISION_RETURN,
			ANSWER_INVALID },
		{ "no such form", &manager, "clinic-a", 9, 2, DECISION_RETURN, ANSWER_INVALID },
		{ "form and period differ", &manager, "clinic-a", 3, 2, DECISION_RETURN,
			ANSWER_INVALID },
		{ "no such facility", &manager, "clinic-z", 1, 2, DECISION_RETURN,
			ANSWER_NOT_FOUND },
		{ "another facility", &manager, "clinic-b", 1, 2, DECISION_RETURN,
			ANSWER_MOVED_ON },
		{ "a registrar", &second, "clinic-a", 1, 2, DECISION_RETURN, ANSWER_DONE },
	};
	struct world world;
	uint64_t held = world_with_one_held(&world);

	for (size_t i = 0; i < array_len(cases); i++) {
		struct decision decision = { .key = months_key(&world, &may),
			.held = held,
			.kind = cases[i].kind,
			.reason = cases[i].reason };
		struct command command = {
			.request_id = { (uint8_t)(i + 1) }, .decision = &decision, .decisions = 1
		};
		struct command_result result;

		snprintf(decision.key.facility, sizeof(decision.key.facility), "%s",
			cases[i].facility);
		decision.key.form = cases[i].form;
		result = world_command(&world, cases[i].key, &command);
		cr_expect_eq(
			result.outcome, cases[i].want, "%s: %u", cases[i].name, result.outcome);
		cr_expect_eq(result.text.len == 0, cases[i].want == ANSWER_DONE, "%s: why",
			cases[i].name);
		cr_expect_eq(last_entry(&world)->kind,
			cases[i].want == ANSWER_DONE ? ENTRY_DECISION : ENTRY_REFUSED, "%s",
			cases[i].name);
	}
	months_replay(&world);
	world_close(&world);
}

Test(act, an_act_stands_alone)
{
	struct decision decision[2] = { 0 };
	struct query query = { .text = "?" };
	struct lock lock = { .kind = LOCK_LOCK, .until_day = DAY_NEVER };
	struct world world;
	uint64_t held = world_with_one_held(&world);

	decision[0] = (struct decision){
		.key = months_key(&world, &may), .held = held, .kind = DECISION_ACCEPT
	};
	decision[1] = decision[0];
	query.key = decision[0].key;
	query.about = held;
	const struct command commands[] = {
		{ .request_id = "a", .decision = decision, .decisions = 2 },
		{ .request_id = "b",
			.decision = decision,
			.decisions = 1,
			.query = &query,
			.queries = 1 },
		{ .request_id = "c",
			.decision = decision,
			.decisions = 1,
			.lock = &lock,
			.locks = 1 },
	};

	for (size_t i = 0; i < array_len(commands); i++) {
		struct buffer body = { 0 };

		/* not even the wire takes it, or deciding does not */
		if (command_encode(&commands[i], &body) == 0)
			cr_expect_eq(world_command(&world, &manager, &commands[i]).outcome,
				ANSWER_INVALID, "command %zu", i);
		buffer_fini(&body);
	}
	cr_expect_eq(months_decide(&world, &may, held, 0, DECISION_ACCEPT), ANSWER_DONE,
		"nothing was done before");
	world_close(&world);
}

Test(act, a_query_is_about_a_report_that_is_there_or_about_none)
{
	static const struct {
		const char *name;
		struct month month;
		int about; /* -1: the held one; -2: the one in force in April */
		uint32_t element, reason;
		const char *text;
		enum answer_outcome want;
		uint32_t revision;
	} cases[] = {
		{ "in force", { .period = "2015-04" }, -2, 1, 0, "why?", ANSWER_DONE, 1 },
		{ "held", { .period = "2015-05" }, -1, 1, 2, "", ANSWER_DONE, 1 },
		{ "missing", { .period = "2015-06" }, 0, 0, 0, "where is it?", ANSWER_DONE, 0 },
		{ "not missing", { .period = "2015-04" }, 0, 0, 0, "where?", ANSWER_MOVED_ON, 0 },
		{ "another period's", { .period = "2015-06" }, -1, 0, 0, "?", ANSWER_MOVED_ON, 0 },
		{ "says nothing", { .period = "2015-04" }, -2, 1, 0, "", ANSWER_INVALID, 0 },
		{ "not on the form", { .period = "2015-04" }, -2, 7, 0, "?", ANSWER_INVALID, 0 },
	};

	for (int index = 0; index < 2; index++) {
		struct notice notices[NOTICES_MAX];
		struct world world;
		uint64_t held = world_with_one_held(&world);
		size_t count;
		bool more;

		for (size_t i = 0; i < array_len(cases); i++) {
			struct query query = { .key = months_key(&world, &cases[i].month),
				.about = cases[i].about == 0    ? 0
					 : cases[i].about == -1 ? held
								: held - 1,
				.element = cases[i].element,
				.reason = cases[i].reason };

			snprintf(query.text, sizeof(query.text), "%s", cases[i].text);
			if (index)
				start_anew(&world);
			cr_expect_eq(months_query(&world, &query).outcome, cases[i].want, "%s",
				cases[i].name);
			if (cases[i].want == ANSWER_DONE)
				cr_expect(last_entry(&world)->kind == ENTRY_QUERY &&
						  last_entry(&world)->revision == cases[i].revision,
					"%s", cases[i].name);
		}
		world_index(&world);
		cr_assert_eq(decide_notices(world.decide,
				     registry_facility(decide_registry(world.decide), 1), 0,
				     NOTICES_MAX, notices, &count, &more),
			0);
		cr_expect(count == 3 && !more, "%zu notices", count);
		cr_expect(notices[0].kind == NOTICE_QUERY && notices[0].element == 1 &&
			  notices[2].about == 0);
		months_replay(&world);
		world_close(&world);
	}
}

static struct adjustment proposal_of(const struct world *world, uint64_t about)
{
	return (struct adjustment){ .step = ADJUSTMENT_PROPOSE,
		.key = months_key(world, &april),
		.about = about,
		.element = 1,
		.delta = -20,
		.reason = 2,
		.note = "counted twice",
		.until_day = day_of(2016, 12, 31) };
}

static struct adjustment step_of(
	const struct world *world, enum adjustment_step step, uint64_t proposal)
{
	return (struct adjustment){
		.step = step, .key = months_key(world, &april), .proposal = proposal
	};
}

/* The manager, Li, has proposed. */
Test(act, an_adjustment_needs_two_persons)
{
	static const struct {
		const char *name;
		struct {
			const struct key *key;
			enum adjustment_step step;
			enum answer_outcome want;
		} steps[4];
	} cases[] = {
		{ "the same key", { { &manager, ADJUSTMENT_CONFIRM, ANSWER_NOT_ALLOWED } } },
		{ "another key of the same person",
			{ { &namesake, ADJUSTMENT_CONFIRM, ANSWER_NOT_ALLOWED } } },
		{ "a reader", { { &reader_key, ADJUSTMENT_CONFIRM, ANSWER_NOT_ALLOWED } } },
		{ "another", { { &second, ADJUSTMENT_CONFIRM, ANSWER_DONE },
				     { &second, ADJUSTMENT_CONFIRM, ANSWER_MOVED_ON } } },
		{ "ended by its author", { { &manager, ADJUSTMENT_END, ANSWER_DONE },
						 { &second, ADJUSTMENT_CONFIRM, ANSWER_MOVED_ON },
						 { &second, ADJUSTMENT_END, ANSWER_MOVED_ON } } },
		{ "ended after", { { &second, ADJUSTMENT_CONFIRM, ANSWER_DONE },
					 { &namesake, ADJUSTMENT_END, ANSWER_DONE },
					 { &second, ADJUSTMENT_CONFIRM, ANSWER_MOVED_ON } } },
	};

	for (size_t i = 0; i < 2 * array_len(cases); i++) {
		bool index = i % 2 == 1;
		struct adjustment adjustment;
		struct world world;
		uint64_t about = world_with_one_held(&world) - 1, proposal;
		struct buffer body = { 0 };
		struct key key = manager;
		struct command command = { .request_id = "key", .key = &key, .keys = 1 };
		const struct key administrator = { .number = 90, .role = ROLE_ADMINISTRATOR };

		/* the proposer's key stands in the registry under number 1 */
		key.public_key[0] = 1;
		cr_assert_eq(world_command(&world, &administrator, &command).outcome, ANSWER_DONE);
		key.number = 1;
		adjustment = proposal_of(&world, about);
		cr_assert_eq(months_adjust(&world, &key, &adjustment).outcome, ANSWER_DONE);
		proposal = last_entry(&world)->sequence;
		for (size_t k = 0; k < 4 && cases[i / 2].steps[k].key; k++) {
			const struct key *who = cases[i / 2].steps[k].key;

			if (index)
				start_anew(&world);
			adjustment = step_of(&world, cases[i / 2].steps[k].step, proposal);
			cr_expect_eq(
				months_adjust(&world, who == &manager ? &key : who, &adjustment)
					.outcome,
				cases[i / 2].steps[k].want, "%s, step %zu", cases[i / 2].name, k);
		}
		months_replay(&world);
		buffer_fini(&body);
		world_close(&world);
	}
}

Test(act, an_adjustment_belongs_to_the_report_in_force)
{
	struct month again = april;
	struct adjustment adjustment;
	struct notice notices[NOTICES_MAX];
	struct world world;
	uint64_t held = world_with_one_held(&world), proposal, confirmed;
	size_t count;
	bool more;

	adjustment = proposal_of(&world, held - 2);
	cr_expect_eq(months_adjust(&world, &manager, &adjustment).outcome, ANSWER_MOVED_ON,
		"not in force");
	adjustment = proposal_of(&world, held);
	adjustment.key = months_key(&world, &may);
	cr_expect_eq(months_adjust(&world, &manager, &adjustment).outcome, ANSWER_MOVED_ON, "held");
	adjustment = proposal_of(&world, held - 1);
	adjustment.delta = 0;
	cr_expect_eq(months_adjust(&world, &manager, &adjustment).outcome, ANSWER_INVALID);
	adjustment = proposal_of(&world, held - 1);
	cr_assert_eq(months_adjust(&world, &manager, &adjustment).outcome, ANSWER_DONE);
	proposal = last_entry(&world)->sequence;
	adjustment = step_of(&world, ADJUSTMENT_CONFIRM, proposal + 1);
	cr_expect_eq(months_adjust(&world, &second, &adjustment).outcome, ANSWER_NOT_FOUND);
	adjustment = step_of(&world, ADJUSTMENT_CONFIRM, proposal);
	adjustment.key = months_key(&world, &may);
	cr_expect_eq(months_adjust(&world, &second, &adjustment).outcome, ANSWER_NOT_FOUND,
		"another report's");
	adjustment = step_of(&world, ADJUSTMENT_CONFIRM, proposal);
	cr_expect_eq(months_adjust(&world, &second, &adjustment).outcome, ANSWER_DONE);
	confirmed = last_entry(&world)->sequence;
	world_index(&world);
	cr_assert_eq(
		decide_notices(world.decide, registry_facility(decide_registry(world.decide), 1), 0,
			NOTICES_MAX, notices, &count, &more),
		0);
	cr_assert_eq(count, 1, "only what is shown is news");
	cr_expect(notices[0].kind == NOTICE_ADJUSTED && notices[0].sequence == confirmed &&
		  notices[0].delta == -20 && notices[0].element == 1 &&
		  notices[0].about == held - 1 &&
		  bytes_equal(notices[0].text, bytes_str("counted twice")));
	adjustment = proposal_of(&world, held - 1);
	cr_assert_eq(months_adjust(&world, &manager, &adjustment).outcome, ANSWER_DONE);
	proposal = last_entry(&world)->sequence;
	again.revision = 2;
	months_send(&world, &again);
	adjustment = step_of(&world, ADJUSTMENT_CONFIRM, proposal);
	cr_expect_eq(months_adjust(&world, &second, &adjustment).outcome, ANSWER_MOVED_ON,
		"another revision has come");
	adjustment = step_of(&world, ADJUSTMENT_END, proposal);
	cr_expect_eq(months_adjust(&world, &second, &adjustment).outcome, ANSWER_DONE);
	world_index(&world);
	cr_assert_eq(
		decide_notices(world.decide, registry_facility(decide_registry(world.decide), 1),
			confirmed, NOTICES_MAX, notices, &count, &more),
		0);
	cr_expect_eq(count, 0, "neither a proposal nor an end is news");
	world_close(&world);
}

Test(act, locks_are_taken_by_data_managers_and_replayed)
{
	struct lock locks[2] = { { .kind = LOCK_LOCK,
					 .area = 440507,
					 .form = 1,
					 .first_day = 16000,
					 .last_day = 16500,
					 .until_day = DAY_NEVER },
		{ .kind = LOCK_UNLOCK, .last_day = 20000, .until_day = 17000 } };
	struct command command = { .request_id = "a", .lock = locks, .locks = 2 };
	struct world world;

	months_open(&world);
	cr_expect_eq(world_command(&world, &reader_key, &command).outcome, ANSWER_NOT_ALLOWED);
	command.request_id[0] = 'b';
	locks[1].area = 999999;
	cr_expect_eq(world_command(&world, &manager, &command).outcome, ANSWER_INVALID);
	cr_expect_eq(locks_count(world.decide->locks), 0, "not even the good half");
	command.request_id[0] = 'c';
	locks[1].area = 0;
	cr_expect_eq(world_command(&world, &manager, &command).outcome, ANSWER_DONE);
	cr_expect_eq(last_entry(&world)->kind, ENTRY_LOCK);
	for (int start = 0; start < 2; start++) {
		cr_assert_eq(locks_count(world.decide->locks), 2, "start %d", start);
		cr_expect(locks_at(world.decide->locks, 0)->sequence ==
				  last_entry(&world)->sequence &&
			  locks_at(world.decide->locks, 1)->actor == manager.number &&
			  locks_at(world.decide->locks, 0)->form == 1 &&
			  locks_at(world.decide->locks, 1)->until_day == 17000);
		world_index(&world);
		world_restart(&world);
	}
	world_close(&world);
}

Test(act, notices_come_in_pages_and_after_a_place)
{
	static const struct facility *facility;
	struct notice notices[NOTICES_MAX];
	struct world world;
	uint64_t about = world_with_one_held(&world) - 1, after = 0;
	size_t count, seen = 0;
	bool more = true;

	facility = registry_facility(decide_registry(world.decide), 1);
	for (int i = 0; i < 150; i++) {
		struct query query = { .key = months_key(&world, &april), .about = about };

		memset(query.text, 'a', i < 75 ? DECISION_NOTE_MAX : 1);
		cr_assert_eq(months_query(&world, &query).outcome, ANSWER_DONE);
	}
	world_index(&world);
	while (more) {
		size_t text = 0;

		cr_assert_eq(decide_notices(world.decide, facility, after, NOTICES_MAX, notices,
				     &count, &more),
			0);
		cr_assert(count > 0 && count <= NOTICES_MAX);
		for (size_t i = 0; i < count; i++) {
			cr_assert_gt(notices[i].sequence, after);
			after = notices[i].sequence;
			text += notices[i].text.len;
		}
		cr_assert_leq(text, NOTICE_TEXTS_BYTES_MAX);
		seen += count;
	}
	cr_expect_eq(seen, 150);
	cr_assert_eq(
		decide_notices(world.decide, facility, after, NOTICES_MAX, notices, &count, &more),
		0);
	cr_expect_eq(count, 0);
	cr_assert_eq(decide_notices(world.decide, facility, UINT64_MAX, NOTICES_MAX, notices,
			     &count, &more),
		0);
	cr_expect_eq(count, 0);
	world_close(&world);
}
