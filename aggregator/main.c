/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * aggregator: what base/daemon.h needs to know of it. */
#include <string.h>

#include "aggregator/server.h"
#include "base/daemon.h"
#include "base/err.h"
#include "wire/keys.h"

static const struct cli_term files[] = {
	{ "/etc/huibao/aggregator.yaml", "settings; aggregator.yaml(5)" },
	{ "/etc/huibao/private/server.key", "the server's key pair, mode 0600" },
	{ "DATA-DIR/aggregates",
		"derived from the journal; may be deleted while the aggregator is stopped" },
	{ 0 },
};

static int check(void *target)
{
	const struct settings *settings = target;
	struct key_pair pair;
	int r = key_pair_load_server(settings->server_key, &pair);

	explicit_bzero(&pair, sizeof(pair));
	return err_pass(r);
}

static int run(void *target, const char *config, const char *extra)
{
	(void)extra; /* it has no option of its own */
	return err_pass(server_run(target, config));
}

int main(int argc, char **argv)
{
	struct settings settings;

	return daemon_main(
		&(const struct daemon_program){ .name = "aggregator",
			.about = "follows the journal and answers questions about its "
				 "figures",
			.description = "Follows the journal that ingestd writes, adds its "
				       "reports up in whole numbers, and answers questions about "
				       "figures, coverage and the targets of plans.\n"
				       "It may stand still or be rebuilt at any time: receiving "
				       "reports never waits for it.",
			.files = files,
			.settings = settings_table,
			.settings_count = settings_count,
			.rules = settings_rules,
			.rules_count = settings_rules_count,
			.target = &settings,
			.check = check,
			.run = run },
		argc, argv);
}
