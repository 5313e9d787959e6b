/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Keys of the outbox, and the walk over one of its tables. A cursor holds its own copy of the key,
 * so what it stands on may be deleted. */
#include "store/outbox.h"

#include <string.h>

#include "base/err.h"
#include "store/outbox_inside.h"

const char *const outbox_tables[OUTBOX_TABLES] = {
	[TABLE_OUTBOX_META] = "meta",
	[TABLE_PENDING] = "pending",
	[TABLE_WAITING] = "waiting",
	[TABLE_KEPT] = "kept",
	[TABLE_REFUSED] = "refused",
	[TABLE_HELD] = "held",
	[TABLE_FACILITY] = "facility",
	[TABLE_NOTICE] = "notice",
};

struct bytes outbox_key_view(const struct outbox_key *key)
{
	return bytes_of(key->byte, key->len);
}

struct outbox_key outbox_key_number(uint64_t number)
{
	struct outbox_key key;
	struct writer writer = writer_of(key.byte, sizeof(key.byte));

	writer_u64(&writer, number);
	key.len = writer_end(&writer).len;
	return key;
}

struct outbox_key outbox_key_identity(struct bytes facility, uint16_t form, uint32_t period)
{
	struct outbox_key key;
	struct writer writer = writer_of(key.byte, sizeof(key.byte));

	ensure(facility.len >= 1 && facility.len <= FACILITY_CODE_MAX);
	writer_bytes(&writer, facility);
	writer_u8(&writer, 0);
	writer_u16(&writer, form);
	writer_u32(&writer, period);
	key.len = writer_end(&writer).len;
	return key;
}

bool outbox_starts_with(struct bytes bytes, struct bytes prefix)
{
	return bytes.len >= prefix.len && bytes_equal(bytes_of(bytes.data, prefix.len), prefix);
}

int outbox_meta_get(const struct ports *ports, const char *name, struct bytes *ret_value)
{
	return err_pass(ports->get(ports->ctx, TABLE_OUTBOX_META, bytes_str(name), ret_value));
}

int outbox_meta_put(const struct ports *ports, const char *name, struct bytes value)
{
	return err_pass(ports->put(ports->ctx, TABLE_OUTBOX_META, bytes_str(name), value));
}

int outbox_table_next(const struct ports *ports, unsigned table, struct outbox_cursor *cursor,
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
