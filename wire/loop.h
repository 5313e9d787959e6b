/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Waiting on sockets, file descriptors and one deadline. It says only that something may be ready;
 * the caller drains each source by its own non-blocking calls. SIGTERM, SIGINT and SIGHUP arrive
 * here through a signalfd and interrupt nothing. */
#ifndef WIRE_LOOP_H
#define WIRE_LOOP_H

#include "wire/endpoint.h"

struct loop;
/* Blocks the three signals in this thread; call it before any other thread is started. */
CHECKED int loop_new(struct loop **ret_loop);
void loop_free(struct loop *loop);
AUTO_DEFINE(loop_free, struct loop *);

CHECKED int loop_add_auth(struct loop *loop, struct auth *auth);
CHECKED int loop_add_endpoint(struct loop *loop, struct endpoint *endpoint);
CHECKED int loop_add_fd(struct loop *loop, int fd); /* readable */

/* Waits until something may be ready, or timeout_ms (0: only look; at most 1000). */
CHECKED int loop_wait(struct loop *loop, int timeout_ms);
bool loop_stopping(const struct loop *loop); /* SIGTERM or SIGINT came */
bool loop_take_reload(struct loop *loop);    /* SIGHUP came since the last call */

#endif
