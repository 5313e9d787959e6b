/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One endpoint on all listeners of a socket unit, as strict as one that bound them itself; and the
 * listeners outlive it. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"
#include "tests/support/child.h"
#include "tests/wire/server.h"

enum { KEPT = 100, PLACES = 3 };

static struct server server;
static void *zmq;
static struct key_pair key;
static char folder[64], path[80], address[PLACES][128];

static int listen_on(const struct sockaddr *where, socklen_t len)
{
	int fd = fcntl(socket(where->sa_family, SOCK_STREAM, 0), F_DUPFD, KEPT);

	CHECK(bind(fd, where, len) == 0);
	CHECK(listen(fd, 8) == 0);
	return fd;
}

static void listen_tcp(int where, int family)
{
	struct sockaddr_in four = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	socklen_t len = family == AF_INET ? sizeof(four) : sizeof(six);
	struct sockaddr *name =
		family == AF_INET ? (struct sockaddr *)&four : (struct sockaddr *)&six;
	int fd = listen_on(name, len);

	CHECK(getsockname(fd, name, &len) == 0);
	snprintf(address[where], sizeof(address[where]), "tcp://%s:%u",
		family == AF_INET ? "127.0.0.1" : "[::1]",
		(unsigned)ntohs(family == AF_INET ? four.sin_port : six.sin6_port));
	CHECK(dup2(fd, 3 + where) == 3 + where);
}

static void listen_path(int where)
{
	struct sockaddr_un local = { .sun_family = AF_UNIX };

	snprintf(local.sun_path, sizeof(local.sun_path), "%s", path);
	snprintf(address[where], sizeof(address[where]), "ipc://%s", path);
	CHECK(dup2(listen_on((struct sockaddr *)&local, sizeof(local)), 3 + where) == 3 + where);
}

/* The three listeners as descriptors 3, 4 and 5, and a copy of each as the manager keeps one. */
static void setup(void)
{
	char pid[32];

	folder_make(folder);
	snprintf(path, sizeof(path), "%s/socket", folder);
	CHECK(key_pair_make(&key) == 0);
	listen_tcp(0, AF_INET);
	listen_path(1);
	listen_tcp(2, AF_INET6);
	zmq = zmq_ctx_new();
	zmq_ctx_set(zmq, ZMQ_IPV6, 1);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "3", 1);
}

static void teardown(void)
{
	zmq_ctx_term(zmq);
	folder_remove(folder);
}

TestSuite(inherited, .timeout = 60);

static void (*body)(void);

static void with_listeners(void)
{
	setup();
	body();
	teardown();
}

static void in_child_with_listeners(void (*what)(void))
{
	body = what;
	in_child(with_listeners);
}

static void *client(int where, bool with_key)
{
	return raw_client(zmq, address[where], server.key.public_key, with_key ? &key : NULL,
		bytes_of(NULL, 0));
}

static void serves_all(void)
{
	struct message message;

	server_start(&server, "inherited");
	server_register(&server, &key);
	for (int i = 0; i < PLACES; i++) {
		void *socket = client(i, true);

		CHECK(raw_send(&server, socket, 2, (size_t)i + 1), "%s", address[i]);
		CHECK(server_recv(&server, PATIENCE_MS, &message) == 0, "%s", address[i]);
		CHECK(message.peer.actor == SERVER_ACTOR_FIRST);
		CHECK(message.payload.len == (size_t)i + 1);
		zmq_close(socket);
	}
	CHECK(strstr(endpoint_address(server.endpoint), address[0] + 6) != NULL, "%s",
		endpoint_address(server.endpoint));
	CHECK(strstr(endpoint_address(server.endpoint), path) != NULL);
	server_stop(&server);
}

Test(inherited, one_endpoint_serves_every_listener)
{
	in_child_with_listeners(serves_all);
}

static void lets_nobody_in(void)
{
	struct message message;

	server_start(&server, "inherited");
	for (int i = 0; i < PLACES; i++) {
		void *unknown = client(i, true), *plain = client(i, false);

		zmq_send(unknown, "x", 1, ZMQ_DONTWAIT);
		zmq_send(plain, "x", 1, ZMQ_DONTWAIT);
		CHECK(server_denies(&server, (uint64_t)i + 1), "%s", address[i]);
		CHECK(server_recv(&server, 500, &message) == ENDPOINT_EMPTY, "%s", address[i]);
		zmq_close(unknown);
		zmq_close(plain);
	}
	CHECK(server_denied(&server) >= PLACES);
	server_stop(&server);
}

Test(inherited, strangers_stay_outside_there_too)
{
	in_child_with_listeners(lets_nobody_in);
}

static void opens_and_closes(void)
{
	server_start(&server, "inherited");
	server_stop(&server);
	CHECK(access(path, F_OK) == 0, "libzmq took away what is the service manager's");
}

Test(inherited, the_socket_file_outlives_the_endpoint)
{
	in_child_with_listeners(opens_and_closes);
}

static void opens_without(void)
{
	struct endpoint *endpoint;

	unsetenv("LISTEN_FDS");
	CHECK(key_pair_make(&server.key) == 0);
	CHECK(wire_context_new(&server.context) == 0);
	CHECK(auth_open(server.context, NULL, NULL, &server.auth) == 0);
	CHECK(endpoint_open(server.context, "inherited", &server.key, &endpoint) == ERR_INVALID);
	CHECK(strstr(err_text(), "no socket was inherited") != NULL, "%s", err_text());
	auth_close(server.auth);
	wire_context_free(server.context);
}

Test(inherited, without_sockets_it_is_an_error_in_words)
{
	in_child_with_listeners(opens_without);
}
