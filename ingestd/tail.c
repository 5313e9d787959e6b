/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A ring of decisions in the order of their sequences, and an open hash (linear probing) from key
 * to the newest decision about it. Room is made at the ring's old end, and only of what is
 * released; there the hash slot is removed only if it still points to that decision. */
#include "ingestd/tail.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"

enum { SLOT_EMPTY = 0 }; /* otherwise ring index + 1 */

struct decision {
	struct tail_key key;
	struct tail_value value;
};

struct tail {
	size_t capacity;       /* of the ring; the hash has twice as many slots */
	struct decision *ring; /* owned */
	uint32_t *slot;        /* owned */
	uint64_t begin, end;   /* decisions ever forgotten, ever put; end - begin <= capacity */
	uint64_t releasable;   /* decisions before this one may be forgotten; begin <= it <= end */
};

int tail_new(size_t capacity, struct tail **ret_tail)
{
	AUTO(tail_free) struct tail *tail = calloc(1, sizeof(*tail));

	ensure(capacity > 0 && (capacity & (capacity - 1)) == 0);
	if (!tail || !(tail->ring = calloc(capacity, sizeof(*tail->ring))) ||
		!(tail->slot = calloc(2 * capacity, sizeof(*tail->slot))))
		return err_here(ERR_NOMEM, "cannot allocate a tail of %zu decisions", capacity);
	tail->capacity = capacity;
	*ret_tail = tail;
	tail = NULL;
	return 0;
}

void tail_free(struct tail *tail)
{
	if (!tail)
		return;
	free(tail->ring);
	free(tail->slot);
	free(tail);
}

/* FNV-1a over words, then a final mix: keys differ in few bits. */
static size_t home(const struct tail *tail, const struct tail_key *key)
{
	uint64_t hash = 0xcbf29ce484222325u, word;

	for (size_t i = 0; i < sizeof(key->byte); i += sizeof(word)) {
		memcpy(&word, key->byte + i, sizeof(word));
		hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
		hash ^= hash >> 29;
	}
	return (size_t)hash & (2 * tail->capacity - 1);
}

static size_t after(const struct tail *tail, size_t slot)
{
	return (slot + 1) & (2 * tail->capacity - 1);
}

static struct decision *decision_in(const struct tail *tail, size_t slot)
{
	return &tail->ring[tail->slot[slot] - 1];
}

/* The key's slot, or the empty one where it would go. The hash is never more than half full. */
static size_t find(const struct tail *tail, const struct tail_key *key)
{
	size_t slot = home(tail, key);

	while (tail->slot[slot] != SLOT_EMPTY &&
		memcmp(decision_in(tail, slot)->key.byte, key->byte, sizeof(key->byte)) != 0)
		slot = after(tail, slot);
	return slot;
}

/* Empties a slot and moves later ones of the same run back, so that no probe ends too early. */
static void slot_remove(struct tail *tail, size_t hole)
{
	size_t mask = 2 * tail->capacity - 1;

	for (size_t slot = after(tail, hole); tail->slot[slot] != SLOT_EMPTY;
		slot = after(tail, slot)) {
		size_t wanted = home(tail, &decision_in(tail, slot)->key);

		if (((slot - wanted) & mask) >= ((slot - hole) & mask)) {
			tail->slot[hole] = tail->slot[slot];
			hole = slot;
		}
	}
	tail->slot[hole] = SLOT_EMPTY;
}

static void forget_oldest(struct tail *tail)
{
	size_t index = tail->begin & (tail->capacity - 1);
	size_t slot = find(tail, &tail->ring[index].key);

	if (tail->slot[slot] == index + 1)
		slot_remove(tail, slot);
	tail->begin++;
}

int tail_get(const struct tail *tail, const struct tail_key *key, struct tail_value *ret_value)
{
	size_t slot = find(tail, key);

	if (tail->slot[slot] == SLOT_EMPTY)
		return TAIL_NONE;
	*ret_value = decision_in(tail, slot)->value;
	return 0;
}

size_t tail_room(const struct tail *tail)
{
	return tail->capacity - (size_t)(tail->end - tail->releasable);
}

void tail_put(struct tail *tail, const struct tail_key *key, const struct tail_value *value)
{
	size_t index = tail->end & (tail->capacity - 1);

	ensure(tail_room(tail) > 0);
	if (tail->end - tail->begin == tail->capacity)
		forget_oldest(tail);
	tail->ring[index] = (struct decision){ .key = *key, .value = *value };
	tail->slot[find(tail, key)] = (uint32_t)index + 1;
	tail->end++;
}

void tail_release(struct tail *tail, uint64_t sequence)
{
	while (tail->releasable < tail->end &&
		tail->ring[tail->releasable & (tail->capacity - 1)].value.sequence <= sequence)
		tail->releasable++;
}

int tail_each(const struct tail *tail, tail_visit *visit, void *ctx)
{
	for (uint64_t i = tail->releasable; i < tail->end; i++) {
		size_t index = i & (tail->capacity - 1);
		int r;

		if (tail->slot[find(tail, &tail->ring[index].key)] != index + 1)
			continue; /* a newer decision about the same thing follows */
		if ((r = visit(ctx, &tail->ring[index].key, &tail->ring[index].value)) != 0)
			return err_pass(r);
	}
	return 0;
}
