/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The steps that the verbs of huibao-collect share: complaining, opening, finding the form, sending
 * and telling. */
#ifndef COLLECTOR_ACT_H
#define COLLECTOR_ACT_H

#include "collector/command.h"
#include "collector/session.h"
#include "collector/tally.h"

/* Each says what is wrong and gives the exit code that it means. */
/* The last error. */
int complain(int error);
int complain_use(const char *zh, const char *en);
/* A file that cannot be read as a sheet of the form: nothing was sent, and the user can mend it. */
int complain_file(int error);

/* That the server's history is not that of our receipts, and what to do. */
void tell_history(void);
/* The settings; a mistake in them has been told, and *ret_code is the exit code. */
CHECKED int load_settings(
	const struct command_options *options, struct client_settings *settings, int *ret_code);
/* Reads the settings (a mistake in them is a mistake in use), opens the outbox and greets.
 * Negative:
 * *ret_code is the exit code, and it has been told. */
CHECKED int open_session(
	const struct command_options *options, struct session **ret_session, int *ret_code);
/* The same without a connection, by the catalogue that was kept. */
CHECKED int open_local(
	const struct command_options *options, struct session **ret_session, int *ret_code);
/* The form of this code (NULL: none was given); NULL: as above. */
const struct form *find_form(const struct session *session, const char *code, int *ret_code);
CHECKED int start_tally(
	const struct command_options *options, const struct session *session, struct tally *tally);
/* Sends what is pending and tells, and writes the receipt; the exit code of the whole command. */
int deliver(struct session *session, struct tally *tally, const struct command_options *options);

#endif
