/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What root alone may fill does not count, neither as free nor as part of the whole: so percent are
 * the ones that df prints. */
#include "base/disk.h"

#include <errno.h>
#include <sys/statvfs.h>

#include "base/err.h"

const char *disk_level_words(enum disk_level level)
{
	static const char *const words[] = {
		[DISK_ROOMY] = "room enough",
		[DISK_NO_REBUILD] = "below the first floor: nothing is made anew",
		[DISK_NO_GROWTH] = "below the second floor: state and aggregates do not grow",
		[DISK_NO_INGEST] = "below the third floor: no reports are taken",
	};

	return words[level];
}

int disk_room(const char *folder, struct disk_room *ret_room)
{
	struct statvfs info;

	if (statvfs(folder, &info) != 0)
		return err_here(
			ERR_IO, "cannot see how much room '%s' has: %s", folder, err_errno(errno));
	ret_room->free_bytes = (uint64_t)info.f_bavail * info.f_frsize;
	ret_room->size_bytes =
		(uint64_t)(info.f_blocks - info.f_bfree + info.f_bavail) * info.f_frsize;
	return 0;
}

enum disk_level disk_level(const struct disk_room *room, const struct disk_floors *floors)
{
	/* In hundredths, so that no product can overflow. */
	uint64_t hundredth = room->size_bytes / 100;

	if (room->free_bytes < floors->ingest_bytes)
		return DISK_NO_INGEST;
	if (room->free_bytes < hundredth * floors->growth_percent)
		return DISK_NO_GROWTH;
	if (room->free_bytes < hundredth * floors->rebuild_percent)
		return DISK_NO_REBUILD;
	return DISK_ROOMY;
}

enum disk_level disk_look(const char *folder, const struct disk_floors *floors)
{
	struct disk_room room;

	return disk_room(folder, &room) < 0 ? DISK_ROOMY : disk_level(&room, floors);
}
