/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every method, with results worked out by hand; facts that stand in; what is lacking by name. */
#include <math.h>

#include "model/facts.h"
#include "tests/aggregator/values.h"

enum {
	DEATH = 20,
	POP,
	UNWELL,
	BIRTH,
	INFANT_DEATH,
	POP_VINTAGE,
	FORCED,
	LITERACY,
	LITERACY_ERROR,
	STAGE,
	BANDS = 19
};

static double as_double(struct rational a)
{
	return (double)a.top / (double)a.bottom;
}

static uint32_t cell_id(uint32_t base, unsigned sex, unsigned band)
{
	return base * 65536 + sex * 256 + band + 1;
}

static void world_methods(struct world *world)
{
	world_init_with(world, "catalog_methods");
	world_facility_in(world, 1, TOWN_1, HOSPITAL, PUBLIC);
	world_facility_in(world, 2, DISTRICT_B, HOSPITAL, PRIVATE);
	world_facility_in(world, 3, TOWN_2, CLINIC, PRIVATE);
	world_facility_in(world, 4, DISTRICT_A, AGENCY, PUBLIC);
	world_facility_in(world, 5, CITY, AGENCY, PUBLIC);
}

/* Both sexes, all bands alike; plain elements stand before the cells. */
static size_t cells_give(
	uint32_t base, int64_t male, int64_t female, struct given *given, size_t count)
{
	for (unsigned sex = 1; sex <= 2; sex++)
		for (unsigned band = 0; band < BANDS; band++)
			given[count++] = (struct given){ cell_id(base, sex, band),
				sex == 1 ? male : female, 0 };
	return count;
}

static void population_report(
	struct world *world, uint32_t facility, const char *year, int64_t each, int64_t vintage)
{
	struct given given[64];
	size_t count;

	given[0] = (struct given){ POP_VINTAGE, vintage, 0 };
	count = cells_give(POP, each, each, given, 1);
	world_report(world, facility, PY, year, given, count);
}

static void deaths_report(struct world *world, uint32_t facility, const char *month, int64_t male,
	int64_t female, int64_t births, int64_t infants)
{
	struct given given[64];
	size_t count;

	given[0] = (struct given){ BIRTH, births, 0 };
	given[1] = (struct given){ INFANT_DEATH, infants, 0 };
	count = cells_give(DEATH, male, female, given, 2);
	world_report(world, facility, DM, month, given, count);
}

/* 600 persons in each cell, of whom one dies each month: a rate of 0.02 at every age. */
static void world_of_deaths(struct world *world)
{
	char month[16];

	world_methods(world);
	population_report(world, 4, "2025", 600, 2);
	for (int m = 1; m <= 12; m++) {
		snprintf(month, sizeof(month), "2025-%02d", m);
		deaths_report(world, 4, month, 1, 1, 100, 1);
	}
	world_finish(world);
}

static const struct scope district = { .area = DISTRICT_A };

/* Where everybody dies at the same rate, those who die are that rate of the years lived, in every
 * band and so in all: life expectancy is 1 / rate, whatever the fractions of a band. */
Test(methods, life_expectancy_of_a_constant_rate_is_its_inverse)
{
	struct world world;
	struct valuing valuing = { .view = &world.view };
	struct value value;

	world_of_deaths(&world);
	value = value_in(&valuing, "LE", district, "2025", NULL);
	value_is(value, "50");
	cr_expect(value.real && value.has_interval && !value.forced);
	cr_expect(value.low < 50 && value.high > 50 && value.error > 0);
	cr_expect_float_eq(value.high - 50, 1.959963984540054 * value.error, 1e-9);
	cr_expect_str_eq(value.series, "basis residence; population vintage 2; q0 from rates");
	cr_expect_str_eq(value.source_text, "DM+PY");
	/* The city's own agency has sent nothing, but sums of its districts are the city's. */
	value_is(value_in(&valuing, "LE", city, "2025", NULL), "50");
	cr_expect(value_in(&valuing, "LE", city, "2025", NULL).provisional);
	/* 12 infant deaths of 1200 births: 1 % instead of 0.02 / 1.018 of the newborn. */
	value = value_in(&valuing, "LE_BIRTHS", district, "2025", NULL);
	cr_expect(strstr(value.series, "q0 from births"));
	/* l1 = 0.99 instead of 1 - 0.02/1.018; whoever reaches age 1 lives 50 more years; those who
	 * die before live a tenth of a year. */
	cr_expect_float_eq(as_double(value.value), 0.99 * 50 + 0.99 + 0.01 * 0.1, 1e-8);
	world_fini(&world);
}

Test(methods, a_month_without_deaths_makes_no_table)
{
	struct world world;
	struct valuing valuing = { .view = &world.view };
	struct value value;

	world_of_deaths(&world);
	world_withdraw(&world, 4, DM, "2025-05");
	world_finish(&world);
	value = value_in(&valuing, "LE", district, "2025", NULL);
	cr_expect_eq(value.source, VALUE_NONE);
	cr_expect_str_eq(value.missing, "element DEATH.M.A0 of 320703 on DM for 2025-05");
	value = value_in(&valuing, "LE", district, "2030", NULL);
	cr_expect(strstr(value.missing, "element DEATH.M.A0 of F4 on DM for 2030-12"), "%s",
		value.missing);
	world_fini(&world);
}

Test(methods, three_years_are_pooled_as_person_years)
{
	struct world world;
	struct valuing valuing = { .view = &world.view };
	struct value value;
	char text[16];

	world_of_deaths(&world);
	for (int year = 2023; year <= 2024; year++)
		for (int m = 1; m <= 12; m++) {
			snprintf(text, sizeof(text), "%d-%02d", year, m);
			deaths_report(&world, 4, text, 1, 1, 100, 1);
		}
	population_report(&world, 4, "2023", 600, 1);
	population_report(&world, 4, "2024", 600, 2);
	world_finish(&world);
	value = value_in(&valuing, "LE", district, "2025", "r36m");
	value_is(value, "50");
	cr_expect_str_eq(value.series,
		"basis residence; population vintage 1+2; q0 from rates; 36 months pooled");
	/* A district is asked for three years by itself, a city for one. */
	cr_assert_eq(value_of_period(&valuing, catalog_indicator_by_code(world.view.catalog, "LE"),
			     district, period_text("2025"), &value),
		0);
	cr_expect(strstr(value.series, "36 months pooled"), "%s", value.series);
	world_fini(&world);
}

static void fact_put(struct facts *facts, uint32_t area, const char *indicator, const char *period,
	int64_t tenths, const char *source)
{
	struct fact fact = {
		.area = area, .period = period_text(period), .value = { true, tenths, 1 }
	};

	snprintf(fact.indicator, sizeof(fact.indicator), "%s", indicator);
	snprintf(fact.source, sizeof(fact.source), "%s", source);
	cr_assert_eq(facts_put(facts, &fact), 0);
}

Test(methods, probability_of_dying_and_healthy_years)
{
	struct world world;
	struct valuing valuing = { .view = &world.view };
	struct given given[64];
	struct facts *facts;
	struct value value;
	size_t count;

	world_of_deaths(&world);
	cr_assert_eq(facts_new(&facts), 0);
	world.view.facts = facts;
	value = value_in(&valuing, "PREMATURE", district, "2025", NULL);
	cr_expect_float_eq(as_double(value.value), 100 * (1 - pow(1 - 0.1 / 1.05, 8)), 1e-8);
	cr_expect(value.has_interval && value.low < value.high);
	value = value_in(&valuing, "HLE", district, "2025", NULL);
	cr_expect_str_eq(value.missing, "element UNWELL by age of 320703 for 2025");
	/* 80 of 1000 men and 120 of 1000 women are unwell at every age: a tenth of all years. */
	given[0] = (struct given){ FORCED, 1, 0 };
	count = cells_give(UNWELL, 800, 1200, given, 1);
	world_report(&world, 4, SY, "2025", given, count);
	world_finish(&world);
	value = value_in(&valuing, "HLE", district, "2025", NULL);
	value_is(value, "45");
	cr_expect(value.forced);
	cr_expect(value_in(&valuing, "LE", district, "2025", NULL).forced);
	/* and so no change is read from it */
	for (int m = 1; m <= 24; m++) {
		char month[16];

		snprintf(month, sizeof(month), "%d-%02d", 2023 + (m - 1) / 12, (m - 1) % 12 + 1);
		deaths_report(&world, 4, month, 1, 1, 100, 1);
	}
	population_report(&world, 4, "2023", 600, 2);
	population_report(&world, 4, "2024", 600, 2);
	world_finish(&world);
	fact_put(facts, DISTRICT_A, "LE", "2024", 480, "s");
	value = value_in(&valuing, "LE_CHANGE", district, "2025", NULL);
	cr_expect_eq(value.source, VALUE_NONE);
	cr_expect(strstr(value.missing, "fitted age pattern"), "%s", value.missing);
	facts_free(facts);
	world_fini(&world);
}

static void visits_year(struct world *world, const char *month, int64_t first, int64_t second)
{
	world_report(world, 1, HM, month, GIVEN({ VISIT, first, 0 }, { BED, 10, 0 }));
	world_report(world, 2, HM, month, GIVEN({ VISIT, second, 0 }, { BED, 30, 0 }));
}

Test(methods, changes_over_time_are_exact)
{
	struct world world;
	struct valuing valuing = { .view = &world.view };
	struct value value;

	world_methods(&world);
	visits_year(&world, "2022-12", 100, 0);
	visits_year(&world, "2023-12", 120, 0);
	visits_year(&world, "2024-12", 110, 0);
	visits_year(&world, "2025-12", 99, 45);
	world_finish(&world);
	value_is(value_in(&valuing, "GROWTH", city, "2023", NULL), "20");
	value_is(value_in(&valuing, "GROWTH", city, "2024", NULL), "-8.333333333");
	value = value_in(&valuing, "GROWTH", city, "2022", NULL);
	cr_expect_str_eq(value.missing,
		"VISITS_YEAR: element VISIT of institutions in 320700 on IY for 2021");
	/* 144 / 100 over three years; 120 / 100 over one. */
	value = value_in(&valuing, "AVERAGE_GROWTH", city, "2025", NULL);
	cr_expect(value.real);
	cr_expect_float_eq(as_double(value.value), 100 * (cbrt(1.44) - 1), 1e-8);
	value_is(value_in(&valuing, "AVERAGE_GROWTH", city, "2023", NULL), "20");
	value_is(value_in(&valuing, "CHANGE_POINTS", city, "2025", NULL), "44");
	value = value_in(&valuing, "CHANGE_POINTS", city, "2022", NULL);
	cr_expect_str_eq(value.missing, "a year after the baseline 2022");
	value = value_in(&valuing, "CHANGE_PERCENT", city, "2025", NULL);
	cr_expect_str_eq(value.missing, "the baseline year of CHANGE_PERCENT; add 'since'");
	valuing.since = 2023;
	value_is(value_in(&valuing, "CHANGE_PERCENT", city, "2025", NULL), "20");
	value_is(value_in(&valuing, "VISITS_PER_BED", city, "2025", NULL), "3.6");
	/* Up, down, up: two steps of three. */
	value = value_in(&valuing, "STEADY", city, "2025", NULL);
	value_is(value, "66.666666667");
	cr_expect_str_eq(value.mark, "2024 the wrong way");
	world_fini(&world);
}

Test(methods, the_baseline_year_of_the_question_is_remembered_apart)
{
	struct world world;
	struct value_memo *memo;
	struct valuing valuing = { .view = &world.view, .since = 2022 };

	world_methods(&world);
	cr_assert_eq(value_memo_new(&memo), 0);
	valuing.memo = memo;
	visits_year(&world, "2022-12", 100, 0);
	visits_year(&world, "2023-12", 120, 0);
	visits_year(&world, "2025-12", 150, 0);
	world_finish(&world);
	value_is(value_in(&valuing, "CHANGE_PERCENT", city, "2025", NULL), "50");
	valuing.since = 2023;
	value_is(value_in(&valuing, "CHANGE_PERCENT", city, "2025", NULL), "25");
	/* A corrected baseline reaches the change, though its own years are later. */
	world_report(&world, 1, HM, "2023-12", GIVEN({ VISIT, 100, 0 }, { BED, 10, 0 }));
	world_finish(&world);
	value_memo_forget_year(memo, 2023);
	value_is(value_in(&valuing, "CHANGE_PERCENT", city, "2025", NULL), "50");
	world_report(&world, 1, HM, "2022-12", GIVEN({ VISIT, 50, 0 }, { BED, 10, 0 }));
	world_finish(&world);
	value_memo_forget_year(memo, 2022);
	valuing.since = 2022;
	value_is(value_in(&valuing, "CHANGE_PERCENT", city, "2025", NULL), "200");
	world_report(&world, 1, HM, "2022-12", GIVEN({ VISIT, 100, 0 }, { BED, 10, 0 }));
	world_finish(&world);
	value_memo_forget_year(memo, 2022);
	value_is(value_in(&valuing, "VISITS_YEAR", city, "2022", NULL), "100");
	value_is(value_in(&valuing, "CHANGE_PERCENT", city, "2025", NULL), "50");
	/* Also where the baseline's value was known already. */
	world_report(&world, 1, HM, "2022-12", GIVEN({ VISIT, 75, 0 }, { BED, 10, 0 }));
	world_finish(&world);
	value_memo_forget_year(memo, 2022);
	value_is(value_in(&valuing, "CHANGE_PERCENT", city, "2025", NULL), "100");
	value_memo_free(memo);
	world_fini(&world);
}

Test(methods, units_are_counted_and_those_that_fail_are_named)
{
	struct world world;
	struct valuing valuing = { .view = &world.view };
	struct value value;

	world_methods(&world);
	visits_year(&world, "2025-12", 150, 100);
	visits_year(&world, "2024-12", 150, 99);
	world_report(&world, 1, HM, "2023-12", GIVEN({ VISIT, 50, 0 }));
	world_finish(&world);
	/* Hospital 1: 150 visits, 10 beds; hospital 2: 100 visits, 30 beds, too many. */
	value = value_in(&valuing, "FIT_COUNT", city, "2025", NULL);
	value_is(value, "1");
	cr_expect_str_eq(value.mark, "F2 fails BEDS_YEAR");
	value_is(value_in(&valuing, "FIT_SHARE", city, "2025", NULL), "100");
	value_is(value_in(&valuing, "FIT_SHARE", city, "2024", NULL), "50");
	value_is(value_in(&valuing, "FIT_ALL", city, "2025", NULL), "1");
	value = value_in(&valuing, "FIT_ALL", city, "2024", NULL);
	value_is(value, "0");
	cr_expect_str_eq(value.mark, "320706 fails VISITS_YEAR");
	value_is(value_in(&valuing, "LEAST_VISITS", city, "2024", NULL), "99");
	value_is(value_in(&valuing, "FIT_LISTED", city, "2025", NULL), "2");
	/* 2023: hospital 2 has sent nothing: 1 of 2 fails, the other is not known. */
	value = value_in(&valuing, "FIT_SHARE", city, "2023", NULL);
	value_is(value, "0");
	cr_expect(value.provisional);
	cr_expect_float_eq(value.complete, 0.5, 1e-12);
	cr_expect_str_eq(value.mark, "F1 fails VISITS_YEAR; F2 not known");
	/* One that fails decides "all"; nobody known decides nothing. */
	value_is(value_in(&valuing, "FIT_ALL", city, "2023", NULL), "0");
	value = value_in(&valuing, "FIT_ALL", city, "2021", NULL);
	cr_expect_eq(value.source, VALUE_NONE);
	cr_expect_str_eq(value.missing, "element VISIT of institutions in 320703 on IY for 2021");
	value = value_in(&valuing, "FIT_SHARE", (struct scope){ .area = TOWN_2 }, "2025", NULL);
	cr_expect_str_eq(value.missing, "units of FIT_SHARE in 320703002");
	world_fini(&world);
}

Test(methods, facts_stand_in_where_reports_give_nothing)
{
	struct world world;
	struct facts *facts;
	struct valuing valuing = { .view = &world.view };
	struct statement statement = { .area = CITY,
		.indicator = "VISITS_YEAR",
		.source = "yearbook",
		.says_preferred = true,
		.preferred = true };
	struct value value;

	world_methods(&world);
	cr_assert_eq(facts_new(&facts), 0);
	world.view.facts = facts;
	visits_year(&world, "2025-12", 150, 100);
	world_finish(&world);
	value = value_in(&valuing, "OUTSIDE", city, "2025", NULL);
	cr_expect_str_eq(value.missing, "fact OUTSIDE for 320700 2025");
	/* What a plan prints is known without any command; a fact goes before it. */
	value = value_in(&valuing, "OUTSIDE", city, "2019", NULL);
	value_is(value, "33");
	cr_expect_eq(value.source, VALUE_PUBLISHED);
	cr_expect_eq(value.comparator, COMPARATOR_AT_LEAST);
	cr_expect_str_eq(value.mark, "at least this");
	fact_put(facts, CITY, "OUTSIDE", "2019", 340, "yearbook");
	value_is(value_in(&valuing, "OUTSIDE", city, "2019", NULL), "34");
	fact_put(facts, CITY, "OUTSIDE", "2025", 123, "yearbook");
	fact_put(facts, CITY, "VISITS_YEAR", "2025", 2490, "yearbook");
	fact_put(facts, CITY, "VISITS_YEAR", "2024", 2000, "yearbook");
	value = value_in(&valuing, "OUTSIDE", city, "2025", NULL);
	value_is(value, "12.3");
	cr_expect_eq(value.source, VALUE_FACT);
	cr_expect_eq(value.printed_decimals, 1);
	cr_expect_str_eq(value.source_text, "yearbook");
	/* Reports go before facts, unless a person says otherwise. */
	value_is(value_in(&valuing, "VISITS_YEAR", city, "2025", NULL), "250");
	value_is(value_in(&valuing, "VISITS_YEAR", city, "2024", NULL), "200");
	value = value_in(&valuing, "GROWTH", city, "2025", NULL);
	value_is(value, "25");
	cr_expect_str_eq(value.mark, "from fact and reports");
	statement.period = period_text("2025");
	cr_assert_eq(facts_put_statement(facts, &statement), 0);
	value_is(value_in(&valuing, "VISITS_YEAR", city, "2025", NULL), "249");
	facts_free(facts);
	world_fini(&world);
}

/* The one table is not the other, though its name begins alike; a plan's code means the first. */
Test(methods, a_printed_figure_is_preferred_by_its_whole_name)
{
	static const struct {
		const char *source, *value;
	} cases[] = { { "PLAN-X 表1", "32" }, { "PLAN-X 表11", "31" }, { "PLAN-X", "31" },
		{ "PLAN", "77" }, { "PLAN-X 表", "77" } };
	struct world world;
	struct facts *facts;
	struct valuing valuing = { .view = &world.view };

	world_methods(&world);
	cr_assert_eq(facts_new(&facts), 0);
	world.view.facts = facts;
	fact_put(facts, CITY, "OUTSIDE", "2018", 770, "yearbook");
	for (size_t i = 0; i < array_len(cases); i++) {
		struct statement statement = { .area = CITY,
			.indicator = "OUTSIDE",
			.period = period_text("2018"),
			.says_preferred = true,
			.preferred = true };

		snprintf(statement.source, sizeof(statement.source), "%s", cases[i].source);
		cr_assert_eq(facts_put_statement(facts, &statement), 0);
		value_is(value_in(&valuing, "OUTSIDE", city, "2018", NULL), cases[i].value);
	}
	facts_free(facts);
	world_fini(&world);
}

Test(methods, stages_and_reporting_rates)
{
	struct world world;
	struct valuing valuing = { .view = &world.view };
	struct value value;

	world_methods(&world);
	world_report(&world, 5, SY, "2025", GIVEN({ STAGE, 1, 0 }));
	world_report(&world, 1, HM, "2025-01", GIVEN({ VISIT, 10, 0 }));
	world_report(&world, 2, HM, "2025-01", GIVEN({ BED, 10, 0 }));
	world_report(&world, 1, HM, "2025-02", GIVEN({ VISIT, 10, 0 }));
	world_finish(&world);
	value = value_in(&valuing, "BUILT", city, "2025", NULL);
	value_is(value, "1");
	cr_expect_str_eq(value.mark, "stage 1 of 2: begun");
	value = value_in(&valuing, "BUILT", district, "2025", NULL);
	cr_expect_str_eq(value.missing, "element STAGE of F4 on SY for 2025");
	value = value_in(&valuing, "REPORTED", city, "2025Q1", NULL);
	value_is(value, "50");
	cr_expect_str_eq(value.mark, "3 of 6");
	value_is(value_in(&valuing, "FILLED", city, "2025Q1", NULL), "66.666666667");
	world_fini(&world);
}

static uint64_t china_noon(int year, int month, int day)
{
	return ((uint64_t)day_of(year, month, day) * 24 + 4) * 3600 * 1000;
}

/* Due 20 days after the month's end; a later revision does not make a report late. */
Test(methods, reports_are_timely_by_the_day_of_the_first)
{
	struct world world;
	struct valuing valuing = { .view = &world.view };
	struct value value;

	world_methods(&world);
	world.received = china_noon(2025, 2, 20);
	world_report(&world, 1, HM, "2025-01", GIVEN({ VISIT, 10, 0 }));
	world.received = china_noon(2025, 2, 21);
	world_report(&world, 2, HM, "2025-01", GIVEN({ VISIT, 10, 0 }));
	world_report(&world, 1, HM, "2025-01", GIVEN({ VISIT, 11, 0 }));
	world_report(&world, 1, HM, "2025-02", GIVEN({ VISIT, 11, 0 }));
	world_withdraw(&world, 1, HM, "2025-02");
	world_finish(&world);
	value = value_in(&valuing, "TIMELY", city, "2025Q1", NULL);
	value_is(value, "16.666666667");
	cr_expect_str_eq(value.mark, "1 of 6");
	world_fini(&world);
}

Test(methods, intervals_follow_the_indicators_uncertainty)
{
	struct world world;
	struct valuing valuing = { .view = &world.view };
	struct value value;

	world_methods(&world);
	world_report(
		&world, 1, HM, "2025-01", GIVEN({ BED_DAY_OPEN, 250, 0 }, { BED_DAY_USED, 81, 0 }));
	world_report(
		&world, 5, SY, "2025", GIVEN({ LITERACY, 253, 0 }, { LITERACY_ERROR, 120, 0 }));
	deaths_report(&world, 4, "2025-01", 0, 0, 5000, 10);
	world_finish(&world);
	/* Newcombe's example: 81 of 263 would be 0.2553 to 0.3662; 81 of 250 worked out alike. */
	value = value_in(&valuing, "BED_SHARE", city, "2025", NULL);
	value_is(value, "32.4");
	cr_expect_eq(value.uncertainty, UNCERTAINTY_WILSON);
	cr_expect_eq(value.events, 81);
	cr_expect_eq(value.exposure, 250);
	cr_expect_float_eq(value.low, 26.9, 0.05, "%f", value.low);
	cr_expect_float_eq(value.high, 38.4, 0.05, "%f", value.high);
	/* Garwood: 10 events, 4.795 to 18.390. */
	value = value_in(&valuing, "INFANT_MORTALITY", city, "2025", NULL);
	value_is(value, "2");
	cr_expect_eq(value.uncertainty, UNCERTAINTY_POISSON);
	cr_expect_eq(value.events, 10);
	cr_expect_float_eq(value.exposure, 5, 1e-12);
	cr_expect_float_eq(value.low, 4.795 / 5, 0.0005);
	cr_expect_float_eq(value.high, 18.390 / 5, 0.0005);
	value = value_in(&valuing, "LITERATE", city, "2025", NULL);
	value_is(value, "25.3");
	cr_expect_eq(value.uncertainty, UNCERTAINTY_SURVEY);
	cr_expect_float_eq(value.error, 1.2, 1e-12);
	cr_expect_float_eq(value.low, 25.3 - 1.959964 * 1.2, 1e-5);
	world_fini(&world);
}

/* Each unit reads a year of returns of its own: more than one question keeps in memory at a
 * time. */
Test(methods, thousands_of_units_are_counted)
{
	enum { UNITS = 2800 };
	struct world world;
	struct valuing valuing = { .view = &world.view };

	world_init_with(&world, "catalog_methods");
	for (uint32_t i = 1; i <= UNITS; i++)
		world_facility_in(&world, i, TOWN_1, HOSPITAL, PUBLIC);
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 100, 0 }));
	world_report(&world, UNITS, HM, "2026-12", GIVEN({ VISIT, 99, 0 }));
	world_finish(&world);
	value_is(value_in(&valuing, "FIT_COUNT", city, "2026", NULL), "0");
	value_is(value_in(&valuing, "FIT_SHARE", city, "2026", NULL), "0.035714286");
	value_is(
		value_in(&valuing, "VISITS_YEAR", facility_scope(CITY, UNITS), "2026", NULL), "99");
	world_fini(&world);
}

/* From the first year that there is to the last one. */
Test(methods, the_longest_series_of_steps_is_walked)
{
	struct world world;
	struct valuing valuing = { .view = &world.view, .since = PERIOD_YEAR_MIN };

	world_methods(&world);
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 100, 0 }));
	world_report(&world, 1, HM, "2027-01", GIVEN({ VISIT, 101, 0 }));
	world_finish(&world);
	value_is(value_in(&valuing, "STEADY_SINCE", city, "2199", NULL), "100");
	world_fini(&world);
}
