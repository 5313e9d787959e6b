/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Answers out. Verdicts, results of commands, STATUS and questions leave with their batch after the
 * flush; answer_batch() is their only way. What rests on no decision leaves at once: greetings,
 * pieces of the catalogue, pongs, refusals, BUSY, and what a verification found. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "ingestd/server_parts.h"
#include "proto/observed.h"
#include "proto/training.h"

int answer_now(struct server *server, const struct peer *peer, uint32_t request,
	enum frame_type type, struct bytes payload)
{
	AUTO(buffer_fini) struct buffer marked = { 0 };
	struct frame frame = { .type = type, .request = request };
	uint8_t header[FRAME_HEADER_BYTES];
	int r;

	if (server->settings->training) {
		if ((r = buffer_add(&marked, payload)) < 0 ||
			(r = training_mark(type, &marked)) < 0)
			return err_pass(r);
		payload = buffer_view(&marked);
	}
	frame.length = (uint32_t)payload.len;
	frame_encode(&frame, header);
	return err_pass(
		endpoint_send(server->endpoint, peer, bytes_of(header, sizeof(header)), payload));
}

int answer_busy(
	struct server *server, const struct peer *peer, uint32_t request, enum busy_reason reason)
{
	AUTO(buffer_fini) struct buffer payload = { 0 };
	struct busy busy = { .retry_after_ms =
				     reason == BUSY_SENDER_LIMIT ? SENDER_RETRY_MS : BUSY_RETRY_MS,
		.reason = reason };
	int r = busy_encode(&busy, &payload);

	server->busy[reason]++;
	if (r < 0)
		return err_pass(r);
	return err_pass(answer_now(server, peer, request, FRAME_BUSY, buffer_view(&payload)));
}

int answer_refusal(struct server *server, const struct peer *peer, uint32_t request,
	enum refusal_code code, const char *text)
{
	AUTO(buffer_fini) struct buffer payload = { 0 };
	struct refusal refusal = { .code = code, .text = bytes_str(text) };
	int r = refusal_encode(&refusal, &payload);

	if (r < 0)
		return err_pass(r);
	server->refused_messages++;
	log_info("message refused", kv_u64("actor", peer->actor), kv_str("why", text));
	return err_pass(answer_now(server, peer, request, FRAME_REFUSAL, buffer_view(&payload)));
}

/* An entry that is durable by now. */
static int entry_of(
	struct server *server, uint64_t sequence, struct buffer *buffer, struct entry *ret_entry)
{
	return err_fold(journal_get(server->journal, sequence, buffer, ret_entry));
}

static int receipt_complete(struct server *server, struct receipt *receipt)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	struct entry entry;
	int r = entry_of(server, receipt->last_sequence, &buffer, &entry);

	if (r < 0)
		return err_pass(r);
	receipt->chain = entry.chain;
	return 0;
}

/* What points to an earlier entry needs its chain hash; and who did not hear why his report was
 * held learns it from that entry. */
static int verdict_complete(struct server *server, struct verdict *verdict)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	const struct finding *findings = NULL;
	struct entry entry;
	size_t count = 0;
	int r;

	if (!verdict->has_first)
		return 0;
	if ((r = entry_of(server, verdict->first.last_sequence, &buffer, &entry)) < 0)
		return err_pass(r);
	verdict->first.chain = entry.chain;
	if (verdict->status != STATUS_HELD)
		return 0;
	if ((r = findings_decode(server->arena, entry.findings, &findings, &count,
		     &verdict->findings_more)) < 0)
		return err_pass(r);
	verdict->findings = (uint32_t)count;
	if (count > 0)
		memcpy(verdict->finding, findings, count * sizeof(*findings));
	return 0;
}

static int verdicts_payload(
	struct server *server, struct batch *batch, const struct reply *reply, struct buffer *out)
{
	struct verdicts verdicts = { .reports = reply->reports,
		.entries = (uint32_t)reply->entries,
		.verdict = batch->verdict + reply->first_verdict,
		.count = reply->verdicts };

	memcpy(verdicts.epoch, server->durable.epoch, EPOCH_BYTES);
	if (reply->entries > 0) {
		verdicts.first_sequence = batch->entry[reply->first_entry].sequence;
		verdicts.chain = batch->entry[reply->first_entry + reply->entries - 1].chain;
	}
	for (size_t i = 0; i < reply->verdicts; i++) {
		int r = verdict_complete(server, &batch->verdict[reply->first_verdict + i]);

		if (r < 0)
			return err_pass(r);
	}
	return err_pass(verdicts_encode(&verdicts, out));
}

static int reply_send(struct server *server, struct batch *batch, struct reply *reply)
{
	AUTO(buffer_fini) struct buffer payload = { 0 };
	int r;

	switch (reply->type) {
	case FRAME_VERDICTS:
		r = verdicts_payload(server, batch, reply, &payload);
		break;
	case FRAME_COMMAND_RESULT:
		r = reply->result.has_receipt ? receipt_complete(server, &reply->result.receipt)
					      : 0; /* refused, and not kept */
		if (r == 0)
			r = command_result_encode(&reply->result, &payload);
		break;
	default:
		return err_pass(answer_now(
			server, &reply->peer, reply->request, reply->type, reply->payload));
	}
	if (r < 0)
		return err_pass(r);
	return err_pass(answer_now(
		server, &reply->peer, reply->request, reply->type, buffer_view(&payload)));
}

int answer_batch(struct server *server, struct batch *batch)
{
	if (batch->entries > 0) {
		server->durable.sequence = batch->entry[batch->entries - 1].sequence;
		server->durable.chain = batch->entry[batch->entries - 1].chain;
		server->durable_received = batch->entry[batch->entries - 1].received;
	}
	for (size_t i = 0; i < batch->replies; i++) {
		int r = reply_send(server, batch, &batch->reply[i]);

		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

static struct position as_of(const struct server *server)
{
	struct position position = { .sequence = server->durable.sequence,
		.chain = server->durable.chain };

	memcpy(position.epoch, server->durable.epoch, EPOCH_BYTES);
	return position;
}

static int hex_cell(struct answer_builder *answer, struct bytes bytes)
{
	char hex[65];

	ensure(bytes.len <= 32);
	bytes_to_hex(bytes, hex);
	return err_pass(answer_text(answer, hex));
}

static int question_status(struct server *server, struct answer_builder *answer)
{
	const struct endpoint_counts *wire = endpoint_counts(server->endpoint);
	const struct decide_counts *counts = decide_counts(server->decide);
	const struct registry *registry = decide_registry(server->decide);
	uint64_t allowed, denied;
	int r = 0;

	auth_counts(server->auth, &allowed, &denied);
	const struct {
		const char *name;
		uint64_t value;
	} lines[] = {
		{ "sequence", server->durable.sequence },
		{ "indexed_sequence", index_sequence(server->index) },
		{ "catalogue", decide_catalogue_number(server->decide) },
		{ "facilities", registry_facilities(registry) },
		{ "keys", registry_keys(registry) },
		{ "accepted", counts->accepted },
		{ "unchanged", counts->unchanged },
		{ "superseded", counts->superseded },
		{ "rejected", counts->rejected },
		{ "held", counts->held },
		{ "later", counts->later },
		{ "refused_messages", server->refused_messages },
		{ "dropped_messages", server->dropped_messages + wire->dropped_frames +
					      wire->dropped_unauthenticated },
		{ "handshakes_denied", denied },
		{ "over_limit_messages", server->over_limit_messages },
		{ "cut_connections", endpoint_cut_count(server->endpoint) },
		{ "keys_in_quarantine", quarantine_keys(server->quarantine, clock_mono()) },
		{ "waiting_messages", inbox_messages(server->inbox) },
		{ "memory_bytes", endpoint_memory(server->endpoint) },
	};
	if ((r = answer_column(answer, "epoch", COLUMN_TEXT)) < 0)
		return err_pass(r);
	for (size_t i = 0; r == 0 && i < array_len(lines); i++)
		r = answer_column(answer, lines[i].name, COLUMN_INTEGER);
	if (r == 0)
		r = hex_cell(answer, bytes_of(server->durable.epoch, EPOCH_BYTES));
	for (size_t i = 0; r == 0 && i < array_len(lines); i++)
		r = answer_integer(answer, (int64_t)lines[i].value);
	return err_pass(r);
}

static int question_metrics(struct server *server, struct answer_builder *answer)
{
	AUTO(samples_fini) struct samples samples = { 0 };
	int r = server_metrics(server, &samples);

	return r < 0 ? err_pass(r) : err_pass(answer_samples(answer, &samples));
}

static int question_doctor(struct server *server, struct answer_builder *answer)
{
	struct doctor doctor = { 0 };

	server_doctor(server, &doctor);
	return err_pass(answer_doctor(answer, &doctor));
}

static int question_settings(struct server *server, struct answer_builder *answer)
{
	return err_pass(answer_settings(answer, settings_table, settings_count, server->settings));
}

/* The read-only questions that ingestd answers; verify waits for its thread and stands apart. */
static const struct {
	const char *verb;
	int (*run)(struct server *server, struct answer_builder *answer); /* NULL: key_list() */
	/* also for keys that are limited to areas; what is not said here concerns the whole
	 * house */
	bool limited;
} questions[] = {
	{ "status", question_status, .limited = true },
	{ "key list", NULL, .limited = true },
	{ "key show", NULL, .limited = true },
	{ "history list", witness_list, .limited = false },
	{ "metrics", question_metrics, .limited = false },
	{ "doctor", question_doctor, .limited = false },
	{ "settings", question_settings, .limited = false },
};

static int question_table(struct server *server, uint32_t actor, const struct question *question,
	size_t verb, struct buffer *out)
{
	AUTO(answer_free) struct answer_builder *answer = NULL;
	struct position position = as_of(server);
	int r = answer_new(&position, question->offset, &answer);

	if (r == 0)
		r = questions[verb].run ? questions[verb].run(server, answer)
					: key_list(server->decide, actor,
						  question_argument(question, "key"), answer);
	if (r < 0)
		return err_pass(r);
	return err_pass(answer_encode(answer, out));
}

static int question_unknown(const struct position *position, struct buffer *out)
{
	AUTO(buffer_fini) struct buffer text = { 0 };
	int r = buffer_format(&text, "ingestd does not know this question; it knows: verify");

	for (size_t i = 0; r == 0 && i < array_len(questions); i++)
		r = buffer_format(&text, ", %s", questions[i].verb);
	if (r < 0 || (r = buffer_add(&text, bytes_of("", 1))) < 0)
		return err_pass(r);
	return err_pass(
		answer_encode_outcome(position, ANSWER_INVALID, (const char *)text.data, out));
}

static int question_payload(
	struct server *server, uint32_t actor, const struct question *question, struct buffer *out)
{
	struct position position = as_of(server);

	for (size_t i = 0; i < array_len(questions); i++) {
		if (bytes_equal(question->verb, bytes_str(questions[i].verb)))
			return err_pass(question_table(server, actor, question, i, out));
	}
	return err_pass(question_unknown(&position, out));
}

/* Whether the asker sees enough for this question; a question that nobody knows is for all. */
static bool question_allowed(
	const struct server *server, uint32_t actor, const struct question *question)
{
	const struct key *key = registry_key(decide_registry(server->decide), actor);

	if (!key || key->areas == 0)
		return true;
	for (size_t i = 0; i < array_len(questions); i++)
		if (bytes_equal(question->verb, bytes_str(questions[i].verb)))
			return questions[i].limited;
	return !bytes_equal(question->verb, bytes_str("verify"));
}

static int question_refuse(struct server *server, const struct peer *peer, uint32_t request)
{
	AUTO(buffer_fini) struct buffer payload = { 0 };
	const struct position position = as_of(server);
	char limits[KEY_LIMITS_BYTES], text[KEY_LIMITS_BYTES + 64];
	int r;

	key_limits(registry_key(decide_registry(server->decide), peer->actor), limits);
	snprintf(text, sizeof(text), "%s; outside lies what concerns the whole house", limits);
	r = answer_encode_outcome(&position, ANSWER_NOT_ALLOWED, text, &payload);
	if (r < 0)
		return err_pass(r);
	return err_pass(answer_now(server, peer, request, FRAME_ANSWER, buffer_view(&payload)));
}

int answer_question(struct server *server, const struct peer *peer, uint32_t request,
	const struct question *question)
{
	AUTO(buffer_fini) struct buffer payload = { 0 };
	struct reply *reply;
	int r;

	if (!question_allowed(server, peer->actor, question))
		return err_pass(question_refuse(server, peer, request));
	if (bytes_equal(question->verb, bytes_str("verify"))) {
		if (server->verifies == VERIFIES_MAX)
			return err_pass(answer_busy(server, peer, request, BUSY_SENDER_LIMIT));
		server->verify[server->verifies++] =
			(struct waiting){ .peer = *peer, .request = request };
		index_verify_ask(server->index);
		return 0;
	}
	if ((r = question_payload(server, peer->actor, question, &payload)) < 0)
		return err_pass(r);
	reply = batch_reply(server->filling, peer, request, FRAME_ANSWER);
	reply->payload = batch_copy(server->filling, buffer_view(&payload));
	return 0;
}

static int verified_payload(
	struct server *server, const struct index_verify *result, struct buffer *out)
{
	AUTO(answer_free) struct answer_builder *answer = NULL;
	const struct env_comparison *found = &result->found;
	struct position position = as_of(server);
	int r = answer_new(&position, 0, &answer);

	if (r < 0 || (r = answer_column(answer, "environment", COLUMN_TEXT)) < 0 ||
		(r = answer_column(answer, "sequence", COLUMN_INTEGER)) < 0 ||
		(r = answer_column(answer, "keys", COLUMN_INTEGER)) < 0 ||
		(r = answer_column(answer, "differences", COLUMN_INTEGER)) < 0 ||
		(r = answer_column(answer, "first_difference", COLUMN_TEXT)) < 0 ||
		(r = answer_text(answer, "state")) < 0 ||
		(r = answer_integer(answer, (int64_t)result->sequence)) < 0 ||
		(r = answer_integer(answer, (int64_t)found->keys)) < 0 ||
		(r = answer_integer(answer, (int64_t)found->differences)) < 0 ||
		(r = found->first[0] ? answer_text(answer, found->first) : answer_null(answer)) < 0)
		return err_pass(r);
	if (result->failed || found->differences > 0)
		answer_set_outcome(answer, ANSWER_FOUND_FAULT);
	return err_pass(answer_encode(answer, out));
}

int answer_verified(struct server *server)
{
	AUTO(buffer_fini) struct buffer payload = { 0 };
	struct index_verify result;
	int r;

	if (!index_verify_take(server->index, &result))
		return 0;
	if ((r = verified_payload(server, &result, &payload)) < 0)
		return err_pass(r);
	for (size_t i = 0; i < server->verifies; i++) {
		r = answer_now(server, &server->verify[i].peer, server->verify[i].request,
			FRAME_ANSWER, buffer_view(&payload));
		if (r < 0)
			return err_pass(r);
	}
	server->verifies = 0;
	return 0;
}
