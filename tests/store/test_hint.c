/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The two hints between appender and follower, on a real journal. */
#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "store/hint.h"
#include "store/journal.h"
#include "tests/store/folder.h"

static const uint8_t epoch[EPOCH_BYTES] = "epoch of a test";

static bool readable(int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };

	return poll(&ready, 1, 0) == 1;
}

Test(hint, a_follower_wakes_when_something_was_appended_and_only_then)
{
	struct entry entry = { .kind = ENTRY_REPORT, .algorithm = DIGEST_SHA256 };
	struct folder folder = folder_make();
	struct journal *journal;
	struct hint *appender, *follower;

	cr_assert_eq(journal_open(folder.path, 1 << 28, epoch, &journal), 0);
	cr_assert_eq(hint_open_appender(folder.path, &appender), 0);
	cr_assert_eq(hint_open_follower(folder.path, &follower), 0, "%s", err_text());
	cr_expect(!readable(hint_fd(follower)));
	cr_assert_eq(journal_append(journal, (struct entry *[]){ &entry }, 1), 0);
	cr_expect(readable(hint_fd(follower)));
	hint_clear(follower);
	cr_expect(!readable(hint_fd(follower)));
	hint_close(follower);
	hint_close(appender);
	journal_close(journal);
	folder_remove(&folder);
}

Test(hint, how_far_the_follower_is_counts_while_it_keeps_saying_so)
{
	static const struct {
		const char *name;
		int64_t age_ms;
		int want;
	} cases[] = {
		{ "just now", 0, 0 },
		{ "the last moment", HINT_MUTE_MS, 0 },
		{ "too long ago", HINT_MUTE_MS + 1, HINT_MUTE },
		{ "in the future: a clock was set", -1, HINT_MUTE },
	};
	struct folder folder = folder_make();
	struct wall told = { .ms = 1000000 };
	struct journal *journal;
	struct hint *appender, *follower;
	uint64_t sequence = 0;

	cr_assert_eq(journal_open(folder.path, 1 << 28, epoch, &journal), 0);
	cr_assert_eq(hint_open_appender(folder.path, &appender), 0);
	cr_expect_eq(hint_followed(appender, told, &sequence), HINT_MUTE, "nobody ever followed");
	cr_assert_eq(hint_open_follower(folder.path, &follower), 0);
	hint_tell(follower, 77, told);
	for (size_t i = 0; i < array_len(cases); i++) {
		struct wall now = { .ms = told.ms + cases[i].age_ms };

		cr_expect_eq(hint_followed(appender, now, &sequence), cases[i].want, "%s",
			cases[i].name);
	}
	cr_expect_eq(sequence, 77);
	hint_close(follower);
	hint_close(appender);
	journal_close(journal);
	folder_remove(&folder);
}

Test(hint, a_follower_that_comes_too_early_is_told_so)
{
	struct folder folder = folder_make();
	struct hint *follower = NULL;

	cr_expect_eq(hint_open_follower(folder.path, &follower), ERR_NOT_FOUND);
	folder_remove(&folder);
}

Test(hint, how_far_a_copy_goes_is_told_by_another_user_of_the_group)
{
	struct folder folder = folder_make();
	char path[600];
	struct journal *journal;
	struct hint *appender;
	struct wall at = { 0 };
	struct stat info;
	uint64_t sequence = 0;

	cr_assert_eq(journal_open(folder.path, 1 << 28, epoch, &journal), 0);
	hint_note_copied(folder.path, 3, (struct wall){ .ms = 1 }); /* nobody has asked yet */
	umask(077);
	cr_assert_eq(hint_open_appender(folder.path, &appender), 0);
	snprintf(path, sizeof(path), "%s/copied", folder.path);
	cr_assert_eq(stat(path, &info), 0);
	cr_expect_eq(info.st_mode & 0777, 0660, "%o", info.st_mode);
	cr_expect_eq(hint_copied(appender, &sequence, &at), HINT_NONE);
	hint_note_copied(folder.path, 7, (struct wall){ .ms = 1000000 });
	cr_assert_eq(hint_copied(appender, &sequence, &at), 0);
	cr_expect_eq(sequence, 7);
	cr_expect_eq(at.ms, 1000000);
	hint_close(appender);
	journal_close(journal);
	folder_remove(&folder);
}
