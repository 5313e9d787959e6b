/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Answers, addresses and the socket file. */
#include "wire/endpoint.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/limits.h"
#include "tests/wire/server.h"

static struct server server;
static void *zmq;
static struct key_pair key;
static char folder[64], path[80], address[96];

static void setup(void)
{
	zmq = zmq_ctx_new();
	cr_assert_eq(key_pair_make(&key), 0);
	folder_make(folder);
	snprintf(path, sizeof(path), "%s/socket", folder);
	snprintf(address, sizeof(address), "ipc://%s", path);
}

static void teardown(void)
{
	zmq_ctx_term(zmq);
	folder_remove(folder);
}

TestSuite(endpoint, .timeout = 60, .init = setup, .fini = teardown);

static void start(const char *where)
{
	server_start(&server, where);
	server_register(&server, &key);
}

static void *client(struct bytes routing)
{
	return raw_client(
		zmq, endpoint_address(server.endpoint), server.key.public_key, &key, routing);
}

/* The answer's payload, or "" when none came in time. */
static const char *answer(void *socket, int timeout_ms)
{
	static char text[64];
	zmq_pollitem_t item = { .socket = socket, .events = ZMQ_POLLIN };
	int n = 0;

	if (zmq_poll(&item, 1, timeout_ms) == 1) {
		zmq_recv(socket, text, sizeof(text) - 1, 0);
		n = zmq_recv(socket, text, sizeof(text) - 1, 0);
	}
	text[n > 0 ? n : 0] = '\0';
	return text;
}

Test(endpoint, an_answer_reaches_its_asker_over_tcp_and_ipc)
{
	const char *const places[] = { "tcp://127.0.0.1:*", address };
	struct message message;

	for (size_t i = 0; i < array_len(places); i++) {
		void *a, *b;

		start(places[i]);
		a = client(bytes_of(NULL, 0));
		b = client(bytes_of(NULL, 0));
		cr_assert(raw_send(&server, b, 2, 1));
		cr_assert(raw_send(&server, a, 2, 2));
		for (int n = 0; n < 2; n++) {
			cr_assert_eq(server_recv(&server, PATIENCE_MS, &message), 0);
			cr_expect_eq(message.header.len, message.payload.len);
			cr_assert_eq(
				endpoint_send(server.endpoint, &message.peer, bytes_str("h"),
					bytes_str(message.payload.len == 1 ? "for b" : "for a")),
				0);
		}
		cr_expect_str_eq(answer(a, PATIENCE_MS), "for a");
		cr_expect_str_eq(answer(b, PATIENCE_MS), "for b");
		cr_expect_eq(endpoint_counts(server.endpoint)->sent, 2);
		cr_expect_eq(endpoint_counts(server.endpoint)->received, 2);
		zmq_close(a);
		zmq_close(b);
		server_stop(&server);
	}
}

Test(endpoint, its_address_tells_the_port_that_the_system_chose)
{
	start("tcp://127.0.0.1:*");
	cr_expect_eq(strncmp(endpoint_address(server.endpoint), "tcp://127.0.0.1:", 16), 0);
	cr_expect_null(strchr(endpoint_address(server.endpoint), '*'));
	server_stop(&server);
}

Test(endpoint, the_largest_payload_passes_whole)
{
	struct message message;
	void *socket;

	start("tcp://127.0.0.1:*");
	socket = client(bytes_of(NULL, 0));
	cr_assert(raw_send(&server, socket, 2, PAYLOAD_BYTES_MAX));
	cr_assert_eq(server_recv(&server, PATIENCE_MS, &message), 0);
	cr_expect_eq(message.payload.len, PAYLOAD_BYTES_MAX);
	zmq_close(socket);
	server_stop(&server);
}

Test(endpoint, an_answer_to_a_peer_that_left_is_counted_and_forgotten)
{
	struct message message;
	uint64_t before = 0; /* it may take its time to be seen leaving */
	struct peer gone;
	void *socket;

	start("tcp://127.0.0.1:*");
	socket = client(bytes_of(NULL, 0));
	cr_assert(raw_send(&server, socket, 2, 1));
	cr_assert_eq(server_recv(&server, PATIENCE_MS, &message), 0);
	gone = message.peer;
	zmq_close(socket);
	do {
		before = endpoint_counts(server.endpoint)->sent;
		cr_assert_eq(server_recv(&server, 500, &message), ENDPOINT_EMPTY);
		cr_expect_eq(
			endpoint_send(server.endpoint, &gone, bytes_str("h"), bytes_str("p")), 0);
	} while (endpoint_counts(server.endpoint)->sent > before && before < 40);
	cr_expect_eq(endpoint_counts(server.endpoint)->unsendable, 1);
	cr_expect_eq(endpoint_counts(server.endpoint)->sent, before);
	server_stop(&server);
}

Test(endpoint, a_peer_that_does_not_read_holds_nobody_up)
{
	static const uint8_t large[PAYLOAD_BYTES_MAX] = { 1 };
	struct message message;
	void *socket;

	start("tcp://127.0.0.1:*");
	socket = client(bytes_of(NULL, 0));
	cr_assert(raw_send(&server, socket, 2, 1));
	cr_assert_eq(server_recv(&server, PATIENCE_MS, &message), 0);
	for (int i = 0; i < 3000 && endpoint_counts(server.endpoint)->unsendable == 0; i++)
		cr_assert_eq(endpoint_send(server.endpoint, &message.peer, bytes_str("h"),
				     bytes_of(large, sizeof(large))),
			0);
	cr_expect_gt(endpoint_counts(server.endpoint)->unsendable, 0);
	zmq_close(socket);
	server_stop(&server);
}

Test(endpoint, a_claimed_routing_identity_is_not_taken_from_its_owner)
{
	const struct bytes name = bytes_str("owner");
	struct message message;
	struct peer owner;
	void *first, *thief;

	start("tcp://127.0.0.1:*");
	first = client(name);
	cr_assert(raw_send(&server, first, 2, 1));
	cr_assert_eq(server_recv(&server, PATIENCE_MS, &message), 0);
	owner = message.peer;
	thief = client(name);
	cr_assert(raw_send(&server, thief, 2, 1));
	cr_expect_eq(server_recv(&server, 300, &message), ENDPOINT_EMPTY);
	cr_assert_eq(
		endpoint_send(server.endpoint, &owner, bytes_str("h"), bytes_str("secret")), 0);
	cr_expect_str_eq(answer(first, PATIENCE_MS), "secret");
	cr_expect_str_eq(answer(thief, 300), "");
	zmq_close(first);
	zmq_close(thief);
	server_stop(&server);
}

Test(endpoint, a_second_server_does_not_get_the_socket_file)
{
	struct wire_context *context;
	struct auth *auth;
	struct endpoint *second;
	struct message message;
	void *socket;

	start(address);
	cr_assert_eq(wire_context_new(&context), 0);
	cr_assert_eq(auth_open(context, NULL, NULL, &auth), 0);
	cr_expect_eq(endpoint_open(context, address, &server.key, &second), ERR_CONFLICT);
	cr_expect_not_null(strstr(err_text(), path));
	/* The first goes on serving. */
	socket = client(bytes_of(NULL, 0));
	cr_assert(raw_send(&server, socket, 2, 1));
	cr_expect(server_gets(&server, "x", &message));
	zmq_close(socket);
	server_stop(&server);
	/* And when it has gone, a second may follow at once. */
	cr_assert_eq(endpoint_open(context, address, &server.key, &second), 0, "%s", err_text());
	cr_expect_eq(access(path, F_OK), 0);
	endpoint_close(second);
	auth_close(auth);
	wire_context_free(context);
}

Test(endpoint, the_socket_file_is_for_owner_and_group)
{
	struct stat status;
	mode_t before = umask(0);

	start(address);
	cr_assert_eq(stat(path, &status), 0);
	cr_expect_eq(status.st_mode & 0777, 0660, "%04o", (unsigned)status.st_mode & 0777);
	cr_expect_eq(umask(before), 0, "the process's own mask is put back");
	server_stop(&server);
}

Test(endpoint, a_bad_address_is_refused_with_its_reason)
{
	static const struct {
		const char *address;
		int want;
	} cases[] = {
		{ "inproc://x", ERR_INVALID },
		{ "udp://127.0.0.1:5555", ERR_INVALID },
		{ "ipc://", ERR_INVALID },
		{ "ipc://@abstract", ERR_INVALID },
		{ "ipc://*", ERR_INVALID },
		{ "tcp://", ERR_INVALID },
		{ "tcp://127.0.0.1", ERR_INVALID },
		{ "tcp://127.0.0.1:65537", ERR_INVALID },
		{ "tcp://127.0.0.1:0", ERR_INVALID },
		{ "tcp://127.0.0.1:80x", ERR_INVALID },
		{ "tcp://nosuchinterface:*", ERR_INVALID },
		{ "ipc:///nonexistent/folder/socket", ERR_IO },
		{ "", ERR_INVALID },
	};

	start("tcp://127.0.0.1:*");
	for (size_t i = 0; i < array_len(cases); i++) {
		struct endpoint *endpoint;

		cr_expect_eq(endpoint_open(server.context, cases[i].address, &key, &endpoint),
			cases[i].want, "%s: %s", cases[i].address, err_text());
	}
	server_stop(&server);
}

Test(endpoint, a_port_in_use_is_a_conflict)
{
	struct endpoint *second;

	start("tcp://127.0.0.1:*");
	cr_expect_eq(
		endpoint_open(server.context, endpoint_address(server.endpoint), &key, &second),
		ERR_CONFLICT);
	server_stop(&server);
}
