/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From the wire into the inbox: whose messages wait, who is told to come back, who is cut off. It
 * looks at nothing of a message but its header's request number, for the answer BUSY. */
#include "base/err.h"
#include "base/limits.h"
#include "base/log.h"
#include "ingestd/server_parts.h"

/* Messages taken from the wire before the loop decides some. */
enum { ADMITTED_MAX = 256 };

static const char *why_name(enum cut_why why)
{
	switch (why) {
	case CUT_FRAMES:
		return "not two frames";
	case CUT_UNREAD:
		return "bytes that become no message";
	case CUT_UNFETCHED:
		return "answers not fetched";
	default:
		return "beyond the limit of a sender";
	}
}

/* Once for each quarantine, however much it takes to begin one. */
static void cut_off(struct server *server, uint32_t actor, enum cut_why why)
{
	const uint32_t ms = quarantine_begin(server->quarantine, actor, clock_mono());

	if (ms == 0)
		return;
	endpoint_cut_actor(server->endpoint, actor);
	inbox_drop(server->inbox, actor);
	log_warning("sender cut off", kv_u64("actor", actor), kv_str("why", why_name(why)),
		kv_u64("seconds", ms / 1000));
}

static void cuts_take(struct server *server)
{
	uint64_t pressed = 0;
	struct cut cut;

	while (endpoint_take_cut(server->endpoint, &cut)) {
		if (cut.why == CUT_PRESSURE)
			pressed++; /* it may be anybody's */
		else if (cut.actor == 0)
			quarantine_nameless(server->quarantine, clock_mono());
		else
			cut_off(server, cut.actor, cut.why);
	}
	if (pressed > 0)
		log_warning("memory is short; connections cut off, continuing",
			kv_u64("connections", pressed),
			kv_u64("memory_bytes", endpoint_memory(server->endpoint)));
}

/* Tells it to come back, and cuts it off if it has heard that too often. */
static int over_limit(struct server *server, const struct message *message)
{
	const struct peer *peer = &message->peer;
	struct frame frame;

	server->over_limit_messages++;
	if (quarantine_over_limit(
		    server->quarantine, peer->actor, message->payload.len, clock_mono())) {
		cut_off(server, peer->actor, CUT_ASKED);
		return 0;
	}
	if (frame_decode(message->header, message->payload.len, &frame) < 0) {
		server->dropped_messages++;
		return 0;
	}
	return err_pass(answer_busy(server, peer, frame.request, BUSY_SENDER_LIMIT));
}

static int admit(struct server *server, const struct message *message)
{
	const struct peer *peer = &message->peer;
	const struct mono now = clock_mono();
	int r;

	if (peer->first)
		quarantine_heard(server->quarantine, peer->actor);
	if (quarantine_holds(server->quarantine, peer->actor, now)) {
		/* Its first message gives the connection a name, or it was on its way. */
		server->dropped_messages++;
		endpoint_cut(server->endpoint, peer, 0);
		return 0;
	}
	r = inbox_put(server->inbox, message, now);
	return err_pass(r == INBOX_OVER_LIMIT ? over_limit(server, message) : r);
}

int admit_some(struct server *server)
{
	int r = 0;

	for (size_t i = 0; i < ADMITTED_MAX && r == 0; i++) {
		struct message message;

		r = endpoint_recv(server->endpoint, &message);
		if (r == 0)
			r = admit(server, &message);
	}
	cuts_take(server);
	return r == ENDPOINT_EMPTY ? 0 : err_pass(r);
}

uint32_t admit_key(void *ctx, const uint8_t public_key[32])
{
	struct server *server = ctx;
	const struct registry *registry =
		server->decide ? decide_registry(server->decide) : server->early;
	const int32_t today = server->decide ? decide_today(server->decide) : server->early_today;
	const struct key *key = registry_key_by_public(registry, public_key);
	const struct mono now = clock_mono();

	if (!key || !key_valid(key, today))
		return 0;
	if (!quarantine_holds(server->quarantine, key->number, now) &&
		quarantine_knock(server->quarantine, key->number, now))
		cut_off(server, key->number, CUT_UNREAD);
	return quarantine_holds(server->quarantine, key->number, now) ? AUTH_LATER : key->number;
}
