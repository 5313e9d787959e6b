/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A spreadsheet that opens the file sees the old one or the new one. */
#include "collector/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fd.h"

static int write_flushed(int fd, const char *path, struct bytes bytes)
{
	if (fd_write(fd, bytes) < 0 || (fsync(fd) < 0 && errno != EINVAL && errno != EROFS))
		return err_here(ERR_IO, "cannot write '%s': %s", path, err_errno(errno));
	return 0;
}

static int write_as(const char *path, int flags, struct bytes bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644), r;

	if (fd < 0 && errno == EEXIST)
		return err_here(ERR_CONFLICT,
			"'%s' is there already and is not written over; choose another name", path);
	if (fd < 0)
		return err_here(ERR_IO, "cannot write '%s': %s", path, err_errno(errno));
	r = write_flushed(fd, path, bytes);
	if (close(fd) < 0 && r == 0)
		r = err_here(ERR_IO, "cannot write '%s': %s", path, err_errno(errno));
	if (r < 0)
		unlink(path);
	return err_pass(r);
}

int file_create(const char *path, struct bytes bytes)
{
	return err_pass(write_as(path, O_EXCL, bytes));
}

int file_replace(const char *path, struct bytes bytes)
{
	AUTO(buffer_fini) struct buffer fresh = { 0 };
	int r;

	if ((r = buffer_format(&fresh, "%s.new", path)) < 0 ||
		(r = buffer_add(&fresh, bytes_of("", 1))) < 0 ||
		(r = write_as((const char *)fresh.data, O_TRUNC, bytes)) < 0)
		return err_pass(r);
	if (rename((const char *)fresh.data, path) < 0)
		return err_here(ERR_IO, "cannot rename '%s': %s", (const char *)fresh.data,
			err_errno(errno));
	return 0;
}
