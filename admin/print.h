/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The one way in which results leave huibaoctl.
 *
 * table  for people: headings in their language, "-" for no value, columns aligned by what a
 *        terminal shows. May change from release to release.
 * json   for programs: {"schema", "as_of", "rows": [{column: value}]}; integers and booleans are
 *        JSON's own, exact decimals are strings of digits (a double would round them), no value is
 *        null. Columns are only ever added.
 * csv    a header of column names, then rows quoted by RFC 4180; no value is an empty cell.
 *
 * What comes from a training system says so in every format, in a way that breaks no reader. */
#ifndef ADMIN_PRINT_H
#define ADMIN_PRINT_H

#include "admin/grid.h"

enum print_format { PRINT_TABLE = 1, PRINT_JSON, PRINT_CSV };

struct print_style {
	enum print_format format;
	bool chinese;
	const char *columns; /* names joined by ','; NULL: all. Never narrows json */
	const char *usual;   /* table: what people see when columns is NULL; may name too many */
	bool upright;        /* table: a single row is shown as one line per column */
	bool spark;          /* table: and the course of column "value" as a line of bars */
	bool training;       /* json: "training": true; csv: a last column "training" */
	bool colour;         /* table: a target's status in colour beside its word */
};

/* Renders into out. schema: "huibao.status/v1". ERR_INVALID: a name in columns is not a column. */
CHECKED int print_table(const struct print_style *style, const char *schema,
	const struct grid *table, struct buffer *out);

/* One part of a result that comes from several servers. */
struct print_section {
	const char *name;
	const struct grid *table;
	const char *fault; /* NULL, or why there is no table */
};
CHECKED int print_sections(const struct print_style *style, const char *schema,
	const struct print_section *sections, size_t count, struct buffer *out);

#endif
