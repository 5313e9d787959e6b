/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The reasons and rules of the catalogue, as its tables have them: of the one in force, or of a
 * folder. */
#include <string.h>

#include "admin/command.h"
#include "base/err.h"
#include "base/sheet.h"
#include "model/catalog.h"

static int catalog_take(struct session *session, struct catalog **ret_catalog)
{
	const char *folder = session_argument(session, "catalogue");

	return err_pass(folder ? catalog_load(folder, ret_catalog)
			       : session->service.catalog(session->service.ctx, ret_catalog));
}

static int sheet_named(
	const struct catalog *catalog, const char *wanted, const struct sheet **ret_sheet)
{
	char name[CATALOG_TABLE_BYTES];
	const struct sheet *sheet;

	for (size_t i = 0; (sheet = catalog_table(catalog, i, name)); i++) {
		if (strcmp(name, wanted) == 0) {
			*ret_sheet = sheet;
			return 0;
		}
	}
	return err_here(ERR_NOT_FOUND, "the catalogue has no table '%s'", wanted);
}

/* Whether the word is one of those joined by '|'. */
static bool joined_has(const char *joined, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = joined; *at;) {
		size_t own = strcspn(at, "|");

		if (own == len && memcmp(at, word, len) == 0)
			return true;
		at += own + (at[own] == '|');
	}
	return false;
}

/* The rows of a table; where column is not NULL, only those that name word there. */
static int rows_add(
	const struct sheet *sheet, const char *column, const char *word, struct grid *table)
{
	int filter = column ? sheet_column(sheet, column) : -1, r = 0;

	for (size_t i = 0; r == 0 && i < sheet_columns(sheet); i++)
		r = grid_column(table, sheet_column_name(sheet, i),
			strcmp(sheet_column_name(sheet, i), "id") == 0 ? COLUMN_INTEGER
								       : COLUMN_TEXT);
	for (size_t row = 0; r == 0 && row < sheet_rows(sheet); row++) {
		if (filter >= 0 && !joined_has(sheet_cell(sheet, row, (size_t)filter), word))
			continue;
		for (size_t i = 0; r == 0 && i < sheet_columns(sheet); i++) {
			const char *text = sheet_cell(sheet, row, i);

			r = grid_text(table, text[0] ? text : NULL);
		}
	}
	return err_pass(r);
}

static int list_run(struct session *session, const char *name, const char *column, const char *word)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(grid_fini) struct grid table = { 0 };
	const struct sheet *sheet = NULL;
	int r = catalog_take(session, &catalog);

	if (r < 0)
		return err_pass(r);
	if (word && !catalog_form_by_code(catalog, word))
		return err_here(ERR_INVALID, "there is no form '%.60s' in the catalogue", word);
	if ((r = sheet_named(catalog, name, &sheet)) < 0 ||
		(r = rows_add(sheet, word ? column : NULL, word, &table)) < 0)
		return err_pass(r);
	return err_pass(session_print(session, &table));
}

int reason_list_run(struct session *session)
{
	return err_pass(list_run(session, "reasons.csv", NULL, NULL));
}

int rule_list_run(struct session *session)
{
	return err_pass(list_run(session, "rules.csv", "forms", session_argument(session, "form")));
}
