/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What may change from one catalogue to the next, and what never. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "tests/model/fixture.h"

Test(successor, what_may_change_is_accepted)
{
	static const struct edit cases[] = {
		{ "elements", "", "73,NEW,新,new,visits,0,count,service,sum,sum,,,,\n" },
		{ "elements", "床位数", "实有床位数" },
		{ "elements", "home visits included", "home visits left out" },
		{ "form_lines", "", "HOSPITAL_MONTH,31,YIELD,no\n" },
		{ "form_lines", "BED,yes", "BED,no" },
		{ "form_lines", "MONTH,30", "MONTH,40" }, /* the number moved, the order did not */
		{ "forms", "hospital|narrow", "hospital" },
		{ "forms", "24,90", "12,60" },
		{ "areas", "320623,,county,如东县,Rudong,,",
			"320623,,county,如东县,Rudong,,2030-01-01" },
		{ "areas", "", "320707,320700,district,赣榆区,Ganyu,,,\n" },
		{ "attributes", "", "level,2,secondary,,二级,secondary\n" },
		{ "groups", "", "narrow,clinic,,,\n" },
		{ "code_lists", "",
			"sex,9,U,,未知,unknown,\n" }, /* DEATH stands last on its form */
		{ "code_lists", "band,2,A1,OLD,1–4岁", "band,2,A1,,一至四岁" },
		{ "code_lists", "", "dose,1,D1,,第一剂,first,\n" },
		{ "facts", "2.07", "2.08" },
		{ "plans/small-2020", "≥3.15", "≥ 3.15" },
		{ "indicators", "VISIT,1000,ytd", "VISIT,1,ytd" },
		{ "indicators", "", "4,NEW,新,new,visits,,,BED,1,1,year,0,none,,,\n" },
	};
	AUTO(catalog_free) struct catalog *in_force = fixture();

	for (size_t i = 0; i < array_len(cases); i++) {
		const struct edit edits[FIXTURE_EDITS_MAX] = { cases[i] };
		AUTO(catalog_free) struct catalog *next = NULL;

		cr_assert_eq(fixture_open(edits, &next), 0, "%s: %s", cases[i].put, err_text());
		cr_expect_eq(catalog_check_successor(in_force, next), 0, "%s: %s", cases[i].put,
			err_text());
	}
}

Test(successor, a_broken_promise_is_refused_by_name)
{
	static const struct {
		struct edit edit;
		const char *fault;
	} cases[] = {
		{ { "elements", "71,GRADE,等级,grade,grade,0,grade,service,first,none,,,,\n", "" },
			"element 71 'GRADE' is gone; an identifier stays for ever" },
		{ { "elements", "71,GRADE", "73,GRADE" }, "element 71 'GRADE' is gone" },
		{ { "elements", "71,GRADE", "71,MARK" },
			"element 71 is 'GRADE' and would become 'MARK'" },
		{ { "elements", "grade,grade,0", "grade,marks,0" },
			"element 71 'GRADE': its unit 'grade' would become 'marks'" },
		{ { "elements", "gram,6", "gram,5" }, "element 70 'DOSE': its scale would change" },
		{ { "elements", "quantity", "count" }, "element 70 'DOSE': its type would change" },
		{ { "elements", "count,service,ytd", "count,residence,ytd" },
			"element 72 'YIELD': its basis would change" },
		{ { "elements", "worst", "last" },
			"element 70 'DOSE': its over_time would change" },
		{ { "elements", "ytd,sum", "ytd,none" },
			"element 72 'YIELD': its over_space would change" },
		{ { "forms", "return,year,agency", "return,half,agency" },
			"form 4 'POPULATION_YEAR': its period type would change" },
		{ { "forms", "3,INSTITUTION_YEAR", "5,INSTITUTION_YEAR" },
			"form 3 'INSTITUTION_YEAR' is gone" },
		{ { "form_lines", "HOSPITAL_MONTH,30,INCOME,no\n", "" },
			"form 1 'HOSPITAL_MONTH': line 3 ('INCOME') is removed or moved" },
		{ { "form_lines", "MONTH,30", "MONTH,15" },
			"form 1 'HOSPITAL_MONTH': line 2 ('VISIT') is removed or moved" },
		{ { "form_lines", "", "HOSPITAL_MONTH,5,YIELD,no\n" },
			"form 1 'HOSPITAL_MONTH': line 1 ('BED') is removed or moved; new lines "
			"come last" },
		{ { "attributes", "level,3", "level,4" }, "level 3 'tertiary' is gone" },
		{ { "attributes", "private,,", "foreign,," },
			"ownership 2 is 'private' and would become 'foreign'" },
		{ { "areas", "320623,", "320624," },
			"area 320623 '如东县' is gone; end it with 'until'" },
		{ { "indicators", "yuan,", "cents," },
			"indicator 2 'INCOME_PER_VISIT': its unit 'yuan' would become 'cents'" },
		{ { "indicators", "visits,visits,,,VISIT,1,1,", "visits,visits,external,,,,," },
			"indicator 1 'VISITS': its method 'ratio' would become 'external'" },
		{ { "code_lists", "sex,2,F,", "sex,3,F," },
			"category of 'sex' 2 'F' is gone; an identifier stays for ever" },
		{ { "code_lists", "sex,2,F,", "sex,2,W," },
			"category of 'sex' 2 is 'F' and would become 'W'" },
		{ { "code_lists", "", "band,4,B0,A0,新,new,\n" },
			"category of 'band' 1 'A0' would have others below it" },
		{ { "elements", "sex*band", "sex" },
			"element 80 'DEATH': its broken_down_by would change" },
		{ { "elements", "sex*band", "band*sex" },
			"element 80 'DEATH': its broken_down_by would change" },
		{ { "elements", "first,none,,", "first,none,sex," },
			"element 71 'GRADE': its broken_down_by would change" },
		{ { "elements", "deaths,persons", "deaths,cases" },
			"element 80 'DEATH': its unit 'persons' would become 'cases'" },
		{ { "indicators", "1,VISITS", "4,VISITS" }, "indicator 1 'VISITS' is gone" },
		{ { "indicators", "1,VISITS", "1,CONTACTS" },
			"indicator 1 is 'VISITS' and would become 'CONTACTS'" },
		{ { "indicators", "3,BEDS", "9,BEDS" }, "indicator 3 'BEDS_PER_1000' is gone" },
	};
	AUTO(catalog_free) struct catalog *in_force = fixture();

	for (size_t i = 0; i < array_len(cases); i++) {
		const struct edit edits[FIXTURE_EDITS_MAX] = { cases[i].edit };
		AUTO(catalog_free) struct catalog *next = NULL;

		cr_assert_eq(
			fixture_open(edits, &next), 0, "%s: %s", cases[i].edit.put, err_text());
		cr_expect_eq(
			catalog_check_successor(in_force, next), ERR_INVALID, "%s", cases[i].fault);
		cr_expect(strstr(err_text(), cases[i].fault), "expected: %s\nbut: %s",
			cases[i].fault, err_text());
		/* what moves cells moves the lines of forms, too */
		cr_expect(!strchr(err_text(), '\n') ||
				  strstr(err_text(), "\nform 3 'INSTITUTION_YEAR': line"),
			"one change, one line: %s", err_text());
	}
}

/* It may come, if its cells get lines of their own at the form's end. */
Test(successor, a_new_category_must_not_move_the_lines_of_a_form)
{
	struct edit edits[FIXTURE_EDITS_MAX] = {
		{ "form_lines", "", "INSTITUTION_YEAR,8,INCOME,no\n" },
	};
	AUTO(catalog_free) struct catalog *in_force = NULL;
	AUTO(catalog_free) struct catalog *next = NULL;

	cr_assert_eq(fixture_open(edits, &in_force), 0, "%s", err_text());
	edits[1] = (struct edit){ "code_lists", "", "sex,9,U,,未知,unknown,\n" };
	cr_assert_eq(fixture_open(edits, &next), 0, "%s", err_text());
	cr_expect_eq(catalog_check_successor(in_force, next), ERR_INVALID);
	cr_expect(strstr(err_text(), "line 9 ('INCOME') is removed or moved"), "%s", err_text());
	catalog_free(next);
	next = NULL;
	edits[0].put = "INSTITUTION_YEAR,8,INCOME,no\nINSTITUTION_YEAR,9,DEATH.U.A0,no\n"
		       "INSTITUTION_YEAR,10,DEATH.U.A1,no\nINSTITUTION_YEAR,11,DEATH.U.A5,no\n";
	cr_assert_eq(fixture_open(edits, &next), 0, "%s", err_text());
	cr_expect_eq(catalog_check_successor(in_force, next), 0, "%s", err_text());
}

Test(successor, all_broken_promises_are_told_at_once)
{
	const struct edit edits[FIXTURE_EDITS_MAX] = { { "elements", "gram,6", "gram,5" },
		{ "forms", "return,year,agency", "return,half,agency" },
		{ "areas", "320623,", "320624," } };
	AUTO(catalog_free) struct catalog *in_force = fixture();
	AUTO(catalog_free) struct catalog *next = NULL;

	cr_assert_eq(fixture_open(edits, &next), 0, "%s", err_text());
	cr_expect_eq(catalog_check_successor(in_force, next), ERR_INVALID);
	cr_expect_str_eq(err_text(), "element 70 'DOSE': its scale would change\n"
				     "form 4 'POPULATION_YEAR': its period type would change\n"
				     "area 320623 '如东县' is gone; end it with 'until'");
}
