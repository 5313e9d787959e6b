/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Figures worked out by hand from a few reports: windows, stocks, means, populations that are
 * carried, pairing, completeness, and what must be null. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "aggregator/evaluate.h"
#include "base/err.h"
#include "tests/aggregator/world.h"

struct figure {
	struct evaluation evaluation;
	char value[DECIMAL_TEXT_BYTES]; /* "null" */
	char top[DECIMAL_TEXT_BYTES], bottom[DECIMAL_TEXT_BYTES];
	char source[SOURCE_BYTES];
	bool paired;
};

static void print(struct rational value, bool there, char ret[DECIMAL_TEXT_BYTES])
{
	int128 scaled;

	snprintf(ret, DECIMAL_TEXT_BYTES, "null");
	if (there && rational_scaled(value, &scaled))
		scaled_print(scaled, ret);
}

static struct figure figure_of(const struct world *world, const char *indicator, uint32_t area,
	const char *period, const char *window)
{
	const struct indicator *found = catalog_indicator_by_code(world->view.catalog, indicator);
	struct figure figure = { 0 };
	struct plan plan;
	struct span span;

	cr_assert(found, "%s", indicator);
	cr_assert_eq(span_of(window ? window_parse(window) : found->window, period_text(period), 0,
			     &span),
		0);
	cr_assert_eq(plan_init(&plan, &world->view, found, (struct scope){ .area = area }, &span),
		0, "%s", err_text());
	cr_assert_eq(evaluate(&world->view, &plan, &figure.evaluation), 0, "%s", err_text());
	print(figure.evaluation.value, figure.evaluation.has_value, figure.value);
	print(figure.evaluation.side[0].value, figure.evaluation.side[0].has_data, figure.top);
	print(figure.evaluation.side[1].value, figure.evaluation.side[1].has_data, figure.bottom);
	memcpy(figure.source, plan.source, sizeof(figure.source));
	figure.paired = plan.paired;
	plan_fini(&plan);
	return figure;
}

static void sides_expect(const struct figure *figure, enum side side, uint64_t expected,
	uint64_t reported, uint64_t with_value)
{
	const struct side_value *value = &figure->evaluation.side[side];

	cr_expect_eq(value->expected, expected, "expected %lu", value->expected);
	cr_expect_eq(value->reported, reported, "reported %lu", value->reported);
	cr_expect_eq(value->with_value, with_value, "with value %lu", value->with_value);
}

#define mark_has(figure, text)                                                                     \
	cr_expect(strstr((figure).evaluation.mark, text), "'%s' in '%s'", text,                    \
		(figure).evaluation.mark)
#define mark_is(figure, text) cr_expect_str_eq((figure).evaluation.mark, text)

/* Two hospitals (town 1 public, district B private), a clinic in town 2, and the agency of
 * district A. */
static void world_usual(struct world *world)
{
	world_init(world);
	world_facility_in(world, 1, TOWN_1, HOSPITAL, PUBLIC);
	world_facility_in(world, 2, DISTRICT_B, HOSPITAL, PRIVATE);
	world_facility_in(world, 3, TOWN_2, CLINIC, PRIVATE);
	world_facility_in(world, 4, DISTRICT_A, AGENCY, PUBLIC);
}

static void visits_report(
	struct world *world, const char *period, int64_t first, int64_t second, int64_t third)
{
	world_report(world, 1, HM, period, GIVEN({ VISIT, first, 0 }));
	world_report(world, 2, HM, period, GIVEN({ VISIT, second, 0 }));
	world_report(world, 3, CM, period, GIVEN({ VISIT, third, 0 }));
}

Test(evaluate, flows_add_up_over_the_months_of_each_window)
{
	static const struct {
		const char *window, *period, *value;
	} cases[] = {
		{ "month", "2026-02", "222" },
		{ "quarter", "2026Q1", "333" },
		{ "ytd", "2026-02", "333" },
		{ "r12m", "2026-02", "1443" },
		{ "year", "2025", "1110" },
		{ "year", "2026", "333" },
		{ "half", "2025H2", "1110" },
		{ "mch_year", "2026M", "443" },
	};
	struct world world;

	world_usual(&world);
	visits_report(&world, "2025-08", 1000, 0, 0);
	visits_report(&world, "2025-12", 100, 10, 0);
	visits_report(&world, "2026-01", 100, 10, 1);
	visits_report(&world, "2026-02", 200, 20, 2);
	world_finish(&world);
	for (size_t i = 0; i < array_len(cases); i++) {
		struct figure figure =
			figure_of(&world, "VISITS", CITY, cases[i].period, cases[i].window);

		cr_expect_str_eq(figure.value, cases[i].value, "%s %s: %s", cases[i].window,
			cases[i].period, figure.value);
		cr_expect_str_eq(figure.source, "HM+CM");
	}
	world_fini(&world);
}

Test(evaluate, completeness_counts_facility_months_and_says_partial)
{
	struct world world;
	struct figure figure;

	world_usual(&world);
	visits_report(&world, "2026-01", 1, 2, 3);
	world_report(&world, 1, HM, "2026-02", GIVEN({ VISIT, 5, 0 }));
	world_report(&world, 2, HM, "2026-02", GIVEN({ BED, 5, 0 }));
	world_finish(&world);
	figure = figure_of(&world, "VISITS", CITY, "2026-02", "ytd");
	sides_expect(&figure, SIDE_NUMERATOR, 6, 5, 4);
	sides_expect(&figure, SIDE_DENOMINATOR, 0, 0, 0);
	mark_is(figure, "partial 5 of 6; values in 4 of 5 reports");
	figure = figure_of(&world, "VISITS", CITY, "2026-01", "month");
	sides_expect(&figure, SIDE_NUMERATOR, 3, 3, 3);
	mark_is(figure, "");
	figure = figure_of(&world, "VISITS", DISTRICT_A, "2026-02", "month");
	sides_expect(&figure, SIDE_NUMERATOR, 2, 1, 1);
	cr_expect_str_eq(figure.value, "5");
	world_fini(&world);
}

Test(evaluate, what_is_missing_is_null_and_never_0)
{
	struct world world;
	struct figure figure;

	world_usual(&world);
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 0, 0 }));
	world_report(&world, 1, HM, "2026-02", GIVEN({ VISIT, 0, ABSENT_NOT_OFFERED }));
	world_report(&world, 1, HM, "2026-03", GIVEN({ VISIT, 0, ABSENT_WITHHELD }));
	world_finish(&world);
	cr_expect_str_eq(figure_of(&world, "VISITS", CITY, "2026-01", NULL).value, "0");
	cr_expect_str_eq(figure_of(&world, "VISITS", CITY, "2026-02", NULL).value, "0");
	figure = figure_of(&world, "VISITS", CITY, "2026-03", NULL);
	cr_expect_str_eq(figure.value, "null");
	mark_has(figure, "no data");
	cr_expect_str_eq(figure_of(&world, "VISITS", CITY, "2026-04", NULL).value, "null");
	figure = figure_of(&world, "INCOME_PER_VISIT", CITY, "2026-01", NULL);
	cr_expect_str_eq(figure.value, "null");
	figure = figure_of(&world, "PER_WORKDAY", CITY, "2026-01", NULL);
	cr_expect_str_eq(figure.value, "null");
	mark_has(figure, "no calendar of working days is loaded");
	figure = figure_of(&world, "STAFFED", CITY, "2026-01", "month");
	cr_expect_str_eq(figure.value, "null");
	mark_has(figure, "no form gives STAFF for window month");
	world_fini(&world);
}

Test(evaluate, a_denominator_of_0_is_no_value)
{
	struct world world;
	struct figure figure;

	world_usual(&world);
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 0, 0 }, { INCOME, 100, 0 }));
	world_finish(&world);
	figure = figure_of(&world, "INCOME_PER_VISIT", CITY, "2026-01", NULL);
	cr_expect_str_eq(figure.value, "null");
	cr_expect_str_eq(figure.top, "1");
	mark_has(figure, "denominator is 0");
	world_fini(&world);
}

Test(evaluate, a_report_with_a_hole_on_either_side_is_left_out_of_both)
{
	struct world world;
	struct figure figure;

	world_usual(&world);
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 10, 0 }, { INCOME, 5000, 0 }));
	world_report(&world, 2, HM, "2026-01", GIVEN({ VISIT, 90, 0 }));
	world_report(&world, 3, CM, "2026-01", GIVEN({ INCOME, 7777, 0 }));
	world_finish(&world);
	figure = figure_of(&world, "INCOME_PER_VISIT", CITY, "2026-01", NULL);
	cr_expect(figure.paired);
	cr_expect_str_eq(figure.value, "5");
	cr_expect_str_eq(figure.top, "50");
	cr_expect_str_eq(figure.bottom, "10");
	cr_expect_eq(figure.evaluation.left_out, 2);
	sides_expect(&figure, SIDE_NUMERATOR, 3, 3, 1);
	sides_expect(&figure, SIDE_DENOMINATOR, 3, 3, 1);
	mark_is(figure, "values in 1 of 3 reports; 2 left out");
	/* Visits as such are not touched by that. */
	cr_expect_str_eq(figure_of(&world, "VISITS", CITY, "2026-01", NULL).value, "100");
	world_fini(&world);
}

Test(evaluate, a_report_without_any_of_the_terms_is_left_out_too)
{
	struct world world;
	struct figure figure;

	world_usual(&world);
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 10, 0 }, { INCOME, 5000, 0 }));
	world_report(&world, 2, HM, "2026-01", GIVEN({ BED_DAY_OPEN, 90, 0 }));
	world_finish(&world);
	figure = figure_of(&world, "INCOME_PER_VISIT", CITY, "2026-01", NULL);
	cr_expect_str_eq(figure.value, "5");
	cr_expect_eq(figure.evaluation.left_out, 1);
	world_fini(&world);
}

/* More of the year's returns are there, but no yearly form gives income. */
Test(evaluate, both_sides_of_a_ratio_read_the_same_kind_of_form)
{
	struct world world;
	struct figure figure;

	world_usual(&world);
	world_report(&world, 1, HM, "2025-03", GIVEN({ VISIT, 10, 0 }, { INCOME, 5000, 0 }));
	world_report(&world, 1, IY, "2025", GIVEN({ VISIT, 120, 0 }));
	world_report(&world, 2, IY, "2025", GIVEN({ VISIT, 700, 0 }));
	world_finish(&world);
	figure = figure_of(&world, "INCOME_PER_VISIT", CITY, "2025", "year");
	cr_expect_str_eq(figure.bottom, "10");
	cr_expect_str_eq(figure.value, "5");
	cr_expect_str_eq(figure.source, "HM+CM");
	cr_expect(figure.paired);
	figure = figure_of(&world, "VISITS", CITY, "2025", "year");
	cr_expect_str_eq(figure.value, "820");
	world_fini(&world);
}

Test(evaluate, forms_of_others_than_the_filter_means_do_not_undo_the_pairing)
{
	struct world world;
	struct figure figure;

	world_usual(&world);
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 10, 0 }, { BED_DAY_OPEN, 5, 0 }));
	world_report(&world, 2, HM, "2026-01", GIVEN({ VISIT, 90, 0 }));
	world_report(&world, 3, CM, "2026-01", GIVEN({ VISIT, 7, 0 }));
	world_finish(&world);
	figure = figure_of(&world, "VISITS_PER_BED_DAY", CITY, "2026-01", NULL);
	cr_expect(figure.paired);
	cr_expect_str_eq(figure.source, "HM");
	cr_expect_str_eq(figure.value, "2");
	cr_expect_eq(figure.evaluation.left_out, 1);
	sides_expect(&figure, SIDE_NUMERATOR, 2, 2, 1);
	world_fini(&world);
}

Test(evaluate, a_report_of_who_owes_the_form_no_more_counts_but_covers_nobody)
{
	struct world world;
	struct figure figure;

	world_usual(&world);
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 10, 0 }));
	world_report(&world, 2, HM, "2026-01", GIVEN({ VISIT, 90, 0 }));
	world_facility_in(&world, 2, DISTRICT_B, CLINIC, PRIVATE);
	world_finish(&world);
	figure = figure_of(&world, "VISITS", CITY, "2026-01", NULL);
	cr_expect_str_eq(figure.value, "100");
	/* Hospital 1 gave it; clinics 2 and 3 owe another form. */
	sides_expect(&figure, SIDE_NUMERATOR, 3, 1, 1);
	mark_is(figure, "partial 1 of 3");
	world_fini(&world);
}

Test(evaluate, pairing_asks_only_what_the_filter_asks)
{
	struct world world;
	struct figure figure;

	world_usual(&world);
	world_report(
		&world, 1, HM, "2026-01", GIVEN({ BED_DAY_OPEN, 100, 0 }, { BED_DAY_USED, 80, 0 }));
	world_report(&world, 2, HM, "2026-01", GIVEN({ BED_DAY_OPEN, 900, 0 }));
	world_finish(&world);
	figure = figure_of(&world, "BED_USE", CITY, "2026-01", NULL);
	cr_expect_str_eq(figure.value, "80");
	cr_expect_eq(figure.evaluation.left_out, 1);
	figure = figure_of(&world, "BED_USE_PUBLIC", CITY, "2026-01", NULL);
	cr_expect_str_eq(figure.value, "80");
	cr_expect_eq(figure.evaluation.left_out, 0);
	sides_expect(&figure, SIDE_NUMERATOR, 1, 1, 1);
	world_fini(&world);
}

Test(evaluate, a_stock_is_the_last_one_reported_and_says_when)
{
	struct world world;
	struct figure figure;

	world_usual(&world);
	world_report(&world, 1, HM, "2026-01", GIVEN({ BED, 50, 0 }));
	world_report(&world, 2, HM, "2026-01", GIVEN({ BED, 70, 0 }));
	world_report(&world, 1, HM, "2026-02", GIVEN({ BED, 60, 0 }));
	world_finish(&world);
	figure = figure_of(&world, "BEDS", CITY, "2026-01", "month");
	cr_expect_str_eq(figure.value, "120");
	figure = figure_of(&world, "BEDS", CITY, "2026Q1", "quarter");
	cr_expect_str_eq(figure.value, "60");
	mark_has(figure, "BED as of 2026-02");
	mark_has(figure, "partial 1 of 2");
	figure = figure_of(&world, "INPATIENTS_START", CITY, "2026Q1", "quarter");
	cr_expect_str_eq(figure.value, "null");
	world_fini(&world);
}

Test(evaluate, the_first_of_a_window_is_its_first_report)
{
	struct world world;
	struct figure figure;

	world_usual(&world);
	world_report(&world, 1, HM, "2026-02", GIVEN({ PATIENT_START, 7, 0 }));
	world_report(&world, 1, HM, "2026-03", GIVEN({ PATIENT_START, 9, 0 }));
	world_finish(&world);
	figure = figure_of(&world, "INPATIENTS_START", CITY, "2026Q1", "quarter");
	cr_expect_str_eq(figure.value, "7");
	mark_has(figure, "PATIENT_START as of 2026-02");
	world_fini(&world);
}

Test(evaluate, a_mean_divides_by_the_periods_that_have_reports)
{
	struct world world;

	world_usual(&world);
	world_report(&world, 1, HM, "2026-01", GIVEN({ BED_MEAN, 10, 0 }));
	world_report(&world, 1, HM, "2026-03", GIVEN({ BED_MEAN, 15, 0 }));
	world_finish(&world);
	cr_expect_str_eq(figure_of(&world, "BEDS_MEAN", CITY, "2026Q1", NULL).value, "12.5");
	world_fini(&world);
}

Test(evaluate, figures_since_the_years_start_are_differenced_exactly)
{
	static const struct {
		const char *window, *period, *value;
	} cases[] = {
		{ "ytd", "2026-03", "30" }, { "month", "2026-03", "20" },  /* 30 - 10 */
		{ "month", "2026-01", "4" }, { "r12m", "2026-03", "105" }, /* 30 + 100 - 25 */
		{ "year", "2025", "100" }, { "quarter", "2026Q1", "30" },
		{ "r12m", "2026-02", "null" }, /* 2025-02 is missing */
	};
	struct world world;

	world_usual(&world);
	world_report(&world, 1, HM, "2025-03", GIVEN({ CASE_YTD, 25, 0 }));
	world_report(&world, 1, HM, "2025-12", GIVEN({ CASE_YTD, 100, 0 }));
	world_report(&world, 1, HM, "2026-01", GIVEN({ CASE_YTD, 4, 0 }));
	world_report(&world, 1, HM, "2026-02", GIVEN({ CASE_YTD, 10, 0 }));
	world_report(&world, 1, HM, "2026-03", GIVEN({ CASE_YTD, 30, 0 }));
	world_finish(&world);
	for (size_t i = 0; i < array_len(cases); i++)
		cr_expect_str_eq(
			figure_of(&world, "CASES", CITY, cases[i].period, cases[i].window).value,
			cases[i].value, "%s %s", cases[i].window, cases[i].period);
	world_fini(&world);
}

Test(evaluate, a_population_is_carried_for_24_months_and_says_so)
{
	static const struct {
		const char *period, *value, *mark;
	} cases[] = {
		{ "2013-12", "null", "no data" },
		{ "2014-06", "1000", "" },
		{ "2015-01", "1000", "provisional population 2014" },
		{ "2016-12", "1000", "provisional population 2014" },
		{ "2017-01", "null", "no data" },
	};
	struct world world;

	world_usual(&world);
	world_report(&world, 4, PY, "2014", GIVEN({ POP_END, 1000, 0 }));
	world_finish(&world);
	for (size_t i = 0; i < array_len(cases); i++) {
		struct figure figure =
			figure_of(&world, "POPULATION", CITY, cases[i].period, "month");

		cr_expect_str_eq(
			figure.value, cases[i].value, "%s: %s", cases[i].period, figure.value);
		if (cases[i].mark[0])
			mark_has(figure, cases[i].mark);
		else
			mark_is(figure, "");
	}
	world_fini(&world);
}

/* District B is a year ahead of district A: the city has both, not B alone. */
Test(evaluate, each_agency_s_newest_population_serves)
{
	struct world world;
	struct figure figure;

	world_usual(&world);
	world_facility_in(&world, 5, DISTRICT_B, AGENCY, PUBLIC);
	world_report(&world, 4, PY, "2014", GIVEN({ POP_END, 1000, 0 }));
	world_report(&world, 5, PY, "2014", GIVEN({ POP_END, 70, 0 }));
	world_report(&world, 5, PY, "2015", GIVEN({ POP_END, 80, 0 }));
	world_finish(&world);
	figure = figure_of(&world, "POPULATION", CITY, "2015", "year");
	cr_expect_str_eq(figure.value, "1080");
	mark_is(figure, "provisional population 2014");
	sides_expect(&figure, SIDE_NUMERATOR, 2, 2, 2);
	figure = figure_of(&world, "POPULATION", DISTRICT_B, "2015", "year");
	cr_expect_str_eq(figure.value, "80");
	mark_is(figure, "");
	/* What is withdrawn was never there; what closed is not carried. */
	world_withdraw(&world, 5, PY, "2015");
	world_finish(&world);
	cr_expect_str_eq(figure_of(&world, "POPULATION", CITY, "2015", "year").value, "1070");
	world_facility(&world, 5,
		&(const struct segment){ .from_day = day_of(2000, 1, 1),
			.area = DISTRICT_B,
			.stratum = stratum_of(AGENCY, PUBLIC) },
		1, day_of(2015, 1, 1));
	world_finish(&world);
	figure = figure_of(&world, "POPULATION", CITY, "2015", "year");
	cr_expect_str_eq(figure.value, "1000");
	sides_expect(&figure, SIDE_NUMERATOR, 1, 1, 1);
	world_fini(&world);
}

Test(evaluate, a_window_across_years_takes_the_mean_of_its_months_populations)
{
	struct world world;
	struct figure figure;

	world_usual(&world);
	world_report(&world, 4, PY, "2014", GIVEN({ POP_END, 1000, 0 }));
	world_report(&world, 4, PY, "2015", GIVEN({ POP_END, 1200, 0 }));
	visits_report(&world, "2015-04", 30, 0, 3);
	world_finish(&world);
	/* 8 months of 2014, 4 of 2015. */
	figure = figure_of(&world, "POPULATION", CITY, "2015-04", "r12m");
	cr_expect_str_eq(figure.value, "1066.666666667");
	mark_is(figure, "");
	figure = figure_of(&world, "VISITS_PER_1000", DISTRICT_A, "2015-04", "r12m");
	cr_expect_str_eq(figure.value, "30.9375"); /* 33 * 1000 * 12 / 12800 */
	mark_has(figure, "mixed basis");
	mark_has(figure, "numerator partial 2 of 24");
	cr_expect_str_eq(figure.source, "HM+CM+PY");
	cr_expect_not(figure.paired);
	world_fini(&world);
}

Test(evaluate, the_yearly_return_is_taken_where_it_covers_as_much)
{
	struct world world;
	struct figure figure;

	world_usual(&world);
	world_report(&world, 1, IY, "2025", GIVEN({ VISIT, 999, 0 }, { STAFF, 40, 0 }));
	visits_report(&world, "2025-01", 1, 2, 3);
	world_finish(&world);
	figure = figure_of(&world, "VISITS", CITY, "2025", "year");
	cr_expect_str_eq(figure.value, "999"); /* 12 facility-months against 3 */
	cr_expect_str_eq(figure.source, "IY");
	sides_expect(&figure, SIDE_NUMERATOR, 3, 1, 1);
	figure = figure_of(&world, "VISITS", DISTRICT_B, "2025", "year");
	cr_expect_str_eq(figure.value, "2"); /* no yearly return in this district */
	figure = figure_of(&world, "STAFFED", CITY, "2025-07", "year");
	cr_expect_str_eq(figure.value, "40");
	world_fini(&world);
}

Test(evaluate, equal_cover_is_decided_by_precedence)
{
	static const char *const months[] = { "2025-01", "2025-02", "2025-03", "2025-04", "2025-05",
		"2025-06", "2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025-12" };
	struct world world;

	world_usual(&world);
	for (size_t i = 0; i < array_len(months); i++)
		world_report(&world, 1, HM, months[i], GIVEN({ VISIT, 1, 0 }));
	world_finish(&world);
	cr_expect_str_eq(figure_of(&world, "VISITS", CITY, "2025", "year").source, "HM+CM");
	world_report(&world, 1, IY, "2025", GIVEN({ VISIT, 13, 0 }));
	world_finish(&world);
	cr_expect_str_eq(figure_of(&world, "VISITS", CITY, "2025", "year").source, "IY");
	world_report(&world, 2, HM, "2025-05", GIVEN({ VISIT, 1, 0 }));
	world_finish(&world);
	cr_expect_str_eq(figure_of(&world, "VISITS", CITY, "2025", "year").source, "HM+CM");
	world_fini(&world);
}

Test(evaluate, a_figure_that_does_not_add_over_space_stays_in_its_area)
{
	struct world world;

	world_usual(&world);
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 3, 0 }, { SURVEY, 125, 0 }));
	world_finish(&world);
	cr_expect_str_eq(figure_of(&world, "SURVEYED", TOWN_1, "2026-01", NULL).value, "12.5");
	cr_expect_str_eq(figure_of(&world, "SURVEYED", DISTRICT_A, "2026-01", NULL).value, "null");
	cr_expect_str_eq(figure_of(&world, "VISITS", DISTRICT_A, "2026-01", NULL).value, "3");
	world_fini(&world);
}

Test(evaluate, what_does_not_add_over_space_counts_the_returns_of_its_own_area_only)
{
	const struct figure *at;
	struct figure figure;
	struct world world;

	world_usual(&world);
	world_facility_in(&world, 5, DISTRICT_A, HOSPITAL, PUBLIC);
	world_facility_in(&world, 6, DISTRICT_A, HOSPITAL, PRIVATE);
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 3, 0 }, { SURVEY, 125, 0 }));
	world_report(&world, 2, HM, "2026-01", GIVEN({ VISIT, 3, 0 }));
	world_report(&world, 5, HM, "2026-01", GIVEN({ VISIT, 4, 0 }, { SURVEY, 130, 0 }));
	world_finish(&world);
	at = &figure;
	figure = figure_of(&world, "SURVEYED", DISTRICT_A, "2026-01", NULL);
	cr_expect_str_eq(at->value, "13");
	sides_expect(at, SIDE_NUMERATOR, 2, 1, 1);
	mark_is(figure, "partial 1 of 2");
	figure = figure_of(&world, "VISITS", DISTRICT_A, "2026-01", NULL);
	sides_expect(at, SIDE_NUMERATOR, 4, 2, 2);
	figure = figure_of(&world, "SURVEYED", CITY, "2026-01", NULL);
	cr_expect_str_eq(at->value, "null");
	sides_expect(at, SIDE_NUMERATOR, 0, 0, 0);
	world_fini(&world);
}

Test(evaluate, what_does_not_add_over_space_leaves_out_only_its_own_returns)
{
	struct figure figure;
	struct world world;

	world_usual(&world);
	world_facility_in(&world, 5, DISTRICT_A, HOSPITAL, PUBLIC);
	world_facility_in(&world, 6, DISTRICT_A, HOSPITAL, PRIVATE);
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 5, 0 }));
	world_report(&world, 5, HM, "2026-01", GIVEN({ SURVEY, 130, 0 }));
	world_report(&world, 6, HM, "2026-01", GIVEN({ VISIT, 7, 0 }));
	world_finish(&world);
	figure = figure_of(&world, "SURVEY_SHARE", DISTRICT_A, "2026-01", NULL);
	cr_expect(figure.paired);
	cr_expect_str_eq(figure.value, "1");
	cr_expect_eq(figure.evaluation.left_out, 1, "%lu", figure.evaluation.left_out);
	sides_expect(&figure, SIDE_NUMERATOR, 2, 2, 1);
	world_fini(&world);
}

Test(evaluate, counts_of_facilities_areas_and_days_are_taken_once)
{
	const struct segment segment = { .from_day = day_of(2000, 1, 1),
		.area = TOWN_2,
		.stratum = stratum_of(HOSPITAL, PUBLIC) };
	struct world world;
	struct figure figure;

	world_usual(&world);
	visits_report(&world, "2026-02", 28, 28, 56);
	visits_report(&world, "2026-01", 28, 28, 56);
	world_facility(&world, 5, &segment, 1, day_of(2026, 2, 1)); /* closed before February */
	world_finish(&world);
	cr_expect_str_eq(figure_of(&world, "PER_HOSPITAL", CITY, "2026-02", NULL).value, "28");
	figure = figure_of(&world, "PER_HOSPITAL", CITY, "2026-01", NULL);
	cr_expect_str_eq(figure.bottom, "3");
	cr_expect_str_eq(figure_of(&world, "PER_DAY", CITY, "2026-02", NULL).value, "4");
	cr_expect_str_eq(figure_of(&world, "PER_DAY", CITY, "2026-02", "ytd").bottom, "59");
	cr_expect_str_eq(figure_of(&world, "TOWNS", DISTRICT_A, "2026", NULL).value, "2");
	cr_expect_str_eq(figure_of(&world, "TOWNS", DISTRICT_B, "2026", NULL).value, "0");
	world_fini(&world);
}

Test(evaluate, the_first_month_of_all_has_nothing_before_it)
{
	struct world world;
	const struct segment always = {
		.from_day = day_of(1949, 1, 1),
		.area = TOWN_1,
		.stratum = stratum_of(HOSPITAL, PUBLIC),
	};

	world_init(&world);
	world_facility(&world, 1, &always, 1, DAY_NEVER);
	world_report(&world, 1, HM, "1949-01", GIVEN({ CASE_YTD, 4, 0 }));
	world_finish(&world);
	cr_expect_str_eq(figure_of(&world, "CASES", CITY, "1949-01", "month").value, "4");
	cr_expect_str_eq(figure_of(&world, "CASES", CITY, "1949-01", "ytd").value, "4");
	world_fini(&world);
}

Test(evaluate, coefficients_and_scales_are_exact)
{
	struct world world;

	world_usual(&world);
	visits_report(&world, "2026-01", 10, 0, 1);
	world_report(&world, 2, HM, "2026-01", GIVEN({ BED, 5, 0 }));
	world_report(&world, 1, HM, "2026-02", GIVEN({ VISIT, 3, 0 }, { INCOME, 1000, 0 }));
	world_finish(&world);
	/* 2 * 11 - 0.5 * 5, over one month */
	cr_expect_str_eq(figure_of(&world, "MIXED", CITY, "2026-01", NULL).value, "19.5");
	cr_expect_str_eq(
		figure_of(&world, "INCOME_PER_VISIT", CITY, "2026-02", NULL).value, "3.333333333");
	world_fini(&world);
}

Test(evaluate, a_facility_that_moves_takes_its_reports_of_that_time_along)
{
	struct world world;
	const struct segment segments[] = {
		{ .from_day = day_of(2000, 1, 1),
			.area = TOWN_1,
			.stratum = stratum_of(HOSPITAL, PUBLIC) },
		{ .from_day = day_of(2026, 2, 1),
			.area = DISTRICT_B,
			.stratum = stratum_of(HOSPITAL, PUBLIC) },
	};

	world_usual(&world);
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 1, 0 }));
	world_report(&world, 1, HM, "2026-02", GIVEN({ VISIT, 2, 0 }));
	world_finish(&world);
	cr_expect_str_eq(figure_of(&world, "VISITS", DISTRICT_A, "2026-02", "ytd").value, "3");
	world_facility(&world, 1, segments, 2, DAY_NEVER);
	world_finish(&world);
	cr_expect_str_eq(figure_of(&world, "VISITS", DISTRICT_A, "2026-02", "ytd").value, "1");
	cr_expect_str_eq(figure_of(&world, "VISITS", DISTRICT_B, "2026-02", "ytd").value, "2");
	cr_expect_str_eq(figure_of(&world, "VISITS", CITY, "2026-02", "ytd").value, "3");
	world_fini(&world);
}
