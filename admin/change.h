/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Commands to ingestd. Each has a fresh random identity, so that a lost answer can be asked for
 * again without doing anything twice, and a reason that stays in the journal. */
#ifndef ADMIN_CHANGE_H
#define ADMIN_CHANGE_H

#include "admin/session.h"

/* Sends the records as one command. With --dry-run it is checked as far as it can be here, and the
 * result has no receipt. ERR_LIMIT: they do not fit one command; ERR_CONFLICT: what the records
 * believe to be in force no longer is. */
CHECKED int change_give(
	struct session *session, const struct command *records, struct command_result *ret_result);
/* Sends the records as one command and prints its receipt; with --dry-run, only how many records
 * would have gone. ERR_LIMIT: they do not fit one command; nothing was sent. */
CHECKED int change_one(struct session *session, const struct command *records);
/* The same for any number of facilities or of facts, in as many commands as they need. If one is
 * refused, those before it stand and are printed: EXIT_PARTLY. */
CHECKED int change_import(struct session *session, const struct command *records);

#endif
