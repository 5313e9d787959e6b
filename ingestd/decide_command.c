/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Commands of operators. A command is taken as a whole or not at all; either way it is an entry,
 * and repeating its request identity gets the first answer again. Only a refused command beyond the
 * sender's daily quota is none: otherwise any key could fill the journal with them. The registry in
 * memory changes at once: later decisions of the same batch already see it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "ingestd/decide_parts.h"
#include "model/facts.h"

/* A command is remembered itself, and at most one identity or adjustment that it changes. */
enum { COMMAND_DECISIONS = 2 };

static struct tail_key tail_key_request(const uint8_t id[16])
{
	struct tail_key packed = { { TAIL_REQUEST } };

	memcpy(packed.byte + 1, id, 16);
	return packed;
}

static int command_at_put(struct decide *decide, uint32_t number, uint64_t sequence)
{
	if (number >= decide->command_at_size) {
		uint32_t size = decide->command_at_size ? decide->command_at_size : 1024;
		uint64_t *grown;

		while (size <= number)
			size *= 2;
		if (!(grown = realloc(decide->command_at, size * sizeof(*grown))))
			return err_here(ERR_NOMEM, "cannot hold %u facilities", size);
		memset(grown + decide->command_at_size, 0,
			(size - decide->command_at_size) * sizeof(*grown));
		decide->command_at = grown;
		decide->command_at_size = size;
	}
	decide->command_at[number] = sequence;
	return 0;
}

static int locks_apply(
	struct decide *decide, const struct command *command, const struct derived_command *from)
{
	for (size_t i = 0; i < command->locks; i++) {
		struct lock lock = command->lock[i];
		int r;

		lock.sequence = from->sequence;
		lock.actor = from->actor;
		if ((r = locks_put(decide->locks, &lock)) < 0)
			return err_pass(r);
	}
	return 0;
}

/* The system itself (actor 0) says that a key remembers another history; a person decides on
 * that. */
static int witness_apply(
	struct decide *decide, const struct witness *witness, uint64_t sequence, uint32_t actor)
{
	const struct key *key = registry_key_by_public(decide->registry, witness->public_key);

	if (actor == 0)
		return key ? err_pass(history_suspect(
				     decide->history, key->number, &witness->position, sequence))
			   : 0;
	if (!witness->everybody && !key)
		return 0;
	return err_pass(history_settle(
		decide->history, witness->everybody ? 0 : key->number, &witness->position));
}

int decide_apply(
	struct decide *decide, const struct command *command, const struct derived_command *from)
{
	uint32_t number;
	int r;

	for (size_t i = 0; i < command->facilities; i++) {
		if ((r = registry_put_facility(decide->registry, &command->facility[i], &number)) <
				0 ||
			(r = command_at_put(decide, number, from->sequence)) < 0)
			return err_pass(r);
	}
	for (size_t i = 0; i < command->keys; i++) {
		struct key key = command->key[i];

		key.revoked_day = day_of_wall_ms((int64_t)from->received);
		if ((r = registry_put_key(decide->registry, &key, NULL)) < 0)
			return err_pass(r);
	}
	for (size_t i = 0; i < command->witnesses; i++) {
		if ((r = witness_apply(decide, &command->witness[i], from->sequence, from->actor)) <
			0)
			return err_pass(r);
	}
	return err_pass(locks_apply(decide, command, from));
}

/* What a person says about figures. */
static size_t said(const struct command *command)
{
	return command->facts + command->statements + command->verdicts;
}

static int families(const struct command *command)
{
	return (command->facilities > 0) + (command->keys > 0) + (command->locks > 0) +
	       (said(command) > 0) + (command->witnesses > 0);
}

static bool role_allows(const struct key *key, const struct command *command)
{
	if (command->keys > 0 || command->witnesses > 0)
		return key->role == ROLE_ADMINISTRATOR;
	if (command->facilities > 0)
		return key->role == ROLE_REGISTRAR || key->role == ROLE_ADMINISTRATOR;
	return key->role >= ROLE_DATA_MANAGER;
}

/* The faults of what a person says about figures. */
static int said_check(
	const struct catalog *catalog, const struct command *command, struct buffer *text)
{
	int r = 0;

	for (size_t i = 0; i < command->facts && r == 0; i++) {
		if (fact_check(catalog, &command->fact[i]) < 0)
			r = buffer_format(text, "fact %zu '%s': %s\n", i + 1,
				command->fact[i].indicator, err_text());
	}
	for (size_t i = 0; i < command->statements && r == 0; i++) {
		if (statement_check(catalog, &command->statement[i]) < 0)
			r = buffer_format(text, "statement %zu '%s': %s\n", i + 1,
				command->statement[i].indicator, err_text());
	}
	for (size_t i = 0; i < command->verdicts && r == 0; i++) {
		if (verdict_check(catalog, &command->verdict[i]) < 0)
			r = buffer_format(text, "verdict %zu '%s': %s\n", i + 1,
				command->verdict[i].target, err_text());
	}
	return err_pass(r);
}

/* Every fault of every record, one a line. */
static enum answer_outcome records_check(
	const struct decide *decide, const struct command *command, struct buffer *text)
{
	int r = said_check(decide->catalog, command, text);

	for (size_t i = 0; i < command->facilities && r == 0; i++) {
		if (facility_check(decide->catalog, &command->facility[i]) < 0)
			r = buffer_format(text, "facility %zu '%s': %s\n", i + 1,
				command->facility[i].code, err_text());
	}
	for (size_t i = 0; i < command->keys && r == 0; i++) {
		if (key_check(decide->catalog, &command->key[i]) < 0)
			r = buffer_format(text, "key %zu '%s': %s\n", i + 1, command->key[i].name,
				err_text());
	}
	for (size_t i = 0; i < command->locks && r == 0; i++) {
		if (lock_check(decide->catalog, &command->lock[i]) < 0)
			r = buffer_format(text, "lock %zu: %s\n", i + 1, err_text());
	}
	return text->len > 0 || r < 0 ? ANSWER_INVALID : ANSWER_DONE;
}

/* A command with a belief speaks of one facility; it must be what the operator last saw. */
static bool belief_holds(const struct decide *decide, const struct command *command)
{
	const struct facility *facility;

	if (command->belief == 0 || command_is_act(command))
		return true; /* an act names what it believes in its own record */
	if (command->facilities != 1)
		return false;
	facility =
		registry_facility_by_code(decide->registry, bytes_str(command->facility[0].code));
	return facility && decide->command_at[facility->number] == command->belief;
}

static enum answer_outcome refuse(struct buffer *text, enum answer_outcome outcome, const char *why)
{
	return buffer_format(text, "%s", why) < 0 ? ANSWER_INVALID : outcome;
}

static bool rests_on(const struct suspicion *suspicion, const struct position *at)
{
	return suspicion && suspicion->at.sequence == at->sequence &&
	       memcmp(suspicion->at.epoch, at->epoch, EPOCH_BYTES) == 0;
}

/* Whether each witness is what a suspicion rests on: nobody decides on what was never seen. */
static bool witnesses_stand(const struct decide *decide, const struct command *command)
{
	const struct history *history = decide->history;

	for (size_t i = 0; i < command->witnesses; i++) {
		const struct witness *witness = &command->witness[i];
		const struct key *key =
			registry_key_by_public(decide->registry, witness->public_key);
		bool stands = !witness->everybody && key &&
			      rests_on(history_suspected(history, key->number), &witness->position);

		for (uint32_t n = 1; witness->everybody && n <= history_keys(history); n++)
			stands = stands ||
				 rests_on(history_suspected(history, n), &witness->position);
		if (!stands)
			return false;
	}
	return true;
}

static enum answer_outcome command_judge(const struct decide *decide, const struct key *key,
	const struct command *command, struct buffer *text)
{
	if (!role_allows(key, command))
		return refuse(text, ANSWER_NOT_ALLOWED,
			"this key may not give this command: facilities need a registrar, keys and "
			"histories an administrator, facts and verdicts a data manager; so do "
			"decisions, "
			"queries, adjustments and locks");
	if (command_records(command) == 0)
		return refuse(text, ANSWER_INVALID, "the command holds no record");
	if (families(command) > 1)
		return refuse(text, ANSWER_INVALID,
			"the command mixes facilities, keys, locks, histories, and facts or "
			"verdicts; send "
			"them apart");
	if (command_records(command) > COMMAND_RECORDS_MAX)
		return refuse(text, ANSWER_INVALID,
			"the command holds more than 1024 records; send several");
	if (!belief_holds(decide, command))
		return refuse(text, ANSWER_MOVED_ON,
			"what is in force is no longer what you believe; look again");
	/* What the system itself says of a key, it has just seen. */
	if (key->number != 0 && command->witnesses > 0 && !witnesses_stand(decide, command))
		return refuse(text, ANSWER_MOVED_ON,
			"no key is under suspicion for that (any more); look again");
	return records_check(decide, command, text);
}

/* PORT_NONE: this request was not seen before. */
static int request_find(
	const struct decide *decide, const uint8_t id[16], struct request *ret_request)
{
	struct tail_key key = tail_key_request(id);
	struct tail_value value;

	if (tail_get(decide->tail, &key, &value) == TAIL_NONE)
		return err_pass(state_request_get(decide->ports, id, ret_request));
	*ret_request = (struct request){
		.sequence = value.sequence, .outcome = value.flag, .records = value.number
	};
	return 0;
}

static void result_text(struct batch *batch, struct reply *reply, struct buffer *text)
{
	if (text->len > PAYLOAD_BYTES_MAX / 2)
		text->len = PAYLOAD_BYTES_MAX / 2;
	else if (text->len > 0 && text->data[text->len - 1] == '\n')
		text->len--; /* a newline stands between two faults */
	reply->result.text = batch_copy(batch, buffer_view(text));
}

static void result_put(
	const struct decide *decide, struct reply *reply, const struct request *request)
{
	struct command_result *result = &reply->result;

	result->outcome = request->outcome;
	result->records = request->records;
	result->has_receipt = true;
	memcpy(result->receipt.epoch, decide->epoch, EPOCH_BYTES);
	result->receipt.sequence = result->receipt.last_sequence = request->sequence;
}

static enum entry_kind entry_kind_of(const struct command *command, enum answer_outcome outcome)
{
	if (outcome != ANSWER_DONE)
		return ENTRY_REFUSED;
	if (command->facilities > 0)
		return ENTRY_REGISTRY;
	if (command->keys > 0)
		return ENTRY_KEY;
	if (command->locks > 0)
		return ENTRY_LOCK;
	if (command->witnesses > 0)
		return ENTRY_HISTORY;
	if (command_is_act(command))
		return act_kind(command);
	return command->facts + command->statements > 0 ? ENTRY_FACT : ENTRY_VERDICT;
}

/* A command on its way to its entry and answer. */
struct order {
	const struct key *key;
	const struct command *command;
	struct bytes body;
	struct request request;
	struct act act;
};

static int order_judge(struct decide *decide, struct order *order, struct buffer *text)
{
	enum answer_outcome outcome = command_judge(decide, order->key, order->command, text);
	int r = 0;

	if (outcome == ANSWER_DONE)
		r = scope_judge(decide, order->key, order->command, &outcome, text);
	if (r == 0 && outcome == ANSWER_DONE && command_is_act(order->command))
		r = act_judge(decide, order->key, order->command, &order->act, &outcome, text);
	order->request.outcome = (uint8_t)outcome;
	return err_pass(r);
}

/* The entry, and what it changes. */
static int order_do(struct decide *decide, struct order *order, struct batch *batch)
{
	const struct command *command = order->command;
	enum answer_outcome outcome = order->request.outcome;
	struct entry *entry =
		decide_entry(decide, batch, entry_kind_of(command, outcome), order->key->number);

	entry->status = order->request.outcome;
	entry->body = batch_copy(batch, order->body);
	order->request.sequence = entry->sequence;
	if (outcome != ANSWER_DONE)
		return 0;
	order->request.records = (uint32_t)command_records(command);
	if (command_is_act(command))
		return err_pass(act_apply(decide, command, &order->act, entry));
	return err_pass(decide_apply(decide, command,
		&(const struct derived_command){ .sequence = entry->sequence,
			.actor = entry->actor,
			.received = entry->received }));
}

int decide_command(struct decide *decide, const struct key *key, const struct command *command,
	struct bytes body, struct batch *batch, struct reply *reply)
{
	AUTO(buffer_fini) struct buffer text = { 0 };
	struct tail_key tail_key = tail_key_request(command->request_id);
	struct order order = { .key = key, .command = command, .body = body };
	int r = request_find(decide, command->request_id, &order.request);

	if (r < 0)
		return err_pass(r);
	if (r == 0) {
		result_put(decide, reply, &order.request);
		reply->result.text = bytes_str("this request was answered before");
		return 0;
	}
	if (tail_room(decide->tail) < COMMAND_DECISIONS || !past_cache_room(decide->past))
		return DECIDE_TAIL_FULL;
	order.request = (struct request){ .sequence = 0 };
	if ((r = order_judge(decide, &order, &text)) < 0)
		return err_pass(r);
	result_text(batch, reply, &text);
	if (order.request.outcome != ANSWER_DONE &&
		!decide_may_keep(decide, key->number, 0, body.len)) {
		reply->result.outcome = order.request.outcome;
		return 0;
	}
	if ((r = order_do(decide, &order, batch)) < 0)
		return err_pass(r);
	decide_remember(decide, &tail_key,
		(struct tail_value){ .sequence = order.request.sequence,
			.number = order.request.records,
			.flag = order.request.outcome });
	result_put(decide, reply, &order.request);
	reply->entries = 1;
	return 0;
}
