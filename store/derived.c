/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Position, catalogue and commands: the three things that every derived environment keeps
 * so that a restart needs no walk through the whole journal. */
#include "store/derived.h"

#include <string.h>

#include "base/err.h"

enum {
	POSITION_BYTES = 4 + EPOCH_BYTES + 8 + 32,
	CATALOGUE_HEAD_BYTES = 12,
	COMMAND_HEAD_BYTES = 12
};

int derived_position_get(
	const struct ports *ports, uint32_t format, struct journal_head *ret_position)
{
	struct journal_head position;
	struct reader reader;
	struct bytes value;
	uint32_t found;
	int r = ports->get(ports->ctx, TABLE_POSITION, bytes_str("position"), &value);

	if (r != 0)
		return err_pass(r);
	reader = reader_of(value);
	found = reader_u32(&reader);
	reader_copy(&reader, position.epoch, EPOCH_BYTES);
	position.sequence = reader_u64(&reader);
	reader_copy(&reader, position.chain.byte, sizeof(position.chain.byte));
	if (found != format || reader_end(&reader) < 0)
		return PORT_NONE; /* another version's: to be rebuilt, never migrated */
	*ret_position = position;
	return 0;
}

int derived_position_put(
	const struct ports *ports, uint32_t format, const struct journal_head *position)
{
	uint8_t packed[POSITION_BYTES];
	struct writer writer = writer_of(packed, sizeof(packed));

	writer_u32(&writer, format);
	writer_bytes(&writer, bytes_of(position->epoch, EPOCH_BYTES));
	writer_u64(&writer, position->sequence);
	writer_bytes(&writer, digest_view(&position->chain));
	return err_pass(
		ports->put(ports->ctx, TABLE_POSITION, bytes_str("position"), writer_end(&writer)));
}

int derived_matches(struct journal *journal, const struct journal_head *position, bool *ret_matches)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	static const struct digest zero;
	struct journal_head head;
	struct entry entry;
	int r = journal_head(journal, &head);

	if (r < 0)
		return err_pass(r);
	*ret_matches = false;
	if (memcmp(head.epoch, position->epoch, EPOCH_BYTES) != 0)
		return 0;
	if (position->sequence == 0) {
		*ret_matches = digest_equal(&position->chain, &zero);
		return 0;
	}
	r = journal_get(journal, position->sequence, &buffer, &entry);
	if (r < 0)
		return err_pass(r);
	*ret_matches = r == 0 && digest_equal(&entry.chain, &position->chain);
	return 0;
}

int derived_catalogue_get(const struct ports *ports, uint32_t *ret_number, uint64_t *ret_sequence,
	struct bytes *ret_bundle)
{
	struct reader reader;
	struct bytes value;
	int r = ports->get(ports->ctx, TABLE_CATALOGUE, bytes_str("in force"), &value);

	if (r != 0)
		return err_pass(r);
	reader = reader_of(value);
	*ret_number = reader_u32(&reader);
	*ret_sequence = reader_u64(&reader);
	if (!reader_ok(&reader))
		return err_here(ERR_CORRUPT, "the catalogue in force is stored too short");
	*ret_bundle = reader.left;
	return 0;
}

int derived_catalogue_put(
	const struct ports *ports, uint32_t number, uint64_t sequence, struct bytes bundle)
{
	AUTO(buffer_fini) struct buffer value = { 0 };
	uint8_t head[CATALOGUE_HEAD_BYTES];
	struct writer writer = writer_of(head, sizeof(head));
	int r;

	writer_u32(&writer, number);
	writer_u64(&writer, sequence);
	if ((r = buffer_add(&value, writer_end(&writer))) < 0 ||
		(r = buffer_add(&value, bundle)) < 0)
		return err_pass(r);
	return err_pass(ports->put(
		ports->ctx, TABLE_CATALOGUE, bytes_str("in force"), buffer_view(&value)));
}

static struct bytes command_key(uint64_t sequence, uint8_t ret[8])
{
	struct writer writer = writer_of(ret, 8);

	writer_u64(&writer, sequence);
	return writer_end(&writer);
}

int derived_command_put(const struct ports *ports, const struct derived_command *command)
{
	AUTO(buffer_fini) struct buffer value = { 0 };
	uint8_t key[8], head[COMMAND_HEAD_BYTES];
	struct writer writer = writer_of(head, sizeof(head));
	int r;

	writer_u32(&writer, command->actor);
	writer_u64(&writer, command->received);
	if ((r = buffer_add(&value, writer_end(&writer))) < 0 ||
		(r = buffer_add(&value, command->body)) < 0)
		return err_pass(r);
	return err_pass(ports->put(ports->ctx, TABLE_REGISTRY, command_key(command->sequence, key),
		buffer_view(&value)));
}

int derived_command_next(
	const struct ports *ports, uint64_t from, struct derived_command *ret_command)
{
	struct derived_command command;
	uint8_t packed[8];
	struct bytes key, value;
	struct reader reader;
	int r = ports->seek(ports->ctx, TABLE_REGISTRY, command_key(from, packed), &key, &value);

	if (r != 0)
		return err_pass(r);
	reader = reader_of(key);
	command.sequence = reader_u64(&reader);
	if ((r = reader_end(&reader)) < 0)
		return err_pass(r);
	reader = reader_of(value);
	command.actor = reader_u32(&reader);
	command.received = reader_u64(&reader);
	if (!reader_ok(&reader))
		return err_here(ERR_CORRUPT, "command %llu is stored too short",
			(unsigned long long)command.sequence);
	command.body = reader.left;
	*ret_command = command;
	return 0;
}
