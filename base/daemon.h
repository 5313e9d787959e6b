/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the main of every daemon has in common: options, the configuration, and the exit codes that
 * its unit file relies on: 0 a clean stop, 64 usage, 74 input or output (try again), 78
 * configuration (a person is needed). No daemonising, no pid file: the service manager does
 * those. */
#ifndef BASE_DAEMON_H
#define BASE_DAEMON_H

#include "base/cli.h"

struct daemon_program {
	const char *name;        /* "ingestd" */
	const char *about;       /* what it does, in one line */
	const char *description; /* the same in paragraphs, for the manual */
	const char *reload;      /* what SIGHUP does beside reading the settings; or NULL */
	const struct cli_term *files;
	struct cli_option extra; /* one more option with an argument; without name: none */
	const struct conf_setting *settings;
	size_t settings_count;
	const struct conf_rule *rules; /* or NULL */
	size_t rules_count;
	void *target;               /* the struct that the settings are read into */
	int (*check)(void *target); /* --check: whether all that they name can be used */
	/* Until a clean stop. config: the settings' file, for daemon_reload(). */
	int (*run)(void *target, const char *config, const char *extra);
};

/* Parses, loads, checks or runs, and says what went wrong; returns the exit code. */
CHECKED int daemon_main(const struct daemon_program *program, int argc, char **argv);
/* SIGHUP: what of the settings can change is taken over from the file, and the log names each, and
 * each that needs a restart. A file with faults changes nothing: the log has every fault with its
 * place. size: of target. */
void daemon_reload(const char *config, const struct conf_setting *settings, size_t count,
	const struct conf_rule *rules, size_t rules_count, void *target, size_t size);

#endif
