/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One slot with three states: empty, given, durable. The deciding thread fills it when it is empty
 * and empties it when it is durable; this thread turns given into durable. */
#include "ingestd/commit.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"

enum slot { SLOT_EMPTY, SLOT_GIVEN, SLOT_DURABLE };

struct commit {
	/* set at start, never changed */
	struct journal *journal; /* borrowed */
	int fd;                  /* owned */
	pthread_t thread;
	/* shared */
	struct pulse pulse;
	/* under lock */
	pthread_mutex_t lock;
	pthread_cond_t given;
	enum slot slot;
	struct batch *batch;
	bool stopping;
	struct histogram durations;
};

static int batch_commit(struct journal *journal, struct batch *batch)
{
	struct entry *entries[BATCH_REPORTS_MAX];
	uint64_t expected[BATCH_REPORTS_MAX];
	int r;

	if (batch->entries == 0)
		return 0;
	for (size_t i = 0; i < batch->entries; i++) {
		entries[i] = &batch->entry[i];
		expected[i] = batch->entry[i].sequence;
	}
	if ((r = journal_append(journal, entries, batch->entries)) < 0)
		return err_pass(r);
	for (size_t i = 0; i < batch->entries; i++) {
		if (batch->entry[i].sequence != expected[i])
			return err_here(ERR_BUG, "decided for sequence %llu, written at %llu",
				(unsigned long long)expected[i],
				(unsigned long long)batch->entry[i].sequence);
	}
	return 0;
}

/* NULL: stop. */
static struct batch *batch_await(struct commit *commit)
{
	struct batch *batch;

	pthread_mutex_lock(&commit->lock);
	while (commit->slot != SLOT_GIVEN && !commit->stopping)
		pthread_cond_wait(&commit->given, &commit->lock);
	batch = commit->slot == SLOT_GIVEN ? commit->batch : NULL;
	pthread_mutex_unlock(&commit->lock);
	return batch;
}

static void *commit_main(void *arg)
{
	struct commit *commit = arg;
	struct batch *batch;

	(void)pthread_setname_np(pthread_self(), commit->pulse.name);
	while ((batch = batch_await(commit))) {
		struct mono start = clock_mono();

		if (batch_commit(commit->journal, batch) < 0) {
			log_error("commit failed; nothing of the batch is answered",
				kv_str("error", err_text()), kv_str("trace", err_trace()));
			_exit(EX_IOERR);
		}
		pthread_mutex_lock(&commit->lock);
		histogram_add(&commit->durations, start, clock_mono());
		commit->slot = SLOT_DURABLE;
		pulse_rest(&commit->pulse);
		/* Under the lock: a signal that came after its batch was taken would stay, and the
		 * loop would spin on it. */
		(void)eventfd_write(commit->fd, 1);
		pthread_mutex_unlock(&commit->lock);
	}
	digest_thread_fini();
	return NULL;
}

int commit_start(struct journal *journal, struct commit **ret_commit)
{
	struct commit *commit = calloc(1, sizeof(*commit));

	if (!commit)
		return err_here(ERR_NOMEM, "cannot allocate the committer");
	commit->journal = journal;
	commit->pulse.name = "commit";
	pthread_mutex_init(&commit->lock, NULL);
	pthread_cond_init(&commit->given, NULL);
	commit->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (commit->fd < 0 || pthread_create(&commit->thread, NULL, commit_main, commit) != 0) {
		free(commit);
		return err_here(ERR_NOMEM, "cannot start the committing thread");
	}
	*ret_commit = commit;
	return 0;
}

void commit_stop(struct commit *commit)
{
	if (!commit)
		return;
	pthread_mutex_lock(&commit->lock);
	commit->stopping = true;
	pthread_cond_signal(&commit->given);
	pthread_mutex_unlock(&commit->lock);
	pthread_join(commit->thread, NULL);
	close(commit->fd);
	free(commit);
}

void commit_hand_over(struct commit *commit, struct batch *batch)
{
	pthread_mutex_lock(&commit->lock);
	ensure(commit->slot == SLOT_EMPTY);
	commit->batch = batch;
	commit->slot = SLOT_GIVEN;
	pulse_give(&commit->pulse);
	pthread_cond_signal(&commit->given);
	pthread_mutex_unlock(&commit->lock);
}

struct batch *commit_take(struct commit *commit)
{
	struct batch *batch = NULL;
	eventfd_t count;

	pthread_mutex_lock(&commit->lock);
	if (commit->slot == SLOT_DURABLE) {
		batch = commit->batch;
		commit->slot = SLOT_EMPTY;
		(void)eventfd_read(commit->fd, &count);
	}
	pthread_mutex_unlock(&commit->lock);
	return batch;
}

struct batch *commit_wait(struct commit *commit, int timeout_ms)
{
	struct pollfd ready = { .fd = commit->fd, .events = POLLIN };

	(void)poll(&ready, 1, timeout_ms);
	return commit_take(commit);
}

void commit_durations(struct commit *commit, struct histogram *ret_durations)
{
	pthread_mutex_lock(&commit->lock);
	*ret_durations = commit->durations;
	pthread_mutex_unlock(&commit->lock);
}

int commit_fd(const struct commit *commit)
{
	return commit->fd;
}

struct pulse *commit_pulse(struct commit *commit)
{
	return &commit->pulse;
}
