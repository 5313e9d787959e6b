/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The centre's own rules at their edges, and the list of what is worth a look. */
#include "tests/aggregator/acts_desk.h"

#include "aggregator/followup.h"

static void cases_fill(struct cases *cases, int64_t value)
{
	for (int k = 0; k < CASES_MONTHS; k++)
		cases->before[k] = value;
}

Test(followup, a_first_case_is_one_after_three_quiet_years)
{
	struct cases cases = { .now = 1 };

	cases_fill(&cases, 0);
	cr_expect(cases_first(&cases));
	cases.before[CASES_QUIET_MONTHS - 1] = 1;
	cr_expect(!cases_first(&cases));
	cases.before[CASES_QUIET_MONTHS - 1] = 0;
	cases.before[CASES_QUIET_MONTHS] = 1; /* a month earlier is too long ago */
	cr_expect(cases_first(&cases));
	cases.now = 0;
	cr_expect(!cases_first(&cases));
	/* months that nobody reported are not quiet ones */
	cases.now = 1;
	cases_fill(&cases, value_absent(0));
	for (int k = 0; k < CASES_QUIET_KNOWN_MIN - 1; k++)
		cases.before[k] = 0;
	cr_expect(!cases_first(&cases));
	cases.before[20] = value_absent(ABSENT_NOT_OFFERED); /* a true 0 */
	cr_expect(cases_first(&cases));
}

Test(followup, cases_are_high_above_the_seasons_ninetieth_percentile)
{
	struct cases cases = { .now = 0 };
	int64_t limit = 0;

	/* 25 months of the season hold 1..25: the 23rd is the 90th percentile by nearest rank */
	cases_fill(&cases, 1000);
	for (int year = 1, n = 1; year <= CASES_YEARS; year++)
		for (int around = -CASES_AROUND; around <= CASES_AROUND; around++)
			cases.before[12 * year + around - 1] = n++;
	cases.now = 23;
	cr_expect(!cases_high(&cases, &limit));
	cr_expect_eq(limit, 23);
	cases.now = 24;
	cr_expect(cases_high(&cases, &limit));
	/* too little is known */
	cases_fill(&cases, value_absent(0));
	for (int around = -CASES_AROUND; around <= CASES_AROUND; around++)
		for (int year = 1; year <= 2; year++)
			cases.before[12 * year + around - 1] = 1;
	cr_expect(!cases_high(&cases, &limit));
}

Test(followup, births_and_population_have_their_edges)
{
	int64_t limit;

	cr_expect(!births_differ(1300, 3, 4000, &limit));
	cr_expect_eq(limit, 1000);
	cr_expect(births_differ(1301, 3, 4000, &limit));
	cr_expect(!births_differ(700, 3, 4000, &limit));
	cr_expect(births_differ(699, 3, 4000, &limit));
	cr_expect(!births_differ(1, 3, 0, &limit));
	cr_expect(!population_jumps(1000, 1100));
	cr_expect(population_jumps(1000, 1101));
	cr_expect(!population_jumps(1000, 900));
	cr_expect(population_jumps(1000, 899));
	cr_expect(!population_jumps(0, 899));
}

enum { F_CASE = 1, F_BIRTH, F_MOTHER, F_YEAR_BIRTH, F_POP };
enum { FORM_CASES = 1, FORM_BIRTHS, FORM_PEOPLE };
enum { PLAGUE = 1, MEASLES };

static uint32_t case_of(uint32_t disease)
{
	return F_CASE * 65536 + disease * 256;
}

static void journal_followup(void)
{
	struct writing writing;

	folder_make();
	writing_open(&writing);
	append_catalogue_of(&writing, "catalog_followup", 1);
	append_key(&writing, ROLE_READER, "reader");
	append_key(&writing, ROLE_COLLECTOR, "collector");
	append_facility_of(&writing, 1, DISTRICT_A, AGENCY);
	append_facility_of(&writing, 2, DISTRICT_B, AGENCY);
	append_facility_of(&writing, 3, CITY, AGENCY);
	for (int month = 1; month <= 12; month++) {
		char period[16];

		snprintf(period, sizeof(period), "2024-%02d", month);
		append_sent(&writing, (struct sent){ 1, FORM_CASES, period, 1, 0, NULL, 0 },
			GIVEN({ case_of(PLAGUE), 0, 0 }, { case_of(MEASLES), 0, 0 }));
	}
	append_sent(&writing, (struct sent){ 1, FORM_CASES, "2025-01", 1, 0, NULL, 0 },
		GIVEN({ case_of(PLAGUE), 1, 0 }, { case_of(MEASLES), 2, 0 }));
	append_sent(&writing, (struct sent){ 2, FORM_CASES, "2025-01", 1, 0, NULL, 0 },
		GIVEN({ case_of(PLAGUE), 0, 0 }, { case_of(MEASLES), 2, 0 }));
	append_sent(&writing, (struct sent){ 1, FORM_BIRTHS, "2025MQ1", 1, 0, NULL, 0 },
		GIVEN({ F_BIRTH, 1301, 0 }, { F_MOTHER, 1, 0 }));
	append_sent(&writing, (struct sent){ 2, FORM_BIRTHS, "2025MQ1", 1, 0, NULL, 0 },
		GIVEN({ F_BIRTH, 700, 0 }, { F_MOTHER, 0, 0 }));
	append_sent(&writing, (struct sent){ 1, FORM_PEOPLE, "2024", 1, 0, NULL, 0 },
		GIVEN({ F_YEAR_BIRTH, 4000, 0 }, { F_POP, 1101, 0 }));
	append_sent(&writing, (struct sent){ 2, FORM_PEOPLE, "2024", 1, 0, NULL, 0 },
		GIVEN({ F_YEAR_BIRTH, 2400, 0 }, { F_POP, 500, 0 }));
	append_sent(&writing, (struct sent){ 3, FORM_PEOPLE, "2024", 1, 0, NULL, 0 },
		GIVEN({ F_YEAR_BIRTH, 0, 0 }, { F_POP, 1600, 0 }));
	append_sent(&writing, (struct sent){ 1, FORM_PEOPLE, "2023", 1, 0, NULL, 0 },
		GIVEN({ F_YEAR_BIRTH, 4000, 0 }, { F_POP, 1000, 0 }));
	journal_close(writing.journal);
}

static void row_expect(const struct asked *asked, size_t row, const char *const *cells)
{
	for (; *cells; cells += 2)
		cr_expect_str_eq(cell(asked, row, cells[0]), cells[1], "row %zu: %s is '%s'", row,
			cells[0], cell(asked, row, cells[0]));
}

Test(followup, rules_of_the_catalogue_and_of_the_centre_make_the_list)
{
	struct follow *follow;
	struct asked asked;

	journal_followup();
	follow = follow_all();
	ask(&asked, follow, "followup list", ARGUMENTS("form", "FC", "period", "2025-01"));
	cr_assert_eq(asked.answer.rows, 3);
	/* from the catalogue: more than the month before */
	row_expect(&asked, 0,
		ARGUMENTS("urgent", "false", "facility", "F1", "rule", "T1", "found", "2", "limit",
			"0", "element", "DISEASE_CASE.MEASLES", "rule_en",
			"no more than the month before", "fix_en", "look"));
	row_expect(&asked, 1,
		ARGUMENTS("urgent", "true", "facility", "F1", "rule", "V43", "found", "1",
			"element", "DISEASE_CASE.PLAGUE", "area", "320703"));
	row_expect(&asked, 2,
		ARGUMENTS("urgent", "false", "facility", "F1", "rule", "V43", "found", "2",
			"element", "DISEASE_CASE.MEASLES"));
	asked_fini(&asked);
	ask(&asked, follow, "followup list",
		ARGUMENTS("form", "FC", "period", "2025-01", "area", "320706"));
	cr_expect_eq(asked.answer.rows, 0);
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}

Test(followup, reports_are_compared_with_each_other)
{
	struct follow *follow;
	struct asked asked;

	journal_followup();
	follow = follow_all();
	ask(&asked, follow, "followup list", ARGUMENTS("form", "FB", "period", "2025MQ1"));
	cr_assert_eq(asked.answer.rows, 2);
	row_expect(&asked, 0,
		ARGUMENTS("urgent", "true", "facility", "F1", "rule", "V56", "found", "1"));
	row_expect(&asked, 1,
		ARGUMENTS("urgent", "false", "facility", "", "area", "320703", "rule", "V57",
			"found", "1301", "limit", "1000", "element", "LIVE_BIRTH"));
	asked_fini(&asked);
	ask(&asked, follow, "followup list", ARGUMENTS("form", "FP", "period", "2024"));
	cr_assert_eq(asked.answer.rows, 2);
	row_expect(&asked, 0,
		ARGUMENTS("facility", "F1", "rule", "V58", "found", "1101", "limit", "1000"));
	row_expect(&asked, 1,
		ARGUMENTS("facility", "", "area", "320700", "rule", "V58", "found", "1600", "limit",
			"1601"));
	asked_fini(&asked);
	expect_outcome(follow, ANSWER_INVALID, "followup list",
		ARGUMENTS("form", "FP", "period", "2024-01"));
	follow_close(follow);
	folder_remove();
}
