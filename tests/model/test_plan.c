/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Plans' tables: what is refused, with its place, and that the real ones are taken. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/plan.h"

/* clang-format off: one string a line */
static const char header[] =
	"id,plan,seed,line,section,source,row,name_zh,name_en,printed,kind,unit,unit_set,"
	"baseline_year,baseline,target_year,year_implied,comparator,judged_comparator,target,"
	"tolerance,range_kind,polarity,hold_or_reach,recurrence,modality,nature,indicator,"
	"scope_node,owner,supersedes,note\n";
static const char good_row[] =
	"p-001,p,001,7,四,table,1,床位,beds,≥3.15,numeric,张,,2015,2.07,2020,yes,≥,>=,3.15,,,"
	"higher,reach,end_year,,,BED_PER_1000,440507,,,\n";
/* clang-format on */

static struct catalog *catalog_real(void)
{
	struct catalog *catalog = NULL;

	cr_assert_eq(catalog_load(SOURCE_DIR "/catalog", &catalog), 0, "%s", err_text());
	return catalog;
}

/* Loads one table called p.csv with this text. */
static int load_text(const struct catalog *catalog, const char *text, struct plans **ret_plans)
{
	char folder[] = "/tmp/huibao-plan-XXXXXX", path[64], command[64];
	FILE *file;
	int r;

	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/p.csv", folder);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
	r = plans_load(folder, catalog, ret_plans);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	cr_assert_eq(system(command), 0);
	return r;
}

static int load_row(const struct catalog *catalog, const char *row, struct plans **ret_plans)
{
	char text[1400];

	snprintf(text, sizeof(text), "%s%s", header, row);
	return load_text(catalog, text, ret_plans);
}

Test(plan, a_good_row_is_taken_as_it_stands)
{
	struct catalog *catalog = catalog_real();
	struct plans *plans = NULL;

	cr_assert_eq(load_row(catalog, good_row, &plans), 0, "%s", err_text());
	cr_expect_eq(plans_targets(plans), 1);
	cr_expect_str_eq(plans_column(19), "target");
	cr_expect_str_eq(plans_cell(plans, 0, 19), "3.15");
	plans_free(plans);
	catalog_free(catalog);
}

/* The good row with one cell replaced. */
static void row_with(size_t column, const char *cell, char *ret, size_t size)
{
	char good[sizeof(good_row)], *rest = good;
	size_t used = 0;

	memcpy(good, good_row, sizeof(good_row));
	ret[0] = '\0';
	for (size_t i = 0; i < TARGET_COLUMNS; i++) {
		char *own = strsep(&rest, ",\n");

		used += (size_t)snprintf(
			ret + used, size - used, "%s%s", i ? "," : "", i == column ? cell : own);
	}
	snprintf(ret + used, size - used, "\n");
}

Test(plan, each_slip_is_told_with_its_line_and_column)
{
	static const struct {
		size_t column;
		const char *cell, *want;
	} cases[] = {
		{ 0, "p-002", "column 'id'" },
		{ 0, "q-001", "column 'id'" },
		{ 1, "q", "column 'plan'" },
		{ 2, "1", "column 'seed'" },
		{ 3, "0", "column 'line'" },
		{ 5, "footnote", "column 'source'" },
		{ 7, "", "column 'name_zh'" },
		{ 9, "", "column 'printed'" },
		{ 10, "wish", "column 'kind'" },
		{ 15, "20", "column 'target_year'" },
		{ 16, "maybe", "column 'year_implied'" },
		{ 18, "≥", "column 'judged_comparator'" },
		{ 19, "3,15", "column" },
		{ 19, "3.1.5", "column 'target'" },
		{ 19, "", "needs a note" },
		{ 19, "3..4", "a range has two ends" },
		{ 22, "up", "column 'polarity'" },
		{ 27, "NO_SUCH", "column 'indicator'" },
		{ 27, "?BED_PER_1000", "column 'indicator'" },
		{ 28, "", "column 'scope_node'" },
		{ 30, "repeats:p-002", "column 'supersedes'" },
		{ 30, "like:p-001", "column 'supersedes'" },
	};
	struct catalog *catalog = catalog_real();

	for (size_t i = 0; i < array_len(cases); i++) {
		struct plans *plans = NULL;
		char row[600];

		row_with(cases[i].column, cases[i].cell, row, sizeof(row));
		cr_expect_eq(
			load_row(catalog, row, &plans), ERR_INVALID, "%zu %s", i, cases[i].want);
		cr_expect(strstr(err_text(), "p.csv:2"), "%s", err_text());
		cr_expect(i == 12 || strstr(err_text(), cases[i].want), "%zu: %s", i, err_text());
	}
	catalog_free(catalog);
}

Test(plan, other_columns_and_a_missing_folder_are_told)
{
	struct catalog *catalog = catalog_real();
	struct plans *plans = NULL;

	cr_expect_eq(load_text(catalog, "id,plan\np-001,p\n", &plans), ERR_INVALID);
	cr_expect(strstr(err_text(), "p.csv:1"), "%s", err_text());
	cr_expect_eq(plans_load("/nowhere/plans", catalog, &plans), ERR_NOT_FOUND);
	catalog_free(catalog);
}

Test(plan, the_real_plans_are_taken)
{
	struct catalog *catalog = catalog_real();
	struct plans *plans = NULL;

	cr_assert_eq(plans_load(SOURCE_DIR "/catalog/plans", catalog, &plans), 0, "%s", err_text());
	cr_expect_gt(plans_targets(plans), 600);
	plans_free(plans);
	catalog_free(catalog);
}
