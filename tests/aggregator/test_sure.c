/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a computed value may not say: more than what it is computed from. Bounds, late parts, years
 * and units that were not seen, mixed series and fitted patterns stay visible in what is made of
 * them, or leave it without a value. */
#include "model/facts.h"
#include "tests/aggregator/values.h"

enum { BIRTH = 23, INFANT_DEATH = 24 };

static void world_sure(struct world *world, struct facts **ret_facts)
{
	world_init_with(world, "catalog_methods");
	world_facility_in(world, 1, TOWN_1, HOSPITAL, PUBLIC);
	world_facility_in(world, 2, DISTRICT_B, HOSPITAL, PRIVATE);
	cr_assert_eq(facts_new(ret_facts), 0);
	world->view.facts = *ret_facts;
}

static void fact_put(struct facts *facts, uint32_t area, const char *indicator, const char *period,
	int64_t value, enum comparator comparator)
{
	struct fact fact = { .area = area,
		.period = period_text(period),
		.value = { true, value, 0 },
		.comparator = comparator,
		.source = "s" };

	snprintf(fact.indicator, sizeof(fact.indicator), "%s", indicator);
	cr_assert_eq(facts_put(facts, &fact), 0);
}

static void visits(struct world *world, uint32_t hospital, const char *month, int64_t count)
{
	world_report(world, hospital, HM, month, GIVEN({ VISIT, count, 0 }, { BED, 10, 0 }));
}

Test(sure, nothing_is_computed_from_a_bound)
{
	struct world world;
	struct facts *facts;
	struct valuing valuing = { .view = &world.view };
	struct value value;

	world_sure(&world, &facts);
	world_finish(&world);
	fact_put(facts, CITY, "VISITS_YEAR", "2024", 95, COMPARATOR_MORE);
	fact_put(facts, CITY, "VISITS_YEAR", "2025", 100, COMPARATOR_NONE);
	value = value_in(&valuing, "GROWTH", city, "2025", NULL);
	cr_expect_eq(value.source, VALUE_NONE);
	cr_expect_str_eq(value.missing, "VISITS_YEAR: an exact value for 2024, not a bound");
	fact_put(facts, CITY, "VISITS_YEAR", "2024", 80, COMPARATOR_ABOUT);
	value = value_in(&valuing, "GROWTH", city, "2025", NULL);
	value_is(value, "25");
	cr_expect_eq(value.comparator, COMPARATOR_ABOUT);
	facts_free(facts);
	world_fini(&world);
}

Test(sure, a_bound_decides_about_a_unit_on_one_side_only)
{
	struct world world;
	struct facts *facts;
	struct valuing valuing = { .view = &world.view };
	struct value value;

	world_sure(&world, &facts);
	world_finish(&world);
	fact_put(facts, DISTRICT_B, "VISITS_YEAR", "2025", 100, COMPARATOR_NONE);
	fact_put(facts, DISTRICT_A, "VISITS_YEAR", "2025", 120, COMPARATOR_AT_LEAST);
	value_is(value_in(&valuing, "FIT_ALL", city, "2025", NULL), "1");
	/* at least 90 may be 100; at most 90 is not */
	fact_put(facts, DISTRICT_A, "VISITS_YEAR", "2025", 90, COMPARATOR_AT_LEAST);
	value = value_in(&valuing, "FIT_ALL", city, "2025", NULL);
	cr_expect_eq(value.source, VALUE_NONE);
	cr_expect_str_eq(value.missing, "VISITS_YEAR: an exact value, not a bound");
	fact_put(facts, DISTRICT_A, "VISITS_YEAR", "2025", 90, COMPARATOR_AT_MOST);
	value_is(value_in(&valuing, "FIT_ALL", city, "2025", NULL), "0");
	fact_put(facts, DISTRICT_A, "VISITS_YEAR", "2025", 120, COMPARATOR_AT_MOST);
	cr_expect_eq(value_in(&valuing, "FIT_ALL", city, "2025", NULL).source, VALUE_NONE);
	facts_free(facts);
	world_fini(&world);
}

Test(sure, the_least_of_some_is_no_more_than_a_bound_on_the_least_of_all)
{
	struct world world;
	struct facts *facts;
	struct valuing valuing = { .view = &world.view };
	struct value value;

	world_sure(&world, &facts);
	world_finish(&world);
	fact_put(facts, DISTRICT_A, "VISITS_YEAR", "2025", 120, COMPARATOR_NONE);
	value = value_in(&valuing, "LEAST_VISITS", city, "2025", NULL);
	value_is(value, "120");
	cr_expect_eq(value.comparator, COMPARATOR_AT_MOST);
	cr_expect(value.provisional);
	fact_put(facts, DISTRICT_B, "VISITS_YEAR", "2025", 130, COMPARATOR_NONE);
	value = value_in(&valuing, "LEAST_VISITS", city, "2025", NULL);
	cr_expect_eq(value.comparator, COMPARATOR_NONE);
	cr_expect(!value.provisional);
	facts_free(facts);
	world_fini(&world);
}

Test(sure, years_that_were_not_seen_keep_a_steady_rise_provisional)
{
	struct world world;
	struct facts *facts;
	struct valuing valuing = { .view = &world.view };
	struct value value;
	static const char *const years[] = { "2022", "2023", "2024", "2025" };

	world_sure(&world, &facts);
	for (int year = 2022; year <= 2025; year++)
		fact_put(facts, CITY, "VISITS_YEAR", years[year - 2022], year, COMPARATOR_NONE);
	world_finish(&world);
	value = value_in(&valuing, "STEADY", city, "2025", NULL);
	value_is(value, "100");
	cr_expect(!value.provisional);
	fact_put(facts, CITY, "VISITS_YEAR", "2023", 2000, COMPARATOR_AT_LEAST);
	value = value_in(&valuing, "STEADY", city, "2025", NULL);
	value_is(value, "100");
	cr_expect(value.provisional);
	cr_expect_float_eq(value.complete_by_volume, 1.0 / 3, 1e-9);
	facts_free(facts);
	world_fini(&world);
}

/* 10, 8, 8, none, 7, and less is better: 4, 2, 2, -, 1. */
Test(sure, ranks_have_ties_and_name_who_is_left_out)
{
	struct world world;
	struct facts *facts;
	struct valuing valuing = { .view = &world.view };
	struct value value;

	world_sure(&world, &facts);
	world_finish(&world);
	fact_put(facts, CITY, "OUTSIDE", "2025", 8, COMPARATOR_NONE);
	value = value_in(&valuing, "PLACE", city, "2025", NULL);
	cr_expect_str_eq(value.missing, "values of OUTSIDE of other areas of kind city");
	fact_put(facts, 320600, "OUTSIDE", "2025", 10, COMPARATOR_NONE);
	fact_put(facts, 320800, "OUTSIDE", "2025", 8, COMPARATOR_NONE);
	fact_put(facts, 321000, "OUTSIDE", "2025", 7, COMPARATOR_NONE);
	value = value_in(&valuing, "PLACE", city, "2025", NULL);
	value_is(value, "2");
	cr_expect_str_eq(value.mark, "area 320900 left out; of 4");
	value_is(value_in(&valuing, "PLACE", (struct scope){ .area = 320600 }, "2025", NULL), "4");
	value_is(value_in(&valuing, "PLACE", (struct scope){ .area = 320800 }, "2025", NULL), "2");
	value_is(value_in(&valuing, "PLACE", (struct scope){ .area = 321000 }, "2025", NULL), "1");
	value = value_in(&valuing, "PLACE", (struct scope){ .area = 320900 }, "2025", NULL);
	cr_expect_str_eq(value.missing, "OUTSIDE: fact OUTSIDE for 320900 2025");
	value = value_in(&valuing, "PLACE", (struct scope){ .area = DISTRICT_A }, "2025", NULL);
	cr_expect_str_eq(value.missing, "an area of kind city: only these are ranked by PLACE");
	facts_free(facts);
	world_fini(&world);
}

Test(sure, a_place_is_provisional_while_somebody_is_left_out)
{
	struct world world;
	struct facts *facts;
	struct valuing valuing = { .view = &world.view };
	struct value value;
	static const uint32_t others[] = { 320600, 320800, 321000, 320900 };

	world_sure(&world, &facts);
	world_finish(&world);
	fact_put(facts, CITY, "OUTSIDE", "2025", 8, COMPARATOR_NONE);
	for (size_t i = 0; i < 3; i++)
		fact_put(facts, others[i], "OUTSIDE", "2025", 9, COMPARATOR_NONE);
	value = value_in(&valuing, "PLACE", city, "2025", NULL);
	value_is(value, "1");
	cr_expect(value.provisional);
	cr_expect_float_eq(value.complete_by_volume, 0.8, 1e-9);
	/* one that is only known as at most may be better */
	fact_put(facts, others[3], "OUTSIDE", "2025", 9, COMPARATOR_AT_MOST);
	cr_expect(value_in(&valuing, "PLACE", city, "2025", NULL).provisional);
	fact_put(facts, others[3], "OUTSIDE", "2025", 9, COMPARATOR_NONE);
	cr_expect(!value_in(&valuing, "PLACE", city, "2025", NULL).provisional);
	facts_free(facts);
	world_fini(&world);
}

Test(sure, few_events_make_no_order)
{
	struct world world;
	struct facts *facts;
	struct valuing valuing = { .view = &world.view };
	struct value value;

	world_sure(&world, &facts);
	world_facility_in(&world, 3, DISTRICT_A, AGENCY, PUBLIC);
	world_facility_in(&world, 4, DISTRICT_B, AGENCY, PUBLIC);
	for (int m = 1; m <= 12; m++) {
		char month[16];

		snprintf(month, sizeof(month), "2025-%02d", m);
		world_report(
			&world, 3, DM, month, GIVEN({ BIRTH, 1000, 0 }, { INFANT_DEATH, 2, 0 }));
		world_report(&world, 4, DM, month,
			GIVEN({ BIRTH, 1000, 0 }, { INFANT_DEATH, m == 1 ? 2 : 1, 0 }));
	}
	world_finish(&world);
	value = value_in(
		&valuing, "PLACE_INFANTS", (struct scope){ .area = DISTRICT_B }, "2025", NULL);
	cr_expect_eq(value.source, VALUE_NONE);
	cr_expect_str_eq(value.missing, "20 events or more behind INFANT_MORTALITY in every area: "
					"fewer make an order of chance");
	world_report(&world, 4, DM, "2025-02", GIVEN({ BIRTH, 1000, 0 }, { INFANT_DEATH, 9, 0 }));
	world_finish(&world);
	value_is(value_in(&valuing, "PLACE_INFANTS", (struct scope){ .area = DISTRICT_B }, "2025",
			 NULL),
		"1");
	facts_free(facts);
	world_fini(&world);
}

Test(sure, a_stock_of_an_earlier_month_is_provisional)
{
	struct world world;
	struct facts *facts;
	struct valuing valuing = { .view = &world.view };
	struct value value;

	world_sure(&world, &facts);
	visits(&world, 1, "2025-06", 5);
	visits(&world, 2, "2025-06", 5);
	world_finish(&world);
	value = value_in(&valuing, "BEDS_YEAR", city, "2025", NULL);
	value_is(value, "20");
	cr_expect(value.provisional);
	visits(&world, 1, "2025-12", 5);
	visits(&world, 2, "2025-12", 5);
	world_finish(&world);
	cr_expect(!value_in(&valuing, "BEDS_YEAR", city, "2025", NULL).provisional);
	/* growth over a declared break, and before it */
	fact_put(facts, CITY, "BEDS_YEAR", "2023", 16, COMPARATOR_NONE);
	fact_put(facts, CITY, "BEDS_YEAR", "2024", 16, COMPARATOR_NONE);
	value = value_in(&valuing, "BEDS_GROWTH", city, "2025", NULL);
	value_is(value, "25");
	cr_expect(value.mixed);
	cr_expect(strstr(value.mark, "a new series from 2025"), "%s", value.mark);
	cr_expect(!value_in(&valuing, "BEDS_GROWTH", city, "2024", NULL).mixed);
	facts_free(facts);
	world_fini(&world);
}

Test(sure, what_is_made_of_a_fact_and_a_report_is_mixed)
{
	struct world world;
	struct facts *facts;
	struct valuing valuing = { .view = &world.view };

	world_sure(&world, &facts);
	for (int m = 1; m <= 12; m++) {
		char month[16];

		snprintf(month, sizeof(month), "2025-%02d", m);
		visits(&world, 1, month, 10);
		visits(&world, 2, month, 10);
	}
	fact_put(facts, CITY, "VISITS_YEAR", "2024", 200, COMPARATOR_NONE);
	world_finish(&world);
	value_is(value_in(&valuing, "GROWTH", city, "2025", NULL), "20");
	cr_expect(value_in(&valuing, "GROWTH", city, "2025", NULL).mixed);
	fact_put(facts, CITY, "VISITS_YEAR", "2023", 200, COMPARATOR_NONE);
	cr_expect(!value_in(&valuing, "GROWTH", city, "2024", NULL).mixed);
	facts_free(facts);
	world_fini(&world);
}
