/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A copy is the same history or it is refused; a restored journal is that history under a new epoch
 * with one entry more; a loaded dump is the journal that was dumped. */
#include <criterion/criterion.h>
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/limits.h"
#include "keeper/backup.h"
#include "keeper/dump.h"
#include "keeper/head.h"
#include "keeper/load.h"
#include "keeper/restore.h"
#include "store/env_folder.h"
#include "store/hint.h"
#include "tests/keeper/journals.h"

static int backup(const char *journal, const char *copy)
{
	const struct backup_options options = {
		.journal = in_folder(journal), .copy = in_folder(copy), .map_size_bytes = MAP_BYTES
	};
	FILE *out = tmpfile();
	int r = backup_run(&options, out);

	fclose(out);
	return r;
}

static int restore(const char *from, const char *to)
{
	const struct restore_options options = {
		.from = in_folder(from), .to = in_folder(to), .map_size_bytes = MAP_BYTES
	};
	FILE *out = tmpfile();
	int r = restore_run(&options, out);

	fclose(out);
	return r;
}

static void make(const char *name, uint8_t epoch, size_t entries)
{
	struct journal *journal = journal_make(name, epoch);

	append_many(journal, 1, entries);
	journal_close(journal);
}

static void expect_same(const char *a, const char *b)
{
	struct journal_head one = head_in(a), other = head_in(b);

	cr_assert_eq(one.sequence, other.sequence);
	cr_assert(digest_equal(&one.chain, &other.chain));
	cr_assert_eq(memcmp(one.epoch, other.epoch, EPOCH_BYTES), 0);
}

static char *dumped(const char *name)
{
	struct journal *journal = journal_read_only(name);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(dump_journal(journal, 1, UINT64_MAX, out), 0, "%s", err_text());
	fclose(out);
	journal_close(journal);
	return text;
}

static int load(const char *text, const char *name, const char *head)
{
	const struct load_options options = { .journal = in_folder(name),
		.map_size_bytes = MAP_BYTES,
		.head = head ? in_folder(head) : NULL };
	FILE *in = stream_of(text), *out = tmpfile();
	int r = load_run(&options, in, out);

	fclose(in);
	fclose(out);
	return r;
}

TestSuite(backup, .init = journals_setup, .fini = journals_teardown);

Test(backup, a_copy_is_the_same_history_and_says_how_far_it_goes)
{
	struct journal_head head, kept;

	make("journal", 0xa1, 5);
	cr_assert_eq(backup("journal", "copy"), 0, "%s", err_text());
	expect_same("journal", "copy");
	head = head_in("journal");
	cr_assert_eq(head_load(in_folder("copy/head"), &kept), 0, "%s", err_text());
	cr_assert_eq(memcmp(&kept, &head, sizeof(head)), 0);
}

Test(backup, more_than_a_piece_is_copied_and_later_ones_go_on)
{
	struct journal *journal = journal_make("journal", 1);
	enum { MANY = JOURNAL_READ_ENTRIES_MAX + 3 };
	static struct entry entries[MANY];
	static struct entry *list[MANY];

	for (size_t i = 0; i < MANY; i++) {
		entries[i] = (struct entry){
			.kind = ENTRY_REPORT, .algorithm = DIGEST_SHA256, .body = bytes_str("x")
		};
		list[i] = &entries[i];
	}
	cr_assert_eq(journal_append(journal, list, MANY), 0, "%s", err_text());
	journal_close(journal);
	cr_assert_eq(backup("journal", "copy"), 0, "%s", err_text());
	expect_same("journal", "copy");
	make("journal", 1, 4); /* more of it */
	cr_assert_eq(backup("journal", "copy"), 0, "%s", err_text());
	expect_same("journal", "copy");
	cr_assert_eq(head_in("copy").sequence, MANY + 4);
}

Test(backup, a_journal_of_another_epoch_is_not_mixed_in)
{
	make("journal", 1, 3);
	make("other", 2, 5);
	cr_assert_eq(backup("journal", "copy"), 0, "%s", err_text());
	cr_assert_eq(backup("other", "copy"), ERR_CONFLICT, "%s", err_text());
	expect_same("journal", "copy");
}

Test(backup, a_rolled_back_or_rewritten_journal_is_refused)
{
	struct journal *journal;

	make("journal", 1, 5);
	cr_assert_eq(backup("journal", "copy"), 0, "%s", err_text());
	make("rolled back", 1, 3);
	cr_assert_eq(backup("rolled back", "copy"), ERR_CORRUPT, "%s", err_text());
	journal = journal_make("rewritten", 1);
	append(journal, "body 1");
	append(journal, "another body");
	append_many(journal, 3, 9);
	journal_close(journal);
	cr_assert_eq(backup("rewritten", "copy"), ERR_CORRUPT, "%s", err_text());
	cr_assert(strstr(err_text(), "history differs"), "%s", err_text());
	expect_same("journal", "copy");
}

Test(backup, the_journal_itself_is_no_place_for_its_copy)
{
	make("journal", 1, 1);
	cr_assert_eq(backup("journal", "journal"), ERR_INVALID);
}

static void await_sequence(const char *name, uint64_t sequence)
{
	for (int i = 0; i < 2400; i++) {
		struct journal *journal;
		uint64_t found = 0;

		if (journal_follow(in_folder(name), MAP_BYTES, &journal) == 0) {
			found = head_of(journal).sequence;
			journal_close(journal);
		}
		if (found == sequence)
			return;
		usleep(25000);
	}
	cr_assert(0, "the copy does not reach %zu", (size_t)sequence);
}

/* A follower in a process of its own, as LMDB wants it; it ends with the test. */
static pid_t follower_start(void)
{
	char size[16];
	pid_t child;

	snprintf(size, sizeof(size), "%d", MAP_BYTES);
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl(BINARY_DIR "/keeper/huibao-journal", "huibao-journal", "backup", "follow",
			in_folder("copy"), "--journal", in_folder("journal"), "--map-size-bytes",
			size, NULL);
		_exit(99);
	}
	cr_assert_gt(child, 0);
	return child;
}

static int follower_end(pid_t child, int number)
{
	int status;

	kill(child, number);
	cr_assert_eq(waitpid(child, &status, 0), child);
	return status;
}

Test(backup, following_waits_goes_on_and_survives_both_ends, .timeout = 300)
{
	pid_t child = follower_start(); /* before there is a journal */
	struct journal *journal;

	usleep(300000);
	journal = journal_make("journal", 1);
	append_many(journal, 1, 3);
	await_sequence("copy", 3);
	append_many(journal, 4, 5);
	await_sequence("copy", 5);
	follower_end(child, SIGKILL);
	append_many(journal, 6, 7);
	child = follower_start();
	await_sequence("copy", 7);
	journal_close(journal); /* the appender restarts */
	journal = journal_make("journal", 1);
	append_many(journal, 8, 8);
	await_sequence("copy", 8);
	cr_assert_eq(follower_end(child, SIGTERM), 0);
	journal_close(journal);
	expect_same("journal", "copy");
}

/* ingestd's files as they lie on a server: of ingestd's user, readable by the store's group. */
static void give_to_group(const char *name, gid_t group)
{
	static const char *const files[] = { "", "/data.mdb", "/lock.mdb", "/copied" };

	for (size_t i = 0; i < array_len(files); i++) {
		char path[300];

		snprintf(path, sizeof(path), "%s%s", in_folder(name), files[i]);
		cr_assert_eq(chown(path, 0, group), 0, "%s: %s", path, strerror(errno));
	}
}

Test(backup, another_user_of_the_group_copies_and_tells_how_far)
{
	enum { USER = 61001, GROUP = 61002 };
	struct journal *journal;
	struct hint *appender;
	uint64_t sequence = 0;
	struct wall at;
	pid_t child;
	int status;

	if (geteuid() != 0)
		cr_skip_test("needs root to be somebody else");
	journal = journal_make("journal", 1);
	append_many(journal, 1, 3);
	cr_assert_eq(hint_open_appender(in_folder("journal"), &appender), 0, "%s", err_text());
	journal_close(journal);
	give_to_group("journal", GROUP);
	cr_assert_eq(chmod(in_folder("."), 0711), 0);
	cr_assert_eq(mkdir(in_folder("backups"), 0750), 0);
	cr_assert_eq(chown(in_folder("backups"), USER, GROUP), 0);
	if ((child = fork()) == 0) {
		bool other = setgroups(0, NULL) == 0 && setgid(GROUP) == 0 && setuid(USER) == 0;

		_exit(!other ? 98 : backup("journal", "backups/copy") == 0 ? 0 : 1);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(status, 0, "exit %d", WEXITSTATUS(status));
	cr_assert_eq(hint_copied(appender, &sequence, &at), 0, "it told nothing");
	cr_expect_eq(sequence, 3);
	hint_close(appender);
	expect_same("journal", "backups/copy");
}

Test(backup, a_restored_journal_says_where_it_resumed)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	struct journal_head was, now, resumed;
	struct journal *journal;
	struct entry entry;
	struct stat info;

	make("copy", 0xa1, 5);
	make("data", 9, 0); /* only for the folder */
	make("data/state", 9, 1);
	cr_assert_eq(restore("copy", "data/journal"), 0, "%s", err_text());
	was = head_in("copy");
	now = head_in("data/journal");
	cr_assert_eq(now.sequence, 6);
	cr_assert_neq(memcmp(was.epoch, now.epoch, EPOCH_BYTES), 0);
	journal = journal_read_only("data/journal");
	cr_assert_eq(journal_get(journal, 5, &buffer, &entry), 0);
	cr_assert(digest_equal(&entry.chain, &was.chain));
	cr_assert_eq(journal_get(journal, 6, &buffer, &entry), 0);
	cr_assert_eq(entry.kind, ENTRY_RESTORED);
	cr_assert_geq(entry.received, 1770000000000);
	cr_assert_eq(restored_decode(entry.body, &resumed), 0);
	cr_assert_eq(memcmp(&resumed, &was, sizeof(was)), 0);
	journal_close(journal);
	cr_assert_neq(stat(in_folder("data/state/data.mdb"), &info), 0, "state is still there");
	cr_assert_neq(stat(in_folder("data/journal.partial"), &info), 0);
}

Test(backup, nothing_is_restored_under_a_running_ingestd)
{
	struct stat info;
	int held;

	make("copy", 0xa1, 5);
	make("data", 9, 0); /* only for the folder */
	make("data/state", 9, 1);
	cr_assert_eq(env_folder_hold(in_folder("data"), &held), 0); /* as ingestd does */
	cr_assert_eq(restore("copy", "data/journal"), ERR_CONFLICT);
	cr_expect(strstr(err_text(), "stop ingestd"), "%s", err_text());
	cr_expect_neq(stat(in_folder("data/journal"), &info), 0);
	cr_expect_eq(stat(in_folder("data/state/data.mdb"), &info), 0, "its state was deleted");
	close(held);
	cr_assert_eq(restore("copy", "data/journal"), 0, "%s", err_text());
}

Test(backup, a_place_that_is_not_empty_is_left_alone)
{
	make("copy", 1, 2);
	make("journal", 2, 3);
	cr_assert_eq(restore("copy", "journal"), ERR_CONFLICT);
	cr_assert_eq(head_in("journal").sequence, 3);
	make("empty.partial", 3, 1); /* of an attempt that was interrupted */
	cr_assert_eq(restore("copy", "empty"), ERR_CONFLICT);
}

Test(backup, a_broken_copy_is_not_restored)
{
	struct stat info;
	char command[256];

	make("copy", 1, 4);
	snprintf(command, sizeof(command), "sed -i 's/body 3/bOdy 3/g' %s",
		in_folder("copy/data.mdb"));
	cr_assert_eq(system(command), 0);
	cr_assert_eq(restore("copy", "journal"), ERR_CORRUPT, "%s", err_text());
	cr_assert_neq(stat(in_folder("journal"), &info), 0);
	cr_assert_eq(backup("copy", "second"), ERR_CORRUPT);
	cr_assert_eq(head_in("second").sequence, 2, "what stands before the break");
}

Test(backup, a_loaded_dump_is_the_journal_that_was_dumped)
{
	char *text, *again;
	struct journal_head head;

	make("journal", 0xa1, 4);
	text = dumped("journal");
	head = head_in("journal");
	cr_assert_eq(head_save(&head, in_folder("journal")), 0, "%s", err_text());
	cr_assert_eq(load(text, "loaded", "journal/head"), 0, "%s", err_text());
	expect_same("journal", "loaded");
	again = dumped("loaded");
	cr_assert_str_eq(text, again);
	cr_assert_eq(load(text, "without", NULL), 0, "%s", err_text());
	cr_assert(digest_equal(&head.chain, &(struct digest){ 0 }) == false);
	cr_assert_neq(memcmp(head_in("without").epoch, head.epoch, EPOCH_BYTES), 0);
	free(text);
	free(again);
}

Test(backup, a_dump_that_is_not_whole_makes_no_journal)
{
	struct journal_head head;
	struct stat info;
	char *text, *second;

	make("journal", 1, 4);
	text = dumped("journal");
	head = head_in("journal");
	cr_assert_eq(head_save(&head, in_folder("journal")), 0);
	cr_assert_eq(load(strchr(text, '\n') + 1, "loaded", NULL), ERR_INVALID); /* from 2 on */
	cr_assert_eq(load("{}\n", "loaded", NULL), ERR_INVALID);
	cr_assert_eq(load("[1]\n", "loaded", NULL), ERR_INVALID);
	second = strstr(text, "\"sequence\":4");
	second[-1] = '\0'; /* before the brace: three whole lines, short of the head */
	cr_assert_eq(load(text, "loaded", "journal/head"), ERR_CORRUPT);
	text[strlen(text) - 1] = '\0'; /* the newline: cut off in the middle */
	cr_assert_eq(load(text, "loaded", NULL), ERR_INVALID);
	text[strlen(text)] = '\n';
	*strstr(text, "\"body\":\"6") = '_';
	cr_assert_eq(load(text, "loaded", NULL), ERR_INVALID);
	cr_assert_neq(stat(in_folder("loaded"), &info), 0);
	cr_assert_neq(stat(in_folder("loaded.partial"), &info), 0);
	free(text);
}

Test(backup, a_dump_with_a_changed_body_does_not_follow)
{
	char *text, *body;

	make("journal", 1, 3);
	text = dumped("journal");
	body = strstr(strstr(text, "\"sequence\":2"), "\"body\":\"");
	body[9] = body[9] == '2' ? '3' : '2';
	cr_assert_eq(load(text, "loaded", NULL), ERR_CORRUPT, "%s", err_text());
	free(text);
}

static void expect_said(const char *words, const char *expected)
{
	char command[600], said[8000];
	FILE *out;
	size_t len;

	snprintf(command, sizeof(command), "%s/keeper/huibao-journal %s 2>&1", BINARY_DIR, words);
	out = popen(command, "r");
	cr_assert_not_null(out);
	len = fread(said, 1, sizeof(said) - 1, out);
	said[len] = '\0';
	cr_expect_eq(WEXITSTATUS(pclose(out)), 2, "%s", words);
	cr_expect(strstr(said, expected), "%s: %s", words, said);
}

Test(backup, a_command_that_is_none_is_named)
{
	expect_said("frob", "'frob' with these words behind it is none of the commands above\n");
	expect_said("restore copy", "'restore' with these words");
	expect_said("backup follow", "'backup' with these words");
	expect_said("dump", "'dump' needs --journal DIR\n");
}
