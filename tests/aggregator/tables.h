/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Two worlds compared byte by byte, table by table. Included by the tests that need it; not a
 * library, because Criterion's checks belong to the test. */
#ifndef TESTS_AGGREGATOR_TABLES_H
#define TESTS_AGGREGATOR_TABLES_H

#include <criterion/criterion.h>

#include "tests/aggregator/world.h"

__attribute__((unused)) static bool table_equal(
	const struct world *a, const struct world *b, unsigned table)
{
	const struct memory_table *x = &a->table[table], *y = &b->table[table];

	if (x->rows != y->rows)
		return false;
	for (size_t i = 0; i < x->rows; i++)
		if (!bytes_equal(bytes_of(x->row[i].key, x->row[i].key_len),
			    bytes_of(y->row[i].key, y->row[i].key_len)) ||
			!bytes_equal(bytes_of(x->row[i].value, x->row[i].len),
				bytes_of(y->row[i].value, y->row[i].len)))
			return false;
	return true;
}

/* Everything that a figure can rest on, sequences apart. */
__attribute__((unused)) static void figures_expect_equal(
	const struct world *a, const struct world *b)
{
	static const unsigned tables[] = { TABLE_CELL, TABLE_LEFTOUT, TABLE_PERIODS,
		TABLE_INAPPLICABLE };

	for (size_t i = 0; i < array_len(tables); i++)
		cr_expect(table_equal(a, b, tables[i]), "%s", aggregates_tables[tables[i]]);
}

/* And the reports in force, with their sequences. */
__attribute__((unused)) static void reports_expect_equal(
	const struct world *a, const struct world *b)
{
	figures_expect_equal(a, b);
	cr_expect(table_equal(a, b, TABLE_CURRENT), "current");
}

#endif
