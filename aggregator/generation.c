/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Entries are folded while they lie in the journal's short read transaction, so nothing is copied.
 * Each is verified against the chain before it is folded: what a generation shows is proven by the
 * hash in its position. */
#include "aggregator/generation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/limits.h"

/* One chunk on its way. */
struct chunk {
	const struct ports *ports;
	struct fold *fold;
	struct journal_head position;
	uint64_t received, until;
	bool again, bad;
};

enum { CHUNK_ENDS = 1 };

static int env_make(const char *path, uint64_t map_size_bytes, struct env **ret_env)
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

/* Position, catalogue and registry as the tables hold them; PORT_NONE: no position of this
 * format. */
static int generation_load(struct generation *generation)
{
	AUTO(txn_abort) struct txn *txn = NULL;
	struct ports ports = { 0 };
	struct bytes value;
	int r = env_begin_read(generation->env, &txn), found;

	if (r < 0)
		return err_pass(r);
	txn_ports(txn, &ports);
	found = derived_position_get(&ports, AGGREGATES_FORMAT, &generation->position);
	if (found != 0)
		return err_pass(found);
	r = ports.get(ports.ctx, TABLE_POSITION, bytes_str("training"), &value);
	if (r < 0)
		return err_pass(r);
	generation->training = r == 0;
	return err_pass(fold_load(generation->fold, &ports));
}

int generation_open(const char *path, uint64_t map_size_bytes, struct generation *ret_generation)
{
	static const uint8_t no_epoch[EPOCH_BYTES];
	AUTO(generation_fini) struct generation generation = { .env = NULL };
	int r = env_make(path, map_size_bytes, &generation.env);

	if (r < 0 || (r = fold_new(&generation.fold)) < 0)
		return err_pass(r);
	r = generation_load(&generation);
	if (r == PORT_NONE || r == ERR_CORRUPT || r == ERR_INVALID) {
		generation_fini(&generation);
		return err_pass(
			generation_begin(path, map_size_bytes, no_epoch, NULL, ret_generation));
	}
	if (r < 0)
		return err_pass(r);
	*ret_generation = generation;
	generation = (struct generation){ .env = NULL };
	return 0;
}

static int catalogue_store(struct generation *generation, const struct entry *catalogue)
{
	AUTO(txn_abort) struct txn *txn = NULL;
	struct ports ports = { 0 };
	int r = env_begin_write(generation->env, &txn);

	if (r < 0)
		return err_pass(r);
	txn_ports(txn, &ports);
	if ((r = derived_catalogue_put(
		     &ports, catalogue->catalogue, catalogue->sequence, catalogue->body)) < 0 ||
		(r = fold_load(generation->fold, &ports)) < 0)
		return err_pass(r);
	return err_pass(txn_commit(&txn));
}

int generation_begin(const char *path, uint64_t map_size_bytes, const uint8_t epoch[EPOCH_BYTES],
	const struct entry *catalogue, struct generation *ret_generation)
{
	AUTO(generation_fini) struct generation generation = { .env = NULL };
	int r = env_delete(path);

	if (r < 0 || (r = env_make(path, map_size_bytes, &generation.env)) < 0 ||
		(r = fold_new(&generation.fold)) < 0 ||
		(catalogue && (r = catalogue_store(&generation, catalogue)) < 0))
		return err_pass(r);
	memcpy(generation.position.epoch, epoch, EPOCH_BYTES);
	*ret_generation = generation;
	generation = (struct generation){ .env = NULL };
	return 0;
}

void generation_fini(struct generation *generation)
{
	fold_free(generation->fold);
	env_close(generation->env);
	*generation = (struct generation){ .env = NULL };
}

int generation_delete(struct generation *generation, const char *path)
{
	int r;

	generation_fini(generation);
	if ((r = env_delete(path)) < 0)
		return err_pass(r);
	if (rmdir(path) != 0 && errno != ENOENT)
		return err_here(ERR_IO, "cannot delete '%s': %s", path, err_errno(errno));
	return 0;
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
	chunk->received = entry->received;
	return 0;
}

/* Beside the position: answers go on while the journal is away. */
static int training_put(const struct ports *ports)
{
	static const uint8_t yes = 1;

	return err_pass(ports->put(
		ports->ctx, TABLE_POSITION, bytes_str("training"), bytes_of(&yes, sizeof(yes))));
}

int generation_chunk(
	struct generation *generation, struct journal *journal, uint64_t until, bool *ret_bad)
{
	AUTO(txn_abort) struct txn *txn = NULL;
	struct ports ports = { 0 };
	struct chunk chunk = { .ports = &ports,
		.fold = generation->fold,
		.position = generation->position,
		.received = generation->received,
		.until = until };
	uint64_t next;
	int r = env_begin_write(generation->env, &txn);

	if (r < 0)
		return err_pass(r);
	txn_ports(txn, &ports);
	r = journal_read(journal, chunk.position.sequence + 1, JOURNAL_READ_ENTRIES_MAX,
		chunk_entry, &chunk, &next);
	if (entry_is_bad(r)) /* the journal itself found the entry's bytes wrong */
		chunk.bad = true;
	else if (r < 0)
		return err_pass(r);
	/* Cells, and the position that they belong to. */
	if ((r = fold_finish(chunk.fold, &ports)) < 0 ||
		(r = derived_position_put(&ports, AGGREGATES_FORMAT, &chunk.position)) < 0 ||
		(journal_training(journal) && (r = training_put(&ports)) < 0) ||
		(r = txn_commit(&txn)) < 0)
		return err_pass(r);
	generation->position = chunk.position;
	generation->training = journal_training(journal);
	generation->received = chunk.received;
	*ret_bad = chunk.bad;
	return chunk.again ? FOLD_AGAIN : 0;
}

/* Where the file system cannot exchange two names, a crash in between costs a rebuild. */
static int folders_exchange(const char *live_path, const char *next_path)
{
	int r;

	if (renameat2(AT_FDCWD, next_path, AT_FDCWD, live_path, RENAME_EXCHANGE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return err_here(ERR_IO, "cannot exchange '%s' and '%s': %s", next_path, live_path,
			err_errno(errno));
	if ((r = env_delete(live_path)) < 0)
		return err_pass(r);
	if (rmdir(live_path) != 0 || rename(next_path, live_path) != 0)
		return err_here(ERR_IO, "cannot rename '%s' to '%s': %s", next_path, live_path,
			err_errno(errno));
	return 0;
}

int generation_switch(struct generation *live, const char *live_path, struct generation *next,
	const char *next_path, uint64_t map_size_bytes)
{
	struct generation none = { .env = NULL };
	int r;

	generation_fini(live);
	env_close(next->env); /* flushed, and its marker gone, before it gets the name */
	next->env = NULL;
	if ((r = folders_exchange(live_path, next_path)) < 0 ||
		(r = env_make(live_path, map_size_bytes, &next->env)) < 0)
		return err_pass(r);
	*live = *next;
	*next = none;
	return err_pass(generation_delete(&none, next_path));
}
