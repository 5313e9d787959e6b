/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Commands on a folder of the catalogue, without any server: what it promises, before anybody
 * adopts it. The folder is --catalogue, or `catalog` here, or the installed one. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin/command.h"
#include "base/err.h"
#include "base/sheet.h"
#include "client/phrase.h"
#include "model/target.h"

static const char *folder_of(const struct session *session)
{
	const char *given = session_argument(session, "catalogue");

	if (given)
		return given;
	return access("catalog/elements.csv", R_OK) == 0 ? "catalog" : "/usr/share/huibao/catalog";
}

static bool integer_column(const char *name)
{
	return strcmp(name, "line") == 0;
}

static int targets_columns(struct grid *table)
{
	const char *name;
	int r = 0;

	for (size_t column = 0; r == 0 && (name = target_column(column)); column++)
		r = grid_column(table, name, integer_column(name) ? COLUMN_INTEGER : COLUMN_TEXT);
	return err_pass(r);
}

/* An empty cell is no value. */
static int targets_rows(const struct target *target, size_t count, struct grid *table)
{
	int r = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t column = 0; r == 0 && column < TARGET_COLUMNS; column++)
			r = grid_text(
				table, target[i].cell[column][0] ? target[i].cell[column] : NULL);
	return err_pass(r);
}

int catalog_targets_run(struct session *session)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(grid_fini) struct grid table = { 0 };
	const char *code = session_argument(session, "plan");
	const struct plan_info *plan;
	const struct target *target;
	size_t count;
	int r = catalog_load(folder_of(session), &catalog);

	if (r < 0)
		return err_pass(r);
	plan = code ? catalog_plan_by_code(catalog, code) : NULL;
	if (code && !plan)
		return err_here(
			ERR_INVALID, "there is no plan '%.60s' in '%s'", code, folder_of(session));
	target =
		plan ? catalog_targets_of(catalog, plan, &count) : catalog_targets(catalog, &count);
	if ((r = targets_columns(&table)) < 0 || (r = targets_rows(target, count, &table)) < 0)
		return err_pass(r);
	return err_pass(session_print(session, &table));
}

/* "catalog check": every fault of every table, one a row */

static int check_columns(struct grid *table)
{
	int r = grid_column(table, "file", COLUMN_TEXT);

	if (r == 0)
		r = grid_column(table, "line", COLUMN_INTEGER);
	if (r == 0)
		r = grid_column(table, "fault", COLUMN_TEXT);
	return err_pass(r);
}

/* "file:line: reason" */
static int check_row(struct grid *table, char *text)
{
	char *reason = strstr(text, ": "), *line = reason;
	int r;

	while (line && line > text && line[-1] >= '0' && line[-1] <= '9')
		line--;
	if (!line || line == reason || line <= text + 1 || line[-1] != ':') {
		r = grid_text(table, NULL);
		line = NULL;
		reason = text;
	} else {
		line[-1] = '\0';
		*reason = '\0';
		reason += 2;
		r = grid_text(table, text);
	}
	if (r == 0)
		r = grid_text(table, line);
	return r < 0 ? err_pass(r) : err_pass(grid_text(table, phrase(reason)));
}

/* A person who asked whether there are mistakes is told that there are none. */
static int check_sound(const struct session *session, const struct catalog *catalog)
{
	char name[CATALOG_TABLE_BYTES];
	const struct sheet *sheet;
	size_t tables = 0, rows = 0;

	for (; (sheet = catalog_table(catalog, tables, name)); tables++)
		rows += sheet_rows(sheet);
	if (fprintf(session->out,
		    session->options->chinese ? "没有错误：%zu 张表，%zu 行\n"
					      : "no mistake: %zu tables, %zu rows\n",
		    tables, rows) < 0 ||
		fflush(session->out) != 0)
		return err_here(ERR_IO, "cannot write the result: %m");
	return 0;
}

int catalog_check_run(struct session *session)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(buffer_fini) struct buffer faults = { 0 };
	AUTO(grid_fini) struct grid table = { 0 };
	int r = catalog_load_telling(folder_of(session), &faults, &catalog), checked = r;
	char *at;

	if (r < 0 && (r != ERR_INVALID || faults.len == 0))
		return err_pass(r);
	if (r == 0 && session->options->format == PRINT_TABLE)
		return err_pass(check_sound(session, catalog));
	if ((r = buffer_add(&faults, bytes_of("", 1))) < 0 || (r = check_columns(&table)) < 0)
		return err_pass(r);
	at = (char *)faults.data;
	for (char *line; r == 0 && at && *at && (line = strsep(&at, "\n"));)
		r = check_row(&table, line);
	if (r < 0 || (r = session_print(session, &table)) < 0)
		return err_pass(r);
	return checked < 0 ? EXIT_FOUND : r;
}

/* "catalog show": the tables, or all that they say of one code */

static int show_columns(struct grid *table, bool of_code)
{
	int r = grid_column(table, "table", COLUMN_TEXT);

	if (r == 0)
		r = of_code ? grid_column(table, "column", COLUMN_TEXT)
			    : grid_column(table, "rows", COLUMN_INTEGER);
	if (r == 0 && of_code)
		r = grid_column(table, "value", COLUMN_TEXT);
	return err_pass(r);
}

static int show_tables(const struct catalog *catalog, struct grid *table)
{
	char name[CATALOG_TABLE_BYTES];
	const struct sheet *sheet;
	int r = 0;

	for (size_t i = 0; r == 0 && (sheet = catalog_table(catalog, i, name)); i++) {
		r = grid_text(table, name);
		if (r == 0)
			r = grid_u64(table, sheet_rows(sheet));
	}
	return err_pass(r);
}

static int show_value(struct grid *table, const char *name, const char *column, const char *value)
{
	int r = grid_text(table, name);

	if (r == 0)
		r = grid_text(table, column);
	return r < 0 ? err_pass(r) : err_pass(grid_text(table, value));
}

/* Every cell of the row that says something. */
static int show_row(const char *name, const struct sheet *sheet, size_t row, struct grid *table)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < sheet_columns(sheet); i++)
		if (sheet_cell(sheet, row, i)[0] != '\0')
			r = show_value(table, name, sheet_column_name(sheet, i),
				sheet_cell(sheet, row, i));
	return err_pass(r);
}

/* Which column of the table holds the code that its rows are called by; -1: none. */
static int code_column(const struct sheet *sheet, const char *name)
{
	static const struct {
		const char *table, *column;
	} others[] = { { "form_lines.csv", "form" }, { "groups.csv", "group" },
		{ "plans.csv", "plan" }, { "code_lists.csv", "list" }, { "units.csv", "unit" } };

	if (strncmp(name, "plans/", 6) == 0)
		return sheet_column(sheet, "id");
	for (size_t i = 0; i < array_len(others); i++)
		if (strcmp(others[i].table, name) == 0)
			return sheet_column(sheet, others[i].column);
	return sheet_column(sheet, "code");
}

static int show_code(const struct catalog *catalog, const char *code, struct grid *table)
{
	char name[CATALOG_TABLE_BYTES];
	const struct sheet *sheet;
	int r = 0;

	for (size_t i = 0; r == 0 && (sheet = catalog_table(catalog, i, name)); i++) {
		int column = code_column(sheet, name);

		for (size_t row = 0; r == 0 && column >= 0 && row < sheet_rows(sheet); row++)
			if (strcmp(sheet_cell(sheet, row, (size_t)column), code) == 0)
				r = show_row(name, sheet, row, table);
	}
	return err_pass(r);
}

/* The cells that a base element stands for, or what a cell is a part of. */
static int show_cells(const struct session *session, const struct catalog *catalog,
	const char *code, struct grid *table)
{
	bool chinese = session->options->chinese;
	uint32_t base = catalog_base_by_code(catalog, code);
	const struct element *cell = catalog_element_by_code(catalog, code);
	size_t cells = 0;
	int r = 0;

	if (base != 0 && catalog_base(catalog, base)->list[0])
		cell = catalog_cells(catalog, base, &cells);
	else if (cell && cell->base != 0)
		cells = 1;
	for (size_t i = 0; r == 0 && i < cells; i++)
		r = show_value(table, "elements.csv", cell[i].code,
			chinese ? cell[i].name.zh : cell[i].name.en);
	if (r == 0 && base == 0 && cells == 1)
		r = show_code(catalog, catalog_base(catalog, cell->base)->code, table);
	return err_pass(r);
}

int catalog_show_run(struct session *session)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(grid_fini) struct grid table = { 0 };
	const char *code = session_argument(session, "code");
	int r = catalog_load(folder_of(session), &catalog);

	if (r < 0 || (r = show_columns(&table, code != NULL)) < 0)
		return err_pass(r);
	r = code ? show_code(catalog, code, &table) : show_tables(catalog, &table);
	if (r == 0 && code)
		r = show_cells(session, catalog, code, &table);
	if (r < 0)
		return err_pass(r);
	if (grid_rows(&table) == 0)
		return err_here(
			ERR_INVALID, "nothing in '%s' is called '%.60s'", folder_of(session), code);
	return err_pass(session_print(session, &table));
}
