/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Plans, their targets and what they print: what rows come to, what is refused with its place, and
 * that the real plans are taken. The small catalogue has the plans small-2020 and a-2030. */
#include "model/target.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "tests/model/fixture.h"

Test(target, plans_stand_in_the_order_of_their_table)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	size_t count;
	const struct plan_info *plan = catalog_plans(catalog, &count);

	cr_assert_eq(count, 2);
	cr_expect_str_eq(plan[0].code, "small-2020");
	cr_expect_str_eq(plan[0].name.zh, "小规划");
	cr_expect_eq(plan[0].area, 320703);
	cr_expect_eq(plan[0].first_year, 2016);
	cr_expect_eq(plan[0].last_year, 2020);
	cr_expect_str_eq(plan[0].seed, "001");
	cr_expect_str_eq(plan[0].issuer.en, "a district");
	cr_expect_eq(catalog_plan_by_code(catalog, "a-2030"), &plan[1]);
	cr_expect_null(catalog_plan_by_code(catalog, "b-2030"));
}

Test(target, targets_of_a_plan_lie_together_and_are_found_by_id)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	size_t all, small, other;
	const struct plan_info *plan = catalog_plans(catalog, &all);
	const struct target *target = catalog_targets(catalog, &all);

	cr_assert_eq(all, 5);
	cr_expect_eq(catalog_targets_of(catalog, &plan[0], &small), target);
	cr_expect_eq(small, 3);
	cr_expect_eq(catalog_targets_of(catalog, &plan[1], &other), target + 3);
	cr_expect_eq(other, 2);
	cr_expect_eq(catalog_target_by_id(catalog, "a-2030-001"), target + 3);
	cr_expect_eq(target[3].plan, &plan[1]);
	cr_expect_null(catalog_target_by_id(catalog, "a-2030-003"));
}

static void expect_printed(struct printed printed, int64_t value, uint8_t scale, const char *what)
{
	cr_expect(printed.there, "%s", what);
	cr_expect_eq(printed.value, value, "%s", what);
	cr_expect_eq(printed.scale, scale, "%s", what);
}

Test(target, a_row_is_read_as_it_is_printed)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	const struct target *beds = catalog_target_by_id(catalog, "small-2020-001");

	cr_assert_not_null(beds);
	cr_expect_eq(beds->indicator, catalog_indicator_by_code(catalog, "BEDS_PER_1000"));
	cr_expect_eq(beds->judged_by, JUDGED_BY_INDICATOR);
	cr_expect_eq(beds->kind, TARGET_NUMERIC);
	cr_expect_eq(beds->comparator, COMPARATOR_AT_LEAST);
	cr_expect_eq(beds->polarity, POLARITY_HIGHER);
	cr_expect_eq(beds->hold_or_reach, TARGET_REACH);
	cr_expect_eq(beds->recurrence, RECURS_END_YEAR);
	cr_expect_eq(beds->area, 320703);
	cr_expect(!beds->area_is_plans);
	cr_expect(!beds->striven);
	cr_expect_eq(beds->baseline_year, 2015);
	cr_expect_eq(beds->target_year, 2020);
	expect_printed(beds->baseline, 207, 2, "baseline");
	expect_printed(beds->target, 315, 2, "target");
	cr_expect(!beds->target_high.there);
	cr_expect(!beds->tolerance.there);
	cr_expect_eq(beds->baseline_comparator, COMPARATOR_NONE);
	cr_expect_str_eq(target_cell(beds, "printed"), "≥3.15");
	cr_expect_str_eq(target_cell(beds, "owner"), "");
	cr_expect_str_eq(beds->cell[0], "small-2020-001");
}

Test(target, about_ranges_and_bounds_are_understood)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	const struct target *visits = catalog_target_by_id(catalog, "small-2020-002");
	const struct target *income = catalog_target_by_id(catalog, "a-2030-001");

	cr_expect_eq(visits->comparator, COMPARATOR_ABOUT);
	cr_expect_eq(visits->baseline_comparator, COMPARATOR_ABOUT);
	expect_printed(visits->baseline, 26, 0, "26左右");
	expect_printed(visits->tolerance, 5, 1, "tolerance");
	cr_expect(visits->striven, "力争");
	cr_expect(visits->area_is_plans, "每个乡镇 is no area");
	cr_expect_eq(visits->area, 320703);
	cr_expect_eq(visits->polarity, POLARITY_LOWER);
	cr_expect_eq(visits->recurrence, RECURS_EVERY_YEAR);
	cr_expect_eq(income->comparator, COMPARATOR_RANGE);
	cr_expect_eq(income->range, RANGE_BAND);
	expect_printed(income->target, 35, 0, "low");
	expect_printed(income->target_high, 40, 0, "high");
	expect_printed(income->baseline, 95, 0, "＞95");
	cr_expect_eq(income->baseline_comparator, COMPARATOR_MORE);
	cr_expect_eq(income->polarity, POLARITY_LOWER, "the indicator's, as the row has none");
	cr_expect_eq(income->hold_or_reach, TARGET_HOLD);
	cr_expect(income->striven, "争取");
}

Test(target, rows_without_an_indicator_say_who_judges)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	const struct target *centre = catalog_target_by_id(catalog, "small-2020-003");
	const struct target *slogan = catalog_target_by_id(catalog, "a-2030-002");

	cr_expect_eq(centre->judged_by, JUDGED_BY_PERSON);
	cr_expect_null(centre->indicator);
	cr_expect(!centre->baseline.there, "'-' is no value");
	cr_expect_eq(centre->baseline_year, 0);
	cr_expect_str_eq(target_cell(centre, "because_en"), "look at the approval");
	cr_expect_eq(slogan->judged_by, JUDGED_BY_NOTHING);
	cr_expect_eq(slogan->target_year, 0);
}

Test(target, breaks_are_found_by_area_and_year)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	const struct indicator *beds;
	const struct series_break *begins;

	cr_assert_eq(catalog_load(SOURCE_DIR "/tests/model/catalog", &catalog), 0);
	beds = catalog_indicator_by_code(catalog, "BEDS_PER_1000");
	/* its own comes before that of all areas */
	begins = catalog_break_next(catalog, beds, 320703, 2015, 2025);
	cr_assert(begins);
	cr_expect_eq(begins->year, 2018);
	cr_expect_str_eq(begins->why.en, "townships were merged");
	begins = catalog_break_next(catalog, beds, 320703, 2018, 2025);
	cr_assert(begins);
	cr_expect_eq(begins->year, 2021);
	begins = catalog_break_next(catalog, beds, 320700, 2015, 2025);
	cr_assert(begins);
	cr_expect_eq(begins->year, 2021);
	cr_expect_null(catalog_break_next(catalog, beds, 320703, 2021, 2025));
	cr_expect_null(catalog_break_next(catalog, beds, 320703, 2015, 2017));
	cr_expect_null(catalog_break_next(catalog,
		catalog_indicator_by_code(catalog, "INCOME_PER_VISIT"), 320703, 2000, 2030));
}

Test(target, what_is_printed_beside_the_targets_is_published_once_per_source)
{
	static const struct {
		uint32_t area;
		const char *indicator, *source, *basis;
		int64_t value;
		uint8_t scale;
		enum comparator comparator;
	} cases[] = {
		{ 320703, "BEDS_PER_1000", "small-2020 line 7", "", 207, 2, COMPARATOR_NONE },
		{ 320703, "INCOME_PER_VISIT", "small-2020 line 9", "registered", 26, 0,
			COMPARATOR_ABOUT },
		/* the baseline of small-2020-001 is the first; that of -002 is of no area */
		{ 320700, "INCOME_PER_VISIT", "a-2030 line 12", "", 95, 0, COMPARATOR_MORE },
	};
	AUTO(catalog_free) struct catalog *catalog = fixture();
	size_t count;
	const struct published *published = catalog_published(catalog, &count);

	cr_assert_eq(count, array_len(cases));
	for (size_t i = 0; i < count; i++) {
		cr_expect_eq(published[i].area, cases[i].area);
		cr_expect_str_eq(published[i].indicator->code, cases[i].indicator);
		cr_expect_eq(published[i].period, period_of(PERIOD_YEAR, 2015, 0));
		expect_printed(published[i].value, cases[i].value, cases[i].scale, "published");
		cr_expect_eq(published[i].comparator, cases[i].comparator);
		cr_expect_str_eq(published[i].source, cases[i].source);
		cr_expect_str_eq(published[i].basis, cases[i].basis);
	}
}

static const char good[] = "small-2020-001,small-2020,001,7,四,table,1,床位,beds,≥3.15,numeric,张,,"
			   "2015,2.07,2020,yes,≥,"
			   ">=,3.15,,,higher,reach,end_year,,,BEDS_PER_1000,320703,,,,indicator,,";

/* The first row of small-2020 with one cell replaced. */
static void row_with(const char *column, const char *cell, char *ret, size_t size)
{
	char copy[sizeof(good)], *rest = copy;
	size_t used = 0;

	memcpy(copy, good, sizeof(good));
	for (size_t i = 0; i < TARGET_COLUMNS; i++) {
		char *own = strsep(&rest, ",");

		used += (size_t)snprintf(ret + used, size - used, "%s%s", i ? "," : "",
			strcmp(target_column(i), column) == 0 ? cell : own);
	}
}

Test(target, each_slip_is_told_with_its_line_and_column)
{
	static const struct {
		const char *column, *cell, *fault;
	} cases[] = {
		{ "id", "small-2020-002", "column 'id': 'small-2020-002' is not the plan's code" },
		{ "id", "a-2030-001", "column 'id'" },
		{ "plan", "a-2030", "column 'plan'" },
		{ "seed", "002", "column 'seed': '002' is not the three digits of the plan's" },
		{ "line", "0", "column 'line'" },
		{ "source", "footnote", "column 'source'" },
		{ "name_zh", "", "column 'name_zh'" },
		{ "printed", "", "column 'printed'" },
		{ "kind", "wish", "column 'kind'" },
		{ "baseline", "many", "column 'baseline'" },
		{ "baseline", "左右", "column 'baseline'" },
		{ "baseline", "≥x", "column 'baseline'" },
		{ "target_year", "20", "column 'target_year'" },
		{ "year_implied", "maybe", "column 'year_implied'" },
		{ "judged_comparator", "≥", "column 'judged_comparator'" },
		{ "judged_comparator", "=", "column 'judged_comparator'" },
		{ "judged_comparator", "range", "a range has two ends" },
		{ "judged_comparator", "about", "judged_comparator 'about' needs a tolerance" },
		{ "judged_comparator", "near", "judged_comparator 'near' needs a tolerance" },
		{ "target", "3.1.5", "column 'target'" },
		{ "target", "", "needs a note" },
		{ "target", "3..4", "a range has two ends" },
		{ "target", "3..", "column 'target'" },
		{ "tolerance", "左右", "column 'tolerance'" },
		{ "range_kind", "roof", "column 'range_kind'" },
		{ "polarity", "up", "column 'polarity'" },
		{ "hold_or_reach", "grab", "column 'hold_or_reach'" },
		{ "recurrence", "often", "column 'recurrence'" },
		{ "indicator", "NO_SUCH", "column 'indicator': 'NO_SUCH' is not an indicator's" },
		{ "indicator", "?NEW", "column 'indicator'" },
		{ "indicator", "", "a row judged by an indicator names it" },
		{ "scope_node", "", "column 'scope_node'" },
		{ "scope_node", "999999", "column 'scope_node': '999999' is not an area" },
		{ "supersedes", "repeats:a-2030-001", "column 'supersedes'" },
		{ "supersedes", "like:small-2020-001", "column 'supersedes'" },
		{ "supersedes", "repeats:small-2020-004", "column 'supersedes'" },
		{ "judged_by", "", "column 'judged_by'" },
		{ "judged_by", "nobody", "column 'judged_by'" },
		{ "judged_by", "person", "a row judged by 'person' says why in because_zh" },
		{ "judged_by", "nothing", "a row judged by 'nothing' says why in because_zh" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct catalog *catalog = NULL;
		char row[600];

		row_with(cases[i].column, cases[i].cell, row, sizeof(row));
		cr_expect_eq(fixture_open(
				     (const struct edit[FIXTURE_EDITS_MAX]){
					     { "plans/small-2020", good, row } },
				     &catalog),
			ERR_INVALID, "%s '%s'", cases[i].column, cases[i].cell);
		cr_expect(strstr(err_text(), cases[i].fault), "%s: %s", cases[i].fault, err_text());
		cr_expect(
			strncmp(err_text(), "plans/small-2020.csv:2: ", 24) == 0, "%s", err_text());
	}
}

Test(target, faults_of_plans_and_of_published_values_are_named)
{
	static const struct {
		struct edit edit;
		const char *fault;
	} cases[] = {
		{ { "plans", "a-2030", "b-2030" },
			"plans.csv:3: there is no table plans/b-2030.csv" },
		{ { "plans", "a-2030", "b-2030" },
			"plans/a-2030.csv:1: plan 'a-2030' is not in plans.csv" },
		{ { "plans", "a-2030", "small-2020" },
			"plans.csv:3: code 'small-2020' stands already on line 2" },
		{ { "plans", "a-2030", "a 2030" }, "plan 'a 2030' must be 1 to 40 letters" },
		{ { "plans", "320700", "320701" },
			"plans.csv:3: area '320701' is not in areas.csv" },
		{ { "plans", "2017,2030", "2031,2030" }, "the plan ends before it begins" },
		{ { "plans", "2017,2030", "17,2030" }, "first_year '17' is no whole number" },
		{ { "plans", "002", "2" }, "seed '2' is not the three digits" },
		{ { "plans", "某市", "" }, "column 'issuer_zh' is empty" },
		{ { "plans/a-2030", "id,plan", "plan,id" },
			"plans/a-2030.csv:1: the columns are not the 35 of a plan in their order" },
		{ { "breaks", "BEDS_PER_1000,320703", "BEDZ,320703" },
			"breaks.csv:3: indicator 'BEDZ' is not in indicators.csv" },
		{ { "breaks", "1000,320703", "1000,320701" },
			"breaks.csv:3: area '320701' is not in areas.csv" },
		{ { "breaks", "320703,2018", ",2021" },
			"breaks.csv:3: this break stands already above" },
		{ { "breaks", "2018", "218" }, "breaks.csv:3: year '218' is no whole number" },
		{ { "breaks", "townships were merged", "" }, "column 'why_en' is empty" },
		{ { "facts", "320703,I", "320701,I" },
			"facts.csv:3: area '320701' is not in areas.csv" },
		{ { "facts", "INCOME_PER_VISIT", "VIZITS" },
			"facts.csv:3: indicator 'VIZITS' is not in indicators.csv" },
		{ { "facts", "2015,26", "15,26" }, "facts.csv:3: period: " },
		{ { "facts", "2015,26", "2015,many" }, "facts.csv:3: value 'many' is no number" },
		{ { "facts", "about", "range" },
			"comparator 'range' is none of: >=, >, <=, <, about, near, or nothing" },
		{ { "facts", "small-2020 line 9", "" }, "facts.csv:3: column 'source' is empty" },
		{ { "facts", "",
			  "320703,INCOME_PER_VISIT,2015,26,about,small-2020 line 9,,again\n" },
			"facts.csv:4: this value of the same source stands already above" },
		{ { "indicators", "",
			  "9,MET,达标率,met,grade,targets_met,plan=none,,,,year,1,higher,,,\n" },
			"indicators.csv:5: plan: there is no plan 'none'" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct catalog *catalog = NULL;

		cr_expect_eq(fixture_open((const struct edit[FIXTURE_EDITS_MAX]){ cases[i].edit },
				     &catalog),
			ERR_INVALID, "%s", cases[i].fault);
		cr_expect(strstr(err_text(), cases[i].fault), "expected: %s\nbut: %s",
			cases[i].fault, err_text());
	}
}

Test(target, the_share_of_targets_met_is_no_target_of_the_same_plan)
{
	static const char met[] =
		"9,MET,达标率,met,grade,targets_met,plan=small-2020,,,,year,1,higher,,,\n";
	struct edit edits[FIXTURE_EDITS_MAX] = { { "indicators", "", met } };
	struct catalog *catalog = NULL;

	cr_assert_eq(fixture_open(edits, &catalog), 0, "%s", err_text());
	cr_expect_str_eq(catalog_indicator_by_code(catalog, "MET")->method.plan, "small-2020");
	catalog_free(catalog);
	edits[1] = (struct edit){ "plans/small-2020", "INCOME_PER_VISIT", "MET" };
	cr_expect_eq(fixture_open(edits, &catalog), ERR_INVALID);
	cr_expect(strstr(err_text(), "indicator 'MET' rests on itself"), "%s", err_text());
}

Test(target, columns_are_told_in_their_order_to_the_last)
{
	cr_expect_str_eq(target_column(0), "id");
	cr_expect_str_eq(target_column(19), "target");
	cr_expect_str_eq(target_column(TARGET_COLUMNS - 1), "because_en");
	cr_expect_null(target_column(TARGET_COLUMNS));
}

Test(target, the_real_plans_are_taken)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	size_t count;

	cr_assert_eq(catalog_load(SOURCE_DIR "/catalog", &catalog), 0, "%s", err_text());
	(void)catalog_targets(catalog, &count);
	cr_expect_gt(count, 600);
	(void)catalog_plans(catalog, &count);
	cr_expect_geq(count, 5);
}
