/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Messages in: from two frames of an authenticated peer to a decision or a refusal. What is not one
 * of our messages is dropped and counted; what is, but wrong, is told so. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "ingestd/server_parts.h"

/* A message with its sender's key, on its way to its handler. */
struct incoming {
	const struct peer *peer;
	const struct key *key;
	struct frame frame;
	struct bytes payload;
};

static int malformed(struct server *server, const struct incoming *in)
{
	return err_pass(
		answer_refusal(server, in->peer, in->frame.request, REFUSAL_MALFORMED, err_text()));
}

static int receive_hello(struct server *server, const struct incoming *in)
{
	AUTO(buffer_fini) struct buffer payload = { 0 };
	struct welcome welcome = {
		.version = PROTOCOL_VERSION,
		.head = { .sequence = server->durable.sequence, .chain = server->durable.chain },
		.catalogue = *catalog_digest(decide_catalog(server->decide)),
		.catalogue_number = decide_catalogue_number(server->decide),
		.window_messages = WINDOW_MESSAGES_MAX,
		.submit_reports_max = SUBMIT_REPORTS_MAX,
		.report_bytes_max = REPORT_BYTES_MAX,
		.server_time_ms = (uint64_t)clock_wall().ms,
	};
	struct hello hello;
	int r;

	if (hello_decode(server->arena, in->payload, &hello) < 0)
		return err_pass(malformed(server, in));
	if (hello.version != PROTOCOL_VERSION)
		return err_pass(answer_refusal(server, in->peer, in->frame.request, REFUSAL_VERSION,
			"this server speaks protocol version 1"));
	/* Before it is heard as a witness: it speaks of another house, not of another history. */
	if (hello.has_receipt && hello.training != server->settings->training)
		return err_pass(answer_refusal(server, in->peer, in->frame.request,
			REFUSAL_OTHER_KIND,
			server->settings->training
				? "this is a training system, and the receipt is of a real one"
				: "this is no training system, and the receipt is of one"));
	r = witness_hear(
		server, in->peer, in->frame.request, in->key, &hello, &welcome.offer_again);
	if (r != 0)
		return r == WITNESS_REFUSED ? 0 : err_pass(r);
	memcpy(welcome.head.epoch, server->durable.epoch, EPOCH_BYTES);
	if ((r = welcome_encode(&welcome, &payload)) < 0)
		return err_pass(r);
	return err_pass(answer_now(
		server, in->peer, in->frame.request, FRAME_WELCOME, buffer_view(&payload)));
}

static int receive_submit(struct server *server, const struct incoming *in)
{
	struct submit submit;
	struct reply *reply;
	int r;

	if (server->disk_low)
		return err_pass(answer_busy(server, in->peer, in->frame.request, BUSY_DISK_FLOOR));
	if ((r = witness_bar(server, in->peer, in->frame.request, in->key)) != 0)
		return r == WITNESS_REFUSED ? 0 : err_pass(r);
	if (submit_decode(server->arena, in->payload, &submit) < 0)
		return err_pass(malformed(server, in));
	reply = batch_reply(server->filling, in->peer, in->frame.request, FRAME_VERDICTS);
	r = decide_submit(server->decide, in->key, &submit, server->filling, reply);
	if (r == DECIDE_TAIL_FULL) {
		server->filling->replies--;
		return err_pass(answer_busy(server, in->peer, in->frame.request, BUSY_TAIL_FULL));
	}
	return err_pass(r);
}

/* What a line takes at most (two digests, a code, nine numbers), and a notice without its text. */
enum { STATUS_LINES_MAX = 256, LINE_BYTES_MAX = 154, NOTICE_HEAD_BYTES_MAX = 114 };
_Static_assert(STATUS_LINES_MAX *LINE_BYTES_MAX + NOTICES_MAX * NOTICE_HEAD_BYTES_MAX +
			       NOTICE_TEXTS_BYTES_MAX + 1024 <=
		       PAYLOAD_BYTES_MAX,
	"an answer about the status fits a payload");

/* Whether the key has ever had to do with the facility; operators without areas look at all. */
static bool key_sees(
	const struct catalog *catalog, const struct key *key, const struct facility *facility)
{
	bool sees = key->role != ROLE_COLLECTOR && key->areas == 0;

	for (uint32_t i = 0; i < key->facilities && !sees; i++)
		sees = strcmp(key->facility[i], facility->code) == 0;
	for (uint32_t i = 0; i < key->areas && !sees; i++) {
		for (uint32_t k = 0; k < facility->segments && !sees; k++)
			sees = catalog_area_within(
				catalog, facility->segment[k].area, key->area[i]);
	}
	return sees;
}

/* From another life of the journal, or from nowhere: then everything is news. */
static uint64_t notices_after(const struct server *server, const struct status_request *request)
{
	bool ours = memcmp(request->since.epoch, server->durable.epoch, EPOCH_BYTES) == 0;

	return ours ? request->since.sequence : 0;
}

/* What STATUS tells: lines and notices are room for it. */
static int status_fill(struct server *server, const struct facility *facility,
	const struct status_request *request, struct status_line *lines, struct notice *notices,
	struct status_reply *ret_status)
{
	struct status_reply status = { .line = lines,
		.notice = notices,
		.segment = facility->segment,
		.segments = facility->segments };
	int r = decide_status(server->decide, facility, request->form, request->period,
		STATUS_LINES_MAX, lines, &status.lines, &status.more);

	if (r == 0 && request->has_since)
		r = decide_notices(server->decide, facility, notices_after(server, request),
			NOTICES_MAX, notices, &status.notices, &status.more_notices);
	if (r < 0)
		return err_pass(r);
	*ret_status = status;
	return 0;
}

/* Whether an operator sees what the facility reported for the period: it may have moved. */
static bool period_seen(const struct server *server, const struct key *key,
	const struct facility *facility, uint32_t period)
{
	const struct segment *segment = facility_segment(facility, period);

	return key->role == ROLE_COLLECTOR || key->areas == 0 ||
	       (segment && key_reaches(decide_catalog(server->decide), key, segment->area));
}

/* Leaves out what belongs to periods that the asker does not see. */
static void status_limit(const struct server *server, const struct key *key,
	const struct facility *facility, struct status_line *lines, struct notice *notices,
	struct status_reply *status)
{
	size_t kept = 0;

	for (size_t i = 0; i < status->lines; i++)
		if (period_seen(server, key, facility, lines[i].period))
			lines[kept++] = lines[i];
	status->lines = kept;
	kept = 0;
	for (size_t i = 0; i < status->notices; i++)
		if (period_seen(server, key, facility, notices[i].period))
			notices[kept++] = notices[i];
	status->notices = kept;
}

static int receive_status(struct server *server, const struct incoming *in)
{
	AUTO(buffer_fini) struct buffer payload = { 0 };
	struct status_line lines[STATUS_LINES_MAX];
	struct notice notices[NOTICES_MAX];
	const struct facility *facility;
	struct status_request request;
	struct status_reply status;
	struct reply *reply;
	int r;

	if (status_request_decode(server->arena, in->payload, &request) < 0)
		return err_pass(malformed(server, in));
	facility = registry_facility_by_code(decide_registry(server->decide), request.facility);
	if (!facility || !key_sees(decide_catalog(server->decide), in->key, facility))
		return err_pass(
			answer_refusal(server, in->peer, in->frame.request, REFUSAL_NOT_FOUND,
				"no such facility among those that this key reports for"));
	r = status_fill(server, facility, &request, lines, notices, &status);
	if (r < 0)
		return err_pass(r);
	status_limit(server, in->key, facility, lines, notices, &status);
	if ((r = status_reply_encode(&status, &payload)) < 0)
		return err_pass(r);
	reply = batch_reply(server->filling, in->peer, in->frame.request, FRAME_STATUS_REPLY);
	reply->payload = batch_copy(server->filling, buffer_view(&payload));
	return 0;
}

static int receive_catalogue(struct server *server, const struct incoming *in)
{
	AUTO(buffer_fini) struct buffer payload = { 0 };
	const struct catalog *catalog = decide_catalog(server->decide);
	struct bytes bundle = catalog_bundle(catalog);
	uint32_t pieces = (uint32_t)((bundle.len + CATALOG_PIECE_BYTES - 1) / CATALOG_PIECE_BYTES);
	struct catalogue_request request;
	struct catalogue_piece piece;
	size_t offset;
	int r;

	if (catalogue_request_decode(server->arena, in->payload, &request) < 0)
		return err_pass(malformed(server, in));
	if ((!request.any && !digest_equal(&request.digest, catalog_digest(catalog))) ||
		request.piece >= pieces)
		return err_pass(
			answer_refusal(server, in->peer, in->frame.request, REFUSAL_NOT_FOUND,
				"this catalogue, or this piece of it, is not in force here; ask "
				"without a digest"));
	offset = (size_t)request.piece * CATALOG_PIECE_BYTES;
	piece = (struct catalogue_piece){
		.digest = *catalog_digest(catalog),
		.number = decide_catalogue_number(server->decide),
		.piece = request.piece,
		.pieces = pieces,
		.data = bytes_of(bundle.data + offset, bundle.len - offset < CATALOG_PIECE_BYTES
							       ? bundle.len - offset
							       : CATALOG_PIECE_BYTES),
	};
	if ((r = catalogue_piece_encode(&piece, &payload)) < 0)
		return err_pass(r);
	return err_pass(answer_now(
		server, in->peer, in->frame.request, FRAME_CATALOGUE_PIECE, buffer_view(&payload)));
}

static int receive_ping(struct server *server, const struct incoming *in)
{
	uint64_t nonce;

	if (ping_decode(server->arena, in->payload, &nonce) < 0)
		return err_pass(malformed(server, in));
	return err_pass(answer_now(server, in->peer, in->frame.request, FRAME_PONG, in->payload));
}

static int receive_question(struct server *server, const struct incoming *in)
{
	struct question question;

	if (in->key->role < ROLE_READER)
		return err_pass(
			answer_refusal(server, in->peer, in->frame.request, REFUSAL_NOT_ALLOWED,
				"a collector's key may not ask this; use an operator's key"));
	if (question_decode(server->arena, in->payload, &question) < 0)
		return err_pass(malformed(server, in));
	return err_pass(answer_question(server, in->peer, in->frame.request, &question));
}

static int receive_command(struct server *server, const struct incoming *in)
{
	struct command command;
	struct reply *reply;
	int r;

	if (command_decode(server->arena, in->payload, &command) < 0)
		return err_pass(malformed(server, in));
	reply = batch_reply(server->filling, in->peer, in->frame.request, FRAME_COMMAND_RESULT);
	r = decide_command(server->decide, in->key, &command, in->payload, server->filling, reply);
	if (r == DECIDE_TAIL_FULL) {
		server->filling->replies--;
		return err_pass(answer_busy(server, in->peer, in->frame.request, BUSY_TAIL_FULL));
	}
	return err_pass(r);
}

static int (*const handlers[FRAME_TYPE_MAX + 1])(
	struct server *server, const struct incoming *in) = {
	[FRAME_HELLO] = receive_hello,
	[FRAME_SUBMIT] = receive_submit,
	[FRAME_STATUS] = receive_status,
	[FRAME_CATALOGUE] = receive_catalogue,
	[FRAME_PING] = receive_ping,
	[FRAME_QUESTION] = receive_question,
	[FRAME_COMMAND] = receive_command,
};

/* The handshake was long ago: since then the key may have been revoked, or its last day passed.
 * err_text() then says so. */
static bool key_turned_away(const struct server *server, const struct incoming *in)
{
	char fault[KEY_FAULT_BYTES] = "this key is not registered; ask the bureau";

	if (in->key)
		key_fault(in->key, decide_today(server->decide), fault);
	return fault[0] && err_here(ERR_DENIED, "%s", fault) < 0;
}

static int receive_message(struct server *server, const struct message *message)
{
	struct incoming in = { .peer = &message->peer, .payload = message->payload };
	int r = frame_decode(message->header, message->payload.len, &in.frame);

	if (r < 0) {
		server->dropped_messages++;
		log_info("message dropped", kv_u64("actor", message->peer.actor),
			kv_str("why", err_text()));
		return 0;
	}
	if (r == FRAME_WRONG_VERSION)
		return err_pass(answer_refusal(server, in.peer, in.frame.request, REFUSAL_VERSION,
			"this server speaks protocol version 1"));
	if (r == FRAME_WRONG_TYPE || !handlers[in.frame.type])
		return err_pass(answer_refusal(server, in.peer, in.frame.request,
			REFUSAL_MESSAGE_TYPE, "ingestd does not take messages of this type"));
	in.key = registry_key(decide_registry(server->decide), message->peer.actor);
	if (key_turned_away(server, &in)) {
		endpoint_cut(server->endpoint, in.peer, LAST_WORD_MS);
		return err_pass(answer_refusal(
			server, in.peer, in.frame.request, REFUSAL_NOT_ALLOWED, err_text()));
	}
	return err_pass(handlers[in.frame.type](server, &in));
}

int receive_one(struct server *server)
{
	struct message message;
	int r = inbox_take(server->inbox, &message);

	if (r != 0)
		return err_pass(r);
	return err_pass(receive_message(server, &message));
}
