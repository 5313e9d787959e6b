/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A whole answer in memory: typed columns, rows of text, and what it shows (as-of). Pages of a
 * daemon's answer are added to it one after the other; commands that make their own result (receipts,
 * verdicts) fill it cell by cell. Printing sees nothing else. */
#ifndef ADMIN_TABLE_H
#define ADMIN_TABLE_H

#include "proto/query.h"

struct table_column {
	char name[48];
	enum column_type type;
};

struct table {
	struct table_column column[COLUMNS_MAX];
	size_t columns;
	char **cell; /* row by row; NULL: no value. Owned, as is each text */
	size_t cells, room;
	bool has_as_of;
	struct position as_of;
	bool fault; /* a check ran and found differences */
};

/* A table starts as { 0 } and ends here; it may then be filled again. */
void table_fini(struct table *table);
static inline void table_fini_auto(struct table *table)
{
	table_fini(table);
}

CHECKED int table_column(struct table *table, const char *name, enum column_type type);
/* The next cell of the current row, copied; NULL: no value. */
CHECKED int table_text(struct table *table, const char *text);
CHECKED int table_u64(struct table *table, uint64_t value);
CHECKED int table_hex(struct table *table, struct bytes bytes);

size_t table_rows(const struct table *table);
const char *table_cell(const struct table *table, size_t row, size_t column);
/* The column's index, or -1. */
int table_find(const struct table *table, const char *name);

/* Adds a page: the first brings the columns, later ones must have the same. ERR_CORRUPT otherwise. */
CHECKED int table_add_page(struct table *table, const struct answer *answer);

#endif
