/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The folder of an environment, before, beside and after LMDB: is it fit to hold one, can its pages
 * be trusted, is it durable itself. For store/env.c, and for keeper/, which puts whole folders in
 * their place. */
#ifndef STORE_ENV_FOLDER_H
#define STORE_ENV_FOLDER_H

#include <stdbool.h>

#include "base/macros.h"

/* Before LMDB opens it: makes it for a writer, refuses network file systems, deletes what another
 * boot left unflushed, proves for a follower that the lock file can be written. ret_made: there is
 * no data file yet. ERR_NOT_FOUND: a follower came too early. */
CHECKED int env_folder_prepare(const char *folder, bool derived, bool read_only, bool *ret_made);
/* After LMDB has made it: followers of another user in the same group may take reader slots. */
CHECKED int env_folder_share_lock(const char *folder);
/* Makes the folder itself durable, and its name in its parent. */
CHECKED int env_folder_flush(const char *folder);
/* A small file at the path, overwritten and flushed; its folder is not. */
CHECKED int env_folder_write(const char *path, const char *text);
/* Holds the folder for this process until the descriptor is closed, or the process ends.
 * ERR_CONFLICT: another process holds it. */
CHECKED int env_folder_hold(const char *folder, int *ret_fd);
/* A flush of a derived environment failed: the next open deletes it. */
CHECKED int env_folder_mark_rebuild(const char *folder);
/* A derived environment was flushed and closed: the next open may trust it. */
void env_folder_mark_clean(const char *folder);

#endif
