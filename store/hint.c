/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The kernel tells of writes to the journal's data file (inotify), so the appender need not know
 * who follows it. The other way a file of 16 bytes is overwritten in place; a torn read gives a
 * wrong hint, and the next one is right again. */
#include "store/hint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/fd.h"

enum { TOLD_BYTES = 16, FOLDER_BYTES = 512, PATH_BYTES = 600 };

struct hint {
	char folder[FOLDER_BYTES];
	int followed; /* the file; -1: not there yet */
	int copied;   /* the file, appender only; -1 */
	int watch;    /* inotify, follower only; -1 */
};

static int hint_new(const char *folder, struct hint **ret_hint)
{
	struct hint *hint = malloc(sizeof(*hint));

	if (!hint)
		return err_here(ERR_NOMEM, "cannot allocate a hint");
	*hint = (struct hint){ .followed = -1, .copied = -1, .watch = -1 };
	snprintf(hint->folder, sizeof(hint->folder), "%s", folder);
	*ret_hint = hint;
	return 0;
}

static int told_open(const char *folder, const char *name, int flags)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return open(path, flags | O_CLOEXEC, 0660);
}

/* A file that the group may write, whatever the umask. */
static int told_make(const char *folder, const char *name, int *ret_fd)
{
	*ret_fd = told_open(folder, name, O_RDWR | O_CREAT);
	if (*ret_fd < 0 || (fchmod(*ret_fd, 0660) != 0 && errno != EPERM))
		return err_here(ERR_IO, "cannot make '%s/%s' for the group: %s", folder, name,
			err_errno(errno));
	return 0;
}

static void told_write(int fd, uint64_t sequence, struct wall now)
{
	uint8_t packed[TOLD_BYTES];
	struct writer writer = writer_of(packed, sizeof(packed));

	writer_u64(&writer, sequence);
	writer_u64(&writer, (uint64_t)now.ms);
	(void)!pwrite(fd, packed, sizeof(packed), 0);
}

/* HINT_NONE: nobody has ever told anything. */
static int told_read(int fd, uint64_t *ret_sequence, struct wall *ret_at)
{
	uint8_t packed[TOLD_BYTES];
	ssize_t got = pread(fd, packed, sizeof(packed), 0);
	struct reader reader = reader_of(bytes_of(packed, sizeof(packed)));

	if (got < 0)
		return err_here(
			ERR_IO, "cannot read a hint beside the journal: %s", err_errno(errno));
	if (got != (ssize_t)sizeof(packed))
		return HINT_NONE;
	*ret_sequence = reader_u64(&reader);
	ret_at->ms = (int64_t)reader_u64(&reader);
	return 0;
}

int hint_open_follower(const char *folder, struct hint **ret_hint)
{
	AUTO(hint_close) struct hint *hint = NULL;
	char path[PATH_BYTES];
	int r = hint_new(folder, &hint);

	if (r < 0)
		return err_pass(r);
	snprintf(path, sizeof(path), "%s/data.mdb", folder);
	if (access(path, F_OK) != 0)
		return err_here(ERR_NOT_FOUND, "'%s' is not there yet", path);
	hint->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (hint->watch >= 0 && inotify_add_watch(hint->watch, path, IN_MODIFY) < 0) {
		close(hint->watch); /* the kernel's watches are used up: nobody is woken, no more */
		hint->watch = -1;
	}
	*ret_hint = hint;
	hint = NULL;
	return 0;
}

int hint_open_appender(const char *folder, struct hint **ret_hint)
{
	AUTO(hint_close) struct hint *hint = NULL;
	int r = hint_new(folder, &hint);

	if (r < 0)
		return err_pass(r);
	if ((r = told_make(folder, "followed", &hint->followed)) < 0 ||
		(r = told_make(folder, "copied", &hint->copied)) < 0)
		return err_pass(r);
	*ret_hint = hint;
	hint = NULL;
	return 0;
}

void hint_close(struct hint *hint)
{
	if (!hint)
		return;
	fd_close(hint->followed);
	fd_close(hint->copied);
	fd_close(hint->watch);
	free(hint);
}

int hint_fd(const struct hint *hint)
{
	return hint->watch;
}

void hint_clear(struct hint *hint)
{
	char events[4096];

	while (read(hint->watch, events, sizeof(events)) > 0)
		;
}

void hint_tell(struct hint *hint, uint64_t sequence, struct wall now)
{
	if (hint->followed < 0)
		hint->followed = told_open(hint->folder, "followed", O_WRONLY);
	if (hint->followed >= 0) /* otherwise no appender has been here yet: nobody asks */
		told_write(hint->followed, sequence, now);
}

int hint_followed(const struct hint *hint, struct wall now, uint64_t *ret_sequence)
{
	uint64_t sequence;
	struct wall at;
	int64_t age;
	int r = told_read(hint->followed, &sequence, &at);

	if (r < 0)
		return err_pass(r);
	if (r == HINT_NONE)
		return HINT_MUTE;
	age = now.ms - at.ms;
	if (age < 0 || age > HINT_MUTE_MS)
		return HINT_MUTE;
	*ret_sequence = sequence;
	return 0;
}

void hint_note_copied(const char *folder, uint64_t sequence, struct wall now)
{
	int fd = told_open(folder, "copied", O_WRONLY);

	if (fd < 0) /* no ingestd has been here yet, or the user is not of its group */
		return;
	told_write(fd, sequence, now);
	close(fd);
}

int hint_copied(const struct hint *hint, uint64_t *ret_sequence, struct wall *ret_at)
{
	return err_pass(told_read(hint->copied, ret_sequence, ret_at));
}
