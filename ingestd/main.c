/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * ingestd: parse, load, check, run. Exit codes: 0 clean stop, 64 usage, 74 input or output (also:
 * the outcome of a commit is unknown), 78 configuration. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/err.h"
#include "base/log.h"
#include "ingestd/server.h"
#include "model/catalog.h"
#include "wire/keys.h"

struct options {
	const char *config, *first_operator;
	bool check;
};

static void usage(FILE *out)
{
	fputs("usage: ingestd --config FILE [--check] [--first-operator Z85KEY]\n"
	      "\n"
	      "Receives reports, validates them, writes them to the journal, and acknowledges what "
	      "is durable.\n"
	      "\n"
	      "  --config FILE            settings (YAML)\n"
	      "  --check                  check settings and catalogue, then end\n"
	      "  --first-operator Z85KEY  register the public key of the first administrator;\n"
	      "                           only while the journal has none\n"
	      "  --version, --help\n",
		out);
}

enum { OPTIONS_SHOWN = 1, OPTIONS_WRONG = 2 };

static int options_parse(int argc, char **argv, struct options *options)
{
	static const struct option table[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "check", no_argument, NULL, 'k' },
		{ "first-operator", required_argument, NULL, 'f' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "c:h", table, NULL)) != -1) {
		switch (option) {
		case 'c':
			options->config = optarg;
			break;
		case 'k':
			options->check = true;
			break;
		case 'f':
			options->first_operator = optarg;
			break;
		case 'V':
			puts("ingestd " HUIBAO_VERSION);
			return OPTIONS_SHOWN;
		case 'h':
			usage(stdout);
			return OPTIONS_SHOWN;
		default:
			return OPTIONS_WRONG;
		}
	}
	return options->config && optind == argc ? 0 : OPTIONS_WRONG;
}

static int complain(int code)
{
	fprintf(stderr, "<3>ingestd: %s\n",
		err_text()); /* whole: a configuration may have many faults */
	log_error("ingestd ends", kv_str("trace", err_trace()));
	return code;
}

static int exit_code(int error)
{
	switch (error) {
	case 0:
		return EXIT_SUCCESS;
	case ERR_INVALID:
	case ERR_DENIED:
		return complain(EX_CONFIG);
	default: /* also ERR_CONFLICT: another process holds the journal or the address, for now */
		return complain(EX_IOERR);
	}
}

/* Whether everything that the settings name can be used. */
static int settings_check(const struct settings *settings)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	struct key_pair pair;
	int r = key_pair_load(settings->server_key, &pair);

	explicit_bzero(&pair, sizeof(pair));
	if (r < 0 || (r = catalog_load(settings->catalogue, &catalog)) < 0)
		return err_pass(r);
	return 0;
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	struct settings settings;
	int r = options_parse(argc, argv, &options);

	if (r == OPTIONS_SHOWN)
		return EXIT_SUCCESS;
	if (r != 0) {
		usage(stderr);
		return EX_USAGE;
	}
	if (conf_load(options.config, settings_table, settings_count, &settings) < 0)
		return complain(EX_CONFIG);
	if (options.check)
		return settings_check(&settings) < 0 ? complain(EX_CONFIG) : EXIT_SUCCESS;
	return exit_code(server_run(&settings, options.first_operator));
}
