/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One flat array of texts. The number of columns is fixed before the first cell, so a cell's place
 * is row * columns + column and nothing else needs to be kept. */
#include "admin/grid.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

void grid_fini(struct grid *table)
{
	for (size_t i = 0; i < table->cells; i++)
		free(table->cell[i]);
	free(table->cell);
	*table = (struct grid){ 0 };
}

int grid_column(struct grid *table, const char *name, enum column_type type)
{
	struct grid_column *column = &table->column[table->columns];

	ensure(table->cells == 0);
	if (table->columns == GRID_COLUMNS_MAX || strlen(name) >= sizeof(column->name))
		return err_here(ERR_LIMIT,
			"column '%.60s' does not fit a table of at most %d columns", name,
			GRID_COLUMNS_MAX);
	snprintf(column->name, sizeof(column->name), "%s", name);
	column->type = type;
	table->columns++;
	return 0;
}

static int grid_room(struct grid *table)
{
	size_t room = table->room ? table->room * 2 : 256;
	char **cell;

	if (table->cells < table->room)
		return 0;
	cell = realloc(table->cell, room * sizeof(*cell));
	if (!cell)
		return err_here(ERR_NOMEM, "cannot hold a table of %zu cells", room);
	table->cell = cell;
	table->room = room;
	return 0;
}

int grid_text(struct grid *table, const char *text)
{
	char *copy = NULL;
	int r = grid_room(table);

	if (r < 0)
		return err_pass(r);
	if (text) {
		copy = strdup(text);
		if (!copy)
			return err_here(ERR_NOMEM, "cannot hold a cell of %zu bytes", strlen(text));
	}
	table->cell[table->cells++] = copy;
	return 0;
}

int grid_u64(struct grid *table, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	return err_pass(grid_text(table, text));
}

int grid_hex(struct grid *table, struct bytes bytes)
{
	char hex[2 * 32 + 1];

	ensure(bytes.len <= 32);
	bytes_to_hex(bytes, hex);
	return err_pass(grid_text(table, hex));
}

size_t grid_rows(const struct grid *table)
{
	return table->columns ? table->cells / table->columns : 0;
}

const char *grid_cell(const struct grid *table, size_t row, size_t column)
{
	ensure(row < grid_rows(table) && column < table->columns);
	return table->cell[row * table->columns + column];
}

int grid_find(const struct grid *table, const char *name)
{
	for (size_t i = 0; i < table->columns; i++) {
		if (strcmp(table->column[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

const char *grid_named(const struct grid *table, size_t row, const char *name)
{
	int column = grid_find(table, name);

	return column < 0 ? NULL : grid_cell(table, row, (size_t)column);
}

const char *grid_word(const struct grid *table, size_t row, const char *name)
{
	const char *text = grid_named(table, row, name);

	return text ? text : "";
}

static int columns_take(struct grid *table, const struct answer *answer)
{
	for (size_t i = 0; i < answer->columns; i++) {
		char name[sizeof(table->column[i].name)];
		int r;

		if (answer->column[i].name.len >= sizeof(name))
			return err_here(ERR_CORRUPT, "the answer has a column name of %zu bytes",
				answer->column[i].name.len);
		memcpy(name, answer->column[i].name.data, answer->column[i].name.len);
		name[answer->column[i].name.len] = '\0';
		r = grid_column(table, name, answer->column[i].type);
		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

static bool columns_same(const struct grid *table, const struct answer *answer)
{
	if (table->columns != answer->columns)
		return false;
	for (size_t i = 0; i < table->columns; i++) {
		if (!bytes_equal(bytes_str(table->column[i].name), answer->column[i].name) ||
			table->column[i].type != answer->column[i].type)
			return false;
	}
	return true;
}

int grid_add_page(struct grid *table, const struct answer *answer)
{
	int r = 0;

	if (table->columns == 0)
		r = columns_take(table, answer);
	else if (!columns_same(table, answer))
		r = err_here(ERR_CORRUPT, "two pages of one answer have different columns");
	if (r < 0)
		return err_pass(r);
	table->has_as_of = true;
	table->as_of = answer->as_of;
	for (size_t i = 0; i < answer->rows * answer->columns; i++) {
		struct bytes text;
		bool given = answer_cell(answer, i / answer->columns, i % answer->columns, &text);

		r = grid_text(table, given ? (const char *)text.data : NULL);
		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

int grid_unknown(const struct grid *table, struct bytes name)
{
	AUTO(buffer_fini) struct buffer names = { 0 };

	for (size_t i = 0; i < table->columns; i++) {
		int r = buffer_format(&names, "%s%s", i ? "," : "", table->column[i].name);

		if (r < 0)
			return err_pass(r);
	}
	return err_here(ERR_INVALID, "there is no column '%.*s' in this answer; it has: %.*s",
		(int)(name.len < 60 ? name.len : 60), (const char *)name.data, (int)names.len,
		(const char *)names.data);
}
