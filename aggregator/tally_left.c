/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What reports of a tally do not give: rows that are read only when a figure asks for them, and
 * that hardly any form and period has. */
#include <stdlib.h>

#include "aggregator/tally.h"
#include "base/err.h"
#include "model/report.h"

/* A row of leftout. */
struct tally_left {
	uint64_t stratum;
	uint16_t indicator;
	struct cell cell;
};

/* A row of inapplicable. */
struct tally_inapplicable {
	uint64_t stratum;
	struct cell cell;
};

/* All leftout rows of the form, period and area lie together, by stratum and indicator. */
static int left_read(const struct view *view, struct tally *tally)
{
	uint8_t from[LEFTOUT_KEY_BYTES];
	struct cell_key at = {
		.form = tally->form->id, .period = tally->period, .area = tally->scope.area
	};
	uint16_t indicator = 0;

	for (;;) {
		struct bytes key, value;
		struct tally_left *left;
		struct reader reader;
		int r;

		leftout_key_pack(&at, indicator, from);
		r = view->ports->seek(view->ports->ctx, TABLE_LEFTOUT, bytes_of(from, sizeof(from)),
			&key, &value);
		if (r != 0)
			return r == PORT_NONE ? 0 : err_fold(r);
		reader = reader_of(key);
		if (reader_u16(&reader) != at.form || reader_u32(&reader) != at.period ||
			reader_u32(&reader) != at.area)
			return 0;
		at.stratum = reader_u64(&reader);
		indicator = reader_u16(&reader);
		if (tally->lefts % 64 == 0) {
			left = reallocarray(tally->left, tally->lefts + 64, sizeof(*left));
			if (!left)
				return err_here(
					ERR_NOMEM, "cannot allocate what a tally leaves out");
			tally->left = left;
		}
		left = &tally->left[tally->lefts++];
		left->stratum = at.stratum;
		left->indicator = indicator;
		if ((r = reader_end(&reader)) < 0 || (r = cell_decode(value, &left->cell)) < 0)
			return err_pass(r);
		if (++indicator == 0 && ++at.stratum == 0)
			return 0;
	}
}

static int left_compare(const void *key, const void *member)
{
	const struct tally_left *a = key, *b = member;

	if (a->stratum != b->stratum)
		return a->stratum < b->stratum ? -1 : 1;
	return (a->indicator > b->indicator) - (a->indicator < b->indicator);
}

static enum pair_fate report_judge(const struct tally_row *row, const struct pair *pair)
{
	int64_t value[FORM_LINES_MAX];

	for (uint32_t i = 0; i < FORM_LINES_MAX; i++)
		value[i] = vector_value(row->values, row->cell.head.n, i);
	return pair_judge(pair, value, row->stratum, NULL);
}

int tally_left_out(const struct view *view, struct tally *tally, const struct tally_row *row,
	const struct pair *pair, enum pair_fate *ret_fate, struct cell *ret_cell)
{
	const struct tally_left wanted = { .stratum = row->stratum,
		.indicator = pair->indicator->id };
	const struct tally_left *found;
	int r;

	*ret_fate = row->values ? report_judge(row, pair) : PAIR_WHOLE;
	if (row->values)
		return PORT_NONE;
	if (!tally->left_known && (r = left_read(view, tally)) < 0)
		return err_pass(r);
	tally->left_known = true;
	found = tally->lefts
			? bsearch(&wanted, tally->left, tally->lefts, sizeof(wanted), left_compare)
			: NULL;
	if (!found)
		return PORT_NONE;
	*ret_cell = found->cell;
	return 0;
}

static int inapplicable_read(const struct view *view, struct tally *tally)
{
	struct cell_walk walk =
		inapplicable_walk_of(view, tally->form->id, tally->period, tally->scope.area);
	int r;

	while ((r = cell_walk_next(&walk)) == 0) {
		struct tally_inapplicable *grown = tally->inapplicable;

		if (tally->inapplicables % 16 == 0)
			grown = reallocarray(grown, tally->inapplicables + 16, sizeof(*grown));
		if (!grown)
			return err_here(ERR_NOMEM, "cannot allocate what does not apply");
		tally->inapplicable = grown;
		grown[tally->inapplicables++] =
			(struct tally_inapplicable){ .stratum = walk.key.stratum,
				.cell = walk.cell };
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

int tally_inapplicable(const struct view *view, struct tally *tally, const struct tally_row *row,
	uint32_t line, uint32_t *ret_count)
{
	int r;

	*ret_count = 0;
	if (row->cell.head.reported == 0)
		return 0;
	if (row->values) {
		*ret_count = vector_value(row->values, row->cell.head.n, line) ==
			     value_absent(ABSENT_NOT_APPLICABLE);
		return 0;
	}
	if (!tally->inapplicable_known && (r = inapplicable_read(view, tally)) < 0)
		return err_pass(r);
	tally->inapplicable_known = true;
	for (size_t i = 0; i < tally->inapplicables; i++) {
		const struct tally_inapplicable *at = &tally->inapplicable[i];

		if (at->stratum == row->stratum && line < at->cell.head.n)
			*ret_count = cell_count(&at->cell, line);
	}
	return 0;
}
