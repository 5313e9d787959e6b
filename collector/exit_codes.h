/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The exit codes of huibao-collect: a contract with the scripts that call it. */
#ifndef COLLECTOR_EXIT_CODES_H
#define COLLECTOR_EXIT_CODES_H

enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_WRONG_USE = 2,   /* usage or settings */
	EXIT_FOUND = 3,       /* check found mistakes */
	EXIT_DENIED = 4,      /* the key may not do this */
	EXIT_UNREACHABLE = 5, /* and nothing was queued either */
	EXIT_CONFLICT = 6,    /* another process, or something is there already */
	EXIT_PARTLY = 7,  /* some rows were refused or held, or had mistakes and were not sent */
	EXIT_HISTORY = 8, /* the server's history is not that of our receipts: call the bureau */
	EXIT_QUEUED = 75, /* safely in the outbox, not delivered yet */
};

#endif
