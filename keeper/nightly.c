/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A nightly copy shares no page with the one of yesterday, so one that rots takes no other with it.
 * It is made under a name that no copy has, and gets its date only after its chain was recomputed
 * from what the disk gives back; an attempt that was cut short is deleted by the next one. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/disk.h"
#include "base/err.h"
#include "keeper/backup.h"
#include "keeper/fresh.h"
#include "keeper/walk.h"
#include "store/env_folder.h"

enum { PATH_BYTES = 480, DAY_BYTES = 11, NAMES_MAX = 4096, CHINA_MS = 8 * 3600 * 1000 };

/* A dated folder: "2026-05-01" or "2026-05-01.2". */
struct dated {
	char name[32];
};

static void day_print(struct wall now, char ret[DAY_BYTES])
{
	time_t seconds = (time_t)((now.ms + CHINA_MS) / 1000);
	struct tm day;

	gmtime_r(&seconds, &day);
	strftime(ret, DAY_BYTES, "%Y-%m-%d", &day);
}

static bool is_dated(const char *name)
{
	static const char form[] = "dddd-dd-dd";
	const char *rest = name + DAY_BYTES - 1;

	for (size_t i = 0; i < DAY_BYTES - 1; i++) {
		bool digit = name[i] >= '0' && name[i] <= '9';

		if (form[i] == 'd' ? !digit : name[i] != form[i])
			return false;
	}
	return *rest == '\0' || (*rest == '.' && rest[1] != '\0' && strlen(rest) < 8 &&
					strspn(rest + 1, "0123456789") == strlen(rest + 1));
}

static int by_day(const void *a, const void *b)
{
	return strcmp(((const struct dated *)a)->name, ((const struct dated *)b)->name);
}

/* The dated folders, oldest first. */
static int dated_list(const char *folder, struct dated ret[NAMES_MAX], size_t *ret_count)
{
	DIR *open = opendir(folder);
	struct dirent *found;
	size_t count = 0;

	if (!open)
		return err_here(ERR_IO, "cannot look into '%s': %s", folder, err_errno(errno));
	while ((found = readdir(open)) && count < NAMES_MAX)
		if (is_dated(found->d_name))
			snprintf(ret[count++].name, sizeof(ret->name), "%.31s", found->d_name);
	closedir(open);
	qsort(ret, count, sizeof(*ret), by_day);
	*ret_count = count;
	return 0;
}

static int path_of(const char *folder, const char *name, char ret[PATH_BYTES])
{
	if (snprintf(ret, PATH_BYTES, "%s/%s", folder, name) >= PATH_BYTES)
		return err_here(ERR_LIMIT, "path '%s' is too long", folder);
	return 0;
}

/* A copy is about as large as what it copies, and another sixteenth is left for the disk. */
static int room_check(const struct backup_options *options)
{
	char path[PATH_BYTES];
	struct disk_room room;
	struct stat data;
	uint64_t needed;
	int r = path_of(options->journal, "data.mdb", path);

	if (r < 0 || (r = disk_room(options->copy, &room)) < 0)
		return err_pass(r);
	if (stat(path, &data) != 0)
		return err_here(ERR_NOT_FOUND, "cannot look at '%s': %s", path, err_errno(errno));
	needed = (uint64_t)data.st_blocks * 512;
	needed += needed / 16;
	if (room.free_bytes < needed)
		return err_here(ERR_LIMIT,
			"'%s' has room for %" PRIu64 " MiB, and one more copy takes %" PRIu64
			": make room, or keep fewer",
			options->copy, room.free_bytes >> 20, (needed >> 20) + 1);
	return 0;
}

/* Recomputes the chain of what was just written. */
static int copy_prove(const char *path, uint64_t map_size_bytes, struct journal_head *ret_head)
{
	AUTO(journal_close) struct journal *copy = NULL;
	int r = journal_follow(path, map_size_bytes, &copy);

	if (r < 0)
		return err_pass(r);
	return err_pass(walk_whole(copy, ret_head));
}

/* A name that no copy of this day has. */
static int name_find(const char *folder, const char *day, char ret[PATH_BYTES])
{
	for (int i = 1; i < 1000; i++) {
		char name[32];
		int r;

		snprintf(name, sizeof(name), i == 1 ? "%s" : "%s.%d", day, i);
		if ((r = path_of(folder, name, ret)) < 0)
			return err_pass(r);
		if (access(ret, F_OK) != 0)
			return 0;
	}
	return err_here(ERR_LIMIT, "'%s' holds too many copies of one day", folder);
}

/* Deletes all but the newest keep days, and never what was just made: when the clock was set back,
 * its day is not the newest. */
static int old_delete(const char *folder, uint64_t keep, const char *made, FILE *out)
{
	struct dated *dated = calloc(NAMES_MAX, sizeof(*dated));
	uint64_t days = 0;
	size_t count = 0;
	int r = dated ? dated_list(folder, dated, &count)
		      : err_here(ERR_NOMEM, "cannot allocate %d names", NAMES_MAX);

	for (size_t i = count; r == 0 && i-- > 0;) {
		char path[PATH_BYTES];

		days += i + 1 == count ||
			strncmp(dated[i].name, dated[i + 1].name, DAY_BYTES - 1) != 0;
		if (days <= keep)
			continue;
		if ((r = path_of(folder, dated[i].name, path)) == 0 && strcmp(path, made) != 0 &&
			(r = journal_folder_delete(path)) == 0)
			fprintf(out, "deleted %s\n", path);
	}
	free(dated);
	return err_pass(r);
}

static int one_make(const struct backup_options *options, const char *making,
	char ret_made[PATH_BYTES], FILE *out)
{
	struct backup_options once = *options;
	char day[DAY_BYTES];
	struct journal_head head;
	int r;

	once.copy = making;
	once.follow = false;
	if ((r = backup_run(&once, out)) < 0 ||
		(r = copy_prove(making, options->map_size_bytes, &head)) < 0)
		return err_pass(r);
	day_print(clock_wall(), day);
	if ((r = name_find(options->copy, day, ret_made)) < 0)
		return err_pass(r);
	if (rename(making, ret_made) != 0)
		return err_here(ERR_IO, "cannot rename '%s': %s", making, err_errno(errno));
	if ((r = env_folder_flush(ret_made)) < 0)
		return err_pass(r);
	fprintf(out, "%s holds %" PRIu64 " entries, and its chain holds\n", ret_made,
		head.sequence);
	return 0;
}

int backup_nightly(const struct backup_options *options, uint64_t keep, FILE *out)
{
	char making[PATH_BYTES], made[PATH_BYTES];
	int fd, r = path_of(options->copy, "making", making);

	if (r < 0)
		return err_pass(r);
	if (mkdir(options->copy, 0750) != 0 && errno != EEXIST)
		return err_here(
			ERR_IO, "cannot make folder '%s': %s", options->copy, err_errno(errno));
	if ((r = env_folder_hold(options->copy, &fd)) < 0)
		return err_pass(r);
	if ((r = journal_folder_delete(making)) == 0 && (r = room_check(options)) == 0 &&
		(r = one_make(options, making, made, out)) == 0)
		r = old_delete(options->copy, keep, made, out);
	close(fd);
	return err_pass(r);
}
