/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The loop sees signals, descriptors and sockets, also those that were ready before it looked. */
#include "wire/loop.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "tests/wire/server.h"

TestSuite(loop, .timeout = 60);

/* How long one wait took. */
static int64_t wait_ms(struct loop *loop, int timeout_ms)
{
	struct mono start = clock_mono();

	cr_assert_eq(loop_wait(loop, timeout_ms), 0, "%s", err_text());
	return mono_ms_since(start, clock_mono());
}

Test(loop, sigterm_and_sigint_stop_it)
{
	static const int signals[] = { SIGTERM, SIGINT };

	for (size_t i = 0; i < array_len(signals); i++) {
		struct loop *loop;

		cr_assert_eq(loop_new(&loop), 0);
		cr_expect_not(loop_stopping(loop));
		kill(getpid(), signals[i]);
		cr_expect_lt(wait_ms(loop, 1000), 900);
		cr_expect(loop_stopping(loop));
		cr_expect_not(loop_take_reload(loop));
		loop_free(loop);
	}
}

Test(loop, sighup_asks_for_a_reload_once)
{
	struct loop *loop;

	cr_assert_eq(loop_new(&loop), 0);
	kill(getpid(), SIGHUP);
	cr_expect_lt(wait_ms(loop, 1000), 900);
	cr_expect_not(loop_stopping(loop));
	cr_expect(loop_take_reload(loop));
	cr_expect_not(loop_take_reload(loop));
	loop_free(loop);
}

Test(loop, a_readable_descriptor_ends_the_wait)
{
	struct loop *loop;
	int ends[2];

	cr_assert_eq(loop_new(&loop), 0);
	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(loop_add_fd(loop, ends[0]), 0);
	cr_expect_geq(wait_ms(loop, 50), 45);
	cr_assert_eq(write(ends[1], "x", 1), 1);
	cr_expect_lt(wait_ms(loop, 1000), 900);
	/* Nobody read it, so it is still told. */
	cr_expect_lt(wait_ms(loop, 1000), 900);
	loop_free(loop);
}

Test(loop, a_wait_is_bounded)
{
	struct loop *loop;

	cr_assert_eq(loop_new(&loop), 0);
	cr_expect_lt(wait_ms(loop, 0), 500);
	cr_expect_lt(wait_ms(loop, 3600 * 1000), 1900);
	loop_free(loop);
}

Test(loop, a_message_that_came_before_the_wait_ends_it)
{
	struct server server;
	struct key_pair key;
	struct message message;
	void *zmq = zmq_ctx_new(), *client;

	cr_assert_eq(key_pair_make(&key), 0);
	server_start(&server, "tcp://127.0.0.1:*");
	server_register(&server, &key);
	client = raw_client(zmq, endpoint_address(server.endpoint), server.key.public_key, &key,
		bytes_of(NULL, 0));
	cr_assert(raw_send(&server, client, 2, 4));
	cr_assert(server_gets(&server, "xxxx", &message));
	/* The peer's pipe exists now: what follows arrives without any handshake to wake the
	 * loop. */
	cr_assert(raw_send(&server, client, 2, 4));
	cr_assert(raw_send(&server, client, 2, 4));
	usleep(200 * 1000);
	cr_expect_lt(wait_ms(server.loop, 1000), 900);
	cr_assert_eq(endpoint_recv(server.endpoint, &message), 0);
	/* One was left behind and must be told again. */
	cr_expect_lt(wait_ms(server.loop, 1000), 900);
	cr_assert_eq(endpoint_recv(server.endpoint, &message), 0);
	cr_expect_eq(endpoint_recv(server.endpoint, &message), ENDPOINT_EMPTY);
	cr_expect_geq(wait_ms(server.loop, 100), 90);
	zmq_close(client);
	zmq_ctx_term(zmq);
	server_stop(&server);
}
