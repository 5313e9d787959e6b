/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Who has not reported, and which periods are locked: the rows of both questions, on a day that the
 * test chooses. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "aggregator/verb.h"
#include "base/err.h"
#include "tests/aggregator/world.h"

/* The decoded answer lives until asked_fini. */
struct asked {
	struct arena *arena;
	struct buffer out;
	struct answer answer;
	int r;
	char text[512]; /* of a refusal */
};

static void must(int r)
{
	cr_assert_eq(r, 0, "%s: %s (%s)", err_name(r), err_text(), err_trace());
}

/* arguments: name, value, … NULL */
static void ask(
	struct asked *asked, const struct world *world, verb_run *run, const char *const *arguments)
{
	AUTO(answer_free) struct answer_builder *answer = NULL;
	const struct position position = { .sequence = world->sequence };
	struct question question = { .arguments = 0 };
	struct asking asking = { .view = &world->view, .question = &question };

	for (; *arguments; arguments += 2)
		question.argument[question.arguments++] =
			(struct argument){ bytes_str(arguments[0]), bytes_str(arguments[1]) };
	*asked = (struct asked){ 0 };
	must(arena_new(&asked->arena));
	must(answer_new(&position, 0, &answer));
	asking.answer = answer;
	asked->r = run(&asking);
	memcpy(asked->text, asking.text, sizeof(asked->text));
	if (asked->r != 0)
		return;
	must(asking.fault);
	must(answer_encode(answer, &asked->out));
	must(answer_decode(asked->arena, buffer_view(&asked->out), &asked->answer));
}

static void asked_fini(struct asked *asked)
{
	arena_free(asked->arena);
	buffer_fini(&asked->out);
}

/* The row's cells under these columns (blanks between), joined by '|'; "" for null. */
static const char *row_text(const struct asked *asked, size_t row, const char *columns)
{
	static char text[512];
	char wanted[256], *save = NULL;

	text[0] = '\0';
	if (row >= asked->answer.rows)
		return "no row";
	snprintf(wanted, sizeof(wanted), "%s", columns);
	for (char *name = strtok_r(wanted, " ", &save); name; name = strtok_r(NULL, " ", &save)) {
		struct bytes cell = bytes_str("");
		bool found = false;

		for (size_t c = 0; c < asked->answer.columns; c++)
			if (bytes_equal(asked->answer.column[c].name, bytes_str(name))) {
				found = true;
				if (!answer_cell(&asked->answer, row, c, &cell))
					cell = bytes_str("");
			}
		cr_assert(found, "no column %s", name);
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%.*s",
			text[0] || name != wanted ? "|" : "", (int)cell.len,
			(const char *)cell.data);
	}
	return text;
}

#define ARGUMENTS(...)                                                                             \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

static void at_day(struct world *world, int32_t day)
{
	world->received = (uint64_t)day * 24 * 3600 * 1000;
}

/* The due day of the monthly form for January 2026 is the 20th of February, a Friday that offices
 * work. Nine hospitals, one for each way of not having reported, a clinic that does not owe it. */
static void world_silent(struct world *world)
{
	struct facility facility = { .segments = 1,
		.segment = { { .from_day = day_of(2000, 1, 1),
			.area = TOWN_1,
			.stratum = stratum_of(HOSPITAL, PUBLIC) } } };
	uint64_t held;

	world_init(world);
	for (uint32_t n = 1; n <= 8; n++)
		world_facility_in(world, n, n == 8 ? DISTRICT_B : TOWN_1, HOSPITAL, PUBLIC);
	facility.proxies = 1;
	facility.proxied[0] =
		(struct proxied){ .form = HM, .by = "F1", .from_day = 0, .until_day = DAY_NEVER };
	world_facility_whole(world, 9, facility);
	world_facility_in(world, 10, TOWN_1, CLINIC, PUBLIC);
	at_day(world, day_of(2025, 12, 10));
	world_report(world, 1, HM, "2025-11", GIVEN({ VISIT, 1, 0 }));
	world_report(world, 2, HM, "2023-01", GIVEN({ VISIT, 1, 0 }));
	world_report(world, 2, HM, "2025-12", GIVEN({ VISIT, 1, 0 }));
	world_withdraw(world, 2, HM, "2025-12");
	at_day(world, day_of(2026, 2, 20));
	held = world_hold(world, 3, HM, "2026-01", GIVEN({ VISIT, 1, 0 }));
	world_decide(world, 3, HM, "2026-01", held, DECISION_RETURN);
	world_hold(world, 4, HM, "2026-01", GIVEN({ VISIT, 1, 0 }));
	world_report(world, 5, HM, "2026-01", GIVEN({ VISIT, 1, 0 }));
	world_withdraw(world, 5, HM, "2026-01");
	world_report(world, 6, HM, "2026-01", GIVEN({ VISIT, 1, 0 }));
	at_day(world, day_of(2026, 2, 21));
	world_report(world, 7, HM, "2026-01", GIVEN({ VISIT, 1, 0 }));
	world_report(world, 6, HM, "2026-01", GIVEN({ VISIT, 2, 0 }));
	world_finish(world);
	world->view.today = day_of(2026, 3, 2);
}

static const char MISSING[] = "state facility days_late arrived held last_period";

Test(missing, everybody_who_owes_and_what_is_known_of_it)
{
	static const char *const rows[] = {
		"missing|F1|10|||2025-11",
		"missing|F2|10|||",
		"returned|F3|10|2026-02-20|16|",
		"held|F4|10|2026-02-20|18|",
		"withdrawn|F5|10|2026-02-20||",
		"missing|F8|10|||",
		"late|F7|1|2026-02-21||",
	};
	struct world world;
	struct asked asked;

	world_silent(&world);
	ask(&asked, &world, verb_report_missing, ARGUMENTS("form", "HM", "period", "2026-01"));
	cr_assert_eq(asked.r, 0, "%s", asked.text);
	for (size_t i = 0; i < array_len(rows); i++)
		cr_expect_str_eq(row_text(&asked, i, MISSING), rows[i], "%zu: %s", i,
			row_text(&asked, i, MISSING));
	cr_expect_eq(asked.answer.rows, array_len(rows));
	cr_expect_str_eq(row_text(&asked, 0, "area class form period due facility_name"),
		"320703001|hospital|HM|2026-01|2026-02-20|Facility 1");
	asked_fini(&asked);
	world_fini(&world);
}

Test(missing, of_an_area_before_the_due_day_and_of_another_kind_of_period)
{
	struct world world;
	struct asked asked;

	world_silent(&world);
	world.view.today = day_of(2026, 2, 3);
	ask(&asked, &world, verb_report_missing,
		ARGUMENTS("form", "HM", "period", "2026-01", "area", "320706"));
	cr_expect_eq(asked.answer.rows, 1);
	cr_expect_str_eq(row_text(&asked, 0, "facility days_late"), "F8|0");
	asked_fini(&asked);
	/* without an area everywhere, also beside the first tree of areas */
	world_facility_in(&world, 11, 440507, HOSPITAL, PUBLIC);
	world_finish(&world);
	ask(&asked, &world, verb_report_missing, ARGUMENTS("form", "HM", "period", "2026-01"));
	cr_expect_str_eq(row_text(&asked, 6, "state facility"), "missing|F11");
	asked_fini(&asked);
	ask(&asked, &world, verb_report_missing, ARGUMENTS("form", "HM", "period", "2026"));
	cr_expect_eq(asked.r, VERB_REFUSED);
	asked_fini(&asked);
	/* whoever is reported for owes nothing, unless its own report was accepted */
	world_decide(&world, 9, HM, "2026-01",
		world_hold(&world, 9, HM, "2026-01", GIVEN({ VISIT, 1, 0 })), DECISION_ACCEPT);
	world_finish(&world);
	ask(&asked, &world, verb_report_missing, ARGUMENTS("form", "HM", "period", "2026-01"));
	cr_expect_str_eq(row_text(&asked, 8, "state facility"), "late|F9");
	asked_fini(&asked);
	/* what was held after a withdrawal says more than that */
	world_hold(&world, 5, HM, "2026-01", GIVEN({ VISIT, 1, 0 }));
	ask(&asked, &world, verb_report_missing, ARGUMENTS("form", "HM", "period", "2026-01"));
	cr_expect_str_eq(row_text(&asked, 4, "state facility"), "held|F5");
	asked_fini(&asked);
	world_fini(&world);
}

static void lock_say(struct world *world, struct lock lock)
{
	const struct command command = { .reason = bytes_str("test"), .lock = &lock, .locks = 1 };

	lock.first_day = day_of(2026, 1, 1);
	lock.last_day = day_of(2026, 2, 28);
	world_command(world, ENTRY_LOCK, 1, &command);
}

static const char PERIOD[] = "form period due locked by sequence until locks_inside";

Test(missing, periods_say_whether_and_by_whom_they_are_locked)
{
	struct world world;
	struct asked asked;

	world_init(&world);
	world.view.today = day_of(2026, 3, 2);
	ask(&asked, &world, verb_period_list, ARGUMENTS("form", "HM"));
	cr_expect_eq(asked.answer.rows, 14, "%zu", asked.answer.rows);
	cr_expect_str_eq(row_text(&asked, 0, PERIOD), "HM|2026-02|2026-03-20|false||||0", "%s",
		row_text(&asked, 0, PERIOD));
	asked_fini(&asked);
	lock_say(&world, (struct lock){ .kind = LOCK_LOCK, .form = HM, .until_day = DAY_NEVER });
	lock_say(&world, (struct lock){ .kind = LOCK_UNLOCK,
				 .area = DISTRICT_A,
				 .until_day = day_of(2026, 3, 5),
				 .note = "flood" });
	ask(&asked, &world, verb_period_list, ARGUMENTS("period", "2026-01"));
	cr_expect_eq(asked.answer.rows, 2, "two forms are monthly");
	cr_expect_str_eq(row_text(&asked, 0, PERIOD), "HM|2026-01|2026-02-20|true|lock|2||1", "%s",
		row_text(&asked, 0, PERIOD));
	cr_expect_str_eq(row_text(&asked, 1, "form locked by locks_inside"), "CM|false||1");
	asked_fini(&asked);
	ask(&asked, &world, verb_period_list,
		ARGUMENTS("form", "HM", "period", "2026-01", "area", "320703001"));
	cr_expect_str_eq(row_text(&asked, 0, PERIOD),
		"HM|2026-01|2026-02-20|false|unlock|3|2026-03-05|0", "%s",
		row_text(&asked, 0, PERIOD));
	cr_expect_str_eq(row_text(&asked, 0, "note"), "flood");
	asked_fini(&asked);
	ask(&asked, &world, verb_period_list,
		ARGUMENTS("form", "HM", "period", "2026-01", "area", "320703"));
	cr_expect_str_eq(row_text(&asked, 0, "by locks_inside"), "unlock|0",
		"what holds for the whole is not inside");
	asked_fini(&asked);
	world.view.today = day_of(2026, 3, 6);
	ask(&asked, &world, verb_period_list,
		ARGUMENTS("form", "HM", "period", "2026-01", "area", "320703001"));
	cr_expect_str_eq(
		row_text(&asked, 0, "locked by sequence"), "true|lock|2", "the unlocking is over");
	asked_fini(&asked);
	world_fini(&world);
}

Test(missing, locks_that_still_hold_newest_first)
{
	struct world world;
	struct asked asked;

	world_init(&world);
	world.view.today = day_of(2026, 3, 5);
	lock_say(&world, (struct lock){ .kind = LOCK_LOCK, .form = HM, .until_day = DAY_NEVER });
	lock_say(&world, (struct lock){ .kind = LOCK_UNLOCK,
				 .area = DISTRICT_A,
				 .until_day = day_of(2026, 3, 5),
				 .note = "flood" });
	ask(&asked, &world, verb_period_locks, ARGUMENTS("area", "320703"));
	cr_expect_eq(asked.answer.rows, 2);
	cr_expect_str_eq(
		row_text(&asked, 0, "sequence kind area form first_day last_day until note"),
		"3|unlock|320703||2026-01-01|2026-02-28|2026-03-05|flood");
	cr_expect_str_eq(row_text(&asked, 1, "sequence kind area form until"), "2|lock||HM|");
	asked_fini(&asked);
	ask(&asked, &world, verb_period_locks, ARGUMENTS("area", "320706"));
	cr_expect_eq(asked.answer.rows, 1, "not of a district that it is not about");
	asked_fini(&asked);
	world.view.today = day_of(2026, 3, 6);
	ask(&asked, &world, verb_period_locks, ARGUMENTS("area", "320703"));
	cr_expect_eq(asked.answer.rows, 1, "what is over holds no more");
	asked_fini(&asked);
	world_fini(&world);
}
