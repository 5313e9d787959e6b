/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "catalog diff": rows of two folders, by what a row is called in its table. A changed row shows
 * each column that changed; one that was added or removed shows its name. */
#include <stdlib.h>
#include <string.h>

#include "admin/command.h"
#include "base/err.h"
#include "base/sheet.h"
#include "model/catalog.h"

enum { KEY_COLUMNS_MAX = 4, TABLES_MAX = 160 };

static const struct {
	const char *table;
	const char *column[KEY_COLUMNS_MAX];
} keys[] = {
	{ "areas.csv", { "code" } },
	{ "attributes.csv", { "dimension", "id" } },
	{ "breaks.csv", { "indicator", "area", "year" } },
	{ "code_lists.csv", { "list", "id" } },
	{ "facts.csv", { "area", "indicator", "period", "source" } },
	{ "form_lines.csv", { "form", "element" } },
	{ "groups.csv", { "group", "class" } },
	{ "plans.csv", { "plan" } },
	{ "units.csv", { "unit" } },
};

/* One table of one folder, or none. */
struct side {
	const struct sheet *sheet;
	int column[KEY_COLUMNS_MAX]; /* of the key; -1: no more */
};

static struct side side_of(const struct sheet *sheet, const char *name)
{
	static const char *const usual[KEY_COLUMNS_MAX] = { "id" };
	const char *const *column = usual;
	struct side side = { .sheet = sheet };

	for (size_t i = 0; i < array_len(keys); i++)
		if (strcmp(keys[i].table, name) == 0)
			column = keys[i].column;
	for (size_t i = 0; i < KEY_COLUMNS_MAX; i++)
		side.column[i] = sheet && column[i] ? sheet_column(sheet, column[i]) : -1;
	return side;
}

/* The table of that name, or NULL. */
static const struct sheet *table_find(const struct catalog *catalog, const char *name)
{
	char other[CATALOG_TABLE_BYTES];
	const struct sheet *sheet;

	for (size_t i = 0; (sheet = catalog_table(catalog, i, other)); i++) {
		if (strcmp(name, other) == 0)
			return sheet;
	}
	return NULL;
}

static bool same_key(const struct side *a, size_t row_a, const struct side *b, size_t row_b)
{
	for (size_t i = 0; i < KEY_COLUMNS_MAX && a->column[i] >= 0; i++)
		if (b->column[i] < 0 ||
			strcmp(sheet_cell(a->sheet, row_a, (size_t)a->column[i]),
				sheet_cell(b->sheet, row_b, (size_t)b->column[i])) != 0)
			return false;
	return true;
}

/* The row of the same key, -1 when there is none. Tables mostly keep their order, so the search
 * begins where the last one ended. */
static long row_find(const struct side *of, size_t row, const struct side *in, size_t *hint)
{
	size_t rows = in->sheet ? sheet_rows(in->sheet) : 0;

	for (size_t i = 0; i < rows; i++) {
		size_t at = (*hint + i) % rows;

		if (same_key(of, row, in, at)) {
			*hint = at + 1;
			return (long)at;
		}
	}
	return -1;
}

struct change {
	const char *table, *change;
	const struct side *side; /* and the row by which the change is called */
	size_t row;
	const char *column, *old, *new;
};

static int change_add(struct grid *table, const struct change *change)
{
	AUTO(buffer_fini) struct buffer key = { 0 };
	const char *const cells[] = { change->column, change->old, change->new };
	int r = 0;

	for (size_t i = 0; r == 0 && i < KEY_COLUMNS_MAX && change->side->column[i] >= 0; i++)
		r = buffer_format(&key, "%s%s", i ? " " : "",
			sheet_cell(
				change->side->sheet, change->row, (size_t)change->side->column[i]));
	if (r < 0 || (r = grid_text(table, change->table)) < 0 ||
		(r = grid_text(table, change->change)) < 0 ||
		(r = grid_text(table, (const char *)key.data)) < 0)
		return err_pass(r);
	for (size_t i = 0; r == 0 && i < array_len(cells); i++)
		r = grid_text(table, cells[i]);
	return err_pass(r);
}

/* The name of a row, for those that came or went. */
static const char *row_name(const struct side *side, size_t row, bool chinese)
{
	int column = sheet_column(side->sheet, chinese ? "name_zh" : "name_en");

	return column >= 0 ? sheet_cell(side->sheet, row, (size_t)column) : NULL;
}

static int row_diff(const char *name, const struct side *old, size_t old_row,
	const struct side *new, size_t new_row, struct grid *table)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < sheet_columns(new->sheet); i++) {
		const char *column = sheet_column_name(new->sheet, i);
		int before = sheet_column(old->sheet, column);
		const char *was = before >= 0 ? sheet_cell(old->sheet, old_row, (size_t)before)
					      : "",
			   *is = sheet_cell(new->sheet, new_row, i);

		if (strcmp(was, is) != 0)
			r = change_add(table,
				&(struct change){ name, "changed", new, new_row, column, was, is });
	}
	return err_pass(r);
}

static int table_diff(const char *name, const struct sheet *old_sheet,
	const struct sheet *new_sheet, bool chinese, struct grid *table)
{
	const struct side old = side_of(old_sheet, name), new = side_of(new_sheet, name);
	size_t hint = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && old_sheet && i < sheet_rows(old_sheet); i++)
		if (row_find(&old, i, &new, &hint) < 0)
			r = change_add(table, &(struct change){ name, "removed", &old, i, NULL,
						      row_name(&old, i, chinese), NULL });
	hint = 0;
	for (size_t i = 0; r == 0 && new_sheet && i < sheet_rows(new_sheet); i++) {
		long before = row_find(&new, i, &old, &hint);

		r = before < 0 ? change_add(table, &(struct change){ name, "added", &new, i, NULL,
							   NULL, row_name(&new, i, chinese) })
			       : row_diff(name, &old, (size_t)before, &new, i, table);
	}
	return err_pass(r);
}

static int diff_columns(struct grid *table)
{
	static const char *const names[] = { "table", "change", "key", "column", "old", "new" };
	int r = 0;

	for (size_t i = 0; r == 0 && i < array_len(names); i++)
		r = grid_column(table, names[i], COLUMN_TEXT);
	return err_pass(r);
}

int catalog_diff_run(struct session *session)
{
	AUTO(catalog_free) struct catalog *old = NULL;
	AUTO(catalog_free) struct catalog *new = NULL;
	AUTO(grid_fini) struct grid table = { 0 };
	char name[CATALOG_TABLE_BYTES];
	const struct sheet *sheet;
	bool chinese = session->options->chinese;
	int r = catalog_load(session_argument(session, "old"), &old);

	if (r < 0 || (r = catalog_load(session_argument(session, "new"), &new)) < 0 ||
		(r = diff_columns(&table)) < 0)
		return err_pass(r);
	for (size_t i = 0; r == 0 && (sheet = catalog_table(old, i, name)); i++)
		r = table_diff(name, sheet, table_find(new, name), chinese, &table);
	for (size_t i = 0; r == 0 && (sheet = catalog_table(new, i, name)); i++)
		if (!table_find(old, name))
			r = table_diff(name, NULL, sheet, chinese, &table);
	if (r < 0 || (r = session_print(session, &table)) < 0)
		return err_pass(r);
	return grid_rows(&table) > 0 ? EXIT_FOUND : r;
}
