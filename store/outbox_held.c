/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Held reports: the server keeps them, a person decides. Until then one counts neither as in force
 * nor as refused; afterwards it is the one or the other, with the receipt that it had from the
 * beginning. Its revision number is used up in either case, so what a person sent back stays here
 * until a newer revision takes its place. */
#include "store/outbox.h"

#include <string.h>

#include "base/err.h"
#include "store/outbox_inside.h"
#include "store/outbox_record.h"

int outbox_held_decode(struct bytes value, struct outbox_held *ret_held)
{
	struct reader reader = reader_of(value), receipt;
	struct bytes packed;
	int r = outbox_record_decode(&reader, &ret_held->report);

	if (r < 0)
		return err_pass(r);
	packed = reader_view(&reader, OUTBOX_RECEIPT_BYTES);
	if (!reader_ok(&reader))
		return err_here(ERR_CORRUPT, "a held report in the outbox has no receipt");
	receipt = reader_of(packed);
	ret_held->findings = reader.left;
	return err_pass(outbox_receipt_read(&receipt, &ret_held->receipt));
}

int outbox_held_revision(
	const struct ports *ports, const struct outbox_key *identity, uint32_t *ret_revision)
{
	struct outbox_held held;
	struct bytes value;
	int r = ports->get(ports->ctx, TABLE_HELD, outbox_key_view(identity), &value);

	*ret_revision = 0;
	if (r != 0)
		return r == PORT_NONE ? 0 : err_pass(r);
	if ((r = outbox_held_decode(value, &held)) < 0)
		return err_pass(r);
	*ret_revision = held.report.revision;
	return 0;
}

int outbox_held_get(const struct ports *ports, struct bytes facility, uint16_t form,
	uint32_t period, struct outbox_held *ret_held)
{
	struct outbox_key key = outbox_key_identity(facility, form, period);
	struct bytes value;
	int r = ports->get(ports->ctx, TABLE_HELD, outbox_key_view(&key), &value);

	return r != 0 ? err_pass(r) : err_pass(outbox_held_decode(value, ret_held));
}

int outbox_held_next(
	const struct ports *ports, struct outbox_cursor *cursor, struct outbox_held *ret_held)
{
	struct bytes value;
	int r = outbox_table_next(ports, TABLE_HELD, cursor, &value);

	return r != 0 ? err_pass(r) : err_pass(outbox_held_decode(value, ret_held));
}

/* The held report that a decision is about; PORT_NONE if another one is held. It may be settled: a
 * server that was restored to the day before a decision is told another one. */
static int decided_get(const struct ports *ports, const struct outbox_key *identity,
	uint64_t sequence, struct outbox_held *ret_held)
{
	struct bytes value;
	int r = ports->get(ports->ctx, TABLE_HELD, outbox_key_view(identity), &value);

	if (r != 0 || (r = outbox_held_decode(value, ret_held)) < 0)
		return err_pass(r);
	return ret_held->receipt.sequence != sequence ? PORT_NONE : 0;
}

int outbox_held_accept(const struct ports *ports, const struct outbox_report *about,
	uint64_t sequence, uint8_t status, int32_t today)
{
	AUTO(buffer_fini) struct buffer record = { 0 };
	struct outbox_key identity =
		outbox_key_identity(about->facility, about->form, about->period);
	struct outbox_held held;
	uint32_t kept, revision;
	int r = decided_get(ports, &identity, sequence, &held);

	if (r != 0)
		return err_pass(r);
	revision = held.report.revision;
	held.report.status = status;
	held.report.filed_day = today;
	if ((r = outbox_record_encode(&held.report, &record)) < 0 ||
		(r = outbox_receipt_add(&held.receipt, &record)) < 0 ||
		(r = outbox_kept_revision(ports, &identity, &kept)) < 0 ||
		(r = outbox_settle(ports, &identity, revision, sequence)) < 0)
		return err_pass(r);
	if (revision < kept)
		return 0;
	return err_pass(ports->put(
		ports->ctx, TABLE_KEPT, outbox_key_view(&identity), buffer_view(&record)));
}

int outbox_held_refuse(const struct ports *ports, const struct outbox_report *about,
	uint64_t sequence, uint8_t status, struct bytes findings, int32_t today)
{
	AUTO(buffer_fini) struct buffer record = { 0 };
	struct outbox_key identity =
		outbox_key_identity(about->facility, about->form, about->period);
	struct outbox_held held;
	int r = decided_get(ports, &identity, sequence, &held);

	if (r != 0)
		return err_pass(r);
	held.report.status = status;
	held.report.filed_day = today;
	held.report.settled = true;
	if ((r = outbox_record_encode(&held.report, &record)) < 0 ||
		(r = outbox_receipt_add(&held.receipt, &record)) < 0 ||
		(r = buffer_add(&record, findings)) < 0)
		return err_pass(r);
	return err_pass(ports->put(
		ports->ctx, TABLE_HELD, outbox_key_view(&identity), buffer_view(&record)));
}

int outbox_held_forget(
	const struct ports *ports, struct bytes facility, uint16_t form, uint32_t period)
{
	struct outbox_key key = outbox_key_identity(facility, form, period);

	return err_pass(ports->del(ports->ctx, TABLE_HELD, outbox_key_view(&key)));
}
