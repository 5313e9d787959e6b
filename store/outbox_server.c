/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is known of the server: its epoch and newest receipt, its catalogue, its facilities as it
 * last described them, and what persons there said of our reports. What it said stays until a newer
 * revision answers it. */
#include "store/outbox.h"

#include <string.h>

#include "base/err.h"
#include "store/outbox_inside.h"
#include "store/outbox_record.h"

enum { FACILITY_FIXED_BYTES = 16 + 8 };

int outbox_receipt_seen(const struct ports *ports, const struct outbox_receipt *receipt)
{
	AUTO(buffer_fini) struct buffer packed = { 0 };
	struct outbox_receipt newest;
	struct bytes epoch;
	int r = outbox_meta_get(ports, "epoch", &epoch);

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
	return err_pass(outbox_meta_put(ports, "receipt", buffer_view(&packed)));
}

int outbox_training_get(const struct ports *ports, bool *ret_training)
{
	struct bytes value;
	int r = outbox_meta_get(ports, "training", &value);

	if (r < 0)
		return err_pass(r);
	*ret_training = r == 0;
	return 0;
}

/* What waits before any server was seen may still go to either kind. */
int outbox_training_seen(const struct ports *ports, bool training)
{
	static const uint8_t yes = 1;
	struct bytes epoch;
	bool known = false;
	int r = outbox_training_get(ports, &known), seen;

	if (r < 0 || (seen = outbox_meta_get(ports, "epoch", &epoch)) < 0)
		return err_pass(r < 0 ? r : seen);
	if (seen == 0 && known != training)
		return OUTBOX_OTHER_KIND;
	return training ? err_pass(outbox_meta_put(ports, "training", bytes_of(&yes, sizeof(yes))))
			: 0;
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

/* What waits for a person there may have been lost as well. */
static int offer_held(const struct ports *ports, uint64_t *offered)
{
	struct outbox_cursor cursor = { 0 };
	struct outbox_held held;
	int r;

	while ((r = outbox_held_next(ports, &cursor, &held)) == 0) {
		if (!held.report.settled && (r = offer_again(ports, &held.report, offered)) < 0)
			return err_pass(r);
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

static int forget_notices(const struct ports *ports)
{
	struct outbox_cursor cursor = { 0 };
	struct bytes packed;
	int r;

	while ((r = outbox_notice_next(ports, &cursor, &packed)) == 0) {
		if ((r = outbox_notice_forget(ports, &cursor)) < 0)
			return err_pass(r);
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

/* Notices are counted by sequences of a journal that is no more. */
static int forget_noticed(const struct ports *ports)
{
	struct outbox_cursor cursor = { 0 };
	struct outbox_facility facility;
	int r;

	while ((r = outbox_facility_next(ports, &cursor, &facility)) == 0) {
		facility.noticed = 0;
		if ((r = outbox_facility_put(ports, &facility)) < 0)
			return err_pass(r);
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

int outbox_offer_again(
	const struct ports *ports, const uint8_t epoch[16], uint64_t *ret_offered_again)
{
	struct outbox_cursor cursor = { 0 };
	struct outbox_kept kept;
	uint64_t offered = 0;
	int r;

	while ((r = outbox_kept_next(ports, &cursor, &kept)) == 0) {
		if ((r = offer_again(ports, &kept.report, &offered)) < 0)
			return err_pass(r);
	}
	if (r < 0 || (r = offer_held(ports, &offered)) < 0 || (r = forget_notices(ports)) < 0 ||
		(r = forget_noticed(ports)) < 0 ||
		(r = ports->del(ports->ctx, TABLE_OUTBOX_META, bytes_str("receipt"))) < 0 ||
		(r = outbox_meta_put(ports, "epoch", bytes_of(epoch, 16))) < 0)
		return err_pass(r);
	*ret_offered_again = offered;
	return 0;
}

int outbox_epoch_seen(
	const struct ports *ports, const uint8_t epoch[16], uint64_t *ret_offered_again)
{
	struct bytes known;
	int r = outbox_meta_get(ports, "epoch", &known);

	*ret_offered_again = 0;
	if (r == PORT_NONE)
		return err_pass(outbox_meta_put(ports, "epoch", bytes_of(epoch, 16)));
	if (r < 0 || bytes_equal(known, bytes_of(epoch, 16)))
		return err_pass(r);
	return err_pass(outbox_offer_again(ports, epoch, ret_offered_again));
}

int outbox_epoch_get(const struct ports *ports, uint8_t ret_epoch[16])
{
	struct bytes value;
	struct reader reader;
	int r = outbox_meta_get(ports, "epoch", &value);

	if (r != 0)
		return err_pass(r);
	reader = reader_of(value);
	reader_copy(&reader, ret_epoch, 16);
	return err_pass(reader_end(&reader));
}

int outbox_newest_receipt(const struct ports *ports, struct outbox_receipt *ret_receipt)
{
	struct bytes value;
	struct reader reader;
	int r = outbox_meta_get(ports, "receipt", &value);

	if (r != 0)
		return err_pass(r);
	reader = reader_of(value);
	return err_pass(outbox_receipt_read(&reader, ret_receipt));
}

int outbox_catalogue_get(const struct ports *ports, struct digest *ret_digest)
{
	struct bytes value;
	struct reader reader;
	int r = outbox_meta_get(ports, "catalogue", &value);

	if (r != 0)
		return err_pass(r);
	reader = reader_of(value);
	reader_copy(&reader, ret_digest->byte, sizeof(ret_digest->byte));
	return err_pass(reader_end(&reader));
}

int outbox_catalogue_put(const struct ports *ports, const struct digest *digest)
{
	return err_pass(outbox_meta_put(ports, "catalogue", digest_view(digest)));
}

int outbox_facility_touch(const struct ports *ports, const struct outbox_key *identity)
{
	/* The code is what stands before the zero byte. */
	size_t len = strnlen((const char *)identity->byte, identity->len);
	struct outbox_facility fresh = { .code = bytes_of(identity->byte, len) };
	struct bytes value;
	int r = ports->get(ports->ctx, TABLE_FACILITY, fresh.code, &value);

	return r == PORT_NONE ? err_pass(outbox_facility_put(ports, &fresh)) : err_pass(r);
}

static int facility_decode(struct bytes code, struct bytes value, struct outbox_facility *ret)
{
	struct reader reader = reader_of(value);

	*ret = (struct outbox_facility){ .code = code };
	reader_copy(&reader, ret->epoch, sizeof(ret->epoch));
	ret->noticed = reader_u64(&reader);
	if (!reader_ok(&reader))
		return err_here(ERR_CORRUPT, "a facility in the outbox is not what was written");
	ret->segments = reader.left;
	return 0;
}

int outbox_facility_put(const struct ports *ports, const struct outbox_facility *facility)
{
	AUTO(buffer_fini) struct buffer record = { 0 };
	char code[FACILITY_CODE_MAX];
	uint8_t fixed[FACILITY_FIXED_BYTES];
	struct writer writer = writer_of(fixed, sizeof(fixed));
	int r;

	ensure(facility->code.len >= 1 && facility->code.len <= FACILITY_CODE_MAX);
	memcpy(code, facility->code.data, facility->code.len);
	writer_bytes(&writer, bytes_of(facility->epoch, sizeof(facility->epoch)));
	writer_u64(&writer, facility->noticed);
	if ((r = buffer_add(&record, writer_end(&writer))) < 0 ||
		(r = buffer_add(&record, facility->segments)) < 0)
		return err_pass(r);
	return err_pass(ports->put(ports->ctx, TABLE_FACILITY, bytes_of(code, facility->code.len),
		buffer_view(&record)));
}

int outbox_facility_get(
	const struct ports *ports, struct bytes code, struct outbox_facility *ret_facility)
{
	struct bytes value;
	int r = ports->get(ports->ctx, TABLE_FACILITY, code, &value);

	return r != 0 ? err_pass(r) : err_pass(facility_decode(code, value, ret_facility));
}

int outbox_facility_next(const struct ports *ports, struct outbox_cursor *cursor,
	struct outbox_facility *ret_facility)
{
	struct bytes value;
	int r = outbox_table_next(ports, TABLE_FACILITY, cursor, &value);

	return r != 0 ? err_pass(r)
		      : err_pass(facility_decode(
				bytes_of(cursor->key, cursor->len - 1), value, ret_facility));
}

int outbox_asked_get(const struct ports *ports, struct outbox_cursor *ret_cursor)
{
	struct bytes value;
	int r = outbox_meta_get(ports, "asked", &value);

	*ret_cursor = (struct outbox_cursor){ 0 };
	if (r != 0 || value.len > FACILITY_CODE_MAX + 1)
		return r < 0 ? err_pass(r) : 0;
	memcpy(ret_cursor->key, value.data, value.len);
	ret_cursor->len = value.len;
	return 0;
}

int outbox_asked_put(const struct ports *ports, const struct outbox_cursor *cursor)
{
	return err_pass(outbox_meta_put(ports, "asked", bytes_of(cursor->key, cursor->len)));
}

static struct outbox_key key_notice(const struct outbox_key *identity, uint64_t sequence)
{
	struct outbox_key key = *identity, number = outbox_key_number(sequence);

	memcpy(key.byte + key.len, number.byte, number.len);
	key.len += number.len;
	return key;
}

int outbox_notice_put(const struct ports *ports, const struct outbox_report *about,
	uint64_t sequence, struct bytes packed)
{
	struct outbox_key identity =
				  outbox_key_identity(about->facility, about->form, about->period),
			  key = key_notice(&identity, sequence);

	return err_pass(ports->put(ports->ctx, TABLE_NOTICE, outbox_key_view(&key), packed));
}

int outbox_notice_next(
	const struct ports *ports, struct outbox_cursor *cursor, struct bytes *ret_packed)
{
	return err_pass(outbox_table_next(ports, TABLE_NOTICE, cursor, ret_packed));
}

int outbox_notice_forget(const struct ports *ports, const struct outbox_cursor *cursor)
{
	ensure(cursor->len > 0);
	return err_pass(
		ports->del(ports->ctx, TABLE_NOTICE, bytes_of(cursor->key, cursor->len - 1)));
}

/* What was said of an identity before a sequence. */
static int notices_end(
	const struct ports *ports, const struct outbox_key *identity, uint64_t sequence)
{
	struct outbox_key from = key_notice(identity, 0), end = key_notice(identity, sequence);
	struct bytes key, value;
	int r;

	while ((r = ports->seek(ports->ctx, TABLE_NOTICE, outbox_key_view(&from), &key, &value)) ==
		0) {
		if (key.len != end.len || memcmp(key.data, end.byte, end.len) >= 0)
			return 0;
		memcpy(from.byte, key.data, key.len);
		if ((r = ports->del(ports->ctx, TABLE_NOTICE, outbox_key_view(&from))) < 0)
			return err_pass(r);
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

int outbox_settle(const struct ports *ports, const struct outbox_key *identity, uint32_t revision,
	uint64_t sequence)
{
	uint32_t held;
	int r;

	if ((r = outbox_held_revision(ports, identity, &held)) < 0 ||
		(held != 0 && held <= revision &&
			(r = ports->del(ports->ctx, TABLE_HELD, outbox_key_view(identity))) < 0) ||
		(r = ports->del(ports->ctx, TABLE_REFUSED, outbox_key_view(identity))) < 0)
		return err_pass(r);
	return err_pass(notices_end(ports, identity, sequence));
}
