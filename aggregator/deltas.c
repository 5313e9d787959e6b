/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * An open hash of fixed size over a pool of numbers of fixed size: nothing is allocated after
 * deltas_new(), and when either is full the gathered changes are written at once. The order in
 * which rows are written cannot be seen in the result. */
#include "aggregator/deltas.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/catalog.h"
#include "store/aggregates.h"

enum {
	SLOTS = 16384,        /* a power of two */
	ROWS_MAX = SLOTS / 2, /* half full at most, so that a search ends soon */
	POOL_WORDS = 1 << 20,
	ROW_LINES_MAX = FORM_LINES_MAX,
};
_Static_assert(POOL_WORDS > 64 * (1 + 2 * ROW_LINES_MAX), "many of the longest rows fit the pool");

struct slot {
	uint8_t key[LEFTOUT_KEY_BYTES];
	uint8_t key_len; /* 0: free */
	uint8_t table;
	uint32_t n;
	uint32_t at; /* in the pool: reports, then sum[n], then count[n] */
};

struct deltas {
	struct slot slot[SLOTS];
	uint16_t used[ROWS_MAX]; /* slots in use */
	uint32_t rows, words;
	bool broken; /* some rows were written and others not: never to be committed */
	int64_t pool[POOL_WORDS];
	/* where a row is put together before it is stored */
	uint8_t row[sizeof(struct cell_head) +
		    ROW_LINES_MAX * (sizeof(int64_t) + sizeof(uint32_t))];
};

int deltas_new(struct deltas **ret_deltas)
{
	struct deltas *deltas = calloc(1, sizeof(*deltas));

	if (!deltas)
		return err_here(ERR_NOMEM, "cannot allocate the gathered changes");
	*ret_deltas = deltas;
	return 0;
}

void deltas_free(struct deltas *deltas)
{
	free(deltas);
}

static void deltas_clear(struct deltas *deltas)
{
	for (uint32_t i = 0; i < deltas->rows; i++)
		deltas->slot[deltas->used[i]].key_len = 0;
	deltas->rows = 0;
	deltas->words = 0;
	deltas->broken = false;
}

/* The keys are our own numbers, so plain mixing does; nobody outside can choose collisions. */
static uint32_t key_hash(unsigned table, struct bytes key)
{
	uint64_t hash = 0x9e3779b97f4a7c15u ^ table;

	for (size_t i = 0; i < key.len; i += 8) {
		uint64_t word = 0;

		memcpy(&word, key.data + i, key.len - i < 8 ? key.len - i : 8);
		hash = (hash ^ word) * 0xff51afd7ed558ccdu;
		hash ^= hash >> 32;
	}
	return (uint32_t)hash;
}

/* The slot of the key, or the free one where it belongs. */
static struct slot *slot_find(struct deltas *deltas, unsigned table, struct bytes key)
{
	uint32_t i = key_hash(table, key) % SLOTS;

	for (;; i = (i + 1) % SLOTS) {
		struct slot *slot = &deltas->slot[i];

		if (slot->key_len == 0)
			return slot;
		if (slot->key_len == key.len && slot->table == table &&
			memcmp(slot->key, key.data, key.len) == 0)
			return slot;
	}
}

int deltas_at(struct deltas *deltas, const struct ports *ports, unsigned table, struct bytes key,
	uint32_t n, struct delta *ret_delta)
{
	struct slot *slot = slot_find(deltas, table, key);
	uint32_t words = 1 + 2 * n;
	int r;

	ensure(key.len > 0 && key.len <= sizeof(slot->key) && n <= ROW_LINES_MAX);
	if (slot->key_len == 0) {
		if (deltas->rows == ROWS_MAX || deltas->words + words > POOL_WORDS) {
			if ((r = deltas_apply(deltas, ports)) < 0)
				return err_pass(r);
			slot = slot_find(deltas, table, key);
		}
		memcpy(slot->key, key.data, key.len);
		slot->key_len = (uint8_t)key.len;
		slot->table = (uint8_t)table;
		slot->n = n;
		slot->at = deltas->words;
		memset(&deltas->pool[slot->at], 0, words * sizeof(int64_t));
		deltas->words += words;
		deltas->used[deltas->rows++] = (uint16_t)(slot - deltas->slot);
	}
	ensure(slot->n == n);
	ret_delta->reports = &deltas->pool[slot->at];
	ret_delta->sum = ret_delta->reports + 1;
	ret_delta->count = ret_delta->sum + n;
	return 0;
}

/* Adds the stored row, if there is one, to the change: the pool then holds the new row. */
static int row_add_stored(struct deltas *deltas, const struct slot *slot, const struct ports *ports)
{
	int64_t *word = &deltas->pool[slot->at];
	struct bytes value;
	struct cell cell;
	int r = ports->get(ports->ctx, slot->table, bytes_of(slot->key, slot->key_len), &value);

	if (r == PORT_NONE)
		return 0;
	if (r < 0 || (r = cell_decode(value, &cell)) < 0)
		return err_fold(r);
	if (cell.head.n != slot->n)
		return err_here(
			ERR_CORRUPT, "a cell holds %u lines instead of %u", cell.head.n, slot->n);
	word[0] += cell.head.reported;
	for (uint32_t i = 0; i < slot->n; i++) {
		word[1 + i] += cell_sum(&cell, i);
		word[1 + slot->n + i] += cell_count(&cell, i);
	}
	return 0;
}

/* Old out, new in: counts that leave 0..reports, or a sum without reports, mean that what was taken
 * out is not what had been put in. */
static int row_check(const int64_t *word, uint32_t n)
{
	if (word[0] < 0 || word[0] > UINT32_MAX)
		return err_here(ERR_BUG, "a cell would hold %lld reports", (long long)word[0]);
	for (uint32_t i = 0; i < n; i++) {
		int64_t sum = word[1 + i], count = word[1 + n + i];

		if (count < 0 || count > word[0] || (count == 0 && sum != 0))
			return err_here(ERR_BUG,
				"line %u of a cell would hold %lld values of %lld reports", i,
				(long long)count, (long long)word[0]);
	}
	return 0;
}

static int row_store(struct deltas *deltas, const struct slot *slot, const struct ports *ports)
{
	const int64_t *word = &deltas->pool[slot->at];
	struct cell_head head = { .reported = (uint32_t)word[0], .n = slot->n };
	struct bytes key = bytes_of(slot->key, slot->key_len);
	size_t sums = slot->n * sizeof(int64_t), at = sizeof(head) + sums;

	if (head.reported == 0)
		return err_fold(ports->del(ports->ctx, slot->table, key));
	memcpy(deltas->row, &head, sizeof(head));
	memcpy(deltas->row + sizeof(head), word + 1, sums);
	for (uint32_t i = 0; i < slot->n; i++, at += sizeof(uint32_t)) {
		uint32_t count = (uint32_t)word[1 + slot->n + i];

		memcpy(deltas->row + at, &count, sizeof(count));
	}
	return err_fold(ports->put(ports->ctx, slot->table, key, bytes_of(deltas->row, at)));
}

int deltas_apply(struct deltas *deltas, const struct ports *ports)
{
	if (deltas->broken)
		return err_here(ERR_CORRUPT, "the changes of cells were written in part");
	deltas->broken = true;
	for (uint32_t i = 0; i < deltas->rows; i++) {
		const struct slot *slot = &deltas->slot[deltas->used[i]];
		int r = row_add_stored(deltas, slot, ports);

		if (r < 0 || (r = row_check(&deltas->pool[slot->at], slot->n)) < 0 ||
			(r = row_store(deltas, slot, ports)) < 0)
			return err_pass(r);
	}
	deltas_clear(deltas);
	return 0;
}
