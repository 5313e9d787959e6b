/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * client.yaml: defaults, paths beside the file, and mistakes told with their place. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "client/client.h"

#define SERVER_KEY "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

static char path[64];

static void setup(void)
{
	int fd;

	snprintf(path, sizeof(path), "/tmp/huibao-settings-XXXXXX");
	fd = mkstemp(path);
	cr_assert_geq(fd, 0);
	close(fd);
}

static void teardown(void)
{
	unlink(path);
}

TestSuite(settings, .init = setup, .fini = teardown);

static int load(const char *text, struct client_settings *settings)
{
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
	return client_settings_load(path, settings);
}

Test(settings, what_is_not_written_has_its_default)
{
	struct client_settings settings;

	cr_assert_eq(
		load("ingestd: tcp://127.0.0.1:7001\nserver-key: '" SERVER_KEY "'\nkey-file: /k\n",
			&settings),
		0, "%s", err_text());
	cr_expect_eq(settings.timeout_ms, 5000);
	cr_expect_str_eq(settings.aggregator, "");
	cr_expect_str_eq(settings.outbox, "");
	cr_expect_str_eq(settings.key_file, "/k");
}

Test(settings, a_relative_path_lies_beside_the_file)
{
	struct client_settings settings;

	cr_assert_eq(
		load("ingestd: ipc://s\nserver-key: '" SERVER_KEY "'\nkey-file: k\noutbox: a/b\n",
			&settings),
		0, "%s", err_text());
	cr_expect_str_eq(settings.key_file, "/tmp/k");
	cr_expect_str_eq(settings.outbox, "/tmp/a/b");
}

Test(settings, mistakes_are_told)
{
	static const struct {
		const char *name, *text, *want;
	} cases[] = {
		{ "no server", "server-key: '" SERVER_KEY "'\nkey-file: k\n", "ingestd" },
		{ "key too short", "ingestd: tcp://h:1\nserver-key: abc\nkey-file: k\n",
			"server-key" },
		{ "address without transport",
			"ingestd: host:1\nserver-key: '" SERVER_KEY "'\nkey-file: k\n", "tcp://" },
		{ "unknown key",
			"ingestd: tcp://h:1\nserver-key: '" SERVER_KEY
			"'\nkey-file: k\nkeyfile: k\n",
			"keyfile" },
		{ "timeout out of range",
			"ingestd: tcp://h:1\nserver-key: '" SERVER_KEY
			"'\nkey-file: k\ntimeout-ms: 5\n",
			"timeout-ms" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct client_settings settings;

		cr_expect_eq(load(cases[i].text, &settings), ERR_INVALID, "%s", cases[i].name);
		cr_expect_not_null(
			strstr(err_text(), cases[i].want), "%s: %s", cases[i].name, err_text());
	}
}
