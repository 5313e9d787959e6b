/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * zmq_poll over everything a daemon's thread waits for. It asks each socket for its state before it
 * sleeps, so what arrived earlier is seen; the descriptor that ZMQ_FD gives tells only of changes
 * and loses them, and is not used. */
#include "wire/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fd.h"
#include "wire/socket.h"

enum { SOURCES_MAX = 16, WAIT_MS_MAX = 1000 };

struct loop {
	zmq_pollitem_t items[SOURCES_MAX]; /* borrowed, but for the first: the signals */
	int count;                         /* <= SOURCES_MAX */
	/* owned */
	int signals;
	bool stopping, reload;
};

int loop_new(struct loop **ret_loop)
{
	AUTO(loop_free) struct loop *loop = calloc(1, sizeof(*loop));
	sigset_t set;

	if (!loop)
		return err_here(ERR_NOMEM, "cannot allocate the loop");
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	loop->signals = -1;
	errno = pthread_sigmask(SIG_BLOCK, &set, NULL);
	if (errno == 0)
		loop->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (loop->signals < 0)
		return err_here(ERR_IO, "cannot receive signals: %s", err_errno(errno));
	loop->items[loop->count++] = (zmq_pollitem_t){ .fd = loop->signals, .events = ZMQ_POLLIN };
	*ret_loop = loop;
	loop = NULL;
	return 0;
}

/* The signals stay blocked: one that comes during the last steps of a stop must not cut them
 * off. */
void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	fd_close(loop->signals);
	free(loop);
}

static int add(struct loop *loop, void *socket, int fd)
{
	if (loop->count == SOURCES_MAX)
		return err_here(ERR_LIMIT, "a loop waits on at most %d things", (int)SOURCES_MAX);
	loop->items[loop->count++] =
		(zmq_pollitem_t){ .socket = socket, .fd = fd, .events = ZMQ_POLLIN };
	return 0;
}

int loop_add_auth(struct loop *loop, struct auth *auth)
{
	return err_pass(add(loop, auth_socket(auth), 0));
}

int loop_add_endpoint(struct loop *loop, struct endpoint *endpoint)
{
	return err_pass(add(loop, endpoint_socket(endpoint), 0));
}

int loop_add_fd(struct loop *loop, int fd)
{
	return err_pass(add(loop, NULL, fd));
}

static int signals_take(struct loop *loop)
{
	struct signalfd_siginfo info;
	ssize_t n;

	while ((n = read(loop->signals, &info, sizeof(info))) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGHUP)
			loop->reload = true;
		else
			loop->stopping = true;
	}
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		return err_here(ERR_IO, "cannot read signals: %s", err_errno(errno));
	return 0;
}

int loop_wait(struct loop *loop, int timeout_ms)
{
	ensure(timeout_ms >= 0);
	if (timeout_ms > WAIT_MS_MAX)
		timeout_ms = WAIT_MS_MAX;
	if (zmq_poll(loop->items, loop->count, timeout_ms) < 0) {
		if (errno == EINTR)
			return 0;
		return err_here(ERR_IO, "cannot wait for messages: %s", zmq_strerror(errno));
	}
	return loop->items[0].revents ? err_pass(signals_take(loop)) : 0;
}

bool loop_stopping(const struct loop *loop)
{
	return loop->stopping;
}

bool loop_take_reload(struct loop *loop)
{
	bool reload = loop->reload;

	loop->reload = false;
	return reload;
}
