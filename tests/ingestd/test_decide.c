/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of a report, with every case asked twice: while the decision stands only in the
 * tail, and after a start that knows only the state. */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/ingestd/world.h"

static const struct sent first = {
	.facility = "clinic-a", .period = "2015", .revision = 1, .visits = 100
};

static void each_way(void (*test)(struct world *world, bool index))
{
	for (int index = 0; index < 2; index++) {
		struct world world;

		world_open(&world);
		test(&world, index == 1);
		world_close(&world);
	}
}

static struct told told_after(struct world *world, bool index, const struct sent *sent)
{
	if (index) {
		world_index(world);
		world_restart(world);
	}
	return world_send(world, &world->collector, sent);
}

static void revisions(struct world *world, bool index)
{
	struct sent sent = first;
	struct told told = told_after(world, index, &sent);
	uint64_t sequence = told.first_sequence;

	cr_expect_eq(told.status, STATUS_ACCEPTED);
	told = told_after(world, index, &sent);
	cr_expect_eq(told.status, STATUS_UNCHANGED, "the same bytes again");
	cr_expect_eq(told.first_sequence, sequence, "with the first receipt");
	cr_expect_eq(told.entries, 0);
	sent.visits = 101;
	told = told_after(world, index, &sent);
	cr_expect_eq(told.status, STATUS_REJECTED, "the same number, other bytes");
	cr_expect_eq(told.finding, FINDING_CONFLICT);
	sent.revision = 5;
	told = told_after(world, index, &sent);
	cr_expect_eq(told.status, STATUS_ACCEPTED, "gaps are allowed");
	cr_expect_eq(world->batch->entry[world->batch->entries - 1].replaces, sequence);
	sent.revision = 4;
	cr_expect_eq(told_after(world, index, &sent).status, STATUS_SUPERSEDED);
	cr_expect_eq(
		told_after(world, index, &first).status, STATUS_SUPERSEDED, "the first one again");
}

Test(decide, revisions_rise_and_every_resend_gets_its_answer)
{
	each_way(revisions);
}

static void withdrawals(struct world *world, bool index)
{
	struct sent withdrawal = {
		.facility = "clinic-a", .period = "2015", .revision = 2, .withdrawal = true
	};
	struct sent again = {
		.facility = "clinic-a", .period = "2015", .revision = 3, .visits = 100
	};

	cr_expect_eq(told_after(world, index, &first).status, STATUS_ACCEPTED);
	cr_expect_eq(told_after(world, index, &withdrawal).status, STATUS_ACCEPTED);
	cr_expect_eq(world->batch->entry[world->batch->entries - 1].kind, ENTRY_WITHDRAWAL);
	cr_expect_eq(told_after(world, index, &withdrawal).status, STATUS_UNCHANGED);
	cr_expect_eq(told_after(world, index, &first).status, STATUS_SUPERSEDED,
		"it does not bring the old one back");
	cr_expect_eq(told_after(world, index, &again).status, STATUS_ACCEPTED);
}

Test(decide, a_withdrawal_is_a_revision)
{
	each_way(withdrawals);
}

static void findings(struct world *world, bool index)
{
	static const struct {
		const char *name;
		struct sent sent;
		enum finding_code want;
	} cases[] = {
		{ "unknown facility", { "clinic-x", "2015", 1, false, 1, NULL },
			FINDING_FACILITY_UNKNOWN },
		{ "someone else's", { "clinic-b", "2015", 1, false, 1, NULL }, FINDING_NOT_YOURS },
		{ "future", { "clinic-a", "2016", 1, false, 1, NULL }, FINDING_PERIOD_FUTURE },
		{ "wrong kind of period", { "clinic-a", "2015-05", 1, false, 1, NULL },
			FINDING_PERIOD_INVALID },
		{ "before it opened", { "clinic-a", "1999", 1, false, 1, NULL },
			FINDING_FACILITY_CLOSED },
		{ "revision 0", { "clinic-a", "2015", 0, false, 1, NULL }, FINDING_REVISION_ZERO },
		{ "negative count", { "clinic-a", "2015", 1, false, -1, NULL },
			FINDING_VALUE_NEGATIVE },
		{ "too large", { "clinic-a", "2015", 1, false, ((int64_t)1 << 40) + 1, NULL },
			FINDING_VALUE_RANGE },
		{ "personal data", { "clinic-a", "2015", 1, false, 1, "call 13812345678" },
			FINDING_TEXT_INVALID },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct told told = told_after(world, index, &cases[i].sent);

		cr_expect_eq(told.status, STATUS_REJECTED, "%s", cases[i].name);
		cr_expect_eq(told.finding, cases[i].want, "%s: %s", cases[i].name,
			finding_name(told.finding));
		cr_expect_eq(told.entries, 1, "%s: the rejection is an entry", cases[i].name);
		told = told_after(world, index, &cases[i].sent);
		cr_expect_eq(told.status, STATUS_REJECTED, "%s again", cases[i].name);
		cr_expect_eq(told.entries, 0, "%s again: no new entry", cases[i].name);
		cr_expect_neq(told.first_sequence, 0, "%s again: the first receipt", cases[i].name);
	}
}

Test(decide, every_fault_has_its_finding_and_is_kept_once)
{
	each_way(findings);
}

Test(decide, the_edge_of_the_period_is_its_last_day_in_china)
{
	static const struct {
		const char *name;
		int64_t ms;
		enum status want;
	} cases[] = {
		{ "31 December, 23:59:59.999 in China", -1, STATUS_REJECTED },
		{ "1 January, 00:00 in China", 0, STATUS_ACCEPTED },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct world world;

		world_open(&world);
		world.now.ms = ((int64_t)day_of(2016, 1, 1) * 24 - 8) * 3600000 + cases[i].ms;
		cr_expect_eq(world_send(&world, &world.collector, &first).status, cases[i].want,
			"%s", cases[i].name);
		world_close(&world);
	}
}

Test(decide, bytes_that_are_not_what_the_sender_made_are_refused)
{
	struct buffer values = { 0 };
	struct digest wrong = { { 1 } };
	struct world world;
	struct told told;

	world_open(&world);
	report_pack(&world, &first, &values);
	told = world_send_bytes(&world, &world.collector, buffer_view(&values), &wrong);
	cr_expect_eq(told.finding, FINDING_DIGEST);
	told = world_send_bytes(
		&world, &world.collector, bytes_of(values.data, values.len - 1), NULL);
	cr_expect_eq(told.finding, FINDING_UNDECODABLE);
	told = world_send_bytes(&world, &world.collector, bytes_of(values.data, 0), NULL);
	cr_expect_eq(told.finding, FINDING_UNDECODABLE);
	cr_expect_eq(world_send(&world, &world.collector, &first).status, STATUS_ACCEPTED,
		"and the house lives");
	buffer_fini(&values);
	world_close(&world);
}

Test(decide, a_text_is_an_entry_of_its_own_bound_by_sequence)
{
	struct sent sent = first;
	struct world world;
	struct told told;

	sent.comment = "two wards closed";
	world_open(&world);
	told = world_send(&world, &world.collector, &sent);
	cr_expect_eq(told.status, STATUS_ACCEPTED);
	cr_expect_eq(told.entries, 2);
	cr_expect_eq(world.batch->entry[world.batch->entries - 1].kind, ENTRY_TEXT);
	cr_expect_eq(world.batch->entry[world.batch->entries - 1].replaces, told.first_sequence);
	world_close(&world);
}

Test(decide, beyond_the_quota_a_rejection_is_told_but_not_kept)
{
	struct world world;
	struct told told = { 0 };
	static uint8_t garbage[REPORT_BYTES_MAX];

	world_open(&world);
	for (unsigned i = 0; i < 64 && !told.not_kept; i++) {
		memcpy(garbage, &i, sizeof(i));
		told = world_send_bytes(
			&world, &world.stranger, bytes_of(garbage, sizeof(garbage)), NULL);
		cr_expect_eq(told.status, STATUS_REJECTED);
	}
	cr_expect(told.not_kept);
	cr_expect_eq(told.entries, 0);
	cr_expect_leq(world.batch->used, (size_t)KEPT_BYTES_PER_DAY_MAX + PAYLOAD_BYTES_MAX);
	world.now.ms += 86400000;
	told = world_send_bytes(&world, &world.stranger, bytes_of(garbage, sizeof(garbage)), NULL);
	cr_expect(!told.not_kept, "a new day, although nothing was written since yesterday");
	world_close(&world);
}

Test(decide, received_time_never_goes_back)
{
	struct sent second = first;
	struct world world;
	uint64_t before;

	second.revision = 2;
	world_open(&world);
	world_send(&world, &world.collector, &first);
	before = world.batch->entry[world.batch->entries - 1].received;
	world.now.ms -= 3600000;
	world_send(&world, &world.collector, &second);
	cr_expect_geq(world.batch->entry[world.batch->entries - 1].received, before);
	world_close(&world);
}

Test(decide, status_shows_state_and_tail_as_one)
{
	static const char *const periods[] = { "2015", "2013", "2014", "2010" };
	struct status_line lines[8];
	struct world world;
	size_t count;
	bool more;

	world_open(&world);
	world_unlock(&world);
	for (size_t i = 0; i < array_len(periods); i++) {
		struct sent sent = first;

		sent.period = periods[i];
		cr_expect_eq(world_send(&world, &world.collector, &sent).status, STATUS_ACCEPTED);
		if (i == 1)
			world_index(&world);
	}
	const struct facility *facility =
		registry_facility_by_code(decide_registry(world.decide), bytes_str("clinic-a"));
	cr_assert_eq(decide_status(world.decide, facility, 0, 0, 8, lines, &count, &more), 0);
	cr_expect_eq(count, 4);
	cr_expect(!more);
	cr_assert_eq(decide_status(world.decide, facility, 0, period_of(PERIOD_YEAR, 2013, 0), 8,
			     lines, &count, &more),
		0);
	cr_expect_eq(count, 1);
	cr_assert_eq(decide_status(world.decide, facility, 0, 0, 3, lines, &count, &more), 0);
	cr_expect(more);
	world_close(&world);
}
