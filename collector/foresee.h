/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the server will say of the rows: the same check (model/check.h) with the same history,
 * before anything is sent. */
#ifndef COLLECTOR_FORESEE_H
#define COLLECTOR_FORESEE_H

#include "collector/session.h"
#include "collector/tally.h"

/* Adds to every good row what the check finds, in the order in which rows are sent. A row that
 * would be rejected becomes bad, unless the tally lets everything be sent; one that would be held
 * is marked. today: day number in China. */
CHECKED int rows_foresee(
	struct session *session, struct row_reader *reader, struct tally *tally, int32_t today);

#endif
