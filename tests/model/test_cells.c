/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Broken-down elements: DEATH by sex (M, F) and band (A0, and A1 and A5 below OLD). */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "tests/model/fixture.h"

enum { DEATH = 80, SEX_M = 1, SEX_F = 2, A0 = 1, A1 = 2, A5 = 3 };

static uint32_t cell_id(uint32_t base, unsigned first, unsigned second)
{
	return base * 65536 + first * 256 + second;
}

Test(cells, code_lists_stand_as_first_named_and_rise_by_id)
{
	static const uint8_t ids[] = { 1, 2, 3, 9 };
	static const bool leaves[] = { true, true, true, false };
	AUTO(catalog_free) struct catalog *catalog = fixture();
	size_t count;
	const struct code_list *list = catalog_code_lists(catalog, &count);

	cr_assert_eq(count, 2);
	cr_expect_str_eq(list[0].code, "sex");
	cr_expect_str_eq(list[1].code, "band");
	cr_assert_eq(list[1].categories, array_len(ids));
	for (size_t i = 0; i < array_len(ids); i++) {
		cr_expect_eq(list[1].category[i].id, ids[i]);
		cr_expect_eq(list[1].category[i].leaf, leaves[i], "%zu", i);
		cr_expect_eq(list[1].category[i].parent, i == 1 || i == 2 ? 9 : 0, "%zu", i);
	}
	cr_expect_str_eq(list[1].category[0].name.zh, "0岁");
}

Test(cells, a_base_stands_for_one_cell_per_pair_of_leaves)
{
	static const struct {
		uint8_t first, second;
		const char *code, *zh, *en;
	} cases[] = {
		{ SEX_M, A0, "DEATH.M.A0", "死亡数（男，0岁）", "deaths (male, 0)" },
		{ SEX_M, A1, "DEATH.M.A1", "死亡数（男，1–4岁）", "deaths (male, 1-4)" },
		{ SEX_M, A5, "DEATH.M.A5", "死亡数（男，5岁以上）", "deaths (male, 5 and over)" },
		{ SEX_F, A0, "DEATH.F.A0", "死亡数（女，0岁）", "deaths (female, 0)" },
		{ SEX_F, A1, "DEATH.F.A1", "死亡数（女，1–4岁）", "deaths (female, 1-4)" },
		{ SEX_F, A5, "DEATH.F.A5", "死亡数（女，5岁以上）", "deaths (female, 5 and over)" },
	};
	AUTO(catalog_free) struct catalog *catalog = fixture();
	size_t count;
	const struct element *cell = catalog_cells(catalog, DEATH, &count);

	cr_assert_eq(count, array_len(cases));
	for (size_t i = 0; i < count; i++) {
		uint32_t id = cell_id(DEATH, cases[i].first, cases[i].second);

		cr_expect_eq(cell[i].id, id, "%s", cases[i].code);
		cr_expect_eq(catalog_element(catalog, id), &cell[i], "%s", cases[i].code);
		cr_expect_eq(catalog_element_by_code(catalog, cases[i].code), &cell[i]);
		cr_expect_str_eq(cell[i].code, cases[i].code);
		cr_expect_str_eq(cell[i].name.zh, cases[i].zh);
		cr_expect_str_eq(cell[i].name.en, cases[i].en);
		cr_expect_eq(cell[i].base, DEATH);
		cr_expect_eq(cell[i].category[0], cases[i].first);
		cr_expect_eq(cell[i].category[1], cases[i].second);
		cr_expect_eq(cell[i].basis, BASIS_RESIDENCE);
		cr_expect_str_eq(cell[i].unit, "persons");
	}
}

Test(cells, a_base_is_declared_but_cannot_be_reported)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	size_t count;

	cr_expect_null(catalog_element(catalog, DEATH));
	cr_expect_null(catalog_element_by_code(catalog, "DEATH"));
	cr_expect_eq(catalog_base_by_code(catalog, "DEATH"), DEATH);
	cr_expect_eq(catalog_base_by_code(catalog, "BED"), 2);
	cr_expect_eq(catalog_base_by_code(catalog, "DEATH.M.A0"), 0);
	cr_expect_str_eq(catalog_base(catalog, DEATH)->code, "DEATH");
	cr_expect_str_eq(catalog_base(catalog, DEATH)->list[1]->code, "band");
	cr_expect_null(catalog_base(catalog, 6));
	cr_expect_null(catalog_base(catalog, cell_id(DEATH, SEX_M, A0)));
	cr_expect_eq(catalog_cells(catalog, 2, &count), catalog_element(catalog, 2));
	cr_expect_eq(count, 1);
	cr_expect_null(catalog_cells(catalog, 6, &count));
	cr_expect_null(catalog_element(catalog, cell_id(DEATH, SEX_M, 9)));
	cr_expect_null(catalog_element(catalog, cell_id(DEATH, 3, A0)));
	(void)catalog_declared(catalog, &count);
	cr_expect_eq(count, 9);
}

Test(cells, a_form_line_of_a_base_has_all_its_cells_in_order)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	const struct form *form = catalog_form(catalog, 3);

	cr_assert_eq(form->line_count, 8);
	for (int i = 0; i < 6; i++) {
		uint32_t id = cell_id(DEATH, 1 + (unsigned)i / 3, 1 + (unsigned)i % 3);

		cr_expect_eq(form->lines[2 + i].element, id);
		cr_expect_eq(form_line_of(catalog, form, id), 2 + i);
		cr_expect_eq(form_line_of(catalog, catalog_form(catalog, 1), id), -1);
	}
	cr_expect_eq(form_line_of(catalog, form, DEATH), -1);
}

Test(cells, a_form_line_may_name_one_cell_but_none_twice)
{
	const struct edit one[FIXTURE_EDITS_MAX] = { { "form_lines", "",
		"POPULATION_YEAR,3,DEATH.F.A1,yes\n" } };
	const struct edit twice[FIXTURE_EDITS_MAX] = { { "form_lines", "",
		"POPULATION_YEAR,3,DEATH.F.A1,yes\nPOPULATION_YEAR,4,DEATH.F.A1,yes\n" } };
	AUTO(catalog_free) struct catalog *catalog = NULL;

	cr_assert_eq(fixture_open(one, &catalog), 0, "%s", err_text());
	cr_expect_eq(form_line_of(catalog, catalog_form(catalog, 4), cell_id(DEATH, SEX_F, A1)), 2);
	cr_expect(catalog_form(catalog, 4)->lines[2].required);
	catalog_free(catalog);
	catalog = NULL;
	cr_expect_eq(fixture_open(twice, &catalog), ERR_INVALID);
	cr_expect(strstr(err_text(), "has element 'DEATH.F.A1' already"), "%s", err_text());
}

/* A disease that comes later must not move the columns of those before it. */
Test(cells, a_cell_with_a_line_of_its_own_leaves_those_of_its_base)
{
	const struct edit edits[FIXTURE_EDITS_MAX] = {
		{ "form_lines", "",
			"INSTITUTION_YEAR,8,BED,no\nINSTITUTION_YEAR,9,DEATH.M.A1,yes\n" },
	};
	AUTO(catalog_free) struct catalog *catalog = NULL;
	const struct form *form;

	cr_assert_eq(fixture_open(edits, &catalog), 0, "%s", err_text());
	form = catalog_form(catalog, 3);
	cr_assert_eq(form->line_count, 9);
	cr_expect_eq(form->lines[2].element, cell_id(DEATH, SEX_M, A0));
	cr_expect_eq(form->lines[3].element, cell_id(DEATH, SEX_M, A5));
	cr_expect_eq(form->lines[7].element, 2);
	cr_expect_eq(form->lines[8].element, cell_id(DEATH, SEX_M, A1));
	cr_expect_eq(form_line_of(catalog, form, cell_id(DEATH, SEX_M, A1)), 8);
	cr_expect(form->lines[8].required);
	cr_expect(!form->lines[3].required);
}

Test(cells, a_linear_form_means_the_cells_that_its_filter_leaves)
{
	enum { M0 = 1, M1 = 2, M5 = 4, F0 = 8, F1 = 16, F5 = 32 };
	static const struct {
		const char *text;
		unsigned cells;
	} cases[] = {
		{ "DEATH", M0 | M1 | M5 | F0 | F1 | F5 },
		{ "DEATH[sex=M]", M0 | M1 | M5 },
		{ "DEATH[sex=M|F,band=A0]", M0 | F0 },
		{ "DEATH[band=OLD]", M1 | M5 | F1 | F5 },
		{ "DEATH[band=OLD|A0,sex=F]", F0 | F1 | F5 },
		{ "DEATH[band=OLD,band=A5|A0]", M5 | F5 },
		{ "DEATH[class=hospital,sex=F,band=A1]", F1 },
		{ "DEATH.M.A5", M5 },
		{ "2*DEATH[sex=M,band=A0]", M0 },
	};
	AUTO(catalog_free) struct catalog *catalog = fixture();

	for (size_t i = 0; i < array_len(cases); i++) {
		AUTO(linear_fini) struct linear linear = { .count = 0 };
		unsigned cells = 0;

		cr_assert_eq(linear_parse(catalog, cases[i].text, &linear), 0, "%s: %s",
			cases[i].text, err_text());
		for (uint32_t t = 0; t < linear.count; t++) {
			const struct element *cell =
				catalog_element(catalog, linear.term[t].element);

			cr_assert_not_null(cell);
			cells |= 1u << ((cell->category[0] - 1) * 3 + cell->category[1] - 1);
			cr_expect_eq(linear.term[t].coefficient, cases[i].text[0] == '2' ? 2 : 1);
			cr_expect_eq(linear.term[t].filter.dimensions,
				strstr(cases[i].text, "class") ? 1 : 0);
		}
		cr_expect_eq(cells, cases[i].cells, "%s: %x", cases[i].text, cells);
		cr_expect_eq(linear.count, (unsigned)__builtin_popcount(cells));
	}
}

Test(cells, wrong_filters_of_cells_are_named)
{
	static const struct {
		const char *text, *reason;
	} cases[] = {
		{ "DEATH[sex=X]", "character 11: code list 'sex' has no code 'X'" },
		{ "BED[sex=M]", "character 5: this element is not broken down by 'sex'" },
		{ "DEATH.M.A0[sex=M]", "character 12: this element is not broken down by 'sex'" },
		{ "N_FACILITY[sex=M]", "this element is not broken down by 'sex'" },
		{ "DEATH[sex=M,sex=F]", "character 13: no cell can meet" },
		{ "DEATH[band=]", "character 12: a category is needed here" },
		{ "DEATH.M", "there is no element 'DEATH.M'" },
		{ "DEATH.M.OLD", "there is no element 'DEATH.M.OLD'" },
	};
	AUTO(catalog_free) struct catalog *catalog = fixture();

	for (size_t i = 0; i < array_len(cases); i++) {
		struct linear linear;

		cr_expect_eq(linear_parse(catalog, cases[i].text, &linear), ERR_INVALID, "%s",
			cases[i].text);
		cr_expect(
			strstr(err_text(), cases[i].reason), "'%s': %s", cases[i].text, err_text());
	}
}

Test(cells, cells_count_against_the_limit_of_terms)
{
	AUTO(catalog_free) struct catalog *catalog = fixture();
	AUTO(buffer_fini) struct buffer text = { 0 };
	AUTO(linear_fini) struct linear linear = { .count = 0 };

	cr_assert_eq(buffer_format(&text, "DEATH"), 0);
	for (int i = 1; i < LINEAR_TERMS_MAX / 6; i++)
		cr_assert_eq(buffer_format(&text, "+DEATH"), 0);
	cr_assert_eq(linear_parse(catalog, (char *)text.data, &linear), 0, "%s", err_text());
	cr_expect_eq(linear.count, LINEAR_TERMS_MAX / 6 * 6);
	linear_fini(&linear);
	cr_assert_eq(buffer_format(&text, "+DEATH"), 0);
	cr_expect_eq(linear_parse(catalog, (char *)text.data, &linear), ERR_INVALID);
	cr_expect(strstr(err_text(), "at most 256 terms"), "%s", err_text());
}

Test(cells, scales_of_cells_fold_like_those_of_elements)
{
	const struct edit edits[FIXTURE_EDITS_MAX] = { { "elements", "deaths,persons,0",
		"deaths,persons,3" } };
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(linear_fini) struct linear linear = { .count = 0 };

	cr_assert_eq(fixture_open(edits, &catalog), 0, "%s", err_text());
	cr_assert_eq(linear_parse(catalog, "BED - DEATH[sex=M]", &linear), 0, "%s", err_text());
	cr_assert_eq(linear.count, 4);
	cr_expect_eq(linear.scale, 3);
	cr_expect_eq(linear.term[0].coefficient, 1000);
	cr_expect_eq(linear.term[3].coefficient, -1);
}

struct fault_case {
	struct edit edit;
	const char *fault;
};

Test(cells, faults_of_code_lists_and_breakdowns_are_named)
{
	static const struct fault_case cases[] = {
		{ { "code_lists", "sex,2", "sex,0" },
			"code_lists.csv:3: id '0' is no whole number from 1 to 255" },
		{ { "code_lists", "sex,2", "sex,256" }, "id '256' is no whole number" },
		{ { "code_lists", "sex,2", "sex,1" },
			"code_lists.csv:3: this id of the list stands already on line 2" },
		{ { "code_lists", "sex,2,F", "sex,2,M" },
			"code_lists.csv:3: code list 'sex' has code 'M' already" },
		{ { "code_lists", "sex,2,F", "sex,2,F-" }, "code 'F-' must be a letter" },
		{ { "code_lists", "sex,2,F", "sex,2,A23456789012345678901234" },
			"column 'code' has 24 bytes of text, at most 23" },
		{ { "code_lists", "", "group,1,A,,甲,a,\n" },
			"code_lists.csv:8: 'group' is a word of filters" },
		{ { "code_lists", "", "class,1,A,,甲,a,\n" }, "'class' is a word of filters" },
		{ { "code_lists", "", ",1,A,,甲,a,\n" },
			"code_lists.csv:8: column 'list' is empty" },
		{ { "code_lists", "A0,,", "A0,OTHER," },
			"code_lists.csv:5: parent 'OTHER' is no code of the same list" },
		{ { "code_lists", "A0,,", "A0,M," }, "parent 'M' is no code of the same list" },
		{ { "code_lists", "OLD,,", "OLD,OLD," },
			"code_lists.csv:7: 'OLD' lies below itself" },
		{ { "elements", "sex*band", "sex*age" },
			"elements.csv:10: broken_down_by 'age' is no list of code_lists.csv" },
		{ { "elements", "sex*band", "sex*sex" }, "broken_down_by names list 'sex' twice" },
		{ { "elements", "sex*band", "sex*band*sex" }, "names more than two lists" },
		{ { "elements", "sex*band", "sex*band*" },
			"broken_down_by 'sex*band*' ends in '*'" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		const struct edit edits[FIXTURE_EDITS_MAX] = { cases[i].edit };
		struct catalog *catalog = NULL;

		cr_expect_eq(fixture_open(edits, &catalog), ERR_INVALID, "%s", cases[i].fault);
		cr_expect(strstr(err_text(), cases[i].fault), "expected: %s\nbut: %s",
			cases[i].fault, err_text());
	}
}

/* The highest ids there are: the id of a cell fills 32 bits. */
Test(cells, the_highest_identifiers_are_found)
{
	const struct edit edits[FIXTURE_EDITS_MAX] = {
		{ "elements", "",
			"65535,TOP,甲,top,visits,0,count,service,sum,sum,last*other,,,\n" },
		{ "code_lists", "", "last,255,Z,,末,z,\nother,255,Y,,末,y,\n" },
	};
	AUTO(catalog_free) struct catalog *catalog = NULL;

	cr_assert_eq(fixture_open(edits, &catalog), 0, "%s", err_text());
	cr_assert_not_null(catalog_element(catalog, UINT32_MAX));
	cr_expect_str_eq(catalog_element(catalog, UINT32_MAX)->code, "TOP.Z.Y");
	cr_expect_null(catalog_element(catalog, UINT32_MAX - 1));
}

Test(cells, too_many_cells_are_refused)
{
	AUTO(buffer_fini) struct buffer lists = { 0 };
	const struct edit edits[FIXTURE_EDITS_MAX] = { { "elements", "",
		"90,HUGE,甲,huge,visits,0,count,service,sum,sum,wide*wider,,,\n" } };
	struct edit with_lists[FIXTURE_EDITS_MAX] = { edits[0], { "code_lists", "", NULL } };
	struct catalog *catalog = NULL;

	for (int i = 1; i <= 255; i++)
		cr_assert_eq(buffer_format(&lists, "wide,%d,A%d,,甲,a,\nwider,%d,B%d,,甲,a,\n", i,
				     i, i, i),
			0);
	with_lists[1].put = (char *)lists.data;
	cr_expect_eq(fixture_open(with_lists, &catalog), ERR_INVALID);
	cr_expect(strstr(err_text(), "stand for 65039 elements; at most 16384 are possible"), "%s",
		err_text());
}
