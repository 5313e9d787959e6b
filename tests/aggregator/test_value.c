/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Values of ratios: of areas and of one facility, with their completeness, what is lacking by name,
 * and the memory that forgets what a report has touched. Figures worked out by hand. */
#include "tests/aggregator/values.h"

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

Test(value, a_facility_has_the_value_of_its_own_reports)
{
	struct world world;
	struct valuing valuing = { .view = &world.view };
	struct value value;

	world_usual(&world);
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 10, 0 }, { INCOME, 5000, 0 }));
	world_report(&world, 1, HM, "2026-02", GIVEN({ VISIT, 30, 0 }, { INCOME, 5000, 0 }));
	world_report(&world, 2, HM, "2026-01", GIVEN({ VISIT, 90, 0 }, { INCOME, 100, 0 }));
	world_finish(&world);
	value_is(value_in(&valuing, "VISITS", facility_scope(TOWN_1, 1), "2026-01", NULL), "10");
	value_is(value_in(&valuing, "VISITS", facility_scope(TOWN_1, 1), "2026", "year"), "40");
	value_is(value_in(&valuing, "VISITS", facility_scope(CITY, 1), "2026", "year"), "40");
	value_is(value_in(&valuing, "VISITS", facility_scope(CITY, 2), "2026-01", NULL), "90");
	value_is(value_in(&valuing, "INCOME_PER_VISIT", facility_scope(CITY, 1), "2026", "year"),
		"2.5");
	value = value_in(&valuing, "VISITS", facility_scope(CITY, 1), "2026", "year");
	cr_expect_eq(value.side[SIDE_NUMERATOR].expected, 12);
	cr_expect_eq(value.side[SIDE_NUMERATOR].reported, 2);
	cr_expect_float_eq(value.complete, 2.0 / 12, 1e-12);
	/* Not of another area, and none where it has sent none. */
	value_is(value_in(&valuing, "VISITS", facility_scope(DISTRICT_B, 1), "2026-01", NULL),
		"none");
	value = value_in(&valuing, "VISITS", facility_scope(CITY, 3), "2026-01", NULL);
	cr_expect_eq(value.source, VALUE_NONE);
	cr_expect_str_eq(value.missing, "element VISIT of F3 on CM for 2026-01");
	world_fini(&world);
}

Test(value, a_facility_with_a_hole_is_left_out_whole)
{
	struct world world;
	struct valuing valuing = { .view = &world.view };
	struct value value;

	world_usual(&world);
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 10, 0 }, { INCOME, 5000, 0 }));
	world_report(&world, 1, HM, "2026-02", GIVEN({ VISIT, 30, 0 }));
	world_finish(&world);
	value = value_in(&valuing, "INCOME_PER_VISIT", facility_scope(CITY, 1), "2026", "year");
	value_is(value, "5");
	cr_expect_eq(value.left_out, 1);
	cr_expect(value.paired);
	world_fini(&world);
}

Test(value, completeness_by_volume_weighs_by_last_year)
{
	struct world world;
	struct valuing valuing = { .view = &world.view };
	struct value value;

	world_usual(&world);
	world_report(&world, 1, HM, "2025-01", GIVEN({ VISIT, 960, 0 }));
	world_report(&world, 2, HM, "2025-01", GIVEN({ VISIT, 40, 0 }));
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 900, 0 }));
	world_report(&world, 2, HM, "2026-02", GIVEN({ VISIT, 50, 0 }));
	world_finish(&world);
	/* 960 of last January's 1000 visits were in the hospital that has reported. */
	value = value_in(&valuing, "PER_HOSPITAL", city, "2026-01", NULL);
	cr_expect_float_eq(value.complete, 0.5, 1e-12);
	cr_expect_float_eq(value.complete_by_volume, 0.96, 1e-12, "%f", value.complete_by_volume);
	cr_expect_not(value.provisional);
	/* Last February is not known: the facility rate. */
	value = value_in(&valuing, "PER_HOSPITAL", city, "2026-02", NULL);
	cr_expect_float_eq(value.complete_by_volume, 0.5, 1e-12);
	cr_expect(value.provisional);
	/* District B: nothing of 40. */
	value = value_in(
		&valuing, "PER_HOSPITAL", (struct scope){ .area = DISTRICT_B }, "2026-01", NULL);
	cr_expect_float_eq(value.complete_by_volume, 0, 1e-12);
	world_report(&world, 2, HM, "2026-01", GIVEN({ VISIT, 1, 0 }));
	world_finish(&world);
	value = value_in(&valuing, "PER_HOSPITAL", city, "2026-01", NULL);
	cr_expect_eq(value.complete, 1);
	cr_expect_eq(value.complete_by_volume, 1);
	world_fini(&world);
}

Test(value, a_population_of_an_earlier_year_is_provisional)
{
	struct world world;
	struct valuing valuing = { .view = &world.view };
	struct value value;

	world_usual(&world);
	world_report(&world, 4, PY, "2024", GIVEN({ POP_END, 1000, 0 }));
	world_report(&world, 4, PY, "2025", GIVEN({ POP_END, 2000, 0 }));
	world_finish(&world);
	value = value_in(&valuing, "POPULATION", city, "2025", NULL);
	value_is(value, "2000");
	cr_expect_not(value.provisional);
	cr_expect_str_eq(value.series, "basis residence");
	value = value_in(&valuing, "POPULATION", city, "2026", NULL);
	value_is(value, "2000");
	cr_expect(value.provisional);
	value = value_in(&valuing, "POPULATION", city, "2029", NULL);
	cr_expect_eq(value.source, VALUE_NONE);
	cr_expect_str_eq(value.missing, "population of 320700 for 2029 (element POP_END)");
	world_fini(&world);
}

Test(value, what_is_lacking_is_named)
{
	struct world world;
	struct valuing valuing = { .view = &world.view };
	struct value value;

	world_usual(&world);
	world_finish(&world);
	value = value_in(&valuing, "VISITS", (struct scope){ .area = TOWN_1 }, "2026-01", NULL);
	cr_expect_str_eq(value.missing, "element VISIT of F1 on HM for 2026-01");
	value = value_in(&valuing, "BEDS", city, "2026-01", NULL);
	cr_expect_str_eq(value.missing, "element BED of institutions in 320700 on HM for 2026-01");
	value = value_in(&valuing, "STAFFED", city, "2026-01", "month");
	cr_expect_str_eq(value.missing, "a form that gives element STAFF for window month");
	value = value_in(&valuing, "PER_WORKDAY", city, "2026-01", NULL);
	cr_expect_str_eq(
		value.missing, "element VISIT of institutions in 320700 on HM for 2026-01");
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 0, 0 }, { INCOME, 1, 0 }));
	world_finish(&world);
	value = value_in(&valuing, "PER_WORKDAY", city, "2026-01", NULL);
	cr_expect_str_eq(value.missing, "no calendar of working days is loaded");
	value = value_in(&valuing, "INCOME_PER_VISIT", city, "2026-01", NULL);
	cr_expect_str_eq(value.missing, "a denominator other than 0");
	world_fini(&world);
}

Test(value, long_windows_add_up)
{
	struct world world;
	struct valuing valuing = { .view = &world.view, .since = 2023, .first_year = 2024 };
	struct value value;

	world_usual(&world);
	world_report(&world, 1, HM, "2023-02", GIVEN({ VISIT, 1, 0 }));
	world_report(&world, 1, HM, "2023-03", GIVEN({ VISIT, 10, 0 }));
	world_report(&world, 1, HM, "2024-01", GIVEN({ VISIT, 100, 0 }));
	world_report(&world, 1, HM, "2026-02", GIVEN({ VISIT, 1000, 0 }));
	world_report(&world, 1, HM, "2026-03", GIVEN({ VISIT, 10000, 0 }));
	world_finish(&world);
	value_is(value_in(&valuing, "VISITS", city, "2026-02", "r36m"), "1110");
	value_is(value_in(&valuing, "VISITS", city, "2026-02", "baseline"), "1100");
	value_is(value_in(&valuing, "VISITS", city, "2026", "baseline"), "11100");
	/* A window that does not fit is no error of the question: it is what lacks. */
	valuing.since = 0;
	cr_assert_eq(
		value_of_period(&valuing, catalog_indicator_by_code(world.view.catalog, "VISITS"),
			city, period_text("2026"), &value),
		0);
	cr_expect_eq(value.source, VALUE_NONE);
	cr_expect(strstr(value.missing, "does not lie within one window 'month'"), "%s",
		value.missing);
	world_fini(&world);
}

Test(value, what_is_remembered_lasts_until_its_years_are_touched)
{
	struct world world;
	struct value_memo *memo;
	struct valuing valuing = { .view = &world.view };

	world_usual(&world);
	cr_assert_eq(value_memo_new(&memo), 0);
	valuing.memo = memo;
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 10, 0 }));
	world_finish(&world);
	value_is(value_in(&valuing, "VISITS", city, "2026-01", NULL), "10");
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 11, 0 }));
	world_finish(&world);
	value_is(value_in(&valuing, "VISITS", city, "2026-01", NULL), "10"); /* not told yet */
	value_memo_forget_year(memo, 2023);
	value_is(
		value_in(&valuing, "VISITS", city, "2026-01", NULL), "10"); /* rests on 2024–2026 */
	value_memo_forget_year(memo, 2024);
	value_is(value_in(&valuing, "VISITS", city, "2026-01", NULL), "11");
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 12, 0 }));
	world_finish(&world);
	value_memo_forget_year(memo, 2027);
	value_is(value_in(&valuing, "VISITS", city, "2026-01", NULL), "11");
	value_memo_forget_year(memo, 2026);
	value_is(value_in(&valuing, "VISITS", city, "2026-01", NULL), "12");
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 13, 0 }));
	world_finish(&world);
	value_memo_forget_all(memo);
	value_is(value_in(&valuing, "VISITS", city, "2026-01", NULL), "13");
	/* Scopes, windows and periods are told apart. */
	value_is(value_in(&valuing, "VISITS", facility_scope(CITY, 1), "2026-01", NULL), "13");
	value_is(value_in(&valuing, "VISITS", facility_scope(CITY, 2), "2026-01", NULL), "none");
	value_is(value_in(&valuing, "VISITS", city, "2026-02", NULL), "none");
	value_is(value_in(&valuing, "VISITS", city, "2026-02", "ytd"), "13");
	value_memo_free(memo);
	world_fini(&world);
}

Test(value, every_text_comes_back_from_memory)
{
	struct world world;
	struct value_memo *memo;
	struct valuing valuing = { .view = &world.view };
	struct value first, again;

	world_usual(&world);
	cr_assert_eq(value_memo_new(&memo), 0);
	valuing.memo = memo;
	world_report(&world, 4, PY, "2025", GIVEN({ POP_END, 2000, 0 }));
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 10, 0 }));
	world_finish(&world);
	first = value_in(&valuing, "VISITS_PER_1000", city, "2026", NULL);
	again = value_in(&valuing, "VISITS_PER_1000", city, "2026", NULL);
	value_is(again, "5");
	cr_expect_str_eq(first.mark, again.mark);
	cr_expect_str_eq(first.series, again.series);
	cr_expect_str_eq(first.series, "basis service+residence");
	cr_expect_str_eq(first.source_text, again.source_text);
	cr_expect_str_eq(again.source_text, "HM+CM+PY");
	cr_expect_eq(again.provisional, true);
	value_memo_free(memo);
	world_fini(&world);
}
