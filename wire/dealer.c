/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A CURVE DEALER that claims no routing identity. Nothing is queued for a connection that is not
 * there: a report in a queue would be sent again after a reconnect although its deadline has passed
 * and the outbox has already sent it. The one event that libzmq is asked to tell is a refused
 * handshake, because it then never tries again and would be silent for ever. */
#include "wire/dealer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "wire/socket.h"

enum { RECONNECT_MS_MIN = 100, RECONNECT_MS_MAX = 10000 };

struct dealer {
	/* owned */
	void *socket;
	void *monitor;             /* gets at most the refusal */
	zmq_msg_t header, payload; /* of the last message; its views point in here */
	bool refused;
};

static int set_options(void *socket, const char *address, const uint8_t server_key[KEY_BYTES],
	const struct key_pair *client_key)
{
	const struct {
		int option;
		struct bytes value;
	} keys[] = {
		{ ZMQ_CURVE_SERVERKEY, bytes_of(server_key, KEY_BYTES) },
		{ ZMQ_CURVE_PUBLICKEY, bytes_of(client_key->public_key, KEY_BYTES) },
		{ ZMQ_CURVE_SECRETKEY, bytes_of(client_key->secret_key, KEY_BYTES) },
	};
	static const struct {
		int option, value;
	} numbers[] = {
		{ ZMQ_IMMEDIATE, 1 },
		{ ZMQ_RECONNECT_IVL, RECONNECT_MS_MIN },
		{ ZMQ_RECONNECT_IVL_MAX, RECONNECT_MS_MAX },
	};
	int r = socket_set_limits(socket, address);

	for (size_t i = 0; r == 0 && i < array_len(numbers); i++)
		r = socket_set_number(socket, numbers[i].option, numbers[i].value);
	for (size_t i = 0; r == 0 && i < array_len(keys); i++)
		r = socket_set_bytes(socket, keys[i].option, keys[i].value);
	return err_pass(r);
}

/* The monitor's queue has no limit: libzmq's thread would otherwise stop when nobody reads it. */
static int watch(struct wire_context *context, struct dealer *dealer)
{
	char name[64];
	int r = socket_open(context, ZMQ_PAIR, &dealer->monitor);

	if (r == 0)
		r = socket_set_number(dealer->monitor, ZMQ_RCVHWM, 0);
	if (r < 0)
		return err_pass(r);
	snprintf(name, sizeof(name), "inproc://huibao-dealer-%u",
		atomic_fetch_add(&context->monitor_number, 1));
	if (zmq_socket_monitor(dealer->socket, name, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) != 0 ||
		zmq_connect(dealer->monitor, name) != 0)
		return err_here(ERR_IO, "cannot watch the connection: %s", zmq_strerror(errno));
	return 0;
}

int dealer_open(struct wire_context *context, const char *address,
	const uint8_t server_key[KEY_BYTES], const struct key_pair *client_key,
	struct dealer **ret_dealer)
{
	AUTO(dealer_close) struct dealer *dealer = NULL;
	int r = endpoint_address_check(address);

	if (r < 0)
		return err_pass(r);
	dealer = calloc(1, sizeof(*dealer));
	if (!dealer)
		return err_here(ERR_NOMEM, "cannot allocate a connection");
	zmq_msg_init(&dealer->header);
	zmq_msg_init(&dealer->payload);
	r = socket_open(context, ZMQ_DEALER, &dealer->socket);
	if (r < 0)
		return err_pass(r);
	r = set_options(dealer->socket, address, server_key, client_key);
	if (r < 0)
		return err_pass(r);
	r = watch(context, dealer);
	if (r < 0)
		return err_pass(r);
	if (zmq_connect(dealer->socket, address) != 0)
		return err_here(errno == EINVAL || errno == ENAMETOOLONG ? ERR_INVALID : ERR_IO,
			"cannot connect to '%s': %s", address, zmq_strerror(errno));
	*ret_dealer = dealer;
	dealer = NULL;
	return 0;
}

void dealer_close(struct dealer *dealer)
{
	if (!dealer)
		return;
	zmq_msg_close(&dealer->header);
	zmq_msg_close(&dealer->payload);
	/* In this order: libzmq's thread waits for ever to tell an event to a monitor that has
	 * gone. */
	if (dealer->monitor)
		zmq_socket_monitor(dealer->socket, NULL, 0);
	socket_close(dealer->monitor);
	socket_close(dealer->socket);
	free(dealer);
}

static int refusal(struct dealer *dealer)
{
	zmq_msg_t event;
	int r;

	zmq_msg_init(&event);
	r = dealer->refused ? SOCKET_EMPTY : socket_recv(dealer->monitor, &event);
	zmq_msg_close(&event);
	if (r < 0)
		return err_pass(r);
	if (r == SOCKET_EMPTY && !dealer->refused)
		return 0;
	dealer->refused = true;
	return err_here(ERR_DENIED,
		"the server does not let this key in: it is not registered there, revoked "
		"or expired; ask the operator to register its public half");
}

enum { WAIT_OVER = 1 };

/* 0 when it is worth another try, WAIT_OVER when timeout_ms have passed since start, ERR_DENIED. */
static int wait_for(struct dealer *dealer, short events, struct mono start, int timeout_ms)
{
	zmq_pollitem_t items[] = {
		{ .socket = dealer->socket, .events = events },
		{ .socket = dealer->monitor, .events = ZMQ_POLLIN },
	};
	int64_t left = timeout_ms - mono_ms_since(start, clock_mono());
	int r = refusal(dealer);

	if (r < 0)
		return err_pass(r);
	if (left <= 0)
		return WAIT_OVER;
	if (zmq_poll(items, array_len(items), (long)left) < 0 && errno != EINTR)
		return err_here(ERR_IO, "cannot wait for the server: %s", zmq_strerror(errno));
	return 0;
}

/* 0, or DEALER_FULL: libzmq took neither frame. */
static int send_now(struct dealer *dealer, struct bytes header, struct bytes payload)
{
	const struct bytes frames[] = { header, payload };

	for (size_t i = 0; i < array_len(frames); i++) {
		int flags = ZMQ_DONTWAIT | (i == 0 ? ZMQ_SNDMORE : 0);

		while (zmq_send(dealer->socket, frames[i].data, frames[i].len, flags) < 0) {
			/* At the second frame: the connection went, and the first frame with it. */
			if (errno == EAGAIN)
				return DEALER_FULL;
			if (errno != EINTR)
				return err_here(ERR_IO, "cannot send: %s", zmq_strerror(errno));
		}
	}
	return 0;
}

int dealer_send(struct dealer *dealer, struct bytes header, struct bytes payload, int timeout_ms)
{
	struct mono start = clock_mono();

	for (;;) {
		int r = send_now(dealer, header, payload);

		if (r != DEALER_FULL)
			return err_pass(r);
		r = wait_for(dealer, ZMQ_POLLOUT, start, timeout_ms);
		if (r != 0)
			return r == WAIT_OVER ? DEALER_FULL : err_pass(r);
	}
}

enum { MESSAGE_BAD = 2 };

/* 0, SOCKET_EMPTY, or MESSAGE_BAD: not two frames, dropped. */
static int recv_now(struct dealer *dealer)
{
	bool two;
	int r = socket_recv(dealer->socket, &dealer->header);

	if (r != 0)
		return err_pass(r);
	if (!zmq_msg_more(&dealer->header))
		return MESSAGE_BAD;
	r = socket_recv(dealer->socket, &dealer->payload);
	if (r != 0)
		return err_fold(r);
	two = !zmq_msg_more(&dealer->payload);
	r = socket_skip_rest(dealer->socket, &dealer->payload);
	if (r < 0)
		return err_pass(r);
	return two ? 0 : MESSAGE_BAD;
}

int dealer_recv(
	struct dealer *dealer, int timeout_ms, struct bytes *ret_header, struct bytes *ret_payload)
{
	struct mono start = clock_mono();

	for (;;) {
		int r = recv_now(dealer);

		if (r == 0)
			break;
		if (r < 0)
			return err_pass(r);
		r = wait_for(dealer, ZMQ_POLLIN, start, timeout_ms);
		if (r != 0)
			return r == WAIT_OVER ? DEALER_EMPTY : err_pass(r);
	}
	*ret_header = bytes_of(zmq_msg_data(&dealer->header), zmq_msg_size(&dealer->header));
	*ret_payload = bytes_of(zmq_msg_data(&dealer->payload), zmq_msg_size(&dealer->payload));
	return 0;
}
