/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The lock on the old journal is held until the new one lies in its place, so nobody can append to
 * what is about to go. The old one is deleted last; if that does not happen any more, the same
 * command given again finds everything erased and does only that. */
#include "keeper/erase.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/disk.h"
#include "base/err.h"
#include "keeper/copy.h"
#include "keeper/fresh.h"
#include "keeper/head.h"
#include "keeper/walk.h"

enum { PATH_BYTES = 520 };

/* How many of the entries still hold their text. */
static int whole_count(struct journal *journal, const struct erased *which, size_t *ret_count)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < which->count; i++) {
		struct entry entry;
		int r = journal_get(journal, which->sequence[i], &buffer, &entry);

		if (r < 0)
			return err_pass(r);
		if (r == PORT_NONE)
			return err_here(
				ERR_NOT_FOUND, "there is no entry %" PRIu64, which->sequence[i]);
		if (entry.kind != ENTRY_TEXT)
			return err_here(ERR_INVALID,
				"entry %" PRIu64 " is a %s, and only a text can be erased: what a "
				"facility counted names nobody, and stays",
				which->sequence[i], entry_kind_name(entry.kind));
		count += !(entry.flags & ENTRY_FLAG_ERASED);
	}
	*ret_count = count;
	return 0;
}

static int path_in(const char *folder, const char *name, char ret[PATH_BYTES])
{
	if (snprintf(ret, PATH_BYTES, "%s/%s", folder, name) >= PATH_BYTES)
		return err_here(ERR_LIMIT, "path '%s' is too long", folder);
	return 0;
}

/* For a while both journals lie there. */
static int room_check(const char *place)
{
	char path[PATH_BYTES];
	struct disk_room room;
	struct stat data;
	uint64_t needed;
	int r = path_in(place, "data.mdb", path);

	if (r < 0 || (r = disk_room(place, &room)) < 0)
		return err_pass(r);
	if (stat(path, &data) != 0)
		return err_here(ERR_NOT_FOUND, "cannot look at '%s': %s", path, err_errno(errno));
	needed = (uint64_t)data.st_blocks * 512;
	if (room.free_bytes < needed + needed / 16)
		return err_here(ERR_LIMIT,
			"the journal is written anew beside its place, which takes %" PRIu64
			" MiB, and the disk has %" PRIu64,
			(needed + needed / 16) >> 20, room.free_bytes >> 20);
	return 0;
}

static int erased_append(struct journal *journal, const struct erased *which)
{
	AUTO(buffer_fini) struct buffer body = { 0 };
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	uint64_t now = (uint64_t)clock_wall().ms;
	struct entry entry = { .kind = ENTRY_ERASED }, last;
	struct journal_head head;
	int r = erased_encode(which, &body);

	if (r < 0 || (r = journal_head(journal, &head)) < 0)
		return err_pass(r);
	if ((r = journal_get(journal, head.sequence, &buffer, &last)) != 0)
		return err_fold(r);
	entry.algorithm = last.algorithm;
	entry.received = now > last.received ? now : last.received; /* never goes back */
	entry.body = buffer_view(&body);
	return err_pass(journal_append(journal, (struct entry *[]){ &entry }, 1));
}

/* A copy says in the file `head` how far it goes; so does what takes its place. */
static int head_follow(const char *place, const char *partial, struct journal *journal)
{
	char path[PATH_BYTES];
	struct journal_head head;
	int r = path_in(place, "head", path);

	if (r < 0)
		return err_pass(r);
	if (access(path, F_OK) != 0)
		return 0;
	if ((r = journal_head(journal, &head)) < 0)
		return err_pass(r);
	return err_pass(head_save(&head, partial));
}

/* A journal like this one, but for the texts, in its place; with the entry that says so, or not. */
static int journal_replace(const char *place, uint64_t map_size_bytes, const struct erased *which,
	bool tell, struct journal *journal)
{
	AUTO(fresh_close) struct fresh *fresh = NULL;
	struct journal_head head, copied;
	int r = room_check(place);

	if (r < 0 || (r = journal_head(journal, &head)) < 0 ||
		(r = fresh_open_instead(place, map_size_bytes, head.epoch, &fresh)) < 0 ||
		(r = copy_entries(journal, fresh_journal(fresh), head.sequence, which)) < 0 ||
		(tell && (r = erased_append(fresh_journal(fresh), which)) < 0) ||
		(r = walk_whole(fresh_journal(fresh), &copied)) < 0)
		return err_pass(r);
	if (copied.sequence != head.sequence + (tell ? 1 : 0) ||
		(!tell && !digest_equal(&copied.chain, &head.chain)))
		return err_here(ERR_CORRUPT, "the journal changed while it was read");
	if ((r = head_follow(place, fresh_partial(fresh), fresh_journal(fresh))) < 0)
		return err_pass(r);
	return err_pass(fresh_exchange(fresh));
}

static int leftover_delete(const char *place)
{
	char path[PATH_BYTES];

	if (snprintf(path, sizeof(path), "%s.partial", place) >= (int)sizeof(path))
		return err_here(ERR_LIMIT, "path '%s' is too long", place);
	return err_pass(journal_folder_delete(path));
}

int erase_in_copy(const char *place, uint64_t map_size_bytes, const struct erased *which,
	struct journal **copy)
{
	static const uint8_t no_epoch[EPOCH_BYTES];
	size_t whole;
	int r = whole_count(*copy, which, &whole);

	if (r < 0)
		return err_pass(r);
	if (whole == 0)
		return err_pass(leftover_delete(place));
	r = journal_replace(place, map_size_bytes, which, false, *copy);
	journal_close(*copy);
	*copy = NULL;
	if (r < 0)
		return err_pass(r);
	return err_pass(journal_open(place, map_size_bytes, no_epoch, copy));
}

static int tell(const struct erase_options *options, size_t whole, FILE *out)
{
	if (whole == 0)
		fprintf(out, "all of them are erased already\n");
	else
		fprintf(out,
			"erased %zu of %zu texts; the entry 'erased' at the journal's end says "
			"so.\n"
			"The derived environments hold no text and stay as they are.\n"
			"A following backup erases in its copy when it comes to that entry.\n"
			"Still holding the texts: every copy, dump and disk image made before, "
			"which "
			"no\nprogram can reach from here. Delete them, nightly copies too, once a "
			"newer one\nis there; after restoring one of them, erase again.\n",
			whole, options->which.count);
	return fflush(out) == 0 ? 0 : err_here(ERR_IO, "cannot write the result: %m");
}

int erase_run(const struct erase_options *options, FILE *out)
{
	static const uint8_t no_epoch[EPOCH_BYTES];
	AUTO(journal_close) struct journal *journal = NULL;
	AUTO(buffer_fini) struct buffer body = { 0 };
	char path[PATH_BYTES];
	size_t whole;
	int r = path_in(options->journal, "data.mdb", path);

	if (r < 0 || (r = erased_encode(&options->which, &body)) < 0)
		return err_pass(r);
	if (access(path, F_OK) != 0)
		return err_here(ERR_NOT_FOUND, "'%s' holds no journal", options->journal);
	if ((r = journal_open(options->journal, options->map_size_bytes, no_epoch, &journal)) < 0 ||
		(r = whole_count(journal, &options->which, &whole)) < 0)
		return err_pass(r);
	if (whole == 0)
		r = leftover_delete(options->journal);
	else
		r = journal_replace(
			options->journal, options->map_size_bytes, &options->which, true, journal);
	return r < 0 ? err_pass(r) : err_pass(tell(options, whole, out));
}
