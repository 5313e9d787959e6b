/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Two limits, what waits and what comes in a second: whoever is served as fast as he sends would
 * never see the first, and would still keep libzmq's one thread from everybody else. Deficit round
 * robin: the queue at the front of the ring sends while its credit lasts, then gets a helping for
 * its next turn and goes to the back. A helping is smaller than a large message, so whoever sends
 * large ones sits out some rounds. A queue that was empty begins at the back with one helping,
 * whatever it had left: nobody saves up. */
#include "ingestd/inbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"

/* A message costs its bytes, and as much as 4 KiB for being one: a small one may ask for much. */
enum { HELPING_BYTES = 16 * 1024, MESSAGE_COST_BYTES = 4096, SENDERS_MIN = 64 };

struct item {
	struct item *next;
	struct peer peer;
	size_t header_len, payload_len;
	uint8_t bytes[];
};

/* The queue of one key. In the ring if and only if it has an item. */
struct sender {
	struct item *first, *last;
	uint32_t items; /* <= WINDOW_MESSAGES_MAX */
	uint32_t next;  /* actor behind it in the ring; 0: none */
	size_t credit;
	/* what it may still send at once, as of filled_at; grows with time up to the limit */
	struct mono filled_at; /* ns 0: never sent anything */
	int64_t messages_left, bytes_left;
};

struct inbox {
	/* owned; by number of the key, which the registry gives without gaps */
	struct sender *sender;
	size_t senders;
	struct item *taken; /* what the last view points into */
	/* the ring: actors with something waiting */
	uint32_t front, back;
	size_t messages, bytes;
};

int inbox_new(struct inbox **ret_inbox)
{
	*ret_inbox = calloc(1, sizeof(**ret_inbox));
	if (!*ret_inbox)
		return err_here(ERR_NOMEM, "cannot allocate the inbox");
	return 0;
}

static void items_free(struct item *item)
{
	while (item) {
		struct item *next = item->next;

		free(item);
		item = next;
	}
}

void inbox_free(struct inbox *inbox)
{
	if (!inbox)
		return;
	for (size_t i = 0; i < inbox->senders; i++)
		items_free(inbox->sender[i].first);
	free(inbox->sender);
	free(inbox->taken);
	free(inbox);
}

static int sender_of(struct inbox *inbox, uint32_t actor, struct sender **ret_sender)
{
	if (actor >= inbox->senders) {
		size_t size = inbox->senders ? inbox->senders : SENDERS_MIN;
		struct sender *grown;

		while (size <= actor)
			size *= 2;
		grown = realloc(inbox->sender, size * sizeof(*grown));
		if (!grown)
			return err_here(ERR_NOMEM, "cannot allocate %zu queues", size);
		memset(grown + inbox->senders, 0, (size - inbox->senders) * sizeof(*grown));
		inbox->sender = grown;
		inbox->senders = size;
	}
	*ret_sender = &inbox->sender[actor];
	return 0;
}

static size_t item_bytes(const struct item *item)
{
	return sizeof(*item) + item->header_len + item->payload_len;
}

static size_t item_cost(const struct item *item)
{
	return MESSAGE_COST_BYTES + item->header_len + item->payload_len;
}

static void ring_append(struct inbox *inbox, uint32_t actor)
{
	inbox->sender[actor].next = 0;
	if (inbox->back)
		inbox->sender[inbox->back].next = actor;
	else
		inbox->front = actor;
	inbox->back = actor;
}

static void ring_shift(struct inbox *inbox)
{
	inbox->front = inbox->sender[inbox->front].next;
	if (!inbox->front)
		inbox->back = 0;
}

static int64_t filled(int64_t left, int64_t per_second, int64_t ns, int64_t max)
{
	const int64_t now = left + (int64_t)((__int128)per_second * ns / 1000000000);

	return now < max ? now : max;
}

/* Takes a message out of what the key may send; false: it is used up. Time that gives less than one
 * message stays on the clock. */
static bool allowance_take(struct sender *sender, size_t len, struct mono now)
{
	const int64_t ns = now.ns - sender->filled_at.ns;

	if (sender->filled_at.ns == 0 || ns >= 1000000000 / SENDER_MESSAGES_PER_SECOND) {
		sender->messages_left = filled(sender->messages_left, SENDER_MESSAGES_PER_SECOND,
			ns, SENDER_MESSAGES_PER_SECOND);
		sender->bytes_left = filled(
			sender->bytes_left, SENDER_BYTES_PER_SECOND, ns, SENDER_BYTES_AT_ONCE);
		sender->filled_at = now;
	}
	if (sender->messages_left < 1 || sender->bytes_left < (int64_t)len)
		return false;
	sender->messages_left--;
	sender->bytes_left -= (int64_t)len;
	return true;
}

int inbox_put(struct inbox *inbox, const struct message *message, struct mono now)
{
	const size_t len = message->header.len + message->payload.len;
	struct sender *sender = NULL;
	struct item *item;
	int r = sender_of(inbox, message->peer.actor, &sender);

	if (r < 0)
		return err_pass(r);
	if (sender->items >= WINDOW_MESSAGES_MAX ||
		(inbox->bytes >= INBOX_BYTES_MAX && sender->items > 0) ||
		inbox->bytes >= (size_t)2 * INBOX_BYTES_MAX || !allowance_take(sender, len, now))
		return INBOX_OVER_LIMIT;
	item = malloc(sizeof(*item) + len);
	if (!item)
		return err_here(ERR_NOMEM, "cannot keep a message of %zu bytes", len);
	*item = (struct item){ .peer = message->peer,
		.header_len = message->header.len,
		.payload_len = message->payload.len };
	if (item->header_len > 0)
		memcpy(item->bytes, message->header.data, item->header_len);
	if (item->payload_len > 0)
		memcpy(item->bytes + item->header_len, message->payload.data, item->payload_len);
	if (sender->items++ == 0) {
		sender->first = item;
		sender->credit = HELPING_BYTES;
		ring_append(inbox, message->peer.actor);
	} else {
		sender->last->next = item;
	}
	sender->last = item;
	inbox->messages++;
	inbox->bytes += item_bytes(item);
	return 0;
}

/* The sender whose turn it is; the ring is not empty. Ends, for each round gives everybody more. */
static struct sender *sender_next(struct inbox *inbox)
{
	for (;;) {
		const uint32_t actor = inbox->front;
		struct sender *sender = &inbox->sender[actor];

		if (sender->credit >= item_cost(sender->first))
			return sender;
		sender->credit += HELPING_BYTES;
		ring_shift(inbox);
		ring_append(inbox, actor);
	}
}

int inbox_take(struct inbox *inbox, struct message *ret_message)
{
	struct sender *sender;
	struct item *item;

	if (!inbox->front)
		return INBOX_EMPTY;
	sender = sender_next(inbox);
	item = sender->first;
	sender->first = item->next;
	sender->credit -= item_cost(item);
	if (--sender->items == 0) {
		ring_shift(inbox);
	}
	inbox->messages--;
	inbox->bytes -= item_bytes(item);
	free(inbox->taken);
	inbox->taken = item;
	*ret_message = (struct message){ .peer = item->peer,
		.header = bytes_of(item->bytes, item->header_len),
		.payload = bytes_of(item->bytes + item->header_len, item->payload_len) };
	return 0;
}

static void ring_remove(struct inbox *inbox, uint32_t actor)
{
	uint32_t before = inbox->front;

	if (before == actor) {
		ring_shift(inbox);
		return;
	}
	while (inbox->sender[before].next != actor)
		before = inbox->sender[before].next;
	inbox->sender[before].next = inbox->sender[actor].next;
	if (inbox->back == actor)
		inbox->back = before;
}

void inbox_drop(struct inbox *inbox, uint32_t actor)
{
	struct sender *sender;

	if (actor >= inbox->senders || inbox->sender[actor].items == 0)
		return;
	sender = &inbox->sender[actor];
	for (const struct item *item = sender->first; item; item = item->next)
		inbox->bytes -= item_bytes(item);
	inbox->messages -= sender->items;
	ring_remove(inbox, actor);
	items_free(sender->first);
	sender->first = sender->last = NULL;
	sender->items = 0;
}

size_t inbox_messages(const struct inbox *inbox)
{
	return inbox->messages;
}

size_t inbox_bytes(const struct inbox *inbox)
{
	return inbox->bytes;
}
