/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * An open hash that never takes a value out: forgetting sets the hour at which a year was last
 * touched, and a value that is older than any of its years is not found any more. When the table
 * is full everything is forgotten at once. Texts are kept at their own lengths. */
#include <stdlib.h>
#include <string.h>

#include "aggregator/value.h"
#include "base/err.h"
#include "base/limits.h"

enum { SLOTS = 2 * MEMO_VALUES_MAX, YEARS = PERIOD_YEAR_MAX - PERIOD_YEAR_MIN + 1 };

#define FIXED_BYTES offsetof(struct value, series)

struct slot {
	struct value_key key;
	int16_t from, to;
	uint64_t hour;
	uint8_t *packed; /* owned; NULL: free. The fixed part, then four texts with their NUL */
	size_t len;
};

struct value_memo {
	struct slot *slot; /* owned, [SLOTS] */
	size_t used, bytes;
	uint64_t hour, all_touched;
	uint64_t touched[YEARS];
};

int value_memo_new(struct value_memo **ret_memo)
{
	AUTO(value_memo_free) struct value_memo *memo = calloc(1, sizeof(*memo));

	if (memo)
		memo->slot = calloc(SLOTS, sizeof(*memo->slot));
	if (!memo || !memo->slot)
		return err_here(ERR_NOMEM, "cannot allocate the memory of values");
	*ret_memo = memo;
	memo = NULL;
	return 0;
}

static void memo_clear(struct value_memo *memo)
{
	for (size_t i = 0; memo->used > 0 && i < SLOTS; i++) {
		free(memo->slot[i].packed);
		memo->slot[i] = (struct slot){ .packed = NULL };
	}
	memo->used = 0;
	memo->bytes = 0;
}

void value_memo_free(struct value_memo *memo)
{
	if (!memo)
		return;
	if (memo->slot)
		memo_clear(memo);
	free(memo->slot);
	free(memo);
}

static size_t year_at(int year)
{
	if (year < PERIOD_YEAR_MIN)
		return 0;
	return year > PERIOD_YEAR_MAX ? YEARS - 1 : (size_t)(year - PERIOD_YEAR_MIN);
}

void value_memo_forget_year(struct value_memo *memo, int year)
{
	if (memo)
		memo->touched[year_at(year)] = ++memo->hour;
}

void value_memo_forget_all(struct value_memo *memo)
{
	if (memo)
		memo->all_touched = ++memo->hour;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0xff51afd7ed558ccdu;
	return hash ^ hash >> 32;
}

static struct slot *slot_find(struct value_memo *memo, const struct value_key *key)
{
	uint64_t hash = mix(0x9e3779b97f4a7c15u, key->indicator);
	const uint64_t words[] = { key->scope.area, key->scope.facility, key->first,
		(uint64_t)key->adjusted << 32 | (uint64_t)key->months << 8 | key->window,
		(uint64_t)(uint16_t)key->first_year << 16 | (uint16_t)key->since };

	for (size_t i = 0; i < array_len(words); i++)
		hash = mix(hash, words[i]);
	for (size_t at = hash % SLOTS;; at = (at + 1) % SLOTS) {
		struct slot *slot = &memo->slot[at];
		const struct value_key *known = &slot->key;

		if (!slot->packed ||
			(known->indicator == key->indicator &&
				known->scope.area == key->scope.area &&
				known->scope.facility == key->scope.facility &&
				known->first == key->first && known->months == key->months &&
				known->since == key->since &&
				known->first_year == key->first_year &&
				known->window == key->window && known->adjusted == key->adjusted))
			return slot;
	}
}

/* Whether nothing that it rests on was touched since. */
static bool slot_holds(const struct value_memo *memo, const struct slot *slot)
{
	if (!slot->packed || slot->hour < memo->all_touched)
		return false;
	for (size_t year = year_at(slot->from); year <= year_at(slot->to); year++)
		if (memo->touched[year] > slot->hour)
			return false;
	return true;
}

bool value_memo_get(struct value_memo *memo, const struct value_key *key, struct value *ret_value,
	int *ret_from, int *ret_to)
{
	const struct slot *slot = memo ? slot_find(memo, key) : NULL;
	const char *text;
	struct {
		char *text;
		size_t size;
	} texts[] = {
		{ ret_value->series, sizeof(ret_value->series) },
		{ ret_value->missing, sizeof(ret_value->missing) },
		{ ret_value->source_text, sizeof(ret_value->source_text) },
		{ ret_value->mark, sizeof(ret_value->mark) },
	};

	if (!slot || !slot_holds(memo, slot))
		return false;
	memcpy(ret_value, slot->packed, FIXED_BYTES);
	text = (const char *)slot->packed + FIXED_BYTES;
	for (size_t i = 0; i < array_len(texts); i++) {
		size_t len = strlen(text) + 1;

		ensure(len <= texts[i].size);
		memcpy(texts[i].text, text, len);
		text += len;
	}
	*ret_from = slot->from;
	*ret_to = slot->to;
	return true;
}

void value_memo_put(struct value_memo *memo, const struct value_key *key, const struct value *value,
	int from, int to)
{
	const char *const texts[] = { value->series, value->missing, value->source_text,
		value->mark };
	size_t len = FIXED_BYTES, at = FIXED_BYTES;
	struct slot *slot;
	uint8_t *packed;

	for (size_t i = 0; i < array_len(texts); i++)
		len += strlen(texts[i]) + 1;
	packed = memo ? malloc(len) : NULL;
	if (!packed)
		return;
	if (memo->used == MEMO_VALUES_MAX || memo->bytes + len > MEMO_BYTES_MAX)
		memo_clear(memo);
	memcpy(packed, value, FIXED_BYTES);
	for (size_t i = 0; i < array_len(texts); i++) {
		size_t bytes = strlen(texts[i]) + 1;

		memcpy(packed + at, texts[i], bytes);
		at += bytes;
	}
	slot = slot_find(memo, key);
	if (!slot->packed)
		memo->used++;
	memo->bytes += len - slot->len;
	free(slot->packed);
	*slot = (struct slot){ .key = *key,
		.from = (int16_t)from,
		.to = (int16_t)to,
		.hour = memo->hour,
		.packed = packed,
		.len = len };
}
