/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The verbs of huibao-collect. Each returns an exit code (collector/exit_codes.h), having printed
 * what went well to stdout and what stopped it to stderr. */
#ifndef COLLECTOR_COMMAND_H
#define COLLECTOR_COMMAND_H

#include <stdbool.h>

#include "base/encoding.h"

struct command_options {
	const char *config;                                 /* --config, or NULL */
	const char *form;                                   /* --form, or NULL */
	const char *log;                                    /* --log, or NULL */
	const char *output, *period, *facilities, *receipt; /* or NULL */
	enum encoding encoding;                             /* of a file that is read */
	const char *findings;                               /* --findings, or NULL */
	const char *server, *server_key;                    /* of enrol, or NULL */
	bool renew, switches;                               /* of enrol */
	bool prefill, forget, send_anyway;
	bool prints_sheet; /* standard output is a sheet and nothing else */
	unsigned every;    /* --every, seconds; 0: not given */
	bool verbose;
	char *const *words; /* what follows the verb */
	int word_count;
};

int command_enrol(const struct command_options *options);
int command_key_new(const struct command_options *options);
int command_send(const struct command_options *options);
int command_withdraw(const struct command_options *options);
int command_status(const struct command_options *options);
int command_flush(const struct command_options *options);
int command_run(const struct command_options *options);
int command_check(const struct command_options *options);
int command_template(const struct command_options *options);
int command_nil(const struct command_options *options);
int command_confirm(const struct command_options *options);
int command_reasons(const struct command_options *options);
int command_ping(const struct command_options *options);

#endif
