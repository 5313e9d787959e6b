/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What has its verdict: kept and refused reports, one by one and counted, until they are too old to
 * be of use. */
#include "store/outbox.h"

#include <string.h>

#include "base/err.h"
#include "store/outbox_inside.h"
#include "store/outbox_record.h"

int outbox_kept_decode(struct bytes value, struct outbox_kept *ret_kept)
{
	struct reader reader = reader_of(value);
	int r = outbox_record_decode(&reader, &ret_kept->report);

	return r < 0 ? err_pass(r) : err_pass(outbox_receipt_read(&reader, &ret_kept->receipt));
}

int outbox_kept_get(const struct ports *ports, struct bytes facility, uint16_t form,
	uint32_t period, struct outbox_kept *ret_kept)
{
	struct outbox_key key = outbox_key_identity(facility, form, period);
	struct bytes value;
	int r = ports->get(ports->ctx, TABLE_KEPT, outbox_key_view(&key), &value);

	return r != 0 ? err_pass(r) : err_pass(outbox_kept_decode(value, ret_kept));
}

int outbox_kept_next(
	const struct ports *ports, struct outbox_cursor *cursor, struct outbox_kept *ret_kept)
{
	struct bytes value;
	int r = outbox_table_next(ports, TABLE_KEPT, cursor, &value);

	return r != 0 ? err_pass(r) : err_pass(outbox_kept_decode(value, ret_kept));
}

int outbox_kept_revision(
	const struct ports *ports, const struct outbox_key *identity, uint32_t *ret_revision)
{
	struct outbox_kept kept;
	struct bytes value;
	int r = ports->get(ports->ctx, TABLE_KEPT, outbox_key_view(identity), &value);

	*ret_revision = 0;
	if (r != 0)
		return r == PORT_NONE ? 0 : err_pass(r);
	if ((r = outbox_kept_decode(value, &kept)) < 0)
		return err_pass(r);
	*ret_revision = kept.report.revision;
	return 0;
}

int outbox_refused_next(const struct ports *ports, struct outbox_cursor *cursor,
	struct outbox_report *ret_report, struct bytes *ret_findings)
{
	struct bytes value;
	struct reader reader;
	int r = outbox_table_next(ports, TABLE_REFUSED, cursor, &value);

	if (r != 0)
		return err_pass(r);
	reader = reader_of(value);
	if ((r = outbox_record_decode(&reader, ret_report)) < 0)
		return err_pass(r);
	*ret_findings = reader.left;
	return 0;
}

int outbox_refused_forget(
	const struct ports *ports, struct bytes facility, uint16_t form, uint32_t period)
{
	struct outbox_key key = outbox_key_identity(facility, form, period);

	return err_pass(ports->del(ports->ctx, TABLE_REFUSED, outbox_key_view(&key)));
}

static int count_table(const struct ports *ports, unsigned table, uint64_t *ret_count)
{
	struct outbox_cursor cursor = { 0 };
	struct bytes value;
	uint64_t count = 0;
	int r;

	while ((r = outbox_table_next(ports, table, &cursor, &value)) == 0)
		count++;
	*ret_count = count;
	return r == PORT_NONE ? 0 : err_pass(r);
}

/* Held ones by what became of them: a person's refusal is a refusal. */
static int count_held(const struct ports *ports, struct outbox_counts *counts)
{
	struct outbox_cursor cursor = { 0 };
	struct outbox_held held;
	int r;

	counts->held = 0;
	while ((r = outbox_held_next(ports, &cursor, &held)) == 0) {
		if (held.report.settled)
			counts->refused++;
		else
			counts->held++;
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

int outbox_count(const struct ports *ports, struct outbox_counts *ret_counts)
{
	int r;

	if ((r = count_table(ports, TABLE_PENDING, &ret_counts->pending)) < 0 ||
		(r = count_table(ports, TABLE_KEPT, &ret_counts->kept)) < 0 ||
		(r = count_table(ports, TABLE_REFUSED, &ret_counts->refused)) < 0)
		return err_pass(r);
	return err_pass(count_held(ports, ret_counts));
}

static int expire_table(const struct ports *ports, unsigned table, int32_t days, int32_t today)
{
	struct outbox_cursor cursor = { 0 };
	struct bytes value;
	int r;

	while ((r = outbox_table_next(ports, table, &cursor, &value)) == 0) {
		struct reader reader = reader_of(value);
		struct outbox_report report;

		if ((r = outbox_record_decode(&reader, &report)) < 0)
			return err_pass(r);
		if ((int64_t)today - report.filed_day <= days)
			continue;
		/* Deleting behind the cursor: its key is our own copy. */
		r = ports->del(ports->ctx, table, bytes_of(cursor.key, cursor.len - 1));
		if (r < 0)
			return err_pass(r);
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

int outbox_expire(const struct ports *ports, int32_t today)
{
	int r;

	if ((r = expire_table(ports, TABLE_KEPT, OUTBOX_PAST_DAYS, today)) < 0 ||
		(r = expire_table(ports, TABLE_REFUSED, KEEP_RECEIPTS_DAYS, today)) < 0)
		return err_pass(r);
	return err_pass(expire_table(ports, TABLE_HELD, KEEP_RECEIPTS_DAYS, today));
}
