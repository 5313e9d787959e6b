/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The tail: every decision that the derived state may not show yet, so that the next report, even
 * of the same message, is judged with it. What the decider's reader has come to see may be
 * forgotten, but only is when room is needed: until then the tail is also the cache of recent
 * identities.
 * One thread; no clock, no storage. */
#ifndef INGESTD_TAIL_H
#define INGESTD_TAIL_H

#include "store/state.h"

/* Which decision: a kind and its key, packed; equal bytes mean the same thing. */
struct tail_key {
	uint8_t byte[24];
};

struct tail_value {
	uint64_t sequence; /* that the decision takes or took */
	union {
		struct identity identity; /* an identity as the decision left it */
		struct {                  /* an adjustment: what of it decides */
			struct identity_key key;
			uint64_t about;
			uint32_t actor;
			uint8_t state;
		} adjusted;
		struct { /* anything else */
			struct digest digest;
			uint32_t number;
			uint8_t flag;
		};
	};
};

struct tail;
enum { TAIL_NONE = 1 };

/* capacity: a power of two. */
CHECKED int tail_new(size_t capacity, struct tail **ret_tail);
void tail_free(struct tail *tail);
AUTO_DEFINE(tail_free, struct tail *);

/* 0, or TAIL_NONE: look in the state. */
CHECKED int tail_get(
	const struct tail *tail, const struct tail_key *key, struct tail_value *ret_value);
/* How many decisions can be put now. The caller asks before it decides. */
size_t tail_room(const struct tail *tail);
/* Sequences never fall from one put to the next. */
void tail_put(struct tail *tail, const struct tail_key *key, const struct tail_value *value);
/* The decider's reader now sees everything up to sequence. */
void tail_release(struct tail *tail, uint64_t sequence);

typedef int tail_visit(void *ctx, const struct tail_key *key, const struct tail_value *value);
/* Visits every decision that still counts and is not released, oldest first; stops at a result
 * other than 0. The released ones are in the state: whoever lists looks there too. */
CHECKED int tail_each(const struct tail *tail, tail_visit *visit, void *ctx);

#endif
