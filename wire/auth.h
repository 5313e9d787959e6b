/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The ZAP handler: libzmq asks it at every handshake whether a public key may come in. It must be
 * bound before any endpoint, answers from memory, and hands the key's registry number on as the
 * peer's User-Id. It lives in the thread of the loop. */
#ifndef WIRE_AUTH_H
#define WIRE_AUTH_H

#include <stdint.h>

#include "wire/context.h"

struct auth;
/* The registry number of the key, or 0: not allowed in, or AUTH_LATER: not now, and the connection
 * ends without a word, so that the client tries again by itself. Called only inside
 * auth_answer(). */
#define AUTH_LATER UINT32_MAX
typedef uint32_t auth_lookup(void *ctx, const uint8_t public_key[32]);

CHECKED int auth_open(
	struct wire_context *context, auth_lookup *lookup, void *ctx, struct auth **ret_auth);
void auth_close(struct auth *auth);
AUTO_DEFINE(auth_close, struct auth *);
/* Answers the questions that wait, at most some hundreds in a call; the rest wakes the loop
 * again. */
CHECKED int auth_answer(struct auth *auth);
/* Handshakes let in and turned away since the start. */
void auth_counts(const struct auth *auth, uint64_t *ret_allowed, uint64_t *ret_denied);

#endif
