/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the rules see of a facility's past: what is in force, however it came to be, wherever it is
 * known from. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "ingestd/decide_parts.h"
#include "tests/ingestd/months.h"

static const struct month april = { .period = "2015-04", .visits = 100 };
static const struct month may = { .period = "2015-05", .visits = 300 };

/* Where the past comes from when May is judged. */
enum source { FROM_TAIL, FROM_CACHE, FROM_JOURNAL, FROM_JOURNAL_UNINDEXED, SOURCES };

static void source_set(struct world *world, enum source source)
{
	if (source == FROM_CACHE || source == FROM_JOURNAL)
		world_index(world);
	if (source == FROM_JOURNAL)
		world_restart(world);
	if (source == FROM_JOURNAL_UNINDEXED)
		past_cache_clear(world->decide->past);
}

Test(past_of_a_report, is_what_is_in_force)
{
	static const struct {
		const char *name;
		struct month before[4];
		enum decision_kind decide; /* on April, held */
		enum status want;          /* of May */
	} cases[] = {
		{ "nothing", { { .period = "2015-03", .visits = 100 } }, 0, STATUS_ACCEPTED },
		{ "half of it", { { .period = "2015-04", .visits = 149 } }, 0, STATUS_HELD },
		{ "the edge", { { .period = "2015-04", .visits = 150 } }, 0, STATUS_ACCEPTED },
		{ "a revision",
			{ { .period = "2015-04", .visits = 150 },
				{ .period = "2015-04", .revision = 2, .visits = 149 } },
			0, STATUS_HELD },
		{ "a resend of the old one",
			{ { .period = "2015-04", .visits = 149 },
				{ .period = "2015-04", .revision = 2, .visits = 150 },
				{ .period = "2015-04", .visits = 149 } },
			0, STATUS_ACCEPTED },
		{ "withdrawn",
			{ { .period = "2015-04", .visits = 100 },
				{ .period = "2015-04", .revision = 2, .withdrawal = true } },
			0, STATUS_ACCEPTED },
		{ "withdrawn, and again",
			{ { .period = "2015-04", .visits = 100 },
				{ .period = "2015-04", .revision = 2, .withdrawal = true },
				{ .period = "2015-04", .revision = 3, .visits = 149 } },
			0, STATUS_HELD },
		{ "a rejected one",
			{ { .period = "2015-04", .visits = 100, .days_open = 1, .days_used = 2 } },
			0, STATUS_ACCEPTED },
		{ "another facility's",
			{ { .facility = "clinic-b", .period = "2015-04", .visits = 100 } }, 0,
			STATUS_ACCEPTED },
		{ "a held one",
			{ { .period = "2015-03", .visits = 40 },
				{ .period = "2015-04", .visits = 100 } },
			0, STATUS_ACCEPTED },
		{ "a held one that was accepted",
			{ { .period = "2015-03", .visits = 40 },
				{ .period = "2015-04", .visits = 100 } },
			DECISION_ACCEPT, STATUS_HELD },
		{ "a held one that was returned",
			{ { .period = "2015-03", .visits = 40 },
				{ .period = "2015-04", .visits = 100 } },
			DECISION_RETURN, STATUS_ACCEPTED },
		{ "a year ago", { { .period = "2014-05", .visits = 99 } }, 0, STATUS_HELD },
		{ "a year ago, the edge", { { .period = "2014-05", .visits = 100 } }, 0,
			STATUS_ACCEPTED },
		{ "more than a year ago", { { .period = "2014-04", .visits = 1 } }, 0,
			STATUS_ACCEPTED },
		{ "a late month", { { .period = "2015-06", .visits = 1 } }, 0, STATUS_ACCEPTED },
	};

	for (size_t i = 0; i < array_len(cases) * SOURCES; i++) {
		size_t n = i / SOURCES, source = i % SOURCES;
		struct status_line line;
		struct verdict verdict;
		struct world world;

		months_open(&world);
		world.collector.facilities = 2;
		snprintf(world.collector.facility[1], sizeof(world.collector.facility[1]),
			"clinic-b");
		for (size_t k = 0; k < 4 && cases[n].before[k].period; k++)
			months_send(&world, &cases[n].before[k]);
		source_set(&world, source);
		if (cases[n].decide) {
			cr_assert(months_status(&world, &april, &line), "%s", cases[n].name);
			cr_assert_eq(months_decide(&world, &april, line.held_sequence,
					     line.sequence, cases[n].decide),
				ANSWER_DONE, "%s", cases[n].name);
			source_set(&world, source);
		}
		verdict = months_send(&world, &may);
		cr_expect_eq(verdict.status, cases[n].want, "%s, from %zu: %s", cases[n].name,
			source, status_name(verdict.status));
		world_close(&world);
	}
}

Test(past_of_a_report, is_the_same_in_one_message_and_in_many)
{
	const struct month year[] = { { .period = "2015-01", .visits = 100 },
		{ .period = "2015-02", .visits = 200 }, { .period = "2015-03", .visits = 401 },
		{ .period = "2015-04", .visits = 500 }, { .period = "2015-05", .visits = 900 },
		{ .period = "2015-05", .revision = 2, .visits = 1001 },
		{ .period = "2015-06", .visits = 1801 },
		{ .period = "2015-01", .revision = 2, .visits = 99 },
		{ .period = "2015-02", .revision = 2, .visits = 199 } };
	static const enum status want[] = { STATUS_ACCEPTED, STATUS_ACCEPTED, STATUS_HELD,
		STATUS_ACCEPTED, STATUS_ACCEPTED, STATUS_HELD, STATUS_HELD, STATUS_ACCEPTED,
		STATUS_HELD };
	struct verdict together[array_len(year)];
	struct world one, many;

	months_open(&one);
	months_open(&many);
	months_send_all(&one, &one.collector, year, array_len(year), together);
	for (size_t i = 0; i < array_len(year); i++) {
		struct verdict alone = months_send(&many, &year[i]);

		cr_expect_eq(together[i].status, want[i], "report %zu is %s", i,
			status_name(together[i].status));
		cr_expect_eq(alone.status, want[i], "report %zu alone", i);
		cr_expect_eq(alone.findings, together[i].findings);
		if (alone.findings > 0)
			cr_expect_eq(alone.finding[0].found, together[i].finding[0].found);
		world_index(&many);
	}
	world_close(&one);
	world_close(&many);
}

Test(past_of_a_report, holds_the_other_forms_inside_its_period)
{
	for (size_t source = 0; source < SOURCES; source++) {
		struct month year = { .form = "IY", .period = "2015", .visits = 250 };
		struct world world;

		months_open(&world);
		months_send(&world, &(struct month){ .period = "2014-12", .visits = 70 });
		months_send(&world, &(struct month){ .period = "2016-01", .visits = 80 });
		for (int i = 1; i <= 12; i++) {
			struct month month = { .visits = i == 1 ? 30 : 20 };
			char text[PERIOD_TEXT_BYTES];

			period_print(period_of(PERIOD_MONTH, 2015, i), text);
			month.period = text;
			cr_assert_eq(months_send(&world, &month).status, STATUS_ACCEPTED);
		}
		source_set(&world, source);
		cr_expect_eq(
			months_send(&world, &year).status, STATUS_ACCEPTED, "source %zu", source);
		year.revision = 2;
		year.visits = 251;
		cr_expect_eq(months_send(&world, &year).status, STATUS_HELD, "source %zu", source);
		months_send(&world,
			&(struct month){ .period = "2015-12", .revision = 2, .visits = 21 });
		year.revision = 3;
		year.reason = 0;
		cr_expect_eq(
			months_send(&world, &year).status, STATUS_ACCEPTED, "source %zu", source);
		world_close(&world);
	}
}

Test(past_of_a_report, costs_no_reading_once_it_is_known)
{
	struct world world;
	size_t before;

	months_open(&world);
	months_send(&world, &april);
	world_index(&world);
	world_restart(&world);
	months_send(&world, &(struct month){ .period = "2015-05", .visits = 100 });
	before = world.bodies_read;
	cr_expect_eq(before, 1, "April was read once");
	months_send(&world, &(struct month){ .period = "2015-06", .visits = 100 });
	months_send(&world, &(struct month){ .period = "2015-05", .revision = 2, .visits = 101 });
	cr_expect_eq(world.bodies_read, before);
	world_close(&world);
}

static void append_line(const char *folder, const char *table, const char *line)
{
	char path[300];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, table);
	cr_assert_not_null(file = fopen(path, "a"));
	fprintf(file, "%s\n", line);
	fclose(file);
}

/* The same catalogue, with a line more at the end of the monthly return, and a rule about it. */
static struct catalog *catalogue_with_another_line(void)
{
	struct catalog *catalog = NULL;
	char command[600], folder[] = "/tmp/huibao-catalogue-XXXXXX";

	cr_assert_not_null(mkdtemp(folder));
	snprintf(command, sizeof(command), "cp %s/tests/ingestd/catalog/*.csv %s/", SOURCE_DIR,
		folder);
	cr_assert_eq(system(command), 0);
	append_line(folder, "form_lines.csv", "HM,10,STAFF,no");
	append_line(folder, "rules.csv",
		"5,STAFF,HM,hold,holds,,STAFF <= 2*prev(STAFF),,skip_any,,,a,a,a,a,test");
	cr_assert_eq(catalog_load(folder, &catalog), 0, "%s", err_text());
	snprintf(command, sizeof(command), "rm -r %s", folder);
	cr_assert_eq(system(command), 0);
	return catalog;
}

Test(past_of_a_report, survives_another_catalogue)
{
	for (int index = 0; index < 2; index++) {
		struct month month = { .period = "2015-05", .visits = 150, .staff = 1000 };
		struct world world;

		months_open(&world);
		months_send(&world, &april);
		/* what lies behind April where vectors had one line less */
		months_send(&world, &(struct month){ .period = "2014-05", .visits = 100 });
		if (index)
			world_index(&world);
		decide_catalogue(world.decide, catalogue_with_another_line(), world.batch);
		cr_expect_eq(months_send(&world, &may).status, STATUS_HELD, "visits of April");
		month.revision = 2;
		cr_expect_eq(
			months_send(&world, &month).status, STATUS_ACCEPTED, "April had no staff");
		month.period = "2015-06";
		month.staff = 2001;
		cr_expect_eq(months_send(&world, &month).status, STATUS_HELD, "staff of May");
		world_close(&world);
	}
}

/* A body that is no report any more counts as none. */
static int body_erased(void *ctx, uint64_t sequence, struct bytes *ret_body)
{
	static const uint8_t digest[32] = { 1, 2, 3 };

	(void)ctx;
	(void)sequence;
	*ret_body = bytes_of(digest, sizeof(digest));
	return 0;
}

Test(past_of_a_report, goes_on_without_what_was_erased)
{
	struct world world;

	months_open(&world);
	months_send(&world, &april);
	world_index(&world);
	world_restart(&world);
	world.ports.body = body_erased;
	cr_expect_eq(months_send(&world, &may).status, STATUS_ACCEPTED);
	world_close(&world);
}

/* Two worlds get the same; in one the state never catches up, in the other it does whenever it
 * likes, small cache and restarts included. Every answer must be the same. */
static struct month month_at_random(unsigned step)
{
	static char text[PERIOD_TEXT_BYTES];
	struct month month = { .revision = 1 + (uint32_t)rand() % (3 + step / 8),
		.withdrawal = rand() % 15 == 0,
		.visits = 20 + rand() % 400,
		.reason = rand() % 6 == 0,
		.days_open = 10,
		.days_used = rand() % 12 == 0 ? 11 : 5 };

	period_print(period_of(PERIOD_MONTH, 2015, 1 + rand() % 6), text);
	month.period = text;
	if (month.withdrawal)
		month.reason = 0;
	return month;
}

static void small_past(struct world *world)
{
	cr_assert_eq(world->indexed, world->batch->entries);
	past_cache_free(world->decide->past);
	cr_assert_eq(past_cache_new(512, (size_t)FORM_LINES_MAX * (SUBMIT_REPORTS_MAX + 3),
			     SUBMIT_REPORTS_MAX, &world->decide->past),
		0);
	past_cache_release(world->decide->past, world->indexed);
}

static void catch_up_at_random(struct world *world)
{
	size_t behind = world->batch->entries - world->indexed;

	switch (rand() % 6) {
	case 0:
		world_index(world);
		break;
	case 1:
		if (behind > 0)
			world_index_to(world, world->indexed + (size_t)rand() % (behind + 1));
		break;
	case 2:
		world_index(world);
		if (rand() % 4 == 0)
			world_restart(world);
		if (rand() % 4 == 0)
			small_past(world);
	}
}

static void step_both(struct world *lagging, struct world *other, unsigned seed, unsigned step)
{
	struct month month = month_at_random(step);
	struct status_line a = { .sequence = 0 }, b = { .sequence = 0 };
	struct verdict first, again;

	if (rand() % 5 == 0) {
		enum decision_kind kind = 1 + (unsigned)rand() % 3;

		cr_assert_eq(months_status(lagging, &month, &a), months_status(other, &month, &b),
			"seed %u", seed);
		cr_assert(a.sequence == b.sequence && a.held_sequence == b.held_sequence &&
				  a.held_state == b.held_state,
			"seed %u", seed);
		cr_assert_eq(months_decide(lagging, &month, a.held_sequence, a.sequence, kind),
			months_decide(other, &month, a.held_sequence, a.sequence, kind), "seed %u",
			seed);
		return;
	}
	first = months_send(lagging, &month);
	again = months_send(other, &month);
	cr_assert(first.status == again.status && first.findings == again.findings &&
			  first.first.sequence == again.first.sequence &&
			  first.entries == again.entries,
		"seed %u: %s %u %s and %s", seed, month.period, month.revision,
		status_name(first.status), status_name(again.status));
}

Test(past_of_a_report, does_not_depend_on_how_far_the_state_is)
{
	uint64_t held = 0, accepted = 0;

	for (unsigned seed = 1; seed <= 40; seed++) {
		struct world lagging, other;

		srand(seed);
		months_open(&lagging);
		months_open(&other);
		for (unsigned step = 0; step < 150; step++) {
			step_both(&lagging, &other, seed, step);
			catch_up_at_random(&other);
		}
		held += decide_counts(lagging.decide)->held;
		accepted += decide_counts(lagging.decide)->accepted;
		months_replay(&lagging);
		months_replay(&other);
		world_close(&lagging);
		world_close(&other);
	}
	cr_expect(held > 100 && accepted > 500, "%llu held, %llu accepted",
		(unsigned long long)held, (unsigned long long)accepted);
}
