/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Entries are folded while they lie in the journal's short read transaction, so nothing is copied.
 * Each is verified against the chain before it is folded: what the aggregates show is proven by the
 * hash in their position. A later catalogue empties the tables and sets the position back to 0; the
 * registry stays, because operators' keys are in it and must work meanwhile. */
#include "aggregator/follow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "store/hint.h"

enum { PATH_BYTES = 1024, FAULT_BYTES = 512 };

struct follow {
	struct follow_options options;
	char path[PATH_BYTES];
	struct journal *journal;
	struct hint *hint; /* NULL while waiting */
	struct env *env;
	struct fold *fold;
	struct journal_head position;
	uint64_t journal_sequence;
	char fault[FAULT_BYTES];
};

/* One chunk on its way. */
struct chunk {
	const struct ports *ports;
	struct fold *fold;
	struct journal_head position;
	uint64_t until;
	bool again, bad;
};

enum { CHUNK_ENDS = 1 };

const char *follow_state_name(enum follow_state state)
{
	static const char *const names[] = {
		[FOLLOW_WAITING] = "waiting",
		[FOLLOW_FOLLOWING] = "following",
		[FOLLOW_REBUILDING] = "rebuilding",
		[FOLLOW_STOPPED] = "stopped",
	};

	return names[state];
}

int aggregates_open(const char *path, uint64_t map_size_bytes, struct env **ret_env)
{
	const struct env_options options = {
		.path = path,
		.map_size_bytes = map_size_bytes,
		.tables = aggregates_tables,
		.table_count = AGGREGATES_TABLES,
		.derived = true,
	};

	return err_pass(env_open(&options, ret_env));
}

/* Faults of the entry itself; anything else is a fault of ours or of the machine. */
static bool entry_is_bad(int r)
{
	return r == ERR_CORRUPT || r == ERR_INVALID;
}

static int chunk_entry(void *ctx, const struct entry *entry)
{
	struct chunk *chunk = ctx;
	int r;

	if (entry->sequence > chunk->until)
		return CHUNK_ENDS;
	r = entry_verify(entry, &chunk->position.chain);
	if (r == 0 && entry->sequence != chunk->position.sequence + 1)
		r = err_here(ERR_CORRUPT, "sequence %llu follows %llu",
			(unsigned long long)entry->sequence,
			(unsigned long long)chunk->position.sequence);
	if (r == 0)
		r = fold_entry(chunk->fold, chunk->ports, entry);
	if (entry_is_bad(r)) {
		chunk->bad = true;
		return CHUNK_ENDS;
	}
	if (r < 0)
		return err_pass(r);
	if (r == FOLD_AGAIN) {
		chunk->again = true;
		return CHUNK_ENDS;
	}
	chunk->position.sequence = entry->sequence;
	chunk->position.chain = entry->chain;
	return 0;
}

static int tables_clear(struct txn *txn)
{
	static const unsigned tables[] = { TABLE_CURRENT, TABLE_CELL, TABLE_LEFTOUT,
		TABLE_PERIODS };

	for (size_t i = 0; i < array_len(tables); i++) {
		int r = txn_clear(txn, tables[i]);

		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

/* Ends the chunk inside its transaction: cells, and the position that they belong to. */
static int chunk_finish(struct chunk *chunk, struct txn *txn)
{
	int r = chunk->again ? tables_clear(txn) : fold_finish(chunk->fold, chunk->ports);

	if (r < 0)
		return err_pass(r);
	if (chunk->again) {
		chunk->position.sequence = 0;
		memset(&chunk->position.chain, 0, sizeof(chunk->position.chain));
	}
	return err_pass(derived_position_put(chunk->ports, AGGREGATES_FORMAT, &chunk->position));
}

int follow_chunk(struct journal *journal, struct env *env, struct fold *fold,
	struct journal_head *position, uint64_t until, bool *ret_bad)
{
	AUTO(txn_abort) struct txn *txn = NULL;
	struct ports ports = { 0 };
	struct chunk chunk = {
		.ports = &ports, .fold = fold, .position = *position, .until = until
	};
	uint64_t next;
	int r = env_begin_write(env, &txn);

	if (r < 0)
		return err_pass(r);
	txn_ports(txn, &ports);
	r = journal_read(journal, position->sequence + 1, JOURNAL_READ_ENTRIES_MAX, chunk_entry,
		&chunk, &next);
	if (entry_is_bad(r)) /* the journal itself found the entry's bytes wrong */
		chunk.bad = true;
	else if (r < 0)
		return err_pass(r);
	if ((r = chunk_finish(&chunk, txn)) < 0)
		return err_pass(r);
	if ((r = txn_commit(&txn)) < 0)
		return err_pass(r);
	*position = chunk.position;
	*ret_bad = chunk.bad;
	return chunk.again ? FOLD_AGAIN : 0;
}

/* Reads position, catalogue and registry; PORT_NONE: there is no position of this format. */
static int follow_load(struct follow *follow)
{
	AUTO(txn_abort) struct txn *txn = NULL;
	AUTO(fold_free) struct fold *fold = NULL;
	struct ports ports = { 0 };
	int r = env_begin_read(follow->env, &txn);

	if (r < 0)
		return err_pass(r);
	txn_ports(txn, &ports);
	memset(&follow->position, 0, sizeof(follow->position));
	if ((r = fold_new(&fold)) < 0)
		return err_pass(r);
	r = derived_position_get(&ports, AGGREGATES_FORMAT, &follow->position);
	if (r < 0 || (r == 0 && (r = fold_load(fold, &ports)) < 0))
		return err_pass(r);
	fold_free(follow->fold);
	follow->fold = fold;
	fold = NULL;
	return r;
}

/* Deletes the aggregates and begins again with empty ones. */
static int follow_renew(struct follow *follow)
{
	int r;

	env_close(follow->env);
	follow->env = NULL;
	if ((r = env_delete(follow->path)) < 0 ||
		(r = aggregates_open(follow->path, follow->options.map_size_bytes, &follow->env)) <
			0)
		return err_pass(r);
	r = follow_load(follow);
	return r < 0 ? err_pass(r) : 0;
}

int follow_open(const struct follow_options *options, struct follow **ret_follow)
{
	AUTO(follow_close) struct follow *follow = calloc(1, sizeof(*follow));
	int r, n;

	if (!follow)
		return err_here(ERR_NOMEM, "cannot allocate the follower");
	follow->options = *options;
	n = snprintf(follow->path, sizeof(follow->path), "%s/aggregates", options->data_dir);
	if (n < 0 || (size_t)n >= sizeof(follow->path))
		return err_here(ERR_INVALID, "the path '%.80s…' is too long", options->data_dir);
	if ((r = aggregates_open(follow->path, options->map_size_bytes, &follow->env)) < 0)
		return err_pass(r);
	r = follow_load(follow);
	if (r == ERR_CORRUPT || r == ERR_INVALID || r == PORT_NONE)
		r = follow_renew(follow);
	if (r < 0)
		return err_pass(r);
	*ret_follow = follow;
	follow = NULL;
	return 0;
}

void follow_close(struct follow *follow)
{
	if (!follow)
		return;
	fold_free(follow->fold);
	env_close(follow->env);
	hint_close(follow->hint);
	journal_close(follow->journal);
	free(follow);
}

/* The tables may hold a catalogue and a registry though nothing is folded yet: a later catalogue
 * empties only the rest. */
static bool follow_holds_anything(const struct follow *follow)
{
	return follow->position.sequence > 0 || fold_catalogue_number(follow->fold) > 0;
}

/* The first contact with the journal: whose are these aggregates? */
static int follow_attach(struct follow *follow)
{
	AUTO(journal_close) struct journal *journal = NULL;
	struct journal_head head;
	bool matches = false;
	AUTO(hint_close) struct hint *hint = NULL;
	int r = journal_follow(follow->options.journal, follow->options.map_size_bytes, &journal);

	if (r == 0)
		r = hint_open_follower(follow->options.journal, &hint);
	if (r == ERR_NOT_FOUND)
		return FOLLOW_IDLE;
	if (r < 0 || (r = journal_head(journal, &head)) < 0)
		return err_pass(r);
	if (memcmp(head.epoch, follow->position.epoch, EPOCH_BYTES) == 0 &&
		(r = derived_matches(journal, &follow->position, &matches)) < 0)
		return err_pass(r);
	if (!matches && follow_holds_anything(follow) && (r = follow_renew(follow)) < 0)
		return err_pass(r);
	memcpy(follow->position.epoch, head.epoch, EPOCH_BYTES);
	follow->journal_sequence = head.sequence;
	follow->journal = journal;
	follow->hint = hint;
	journal = NULL;
	hint = NULL;
	return 0;
}

static void follow_stop(struct follow *follow, const char *why)
{
	snprintf(follow->fault, sizeof(follow->fault), "entry %llu: %.400s",
		(unsigned long long)follow->position.sequence + 1, why);
}

int follow_step(struct follow *follow)
{
	struct journal_head head;
	bool bad = false;
	int r;

	if (!follow->journal && (r = follow_attach(follow)) != 0)
		return r == FOLLOW_IDLE ? FOLLOW_IDLE : err_pass(r);
	hint_clear(follow->hint); /* before looking: what is written from here on wakes again */
	if (follow->fault[0])
		return FOLLOW_IDLE;
	if ((r = journal_head(follow->journal, &head)) < 0)
		return err_pass(r);
	if (memcmp(head.epoch, follow->position.epoch, EPOCH_BYTES) != 0 ||
		head.sequence < follow->position.sequence || journal_replaced(follow->journal)) {
		follow_stop(follow, "the journal was replaced; start the aggregator again");
		return FOLLOW_IDLE;
	}
	follow->journal_sequence = head.sequence;
	if (head.sequence == follow->position.sequence) {
		hint_tell(follow->hint, follow->position.sequence, clock_wall());
		return FOLLOW_IDLE;
	}
	r = follow_chunk(
		follow->journal, follow->env, follow->fold, &follow->position, UINT64_MAX, &bad);
	if (r < 0)
		return err_pass(r);
	hint_tell(follow->hint, follow->position.sequence, clock_wall());
	if (bad)
		follow_stop(follow, err_text());
	return 0;
}

int follow_fd(const struct follow *follow)
{
	return follow->hint ? hint_fd(follow->hint) : -1;
}

enum follow_state follow_state_of(const struct follow *follow)
{
	if (follow->fault[0])
		return FOLLOW_STOPPED;
	if (!follow->journal)
		return FOLLOW_WAITING;
	if (follow->position.sequence < fold_catalogue_sequence(follow->fold))
		return FOLLOW_REBUILDING;
	return FOLLOW_FOLLOWING;
}

const char *follow_fault(const struct follow *follow)
{
	return follow->fault;
}

const struct journal_head *follow_position(const struct follow *follow)
{
	return &follow->position;
}

uint64_t follow_journal_sequence(const struct follow *follow)
{
	return follow->journal_sequence;
}

const struct fold *follow_fold(const struct follow *follow)
{
	return follow->fold;
}

struct journal *follow_journal(struct follow *follow)
{
	return follow->journal;
}

struct env *follow_env(struct follow *follow)
{
	return follow->env;
}

const struct follow_options *follow_options_of(const struct follow *follow)
{
	return &follow->options;
}

int follow_sync(struct follow *follow)
{
	return err_pass(env_sync(follow->env));
}
