/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The values are turned into sums and counts once per report, then added to the cell of each area
 * on the way up: the inner loops are plain additions of arrays. */
#include "aggregator/row.h"

#include <string.h>

#include "base/err.h"
#include "model/report.h"

/* What the row adds per line, with its sign. */
static void sums_make(struct contributing *contributing, const struct row *row, int sign)
{
	contributing->any_inapplicable = false;
	for (uint32_t i = 0; i < row->form->line_count; i++) {
		contributing->sum[i] = sign * value_in_sum(row->value[i]);
		contributing->count[i] = value_counts(row->value[i]) ? sign : 0;
		contributing->inapplicable[i] = 0;
		if (row->value[i] == value_absent(ABSENT_NOT_APPLICABLE)) {
			contributing->inapplicable[i] = sign;
			contributing->any_inapplicable = true;
		}
	}
}

static bool line_adds_over_space(
	const struct contributing *contributing, const struct form *form, uint32_t line)
{
	const struct element *element =
		catalog_element(contributing->catalog, form->lines[line].element);

	return element && element->over_space == OVER_SPACE_SUM;
}

/* Beyond the facility's own area, elements that do not add over space have no figure. */
static void sums_leave_own_area(struct contributing *contributing, const struct form *form)
{
	contributing->any_inapplicable = false;
	for (uint32_t i = 0; i < form->line_count; i++) {
		if ((contributing->count[i] != 0 || contributing->inapplicable[i] != 0) &&
			!line_adds_over_space(contributing, form, i)) {
			contributing->sum[i] = 0;
			contributing->count[i] = 0;
			contributing->inapplicable[i] = 0;
		}
		if (contributing->inapplicable[i] != 0)
			contributing->any_inapplicable = true;
	}
}

static int cell_contribute(struct contributing *contributing, const struct ports *ports,
	const struct cell_key *key, uint32_t n, int sign)
{
	uint8_t packed[CELL_KEY_BYTES];
	struct delta delta;
	int r;

	cell_key_pack(key, packed);
	r = deltas_at(contributing->deltas, ports, TABLE_CELL, bytes_of(packed, sizeof(packed)), n,
		&delta);
	if (r < 0)
		return err_pass(r);
	*delta.reports += sign;
	for (uint32_t i = 0; i < n; i++)
		delta.sum[i] += contributing->sum[i];
	for (uint32_t i = 0; i < n; i++)
		delta.count[i] += contributing->count[i];
	return 0;
}

/* A row of its own, so that the ordinary cells, which have no such line, do not grow. */
static int inapplicable_contribute(struct contributing *contributing, const struct ports *ports,
	const struct cell_key *key, uint32_t n, int sign)
{
	uint8_t packed[CELL_KEY_BYTES];
	struct delta delta;
	int r;

	cell_key_pack(key, packed);
	r = deltas_at(contributing->deltas, ports, TABLE_INAPPLICABLE,
		bytes_of(packed, sizeof(packed)), n, &delta);
	if (r < 0)
		return err_pass(r);
	*delta.reports += sign;
	for (uint32_t i = 0; i < n; i++)
		delta.count[i] += contributing->inapplicable[i];
	return 0;
}

/* One indicator, one area: contributing->sum and contributing->count are those of this area. */
static int leftout_contribute(struct contributing *contributing, const struct ports *ports,
	const struct cell_key *key, const struct pair *pair, bool inapplicable, int sign)
{
	uint8_t packed[LEFTOUT_KEY_BYTES];
	struct delta delta;
	int r;

	leftout_key_pack(key, pair->indicator->id, packed);
	r = deltas_at(contributing->deltas, ports, TABLE_LEFTOUT, bytes_of(packed, sizeof(packed)),
		pair->terms + 1, &delta);
	if (r < 0)
		return err_pass(r);
	*delta.reports += sign;
	delta.count[pair->terms] += inapplicable ? sign : 0;
	for (uint32_t t = 0; t < pair->terms; t++) {
		int line = pair->line[t];

		if (line < 0 || !filter_matches(&pair->term[t]->filter, key->stratum))
			continue;
		delta.sum[t] += contributing->sum[line];
		delta.count[t] += contributing->count[line];
	}
	return 0;
}

static bool holes_find(const struct row *row, uint64_t ret_holes[FORM_LINES_MAX / 64])
{
	bool any = false;

	memset(ret_holes, 0, FORM_LINES_MAX / 8);
	for (uint32_t i = 0; i < row->form->line_count; i++) {
		if (!value_counts(row->value[i])) {
			ret_holes[i / 64] |= (uint64_t)1 << (i % 64);
			any = true;
		}
	}
	return any;
}

/* Most reports have few holes and most pairs do not read them: this keeps those out cheaply. */
static bool pair_touches(const struct pair *pair, const uint64_t holes[FORM_LINES_MAX / 64])
{
	for (size_t w = 0; w < FORM_LINES_MAX / 64; w++)
		if (pair->lines[w] & holes[w])
			return true;
	return false;
}

static int leftouts_contribute(struct contributing *contributing, const struct ports *ports,
	const struct row *row, const struct cell_key *key,
	const uint64_t holes[FORM_LINES_MAX / 64], int sign)
{
	size_t pairs;
	const struct pair *pair = pairing_of_form(contributing->pairing, row->form, &pairs);

	for (size_t p = 0; p < pairs; p++) {
		enum pair_fate fate;
		bool there, inapplicable;
		int r;

		if (!pair_touches(&pair[p], holes))
			continue;
		fate = pair_judge(&pair[p], row->value, row->head.stratum, &there);
		/* where no term adds over space, only the area itself asks for the count */
		inapplicable = fate == PAIR_INAPPLICABLE &&
			       (pair[p].adds_over_space || key->area == row->head.area);
		if (fate == PAIR_WHOLE || (!there && !inapplicable))
			continue;
		if ((r = leftout_contribute(
			     contributing, ports, key, &pair[p], inapplicable, sign)) < 0)
			return err_pass(r);
	}
	return 0;
}

int row_contribute(struct contributing *contributing, const struct ports *ports,
	const struct row *row, int sign)
{
	uint32_t path[AREA_DEPTH_MAX];
	uint64_t holes[FORM_LINES_MAX / 64];
	bool any_holes;
	size_t depth;
	int r;

	if (row->head.withdrawn || row->head.area == 0)
		return 0;
	depth = catalog_area_path(contributing->catalog, row->head.area, path);
	any_holes = holes_find(row, holes);
	sums_make(contributing, row, sign);
	for (size_t i = 0; i < depth; i++) {
		const struct cell_key key = { .form = row->form->id,
			.period = row->period,
			.area = path[i],
			.stratum = row->head.stratum };

		if (i == 1)
			sums_leave_own_area(contributing, row->form);
		if ((r = cell_contribute(contributing, ports, &key, row->form->line_count, sign)) <
			0)
			return err_pass(r);
		if (contributing->any_inapplicable &&
			(r = inapplicable_contribute(
				 contributing, ports, &key, row->form->line_count, sign)) < 0)
			return err_pass(r);
		if (any_holes &&
			(r = leftouts_contribute(contributing, ports, row, &key, holes, sign)) < 0)
			return err_pass(r);
	}
	return 0;
}

int row_count(struct contributing *contributing, const struct ports *ports, const struct row *row,
	int sign)
{
	uint8_t packed[PERIODS_KEY_BYTES];
	struct delta delta;
	int r;

	if (row->head.withdrawn)
		return 0;
	periods_key_pack(row->form->id, row->period, packed);
	r = deltas_at(contributing->deltas, ports, TABLE_PERIODS, bytes_of(packed, sizeof(packed)),
		0, &delta);
	if (r < 0)
		return err_pass(r);
	*delta.reports += sign;
	return 0;
}

int row_get(const struct ports *ports, const struct form *form, uint32_t period, uint32_t facility,
	struct row *ret_row)
{
	uint8_t key[CURRENT_KEY_BYTES];
	const uint8_t *values;
	struct bytes value;
	int r;

	current_key_pack(form->id, period, facility, key);
	r = ports->get(ports->ctx, TABLE_CURRENT, bytes_of(key, sizeof(key)), &value);
	if (r != 0)
		return r == PORT_NONE ? PORT_NONE : err_fold(r);
	if ((r = current_decode(value, &ret_row->head, &values)) < 0)
		return err_pass(r);
	if (ret_row->head.n != (ret_row->head.withdrawn ? 0 : form->line_count))
		return err_here(ERR_CORRUPT, "a current report of form '%s' holds %u values",
			form->code, ret_row->head.n);
	ret_row->form = form;
	ret_row->period = period;
	ret_row->facility = facility;
	memcpy(ret_row->value, values, ret_row->head.n * sizeof(int64_t));
	return 0;
}

int row_put(const struct ports *ports, const struct row *row)
{
	uint8_t key[CURRENT_KEY_BYTES], value[sizeof(row->head) + sizeof(row->value)];
	size_t values = row->head.n * sizeof(int64_t);

	current_key_pack(row->form->id, row->period, row->facility, key);
	memcpy(value, &row->head, sizeof(row->head));
	memcpy(value + sizeof(row->head), row->value, values);
	return err_fold(ports->put(ports->ctx, TABLE_CURRENT, bytes_of(key, sizeof(key)),
		bytes_of(value, sizeof(row->head) + values)));
}
