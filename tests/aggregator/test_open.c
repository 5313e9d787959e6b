/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Held reports: no figure changes until somebody accepts one, and then everything is as if the
 * report had come in force on the day it was sent. And what people say of reports is there again
 * after a restart. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/err.h"
#include "tests/aggregator/tables.h"

enum { HOUR_MS = 3600 * 1000 };

static void must(int r)
{
	cr_assert_eq(r, 0, "%s: %s (%s)", err_name(r), err_text(), err_trace());
}

static void at_day(struct world *world, int32_t day)
{
	world->received = (uint64_t)((int64_t)day * 24 * HOUR_MS + 4 * HOUR_MS);
}

/* Two hospitals; one has reported. */
static void world_two(struct world *world)
{
	world_init(world);
	at_day(world, day_of(2026, 2, 10));
	world_facility_in(world, 1, TOWN_1, HOSPITAL, PUBLIC);
	world_facility_in(world, 2, DISTRICT_B, HOSPITAL, PRIVATE);
	world_report(world, 2, HM, "2026-01", GIVEN({ VISIT, 7, 0 }, { INCOME, 50, 0 }));
	world_finish(world);
}

static struct open_report open_of(const struct world *world, uint32_t facility)
{
	struct open_report report = { .head = { .state = 0 } };
	int r = open_get(&world->ports, HM, period_text("2026-01"), facility, &report);

	cr_assert(r == 0 || r == PORT_NONE, "%s", err_text());
	return report;
}

static struct current_head head_of(const struct world *world, uint32_t facility)
{
	struct current_head head = { 0 };
	int r = current_get(&world->view, HM, period_text("2026-01"), facility, &head, NULL);

	cr_assert(r == 0 || r == PORT_NONE, "%s", err_text());
	return head;
}

#define FIGURES GIVEN({ VISIT, 1000, 0 }, { BED_DAY_OPEN, 0, ABSENT_WITHHELD }, { INCOME, 900, 0 })

Test(open, holding_changes_no_figure_and_keeps_everything)
{
	struct world world, without;
	struct open_report open;
	uint64_t held;

	world_two(&world);
	world_two(&without);
	held = world_hold(&world, 1, HM, "2026-01", FIGURES);
	world_finish(&world);
	reports_expect_equal(&world, &without);
	open = open_of(&world, 1);
	cr_expect_eq(open.head.state, OPEN_WAITING);
	cr_expect_eq(open.head.sequence, held);
	cr_expect_eq(open.head.revision, held - 1);
	cr_expect_eq(open.head.actor, 7);
	cr_expect_eq(open.head.received, world.received);
	cr_expect_eq(open.head.decision, 0);
	cr_expect_eq(open.head.arrived_day, day_of(2026, 2, 10));
	cr_expect(bytes_equal(open.findings, bytes_str("findings")));
	cr_expect_gt(open.body.len, 0);
	world_fini(&world);
	world_fini(&without);
}

/* Not only the figures: the sequence and the day of arrival as well. */
Test(open, an_accepted_report_is_as_if_it_had_come_in_force_at_once)
{
	struct world world, straight;
	struct open_report open;
	uint64_t held;

	world_two(&world);
	world_two(&straight);
	held = world_hold(&world, 1, HM, "2026-01", FIGURES);
	world_report(&straight, 1, HM, "2026-01", FIGURES);
	at_day(&world, day_of(2026, 3, 20));
	world_decide(&world, 1, HM, "2026-01", held, DECISION_ACCEPT);
	world_finish(&world);
	world_finish(&straight);
	reports_expect_equal(&world, &straight);
	cr_expect_eq(head_of(&world, 1).sequence, held);
	open = open_of(&world, 1);
	cr_expect_eq(open.head.state, OPEN_ACCEPTED);
	cr_expect_eq(open.head.decision, held + 1);
	cr_expect_eq(open.head.decision_actor, 9);
	cr_expect_eq(open.head.decided, world.received);
	cr_expect_eq(open.body.len, 0, "the body is in force now");
	cr_expect(bytes_equal(open.findings, bytes_str("findings")), "why it was held stays");
	world_fini(&world);
	world_fini(&straight);
}

Test(open, returning_and_rejecting_change_nothing_but_the_state)
{
	static const struct {
		enum decision_kind kind;
		enum open_state state;
	} cases[] = { { DECISION_RETURN, OPEN_RETURNED }, { DECISION_REJECT, OPEN_REJECTED } };

	for (size_t i = 0; i < array_len(cases); i++) {
		struct world world, without;
		uint64_t held;

		world_two(&world);
		world_two(&without);
		held = world_hold(&world, 2, HM, "2026-01", FIGURES);
		world_decide(&world, 2, HM, "2026-01", held, cases[i].kind);
		world_finish(&world);
		reports_expect_equal(&world, &without);
		cr_expect_eq(open_of(&world, 2).head.state, cases[i].state);
		cr_expect_eq(open_of(&world, 2).head.reason, 3);
		world_fini(&world);
		world_fini(&without);
	}
}

Test(open, what_comes_in_force_supersedes_what_waits_but_not_what_was_decided)
{
	struct world world;
	uint64_t held;

	world_two(&world);
	world_hold(&world, 1, HM, "2026-01", FIGURES);
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 5, 0 }));
	cr_expect_eq(open_of(&world, 1).head.state, OPEN_SUPERSEDED);
	cr_expect_eq(open_of(&world, 1).head.decision, world.sequence);
	cr_expect_eq(open_of(&world, 1).body.len, 0);
	held = world_hold(&world, 1, HM, "2026-01", FIGURES);
	cr_expect_eq(open_of(&world, 1).head.sequence, held, "the newest held one is kept");
	cr_expect_eq(open_of(&world, 1).head.state, OPEN_WAITING);
	world_decide(&world, 1, HM, "2026-01", held, DECISION_RETURN);
	world_withdraw(&world, 1, HM, "2026-01");
	cr_expect_eq(open_of(&world, 1).head.state, OPEN_RETURNED);
	cr_expect_eq(open_of(&world, 1).head.decision, held + 1);
	world_fini(&world);
}

Test(open, an_accepted_withdrawal_takes_the_report_out)
{
	struct world world, straight;
	uint64_t held;

	world_two(&world);
	world_two(&straight);
	held = world_hold_withdrawal(&world, 2, HM, "2026-01");
	world_withdraw(&straight, 2, HM, "2026-01");
	world_decide(&world, 2, HM, "2026-01", held, DECISION_ACCEPT);
	world_finish(&world);
	world_finish(&straight);
	reports_expect_equal(&world, &straight);
	cr_expect_eq(world.table[TABLE_CELL].rows, 0);
	world_fini(&world);
	world_fini(&straight);
}

/* Who delivered in time and was held, or had to correct it, has delivered in time. */
Test(open, the_day_of_arrival_is_that_of_the_first_delivery)
{
	struct world world;
	uint64_t held;

	world_two(&world);
	world_hold(&world, 1, HM, "2026-01", FIGURES);
	at_day(&world, day_of(2026, 3, 1));
	held = world_hold(&world, 1, HM, "2026-01", FIGURES);
	cr_expect_eq(open_of(&world, 1).head.arrived_day, day_of(2026, 2, 10));
	world_decide(&world, 1, HM, "2026-01", held, DECISION_REJECT);
	at_day(&world, day_of(2026, 4, 1));
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 5, 0 }));
	cr_expect_eq(head_of(&world, 1).arrived_day, day_of(2026, 2, 10));
	/* what was in force before it was held knows the day best */
	world_hold(&world, 2, HM, "2026-01", FIGURES);
	cr_expect_eq(open_of(&world, 2).head.arrived_day, day_of(2026, 2, 10));
	world_fini(&world);
}

static int decide_badly(struct world *world, struct decision decision, size_t count)
{
	AUTO(buffer_fini) struct buffer body = { 0 };
	const struct decision decisions[2] = { decision, decision };
	const struct command command = {
		.reason = bytes_str("test"), .decision = decisions, .decisions = count
	};
	const struct entry entry = { .kind = ENTRY_DECISION, .sequence = world->sequence + 1 };
	struct entry whole = entry;

	must(command_encode(&command, &body));
	whole.body = buffer_view(&body);
	return fold_entry(world->fold, &world->ports, &whole);
}

Test(open, a_decision_on_what_does_not_wait_is_no_entry_of_ingestd)
{
	struct decision decision = { .key = { "F1", HM, period_text("2026-01") },
		.kind = DECISION_ACCEPT };
	struct world world, before;

	world_two(&world);
	world_two(&before);
	decision.held = world_hold(&world, 1, HM, "2026-01", FIGURES);
	world_hold(&before, 1, HM, "2026-01", FIGURES);
	cr_expect_eq(decide_badly(&world, decision, 2), ERR_INVALID, "two in one");
	decision.held--;
	cr_expect_eq(decide_badly(&world, decision, 1), ERR_INVALID, "another one");
	decision.held++;
	decision.key.facility[1] = '2';
	cr_expect_eq(decide_badly(&world, decision, 1), ERR_INVALID, "nothing held there");
	decision.key.facility[1] = '9';
	cr_expect_eq(decide_badly(&world, decision, 1), ERR_INVALID, "nobody");
	decision.key.facility[1] = '1';
	world_finish(&world);
	world_finish(&before);
	cr_expect(table_equal(&world, &before, TABLE_OPEN));
	reports_expect_equal(&world, &before);
	cr_expect_eq(decide_badly(&world, decision, 1), 0);
	cr_expect_eq(decide_badly(&world, decision, 1), ERR_INVALID, "decided already");
	world_fini(&world);
	world_fini(&before);
}

Test(open, a_row_that_does_not_add_up_is_corrupt)
{
	struct world world;
	struct open_report report;
	struct memory_row *row;

	world_two(&world);
	world_hold(&world, 1, HM, "2026-01", FIGURES);
	row = &world.table[TABLE_OPEN].row[0];
	row->len--;
	cr_expect_eq(open_get(&world.ports, HM, period_text("2026-01"), 1, &report), ERR_CORRUPT);
	row->len = 3;
	cr_expect_eq(open_get(&world.ports, HM, period_text("2026-01"), 1, &report), ERR_CORRUPT);
	row->len = sizeof(struct open_head);
	memset(row->value, 0, row->len);
	cr_expect_eq(open_get(&world.ports, HM, period_text("2026-01"), 1, &report), ERR_CORRUPT);
	cr_expect_str_eq(open_state_name(OPEN_SUPERSEDED), "superseded");
	world_fini(&world);
}

Test(open, the_walk_meets_every_held_report_once_in_order)
{
	struct world world;
	struct open_walk walk = { .view = &world.view };
	uint32_t seen = 0;
	int r;

	world_two(&world);
	world_hold(&world, 2, HM, "2026-02", FIGURES);
	world_hold(&world, 2, HM, "2026-01", FIGURES);
	world_hold(&world, 1, HM, "2026-02", FIGURES);
	world_hold(&world, 2, HM, "2026-02", FIGURES);
	while ((r = open_walk_next(&walk)) == 0)
		seen = seen * 100 + walk.period % 100 * 10 + walk.facility;
	cr_expect_eq(r, PORT_NONE);
	cr_expect_eq(seen, 122122, "%u", seen);
	world_fini(&world);
}

/* The order in which things came cannot be seen in any cell: whoever is moved, closed, opened again
 * or classed anew after reporting stands where a fold from the end would have put it. */
Test(open, the_registry_may_change_before_or_after)
{
	const int32_t from = day_of(2000, 1, 1), may = day_of(2026, 1, 15);
	const uint64_t stratum = stratum_of(HOSPITAL, PUBLIC);
	const struct facility cases[] = {
		{ .segments = 2,
			.segment = { { from, TOWN_1, stratum, false },
				{ may, TOWN_2, stratum, false } } },
		{ .segments = 2,
			.segment = { { from, TOWN_1, stratum, false },
				{ may, TOWN_1, stratum, true } } },
		{ .segments = 3,
			.segment = { { from, TOWN_1, stratum, false },
				{ may, TOWN_1, stratum, true },
				{ may + 40, DISTRICT_B, stratum, false } } },
		{ .segments = 2,
			.segment = { { from, TOWN_1, stratum, false },
				{ may, TOWN_1, stratum_of(HOSPITAL, PRIVATE), false } } },
		{ .segments = 2,
			.segment = { { from, TOWN_1, stratum, false },
				{ may, TOWN_1,
					stratum | (uint64_t)2 << (8 * DIMENSION_LEVEL) |
						(uint64_t)1 << (8 * DIMENSION_SPONSOR),
					false } } },
		{ .segments = 1, .segment = { { day_of(2026, 2, 1), TOWN_1, stratum, false } } },
	};
	static const char *const periods[] = { "2025-12", "2026-01", "2026-02", "2026-03" };

	for (size_t c = 0; c < array_len(cases); c++) {
		struct world after, before;

		for (int which = 0; which < 2; which++) {
			struct world *world = which ? &before : &after;

			world_init(world);
			world_facility_in(world, 1, TOWN_1, HOSPITAL, PUBLIC);
			if (which)
				world_facility_whole(world, 1, cases[c]);
			for (size_t p = 0; p < array_len(periods); p++)
				world_decide(world, 1, HM, periods[p],
					world_hold(world, 1, HM, periods[p], FIGURES),
					DECISION_ACCEPT);
			if (!which)
				world_facility_whole(world, 1, cases[c]);
			world_finish(world);
		}
		figures_expect_equal(&after, &before);
		world_fini(&after);
		world_fini(&before);
	}
}

static struct adjustment proposal_of(uint64_t about)
{
	return (struct adjustment){ .step = ADJUSTMENT_PROPOSE,
		.key = { "F1", HM, period_text("2026-01") },
		.about = about,
		.element = VISIT,
		.delta = -3,
		.reason = 1,
		.until_day = day_of(2026, 6, 30) };
}

static uint64_t adjust(struct world *world, uint32_t actor, const struct adjustment *adjustment)
{
	const struct command command = {
		.reason = bytes_str("test"), .adjustment = adjustment, .adjustments = 1
	};

	return world_command(world, ENTRY_ADJUSTMENT, actor, &command);
}

Test(open, an_adjustment_is_shown_between_its_confirmation_and_its_end)
{
	struct world world;
	const struct act_adjustment *found;
	struct adjustment step = proposal_of(4);
	const int32_t day = day_of(2026, 6, 30);

	world_two(&world);
	step.proposal = adjust(&world, 3, &step);
	found = acts_adjustment(world.view.acts, step.proposal);
	cr_assert(found);
	cr_expect_eq(found->proposed.actor, 3);
	cr_expect_not(acts_adjustment_active(found, 4, day), "not confirmed");
	step.step = ADJUSTMENT_CONFIRM;
	adjust(&world, 5, &step);
	cr_expect_eq(found->confirmed.actor, 5);
	cr_expect(acts_adjustment_active(found, 4, day));
	cr_expect_not(acts_adjustment_active(found, 4, day + 1), "its last day is over");
	cr_expect_not(acts_adjustment_active(found, 6, day), "another report is in force");
	step.step = ADJUSTMENT_END;
	adjust(&world, 6, &step);
	cr_expect_not(acts_adjustment_active(found, 4, day));
	cr_expect_eq(found->ended.actor, 6);
	world_fini(&world);
}

Test(open, what_people_said_is_there_again_after_a_restart)
{
	const struct lock lock = { .kind = LOCK_LOCK,
		.area = DISTRICT_A,
		.form = HM,
		.first_day = day_of(2026, 1, 1),
		.last_day = day_of(2026, 1, 31),
		.until_day = DAY_NEVER,
		.note = "audit" };
	const struct query query = { .key = { "F2", HM, period_text("2026-01") },
		.about = 4,
		.element = VISIT,
		.text = "sure?" };
	const struct command commands[] = {
		{ .reason = bytes_str("test"), .lock = &lock, .locks = 1 },
		{ .reason = bytes_str("test"), .query = &query, .queries = 1 },
	};
	AUTO(fold_free) struct fold *again = NULL;
	struct adjustment adjustment = proposal_of(4);
	const struct act_query *queries;
	struct world world;
	size_t count;

	world_two(&world);
	world_command(&world, ENTRY_LOCK, 8, &commands[0]);
	world_command(&world, ENTRY_QUERY, 9, &commands[1]);
	adjustment.proposal = adjust(&world, 3, &adjustment);
	adjustment.step = ADJUSTMENT_CONFIRM;
	adjust(&world, 4, &adjustment);
	must(fold_new(&again));
	must(fold_load(again, &world.ports));
	for (int which = 0; which < 2; which++) {
		const struct fold *fold = which ? again : world.fold;

		cr_assert_eq(locks_count(fold_locks(fold)), 1);
		cr_expect_eq(locks_at(fold_locks(fold), 0)->actor, 8);
		cr_expect_eq(locks_at(fold_locks(fold), 0)->sequence, 5);
		cr_expect_str_eq(locks_at(fold_locks(fold), 0)->note, "audit");
		queries = acts_queries(fold_acts(fold), &count);
		cr_assert_eq(count, 1);
		cr_expect_eq(queries[0].act.sequence, 6);
		cr_expect_eq(queries[0].act.actor, 9);
		cr_expect_str_eq(queries[0].query.text, "sure?");
		cr_expect_eq(acts_adjustments(fold_acts(fold), &count)->confirmed.actor, 4);
		cr_expect_eq(count, 1);
	}
	world_fini(&world);
}

/* A decision is felt where a report of its period would be; a question to a sender nowhere. */
Test(open, figures_are_forgotten_where_a_decision_may_change_them)
{
	struct world world;
	struct fold_changes before;
	const struct fold_changes *changes;
	const int at = 2026 - PERIOD_YEAR_MIN + 1;
	uint64_t held;

	world_two(&world);
	changes = fold_changes(world.fold);
	before = *changes;
	held = world_hold(&world, 1, HM, "2026-01", FIGURES);
	cr_expect_eq(memcmp(&before, changes, sizeof(before)), 0, "holding changes no figure");
	world_decide(&world, 1, HM, "2026-01", held, DECISION_ACCEPT);
	cr_expect_eq(changes->year[at], before.year[at] + 1);
	cr_expect_eq(changes->others, before.others);
	world_fini(&world);
}
