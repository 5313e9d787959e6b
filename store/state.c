/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Packing of keys and records of the deciding state; the layout stands in the header. */
#include "store/state.h"

#include <string.h>

#include "base/err.h"

const char *const state_tables[STATE_TABLES] = { DERIVED_TABLE_NAMES, "identity", "rejected",
	"request", "notice", "adjustment", "life" };

enum {
	IDENTITY_KEY_BYTES = 10,
	IDENTITY_BYTES = 50 + 57, /* with a held revision */
	REJECTED_KEY_BYTES = 20,
	REJECTED_BYTES = 40,
	REQUEST_BYTES = 13,
	NOTICE_KEY_BYTES = 12,
	NOTICE_HEAD_BYTES = 43,
	ADJUSTED_KEY_BYTES = 8,
	LIFE_KEY_BYTES = 8,
	ADJUSTED_HEAD_BYTES = 43
};

static struct bytes identity_key_pack(
	const struct identity_key *key, uint8_t ret[IDENTITY_KEY_BYTES])
{
	struct writer writer = writer_of(ret, IDENTITY_KEY_BYTES);

	writer_u16(&writer, key->form);
	writer_u32(&writer, key->period);
	writer_u32(&writer, key->facility);
	return writer_end(&writer);
}

static void held_unpack(struct reader *reader, struct held *ret_held)
{
	*ret_held = (struct held){ .state = reader_u8(reader) };
	if (ret_held->state == 0)
		return;
	ret_held->revision = reader_u32(reader);
	ret_held->sequence = reader_u64(reader);
	reader_copy(reader, ret_held->digest.byte, sizeof(ret_held->digest.byte));
	ret_held->withdrawn = reader_u8(reader) != 0;
	ret_held->actor = reader_u32(reader);
	ret_held->decided = reader_u64(reader);
}

static int identity_unpack(struct bytes value, struct identity *ret_identity)
{
	struct reader reader = reader_of(value);
	struct identity identity;

	identity.revision = reader_u32(&reader);
	identity.sequence = reader_u64(&reader);
	reader_copy(&reader, identity.digest.byte, sizeof(identity.digest.byte));
	identity.withdrawn = reader_u8(&reader) != 0;
	identity.actor = reader_u32(&reader);
	held_unpack(&reader, &identity.held);
	if (reader_end(&reader) < 0)
		return err_here(ERR_CORRUPT, "a stored identity has %zu bytes", value.len);
	*ret_identity = identity;
	return 0;
}

int state_identity_get(
	const struct ports *ports, const struct identity_key *key, struct identity *ret_identity)
{
	uint8_t packed[IDENTITY_KEY_BYTES];
	struct bytes value;
	int r = ports->get(ports->ctx, TABLE_IDENTITY, identity_key_pack(key, packed), &value);

	return r != 0 ? err_pass(r) : err_pass(identity_unpack(value, ret_identity));
}

static void held_pack(const struct held *held, struct writer *writer)
{
	writer_u8(writer, held->state);
	if (held->state == 0)
		return;
	writer_u32(writer, held->revision);
	writer_u64(writer, held->sequence);
	writer_bytes(writer, digest_view(&held->digest));
	writer_u8(writer, held->withdrawn);
	writer_u32(writer, held->actor);
	writer_u64(writer, held->decided);
}

int state_identity_put(
	const struct ports *ports, const struct identity_key *key, const struct identity *identity)
{
	uint8_t packed[IDENTITY_KEY_BYTES], record[IDENTITY_BYTES];
	struct writer writer = writer_of(record, sizeof(record));

	writer_u32(&writer, identity->revision);
	writer_u64(&writer, identity->sequence);
	writer_bytes(&writer, digest_view(&identity->digest));
	writer_u8(&writer, identity->withdrawn);
	writer_u32(&writer, identity->actor);
	held_pack(&identity->held, &writer);
	return err_pass(ports->put(
		ports->ctx, TABLE_IDENTITY, identity_key_pack(key, packed), writer_end(&writer)));
}

int state_identity_next(
	const struct ports *ports, struct identity_key *key, struct identity *ret_identity)
{
	uint8_t packed[IDENTITY_KEY_BYTES];
	struct bytes found, value;
	struct reader reader;
	int r = ports->seek(
		ports->ctx, TABLE_IDENTITY, identity_key_pack(key, packed), &found, &value);

	if (r != 0)
		return err_pass(r);
	reader = reader_of(found);
	key->form = reader_u16(&reader);
	key->period = reader_u32(&reader);
	key->facility = reader_u32(&reader);
	if ((r = reader_end(&reader)) < 0)
		return err_pass(r);
	return err_pass(identity_unpack(value, ret_identity));
}

static struct bytes rejected_key_pack(
	const struct rejected_key *key, uint8_t ret[REJECTED_KEY_BYTES])
{
	struct writer writer = writer_of(ret, REJECTED_KEY_BYTES);

	writer_u32(&writer, key->actor);
	writer_bytes(&writer, bytes_of(key->digest, sizeof(key->digest)));
	return writer_end(&writer);
}

int state_rejected_get(
	const struct ports *ports, const struct rejected_key *key, struct rejected *ret_rejected)
{
	uint8_t packed[REJECTED_KEY_BYTES];
	struct rejected rejected;
	struct reader reader;
	struct bytes value;
	int r = ports->get(ports->ctx, TABLE_REJECTED, rejected_key_pack(key, packed), &value);

	if (r != 0)
		return err_pass(r);
	reader = reader_of(value);
	rejected.sequence = reader_u64(&reader);
	reader_copy(&reader, rejected.findings.byte, sizeof(rejected.findings.byte));
	if ((r = reader_end(&reader)) < 0)
		return err_pass(r);
	*ret_rejected = rejected;
	return 0;
}

int state_rejected_put(
	const struct ports *ports, const struct rejected_key *key, const struct rejected *rejected)
{
	uint8_t packed[REJECTED_KEY_BYTES], record[REJECTED_BYTES];
	struct writer writer = writer_of(record, sizeof(record));

	writer_u64(&writer, rejected->sequence);
	writer_bytes(&writer, digest_view(&rejected->findings));
	return err_pass(ports->put(
		ports->ctx, TABLE_REJECTED, rejected_key_pack(key, packed), writer_end(&writer)));
}

int state_request_get(const struct ports *ports, const uint8_t id[16], struct request *ret_request)
{
	struct request request;
	struct reader reader;
	struct bytes value;
	int r = ports->get(ports->ctx, TABLE_REQUEST, bytes_of(id, 16), &value);

	if (r != 0)
		return err_pass(r);
	reader = reader_of(value);
	request.sequence = reader_u64(&reader);
	request.outcome = reader_u8(&reader);
	request.records = reader_u32(&reader);
	if ((r = reader_end(&reader)) < 0)
		return err_pass(r);
	*ret_request = request;
	return 0;
}

int state_request_put(
	const struct ports *ports, const uint8_t id[16], const struct request *request)
{
	uint8_t record[REQUEST_BYTES];
	struct writer writer = writer_of(record, sizeof(record));

	writer_u64(&writer, request->sequence);
	writer_u8(&writer, request->outcome);
	writer_u32(&writer, request->records);
	return err_pass(
		ports->put(ports->ctx, TABLE_REQUEST, bytes_of(id, 16), writer_end(&writer)));
}

static struct bytes notice_key_pack(
	uint32_t facility, uint64_t sequence, uint8_t ret[NOTICE_KEY_BYTES])
{
	struct writer writer = writer_of(ret, NOTICE_KEY_BYTES);

	writer_u32(&writer, facility);
	writer_u64(&writer, sequence);
	return writer_end(&writer);
}

/* The record is a head of fixed size and a text of any. */
static int text_record_put(const struct ports *ports, unsigned table, struct bytes key,
	struct bytes head, struct bytes text)
{
	AUTO(buffer_fini) struct buffer record = { 0 };
	int r = buffer_add(&record, head);

	if (r < 0 || (r = buffer_add(&record, text)) < 0)
		return err_pass(r);
	return err_pass(ports->put(ports->ctx, table, key, buffer_view(&record)));
}

int state_notice_put(const struct ports *ports, uint32_t facility, uint64_t sequence,
	const struct state_notice *notice)
{
	uint8_t key[NOTICE_KEY_BYTES], head[NOTICE_HEAD_BYTES];
	struct writer writer = writer_of(head, sizeof(head));

	writer_u8(&writer, notice->kind);
	writer_u16(&writer, notice->form);
	writer_u32(&writer, notice->period);
	writer_u32(&writer, notice->revision);
	writer_u64(&writer, notice->about);
	writer_u32(&writer, notice->element);
	writer_u32(&writer, notice->reason);
	writer_u64(&writer, (uint64_t)notice->delta);
	writer_u64(&writer, notice->received);
	return err_pass(text_record_put(ports, TABLE_NOTICE,
		notice_key_pack(facility, sequence, key), writer_end(&writer), notice->text));
}

static int notice_unpack(struct bytes value, struct state_notice *ret_notice)
{
	struct reader reader = reader_of(value);
	struct state_notice notice;

	notice.kind = reader_u8(&reader);
	notice.form = reader_u16(&reader);
	notice.period = reader_u32(&reader);
	notice.revision = reader_u32(&reader);
	notice.about = reader_u64(&reader);
	notice.element = reader_u32(&reader);
	notice.reason = reader_u32(&reader);
	notice.delta = (int64_t)reader_u64(&reader);
	notice.received = reader_u64(&reader);
	if (!reader_ok(&reader))
		return err_here(ERR_CORRUPT, "a stored notice has %zu bytes", value.len);
	notice.text = reader.left;
	*ret_notice = notice;
	return 0;
}

int state_notice_next(const struct ports *ports, uint32_t facility, uint64_t *sequence,
	struct state_notice *ret_notice)
{
	uint8_t packed[NOTICE_KEY_BYTES];
	struct bytes key, value;
	struct reader reader;
	uint64_t found;
	int r = ports->seek(ports->ctx, TABLE_NOTICE, notice_key_pack(facility, *sequence, packed),
		&key, &value);

	if (r != 0)
		return err_pass(r);
	reader = reader_of(key);
	if (reader_u32(&reader) != facility)
		return PORT_NONE;
	found = reader_u64(&reader);
	if ((r = reader_end(&reader)) < 0 || (r = notice_unpack(value, ret_notice)) < 0)
		return err_pass(r);
	*sequence = found;
	return 0;
}

static struct bytes adjusted_key_pack(uint64_t proposal, uint8_t ret[ADJUSTED_KEY_BYTES])
{
	struct writer writer = writer_of(ret, ADJUSTED_KEY_BYTES);

	writer_u64(&writer, proposal);
	return writer_end(&writer);
}

int state_adjusted_get(const struct ports *ports, uint64_t proposal, struct adjusted *ret_adjusted)
{
	uint8_t packed[ADJUSTED_KEY_BYTES];
	struct adjusted adjusted;
	struct reader reader;
	struct bytes value;
	int r = ports->get(
		ports->ctx, TABLE_ADJUSTMENT, adjusted_key_pack(proposal, packed), &value);

	if (r != 0)
		return err_pass(r);
	reader = reader_of(value);
	adjusted.state = reader_u8(&reader);
	adjusted.key.form = reader_u16(&reader);
	adjusted.key.period = reader_u32(&reader);
	adjusted.key.facility = reader_u32(&reader);
	adjusted.actor = reader_u32(&reader);
	adjusted.revision = reader_u32(&reader);
	adjusted.about = reader_u64(&reader);
	adjusted.element = reader_u32(&reader);
	adjusted.reason = reader_u32(&reader);
	adjusted.delta = (int64_t)reader_u64(&reader);
	if (!reader_ok(&reader))
		return err_here(ERR_CORRUPT, "a stored adjustment has %zu bytes", value.len);
	adjusted.text = reader.left;
	*ret_adjusted = adjusted;
	return 0;
}

int state_adjusted_put(
	const struct ports *ports, uint64_t proposal, const struct adjusted *adjusted)
{
	uint8_t key[ADJUSTED_KEY_BYTES], head[ADJUSTED_HEAD_BYTES];
	struct writer writer = writer_of(head, sizeof(head));

	writer_u8(&writer, adjusted->state);
	writer_u16(&writer, adjusted->key.form);
	writer_u32(&writer, adjusted->key.period);
	writer_u32(&writer, adjusted->key.facility);
	writer_u32(&writer, adjusted->actor);
	writer_u32(&writer, adjusted->revision);
	writer_u64(&writer, adjusted->about);
	writer_u32(&writer, adjusted->element);
	writer_u32(&writer, adjusted->reason);
	writer_u64(&writer, (uint64_t)adjusted->delta);
	return err_pass(text_record_put(ports, TABLE_ADJUSTMENT, adjusted_key_pack(proposal, key),
		writer_end(&writer), adjusted->text));
}

int state_life_put(const struct ports *ports, uint64_t sequence, const uint8_t epoch[EPOCH_BYTES])
{
	uint8_t packed[LIFE_KEY_BYTES];
	struct writer key = writer_of(packed, sizeof(packed));

	writer_u64(&key, sequence);
	return err_pass(
		ports->put(ports->ctx, TABLE_LIFE, writer_end(&key), bytes_of(epoch, EPOCH_BYTES)));
}

int state_life_next(const struct ports *ports, uint64_t *sequence, uint8_t ret_epoch[EPOCH_BYTES])
{
	uint8_t packed[LIFE_KEY_BYTES];
	struct writer from = writer_of(packed, sizeof(packed));
	struct reader key, value;
	struct bytes found, epoch;
	int r;

	writer_u64(&from, *sequence);
	if ((r = ports->seek(ports->ctx, TABLE_LIFE, writer_end(&from), &found, &epoch)) != 0)
		return err_pass(r);
	key = reader_of(found);
	value = reader_of(epoch);
	*sequence = reader_u64(&key);
	reader_copy(&value, ret_epoch, EPOCH_BYTES);
	return (r = reader_end(&key)) < 0 ? err_pass(r) : err_pass(reader_end(&value));
}
