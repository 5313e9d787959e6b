/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the main of every daemon has in common: options, the configuration, and the exit codes that
 * its unit file relies on: 0 a clean stop, 64 usage, 74 input or output (try again), 78
 * configuration (a person is needed). No daemonising, no pid file: the service manager does
 * those. */
#ifndef BASE_DAEMON_H
#define BASE_DAEMON_H

#include "base/conf.h"

struct daemon_program {
	const char *name;  /* "ingestd" */
	const char *usage; /* the whole help, ending in a newline */
	const char *extra; /* one more option with an argument, without the dashes; or NULL */
	const struct conf_setting *settings;
	size_t settings_count;
	void *target;               /* the struct that the settings are read into */
	int (*check)(void *target); /* --check: whether all that they name can be used */
	int (*run)(void *target, const char *extra); /* until a clean stop */
};

/* Parses, loads, checks or runs, and says what went wrong; returns the exit code. */
CHECKED int daemon_main(const struct daemon_program *program, int argc, char **argv);

#endif
