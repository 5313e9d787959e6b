/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Walks both like the teeth of a zip: of two keys the smaller is the one that the other side
 * lacks. */
#include "store/env_compare.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"

/* Where one of them stands. */
struct place {
	struct txn *txn;
	unsigned table;
	struct bytes key, value;
	bool over;
};

static int place_found(struct place *place, int r)
{
	if (r < 0)
		return err_pass(r);
	place->over = r == PORT_NONE;
	return 0;
}

static int place_first(struct place *place, struct txn *txn, unsigned table)
{
	*place = (struct place){ .txn = txn, .table = table };
	return err_pass(place_found(
		place, txn_seek(txn, table, (struct bytes){ 0 }, &place->key, &place->value)));
}

static int place_next(struct place *place)
{
	return err_pass(
		place_found(place, txn_next(place->txn, place->table, &place->key, &place->value)));
}

static void differs(struct env_comparison *comparison, const struct place *place, const char *what)
{
	char hex[2 * 64 + 1];

	if (comparison->differences++ > 0)
		return;
	bytes_to_hex(bytes_of(place->key.data, place->key.len > 64 ? 64 : place->key.len), hex);
	snprintf(comparison->first, sizeof(comparison->first), "table '%s' key %s: %s",
		txn_table(place->txn, place->table), hex, what);
}

static int table_compare(struct txn *a, struct txn *b, unsigned table, struct pulse *pulse,
	struct env_comparison *comparison)
{
	struct place at, bt;
	int r;

	if ((r = place_first(&at, a, table)) < 0 || (r = place_first(&bt, b, table)) < 0)
		return err_pass(r);
	while (!at.over || !bt.over) {
		const int order = at.over ? 1 : bt.over ? -1 : bytes_compare(at.key, bt.key);

		if (comparison->keys++ % 1024 == 0)
			pulse_step(pulse);
		if (order < 0)
			differs(comparison, &at, "should not be there");
		else if (order > 0)
			differs(comparison, &bt, "is missing");
		else if (!bytes_equal(at.value, bt.value))
			differs(comparison, &at, "values differ");
		if ((order <= 0 && (r = place_next(&at)) < 0) ||
			(order >= 0 && (r = place_next(&bt)) < 0))
			return err_pass(r);
	}
	return 0;
}

int env_compare(
	struct txn *a, struct txn *b, struct pulse *pulse, struct env_comparison *ret_comparison)
{
	struct env_comparison comparison = { 0 };
	const char *name;
	unsigned i;
	int r;

	for (i = 0; (name = txn_table(a, i)); i++) {
		ensure(txn_table(b, i) && strcmp(txn_table(b, i), name) == 0);
		if ((r = table_compare(a, b, i, pulse, &comparison)) < 0)
			return err_pass(r);
	}
	ensure(!txn_table(b, i));
	*ret_comparison = comparison;
	return 0;
}
