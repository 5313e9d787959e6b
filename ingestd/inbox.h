/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What waits between the wire and deciding: one queue per sender's key, over all its connections,
 * since libzmq is fair to connections only, and whoever opens sixty-four of them would get
 * sixty-four shares. Queues take turns by bytes (deficit round robin): a sender of the largest
 * messages and one of the smallest get through the same number of bytes. Nothing in here knows what
 * a message says. */
#ifndef INGESTD_INBOX_H
#define INGESTD_INBOX_H

#include "base/clock.h"
#include "wire/endpoint.h"

struct inbox;
enum { INBOX_EMPTY = 1, INBOX_OVER_LIMIT = 2 };

CHECKED int inbox_new(struct inbox **ret_inbox);
void inbox_free(struct inbox *inbox);
AUTO_DEFINE(inbox_free, struct inbox *);

/* Copies the message behind the others of its key. INBOX_OVER_LIMIT, and nothing was kept: the key
 * has WINDOW_MESSAGES_MAX waiting, or has sent more a second than it may (SENDER_…), or all keys
 * together have INBOX_BYTES_MAX and this one is among them, or they have twice that. */
CHECKED int inbox_put(struct inbox *inbox, const struct message *message, struct mono now);
/* The next message, valid until the next call. INBOX_EMPTY: there is none. */
CHECKED int inbox_take(struct inbox *inbox, struct message *ret_message);
/* Forgets everything that waits of a key. */
void inbox_drop(struct inbox *inbox, uint32_t actor);

/* All that waits, of all keys. */
size_t inbox_messages(const struct inbox *inbox);
/* … and its bytes. */
size_t inbox_bytes(const struct inbox *inbox);

#endif
