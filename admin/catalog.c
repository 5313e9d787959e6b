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
