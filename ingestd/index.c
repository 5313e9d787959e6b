/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The state is a pure function of the journal: content and position are written in one transaction,
 * so after a crash the journal is simply applied again from the position. */
#include "ingestd/index.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/notify.h"

enum { SYNC_EVERY_MS = 10 * 60 * 1000, ROOM_EVERY_MS = 200 };

struct index {
	/* set at start, never changed */
	struct env *state;               /* borrowed */
	struct journal *journal;         /* borrowed */
	const struct index_place *place; /* borrowed */
	char verify_path[600];
	int fd; /* owned eventfd: a verification is done */
	pthread_t thread;
	/* the thread's own */
	struct arena *arena;
	struct journal_head position;
	bool low; /* the disk is below the second floor */
	/* shared */
	_Atomic uint64_t durable, indexed;
	struct pulse pulse;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stopping, verify_asked, verify_done; /* under lock */
	struct index_verify verify;               /* under lock */
};

struct chunk {
	struct ports ports;
	struct arena *arena;
	struct journal_head position;
	uint64_t last; /* not beyond this sequence */
};

static int chunk_entry(void *ctx, const struct entry *entry)
{
	struct chunk *chunk = ctx;
	int r;

	if (entry->sequence > chunk->last)
		return 1; /* far enough */
	if ((r = index_apply(&chunk->ports, chunk->arena, entry)) < 0)
		return err_pass(r);
	chunk->position.sequence = entry->sequence;
	chunk->position.chain = entry->chain;
	return 0;
}

/* One chunk from position on, with the new position, in one transaction. */
static int chunk_apply(struct env *env, struct journal *journal, struct arena *arena, uint64_t last,
	struct journal_head *position)
{
	AUTO(txn_abort) struct txn *txn = NULL;
	struct chunk chunk = { .arena = arena, .position = *position, .last = last };
	uint64_t next;
	int r = env_begin_write(env, &txn);

	if (r < 0)
		return err_pass(r);
	txn_ports(txn, &chunk.ports);
	r = journal_read(journal, position->sequence + 1, JOURNAL_READ_ENTRIES_MAX, chunk_entry,
		&chunk, &next);
	if (r < 0 || (r = derived_position_put(&chunk.ports, STATE_FORMAT, &chunk.position)) < 0 ||
		(r = txn_commit(&txn)) < 0)
		return err_pass(r);
	*position = chunk.position;
	return 0;
}

/* pulse: of whoever does it. The indexing thread does so beside its work; anybody else has all
 * others wait, and the service manager hears how far it is. */
static int apply_up_to(struct env *env, struct journal *journal, struct arena *arena, uint64_t last,
	struct journal_head *position, struct pulse *pulse)
{
	while (position->sequence < last) {
		uint64_t before = position->sequence;
		int r = chunk_apply(env, journal, arena, last, position);

		if (r < 0)
			return err_pass(r);
		pulse_step(pulse);
		if (!pulse || pulse->watchdog)
			notify_rebuilding("state", position->sequence, last);
		if (position->sequence == before)
			return err_here(ERR_CORRUPT, "the journal ends before sequence %llu",
				(unsigned long long)last);
	}
	return 0;
}

static int env_make(const char *path, uint64_t map_size_bytes, struct env **ret_env)
{
	struct env_options options = { .path = path,
		.map_size_bytes = map_size_bytes,
		.tables = state_tables,
		.table_count = STATE_TABLES,
		.derived = true };

	return err_pass(env_open(&options, ret_env));
}

/* PORT_NONE: there is none that this journal knows. */
static int position_find(
	struct env *env, struct journal *journal, struct journal_head *ret_position)
{
	AUTO(txn_abort) struct txn *txn = NULL;
	struct ports ports = { 0 };
	bool matches = false;
	int r = env_begin_read(env, &txn);

	if (r < 0)
		return err_pass(r);
	txn_ports(txn, &ports);
	if ((r = derived_position_get(&ports, STATE_FORMAT, ret_position)) != 0)
		return err_pass(r);
	if ((r = derived_matches(journal, ret_position, &matches)) < 0)
		return err_pass(r);
	return matches ? 0 : PORT_NONE;
}

static struct journal_head position_first(const uint8_t epoch[EPOCH_BYTES])
{
	struct journal_head position = { 0 };

	memcpy(position.epoch, epoch, EPOCH_BYTES);
	return position;
}

/* Whether the disk leaves room to bring the state from there to the head. */
static bool room_for(const struct index_place *place, bool anew, uint64_t lag)
{
	enum disk_level floor = anew ? DISK_NO_REBUILD : DISK_NO_GROWTH;

	return lag == 0 || disk_look(place->data_dir, &place->floors) < floor;
}

int index_open_state(const struct index_place *place, struct journal *journal, struct pulse *pulse,
	struct env **ret_env)
{
	AUTO(env_close) struct env *env = NULL;
	AUTO(arena_free) struct arena *arena = NULL;
	struct journal_head position, head;
	int r = env_make(place->path, place->map_size_bytes, &env), found;

	if (r < 0 || (r = arena_new(&arena)) < 0 || (r = journal_head(journal, &head)) < 0)
		return err_pass(r);
	if ((found = position_find(env, journal, &position)) < 0)
		return err_pass(found);
	if (found == PORT_NONE)
		position = position_first(head.epoch);
	if (!room_for(place, found == PORT_NONE, head.sequence - position.sequence))
		return INDEX_NO_ROOM;
	if (found == PORT_NONE) {
		log_notice("state is made anew from the journal", kv_u64("entries", head.sequence));
		env_close(env);
		env = NULL;
		if ((r = env_delete(place->path)) < 0 ||
			(r = env_make(place->path, place->map_size_bytes, &env)) < 0)
			return err_pass(r);
	}
	if ((r = apply_up_to(env, journal, arena, head.sequence, &position, pulse)) < 0)
		return err_pass(r);
	*ret_env = env;
	env = NULL;
	return 0;
}

static int verify_fresh(struct index *index, struct env *fresh, struct index_verify *result)
{
	AUTO(txn_abort) struct txn *live = NULL;
	AUTO(txn_abort) struct txn *anew = NULL;
	struct journal_head position = position_first(index->position.epoch);
	int r;

	if ((r = apply_up_to(fresh, index->journal, index->arena, index->position.sequence,
		     &position, &index->pulse)) < 0 ||
		(r = env_begin_read(index->state, &live)) < 0 ||
		(r = env_begin_read(fresh, &anew)) < 0)
		return err_pass(r);
	result->sequence = position.sequence;
	return err_pass(env_compare(live, anew, &index->pulse, &result->found));
}

static int verify_run(struct index *index, struct index_verify *result)
{
	struct env *fresh = NULL;
	int r = env_delete(index->verify_path), deleted;

	if (r == 0 && !room_for(index->place, true, index->position.sequence))
		r = err_here(ERR_LIMIT, "the disk has no room for a second state to compare with");
	if (r == 0 && (r = env_make(index->verify_path, index->place->map_size_bytes, &fresh)) >= 0)
		r = verify_fresh(index, fresh, result);
	env_close(fresh);
	deleted = env_delete(index->verify_path);
	rmdir(index->verify_path);
	return r < 0 ? err_pass(r) : err_pass(deleted);
}

/* A verification needs room for a second state. When it cannot be done, that is its answer:
 * whoever may ask for one must not be able to stop the house. */
static int verify_answer(struct index *index)
{
	struct index_verify result = { 0 };

	if (verify_run(index, &result) < 0) {
		log_error("verification failed", kv_str("error", err_text()),
			kv_str("trace", err_trace()));
		result.failed = true;
		snprintf(result.found.first, sizeof(result.found.first), "not verified: %.230s",
			err_text());
	}
	pthread_mutex_lock(&index->lock);
	index->verify = result;
	index->verify_asked = false;
	index->verify_done = true;
	pthread_mutex_unlock(&index->lock);
	return eventfd_write(index->fd, 1) == 0 ? 0
						: err_here(ERR_IO, "cannot signal a verification");
}

/* Looks at the disk before the state grows; says so when that changes. */
static bool room_to_grow(struct index *index)
{
	bool low = !room_for(index->place, false, 1);

	if (low != index->low)
		log_warning(low ? "disk below its second floor; the state rests"
				: "room on the disk again; the state goes on",
			kv_u64("sequence", index->position.sequence));
	index->low = low;
	return !low;
}

/* Ends at the latest when the disk is to be looked at again. */
static void rest(struct index *index)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += ROOM_EVERY_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_cond_timedwait(&index->wake, &index->lock, &until);
}

/* Waits for work. false: stop. */
static bool wait_for_work(struct index *index, bool *ret_verify)
{
	bool stopping;

	pthread_mutex_lock(&index->lock);
	if (index->low && !index->stopping && !index->verify_asked)
		rest(index);
	while (!index->stopping && !index->verify_asked &&
		atomic_load(&index->durable) == index->position.sequence) {
		pulse_rest(&index->pulse);
		pthread_cond_wait(&index->wake, &index->lock);
	}
	stopping = index->stopping;
	*ret_verify = index->verify_asked;
	pthread_mutex_unlock(&index->lock);
	return !stopping;
}

static int index_loop(struct index *index)
{
	struct mono synced = clock_mono();
	bool verify;
	int r = 0;

	while (r == 0 && wait_for_work(index, &verify)) {
		uint64_t durable = atomic_load(&index->durable);

		if (durable > index->position.sequence && room_to_grow(index))
			r = chunk_apply(index->state, index->journal, index->arena, durable,
				&index->position);
		atomic_store(&index->indexed, index->position.sequence);
		pulse_step(&index->pulse);
		if (r == 0 && verify)
			r = verify_answer(index);
		if (r == 0 && mono_ms_since(synced, clock_mono()) > SYNC_EVERY_MS) {
			r = env_sync(index->state);
			synced = clock_mono();
		}
	}
	return err_pass(r);
}

static void *index_main(void *arg)
{
	struct index *index = arg;

	(void)pthread_setname_np(pthread_self(), index->pulse.name);
	if (index_loop(index) < 0) {
		log_error("indexing failed", kv_str("error", err_text()),
			kv_str("trace", err_trace()));
		_exit(EX_IOERR);
	}
	digest_thread_fini();
	return NULL;
}

int index_start(struct env *state, const struct index_place *place, struct journal *journal,
	struct index **ret_index)
{
	struct index *index = calloc(1, sizeof(*index));
	pthread_condattr_t attributes;
	struct journal_head head;
	int r;

	if (!index)
		return err_here(ERR_NOMEM, "cannot allocate the indexer");
	index->state = state;
	index->journal = journal;
	index->pulse.name = "index";
	index->place = place;
	snprintf(index->verify_path, sizeof(index->verify_path), "%s.verify", place->path);
	pthread_mutex_init(&index->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&index->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	index->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (index->fd < 0)
		r = err_here(ERR_IO, "cannot make an event descriptor");
	else if ((r = arena_new(&index->arena)) == 0 && (r = journal_head(journal, &head)) == 0 &&
		 (r = position_find(state, journal, &index->position)) >= 0) {
		if (r == PORT_NONE) /* a journal without entries when the state was opened */
			index->position = position_first(head.epoch);
		r = 0;
		atomic_store(&index->durable, head.sequence);
		atomic_store(&index->indexed, index->position.sequence);
		if (pthread_create(&index->thread, NULL, index_main, index) != 0)
			r = err_here(ERR_NOMEM, "cannot start the indexing thread");
	}
	if (r < 0) {
		arena_free(index->arena);
		free(index);
		return err_pass(r);
	}
	*ret_index = index;
	return 0;
}

void index_stop(struct index *index)
{
	if (!index)
		return;
	pthread_mutex_lock(&index->lock);
	index->stopping = true;
	pthread_cond_signal(&index->wake);
	pthread_mutex_unlock(&index->lock);
	pthread_join(index->thread, NULL);
	arena_free(index->arena);
	close(index->fd);
	free(index);
}

void index_wake(struct index *index, uint64_t sequence)
{
	pthread_mutex_lock(&index->lock);
	atomic_store(&index->durable, sequence);
	pulse_give(&index->pulse);
	pthread_cond_signal(&index->wake);
	pthread_mutex_unlock(&index->lock);
}

uint64_t index_sequence(struct index *index)
{
	return atomic_load(&index->indexed);
}

void index_verify_ask(struct index *index)
{
	pthread_mutex_lock(&index->lock);
	index->verify_asked = true;
	pulse_give(&index->pulse);
	pthread_cond_signal(&index->wake);
	pthread_mutex_unlock(&index->lock);
}

bool index_verify_take(struct index *index, struct index_verify *ret_result)
{
	eventfd_t count;
	bool done;

	(void)eventfd_read(index->fd, &count);
	pthread_mutex_lock(&index->lock);
	done = index->verify_done;
	if (done)
		*ret_result = index->verify;
	index->verify_done = false;
	pthread_mutex_unlock(&index->lock);
	return done;
}

int index_fd(const struct index *index)
{
	return index->fd;
}

struct pulse *index_pulse(struct index *index)
{
	return &index->pulse;
}
