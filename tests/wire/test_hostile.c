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

#include "base/clock.h"
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

/* Nothing to take, but bad messages may be dropped and connections cut meanwhile. */
static void serve_for(int timeout_ms)
{
	struct message message;

	cr_expect_eq(server_recv(&server, timeout_ms, &message), ENDPOINT_EMPTY);
}

/* Whether the peer's connection goes away while the server serves. */
static bool connection_ends(void *monitor)
{
	for (int i = 0; i < PATIENCE_MS / 20; i++) {
		zmq_pollitem_t item = { .socket = monitor, .events = ZMQ_POLLIN };

		serve_for(20);
		if (zmq_poll(&item, 1, 0) == 1)
			return true;
	}
	return false;
}

/* A pair that becomes readable when the client's connection has ended. */
static void *monitor_of(void *socket, const char *name)
{
	void *monitor = zmq_socket(zmq, ZMQ_PAIR);
	const int zero = 0;

	cr_assert_eq(zmq_socket_monitor(socket, name, ZMQ_EVENT_DISCONNECTED), 0);
	zmq_setsockopt(monitor, ZMQ_LINGER, &zero, sizeof(zero));
	cr_assert_eq(zmq_connect(monitor, name), 0);
	return monitor;
}

static void monitor_end(void *socket, void *monitor)
{
	zmq_socket_monitor(socket, NULL, 0);
	zmq_close(monitor);
	zmq_close(socket);
}

Test(hostile, other_than_two_frames_are_dropped_counted_and_cut_off)
{
	static const size_t counts[] = { 1, 3, 4, 7 };

	for (size_t i = 0; i < array_len(counts); i++) {
		static const char *const names[] = { "inproc://1", "inproc://3", "inproc://4",
			"inproc://7" };
		void *socket = client(), *monitor = monitor_of(socket, names[i]);
		struct cut cut = { 0 };

		cr_assert(raw_send(&server, socket, counts[i], 9));
		cr_expect(connection_ends(monitor), "%zu frames", counts[i]);
		cr_expect(endpoint_take_cut(server.endpoint, &cut));
		cr_expect_eq(cut.why, CUT_FRAMES);
		cr_expect_eq(cut.actor, SERVER_ACTOR_FIRST);
		cr_expect_not(endpoint_take_cut(server.endpoint, &cut));
		monitor_end(socket, monitor);
	}
	cr_expect_eq(endpoint_counts(server.endpoint)->dropped_frames, array_len(counts));
	cr_expect_eq(endpoint_counts(server.endpoint)->received, 0);
	expect_a_good_client_gets_through();
}

static void expect_cut_for(void *socket, void *monitor, enum cut_why why, uint32_t actor)
{
	struct cut cut = { 0 };

	cr_expect(connection_ends(monitor));
	cr_expect(endpoint_take_cut(server.endpoint, &cut));
	cr_expect_eq(cut.why, why, "%d", (int)cut.why);
	cr_expect_eq(cut.actor, actor, "%u", cut.actor);
	monitor_end(socket, monitor);
}

Test(hostile, a_message_that_takes_too_much_is_cut_off_before_it_is_whole)
{
	void *socket = client(), *monitor = monitor_of(socket, "inproc://unfinished");

	cr_assert(raw_send(&server, socket, 2, 5));
	cr_expect(server_gets(&server, "xxxxx", &(struct message){ 0 }));
	cr_assert(raw_send(&server, socket, 4001, 16384));
	expect_cut_for(socket, monitor, CUT_UNREAD, SERVER_ACTOR_FIRST);
	expect_a_good_client_gets_through();
}

Test(hostile, so_is_one_of_whom_nothing_was_ever_heard_but_nobody_knows_who_it_was)
{
	void *socket = client(), *monitor = monitor_of(socket, "inproc://unknown");

	cr_assert(raw_send(&server, socket, 4001, 16384));
	expect_cut_for(socket, monitor, CUT_UNREAD, 0);
	expect_a_good_client_gets_through();
}

Test(hostile, who_never_fetches_answers_is_cut_off)
{
	void *socket = zmq_socket(zmq, ZMQ_DEALER);
	static uint8_t answer[PAYLOAD_BYTES_MAX];
	struct message message;
	struct cut cut = { 0 };
	const int one = 1;
	struct peer peer;

	zmq_setsockopt(socket, ZMQ_RCVHWM, &one, sizeof(one));
	raw_connect(socket, endpoint_address(server.endpoint), server.key.public_key, &key);
	cr_assert(raw_send(&server, socket, 2, 5));
	cr_assert(server_gets(&server, "xxxxx", &message));
	peer = message.peer;
	for (int i = 0; i < 500; i++) {
		cr_expect_eq(endpoint_send(server.endpoint, &peer, bytes_str("h"),
				     bytes_of(answer, sizeof(answer))),
			0);
		usleep(1000);
	}
	for (int i = 0; i < PATIENCE_MS / 20 && !endpoint_take_cut(server.endpoint, &cut); i++)
		serve_for(20);
	cr_expect_eq(cut.why, CUT_UNFETCHED);
	cr_expect_eq(cut.actor, SERVER_ACTOR_FIRST);
	zmq_close(socket);
	expect_a_good_client_gets_through();
}

static void send_largest(void *socket, int count)
{
	static const uint8_t payload[PAYLOAD_BYTES_MAX];

	for (int i = 0; i < count; i++) {
		zmq_send(socket, payload, 16, ZMQ_SNDMORE);
		zmq_send(socket, payload, sizeof(payload), 0);
	}
}

/* The window of the largest messages, which the server is slow to take. */
Test(hostile, an_honest_window_of_the_largest_messages_is_never_cut_off)
{
	void *socket = client();
	struct cut cut;

	cr_assert(raw_connected(&server, socket));
	for (int round = 0; round < 3; round++) {
		send_largest(socket, WINDOW_MESSAGES_MAX);
		sleep(2);
		for (int i = 0; i < WINDOW_MESSAGES_MAX; i++)
			cr_assert_eq(server_recv(&server, PATIENCE_MS, &(struct message){ 0 }), 0);
	}
	cr_expect_not(endpoint_take_cut(server.endpoint, &cut));
	zmq_close(socket);
}

/* Five messages that the loop does not come to take are nothing, but when memory is short. */
Test(hostile, when_memory_is_short_whoever_holds_some_is_cut_off)
{
	void *holder = client(), *idle = client();
	struct cut cut = { 0 };
	struct message message;

	cr_assert(raw_connected(&server, holder));
	cr_assert(raw_connected(&server, idle));
	send_largest(holder, 5);
	cr_assert(threads_rest());
	usleep(1500 * 1000); /* at least one look at all of them */
	cr_expect_not(endpoint_take_cut(server.endpoint, &cut));
	endpoint_set_memory(server.endpoint, 1);
	for (int i = 0; i < PATIENCE_MS / 20 && cut.why != CUT_PRESSURE; i++) {
		usleep(20 * 1000);
		(void)!endpoint_take_cut(server.endpoint, &cut);
	}
	cr_expect_eq(cut.why, CUT_PRESSURE);
	usleep(1500 * 1000);
	cr_expect_not(endpoint_take_cut(server.endpoint, &cut), "not the idle one");
	endpoint_set_memory(server.endpoint, 0);
	zmq_close(holder);
	zmq_close(idle);
	while (server_recv(&server, 300, &message) == 0)
		; /* what was whole still arrives */
	expect_a_good_client_gets_through();
}

/* A unix socket has a descriptor like any other, but does not count its bytes. */
Test(hostile, a_client_on_this_machine_is_cut_off_too)
{
	static const char *const names[] = { "inproc://frames", "inproc://short" };
	char folder[64], address[96];
	struct cut cut = { 0 };

	teardown();
	folder_make(folder);
	snprintf(address, sizeof(address), "ipc://%s/socket", folder);
	server_start(&server, address);
	server_register(&server, &key);
	zmq = zmq_ctx_new();
	for (size_t i = 0; i < array_len(names); i++) {
		void *socket = client(), *monitor = monitor_of(socket, names[i]);
		struct mono begun = clock_mono();

		cr_assert(raw_connected(&server, socket));
		if (i == 0)
			cr_assert(raw_send(&server, socket, 3, 9));
		else
			endpoint_set_memory(server.endpoint, 1);
		cr_expect(connection_ends(monitor), "%s", names[i]);
		cr_expect(i == 0 || mono_ms_since(begun, clock_mono()) > 1500,
			"it has had no time to speak");
		cr_expect(endpoint_take_cut(server.endpoint, &cut));
		cr_expect_eq(cut.why, i == 0 ? CUT_FRAMES : CUT_PRESSURE);
		monitor_end(socket, monitor);
	}
	endpoint_set_memory(server.endpoint, 0);
	expect_a_good_client_gets_through();
	folder_remove(folder);
}

Test(hostile, all_connections_of_one_key_are_cut_off_and_nobody_elses)
{
	static const char *const names[] = { "inproc://a", "inproc://b", "inproc://c" };
	void *sockets[3], *monitors[3];
	zmq_pollitem_t item = { .events = ZMQ_POLLIN };
	struct key_pair other, mine = key;
	struct message message;

	cr_assert_eq(key_pair_make(&other), 0);
	server_register(&server, &other);
	for (size_t i = 0; i < 3; i++) {
		key = i < 2 ? mine : other;
		sockets[i] = client();
		monitors[i] = monitor_of(sockets[i], names[i]);
		cr_assert(raw_send(&server, sockets[i], 2, 5));
		cr_assert(server_gets(&server, "xxxxx", &message));
	}
	endpoint_cut_actor(server.endpoint, SERVER_ACTOR_FIRST);
	cr_expect_eq(endpoint_cut_count(server.endpoint), 2);
	cr_expect(connection_ends(monitors[0]));
	cr_expect(connection_ends(monitors[1]));
	item.socket = monitors[2];
	cr_expect_eq(zmq_poll(&item, 1, 300), 0);
	for (size_t i = 0; i < 3; i++)
		monitor_end(sockets[i], monitors[i]);
}

Test(hostile, a_cut_can_wait_for_an_answer_to_leave)
{
	void *socket = client(), *monitor = monitor_of(socket, "inproc://later");
	zmq_pollitem_t item = { .socket = socket, .events = ZMQ_POLLIN };
	struct message message;
	struct mono asked;

	cr_assert(raw_send(&server, socket, 2, 5));
	cr_assert(server_gets(&server, "xxxxx", &message));
	asked = clock_mono();
	cr_assert_eq(
		endpoint_send(server.endpoint, &message.peer, bytes_str("h"), bytes_str("no")), 0);
	endpoint_cut(server.endpoint, &message.peer, 1000);
	cr_expect_eq(zmq_poll(&item, 1, PATIENCE_MS), 1, "the answer comes first");
	cr_expect(connection_ends(monitor));
	cr_expect_geq(mono_ms_since(asked, clock_mono()), 1000);
	monitor_end(socket, monitor);
}

/* More connections than one turn skips bad messages wait; one call must not work off all of
 * them. */
Test(hostile, a_flood_of_bad_messages_gives_the_loop_its_turn)
{
	enum { CLIENTS = 40, EACH = RECEIVE_QUEUE_MESSAGES, TURN = 256 };
	struct message message;
	void *sockets[CLIENTS];

	for (size_t i = 0; i < CLIENTS; i++) {
		sockets[i] = client();
		for (int n = 0; n < EACH; n++)
			cr_assert(raw_send(&server, sockets[i], 1, 1));
	}
	cr_assert(threads_rest());
	cr_expect_eq(endpoint_recv(server.endpoint, &message), ENDPOINT_EMPTY);
	cr_expect_eq(endpoint_counts(server.endpoint)->dropped_frames, TURN);
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
	const int timeout_ms = PATIENCE_MS;
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
