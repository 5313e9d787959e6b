/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * ZAP 1.0 (ZeroMQ RFC 27) on a REP socket that only libzmq itself can reach. libzmq lets everybody
 * in when nobody answers, which is why endpoints demand an answer (see endpoint.c) and why this
 * handler does nothing but look a key up: a slow answer holds up every handshake. */
#include "wire/auth.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "wire/socket.h"

/* The order of ZAP. Other mechanisms have more frames of credentials, or none. */
enum { VERSION, REQUEST_ID, DOMAIN, ADDRESS, ROUTING_ID, MECHANISM, CREDENTIALS, REQUEST_FRAMES };

/* Handshakes answered before the loop looks at other things; what still waits wakes it at once. */
enum { ANSWERS_MAX = 256 };

struct auth {
	/* set at start, never changed */
	struct wire_context *context;
	auth_lookup *lookup;
	void *ctx;
	/* owned */
	void *socket;
	zmq_msg_t frames[REQUEST_FRAMES]; /* of the last request */
	bool complete;                    /* it had exactly these frames */
	uint64_t allowed, denied;
};

int auth_open(struct wire_context *context, auth_lookup *lookup, void *ctx, struct auth **ret_auth)
{
	AUTO(auth_close) struct auth *auth = calloc(1, sizeof(*auth));
	int r;

	if (!auth)
		return err_here(ERR_NOMEM, "cannot allocate the handler of handshakes");
	auth->lookup = lookup;
	auth->ctx = ctx;
	for (size_t i = 0; i < REQUEST_FRAMES; i++)
		zmq_msg_init(&auth->frames[i]);
	r = socket_open(context, ZMQ_REP, &auth->socket);
	if (r < 0)
		return err_pass(r);
	if (zmq_bind(auth->socket, "inproc://zeromq.zap.01") != 0)
		return err_here(errno == EADDRINUSE ? ERR_CONFLICT : ERR_IO,
			"cannot bind the handler of handshakes: %s", zmq_strerror(errno));
	auth->context = context;
	context->has_auth = true;
	*ret_auth = auth;
	auth = NULL;
	return 0;
}

void auth_close(struct auth *auth)
{
	if (!auth)
		return;
	if (auth->context)
		auth->context->has_auth = false;
	for (size_t i = 0; i < REQUEST_FRAMES; i++)
		zmq_msg_close(&auth->frames[i]);
	socket_close(auth->socket);
	free(auth);
}

void *auth_socket(const struct auth *auth)
{
	return auth->socket;
}

static int request_recv(struct auth *auth)
{
	size_t got = 0;
	int r;

	do {
		r = socket_recv(auth->socket, &auth->frames[got]);
		if (r != 0)
			return got == 0 ? r : err_fold(r);
		got++;
	} while (got < REQUEST_FRAMES && zmq_msg_more(&auth->frames[got - 1]));
	auth->complete = got == REQUEST_FRAMES && !zmq_msg_more(&auth->frames[got - 1]);
	return err_pass(socket_skip_rest(auth->socket, &auth->frames[got - 1]));
}

static struct bytes frame(struct auth *auth, size_t which)
{
	return bytes_of(zmq_msg_data(&auth->frames[which]), zmq_msg_size(&auth->frames[which]));
}

/* The registry number of whoever asks, or 0. */
static uint32_t request_decide(struct auth *auth)
{
	struct bytes key = frame(auth, CREDENTIALS);

	if (!auth->complete || !bytes_equal(frame(auth, VERSION), bytes_str("1.0")) ||
		!bytes_equal(frame(auth, DOMAIN), bytes_str(ZAP_DOMAIN)) ||
		!bytes_equal(frame(auth, MECHANISM), bytes_str("CURVE")) || key.len != KEY_BYTES)
		return 0;
	return auth->lookup(auth->ctx, key.data);
}

static int answer_send(struct auth *auth, uint32_t actor)
{
	const bool known = actor != 0 && actor != AUTH_LATER;
	char user[16] = "";
	struct bytes parts[6] = {
		bytes_str("1.0"),
		frame(auth, REQUEST_ID),
		bytes_str(known                 ? "200"
			  : actor == AUTH_LATER ? "300"
						: "400"),
		bytes_str(known                 ? "OK"
			  : actor == AUTH_LATER ? "later"
						: "key not registered"),
	}; /* then the user, and metadata, of which there is none */

	if (known)
		snprintf(user, sizeof(user), "%u", (unsigned)actor);
	parts[4] = bytes_str(user);
	for (size_t i = 0; i < array_len(parts); i++) {
		int flags = ZMQ_DONTWAIT | (i + 1 < array_len(parts) ? ZMQ_SNDMORE : 0);

		while (zmq_send(auth->socket, parts[i].data, parts[i].len, flags) < 0) {
			if (errno != EINTR)
				return err_here(ERR_IO, "cannot answer a handshake: %s",
					zmq_strerror(errno));
		}
	}
	return 0;
}

int auth_answer(struct auth *auth)
{
	for (size_t i = 0; i < ANSWERS_MAX; i++) {
		uint32_t actor;
		int r = request_recv(auth);

		if (r != 0)
			return r == SOCKET_EMPTY ? 0 : err_pass(r);
		actor = request_decide(auth);
		r = answer_send(auth, actor);
		if (r < 0)
			return err_pass(r);
		*(actor != 0 && actor != AUTH_LATER ? &auth->allowed : &auth->denied) += 1;
	}
	return 0;
}

void auth_counts(const struct auth *auth, uint64_t *ret_allowed, uint64_t *ret_denied)
{
	*ret_allowed = auth->allowed;
	*ret_denied = auth->denied;
}
