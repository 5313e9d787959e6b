/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the system's calls leave to everybody who has a descriptor. */
#ifndef BASE_FD_H
#define BASE_FD_H

#include "base/bytes.h"

/* -1: there is nothing to close. */
void fd_close(int fd);
AUTO_DEFINE(fd_close, int);
/* All of it, however many calls that takes. -1 and errno: some of it may have been written. */
CHECKED int fd_write(int fd, struct bytes bytes);

#endif
