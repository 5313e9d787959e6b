/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Which reading decides about a target, by its recurrence: the one of the target year, every one of
 * the plan, or the best seen. A period that is not over never decides while another is known, and a
 * provisional one never counts as a failure: reports that are late turn nothing into missed. */
#include "model/judge_inside.h"

int target_end_year(const struct target *target)
{
	if (target->target_year != 0)
		return target->target_year;
	return target->plan ? target->plan->last_year : 0;
}

bool target_recurs(const struct target *target)
{
	return target->recurrence == RECURS_EVERY_YEAR || target->recurrence == RECURS_EVERY_PERIOD;
}

int target_first_year(const struct target *target)
{
	if (target->plan)
		return target->plan->first_year;
	return target->baseline_year != 0 ? target->baseline_year + 1 : PERIOD_YEAR_MIN;
}

/* A maternal-and-child year ends with September. */
bool target_ended(const struct judging *judging)
{
	const int end = target_end_year(judging->target);
	const enum period_kind kind = period_kind_of(judging->as_of);
	const bool mch = kind == PERIOD_MCH_YEAR || kind == PERIOD_MCH_QUARTER;
	int32_t last;

	if (end == 0)
		return false;
	last = mch ? day_of(end, 9, 30) : day_of(end, 12, 31);
	return period_last_day(judging->as_of) >= last &&
	       (judging->today == 0 || last < judging->today);
}

bool baseline_late(const struct judging *judging)
{
	const int end = target_end_year(judging->target);

	return judging->baseline.there && end != 0 && period_year(judging->baseline.period) >= end;
}

static bool counts(const struct judging *judging, const struct reading *reading)
{
	return reading->there && !rational_overflowed(reading->value) &&
	       period_last_day(reading->period) <= period_last_day(judging->as_of);
}

/* to: 0, without an end. */
static bool counts_within(
	const struct judging *judging, const struct reading *reading, int from, int to)
{
	const int year = period_year(reading->period);

	return counts(judging, reading) && year >= from && (to == 0 || year <= to);
}

/* The newest between the years; one of a period that is over goes before any other. */
static const struct reading *newest(const struct judging *judging, int from, int to)
{
	const struct reading *found = NULL;

	for (size_t i = 0; i < judging->readings; i++) {
		const struct reading *reading = &judging->reading[i];

		if (!counts_within(judging, reading, from, to))
			continue;
		if (!found || reading->over || !found->over)
			found = reading;
	}
	return found;
}

static uint32_t period_like(const struct judging *judging, int year)
{
	const uint32_t seen = judging->readings > 0 ? judging->reading[0].period : judging->as_of;
	const bool mch = period_kind_of(seen) == PERIOD_MCH_YEAR;

	return period_of(mch ? PERIOD_MCH_YEAR : PERIOD_YEAR, year, 0);
}

/* Before the plan has begun the baseline's year may speak for itself; later it may not. */
static struct pick pick_end_year(const struct judging *judging)
{
	const struct target *target = judging->target;
	const int end = target_end_year(target), now = period_year(judging->as_of);
	const bool begun = target->baseline_year != 0 && now > target->baseline_year &&
			   (end == 0 || target->baseline_year < end);
	struct pick pick = { .ended = target_ended(judging) };
	const struct reading *due = pick.ended ? newest(judging, end, end) : NULL;

	if (due && due->over) {
		pick.value = due;
		pick.final = true;
	} else if (pick.ended && !due) {
		pick.lacking = period_like(judging, end);
	} else {
		pick.value =
			newest(judging, begun ? target->baseline_year + 1 : PERIOD_YEAR_MIN, end);
		if (!pick.value)
			pick.lacking = period_like(judging, now);
	}
	return pick;
}

static const struct reading *reading_of(const struct judging *judging, uint32_t period)
{
	for (size_t i = 0; i < judging->readings; i++) {
		if (judging->reading[i].period == period && counts(judging, &judging->reading[i]))
			return &judging->reading[i];
	}
	return NULL;
}

/* The first period of the plan that is over and has no value, or one that decides nothing. */
static uint32_t first_gap(
	const struct judging *judging, const struct bar *bar, uint32_t like, int from, int to)
{
	const enum period_kind kind = period_kind_of(like);
	uint32_t period = period_of(kind, from, 0);

	if (period == 0)
		period = period_of(kind, from, 1);
	for (; period != 0 && period_year(period) <= to; period = period_add(period, 1)) {
		const struct reading *reading = reading_of(judging, period);

		if (period_last_day(period) > period_last_day(judging->as_of))
			break;
		if (!reading || bar_decides(bar, reading) < 0)
			return period;
	}
	return 0;
}

/* Every period that is over must meet; the newest of them is shown. */
static struct pick pick_recurring(const struct judging *judging, const struct bar *bar)
{
	const struct target *target = judging->target;
	const int now = period_year(judging->as_of), end = target_end_year(target);
	int from = target_first_year(target);
	struct pick pick = { .ended = target_ended(judging) };
	uint32_t gap;

	pick.value = newest(judging, from, end);
	if (!pick.value) {
		pick.lacking = period_like(judging, end != 0 && end < now ? end : now);
		return pick;
	}
	if (from == PERIOD_YEAR_MIN)
		from = period_year(judging->reading[0].period);
	for (size_t i = 0; i < judging->readings; i++) {
		const struct reading *reading = &judging->reading[i];

		if (!counts_within(judging, reading, from, end) || !reading->over)
			continue;
		if (reading->provisional)
			pick.provisional = true;
		if (bar_decides(bar, reading) != 0)
			continue;
		if (reading->provisional)
			pick.late = true;
		else if (pick.failed == 0)
			pick.failed = reading->period;
	}
	gap = first_gap(judging, bar, pick.value->period, from, end != 0 ? end : now);
	pick.gaps = gap != 0;
	if (pick.failed == 0 && pick.ended)
		pick.lacking = gap;
	pick.final = pick.ended && pick.value->over;
	return pick;
}

/* Whether a is seen better than b: it meets, or it is nearer to what meets. */
static bool better_seen(const struct bar *bar, const struct reading *a, const struct reading *b)
{
	const bool meets_a = bar_decides(bar, a) == 1, meets_b = bar_decides(bar, b) == 1;

	if (meets_a != meets_b)
		return meets_a;
	if (a->provisional != b->provisional && meets_a)
		return b->provisional;
	return figure_compare(bar_headroom(bar, a->value), bar_headroom(bar, b->value)) >= 0;
}

static struct pick pick_once(const struct judging *judging, const struct bar *bar)
{
	const struct target *target = judging->target;
	const int from = target_first_year(target), end = target_end_year(target);
	struct pick pick = { .ended = target_ended(judging) };

	for (size_t i = 0; i < judging->readings; i++) {
		const struct reading *reading = &judging->reading[i];

		if (!counts_within(judging, reading, from, end) || !reading->over)
			continue;
		if (!pick.value || better_seen(bar, reading, pick.value))
			pick.value = reading;
	}
	if (!pick.value)
		pick.value = newest(judging, from, end);
	if (!pick.value)
		pick.lacking = period_like(judging, period_year(judging->as_of));
	else if (pick.value->over && bar_decides(bar, pick.value) == 1)
		pick.final = true;
	else if (pick.ended && !newest(judging, end, end))
		pick.lacking = period_like(judging, end);
	else
		pick.final = pick.ended && newest(judging, end, end)->over;
	return pick;
}

struct pick pick_reading(const struct judging *judging, const struct bar *bar)
{
	struct pick pick;

	if (!bar->trend && target_recurs(judging->target))
		pick = pick_recurring(judging, bar);
	else if (!bar->trend && judging->target->recurrence == RECURS_ONCE)
		pick = pick_once(judging, bar);
	else
		pick = pick_end_year(judging);
	if (pick.value && pick.value->provisional)
		pick.provisional = true;
	return pick;
}
