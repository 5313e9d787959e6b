/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A small server for the tests, in the test's own thread: handler of handshakes, one endpoint and a
 * loop. It keeps a copy of the last message and echoes nothing by itself. Raw clients are sockets
 * of libzmq without our options, for what dealer.c would never do. */
#ifndef TESTS_WIRE_SERVER_H
#define TESTS_WIRE_SERVER_H

#include <zmq.h>

#include "wire/dealer.h"
#include "wire/loop.h"

enum {
	SERVER_KEYS_MAX = 8,
	SERVER_ACTOR_FIRST = 101,
	PATIENCE_MS = 20000, /* for what must come, on however slow a machine */
};

struct server {
	struct wire_context *context;
	struct auth *auth;
	struct endpoint *endpoint;
	struct loop *loop;
	struct key_pair key;
	/* registered keys; the n-th is actor SERVER_ACTOR_FIRST + n */
	uint8_t keys[SERVER_KEYS_MAX][KEY_BYTES];
	size_t key_count;
};

/* address: for example "tcp://127.0.0.1:*". Every failure ends the test. */
void server_start(struct server *server, const char *address);
void server_stop(struct server *server);
void server_register(struct server *server, const struct key_pair *key);
/* Serves until a message comes or timeout_ms have passed: 0 or ENDPOINT_EMPTY. */
int server_recv(struct server *server, int timeout_ms, struct message *ret_message);
/* The same for a message whose payload is text; false when none came in PATIENCE_MS. */
bool server_gets(struct server *server, const char *text, struct message *ret_message);
uint64_t server_denied(const struct server *server);
/* Serves until so many handshakes were denied; false: not in PATIENCE_MS, or a message came. */
bool server_denies(struct server *server, uint64_t count);
/* Waits until every other thread of the process sleeps: what was sent has arrived where it waits
 * for the test. False: they do not in PATIENCE_MS. */
bool threads_rest(void);

/* A DEALER; server_key or key may be NULL: no CURVE at all. routing may be NULL. */
void *raw_client(void *zmq, const char *address, const uint8_t *server_key,
	const struct key_pair *key, struct bytes routing);
/* Connects a socket that was made and set up by the test itself. */
void raw_connect(
	void *socket, const char *address, const uint8_t *server_key, const struct key_pair *key);
/* Waits for the connection, or room in its queue, while serving. False: there was none in
 * PATIENCE_MS. */
bool raw_connected(struct server *server, void *socket);
/* Waits for the connection while serving, then sends count frames of len bytes. False: no
 * connection. */
bool raw_send(struct server *server, void *socket, size_t count, size_t len);

/* A folder of its own under /tmp. */
void folder_make(char ret[64]);
void folder_remove(const char *folder);

#endif
