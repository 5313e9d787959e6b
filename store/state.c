/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Packing of keys and records of the deciding state; the layout stands in the header. */
#include "store/state.h"

#include <string.h>

#include "base/err.h"

const char *const state_tables[STATE_TABLES] = { DERIVED_TABLE_NAMES, "identity", "rejected",
	"request" };

enum {
	IDENTITY_KEY_BYTES = 10,
	IDENTITY_BYTES = 45,
	REJECTED_KEY_BYTES = 20,
	REJECTED_BYTES = 40,
	REQUEST_BYTES = 13
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

static int identity_unpack(struct bytes value, struct identity *ret_identity)
{
	struct reader reader = reader_of(value);
	struct identity identity;

	identity.revision = reader_u32(&reader);
	identity.sequence = reader_u64(&reader);
	reader_copy(&reader, identity.digest.byte, sizeof(identity.digest.byte));
	identity.withdrawn = reader_u8(&reader) != 0;
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

int state_identity_put(
	const struct ports *ports, const struct identity_key *key, const struct identity *identity)
{
	uint8_t packed[IDENTITY_KEY_BYTES], record[IDENTITY_BYTES];
	struct writer writer = writer_of(record, sizeof(record));

	writer_u32(&writer, identity->revision);
	writer_u64(&writer, identity->sequence);
	writer_bytes(&writer, digest_view(&identity->digest));
	writer_u8(&writer, identity->withdrawn);
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
