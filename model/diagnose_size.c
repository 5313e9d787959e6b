/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Figures of the wrong size: money in another unit, a digit too many or too few. A figure is
 * suspected when it is far from the newest one, and found when it is as far from all of the past as
 * the slip would put it, and the figure put right is not. Small figures jump by themselves and are
 * left alone below a floor, unless the form's own sums come out right with the slip undone. What
 * grew tenfold on many lines at once is no slip of a finger: a ward was opened. */
#include "model/diagnose_inside.h"

enum {
	SUSPECT_TIMES = 3, /* nearer to the newest figure than this: nothing to ask */
	SLIPS_MAX = 3,     /* more lines with a digit too many at once are no slips */
	UNIT_CELLS = 3,    /* lines of money that together need no floor */
	UNIT_POWERS = 3,   /* ten, a thousand, ten thousand: see powers[] */
};

/* 万元 for 千元 (only where most lines agree: one line would be a digit), 元 for 千元, 元 for 万元. */
static const int64_t powers[UNIT_POWERS] = { 10, 1000, 10000 };

/* A month is busier or quieter than ever by more than the one and, to be believed, by less than the
 * other. */
static const double activity_min = 1.25;
static const double activity_max = 4;

/* Lines that slipped by the same power, one way. */
struct slip {
	uint32_t count, first, last;
};

/* Whether nothing can be wrong with the size of the line's figure. */
static bool is_near(const struct diagnosing *at, uint32_t line)
{
	int64_t value = at->value[line];
	int64_t newest = at->newest[line];

	if (value <= 0)
		return true;
	return newest > 0 && value < SUSPECT_TIMES * newest && newest < SUSPECT_TIMES * value;
}

/* Half up. */
static int64_t put_right(int64_t value, int64_t power, bool too_large)
{
	return too_large ? (value + power / 2) / power : value * power;
}

/* Whether the past knows figures as large (or as small) as that. */
static bool seen_before(const struct usual *usual, int64_t value, bool too_large)
{
	return too_large ? usual->high * SUSPECT_TIMES > value : value * SUSPECT_TIMES > usual->low;
}

static double ratio_of(int64_t value, int64_t usual, bool *ret_too_large)
{
	*ret_too_large = value > usual;
	return *ret_too_large ? (double)value / (double)usual : (double)usual / (double)value;
}

/* How busy the month was beside the past, as the report's largest flow but this line says; 1 if it
 * was about as ever, or if that cannot be told. */
static double activity_of(const struct diagnosing *at, uint32_t line)
{
	int64_t most = 0;
	uint32_t largest = line;
	struct usual usual;
	double activity;

	for (uint32_t i = 0; i < at->count; i++) {
		if (i == line || !(at->lines->flags[i] & DIAGNOSIS_FLOW) || at->value[i] <= most)
			continue;
		most = at->value[i];
		largest = i;
	}
	if (largest == line || !diagnosing_usual(at, largest, &usual))
		return 1;
	activity = (double)most / (double)usual.median;
	if (activity < activity_max && activity * activity_max > 1 &&
		(activity > activity_min || activity * activity_min < 1))
		return activity;
	return 1;
}

/* What would be usual in a month as busy as this. */
static void usual_adjust(const struct diagnosing *at, uint32_t line, struct usual *usual)
{
	double activity = at->lines->flags[line] & DIAGNOSIS_FLOW ? activity_of(at, line) : 1;

	usual->median = (int64_t)((double)usual->median * activity + 0.5);
	usual->low = (int64_t)((double)usual->low * activity + 0.5);
	usual->high = (int64_t)((double)usual->high * activity + 0.5);
}

/* Whether the line's figure is ten times what is usual, or a tenth. */
static bool ten_times(const struct diagnosing *at, uint32_t line, struct finding *ret_finding)
{
	const struct diagnosis_settings *settings = &at->rule->settings;
	int64_t value = at->value[line];
	struct usual usual;
	bool too_large;
	double ratio;
	int64_t proposed;
	int64_t median;

	if (!diagnosing_usual(at, line, &usual))
		return false;
	median = usual.median;
	usual_adjust(at, line, &usual);
	if (usual.median <= 0)
		return false;
	ratio = ratio_of(value, usual.median, &too_large);
	if (ratio < settings->low || ratio > settings->high ||
		seen_before(&usual, value, too_large))
		return false;
	proposed = put_right(value, 10, too_large);
	if (median < diagnosing_floor(at, line) && !diagnosing_mends(at, line, proposed))
		return false;
	*ret_finding = (struct finding){ .code = FINDING_TEN_TIMES,
		.element = diagnosing_element(at, line),
		.found = value,
		.limit = median,
		.has_proposed = true,
		.proposed = proposed };
	return true;
}

void diagnose_ten_times(const struct diagnosing *at)
{
	struct finding found[SLIPS_MAX];
	uint32_t count = 0;

	for (uint32_t i = 0; i < at->count; i++) {
		struct finding finding;

		if (is_near(at, i) || !ten_times(at, i, &finding) || diagnosing_told(at, i) ||
			diagnosing_misplaced(at, i))
			continue;
		if (count == SLIPS_MAX)
			return;
		found[count++] = finding;
	}
	for (uint32_t i = 0; i < count; i++)
		diagnosing_find(at, &found[i]);
}

/* Which power the line slipped by, or -1. */
static int power_of(
	const struct diagnosing *at, uint32_t line, struct usual *ret_usual, bool *ret_too_large)
{
	const struct diagnosis_settings *settings = &at->rule->settings;
	int64_t value = at->value[line];
	double ratio;

	if (!diagnosing_usual(at, line, ret_usual))
		return -1;
	ratio = ratio_of(value, ret_usual->median, ret_too_large);
	if (seen_before(ret_usual, value, *ret_too_large))
		return -1;
	if (ratio >= settings->low && ratio <= settings->high)
		return 1;
	if (ratio > settings->high && ratio <= settings->high * 10)
		return 2;
	/* so near to a real change, ten needs a narrower band */
	return ratio * 50 >= settings->low && ratio * 200 <= settings->high ? 0 : -1;
}

static void find_slip(const struct diagnosing *at, uint32_t line, uint32_t last)
{
	struct usual usual;
	bool too_large;
	int power = power_of(at, line, &usual, &too_large);

	ensure(power >= 0);
	diagnosing_find(
		at, &(struct finding){ .code = FINDING_UNIT_SLIP,
			    .element = diagnosing_element(at, line),
			    .other = last > line ? diagnosing_element(at, last) : 0,
			    .found = at->value[line],
			    .limit = usual.median,
			    .has_proposed = true,
			    .proposed = put_right(at->value[line], powers[power], too_large) });
}

/* Whether the line is one of money that slipped for itself: large, or at odds with an identity. */
static bool is_single(const struct diagnosing *at, uint32_t line)
{
	struct usual usual;
	bool too_large;
	int power;

	if (!(at->lines->flags[line] & DIAGNOSIS_MONEY) || is_near(at, line))
		return false;
	power = power_of(at, line, &usual, &too_large);
	if (power < 1 || diagnosing_told(at, line) || diagnosing_misplaced(at, line))
		return false;
	return usual.median >= diagnosing_floor(at, line) ||
	       diagnosing_mends(at, line, put_right(at->value[line], powers[power], too_large));
}

static void find_single(const struct diagnosing *at)
{
	for (uint32_t i = 0; i < at->count; i++)
		if (is_single(at, i))
			find_slip(at, i, i);
}

void diagnose_unit_slip(const struct diagnosing *at)
{
	uint32_t cells = at->rule->settings.cells ? at->rule->settings.cells : UNIT_CELLS;
	struct slip slips[UNIT_POWERS][2] = { { { 0 } } };
	uint32_t money = 0;
	uint32_t single = 0;

	for (uint32_t i = 0; i < at->count; i++) {
		struct usual usual;
		struct slip *slip;
		bool too_large;
		int power;

		if (!(at->lines->flags[i] & DIAGNOSIS_MONEY))
			continue;
		money += at->value[i] > 0;
		if (is_near(at, i) || (power = power_of(at, i, &usual, &too_large)) < 0)
			continue;
		slip = &slips[power][too_large];
		if (slip->count++ == 0)
			slip->first = i;
		slip->last = i;
		single += power > 0;
	}
	for (unsigned power = UNIT_POWERS; power-- > 0;) {
		for (unsigned way = 0; way < 2; way++) {
			const struct slip *slip = &slips[power][way];

			if (slip->count < cells || (power == 0 && slip->count * 4 < money * 3))
				continue;
			find_slip(at, slip->first, slip->last);
			return;
		}
	}
	if (single > 0)
		find_single(at);
}
