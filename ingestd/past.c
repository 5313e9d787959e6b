/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Two rings, of rows and of their values, in the order in which they came, and an open hash from
 * identity to its newest row (as in tail.c). Rows are forgotten at the old end of both rings
 * together, so there is no list to keep and nothing to fragment. A row's values lie in one piece:
 * where the ring's end would cut them they begin at its start, and the gap counts as used. */
#include "ingestd/past.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "model/catalog.h"

_Static_assert(
	(int)FORM_LINES_MAX <= (int)REPORT_VALUES_MAX, "limits.h counts rows of the widest report");

enum { FETCH_VALUES = 64 / sizeof(int64_t) }; /* what the processor fetches at once */

struct row {
	struct identity_key key;
	uint32_t lines;    /* 0: nothing in force */
	uint32_t turn;     /* in which it was last found */
	uint64_t sequence; /* of the decision; 0: read from the journal */
	uint64_t at;       /* its first value, counted since the start */
};

struct past_cache {
	size_t capacity, words, reserve;
	struct row *ring;    /* owned */
	int64_t *value;      /* owned; touched as it fills */
	uint32_t *slot;      /* owned, twice as many as rows: ring index + 1, or 0 */
	uint64_t begin, end; /* rows ever forgotten, ever put */
	uint64_t releasable; /* rows before this one may be forgotten; begin <= it <= end */
	uint64_t released;   /* sequence */
	uint64_t word_end;   /* values ever put, gaps included */
	uint32_t turn;
	int64_t (*loads)[FORM_LINES_MAX]; /* owned: rows for which there was no room */
	uint32_t loads_next;
};

int past_cache_new(size_t rows, size_t words, size_t reserve, struct past_cache **ret_cache)
{
	AUTO(past_cache_free) struct past_cache *cache = calloc(1, sizeof(*cache));

	ensure(rows > 0 && (rows & (rows - 1)) == 0 && rows < UINT32_MAX && reserve <= rows &&
		(reserve + 1) * FORM_LINES_MAX <= words);
	if (!cache || !(cache->ring = calloc(rows, sizeof(*cache->ring))) ||
		!(cache->slot = calloc(2 * rows, sizeof(*cache->slot))) ||
		!(cache->value = malloc(words * sizeof(*cache->value))) ||
		!(cache->loads = malloc(PAST_LOADS_MAX * sizeof(*cache->loads))))
		return err_here(ERR_NOMEM, "cannot allocate a past of %zu reports", rows);
	cache->capacity = rows;
	cache->words = words;
	cache->reserve = reserve;
	*ret_cache = cache;
	cache = NULL;
	return 0;
}

void past_cache_free(struct past_cache *cache)
{
	if (!cache)
		return;
	free(cache->ring);
	free(cache->slot);
	free(cache->value);
	free(cache->loads);
	free(cache);
}

static struct row *row_at(const struct past_cache *cache, uint64_t number)
{
	return &cache->ring[number & (cache->capacity - 1)];
}

static bool key_equal(const struct identity_key *a, const struct identity_key *b)
{
	return a->facility == b->facility && a->period == b->period && a->form == b->form;
}

static size_t home(const struct past_cache *cache, const struct identity_key *key)
{
	uint64_t hash = ((uint64_t)key->facility << 32 | key->period) * 0x9e3779b97f4a7c15u;

	hash = (hash ^ hash >> 29 ^ key->form) * 0xbf58476d1ce4e5b9u;
	return (size_t)(hash ^ hash >> 32) & (2 * cache->capacity - 1);
}

static size_t after(const struct past_cache *cache, size_t slot)
{
	return (slot + 1) & (2 * cache->capacity - 1);
}

/* The key's slot, or the empty one where it would go. The hash is never more than half full. */
static size_t find(const struct past_cache *cache, const struct identity_key *key)
{
	size_t slot = home(cache, key);

	while (cache->slot[slot] != 0 && !key_equal(&cache->ring[cache->slot[slot] - 1].key, key))
		slot = after(cache, slot);
	return slot;
}

/* Empties a slot and moves later ones of the same run back, so that no probe ends too early. */
static void slot_remove(struct past_cache *cache, size_t hole)
{
	size_t mask = 2 * cache->capacity - 1;

	for (size_t slot = after(cache, hole); cache->slot[slot] != 0; slot = after(cache, slot)) {
		size_t wanted = home(cache, &cache->ring[cache->slot[slot] - 1].key);

		if (((slot - wanted) & mask) >= ((slot - hole) & mask)) {
			cache->slot[hole] = cache->slot[slot];
			hole = slot;
		}
	}
	cache->slot[hole] = 0;
}

static void forget_oldest(struct past_cache *cache)
{
	uint32_t index = (uint32_t)(cache->begin & (cache->capacity - 1));
	size_t slot = find(cache, &cache->ring[index].key);

	if (cache->slot[slot] == index + 1)
		slot_remove(cache, slot);
	cache->begin++;
}

/* Rows and values that would be free if everything from row `oldest` on stayed. */
static size_t rows_free(const struct past_cache *cache, uint64_t oldest)
{
	return cache->capacity - (size_t)(cache->end - oldest);
}

static size_t words_free(const struct past_cache *cache, uint64_t oldest)
{
	return oldest == cache->end
		       ? cache->words
		       : cache->words - (size_t)(cache->word_end - row_at(cache, oldest)->at);
}

/* Where the next row's values begin: not where the ring's end would cut them. */
static uint64_t word_start(const struct past_cache *cache, uint32_t lines)
{
	size_t left = cache->words - (size_t)(cache->word_end % cache->words);

	return lines > left ? cache->word_end + left : cache->word_end;
}

static bool fits(const struct past_cache *cache, uint32_t lines)
{
	size_t needed = (size_t)(word_start(cache, lines) - cache->word_end) + lines;

	return rows_free(cache, cache->begin) > 0 && words_free(cache, cache->begin) >= needed;
}

/* One row more than the reserve, for what a crossing of the ring's end leaves unused. */
static bool has_reserve(const struct past_cache *cache, size_t rows, size_t words)
{
	return rows_free(cache, cache->releasable) >= cache->reserve + rows &&
	       words_free(cache, cache->releasable) >=
		       (cache->reserve + 1) * FORM_LINES_MAX + words;
}

bool past_cache_room(const struct past_cache *cache)
{
	return has_reserve(cache, 0, 0);
}

double past_cache_load_ratio(const struct past_cache *cache)
{
	double rows = 1 - (double)rows_free(cache, cache->releasable) / (double)cache->capacity;
	double words = 1 - (double)words_free(cache, cache->releasable) / (double)cache->words;

	return rows > words ? rows : words;
}

static void release_row(struct past_cache *cache)
{
	while (cache->releasable < cache->end &&
		row_at(cache, cache->releasable)->sequence <= cache->released)
		cache->releasable++;
}

/* The newest row; there is room for it. */
static int64_t *append(struct past_cache *cache, const struct identity_key *key, uint64_t sequence,
	const int64_t *values, uint32_t lines)
{
	uint64_t at = word_start(cache, lines);
	int64_t *room = cache->value + at % cache->words;

	*row_at(cache, cache->end) = (struct row){
		.key = *key, .lines = lines, .turn = cache->turn, .sequence = sequence, .at = at
	};
	if (lines > 0)
		memcpy(room, values, lines * sizeof(*room));
	cache->slot[find(cache, key)] = (uint32_t)(cache->end & (cache->capacity - 1)) + 1;
	cache->end++;
	cache->word_end = at + lines;
	release_row(cache);
	return lines > 0 ? room : NULL;
}

void past_cache_put(struct past_cache *cache, const struct identity_key *key, uint64_t sequence,
	const int64_t *values, uint32_t lines)
{
	if (!values)
		lines = 0;
	while (!fits(cache, lines)) {
		ensure(cache->begin < cache->releasable);
		forget_oldest(cache);
	}
	(void)append(cache, key, sequence, values, lines);
}

void past_cache_release(struct past_cache *cache, uint64_t sequence)
{
	cache->released = sequence;
	release_row(cache);
}

void past_cache_turn(struct past_cache *cache)
{
	cache->turn++;
}

/* Three rounds, each of which needs what the one before has fetched; nothing is changed or
 * decided. */
void past_cache_fetch(
	const struct past_cache *cache, const struct identity_key *keys, uint32_t count)
{
	size_t slot[PAST_LOADS_MAX];

	ensure(count <= PAST_LOADS_MAX);
	for (uint32_t i = 0; i < count; i++) {
		slot[i] = home(cache, &keys[i]);
		__builtin_prefetch(&cache->slot[slot[i]]);
	}
	for (uint32_t i = 0; i < count; i++)
		if (cache->slot[slot[i]] != 0)
			__builtin_prefetch(&cache->ring[cache->slot[slot[i]] - 1]);
	for (uint32_t i = 0; i < count; i++) {
		const struct row *row;

		if (cache->slot[slot[i]] == 0)
			continue;
		row = &cache->ring[cache->slot[slot[i]] - 1];
		for (uint32_t line = 0; line < row->lines; line += FETCH_VALUES)
			__builtin_prefetch(cache->value + row->at % cache->words + line);
	}
}

bool past_cache_find(
	struct past_cache *cache, const struct identity_key *key, const int64_t **ret_values)
{
	uint32_t slot = cache->slot[find(cache, key)];
	struct row *row;

	if (slot == 0)
		return false;
	row = &cache->ring[slot - 1];
	row->turn = cache->turn;
	*ret_values = row->lines > 0 ? cache->value + row->at % cache->words : NULL;
	return true;
}

/* Makes room for a row that need not be remembered: never of what is not released, of what this
 * turn looks at, or of the reserve. */
static bool make_room(struct past_cache *cache, uint32_t lines)
{
	if (!has_reserve(cache, 1, (size_t)lines + FORM_LINES_MAX))
		return false;
	while (!fits(cache, lines)) {
		if (cache->begin == cache->releasable ||
			row_at(cache, cache->begin)->turn == cache->turn)
			return false;
		forget_oldest(cache);
	}
	return true;
}

const int64_t *past_cache_load(struct past_cache *cache, const struct identity_key *key,
	const int64_t *values, uint32_t lines)
{
	int64_t *room;

	ensure(lines <= FORM_LINES_MAX);
	if (!values)
		lines = 0;
	if (make_room(cache, lines))
		return append(cache, key, 0, values, lines);
	if (!values)
		return NULL;
	room = cache->loads[cache->loads_next++ % PAST_LOADS_MAX];
	memcpy(room, values, lines * sizeof(*room));
	return room;
}

void past_cache_clear(struct past_cache *cache)
{
	memset(cache->slot, 0, 2 * cache->capacity * sizeof(*cache->slot));
	cache->begin = cache->releasable = cache->end;
}
