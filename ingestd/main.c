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

static const struct cli_term files[] = {
	{ "/etc/huibao/ingestd.yaml", "settings; ingestd.yaml(5)" },
	{ "/etc/huibao/private/server.key", "the server's key pair, mode 0600" },
	{ "/usr/share/huibao/catalog", "the catalogue that is adopted" },
	{ "DATA-DIR/journal", "every entry ever accepted: the one thing to back up" },
	{ "DATA-DIR/state", "derived from the journal; may be deleted while ingestd is stopped" },
	{ 0 },
};

static int check(void *target)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	const struct settings *settings = target;
	struct key_pair pair;
	int r = key_pair_load_server(settings->server_key, &pair);

	explicit_bzero(&pair, sizeof(pair));
	if (r < 0 || (r = catalog_load(settings->catalogue, &catalog)) < 0)
		return err_pass(r);
	return 0;
}

static int run(void *target, const char *config, const char *first_operator)
{
	return err_pass(first_operator ? server_register(target, first_operator)
				       : server_run(target, config));
}

int main(int argc, char **argv)
{
	struct settings settings;

	return daemon_main(
		&(const struct daemon_program){ .name = "ingestd",
			.about = "receives reports, checks them, and keeps them in "
				 "the journal",
			.description = "Receives reports over CURVE, decides what becomes of "
				       "each, appends entries to the journal, and answers only "
				       "when they are flushed to the disk.\n"
				       "It carries out the operators' commands, too, and answers "
				       "questions about keys, metrics and its own health.",
			.reload = "adopts the catalogue's folder if it may follow the "
				  "one in force",
			.files = files,
			.extra = { .name = "first-operator",
				.value = "KEY",
				.text = "write the first administrator, by public key or "
					"enrolment code, into the journal, and end; only "
					"while none in it is valid" },
			.settings = settings_table,
			.settings_count = settings_count,
			.rules = settings_rules,
			.rules_count = settings_rules_count,
			.target = &settings,
			.check = check,
			.run = run },
		argc, argv);
}
