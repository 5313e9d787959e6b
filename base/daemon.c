/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * parse → load → check → run. A fault of the configuration is printed whole, because it may be many
 * lines; what happens later is a log event. */
#include "base/daemon.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "base/err.h"
#include "base/log.h"

struct options {
	const char *config, *extra;
	bool check;
};

enum { OPTIONS_SHOWN = 1, OPTIONS_WRONG = 2 };

static int options_parse(
	const struct daemon_program *program, int argc, char **argv, struct options *options)
{
	const struct option table[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "check", no_argument, NULL, 'k' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ program->extra, required_argument, NULL, 'x' }, /* NULL ends the table here */
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
		case 'x':
			options->extra = optarg;
			break;
		case 'V':
			printf("%s " HUIBAO_VERSION "\n", program->name);
			return OPTIONS_SHOWN;
		case 'h':
			fputs(program->usage, stdout);
			return OPTIONS_SHOWN;
		default:
			return OPTIONS_WRONG;
		}
	}
	return options->config && optind == argc ? 0 : OPTIONS_WRONG;
}

static int complain(const struct daemon_program *program, int code)
{
	fprintf(stderr, "<3>%s: %s\n", program->name, err_text());
	log_error("ends", kv_str("program", program->name), kv_str("trace", err_trace()));
	return code;
}

/* Everything that may be gone by the next try is 74, also ERR_CONFLICT: another process holds the
 * journal or the address for now. */
static int exit_code(const struct daemon_program *program, int r)
{
	switch (r) {
	case 0:
		return EXIT_SUCCESS;
	case ERR_INVALID:
	case ERR_DENIED:
	case ERR_NOT_FOUND:
		return complain(program, EX_CONFIG);
	default:
		return complain(program, EX_IOERR);
	}
}

int daemon_main(const struct daemon_program *program, int argc, char **argv)
{
	struct options options = { 0 };
	int r = options_parse(program, argc, argv, &options);

	if (r == OPTIONS_SHOWN)
		return EXIT_SUCCESS;
	if (r != 0) {
		fputs(program->usage, stderr);
		return EX_USAGE;
	}
	r = conf_load(options.config, program->settings, program->settings_count, program->target);
	if (r < 0)
		return complain(program, EX_CONFIG);
	if (options.check)
		return program->check(program->target) < 0 ? complain(program, EX_CONFIG)
							   : EXIT_SUCCESS;
	return exit_code(program, program->run(program->target, options.extra));
}
