/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Keys are packed so that the rows which are read together lie together: all strata of one area in
 * one period of one form. Values are read in place, byte by byte, because LMDB aligns nothing. */
#include "store/aggregates.h"

#include <string.h>

#include "base/err.h"

const char *const aggregates_tables[AGGREGATES_TABLES] = {
	DERIVED_TABLE_NAMES,
	[TABLE_CURRENT] = "current",
	[TABLE_CELL] = "cell",
	[TABLE_LEFTOUT] = "leftout",
	[TABLE_PERIODS] = "periods",
	[TABLE_OPEN] = "open",
	[TABLE_INAPPLICABLE] = "inapplicable",
};

void current_key_pack(
	uint16_t form, uint32_t period, uint32_t facility, uint8_t ret[CURRENT_KEY_BYTES])
{
	struct writer writer = writer_of(ret, CURRENT_KEY_BYTES);

	writer_u16(&writer, form);
	writer_u32(&writer, period);
	writer_u32(&writer, facility);
}

static void cell_key_write(struct writer *writer, const struct cell_key *key)
{
	writer_u16(writer, key->form);
	writer_u32(writer, key->period);
	writer_u32(writer, key->area);
	writer_u64(writer, key->stratum);
}

static struct cell_key cell_key_read(struct reader *reader)
{
	struct cell_key key;

	key.form = reader_u16(reader);
	key.period = reader_u32(reader);
	key.area = reader_u32(reader);
	key.stratum = reader_u64(reader);
	return key;
}

void cell_key_pack(const struct cell_key *key, uint8_t ret[CELL_KEY_BYTES])
{
	struct writer writer = writer_of(ret, CELL_KEY_BYTES);

	cell_key_write(&writer, key);
}

int cell_key_unpack(struct bytes packed, struct cell_key *ret_key)
{
	struct reader reader = reader_of(packed);
	struct cell_key key = cell_key_read(&reader);
	int r = reader_end(&reader);

	if (r < 0)
		return err_pass(r);
	*ret_key = key;
	return 0;
}

void leftout_key_pack(
	const struct cell_key *key, uint16_t indicator, uint8_t ret[LEFTOUT_KEY_BYTES])
{
	struct writer writer = writer_of(ret, LEFTOUT_KEY_BYTES);

	cell_key_write(&writer, key);
	writer_u16(&writer, indicator);
}

void periods_key_pack(uint16_t form, uint32_t period, uint8_t ret[PERIODS_KEY_BYTES])
{
	struct writer writer = writer_of(ret, PERIODS_KEY_BYTES);

	writer_u16(&writer, form);
	writer_u32(&writer, period);
}

int periods_key_unpack(struct bytes packed, uint16_t *ret_form, uint32_t *ret_period)
{
	struct reader reader = reader_of(packed);
	uint16_t form = reader_u16(&reader);
	uint32_t period = reader_u32(&reader);
	int r = reader_end(&reader);

	if (r < 0)
		return err_pass(r);
	*ret_form = form;
	*ret_period = period;
	return 0;
}

int cell_decode(struct bytes value, struct cell *ret_cell)
{
	struct cell cell;
	size_t n;

	if (value.len < sizeof(cell.head))
		return err_here(ERR_CORRUPT, "a cell of %zu bytes has no head", value.len);
	memcpy(&cell.head, value.data, sizeof(cell.head));
	n = cell.head.n;
	if (value.len != sizeof(cell.head) + n * (sizeof(int64_t) + sizeof(uint32_t)))
		return err_here(
			ERR_CORRUPT, "a cell of %zu bytes cannot hold %zu lines", value.len, n);
	cell.sums = value.data + sizeof(cell.head);
	cell.counts = cell.sums + n * sizeof(int64_t);
	*ret_cell = cell;
	return 0;
}

int64_t cell_sum(const struct cell *cell, uint32_t index)
{
	int64_t sum;

	ensure(index < cell->head.n);
	memcpy(&sum, cell->sums + index * sizeof(sum), sizeof(sum));
	return sum;
}

uint32_t cell_count(const struct cell *cell, uint32_t index)
{
	uint32_t count;

	ensure(index < cell->head.n);
	memcpy(&count, cell->counts + index * sizeof(count), sizeof(count));
	return count;
}

int current_decode(struct bytes value, struct current_head *ret_head, const uint8_t **ret_values)
{
	struct current_head head;

	if (value.len < sizeof(head))
		return err_here(
			ERR_CORRUPT, "a current report of %zu bytes has no head", value.len);
	memcpy(&head, value.data, sizeof(head));
	if (value.len != sizeof(head) + (size_t)head.n * sizeof(int64_t))
		return err_here(ERR_CORRUPT, "a current report of %zu bytes cannot hold %u values",
			value.len, head.n);
	*ret_head = head;
	*ret_values = value.data + sizeof(head);
	return 0;
}

static const char *const open_state_names[] = { [OPEN_WAITING] = "waiting",
	[OPEN_ACCEPTED] = "accepted",
	[OPEN_RETURNED] = "returned",
	[OPEN_REJECTED] = "rejected",
	[OPEN_SUPERSEDED] = "superseded" };

const char *open_state_name(enum open_state state)
{
	return state >= OPEN_WAITING && state <= OPEN_SUPERSEDED ? open_state_names[state]
								 : "state-unknown";
}

int open_key_unpack(
	struct bytes packed, uint16_t *ret_form, uint32_t *ret_period, uint32_t *ret_facility)
{
	struct reader reader = reader_of(packed);
	uint16_t form = reader_u16(&reader);
	uint32_t period = reader_u32(&reader);
	uint32_t facility = reader_u32(&reader);
	int r = reader_end(&reader);

	if (r < 0)
		return err_pass(r);
	*ret_form = form;
	*ret_period = period;
	*ret_facility = facility;
	return 0;
}

int open_decode(struct bytes value, struct open_report *ret_report)
{
	struct open_report report;

	if (value.len < sizeof(report.head))
		return err_here(ERR_CORRUPT, "a held report of %zu bytes has no head", value.len);
	memcpy(&report.head, value.data, sizeof(report.head));
	if (report.head.state < OPEN_WAITING || report.head.state > OPEN_SUPERSEDED)
		return err_here(ERR_CORRUPT, "a held report in state %u", report.head.state);
	if (value.len != sizeof(report.head) + (size_t)report.head.findings + report.head.body)
		return err_here(ERR_CORRUPT,
			"a held report of %zu bytes cannot hold findings of %u and a body of %u",
			value.len, report.head.findings, report.head.body);
	report.findings = bytes_of(value.data + sizeof(report.head), report.head.findings);
	report.body = bytes_of(report.findings.data + report.head.findings, report.head.body);
	*ret_report = report;
	return 0;
}

int open_get(const struct ports *ports, uint16_t form, uint32_t period, uint32_t facility,
	struct open_report *ret_report)
{
	uint8_t key[CURRENT_KEY_BYTES];
	struct bytes value;
	int r;

	current_key_pack(form, period, facility, key);
	r = ports->get(ports->ctx, TABLE_OPEN, bytes_of(key, sizeof(key)), &value);
	if (r != 0)
		return r == PORT_NONE ? r : err_fold(r);
	return err_pass(open_decode(value, ret_report));
}

int open_put(const struct ports *ports, uint16_t form, uint32_t period, uint32_t facility,
	const struct open_report *report)
{
	AUTO(buffer_fini) struct buffer value = { 0 };
	struct open_head head = report->head;
	uint8_t key[CURRENT_KEY_BYTES];
	int r;

	head.findings = (uint32_t)report->findings.len;
	head.body = (uint32_t)report->body.len;
	current_key_pack(form, period, facility, key);
	if ((r = buffer_add(&value, bytes_of((const uint8_t *)&head, sizeof(head)))) < 0 ||
		(r = buffer_add(&value, report->findings)) < 0 ||
		(r = buffer_add(&value, report->body)) < 0)
		return err_pass(r);
	return err_fold(ports->put(
		ports->ctx, TABLE_OPEN, bytes_of(key, sizeof(key)), buffer_view(&value)));
}
