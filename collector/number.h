/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Numbering revisions. The same values sent again get the same number and the same bytes, so that
 * the server can answer "unchanged"; anything else gets one more than the highest number that this
 * outbox or the server has. */
#ifndef COLLECTOR_NUMBER_H
#define COLLECTOR_NUMBER_H

#include "proto/exchange.h"
#include "store/outbox.h"

/* Our newest report of an identity: pending (then it has a number), held (also one that was sent
 * back: its number is used up) or kept. PORT_NONE: none. */
CHECKED int number_own(const struct ports *ports, struct bytes facility, uint16_t form,
	uint32_t period, struct outbox_report *ret_own);
/* Whether the draft, under own's revision, has exactly own's bytes. */
CHECKED int number_same(const struct report *draft, struct bytes text,
	const struct outbox_report *own, bool *ret_same);
/* The revision of a draft that is not the same as own. own and theirs (what STATUS shows) may be
 * NULL. If the draft is what the server has already, it gets the server's number.
 * ERR_NOT_FOUND: a withdrawal, but neither side has anything to withdraw. */
CHECKED int number_next(const struct report *draft, const struct outbox_report *own,
	const struct status_line *theirs, uint32_t *ret_revision);

#endif
