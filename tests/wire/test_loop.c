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

/* Whether a wait takes less; the machine itself may stand still once or twice. */
static bool waits_less(struct loop *loop, int timeout_ms, int64_t limit_ms)
{
	bool less = false;

	for (int tries = 0; tries < 3 && !less; tries++)
		less = wait_ms(loop, timeout_ms) < limit_ms;
	return less;
}

static bool wakes(struct loop *loop)
{
	return waits_less(loop, 1000, 900);
}

/* A loop that was sent the signal and woke by it. */
static struct loop *signalled(int number)
{
	struct loop *loop = NULL;
	bool woke = false;

	for (int tries = 0; tries < 3 && !woke; tries++) {
		loop_free(loop);
		cr_assert_eq(loop_new(&loop), 0);
		cr_expect_not(loop_stopping(loop));
		kill(getpid(), number);
		woke = wait_ms(loop, 1000) < 900;
	}
	cr_expect(woke);
	return loop;
}

Test(loop, sigterm_and_sigint_stop_it)
{
	static const int signals[] = { SIGTERM, SIGINT };

	for (size_t i = 0; i < array_len(signals); i++) {
		struct loop *loop = signalled(signals[i]);

		cr_expect(loop_stopping(loop));
		cr_expect_not(loop_take_reload(loop));
		loop_free(loop);
	}
}

Test(loop, sighup_asks_for_a_reload_once)
{
	struct loop *loop = signalled(SIGHUP);

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
	cr_expect(wakes(loop));
	/* Nobody read it, so it is still told. */
	cr_expect(wakes(loop));
	loop_free(loop);
}

Test(loop, a_wait_is_bounded)
{
	struct loop *loop;

	cr_assert_eq(loop_new(&loop), 0);
	cr_expect(waits_less(loop, 0, 500));
	cr_expect(waits_less(loop, 3600 * 1000, 1900));
	loop_free(loop);
}

Test(loop, a_message_that_came_before_the_wait_ends_it)
{
	struct server server;
	struct key_pair key;
	struct message message;
	void *zmq = zmq_ctx_new(), *client;
	int64_t longest = 0;

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
	cr_assert(threads_rest());
	cr_expect(wakes(server.loop));
	cr_assert_eq(endpoint_recv(server.endpoint, &message), 0);
	/* One was left behind and must be told again. */
	cr_expect(wakes(server.loop));
	cr_assert_eq(endpoint_recv(server.endpoint, &message), 0);
	cr_expect_eq(endpoint_recv(server.endpoint, &message), ENDPOINT_EMPTY);
	/* In the end nothing wakes it. */
	for (int tries = 0; tries < 10 && longest < 90; tries++)
		longest = wait_ms(server.loop, 100);
	cr_expect_geq(longest, 90);
	zmq_close(client);
	zmq_ctx_term(zmq);
	server_stop(&server);
}
