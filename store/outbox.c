/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The outbox over struct ports. A report is always in exactly one of two places, pending or filed,
 * because each move is one transaction of the caller. The bytes of values and text are stored once
 * and copied unchanged from table to table: what was sent first is what is sent again. Every record
 * is built in memory of its own before it is put, since a put may invalidate the views it came
 * from. */
#include "store/outbox.h"

#include <string.h>

#include "base/err.h"
#include "store/outbox_inside.h"
#include "store/outbox_record.h"

enum { FORMAT = 1 };

static struct outbox_key key_waiting(const struct outbox_report *report)
{
	struct outbox_key key = outbox_key_identity(report->facility, report->form, report->period);
	struct writer writer = writer_of(key.byte, sizeof(key.byte));

	writer.len = key.len;
	writer_u32(&writer, report->revision);
	writer_u64(&writer, report->number);
	key.len = writer_end(&writer).len;
	return key;
}

static int pending_decode(struct bytes key, struct bytes value, struct outbox_report *ret_report)
{
	struct reader number = reader_of(key), reader = reader_of(value);
	uint64_t n = reader_u64(&number);
	int r;

	if ((r = reader_end(&number)) < 0 || (r = outbox_record_decode(&reader, ret_report)) < 0 ||
		(r = reader_end(&reader)) < 0)
		return err_pass(r);
	ret_report->number = n;
	return 0;
}

int outbox_check(const struct ports *ports)
{
	uint8_t packed[4];
	struct writer writer = writer_of(packed, sizeof(packed));
	struct bytes value;
	int r = outbox_meta_get(ports, "format", &value);

	writer_u32(&writer, FORMAT);
	if (r == PORT_NONE)
		return err_pass(outbox_meta_put(ports, "format", writer_end(&writer)));
	if (r < 0)
		return err_pass(r);
	if (!bytes_equal(value, writer_end(&writer)))
		return err_here(ERR_INVALID,
			"the outbox was made by another version of this program; "
			"use that one to send what is in it");
	return 0;
}

static int take_number(const struct ports *ports, uint64_t *ret_number)
{
	struct outbox_key next;
	struct bytes value;
	uint64_t number = 1;
	int r = outbox_meta_get(ports, "next", &value);

	if (r < 0)
		return err_pass(r);
	if (r == 0) {
		struct reader reader = reader_of(value);

		number = reader_u64(&reader);
		if ((r = reader_end(&reader)) < 0)
			return err_pass(r);
	}
	next = outbox_key_number(number + 1);
	if ((r = outbox_meta_put(ports, "next", outbox_key_view(&next))) < 0)
		return err_pass(r);
	*ret_number = number;
	return 0;
}

int outbox_pending_put(
	const struct ports *ports, const struct outbox_report *report, uint64_t *ret_number)
{
	AUTO(buffer_fini) struct buffer record = { 0 };
	struct outbox_report fresh = *report;
	struct outbox_key key;
	int r;

	if ((r = digest_of(DIGEST_SHA256, fresh.values, &fresh.values_digest)) < 0 ||
		(r = outbox_text_digest(fresh.text, &fresh.text_digest)) < 0)
		return err_pass(r);
	fresh.status = 0;
	fresh.filed_day = 0;
	/* Everything that the report's views are needed for comes before the first put. */
	if ((r = outbox_record_encode(&fresh, &record)) < 0)
		return err_pass(r);
	key = key_waiting(&fresh);
	if ((r = take_number(ports, &fresh.number)) < 0)
		return err_pass(r);
	/* The number is the last 8 bytes of the key. */
	struct outbox_key number = outbox_key_number(fresh.number);
	memcpy(key.byte + key.len - number.len, number.byte, number.len);
	if ((r = ports->put(ports->ctx, TABLE_PENDING, outbox_key_view(&number),
		     buffer_view(&record))) < 0 ||
		(r = ports->put(ports->ctx, TABLE_WAITING, outbox_key_view(&key),
			 digest_view(&fresh.values_digest))) < 0)
		return err_pass(r);
	*ret_number = fresh.number;
	return 0;
}

int outbox_pending_get(const struct ports *ports, uint64_t number, struct outbox_report *ret_report)
{
	struct outbox_key key = outbox_key_number(number);
	struct bytes value;
	int r = ports->get(ports->ctx, TABLE_PENDING, outbox_key_view(&key), &value);

	return r != 0 ? err_pass(r)
		      : err_pass(pending_decode(outbox_key_view(&key), value, ret_report));
}

int outbox_pending_next(const struct ports *ports, uint64_t from, struct outbox_report *ret_report)
{
	struct outbox_key start = outbox_key_number(from);
	struct bytes key, value;
	int r = ports->seek(ports->ctx, TABLE_PENDING, outbox_key_view(&start), &key, &value);

	return r != 0 ? err_pass(r) : err_pass(pending_decode(key, value, ret_report));
}

int outbox_pending_newest(const struct ports *ports, struct bytes facility, uint16_t form,
	uint32_t period, struct outbox_report *ret_report)
{
	struct outbox_key identity = outbox_key_identity(facility, form, period), at = identity;
	uint64_t newest = 0;
	struct bytes key, value;
	int r;

	/* Few revisions of one identity ever wait at once, so the run is walked to its end. */
	while ((r = ports->seek(ports->ctx, TABLE_WAITING, outbox_key_view(&at), &key, &value)) ==
			0 &&
		outbox_starts_with(key, outbox_key_view(&identity))) {
		struct reader reader = reader_of(key);

		(void)reader_view(&reader, identity.len + 4);
		newest = reader_u64(&reader);
		if ((r = reader_end(&reader)) < 0)
			return err_pass(r);
		memcpy(at.byte, key.data, key.len);
		at.len = key.len;
		/* The next possible key: numbers never reach the top, so this cannot overflow. */
		struct outbox_key next = outbox_key_number(newest + 1);
		memcpy(at.byte + at.len - next.len, next.byte, next.len);
	}
	if (r < 0)
		return err_pass(r);
	return newest == 0 ? PORT_NONE : err_pass(outbox_pending_get(ports, newest, ret_report));
}

static int pending_del(const struct ports *ports, const struct outbox_key *waiting, uint64_t number)
{
	struct outbox_key key = outbox_key_number(number);
	int r;

	if ((r = ports->del(ports->ctx, TABLE_PENDING, outbox_key_view(&key))) < 0 ||
		(r = ports->del(ports->ctx, TABLE_WAITING, outbox_key_view(waiting))) < 0)
		return err_pass(r);
	return 0;
}

int outbox_accept(const struct ports *ports, uint64_t number, uint8_t status,
	const struct outbox_receipt *receipt, int32_t today)
{
	AUTO(buffer_fini) struct buffer record = { 0 };
	struct outbox_report report;
	struct outbox_key identity, waiting;
	uint32_t kept, revision;
	int r = outbox_pending_get(ports, number, &report);

	if (r != 0)
		return err_pass(r);
	identity = outbox_key_identity(report.facility, report.form, report.period);
	waiting = key_waiting(&report);
	revision = report.revision;
	report.status = status;
	report.filed_day = today;
	report.offered_again = report.doubtful = false;
	if ((r = outbox_record_encode(&report, &record)) < 0 ||
		(r = outbox_receipt_add(receipt, &record)) < 0 ||
		(r = outbox_kept_revision(ports, &identity, &kept)) < 0 ||
		(r = pending_del(ports, &waiting, number)) < 0 ||
		(r = outbox_settle(ports, &identity, revision, receipt->sequence)) < 0 ||
		(r = outbox_facility_touch(ports, &identity)) < 0)
		return err_pass(r);
	if (revision >= kept && (r = ports->put(ports->ctx, TABLE_KEPT, outbox_key_view(&identity),
					 buffer_view(&record))) < 0)
		return err_pass(r);
	return 0;
}

int outbox_drop(const struct ports *ports, uint64_t number)
{
	struct outbox_report report;
	struct outbox_key waiting;
	int r = outbox_pending_get(ports, number, &report);

	if (r != 0)
		return err_pass(r);
	waiting = key_waiting(&report);
	return err_pass(pending_del(ports, &waiting, number));
}

/* Where what was refused goes: a held revision that a person has decided on keeps its place, for
 * its number is used up. Other values under that number (a conflict) leave what is held alone. */
static int refuse_into(const struct ports *ports, const struct outbox_key *identity,
	struct outbox_report *report, struct bytes findings, struct buffer *out,
	unsigned *ret_table)
{
	struct outbox_held held;
	struct bytes value;
	int r = ports->get(ports->ctx, TABLE_HELD, outbox_key_view(identity), &value);
	bool same;

	if (r < 0 || (r == 0 && (r = outbox_held_decode(value, &held)) < 0))
		return err_pass(r);
	same = r == 0 && held.report.revision == report->revision &&
	       digest_equal(&held.report.values_digest, &report->values_digest);
	report->settled = same;
	*ret_table = same ? TABLE_HELD : TABLE_REFUSED;
	if ((r = outbox_record_encode(report, out)) < 0 ||
		(same && (r = outbox_receipt_add(&held.receipt, out)) < 0))
		return err_pass(r);
	return err_pass(buffer_add(out, findings));
}

int outbox_refuse(const struct ports *ports, uint64_t number, uint8_t status, struct bytes findings,
	int32_t today)
{
	AUTO(buffer_fini) struct buffer record = { 0 };
	struct outbox_report report;
	struct outbox_key identity, waiting;
	unsigned table = TABLE_REFUSED;
	int r = outbox_pending_get(ports, number, &report);

	if (r != 0)
		return err_pass(r);
	identity = outbox_key_identity(report.facility, report.form, report.period);
	waiting = key_waiting(&report);
	report.status = status;
	report.filed_day = today;
	report.doubtful = false;
	if ((r = refuse_into(ports, &identity, &report, findings, &record, &table)) < 0 ||
		(r = pending_del(ports, &waiting, number)) < 0)
		return err_pass(r);
	return err_pass(
		ports->put(ports->ctx, table, outbox_key_view(&identity), buffer_view(&record)));
}

int outbox_hold(const struct ports *ports, uint64_t number, uint8_t status,
	const struct outbox_receipt *receipt, struct bytes findings, int32_t today)
{
	AUTO(buffer_fini) struct buffer record = { 0 };
	struct outbox_report report;
	struct outbox_key identity, waiting;
	uint32_t held, kept, revision;
	int r = outbox_pending_get(ports, number, &report);

	if (r != 0)
		return err_pass(r);
	identity = outbox_key_identity(report.facility, report.form, report.period);
	waiting = key_waiting(&report);
	revision = report.revision;
	report.status = status;
	report.filed_day = today;
	report.offered_again = report.doubtful = report.settled = false;
	if ((r = outbox_record_encode(&report, &record)) < 0 ||
		(r = outbox_receipt_add(receipt, &record)) < 0 ||
		(r = buffer_add(&record, findings)) < 0 ||
		(r = outbox_held_revision(ports, &identity, &held)) < 0 ||
		(r = outbox_kept_revision(ports, &identity, &kept)) < 0 ||
		(r = pending_del(ports, &waiting, number)) < 0 ||
		(r = outbox_facility_touch(ports, &identity)) < 0)
		return err_pass(r);
	/* It was in force before the server was restored, and is not now. */
	if (revision == kept &&
		(r = ports->del(ports->ctx, TABLE_KEPT, outbox_key_view(&identity))) < 0)
		return err_pass(r);
	if (revision >= held && (r = ports->put(ports->ctx, TABLE_HELD, outbox_key_view(&identity),
					 buffer_view(&record))) < 0)
		return err_pass(r);
	return 0;
}

int outbox_later(const struct ports *ports, uint64_t number, uint8_t status, int32_t today)
{
	AUTO(buffer_fini) struct buffer record = { 0 };
	struct outbox_key key = outbox_key_number(number);
	struct outbox_report report;
	int r = outbox_pending_get(ports, number, &report);

	if (r != 0)
		return err_pass(r);
	report.status = status;
	report.filed_day = today;
	if ((r = outbox_record_encode(&report, &record)) < 0)
		return err_pass(r);
	return err_pass(
		ports->put(ports->ctx, TABLE_PENDING, outbox_key_view(&key), buffer_view(&record)));
}

int outbox_has_higher(
	const struct ports *ports, const struct outbox_report *report, bool *ret_higher)
{
	struct outbox_key identity =
		outbox_key_identity(report->facility, report->form, report->period);
	struct outbox_report pending;
	uint32_t kept, held, revision = report->revision;
	int r;

	if ((r = outbox_kept_revision(ports, &identity, &kept)) < 0 ||
		(r = outbox_held_revision(ports, &identity, &held)) < 0 ||
		(r = outbox_pending_newest(
			 ports, report->facility, report->form, report->period, &pending)) < 0)
		return err_pass(r);
	*ret_higher = kept > revision || held > revision || (r == 0 && pending.revision > revision);
	return 0;
}
