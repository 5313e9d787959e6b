/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Derived environments: their guard against another boot, their position, and the state's
 * records. */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "store/env_compare.h"
#include "store/state.h"
#include "tests/store/folder.h"

static struct env *state_open(const struct folder *folder, int want)
{
	struct env_options options = { .path = folder->path,
		.map_size_bytes = 1 << 28,
		.tables = state_tables,
		.table_count = STATE_TABLES,
		.derived = true };
	struct env *env = NULL;
	int r = env_open(&options, &env);

	cr_assert_eq(r, want, "%s: %s", err_name(r), err_text());
	return env;
}

static void put_identity(struct env *env, uint32_t revision)
{
	struct identity_key key = { .form = 3, .period = 2015400, .facility = 9 };
	struct identity identity = { .revision = revision, .sequence = 77, .withdrawn = true };
	struct ports ports = { 0 };
	struct txn *txn;

	cr_assert_eq(env_begin_write(env, &txn), 0);
	txn_ports(txn, &ports);
	cr_assert_eq(state_identity_put(&ports, &key, &identity), 0);
	cr_assert_eq(txn_commit(&txn), 0);
}

static int get_identity(struct env *env, struct identity *ret)
{
	struct identity_key key = { .form = 3, .period = 2015400, .facility = 9 };
	struct ports ports = { 0 };
	struct txn *txn;
	int r;

	cr_assert_eq(env_begin_read(env, &txn), 0);
	txn_ports(txn, &ports);
	r = state_identity_get(&ports, &key, ret);
	txn_abort(txn);
	return r;
}

Test(derived, what_was_put_is_found_again_after_a_clean_stop)
{
	struct folder folder = folder_make();
	struct env *env = state_open(&folder, ENV_MADE);
	struct identity identity;

	put_identity(env, 4);
	env_close(env);
	env = state_open(&folder, 0);
	cr_assert_eq(get_identity(env, &identity), 0);
	cr_expect_eq(identity.revision, 4);
	cr_expect_eq(identity.sequence, 77);
	cr_expect(identity.withdrawn);
	env_close(env);
	folder_remove(&folder);
}

static void marker_of_another_boot(const struct folder *folder, const char *name)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	fputs("00000000-0000-0000-0000-000000000000", file);
	fclose(file);
}

Test(derived, unflushed_pages_of_another_boot_are_never_read)
{
	static const char *const markers[] = { "UNFLUSHED", "REBUILD" };

	for (size_t i = 0; i < array_len(markers); i++) {
		struct folder folder = folder_make();
		struct env *env = state_open(&folder, ENV_MADE);
		struct identity identity;

		put_identity(env, 4);
		env_close(env);
		marker_of_another_boot(&folder, markers[i]);
		env = state_open(&folder, ENV_MADE);
		cr_expect_eq(get_identity(env, &identity), PORT_NONE, "%s", markers[i]);
		env_close(env);
		folder_remove(&folder);
	}
}

/* What it wrote is in the kernel's memory, which only a reboot forgets. */
Test(derived, a_process_that_was_killed_costs_no_rebuild)
{
	struct folder folder = folder_make();
	struct identity identity;
	struct env *env;
	pid_t killed = fork();
	int status;

	if (killed == 0) {
		put_identity(state_open(&folder, ENV_MADE), 4);
		_exit(0); /* without closing */
	}
	cr_assert_eq(waitpid(killed, &status, 0), killed);
	cr_assert_eq(status, 0);
	env = state_open(&folder, 0);
	cr_assert_eq(get_identity(env, &identity), 0);
	cr_expect_eq(identity.revision, 4);
	env_close(env);
	folder_remove(&folder);
}

Test(derived, a_marker_stands_while_open_and_goes_at_a_clean_close)
{
	struct folder folder = folder_make();
	struct env *env = state_open(&folder, ENV_MADE);
	char path[200];

	snprintf(path, sizeof(path), "%s/UNFLUSHED", folder.path);
	cr_expect_eq(access(path, F_OK), 0);
	env_close(env);
	cr_expect_neq(access(path, F_OK), 0);
	folder_remove(&folder);
}

Test(derived, a_position_of_another_format_counts_as_none)
{
	struct folder folder = folder_make();
	struct env *env = state_open(&folder, ENV_MADE);
	struct journal_head position = { .epoch = "e", .sequence = 5 }, found;
	struct ports ports = { 0 };
	struct txn *txn;

	cr_assert_eq(env_begin_write(env, &txn), 0);
	txn_ports(txn, &ports);
	cr_assert_eq(derived_position_put(&ports, 1, &position), 0);
	cr_assert_eq(derived_position_get(&ports, 1, &found), 0);
	cr_expect_eq(found.sequence, 5);
	cr_expect_eq(derived_position_get(&ports, 2, &found), PORT_NONE);
	txn_abort(txn);
	env_close(env);
	folder_remove(&folder);
}

Test(derived, a_position_matches_only_its_own_journal)
{
	struct folder folder = folder_make();
	static const uint8_t epoch[EPOCH_BYTES] = "epoch of a test";
	struct entry entry = {
		.kind = ENTRY_REPORT, .algorithm = DIGEST_SHA256, .body = bytes_str("a")
	};
	struct journal *journal;
	struct journal_head head, other;
	bool matches;

	cr_assert_eq(journal_open(folder.path, 1 << 28, epoch, &journal), 0);
	cr_assert_eq(journal_append(journal, (struct entry *[]){ &entry }, 1), 0);
	cr_assert_eq(journal_head(journal, &head), 0);
	cr_assert_eq(derived_matches(journal, &head, &matches), 0);
	cr_expect(matches);
	other = head;
	other.chain.byte[0] ^= 1;
	cr_assert_eq(derived_matches(journal, &other, &matches), 0);
	cr_expect(!matches, "another history");
	other = head;
	other.sequence = 2;
	cr_assert_eq(derived_matches(journal, &other, &matches), 0);
	cr_expect(!matches, "beyond the journal's end");
	other = head;
	other.epoch[0] ^= 1;
	cr_assert_eq(derived_matches(journal, &other, &matches), 0);
	cr_expect(!matches, "another epoch");
	journal_close(journal);
	folder_remove(&folder);
}

Test(derived, comparing_finds_missing_surplus_and_changed_keys)
{
	struct folder a = folder_make(), b = folder_make();
	struct env *ea = state_open(&a, ENV_MADE), *eb = state_open(&b, ENV_MADE);
	static const char *const words[] = { "should not be there", "values differ", "" },
				 *const turned[] = { "is missing", "values differ", "" };
	struct env_comparison found;
	struct txn *ta, *tb;

	put_identity(ea, 1);
	for (int step = 0; step < 3; step++) {
		cr_assert_eq(env_begin_read(ea, &ta), 0);
		cr_assert_eq(env_begin_read(eb, &tb), 0);
		cr_assert_eq(env_compare(ta, tb, NULL, &found), 0);
		cr_expect_eq(found.keys, 1);
		cr_expect_eq(found.differences, step < 2 ? 1 : 0, "step %d", step);
		cr_expect(strstr(found.first, words[step]), "step %d: %s", step, found.first);
		cr_assert_eq(env_compare(tb, ta, NULL, &found), 0);
		cr_expect(strstr(found.first, turned[step]), "step %d: %s", step, found.first);
		txn_abort(ta);
		txn_abort(tb);
		put_identity(eb, step == 0 ? 2 : 1);
	}
	env_close(ea);
	env_close(eb);
	folder_remove(&a);
	folder_remove(&b);
}

Test(derived, a_reader_that_stands_still_is_seen_by_its_lag)
{
	struct folder folder = folder_make();
	struct env *env = state_open(&folder, ENV_MADE);
	struct env_usage before, after;
	struct txn *reader;

	put_identity(env, 1);
	cr_assert_eq(env_usage(env, &before), 0);
	cr_expect_eq(before.readers, 0);
	cr_expect_eq(before.used_bytes + before.room_bytes, before.map_size_bytes);
	cr_expect_eq(before.map_size_bytes, 1 << 28);
	cr_assert_eq(env_begin_read(env, &reader), 0);
	for (uint32_t i = 2; i < 12; i++)
		put_identity(env, i);
	cr_assert_eq(env_usage(env, &after), 0);
	cr_expect_eq(after.readers, 1);
	cr_expect_eq(after.oldest_lag, 10);
	cr_expect_geq(after.used_bytes, before.used_bytes);
	cr_assert_eq(txn_renew(reader), 0);
	cr_assert_eq(env_usage(env, &after), 0);
	cr_expect_eq(after.oldest_lag, 0, "a reader that looks again holds nothing back");
	txn_abort(reader);
	env_close(env);
	folder_remove(&folder);
}
