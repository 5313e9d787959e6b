/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "period list": for an area, until when each form's periods may be reported, and whether they are
 * locked today and by whose word. "period locks": what persons have locked and unlocked that still
 * holds. Whether a report is locked out is asked of model/lock, as ingestd does. */
#include <stdio.h>
#include <string.h>

#include "aggregator/verb.h"
#include "base/err.h"

/* Without a period: those that ended within so many days. Somewhat more than a year, so that every
 * form has one. */
enum { LOOK_BACK_DAYS = 400 };

static void cell_day_or_null(struct asking *asking, int32_t day)
{
	char text[DAY_TEXT_BYTES];

	if (day == DAY_NEVER) {
		cell_null(asking);
		return;
	}
	day_print(day, text);
	cell_text(asking, text);
}

static void cell_key_name(struct asking *asking, uint32_t actor)
{
	const struct key *key = registry_key(asking->view->registry, actor);

	if (key)
		cell_text(asking, key->name);
	else
		cell_null(asking);
}

/* Records that still hold for some part of the area and for this period: there it may be
 * otherwise. */
static int64_t locks_inside(
	const struct view *view, uint32_t area, const struct form *form, uint32_t period)
{
	const int32_t last = period_last_day(period);
	int64_t count = 0;

	for (size_t i = 0; i < locks_count(view->locks); i++) {
		const struct lock *lock = locks_at(view->locks, i);

		count += lock->area != 0 && lock->area != area &&
			 (lock->form == 0 || lock->form == form->id) && lock->first_day <= last &&
			 last <= lock->last_day && view->today <= lock->until_day &&
			 catalog_area_within(view->catalog, lock->area, area);
	}
	return count;
}

/* Who decided: a person's record, the form's own lock day, or nobody. */
static void cells_by(struct asking *asking, const struct lock *lock, bool locked)
{
	if (lock)
		cell_text(asking, lock->kind == LOCK_LOCK ? "lock" : "unlock");
	else if (locked)
		cell_text(asking, "lock-day");
	else
		cell_null(asking);
	cell_count_or_null(asking, lock, lock ? lock->sequence : 0);
	cell_key_name(asking, lock ? lock->actor : 0);
	cell_day_or_null(asking, lock ? lock->until_day : DAY_NEVER);
	if (lock && lock->note[0])
		cell_text(asking, lock->note);
	else
		cell_null(asking);
}

static void row_period(
	struct asking *asking, uint32_t area, const struct form *form, uint32_t period)
{
	const struct view *view = asking->view;
	int32_t day;
	const bool locked =
		locks_closed(view->locks, view->catalog, area, form, period, view->today, &day);

	cell_area(asking, area);
	cell_text(asking, form->code);
	cell_text(asking, form->name.zh);
	cell_text(asking, form->name.en);
	cell_period(asking, period);
	cell_day_or_null(asking, form_due_day(view->catalog, form, period));
	cell_day_or_null(asking, form_lock_day(view->catalog, form, period));
	cell_boolean(asking, locked);
	cells_by(asking,
		locks_speaking(view->locks, view->catalog, area, form, period, view->today),
		locked);
	cell_integer(asking, locks_inside(view, area, form, period));
}

/* The newest period of the kind that has ended by the day; 0: none. */
static uint32_t period_ended(enum period_kind kind, int32_t day)
{
	const bool in_year = kind != PERIOD_YEAR && kind != PERIOD_MCH_YEAR;
	uint32_t period = 0;

	for (int year = PERIOD_YEAR_MAX; period == 0 && year > PERIOD_YEAR_MIN; year--) {
		uint32_t first = period_of(kind, year, in_year ? 1 : 0);

		if (first != 0 && period_last_day(first) < day)
			period = first;
	}
	while (period != 0 && period_add(period, 1) != 0 &&
		period_last_day(period_add(period, 1)) < day)
		period = period_add(period, 1);
	return period;
}

/* Newest first. */
static void rows_form(struct asking *asking, uint32_t area, const struct form *form)
{
	const int32_t today = asking->view->today;
	uint32_t period = period_ended(form->period, today);

	while (period != 0 && period_last_day(period) >= today - LOOK_BACK_DAYS &&
		asking_goes_on(asking)) {
		row_period(asking, area, form, period);
		period = period_add(period, -1);
	}
}

/* Form and period are both optional; a period must be of the form's kind, if there is a form. */
static int argument_form_and_period(
	struct asking *asking, const struct form **ret_form, uint32_t *ret_period)
{
	int r = 0;

	*ret_form = NULL;
	*ret_period = 0;
	if (question_argument(asking->question, "form").len > 0)
		r = argument_form(asking, ret_form);
	if (r == 0 && question_argument(asking->question, "period").len > 0)
		r = argument_period(asking, ret_period);
	if (r == 0 && *ret_form && *ret_period &&
		period_kind_of(*ret_period) != (*ret_form)->period)
		r = verb_refuse(asking, ANSWER_INVALID,
			"argument 'period': form '%s' is reported for periods of another kind",
			(*ret_form)->code);
	return r;
}

int verb_period_list(struct asking *asking)
{
	static const struct column columns[] = {
		{ "area", COLUMN_TEXT },
		{ "form", COLUMN_TEXT },
		{ "name_zh", COLUMN_TEXT },
		{ "name_en", COLUMN_TEXT },
		{ "period", COLUMN_TEXT },
		{ "due", COLUMN_TEXT },
		{ "lock", COLUMN_TEXT },
		{ "locked", COLUMN_BOOLEAN },
		{ "by", COLUMN_TEXT },
		{ "sequence", COLUMN_INTEGER },
		{ "actor", COLUMN_TEXT },
		{ "until", COLUMN_TEXT },
		{ "note", COLUMN_TEXT },
		{ "locks_inside", COLUMN_INTEGER },
	};
	const struct form *wanted;
	uint32_t period, area;
	size_t forms;
	const struct form *form = catalog_forms(asking->view->catalog, &forms);
	int r = argument_form_and_period(asking, &wanted, &period);

	if (r != 0 || (r = argument_area(asking, "area", true, &area)) != 0 ||
		(r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	for (size_t i = 0; i < forms && asking_goes_on(asking); i++) {
		if (wanted && wanted != &form[i])
			continue;
		if (period == 0)
			rows_form(asking, area, &form[i]);
		else if (period_kind_of(period) == form[i].period)
			row_period(asking, area, &form[i], period);
	}
	return 0;
}

static void row_lock(struct asking *asking, const struct lock *lock)
{
	const struct form *form = catalog_form(asking->view->catalog, (uint16_t)lock->form);

	cell_integer(asking, (int64_t)lock->sequence);
	cell_text(asking, lock->kind == LOCK_LOCK ? "lock" : "unlock");
	if (lock->area)
		cell_area(asking, lock->area);
	else
		cell_null(asking);
	if (form)
		cell_text(asking, form->code);
	else
		cell_null(asking);
	cell_day_or_null(asking, lock->first_day);
	cell_day_or_null(asking, lock->last_day);
	cell_day_or_null(asking, lock->until_day);
	cell_key_name(asking, lock->actor);
	if (lock->note[0])
		cell_text(asking, lock->note);
	else
		cell_null(asking);
}

int verb_period_locks(struct asking *asking)
{
	static const struct column columns[] = {
		{ "sequence", COLUMN_INTEGER },
		{ "kind", COLUMN_TEXT },
		{ "area", COLUMN_TEXT },
		{ "form", COLUMN_TEXT },
		{ "first_day", COLUMN_TEXT },
		{ "last_day", COLUMN_TEXT },
		{ "until", COLUMN_TEXT },
		{ "actor", COLUMN_TEXT },
		{ "note", COLUMN_TEXT },
	};
	const struct view *view = asking->view;
	uint32_t area;
	int r = argument_area(asking, "area", false, &area);

	if (r != 0 || (r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	for (size_t i = locks_count(view->locks); i > 0 && asking_goes_on(asking); i--) {
		const struct lock *lock = locks_at(view->locks, i - 1);

		if (view->today <= lock->until_day && sight_touches(asking, lock->area) &&
			(area == 0 || lock->area == 0 ||
				catalog_area_within(view->catalog, lock->area, area) ||
				catalog_area_within(view->catalog, area, lock->area)))
			row_lock(asking, lock);
	}
	return 0;
}
