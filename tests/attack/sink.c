/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a flooder floods when nobody is to be hurt: a CURVE ROUTER that lets everybody in, reads and
 * forgets. "Quiet" means the same flood onto this. Prints its address, and ends when its input is
 * closed or after an hour. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/limits.h"
#include "wire/keys.h"

enum { LIFE_MS_MAX = 60 * 60 * 1000, TURN = 1000 };

static void *open_socket(void *zmq, const struct key_pair *key)
{
	void *socket = zmq_socket(zmq, ZMQ_ROUTER);
	const int one = 1, zero = 0, queue = RECEIVE_QUEUE_MESSAGES;
	const int64_t largest = FRAME_BYTES_MAX;

	ensure(socket && zmq_setsockopt(socket, ZMQ_CURVE_SERVER, &one, sizeof(one)) == 0 &&
		zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, key->secret_key, KEY_BYTES) == 0 &&
		zmq_setsockopt(socket, ZMQ_RCVHWM, &queue, sizeof(queue)) == 0 &&
		zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &largest, sizeof(largest)) == 0 &&
		zmq_setsockopt(socket, ZMQ_LINGER, &zero, sizeof(zero)) == 0 &&
		zmq_bind(socket, "tcp://127.0.0.1:*") == 0);
	return socket;
}

static void drop_some(void *socket)
{
	for (int i = 0; i < TURN; i++) {
		zmq_msg_t frame;
		int n;

		zmq_msg_init(&frame);
		n = zmq_msg_recv(&frame, socket, ZMQ_DONTWAIT);
		zmq_msg_close(&frame);
		if (n < 0)
			return;
	}
}

int main(int argc, char **argv)
{
	const struct mono started = clock_mono();
	zmq_pollitem_t items[] = { { .events = ZMQ_POLLIN },
		{ .fd = STDIN_FILENO, .events = ZMQ_POLLIN } };
	struct key_pair key;
	char address[128];
	size_t len = sizeof(address);
	void *zmq;

	if (argc != 2 || key_pair_load(argv[1], &key) < 0) {
		fprintf(stderr, "usage: sink SERVER-KEY-FILE\n%s\n", err_text());
		return 2;
	}
	zmq = zmq_ctx_new();
	items[0].socket = open_socket(zmq, &key);
	ensure(zmq_getsockopt(items[0].socket, ZMQ_LAST_ENDPOINT, address, &len) == 0);
	puts(address);
	fflush(stdout);
	while (items[1].revents == 0 && mono_ms_since(started, clock_mono()) < LIFE_MS_MAX) {
		zmq_poll(items, 2, 1000);
		drop_some(items[0].socket);
	}
	zmq_close(items[0].socket);
	zmq_ctx_term(zmq);
	return 0;
}
