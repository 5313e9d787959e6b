/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * How much room a disk has, and the floors below which we give up one thing after another: what can
 * wait longest first. A journal that cannot grow is the last of them, so reports are still taken
 * when figures have long stopped. Every level ends by itself when there is room again. */
#ifndef BASE_DISK_H
#define BASE_DISK_H

#include <stdint.h>

#include "base/conf.h"

/* The settings of both daemons. Percent of what a user other than root may fill. */
struct disk_floors {
	uint64_t rebuild_percent; /* below: nothing derived is made anew */
	uint64_t growth_percent;  /* below: state and aggregates do not grow */
	uint64_t ingest_bytes;    /* below: no reports; 0 for whoever takes none */
};
#define CONF_DISK_FLOORS(type_, field)                                                             \
	CONF_U64("rebuild-floor-percent", type_, field.rebuild_percent, .max = 90,                 \
		.otherwise = 10,                                                                   \
		.help = "below this much of the disk: nothing is made anew from the journal"),     \
		CONF_U64("growth-floor-percent", type_, field.growth_percent, .max = 90,           \
			.otherwise = 5,                                                            \
			.help = "below this much of the disk: state or aggregates stop growing")

enum disk_level { DISK_ROOMY, DISK_NO_REBUILD, DISK_NO_GROWTH, DISK_NO_INGEST };
/* For logs: "below the first floor: …". */
const char *disk_level_words(enum disk_level level);

struct disk_room {
	uint64_t free_bytes, size_bytes; /* as a user other than root has them */
};

/* ERR_IO: the system does not say. */
CHECKED int disk_room(const char *folder, struct disk_room *ret_room);
/* The worst floor that the room is below. */
enum disk_level disk_level(const struct disk_room *room, const struct disk_floors *floors);
/* Both at once; a system that does not say is taken for a full enough disk: DISK_ROOMY. */
enum disk_level disk_look(const char *folder, const struct disk_floors *floors);

#endif
