/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What holds for every socket. The defaults of libzmq are made for trusted peers: no limit on the
 * size of a frame, thirty seconds for a handshake, for ever to notice a cut cable, and a close that
 * waits for the peer. None of them is left in force here. */
#include "wire/socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"

/* A client has at most WINDOW_MESSAGES_MAX messages without an answer, so a queue of twice that
 * never holds back an honest one (its window, and answers to questions beside it). What an endpoint
 * receives has a shorter queue of its own (endpoint.c). */
enum {
	QUEUE_MESSAGES = 2 * WINDOW_MESSAGES_MAX,
	HANDSHAKE_MS = 4000,
	HEARTBEAT_MS = 10000,
	SILENCE_MS_MAX = 30000,
	KEEPALIVE_IDLE_S = 60,
	KEEPALIVE_INTERVAL_S = 10,
	KEEPALIVE_COUNT = 3,
};

int socket_open(struct wire_context *context, int type, void **ret_socket)
{
	AUTO(socket_close) void *socket = zmq_socket(context->zmq, type);
	int r;

	if (!socket)
		return err_here(errno == EMFILE ? ERR_LIMIT : ERR_IO, "cannot make a socket: %s",
			zmq_strerror(errno));
	r = socket_set_number(socket, ZMQ_LINGER, 0);
	if (r < 0)
		return err_pass(r);
	*ret_socket = socket;
	socket = NULL;
	return 0;
}

void socket_close(void *socket)
{
	if (socket)
		zmq_close(socket);
}

int socket_set_number(void *socket, int option, int value)
{
	return socket_set_bytes(socket, option, bytes_of(&value, sizeof(value)));
}

int socket_set_bytes(void *socket, int option, struct bytes value)
{
	if (zmq_setsockopt(socket, option, value.data, value.len) != 0)
		return err_here(ERR_INVALID, "libzmq refuses socket option %d: %s", option,
			zmq_strerror(errno));
	return 0;
}

int socket_set_limits(void *socket, const char *address)
{
	const int64_t frame_bytes_max = FRAME_BYTES_MAX;
	const struct {
		int option, value;
	} numbers[] = {
		{ ZMQ_SNDHWM, QUEUE_MESSAGES },
		{ ZMQ_RCVHWM, QUEUE_MESSAGES },
		{ ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS },
		{ ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS },
		{ ZMQ_HEARTBEAT_TIMEOUT, SILENCE_MS_MAX },
		{ ZMQ_TCP_KEEPALIVE, 1 },
		{ ZMQ_TCP_KEEPALIVE_IDLE, KEEPALIVE_IDLE_S },
		{ ZMQ_TCP_KEEPALIVE_INTVL, KEEPALIVE_INTERVAL_S },
		{ ZMQ_TCP_KEEPALIVE_CNT, KEEPALIVE_COUNT },
		{ ZMQ_IPV6, strchr(address, '[') != NULL },
	};

	for (size_t i = 0; i < array_len(numbers); i++) {
		int r = socket_set_number(socket, numbers[i].option, numbers[i].value);

		if (r < 0)
			return err_pass(r);
	}
	return err_pass(socket_set_bytes(
		socket, ZMQ_MAXMSGSIZE, bytes_of(&frame_bytes_max, sizeof(frame_bytes_max))));
}

/* libzmq would take port 65537 for port 1, and a blank for part of a name. */
static bool tcp_right(const char *address)
{
	const char *port = strrchr(address, ':') + 1;

	if (strpbrk(address, " \t\r\n"))
		return false;
	if (strcmp(port, "*") == 0)
		return true;
	return strspn(port, "0123456789") == strlen(port) && strlen(port) <= 5 &&
	       strtoul(port, NULL, 10) >= 1 && strtoul(port, NULL, 10) <= UINT16_MAX;
}

/* Abstract names ("@") have no permissions and wildcards no name to lock; inproc and the multicast
 * transports do not know CURVE. */
int endpoint_address_check(const char *address)
{
	if (strncmp(address, "tcp://", 6) == 0) {
		if (tcp_right(address))
			return 0;
	} else if (strncmp(address, "ipc://", 6) == 0 && strchr("@*", address[6]) == NULL) {
		return 0;
	} else if (strcmp(address, ADDRESS_INHERITED) == 0) {
		return 0;
	}
	return err_here(ERR_INVALID,
		"address '%s' is neither tcp://HOST:PORT nor ipc://PATH; write one of these",
		address);
}

int socket_recv(void *socket, zmq_msg_t *msg)
{
	while (zmq_msg_recv(msg, socket, ZMQ_DONTWAIT) < 0) {
		if (errno == EAGAIN)
			return SOCKET_EMPTY;
		if (errno != EINTR)
			return err_here(ERR_IO, "cannot receive: %s", zmq_strerror(errno));
	}
	return 0;
}

int socket_skip_rest(void *socket, zmq_msg_t *msg)
{
	while (zmq_msg_more(msg)) {
		int r = socket_recv(socket, msg);

		if (r != 0)
			return err_fold(
				r); /* libzmq shows a message only when all of it is there */
	}
	return 0;
}
