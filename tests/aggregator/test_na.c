/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is not applicable to a respondent is no hole: the element, and a ratio that reads it,
 * expects nothing of it. And a total for other units that nobody gives is missed of nobody. */
#include <criterion/criterion.h>
#include <string.h>

#include "aggregator/expected.h"
#include "aggregator/value.h"
#include "tests/aggregator/figures.h"

static const struct scope city_scope = { .area = CITY };

/* Three public hospitals in town 1, town 2 and district B. */
static void world_three(struct world *world, const char *folder)
{
	world_init_with(world, folder);
	world_facility_in(world, 1, TOWN_1, HOSPITAL, PUBLIC);
	world_facility_in(world, 2, TOWN_2, HOSPITAL, PUBLIC);
	world_facility_in(world, 3, DISTRICT_B, HOSPITAL, PUBLIC);
}

#define NA ABSENT_NOT_APPLICABLE

Test(na, an_element_is_expected_of_those_to_whom_it_applies)
{
	struct world world;
	struct figure figure;

	world_three(&world, "catalog");
	world_report(&world, 1, HM, "2026-01", GIVEN({ BED, 40, 0 }));
	world_report(&world, 2, HM, "2026-01", GIVEN({ BED, 0, NA }));
	world_finish(&world);
	figure = figure_in(&world, "BEDS", city_scope, "2026-01", NULL);
	side_is(figure, SIDE_NUMERATOR, 2, 1, 1);
	cr_expect_eq(figure.evaluation.side[SIDE_NUMERATOR].inapplicable, 1);
	cr_expect_str_eq(figure.value, "40");
	cr_expect_str_eq(figure.evaluation.mark, "partial 1 of 2; not applicable to 1");
	/* one of another kind of hospital counts apart */
	world_facility_in(&world, 4, TOWN_1, HOSPITAL, PRIVATE);
	world_report(&world, 4, HM, "2026-01", GIVEN({ BED, 2, 0 }));
	world_finish(&world);
	figure = figure_in(&world, "BEDS", city_scope, "2026-01", NULL);
	side_is(figure, SIDE_NUMERATOR, 3, 2, 2);
	world_withdraw(&world, 4, HM, "2026-01");
	world_facility(&world, 4,
		&(struct segment){ .from_day = day_of(2026, 5, 1),
			.area = TOWN_1,
			.stratum = stratum_of(HOSPITAL, PRIVATE) },
		1, DAY_NEVER);
	world_finish(&world);
	/* other elements of the same reports are not touched */
	figure = figure_in(&world, "VISITS", city_scope, "2026-01", NULL);
	side_is(figure, SIDE_NUMERATOR, 3, 2, 0);
	/* of the area in which it stands, and of itself */
	figure = figure_in(&world, "BEDS", (struct scope){ .area = TOWN_2 }, "2026-01", NULL);
	side_is(figure, SIDE_NUMERATOR, 0, 0, 0);
	cr_expect_str_eq(figure.value, "null");
	figure = figure_in(
		&world, "BEDS", (struct scope){ .area = CITY, .facility = 2 }, "2026-01", NULL);
	side_is(figure, SIDE_NUMERATOR, 0, 0, 0);
	world_fini(&world);
}

Test(na, other_kinds_of_absence_stay_expected)
{
	static const uint32_t kinds[] = { ABSENT_NOT_COLLECTED, ABSENT_WITHHELD };
	struct world world;
	struct figure figure;

	for (size_t i = 0; i < array_len(kinds); i++) {
		world_three(&world, "catalog");
		world_report(&world, 1, HM, "2026-01", GIVEN({ BED, 0, kinds[i] }));
		world_report(&world, 2, HM, "2026-01", GIVEN({ BED, 0, ABSENT_NOT_OFFERED }));
		world_finish(&world);
		figure = figure_in(&world, "BEDS", city_scope, "2026-01", NULL);
		side_is(figure, SIDE_NUMERATOR, 3, 2, 1);
		cr_expect_eq(world.table[TABLE_INAPPLICABLE].rows, 0, "no row without need");
		world_fini(&world);
	}
}

/* Paired: in either term, with or without the other; beside a hole; corrected; moved; withdrawn. */
Test(na, a_pair_expects_nothing_of_whom_a_term_does_not_apply_to)
{
	static const struct {
		struct given given[2];
		uint64_t expected, reported, with_value, left_out;
	} cases[] = {
		{ { { BED_DAY_OPEN, 0, NA }, { BED_DAY_USED, 50, 0 } }, 2, 1, 1, 0 },
		{ { { BED_DAY_OPEN, 90, 0 }, { BED_DAY_USED, 0, NA } }, 2, 1, 1, 0 },
		{ { { BED_DAY_OPEN, 0, NA }, { BED_DAY_USED, 0, NA } }, 2, 1, 1, 0 },
		{ { { BED_DAY_OPEN, 0, NA }, { BED_DAY_USED, 0, ABSENT_WITHHELD } }, 2, 1, 1, 0 },
		{ { { BED_DAY_OPEN, 0, NA }, { BED_DAY_USED, 0, ABSENT_NOT_OFFERED } }, 2, 1, 1,
			0 },
		{ { { BED_DAY_OPEN, 90, 0 }, { BED_DAY_USED, 0, ABSENT_WITHHELD } }, 3, 2, 1, 1 },
		{ { { BED_DAY_OPEN, 0, ABSENT_WITHHELD }, { BED_DAY_USED, 0, ABSENT_WITHHELD } }, 3,
			2, 1, 1 },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct world world;
		struct figure figure;

		world_three(&world, "catalog");
		world_report(&world, 1, HM, "2026-01",
			GIVEN({ BED_DAY_OPEN, 100, 0 }, { BED_DAY_USED, 80, 0 }));
		world_report(&world, 2, HM, "2026-01", GIVEN({ BED_DAY_OPEN, 0, NA }));
		world_report(&world, 2, HM, "2026-01", cases[i].given, 2);
		world_finish(&world);
		for (int which = 0; which < 2; which++) {
			figure = figure_in(&world, "BED_USE", city_scope, "2026-01", NULL);
			cr_expect_str_eq(figure.value, "80", "%zu: %s", i, figure.value);
			cr_expect_eq(figure.evaluation.left_out, cases[i].left_out, "%zu", i);
			for (enum side side = 0; side < SIDES; side++)
				side_is(figure, side, cases[i].expected, cases[i].reported,
					cases[i].with_value);
			/* and the same where it stands after a move */
			world_facility_in(&world, 2, DISTRICT_B, HOSPITAL, PUBLIC);
			world_finish(&world);
		}
		figure = figure_in(&world, "BED_USE", (struct scope){ .area = CITY, .facility = 2 },
			"2026-01", NULL);
		side_is(figure, SIDE_NUMERATOR, cases[i].expected - 2, cases[i].reported - 1, 0);
		cr_expect_eq(figure.evaluation.left_out, cases[i].left_out, "%zu", i);
		world_withdraw(&world, 2, HM, "2026-01");
		world_finish(&world);
		figure = figure_in(&world, "BED_USE", city_scope, "2026-01", NULL);
		side_is(figure, SIDE_NUMERATOR, 3, 1, 1);
		world_withdraw(&world, 1, HM, "2026-01");
		world_finish(&world);
		cr_expect_eq(world.table[TABLE_LEFTOUT].rows, 0);
		cr_expect_eq(world.table[TABLE_INAPPLICABLE].rows, 0);
		world_fini(&world);
	}
}

/* The area's own reports alone, where nothing adds over space. */
Test(na, of_what_does_not_add_over_space_only_the_own_reports_are_asked)
{
	struct world world;
	struct figure figure;

	world_three(&world, "catalog");
	world_facility_in(&world, 2, DISTRICT_A, HOSPITAL, PUBLIC);
	world_report(&world, 1, HM, "2026-01", GIVEN({ SURVEY, 0, NA }));
	world_report(&world, 2, HM, "2026-01", GIVEN({ SURVEY, 15, 0 }));
	world_finish(&world);
	for (int which = 0; which < 2; which++) {
		figure = figure_in(&world, which ? "SURVEY_SHARE" : "SURVEYED",
			(struct scope){ .area = DISTRICT_A }, "2026-01", NULL);
		side_is(figure, SIDE_NUMERATOR, 1, 1, 1);
		figure = figure_in(&world, which ? "SURVEY_SHARE" : "SURVEYED",
			(struct scope){ .area = TOWN_1 }, "2026-01", NULL);
		side_is(figure, SIDE_NUMERATOR, 0, 0, 0);
	}
	world_fini(&world);
}

/* A yearly population that does not apply serves nobody in the years after, and is not missed. */
Test(na, a_return_that_still_serves_may_be_inapplicable)
{
	struct world world;
	struct figure figure;

	world_init(&world);
	world_facility_in(&world, 1, DISTRICT_A, AGENCY, PUBLIC);
	world_facility_in(&world, 2, DISTRICT_B, AGENCY, PUBLIC);
	world_report(&world, 1, PY, "2024", GIVEN({ POP_END, 1000, 0 }));
	world_report(&world, 2, PY, "2024", GIVEN({ POP_END, 0, NA }));
	world_finish(&world);
	figure = figure_in(&world, "POPULATION", city_scope, "2025", "year");
	cr_expect_str_eq(figure.value, "1000");
	side_is(figure, SIDE_NUMERATOR, 1, 1, 1);
	world_fini(&world);
}

Test(na, completeness_of_required_lines_leaves_it_out)
{
	struct world world;
	struct valuing valuing = { .view = &world.view };
	const struct indicator *indicator;
	struct value value;
	struct span span;

	world_three(&world, "catalog_methods");
	indicator = catalog_indicator_by_code(world.view.catalog, "FILLED");
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 4, 0 }));
	world_report(&world, 2, HM, "2026-01", GIVEN({ VISIT, 0, NA }));
	world_report(&world, 3, HM, "2026-01", GIVEN({ VISIT, 0, ABSENT_WITHHELD }));
	world_finish(&world);
	cr_assert_eq(span_of(indicator->window, period_text("2026Q1"), 0, &span), 0);
	cr_assert_eq(value_of(&valuing, indicator, city_scope, &span, &value), 0, "%s", err_text());
	cr_expect(strstr(value.mark, "1 of 2"), "%s", value.mark);
	world_fini(&world);
}

/* The catalogue as it is in force, because only there one unit reports totals for others. */
Test(na, a_total_for_other_units_is_a_hole_nowhere)
{
	const struct facility *facility;
	const struct attribute *class;
	const struct element *visit, *reported_for;
	const struct form *form;
	struct world world;
	struct figure figure;
	bool owes = false;

	world_init_with(&world, "../../catalog");
	form = catalog_form_by_code(world.view.catalog, "PRIMARY_MONTH");
	visit = catalog_element_by_code(world.view.catalog, "VISIT");
	reported_for = catalog_element_by_code(world.view.catalog, "VISIT_FOR_VILLAGE_CLINIC");
	class = catalog_attribute_by_code(world.view.catalog, DIMENSION_CLASS, "township_hospital");
	cr_assert(form && visit && reported_for && class);
	cr_assert(element_for_others(reported_for));
	for (uint32_t n = 1; n <= 2; n++)
		world_facility_in(&world, n, DISTRICT_B, class->id, PUBLIC);
	facility = registry_facility(world.view.registry, 1);
	cr_assert_eq(facility_owes(&world.view, form, facility,
			     facility_segment(facility, period_text("2025-01")),
			     period_text("2025-01"), &owes),
		0);
	cr_assert(owes);
	world_report(&world, 1, form->id, "2025-01", GIVEN({ visit->id, 100, 0 }));
	world_report(&world, 2, form->id, "2025-01",
		GIVEN({ visit->id, 10, 0 }, { reported_for->id, 5, 0 }));
	world_finish(&world);
	figure = figure_in(&world, "VISIT_SHARE_PRIMARY_WIDE", (struct scope){ .area = DISTRICT_B },
		"2025-01", "month");
	cr_expect_str_eq(figure.value, "100");
	cr_expect_eq(figure.evaluation.left_out, 0);
	side_is(figure, SIDE_DENOMINATOR, 2, 2, 2);
	cr_expect(rational_order(figure.evaluation.side[SIDE_DENOMINATOR].value,
			  rational_of(115, 1)) == 0);
	world_report(&world, 1, form->id, "2025-01",
		GIVEN({ visit->id, 0, ABSENT_WITHHELD }, { reported_for->id, 7, 0 }));
	world_finish(&world);
	figure = figure_in(&world, "VISIT_SHARE_PRIMARY_WIDE", (struct scope){ .area = DISTRICT_B },
		"2025-01", "month");
	cr_expect_eq(figure.evaluation.left_out, 1, "its own figure is still a hole");
	side_is(figure, SIDE_DENOMINATOR, 2, 2, 1);
	cr_expect(rational_order(
			  figure.evaluation.side[SIDE_DENOMINATOR].value, rational_of(15, 1)) == 0);
	world_fini(&world);
}
