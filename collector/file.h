/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Files for people: whole or not there at all. */
#ifndef COLLECTOR_FILE_H
#define COLLECTOR_FILE_H

#include "base/bytes.h"

/* Writes beside it, flushes, and renames. */
CHECKED int file_replace(const char *path, struct bytes bytes);
/* The same for a file that must not be there yet: ERR_CONFLICT. */
CHECKED int file_create(const char *path, struct bytes bytes);

#endif
