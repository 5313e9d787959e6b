/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The journal against a real LMDB environment in a fresh folder. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/err.h"
#include "store/journal.h"
#include "tests/store/folder.h"

enum { MAP = 1 << 28 };
static const uint8_t epoch[EPOCH_BYTES] = "epoch of a test";

static struct entry text_entry(const char *body)
{
	return (struct entry){
		.kind = ENTRY_REPORT, .algorithm = DIGEST_SHA256, .body = bytes_str(body)
	};
}

static struct journal *open_or_fail(const struct folder *folder)
{
	struct journal *journal = NULL;

	cr_assert_eq(journal_open(folder->path, MAP, epoch, &journal), 0, "%s", err_text());
	return journal;
}

static void append(struct journal *journal, const char *body)
{
	struct entry entry = text_entry(body);

	cr_assert_eq(journal_append(journal, (struct entry *[]){ &entry }, 1), 0, "%s", err_text());
}

struct seen {
	uint64_t count, last;
	struct digest chain;
	bool chained;
};

static int look(void *ctx, const struct entry *entry)
{
	struct seen *seen = ctx;

	seen->count++;
	seen->last = entry->sequence;
	seen->chained = seen->chained && entry_verify(entry, &seen->chain) == 0;
	seen->chain = entry->chain;
	return 0;
}

Test(journal, sequences_start_at_one_and_have_no_gap)
{
	struct folder folder = folder_make();
	struct journal *journal = open_or_fail(&folder);
	struct entry entries[3] = { text_entry("a"), text_entry("b"), text_entry("c") };
	struct seen seen = { .chained = true };
	struct journal_head head;
	uint64_t next;

	cr_assert_eq(journal_append(journal,
			     (struct entry *[]){ &entries[0], &entries[1], &entries[2] }, 3),
		0);
	cr_expect_eq(entries[0].sequence, 1);
	cr_expect_eq(entries[2].sequence, 3);
	append(journal, "d");
	cr_assert_eq(journal_read(journal, 1, 100, look, &seen, &next), 0);
	cr_expect_eq(seen.count, 4);
	cr_expect_eq(next, 5);
	cr_expect(seen.chained);
	cr_assert_eq(journal_head(journal, &head), 0);
	cr_expect_eq(head.sequence, 4);
	cr_expect(digest_equal(&head.chain, &seen.chain));
	journal_close(journal);
	folder_remove(&folder);
}

Test(journal, reopening_keeps_epoch_head_and_entries)
{
	struct folder folder = folder_make();
	struct journal *journal = open_or_fail(&folder);
	static const uint8_t other[EPOCH_BYTES] = "another epoch..";
	struct journal_head head;

	append(journal, "a");
	journal_close(journal);
	cr_assert_eq(journal_open(folder.path, MAP, other, &journal), 0);
	cr_assert_eq(journal_head(journal, &head), 0);
	cr_expect_eq(head.sequence, 1);
	cr_expect_eq(memcmp(head.epoch, epoch, EPOCH_BYTES), 0);
	append(journal, "b");
	journal_close(journal);
	folder_remove(&folder);
}

Test(journal, a_second_writer_is_refused)
{
	struct folder folder = folder_make();
	struct journal *journal = open_or_fail(&folder), *second = NULL;

	cr_expect_eq(journal_open(folder.path, MAP, epoch, &second), ERR_CONFLICT);
	journal_close(journal);
	folder_remove(&folder);
}

Test(journal, following_what_is_not_there_says_not_found)
{
	struct folder folder = folder_make();
	struct journal *journal = NULL;

	cr_expect_eq(journal_follow(folder.path, MAP, &journal), ERR_NOT_FOUND);
	folder_remove(&folder);
}

static int stop_at_two(void *ctx, const struct entry *entry)
{
	(void)ctx;
	return entry->sequence == 2 ? 7 : 0;
}

Test(journal, a_visitor_can_stop_and_go_on_from_there)
{
	struct folder folder = folder_make();
	struct journal *journal = open_or_fail(&folder);
	uint64_t next;

	append(journal, "a");
	append(journal, "b");
	cr_expect_eq(journal_read(journal, 1, 10, stop_at_two, NULL, &next), 7);
	cr_expect_eq(next, 2);
	journal_close(journal);
	folder_remove(&folder);
}

Test(journal, getting_one_entry_copies_it)
{
	struct folder folder = folder_make();
	struct journal *journal = open_or_fail(&folder);
	struct buffer buffer = { 0 };
	struct entry entry;

	append(journal, "first");
	append(journal, "second");
	cr_assert_eq(journal_get(journal, 2, &buffer, &entry), 0);
	cr_expect(bytes_equal(entry.body, bytes_str("second")));
	cr_expect_eq(journal_get(journal, 3, &buffer, &entry), PORT_NONE);
	buffer_fini(&buffer);
	journal_close(journal);
	folder_remove(&folder);
}

Test(journal, the_room_in_its_map_is_told_before_it_is_used_up)
{
	enum { SMALL_MAP = 1 << 20, FLOOR = SMALL_MAP / 8 };
	struct folder folder = folder_make();
	struct journal *journal = NULL;
	char body[6000];
	uint64_t before;
	int appended = 0;

	memset(body, 'x', sizeof(body));
	body[sizeof(body) - 1] = '\0';
	cr_assert_eq(journal_open(folder.path, SMALL_MAP, epoch, &journal), 0, "%s", err_text());
	before = journal_room(journal);
	cr_expect_gt(before, SMALL_MAP * 3 / 4);
	for (; journal_room(journal) >= FLOOR; appended++)
		append(journal, body);
	cr_expect_gt(appended, 80);
	journal_close(journal);
	cr_assert_eq(journal_open(folder.path, SMALL_MAP, epoch, &journal), 0, "%s", err_text());
	cr_expect_lt(journal_room(journal), FLOOR, "also after a restart");
	journal_close(journal);
	folder_remove(&folder);
}

Test(journal, a_follower_can_tell_that_its_journal_was_replaced)
{
	struct folder folder = folder_make();
	struct journal *journal = open_or_fail(&folder), *follower = NULL;

	cr_assert_eq(journal_follow(folder.path, MAP, &follower), 0, "%s", err_text());
	append(journal, "first");
	cr_expect(!journal_replaced(follower));
	journal_close(journal);
	cr_assert_eq(env_delete(folder.path), 0);
	cr_expect(journal_replaced(follower), "gone");
	journal = open_or_fail(&folder);
	cr_expect(journal_replaced(follower), "another one of the same name");
	journal_close(follower);
	journal_close(journal);
	folder_remove(&folder);
}
