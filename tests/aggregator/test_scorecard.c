/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Scorecards of a small plan (catalog_plans/) over six years of reports: what comes out of reports,
 * of facts, of persons; page by page; of another area; and from huge to nothing. Figures worked out
 * by hand. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/verb.h"
#include "base/err.h"
#include "tests/aggregator/world.h"

enum { IN_NURSE = 1, IN_POP, IN_BIRTH, IN_INFANT_DEATH, IN_MATERNAL_DEATH, IN_VISIT, IN_SMOKING };
enum { FORM_VISITS = 1, FORM_STAFF = 3, FORM_PEOPLE = 4, FORM_BIRTHS = 5 };

static void must(int r)
{
	cr_assert_eq(r, 0, "%s: %s (%s)", err_name(r), err_text(), err_trace());
}

/* Nurses of district A's hospital and of district B's, from 2015 on. */
static const int nurses_a[] = { 1200, 1230, 1260, 1290, 1350, 1440 };
static const int nurses_b[] = { 1300, 1320, 1340, 1370, 1450, 1510 };

static void year_reports(struct world *world, int year)
{
	char period[16];

	snprintf(period, sizeof(period), "%d", year);
	world_report(world, 1, FORM_STAFF, period, GIVEN({ IN_NURSE, nurses_a[year - 2015], 0 }));
	world_report(world, 2, FORM_STAFF, period, GIVEN({ IN_NURSE, nurses_b[year - 2015], 0 }));
	world_report(world, 3, FORM_PEOPLE, period,
		GIVEN({ IN_POP, 600000, 0 }, { IN_SMOKING, 221, 0 }));
	world_report(world, 4, FORM_PEOPLE, period, GIVEN({ IN_POP, 400000, 0 }));
}

/* All of a maternal-and-child year in its last quarter, noughts before. */
static void births_reports(struct world *world, int year, int births, int infants, int mothers)
{
	char period[16];

	for (int quarter = 1; quarter <= 4; quarter++) {
		const int all = quarter == 4;

		snprintf(period, sizeof(period), "%dMQ%d", year, quarter);
		world_report(world, 3, FORM_BIRTHS, period,
			GIVEN({ IN_BIRTH, all ? births : 0, 0 },
				{ IN_INFANT_DEATH, all ? infants : 0, 0 },
				{ IN_MATERNAL_DEATH, all ? mothers : 0, 0 }));
		world_report(world, 4, FORM_BIRTHS, period,
			GIVEN({ IN_BIRTH, 0, 0 }, { IN_INFANT_DEATH, 0, 0 },
				{ IN_MATERNAL_DEATH, 0, 0 }));
	}
}

/* Two hospitals, two agencies; reports of 2015 to 2020. */
static void world_plan(struct world *world)
{
	world_init_with(world, "catalog_plans");
	world_facility_in(world, 1, TOWN_1, HOSPITAL, PUBLIC);
	world_facility_in(world, 2, DISTRICT_B, HOSPITAL, PRIVATE);
	world_facility_in(world, 3, DISTRICT_A, AGENCY, PUBLIC);
	world_facility_in(world, 4, DISTRICT_B, AGENCY, PUBLIC);
	for (int year = 2015; year <= 2020; year++)
		year_reports(world, year);
	births_reports(world, 2015, 63617, 139, 2);
	births_reports(world, 2020, 36310, 107, 2);
	world_finish(world);
}

/* A question's answer, decoded. */
struct card {
	struct arena *arena;
	struct buffer out;
	struct answer answer;
};

static void card_ask(struct card *card, struct world *world, verb_run *verb, uint32_t offset,
	const char *const *arguments)
{
	const struct position position = { .sequence = world->sequence };
	struct question question = { .offset = offset };
	struct asking asking = { .view = &world->view, .question = &question };
	int r;

	for (; *arguments; arguments += 2)
		question.argument[question.arguments++] =
			(struct argument){ bytes_str(arguments[0]), bytes_str(arguments[1]) };
	*card = (struct card){ 0 };
	must(arena_new(&card->arena));
	must(answer_new(&position, offset, &asking.answer));
	r = verb(&asking);
	if (r == VERB_REFUSED)
		must(answer_encode_outcome(&position, asking.outcome, asking.text, &card->out));
	else
		must(r < 0                 ? r
			: asking.fault < 0 ? asking.fault
					   : answer_encode(asking.answer, &card->out));
	answer_free(asking.answer);
	must(answer_decode(card->arena, buffer_view(&card->out), &card->answer));
}

static void card_fini(struct card *card)
{
	arena_free(card->arena);
	buffer_fini(&card->out);
}

/* "" for null. */
static const char *card_cell(const struct card *card, size_t row, const char *name)
{
	struct bytes text;

	for (size_t c = 0; c < card->answer.columns; c++)
		if (bytes_equal(card->answer.column[c].name, bytes_str(name)))
			return answer_cell(&card->answer, row, c, &text) ? (const char *)text.data
									 : "";
	cr_assert_fail("no column %s", name);
	return NULL;
}

static size_t card_row(const struct card *card, const char *id)
{
	for (size_t row = 0; row < card->answer.rows; row++)
		if (strcmp(card_cell(card, row, "id"), id) == 0)
			return row;
	cr_assert_fail("no row %s", id);
	return 0;
}

/* name, value, … NULL */
static void card_expect(const struct card *card, const char *id, const char *const *cells)
{
	const size_t row = card_row(card, id);

	for (; *cells; cells += 2)
		cr_expect_str_eq(card_cell(card, row, cells[0]), cells[1],
			"%s: %s is '%s' instead of '%s'", id, cells[0],
			card_cell(card, row, cells[0]), cells[1]);
}

#define WORDS(...)                                                                                 \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

Test(scorecard, plans_and_their_rows_are_listed_as_written)
{
	struct world world;
	struct card card;

	world_plan(&world);
	card_ask(&card, &world, verb_plan_list, 0, WORDS("unused", ""));
	cr_assert_eq(card.answer.rows, 2);
	cr_expect_str_eq(card_cell(&card, 0, "plan"), "test-2020");
	cr_expect_str_eq(card_cell(&card, 0, "targets"), "18");
	cr_expect_str_eq(card_cell(&card, 1, "area"), "320703");
	card_fini(&card);
	card_ask(&card, &world, verb_plan_targets, 0, WORDS("plan", "test-2020"));
	cr_assert_eq(card.answer.rows, 18);
	cr_expect_eq(card.answer.columns, TARGET_COLUMNS);
	card_expect(&card, "test-2020-001",
		WORDS("baseline", "2.50", "target", "3.0", "judged_comparator", ">=", "tolerance",
			""));
	card_fini(&card);
	world_fini(&world);
}

Test(scorecard, rows_over_reports)
{
	struct world world;
	struct card card;

	world_plan(&world);
	card_ask(&card, &world, verb_plan_scorecard, 0, WORDS("plan", "test-2020", "at", "2020"));
	cr_assert_eq(card.answer.rows, 18);
	cr_expect(!card.answer.more);
	card_expect(&card, "test-2020-001",
		WORDS("class", "judged", "status", "met", "value", "2.95", "unit", "人", "unit_zh",
			"人", "shown", "2.95", "baseline", "2.50", "baseline_shown", "2.50",
			"target", "3.0", "target_shown", "≥3.0", "period", "2020", "progress",
			"90.0", "gap", "", "complete", "100.0", "note_en", "met only by rounding",
			"direction", "better_untested", "source", "IY+PY"));
	card_expect(&card, "test-2020-010",
		WORDS("status", "met", "period", "2018", "value", "2.66", "shown", "2.66"));
	card_expect(&card, "test-2020-013",
		WORDS("area", "320703", "status", "met", "value", "2.4", "shown", "2.40"));
	card_expect(&card, "test-2020-015",
		WORDS("status", "striven_not_reached", "gap", "0.25", "gap_units", "250",
			"gap_unit_zh", "注册护士", "gap_unit_en", "registered nurses"));
	/* an estimate lacks no persons */
	card_expect(&card, "test-2020-016",
		WORDS("status", "missed", "shown", "22.1", "gap", "-2.1", "gap_units", "",
			"gap_unit_en", ""));
	/* nor does a mean over days */
	card_expect(&card, "test-2020-018",
		WORDS("status", "missed", "gap_units", "", "gap_unit_en", ""));
	card_expect(&card, "test-2020-017",
		WORDS("class", "needs_input", "missing",
			"element NURSE of institutions in 320700 on IY for 2012"));
	card_expect(&card, "test-2020-008",
		WORDS("class", "judged", "status", "changed_not_tested", "target_shown", "提高",
			"baseline", "2.5", "baseline_shown", "2.50"));
	card_fini(&card);
	world_fini(&world);
}

Test(scorecard, the_path_goes_through_the_rows_of_years_between)
{
	struct world world;
	struct card card;

	world_plan(&world);
	card_ask(&card, &world, verb_plan_scorecard, 0, WORDS("plan", "test-2020", "at", "2019"));
	/* the step is 2.7 in 2018 and 3.0 in 2020, not 2.50 to 3.50 in ten years */
	card_expect(&card, "test-2020-011",
		WORDS("status", "behind", "path", "2.85", "value", "2.8", "pace", "0.116666667",
			"best_pace", "0.083333333", "gap_units", "700"));
	/* at an earlier year nothing later is seen */
	card_expect(&card, "test-2020-001",
		WORDS("status", "off_course", "period", "2019", "value", "2.8", "path", "2.85"));
	card_expect(&card, "test-2020-010", WORDS("status", "met", "period", "2018"));
	card_fini(&card);
	world_fini(&world);
}

Test(scorecard, worse_beyond_chance_and_not_distinguishable_under_their_ceilings)
{
	struct world world;
	struct card card;

	world_plan(&world);
	card_ask(&card, &world, verb_plan_scorecard, 0, WORDS("plan", "test-2020", "at", "2020"));
	card_expect(&card, "test-2020-002",
		WORDS("status", "met", "direction", "worse", "p", "0.0246244", "period", "2020M",
			"shown", "2.95", "progress", "", "note_en",
			"the baseline already met it: to be held; "
			"worse than the baseline beyond chance"));
	card_expect(&card, "test-2020-003",
		WORDS("status", "met", "direction", "not_distinguishable", "shown", "5.51",
			"note_en",
			"the baseline already met it: to be held; worse than the baseline, but "
			"not distinguishable from chance"));
	card_fini(&card);
	world_fini(&world);
}

Test(scorecard, printed_values_are_not_comparable_until_a_person_states_both_bases)
{
	struct statement statements[] = { { .area = CITY,
						  .indicator = "LIFE",
						  .period = 2015400,
						  .source = "test-2020",
						  .says_basis = true,
						  .basis = "registered" },
		{ .area = CITY,
			.indicator = "LIFE",
			.period = 2020400,
			.source = "other-2020",
			.says_basis = true,
			.basis = "registered" } };
	struct facts *facts;
	struct world world;
	struct card card;

	world_plan(&world);
	must(facts_new(&facts));
	world.view.facts = facts;
	for (size_t i = 0; i <= 2; i++) {
		const char *const direction = i < 2 ? "not_comparable" : "worse_untested";

		card_ask(&card, &world, verb_plan_scorecard, 0,
			WORDS("plan", "test-2020", "at", "2020"));
		card_expect(&card, "test-2020-004",
			WORDS("class", "judged", "status", "missed", "value", "77.1", "shown",
				"77.10", "direction", direction, "source", "other-2020 line 3"));
		cr_expect_eq(strstr(card_cell(&card, card_row(&card, "test-2020-004"), "note_en"),
				     "series not comparable") != NULL,
			i < 2);
		card_fini(&card);
		if (i < 2)
			must(facts_put_statement(facts, &statements[i]));
	}
	facts_free(facts);
	world_fini(&world);
}

Test(scorecard, rows_wait_for_facts_norms_and_persons_by_name)
{
	struct fact literacy = { .area = CITY,
		.indicator = "LITERACY",
		.period = 2020400,
		.source = "survey",
		.value = { .there = true, .value = 244, .scale = 1 } };
	struct fact norm = { .area = AREA_NATION,
		.indicator = "NURSES",
		.period = 2016400,
		.source = "state",
		.norm = true,
		.value = { .there = true, .value = 30, .scale = 1 } };
	const struct person_verdict verdict = { .target = "test-2020-005",
		.period = 2019400,
		.outcome = VERDICT_MET,
		.evidence = "letter 17" };
	struct facts *facts;
	struct world world;
	struct card card;

	world_plan(&world);
	must(facts_new(&facts));
	world.view.facts = facts;
	card_ask(&card, &world, verb_plan_scorecard, 0, WORDS("plan", "test-2020", "at", "2020"));
	card_expect(&card, "test-2020-005",
		WORDS("class", "needs_person", "status", "", "note_zh", "看批文"));
	card_expect(&card, "test-2020-006",
		WORDS("class", "not_measurable", "note_en", "no yardstick"));
	card_expect(&card, "test-2020-007",
		WORDS("class", "needs_input", "missing", "fact LITERACY for 320700 2020"));
	card_expect(&card, "test-2020-009",
		WORDS("class", "needs_input", "missing", "norm of NURSES in 320700"));
	card_fini(&card);
	must(facts_put(facts, &literacy));
	must(facts_put(facts, &norm));
	must(facts_put_verdict(facts, &verdict));
	card_ask(&card, &world, verb_plan_scorecard, 0, WORDS("plan", "test-2020", "at", "2020"));
	card_expect(&card, "test-2020-005",
		WORDS("class", "judged", "status", "met", "note_en",
			"by a person's verdict; evidence: letter 17"));
	card_expect(&card, "test-2020-007",
		WORDS("class", "judged", "status", "met", "shown", "24.4", "source", "survey"));
	card_expect(&card, "test-2020-009",
		WORDS("class", "judged", "status", "met", "target", "3.0", "shown", "2.95"));
	card_fini(&card);
	/* years before the plan make a pace */
	card_ask(&card, &world, verb_plan_scorecard, 0, WORDS("plan", "test-2020", "at", "2018"));
	card_expect(&card, "test-2020-009", WORDS("value", "2.66", "best_pace", "0.053333333"));
	card_fini(&card);
	facts_free(facts);
	world_fini(&world);
}

static void basis_state(struct facts *facts, uint32_t period, const char *source, const char *basis)
{
	struct statement statement = {
		.area = CITY, .indicator = "NURSES", .period = period, .says_basis = true
	};

	snprintf(statement.source, sizeof(statement.source), "%s", source);
	snprintf(statement.basis, sizeof(statement.basis), "%s", basis);
	must(facts_put_statement(facts, &statement));
}

Test(scorecard, a_value_from_reports_is_set_beside_the_baseline_of_the_same_stated_basis)
{
	struct facts *facts;
	struct world world;
	struct card card;

	world_plan(&world);
	must(facts_new(&facts));
	world.view.facts = facts;
	basis_state(facts, 2015400, SOURCE_REPORTS, "registered");
	basis_state(facts, 2020400, SOURCE_REPORTS, "resident");
	card_ask(&card, &world, verb_plan_scorecard, 0, WORDS("plan", "test-2020", "at", "2020"));
	card_expect(&card, "test-2020-001", WORDS("direction", "not_comparable"));
	card_fini(&card);
	basis_state(facts, 2015400, "test-2020", "resident");
	card_ask(&card, &world, verb_plan_scorecard, 0, WORDS("plan", "test-2020", "at", "2020"));
	card_expect(&card, "test-2020-001", WORDS("direction", "better_untested"));
	card_fini(&card);
	facts_free(facts);
	world_fini(&world);
}

Test(scorecard, a_declared_break_is_said_with_its_reason)
{
	struct world world;
	struct card card;
	const char *note;

	world_plan(&world);
	card_ask(&card, &world, verb_plan_scorecard, 0, WORDS("plan", "test-2020", "at", "2020"));
	card_expect(&card, "test-2020-016", WORDS("direction", "not_comparable"));
	note = card_cell(&card, card_row(&card, "test-2020-016"), "note_en");
	cr_expect(strstr(note, "a new series from 2018: a new questionnaire"), "%s", note);
	note = card_cell(&card, card_row(&card, "test-2020-016"), "note_zh");
	cr_expect(strstr(note, "2018年起口径改变：改用新问卷"), "%s", note);
	/* of another area */
	note = card_cell(&card, card_row(&card, "test-2020-004"), "note_en");
	cr_expect_not(strstr(note, "district"), "%s", note);
	card_fini(&card);
	/* before it, nothing is said */
	card_ask(&card, &world, verb_plan_scorecard, 0, WORDS("plan", "test-2020", "at", "2017"));
	note = card_cell(&card, card_row(&card, "test-2020-016"), "note_en");
	cr_expect_not(strstr(note, "questionnaire"), "%s", note);
	card_fini(&card);
	world_fini(&world);
}

Test(scorecard, a_month_that_fails_is_named)
{
	struct world world;
	struct card card;
	char period[16];

	world_plan(&world);
	for (int year = 2016; year <= 2020; year++) {
		for (int month = 1; month <= 12; month++) {
			const bool short_month = year == 2019 && month == 5;

			snprintf(period, sizeof(period), "%d-%02d", year, month);
			world_report(&world, 1, FORM_VISITS, period,
				GIVEN({ IN_VISIT, short_month ? 2 : 5, 0 }));
			world_report(&world, 2, FORM_VISITS, period, GIVEN({ IN_VISIT, 6, 0 }));
		}
	}
	world_finish(&world);
	card_ask(&card, &world, verb_plan_scorecard, 0, WORDS("plan", "test-2020", "at", "2020"));
	card_expect(&card, "test-2020-014",
		WORDS("class", "judged", "status", "missed", "failed", "2019-05", "value", "11"));
	card_fini(&card);
	world_fini(&world);
}

Test(scorecard, another_area_under_the_plan)
{
	struct world world;
	struct card card;

	world_plan(&world);
	card_ask(&card, &world, verb_plan_scorecard, 0,
		WORDS("plan", "test-2020", "at", "2020", "area", "320706"));
	/* its own values, and not the city's printed baseline: 1300 of 400 000 in 2015 */
	card_expect(&card, "test-2020-001",
		WORDS("area", "320706", "value", "3.775", "baseline", "3.25", "status", "met",
			"progress", "", "headroom", "0.775"));
	/* a row about one district stays where it is */
	card_expect(&card, "test-2020-013", WORDS("area", "320703", "value", "2.4"));
	card_fini(&card);
	world_fini(&world);
}

Test(scorecard, the_share_of_another_plans_judged_rows_that_are_met)
{
	struct world world;
	struct card card;

	world_plan(&world);
	card_ask(&card, &world, verb_plan_scorecard, 0, WORDS("plan", "test-2020", "at", "2020"));
	/* 2.4 against 3.0, 2.4 and 2.3; the fourth is not measurable, the fifth repeats the
	 * first */
	card_expect(&card, "test-2020-012",
		WORDS("class", "judged", "value", "66.666666667", "status", "met"));
	card_fini(&card);
	world_fini(&world);
}

Test(scorecard, the_summary_counts_every_row_once)
{
	struct world world;
	struct card card;
	int targets = 0;

	world_plan(&world);
	card_ask(&card, &world, verb_plan_summary, 0, WORDS("plan", "test-2020", "at", "2020"));
	for (size_t row = 0; row < card.answer.rows; row++) {
		if (strcmp(card_cell(&card, row, "class"), "judged") == 0 &&
			strcmp(card_cell(&card, row, "status"), "met") == 0)
			cr_expect_str_eq(card_cell(&card, row, "targets"), "6");
		targets += (int)strtol(card_cell(&card, row, "targets"), NULL, 10);
	}
	cr_expect_eq(targets, 18);
	card_fini(&card);
	world_fini(&world);
}

/* The page's first row is the offset's. Rows before it are not judged: the view that they would
 * need is taken away. */
Test(scorecard, rows_before_the_page_are_not_judged)
{
	struct world world;
	struct card whole, page;

	world_plan(&world);
	card_ask(&whole, &world, verb_plan_scorecard, 0, WORDS("plan", "test-2020", "at", "2020"));
	card_ask(&page, &world, verb_plan_scorecard, 15, WORDS("plan", "test-2020", "at", "2020"));
	cr_assert_eq(page.answer.rows, 3);
	for (size_t row = 0; row < 3; row++)
		for (size_t c = 0; c < page.answer.columns; c++) {
			const char *name = (const char *)page.answer.column[c].name.data;

			cr_expect_str_eq(
				card_cell(&page, row, name), card_cell(&whole, row + 15, name));
		}
	card_fini(&whole);
	card_fini(&page);
	world.view.ports = NULL;
	card_ask(&page, &world, verb_plan_scorecard, 18, WORDS("plan", "test-2020", "at", "2020"));
	cr_expect_eq(page.answer.rows, 0);
	card_fini(&page);
	world_fini(&world);
}

Test(scorecard, without_at_the_last_year_that_was_reported)
{
	struct world world;
	struct card card;

	world_plan(&world);
	card_ask(&card, &world, verb_plan_summary, 0, WORDS("plan", "test-2020"));
	cr_expect_str_eq(card_cell(&card, 0, "at"), "2020");
	card_fini(&card);
	world_fini(&world);
}

Test(scorecard, what_is_not_there_is_refused_by_name)
{
	struct world world;
	struct card card;

	world_plan(&world);
	card_ask(&card, &world, verb_plan_scorecard, 0, WORDS("plan", "nothing"));
	cr_expect_eq(card.answer.outcome, ANSWER_NOT_FOUND);
	cr_expect(strstr((const char *)card.answer.text.data, "no plan 'nothing'"));
	card_fini(&card);
	card_ask(&card, &world, verb_plan_scorecard, 0, WORDS("plan", "test-2020", "at", "soon"));
	cr_expect_eq(card.answer.outcome, ANSWER_INVALID);
	card_fini(&card);
	world_fini(&world);
}
