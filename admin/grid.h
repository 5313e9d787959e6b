/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A whole answer in memory: typed columns, rows of text, and what it shows (as-of). Pages of a
 * daemon's answer are added to it one after the other; commands that make their own result
 * (receipts, verdicts) fill it cell by cell. Printing sees nothing else. */
#ifndef ADMIN_GRID_H
#define ADMIN_GRID_H

#include "proto/query.h"

/* An answer has fewer; the rows of a plan's table do not come from an answer. */
enum { GRID_COLUMNS_MAX = 64 };
_Static_assert((int)GRID_COLUMNS_MAX >= (int)COLUMNS_MAX, "every answer fits");

struct grid_column {
	char name[48];
	enum column_type type;
};

struct grid {
	struct grid_column column[GRID_COLUMNS_MAX];
	size_t columns;
	char **cell; /* row by row; NULL: no value. Owned, as is each text */
	size_t cells, room;
	bool has_as_of;
	struct position as_of;
	bool fault; /* a check ran and found differences */
};

/* A table starts as { 0 } and ends here; it may then be filled again. */
void grid_fini(struct grid *table);
static inline void grid_fini_auto(struct grid *table)
{
	grid_fini(table);
}

CHECKED int grid_column(struct grid *table, const char *name, enum column_type type);
/* The next cell of the current row, copied; NULL: no value. */
CHECKED int grid_text(struct grid *table, const char *text);
CHECKED int grid_u64(struct grid *table, uint64_t value);
CHECKED int grid_hex(struct grid *table, struct bytes bytes);

size_t grid_rows(const struct grid *table);
const char *grid_cell(const struct grid *table, size_t row, size_t column);
/* The column's index, or -1. */
int grid_find(const struct grid *table, const char *name);
/* The cell by its column's name; NULL: no such column, or no value. */
const char *grid_named(const struct grid *table, size_t row, const char *name);
/* The same, but "" instead of NULL. */
const char *grid_word(const struct grid *table, size_t row, const char *name);
/* ERR_INVALID: there is no such column, but these. */
CHECKED int grid_unknown(const struct grid *table, struct bytes name);

/* Adds a page: the first brings the columns, later ones must have the same. ERR_CORRUPT otherwise.
 *  */
CHECKED int grid_add_page(struct grid *table, const struct answer *answer);

#endif
