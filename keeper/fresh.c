/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The name of the making is PLACE.partial. A folder can be renamed over an empty one, so a place
 * that somebody has prepared, with its owner and mode, is as good as none. */
#include "keeper/fresh.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "store/env_folder.h"

enum { PATH_BYTES = 480 };

struct fresh {
	char place[PATH_BYTES], partial[PATH_BYTES + 16];
	struct journal *journal; /* owned; NULL once closed */
	bool made, placed;
};

static int folder_empty(const char *path, bool *ret_empty)
{
	DIR *folder = opendir(path);
	struct dirent *found;

	*ret_empty = true;
	if (!folder)
		return errno == ENOENT ? 0
				       : err_here(ERR_IO, "cannot look into '%s': %s", path,
						 err_errno(errno));
	while ((found = readdir(folder)))
		if (strcmp(found->d_name, ".") != 0 && strcmp(found->d_name, "..") != 0)
			*ret_empty = false;
	closedir(folder);
	return 0;
}

static int names_make(const char *place, struct fresh *fresh)
{
	size_t len = strlen(place);

	while (len > 1 && place[len - 1] == '/')
		len--;
	if (len >= sizeof(fresh->place))
		return err_here(ERR_LIMIT, "path '%s' is too long", place);
	snprintf(fresh->place, sizeof(fresh->place), "%.*s", (int)len, place);
	snprintf(fresh->partial, sizeof(fresh->partial), "%s.partial", fresh->place);
	return 0;
}

/* The folder in which the place lies. */
static void parent_of(const char *place, char ret[PATH_BYTES])
{
	char *slash;

	snprintf(ret, PATH_BYTES, "%s", place);
	slash = strrchr(ret, '/');
	if (!slash)
		snprintf(ret, PATH_BYTES, ".");
	else
		slash[slash == ret] = '\0';
}

/* A whole data folder may have been lost. */
static int parent_make(const char *place)
{
	char parent[PATH_BYTES];

	parent_of(place, parent);
	if (mkdir(parent, 0750) != 0 && errno != EEXIST)
		return err_here(ERR_IO, "cannot make folder '%s': %s", parent, err_errno(errno));
	return 0;
}

int parent_hold(const char *place, int *ret_fd)
{
	struct fresh names;
	char parent[PATH_BYTES];
	int r = names_make(place, &names);

	if (r < 0 || (r = parent_make(names.place)) < 0)
		return err_pass(r);
	parent_of(names.place, parent);
	if ((r = env_folder_hold(parent, ret_fd)) == ERR_CONFLICT)
		return err_here(ERR_CONFLICT,
			"a program is at work in '%s': stop ingestd before its journal is restored",
			parent);
	return err_pass(r);
}

static int places_check(const struct fresh *fresh)
{
	bool empty;
	int r = folder_empty(fresh->place, &empty);

	if (r == 0 && !empty)
		return err_here(ERR_CONFLICT,
			"'%s' is not empty; move what is there to another place first",
			fresh->place);
	if (r < 0 || (r = folder_empty(fresh->partial, &empty)) < 0)
		return err_pass(r);
	if (!empty)
		return err_here(ERR_CONFLICT,
			"'%s' is what an interrupted attempt left; delete it first",
			fresh->partial);
	return 0;
}

/* Whoever runs this may be another than the one who serves it: what takes a journal's place belongs
 * to the same. For anybody but root it does already, or the exchange would not be his to make. */
static int owner_take(const char *from, const char *to)
{
	struct stat info;

	if (stat(from, &info) != 0)
		return err_here(ERR_IO, "cannot look at '%s': %s", from, err_errno(errno));
	if (chown(to, info.st_uid, info.st_gid) != 0 && errno != EPERM)
		return err_here(ERR_IO, "cannot give '%s' its owner: %s", to, err_errno(errno));
	if (chmod(to, info.st_mode & 07777) != 0)
		return err_here(ERR_IO, "cannot give '%s' its mode: %s", to, err_errno(errno));
	return 0;
}

int fresh_open(const char *place, uint64_t map_size_bytes, const uint8_t epoch[EPOCH_BYTES],
	struct fresh **ret_fresh)
{
	AUTO(fresh_close) struct fresh *fresh = calloc(1, sizeof(*fresh));
	int r;

	if (!fresh)
		return err_here(ERR_NOMEM, "cannot allocate a place");
	if ((r = names_make(place, fresh)) < 0 || (r = places_check(fresh)) < 0 ||
		(r = parent_make(fresh->place)) < 0)
		return err_pass(r);
	fresh->made = true;
	if ((r = journal_open(fresh->partial, map_size_bytes, epoch, &fresh->journal)) < 0)
		return err_pass(r);
	*ret_fresh = fresh;
	fresh = NULL;
	return 0;
}

int fresh_open_instead(const char *place, uint64_t map_size_bytes, const uint8_t epoch[EPOCH_BYTES],
	struct fresh **ret_fresh)
{
	AUTO(fresh_close) struct fresh *fresh = calloc(1, sizeof(*fresh));
	int r;

	if (!fresh)
		return err_here(ERR_NOMEM, "cannot allocate a place");
	if ((r = names_make(place, fresh)) < 0 || (r = journal_folder_delete(fresh->partial)) < 0)
		return err_pass(r);
	fresh->made = true;
	if ((r = journal_open(fresh->partial, map_size_bytes, epoch, &fresh->journal)) < 0)
		return err_pass(r);
	*ret_fresh = fresh;
	fresh = NULL;
	return 0;
}

struct journal *fresh_journal(struct fresh *fresh)
{
	return fresh->journal;
}

const char *fresh_partial(const struct fresh *fresh)
{
	return fresh->partial;
}

int fresh_commit(struct fresh *fresh)
{
	journal_close(fresh->journal);
	fresh->journal = NULL;
	if (rename(fresh->partial, fresh->place) != 0)
		return err_here(ERR_IO, "cannot move '%s' to its place: %s", fresh->partial,
			err_errno(errno));
	fresh->placed = true;
	return err_pass(env_folder_flush(fresh->place));
}

static int owners_take(const struct fresh *fresh)
{
	static const char *const names[] = { "data.mdb", "lock.mdb", "writer.lock" };

	for (size_t i = 0; i < array_len(names); i++) {
		char from[sizeof(fresh->partial) + 16], to[sizeof(fresh->partial) + 16];
		int r;

		snprintf(from, sizeof(from), "%s/%s", fresh->place, names[i]);
		snprintf(to, sizeof(to), "%s/%s", fresh->partial, names[i]);
		if ((r = owner_take(from, to)) < 0)
			return err_pass(r);
	}
	return err_pass(owner_take(fresh->place, fresh->partial));
}

int fresh_exchange(struct fresh *fresh)
{
	int r;

	journal_close(fresh->journal);
	fresh->journal = NULL;
	if ((r = owners_take(fresh)) < 0 || (r = env_folder_flush(fresh->partial)) < 0)
		return err_pass(r);
	if (renameat2(AT_FDCWD, fresh->partial, AT_FDCWD, fresh->place, RENAME_EXCHANGE) != 0)
		return err_here(ERR_IO, "cannot exchange '%s' and '%s': %s", fresh->partial,
			fresh->place, err_errno(errno));
	fresh->placed = true;
	if ((r = env_folder_flush(fresh->place)) < 0)
		return err_pass(r);
	return err_pass(journal_folder_delete(fresh->partial));
}

int journal_folder_delete(const char *path)
{
	static const char *const names[] = { "data.mdb", "lock.mdb", "writer.lock", "followed",
		"copied", "head", "head.new" };

	for (size_t i = 0; i < array_len(names); i++) {
		char file[PATH_BYTES + 64];

		snprintf(file, sizeof(file), "%s/%s", path, names[i]);
		if (unlink(file) != 0 && errno != ENOENT)
			return err_here(ERR_IO, "cannot delete '%s': %s", file, err_errno(errno));
	}
	if (rmdir(path) == 0 || errno == ENOENT)
		return 0;
	if (errno == ENOTEMPTY || errno == EEXIST)
		return err_here(ERR_CONFLICT,
			"'%s' holds more than a journal's files; look what it is", path);
	return err_here(ERR_IO, "cannot delete '%s': %s", path, err_errno(errno));
}

void fresh_close(struct fresh *fresh)
{
	if (!fresh)
		return;
	journal_close(fresh->journal);
	if (fresh->made && !fresh->placed) {
		/* What cannot be deleted is refused by the next attempt, in words. */
		(void)!journal_folder_delete(fresh->partial);
	}
	free(fresh);
}
