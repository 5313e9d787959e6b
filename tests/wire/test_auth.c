/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Who is let in. */
#include "wire/auth.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "tests/wire/server.h"
#include "wire/socket.h"

static struct server server;
static void *zmq;
static struct key_pair known, stranger;

static void setup(void)
{
	server_start(&server, "tcp://127.0.0.1:*");
	zmq = zmq_ctx_new();
	cr_assert_eq(key_pair_make(&known), 0);
	cr_assert_eq(key_pair_make(&stranger), 0);
	server_register(&server, &known);
}

static void teardown(void)
{
	zmq_ctx_term(zmq);
	server_stop(&server);
}

TestSuite(auth, .timeout = 60, .init = setup, .fini = teardown);

static void *client(const uint8_t *server_key, const struct key_pair *key)
{
	return raw_client(
		zmq, endpoint_address(server.endpoint), server_key, key, bytes_of(NULL, 0));
}

Test(auth, a_registered_key_gets_through_under_its_number)
{
	struct key_pair second;
	struct message message;
	uint64_t allowed, denied;
	void *a, *b;

	cr_assert_eq(key_pair_make(&second), 0);
	server_register(&server, &second);
	a = client(server.key.public_key, &known);
	cr_assert(raw_send(&server, a, 2, 3));
	cr_assert(server_gets(&server, "xxx", &message));
	cr_expect_eq(message.peer.actor, SERVER_ACTOR_FIRST);
	b = client(server.key.public_key, &second);
	cr_assert(raw_send(&server, b, 2, 4));
	cr_assert(server_gets(&server, "xxxx", &message));
	cr_expect_eq(message.peer.actor, SERVER_ACTOR_FIRST + 1);
	auth_counts(server.auth, &allowed, &denied);
	cr_expect_eq(allowed, 2);
	cr_expect_eq(denied, 0);
	zmq_close(a);
	zmq_close(b);
}

Test(auth, whoever_is_not_registered_gets_nothing)
{
	const struct {
		const char *name;
		const uint8_t *server_key;
		const struct key_pair *key;
		uint64_t denied; /* of which the handler was asked */
	} cases[] = {
		{ "unregistered key", server.key.public_key, &stranger, 1 },
		{ "wrong key of the server", stranger.public_key, &known, 0 },
		{ "no CURVE", NULL, NULL, 0 },
	};
	struct message message;

	for (size_t i = 0; i < array_len(cases); i++) {
		uint64_t before = server_denied(&server);
		void *socket = client(cases[i].server_key, cases[i].key);

		/* Also a client that sends before it knows of its refusal. */
		const int zero = 0;

		zmq_setsockopt(socket, ZMQ_IMMEDIATE, &zero, sizeof(zero));
		zmq_send(socket, "h", 1, ZMQ_SNDMORE | ZMQ_DONTWAIT);
		zmq_send(socket, "p", 1, ZMQ_DONTWAIT);
		cr_expect(server_denies(&server, before + cases[i].denied), "%s", cases[i].name);
		cr_expect_eq(
			server_recv(&server, 700, &message), ENDPOINT_EMPTY, "%s", cases[i].name);
		cr_expect_eq(server_denied(&server) - before, cases[i].denied, "%s", cases[i].name);
		zmq_close(socket);
	}
	cr_expect_eq(endpoint_counts(server.endpoint)->received, 0);
}

Test(auth, plain_with_a_password_gets_nothing)
{
	struct message message;
	void *socket = zmq_socket(zmq, ZMQ_DEALER);
	const int zero = 0;

	zmq_setsockopt(socket, ZMQ_LINGER, &zero, sizeof(zero));
	zmq_setsockopt(socket, ZMQ_PLAIN_USERNAME, "101", 3);
	zmq_setsockopt(socket, ZMQ_PLAIN_PASSWORD, "101", 3);
	zmq_connect(socket, endpoint_address(server.endpoint));
	zmq_send(socket, "h", 1, ZMQ_SNDMORE);
	zmq_send(socket, "p", 1, 0);
	cr_expect_eq(server_recv(&server, 700, &message), ENDPOINT_EMPTY);
	zmq_close(socket);
}

/* libzmq's own default is to let every client in when nobody handles handshakes. */
Test(auth, without_the_handler_nobody_is_let_in)
{
	struct message message;
	void *socket;

	auth_close(server.auth);
	server.auth = NULL;
	socket = client(server.key.public_key, &known);
	for (int i = 0; i < 50; i++) {
		zmq_pollitem_t item = { .socket = socket, .events = ZMQ_POLLOUT };

		cr_expect_eq(zmq_poll(&item, 1, 20), 0);
		cr_expect_eq(endpoint_recv(server.endpoint, &message), ENDPOINT_EMPTY);
	}
	cr_expect_eq(endpoint_counts(server.endpoint)->received, 0);
	cr_expect_eq(endpoint_counts(server.endpoint)->dropped_unauthenticated, 0);
	zmq_close(socket);
}

Test(auth, a_key_that_is_taken_away_does_not_come_back_in)
{
	struct message message;
	void *socket = client(server.key.public_key, &known);

	cr_assert(raw_send(&server, socket, 2, 1));
	cr_assert(server_gets(&server, "x", &message));
	zmq_close(socket);
	server.key_count = 0;
	socket = client(server.key.public_key, &known);
	cr_expect(server_denies(&server, 1));
	cr_expect_eq(server_recv(&server, 500, &message), ENDPOINT_EMPTY);
	cr_expect_eq(server_denied(&server), 1);
	zmq_close(socket);
}

Test(auth, a_second_handler_is_refused)
{
	struct auth *second;

	cr_expect_eq(auth_open(server.context, NULL, NULL, &second), ERR_CONFLICT);
}

/* What a peer could say only through libzmq, a test may say directly. */
static void ask(void *socket, const char *const *frames, size_t count, const void *key,
	size_t key_len, char ret_status[8], char ret_user[16])
{
	zmq_pollitem_t item = { .socket = socket, .events = ZMQ_POLLIN };
	size_t n = 0;

	zmq_send(socket, "", 0, ZMQ_SNDMORE);
	for (size_t i = 0; i < count; i++)
		zmq_send(socket, frames[i], strlen(frames[i]), ZMQ_SNDMORE);
	zmq_send(socket, key, key_len, 0);
	for (int i = 0; i < PATIENCE_MS / 10 && zmq_poll(&item, 1, 10) == 0; i++)
		cr_assert_eq(auth_answer(server.auth), 0);
	ret_status[0] = ret_user[0] = '\0';
	for (int more = 1; more && item.revents; n++) {
		char frame[64] = "";
		size_t len = sizeof(more);
		int got = zmq_recv(socket, frame, sizeof(frame) - 1, 0);

		cr_assert_geq(got, 0);
		if (n == 2)
			cr_expect_str_eq(frame, "42");
		if (n == 3)
			snprintf(ret_status, 8, "%.7s", frame);
		if (n == 5)
			snprintf(ret_user, 16, "%.15s", frame);
		zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &len);
	}
	cr_expect_eq(n, 7);
}

Test(auth, only_an_exact_question_about_a_registered_key_is_answered_200)
{
	static const struct {
		const char *name;
		const char *frames[7];
		size_t count, key_len;
		const char *status, *user;
	} cases[] = {
		{ "right", { "1.0", "42", "huibao", "::1", "", "CURVE" }, 6, 32, "200", "101" },
		{ "other domain", { "1.0", "42", "global", "::1", "", "CURVE" }, 6, 32, "400", "" },
		{ "no domain", { "1.0", "42", "", "::1", "", "CURVE" }, 6, 32, "400", "" },
		{ "other version", { "2.0", "42", "huibao", "::1", "", "CURVE" }, 6, 32, "400",
			"" },
		{ "NULL", { "1.0", "42", "huibao", "::1", "", "NULL" }, 6, 32, "400", "" },
		{ "short key", { "1.0", "42", "huibao", "::1", "", "CURVE" }, 6, 31, "400", "" },
		{ "no credentials", { "1.0", "42", "huibao", "::1", "", "CURVE" }, 5, 32, "400",
			"" },
		{ "one more frame", { "1.0", "42", "huibao", "::1", "", "CURVE", "x" }, 7, 32,
			"400", "" },
		{ "still right", { "1.0", "42", "huibao", "::1", "", "CURVE" }, 6, 32, "200",
			"101" },
	};
	void *socket = zmq_socket(server.context->zmq, ZMQ_DEALER);
	const int zero = 0;
	char status[8], user[16];

	zmq_setsockopt(socket, ZMQ_LINGER, &zero, sizeof(zero));
	cr_assert_eq(zmq_connect(socket, "inproc://zeromq.zap.01"), 0);
	for (size_t i = 0; i < array_len(cases); i++) {
		ask(socket, cases[i].frames, cases[i].count, known.public_key, cases[i].key_len,
			status, user);
		cr_expect_str_eq(status, cases[i].status, "%s: %s", cases[i].name, status);
		cr_expect_str_eq(user, cases[i].user, "%s: %s", cases[i].name, user);
	}
	zmq_close(socket);
}
