/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * aggregator: what base/daemon.h needs to know of it. */
#include <string.h>

#include "aggregator/server.h"
#include "base/daemon.h"
#include "base/err.h"
#include "wire/keys.h"

static const char usage[] =
	"usage: aggregator --config FILE [--check]\n"
	"\n"
	"Follows the journal, adds its reports up, and answers questions about the figures.\n"
	"\n"
	"  --config FILE      settings (YAML)\n"
	"  --check            check settings and server key, then end\n"
	"  --version, --help\n";

static int check(void *target)
{
	const struct settings *settings = target;
	struct key_pair pair;
	int r = key_pair_load(settings->server_key, &pair);

	explicit_bzero(&pair, sizeof(pair));
	return err_pass(r);
}

static int run(void *target, const char *extra)
{
	(void)extra; /* it has no option of its own */
	return err_pass(server_run(target));
}

int main(int argc, char **argv)
{
	struct settings settings;

	return daemon_main(&(const struct daemon_program){ .name = "aggregator",
				   .usage = usage,
				   .settings = settings_table,
				   .settings_count = settings_count,
				   .target = &settings,
				   .check = check,
				   .run = run },
		argc, argv);
}
