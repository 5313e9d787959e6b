/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The decider itself: what it looks at (registry, locks, tail, past, state), and how it numbers and
 * remembers what it decides. Its parts stand in decide_parts.h. */
#include "ingestd/decide.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "ingestd/decide_parts.h"

static int lives_replay(struct decide *decide)
{
	uint8_t epoch[EPOCH_BYTES];
	uint64_t sequence = 0;
	int r;

	while ((r = state_life_next(decide->ports, &sequence, epoch)) == 0) {
		if ((r = history_add_life(decide->history, epoch, sequence++)) < 0)
			return err_pass(r);
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

static int registry_replay(struct decide *decide)
{
	struct derived_command kept = { .sequence = 0 };
	struct command command;
	int r;

	while ((r = derived_command_next(decide->ports, kept.sequence + 1, &kept)) == 0) {
		if ((r = command_decode(decide->arena, kept.body, &command)) < 0 ||
			(r = decide_apply(decide, &command, &kept)) < 0)
			return err_pass(r);
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

int decide_new(const struct ports *ports, const struct journal_head *head, uint64_t last_received,
	struct catalog *catalog, uint32_t catalogue_number, struct decide **ret_decide)
{
	AUTO(decide_free) struct decide *decide = calloc(1, sizeof(*decide));
	int r;

	if (!decide)
		return err_here(ERR_NOMEM, "cannot allocate the decider");
	decide->ports = ports;
	decide->next_sequence = head->sequence + 1;
	decide->last_received = last_received;
	decide->catalogue_number = catalogue_number;
	memcpy(decide->epoch, head->epoch, EPOCH_BYTES);
	if ((r = registry_new(&decide->registry)) < 0 || (r = locks_new(&decide->locks)) < 0 ||
		(r = tail_new(TAIL_ENTRIES_MAX, &decide->tail)) < 0 ||
		(r = past_cache_new(PAST_ROWS_MAX, PAST_BYTES_MAX / sizeof(int64_t),
			 SUBMIT_REPORTS_MAX, &decide->past)) < 0 ||
		(r = quota_new(&decide->quota)) < 0 || (r = arena_new(&decide->arena)) < 0 ||
		(r = arena_new(&decide->past_arena)) < 0 ||
		(r = history_new(decide->epoch, &decide->history)) < 0 ||
		(r = lives_replay(decide)) < 0 || (r = registry_replay(decide)) < 0)
		return err_pass(r);
	decide->catalog = catalog;
	*ret_decide = decide;
	decide = NULL;
	return 0;
}

void decide_free(struct decide *decide)
{
	if (!decide)
		return;
	catalog_free(decide->catalog);
	registry_free(decide->registry);
	locks_free(decide->locks);
	tail_free(decide->tail);
	past_cache_free(decide->past);
	quota_free(decide->quota);
	history_free(decide->history);
	arena_free(decide->arena);
	arena_free(decide->past_arena);
	free(decide->command_at);
	free(decide);
}

void decide_state_at(struct decide *decide, uint64_t sequence)
{
	tail_release(decide->tail, sequence);
	past_cache_release(decide->past, sequence);
}

const struct registry *decide_registry(const struct decide *decide)
{
	return decide->registry;
}

const struct catalog *decide_catalog(const struct decide *decide)
{
	return decide->catalog;
}

const struct history *decide_history(const struct decide *decide)
{
	return decide->history;
}

uint32_t decide_catalogue_number(const struct decide *decide)
{
	return decide->catalogue_number;
}

const struct decide_counts *decide_counts(const struct decide *decide)
{
	return &decide->counts;
}

const struct rule_counts *decide_rule_counts(const struct decide *decide)
{
	return &decide->rules;
}

struct decide_load decide_load(const struct decide *decide)
{
	return (struct decide_load){
		.tail = 1 - (double)tail_room(decide->tail) / TAIL_ENTRIES_MAX,
		.past = past_cache_load_ratio(decide->past),
	};
}

struct tail_key tail_key_identity(const struct identity_key *key)
{
	struct tail_key packed = { { TAIL_IDENTITY } };
	struct writer writer = writer_of(packed.byte + 1, sizeof(packed.byte) - 1);

	writer_u16(&writer, key->form);
	writer_u32(&writer, key->period);
	writer_u32(&writer, key->facility);
	return packed;
}

void decide_remember(struct decide *decide, const struct tail_key *key, struct tail_value value)
{
	tail_put(decide->tail, key, &value);
}

void decide_remember_identity(struct decide *decide, const struct identity_key *key,
	const struct identity *identity, uint64_t sequence)
{
	struct tail_key packed = tail_key_identity(key);

	decide_remember(decide, &packed,
		(struct tail_value){ .sequence = sequence, .identity = *identity });
}

int decide_identity(
	const struct decide *decide, const struct identity_key *key, struct identity *ret_identity)
{
	struct tail_key packed = tail_key_identity(key);
	struct tail_value value;

	if (tail_get(decide->tail, &packed, &value) == TAIL_NONE)
		return err_pass(state_identity_get(decide->ports, key, ret_identity));
	*ret_identity = value.identity;
	return 0;
}

/* A clock set back must not turn time round in the journal. */
static uint64_t now_or_later(const struct decide *decide)
{
	int64_t now = decide->ports->wall(decide->ports->ctx).ms;

	return now > (int64_t)decide->last_received ? (uint64_t)now : decide->last_received;
}

static uint64_t received_now(struct decide *decide)
{
	decide->last_received = now_or_later(decide);
	return decide->last_received;
}

int32_t decide_today(const struct decide *decide)
{
	return day_of_wall_ms((int64_t)now_or_later(decide));
}

bool decide_may_keep(struct decide *decide, uint32_t actor, uint32_t facility, size_t len)
{
	return quota_take(
		decide->quota, day_of_wall_ms((int64_t)received_now(decide)), actor, facility, len);
}

struct entry *decide_entry(
	struct decide *decide, struct batch *batch, enum entry_kind kind, uint32_t actor)
{
	struct entry *entry = batch_entry(batch);

	entry->kind = kind;
	entry->actor = actor;
	entry->catalogue = decide->catalogue_number;
	entry->received = received_now(decide);
	entry->algorithm = DIGEST_SHA256;
	entry->sequence = decide->next_sequence++;
	return entry;
}

void decide_first_receipt(const struct decide *decide, uint64_t sequence, struct verdict *verdict)
{
	verdict->has_first = true;
	memcpy(verdict->first.epoch, decide->epoch, EPOCH_BYTES);
	verdict->first.sequence = verdict->first.last_sequence =
		sequence; /* its chain: after the flush */
}

/* The text of a held report says so in its status, for it was kept only for a person to look at. */
static bool counts_as_kept(const struct entry *entry)
{
	return entry->kind == ENTRY_REJECTED || entry->kind == ENTRY_REFUSED ||
	       entry->kind == ENTRY_HELD ||
	       (entry->kind == ENTRY_TEXT && entry->status == STATUS_HELD);
}

void decide_quota_used(struct decide *decide, const struct entry *entry)
{
	if (counts_as_kept(entry))
		(void)quota_take(decide->quota, day_of_wall_ms((int64_t)entry->received),
			entry->actor, entry->facility, entry->body.len + entry->findings.len);
}

void decide_catalogue(struct decide *decide, struct catalog *catalog, struct batch *batch)
{
	struct entry *entry;

	decide->catalogue_number++;
	entry = decide_entry(decide, batch, ENTRY_CATALOGUE, 0);
	entry->body = catalog_bundle(catalog); /* outlives the batch: the catalogue does */
	past_cache_clear(decide->past);        /* its rows are in the order of the old lines */
	catalog_free(decide->catalog);
	decide->catalog = catalog;
}
