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
#include "model/plan.h"

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
	for (size_t column = 0; column < TARGET_COLUMNS; column++) {
		const char *name = plans_column(column);
		int r = grid_column(
			table, name, integer_column(name) ? COLUMN_INTEGER : COLUMN_TEXT);

		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

/* The rows of one plan, or of all; an empty cell is no value. */
static int targets_rows(const struct plans *plans, const char *plan, struct grid *table)
{
	for (size_t target = 0; target < plans_targets(plans); target++) {
		if (plan && strcmp(plans_cell(plans, target, PLAN_COLUMN), plan) != 0)
			continue;
		for (size_t column = 0; column < TARGET_COLUMNS; column++) {
			const char *cell = plans_cell(plans, target, column);
			int r = grid_text(table, cell[0] ? cell : NULL);

			if (r < 0)
				return err_pass(r);
		}
	}
	return 0;
}

int catalog_targets_run(struct session *session)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(plans_free) struct plans *plans = NULL;
	AUTO(grid_fini) struct grid table = { 0 };
	const char *plan = session_argument(session, "plan");
	char path[600];
	int r = catalog_load(folder_of(session), &catalog);

	snprintf(path, sizeof(path), "%s/plans", folder_of(session));
	if (r < 0 || (r = plans_load(path, catalog, &plans)) < 0 ||
		(r = targets_columns(&table)) < 0 || (r = targets_rows(plans, plan, &table)) < 0)
		return err_pass(r);
	if (plan && grid_rows(&table) == 0)
		return err_here(ERR_INVALID, "there is no plan '%.60s' in '%s'", plan, path);
	return err_pass(session_print(session, &table));
}
