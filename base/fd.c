/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The caller says what could not be written: only he knows its name. */
#include "base/fd.h"

#include <errno.h>
#include <unistd.h>

void fd_close(int fd)
{
	if (fd >= 0)
		close(fd);
}

int fd_write(int fd, struct bytes bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.data, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0) /* never by a file; it would go on for ever */
			errno = EIO;
		if (n <= 0)
			return -1;
		bytes = bytes_of(bytes.data + n, bytes.len - (size_t)n);
	}
	return 0;
}
