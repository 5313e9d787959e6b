/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A bundle goes to a temporary name and is renamed, so a file under its final name is whole; what a
 * power loss could still do to it is caught by its digest, and the server has it again. */
#include "collector/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fd.h"
#include "base/limits.h"

static int cache_path(
	const char *folder, const struct digest *digest, const char *suffix, struct buffer *out)
{
	char hex[2 * sizeof(digest->byte) + 1];

	bytes_to_hex(digest_view(digest), hex);
	return err_pass(buffer_format(out, "%s/catalogue-%s%s", folder, hex, suffix));
}

int cache_load(const char *folder, const struct digest *digest, struct catalog **ret_catalog)
{
	AUTO(buffer_fini) struct buffer path = { 0 };
	AUTO(buffer_fini) struct buffer bundle = { 0 };
	AUTO(catalog_free) struct catalog *catalog = NULL;
	int r = cache_path(folder, digest, ".zst", &path);

	if (r < 0)
		return err_pass(r);
	r = buffer_read_file(&bundle, (const char *)path.data, CATALOG_BYTES_MAX);
	if (r == 0)
		r = catalog_open_bundle(buffer_view(&bundle), &catalog);
	if (r == ERR_NOMEM)
		return err_pass(r);
	if (r < 0 || !digest_equal(catalog_digest(catalog), digest))
		return CACHE_NONE;
	*ret_catalog = catalog;
	catalog = NULL;
	return 0;
}

static int write_file(const char *path, struct bytes bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_here(ERR_IO, "cannot write '%s': %s", path, err_errno(errno));
	if (fd_write(fd, bytes) < 0) {
		int r = err_here(ERR_IO, "cannot write '%s': %s", path, err_errno(errno));

		close(fd);
		return r;
	}
	if (close(fd) < 0)
		return err_here(ERR_IO, "cannot write '%s': %s", path, err_errno(errno));
	return 0;
}

int cache_save(const char *folder, const struct catalog *catalog)
{
	AUTO(buffer_fini) struct buffer path = { 0 };
	AUTO(buffer_fini) struct buffer fresh = { 0 };
	int r;

	if ((r = cache_path(folder, catalog_digest(catalog), ".zst", &path)) < 0 ||
		(r = cache_path(folder, catalog_digest(catalog), ".new", &fresh)) < 0 ||
		(r = write_file((const char *)fresh.data, catalog_bundle(catalog))) < 0)
		return err_pass(r);
	if (rename((const char *)fresh.data, (const char *)path.data) < 0)
		return err_here(ERR_IO, "cannot rename '%s': %s", (const char *)fresh.data,
			err_errno(errno));
	return 0;
}
