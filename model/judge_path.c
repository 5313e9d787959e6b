/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * On the way: the line from baseline to target, the pace that is needed and the best that was ever
 * seen over three years, and where the series goes if it goes on. A pace is only read between two
 * comparable values. */
#include "model/judge_inside.h"

#include "model/projection.h"

enum { PACE_YEARS = 3 };

/* The year in which the row stands: the value's; of the best seen so far, today's. */
static int standing_year(const struct judging *judging, const struct judgement *judgement)
{
	const int end = target_end_year(judging->target), now = period_year(judging->as_of);

	if (judging->target->recurrence != RECURS_ONCE)
		return period_year(judgement->value->period);
	return end != 0 && end < now ? end : now;
}

/* On the line between the two knots around the year; from the baseline through the plan's breakdown
 * to the target. */
static struct rational path_at(const struct judging *judging, struct rational figure, int year)
{
	struct rational before = judging->baseline.value, rise;
	int from = period_year(judging->baseline.period);
	int to = target_end_year(judging->target);

	for (size_t i = 0; i < judging->waypoints; i++) {
		if (judging->waypoint[i].year > year) {
			figure = judging->waypoint[i].value;
			to = judging->waypoint[i].year;
			break;
		}
		from = judging->waypoint[i].year;
		before = judging->waypoint[i].value;
	}
	rise = figure_over(figure_times(figure_minus(figure, before), year - from), to - from);
	return rational_add(before, rise);
}

static void path_find(
	const struct judging *judging, const struct bar *bar, struct judgement *judgement)
{
	const struct reading *baseline = &judging->baseline;
	const int end = target_end_year(judging->target);
	const int year = standing_year(judging, judgement);

	if (bar->trend || judgement->hold || target_recurs(judging->target))
		return;
	if (!baseline->there) {
		note_add(judgement, NOTE_NO_BASELINE);
	} else if (baseline_late(judging)) {
		note_add(judgement, NOTE_BASELINE_TOO_LATE);
	} else if (!reading_exact(baseline)) {
		note_add(judgement, NOTE_BASELINE_BOUNDED);
	} else if (end != 0 && year >= period_year(baseline->period) && year <= end) {
		judgement->path = path_at(judging, bar_figure(bar, baseline->value), year);
		judgement->has_path = !rational_overflowed(judgement->path);
	}
}

static const struct reading *yearly_reading(const struct judging *judging, int year)
{
	for (size_t i = 0; i < judging->readings; i++) {
		const struct reading *reading = &judging->reading[i];

		if (reading->there && reading->over && period_year(reading->period) == year &&
			period_months(reading->period) == 12 && reading_exact(reading) &&
			!rational_overflowed(reading->value))
			return reading;
	}
	return NULL;
}

/* way: 1 upwards, -1 downwards. */
static void best_pace_find(const struct judging *judging, int way, struct judgement *judgement)
{
	for (size_t i = 0; i < judging->readings; i++) {
		const int year = period_year(judging->reading[i].period);
		const struct reading *now = yearly_reading(judging, year);
		const struct reading *then = yearly_reading(judging, year - PACE_YEARS);
		struct rational pace;

		if (!now || !then || year > standing_year(judging, judgement) || now->provisional ||
			then->provisional || now->forced || then->forced ||
			!readings_comparable(judging, now, then))
			continue;
		pace = figure_over(figure_minus(now->value, then->value), PACE_YEARS);
		if (rational_overflowed(pace) ||
			(judgement->has_best_pace &&
				figure_compare(pace, judgement->best_pace) * way <= 0))
			continue;
		judgement->best_pace = pace;
		judgement->has_best_pace = true;
	}
}

static int way_of(
	const struct judging *judging, const struct bar *bar, bool meets, struct rational value)
{
	if (!meets)
		return figure_sign(bar_gap(bar, value));
	if (bar->has_low != bar->has_high)
		return bar->has_low ? 1 : -1;
	return judging->target->polarity == POLARITY_LOWER ? -1 : 1;
}

void judge_course(const struct judging *judging, const struct bar *bar, struct judgement *judgement)
{
	const struct rational value = judgement->value->value;
	const int end = target_end_year(judging->target);
	const int left = end == 0 ? 0 : end - standing_year(judging, judgement);
	const bool meets = bar_meets_rounded(bar, value);

	path_find(judging, bar, judgement);
	best_pace_find(judging, way_of(judging, bar, meets, value), judgement);
	if (meets || left <= 0)
		return;
	judgement->pace = figure_over(bar_gap(bar, value), left);
	judgement->has_pace = !rational_overflowed(judgement->pace);
}

/* No worse than the line, and not beyond the target on its other side. */
static bool on_course(
	const struct judging *judging, const struct bar *bar, const struct judgement *judgement)
{
	const struct rational value = judgement->value->value;
	const struct rational baseline = judging->baseline.value;
	const int way = figure_sign(bar_gap(bar, value));
	const int planned = figure_compare(bar_figure(bar, baseline), baseline);

	return judgement->has_path && way == planned &&
	       figure_compare(value, judgement->path) * way >= 0;
}

enum target_status course_status(
	const struct judging *judging, const struct bar *bar, const struct judgement *judgement)
{
	const int way = figure_sign(judgement->pace);
	struct rational needed, reached;

	if (target_recurs(judging->target))
		return STANDS_BEHIND_PACE_UNKNOWN;
	if (judgement->has_path && on_course(judging, bar, judgement))
		return STANDS_ON_COURSE;
	if (!judgement->has_pace || !judgement->has_best_pace)
		return STANDS_BEHIND_PACE_UNKNOWN;
	/* needed <= 1.5 * best, both in the direction that is needed */
	needed = figure_times(judgement->pace, 2 * way);
	reached = figure_times(judgement->best_pace, 3 * way);
	if (rational_overflowed(needed) || rational_overflowed(reached))
		return STANDS_BEHIND_PACE_UNKNOWN;
	return figure_compare(needed, reached) <= 0 ? STANDS_BEHIND : STANDS_OFF_COURSE;
}

/* The first year of the series that the newest value belongs to, if a break was declared. */
static int series_begins(const struct judging *judging, int newest)
{
	int begins = PERIOD_YEAR_MIN;

	for (size_t i = 0; i < judging->breaks_count; i++) {
		if (judging->breaks[i] <= newest && judging->breaks[i] > begins)
			begins = judging->breaks[i];
	}
	return begins;
}

/* The yearly values that make one series with the one judged; returns how many. */
static size_t series_collect(const struct judging *judging, const struct reading *last, int begins,
	double x[PROJECTION_POINTS_MAX], double y[PROJECTION_POINTS_MAX])
{
	const int to = period_year(last->period);
	size_t points = 0;

	for (int year = to - PROJECTION_POINTS_MAX + 1; year <= to; year++) {
		const struct reading *reading = yearly_reading(judging, year);

		if (!reading || year < begins || reading->forced || reading->provisional ||
			(reading != last && !readings_comparable(judging, reading, last)))
			continue;
		x[points] = year;
		y[points++] = figure_double(reading->value);
	}
	return points;
}

static const struct reading *newest_yearly(const struct judging *judging, int to)
{
	const struct reading *found = NULL;

	for (int year = to; !found && year > to - PROJECTION_POINTS_MAX; year--)
		found = yearly_reading(judging, year);
	return found;
}

void judge_projection(const struct judging *judging, struct judgement *judgement)
{
	const int end = target_end_year(judging->target), year = standing_year(judging, judgement);
	const struct reading *last = newest_yearly(judging, year);
	const int begins = series_begins(judging, year);
	double x[PROJECTION_POINTS_MAX], y[PROJECTION_POINTS_MAX];
	struct projection ahead;
	size_t points;

	if (end <= year || !last || target_ended(judging))
		return;
	if (judging->readings > 0 && period_year(judging->reading[0].period) < begins)
		note_add(judgement, NOTE_BREAK);
	if (last->forced) {
		note_add(judgement, NOTE_FORCED);
		return;
	}
	points = series_collect(judging, last, begins, x, y);
	ahead = judging->project ? judging->project(judging->project_context, x, y, points, end)
				 : project(x, y, points, end);
	if (points < PROJECTION_POINTS_MIN || !ahead.there) {
		note_add(judgement, NOTE_TOO_SHORT);
		return;
	}
	judgement->has_projection = true;
	judgement->projection = ahead.value;
	judgement->projection_low = ahead.low;
	judgement->projection_high = ahead.high;
}
