/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every HELLO with a receipt is a witness. It is compared with durable entries only: a receipt
 * leaves after its flush, so an honest one never lies beyond them. That a key remembers another
 * history becomes an entry, which the system itself gives as a command, before the sender hears of
 * it; so the key stays barred over a restart, and whoever lets it in again is in the journal as
 * well. */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/err.h"
#include "base/log.h"
#include "ingestd/server_parts.h"

enum { EPOCH_TEXT_BYTES = 2 * EPOCH_BYTES + 1, CHAIN_TEXT_BYTES = 65 };

static int chain_at(void *ctx, uint64_t sequence, struct digest *ret_chain)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	struct server *server = ctx;
	struct entry entry;
	int r = journal_get(server->journal, sequence, &buffer, &entry);

	if (r == 0)
		*ret_chain = entry.chain;
	return err_pass(r);
}

/* A refusal that leaves with the batch: what it says has been flushed by then. */
static int refuse(struct server *server, struct reply *reply)
{
	static const char words[] =
		"history differs: this journal does not hold what your newest receipt says it "
		"held; keep every report and receipt, and call the bureau: an administrator must "
		"decide (huibaoctl history list)";
	AUTO(buffer_fini) struct buffer payload = { 0 };
	struct refusal refusal = { .code = REFUSAL_HISTORY_DIFFERS, .text = bytes_str(words) };
	int r = refusal_encode(&refusal, &payload);

	if (r < 0)
		return err_pass(r);
	server->refused_messages++;
	reply->type = FRAME_REFUSAL;
	reply->payload = batch_copy(server->filling, buffer_view(&payload));
	return WITNESS_REFUSED;
}

static void alert(const struct server *server, const struct key *key, const struct position *at)
{
	char claimed[EPOCH_TEXT_BYTES], epoch[EPOCH_TEXT_BYTES];

	bytes_to_hex(bytes_of(at->epoch, EPOCH_BYTES), claimed);
	bytes_to_hex(bytes_of(server->durable.epoch, EPOCH_BYTES), epoch);
	log_error("history differs; no reports are taken from this key until somebody decides",
		kv_u64("actor", key->number), kv_str("remembers_epoch", claimed),
		kv_u64("remembers_sequence", at->sequence), kv_str("epoch", epoch),
		kv_u64("sequence", server->durable.sequence));
}

/* No room for the entry: the sender asks again. */
static int busy(
	struct server *server, const struct peer *peer, uint32_t request, enum busy_reason reason)
{
	int r = answer_busy(server, peer, request, reason);

	return r < 0 ? err_pass(r) : WITNESS_REFUSED;
}

/* The entry that puts the key under suspicion, and the refusal. */
static int suspect(struct server *server, const struct peer *peer, uint32_t request,
	const struct key *key, const struct position *at)
{
	AUTO(buffer_fini) struct buffer body = { 0 };
	const struct key system = { .role = ROLE_ADMINISTRATOR };
	struct witness witness = { .position = *at };
	struct command command = {
		.reason = bytes_str("history differs"), .witness = &witness, .witnesses = 1
	};
	struct reply *reply;
	int r;

	if (server->disk_low)
		return busy(server, peer, request, BUSY_DISK_FLOOR);
	memcpy(witness.public_key, key->public_key, sizeof(witness.public_key));
	if (getrandom(command.request_id, sizeof(command.request_id), 0) !=
		(ssize_t)sizeof(command.request_id))
		return err_here(ERR_IO, "the system gives no randomness");
	if ((r = command_encode(&command, &body)) < 0)
		return err_pass(r);
	reply = batch_reply(server->filling, peer, request, FRAME_REFUSAL);
	r = decide_command(
		server->decide, &system, &command, buffer_view(&body), server->filling, reply);
	if (r == DECIDE_TAIL_FULL) {
		server->filling->replies--;
		return busy(server, peer, request, BUSY_TAIL_FULL);
	}
	if (r < 0)
		return err_pass(r);
	alert(server, key, at);
	return err_pass(refuse(server, reply));
}

static void agrees(struct server *server, const struct position *at)
{
	if (at->sequence == 0 || at->sequence < server->witnessed_sequence)
		return;
	server->witnessed_sequence = at->sequence;
	server->witnessed_at = clock_wall();
}

int witness_bar(
	struct server *server, const struct peer *peer, uint32_t request, const struct key *key)
{
	if (!history_suspected(decide_history(server->decide), key->number))
		return 0;
	return err_pass(refuse(server, batch_reply(server->filling, peer, request, FRAME_REFUSAL)));
}

int witness_hear(struct server *server, const struct peer *peer, uint32_t request,
	const struct key *key, const struct hello *hello, bool *ret_lacks)
{
	const struct position *at = &hello->newest_receipt;
	enum history_judgement judgement = HISTORY_AGREES;
	int r = witness_bar(server, peer, request, key);

	if (r != 0 || !hello->has_receipt)
		return err_pass(r);
	if ((r = history_judge(decide_history(server->decide), server->durable.sequence,
		     key->number, at, chain_at, server, &judgement)) < 0)
		return err_pass(r);
	switch (judgement) {
	case HISTORY_DIFFERS:
		return err_pass(suspect(server, peer, request, key, at));
	case HISTORY_AGREES:
		agrees(server, at);
		break;
	case HISTORY_LOST:
	case HISTORY_SETTLED:
		log_notice("what a sender remembers is not in this journal, as is known; it is "
			   "asked to offer its reports again",
			kv_u64("actor", key->number), kv_u64("remembers_sequence", at->sequence));
		*ret_lacks = true;
		break;
	}
	return 0;
}

static int row(struct server *server, const struct key *key, const struct suspicion *suspicion,
	struct answer_builder *answer)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	char public_key[KEY_TEXT_BYTES], epoch[EPOCH_TEXT_BYTES], chain[CHAIN_TEXT_BYTES];
	char when[WALL_TEXT_BYTES];
	struct entry entry;
	int found = journal_get(server->journal, suspicion->sequence, &buffer, &entry), r;

	if (found < 0)
		return err_pass(found);
	key_print(key->public_key, public_key);
	bytes_to_hex(bytes_of(suspicion->at.epoch, EPOCH_BYTES), epoch);
	bytes_to_hex(digest_view(&suspicion->at.chain), chain);
	if ((r = answer_integer(answer, key->number)) < 0 ||
		(r = answer_text(answer, key->name)) < 0 ||
		(r = answer_text(answer, public_key)) < 0 || (r = answer_text(answer, epoch)) < 0 ||
		(r = answer_integer(answer, (int64_t)suspicion->at.sequence)) < 0 ||
		(r = answer_text(answer, chain)) < 0 ||
		(r = answer_integer(answer, (int64_t)suspicion->sequence)) < 0)
		return err_pass(r);
	if (found == PORT_NONE) /* it is being flushed */
		return err_pass(answer_null(answer));
	wall_print((struct wall){ .ms = (int64_t)entry.received }, when);
	return err_pass(answer_text(answer, when));
}

int witness_list(struct server *server, struct answer_builder *answer)
{
	static const struct {
		const char *name;
		enum column_type type;
	} columns[] = {
		{ "number", COLUMN_INTEGER },
		{ "name", COLUMN_TEXT },
		{ "public_key", COLUMN_TEXT },
		{ "remembers_epoch", COLUMN_TEXT },
		{ "remembers_sequence", COLUMN_INTEGER },
		{ "remembers_chain", COLUMN_TEXT },
		{ "sequence", COLUMN_INTEGER },
		{ "received", COLUMN_TEXT },
	};
	const struct history *history = decide_history(server->decide);
	const struct registry *registry = decide_registry(server->decide);
	int r = 0;

	for (size_t i = 0; r == 0 && i < array_len(columns); i++)
		r = answer_column(answer, columns[i].name, columns[i].type);
	for (uint32_t n = 1; r == 0 && n <= history_keys(history) && !answer_full(answer); n++) {
		const struct suspicion *suspicion = history_suspected(history, n);
		const struct key *key = registry_key(registry, n);

		if (suspicion && key)
			r = row(server, key, suspicion, answer);
	}
	return err_pass(r);
}
