/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Everything about an environment's folder that LMDB leaves to its user. A derived environment
 * carries the marker UNFLUSHED with the boot it belongs to: written before its first commit,
 * removed after its last flush; found from another boot, the files are deleted before LMDB sees
 * them. */
#include "store/env_folder.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/fd.h"
#include "store/env.h"

enum { BOOT_ID_DIGITS = 32 };

static const char marker_unflushed[] = "UNFLUSHED";
static const char marker_rebuild[] = "REBUILD";

static int path_in(const char *folder, const char *name, char *ret, size_t size)
{
	int n = snprintf(ret, size, "%s/%s", folder, name);

	if (n < 0 || (size_t)n >= size)
		return err_here(ERR_LIMIT, "path '%s' is too long", folder);
	return 0;
}

static int folder_flush(const char *folder)
{
	AUTO(fd_close) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_here(ERR_IO, "cannot open '%s': %s", folder, err_errno(errno));
	if (fsync(fd) != 0)
		return err_here(ERR_IO, "cannot flush '%s': %s", folder, err_errno(errno));
	return 0;
}

/* LMDB's own warning: on these neither its locks nor its writes hold. */
static const struct file_system {
	unsigned long magic;
	const char *name;
} never[] = {
	{ 0x6969, "NFS" },
	{ 0x517B, "SMB" },
	{ 0xFF534D42, "CIFS" },
	{ 0xFE534D42, "SMB2" },
	{ 0x65735546, "FUSE" },
	{ 0x01021997, "9P" },
	{ 0x00C36400, "Ceph" },
};

/* What is known to keep what was flushed. */
static const unsigned long durable[] = { 0xEF53 /* ext4 */, 0x58465342 /* XFS */ };

static bool file_system_keeps(unsigned long magic)
{
	for (size_t i = 0; i < array_len(durable); i++)
		if (magic == durable[i])
			return true;
	return false;
}

/* A unit asks for the short list (Environment=HUIBAO_FILE_SYSTEM=durable). Without it tests and
 * trials may lie on tmpfs or overlay, which forget, but do not lie while the machine runs. */
static int file_system_check(const char *path)
{
	const char *asked = getenv("HUIBAO_FILE_SYSTEM");
	struct statfs info;
	unsigned long magic;

	if (statfs(path, &info) != 0)
		return err_here(errno == ENOENT ? ERR_NOT_FOUND : ERR_IO,
			"cannot look at the file system of '%s': %s", path, err_errno(errno));
	magic = (unsigned long)info.f_type;
	for (size_t i = 0; i < array_len(never); i++)
		if (magic == never[i].magic)
			return err_here(ERR_INVALID,
				"'%s' lies on %s; a store needs a local file system", path,
				never[i].name);
	if (asked && strcmp(asked, "durable") == 0 && !file_system_keeps(magic))
		return err_here(ERR_INVALID,
			"'%s' lies on a file system that is neither ext4 nor XFS (%#lx); a trial "
			"may do so with HUIBAO_FILE_SYSTEM=any",
			path, magic);
	return 0;
}

/* 32 hexadecimal digits. A unit says it (Environment=HUIBAO_BOOT_ID=%b), because the kernel's file
 * is hidden from it; there dashes stand between the digits. */
static int boot_id_read(char ret[BOOT_ID_DIGITS + 1])
{
	AUTO(buffer_fini) struct buffer text = { 0 };
	const char *given = getenv("HUIBAO_BOOT_ID");
	size_t digits = 0;
	int r = given ? buffer_add(&text, bytes_str(given))
		      : buffer_read_file(&text, "/proc/sys/kernel/random/boot_id", 256);

	if (r < 0)
		return err_pass(r);
	for (size_t i = 0; i < text.len && digits < BOOT_ID_DIGITS; i++) {
		if (isxdigit(text.data[i]))
			ret[digits++] = (char)text.data[i];
		else if (text.data[i] != '-')
			break;
	}
	if (digits < BOOT_ID_DIGITS)
		return err_here(ERR_IO, "the system gives no boot identity");
	ret[digits] = '\0';
	return 0;
}

int env_folder_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640), bad = 0;

	if (fd < 0)
		return err_here(ERR_IO, "cannot write '%s': %s", path, err_errno(errno));
	if (fd_write(fd, bytes_str(text)) < 0 || fsync(fd) != 0)
		bad = errno;
	if (close(fd) != 0 && !bad)
		bad = errno;
	return bad ? err_here(ERR_IO, "cannot write '%s': %s", path, err_errno(bad)) : 0;
}

static int marker_write(const char *folder, const char *name, const char *text)
{
	char path[600];
	int r = path_in(folder, name, path, sizeof(path));

	if (r < 0 || (r = env_folder_write(path, text)) < 0)
		return err_pass(r);
	return err_pass(folder_flush(folder));
}

/* Deletes a derived environment that another boot left unflushed, before LMDB sees it, and writes
 * the marker for this boot. */
static int derived_prepare(const char *folder)
{
	AUTO(buffer_fini) struct buffer found = { 0 };
	char boot[BOOT_ID_DIGITS + 1], path[600];
	bool trusted = true;
	int r = boot_id_read(boot);

	if (r < 0 || (r = path_in(folder, marker_rebuild, path, sizeof(path))) < 0)
		return err_pass(r);
	if (access(path, F_OK) == 0)
		trusted = false;
	if ((r = path_in(folder, marker_unflushed, path, sizeof(path))) < 0)
		return err_pass(r);
	r = buffer_read_file(&found, path, 256);
	if (r == 0 && !bytes_equal(buffer_view(&found), bytes_str(boot)))
		trusted = false;
	else if (r < 0 && r != ERR_NOT_FOUND)
		return err_pass(r);
	if (!trusted && (r = env_delete(folder)) < 0)
		return err_pass(r);
	return err_pass(marker_write(folder, marker_unflushed, boot));
}

int env_delete(const char *path)
{
	static const char *const names[] = { "data.mdb", "lock.mdb", marker_unflushed,
		marker_rebuild };
	char file[600];

	for (size_t i = 0; i < array_len(names); i++) {
		snprintf(file, sizeof(file), "%s/%s", path, names[i]);
		if (unlink(file) != 0 && errno != ENOENT)
			return err_here(ERR_IO, "cannot delete '%s': %s", file, err_errno(errno));
	}
	return 0;
}

/* On a read-only mount LMDB goes on without locks and a snapshot changes under its reader, so a
 * follower first proves that it can write the lock file … */
static int lock_file_probe(const char *folder)
{
	char path[600];
	int fd, r = path_in(folder, "lock.mdb", path, sizeof(path));

	if (r < 0)
		return err_pass(r);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return err_here(errno == ENOENT ? ERR_NOT_FOUND : ERR_IO,
			"cannot write '%s', without which nothing may be read: %s", path,
			err_errno(errno));
	close(fd);
	return 0;
}

/* Followers of another user in the same group take reader slots there. By name: opening and closing
 * the lock file once more would drop this process's locks. */
int env_folder_share_lock(const char *folder)
{
	char path[600];
	int r = path_in(folder, "lock.mdb", path, sizeof(path));

	if (r < 0)
		return err_pass(r);
	if (chmod(path, 0660) != 0 && errno != EPERM)
		return err_here(
			ERR_IO, "cannot open '%s' to the group: %s", path, err_errno(errno));
	return 0;
}

int env_folder_prepare(const char *folder, bool derived, bool read_only, bool *ret_made)
{
	char path[600];
	int r;

	if (!read_only && mkdir(folder, 0750) != 0 && errno != EEXIST)
		return err_here(ERR_IO, "cannot make folder '%s': %s", folder, err_errno(errno));
	if ((r = file_system_check(folder)) < 0)
		return err_pass(r);
	if (read_only)
		r = lock_file_probe(folder);
	else if (derived)
		r = derived_prepare(folder);
	if (r < 0 || (r = path_in(folder, "data.mdb", path, sizeof(path))) < 0)
		return err_pass(r);
	*ret_made = access(path, F_OK) != 0;
	return 0;
}

int env_folder_flush(const char *folder)
{
	char parent[600];
	int r = path_in(folder, "..", parent, sizeof(parent));

	if (r < 0 || (r = folder_flush(folder)) < 0)
		return err_pass(r);
	return err_pass(folder_flush(parent));
}

int env_folder_hold(const char *folder, int *ret_fd)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_here(ERR_IO, "cannot open '%s': %s", folder, err_errno(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return err_here(ERR_CONFLICT, "another process is at work in '%s'", folder);
	}
	*ret_fd = fd;
	return 0;
}

int env_folder_mark_rebuild(const char *folder)
{
	return err_pass(marker_write(folder, marker_rebuild, "a flush failed\n"));
}

void env_folder_mark_clean(const char *folder)
{
	char path[600];

	if (path_in(folder, marker_unflushed, path, sizeof(path)) == 0)
		unlink(path); /* left behind, it costs a rebuild after the next boot, no more */
}
