/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A server endpoint: a CURVE ROUTER on tcp://, ipc:// or "inherited" (every socket that the service
 * manager gave). It lets nothing through that is not an authenticated message of exactly two
 * frames; everything else is dropped and counted, and who sent it is cut off: no client of ours
 * does that, and libzmq has no limit to the frames of a message. Routing identities stay inside
 * struct peer and are never shown to anyone. */
#ifndef WIRE_ENDPOINT_H
#define WIRE_ENDPOINT_H

#include "base/bytes.h"
#include "wire/auth.h"
#include "wire/keys.h"
#include "wire/watch.h"

/* Where to send an answer. Only the endpoint that gave it understands it. */
struct peer {
	uint8_t routing[256];
	size_t len;
	uint32_t actor; /* registry number of the authenticated key */
	struct link link;
	bool first; /* the first message of its connection */
};

/* A received message; the views stay valid until the next endpoint_recv on the same endpoint. */
struct message {
	struct peer peer;
	struct bytes header, payload;
};

struct endpoint_counts {
	uint64_t received, sent;
	uint64_t dropped_unauthenticated, dropped_frames; /* no user; not exactly two frames */
	uint64_t unsendable;                              /* the peer has gone or does not read */
};

struct endpoint;
enum { ENDPOINT_EMPTY = 1 };

/* ERR_INVALID unless it is "inherited" or names a tcp:// or ipc:// place that has a name in the
 * file system. For clients, too, though none can connect to "inherited". */
CHECKED int endpoint_address_check(const char *address);

/* The auth handler of the context must already be open. ERR_INVALID for a bad address or if libzmq
 * does not enforce the ZAP domain; ERR_CONFLICT if somebody listens there already. For ipc:// a
 * lock "PATH.lock" keeps a second server from stealing the path; it is held until
 * wire_context_free(). The socket file has mode 0660. */
CHECKED int endpoint_open(struct wire_context *context, const char *address,
	const struct key_pair *server_key, struct endpoint **ret_endpoint);
void endpoint_close(struct endpoint *endpoint);
AUTO_DEFINE(endpoint_close, struct endpoint *);

/* 0, or ENDPOINT_EMPTY when nothing (more) waits. Bad messages are dropped inside; after some
 * hundreds of them in a row it says ENDPOINT_EMPTY too, so that the loop gets its turn and comes
 * back. */
CHECKED int endpoint_recv(struct endpoint *endpoint, struct message *ret_message);
/* Never waits: a peer that cannot be reached is counted and forgotten (it will ask again). */
CHECKED int endpoint_send(struct endpoint *endpoint, const struct peer *peer, struct bytes header,
	struct bytes payload);
/* Shuts the peer's connection down, after delay_ms so that an answer can still leave, or at once
 * (0). libzmq then drops what it holds of it; whole messages that it has still arrive. */
void endpoint_cut(struct endpoint *endpoint, const struct peer *peer, uint32_t delay_ms);
/* The same at once for all connections from which messages of this actor arrived. */
void endpoint_cut_actor(struct endpoint *endpoint, uint32_t actor);
/* The next connection that was cut off without endpoint_cut(); false: no more since the last call.
 */
bool endpoint_take_cut(struct endpoint *endpoint, struct cut *ret_cut);
uint64_t endpoint_cut_count(struct endpoint *endpoint); /* connections, for whatever reason */
/* The limit of the process's anonymous memory, near which connections may hold less; 0: none. */
void endpoint_set_memory(struct endpoint *endpoint, uint64_t memory_bytes);
uint64_t endpoint_memory(struct endpoint *endpoint); /* as last looked at */
const struct endpoint_counts *endpoint_counts(const struct endpoint *endpoint);
/* The address it is bound to, with the port that the system chose for "tcp://127.0.0.1:*". */
const char *endpoint_address(const struct endpoint *endpoint);

#endif
