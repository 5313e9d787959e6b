/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Watching the connections of an endpoint from beside libzmq. It counts whole messages only: frames
 * of a message that is never finished, and answers that nobody fetches, pile up inside it without a
 * limit and without a word to us. But the kernel counts bytes. What a connection has sent, less
 * what was delivered of it, is what it makes us hold; the same holds for answers. Whoever makes us
 * hold more than an honest client can is cut off: its own descriptor is shut down, upon which
 * libzmq closes the session and drops the unfinished message.
 *
 * A thread of its own, because the loop may stand for a flush while a gigabyte arrives. It looks
 * when memory grows, else once a second. It knows nothing of messages or keys. */
#ifndef WIRE_WATCH_H
#define WIRE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "wire/kernel.h"

enum cut_why {
	CUT_ASKED = 1, /* endpoint_cut() */
	CUT_FRAMES,    /* other than two frames in a message */
	CUT_UNREAD,    /* sent more that is no message than an honest client may */
	CUT_UNFETCHED, /* leaves more answers with us than an honest client may */
	CUT_PRESSURE,  /* memory is short, and it holds some: nobody is to blame */
};

/* A connection that was cut off. actor 0: nothing was ever delivered from it. */
struct cut {
	uint32_t actor;
	enum cut_why why;
};

struct watch;
CHECKED int watch_start(struct watch **ret_watch);
void watch_stop(struct watch *watch);
AUTO_DEFINE(watch_stop, struct watch *);

/* How much anonymous memory the process may have; near it, less may be held. 0: any. */
void watch_set_memory(struct watch *watch, uint64_t memory_bytes);
/* The process's anonymous memory as last looked at. */
uint64_t watch_memory(struct watch *watch);

/* A message of so many bytes on the wire was delivered from there; true if it is the first. */
bool watch_delivered(struct watch *watch, struct link link, uint32_t actor, uint64_t bytes);
/* An answer of so many bytes on the wire was given to libzmq. */
void watch_answered(struct watch *watch, struct link link, uint64_t bytes);

/* Cuts the connection off after delay_ms, so that an answer can still leave; 0: at once. */
void watch_cut(struct watch *watch, struct link link, uint32_t delay_ms);
/* The same at once for every connection from which this actor's messages were delivered. */
void watch_cut_actor(struct watch *watch, uint32_t actor);
/* The next cut that the watch decided by itself; false: none since the last call. Of a great many
 * some may be missing. */
bool watch_take(struct watch *watch, struct cut *ret_cut);
/* Connections that were cut off since the start. */
uint64_t watch_cut_count(struct watch *watch);

#endif
