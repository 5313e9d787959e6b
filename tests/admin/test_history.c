/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A facility over time: what is read of it, changed in one place, and given back whole, with the
 * sequence that it was read with. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "tests/admin/desk.h"

static size_t commands;
static struct command given;
static struct facility sent;
static enum answer_outcome outcome = ANSWER_DONE;

/* The record of A1 as the aggregator shows it: a clinic of 2001, a township hospital of level 1
 * since 2010; on HOSPITAL_MONTH P1 reports for it in 2012. Closed from a day on, if that is
 * said. */
static const char *closed_from;

static int fake_command(void *ctx, const struct command *command, struct command_result *ret_result)
{
	(void)ctx;
	commands++;
	given = *command;
	cr_assert_eq(command->facilities, 1);
	sent = command->facility[0];
	*ret_result = (struct command_result){ .outcome = outcome,
		.has_receipt = true,
		.receipt = { .sequence = 9, .last_sequence = 9 },
		.records = 1 };
	return 0;
}

enum { CELLS = 15 };
static const char *const names[CELLS] = { "code", "name", "sequence", "what", "from", "until",
	"area", "class", "level", "ownership", "sponsor", "profit", "locality", "form",
	"reporter" };

static void row_add(struct answer_builder *answer, const char *const cells[CELLS])
{
	for (size_t i = 0; i < CELLS; i++) {
		if (strcmp(names[i], "sequence") == 0)
			cr_assert_eq(answer_integer(answer, strtol(cells[i], NULL, 10)), 0);
		else if (cells[i])
			cr_assert_eq(answer_text(answer, cells[i]), 0);
		else
			cr_assert_eq(answer_null(answer), 0);
	}
}

static int fake_ask(
	void *ctx, enum server server, const struct question *question, struct answer *ret_answer)
{
	static struct arena *arena;
	static struct buffer payload;
	struct position as_of = { 0 };
	struct answer_builder *answer;
	bool known = bytes_equal(question->argument[0].value, bytes_str("A1")) ||
		     bytes_equal(question->argument[0].value, bytes_str("P1")) ||
		     bytes_equal(question->argument[0].value, bytes_str("P2"));

	(void)ctx;
	cr_assert_eq(server, SERVER_AGGREGATOR);
	cr_assert(bytes_equal(question->verb, bytes_str("facility show")));
	if (!known) {
		*ret_answer = (struct answer){ .outcome = ANSWER_NOT_FOUND,
			.text = bytes_str("no facility of this code") };
		return 0;
	}
	payload.len = 0;
	cr_assert_eq(arena_new(&arena), 0);
	cr_assert_eq(answer_new(&as_of, 0, &answer), 0);
	for (size_t i = 0; i < CELLS; i++)
		cr_assert_eq(
			answer_column(answer, names[i],
				strcmp(names[i], "sequence") == 0 ? COLUMN_INTEGER : COLUMN_TEXT),
			0);
	row_add(answer, (const char *const[CELLS]){ "A1", "甲", "77", "open", "2001-01-01",
				"2009-12-31", "440507", "clinic", NULL, "private" });
	row_add(answer, (const char *const[CELLS]){ "A1", "甲", "77", "open", "2010-01-01", NULL,
				"440507", "township_hospital", "level_1", "public", "government",
				"nonprofit", "rural" });
	if (closed_from)
		row_add(answer, (const char *const[CELLS]){ "A1", "甲", "77", "closed", closed_from,
					NULL, "440507", "township_hospital", "level_1", "public",
					"government", "nonprofit", "rural" });
	row_add(answer, (const char *const[CELLS]){ "A1", "甲", "77", "reported_for", "2012-01-01",
				"2012-12-31", NULL, NULL, NULL, NULL, NULL, NULL, NULL,
				"PRIMARY_MONTH", "P1" });
	cr_assert_eq(answer_encode(answer, &payload), 0);
	answer_free(answer);
	return answer_decode(arena, buffer_view(&payload), ret_answer);
}

static int run(const char *line)
{
	static const struct service service = {
		.ask = fake_ask, .command = fake_command, .catalog = desk_catalog
	};

	cr_assert_eq(desk_take(line), 0, "%s", err_text());
	return desk_run(&service);
}

TestSuite(history, .fini = desk_clear);

static const struct catalog *catalog(void)
{
	static struct catalog *loaded;

	if (!loaded)
		cr_assert_eq(desk_catalog(NULL, &loaded), 0);
	return loaded;
}

static uint8_t attribute(enum dimension dimension, const char *code)
{
	return catalog_attribute_by_code(catalog(), dimension, code)->id;
}

/* What the record was is still there, and what it is believed to be. */
static void expect_kept(void)
{
	cr_assert_eq(commands, 1);
	cr_expect_eq(given.belief, 77);
	cr_expect_str_eq(sent.code, "A1");
	cr_expect_eq(sent.segment[0].from_day, day_of(2001, 1, 1));
	cr_expect_eq(stratum_attribute(sent.segment[0].stratum, DIMENSION_CLASS),
		attribute(DIMENSION_CLASS, "clinic"));
	cr_expect_eq(stratum_attribute(sent.segment[0].stratum, DIMENSION_LEVEL), 0);
	cr_expect_eq(stratum_attribute(facility_segment_on(&sent, day_of(2010, 1, 1))->stratum,
			     DIMENSION_LOCALITY),
		attribute(DIMENSION_LOCALITY, "rural"));
	cr_expect_eq(sent.proxied[0].form, catalog_form_by_code(catalog(), "PRIMARY_MONTH")->id);
	cr_expect_str_eq(sent.proxied[0].by, "P1");
	cr_expect_eq(sent.proxied[0].until_day, day_of(2012, 12, 31));
}

Test(history, a_change_is_a_segment_from_its_day)
{
	cr_assert_eq(run("facility change A1 --from 2018-07-01 --level level_2 --sponsor ="),
		EXIT_USAGE, "no such sponsor");
	cr_assert_eq(commands, 0);
	cr_assert_eq(run("facility change A1 --from 2018-07-01 --level level_2 --area 320703"),
		EXIT_DONE, "%s", err_text());
	expect_kept();
	cr_assert_eq(sent.segments, 3);
	cr_expect_eq(sent.segment[2].from_day, day_of(2018, 7, 1));
	cr_expect_eq(sent.segment[2].area, 320703);
	cr_expect_eq(stratum_attribute(sent.segment[2].stratum, DIMENSION_LEVEL),
		attribute(DIMENSION_LEVEL, "level_2"));
	cr_expect_eq(stratum_attribute(sent.segment[2].stratum, DIMENSION_CLASS),
		attribute(DIMENSION_CLASS, "township_hospital"));
	cr_expect_str_eq(sent.name, "甲");
}

Test(history, a_change_of_the_past_leaves_what_came_after)
{
	cr_assert_eq(run("facility change A1 --from 2005-01-01 --ownership public --name 甲诊所"),
		EXIT_DONE, "%s", err_text());
	expect_kept();
	cr_assert_eq(sent.segments, 3);
	cr_expect_eq(sent.segment[1].from_day, day_of(2005, 1, 1));
	cr_expect_eq(stratum_attribute(sent.segment[1].stratum, DIMENSION_CLASS),
		attribute(DIMENSION_CLASS, "clinic"));
	cr_expect_eq(stratum_attribute(sent.segment[1].stratum, DIMENSION_OWNERSHIP),
		attribute(DIMENSION_OWNERSHIP, "public"));
	cr_expect_eq(stratum_attribute(sent.segment[2].stratum, DIMENSION_CLASS),
		attribute(DIMENSION_CLASS, "township_hospital"));
	cr_expect_str_eq(sent.name, "甲诊所");
}

Test(history, a_change_on_the_day_of_another_replaces_it)
{
	cr_assert_eq(run("facility change A1 --from 2010-01-01 --level level_3"), EXIT_DONE, "%s",
		err_text());
	cr_assert_eq(sent.segments, 2);
	cr_expect_eq(stratum_attribute(sent.segment[1].stratum, DIMENSION_LEVEL),
		attribute(DIMENSION_LEVEL, "level_3"));
}

Test(history, closing_is_a_segment)
{
	cr_assert_eq(run("facility close A1 --from 2020-03-01"), EXIT_DONE, "%s", err_text());
	expect_kept();
	cr_assert_eq(sent.segments, 3);
	cr_expect_eq(facility_closed_day(&sent), day_of(2020, 3, 1));
	cr_expect_eq(sent.segment[2].stratum, sent.segment[1].stratum);
}

Test(history, it_opens_again_otherwise)
{
	closed_from = "2020-03-01";
	cr_assert_eq(run("facility reopen A1 --from 2021-05-01 --class community_health_centre"),
		EXIT_DONE, "%s", err_text());
	expect_kept();
	cr_assert_eq(sent.segments, 4);
	cr_expect(sent.segment[2].closed);
	cr_expect(!sent.segment[3].closed);
	cr_expect_eq(stratum_attribute(sent.segment[3].stratum, DIMENSION_CLASS),
		attribute(DIMENSION_CLASS, "community_health_centre"));
	cr_expect_eq(facility_closed_day(&sent), DAY_NEVER);
}

Test(history, a_closing_is_taken_back_on_its_own_day)
{
	closed_from = "2020-03-01";
	cr_assert_eq(run("facility reopen A1 --from 2020-03-01"), EXIT_DONE, "%s", err_text());
	expect_kept();
	cr_expect_eq(sent.segments, 2, "as if it never had closed");
}

/* What is said beside the receipt. */
static const char *said_of(const char *line)
{
	cr_redirect_stderr();
	cr_assert_eq(run(line), EXIT_DONE, "%s", err_text());
	fprintf(stderr, ".\n");
	return desk_said();
}

Test(history, forms_that_a_change_of_class_takes_away_are_named)
{
	const char *said = said_of("facility change A1 --from 2020-01-01 --class general_hospital");
	cr_expect(strstr(said, "from 2020-01-01 on: PRIMARY_MONTH, PUBLIC_HEALTH_MONTH; what was"),
		"%s", said);
	cr_expect(strstr(said, "still counts: have it withdrawn\n"), "%s", said);
}

Test(history, forms_that_a_closing_takes_away_are_named)
{
	const char *said = said_of("--lang zh facility close A1 --from 2020-01-01");

	cr_expect(strstr(said, "PRIMARY_MONTH"), "%s", said);
	cr_expect(strstr(said, "请填报单位撤回"), "%s", said);
}

Test(history, a_change_that_takes_no_form_away_says_nothing_of_forms)
{
	cr_expect_str_eq(said_of("facility change A1 --from 2020-01-01 --level level_2"), ".\n");
}

Test(history, of_days_to_come_nothing_was_reported)
{
	cr_expect_str_eq(said_of("facility close A1 --from 2190-01-01"), ".\n");
}

Test(history, another_reports_for_it)
{
	cr_assert_eq(run("facility proxy A1 --form PRIMARY_MONTH --by P2 --from 2014-01-01"),
		EXIT_DONE, "%s", err_text());
	expect_kept();
	cr_assert_eq(sent.proxies, 2);
	cr_expect_str_eq(sent.proxied[1].by, "P2");
	cr_expect_eq(sent.proxied[1].from_day, day_of(2014, 1, 1));
	cr_expect_eq(sent.proxied[1].until_day, DAY_NEVER);
	cr_expect_eq(sent.segments, 2);
}

Test(history, a_relation_gets_another_end)
{
	cr_assert_eq(run("facility proxy A1 --form PRIMARY_MONTH --by P1 --from 2012-01-01 "
			 "--until 2012-06-30"),
		EXIT_DONE, "%s", err_text());
	cr_assert_eq(sent.proxies, 1);
	cr_expect_eq(sent.proxied[0].until_day, day_of(2012, 6, 30));
}

Test(history, nobody_reports_for_it_who_is_not_registered)
{
	cr_assert_eq(run("facility proxy A1 --form PRIMARY_MONTH --by P3 --from 2014-01-01"),
		ERR_NOT_FOUND);
	cr_expect_eq(commands, 0);
}

static void refused(const char *line, const char *why)
{
	const char *said;

	cr_redirect_stderr();
	cr_assert_eq(run(line), EXIT_USAGE, "%s", line);
	said = desk_said();
	cr_expect(strstr(said, why), "%s: %s", line, said);
	cr_expect_eq(commands, 0);
}

#define REFUSED(name_, closed_, line_, why_)                                                       \
	Test(history, name_)                                                                       \
	{                                                                                          \
		closed_from = closed_;                                                             \
		refused(line_, why_);                                                              \
	}

REFUSED(no_day, NULL, "facility close A1 --from yesterday", "from: ")
REFUSED(nothing_to_change, NULL, "facility change A1 --from 2015-01-01", "nothing is said")
REFUSED(change_before_opening, NULL, "facility change A1 --from 2000-12-31 --level level_1",
	"not open yet")
REFUSED(change_while_closed, "2020-03-01", "facility change A1 --from 2020-03-01 --level level_2",
	"use 'facility reopen'")
REFUSED(close_before_opening, NULL, "facility close A1 --from 2001-01-01",
	"it closes before it opens")
REFUSED(closed_already, "2020-03-01", "facility close A1 --from 2020-03-02", "closed already")
REFUSED(open_already, NULL, "facility reopen A1 --from 2020-03-01", "it is not closed")
REFUSED(reopen_before_closing, "2020-03-01", "facility reopen A1 --from 2020-02-29",
	"open still on that day")
REFUSED(no_class, NULL, "facility change A1 --from 2015-01-01 --class palace",
	"there is no class 'palace'")
REFUSED(two_relations_at_once, NULL,
	"facility proxy A1 --form PRIMARY_MONTH --by P2 --from 2012-12-31", "hold at once")
REFUSED(a_relation_that_ends_before, NULL,
	"facility proxy A1 --form PRIMARY_MONTH --by P2 --from 2014-01-01 --until 2013-12-31",
	"ends before it begins")
REFUSED(no_form, NULL, "facility proxy A1 --form NO_FORM --by P2 --from 2014-01-01",
	"there is no form 'NO_FORM'")

Test(history, who_is_not_registered_cannot_be_changed)
{
	cr_assert_eq(run("facility close NOBODY --from 2020-01-01"), ERR_NOT_FOUND);
	cr_expect_eq(commands, 0);
}

Test(history, what_somebody_else_changed_meanwhile_is_a_conflict)
{
	outcome = ANSWER_MOVED_ON;
	cr_assert_eq(run("facility close A1 --from 2020-01-01"), ERR_CONFLICT);
	cr_expect_eq(exit_of(ERR_CONFLICT), EXIT_CONFLICT);
}
