/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The journal against a real LMDB environment in a fresh folder. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

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

Test(journal, one_of_a_newer_format_is_refused_in_a_sentence)
{
	static const char *const tables[] = { "journal", "meta" };
	struct folder folder = folder_make();
	const struct env_options options = { .path = folder.path,
		.map_size_bytes = 1 << 28,
		.tables = tables,
		.table_count = array_len(tables) };
	static const uint8_t epoch[EPOCH_BYTES] = "epoch of a test", newer[] = { 0, 0, 0, 2 };
	struct journal *journal = NULL;
	struct env *env;
	struct txn *txn;

	cr_assert_eq(journal_open(folder.path, 1 << 28, epoch, &journal), 0, "%s", err_text());
	journal_close(journal);
	cr_assert_geq(env_open(&options, &env), 0, "%s", err_text());
	cr_assert_eq(env_begin_write(env, &txn), 0);
	cr_assert_eq(txn_put(txn, 1, bytes_str("format"), bytes_of(newer, sizeof(newer))), 0);
	cr_assert_eq(txn_commit(&txn), 0);
	env_close(env);
	cr_expect_eq(journal_open(folder.path, 1 << 28, epoch, &journal), ERR_INVALID);
	cr_expect(strstr(err_text(), "is of format 2, and this version of Huibao knows format 1"),
		"%s", err_text());
	cr_expect_eq(journal_follow(folder.path, 1 << 28, &journal), ERR_INVALID);
	folder_remove(&folder);
}

/* Takes the place of the C library's for this program: which folders were flushed. */
static ino_t flushed[16];
static size_t flushes;

int fsync(int fd)
{
	struct stat info;

	if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode) && flushes < array_len(flushed))
		flushed[flushes++] = info.st_ino;
	return (int)syscall(SYS_fsync, fd);
}

static bool folder_flushed(const char *path)
{
	struct stat info;

	cr_assert_eq(stat(path, &info), 0);
	for (size_t i = 0; i < flushes; i++)
		if (flushed[i] == info.st_ino)
			return true;
	return false;
}

Test(journal, a_new_one_is_flushed_with_its_folder_and_the_one_above)
{
	struct folder folder = folder_make();
	char path[160];
	struct journal *journal = NULL;

	snprintf(path, sizeof(path), "%s/journal", folder.path);
	cr_assert_eq(journal_open(path, MAP, epoch, &journal), 0, "%s", err_text());
	cr_expect(folder_flushed(path));
	cr_expect(folder_flushed(folder.path));
	journal_close(journal);
	folder_remove(&folder);
}

static int wait_for_ever(void *ctx, const struct entry *entry)
{
	(void)entry;
	cr_assert_eq(write(*(int *)ctx, "r", 1), 1);
	for (;;)
		pause();
	return 0;
}

/* A process that is killed while it reads. It is begun before LMDB is opened here. */
static pid_t reader_start(const char *path, int go, int ready)
{
	struct journal *follower = NULL;
	uint64_t next;
	char word;
	pid_t child = fork();

	if (child != 0)
		return child;
	if (read(go, &word, 1) == 1 && journal_follow(path, MAP, &follower) == 0)
		(void)!journal_read(follower, 1, 1, wait_for_ever, &ready, &next);
	_exit(1);
}

Test(journal, a_reader_that_died_holds_nothing_back, .timeout = 30)
{
	struct folder folder = folder_make();
	struct env_usage usage;
	struct journal *journal;
	unsigned dead = 0;
	int go[2], ready[2];
	char word;
	pid_t child;

	cr_assert_eq(pipe(go), 0);
	cr_assert_eq(pipe(ready), 0);
	child = reader_start(folder.path, go[0], ready[1]);
	journal = open_or_fail(&folder);
	append(journal, "first");
	cr_assert_eq(write(go[1], "g", 1), 1);
	cr_assert_eq(read(ready[0], &word, 1), 1);
	cr_assert_eq(kill(child, SIGKILL), 0);
	cr_assert_eq(waitpid(child, NULL, 0), child);
	append(journal, "second");
	cr_assert_eq(journal_usage(journal, &usage), 0);
	cr_expect_eq(usage.readers, 1, "the dead one still holds its pages");
	cr_assert_eq(journal_forget_dead(journal, &dead), 0, "%s", err_text());
	cr_expect_eq(dead, 1);
	cr_assert_eq(journal_usage(journal, &usage), 0);
	cr_expect_eq(usage.readers, 0);
	journal_close(journal);
	folder_remove(&folder);
}

/* Changes one byte of the file where it holds these. */
static void spoil(const struct folder *folder, const char *bytes)
{
	AUTO(buffer_fini) struct buffer file = { 0 };
	char path[160];
	uint8_t *at;
	int fd;

	snprintf(path, sizeof(path), "%s/data.mdb", folder->path);
	cr_assert_eq(buffer_read_file(&file, path, 1 << 26), 0, "%s", err_text());
	at = memmem(file.data, file.len, bytes, strlen(bytes));
	cr_assert_not_null(at);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	cr_assert_eq(pwrite(fd, "?", 1, at - file.data), 1);
	close(fd);
}

Test(journal, damage_at_its_end_is_found_before_anything_is_appended)
{
	struct folder folder = folder_make();
	struct journal *journal = open_or_fail(&folder);
	static struct entry entries[JOURNAL_TAIL_ENTRIES];
	struct entry *list[JOURNAL_TAIL_ENTRIES];

	append(journal, "an old entry");
	for (size_t i = 0; i < array_len(entries); i++) {
		entries[i] = text_entry("any entry");
		list[i] = &entries[i];
	}
	cr_assert_eq(journal_append(journal, list, array_len(list)), 0, "%s", err_text());
	append(journal, "a newer entry");
	journal_close(journal);
	journal = open_or_fail(&folder);
	journal_close(journal);
	spoil(&folder, "an old entry");
	journal = open_or_fail(&folder); /* that is for the audit */
	journal_close(journal);
	spoil(&folder, "a newer entry");
	cr_expect_eq(journal_open(folder.path, MAP, epoch, &journal), ERR_CORRUPT);
	cr_expect(strstr(err_text(), "damaged at entry 1002"), "%s", err_text());
	folder_remove(&folder);
}

/* A disk of so much in the folder's place, for this process alone. */
static void small_disk(const struct folder *folder, const char *size)
{
	if (unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
		mount("huibao", folder->path, "tmpfs", 0, size) == 0)
		return;
	rmdir(folder->path);
	cr_assert(!getenv("CI") && geteuid() != 0, "it may mount nothing");
	cr_skip_test("it may mount nothing");
}

static void small_disk_end(const struct folder *folder)
{
	cr_expect_eq(umount(folder->path), 0);
	rmdir(folder->path);
}

Test(journal, a_unit_keeps_it_on_a_file_system_that_keeps_it)
{
	struct folder folder = folder_make();
	struct journal *journal = NULL;

	small_disk(&folder, "size=8m");
	setenv("HUIBAO_FILE_SYSTEM", "durable", 1);
	cr_expect_eq(journal_open(folder.path, 1 << 20, epoch, &journal), ERR_INVALID);
	cr_expect(strstr(err_text(), "neither ext4 nor XFS"), "%s", err_text());
	setenv("HUIBAO_FILE_SYSTEM", "any", 1);
	cr_expect_eq(journal_open(folder.path, 1 << 20, epoch, &journal), 0, "%s", err_text());
	journal_close(journal);
	small_disk_end(&folder);
}

Test(journal, a_full_disk_is_an_error_and_no_signal)
{
	static char body[16 * 1024];
	struct folder folder = folder_make();
	struct journal *journal;
	uint64_t entries = 0;
	int r = 0;

	small_disk(&folder, "size=2m");
	journal = open_or_fail(&folder);
	memset(body, 'x', sizeof(body) - 1);
	while (r == 0 && entries < 1000) {
		struct entry entry = text_entry(body);

		r = journal_append(journal, (struct entry *[]){ &entry }, 1);
		entries += r == 0;
	}
	cr_expect_lt(r, 0);
	cr_expect_gt(entries, 50);
	journal_close(journal);
	journal = open_or_fail(&folder);
	journal_close(journal);
	small_disk_end(&folder);
}
