/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The verdict on one row of a plan: first its class, which says whether anything can be said and by
 * whom, then the status. What decides is picked in judge_pick.c, compared in judge_compare.c, seen
 * against its way in judge_path.c and against its past in judge_direction.c. */
#include "model/judge_inside.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void note_add(struct judgement *judgement, enum judge_note note)
{
	for (size_t i = 0; i < judgement->notes; i++) {
		if (judgement->note[i] == note)
			return;
	}
	if (judgement->notes < JUDGE_NOTES_MAX)
		judgement->note[judgement->notes++] = note;
}

static enum target_status too_late(const struct target *target)
{
	return target->striven ? STANDS_STRIVEN_NOT_REACHED : STANDS_MISSED;
}

/* A verdict from before the end says nothing about the end, except that what is built stays built;
 * 0: it does not settle the row. */
static enum target_status status_of_verdict(const struct judging *judging)
{
	const struct target *target = judging->target;
	const struct person_verdict *verdict = judging->verdict;
	const bool ended = target_ended(judging);
	const bool lasts = target->recurrence == RECURS_ONCE || target->kind == TARGET_MILESTONE;
	const bool of_end = period_year(verdict->period) >= target_end_year(target);

	switch (verdict->outcome) {
	case VERDICT_MET:
		if (lasts || (of_end && (ended || target_end_year(target) == 0)))
			return STANDS_MET;
		return ended ? 0 : STANDS_MET_SO_FAR;
	case VERDICT_NOT_MET:
		if (target_recurs(target))
			return too_late(target);
		break;
	case VERDICT_UNDER_WAY:
	case VERDICT_NOT_STARTED:
		break;
	default:
		return 0;
	}
	if (ended)
		return of_end ? too_late(target) : 0;
	return verdict->outcome == VERDICT_UNDER_WAY ? STANDS_ON_COURSE
						     : STANDS_BEHIND_PACE_UNKNOWN;
}

static bool judge_by_person(const struct judging *judging, struct judgement *judgement)
{
	const enum target_status status = judging->verdict ? status_of_verdict(judging) : 0;

	if (status == 0)
		return false;
	judgement->class = CLASS_JUDGED;
	judgement->status = status;
	note_add(judgement, NOTE_PERSON);
	if (!target_ended(judging))
		note_add(judgement, NOTE_LATER_YEAR);
	return true;
}

/* what of the target's indicator, for a period if it is not 0; known: what the asking side says
 * that it rests on, NULL or "" if it says nothing. */
static void needs_input(const struct judging *judging, const char *what, uint32_t period,
	const char *known, struct judgement *judgement)
{
	const struct target *target = judging->target;
	char text[PERIOD_TEXT_BYTES] = "";

	judgement->value = NULL;
	if (judge_by_person(judging, judgement))
		return;
	judgement->class = CLASS_NEEDS_INPUT;
	if (known && known[0] != '\0') {
		snprintf(judgement->missing, sizeof(judgement->missing), "%s", known);
		return;
	}
	if (period != 0)
		period_print(period, text);
	snprintf(judgement->missing, sizeof(judgement->missing), "%s of %s in %u%s%s", what,
		target->indicator ? target->indicator->code : "the indicator",
		(unsigned)target->area, period != 0 ? " for " : "", text);
}

/* Reach: a share of the way. Hold: the distance from the edge. */
static void measure_progress(
	const struct judging *judging, const struct bar *bar, struct judgement *judgement)
{
	const struct reading *baseline = &judging->baseline;
	const struct rational value = judgement->value->value;
	const bool usable = baseline->there && reading_exact(baseline) && !baseline_late(judging);
	struct rational way;

	if (usable)
		judgement->hold = bar_meets_rounded(bar, baseline->value);
	else
		judgement->hold = judging->target->hold_or_reach == TARGET_HOLD;
	if (judgement->hold) {
		judgement->headroom = bar_headroom(bar, value);
		judgement->has_headroom = !rational_overflowed(judgement->headroom);
		if (usable)
			note_add(judgement, NOTE_BASELINE_MEETS);
		return;
	}
	if (!usable)
		return;
	way = figure_minus(bar_figure(bar, baseline->value), baseline->value);
	if (rational_overflowed(way) || rational_is_zero(way))
		return;
	judgement->progress = rational_divide(figure_minus(value, baseline->value), way);
	judgement->has_progress = !rational_overflowed(judgement->progress);
}

/* value = numerator * factor / denominator, so the gap times denominator / factor is what the
 * numerator lacks; a part of a nurse is a nurse. */
static void measure_gap(const struct bar *bar, struct judgement *judgement)
{
	const struct reading *value = judgement->value;
	struct rational units;
	int128 whole;

	judgement->gap = bar_gap(bar, value->value);
	judgement->has_gap = !rational_overflowed(judgement->gap);
	if (!judgement->has_gap || !value->has_sides || value->factor == 0)
		return;
	units = rational_divide(rational_multiply(judgement->gap, value->denominator),
		rational_of(value->factor, 1));
	if (rational_overflowed(units))
		return;
	whole = units.top / units.bottom;
	if (units.top % units.bottom != 0)
		whole += figure_sign(units);
	judgement->gap_units = whole;
	judgement->has_gap_units = true;
}

static void tell_circumstances(
	const struct judging *judging, const struct pick *pick, struct judgement *judgement)
{
	const struct reading *value = judgement->value;

	if (pick->provisional)
		note_add(judgement, NOTE_PROVISIONAL);
	if (value->source != READING_REPORTS)
		note_add(judgement, NOTE_FROM_FACT);
	if (value->mixed)
		note_add(judgement, NOTE_MIXED_SERIES);
	if (value->comparator != COMPARATOR_NONE)
		note_add(judgement, NOTE_VALUE_BOUNDED);
	if (rational_is_zero(value->value))
		note_add(judgement, NOTE_ZERO);
	if (!pick->ended)
		note_add(judgement, NOTE_LATER_YEAR);
	if (!pick->final && judging->target->recurrence != RECURS_ONCE &&
		period_year(value->period) < period_year(judging->as_of))
		note_add(judgement, NOTE_EARLIER_VALUE);
	if (pick->failed != 0)
		note_add(judgement, NOTE_PERIODS_FAILED);
	if (pick->gaps)
		note_add(judgement, NOTE_PERIODS_UNKNOWN);
}

static enum target_status status_of_trend(
	const struct judging *judging, const struct pick *pick, const struct judgement *judgement)
{
	switch (judgement->direction) {
	case DIRECTION_BETTER:
		return pick->final ? STANDS_MET : STANDS_MET_SO_FAR;
	case DIRECTION_WORSE:
	case DIRECTION_SAME:
		return pick->final && !pick->provisional ? too_late(judging->target)
							 : STANDS_BEHIND_PACE_UNKNOWN;
	case DIRECTION_NOT_DISTINGUISHABLE:
		return STANDS_NOT_DISTINGUISHABLE;
	case DIRECTION_NOT_COMPARABLE:
		return STANDS_NOT_COMPARABLE;
	default:
		return STANDS_CHANGED_NOT_TESTED;
	}
}

static bool trend_forced(const struct judgement *judgement, const struct reading *baseline)
{
	return judgement->value->forced || baseline->forced;
}

/* The picked value is late where the baseline is: a change is only as sure as both. */
static void judge_trend(
	const struct judging *judging, struct pick *pick, struct judgement *judgement)
{
	const struct reading *baseline = baseline_for(judging, judgement->value);

	if (!baseline || !reading_exact(baseline)) {
		needs_input(judging, "baseline value",
			period_of(PERIOD_YEAR, judging->target->baseline_year, 0),
			judging->missing_baseline, judgement);
		return;
	}
	if (!reading_exact(judgement->value)) {
		needs_input(judging, "exact value", judgement->value->period, NULL, judgement);
		return;
	}
	if (period_year(baseline->period) >= period_year(judgement->value->period)) {
		needs_input(judging, "later value", 0, NULL, judgement);
		return;
	}
	pick->provisional = pick->provisional || baseline->provisional;
	if (pick->provisional)
		judgement->class = CLASS_PROVISIONAL;
	tell_circumstances(judging, pick, judgement);
	judge_direction(judging, judgement);
	if (target_recurs(judging->target))
		judge_steps(judging, judgement);
	if (judgement->failed != 0) {
		judgement->class = CLASS_JUDGED;
		note_add(judgement, NOTE_PERIODS_FAILED);
		judgement->status = too_late(judging->target);
	} else if (trend_forced(judgement, baseline)) {
		/* of a fitted pattern nothing may be read, not even that it changed */
		judgement->status = STANDS_NOT_COMPARABLE;
	} else {
		judgement->status = status_of_trend(judging, pick, judgement);
	}
	judge_projection(judging, judgement);
}

static enum target_status status_of_number(const struct judging *judging, const struct bar *bar,
	const struct pick *pick, bool meets, struct judgement *judgement)
{
	if (pick->failed != 0)
		return too_late(judging->target);
	if (meets && !pick->late)
		return pick->final ? STANDS_MET : STANDS_MET_SO_FAR;
	if (!pick->final && !pick->late)
		return course_status(judging, bar, judgement);
	if (!pick->provisional)
		return too_late(judging->target);
	/* nor is a plan met of which some earlier period is not, as far as it was reported */
	note_add(judgement, NOTE_LATE_REPORTS);
	return STANDS_BEHIND_PACE_UNKNOWN;
}

/* What speaks against a target that is met. */
static void tell_against(const struct bar *bar, struct judgement *judgement)
{
	if (judgement->direction == DIRECTION_WORSE_UNTESTED)
		note_add(judgement, NOTE_WORSE_UNTESTED);
	if (judgement->has_projection && fabs(judgement->projection) < 1e12 &&
		!bar_meets_rounded(bar, rational_of(llround(judgement->projection * 1e6), 1000000)))
		note_add(judgement, NOTE_TREND_AGAINST);
}

/* What is only known as "at least x" decides or it does not; no distance is measured from it. */
static void measure(const struct judging *judging, const struct bar *bar, bool meets,
	struct judgement *judgement)
{
	const struct rational value = judgement->value->value;
	const bool exactly = bar_meets(bar, value);

	judgement->rounded = figure_round(value, bar->digits);
	judgement->has_rounded = true;
	if (!reading_exact(judgement->value))
		return;
	if (meets != exactly)
		note_add(judgement, meets ? NOTE_ONLY_BY_ROUNDING : NOTE_MISSED_BY_ROUNDING);
	measure_progress(judging, bar, judgement);
	if (!meets)
		measure_gap(bar, judgement);
	judge_course(judging, bar, judgement);
	judge_direction(judging, judgement);
	judge_projection(judging, judgement);
	if (meets)
		tell_against(bar, judgement);
}

static void judge_number(const struct judging *judging, const struct bar *bar,
	const struct pick *pick, struct judgement *judgement)
{
	const int decides = bar_decides(bar, judgement->value);

	if (decides < 0) {
		needs_input(judging, "exact value", judgement->value->period, NULL, judgement);
		return;
	}
	tell_circumstances(judging, pick, judgement);
	measure(judging, bar, decides == 1, judgement);
	judgement->status = status_of_number(judging, bar, pick, decides == 1, judgement);
}

static void judge_by_indicator(const struct judging *judging, struct judgement *judgement)
{
	const struct target *target = judging->target;
	const struct bar bar = bar_of(target, judging->limit, &judging->baseline);
	struct pick pick;

	if (!bar.there) {
		if (target->kind == TARGET_NORM)
			needs_input(judging, "norm", 0, NULL, judgement);
		else
			judgement->class = CLASS_NOT_MEASURABLE;
		return;
	}
	pick = pick_reading(judging, &bar);
	if (!pick.value || pick.lacking != 0) {
		needs_input(judging, "value", pick.lacking, judging->missing, judgement);
		return;
	}
	judgement->class = pick.provisional && pick.failed == 0 ? CLASS_PROVISIONAL : CLASS_JUDGED;
	judgement->value = pick.value;
	judgement->failed = pick.failed;
	if (bar.trend)
		judge_trend(judging, &pick, judgement);
	else
		judge_number(judging, &bar, &pick, judgement);
}

void judge(const struct judging *judging, struct judgement *ret_judgement)
{
	*ret_judgement = (struct judgement){ .class = CLASS_NOT_MEASURABLE };
	switch (judging->target->judged_by) {
	case JUDGED_BY_INDICATOR:
		judge_by_indicator(judging, ret_judgement);
		return;
	case JUDGED_BY_PERSON:
		if (!judge_by_person(judging, ret_judgement))
			ret_judgement->class = CLASS_NEEDS_PERSON;
		return;
	case JUDGED_BY_NOTHING:
		return;
	}
}
