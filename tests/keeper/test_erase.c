/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * An erased text is gone from every byte of the folder, in the journal and in the copy that follows
 * it, while the chain and every witness hold; and whenever it is cut short, a whole journal lies in
 * the place. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "keeper/audit.h"
#include "keeper/backup.h"
#include "keeper/dump.h"
#include "keeper/erase.h"
#include "keeper/load.h"
#include "keeper/restore.h"
#include "tests/keeper/journals.h"

static const char secret[] = "Zhang San, 13800138000";

TestSuite(erase, .init = journals_setup, .fini = journals_teardown);

static void append_text(struct journal *journal, const char *body)
{
	struct entry entry = { .kind = ENTRY_TEXT,
		.replaces = 1,
		.received = 1770000000000,
		.algorithm = DIGEST_SHA256,
		.body = bytes_str(body) };

	cr_assert_eq(journal_append(journal, (struct entry *[]){ &entry }, 1), 0, "%s", err_text());
}

/* Report, text, report, text, report: entries 2 and 4 are texts. */
static void make(const char *name)
{
	struct journal *journal = journal_make(name, 1);

	append(journal, "body 1");
	append_text(journal, secret);
	append(journal, "body 3");
	append_text(journal, "this one stays");
	append(journal, "body 5");
	journal_close(journal);
}

static int erase(const char *name, uint64_t sequence)
{
	struct erase_options options = { .journal = in_folder(name),
		.map_size_bytes = MAP_BYTES,
		.which = { .count = 1,
			.sequence = { sequence },
			.by = bytes_str("the director"),
			.reason = bytes_str("a court's order") } };
	FILE *out = tmpfile();
	int r = erase_run(&options, out);

	fclose(out);
	return r;
}

static int backup(const char *copy)
{
	const struct backup_options options = { .journal = in_folder("journal"),
		.copy = in_folder(copy),
		.map_size_bytes = MAP_BYTES };
	FILE *out = tmpfile();
	int r = backup_run(&options, out);

	fclose(out);
	return r;
}

/* Whether any file below the folder holds the words. */
static bool holds(const char *name, const char *words)
{
	char command[400];

	snprintf(command, sizeof(command), "grep -rqaF '%s' %s*", words, in_folder(name));
	return system(command) == 0;
}

static bool there(const char *name)
{
	return access(in_folder(name), F_OK) == 0;
}

static char said[2000]; /* by the last audit */

static int audit(const char *name)
{
	struct journal *journal = journal_read_only(name);
	FILE *out = fmemopen(said, sizeof(said), "w");
	int r = audit_verify(journal, out);

	fclose(out);
	journal_close(journal);
	return r;
}

static void expect_erased(const char *name)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	struct journal *journal = journal_read_only(name);
	struct erased erased;
	struct digest digest;
	struct entry entry;

	cr_assert_eq(journal_get(journal, 2, &buffer, &entry), 0);
	cr_expect_eq(entry.flags, ENTRY_FLAG_ERASED);
	cr_expect_eq(entry.erased_length, strlen(secret));
	cr_assert_eq(digest_of(DIGEST_SHA256, bytes_str(secret), &digest), 0);
	cr_expect(bytes_equal(entry.body, digest_view(&digest)));
	cr_assert_eq(journal_get(journal, 6, &buffer, &entry), 0);
	cr_expect_eq(entry.kind, ENTRY_ERASED);
	cr_assert_eq(erased_decode(entry.body, &erased), 0);
	cr_expect(erased.count == 1 && erased.sequence[0] == 2);
	cr_expect(bytes_equal(erased.by, bytes_str("the director")));
	cr_expect(bytes_equal(erased.reason, bytes_str("a court's order")));
	journal_close(journal);
}

Test(erase, the_text_is_in_no_byte_of_the_folder_and_the_history_is_the_same)
{
	struct journal_head before, after;
	struct journal *journal;
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	struct entry entry;

	make("journal");
	before = head_in("journal");
	cr_assert(holds("journal", secret), "the test would see nothing");
	cr_assert_eq(erase("journal", 2), 0, "%s", err_text());
	cr_expect(!holds("journal", secret));
	cr_expect(holds("journal", "this one stays"));
	cr_expect(!there("journal.partial"));
	expect_erased("journal");
	after = head_in("journal");
	cr_expect_eq(after.sequence, before.sequence + 1);
	cr_expect_eq(memcmp(after.epoch, before.epoch, EPOCH_BYTES), 0);
	journal = journal_read_only("journal");
	cr_assert_eq(journal_get(journal, before.sequence, &buffer, &entry), 0);
	cr_expect(
		digest_equal(&entry.chain, &before.chain), "a head kept elsewhere no longer holds");
	journal_close(journal);
	cr_assert_eq(audit("journal"), 0, "%s", err_text());
	cr_expect(strstr(said, "by entry 6: the director: a court's order"), "%s", said);
	cr_assert_eq(erase("journal", 2), 0, "%s", err_text());
	cr_expect_eq(head_in("journal").sequence, after.sequence, "erased twice, told once");
}

Test(erase, only_texts_go_and_only_while_nobody_writes)
{
	struct journal *journal;

	make("journal");
	cr_expect_eq(erase("journal", 1), ERR_INVALID);
	cr_expect(strstr(err_text(), "entry 1 is a report"), "%s", err_text());
	cr_expect_eq(erase("journal", 9), ERR_NOT_FOUND);
	cr_expect_eq(erase("nothing", 2), ERR_NOT_FOUND);
	cr_expect(!there("nothing"));
	journal = journal_make("journal", 1);
	cr_expect_eq(erase("journal", 2), ERR_CONFLICT);
	journal_close(journal);
	cr_expect(holds("journal", secret));
	cr_expect_eq(head_in("journal").sequence, 5);
}

Test(erase, a_copy_that_has_the_entry_has_not_the_text)
{
	make("journal");
	cr_assert_eq(backup("copy"), 0, "%s", err_text());
	cr_assert(holds("copy", secret));
	cr_assert_eq(erase("journal", 2), 0, "%s", err_text());
	cr_assert_eq(backup("copy"), 0, "%s", err_text());
	cr_expect(!holds("copy", secret));
	cr_expect(there("copy/head"));
	expect_erased("copy");
	cr_assert_eq(audit("copy"), 0, "%s", err_text());
	cr_assert_eq(backup("another"), 0, "%s", err_text());
	expect_erased("another");
	cr_assert_eq(erase("journal", 4), 0, "%s", err_text());
	cr_assert_eq(backup("copy"), 0, "%s", err_text());
	cr_expect(!holds("copy", "this one stays"));
	cr_expect_eq(head_in("copy").sequence, 7);
}

Test(erase, a_text_that_should_be_gone_is_found)
{
	struct journal *journal;
	struct erased which = { .count = 1, .sequence = { 2 }, .reason = bytes_str("none") };
	AUTO(buffer_fini) struct buffer body = { 0 };
	struct entry entry = { .kind = ENTRY_ERASED, .algorithm = DIGEST_SHA256 };

	make("journal");
	cr_assert_eq(erased_encode(&which, &body), 0);
	entry.body = buffer_view(&body);
	journal = journal_make("journal", 1);
	cr_assert_eq(journal_append(journal, (struct entry *[]){ &entry }, 1), 0);
	journal_close(journal);
	cr_expect_eq(audit("journal"), ERR_CORRUPT);
	cr_expect(strstr(err_text(), "its text is still there"), "%s", err_text());
}

/* By somebody who may write the files: the chain holds all the same. */
Test(erase, a_body_that_went_without_a_word_is_found)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	struct journal *from, *to;
	struct digest digest;
	struct entry entry;

	make("journal");
	from = journal_read_only("journal");
	to = journal_make("forged", 1);
	for (uint64_t i = 1; i <= 5; i++) {
		cr_assert_eq(journal_get(from, i, &buffer, &entry), 0);
		if (i == 3) {
			cr_assert_eq(digest_of(entry.algorithm, entry.body, &digest), 0);
			entry.flags = ENTRY_FLAG_ERASED;
			entry.erased_length = (uint32_t)entry.body.len;
			entry.body = digest_view(&digest);
		}
		cr_assert_eq(journal_append_copies(to, (struct entry *[]){ &entry }, 1), 0);
	}
	journal_close(from);
	journal_close(to);
	cr_expect_eq(audit("forged"), ERR_CORRUPT);
	cr_expect(strstr(err_text(), "entry 3 has lost its body"), "%s", err_text());
}

Test(erase, dump_load_and_restore_keep_what_was_erased)
{
	const struct restore_options restore = { .from = in_folder("journal"),
		.to = in_folder("data/journal"),
		.map_size_bytes = MAP_BYTES };
	const struct load_options load = { .journal = in_folder("loaded"),
		.map_size_bytes = MAP_BYTES };
	struct journal *journal;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size), *in, *none = tmpfile();

	make("journal");
	cr_assert_eq(erase("journal", 2), 0, "%s", err_text());
	journal = journal_read_only("journal");
	cr_assert_eq(dump_journal(journal, 1, UINT64_MAX, out), 0, "%s", err_text());
	fclose(out);
	journal_close(journal);
	cr_expect(strstr(text, "\"kind\":\"text\",\"status\":null,\"flags\":1"));
	cr_expect(strstr(text, "\"kind\":\"erased\""));
	in = stream_of(text);
	cr_assert_eq(load_run(&load, in, none), 0, "%s", err_text());
	fclose(in);
	expect_erased("loaded");
	cr_assert_eq(restore_run(&restore, none), 0, "%s", err_text());
	expect_erased("data/journal");
	cr_assert_eq(audit("data/journal"), 0, "%s", err_text());
	fclose(none);
	free(text);
}

/* Erases in a process that is killed as it enters its n-th such call. Whether it came to its
 * end. */
static bool erase_cut(const char *call, int n)
{
	char command[500];
	int status;

	snprintf(command, sizeof(command),
		"ASAN_OPTIONS=detect_leaks=0 strace -qqfo /dev/null -e trace=%s "
		"-e inject=%s:signal=KILL:when=%d %s erase 2 --journal %s --reason cut "
		"--map-size-bytes %d >/dev/null 2>&1",
		call, call, n, BINARY_DIR "/keeper/huibao-journal", in_folder("journal"),
		MAP_BYTES);
	status = system(command);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Test(erase, cut_short_anywhere_a_whole_journal_lies_in_its_place, .timeout = 120)
{
	static const char *const calls[] = { "mkdir", "pwrite64", "fdatasync", "fsync", "chmod",
		"renameat2", "unlink", "rmdir" };
	int cuts = 0;

	for (size_t i = 0; i < array_len(calls); i++) {
		bool ended = false;

		for (int n = 1; !ended && n < 100; n++) {
			make("journal");
			ended = erase_cut(calls[i], n);
			cr_assert_eq(audit("journal"), 0, "%s %d: %s", calls[i], n, err_text());
			cr_assert_eq(erase("journal", 2), 0, "%s %d: %s", calls[i], n, err_text());
			cr_expect(!holds("journal", secret), "%s %d", calls[i], n);
			cr_expect_eq(head_in("journal").sequence, 6, "%s %d", calls[i], n);
			cuts += !ended;
			journals_teardown();
			journals_setup();
		}
		cr_expect(ended, "%s", calls[i]);
	}
	cr_expect_gt(cuts, 15, "only %d cuts", cuts);
}
