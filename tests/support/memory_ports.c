/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Sorted arrays, copied whole at begin: slow, and simple enough to be right. A put or del frees and
 * moves memory, so a core that uses a view for too long is caught by AddressSanitizer. */
#include "tests/support/memory_ports.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"

static void *copy(const void *data, size_t len)
{
	void *fresh = malloc(len ? len : 1);

	ensure(fresh != NULL);
	if (len > 0)
		memcpy(fresh, data, len);
	return fresh;
}

static void table_clear(struct memory_table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		free(table->item[i].key);
		free(table->item[i].value);
	}
	free(table->item);
	*table = (struct memory_table){ 0 };
}

static void table_copy(struct memory_table *to, const struct memory_table *from)
{
	table_clear(to);
	to->item = calloc(from->count + 1, sizeof(*to->item));
	ensure(to->item != NULL);
	to->size = from->count + 1;
	to->count = from->count;
	for (size_t i = 0; i < from->count; i++) {
		to->item[i] = from->item[i];
		to->item[i].key = copy(from->item[i].key, from->item[i].key_len);
		to->item[i].value = copy(from->item[i].value, from->item[i].value_len);
	}
}

/* The index of the first key that is not below key. */
static size_t table_find(const struct memory_table *table, struct bytes key)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct memory_item *item = &table->item[middle];

		if (bytes_compare(bytes_of(item->key, item->key_len), key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool table_has(const struct memory_table *table, size_t at, struct bytes key)
{
	return at < table->count &&
	       bytes_equal(bytes_of(table->item[at].key, table->item[at].key_len), key);
}

static struct memory_table *table_of(void *ctx, unsigned table)
{
	ensure(table < MEMORY_TABLES);
	return &((struct memory *)ctx)->table[table];
}

static int write_allowed(struct memory *memory)
{
	if (memory->writes_left == 0)
		return err_here(ERR_IO, "the test lets this write fail");
	if (memory->writes_left > 0)
		memory->writes_left--;
	memory->writes++;
	return 0;
}

static int memory_get(void *ctx, unsigned table, struct bytes key, struct bytes *ret_value)
{
	const struct memory_table *t = table_of(ctx, table);
	size_t at = table_find(t, key);

	if (!table_has(t, at, key))
		return PORT_NONE;
	*ret_value = bytes_of(t->item[at].value, t->item[at].value_len);
	return 0;
}

static void table_put(struct memory_table *t, struct bytes key, struct bytes value)
{
	size_t at = table_find(t, key);
	uint8_t *fresh = copy(value.data, value.len);
	if (table_has(t, at, key)) {
		free(t->item[at].value);
	} else {
		if (t->count == t->size) {
			t->size = t->size ? 2 * t->size : 16;
			t->item = realloc(t->item, t->size * sizeof(*t->item));
			ensure(t->item != NULL);
		}
		memmove(&t->item[at + 1], &t->item[at], (t->count - at) * sizeof(*t->item));
		t->count++;
		t->item[at].key = copy(key.data, key.len);
		t->item[at].key_len = key.len;
	}
	t->item[at].value = fresh;
	t->item[at].value_len = value.len;
}

static int memory_put(void *ctx, unsigned table, struct bytes key, struct bytes value)
{
	int r = write_allowed(ctx);

	if (r == 0)
		table_put(table_of(ctx, table), key, value);
	return err_pass(r);
}

static int memory_del(void *ctx, unsigned table, struct bytes key)
{
	struct memory_table *t = table_of(ctx, table);
	size_t at = table_find(t, key);
	int r = write_allowed(ctx);

	if (r < 0)
		return err_pass(r);
	if (!table_has(t, at, key))
		return 0;
	free(t->item[at].key);
	free(t->item[at].value);
	t->count--;
	memmove(&t->item[at], &t->item[at + 1], (t->count - at) * sizeof(*t->item));
	return 0;
}

static int memory_seek(void *ctx, unsigned table, struct bytes from, struct bytes *ret_key,
	struct bytes *ret_value)
{
	const struct memory_table *t = table_of(ctx, table);
	size_t at = table_find(t, from);

	ensure(from.len > 0); /* LMDB has no empty keys */
	if (at == t->count)
		return PORT_NONE;
	*ret_key = bytes_of(t->item[at].key, t->item[at].key_len);
	*ret_value = bytes_of(t->item[at].value, t->item[at].value_len);
	return 0;
}

static struct bytes sequence_key(uint64_t sequence, uint8_t ret[8])
{
	struct writer writer = writer_of(ret, 8);

	writer_u64(&writer, sequence);
	return writer_end(&writer);
}

static int memory_body(void *ctx, uint64_t sequence, struct bytes *ret_body)
{
	const struct memory_table *journal = &((struct memory *)ctx)->journal;
	uint8_t packed[8];
	struct bytes key = sequence_key(sequence, packed);
	size_t at = table_find(journal, key);

	if (!table_has(journal, at, key))
		return PORT_NONE;
	*ret_body = bytes_of(journal->item[at].value, journal->item[at].value_len);
	return 0;
}

void memory_put_body(struct memory *memory, uint64_t sequence, struct bytes body)
{
	uint8_t packed[8];

	table_put(&memory->journal, sequence_key(sequence, packed), body);
}

static struct wall memory_wall(void *ctx)
{
	return ((struct memory *)ctx)->wall;
}

static struct mono memory_mono(void *ctx)
{
	return ((struct memory *)ctx)->mono;
}

/* xorshift: the same in every run. */
static int memory_random(void *ctx, uint8_t *ret, size_t len)
{
	struct memory *memory = ctx;

	for (size_t i = 0; i < len; i++) {
		memory->random ^= memory->random << 13;
		memory->random ^= memory->random >> 7;
		memory->random ^= memory->random << 17;
		ret[i] = (uint8_t)memory->random;
	}
	return 0;
}

static int memory_send(void *ctx, struct bytes header, struct bytes payload)
{
	struct memory *memory = ctx;
	struct memory_message *message;

	memory->sent = realloc(memory->sent, (memory->sent_count + 1) * sizeof(*memory->sent));
	ensure(memory->sent != NULL);
	message = &memory->sent[memory->sent_count++];
	message->header = copy(header.data, header.len);
	message->header_len = header.len;
	message->payload = copy(payload.data, payload.len);
	message->payload_len = payload.len;
	return 0;
}

void memory_init(struct memory *memory)
{
	*memory = (struct memory){
		.mono = { .ns = 1000000000 },
		.wall = { .ms = INT64_C(1780000000000) },
		.random = UINT64_C(0x9e3779b97f4a7c15),
		.writes_left = -1,
	};
}

void memory_forget_sent(struct memory *memory)
{
	for (size_t i = 0; i < memory->sent_count; i++) {
		free(memory->sent[i].header);
		free(memory->sent[i].payload);
	}
	free(memory->sent);
	memory->sent = NULL;
	memory->sent_count = 0;
}

void memory_fini(struct memory *memory)
{
	for (size_t i = 0; i < MEMORY_TABLES; i++) {
		table_clear(&memory->table[i]);
		table_clear(&memory->before[i]);
	}
	table_clear(&memory->journal);
	memory_forget_sent(memory);
}

struct ports memory_ports(struct memory *memory)
{
	return (struct ports){
		.ctx = memory,
		.wall = memory_wall,
		.mono = memory_mono,
		.random = memory_random,
		.get = memory_get,
		.put = memory_put,
		.del = memory_del,
		.seek = memory_seek,
		.body = memory_body,
		.send = memory_send,
	};
}

void memory_begin(struct memory *memory)
{
	for (size_t i = 0; i < MEMORY_TABLES; i++)
		table_copy(&memory->before[i], &memory->table[i]);
}

void memory_commit(struct memory *memory)
{
	for (size_t i = 0; i < MEMORY_TABLES; i++)
		table_clear(&memory->before[i]);
}

void memory_abort(struct memory *memory)
{
	for (size_t i = 0; i < MEMORY_TABLES; i++) {
		table_clear(&memory->table[i]);
		memory->table[i] = memory->before[i];
		memory->before[i] = (struct memory_table){ 0 };
	}
}

void memory_pass_ms(struct memory *memory, int64_t ms)
{
	memory->mono.ns += ms * 1000000;
	memory->wall.ms += ms;
}
