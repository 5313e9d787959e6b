/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Commands on folders of the catalogue, without any server: the small catalogue of tests/model, and
 * copies of it with one line changed. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "client/language.h"
#include "tests/admin/desk.h"

#define SMALL SOURCE_DIR "/tests/model/catalog"

static char copy[] = "/tmp/huibao-catalog-XXXXXX";

static void stop(void)
{
	char command[64];

	desk_clear();
	snprintf(command, sizeof(command), "rm -rf %s", copy);
	cr_assert_eq(system(command), 0);
}

TestSuite(catalog, .fini = stop);

static int run(const char *line)
{
	int r = desk_take(line);

	return r < 0 ? r : desk_run(NULL);
}

/* A copy of the small catalogue after a sed script on one of its tables. */
static void copy_with(const char *script, const char *table)
{
	char command[400];

	cr_assert_not_null(mkdtemp(copy));
	snprintf(command, sizeof(command), "cp -r " SMALL "/. %s && sed -i '%s' %s/%s", copy,
		script, copy, table);
	cr_assert_eq(system(command), 0);
}

static int run_copy(const char *before, const char *after)
{
	char line[300];

	snprintf(line, sizeof(line), "%s%s%s", before, copy, after);
	return run(line);
}

static void expect_line(const char *line)
{
	const char *at = strstr(printed, line);

	cr_expect(at && (at == printed || at[-1] == '\n') && at[strlen(line)] == '\n',
		"no line '%s' in:\n%s", line, printed);
}

static size_t lines(void)
{
	size_t count = 0;

	for (const char *at = printed; (at = strchr(at, '\n')); at++)
		count++;
	return count;
}

Test(catalog, a_sound_catalogue_has_no_faults)
{
	cr_expect_eq(run("catalog check -o csv --catalogue " SMALL), 0, "%s", err_text());
	cr_expect_str_eq(printed, "file,line,fault\n");
	cr_expect_eq(run("catalog check --lang en --catalogue " SMALL), 0, "%s", err_text());
	cr_expect_str_eq(printed, "no mistake: 17 tables, 73 rows\n");
	cr_expect_eq(run("catalog check --lang zh --catalogue " SMALL), 0, "%s", err_text());
	cr_expect_str_eq(printed, "没有错误：17 张表，73 行\n");
}

Test(catalog, faults_are_told_in_chinese)
{
	copy_with("s/,visits,0/,calls,0/;s/,DEATH,/,VISIT,/", "elements.csv");
	cr_expect(language_choose("zh"));
	cr_expect_eq(
		run_copy("catalog check -o csv --columns line,fault --lang zh --catalogue ", ""),
		EXIT_FOUND, "%s", err_text());
	expect_line("3,单位 'calls' 不在 units.csv 中；请先加一行");
	for (const char *at = strchr(printed, '\n') + 1; *at; at = strchr(at, '\n') + 1)
		cr_expect((unsigned char)strpbrk(at, ",")[1] > 0x7f, "in English: %s", at);
}

Test(catalog, every_fault_is_told_however_many_there_are)
{
	char line[200];

	copy_with("2,$s/,count,/,heap,/", "elements.csv");
	cr_expect_eq(run_copy("catalog check -o csv --columns line,fault --catalogue ", ""),
		EXIT_FOUND, "%s", err_text());
	cr_expect_eq(lines(), 1 + 6, "%s", printed);
	for (int i = 2; i <= 10; i++) {
		snprintf(line, sizeof(line),
			"%d,\"type 'heap' is none of: count, quantity, money, grade\"", i);
		if (i != 4 && i != 7 && i != 8) /* money, quantity, grade */
			expect_line(line);
	}
	cr_expect_eq(run_copy("catalog check -o csv --columns file --catalogue ", ""), EXIT_FOUND);
	cr_expect(strstr(printed, "/elements.csv\n"), "%s", printed);
}

Test(catalog, faults_beyond_what_an_error_holds_are_told_too)
{
	char line[40];

	copy_with("2,$s/^[a-z]*/colour/", "attributes.csv");
	cr_expect_eq(
		run_copy("catalog check -o csv --columns line,fault --catalogue ", ""), EXIT_FOUND);
	cr_expect_gt(strlen(printed), 1200, "more than the words of one error hold");
	for (int i = 2; i <= 14; i++) {
		snprintf(line, sizeof(line), "\n%d,\"dimension 'colour'", i);
		cr_expect(strstr(printed, line), "no line %d in %s", i, printed);
	}
	cr_expect(!strstr(printed, " more\n"), "%s", printed);
}

Test(catalog, a_missing_folder_is_all_faults)
{
	cr_expect_eq(run("catalog check -o csv --catalogue /nowhere"), EXIT_FOUND);
	expect_line("/nowhere/areas.csv,1,this table of the catalogue is missing");
}

Test(catalog, without_a_code_the_tables_are_shown)
{
	cr_expect_eq(run("catalog show -o csv --catalogue " SMALL), 0, "%s", err_text());
	expect_line("table,rows");
	expect_line("elements.csv,9");
	expect_line("plans/small-2020.csv,3");
	expect_line("units.csv,10");
	cr_expect_eq(lines(), 18, "%s", printed);
}

Test(catalog, a_code_is_shown_with_all_that_its_tables_say)
{
	static const struct {
		const char *code, *line;
	} cases[] = {
		{ "VISIT", "elements.csv,definition,\"All visits, home visits included\"" },
		{ "BEDS_PER_1000", "indicators.csv,numerator,BED" },
		{ "BEDS_PER_1000", "indicators.csv,mixed_basis,beds serve those who live here" },
		{ "HOSPITAL_MONTH", "forms.csv,name_zh,医院月报" },
		{ "HOSPITAL_MONTH", "form_lines.csv,element,INCOME" },
		{ "320703", "areas.csv,kind,district" },
		{ "band", "code_lists.csv,name_en,5 and over" },
		{ "narrow", "groups.csv,class,township_hospital" },
		{ "small-2020", "plans.csv,issuer_en,a district" },
		{ "small-2020-003", "plans/small-2020.csv,because_en,look at the approval" },
		{ "gram", "units.csv,name_zh,克" },
		{ "DEATH", "elements.csv,broken_down_by,sex*band" },
		{ "DEATH", "elements.csv,DEATH.F.A5,\"deaths (female, 5 and over)\"" },
		{ "DEATH.M.A0", "elements.csv,DEATH.M.A0,\"deaths (male, 0)\"" },
		{ "DEATH.M.A0", "elements.csv,id,80" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		char line[200];

		snprintf(line, sizeof(line), "catalog show %s -o csv --lang en --catalogue " SMALL,
			cases[i].code);
		cr_expect_eq(run(line), 0, "%s: %s", cases[i].code, err_text());
		expect_line(cases[i].line);
	}
	cr_expect_eq(run("catalog show DEATH -o csv --lang zh --catalogue " SMALL), 0);
	cr_expect(strstr(printed, "DEATH.F.A0,死亡数（女，0岁）\n"), "%s", printed);
	cr_expect_eq(run("catalog show NOTHING --catalogue " SMALL), ERR_INVALID);
	cr_expect(strstr(err_text(), "is called 'NOTHING'"), "%s", err_text());
}

Test(catalog, two_equal_folders_have_no_difference)
{
	cr_expect_eq(run("catalog diff " SMALL " " SMALL " -o csv"), 0, "%s", err_text());
	cr_expect_str_eq(printed, "table,change,key,column,old,new\n");
}

Test(catalog, rows_that_came_went_or_changed_are_told_by_their_key)
{
	copy_with("s/^1,VISIT,诊疗人次数,visits,/1,VISIT,诊疗人次数,contacts,/;"
		  "/^72,YIELD/d;$a 73,NEW,新,new one,visits,0,count,service,sum,sum,,,,",
		"elements.csv");
	cr_expect_eq(run_copy("catalog diff " SMALL " ", " -o csv --lang en"), EXIT_FOUND, "%s",
		err_text());
	expect_line("elements.csv,removed,72,,year to date,");
	expect_line("elements.csv,changed,1,name_en,visits,contacts");
	expect_line("elements.csv,added,73,,,new one");
	cr_expect_eq(lines(), 4, "%s", printed);
}

Test(catalog, a_plan_that_is_gone_is_told_row_by_row)
{
	char command[100];

	copy_with("/^a-2030/d", "plans.csv");
	snprintf(command, sizeof(command), "rm %s/plans/a-2030.csv", copy);
	cr_assert_eq(system(command), 0);
	cr_expect_eq(run_copy("catalog diff " SMALL " ", " -o csv --lang zh"), EXIT_FOUND);
	expect_line("plans.csv,removed,a-2030,,长规划,");
	expect_line("plans/a-2030.csv,removed,a-2030-001,,费用,");
	cr_expect_eq(lines(), 4, "%s", printed);
	cr_expect_eq(run_copy("catalog diff ", " " SMALL " -o csv --lang zh"), EXIT_FOUND);
	expect_line("plans/a-2030.csv,added,a-2030-002,,,口号");
}

Test(catalog, keys_of_several_columns_tell_rows_apart)
{
	copy_with("s/^sex,2,F,,女,female/sex,2,F,,女性,female/", "code_lists.csv");
	cr_expect_eq(run_copy("catalog diff " SMALL " ", " -o csv"), EXIT_FOUND);
	expect_line("code_lists.csv,changed,sex 2,name_zh,女,女性");
	cr_expect_eq(lines(), 2, "%s", printed);
}

Test(catalog, targets_of_all_plans_or_of_one_are_listed)
{
	cr_expect_eq(
		run("catalog targets -o csv --columns id,seed,judged_by,target --catalogue " SMALL),
		0, "%s", err_text());
	expect_line("small-2020-001,001,indicator,3.15");
	expect_line("a-2030-001,002,indicator,35..40");
	expect_line("small-2020-003,001,person,");
	cr_expect_eq(lines(), 6);
	cr_expect_eq(run("catalog targets -o csv --columns all --plan a-2030 --catalogue " SMALL),
		0, "%s", err_text());
	cr_expect_eq(lines(), 3);
	cr_expect(strstr(printed, "owner,supersedes,note,judged_by,because_zh,because_en\n"), "%s",
		printed);
	cr_expect_eq(run("catalog targets --plan b-2030 --catalogue " SMALL), ERR_INVALID);
	cr_expect(strstr(err_text(), "there is no plan 'b-2030'"), "%s", err_text());
}

Test(catalog, words_that_are_needed_are_asked_for)
{
	cr_expect_eq(run("catalog diff " SMALL), ERR_INVALID);
	cr_expect(strstr(err_text(), "needs its new"), "%s", err_text());
	cr_expect_eq(run("catalog show A B --catalogue " SMALL), ERR_INVALID);
}
