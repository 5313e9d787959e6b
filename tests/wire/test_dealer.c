/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The client's side: nothing is queued for a server that is not there, and a refusal is told. */
#include "wire/dealer.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/limits.h"
#include "tests/wire/server.h"

static struct server server;
static struct wire_context *context;
static struct key_pair key;

static void setup(void)
{
	server_start(&server, "tcp://127.0.0.1:*");
	cr_assert_eq(wire_context_new(&context), 0);
	cr_assert_eq(key_pair_make(&key), 0);
}

static void teardown(void)
{
	wire_context_free(context);
	server_stop(&server);
}

TestSuite(dealer, .timeout = 60, .init = setup, .fini = teardown);

static struct dealer *open_dealer(const uint8_t *server_key)
{
	struct dealer *dealer;

	cr_assert_eq(
		dealer_open(context, endpoint_address(server.endpoint), server_key, &key, &dealer),
		0);
	return dealer;
}

/* Sends while serving; the result of the last try. */
static int send_served(struct dealer *dealer, struct bytes payload, int timeout_ms)
{
	struct mono start = clock_mono();
	int r;

	do {
		r = dealer_send(dealer, bytes_str("head"), payload, 5);
		if (r != DEALER_FULL)
			return r;
		cr_assert_eq(auth_answer(server.auth), 0);
	} while (mono_ms_since(start, clock_mono()) < timeout_ms);
	return r;
}

Test(dealer, a_question_and_its_answer)
{
	struct dealer *dealer;
	struct message message;
	struct bytes header, payload;

	server_register(&server, &key);
	dealer = open_dealer(server.key.public_key);
	cr_expect_eq(dealer_recv(dealer, 0, &header, &payload), DEALER_EMPTY);
	cr_assert_eq(send_served(dealer, bytes_str("question"), PATIENCE_MS), 0);
	cr_assert(server_gets(&server, "question", &message));
	cr_expect(bytes_equal(message.header, bytes_str("head")));
	cr_assert_eq(
		endpoint_send(server.endpoint, &message.peer, bytes_str("h"), bytes_str("answer")),
		0);
	cr_assert_eq(dealer_recv(dealer, PATIENCE_MS, &header, &payload), 0);
	cr_expect(bytes_equal(header, bytes_str("h")));
	cr_expect(bytes_equal(payload, bytes_str("answer")));
	dealer_close(dealer);
}

Test(dealer, an_empty_payload_is_a_message)
{
	struct dealer *dealer;
	struct message message;

	server_register(&server, &key);
	dealer = open_dealer(server.key.public_key);
	cr_assert_eq(send_served(dealer, bytes_of(NULL, 0), PATIENCE_MS), 0);
	cr_assert(server_gets(&server, "", &message));
	cr_expect_eq(message.peer.actor, SERVER_ACTOR_FIRST);
	dealer_close(dealer);
}

Test(dealer, nothing_is_queued_without_a_connection)
{
	struct dealer *dealer;
	struct mono start = clock_mono();

	cr_assert_eq(
		dealer_open(context, "tcp://127.0.0.1:1", server.key.public_key, &key, &dealer), 0);
	cr_expect_eq(dealer_send(dealer, bytes_str("h"), bytes_str("p"), 0), DEALER_FULL);
	cr_expect_eq(dealer_send(dealer, bytes_str("h"), bytes_str("p"), 100), DEALER_FULL);
	cr_expect_geq(mono_ms_since(start, clock_mono()), 100);
	dealer_close(dealer);
}

Test(dealer, a_refused_key_is_told)
{
	struct dealer *dealer = open_dealer(server.key.public_key);
	struct bytes header, payload;

	cr_expect_eq(send_served(dealer, bytes_str("p"), PATIENCE_MS), ERR_DENIED);
	cr_expect_eq(dealer_recv(dealer, 0, &header, &payload), ERR_DENIED);
	cr_expect_eq(dealer_send(dealer, bytes_str("h"), bytes_str("p"), 100), ERR_DENIED);
	dealer_close(dealer);
	/* After the operator has registered the key a new connection gets through. */
	server_register(&server, &key);
	dealer = open_dealer(server.key.public_key);
	cr_expect_eq(send_served(dealer, bytes_str("p"), PATIENCE_MS), 0);
	dealer_close(dealer);
}

Test(dealer, a_server_with_another_key_is_only_silent)
{
	struct dealer *dealer = open_dealer(key.public_key);

	cr_expect_eq(send_served(dealer, bytes_str("p"), 500), DEALER_FULL);
	dealer_close(dealer);
}

Test(dealer, it_finds_a_server_that_comes_back)
{
	char folder[64], address[96];
	struct dealer *dealer;
	struct key_pair server_key = server.key;
	struct message message;
	int got;

	folder_make(folder);
	snprintf(address, sizeof(address), "ipc://%s/socket", folder);
	cr_assert_eq(dealer_open(context, address, server_key.public_key, &key, &dealer), 0);
	for (int i = 0; i < 2; i++) {
		server_stop(&server);
		server_start(&server, "tcp://127.0.0.1:*");
		endpoint_close(server.endpoint);
		loop_free(server.loop);
		cr_assert_eq(loop_new(&server.loop), 0);
		cr_assert_eq(endpoint_open(server.context, address, &server_key, &server.endpoint),
			0, "%s", err_text());
		cr_assert_eq(loop_add_auth(server.loop, server.auth), 0);
		cr_assert_eq(loop_add_endpoint(server.loop, server.endpoint), 0);
		server_register(&server, &key);
		/* What went into the dying connection is lost, so it is sent again, as from an
		 * outbox. */
		got = ENDPOINT_EMPTY;
		for (int n = 0; n < 30 && got == ENDPOINT_EMPTY; n++) {
			cr_assert_geq(send_served(dealer, bytes_str("p"), 500), 0);
			got = server_recv(&server, 500, &message);
		}
		cr_expect_eq(got, 0);
	}
	dealer_close(dealer);
	folder_remove(folder);
}

Test(dealer, a_bad_answer_is_skipped)
{
	struct dealer *dealer;
	struct bytes header, payload;
	static const int more[] = { ZMQ_SNDMORE, 0 };
	const int one = 1, zero = 0;
	void *zmq = zmq_ctx_new(), *router = zmq_socket(zmq, ZMQ_ROUTER);
	char address[128];
	size_t len = sizeof(address);
	uint8_t routing[256];
	int routing_len;

	zmq_setsockopt(router, ZMQ_LINGER, &zero, sizeof(zero));
	zmq_setsockopt(router, ZMQ_CURVE_SERVER, &one, sizeof(one));
	zmq_setsockopt(router, ZMQ_CURVE_SECRETKEY, server.key.secret_key, KEY_BYTES);
	zmq_bind(router, "tcp://127.0.0.1:*");
	zmq_getsockopt(router, ZMQ_LAST_ENDPOINT, address, &len);
	cr_assert_eq(dealer_open(context, address, server.key.public_key, &key, &dealer), 0);
	cr_assert_eq(dealer_send(dealer, bytes_str("h"), bytes_str("p"), PATIENCE_MS), 0);
	routing_len = zmq_recv(router, routing, sizeof(routing), 0);
	cr_assert_gt(routing_len, 0);
	for (size_t frames = 1; frames <= 4; frames++) {
		zmq_send(router, routing, (size_t)routing_len, ZMQ_SNDMORE);
		for (size_t i = 1; i <= frames; i++)
			zmq_send(router, "abcd", frames, more[i == frames]);
	}
	cr_assert_eq(dealer_recv(dealer, PATIENCE_MS, &header, &payload), 0);
	cr_expect(bytes_equal(payload, bytes_str("ab")));
	cr_expect_eq(dealer_recv(dealer, 200, &header, &payload), DEALER_EMPTY);
	dealer_close(dealer);
	zmq_close(router);
	zmq_ctx_term(zmq);
}
