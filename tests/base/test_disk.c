/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Which floor a disk is below. */
#include <criterion/criterion.h>

#include "base/disk.h"
#include "base/err.h"

static const struct disk_floors floors = {
	.rebuild_percent = 10, .growth_percent = 5, .ingest_bytes = 2000
};

Test(disk, one_thing_after_another_is_given_up)
{
	static const struct {
		const char *name;
		struct disk_room room;
		enum disk_level want;
	} cases[] = {
		{ "half full", { 50000, 100000 }, DISK_ROOMY },
		{ "at the first floor", { 10000, 100000 }, DISK_ROOMY },
		{ "below it", { 9999, 100000 }, DISK_NO_REBUILD },
		{ "at the second", { 5000, 100000 }, DISK_NO_REBUILD },
		{ "below it", { 4999, 100000 }, DISK_NO_GROWTH },
		{ "at the third", { 2000, 100000 }, DISK_NO_GROWTH },
		{ "below it", { 1999, 100000 }, DISK_NO_INGEST },
		{ "full", { 0, 100000 }, DISK_NO_INGEST },
		{ "a small disk meets the third first", { 1999, 2000 }, DISK_NO_INGEST },
		{ "no product overflows", { UINT64_MAX / 2, UINT64_MAX }, DISK_ROOMY },
	};

	for (size_t i = 0; i < array_len(cases); i++)
		cr_expect_eq(disk_level(&cases[i].room, &floors), cases[i].want, "%s: %s",
			cases[i].name, disk_level_words(disk_level(&cases[i].room, &floors)));
}

Test(disk, a_folder_says_how_much_room_it_has)
{
	struct disk_room room;

	cr_assert_eq(disk_room("/", &room), 0, "%s", err_text());
	cr_expect_gt(room.size_bytes, 0);
	cr_expect_leq(room.free_bytes, room.size_bytes);
	cr_expect_eq(disk_room("/no/such/folder", &room), ERR_IO);
	cr_expect_eq(disk_look("/no/such/folder", &floors), DISK_ROOMY);
}
