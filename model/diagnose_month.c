/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reports that are those of another period: sent a second time under a new date, or under the wrong
 * one. Only flows are compared, since stocks stand still, and counts since the year began, which do
 * not. Small counts repeat by chance and figures
 * of many digits do not, so what two periods have in common is weighed by its digits: many small
 * ones or a few large ones rule chance out, and a clinic with six lines is covered as a hospital
 * is.
 *
 * What a revision replaces was asked about when it came: what that already had in common with the
 * other period is not asked a second time. */
#include "model/diagnose_inside.h"

enum {
	CELLS = 10, /* the same beside others that differ */
	WEIGHT_MIN =
		20, /* binary digits that rule chance out; of one of twelve periods, some more */
	WEIGHT_MIN_ANY = 24,
	CHANCE_BITS = 2, /* of a figure, that come out alike by chance */
	STAYS_MIN = 30,  /* persons: fewer stand at the same number often */
};

/* What two periods have in common. */
struct likeness {
	uint32_t same, differ; /* flows that are not zero in both */
	uint32_t weight;       /* of the same ones */
	/* without those that were already the same the period before */
	uint32_t moving, moving_weight;
};

/* Of a count since the year began: as of the flow that it gathers. */
static uint32_t weight_of(const struct diagnosing *at, uint32_t line, int64_t value)
{
	int bits;

	if (at->lines->flags[line] & DIAGNOSIS_YTD)
		value /= period_index(at->checkup->period);
	bits = value > 0 ? 64 - __builtin_clzll((unsigned long long)value) : 0;
	return bits > CHANCE_BITS ? (uint32_t)(bits - CHANCE_BITS) : 0;
}

/* Compares the flows of two vectors; gives up beyond so many that differ. before, if there is any:
 * the row before the other one. */
static struct likeness compare(const struct diagnosing *at, const int64_t *value,
	const int64_t *other, const int64_t *before, uint32_t differ_max)
{
	struct likeness like = { 0 };
	int64_t last = 0;

	for (uint32_t i = 0; i < at->count && like.differ <= differ_max; i++) {
		uint32_t weight;

		if (!(at->lines->flags[i] & (DIAGNOSIS_FLOW | DIAGNOSIS_YTD)))
			continue;
		if (value[i] != other[i]) {
			like.differ +=
				diagnosing_figure(value[i]) > 0 || diagnosing_figure(other[i]) > 0;
			continue;
		}
		if (value[i] <= 0)
			continue;
		/* a total that only repeats its one part says nothing new */
		weight = value[i] == last ? 0 : weight_of(at, i, value[i]);
		last = value[i];
		like.same++;
		like.weight += weight;
		if (before && before[i] == other[i])
			continue;
		like.moving++;
		like.moving_weight += weight;
	}
	return like;
}

/* Whether the revision shares no more with the row than what it replaces does. */
static bool asked_before(const struct diagnosing *at, const int64_t *row, uint32_t same)
{
	return at->checkup->replaced &&
	       compare(at, at->checkup->replaced, row, NULL, UINT32_MAX).same >= same;
}

static void find_period(const struct diagnosing *at, enum finding_code code, uint32_t back,
	const struct likeness *like)
{
	diagnosing_find(at, &(struct finding){ .code = code,
				    .found = like->same,
				    .limit = (int64_t)like->same + like->differ,
				    .period = period_add(at->checkup->period, -(int)back) });
}

uint32_t diagnosing_copied_cells(const struct diagnosis_rule *rule)
{
	return rule->settings.cells ? rule->settings.cells : CELLS;
}

void diagnose_copied(const struct diagnosing *at)
{
	const struct past *past = &at->checkup->past;
	uint32_t cells = diagnosing_copied_cells(at->rule);
	struct likeness like;

	if (!past->row[0])
		return;
	like = compare(
		at, at->value, past->row[0], at->depth > 1 ? past->row[1] : NULL, UINT32_MAX);
	if (!(like.moving >= cells && like.moving_weight >= WEIGHT_MIN) &&
		!(like.differ == 0 && like.weight >= WEIGHT_MIN))
		return;
	if (!asked_before(at, past->row[0], like.same))
		find_period(at, FINDING_COPIED, 1, &like);
}

/* Whether the opening stock goes on from that period's predecessor. */
static bool opens_as(const struct diagnosing *at, uint32_t back)
{
	const int64_t *other = back < at->depth ? at->checkup->past.row[back] : NULL;

	return other && other[at->lines->closes] == at->value[at->lines->opens];
}

/* Whether it does not go on from its own, which is there. */
static bool opens_elsewhere(const struct diagnosis_form *lines, const struct checkup *checkup)
{
	const int64_t *own = checkup->past.row[0];

	return lines->opens >= 0 && own && value_counts(own[lines->closes]) &&
	       checkup->value[lines->opens] >= STAYS_MIN &&
	       own[lines->closes] != checkup->value[lines->opens];
}

/* Whether the row's beds, all open, fill its period to the day. */
static bool fills(const struct diagnosing *at, const int64_t *row, uint32_t period)
{
	int64_t beds = row[at->lines->beds];

	return beds > 0 && row[at->lines->bed_days] == beds * period_days(period);
}

/* As how many days the report's open beds fill, if that is not its own period's length; else 0. */
static int64_t filled_days(const struct diagnosis_form *lines, const struct checkup *checkup)
{
	int64_t beds = lines->beds < 0 ? 0 : checkup->value[lines->beds];
	int64_t days = beds > 0 ? checkup->value[lines->bed_days] / beds : 0;

	if (days <= 0 || days * beds != checkup->value[lines->bed_days] ||
		days == period_days(checkup->period))
		return 0;
	return days;
}

/* Whether its bed-days have always been beds times days: only then do they tell a month. */
static bool always_filled(const struct diagnosing *at)
{
	uint32_t rows = 0;

	for (uint32_t i = 0; i < at->depth; i++) {
		const int64_t *row = at->checkup->past.row[i];

		if (!row)
			continue;
		if (!fills(at, row, period_add(at->checkup->period, -(int)i - 1)))
			return false;
		rows++;
	}
	return rows >= at->periods;
}

/* What tells a period at a glance: the two largest flows. A report that is another period's has at
 * least one of them in common with it. */
struct marks {
	uint32_t line[2];
};

static struct marks marks_of(const struct diagnosing *at)
{
	struct marks marks = { { 0, 0 } };
	int64_t most[2] = { 0, 0 };

	for (uint32_t i = 0; i < at->count; i++) {
		if (!(at->lines->flags[i] & (DIAGNOSIS_FLOW | DIAGNOSIS_YTD)) ||
			at->value[i] <= most[1] || at->value[i] == most[0])
			continue;
		if (at->value[i] > most[0]) {
			most[1] = most[0];
			marks.line[1] = marks.line[0];
			most[0] = at->value[i];
			marks.line[0] = i;
		} else {
			most[1] = at->value[i];
			marks.line[1] = i;
		}
	}
	return marks;
}

/* Whether the row has either of the marks. */
static bool is_marked(const struct marks *marks, const int64_t *value, const int64_t *row)
{
	return row[marks->line[0]] == value[marks->line[0]] ||
	       row[marks->line[1]] == value[marks->line[1]];
}

bool diagnosing_other_month(const struct diagnosis_form *lines, const struct checkup *checkup,
	uint32_t first, uint32_t second)
{
	const struct marks marks = { { first, second } };
	uint32_t depth = past_depth(lines->form->period);
	bool any = opens_elsewhere(lines, checkup) || filled_days(lines, checkup) > 0;

	for (uint32_t i = 1; i < depth && !any; i++)
		any = checkup->past.row[i] &&
		      is_marked(&marks, checkup->value, checkup->past.row[i]);
	return any;
}

/* The whole of a period that is in force, but for one figure in ten. */
static bool is_again(const struct diagnosing *at, const struct marks *marks, const int64_t *row,
	struct likeness *ret_like)
{
	if (!is_marked(marks, at->value, row))
		return false;
	*ret_like = compare(at, at->value, row, NULL, at->count / 10);
	return ret_like->weight >= WEIGHT_MIN_ANY && ret_like->differ * 10 <= ret_like->same;
}

/* A corrected report of an earlier period: it goes on where that did, or fills its days, and has
 * much in common with what it corrects. */
static bool is_revised(const struct diagnosing *at, bool elsewhere, int64_t days, uint32_t back,
	struct likeness *ret_like)
{
	const int64_t *row = at->checkup->past.row[back - 1];
	uint32_t other = period_add(at->checkup->period, -(int)back);
	unsigned signs = 0;

	if (elsewhere && opens_as(at, back))
		signs++;
	if (days > 0 && period_days(other) == days)
		signs++;
	if (signs == 0)
		return false;
	*ret_like = compare(at, at->value, row, NULL, UINT32_MAX);
	return ret_like->weight >= WEIGHT_MIN && ret_like->same * 2 * signs >= ret_like->differ;
}

/* Bed-days that fill another month's days: of the nearest period of that length. */
static void find_length(const struct diagnosing *at, int64_t days)
{
	uint32_t line = (uint32_t)at->lines->bed_days;
	uint32_t period = at->checkup->period;

	if (diagnosing_told(at, line) || !always_filled(at))
		return;
	for (uint32_t back = 1; back <= at->depth; back++) {
		if (period_days(period_add(period, -(int)back)) != days)
			continue;
		diagnosing_find(
			at, &(struct finding){ .code = FINDING_WRONG_MONTH,
				    .element = diagnosing_element(at, line),
				    .found = at->value[line],
				    .limit = at->value[at->lines->beds] * period_days(period),
				    .period = period_add(period, -(int)back) });
		return;
	}
}

void diagnose_wrong_month(const struct diagnosing *at)
{
	const struct past *past = &at->checkup->past;
	const struct marks marks = marks_of(at);
	bool elsewhere = opens_elsewhere(at->lines, at->checkup);
	int64_t days = filled_days(at->lines, at->checkup);

	for (uint32_t back = 2; back <= at->depth; back++) {
		const int64_t *row = past->row[back - 1];
		struct likeness like;

		if (!row)
			continue;
		if (!is_again(at, &marks, row, &like) &&
			((!elsewhere && days == 0) ||
				!is_revised(at, elsewhere, days, back, &like)))
			continue;
		if (!asked_before(at, row, like.same))
			find_period(at, FINDING_WRONG_MONTH, back, &like);
		return;
	}
	if (days > 0)
		find_length(at, days);
}
