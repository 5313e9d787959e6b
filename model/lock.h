/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Due day, lock day and locks. A form says how many days after a period's end its reports are due
 * and from when on they are locked; both move past days on which offices are closed, which
 * holidays.csv names. After the lock day, or where a person has locked, a report is held, never
 * dropped; a person's unlocking (also of past years, for loading them) lets it in.
 *
 *   table         columns
 *   holidays.csv  day, kind, name_zh, name_en, source       kind: closed, or open (a
 *                                                         weekend worked) */
#ifndef MODEL_LOCK_H
#define MODEL_LOCK_H

#include "model/catalog.h"

enum { LOCK_NOTE_MAX = 400 };

enum lock_kind { LOCK_LOCK = 1, LOCK_UNLOCK };

/* For the periods whose last day lies in first_day..last_day. Of several that speak of a report the
 * newest that still holds counts. */
struct lock {
	enum lock_kind kind;
	uint32_t area; /* and those in it; 0: everywhere */
	uint32_t form; /* 0: every form */
	int32_t first_day, last_day;
	int32_t until_day; /* last day on which it holds; DAY_NEVER */
	char note[LOCK_NOTE_MAX + 1];
	/* of the command that said so */
	uint64_t sequence;
	uint32_t actor;
};

/* Moves a day to the first one from it on that is not closed: neither in holidays.csv as closed,
 * nor a Saturday or Sunday that it does not call open. */
int32_t calendar_open_day(const struct catalog *catalog, int32_t day);
/* Reports of the period that arrive up to this day are in time. */
int32_t form_due_day(const struct catalog *catalog, const struct form *form, uint32_t period);
/* From the day after this one on the period is locked; DAY_NEVER: the form never locks by
 * itself. */
int32_t form_lock_day(const struct catalog *catalog, const struct form *form, uint32_t period);

/* ERR_INVALID: unknown area or form, days that are none or the wrong way round. */
CHECKED int lock_check(const struct catalog *catalog, const struct lock *lock);

/* What persons have locked and unlocked, in the order of their entries. */
struct locks;
CHECKED int locks_new(struct locks **ret_locks);
void locks_free(struct locks *locks);
AUTO_DEFINE(locks_free, struct locks *);
/* The record is copied. */
CHECKED int locks_put(struct locks *locks, const struct lock *lock);
size_t locks_count(const struct locks *locks);
const struct lock *locks_at(const struct locks *locks, size_t index); /* in order of entry */

/* The person's record that speaks of such a report today: the newest that holds. NULL: none, so the
 * form's own lock day does. */
const struct lock *locks_speaking(const struct locks *locks, const struct catalog *catalog,
	uint32_t area, const struct form *form, uint32_t period, int32_t today);
/* Whether a report of a facility in the area is locked out on the day today. ret_day: since when
 * (the day after the lock day; of a person's lock today itself). */
bool locks_closed(const struct locks *locks, const struct catalog *catalog, uint32_t area,
	const struct form *form, uint32_t period, int32_t today, int32_t *ret_day);

#endif
