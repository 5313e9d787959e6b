/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a hostile peer can send, with and without a registered key. Afterwards a good client must
 * still get through. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/limits.h"
#include "tests/wire/server.h"

static struct server server;
static void *zmq;
static struct key_pair key;

static void setup(void)
{
	server_start(&server, "tcp://127.0.0.1:*");
	cr_assert_eq(key_pair_make(&key), 0);
	server_register(&server, &key);
	zmq = zmq_ctx_new();
}

static void teardown(void)
{
	zmq_ctx_term(zmq);
	server_stop(&server);
}

TestSuite(hostile, .timeout = 60, .init = setup, .fini = teardown);

static void *client(void)
{
	return raw_client(zmq, endpoint_address(server.endpoint), server.key.public_key, &key,
		bytes_of(NULL, 0));
}

static void expect_a_good_client_gets_through(void)
{
	struct message message;
	void *socket = client();

	cr_assert(raw_send(&server, socket, 2, 5));
	cr_expect(server_gets(&server, "xxxxx", &message));
	zmq_close(socket);
}

Test(hostile, other_than_two_frames_are_dropped_and_counted)
{
	static const size_t counts[] = { 1, 3, 4, 7 };
	struct message message;
	void *socket = client();

	for (size_t i = 0; i < array_len(counts); i++)
		cr_assert(raw_send(&server, socket, counts[i], 9));
	/* The next good message of the same client is not taken for the rest of a bad one. */
	cr_assert(raw_send(&server, socket, 2, 5));
	cr_expect(server_gets(&server, "xxxxx", &message));
	cr_expect_eq(message.header.len, 5);
	cr_expect_eq(endpoint_counts(server.endpoint)->dropped_frames, array_len(counts));
	cr_expect_eq(endpoint_counts(server.endpoint)->received, 1);
	zmq_close(socket);
}

Test(hostile, a_message_of_4001_frames_is_survived)
{
	struct message message;
	void *socket = client();

	cr_assert(raw_send(&server, socket, 4001, 1024));
	cr_expect_eq(server_recv(&server, 500, &message), ENDPOINT_EMPTY);
	cr_expect_eq(endpoint_counts(server.endpoint)->dropped_frames, 1);
	cr_assert(raw_send(&server, socket, 2, 5));
	cr_expect(server_gets(&server, "xxxxx", &message));
	zmq_close(socket);
	expect_a_good_client_gets_through();
}

/* Five full queues of bad messages wait; one call must not work off all of them. */
Test(hostile, a_flood_of_bad_messages_gives_the_loop_its_turn)
{
	enum { CLIENTS = 5, EACH = 64, TURN = 256 };
	struct message message;
	void *sockets[CLIENTS];

	for (size_t i = 0; i < CLIENTS; i++) {
		sockets[i] = client();
		for (int n = 0; n < EACH; n++)
			cr_assert(raw_send(&server, sockets[i], 1, 1));
	}
	usleep(300 * 1000);
	cr_expect_eq(endpoint_recv(server.endpoint, &message), ENDPOINT_EMPTY);
	cr_expect_eq(endpoint_counts(server.endpoint)->dropped_frames, TURN);
	cr_expect_eq(server_recv(&server, 300, &message), ENDPOINT_EMPTY);
	cr_expect_eq(endpoint_counts(server.endpoint)->dropped_frames, CLIENTS * EACH);
	for (size_t i = 0; i < CLIENTS; i++)
		zmq_close(sockets[i]);
}

Test(hostile, a_frame_beyond_the_limit_cuts_its_sender_off)
{
	struct message message;
	void *socket = client();

	cr_assert(raw_send(&server, socket, 2, FRAME_BYTES_MAX + 1));
	cr_expect_eq(server_recv(&server, 500, &message), ENDPOINT_EMPTY);
	cr_expect_eq(endpoint_counts(server.endpoint)->received, 0);
	zmq_close(socket);
	expect_a_good_client_gets_through();
}

static int raw_tcp(const char *address)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	to.sin_port = htons((uint16_t)strtoul(strrchr(address, ':') + 1, NULL, 10));
	cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

Test(hostile, garbage_on_the_port_is_survived)
{
	/* A ZMTP 3.0 greeting up to the mechanism, the older forms, and another protocol. */
	static const struct {
		const char *name, *data;
		size_t len;
	} starts[] = {
		{ "nothing", "", 0 },
		{ "random", "", 0 },
		{ "ZMTP 3 greeting", "\xff\0\0\0\0\0\0\0\1\x7f\3\0CURVE", 17 },
		{ "ZMTP 3 NULL", "\xff\0\0\0\0\0\0\0\1\x7f\3\0NULL", 16 },
		{ "ZMTP 2 greeting", "\xff\0\0\0\0\0\0\0\1\x7f\1\5\0\0", 14 },
		{ "ZMTP 1 message", "\1\0\5\0hello", 9 },
		{ "a huge ZMTP 1 frame", "\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0", 10 },
		{ "HTTP", "GET / HTTP/1.1\r\n\r\n", 18 },
	};
	struct message message;
	int fds[4 * array_len(starts)];
	uint8_t noise[4096];

	for (size_t i = 0; i < array_len(fds); i++) {
		size_t which = i % array_len(starts);
		ssize_t n;

		fds[i] = raw_tcp(endpoint_address(server.endpoint));
		n = send(fds[i], starts[which].data, starts[which].len, MSG_NOSIGNAL);
		cr_assert_eq(getrandom(noise, sizeof(noise), 0), (ssize_t)sizeof(noise));
		/* Every second one falls silent, the others go on with noise; some hang up. */
		if (i % 2 == 1)
			n = send(fds[i], noise, sizeof(noise), MSG_NOSIGNAL);
		(void)n; /* the server may have closed already */
		if (i % 3 == 0) {
			close(fds[i]);
			fds[i] = -1;
		}
	}
	cr_expect_eq(server_recv(&server, 300, &message), ENDPOINT_EMPTY);
	expect_a_good_client_gets_through();
	for (size_t i = 0; i < array_len(fds); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
}

/* A ROUTER names its anonymous peers by a zero byte and a number that goes up by one from a random
 * start. The randomness is rand(), which libzmq 4.3.4 never seeds: without srand() the start is the
 * same in every process, 0x6b8b4567 for the first ROUTER or REP and 0xe43c9869 for the second. A
 * client with a registered key may then claim the next name beforehand, and when the next anonymous
 * peer arrives libzmq ends the process: "Assertion failed: ok (src/socket_base.cpp:2130)", signal
 * 6.
 * (Seen in this very test with srand() taken out of wire/context.c.)
 *
 * The server is a child that has no context of its own before it starts; it leaves when the pipe to
 * its parent is closed. */
static void serve(int ready, int stop, const struct key_pair *client_key)
{
	struct server child;
	struct message message;
	char buffer[512] = "";

	server_start(&child, "tcp://127.0.0.1:*");
	server_register(&child, client_key);
	snprintf(buffer, sizeof(buffer), "%s", endpoint_address(child.endpoint));
	if (write(ready, buffer, sizeof(buffer)) != (ssize_t)sizeof(buffer) ||
		write(ready, child.key.public_key, KEY_BYTES) != KEY_BYTES)
		_exit(3);
	if (loop_add_fd(child.loop, stop) < 0)
		_exit(4);
	for (;;) {
		struct pollfd closed = { .fd = stop, .events = POLLIN };

		if (poll(&closed, 1, 0) != 0)
			_exit(0);
		if (server_recv(&child, 20, &message) == 0 &&
			endpoint_send(
				child.endpoint, &message.peer, message.header, message.payload) < 0)
			_exit(5);
	}
}

enum { GUESSES = 4 };

/* Claims the names that the first two numbering sockets of an unseeded process would give next. */
static size_t squat(void *context, const char *address, const uint8_t *server_key,
	const struct key_pair *client_key, void **ret_sockets)
{
	static const uint32_t starts[] = { 0x6b8b4567, 0xe43c9869 };
	size_t count = 0;

	for (size_t i = 0; i < array_len(starts); i++) {
		for (uint32_t n = 0; n < GUESSES; n++) {
			uint8_t name[5] = { 0 };
			struct writer writer = writer_of(name + 1, 4);

			writer_u32(&writer, starts[i] + n);
			ret_sockets[count++] = raw_client(context, address, server_key, client_key,
				bytes_of(name, sizeof(name)));
		}
	}
	return count;
}

static bool echoed(void *socket)
{
	zmq_pollitem_t item = { .socket = socket, .events = ZMQ_POLLIN };
	const int timeout_ms = 1000;
	char text[8];

	zmq_setsockopt(socket, ZMQ_SNDTIMEO, &timeout_ms, sizeof(timeout_ms));
	zmq_send(socket, "h", 1, ZMQ_SNDMORE);
	zmq_send(socket, "p", 1, 0);
	if (zmq_poll(&item, 1, timeout_ms) != 1)
		return false;
	zmq_recv(socket, text, sizeof(text), 0);
	return zmq_recv(socket, text, sizeof(text), 0) == 1;
}

Test(routing, a_claimed_identity_does_not_end_the_server, .timeout = 60)
{
	struct key_pair client_key;
	int ready[2], stop[2], status;
	char address[512];
	uint8_t server_key[KEY_BYTES];
	void *context, *squatters[16], *later[2 * GUESSES];
	size_t squatter_count;
	pid_t child;

	cr_assert_eq(key_pair_make(&client_key), 0);
	cr_assert_eq(pipe(ready), 0);
	cr_assert_eq(pipe(stop), 0);
	child = fork();
	if (child == 0) {
		close(stop[1]);
		serve(ready[1], stop[0], &client_key);
	}
	close(ready[1]);
	close(stop[0]);
	cr_assert_eq(read(ready[0], address, sizeof(address)), (ssize_t)sizeof(address));
	cr_assert_eq(read(ready[0], server_key, KEY_BYTES), KEY_BYTES);
	context = zmq_ctx_new();
	squatter_count = squat(context, address, server_key, &client_key, squatters);
	for (size_t i = 0; i < squatter_count; i++)
		cr_expect(echoed(squatters[i]));
	for (size_t i = 0; i < array_len(later); i++) {
		later[i] = raw_client(context, address, server_key, &client_key, bytes_of(NULL, 0));
		cr_expect(echoed(later[i]), "the server answers anonymous peer %zu", i);
	}
	close(stop[1]);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0,
		"the server ended by signal %d, exit %d",
		WIFSIGNALED(status) ? WTERMSIG(status) : 0, WEXITSTATUS(status));
	for (size_t i = 0; i < squatter_count; i++)
		zmq_close(squatters[i]);
	for (size_t i = 0; i < array_len(later); i++)
		zmq_close(later[i]);
	zmq_ctx_term(context);
}
