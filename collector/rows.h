/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The rows of a file on their way into the outbox: check every row, learn what the server has of
 * those that need a new number, then put all of them into the outbox in one transaction. */
#ifndef COLLECTOR_ROWS_H
#define COLLECTOR_ROWS_H

#include "collector/session.h"
#include "collector/tally.h"

/* Fills tally->row with what is no remark (row_is_remark). Faults go into the rows' reasons; good
 * rows get a revision where the outbox alone can tell (explicit, or the same as before), else 0. */
CHECKED int rows_check(struct session *session, const struct sheet *sheet,
	struct row_reader *reader, struct tally *tally);
/* Gives the remaining rows their revision (online: after asking the server), foresees what the
 * server will say (collector/foresee.h), and queues all good rows; when it returns they are
 * durable. The session goes offline if the server does not answer. */
CHECKED int rows_queue(struct session *session, struct row_reader *reader, struct tally *tally);
/* The same for a single report that was not read from a sheet (a withdrawal): tally gets one
 * row. */
CHECKED int rows_queue_one(
	struct session *session, const struct report *draft, struct tally *tally);
/* The same figures and text once more, under the next number. */
CHECKED int rows_queue_again(struct session *session, const struct report *draft, struct bytes text,
	struct tally *tally);

#endif
