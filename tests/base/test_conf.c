/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Settings: defaults, ranges, and every fault where it stands in the file. */
#include "base/conf.h"

#include <criterion/criterion.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

struct settings {
	char folder[16], name[16];
	uint64_t count, any;
	bool loud;
};

static const struct conf_setting table[] = {
	CONF_STRING("folder", struct settings, folder, .help = "must be written"),
	CONF_STRING("name", struct settings, name, .otherwise_string = "nobody"),
	CONF_U64("count-max", struct settings, count, .min = 5, .max = 10, .otherwise = 7),
	CONF_U64("any", struct settings, any, .otherwise = 3, .live = true), /* no maximum */
	{ .key = "loud",
		.type = CONF_TYPE_BOOL,
		.offset = offsetof(struct settings, loud),
		.otherwise = true },
};

static int load(const char *text, struct settings *ret_settings)
{
	char path[] = BINARY_DIR "/conf-XXXXXX";
	int fd = mkstemp(path), r;

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	r = conf_load(path, table, array_len(table), ret_settings);
	unlink(path);
	return r;
}

Test(conf, what_is_written_is_taken)
{
	struct settings settings;

	cr_assert_eq(load("# a comment\nfolder: /data\nname: \"a: b\"\ncount-max: 10\nany: "
			  "18446744073709551615\n"
			  "loud: false\n",
			     &settings),
		0, "%s", err_text());
	cr_expect_str_eq(settings.folder, "/data");
	cr_expect_str_eq(settings.name, "a: b");
	cr_expect_eq(settings.count, 10);
	cr_expect_eq(settings.any, UINT64_MAX);
	cr_expect(!settings.loud);
}

Test(conf, what_is_not_written_is_as_the_table_says)
{
	struct settings settings;

	memset(&settings, 0xff, sizeof(settings));
	cr_assert_eq(load("folder: 123456789012345\n", &settings), 0, "%s", err_text());
	cr_expect_str_eq(settings.folder, "123456789012345");
	cr_expect_str_eq(settings.name, "nobody");
	cr_expect_eq(settings.count, 7);
	cr_expect_eq(settings.any, 3);
	cr_expect(settings.loud);
}

Test(conf, faults_are_told_where_they_stand)
{
	static const struct {
		const char *text, *fault;
	} cases[] = {
		{ "", ":1:1: not a YAML mapping" },
		{ "just words\n", ":1:1: not a YAML mapping" },
		{ "- a\n- b\n", ":1:1: not a YAML mapping" },
		{ "folder: [\n", ":2:1: " },
		{ "name: x\n", ":1:1: setting missing: 'folder'" },
		{ "folder: x\ncolour: red\n", ":2:1: unknown setting 'colour'" },
		{ "folder: x\nFolder: red\n", ":2:1: unknown setting 'Folder'" },
		{ "folder: x\n\n\ncount-max: 4\n",
			":4:1: not a whole number from 5 to 10: 'count-max'" },
		{ "folder: x\ncount-max: 11\n", ":2:1: not a whole number from 5 to 10" },
		{ "folder: x\ncount-max: -6\n", "not a whole number from 5 to 10: 'count-max'" },
		{ "folder: x\ncount-max: 6.0\n", "not a whole number from 5 to 10: 'count-max'" },
		{ "folder: x\ncount-max: 6k\n", "not a whole number from 5 to 10: 'count-max'" },
		{ "folder: x\ncount-max: ''\n", "not a whole number from 5 to 10: 'count-max'" },
		{ "folder: x\nany: 18446744073709551616\n",
			"not a whole number of at least 0: 'any'" },
		{ "folder: x\nloud: yes\n", ":2:1: neither true nor false: 'loud'" },
		{ "folder: 1234567890123456\n", ":1:1: too long: 'folder'" },
		{ "folder:\n  - x\n", ":1:1: not a single value: 'folder'" },
		{ "folder:\n  a: x\n", ":1:1: not a single value: 'folder'" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct settings settings;

		cr_expect_eq(load(cases[i].text, &settings), ERR_INVALID, "%s", cases[i].text);
		cr_expect(strstr(err_text(), cases[i].fault), "%s: %s", cases[i].text, err_text());
		cr_expect(strstr(err_text(), "/conf-"), "the file is named: %s", err_text());
	}
}

Test(conf, a_setting_written_twice_is_refused)
{
	struct settings settings;

	cr_expect_eq(load("folder: x\nfolder: y\n", &settings), ERR_INVALID);
	cr_expect(strstr(err_text(), ":2:1: "), "%s", err_text());
}

Test(conf, all_faults_are_told_at_once)
{
	struct settings settings;
	unsigned lines = 1;

	cr_expect_eq(load("colour: red\ncount-max: 99\nloud: maybe\n", &settings), ERR_INVALID);
	for (const char *at = err_text(); (at = strchr(at, '\n')); at++)
		lines++;
	cr_expect_eq(lines, 4, "%s", err_text());
	cr_expect(strstr(err_text(), ":1:1: unknown setting 'colour'"), "%s", err_text());
	cr_expect(strstr(err_text(), ":2:1: not a whole number from 5 to 10: 'count-max'"), "%s",
		err_text());
	cr_expect(strstr(err_text(), ":3:1: neither"), "%s", err_text());
	cr_expect(strstr(err_text(), "setting missing: 'folder'"), "%s", err_text());
}

Test(conf, a_missing_file_is_not_found)
{
	struct settings settings;

	cr_expect_eq(conf_load(BINARY_DIR "/no-such.yaml", table, array_len(table), &settings),
		ERR_NOT_FOUND);
}

static bool same_words(const void *target)
{
	const struct settings *settings = target;

	return strcmp(settings->folder, settings->name) == 0;
}

static const struct conf_rule rules[] = { { "name", "is the folder, too:", same_words } };

/* Writes text to a file of its own and reads it over settings. */
static int reload(const char *text, struct settings *settings, struct buffer *ret_changed,
	struct buffer *ret_restart)
{
	char path[] = BINARY_DIR "/conf-XXXXXX";
	int fd = mkstemp(path), r;

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	r = conf_reload(path, table, array_len(table), rules, array_len(rules), settings,
		sizeof(*settings), ret_changed, ret_restart);
	unlink(path);
	return r;
}

Test(conf, what_makes_no_sense_together_is_told_where_it_stands)
{
	struct buffer changed = { 0 }, restart = { 0 };
	struct settings settings = { 0 };

	cr_expect_eq(
		reload("folder: x\nany: 1\nname: x\n", &settings, &changed, &restart), ERR_INVALID);
	cr_expect(strstr(err_text(), ":3:1: is the folder, too: 'name'"), "%s", err_text());
	cr_expect_eq(reload("name: x\nfolder: x\ncolour: 1\n", &settings, &changed, &restart),
		ERR_INVALID);
	cr_expect(!strstr(err_text(), "too:"), "rules ask what is right by itself: %s", err_text());
}

Test(conf, a_reload_takes_what_may_change_and_names_the_rest)
{
	struct buffer changed = { 0 }, restart = { 0 };
	struct settings settings;

	cr_assert_eq(load("folder: a\n", &settings), 0);
	cr_assert_eq(reload("folder: b\nany: 9\nloud: false\n", &settings, &changed, &restart), 0);
	cr_expect_eq(settings.any, 9);
	cr_expect_str_eq(settings.folder, "a");
	cr_expect(settings.loud);
	cr_expect(bytes_equal(buffer_view(&changed), bytes_str("any\n")));
	cr_expect(bytes_equal(buffer_view(&restart), bytes_str("folder\nloud\n")));
	cr_expect_eq(reload("folder: b\nany: x\n", &settings, &changed, &restart), ERR_INVALID);
	cr_expect_eq(settings.any, 9, "a bad file changes nothing");
	buffer_fini(&changed);
	buffer_fini(&restart);
}
