/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The context of a process, and the seed that keeps it alive. A ROUTER numbers its anonymous peers
 * from a start that libzmq 4.3.4 takes from rand() and never seeds; an authenticated client that
 * guesses the next number and claims it as its own makes libzmq abort when the next peer
 * arrives. */
#include "wire/context.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/err.h"
#include "wire/socket.h"

static int seed(void)
{
	unsigned value;

	if (getrandom(&value, sizeof(value), 0) != (ssize_t)sizeof(value))
		return err_here(ERR_IO, "cannot get randomness: %s", err_errno(errno));
	srand(value);
	return 0;
}

int wire_context_new(struct wire_context **ret_context)
{
	AUTO(wire_context_free) struct wire_context *context = calloc(1, sizeof(*context));
	int r;

	if (!context)
		return err_here(ERR_NOMEM, "cannot allocate a context");
	r = seed();
	if (r < 0)
		return err_pass(r);
	context->zmq = zmq_ctx_new();
	if (!context->zmq)
		return err_here(ERR_IO, "cannot make a ZeroMQ context: %s", zmq_strerror(errno));
	/* Also sockets that libzmq makes for itself do not linger. */
	if (zmq_ctx_set(context->zmq, ZMQ_BLOCKY, 0) != 0)
		return err_here(ERR_IO, "cannot set up ZeroMQ: %s", zmq_strerror(errno));
	*ret_context = context;
	context = NULL;
	return 0;
}

void wire_context_free(struct wire_context *context)
{
	if (!context)
		return;
	if (context->zmq) {
		while (zmq_ctx_term(context->zmq) != 0 && errno == EINTR)
			;
	}
	for (size_t i = 0; i < context->lock_count; i++)
		close(context->locks[i]);
	free(context);
}
