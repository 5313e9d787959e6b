/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the loop of a run takes from the run. Only for session*.c. */
#ifndef COLLECTOR_SESSION_PARTS_H
#define COLLECTOR_SESSION_PARTS_H

#include "collector/session.h"

/* The storage of the transaction that is open, the connection and the clocks. */
struct ports session_ports(struct session *session);
/* Packs HELLO into session->hello, with what the outbox remembers now. */
CHECKED int session_hello(struct session *session);
/* Takes in the answer to it. ERR_INVALID also: the server is of the other kind than the outbox. */
CHECKED int session_welcome(
	struct session *session, struct bytes answer, struct welcome *ret_welcome);

#endif
