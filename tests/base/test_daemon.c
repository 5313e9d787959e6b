/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a daemon ends with is a contract with its unit file. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/daemon.h"
#include "base/err.h"

struct settings {
	char word[32];
};

static const struct conf_setting table[] = { CONF_STRING(
	"word", struct settings, word, .help = "a word") };
static int run_result, check_result;
static const char *given_extra;

static int check(void *target)
{
	cr_expect_str_eq(((struct settings *)target)->word, "yes");
	return check_result < 0 ? err_here(check_result, "checked") : 0;
}

static int run(void *target, const char *config, const char *extra)
{
	(void)target;
	cr_expect(config);
	given_extra = extra;
	return run_result < 0 ? err_here(run_result, "ran") : 0;
}

static int main_with(char **argv, int argc)
{
	struct settings settings;
	struct daemon_program program = { .name = "testd",
		.about = "tests",
		.description = "Tests.",
		.extra = { .name = "extra", .value = "WORD", .text = "a word" },
		.settings = table,
		.settings_count = 1,
		.target = &settings,
		.check = check,
		.run = run };

	optind = 0; /* getopt begins anew */
	return daemon_main(&program, argc, argv);
}

Test(daemon, exit_codes_say_whether_to_try_again_or_to_call_a_person)
{
	char good[] = "/tmp/huibao-daemon-XXXXXX", bad[] = "/tmp/huibao-daemon-XXXXXX";
	FILE *file = fdopen(mkstemp(good), "w");
	const struct {
		const char *name;
		const char *argument[5];
		int run, check, want;
	} cases[] = {
		{ "no configuration", { "testd" }, 0, 0, EX_USAGE },
		{ "unknown option", { "testd", "--config", good, "--what" }, 0, 0, EX_USAGE },
		{ "a word too many", { "testd", "--config", good, "word" }, 0, 0, EX_USAGE },
		{ "help", { "testd", "--help" }, 0, 0, 0 },
		{ "version", { "testd", "--version" }, 0, 0, 0 },
		{ "manual", { "testd", "--manual" }, 0, 0, 0 },
		{ "manual is an option of its own", { "testd", "--manual", "x" }, 0, 0, EX_USAGE },
		{ "clean stop", { "testd", "--config", good }, 0, 0, 0 },
		{ "no such file", { "testd", "--config", "/nowhere" }, 0, 0, EX_CONFIG },
		{ "bad file", { "testd", "--config", bad }, 0, 0, EX_CONFIG },
		{ "checked", { "testd", "--config", good, "--check" }, 0, 0, 0 },
		{ "check fails", { "testd", "--config", good, "--check" }, 0, ERR_IO, EX_CONFIG },
		{ "disk", { "testd", "--config", good }, ERR_IO, 0, EX_IOERR },
		{ "in use", { "testd", "--config", good }, ERR_CONFLICT, 0, EX_IOERR },
		{ "wrong", { "testd", "--config", good }, ERR_INVALID, 0, EX_CONFIG },
		{ "missing", { "testd", "--config", good }, ERR_NOT_FOUND, 0, EX_CONFIG },
		{ "extra", { "testd", "--config", good, "--extra", "x" }, 0, 0, 0 },
	};

	cr_redirect_stdout();
	cr_redirect_stderr();
	fputs("word: yes\n", file);
	fclose(file);
	file = fdopen(mkstemp(bad), "w");
	fputs("words: yes\n", file);
	fclose(file);
	for (size_t i = 0; i < array_len(cases); i++) {
		int argc = 0;

		while (argc < 5 && cases[i].argument[argc])
			argc++;
		run_result = cases[i].run;
		check_result = cases[i].check;
		cr_expect_eq(main_with((char **)(uintptr_t)cases[i].argument, argc), cases[i].want,
			"%s", cases[i].name);
	}
	cr_expect_str_eq(given_extra, "x");
	unlink(good);
	unlink(bad);
}
