/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * plans.csv and the table of each plan. Every column of a plan's table has a check of its own in
 * one table, so its author gets every slip with its place; what the cells come to is read
 * afterwards (catalog_targets.c). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/catalog_loader.h"

enum { LINE_MAX_NUMBER = 100000 };

/* plans.csv */

static uint64_t plan_key(const struct row *row, const struct catalog *catalog)
{
	(void)catalog;
	return row->index + 1; /* as they stand */
}

static bool digits(const char *text, size_t count)
{
	return strlen(text) == count && strspn(text, "0123456789") == count;
}

bool plan_code_valid(const char *code)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_";

	return code[0] != '\0' && strlen(code) <= PLAN_CODE_MAX &&
	       strspn(code, letters) == strlen(code);
}

static void plan_read(const struct row *row, const struct catalog *catalog, struct plan_info *plan)
{
	const char *seed = row_cell(row, "seed");

	row_text(row, "plan", plan->code, sizeof(plan->code));
	if (plan->code[0] != '\0' && !plan_code_valid(plan->code))
		row_fault(row, "plan '%s' must be 1 to %d letters, digits, '-' and '_'", plan->code,
			PLAN_CODE_MAX);
	row_name(row, &plan->name);
	plan->area = row_number(row, "area", 1, AREA_CODE_MAX);
	if (!catalog_area(catalog, plan->area))
		row_fault(row, "area '%.60s' is not in areas.csv", row_cell(row, "area"));
	plan->first_year = (int)row_number(row, "first_year", PERIOD_YEAR_MIN, PERIOD_YEAR_MAX);
	plan->last_year = (int)row_number(row, "last_year", PERIOD_YEAR_MIN, PERIOD_YEAR_MAX);
	if (plan->first_year > plan->last_year)
		row_fault(row, "the plan ends before it begins");
	if (digits(seed, sizeof(plan->seed) - 1))
		memcpy(plan->seed, seed, sizeof(plan->seed));
	else
		row_fault(row, "seed '%.60s' is not the three digits of a document", seed);
	row_text(row, "issuer_zh", plan->issuer.zh, sizeof(plan->issuer.zh));
	row_text(row, "issuer_en", plan->issuer.en, sizeof(plan->issuer.en));
}

/* The table of the plan, or NULL. */
static struct sheet *plan_sheet(const struct catalog *catalog, const char *code)
{
	for (size_t i = 0; i < catalog->plan_sheets; i++) {
		if (strcmp(catalog->plan_sheet[i].plan, code) == 0)
			return catalog->plan_sheet[i].sheet;
	}
	return NULL;
}

int plans_read(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	size_t rows = loader_rows(loader, TABLE_PLANS);
	int r = table_begin(
		loader, TABLE_PLANS, plan_key, "row", sizeof(*catalog->plan), &catalog->plan);

	if (r < 0 || (r = code_index_make(&catalog->plan_codes, rows)) < 0)
		return err_pass(r);
	catalog->plans = rows;
	for (size_t i = 0; i < rows; i++) {
		struct row row = table_row(loader, TABLE_PLANS, i);
		struct plan_info *plan = &catalog->plan[i];

		plan_read(&row, catalog, plan);
		if (plan->code[0] != '\0' && !plan_sheet(catalog, plan->code))
			row_fault(&row, "there is no table plans/%s.csv", plan->code);
		code_index_add(&catalog->plan_codes, plan->code, i);
	}
	codes_end(loader, TABLE_PLANS, &catalog->plan_codes);
	for (size_t i = 0; i < catalog->plan_sheets; i++)
		if (!catalog_plan_by_code(catalog, catalog->plan_sheet[i].plan))
			fault_add(&loader->faults, "%s:1: plan '%s' is not in plans.csv",
				sheet_name(catalog->plan_sheet[i].sheet),
				catalog->plan_sheet[i].plan);
	return 0;
}

/* plans/PLAN.csv, cell by cell */

struct checking {
	struct row row;
	const struct catalog *catalog;
	const struct plan_info *plan;
};

typedef bool cell_check(const struct checking *checking, const char *cell);

static bool any(const struct checking *checking, const char *cell)
{
	(void)checking;
	(void)cell;
	return true;
}

static bool some(const struct checking *checking, const char *cell)
{
	(void)checking;
	return cell[0] != '\0';
}

/* PLAN-NNN, rising without gaps: so no id stands twice. */
static bool id(const struct checking *checking, const char *cell)
{
	char expected[80];

	snprintf(expected, sizeof(expected), "%s-%03zu", checking->plan->code,
		checking->row.index + 1);
	return strcmp(cell, expected) == 0;
}

static bool plan(const struct checking *checking, const char *cell)
{
	return strcmp(cell, checking->plan->code) == 0;
}

static bool seed(const struct checking *checking, const char *cell)
{
	return strcmp(cell, checking->plan->seed) == 0;
}

static bool line(const struct checking *checking, const char *cell)
{
	uint32_t number;

	(void)checking;
	return number_parse(cell, LINE_MAX_NUMBER, &number) && number > 0;
}

static bool year(const struct checking *checking, const char *cell)
{
	uint32_t number;

	(void)checking;
	return cell[0] == '\0' ||
	       (number_parse(cell, PERIOD_YEAR_MAX, &number) && number >= PERIOD_YEAR_MIN);
}

static bool number(const struct checking *checking, const char *cell)
{
	struct printed printed;

	(void)checking;
	return cell[0] == '\0' || printed_parse(cell, &printed);
}

/* One number, or two joined by "..". */
static bool target(const struct checking *checking, const char *cell)
{
	struct printed low, high;

	(void)checking;
	return cell[0] == '\0' || printed_range_parse(cell, &low, &high);
}

static bool baseline(const struct checking *checking, const char *cell)
{
	struct printed printed;
	enum comparator comparator;

	(void)checking;
	return printed_bounded_parse(cell, &printed, &comparator);
}

static bool indicator(const struct checking *checking, const char *cell)
{
	return cell[0] == '\0' || catalog_indicator_by_code(checking->catalog, cell);
}

/* An area's code, or words. */
static bool scope(const struct checking *checking, const char *cell)
{
	uint32_t code;

	if (cell[0] == '\0' || strspn(cell, "0123456789") != strlen(cell))
		return cell[0] != '\0';
	return number_parse(cell, AREA_CODE_MAX, &code) && catalog_area(checking->catalog, code);
}

/* "repeats:ID" or "contradicts:ID" of the same plan. */
static bool supersedes(const struct checking *checking, const char *cell)
{
	const char *colon = strchr(cell, ':');
	size_t word = colon ? (size_t)(colon - cell) : 0, length = strlen(checking->plan->code);
	uint32_t other, rows = (uint32_t)sheet_rows(checking->row.sheet);

	if (cell[0] == '\0')
		return true;
	if (!(word == 7 && strncmp(cell, "repeats", 7) == 0) &&
		!(word == 11 && strncmp(cell, "contradicts", 11) == 0))
		return false;
	return strncmp(colon + 1, checking->plan->code, length) == 0 && colon[1 + length] == '-' &&
	       number_parse(colon + 2 + length, rows, &other) && other > 0;
}

#define WORDS(...) .words = { __VA_ARGS__ }, .expects = "one of the words of the column"

static const struct {
	const char *name;
	cell_check *check;
	const char *words[12]; /* instead of a check; "" allows an empty cell */
	const char *expects;
} columns[TARGET_COLUMNS] = {
	{ "id", id, .expects = "the plan's code, '-' and the row's number in three digits" },
	{ "plan", plan, .expects = "the file's name without .csv" },
	{ "seed", seed, .expects = "the three digits of the plan's document in plans.csv" },
	{ "line", line, .expects = "the number of a line of the document" },
	{ "section", any, .expects = "" },
	{ "source", WORDS("table", "text", "box") },
	{ "row", any, .expects = "" },
	{ "name_zh", some, .expects = "a name" },
	{ "name_en", some, .expects = "a name" },
	{ "printed", some, .expects = "the printed words" },
	{ "kind", WORDS("numeric", "count", "milestone", "trend", "norm", "rank", "verdict") },
	{ "unit", any, .expects = "" },
	{ "unit_set", any, .expects = "" },
	{ "baseline_year", year, .expects = "a year or nothing" },
	{ "baseline", baseline,
		.expects = "a number, one with 左右 or a sign of comparison, '-' or nothing" },
	{ "target_year", year, .expects = "a year or nothing" },
	{ "year_implied", WORDS("yes", "no") },
	{ "comparator", any, .expects = "" },
	{ "judged_comparator",
		WORDS(">=", ">", "<=", "<", "about", "near", "range", "trend", "none") },
	{ "target", target, .expects = "a number, two joined by '..', or nothing" },
	{ "tolerance", number, .expects = "a number or nothing" },
	{ "range_kind", WORDS("", "floor", "band") },
	{ "polarity", WORDS("higher", "lower", "none") },
	{ "hold_or_reach", WORDS("", "hold", "reach") },
	{ "recurrence", WORDS("end_year", "every_year", "every_period", "once") },
	{ "modality", any, .expects = "" },
	{ "nature", any, .expects = "" },
	{ "indicator", indicator, .expects = "an indicator's code, or nothing" },
	{ "scope_node", scope, .expects = "an area of areas.csv, or words" },
	{ "owner", any, .expects = "" },
	{ "supersedes", supersedes,
		.expects = "repeats:ID or contradicts:ID of this plan, or nothing" },
	{ "note", any, .expects = "" },
	{ "judged_by", WORDS("indicator", "person", "nothing") },
	{ "because_zh", any, .expects = "" },
	{ "because_en", any, .expects = "" },
};

const char *target_column(size_t column)
{
	return column < TARGET_COLUMNS ? columns[column].name : NULL;
}

static bool cell_valid(const struct checking *checking, size_t column, const char *cell)
{
	if (columns[column].check)
		return columns[column].check(checking, cell);
	for (size_t i = 0; i < array_len(columns[column].words) && columns[column].words[i]; i++) {
		if (strcmp(cell, columns[column].words[i]) == 0)
			return true;
	}
	return false;
}

/* What no single cell shows. */
static void row_check(const struct checking *checking)
{
	const struct row *row = &checking->row;
	const char *judged = row_cell(row, "judged_comparator"), *number = row_cell(row, "target");
	bool compares = strcmp(judged, "trend") != 0 && strcmp(judged, "none") != 0;
	bool ranges = strcmp(judged, "range") == 0;
	bool blurs = strcmp(judged, "about") == 0 || strcmp(judged, "near") == 0;
	bool computed = strcmp(row_cell(row, "judged_by"), "indicator") == 0;

	if (compares && !number[0] && !row_cell(row, "note")[0])
		row_fault(row, "judged_comparator '%s' without a target needs a note", judged);
	if (number[0] && ranges != (strstr(number, "..") != NULL))
		row_fault(row, "a range has two ends: '%s' and '%s' do not fit", judged, number);
	if (computed && !row_cell(row, "indicator")[0])
		row_fault(row, "a row judged by an indicator names it");
	if (computed && number[0] && ranges && !row_cell(row, "range_kind")[0])
		row_fault(row, "a range that is judged is a floor or a band");
	if (computed && number[0] && blurs && !row_cell(row, "tolerance")[0])
		row_fault(row, "judged_comparator '%s' needs a tolerance", judged);
	if (!computed && (!row_cell(row, "because_zh")[0] || !row_cell(row, "because_en")[0]))
		row_fault(row, "a row judged by '%.20s' says why in because_zh and because_en",
			row_cell(row, "judged_by"));
}

static void sheet_check(const struct sheet *sheet, struct checking *checking)
{
	for (size_t i = 0; i < sheet_rows(sheet); i++) {
		checking->row.index = i;
		for (size_t column = 0; column < TARGET_COLUMNS; column++) {
			const char *cell = sheet_cell(sheet, i, column);

			if (!cell_valid(checking, column, cell))
				row_fault(&checking->row, "column '%s': '%.60s' is not %s",
					columns[column].name, cell, columns[column].expects);
		}
		row_check(checking);
	}
}

/* The columns are these, in this order: a table is read by people, too. */
bool plan_columns_check(const struct sheet *sheet, struct faults *faults)
{
	bool right = sheet_columns(sheet) == TARGET_COLUMNS;

	for (size_t i = 0; right && i < TARGET_COLUMNS; i++)
		right = strcmp(sheet_column_name(sheet, i), columns[i].name) == 0;
	if (!right)
		fault_add(faults, "%s:1: the columns are not the %d of a plan in their order",
			sheet_name(sheet), (int)TARGET_COLUMNS);
	return right;
}

static int plan_targets_read(struct loader *loader, size_t at)
{
	struct catalog *catalog = loader->catalog;
	const struct plan_info *info = &catalog->plan[at];
	const struct sheet *sheet = plan_sheet(catalog, info->code);
	struct checking checking = { .catalog = catalog,
		.plan = info,
		.row = { .sheet = sheet, .faults = &loader->faults } };

	catalog->plan_targets[at].first = catalog->targets;
	if (!sheet)
		return 0; /* said already */
	sheet_check(sheet, &checking);
	for (size_t i = 0; i < sheet_rows(sheet); i++) {
		struct row row = { sheet, &loader->faults, i };

		target_read(&row, catalog, info, &catalog->target[catalog->targets++]);
	}
	catalog->plan_targets[at].count = sheet_rows(sheet);
	return 0;
}

int targets_read(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	size_t rows = 0;
	int r = 0;

	for (size_t i = 0; i < catalog->plans; i++) {
		const struct sheet *sheet = plan_sheet(catalog, catalog->plan[i].code);

		rows += sheet ? sheet_rows(sheet) : 0;
	}
	if (rows > TARGETS_MAX) {
		fault_add(&loader->faults,
			"%s:1: the plans have %zu targets together; at most %d are possible",
			sheet_name(loader->sheet[TABLE_PLANS]), rows, TARGETS_MAX);
		return err_pass(faults_end(&loader->faults));
	}
	catalog->target = calloc(rows + 1, sizeof(*catalog->target)); /* never of size 0 */
	catalog->plan_targets = calloc(catalog->plans + 1, sizeof(*catalog->plan_targets));
	if (!catalog->target || !catalog->plan_targets)
		return err_here(ERR_NOMEM, "cannot allocate %zu targets", rows);
	for (size_t i = 0; r == 0 && i < catalog->plans; i++)
		r = plan_targets_read(loader, i);
	if (r < 0 || (r = code_index_make(&catalog->target_ids, rows)) < 0)
		return err_pass(r);
	for (size_t i = 0; i < rows; i++)
		code_index_add(&catalog->target_ids, catalog->target[i].cell[0], i);
	code_index_sort(&catalog->target_ids);
	return 0;
}
