/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Better or worse than the baseline: a word that needs a test. Counts of events are tested by the
 * exact ratio of two rates, proportions by proportion_p(), survey estimates by whether their
 * intervals overlap. What cannot be tested has changed, and no more; what is of two series, or of a
 * fitted age pattern, has no direction. */
#include "model/judge_inside.h"

#include <math.h>
#include <string.h>

#include "model/interval.h"

#define CHANCE 0.05
enum { READING_YEARS_MAX = 64 };
#define HALF_WIDTH_95 1.959963984540054

/* A declared break lies between two years if the later of them belongs to the new series. */
static bool break_between(const struct judging *judging, uint32_t a, uint32_t b)
{
	int from = period_year(a), to = period_year(b);

	if (from > to) {
		from = period_year(b);
		to = period_year(a);
	}
	for (size_t i = 0; i < judging->breaks_count; i++) {
		if (judging->breaks[i] > from && judging->breaks[i] <= to)
			return true;
	}
	return false;
}

bool readings_comparable(
	const struct judging *judging, const struct reading *a, const struct reading *b)
{
	if (a->basis[0] != '\0' && b->basis[0] != '\0')
		return strcmp(a->basis, b->basis) == 0;
	return a->series[0] != '\0' && strcmp(a->series, b->series) == 0 && !a->forced &&
	       !b->forced && !break_between(judging, a->period, b->period);
}

const struct reading *baseline_for(const struct judging *judging, const struct reading *value)
{
	const struct reading *baseline = &judging->baseline;
	const int year =
		baseline->there ? period_year(baseline->period) : judging->target->baseline_year;

	for (size_t i = 0; i < judging->readings; i++) {
		const struct reading *reading = &judging->reading[i];

		if (reading->there && period_year(reading->period) == year && reading->over &&
			reading_exact(reading) && !rational_overflowed(reading->value) &&
			(!baseline->there || readings_comparable(judging, reading, value)))
			return reading;
	}
	return baseline->there ? baseline : NULL;
}

/* Proportions and rates carry what was counted, estimates their error. */
static bool testable(const struct reading *a, const struct reading *b)
{
	if (a->uncertainty != b->uncertainty)
		return false;
	switch (a->uncertainty) {
	case UNCERTAINTY_POISSON:
		return a->exposure > 0 && b->exposure > 0;
	case UNCERTAINTY_WILSON:
		return a->exposure >= 1 && b->exposure >= 1;
	case UNCERTAINTY_SURVEY:
		return (a->has_interval || a->error > 0) && (b->has_interval || b->error > 0);
	case UNCERTAINTY_NONE:
		break;
	}
	return false;
}

static void limits_of(const struct reading *reading, double *ret_low, double *ret_high)
{
	const double value = figure_double(reading->value);

	*ret_low = reading->has_interval ? reading->low : value - HALF_WIDTH_95 * reading->error;
	*ret_high = reading->has_interval ? reading->high : value + HALF_WIDTH_95 * reading->error;
}

static bool overlap(const struct reading *a, const struct reading *b)
{
	double low_a, high_a, low_b, high_b;

	limits_of(a, &low_a, &high_a);
	limits_of(b, &low_b, &high_b);
	return low_a <= high_b && low_b <= high_a;
}

/* Whether the two differ beyond chance. */
static bool differ(const struct reading *a, const struct reading *b, struct judgement *judgement)
{
	if (a->uncertainty == UNCERTAINTY_SURVEY)
		return !overlap(a, b);
	judgement->has_p = true;
	if (a->uncertainty == UNCERTAINTY_POISSON)
		judgement->p = rate_ratio_p(a->events, a->exposure, b->events, b->exposure);
	else
		judgement->p = proportion_p(a->events, (uint64_t)llround(a->exposure), b->events,
			(uint64_t)llround(b->exposure));
	return judgement->p < CHANCE;
}

/* change: the sign of value - baseline. A printed baseline is equal to all that rounds to it. */
static int change_of(const struct reading *value, const struct reading *baseline)
{
	struct rational rounded = value->value;

	if (baseline->source != READING_REPORTS)
		rounded = figure_round(rounded, baseline->decimals);
	return figure_compare(rounded, baseline->value);
}

static enum direction direction_named(
	enum polarity polarity, int change, enum direction better, enum direction up)
{
	/* better and up are each followed by their opposite */
	if (change == 0)
		return DIRECTION_SAME;
	if (polarity == POLARITY_NONE)
		return change > 0 ? up : up + 1;
	return (polarity == POLARITY_HIGHER) == (change > 0) ? better : better + 1;
}

_Static_assert(DIRECTION_BETTER + 1 == DIRECTION_WORSE && DIRECTION_UP + 1 == DIRECTION_DOWN &&
		       DIRECTION_BETTER_UNTESTED + 1 == DIRECTION_WORSE_UNTESTED &&
		       DIRECTION_UP_UNTESTED + 1 == DIRECTION_DOWN_UNTESTED,
	"opposites follow each other");

static void tell_as_printed(int change, struct judgement *judgement)
{
	if (change < 0)
		note_add(judgement, NOTE_LOWER_AS_PRINTED);
	else if (change > 0)
		note_add(judgement, NOTE_HIGHER_AS_PRINTED);
}

static void tell_tested(
	enum polarity polarity, int change, bool beyond, struct judgement *judgement)
{
	const enum direction way =
		direction_named(polarity, change, DIRECTION_BETTER, DIRECTION_UP);

	judgement->direction = beyond || change == 0 ? way : DIRECTION_NOT_DISTINGUISHABLE;
	if (way == DIRECTION_BETTER)
		note_add(judgement, beyond ? NOTE_BETTER_BEYOND_CHANCE : NOTE_BETTER_WITHIN_CHANCE);
	else if (way == DIRECTION_WORSE)
		note_add(judgement, beyond ? NOTE_WORSE_BEYOND_CHANCE : NOTE_WORSE_WITHIN_CHANCE);
	else if (change != 0 && !beyond)
		note_add(judgement, NOTE_WITHIN_CHANCE);
}

void judge_direction(const struct judging *judging, struct judgement *judgement)
{
	const struct reading *value = judgement->value;
	const struct reading *baseline = baseline_for(judging, value);
	const enum polarity polarity = judging->target->polarity;
	int change;

	if (!baseline || period_year(baseline->period) >= period_year(value->period) ||
		!reading_exact(value) || !reading_exact(baseline))
		return;
	change = change_of(value, baseline);
	if (value->forced || baseline->forced)
		note_add(judgement, NOTE_FORCED);
	if (!readings_comparable(judging, value, baseline)) {
		judgement->direction = DIRECTION_NOT_COMPARABLE;
		note_add(judgement, NOTE_NOT_COMPARABLE);
		tell_as_printed(change, judgement);
	} else if (value->forced || baseline->forced) {
		tell_as_printed(change, judgement);
	} else if (testable(value, baseline)) {
		tell_tested(polarity, change, differ(value, baseline, judgement), judgement);
	} else {
		judgement->direction = direction_named(
			polarity, change, DIRECTION_BETTER_UNTESTED, DIRECTION_UP_UNTESTED);
	}
}

/* A value that a step may begin or end with; NULL: there is none. */
static const struct reading *step_of(const struct judging *judging, int year)
{
	for (size_t i = 0; i < judging->readings; i++) {
		const struct reading *reading = &judging->reading[i];

		if (reading->there && period_year(reading->period) == year && reading->over &&
			!reading->provisional && !reading->forced && reading_exact(reading) &&
			period_months(reading->period) == 12 &&
			!rational_overflowed(reading->value))
			return reading;
	}
	return NULL;
}

void judge_steps(const struct judging *judging, struct judgement *judgement)
{
	const int last = period_year(judgement->value->period);
	int year = target_first_year(judging->target);

	for (year = year > last - READING_YEARS_MAX ? year : last - READING_YEARS_MAX; year <= last;
		year++) {
		const struct reading *now = step_of(judging, year);
		const struct reading *before = step_of(judging, year - 1);
		struct judgement step = { .has_p = false };

		if (!now || !before || !readings_comparable(judging, before, now)) {
			note_add(judgement, NOTE_PERIODS_UNKNOWN);
			continue;
		}
		if (direction_named(judging->target->polarity, change_of(now, before),
			    DIRECTION_BETTER, DIRECTION_UP) != DIRECTION_WORSE)
			continue;
		if (judgement->failed == 0 && testable(now, before) && differ(now, before, &step))
			judgement->failed = now->period;
		note_add(judgement, NOTE_STEP_BACK);
	}
}
