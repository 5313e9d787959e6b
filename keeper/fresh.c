/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The name of the making is PLACE.partial. A folder can be renamed over an empty one, so a place
 * that somebody has prepared, with its owner and mode, is as good as none. */
#include "keeper/fresh.h"

#include <dirent.h>
#include <errno.h>
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

/* The folder in which the place lies; a whole data folder may have been lost. */
static int parent_make(const char *place)
{
	char parent[PATH_BYTES];
	char *slash;

	snprintf(parent, sizeof(parent), "%s", place);
	if (!(slash = strrchr(parent, '/')) || slash == parent)
		return 0;
	*slash = '\0';
	if (mkdir(parent, 0750) != 0 && errno != EEXIST)
		return err_here(ERR_IO, "cannot make folder '%s': %s", parent, err_errno(errno));
	return 0;
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

int fresh_open(const char *place, uint64_t map_size_bytes, const uint8_t epoch[EPOCH_BYTES],
	struct fresh **ret_fresh)
{
	AUTO(fresh_close) struct fresh *fresh = calloc(1, sizeof(*fresh));
	size_t len = strlen(place);
	int r;

	if (!fresh)
		return err_here(ERR_NOMEM, "cannot allocate a place");
	while (len > 1 && place[len - 1] == '/')
		len--;
	if (len >= sizeof(fresh->place))
		return err_here(ERR_LIMIT, "path '%s' is too long", place);
	snprintf(fresh->place, sizeof(fresh->place), "%.*s", (int)len, place);
	snprintf(fresh->partial, sizeof(fresh->partial), "%s.partial", fresh->place);
	if ((r = places_check(fresh)) < 0 || (r = parent_make(fresh->place)) < 0)
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

void fresh_close(struct fresh *fresh)
{
	char lock[sizeof(fresh->partial) + 16];

	if (!fresh)
		return;
	journal_close(fresh->journal);
	if (fresh->made && !fresh->placed) {
		snprintf(lock, sizeof(lock), "%s/writer.lock", fresh->partial);
		/* What cannot be deleted is refused by the next attempt, in words. */
		if (env_delete(fresh->partial) == 0 && unlink(lock) == 0)
			rmdir(fresh->partial);
	}
	free(fresh);
}
