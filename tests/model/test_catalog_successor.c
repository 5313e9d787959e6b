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
		{ "elements", "", "73,NEW,新,new,x,0,count,service,sum,sum,,,\n" },
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
		{ "indicators", "VISIT,1000,ytd", "VISIT,1,ytd" },
		{ "indicators", "", "4,NEW,新,new,x,,,BED,1,1,year,0,none,,,\n" },
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
		{ { "elements", "71,GRADE,等级,grade,grade,0,grade,service,first,none,,,\n", "" },
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
		cr_expect(!strchr(err_text(), '\n'), "one change, one line: %s", err_text());
	}
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
