/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * ingestd: what base/daemon.h needs to know of it. Its exit code 74 also means that the outcome of
 * a commit is unknown; the next start finds out. */
#include <string.h>

#include "base/daemon.h"
#include "base/err.h"
#include "ingestd/server.h"
#include "model/catalog.h"
#include "wire/keys.h"

static const char usage[] =
	"usage: ingestd --config FILE [--check] [--first-operator Z85KEY]\n"
	"\n"
	"Receives reports, validates them, writes them to the journal, and acknowledges what is "
	"durable.\n"
	"\n"
	"  --config FILE            settings (YAML)\n"
	"  --check                  check settings, server key and catalogue, then end\n"
	"  --first-operator Z85KEY  register the public key of the first administrator;\n"
	"                           only while the journal has none\n"
	"  --version, --help\n";

static int check(void *target)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	const struct settings *settings = target;
	struct key_pair pair;
	int r = key_pair_load(settings->server_key, &pair);

	explicit_bzero(&pair, sizeof(pair));
	if (r < 0 || (r = catalog_load(settings->catalogue, &catalog)) < 0)
		return err_pass(r);
	return 0;
}

static int run(void *target, const char *first_operator)
{
	return err_pass(server_run(target, first_operator));
}

int main(int argc, char **argv)
{
	struct settings settings;

	return daemon_main(&(const struct daemon_program){ .name = "ingestd",
				   .usage = usage,
				   .extra = "first-operator",
				   .settings = settings_table,
				   .settings_count = settings_count,
				   .target = &settings,
				   .check = check,
				   .run = run },
		argc, argv);
}
