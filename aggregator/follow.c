/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Two generations at most: the live one, which answers, and while another catalogue is being folded
 * through, the next one, which is filled beside it. The live one then stands still just before the
 * catalogue's entry, so a crash finds everything as it was and simply begins the next one again. */
#include "aggregator/follow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "store/hint.h"

enum { PATH_BYTES = 1024, FAULT_BYTES = 512 };

struct follow {
	/* set at start, never changed */
	struct follow_options options;
	char live_path[PATH_BYTES], next_path[PATH_BYTES];
	/* owned; NULL while waiting for the journal */
	struct journal *journal;
	struct hint *hint;
	/* owned */
	struct generation live;
	struct generation next; /* env NULL: there is none */
	/* as last seen */
	uint64_t journal_sequence;
	uint64_t generation;
	char fault[FAULT_BYTES];
	enum disk_level lacking; /* the floor that keeps us from going on; DISK_ROOMY: none */
	bool must_rebuild;       /* what comes next is a generation of its own */
};

const char *follow_state_name(enum follow_state state)
{
	static const char *const names[] = {
		[FOLLOW_WAITING] = "waiting",
		[FOLLOW_FOLLOWING] = "following",
		[FOLLOW_REBUILDING] = "rebuilding",
		[FOLLOW_NO_ROOM] = "no-room",
		[FOLLOW_STOPPED] = "stopped",
	};

	return names[state];
}

/* Forgets the live generation, which is not of this journal. */
static int follow_renew(struct follow *follow, const uint8_t epoch[EPOCH_BYTES])
{
	follow->generation++;
	generation_fini(&follow->live);
	return err_pass(generation_begin(
		follow->live_path, follow->options.map_size_bytes, epoch, NULL, &follow->live));
}

static int path_make(const struct follow_options *options, const char *name, char ret[PATH_BYTES])
{
	int n = snprintf(ret, PATH_BYTES, "%s/%s", options->data_dir, name);

	if (n < 0 || n >= PATH_BYTES)
		return err_here(ERR_INVALID, "the path '%.80s…' is too long", options->data_dir);
	return 0;
}

int follow_open(const struct follow_options *options, struct follow **ret_follow)
{
	AUTO(follow_close) struct follow *follow = calloc(1, sizeof(*follow));
	int r;

	if (!follow)
		return err_here(ERR_NOMEM, "cannot allocate the follower");
	follow->options = *options;
	if ((r = path_make(options, "aggregates", follow->live_path)) < 0 ||
		(r = path_make(options, "aggregates.next", follow->next_path)) < 0 ||
		(r = generation_delete(&follow->next, follow->next_path)) < 0 ||
		(r = generation_open(follow->live_path, options->map_size_bytes, &follow->live)) <
			0)
		return err_pass(r);
	*ret_follow = follow;
	follow = NULL;
	return 0;
}

void follow_close(struct follow *follow)
{
	if (!follow)
		return;
	generation_fini(&follow->live);
	generation_fini(&follow->next);
	hint_close(follow->hint);
	journal_close(follow->journal);
	free(follow);
}

/* Whether the disk has room for what is to be done; if not, the state says so. Asked again at each
 * step, so going on needs nobody. */
static bool room_for(struct follow *follow, bool rebuild)
{
	enum disk_level level = disk_look(follow->options.data_dir, &follow->options.floors);
	enum disk_level floor = rebuild ? DISK_NO_REBUILD : DISK_NO_GROWTH;

	follow->lacking = level >= floor ? level : DISK_ROOMY;
	return follow->lacking == DISK_ROOMY;
}

/* The tables may hold a catalogue and a registry though nothing is folded yet: a later catalogue
 * empties only the rest. */
static bool follow_holds_anything(const struct follow *follow)
{
	return follow->live.position.sequence > 0 || fold_catalogue_number(follow->live.fold) > 0;
}

/* When the entry at the live generation's position was received: folding it was another run. */
static int received_load(struct follow *follow, struct journal *journal)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	struct entry entry;
	int r;

	if (follow->live.position.sequence == 0)
		return 0;
	if ((r = journal_get(journal, follow->live.position.sequence, &buffer, &entry)) != 0)
		return err_fold(r); /* it was there: the position matches */
	follow->live.received = entry.received;
	return 0;
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
	if (memcmp(head.epoch, follow->live.position.epoch, EPOCH_BYTES) == 0 &&
		(r = derived_matches(journal, &follow->live.position, &matches)) < 0)
		return err_pass(r);
	if (!matches && follow_holds_anything(follow)) {
		if (!room_for(follow, true))
			return FOLLOW_IDLE; /* answers go on as of the journal before */
		if ((r = follow_renew(follow, head.epoch)) < 0)
			return err_pass(r);
	}
	if ((r = received_load(follow, journal)) < 0)
		return err_pass(r);
	memcpy(follow->live.position.epoch, head.epoch, EPOCH_BYTES);
	follow->journal_sequence = head.sequence;
	follow->journal = journal;
	follow->hint = hint;
	journal = NULL;
	hint = NULL;
	return 0;
}

/* No further; what is there goes on answering. */
static void follow_stop(struct follow *follow, const struct generation *generation, const char *why)
{
	snprintf(follow->fault, sizeof(follow->fault), "entry %llu: %.400s",
		(unsigned long long)generation->position.sequence + 1, why);
}

/* Whether this is still the journal that the live generation was folded from. */
static bool journal_is_ours(const struct follow *follow, const struct journal_head *head)
{
	return memcmp(head->epoch, follow->live.position.epoch, EPOCH_BYTES) == 0 &&
	       head->sequence >= follow->live.position.sequence &&
	       !journal_replaced(follow->journal);
}

/* The entry after the position is another catalogue: a generation of its own is begun. */
static int next_begin(struct follow *follow, const struct journal_head *before)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	struct journal_head position = *before;
	struct entry entry;
	int r = journal_get(follow->journal, position.sequence + 1, &buffer, &entry);

	if (r != 0)
		return err_fold(r);
	generation_fini(&follow->next);
	return err_pass(generation_begin(follow->next_path, follow->options.map_size_bytes,
		position.epoch, &entry, &follow->next));
}

static int chunk_step(struct follow *follow, struct generation *generation)
{
	bool bad = false;
	int r;

	/* Without a hint meanwhile: ingestd must not wait for one who waits for the disk. */
	if (!room_for(follow, follow->must_rebuild))
		return FOLLOW_IDLE;
	if ((r = generation_chunk(generation, follow->journal, UINT64_MAX, &bad)) < 0)
		return err_pass(r);
	hint_tell(follow->hint, generation->position.sequence, clock_wall());
	follow->must_rebuild = r == FOLD_AGAIN && !room_for(follow, true);
	if (follow->must_rebuild)
		return FOLLOW_IDLE;
	if (r == FOLD_AGAIN && (r = next_begin(follow, &generation->position)) < 0) {
		bad = r == ERR_INVALID || r == ERR_CORRUPT; /* it is no catalogue */
		if (!bad)
			return err_pass(r);
	}
	if (bad)
		follow_stop(follow, generation, err_text());
	return 0;
}

/* The next generation has come to the journal's end: it takes over. */
static int next_switch(struct follow *follow)
{
	follow->generation++;
	return err_pass(generation_switch(&follow->live, follow->live_path, &follow->next,
		follow->next_path, follow->options.map_size_bytes));
}

int follow_step(struct follow *follow)
{
	struct generation *filling;
	struct journal_head head;
	int r;

	if (!follow->journal && (r = follow_attach(follow)) != 0)
		return r == FOLLOW_IDLE ? FOLLOW_IDLE : err_pass(r);
	hint_clear(follow->hint); /* before looking: what is written from here on wakes again */
	if (follow->fault[0])
		return FOLLOW_IDLE;
	if ((r = journal_head(follow->journal, &head)) < 0)
		return err_pass(r);
	if (!journal_is_ours(follow, &head)) {
		follow_stop(follow, &follow->live,
			"the journal was replaced; start the aggregator again");
		return FOLLOW_IDLE;
	}
	follow->journal_sequence = head.sequence;
	filling = follow->next.env ? &follow->next : &follow->live;
	if (head.sequence > filling->position.sequence)
		return err_pass(chunk_step(follow, filling));
	if (filling == &follow->next)
		return err_pass(next_switch(follow));
	hint_tell(follow->hint, filling->position.sequence, clock_wall());
	return FOLLOW_IDLE;
}

int follow_fd(const struct follow *follow)
{
	return follow->hint ? hint_fd(follow->hint) : -1;
}

enum follow_state follow_state_of(const struct follow *follow)
{
	if (follow->fault[0])
		return FOLLOW_STOPPED;
	if (follow->lacking != DISK_ROOMY)
		return FOLLOW_NO_ROOM;
	if (!follow->journal)
		return FOLLOW_WAITING;
	if (follow->next.env)
		return FOLLOW_REBUILDING;
	return FOLLOW_FOLLOWING;
}

const char *follow_fault(const struct follow *follow)
{
	if (follow->fault[0] || follow->lacking == DISK_ROOMY)
		return follow->fault;
	return disk_level_words(follow->lacking);
}

const struct journal_head *follow_position(const struct follow *follow)
{
	return &follow->live.position;
}

bool follow_training(const struct follow *follow)
{
	return follow->journal ? journal_training(follow->journal) : follow->live.training;
}

int32_t follow_today(const struct follow *follow)
{
	int64_t now = clock_wall().ms, received = (int64_t)follow->live.received;

	return day_of_wall_ms(now > received ? now : received);
}

uint64_t follow_journal_sequence(const struct follow *follow)
{
	return follow->journal_sequence;
}

const struct fold *follow_fold(const struct follow *follow)
{
	return follow->live.fold;
}

uint64_t follow_generation(const struct follow *follow)
{
	return follow->generation;
}

struct journal *follow_journal(struct follow *follow)
{
	return follow->journal;
}

struct env *follow_env(struct follow *follow)
{
	return follow->live.env;
}

const struct follow_options *follow_options_of(const struct follow *follow)
{
	return &follow->options;
}

int follow_sync(struct follow *follow)
{
	return err_pass(env_sync(follow->live.env));
}
