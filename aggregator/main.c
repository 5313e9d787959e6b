/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * aggregator: parse, load, check, run. Exit codes: 0 clean stop, 64 usage, 74 input or output, 78
 * configuration. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "aggregator/server.h"
#include "base/err.h"
#include "base/log.h"
#include "wire/keys.h"

struct options {
	const char *config;
	bool check;
};

enum { OPTIONS_SHOWN = 1, OPTIONS_WRONG = 2 };

static void usage(FILE *out)
{
	fputs("usage: aggregator --config FILE [--check]\n"
	      "\n"
	      "Follows the journal, adds its reports up, and answers questions about the figures.\n"
	      "\n"
	      "  --config FILE      settings (YAML)\n"
	      "  --check            check the settings, then end\n"
	      "  --version, --help\n",
		out);
}

static int options_parse(int argc, char **argv, struct options *options)
{
	static const struct option table[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "check", no_argument, NULL, 'k' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
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
		case 'V':
			puts("aggregator " HUIBAO_VERSION);
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
	log_error("aggregator ends", kv_str("error", err_text()), kv_str("trace", err_trace()));
	return code;
}

static int exit_code(int r)
{
	switch (r) {
	case 0:
		return EXIT_SUCCESS;
	case ERR_INVALID:
	case ERR_DENIED:
	case ERR_NOT_FOUND:
		return complain(EX_CONFIG);
	default:
		return complain(EX_IOERR);
	}
}

/* Whether everything that the settings name can be used. */
static int settings_check(const struct settings *settings)
{
	struct key_pair pair;
	int r = key_pair_load(settings->server_key, &pair);

	explicit_bzero(&pair, sizeof(pair));
	return err_pass(r);
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
	if (conf_load(options.config, settings_table, settings_count, &settings) < 0) {
		fprintf(stderr, "%s\n", err_text());
		return EX_CONFIG;
	}
	if (options.check)
		return settings_check(&settings) < 0 ? complain(EX_CONFIG) : EXIT_SUCCESS;
	return exit_code(server_run(&settings));
}
