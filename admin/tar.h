/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * An archive of small texts in the oldest format that everybody reads (POSIX ustar), made in
 * memory. */
#ifndef ADMIN_TAR_H
#define ADMIN_TAR_H

#include "base/bytes.h"
#include "base/clock.h"

/* Appends a file; name: at most 99 bytes, by us. */
CHECKED int tar_add(struct buffer *tar, const char *name, struct bytes content, struct wall when);
/* Appends the end; nothing may follow. */
CHECKED int tar_end(struct buffer *tar);

#endif
