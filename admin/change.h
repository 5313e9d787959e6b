/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Commands to ingestd. Each has a fresh random identity, so that a lost answer can be asked for
 * again without doing anything twice, and a reason that stays in the journal. */
#ifndef ADMIN_CHANGE_H
#define ADMIN_CHANGE_H

#include "admin/session.h"

/* The columns of a table of receipts. */
CHECKED int change_columns(struct grid *receipts);
/* Sends the records as one command and adds its receipt to the table. ERR_LIMIT: they do not fit
 * one command; nothing was sent. */
CHECKED int change_facilities(struct session *session, const struct facility *facilities,
	size_t count, struct grid *receipts);
CHECKED int change_key(struct session *session, const struct key *key, struct grid *receipts);

#endif
