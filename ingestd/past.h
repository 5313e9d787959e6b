/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reports as vectors, for the rules that look at a facility's past. At the same time the tail of
 * values: what a decision put into force stays here until the state shows that decision, because
 * until then the journal cannot be asked for its body. What is released is a cache, forgotten
 * oldest first when room is needed. One thread; no storage of its own beyond two rings. */
#ifndef INGESTD_PAST_H
#define INGESTD_PAST_H

#include "store/state.h"

/* Rows of one report that stay valid until the next: its past, other forms' reports, what it
 * replaces, and a few for the guard. */
enum { PAST_LOADS_MAX = 64 };

struct past_cache;

/* rows: a power of two. words: values in all. reserve: rows of the widest form that must always
 * find room once past_cache_room() said so. */
CHECKED int past_cache_new(
	size_t rows, size_t words, size_t reserve, struct past_cache **ret_cache);
void past_cache_free(struct past_cache *cache);
AUTO_DEFINE(past_cache_free, struct past_cache *);

/* Whether as many puts as the reserve find room, whatever is loaded between them. */
bool past_cache_room(const struct past_cache *cache);
/* How much of the cache cannot be forgotten, from 0 to 1. */
double past_cache_load_ratio(const struct past_cache *cache);
/* What the decision at sequence put into force: a copy of lines values, or NULL: nothing. Room was
 * asked for. Sequences never fall from one put to the next. */
void past_cache_put(struct past_cache *cache, const struct identity_key *key, uint64_t sequence,
	const int64_t *values, uint32_t lines);
/* The state shows everything up to sequence. */
void past_cache_release(struct past_cache *cache, uint64_t sequence);

/* Another report: rows that were found for the last one need not stay. */
void past_cache_turn(struct past_cache *cache);
/* Asks the processor for what the next past_cache_find() of each of these keys will touch, so that
 * it waits for all of it once instead of for each in turn. count: at most PAST_LOADS_MAX. */
void past_cache_fetch(
	const struct past_cache *cache, const struct identity_key *keys, uint32_t count);
/* false: not known here. Otherwise the row stays valid until the next put or turn; NULL: nothing in
 * force. */
bool past_cache_find(
	struct past_cache *cache, const struct identity_key *key, const int64_t **ret_values);
/* A row that was read from the journal: a copy that is remembered if this costs nothing that must
 * stay. values NULL: nothing is in force, and NULL comes back. Valid until the next put or turn,
 * of the last PAST_LOADS_MAX. */
const int64_t *past_cache_load(struct past_cache *cache, const struct identity_key *key,
	const int64_t *values, uint32_t lines);
/* Forgets everything: the journal must be able to answer for all of it. */
void past_cache_clear(struct past_cache *cache);

#endif
