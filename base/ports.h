/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Ports: the only way in which the cores (decide, fold, outbox) reach the world. A core has no
 * threads, globals or clocks of its own; a program gives it LMDB, ZeroMQ and the system's clocks
 * through this struct, a test gives it maps in memory and a clock that jumps. */
#ifndef BASE_PORTS_H
#define BASE_PORTS_H

#include "base/bytes.h"
#include "base/clock.h"

enum { PORT_NONE = 1 }; /* get and seek: no such key */

struct ports {
	void *ctx;
	struct wall (*wall)(void *ctx);
	struct mono (*mono)(void *ctx);
	/* Unpredictable bytes. */
	int (*random)(void *ctx, uint8_t *ret, size_t len);
	/* Ordered tables inside the transaction that the program has opened. Views stay valid until
	 * the next put or del, or the end of the transaction. put replaces; del of a missing key
	 * is 0. */
	int (*get)(void *ctx, unsigned table, struct bytes key, struct bytes *ret_value);
	int (*put)(void *ctx, unsigned table, struct bytes key, struct bytes value);
	int (*del)(void *ctx, unsigned table, struct bytes key);
	/* The first key that is not below from. */
	int (*seek)(void *ctx, unsigned table, struct bytes from, struct bytes *ret_key,
		struct bytes *ret_value);
	/* The body of a durable entry of the journal; PORT_NONE: that sequence is not durable
	 * (yet).
	 * The view stays valid until the next call of body. */
	int (*body)(void *ctx, uint64_t sequence, struct bytes *ret_body);
	/* Hands a message to the network, or drops it: whoever sends must be ready to send
	 * again. */
	int (*send)(void *ctx, struct bytes header, struct bytes payload);
};

#endif
