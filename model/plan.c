/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The tables are kept as sheets and only looked at. Each column has a check of its own in one
 * table, so a plan's author gets every slip with its place; what a row means is model/plan.h's
 * to say. */
#include "model/plan.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/table_row.h"

enum { PLANS_MAX = 64, PATH_BYTES = 600 };

struct plans {
	struct sheet *sheet[PLANS_MAX]; /* owned */
	size_t sheets, targets;
};

/* One plan's table while it is checked. */
struct checking {
	struct row row;
	const struct catalog *catalog;
	char plan[64]; /* the file's name without its ending */
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

static bool digits(const char *text, size_t count)
{
	return strlen(text) == count && strspn(text, "0123456789") == count;
}

/* PLAN-NNN, rising without gaps: so no id stands twice. */
static bool id(const struct checking *checking, const char *cell)
{
	char expected[80];

	snprintf(expected, sizeof(expected), "%s-%03zu", checking->plan, checking->row.index + 1);
	return strcmp(cell, expected) == 0;
}

static bool plan(const struct checking *checking, const char *cell)
{
	return strcmp(cell, checking->plan) == 0;
}

static bool seed(const struct checking *checking, const char *cell)
{
	(void)checking;
	return digits(cell, 3);
}

static bool line(const struct checking *checking, const char *cell)
{
	uint32_t number;

	(void)checking;
	return number_parse(cell, 100000, &number) && number > 0;
}

static bool year(const struct checking *checking, const char *cell)
{
	(void)checking;
	return cell[0] == '\0' || digits(cell, 4);
}

/* One number, or two joined by "..". */
static bool number(const struct checking *checking, const char *cell)
{
	const char *dots = strstr(cell, "..");
	size_t first = strspn(cell, "0123456789.-");

	(void)checking;
	if (dots)
		return dots > cell && dots[2] != '\0' && cell[first] == '\0' &&
		       !strstr(dots + 2, "..");
	return cell[first] == '\0' && strchr(cell, '.') == strrchr(cell, '.');
}

static bool indicator(const struct checking *checking, const char *cell)
{
	if (cell[0] == '\0')
		return true;
	if (cell[0] == '?')
		return cell[1] != '\0' && !catalog_indicator_by_code(checking->catalog, cell + 1);
	return catalog_indicator_by_code(checking->catalog, cell) != NULL;
}

/* "repeats:ID" or "contradicts:ID" of the same plan. */
static bool supersedes(const struct checking *checking, const char *cell)
{
	const char *colon = strchr(cell, ':');
	size_t word = colon ? (size_t)(colon - cell) : 0;
	size_t plan_length = strlen(checking->plan);
	uint32_t other;

	if (cell[0] == '\0')
		return true;
	if (!(word == 7 && strncmp(cell, "repeats", 7) == 0) &&
		!(word == 11 && strncmp(cell, "contradicts", 11) == 0))
		return false;
	return strncmp(colon + 1, checking->plan, plan_length) == 0 &&
	       colon[1 + plan_length] == '-' &&
	       number_parse(colon + 2 + plan_length, (uint32_t)sheet_rows(checking->row.sheet),
		       &other) &&
	       other > 0;
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
	{ "seed", seed, .expects = "the three digits of the document" },
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
	{ "baseline", any, .expects = "" },
	{ "target_year", year, .expects = "a year or nothing" },
	{ "year_implied", WORDS("yes", "no") },
	{ "comparator", any, .expects = "" },
	{ "judged_comparator",
		WORDS(">=", ">", "<=", "<", "=", "about", "near", "range", "trend", "none") },
	{ "target", number, .expects = "a number, two joined by '..', or nothing" },
	{ "tolerance", any, .expects = "" },
	{ "range_kind", WORDS("", "floor", "band") },
	{ "polarity", WORDS("higher", "lower", "none") },
	{ "hold_or_reach", WORDS("", "hold", "reach") },
	{ "recurrence", WORDS("end_year", "every_year", "every_period", "once") },
	{ "modality", any, .expects = "" },
	{ "nature", any, .expects = "" },
	{ "indicator", indicator,
		.expects =
			"an indicator's code, '?' and one that the catalogue lacks, or nothing" },
	{ "scope_node", some, .expects = "an area or the words for it" },
	{ "owner", any, .expects = "" },
	{ "supersedes", supersedes,
		.expects = "repeats:ID or contradicts:ID of this plan, or nothing" },
	{ "note", any, .expects = "" },
};

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

/* What no single cell shows: a number to reach needs a comparator, and a range two ends. */
static void row_check(const struct checking *checking)
{
	const char *judged = row_cell(&checking->row, "judged_comparator");
	const char *target = row_cell(&checking->row, "target");
	bool compares = strcmp(judged, "trend") != 0 && strcmp(judged, "none") != 0;

	if (compares && target[0] == '\0' && row_cell(&checking->row, "note")[0] == '\0')
		row_fault(&checking->row, "judged_comparator '%s' without a target needs a note",
			judged);
	if (target[0] && (strcmp(judged, "range") == 0) != (strstr(target, "..") != NULL))
		row_fault(&checking->row, "a range has two ends: '%s' and '%s' do not fit", judged,
			target);
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
static bool columns_right(const struct sheet *sheet, struct faults *faults)
{
	bool right = sheet_columns(sheet) == TARGET_COLUMNS;

	for (size_t i = 0; right && i < TARGET_COLUMNS; i++)
		right = strcmp(sheet_column_name(sheet, i), columns[i].name) == 0;
	if (!right)
		fault_add(faults, "%s:1: the columns are not the %d of a plan in their order",
			sheet_name(sheet), (int)TARGET_COLUMNS);
	return right;
}

static int plan_take(struct plans *plans, const struct catalog *catalog, const char *folder,
	const char *name, struct faults *faults)
{
	struct checking checking = { .catalog = catalog };
	char path[PATH_BYTES];
	struct sheet *sheet;
	int r;

	if (plans->sheets == PLANS_MAX)
		return err_here(ERR_LIMIT, "'%s' holds more than %d plans", folder, (int)PLANS_MAX);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if ((r = sheet_load(path, &sheet)) < 0)
		return err_pass(r);
	plans->sheet[plans->sheets++] = sheet;
	plans->targets += sheet_rows(sheet);
	snprintf(checking.plan, sizeof(checking.plan), "%.*s", (int)(strlen(name) - 4), name);
	checking.row = (struct row){ .sheet = sheet, .faults = faults };
	if (columns_right(sheet, faults))
		sheet_check(sheet, &checking);
	return 0;
}

static int is_table(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 4 && strcmp(entry->d_name + len - 4, ".csv") == 0;
}

int plans_load(const char *folder, const struct catalog *catalog, struct plans **ret_plans)
{
	AUTO(plans_free) struct plans *plans = calloc(1, sizeof(*plans));
	struct faults faults = { .used = 0 };
	struct dirent **names = NULL;
	int count, r = 0;

	if (!plans)
		return err_here(ERR_NOMEM, "cannot allocate the plans");
	count = scandir(folder, &names, is_table, alphasort);
	if (count < 0)
		return err_here(errno == ENOENT ? ERR_NOT_FOUND : ERR_IO,
			"cannot read folder '%s': %s", folder, err_errno(errno));
	for (int i = 0; i < count; i++) {
		if (r == 0)
			r = plan_take(plans, catalog, folder, names[i]->d_name, &faults);
		free(names[i]);
	}
	free(names);
	if (r < 0 || (r = faults_end(&faults)) < 0)
		return err_pass(r);
	*ret_plans = plans;
	plans = NULL;
	return 0;
}

void plans_free(struct plans *plans)
{
	if (!plans)
		return;
	for (size_t i = 0; i < plans->sheets; i++)
		sheet_free(plans->sheet[i]);
	free(plans);
}

size_t plans_targets(const struct plans *plans)
{
	return plans->targets;
}

const char *plans_column(size_t column)
{
	ensure(column < TARGET_COLUMNS);
	return columns[column].name;
}

const char *plans_cell(const struct plans *plans, size_t target, size_t column)
{
	size_t i = 0;

	ensure(target < plans->targets);
	while (target >= sheet_rows(plans->sheet[i]))
		target -= sheet_rows(plans->sheet[i++]);
	return sheet_cell(plans->sheet[i], target, column);
}
