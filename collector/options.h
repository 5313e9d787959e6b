/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The command line of huibao-collect: one table of options, from which it is parsed, and from which
 * help, manual page and completion are printed. */
#ifndef COLLECTOR_OPTIONS_H
#define COLLECTOR_OPTIONS_H

#include "base/cli.h"
#include "collector/command.h"

/* Options that only some verbs take. */
enum takes {
	TAKES_FORM = 1,
	TAKES_LOG = 2,
	TAKES_RECEIPT = 4,
	TAKES_ENCODING = 8,
	TAKES_TEMPLATE = 16, /* -o, --period, --prefill, --facilities */
	TAKES_FORGET = 32,
	TAKES_FINDINGS = 64,
	TAKES_ANYWAY = 128,
	TAKES_ENROL = 256, /* --server, --server-key, --renew, --switch */
	TAKES_EVERY = 512,
};

struct known_option {
	struct cli_option cli; /* its English line is the manual's */
	const char *zh;
	unsigned takes; /* which verbs take it: bits of enum takes; 0: every one */
	int key;        /* for getopt; the letter where it has one */
};
extern const struct known_option known[];
extern const size_t known_count;

/* 0, or one of these; what is wrong was said. ret_special: bits of enum takes that were given.
 * Words are left in argv from optind on. */
enum { OPTIONS_HELP = 1, OPTIONS_VERSION, OPTIONS_WRONG };
CHECKED int options_parse(
	int argc, char **argv, struct command_options *options, unsigned *ret_special);

#endif
