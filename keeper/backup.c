/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Both sides may be restarted at any moment. Nothing is remembered but the copy itself: its head
 * says where to go on, and is looked up in the journal each time one is opened, so a journal that
 * was rolled back, rewritten or restored is noticed before anything is copied from it. */
#include "keeper/backup.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "keeper/copy.h"
#include "keeper/erase.h"
#include "keeper/head.h"
#include "store/derived.h"
#include "store/hint.h"

enum { LOOK_MS = 200, AWAIT_MS = 500, HEAD_EVERY_MS = 1000 };

static volatile sig_atomic_t stopping;

struct backup {
	const struct backup_options *options;
	struct journal *from; /* owned; NULL while there is none */
	struct journal *to;   /* owned; NULL until the journal's epoch is known */
	struct journal_head saved;
	struct mono saved_at, told_at;
	bool waiting; /* it was said that there is no journal */
};

void backup_stop(int signal)
{
	(void)signal;
	stopping = 1;
}

static void pause_ms(long ms)
{
	nanosleep(
		&(struct timespec){ .tv_nsec = ms * 1000000L }, NULL); /* a signal cuts it short */
}

static int same_history(struct backup *backup)
{
	struct journal_head copy, journal;
	bool matches;
	int r;

	if ((r = journal_head(backup->to, &copy)) < 0 ||
		(r = journal_head(backup->from, &journal)) < 0)
		return err_pass(r);
	if (memcmp(copy.epoch, journal.epoch, EPOCH_BYTES) != 0)
		return err_here(ERR_CONFLICT,
			"the journal has another epoch than the copy '%s': it was restored or made "
			"anew since; keep that copy and begin another one",
			backup->options->copy);
	if ((r = derived_matches(backup->from, &copy, &matches)) < 0)
		return err_pass(r);
	if (!matches)
		return err_here(ERR_CORRUPT,
			"history differs: the journal no longer holds entry %" PRIu64
			" as it was copied to '%s'; keep both",
			copy.sequence, backup->options->copy);
	return 0;
}

/* PORT_NONE: there is no journal, and we wait for one. */
static int source_open(struct backup *backup)
{
	const struct backup_options *options = backup->options;
	struct journal_head head;
	int r = journal_follow(options->journal, options->map_size_bytes, &backup->from);

	if (r == ERR_NOT_FOUND && options->follow) {
		if (!backup->waiting)
			fprintf(stderr, "huibao-journal: waiting: %s\n", err_text());
		backup->waiting = true;
		return PORT_NONE;
	}
	if (r < 0 || (r = journal_head(backup->from, &head)) < 0)
		return err_pass(r);
	backup->waiting = false;
	if (!backup->to && (r = journal_open(options->copy, options->map_size_bytes, head.epoch,
				    &backup->to)) < 0)
		return err_pass(r);
	return 0;
}

static int head_note(struct backup *backup, bool now)
{
	struct journal_head head;
	int r = journal_head(backup->to, &head);

	if (r < 0)
		return err_pass(r);
	if (head.sequence == backup->saved.sequence ||
		(!now && mono_ms_since(backup->saved_at, clock_mono()) < HEAD_EVERY_MS))
		return 0;
	if ((r = head_save(&head, backup->options->copy)) < 0)
		return err_pass(r);
	backup->saved = head;
	backup->saved_at = clock_mono();
	return 0;
}

/* What ingestd shows of its backup. Whatever is in the copy has been flushed. */
static int copied_tell(struct backup *backup, bool now)
{
	struct journal_head head;
	int r;

	if (!now && mono_ms_since(backup->told_at, clock_mono()) < HEAD_EVERY_MS)
		return 0;
	if ((r = journal_head(backup->to, &head)) < 0)
		return err_pass(r);
	hint_note_copied(backup->options->journal, head.sequence, clock_wall());
	backup->told_at = clock_mono();
	return 0;
}

/* If the entry that the copy lacks next says that texts were erased, they go from the copy first:
 * a copy that has this entry has none of them. */
static int erase_first(struct backup *backup)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	struct journal_head head;
	struct erased erased;
	struct entry entry;
	int r = journal_head(backup->to, &head);

	if (r < 0)
		return err_pass(r);
	if ((r = journal_get(backup->from, head.sequence + 1, &buffer, &entry)) != 0)
		return r == PORT_NONE ? 0 : err_pass(r);
	if (entry.kind != ENTRY_ERASED)
		return 0;
	if ((r = erased_decode(entry.body, &erased)) < 0)
		return err_pass(r);
	return err_pass(erase_in_copy(
		backup->options->copy, backup->options->map_size_bytes, &erased, &backup->to));
}

static int copy_new(struct backup *backup)
{
	struct journal_head head;
	int r = same_history(backup);

	if (r < 0 || (r = journal_head(backup->from, &head)) < 0)
		return err_pass(r);
	do {
		if ((r = erase_first(backup)) < 0)
			return err_pass(r);
		r = copy_until_erased(backup->from, backup->to, head.sequence, NULL);
	} while (r == COPY_ERASED);
	if (r == ERR_CORRUPT)
		fprintf(stderr, "huibao-journal: what stands before the break is copied\n");
	return err_pass(r);
}

static void source_close(struct backup *backup)
{
	journal_close(backup->from);
	backup->from = NULL;
}

/* Until it is asked to stop. */
static int follow(struct backup *backup)
{
	while (!stopping) {
		int r = 0;

		if (backup->from && journal_replaced(backup->from))
			source_close(backup);
		if (!backup->from && (r = source_open(backup)) < 0)
			return err_pass(r);
		if (r == PORT_NONE) {
			pause_ms(AWAIT_MS);
			continue;
		}
		if ((r = copy_new(backup)) < 0 || (r = head_note(backup, false)) < 0 ||
			(r = copied_tell(backup, false)) < 0)
			return err_pass(r);
		pause_ms(LOOK_MS);
	}
	return 0;
}

static int once(struct backup *backup)
{
	int r = source_open(backup);

	if (r != 0)
		return err_fold(r);
	if ((r = copy_new(backup)) < 0 || (r = same_history(backup)) < 0)
		return err_pass(r);
	return err_pass(copied_tell(backup, true));
}

static int finish(struct backup *backup, FILE *out)
{
	char line[HEAD_TEXT_BYTES];
	struct journal_head head;
	int r;

	if (!backup->to) /* stopped before there was anything */
		return 0;
	if ((r = head_note(backup, true)) < 0 || (r = journal_head(backup->to, &head)) < 0)
		return err_pass(r);
	head_print(&head, line);
	if (fprintf(out, "%s\n", line) < 0 || fflush(out) != 0)
		return err_here(ERR_IO, "cannot write the head: %m");
	return 0;
}

/* LMDB does not bear one environment opened twice. */
static int places_check(const struct backup_options *options)
{
	struct stat journal, copy;

	if (stat(options->journal, &journal) == 0 && stat(options->copy, &copy) == 0 &&
		journal.st_dev == copy.st_dev && journal.st_ino == copy.st_ino)
		return err_here(ERR_INVALID, "'%s' is the journal itself", options->copy);
	return 0;
}

int backup_run(const struct backup_options *options, FILE *out)
{
	struct backup backup = { .options = options };
	int r = places_check(options);

	if (r == 0)
		r = options->follow ? follow(&backup) : once(&backup);
	if (r == 0)
		r = finish(&backup, out);
	journal_close(backup.from);
	journal_close(backup.to);
	return err_pass(r);
}
