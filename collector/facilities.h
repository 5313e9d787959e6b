/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * For whom this outbox reports: the list that the bureau handed over (kept beside the outbox once
 * it has been given), and whoever a kept report is of. Which of them the key may really report for,
 * the server knows: collector/status_ask.h. */
#ifndef COLLECTOR_FACILITIES_H
#define COLLECTOR_FACILITIES_H

#include "base/encoding.h"
#include "client/cell.h"
#include "collector/session.h"
#include "collector/status_ask.h"

struct known_facility {
	char code[FACILITY_CODE_MAX + 1];
	char name[NAME_BYTES_MAX + 1]; /* "": not known */
};

struct facilities {
	struct buffer list; /* struct known_facility, in order of the list; freed by the caller */
	size_t count;
};

const struct known_facility *facilities_at(const struct facilities *facilities, size_t index);
/* Takes a list over: a sheet with the columns code and, where known, name, class, opened and closed
 * (huibaoctl's own file will do). It replaces the one kept before. */
CHECKED int facilities_keep(struct session *session, const char *path, enum encoding encoding);
/* Those that report this form for this period, as far as the list says a class and days; NULL and
 * 0:
 * all of them. Appends to ret. */
CHECKED int facilities_load(
	struct session *session, const struct form *form, uint32_t period, struct facilities *ret);
/* Keeps what replies to status_ask() say of the facilities themselves. */
CHECKED int facilities_learn(struct session *session, const struct status_wanted *wanted,
	size_t count, struct bytes replies);
/* The codes of all of them. */
CHECKED int facilities_codes(struct session *session, struct codes *ret);

#endif
