/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Enrolment without a server: which files it makes, that it makes none twice, and that nothing is
 * switched while nobody takes the new key. That a server takes it is in tests/system/test_keys.py.
 */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "client/client.h"
#include "collector/command.h"
#include "collector/exit_codes.h"
#include "wire/key_code.h"

static char folder[64], config[128], key[128], next[140], old[140];
static char server_code[KEY_CODE_TEXT_BYTES];

static void setup(void)
{
	struct key_pair pair;

	setenv("LC_ALL", "C", 1);
	snprintf(folder, sizeof(folder), "/tmp/huibao-enrol-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	snprintf(config, sizeof(config), "%s/deep/er/client.yaml", folder);
	snprintf(key, sizeof(key), "%s/deep/er/collector.key", folder);
	snprintf(next, sizeof(next), "%s.next", key);
	snprintf(old, sizeof(old), "%s.old", key);
	cr_assert_eq(key_pair_make(&pair), 0);
	key_code_print(pair.public_key, server_code);
	cr_redirect_stdout();
	cr_redirect_stderr();
}

static void teardown(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r '%s'", folder);
	cr_assert_eq(system(command), 0);
}

TestSuite(enrol, .init = setup, .fini = teardown);

static int enrol_new(void)
{
	const struct command_options options = {
		.config = config, .server = "192.0.2.1", .server_key = server_code
	};

	return command_enrol(&options);
}

static void public_of(const char *path, uint8_t ret_public[KEY_BYTES])
{
	struct key_pair pair;

	cr_assert_eq(key_pair_load(path, &pair), 0, "%s", err_text());
	memcpy(ret_public, pair.public_key, KEY_BYTES);
}

Test(enrol, a_new_place_gets_settings_and_a_key_of_its_own)
{
	struct client_settings settings;
	struct stat status;
	uint8_t public_key[KEY_BYTES];
	char code[KEY_CODE_TEXT_BYTES], line[KEY_CODE_TEXT_BYTES + 1];

	cr_assert_eq(enrol_new(), EXIT_DONE);
	cr_assert_eq(client_settings_load(config, &settings), 0, "%s", err_text());
	cr_expect_str_eq(settings.ingestd, "tcp://192.0.2.1:7300");
	cr_expect_str_eq(settings.server_key, server_code);
	cr_expect_str_eq(settings.key_file, key);
	cr_assert_eq(stat(key, &status), 0);
	cr_expect_eq(status.st_mode & 07777, 0600);
	public_of(key, public_key);
	key_code_print(public_key, code);
	fflush(stdout);
	snprintf(line, sizeof(line), "%s\n", code);
	cr_assert_stdout_eq_str(line);
}

Test(enrol, nothing_is_made_twice)
{
	const struct command_options again = { .config = config };
	uint8_t first[KEY_BYTES], second[KEY_BYTES];

	cr_assert_eq(enrol_new(), EXIT_DONE);
	public_of(key, first);
	cr_expect_eq(enrol_new(), EXIT_CONFLICT, "settings are never written over");
	cr_expect_eq(command_enrol(&again), EXIT_DONE);
	public_of(key, second);
	cr_expect_eq(memcmp(first, second, KEY_BYTES), 0);
}

Test(enrol, a_wrong_group_of_the_servers_code_makes_nothing)
{
	server_code[2] = server_code[2] == '7' ? '8' : '7';
	cr_expect_eq(enrol_new(), EXIT_WRONG_USE);
	cr_expect_eq(access(config, F_OK), -1);
}

Test(enrol, a_wrong_address_makes_nothing)
{
	static const char *const wrong[] = { "http://192.0.2.1:7300", "tcp://192.0.2.1",
		"192.0.2.1:99999", "10.0.0.8 7300", "10.0.0.8\"" };

	for (size_t i = 0; i < array_len(wrong); i++) {
		const struct command_options options = {
			.config = config, .server = wrong[i], .server_key = server_code
		};

		cr_expect_eq(command_enrol(&options), EXIT_WRONG_USE, "%s", wrong[i]);
		cr_expect_eq(access(config, F_OK), -1, "%s: so it can be tried again", wrong[i]);
	}
	cr_expect_eq(enrol_new(), EXIT_DONE);
}

Test(enrol, a_second_key_lies_beside_and_is_not_used_unasked)
{
	const struct command_options renew = { .config = config, .renew = true };
	struct client_settings settings;
	uint8_t first[KEY_BYTES], second[KEY_BYTES], again[KEY_BYTES];

	cr_assert_eq(enrol_new(), EXIT_DONE);
	public_of(key, first);
	cr_assert_eq(command_enrol(&renew), EXIT_DONE);
	public_of(next, second);
	cr_expect_neq(memcmp(first, second, KEY_BYTES), 0);
	cr_assert_eq(command_enrol(&renew), EXIT_DONE);
	public_of(next, again);
	cr_expect_eq(memcmp(second, again, KEY_BYTES), 0, "one new key at a time");
	public_of(key, again);
	cr_expect_eq(memcmp(first, again, KEY_BYTES), 0);
	cr_assert_eq(client_settings_load(config, &settings), 0);
	cr_expect_str_eq(settings.key_file, key);
}

Test(enrol, nothing_is_switched_while_nobody_takes_the_new_key)
{
	struct command_options options = { .config = config };
	uint8_t first[KEY_BYTES], now[KEY_BYTES];
	FILE *file;

	cr_assert_eq(enrol_new(), EXIT_DONE);
	public_of(key, first);
	file = fopen(config, "a");
	fputs("timeout-ms: 100\n", file);
	fclose(file);
	options.switches = true;
	cr_expect_eq(command_enrol(&options), EXIT_WRONG_USE, "there is no new one");
	options = (struct command_options){ .config = config, .renew = true };
	cr_assert_eq(command_enrol(&options), EXIT_DONE);
	options = (struct command_options){ .config = config, .switches = true };
	cr_expect_eq(command_enrol(&options), EXIT_UNREACHABLE);
	public_of(key, now);
	cr_expect_eq(memcmp(first, now, KEY_BYTES), 0);
	cr_expect_eq(access(next, F_OK), 0);
	cr_expect_eq(access(old, F_OK), -1);
}

Test(enrol, the_new_pair_takes_the_place_and_the_old_one_is_kept)
{
	const struct command_options renew = { .config = config, .renew = true };
	uint8_t first[KEY_BYTES], second[KEY_BYTES], now[KEY_BYTES];

	for (int round = 0; round < 2; round++) {
		if (round == 0)
			cr_assert_eq(enrol_new(), EXIT_DONE);
		public_of(key, first);
		cr_assert_eq(command_enrol(&renew), EXIT_DONE);
		public_of(next, second);
		cr_assert_eq(key_pair_replace(key, next), 0, "%s", err_text());
		public_of(key, now);
		cr_expect_eq(memcmp(now, second, KEY_BYTES), 0);
		public_of(old, now);
		cr_expect_eq(memcmp(now, first, KEY_BYTES), 0);
		cr_expect_eq(access(next, F_OK), -1);
	}
}

Test(enrol, options_that_contradict_are_refused)
{
	struct command_options options = { .config = config, .renew = true, .switches = true };

	cr_expect_eq(command_enrol(&options), EXIT_WRONG_USE);
	options = (struct command_options){ .config = config, .server = "192.0.2.1" };
	cr_expect_eq(command_enrol(&options), EXIT_WRONG_USE);
	options = (struct command_options){ .config = config };
	cr_expect_eq(command_enrol(&options), EXIT_WRONG_USE, "there are no settings");
}
