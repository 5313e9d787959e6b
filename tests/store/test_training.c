/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a journal is, is said once: when it is made. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/err.h"
#include "store/journal.h"
#include "tests/store/folder.h"

enum { MAP = 1 << 28 };

static const uint8_t epoch[EPOCH_BYTES] = { 1 };
static struct folder folder;

static void setup(void)
{
	folder = folder_make();
}

static void teardown(void)
{
	folder_remove(&folder);
}

TestSuite(training, .init = setup, .fini = teardown);

static void append_one(struct journal *journal)
{
	struct entry entry = {
		.kind = ENTRY_REPORT, .algorithm = DIGEST_SHA256, .body = bytes_str("body")
	};

	cr_assert_eq(journal_append(journal, (struct entry *[]){ &entry }, 1), 0);
}

/* Whoever opens it, whatever he says. */
static void expect_kind(bool training)
{
	int (*const opens[])(const char *, uint64_t, const uint8_t *,
		struct journal **) = { journal_open, journal_open_training };
	struct journal *journal;

	for (size_t i = 0; i < array_len(opens); i++) {
		cr_assert_eq(opens[i](folder.path, MAP, epoch, &journal), 0, "%s", err_text());
		cr_expect_eq(journal_training(journal), training);
		journal_close(journal);
	}
	cr_assert_eq(journal_follow(folder.path, MAP, &journal), 0, "%s", err_text());
	cr_expect_eq(journal_training(journal), training);
	journal_close(journal);
}

Test(training, a_journal_stays_what_it_was_made)
{
	struct journal *journal;

	cr_assert_eq(journal_open_training(folder.path, MAP, epoch, &journal), 0);
	append_one(journal);
	journal_close(journal);
	expect_kind(true);
}

Test(training, a_real_one_becomes_no_other)
{
	struct journal *journal;

	cr_assert_eq(journal_open(folder.path, MAP, epoch, &journal), 0);
	append_one(journal);
	cr_expect_eq(journal_make_training(journal), ERR_INVALID);
	cr_expect(!journal_training(journal));
	journal_close(journal);
	expect_kind(false);
}

Test(training, an_empty_copy_becomes_like_its_original)
{
	struct journal *journal;

	cr_assert_eq(journal_open(folder.path, MAP, epoch, &journal), 0);
	cr_assert_eq(journal_make_training(journal), 0);
	append_one(journal);
	cr_expect_eq(journal_make_training(journal), 0, "it is one already");
	journal_close(journal);
	expect_kind(true);
}
