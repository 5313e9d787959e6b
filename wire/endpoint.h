/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A server endpoint: a CURVE ROUTER on tcp:// or ipc://. It lets nothing through that is not an
 * authenticated message of exactly two frames; everything else is dropped and counted. Routing
 * identities stay inside struct peer and are never shown to anyone. */
#ifndef WIRE_ENDPOINT_H
#define WIRE_ENDPOINT_H

#include "base/bytes.h"
#include "wire/auth.h"
#include "wire/keys.h"

/* Where to send an answer. Only the endpoint that gave it understands it. */
struct peer {
	uint8_t routing[256];
	size_t len;
	uint32_t actor; /* registry number of the authenticated key */
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
const struct endpoint_counts *endpoint_counts(const struct endpoint *endpoint);
/* The address it is bound to, with the port that the system chose for "tcp://127.0.0.1:*". */
const char *endpoint_address(const struct endpoint *endpoint);

#endif
