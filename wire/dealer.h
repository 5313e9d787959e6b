/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The client's side of an endpoint: a CURVE DEALER that reconnects by itself. Messages sent while
 * there is no connection are refused, not queued: what must arrive is kept in the outbox. */
#ifndef WIRE_DEALER_H
#define WIRE_DEALER_H

#include "base/bytes.h"
#include "wire/context.h"
#include "wire/keys.h"

struct dealer;
enum { DEALER_EMPTY = 1, DEALER_FULL = 2 };

/* A server that does not answer, or whose key is another, looks like one that is not there: libzmq
 * goes on trying, and sending gives DEALER_FULL. A server that refuses our key ends the dealer:
 * send and recv give ERR_DENIED from then on, and whoever wants to try again opens another one.
 * What was sent into a connection that breaks is lost without a sign; a deadline for the answer
 * is the caller's. */

CHECKED int dealer_open(struct wire_context *context, const char *address,
	const uint8_t server_key[KEY_BYTES], const struct key_pair *client_key,
	struct dealer **ret_dealer);
void dealer_close(struct dealer *dealer);
AUTO_DEFINE(dealer_close, struct dealer *);

/* 0, or DEALER_FULL: not connected (yet), or the window of the socket is full; nothing was sent.
 * Waits up to timeout_ms for room. */
CHECKED int dealer_send(
	struct dealer *dealer, struct bytes header, struct bytes payload, int timeout_ms);
/* 0 with views valid until the next recv, or DEALER_EMPTY after timeout_ms. */
CHECKED int dealer_recv(
	struct dealer *dealer, int timeout_ms, struct bytes *ret_header, struct bytes *ret_payload);

#endif
