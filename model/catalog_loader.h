/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A catalogue while it is being read. Each table is read in the order of its identifiers, so record
 * i comes from row order[i], arrays need no sorting afterwards, and equal identifiers are
 * neighbours. A record with a fault still takes its place: one mistake must not make ten sound
 * records look wrong. */
#ifndef MODEL_CATALOG_LOADER_H
#define MODEL_CATALOG_LOADER_H

#include "model/catalog_inside.h"
#include "model/table_row.h"

struct order {
	uint64_t key; /* 0: the row has no valid one, and its record stands first */
	size_t row;
};

struct loader {
	/* borrowed */
	struct catalog *catalog;
	struct sheet **sheet; /* the catalogue's, [TABLES] */
	/* owned; order[t] is there once table t was begun */
	struct order *order[TABLES];
	struct faults faults;
};

/* What a table's rows are sorted by and what must be unique in it. */
typedef uint64_t key_function(const struct row *row, const struct catalog *catalog);
uint64_t key_of_number(const struct row *row, const char *column);
uint64_t key_of_id(const struct row *row, const struct catalog *catalog);

/* Orders the table by key, reports equal ones (what: the key's name), and gives a zeroed record of
 * size bytes for each row: ret_records is a pointer to the catalogue's own pointer. */
CHECKED int table_begin(struct loader *loader, enum table table, key_function *key,
	const char *what, size_t size, void *ret_records);
size_t loader_rows(const struct loader *loader, enum table table);
/* The row of record at. */
struct row table_row(struct loader *loader, enum table table, size_t at);
/* Sorts the codes of the table's records; of two equal ones the later line has the fault. */
void codes_end(struct loader *loader, enum table table, struct code_index *index);

/* "" is a ratio; 0 when unknown. */
enum method_kind method_parse(const char *text);
/* Fills what the arguments of the row say; kind is there already. Needs all other tables but plans.
 */
void method_read(const struct row *row, const struct catalog *catalog, struct method *method);

/* Whether a plan's table has its columns; else a fault. */
bool plan_columns_check(const struct sheet *sheet, struct faults *faults);
/* Fills a zeroed target from a row of a plan's table. */
void target_read(const struct row *row, const struct catalog *catalog, const struct plan_info *plan,
	struct target *target);
/* "3.15", with the decimals that are printed. false: no number. */
bool printed_parse(const char *text, struct printed *ret_printed);
/* "35..40", or one number; then the high end is not there. */
bool printed_range_parse(const char *text, struct printed *ret_low, struct printed *ret_high);
/* A number, perhaps bounded ("26左右", "＞95"); "" and "-" are not there. */
bool printed_bounded_parse(
	const char *text, struct printed *ret_printed, enum comparator *ret_comparator);

/* "hospital|primary_wide" in the column: classes and groups of them, with everything below. */
void classes_read(const struct row *row, const struct catalog *catalog, const char *column,
	struct attribute_set *set);
/* A unit of units.csv in column "unit". */
void unit_read(const struct row *row, const struct catalog *catalog, char ret[UNIT_BYTES]);

/* In this order; each needs those before it. < 0 only when memory is exhausted: faults are kept. */
CHECKED int attributes_read(struct loader *loader);
CHECKED int groups_read(struct loader *loader);
CHECKED int areas_read(struct loader *loader);
CHECKED int code_lists_read(struct loader *loader);
CHECKED int unit_names_read(struct loader *loader);
CHECKED int holidays_read(struct loader *loader);
CHECKED int elements_read(struct loader *loader);
CHECKED int forms_read(struct loader *loader);
CHECKED int form_lines_read(struct loader *loader);
CHECKED int reasons_read(struct loader *loader);
CHECKED int rules_read(struct loader *loader);
CHECKED int indicators_read(struct loader *loader);
CHECKED int breaks_read(struct loader *loader);
CHECKED int plans_read(struct loader *loader);
CHECKED int targets_read(struct loader *loader);
CHECKED int published_read(struct loader *loader);
/* No indicator may rest on itself. */
CHECKED int indicators_order_check(struct loader *loader);

#endif
