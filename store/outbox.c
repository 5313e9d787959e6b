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
#include "store/outbox_record.h"

enum { FORMAT = 1 };

const char *const outbox_tables[OUTBOX_TABLES] = {
	[TABLE_OUTBOX_META] = "meta",
	[TABLE_PENDING] = "pending",
	[TABLE_WAITING] = "waiting",
	[TABLE_KEPT] = "kept",
	[TABLE_REFUSED] = "refused",
};

struct key {
	uint8_t byte[OUTBOX_KEY_BYTES_MAX];
	size_t len;
};

static struct bytes key_view(const struct key *key)
{
	return bytes_of(key->byte, key->len);
}

static struct key key_number(uint64_t number)
{
	struct key key;
	struct writer writer = writer_of(key.byte, sizeof(key.byte));

	writer_u64(&writer, number);
	key.len = writer_end(&writer).len;
	return key;
}

static struct key key_identity(struct bytes facility, uint16_t form, uint32_t period)
{
	struct key key;
	struct writer writer = writer_of(key.byte, sizeof(key.byte));

	ensure(facility.len >= 1 && facility.len <= FACILITY_CODE_MAX);
	writer_bytes(&writer, facility);
	writer_u8(&writer, 0);
	writer_u16(&writer, form);
	writer_u32(&writer, period);
	key.len = writer_end(&writer).len;
	return key;
}

static struct key key_waiting(const struct outbox_report *report)
{
	struct key key = key_identity(report->facility, report->form, report->period);
	struct writer writer = writer_of(key.byte, sizeof(key.byte));

	writer.len = key.len;
	writer_u32(&writer, report->revision);
	writer_u64(&writer, report->number);
	key.len = writer_end(&writer).len;
	return key;
}

static bool starts_with(struct bytes bytes, struct bytes prefix)
{
	return bytes.len >= prefix.len && bytes_equal(bytes_of(bytes.data, prefix.len), prefix);
}

static int kept_decode(struct bytes value, struct outbox_kept *ret_kept)
{
	struct reader reader = reader_of(value);
	int r = outbox_record_decode(&reader, &ret_kept->report);

	return r < 0 ? err_pass(r) : err_pass(outbox_receipt_read(&reader, &ret_kept->receipt));
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

static int meta_get(const struct ports *ports, const char *name, struct bytes *ret_value)
{
	return err_pass(ports->get(ports->ctx, TABLE_OUTBOX_META, bytes_str(name), ret_value));
}

static int meta_put(const struct ports *ports, const char *name, struct bytes value)
{
	return err_pass(ports->put(ports->ctx, TABLE_OUTBOX_META, bytes_str(name), value));
}

int outbox_check(const struct ports *ports)
{
	uint8_t packed[4];
	struct writer writer = writer_of(packed, sizeof(packed));
	struct bytes value;
	int r = meta_get(ports, "format", &value);

	writer_u32(&writer, FORMAT);
	if (r == PORT_NONE)
		return err_pass(meta_put(ports, "format", writer_end(&writer)));
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
	struct key next;
	struct bytes value;
	uint64_t number = 1;
	int r = meta_get(ports, "next", &value);

	if (r < 0)
		return err_pass(r);
	if (r == 0) {
		struct reader reader = reader_of(value);

		number = reader_u64(&reader);
		if ((r = reader_end(&reader)) < 0)
			return err_pass(r);
	}
	next = key_number(number + 1);
	if ((r = meta_put(ports, "next", key_view(&next))) < 0)
		return err_pass(r);
	*ret_number = number;
	return 0;
}

int outbox_pending_put(
	const struct ports *ports, const struct outbox_report *report, uint64_t *ret_number)
{
	AUTO(buffer_fini) struct buffer record = { 0 };
	struct outbox_report fresh = *report;
	struct key key;
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
	struct key number = key_number(fresh.number);
	memcpy(key.byte + key.len - number.len, number.byte, number.len);
	if ((r = ports->put(ports->ctx, TABLE_PENDING, key_view(&number), buffer_view(&record))) <
			0 ||
		(r = ports->put(ports->ctx, TABLE_WAITING, key_view(&key),
			 digest_view(&fresh.values_digest))) < 0)
		return err_pass(r);
	*ret_number = fresh.number;
	return 0;
}

int outbox_pending_get(const struct ports *ports, uint64_t number, struct outbox_report *ret_report)
{
	struct key key = key_number(number);
	struct bytes value;
	int r = ports->get(ports->ctx, TABLE_PENDING, key_view(&key), &value);

	return r != 0 ? err_pass(r) : err_pass(pending_decode(key_view(&key), value, ret_report));
}

int outbox_pending_next(const struct ports *ports, uint64_t from, struct outbox_report *ret_report)
{
	struct key start = key_number(from);
	struct bytes key, value;
	int r = ports->seek(ports->ctx, TABLE_PENDING, key_view(&start), &key, &value);

	return r != 0 ? err_pass(r) : err_pass(pending_decode(key, value, ret_report));
}

int outbox_pending_newest(const struct ports *ports, struct bytes facility, uint16_t form,
	uint32_t period, struct outbox_report *ret_report)
{
	struct key identity = key_identity(facility, form, period), at = identity;
	uint64_t newest = 0;
	struct bytes key, value;
	int r;

	/* Few revisions of one identity ever wait at once, so the run is walked to its end. */
	while ((r = ports->seek(ports->ctx, TABLE_WAITING, key_view(&at), &key, &value)) == 0 &&
		starts_with(key, key_view(&identity))) {
		struct reader reader = reader_of(key);

		(void)reader_view(&reader, identity.len + 4);
		newest = reader_u64(&reader);
		if ((r = reader_end(&reader)) < 0)
			return err_pass(r);
		memcpy(at.byte, key.data, key.len);
		at.len = key.len;
		/* The next possible key: numbers never reach the top, so this cannot overflow. */
		struct key next = key_number(newest + 1);
		memcpy(at.byte + at.len - next.len, next.byte, next.len);
	}
	if (r < 0)
		return err_pass(r);
	return newest == 0 ? PORT_NONE : err_pass(outbox_pending_get(ports, newest, ret_report));
}

static int pending_del(const struct ports *ports, const struct key *waiting, uint64_t number)
{
	struct key key = key_number(number);
	int r;

	if ((r = ports->del(ports->ctx, TABLE_PENDING, key_view(&key))) < 0 ||
		(r = ports->del(ports->ctx, TABLE_WAITING, key_view(waiting))) < 0)
		return err_pass(r);
	return 0;
}

int outbox_kept_get(const struct ports *ports, struct bytes facility, uint16_t form,
	uint32_t period, struct outbox_kept *ret_kept)
{
	struct key key = key_identity(facility, form, period);
	struct bytes value;
	int r = ports->get(ports->ctx, TABLE_KEPT, key_view(&key), &value);

	return r != 0 ? err_pass(r) : err_pass(kept_decode(value, ret_kept));
}

/* The next record of the table; the cursor moves just behind its key. */
static int cursor_next(const struct ports *ports, unsigned table, struct outbox_cursor *cursor,
	struct bytes *ret_value)
{
	struct bytes key,
		from = cursor->len ? bytes_of(cursor->key, cursor->len) : bytes_of("\0", 1);
	int r = ports->seek(ports->ctx, table, from, &key, ret_value);

	if (r != 0)
		return err_pass(r);
	if (key.len >= sizeof(cursor->key))
		return err_here(ERR_CORRUPT, "a key of the outbox is too long");
	memcpy(cursor->key, key.data, key.len);
	cursor->key[key.len] = 0;
	cursor->len = key.len + 1;
	return 0;
}

int outbox_kept_next(
	const struct ports *ports, struct outbox_cursor *cursor, struct outbox_kept *ret_kept)
{
	struct bytes value;
	int r = cursor_next(ports, TABLE_KEPT, cursor, &value);

	return r != 0 ? err_pass(r) : err_pass(kept_decode(value, ret_kept));
}

int outbox_refused_next(const struct ports *ports, struct outbox_cursor *cursor,
	struct outbox_report *ret_report, struct bytes *ret_findings)
{
	struct bytes value;
	struct reader reader;
	int r = cursor_next(ports, TABLE_REFUSED, cursor, &value);

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
	struct key key = key_identity(facility, form, period);

	return err_pass(ports->del(ports->ctx, TABLE_REFUSED, key_view(&key)));
}

static int kept_revision(
	const struct ports *ports, const struct key *identity, uint32_t *ret_revision)
{
	struct outbox_kept kept;
	struct bytes value;
	int r = ports->get(ports->ctx, TABLE_KEPT, key_view(identity), &value);

	*ret_revision = 0;
	if (r != 0)
		return r == PORT_NONE ? 0 : err_pass(r);
	if ((r = kept_decode(value, &kept)) < 0)
		return err_pass(r);
	*ret_revision = kept.report.revision;
	return 0;
}

int outbox_receipt_seen(const struct ports *ports, const struct outbox_receipt *receipt)
{
	AUTO(buffer_fini) struct buffer packed = { 0 };
	struct outbox_receipt newest;
	struct bytes epoch;
	int r = meta_get(ports, "epoch", &epoch);

	if (r != 0)
		return r == PORT_NONE ? 0 : err_pass(r);
	if (!bytes_equal(epoch, bytes_of(receipt->epoch, sizeof(receipt->epoch))))
		return 0;
	r = outbox_newest_receipt(ports, &newest);
	if (r < 0)
		return err_pass(r);
	if (r == 0 && newest.last_sequence >= receipt->last_sequence)
		return 0;
	if ((r = outbox_receipt_add(receipt, &packed)) < 0)
		return err_pass(r);
	return err_pass(meta_put(ports, "receipt", buffer_view(&packed)));
}

int outbox_accept(const struct ports *ports, uint64_t number, uint8_t status,
	const struct outbox_receipt *receipt, int32_t today)
{
	AUTO(buffer_fini) struct buffer record = { 0 };
	struct outbox_report report;
	struct key identity, waiting;
	uint32_t kept, revision;
	int r = outbox_pending_get(ports, number, &report);

	if (r != 0)
		return err_pass(r);
	identity = key_identity(report.facility, report.form, report.period);
	waiting = key_waiting(&report);
	revision = report.revision;
	report.status = status;
	report.filed_day = today;
	report.offered_again = false;
	if ((r = outbox_record_encode(&report, &record)) < 0 ||
		(r = outbox_receipt_add(receipt, &record)) < 0 ||
		(r = kept_revision(ports, &identity, &kept)) < 0 ||
		(r = pending_del(ports, &waiting, number)) < 0 ||
		(r = ports->del(ports->ctx, TABLE_REFUSED, key_view(&identity))) < 0)
		return err_pass(r);
	if (revision >= kept && (r = ports->put(ports->ctx, TABLE_KEPT, key_view(&identity),
					 buffer_view(&record))) < 0)
		return err_pass(r);
	return 0;
}

int outbox_drop(const struct ports *ports, uint64_t number)
{
	struct outbox_report report;
	struct key waiting;
	int r = outbox_pending_get(ports, number, &report);

	if (r != 0)
		return err_pass(r);
	waiting = key_waiting(&report);
	return err_pass(pending_del(ports, &waiting, number));
}

int outbox_refuse(const struct ports *ports, uint64_t number, uint8_t status, struct bytes findings,
	int32_t today)
{
	AUTO(buffer_fini) struct buffer record = { 0 };
	struct outbox_report report;
	struct key identity, waiting;
	int r = outbox_pending_get(ports, number, &report);

	if (r != 0)
		return err_pass(r);
	identity = key_identity(report.facility, report.form, report.period);
	waiting = key_waiting(&report);
	report.status = status;
	report.filed_day = today;
	if ((r = outbox_record_encode(&report, &record)) < 0 ||
		(r = buffer_add(&record, findings)) < 0 ||
		(r = pending_del(ports, &waiting, number)) < 0)
		return err_pass(r);
	return err_pass(
		ports->put(ports->ctx, TABLE_REFUSED, key_view(&identity), buffer_view(&record)));
}

int outbox_has_higher(
	const struct ports *ports, const struct outbox_report *report, bool *ret_higher)
{
	struct key identity = key_identity(report->facility, report->form, report->period);
	struct outbox_report pending;
	uint32_t kept, revision = report->revision;
	int r;

	if ((r = kept_revision(ports, &identity, &kept)) < 0 ||
		(r = outbox_pending_newest(
			 ports, report->facility, report->form, report->period, &pending)) < 0)
		return err_pass(r);
	*ret_higher = kept > revision || (r == 0 && pending.revision > revision);
	return 0;
}

/* One kept report into pending, unless the same revision waits there already. */
static int offer_again(
	const struct ports *ports, const struct outbox_report *kept, uint64_t *offered)
{
	struct outbox_report report = *kept, waiting;
	uint64_t number;
	int r = outbox_pending_newest(ports, report.facility, report.form, report.period, &waiting);

	if (r < 0)
		return err_pass(r);
	if (r == 0 && waiting.revision >= report.revision)
		return 0;
	report.offered_again = true;
	if ((r = outbox_pending_put(ports, &report, &number)) < 0)
		return err_pass(r);
	(*offered)++;
	return 0;
}

int outbox_epoch_seen(
	const struct ports *ports, const uint8_t epoch[16], uint64_t *ret_offered_again)
{
	struct outbox_cursor cursor = { 0 };
	struct outbox_kept kept;
	struct bytes known;
	uint64_t offered = 0;
	bool first;
	int r = meta_get(ports, "epoch", &known);

	if (r < 0)
		return err_pass(r);
	*ret_offered_again = 0;
	if (r == 0 && bytes_equal(known, bytes_of(epoch, 16)))
		return 0;
	first = r == PORT_NONE;
	while (!first && (r = outbox_kept_next(ports, &cursor, &kept)) == 0) {
		if ((r = offer_again(ports, &kept.report, &offered)) < 0)
			return err_pass(r);
	}
	if (r < 0 || (r = ports->del(ports->ctx, TABLE_OUTBOX_META, bytes_str("receipt"))) < 0 ||
		(r = meta_put(ports, "epoch", bytes_of(epoch, 16))) < 0)
		return err_pass(r);
	*ret_offered_again = offered;
	return 0;
}

int outbox_newest_receipt(const struct ports *ports, struct outbox_receipt *ret_receipt)
{
	struct bytes value;
	struct reader reader;
	int r = meta_get(ports, "receipt", &value);

	if (r != 0)
		return err_pass(r);
	reader = reader_of(value);
	return err_pass(outbox_receipt_read(&reader, ret_receipt));
}

int outbox_catalogue_get(const struct ports *ports, struct digest *ret_digest)
{
	struct bytes value;
	struct reader reader;
	int r = meta_get(ports, "catalogue", &value);

	if (r != 0)
		return err_pass(r);
	reader = reader_of(value);
	reader_copy(&reader, ret_digest->byte, sizeof(ret_digest->byte));
	return err_pass(reader_end(&reader));
}

int outbox_catalogue_put(const struct ports *ports, const struct digest *digest)
{
	return err_pass(meta_put(ports, "catalogue", digest_view(digest)));
}

static int count_table(const struct ports *ports, unsigned table, uint64_t *ret_count)
{
	struct outbox_cursor cursor = { 0 };
	struct bytes value;
	uint64_t count = 0;
	int r;

	while ((r = cursor_next(ports, table, &cursor, &value)) == 0)
		count++;
	*ret_count = count;
	return r == PORT_NONE ? 0 : err_pass(r);
}

int outbox_count(const struct ports *ports, struct outbox_counts *ret_counts)
{
	int r;

	if ((r = count_table(ports, TABLE_PENDING, &ret_counts->pending)) < 0 ||
		(r = count_table(ports, TABLE_KEPT, &ret_counts->kept)) < 0 ||
		(r = count_table(ports, TABLE_REFUSED, &ret_counts->refused)) < 0)
		return err_pass(r);
	return 0;
}

static int expire_table(const struct ports *ports, unsigned table, int32_t today)
{
	struct outbox_cursor cursor = { 0 };
	struct bytes value;
	int r;

	while ((r = cursor_next(ports, table, &cursor, &value)) == 0) {
		struct reader reader = reader_of(value);
		struct outbox_report report;

		if ((r = outbox_record_decode(&reader, &report)) < 0)
			return err_pass(r);
		if ((int64_t)today - report.filed_day <= KEEP_RECEIPTS_DAYS)
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
	int r = expire_table(ports, TABLE_KEPT, today);

	return r < 0 ? err_pass(r) : err_pass(expire_table(ports, TABLE_REFUSED, today));
}
