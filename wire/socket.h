/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Private to wire/: the few lines that every socket needs. No other folder includes it, since it
 * shows zmq.h. */
#ifndef WIRE_SOCKET_H
#define WIRE_SOCKET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <zmq.h>

#include "base/bytes.h"
#include "wire/auth.h"
#include "wire/endpoint.h"
#include "wire/keys.h"

/* Domain of every CURVE server here: ZAP requests for any other are turned away. */
#define ZAP_DOMAIN "huibao"
enum { CONTEXT_LOCKS_MAX = 16 };

struct wire_context {
	/* owned */
	void *zmq;
	/* Locks of ipc paths. libzmq unlinks such a path some time after zmq_close, and until then
	 * nobody else may bind it, so a lock lives as long as the context. */
	int locks[CONTEXT_LOCKS_MAX];
	size_t lock_count; /* <= CONTEXT_LOCKS_MAX */

	bool has_auth;              /* the ZAP handler is bound */
	atomic_uint monitor_number; /* names of the dealers' monitors */
};

/* Linger 0: closing never waits for a peer. */
CHECKED int socket_open(struct wire_context *context, int type, void **ret_socket);
void socket_close(void *socket);
AUTO_DEFINE(socket_close, void *);

CHECKED int socket_set_number(void *socket, int option, int value);
CHECKED int socket_set_bytes(void *socket, int option, struct bytes value);
/* The limits of size, queues and silence that hold on both ends of a connection. */
CHECKED int socket_set_limits(void *socket, const char *address);
/* "listen: inherited": binds every socket that the service manager gave, all on this one. The text
 * names their addresses. */
#define ADDRESS_INHERITED "inherited"
CHECKED int socket_bind_inherited(void *socket, char *ret_address, size_t size);

enum { SOCKET_EMPTY = 1 };
/* One frame without waiting; what msg held before is released. 0 or SOCKET_EMPTY. */
CHECKED int socket_recv(void *socket, zmq_msg_t *msg);
/* Takes the frames that are left of the message to which msg belongs, and forgets them. */
CHECKED int socket_skip_rest(void *socket, zmq_msg_t *msg);

/* For the loop's poll set. */
void *auth_socket(const struct auth *auth);
void *endpoint_socket(const struct endpoint *endpoint);

#endif
