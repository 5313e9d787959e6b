/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Days on which offices are closed, and what follows from them. */
#include "model/lock.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/catalog_inside.h"
#include "model/registry.h"

enum { CLOSED_DAYS_MAX = 366 };

struct locks {
	struct lock *lock; /* owned */
	size_t count, size;
};

/* Day 0, 1970-01-01, was a Thursday. */
static bool weekend(int32_t day)
{
	int32_t weekday = (day % 7 + 7 + 3) % 7; /* 0: Monday */

	return weekday >= 5;
}

static bool day_is_open(const struct catalog *catalog, int32_t day)
{
	enum holiday_kind kind = calendar_day(catalog, day);

	return kind == HOLIDAY_NONE ? !weekend(day) : kind == HOLIDAY_OPEN;
}

/* A table that calls a year of days closed does not hang anybody. */
int32_t calendar_open_day(const struct catalog *catalog, int32_t day)
{
	int32_t open = day;

	while (!day_is_open(catalog, open) && open - day < CLOSED_DAYS_MAX)
		open++;
	return open;
}

int32_t form_due_day(const struct catalog *catalog, const struct form *form, uint32_t period)
{
	return calendar_open_day(catalog, period_last_day(period) + form->due_days);
}

int32_t form_lock_day(const struct catalog *catalog, const struct form *form, uint32_t period)
{
	if (form->lock_days == 0)
		return DAY_NEVER;
	return calendar_open_day(catalog, period_last_day(period) + form->lock_days);
}

int lock_check(const struct catalog *catalog, const struct lock *lock)
{
	if (lock->area != 0 && !catalog_area(catalog, lock->area))
		return err_here(ERR_INVALID, "there is no area %u", lock->area);
	if (lock->form != 0 &&
		(lock->form > UINT16_MAX || !catalog_form(catalog, (uint16_t)lock->form)))
		return err_here(ERR_INVALID, "there is no form %u", lock->form);
	if (lock->kind != LOCK_LOCK && lock->kind != LOCK_UNLOCK)
		return err_here(ERR_INVALID, "a lock of an unknown kind");
	if (lock->first_day > lock->last_day)
		return err_here(ERR_INVALID, "the last day lies before the first");
	return 0;
}

int locks_new(struct locks **ret_locks)
{
	struct locks *locks = calloc(1, sizeof(*locks));

	if (!locks)
		return err_here(ERR_NOMEM, "cannot allocate the locks");
	*ret_locks = locks;
	return 0;
}

void locks_free(struct locks *locks)
{
	if (!locks)
		return;
	free(locks->lock);
	free(locks);
}

int locks_put(struct locks *locks, const struct lock *lock)
{
	if (locks->count == locks->size) {
		size_t size = locks->size ? locks->size * 2 : 64;
		struct lock *grown = reallocarray(locks->lock, size, sizeof(*grown));

		if (!grown)
			return err_here(ERR_NOMEM, "cannot hold %zu locks", size);
		locks->lock = grown;
		locks->size = size;
	}
	locks->lock[locks->count++] = *lock;
	return 0;
}

size_t locks_count(const struct locks *locks)
{
	return locks->count;
}

const struct lock *locks_at(const struct locks *locks, size_t index)
{
	return &locks->lock[index];
}

static bool lock_speaks(const struct lock *lock, const struct catalog *catalog, uint32_t area,
	const struct form *form, uint32_t period, int32_t today)
{
	int32_t last = period_last_day(period);

	return (lock->form == 0 || lock->form == form->id) && last >= lock->first_day &&
	       last <= lock->last_day && today <= lock->until_day &&
	       (lock->area == 0 || catalog_area_within(catalog, area, lock->area));
}

const struct lock *locks_speaking(const struct locks *locks, const struct catalog *catalog,
	uint32_t area, const struct form *form, uint32_t period, int32_t today)
{
	for (size_t i = locks->count; i > 0; i--)
		if (lock_speaks(&locks->lock[i - 1], catalog, area, form, period, today))
			return &locks->lock[i - 1];
	return NULL;
}

bool locks_closed(const struct locks *locks, const struct catalog *catalog, uint32_t area,
	const struct form *form, uint32_t period, int32_t today, int32_t *ret_day)
{
	const struct lock *lock = locks_speaking(locks, catalog, area, form, period, today);
	int32_t day = form_lock_day(catalog, form, period);

	*ret_day = today;
	if (lock)
		return lock->kind == LOCK_LOCK;
	if (day == DAY_NEVER || today <= day)
		return false;
	*ret_day = day + 1;
	return true;
}
