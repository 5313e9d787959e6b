/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Walks by seeking to the key after the last one: the ports know no cursor, and a seek in a warm
 * tree costs about a microsecond. */
#include "aggregator/view.h"

#include <string.h>

#include "base/err.h"

struct cell_walk cell_walk_of(
	const struct view *view, uint16_t form, uint32_t period, uint32_t area)
{
	return (struct cell_walk){ .view = view,
		.table = TABLE_CELL,
		.key = { .form = form, .period = period, .area = area, .stratum = 0 } };
}

struct cell_walk inapplicable_walk_of(
	const struct view *view, uint16_t form, uint32_t period, uint32_t area)
{
	struct cell_walk walk = cell_walk_of(view, form, period, area);

	walk.table = TABLE_INAPPLICABLE;
	return walk;
}

int cell_walk_next(struct cell_walk *walk)
{
	const struct ports *ports = walk->view->ports;
	uint8_t from[CELL_KEY_BYTES];
	struct bytes key, value;
	struct cell_key found;
	int r;

	/* After a step the key is the found one: its stratum, plus one, is where to go on. */
	if (walk->ended || (walk->cell.sums && ++walk->key.stratum == 0))
		return PORT_NONE;
	cell_key_pack(&walk->key, from);
	r = ports->seek(ports->ctx, walk->table, bytes_of(from, sizeof(from)), &key, &value);
	if (r == PORT_NONE)
		walk->ended = true;
	if (r != 0)
		return r == PORT_NONE ? r : err_fold(r);
	if ((r = cell_key_unpack(key, &found)) < 0)
		return err_pass(r);
	if (found.form != walk->key.form || found.period != walk->key.period ||
		found.area != walk->key.area) {
		walk->ended = true;
		return PORT_NONE;
	}
	walk->key = found;
	return err_pass(cell_decode(value, &walk->cell));
}

int leftout_get(const struct view *view, const struct cell_key *key, uint16_t indicator,
	struct cell *ret_cell)
{
	uint8_t packed[LEFTOUT_KEY_BYTES];
	struct bytes value;
	int r;

	leftout_key_pack(key, indicator, packed);
	r = view->ports->get(
		view->ports->ctx, TABLE_LEFTOUT, bytes_of(packed, sizeof(packed)), &value);
	if (r != 0)
		return r == PORT_NONE ? r : err_fold(r);
	return err_pass(cell_decode(value, ret_cell));
}

struct current_walk current_walk_of(const struct view *view, uint16_t form, uint32_t period)
{
	struct current_walk walk = { 0 };

	walk.view = view;
	walk.form = form;
	walk.period = period;
	return walk;
}

/* The next row, withdrawn or not. */
static int current_walk_step(struct current_walk *walk)
{
	const struct ports *ports = walk->view->ports;
	uint8_t from[CURRENT_KEY_BYTES];
	const uint8_t *values;
	struct bytes key, value;
	struct reader reader;
	int r;

	current_key_pack(walk->form, walk->period, walk->facility + 1, from);
	r = ports->seek(ports->ctx, TABLE_CURRENT, bytes_of(from, sizeof(from)), &key, &value);
	if (r != 0)
		return r == PORT_NONE ? r : err_fold(r);
	reader = reader_of(key);
	if (reader_u16(&reader) != walk->form || reader_u32(&reader) != walk->period)
		return PORT_NONE;
	walk->facility = reader_u32(&reader);
	if ((r = reader_end(&reader)) < 0 || (r = current_decode(value, &walk->head, &values)) < 0)
		return err_pass(r);
	if (walk->head.n > FORM_LINES_MAX)
		return err_here(ERR_CORRUPT, "a current report of %u values", walk->head.n);
	memcpy(walk->value, values, walk->head.n * sizeof(int64_t));
	return 0;
}

int current_walk_next(struct current_walk *walk)
{
	int r = PORT_NONE;

	while (!walk->ended) {
		r = current_walk_step(walk);
		if (r != 0)
			walk->ended = true;
		else if (!walk->head.withdrawn)
			return 0;
	}
	return r == PORT_NONE ? r : err_pass(r);
}

int current_get(const struct view *view, uint16_t form, uint32_t period, uint32_t facility,
	struct current_head *ret_head, const uint8_t **ret_values)
{
	uint8_t key[CURRENT_KEY_BYTES];
	const uint8_t *values;
	struct bytes value;
	int r;

	current_key_pack(form, period, facility, key);
	r = view->ports->get(view->ports->ctx, TABLE_CURRENT, bytes_of(key, sizeof(key)), &value);
	if (r != 0)
		return r == PORT_NONE ? r : err_fold(r);
	if ((r = current_decode(value, ret_head, &values)) < 0)
		return err_pass(r);
	if (ret_values)
		*ret_values = values;
	return 0;
}

/* Facilities are counted from 1, so the key after the one in hand is found by adding to it. */
int open_walk_next(struct open_walk *walk)
{
	const struct ports *ports = walk->view->ports;
	uint8_t from[CURRENT_KEY_BYTES];
	struct bytes key, value;
	int r;

	if (walk->ended)
		return PORT_NONE;
	current_key_pack(walk->form, walk->period, walk->facility + 1, from);
	r = ports->seek(ports->ctx, TABLE_OPEN, bytes_of(from, sizeof(from)), &key, &value);
	walk->ended = r != 0;
	if (r != 0)
		return r == PORT_NONE ? r : err_fold(r);
	if ((r = open_key_unpack(key, &walk->form, &walk->period, &walk->facility)) < 0)
		return err_pass(r);
	return err_pass(open_decode(value, &walk->report));
}

int reports_count(const struct view *view, uint64_t *ret_reports)
{
	uint8_t from[PERIODS_KEY_BYTES] = { 0 };
	uint64_t reports = 0;

	for (;;) {
		struct bytes key, value;
		struct cell cell;
		uint16_t form;
		uint32_t period;
		int r = view->ports->seek(view->ports->ctx, TABLE_PERIODS,
			bytes_of(from, sizeof(from)), &key, &value);

		if (r == PORT_NONE)
			break;
		if (r < 0 || (r = periods_key_unpack(key, &form, &period)) < 0 ||
			(r = cell_decode(value, &cell)) < 0)
			return err_fold(r);
		reports += cell.head.reported;
		periods_key_pack(form, period + 1, from);
	}
	*ret_reports = reports;
	return 0;
}
