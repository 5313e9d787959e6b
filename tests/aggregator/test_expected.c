/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Who is expected, when another facility reports for it, when it is closed or opened again within a
 * period: everywhere the same, and never fewer than those who reported. */
#include <criterion/criterion.h>
#include <string.h>

#include "aggregator/completeness.h"
#include "aggregator/value.h"
#include "tests/aggregator/figures.h"

static const struct scope city_scope = { .area = CITY };

static struct facility hospital(uint32_t area)
{
	return (struct facility){ .segments = 1,
		.segment = { { .from_day = day_of(2000, 1, 1),
			.area = area,
			.stratum = stratum_of(HOSPITAL, PUBLIC) } } };
}

/* F2 reports for F1 on the monthly form from day to day. */
static struct facility reported_for(int32_t from, int32_t until)
{
	struct facility facility = hospital(TOWN_1);

	facility.proxies = 1;
	facility.proxied[0] =
		(struct proxied){ .form = HM, .by = "F2", .from_day = from, .until_day = until };
	return facility;
}

static void world_proxied(struct world *world)
{
	world_init_with(world, "catalog_methods");
	world_facility_whole(world, 1, reported_for(day_of(2026, 2, 1), day_of(2026, 2, 28)));
	world_facility_in(world, 2, TOWN_2, HOSPITAL, PUBLIC);
	world_facility_in(world, 3, DISTRICT_B, HOSPITAL, PUBLIC);
}

static struct value value_at(
	const struct world *world, const char *code, struct scope scope, const char *period)
{
	struct valuing valuing = { .view = &world->view };
	const struct indicator *indicator = catalog_indicator_by_code(world->view.catalog, code);
	struct value value;
	struct span span;

	cr_assert_eq(span_of(WINDOW_MONTH, period_text(period), 0, &span), 0);
	cr_assert_eq(value_of(&valuing, indicator, scope, &span, &value), 0, "%s", err_text());
	return value;
}

/* All the ways of counting who owes the form. */
static void expected_is(const struct world *world, struct scope scope, const char *period,
	uint64_t expected, uint64_t reported)
{
	struct figure figure = figure_in(world, "VISITS", scope, period, "month");
	struct value rate = value_at(world, "REPORTED", scope, period);
	char share[64];

	cr_expect_eq(figure.evaluation.side[0].expected, expected, "expected %lu",
		figure.evaluation.side[0].expected);
	cr_expect_eq(figure.evaluation.side[0].reported, reported);
	snprintf(share, sizeof(share), "%lu of %lu", reported, expected);
	if (expected == 0)
		cr_expect_eq(rate.source, VALUE_NONE);
	else
		cr_expect_str_eq(rate.mark, share, "%s", rate.mark);
}

Test(expected, whoever_is_reported_for_is_not_expected_in_those_periods)
{
	struct world world;

	world_proxied(&world);
	expected_is(&world, city_scope, "2026-01", 3, 0);
	expected_is(&world, city_scope, "2026-02", 2, 0);
	expected_is(&world, city_scope, "2026-03", 3, 0);
	expected_is(&world, (struct scope){ .area = TOWN_1 }, "2026-02", 0, 0);
	expected_is(&world, (struct scope){ .area = CITY, .facility = 1 }, "2026-02", 0, 0);
	expected_is(&world, (struct scope){ .area = CITY, .facility = 1 }, "2026-01", 1, 0);
	world_report(&world, 2, HM, "2026-02", GIVEN({ VISIT, 4, 0 }));
	world_report(&world, 3, HM, "2026-02", GIVEN({ VISIT, 4, 0 }));
	world_finish(&world);
	expected_is(&world, city_scope, "2026-02", 2, 2);
	world_fini(&world);
}

/* A person accepted it: it counts on both sides of every rate, and only while it is in force. */
Test(expected, whoever_has_a_report_of_its_own_is_expected_with_it)
{
	struct world world;
	uint64_t held;

	world_proxied(&world);
	world_report(&world, 2, HM, "2026-02", GIVEN({ VISIT, 4, 0 }));
	held = world_hold(&world, 1, HM, "2026-02", GIVEN({ VISIT, 5, 0 }));
	world_finish(&world);
	expected_is(&world, city_scope, "2026-02", 2, 1);
	world_decide(&world, 1, HM, "2026-02", held, DECISION_ACCEPT);
	world_finish(&world);
	expected_is(&world, city_scope, "2026-02", 3, 2);
	expected_is(&world, (struct scope){ .area = TOWN_1 }, "2026-02", 1, 1);
	expected_is(&world, (struct scope){ .area = CITY, .facility = 1 }, "2026-02", 1, 1);
	world_withdraw(&world, 1, HM, "2026-02");
	world_finish(&world);
	expected_is(&world, city_scope, "2026-02", 2, 1);
	world_fini(&world);
}

/* A relation that comes later, or ends, changes what was expected. */
Test(expected, a_relation_may_be_said_and_taken_back_afterwards)
{
	struct world world;

	world_proxied(&world);
	world_facility_whole(&world, 3, hospital(DISTRICT_B));
	expected_is(&world, city_scope, "2026-03", 3, 0);
	world_facility_whole(&world, 1, reported_for(day_of(2026, 3, 1), DAY_NEVER));
	expected_is(&world, city_scope, "2026-02", 3, 0);
	expected_is(&world, city_scope, "2026-03", 2, 0);
	world_facility_whole(&world, 1, hospital(TOWN_1));
	expected_is(&world, city_scope, "2026-03", 3, 0);
	world_fini(&world);
}

/* Volume and timeliness walk over the same respondents. */
Test(expected, completeness_and_timeliness_know_it_too)
{
	struct world world;
	struct value value;
	struct figure figure;
	struct completeness completeness;
	struct plan plan;
	struct span span;

	world_proxied(&world);
	world_report(&world, 1, HM, "2025-02", GIVEN({ VISIT, 600, 0 }));
	world_report(&world, 2, HM, "2025-02", GIVEN({ VISIT, 300, 0 }));
	world_report(&world, 3, HM, "2025-02", GIVEN({ VISIT, 100, 0 }));
	world.received = (uint64_t)day_of(2026, 3, 2) * 24 * 3600 * 1000;
	world_report(&world, 2, HM, "2026-02", GIVEN({ VISIT, 310, 0 }));
	world_finish(&world);
	value = value_at(&world, "TIMELY", city_scope, "2026-02");
	cr_expect_str_eq(value.mark, "1 of 2", "%s", value.mark);
	figure = figure_in(&world, "VISITS", city_scope, "2026-02", "month");
	cr_expect_eq(figure.evaluation.side[0].expected, 2);
	cr_assert_eq(span_of(WINDOW_MONTH, period_text("2026-02"), 0, &span), 0);
	cr_assert_eq(
		plan_init(&plan, &world.view,
			catalog_indicator_by_code(world.view.catalog, "VISITS"), city_scope, &span),
		0);
	cr_assert_eq(completeness_of(&world.view, &plan, &completeness), 0);
	cr_expect_float_eq(completeness.volume, 0.75, 1e-12,
		"300 of 400: the one that is reported "
		"for weighs nothing; %f",
		completeness.volume);
	cr_expect_float_eq(completeness.reports, 0.5, 1e-12);
	plan_fini(&plan);
	world_fini(&world);
}

/* Open on any day of the period is expected in it, by its newest open segment. */
Test(expected, closing_and_opening_again_within_a_period)
{
	struct facility facility = hospital(TOWN_1);
	struct world world;

	facility.segments = 3;
	facility.segment[1] = facility.segment[0];
	facility.segment[1].from_day = day_of(2026, 1, 31);
	facility.segment[1].closed = true;
	facility.segment[2] = facility.segment[0];
	facility.segment[2].from_day = day_of(2026, 3, 31);
	facility.segment[2].area = DISTRICT_B;
	world_init_with(&world, "catalog_methods");
	world_facility_whole(&world, 1, facility);
	expected_is(&world, city_scope, "2026-01", 1, 0);
	expected_is(&world, city_scope, "2026-02", 0, 0);
	expected_is(&world, city_scope, "2026-03", 1, 0);
	expected_is(&world, (struct scope){ .area = TOWN_1 }, "2026-03", 0, 0);
	expected_is(&world, (struct scope){ .area = DISTRICT_B }, "2026-03", 1, 0);
	/* a report from a time when it was closed stands, and adds to nothing */
	world_report(&world, 1, HM, "2026-02", GIVEN({ VISIT, 9, 0 }));
	world_finish(&world);
	expected_is(&world, city_scope, "2026-02", 0, 0);
	cr_expect_eq(world.table[TABLE_CELL].rows, 0);
	facility.segments = 1;
	world_facility_whole(&world, 1, facility);
	world_finish(&world);
	expected_is(&world, city_scope, "2026-02", 1, 1);
	world_fini(&world);
}
