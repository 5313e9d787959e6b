/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Unpacking, packing and the few checks that every message needs. Sizes are asked for before and
 * compared after: protobuf-c packs without a bound. */
#include "proto/message.h"

#include <string.h>

#include "base/err.h"

int message_unpack(struct arena *arena, const ProtobufCMessageDescriptor *kind, struct bytes packed,
	size_t max, const void **ret_message)
{
	const ProtobufCMessage *message;
	int r;

	arena_reset(arena);
	if (packed.len > max)
		return err_here(ERR_LIMIT, "%s of %zu bytes; at most %zu are allowed", kind->name,
			packed.len, max);
	r = strict_check(kind, packed);
	if (r < 0)
		return err_pass(r);
	message = protobuf_c_message_unpack(kind, arena_allocator(arena), packed.len, packed.data);
	if (!message && arena_spent(arena))
		return err_here(
			ERR_LIMIT, "%s unpacks to more than %d bytes", kind->name, ARENA_BYTES_MAX);
	if (!message)
		return err_here(ERR_INVALID, "these bytes are not %s", kind->name);
	*ret_message = message;
	return 0;
}

int message_pack(const ProtobufCMessage *message, struct buffer *out)
{
	size_t size = protobuf_c_message_get_packed_size(message);
	int r = buffer_room(out, size);

	if (r < 0)
		return err_pass(r);
	if (size > 0)
		ensure(protobuf_c_message_pack(message, out->data + out->len) == size);
	out->len += size;
	return 0;
}

int message_end(int r, struct buffer *out, size_t start, size_t max)
{
	if (r == 0 && out->len - start > max)
		r = err_here(ERR_LIMIT, "the message would have %zu bytes; at most %zu are allowed",
			out->len - start, max);
	if (r < 0)
		out->len = start;
	return err_pass(r);
}

int field_exact(const char *field, ProtobufCBinaryData data, void *ret, size_t len)
{
	if (data.len != len)
		return err_here(ERR_INVALID, "field '%s' has %zu bytes instead of %zu", field,
			data.len, len);
	memcpy(ret, data.data, len);
	return 0;
}

int field_text(const char *field, const char *text, size_t max, struct bytes *ret_view)
{
	size_t len = strlen(text);

	if (len > max)
		return err_here(ERR_INVALID, "field '%s' has %zu bytes; at most %zu are allowed",
			field, len, max);
	*ret_view = bytes_of(text, len);
	return 0;
}

ProtobufCBinaryData binary_of(struct bytes bytes)
{
	return (ProtobufCBinaryData){ .len = bytes.len, .data = (uint8_t *)(uintptr_t)bytes.data };
}

char *text_of(const char *text)
{
	return (char *)(uintptr_t)text;
}
