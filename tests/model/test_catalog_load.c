/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every fault that a catalogue can have, each made by one edit of a sound one, and the sentence by
 * which its editor finds it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "tests/model/fixture.h"

#define LONG_40 "0123456789012345678901234567890123456789"
#define LONG_240 LONG_40 LONG_40 LONG_40 LONG_40 LONG_40 LONG_40

struct fault_case {
	struct edit edit;
	const char *fault;
};

static void expect_faults(const struct fault_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct edit edits[FIXTURE_EDITS_MAX] = { cases[i].edit };
		struct catalog *catalog = NULL;
		int r = fixture_open(edits, &catalog);

		cr_expect_eq(r, ERR_INVALID, "'%s' was taken as sound", cases[i].edit.put);
		cr_expect_null(catalog);
		cr_expect(strstr(err_text(), cases[i].fault), "expected: %s\nbut: %s",
			cases[i].fault, err_text());
		cr_expect(!strchr(err_text(), '\n'), "one mistake, one line: %s", err_text());
	}
}

Test(catalog_load, faults_of_any_table_are_named)
{
	static const struct fault_case cases[] = {
		{ { "elements", "id,code,name_zh", "id,kode,name_zh,code" }, "elements.csv:" },
		{ { "areas", "320700,,city", "320700,city" },
			"areas.csv:3: 7 cells, but the header has 8" },
		{ { "groups", "窄口径", "\"窄口径" }, "groups.csv:" },
		{ { "forms", "人口年报", "\xb0\xa1" }, "forms.csv:2: cell 3 is not UTF-8" },
	};

	expect_faults(cases, array_len(cases));
}

Test(catalog_load, columns_are_exactly_those_documented)
{
	static const struct fault_case cases[] = {
		{ { "areas", ",note\n", ",remark\n" }, "areas.csv:1: column 'note' is missing" },
		{ { "areas", ",note\n", ",remark\n" },
			"areas.csv:1: column 'remark' is not one of this table's" },
	};
	const struct edit both[FIXTURE_EDITS_MAX] = { { "areas", ",note\n", ",remark\n" },
		{ "forms", ",purpose\n", ",aim\n" } };
	struct catalog *catalog = NULL;

	for (size_t i = 0; i < array_len(cases); i++) {
		const struct edit edits[FIXTURE_EDITS_MAX] = { cases[i].edit };

		cr_expect_eq(fixture_open(edits, &catalog), ERR_INVALID);
		cr_expect(strstr(err_text(), cases[i].fault), "%s", err_text());
	}
	cr_expect_eq(fixture_open(both, &catalog), ERR_INVALID);
	cr_expect_str_eq(err_text(), "areas.csv:1: column 'note' is missing\n"
				     "areas.csv:1: column 'remark' is not one of this table's\n"
				     "forms.csv:1: column 'purpose' is missing\n"
				     "forms.csv:1: column 'aim' is not one of this table's");
}

Test(catalog_load, columns_may_stand_in_any_order)
{
	const struct edit edits[FIXTURE_EDITS_MAX] = {
		{ "groups", "group,class,name_zh", "class,group,name_zh" },
		{ "groups", "narrow,township_hospital", "township_hospital,narrow" },
		{ "groups", "curative,hospital", "hospital,curative" },
		{ "groups", "curative,clinic", "clinic,curative" },
	};
	AUTO(catalog_free) struct catalog *catalog = NULL;

	cr_assert_eq(fixture_open(edits, &catalog), 0, "%s", err_text());
}

Test(catalog_load, faults_of_attributes)
{
	static const struct fault_case cases[] = {
		{ { "attributes", "level,3", "grade,3" },
			"attributes.csv:9: dimension 'grade' is none of: class" },
		{ { "attributes", "level,3", "level,0" },
			"attributes.csv:9: id '0' is no whole number from 1 to 255" },
		{ { "attributes", "level,3", "level,256" }, "id '256' is no whole number" },
		{ { "attributes", "level,3", "level,x" }, "id 'x' is no whole number" },
		{ { "attributes", "ownership,2", "ownership,1" },
			"attributes.csv:11: this dimension and id stands already on line 10" },
		{ { "attributes", "private,,", "public,," },
			"attributes.csv:11: code 'public' stands already on line 10" },
		{ { "attributes", "tertiary,", "," }, "attributes.csv:9: column 'code' is empty" },
		{ { "attributes", "tertiary,", "3a," }, "code '3a' must be a letter and then" },
		{ { "attributes", "tertiary,", "top-level," }, "code 'top-level' must be" },
		{ { "attributes", "三级", "" }, "attributes.csv:9: column 'name_zh' is empty" },
		{ { "attributes", "三级,tertiary", "三级," },
			"attributes.csv:9: column 'name_en' is empty" },
		{ { "attributes", "tcm_hospital,hospital", "tcm_hospital,hospitals" },
			"attributes.csv:5: parent 'hospitals' is no code of dimension 'class'" },
		{ { "attributes", "private,,", "private,hospital," },
			"attributes.csv:11: parent 'hospital' is no code of dimension "
			"'ownership'" },
		{ { "attributes", "hospital,,医院", "hospital,hospital,医院" },
			"attributes.csv:3: 'hospital' lies below itself" },
		{ { "attributes", "hospital,,医院", "hospital,tcm_hospital,医院" },
			"'tcm_hospital' lies below itself" },
	};

	expect_faults(cases, array_len(cases));
}

Test(catalog_load, the_same_code_may_stand_in_two_dimensions)
{
	const struct edit edits[FIXTURE_EDITS_MAX] = { { "attributes", "sponsor,1,government",
		"sponsor,1,public" } };
	AUTO(catalog_free) struct catalog *catalog = NULL;

	cr_assert_eq(fixture_open(edits, &catalog), 0, "%s", err_text());
	cr_expect_eq(catalog_attribute_by_code(catalog, DIMENSION_SPONSOR, "public")->dimension,
		DIMENSION_SPONSOR);
	cr_expect_eq(catalog_attribute_by_code(catalog, DIMENSION_OWNERSHIP, "public")->dimension,
		DIMENSION_OWNERSHIP);
}

Test(catalog_load, faults_of_groups)
{
	static const struct fault_case cases[] = {
		{ { "groups", "curative,clinic", "curative,clinics" },
			"groups.csv:4: class 'clinics' is not in attributes.csv" },
		{ { "groups", "curative,clinic", "curative,tertiary" },
			"groups.csv:4: class 'tertiary' is not in" },
		{ { "groups", "curative,clinic,,", "clinic,clinic,甲,a" },
			"groups.csv:4: 'clinic' is already the code of a class" },
		{ { "groups", "curative,clinic,,", ",clinic,甲,a" },
			"groups.csv:4: column 'group' is empty" },
		{ { "groups", "curative,clinic,,", "other,clinic,甲," },
			"groups.csv:4: column 'name_en' is empty" },
	};

	expect_faults(cases, array_len(cases));
}

Test(catalog_load, faults_of_areas)
{
	static const struct fault_case cases[] = {
		{ { "areas", "320623,,", "Rudong,," },
			"areas.csv:7: code 'Rudong' is no whole number from 1 to 999999999" },
		{ { "areas", "320623,,", "0,," }, "code '0' is no whole number" },
		{ { "areas", "320623,,", "3206230000,," }, "code '3206230000' is no whole number" },
		{ { "areas", "320623,,", "320700,," },
			"areas.csv:7: this code stands already on line 3" },
		{ { "areas", "320706,320700", "320706,320701" },
			"areas.csv:6: parent 320701 is no area of this table" },
		{ { "areas", "320706,320700", "320706,city" }, "parent 'city' is no area code" },
		{ { "areas", "320700,,city", "320700,320700,city" },
			"areas.csv:3: area 320700 lies within itself" },
		{ { "areas", "320623,,county", "320623,,shire" },
			"areas.csv:7: kind 'shire' is none of: province" },
		{ { "areas", "320623,,county", "320623,,a_kind_of_area_that_is_long" },
			"column 'kind' has 27 bytes of text" },
		{ { "areas", "如东县", "" }, "areas.csv:7: column 'name_zh' is empty" },
		{ { "areas", "1983-01-01", "1983-02-30" },
			"areas.csv:5: from: the calendar has no day '1983-02-30'" },
		{ { "areas", "2014-05-01", "May" }, "areas.csv:5: until: 'May' is no day" },
		{ { "areas", "1983-01-01", "2015-01-01" },
			"areas.csv:5: 'until' lies before 'from'" },
		{ { "areas", "",
			  "1,320703001,street,a,a,,,\n2,1,street,a,a,,,\n3,2,street,a,a,,,\n4,3,"
			  "street,a,a,,,\n" },
			"areas.csv:11: area 4 lies more than 6 levels deep" },
	};
	const struct edit circle[FIXTURE_EDITS_MAX] = { { "areas", "320700,,city",
		"320700,320703,city" } };
	const struct edit deep[FIXTURE_EDITS_MAX] = { { "areas", "",
		"1,320703001,street,a,a,,,\n2,1,street,a,a,,,\n3,2,street,a,a,,,\n" } };
	struct catalog *catalog = NULL;
	uint32_t codes[AREA_DEPTH_MAX];

	expect_faults(cases, array_len(cases));
	cr_expect_eq(fixture_open(circle, &catalog), ERR_INVALID);
	cr_expect(strstr(err_text(), "lies within itself"), "%s", err_text());
	cr_assert_eq(fixture_open(deep, &catalog), 0, "%s", err_text());
	cr_expect_eq(catalog_area_path(catalog, 3, codes), AREA_DEPTH_MAX);
	catalog_free(catalog);
}

Test(catalog_load, faults_of_elements)
{
	static const struct fault_case cases[] = {
		{ { "elements", "71,GRADE", "0,GRADE" },
			"elements.csv:8: id '0' is no whole number from 1 to 65535" },
		{ { "elements", "71,GRADE", "65536,GRADE" }, "id '65536' is no whole number" },
		{ { "elements", "71,GRADE", "-1,GRADE" }, "id '-1' is no whole number" },
		{ { "elements", "71,GRADE", ",GRADE" }, "id '' is no whole number" },
		{ { "elements", "71,GRADE", "99999999999999999999,GRADE" },
			"id '99999999999999999999' is no" },
		{ { "elements", "71,GRADE", "70,GRADE" },
			"elements.csv:8: this id stands already on line 7" },
		{ { "elements", "71,GRADE", "71,YIELD" },
			"elements.csv:9: code 'YIELD' stands already on line 8" },
		{ { "elements", "71,GRADE", "71,DAYS" },
			"elements.csv:8: code 'DAYS' is a word of linear forms" },
		{ { "elements", "71,GRADE", "71,N_FACILITY" }, "code 'N_FACILITY' is a word" },
		{ { "elements", "71,GRADE", "71," }, "elements.csv:8: column 'code' is empty" },
		{ { "elements", "71,GRADE", "71,GR ADE" }, "code 'GR ADE' must be" },
		{ { "elements", "71,GRADE", "71,床" }, "code '床' must be" },
		{ { "elements", "71,GRADE", "71,A" LONG_40 "ABCDEFG" },
			"column 'code' has 48 bytes of text, at most 47" },
		{ { "elements", "等级,grade,grade", "等级,grade," },
			"elements.csv:8: column 'unit' is empty" },
		{ { "elements", "等级,grade,grade", "等级,grade," LONG_40 },
			"column 'unit' has 40 bytes of text, at most 31" },
		{ { "elements", "等级,grade,grade", "等级,grade,points" },
			"elements.csv:8: unit 'points' is not in units.csv" },
		{ { "indicators", "visits,visits,", "visits,calls," },
			"indicators.csv:2: unit 'calls' is not in units.csv" },
		{ { "units", "", "beds,床,beds,\n" },
			"units.csv:12: code 'beds' stands already on line 2" },
		{ { "units", "gram,克", "gram," }, "units.csv:6: column 'name_zh' is empty" },
		{ { "units", "marks,分", ",分" }, "units.csv:7: column 'unit' is empty" },
		{ { "elements", "等级,", LONG_240 "," },
			"column 'name_zh' has 240 bytes of text, at most 239" },
		{ { "elements", "gram,6", "gram,7" },
			"elements.csv:7: scale '7' is no whole number from 0 to 6" },
		{ { "elements", "gram,6", "gram," }, "scale '' is no whole number" },
		{ { "elements", "quantity", "amount" },
			"type 'amount' is none of: count, quantity, money, grade" },
		{ { "elements", "registration,mean", "birth,mean" },
			"basis 'birth' is none of: service, residence, registration" },
		{ { "elements", "worst", "best" },
			"over_time 'best' is none of: sum, last, first, ytd, mean, worst" },
		{ { "elements", "ytd,sum", "ytd,mean" },
			"over_space 'mean' is none of: sum, none" },
	};

	expect_faults(cases, array_len(cases));
}

Test(catalog_load, faults_of_holidays)
{
	static const struct fault_case cases[] = {
		{ { "holidays", "",
			  "2026-01-01,closed,元旦,New Year,notice\n"
			  "2026-01-01,open,元旦,New Year,notice\n" },
			"holidays.csv:3: this day stands already on line 2" },
		{ { "holidays", "", "2026-02-30,closed,元旦,New Year,notice\n" },
			"holidays.csv:2: day: the calendar has no day" },
		{ { "holidays", "", ",closed,元旦,New Year,notice\n" },
			"holidays.csv:2: day is empty" },
		{ { "holidays", "", "2026-01-01,shut,元旦,New Year,notice\n" },
			"holidays.csv:2: kind 'shut' is none of: closed, open" },
		{ { "holidays", "", "2026-01-01,closed,,New Year,notice\n" },
			"holidays.csv:2: column 'name_zh' is empty" },
		{ { "holidays", "", "2026-01-01,closed,元旦,New Year,\n" },
			"holidays.csv:2: column 'source' is empty" },
		{ { "elements", "last,sum,,,,", "last,sum,,nowhere,," },
			"elements.csv:2: 'nowhere' in for_class is neither a class nor a group" },
		{ { "elements", "last,sum,,,,", "last,sum,,clinic|,," },
			"elements.csv:2: '' in for_class is neither" },
	};

	expect_faults(cases, array_len(cases));
}

Test(catalog_load, faults_of_forms)
{
	static const struct fault_case cases[] = {
		{ { "forms", "4,POP", "0,POP" },
			"forms.csv:2: id '0' is no whole number from 1 to 1023" },
		{ { "forms", "4,POP", "1024,POP" }, "id '1024' is no whole number" },
		{ { "forms", "return,year,agency", "return,week,agency" },
			"forms.csv:2: period 'week' is none of: month, quarter, half, year, "
			"mch_quarter, mch_year" },
		{ { "forms", "hospital|narrow", "hospital|wide" },
			"forms.csv:4: 'wide' in classes is neither a class nor a group" },
		{ { "forms", "hospital|narrow", "hospital|" },
			"forms.csv:4: '' in classes is neither" },
		{ { "forms", "hospital|narrow", "" }, "forms.csv:4: '' in classes is neither" },
		{ { "forms", "hospital|narrow", "tertiary" }, "'tertiary' in classes is neither" },
		{ { "forms", "agency,1,24", "agency,0,24" },
			"precedence '0' is no whole number from 1 to 255" },
		{ { "forms", "agency,1,24", "agency,1,256" },
			"carry_months '256' is no whole number from 0 to 255" },
		{ { "forms", "24,90", "24,367" },
			"due_days '367' is no whole number from 0 to 366" },
		{ { "forms", "T4,bureau", "T4," }, "column 'issued_by' is empty" },
		{ { "forms", "2030-12-31", "2030-12-32" }, "valid_until: the calendar has no day" },
		{ { "forms", "administrative", "both" },
			"purpose 'both' is none of: statistical, administrative" },
	};
	static const struct {
		const char *word;
		enum period_kind kind;
	} periods[] = {
		{ "month", PERIOD_MONTH },
		{ "quarter", PERIOD_QUARTER },
		{ "half", PERIOD_HALF },
		{ "year", PERIOD_YEAR },
		{ "mch_quarter", PERIOD_MCH_QUARTER },
		{ "mch_year", PERIOD_MCH_YEAR },
	};

	expect_faults(cases, array_len(cases));
	for (size_t i = 0; i < array_len(periods); i++) {
		AUTO(catalog_free) struct catalog *catalog = NULL;
		char put[64];
		struct edit edits[FIXTURE_EDITS_MAX] = { { "forms", "return,year,agency", put } };

		snprintf(put, sizeof(put), "return,%s,agency", periods[i].word);
		cr_assert_eq(fixture_open(edits, &catalog), 0, "%s", err_text());
		cr_expect_eq(
			catalog_form(catalog, 4)->period, periods[i].kind, "%s", periods[i].word);
	}
}

/* Two forms of one identifier or code confuse their lines too; the first line tells the cause. */
Test(catalog_load, two_forms_of_one_name_are_refused)
{
	const struct edit ids[FIXTURE_EDITS_MAX] = { { "forms", "3,INSTITUTION_YEAR",
		"4,INSTITUTION_YEAR" } };
	const struct edit codes[FIXTURE_EDITS_MAX] = { { "forms", "3,INSTITUTION_YEAR",
		"3,POPULATION_YEAR" } };
	struct catalog *catalog = NULL;

	cr_expect_eq(fixture_open(ids, &catalog), ERR_INVALID);
	cr_expect(strstr(err_text(), "forms.csv:4: this id stands already on line 2"), "%s",
		err_text());
	cr_expect_eq(fixture_open(codes, &catalog), ERR_INVALID);
	cr_expect(
		strstr(err_text(), "forms.csv:4: code 'POPULATION_YEAR' stands already on line 2"),
		"%s", err_text());
}

Test(catalog_load, faults_of_form_lines)
{
	static const struct fault_case cases[] = {
		{ { "form_lines", "", "NOTHING,1,VISIT,yes\n" },
			"form_lines.csv:10: form 'NOTHING' is not in forms.csv" },
		{ { "form_lines", "", "POPULATION_YEAR,9,NOTHING,yes\n" },
			"form_lines.csv:10: element 'NOTHING' is not in elements.csv" },
		{ { "form_lines", "", "POPULATION_YEAR,0,VISIT,yes\n" },
			"form_lines.csv:10: line '0' is no whole number from 1 to 9999" },
		{ { "form_lines", "", "POPULATION_YEAR,2,VISIT,yes\n" },
			"form_lines.csv:10: this line of the form stands already on line 8" },
		{ { "form_lines", "", "POPULATION_YEAR,3,POP,yes\n" },
			"form_lines.csv:10: form 'POPULATION_YEAR' has element 'POP' already" },
		{ { "form_lines", "", "POPULATION_YEAR,3,BED,perhaps\n" },
			"form_lines.csv:10: required 'perhaps' is none of: no, yes" },
		{ { "forms", "", "9,EMPTY,空,empty,year,agency,1,0,1,0,T,b,,,statistical\n" },
			"forms.csv:5: form 'EMPTY' has no lines in form_lines.csv" },
	};

	expect_faults(cases, array_len(cases));
}

Test(catalog_load, a_form_has_at_most_512_lines)
{
	AUTO(buffer_fini) struct buffer elements = { 0 };
	AUTO(buffer_fini) struct buffer lines = { 0 };
	AUTO(catalog_free) struct catalog *catalog = NULL;

	for (int i = 0; i < FORM_LINES_MAX - 2; i++) {
		cr_assert_eq(
			buffer_format(&elements, "%d,X%d,甲,x,visits,0,count,service,sum,sum,,,,\n",
				1000 + i, i),
			0);
		cr_assert_eq(buffer_format(&lines, "POPULATION_YEAR,%d,X%d,no\n", 10 + i, i), 0);
	}
	cr_assert_eq(fixture_open(
			     (const struct edit[FIXTURE_EDITS_MAX]){
				     { "elements", "", (char *)elements.data },
				     { "form_lines", "", (char *)lines.data } },
			     &catalog),
		0, "%s", err_text());
	cr_expect_eq(catalog_form(catalog, 4)->line_count, FORM_LINES_MAX);
	cr_expect_eq(form_line_of(catalog, catalog_form(catalog, 4), 1000 + FORM_LINES_MAX - 3),
		FORM_LINES_MAX - 1);
	catalog_free(catalog);
	catalog = NULL;
	cr_assert_eq(buffer_format(&lines, "POPULATION_YEAR,9000,BED,no\n"), 0);
	cr_expect_eq(fixture_open(
			     (const struct edit[FIXTURE_EDITS_MAX]){
				     { "elements", "", (char *)elements.data },
				     { "form_lines", "", (char *)lines.data } },
			     &catalog),
		ERR_INVALID);
	cr_expect(strstr(err_text(), "form 'POPULATION_YEAR' has more than 512 lines"), "%s",
		err_text());
}

Test(catalog_load, faults_of_indicators)
{
	static const struct fault_case cases[] = {
		{ { "indicators", "1,VISITS", "0,VISITS" },
			"indicators.csv:2: id '0' is no whole number from 1 to 65535" },
		{ { "indicators", "1,VISITS", "3,VISITS" },
			"indicators.csv:3: this id stands already on line 2" },
		{ { "indicators", "1,VISITS", "1,INCOME_PER_VISIT" },
			"indicators.csv:4: code 'INCOME_PER_VISIT' stands already on line 2" },
		{ { "indicators", "VISIT,1,1,", "VIZIT,1,1," },
			"indicators.csv:2: numerator: character 1: there is no element 'VIZIT'" },
		{ { "indicators", "VISIT,1,1,", ",1,1," },
			"numerator: character 1: an element is missing" },
		{ { "indicators", "VISIT,1,1,", "VISIT,VISIT[class=x],1," },
			"denominator: character 13: dimension 'class' has no code 'x'" },
		{ { "indicators", "VISIT,1,1,", "VISIT,1,0," },
			"factor '0' is no whole number from 1 to 1000000" },
		{ { "indicators", "VISIT,1,1,", "VISIT,1,1000001," }, "factor '1000001' is no" },
		{ { "indicators", "ytd,1", "decade,1" },
			"window 'decade' is none of: month, quarter, half, ytd, r12m, year, "
			"mch_year, r36m, plan, baseline" },
		{ { "indicators", "ytd,1", "ytd,10" },
			"decimals '10' is no whole number from 0 to 9" },
		{ { "indicators", "1,lower", "1,down" },
			"polarity 'down' is none of: higher, lower, none" },
		{ { "indicators", "beds serve those who live here", "" },
			"indicators.csv:3: elements of different bases (service, residence); give "
			"the reason" },
		{ { "indicators", "VISIT,1,1,", "POP + POP_REGISTERED,1,1," },
			"elements of different bases (residence, registration)" },
		{ { "indicators", "BED,POP,", "BED,VISIT," },
			"indicators.csv:3: mixed_basis gives a reason, but all elements have one "
			"basis" },
	};

	expect_faults(cases, array_len(cases));
}

Test(catalog_load, faults_of_all_tables_are_told_at_once)
{
	const struct edit edits[FIXTURE_EDITS_MAX] = {
		{ "attributes", "tcm_hospital,hospital", "tcm_hospital,hospitals" },
		{ "elements", "worst", "best" },
		{ "form_lines", "DOSE,no", "DOSIS,maybe" },
		{ "indicators", "1,lower", "1,down" },
	};
	struct catalog *catalog = NULL;

	cr_assert_eq(fixture_open(edits, &catalog), ERR_INVALID);
	cr_expect_str_eq(err_text(),
		"attributes.csv:5: parent 'hospitals' is no code of dimension 'class'\n"
		"elements.csv:7: over_time 'best' is none of: sum, last, first, ytd, mean, worst\n"
		"form_lines.csv:6: element 'DOSIS' is not in elements.csv\n"
		"form_lines.csv:6: required 'maybe' is none of: no, yes\n"
		"indicators.csv:4: polarity 'down' is none of: higher, lower, none");
}

Test(catalog_load, a_long_list_of_faults_is_cut_at_a_line_and_counted)
{
	AUTO(buffer_fini) struct buffer lines = { 0 };
	struct catalog *catalog = NULL;
	unsigned shown = 1, more = 0;

	for (int i = 0; i < 100; i++)
		cr_assert_eq(buffer_format(&lines, "NOTHING,%d,VISIT,no\n", i + 1), 0);
	cr_assert_eq(fixture_open((const struct edit[FIXTURE_EDITS_MAX]){ { "form_lines", "",
					  (char *)lines.data } },
			     &catalog),
		ERR_INVALID);
	for (const char *at = err_text(); (at = strchr(at, '\n')); at++) {
		cr_expect(strncmp(at + 1, "form_lines.csv:", 15) == 0 ||
				  sscanf(at + 1, "… and %u more", &more) == 1,
			"%s", at);
		shown += more == 0;
	}
	cr_expect_gt(shown, 5);
	cr_expect_eq(shown + more, 100, "%u shown and %u more", shown, more);
}

Test(catalog_load, one_bad_record_does_not_make_sound_ones_look_wrong)
{
	/* VISIT is named by lines and indicators; its own fault is the only one told. */
	static const struct fault_case cases[] = {
		{ { "elements", "visits,visits,0,count", "visits,visits,9,count" },
			"elements.csv:3: scale '9'" },
		{ { "areas", "320700,,city", "320700,,town_hall" },
			"areas.csv:3: kind 'town_hall'" },
		{ { "attributes", "class,1,hospital,,医院", "class,1,hospital,," },
			"attributes.csv:3: column 'name_zh'" },
	};

	expect_faults(cases, array_len(cases));
}

Test(catalog_load, an_empty_catalogue_of_headers_is_sound)
{
	AUTO(buffer_fini) struct buffer plain = { 0 };
	AUTO(catalog_free) struct catalog *catalog = NULL;
	static const char *const tables[][2] = {
		{ "areas", "code,parent,kind,name_zh,name_en,from,until,note\n" },
		{ "attributes", "dimension,id,code,parent,name_zh,name_en\n" },
		{ "breaks", "indicator,area,year,why_zh,why_en\n" },
		{ "code_lists", "list,id,code,parent,name_zh,name_en,source\n" },
		{ "elements", "id,code,name_zh,name_en,unit,scale,type,basis,over_time,over_space,"
			      "broken_down_by,for_class,definition,source\n" },
		{ "facts", "area,indicator,period,value,comparator,source,basis,note\n" },
		{ "form_lines", "form,line,element,required\n" },
		{ "forms", "id,code,name_zh,name_en,period,classes,precedence,carry_months,due_"
			   "days,lock_days,table_number,"
			   "issued_by,approval,valid_until,purpose\n" },
		{ "groups", "group,class,name_zh,name_en,source\n" },
		{ "holidays", "day,kind,name_zh,name_en,source\n" },
		{ "indicators",
			"id,code,name_zh,name_en,unit,method,arguments,numerator,denominator,"
			"factor,window,decimals,polarity,"
			"mixed_basis,definition,source\n" },
		{ "plans", "plan,name_zh,name_en,area,first_year,last_year,seed,issuer_zh,"
			   "issuer_en,note\n" },
		{ "reasons", "id,code,name_zh,name_en,used_by,note\n" },
		{ "rules", "id,code,forms,severity,check,when,holds,tolerance,missing,facilities,"
			   "settings,name_zh,name_en,fix_zh,fix_en,source\n" },
		{ "units", "unit,name_zh,name_en,note\n" },
	};
	size_t count = 7;

	for (size_t i = 0; i < array_len(tables); i++)
		cr_assert_eq(buffer_format(&plain, "%s.csv %zu\n%s", tables[i][0],
				     strlen(tables[i][1]), tables[i][1]),
			0);
	cr_assert_eq(fixture_open_plain(buffer_view(&plain), &catalog), 0, "%s", err_text());
	(void)catalog_elements(catalog, &count);
	cr_expect_eq(count, 0);
	cr_expect_null(catalog_element(catalog, 1));
	cr_expect_null(catalog_element_by_code(catalog, "VISIT"));
	cr_expect_null(catalog_area(catalog, 320700));
}
