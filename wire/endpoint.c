/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A CURVE ROUTER. libzmq passes on whatever an authenticated peer sends and lets everybody in when
 * its authentication is set up wrongly, so both are checked here once more: the ZAP domain must be
 * enforced at start, and a message without the user that our handler named is dropped. */
#include "wire/endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/fd.h"
#include "base/limits.h"
#include "wire/socket.h"

/* In zmq.h only under ZMQ_BUILD_DRAFT_API, in Debian's library always: refuse a peer when no ZAP
 * handler answers, instead of letting it in. */
#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93
#endif

enum {
	BACKLOG = 1024,
	ADDRESS_BYTES = 512,
	/* Bad messages skipped before the loop looks around: a flood of them starves nobody. */
	SKIPPED_MAX = 256,
	BAD_MAX = SKIPPED_MAX,
	/* What CURVE and ZMTP add to a frame, and to one of more than 255 bytes. */
	FRAME_OVERHEAD = 35,
	LONG_FRAME_OVERHEAD = 42,
};

struct endpoint {
	/* owned */
	void *socket;
	zmq_msg_t routing, header, payload; /* of the last message; its views point in here */
	struct endpoint_counts counts;
	struct watch *watch;
	struct cut bad[BAD_MAX]; /* whoever was cut off for frames, until somebody asks */
	size_t bads;
	/* set at start, never changed */
	char address[ADDRESS_BYTES];
};

static int set_options(void *socket, const char *address, const struct key_pair *server_key)
{
	const struct {
		int option, value;
	} numbers[] = {
		{ ZMQ_ROUTER_MANDATORY, 1 },
		{ ZMQ_ROUTER_HANDOVER, 0 }, /* the first owner of an identity keeps it */
		{ ZMQ_BACKLOG, BACKLOG },
		{ ZMQ_RCVHWM, RECEIVE_QUEUE_MESSAGES },
		{ ZMQ_CURVE_SERVER, 1 },
		{ ZMQ_ZAP_ENFORCE_DOMAIN, 1 },
	};
	int r = socket_set_limits(socket, address);

	if (r < 0)
		return err_pass(r);
	for (size_t i = 0; i < array_len(numbers); i++) {
		r = socket_set_number(socket, numbers[i].option, numbers[i].value);
		if (r < 0)
			return err_pass(r);
	}
	r = socket_set_bytes(socket, ZMQ_ZAP_DOMAIN, bytes_str(ZAP_DOMAIN));
	if (r < 0)
		return err_pass(r);
	return err_pass(socket_set_bytes(
		socket, ZMQ_CURVE_SECRETKEY, bytes_of(server_key->secret_key, KEY_BYTES)));
}

/* Reads back what decides whether a stranger stays outside. */
static int verify_options(void *socket)
{
	static const struct {
		int option, wanted;
		const char *name;
	} numbers[] = {
		{ ZMQ_MECHANISM, ZMQ_CURVE, "CURVE" },
		{ ZMQ_CURVE_SERVER, 1, "the server's side of CURVE" },
		{ ZMQ_ZAP_ENFORCE_DOMAIN, 1, "enforced authentication" },
	};

	for (size_t i = 0; i < array_len(numbers); i++) {
		int value = -1;
		size_t len = sizeof(value);

		if (zmq_getsockopt(socket, numbers[i].option, &value, &len) != 0 ||
			value != numbers[i].wanted)
			return err_here(ERR_INVALID,
				"this libzmq does not offer %s, without which nothing may be "
				"served",
				numbers[i].name);
	}
	return 0;
}

/* libzmq unlinks an existing path before it binds, whoever listens there. The lock file stays: to
 * remove it would let two servers hold locks on two files of one name. */
static int path_lock(struct wire_context *context, const char *path)
{
	char name[PATH_MAX];
	AUTO(fd_close) int fd = -1;

	if (snprintf(name, sizeof(name), "%s.lock", path) >= (int)sizeof(name))
		return err_here(ERR_INVALID, "address 'ipc://%s' is too long", path);
	if (context->lock_count == CONTEXT_LOCKS_MAX)
		return err_here(ERR_LIMIT, "more than %d ipc addresses", (int)CONTEXT_LOCKS_MAX);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_here(errno == EACCES ? ERR_DENIED : ERR_IO, "cannot open lock '%s': %s",
			name, err_errno(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		return err_here(errno == EWOULDBLOCK ? ERR_CONFLICT : ERR_IO,
			"another server holds 'ipc://%s' (lock '%s'); stop it first", path, name);
	context->locks[context->lock_count++] = fd;
	fd = -1;
	return 0;
}

static enum err bind_err(int number)
{
	switch (number) {
	case EADDRINUSE:
		return ERR_CONFLICT;
	case EACCES:
	case EPERM:
		return ERR_DENIED;
	case EINVAL:
	case ENODEV:
	case ENAMETOOLONG:
		return ERR_INVALID;
	default: /* also EADDRNOTAVAIL: an interface may come up later */
		return ERR_IO;
	}
}

/* The group of the socket file says who may knock; nobody else even that. */
static int bind_to(struct wire_context *context, struct endpoint *endpoint, const char *address)
{
	size_t len = sizeof(endpoint->address);
	mode_t before;
	int rc, number,
		r = strncmp(address, "ipc://", 6) == 0 ? path_lock(context, address + 6) : 0;

	if (r < 0)
		return err_pass(r);
	if (strcmp(address, ADDRESS_INHERITED) == 0)
		return err_pass(socket_bind_inherited(
			endpoint->socket, endpoint->address, sizeof(endpoint->address)));
	before = umask(0117);
	rc = zmq_bind(endpoint->socket, address);
	number = errno;
	umask(before);
	if (rc != 0)
		return err_here(bind_err(number), "cannot listen on '%s': %s", address,
			zmq_strerror(number));
	if (zmq_getsockopt(endpoint->socket, ZMQ_LAST_ENDPOINT, endpoint->address, &len) != 0)
		return err_here(
			ERR_IO, "cannot name the address '%s': %s", address, zmq_strerror(errno));
	return 0;
}

int endpoint_open(struct wire_context *context, const char *address,
	const struct key_pair *server_key, struct endpoint **ret_endpoint)
{
	AUTO(endpoint_close) struct endpoint *endpoint = NULL;
	int r = endpoint_address_check(address);

	ensure(context->has_auth);
	if (r < 0)
		return err_pass(r);
	endpoint = calloc(1, sizeof(*endpoint));
	if (!endpoint)
		return err_here(ERR_NOMEM, "cannot allocate an endpoint");
	zmq_msg_init(&endpoint->routing);
	zmq_msg_init(&endpoint->header);
	zmq_msg_init(&endpoint->payload);
	r = socket_open(context, ZMQ_ROUTER, &endpoint->socket);
	if (r < 0)
		return err_pass(r);
	r = set_options(endpoint->socket, address, server_key);
	if (r < 0)
		return err_pass(r);
	r = verify_options(endpoint->socket);
	if (r < 0)
		return err_pass(r);
	r = bind_to(context, endpoint, address);
	if (r < 0)
		return err_pass(r);
	r = watch_start(&endpoint->watch);
	if (r < 0)
		return err_pass(r);
	*ret_endpoint = endpoint;
	endpoint = NULL;
	return 0;
}

void endpoint_close(struct endpoint *endpoint)
{
	if (!endpoint)
		return;
	watch_stop(endpoint->watch); /* before its descriptors can belong to somebody else */
	zmq_msg_close(&endpoint->routing);
	zmq_msg_close(&endpoint->header);
	zmq_msg_close(&endpoint->payload);
	socket_close(endpoint->socket);
	free(endpoint);
}

void *endpoint_socket(const struct endpoint *endpoint)
{
	return endpoint->socket;
}

/* The number that our handler gave as the user at the handshake, or 0. libzmq 4.3.4 loses a peer's
 * properties on the routing frame when the socket was polled before; a payload always has them. */
static uint32_t user_of(zmq_msg_t *payload)
{
	const char *text = zmq_msg_gets(payload, "User-Id");
	uint64_t number = 0;

	if (!text || *text == '\0')
		return 0;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return 0;
		number = number * 10 + (uint64_t)(*text - '0');
		if (number > UINT32_MAX)
			return 0;
	}
	return (uint32_t)number;
}

static uint64_t wire_bytes(size_t frame)
{
	return frame + (frame > UINT8_MAX - FRAME_OVERHEAD ? LONG_FRAME_OVERHEAD : FRAME_OVERHEAD);
}

/* Who sent the frame (its first after the routing frame, or a later one), and from where. */
static void sender_of(zmq_msg_t *frame, struct peer *ret_peer)
{
	ret_peer->actor = user_of(frame);
	ret_peer->link = kernel_link(zmq_msg_get(frame, ZMQ_SRCFD));
}

/* Drops the rest of a message of too many frames, or of too few, and cuts its sender off. */
static int frames_refuse(struct endpoint *endpoint, zmq_msg_t *last)
{
	struct peer peer = { 0 };

	sender_of(last, &peer);
	endpoint->counts.dropped_frames++;
	endpoint_cut(endpoint, &peer, 0);
	if (endpoint->bads < BAD_MAX)
		endpoint->bad[endpoint->bads++] =
			(struct cut){ .actor = peer.actor, .why = CUT_FRAMES };
	return err_pass(socket_skip_rest(endpoint->socket, last));
}

enum { MESSAGE_BAD = 2 };

/* Takes one message whole. Besides 0: ENDPOINT_EMPTY, or MESSAGE_BAD when it was dropped. */
static int message_take(struct endpoint *endpoint, struct message *ret_message)
{
	zmq_msg_t *const frames[] = { &endpoint->routing, &endpoint->header, &endpoint->payload };
	size_t got = 0, routing_len;
	int r;

	do {
		r = socket_recv(endpoint->socket, frames[got]);
		if (r == SOCKET_EMPTY && got == 0)
			return ENDPOINT_EMPTY;
		if (r != 0)
			return err_fold(
				r); /* libzmq shows a message only when all of it is there */
		got++;
	} while (got < array_len(frames) && zmq_msg_more(frames[got - 1]));
	routing_len = zmq_msg_size(&endpoint->routing);
	if (got < array_len(frames) || zmq_msg_more(&endpoint->payload) ||
		routing_len > sizeof(ret_message->peer.routing)) {
		r = frames_refuse(endpoint, frames[got - 1]);
		return r < 0 ? err_pass(r) : MESSAGE_BAD;
	}
	sender_of(&endpoint->payload, &ret_message->peer);
	if (ret_message->peer.actor == 0) {
		endpoint->counts.dropped_unauthenticated++;
		return MESSAGE_BAD;
	}
	endpoint->counts.received++;
	memcpy(ret_message->peer.routing, zmq_msg_data(&endpoint->routing), routing_len);
	ret_message->peer.len = routing_len;
	ret_message->header =
		bytes_of(zmq_msg_data(&endpoint->header), zmq_msg_size(&endpoint->header));
	ret_message->payload =
		bytes_of(zmq_msg_data(&endpoint->payload), zmq_msg_size(&endpoint->payload));
	ret_message->peer.first =
		watch_delivered(endpoint->watch, ret_message->peer.link, ret_message->peer.actor,
			wire_bytes(ret_message->header.len) + wire_bytes(ret_message->payload.len));
	return 0;
}

int endpoint_recv(struct endpoint *endpoint, struct message *ret_message)
{
	for (size_t i = 0; i < SKIPPED_MAX; i++) {
		int r = message_take(endpoint, ret_message);

		if (r != MESSAGE_BAD)
			return err_pass(r);
	}
	return ENDPOINT_EMPTY;
}

/* 0, or the errno of a frame that was not taken. */
static int send_frame(void *socket, struct bytes frame, int flags)
{
	while (zmq_send(socket, frame.data, frame.len, ZMQ_DONTWAIT | flags) < 0) {
		if (errno != EINTR)
			return errno;
	}
	return 0;
}

int endpoint_send(struct endpoint *endpoint, const struct peer *peer, struct bytes header,
	struct bytes payload)
{
	int number = send_frame(endpoint->socket, bytes_of(peer->routing, peer->len), ZMQ_SNDMORE);

	/* Only the first frame can meet a peer that left or does not read; after it libzmq takes
	 * the rest, and drops it in silence if the peer leaves in between. */
	if (number == EHOSTUNREACH || number == EAGAIN) {
		endpoint->counts.unsendable++;
		return 0;
	}
	if (number == 0)
		number = send_frame(endpoint->socket, header, ZMQ_SNDMORE);
	if (number == 0)
		number = send_frame(endpoint->socket, payload, 0);
	if (number != 0)
		return err_here(
			ERR_IO, "cannot send on '%s': %s", endpoint->address, zmq_strerror(number));
	endpoint->counts.sent++;
	watch_answered(
		endpoint->watch, peer->link, wire_bytes(header.len) + wire_bytes(payload.len));
	return 0;
}

void endpoint_cut(struct endpoint *endpoint, const struct peer *peer, uint32_t delay_ms)
{
	watch_cut(endpoint->watch, peer->link, delay_ms);
}

void endpoint_cut_actor(struct endpoint *endpoint, uint32_t actor)
{
	watch_cut_actor(endpoint->watch, actor);
}

bool endpoint_take_cut(struct endpoint *endpoint, struct cut *ret_cut)
{
	if (endpoint->bads > 0) {
		*ret_cut = endpoint->bad[--endpoint->bads];
		return true;
	}
	return watch_take(endpoint->watch, ret_cut);
}

uint64_t endpoint_cut_count(struct endpoint *endpoint)
{
	return watch_cut_count(endpoint->watch);
}

void endpoint_set_memory(struct endpoint *endpoint, uint64_t memory_bytes)
{
	watch_set_memory(endpoint->watch, memory_bytes);
}

uint64_t endpoint_memory(struct endpoint *endpoint)
{
	return watch_memory(endpoint->watch);
}

const struct endpoint_counts *endpoint_counts(const struct endpoint *endpoint)
{
	return &endpoint->counts;
}

const char *endpoint_address(const struct endpoint *endpoint)
{
	return endpoint->address;
}
