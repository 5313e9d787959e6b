/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Figures in the wrong place: two neighbouring lines that hold each other's, and a part that holds
 * its whole or the sum of the parts.
 *
 * Levels move from month to month, and lines move together; what hardly moves is the proportion of
 * two neighbours. So lines are swapped when their proportion left its past and comes back once they
 * change places, by more than it ever moved; or when an identity of the form that must hold to the
 * digit only holds that way round. */
#include "model/diagnose_inside.h"

/* By what factor a proportion must leave its past, if the settings do not say. */
static const double proportion_leaves = 1.3;
/* A proportion that comes back may miss its past by this much. */
static const double proportion_slack = 1.25;
/* A figure in its right place may miss the line's past by this much. */
static const double level_slack = 1.6;
/* A part put right may miss its past shares in the whole by this much. */
static const double share_slack = 1.05;
/* Small counts come out so much higher or lower by chance. */
static const double few_units = 2;
/* In doubt it is the part: by so much must it be nearer to what is usual than its whole. */
static const double part_doubt = 1.3;
/* Of a whole with a single part: as large a share as this, once seen, may well become all. */
static const double share_max = 0.8;

struct proportions {
	double low, high; /* of (first + 1) / (second + 1) */
	int64_t first_low, first_high, second_low, second_high;
	uint32_t rows;
};

static void proportions_of(const struct diagnosing *at, uint32_t line, struct proportions *all)
{
	*all = (struct proportions){ .first_low = INT64_MAX, .second_low = INT64_MAX };
	for (uint32_t i = 0; i < at->depth; i++) {
		const int64_t *row = at->checkup->past.row[i];
		int64_t first = row ? diagnosing_figure(row[line]) : -1;
		int64_t second = row ? diagnosing_figure(row[line + 1]) : -1;
		double proportion = (double)(first + 1) / (double)(second + 1);

		if (first < 0 || second < 0)
			continue;
		if (all->rows++ == 0 || proportion < all->low)
			all->low = proportion;
		if (proportion > all->high)
			all->high = proportion;
		all->first_low = first < all->first_low ? first : all->first_low;
		all->first_high = first > all->first_high ? first : all->first_high;
		all->second_low = second < all->second_low ? second : all->second_low;
		all->second_high = second > all->second_high ? second : all->second_high;
	}
}

static bool level_fits(int64_t value, int64_t low, int64_t high)
{
	double figure = (double)value + 1;

	return figure <= ((double)high + 1) * level_slack &&
	       figure * level_slack >= (double)low + 1;
}

/* Whether any past proportion is so near to that of now that it cannot have left its past: nearly
 * always that of the newest row. No division: this is asked of every pair that changed its
 * order. */
static bool proportion_stays(const struct diagnosing *at, uint32_t line, double low)
{
	double first = (double)at->value[line] + 1;
	double second = (double)at->value[line + 1] + 1;

	for (uint32_t i = 0; i < at->depth; i++) {
		const int64_t *row = at->checkup->past.row[i];
		double then;
		double now;

		if (!row || diagnosing_figure(row[line]) < 0 ||
			diagnosing_figure(row[line + 1]) < 0)
			continue;
		then = ((double)diagnosing_figure(row[line]) + 1) * second;
		now = first * ((double)diagnosing_figure(row[line + 1]) + 1);
		if (then < low * now && now < low * then)
			return true;
	}
	return false;
}

/* By their past alone. */
static bool swapped_by_past(const struct diagnosing *at, uint32_t line, double low, bool floored)
{
	int64_t first = at->value[line];
	int64_t second = at->value[line + 1];
	struct proportions all;
	int64_t floor;
	double now;
	double left;

	if (proportion_stays(at, line, low))
		return false;
	floor = floored ? diagnosing_floor(at, line) : 0;
	if (first - second < floor && second - first < floor)
		return false;
	now = (double)(first + 1) / (double)(second + 1);
	proportions_of(at, line, &all);
	if (all.rows < at->periods)
		return false;
	left = now < all.low ? all.low / now : now / all.high;
	return left >= low && left >= all.high / all.low &&
	       1 / now <= all.high * proportion_slack && 1 / now * proportion_slack >= all.low &&
	       level_fits(first, all.second_low, all.second_high) &&
	       level_fits(second, all.first_low, all.first_high);
}

/* Sum of the identity's terms as given, or with two lines in each other's place; false if a term is
 * not there. */
static bool identity_sum(const struct diagnosing *at, const struct diagnosis_identity *identity,
	int swapped, int64_t *ret_sum)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < identity->terms; i++) {
		int line = identity->line[i];
		int64_t value;

		if (swapped >= 0)
			line += line == swapped ? 1 : line == swapped + 1 ? -1 : 0;
		value = at->value[line];
		if (!value_counts(value))
			return false;
		sum += identity->sign[i] * value_in_sum(value);
	}
	*ret_sum = sum;
	return true;
}

static bool identity_broken(const struct diagnosis_identity *identity, int64_t sum)
{
	return sum > identity->slack || (identity->exact && sum < -identity->slack);
}

bool diagnosing_mends(const struct diagnosing *at, uint32_t line, int64_t proposed)
{
	bool mended = false;

	for (uint32_t i = 0; i < at->lines->identities; i++) {
		const struct diagnosis_identity *identity = &at->lines->identity[i];
		int64_t sum;

		if (!identity_sum(at, identity, -1, &sum) || !identity_broken(identity, sum))
			continue;
		for (uint32_t k = 0; k < identity->terms; k++) {
			if (identity->line[k] != line)
				continue;
			sum += identity->sign[k] * (proposed - at->value[line]);
			mended |= !identity_broken(identity, sum);
		}
	}
	return mended;
}

/* Whether an exact identity is broken that holds with the two lines in each other's place, and none
 * the other way round. */
static bool swapped_by_identity(const struct diagnosing *at, uint32_t line)
{
	bool mended = false;

	for (uint32_t i = 0; i < at->lines->identities; i++) {
		const struct diagnosis_identity *identity = &at->lines->identity[i];
		int64_t given;
		int64_t changed;

		if (!identity_sum(at, identity, -1, &given) ||
			!identity_sum(at, identity, (int)line, &changed) || given == changed)
			continue;
		if (identity_broken(identity, changed))
			return false;
		mended |= identity->exact && identity_broken(identity, given);
	}
	return mended;
}

/* Neighbours that stand in the order in which they stood: as nearly always. */
static bool in_order(const struct diagnosing *at, uint32_t line)
{
	const int64_t *newest = at->newest;

	return (at->value[line] > at->value[line + 1]) == (newest[line] > newest[line + 1]) &&
	       (at->value[line] < at->value[line + 1]) == (newest[line] < newest[line + 1]);
}

/* Whether any exact identity is broken. */
static bool anything_broken(const struct diagnosing *at)
{
	for (uint32_t i = 0; i < at->lines->identities; i++) {
		const struct diagnosis_identity *identity = &at->lines->identity[i];
		int64_t sum;

		if (identity->exact && identity_sum(at, identity, -1, &sum) &&
			identity_broken(identity, sum))
			return true;
	}
	return false;
}

static bool can_swap(const struct diagnosing *at, uint32_t line)
{
	return at->lines->flags[line] & DIAGNOSIS_LIKE_NEXT && at->value[line] >= 0 &&
	       at->value[line + 1] >= 0 && at->value[line] != at->value[line + 1];
}

static bool is_swapped(
	const struct diagnosing *at, uint32_t line, double low, bool floored, bool broken)
{
	return can_swap(at, line) &&
	       ((!in_order(at, line) && swapped_by_past(at, line, low, floored)) ||
		       (broken && swapped_by_identity(at, line)));
}

bool diagnosing_swapped(const struct diagnosing *at, uint32_t line)
{
	return is_swapped(at, line, proportion_leaves, false, true);
}

/* What the past says of a part and its whole. */
struct share {
	uint32_t rows;
	bool equal; /* the part was the whole before */
	double low, high;
};

static struct share share_of(const struct diagnosing *at, uint32_t part, uint32_t whole)
{
	struct share share = { 0 };

	for (uint32_t i = 0; i < at->depth; i++) {
		const int64_t *row = at->checkup->past.row[i];
		int64_t some = row ? diagnosing_figure(row[part]) : -1;
		int64_t all = row ? diagnosing_figure(row[whole]) : -1;
		double now;

		if (some < 0 || all <= 0)
			continue;
		now = (double)some / (double)all;
		if (share.rows++ == 0 || now < share.low)
			share.low = now;
		if (now > share.high)
			share.high = now;
		share.equal |= some == all;
	}
	return share;
}

/* By how much the value misses what is usual: 1 or more. */
static double miss_of(int64_t value, int64_t usual)
{
	return value > usual ? (double)value / (double)usual : (double)usual / (double)value;
}

/* Whether the past says that it is the part that is wrong, not the whole. */
static bool part_is_wrong(const struct diagnosing *at, uint32_t part, uint32_t whole)
{
	int64_t value = at->value[part];
	struct usual of_part;
	struct usual of_whole;

	return !diagnosing_usual(at, part, &of_part) || !diagnosing_usual(at, whole, &of_whole) ||
	       miss_of(value, of_part.median) * part_doubt >= miss_of(value, of_whole.median);
}

/* The part's figure is the whole's. */
static bool holds_whole(const struct diagnosing *at, const struct diagnosis_identity *identity,
	uint32_t term, int64_t others, int64_t *ret_proposed)
{
	uint32_t part = identity->line[term];
	uint32_t whole = identity->line[identity->whole];
	struct share share = share_of(at, part, whole);

	if (share.rows < at->periods || share.equal)
		return false;
	/* With others beside it the part cannot be all; alone it can, but not so suddenly. */
	if (identity->terms > 2 ? others <= identity->slack : share.high > share_max)
		return false;
	if (!part_is_wrong(at, part, whole))
		return false;
	*ret_proposed = identity->exact ? at->value[part] - others : -1;
	return true;
}

static double shift(double number, unsigned places)
{
	while (places-- > 0)
		number *= 10;
	return number;
}

/* The part's figure is its own and all the others' together, not quite the whole. */
static bool holds_parts(const struct diagnosing *at, const struct diagnosis_identity *identity,
	uint32_t term, int64_t others, int64_t *ret_proposed)
{
	uint32_t part = identity->line[term];
	uint32_t whole = identity->line[identity->whole];
	int64_t proposed = at->value[part] - others;
	double all = (double)at->value[whole];
	struct share share;
	double few;

	if (identity->terms < 3 || others <= 0 || proposed <= 0)
		return false;
	share = share_of(at, part, whole);
	few = shift(few_units, at->lines->scale[part]);
	if (share.rows < at->periods || (double)at->value[part] <= share.high * all ||
		(double)proposed > share.high * all * share_slack + few ||
		((double)proposed + few) * share_slack < share.low * all)
		return false;
	*ret_proposed = proposed;
	return true;
}

/* Sum of the parts but one; false if something is not there. */
static bool others_of(const struct diagnosing *at, const struct diagnosis_identity *identity,
	uint32_t term, int64_t *ret_others)
{
	int64_t others = 0;

	for (uint32_t i = 0; i < identity->terms; i++) {
		int64_t value = at->value[identity->line[i]];

		if ((int)i == identity->whole || i == term)
			continue;
		if (identity->exact && !value_counts(value))
			return false;
		others += value_in_sum(value);
	}
	*ret_others = others;
	return true;
}

bool diagnosing_holds_sum(const struct diagnosing *at, const struct diagnosis_identity *identity,
	uint32_t term, int64_t *ret_proposed)
{
	int64_t value = at->value[identity->line[term]];
	int64_t whole = at->value[identity->line[identity->whole]];
	int64_t others;
	int64_t sum;

	if (value <= 0 || whole <= 0 || !others_of(at, identity, term, &others))
		return false;
	if (value == whole)
		return holds_whole(at, identity, term, others, ret_proposed);
	sum = value + others - whole;
	return identity_broken(identity, sum) &&
	       holds_parts(at, identity, term, others, ret_proposed);
}

/* Cheap: whether any part of the identity can hold a sum. */
static bool identity_suspect(const struct diagnosing *at, const struct diagnosis_identity *identity)
{
	int64_t whole;
	int64_t sum = 0;
	bool equal = false;

	if (identity->whole < 0)
		return false;
	whole = at->value[identity->line[identity->whole]];
	for (uint32_t i = 0; i < identity->terms; i++) {
		int64_t value = at->value[identity->line[i]];

		if (!value_counts(value))
			continue;
		sum += identity->sign[i] * value_in_sum(value);
		/* where the part was the whole just before, it may well be again */
		equal |= value == whole && (int)i != identity->whole &&
			 at->newest[identity->line[i]] !=
				 at->newest[identity->line[identity->whole]];
	}
	return whole > 0 && (equal || identity_broken(identity, sum));
}

/* Whether the line is a part that holds its whole's very figure: no chance, and no exchange. */
static bool holds_whole_figure(const struct diagnosing *at, uint32_t line)
{
	for (uint32_t i = 0; i < at->lines->identities; i++) {
		const struct diagnosis_identity *identity = &at->lines->identity[i];
		int64_t proposed;

		if (identity->whole < 0 ||
			at->value[identity->line[identity->whole]] != at->value[line])
			continue;
		for (uint32_t k = 0; k < identity->terms; k++)
			if (identity->line[k] == line && (int)k != identity->whole &&
				diagnosing_holds_sum(at, identity, k, &proposed))
				return true;
	}
	return false;
}

double diagnosing_leaves(const struct diagnosis_rule *rule)
{
	return rule->settings.low > 0 ? rule->settings.low : proportion_leaves;
}

/* Whether neighbours changed their order; true also where a value is not there, which is found out
 * later. Without a branch, since many neighbours are near to each other and change it by chance. */
static bool is_turned(const struct diagnosing *at, uint32_t line)
{
	uint64_t now = (uint64_t)at->value[line] - (uint64_t)at->value[line + 1];
	uint64_t then = (uint64_t)at->newest[line] - (uint64_t)at->newest[line + 1];

	return (now ^ then) >> 63;
}

void diagnose_swapped(const struct diagnosing *at)
{
	double low = diagnosing_leaves(at->rule);
	bool broken = anything_broken(at);

	for (uint32_t i = 0; i + 1 < at->count; i++) {
		if (!broken && !is_turned(at, i))
			continue;
		if (!is_swapped(at, i, low, true, broken) || holds_whole_figure(at, i) ||
			holds_whole_figure(at, i + 1) || diagnosing_told(at, i) ||
			diagnosing_told(at, i + 1))
			continue;
		diagnosing_find(at, &(struct finding){ .code = FINDING_SWAPPED,
					    .element = diagnosing_element(at, i),
					    .other = diagnosing_element(at, i + 1),
					    .found = at->value[i],
					    .limit = at->value[i + 1],
					    .has_proposed = true,
					    .proposed = at->value[i + 1] });
		i++;
	}
}

void diagnose_sum_in_part(const struct diagnosing *at)
{
	for (uint32_t i = 0; i < at->lines->identities; i++) {
		const struct diagnosis_identity *identity = &at->lines->identity[i];

		if (!identity_suspect(at, identity))
			continue;
		for (uint32_t k = 0; k < identity->terms; k++) {
			uint32_t part = identity->line[k];
			uint32_t whole = identity->line[identity->whole];
			int64_t proposed;

			if ((int)k == identity->whole ||
				at->value[part] < diagnosing_floor(at, part) ||
				!diagnosing_holds_sum(at, identity, k, &proposed) ||
				diagnosing_told(at, part) || diagnosing_told(at, whole))
				continue;
			diagnosing_find(at, &(struct finding){ .code = FINDING_SUM_IN_PART,
						    .element = diagnosing_element(at, part),
						    .other = diagnosing_element(at, whole),
						    .found = at->value[part],
						    .limit = at->value[whole],
						    .has_proposed = proposed >= 0,
						    .proposed = proposed >= 0 ? proposed : 0 });
		}
	}
}

bool diagnosing_misplaced(const struct diagnosing *at, uint32_t line)
{
	if (line + 1 < at->count && diagnosing_swapped(at, line))
		return true;
	if (line > 0 && diagnosing_swapped(at, line - 1))
		return true;
	for (uint32_t i = 0; i < at->lines->identities; i++) {
		const struct diagnosis_identity *identity = &at->lines->identity[i];
		int64_t proposed;

		for (uint32_t k = 0; identity->whole >= 0 && k < identity->terms; k++)
			if (identity->line[k] == line && (int)k != identity->whole &&
				diagnosing_holds_sum(at, identity, k, &proposed))
				return true;
	}
	return false;
}
