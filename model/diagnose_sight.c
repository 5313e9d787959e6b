/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The first look. Each loop answers one question of all lines, without a branch and without looking
 * at more than the newest past row (copies: the one before it too), so that the compiler carries it
 * out on several lines at once. Medians, proportions and names are left to the diagnoses, and those
 * only run where a loop has met something that they might speak about. Every test here is wider
 * than the diagnosis' own; beside each stands why. */
#include "model/diagnose_sight.h"

#include <string.h>

#include "base/limits.h"
#include "model/diagnose_inside.h"

enum {
	SUSPECT_TIMES = 3, /* as in diagnose_size.c */
	STEADY_PARTS = 8,  /* neighbours that differ by an eighth of the smaller at most */
};

/* Two such proportions, one this way and one that, are less than 1.125 * 1.125 apart. */
static const double steady_low = 1.27;

/* Two periods to be compared; before: the one before then. */
struct sight {
	const struct sight_form *form;
	const int64_t *now, *then, *before;
	uint32_t count;
};

/* A row in which nothing is equal to a figure. */
static const int64_t nothing[FORM_LINES_MAX];

static inline int64_t all_if(bool condition)
{
	return -(int64_t)condition;
}

static inline int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Of values as they may come here: what is reckoned with an absent one wraps around. */
static inline int64_t difference(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

static inline int64_t sum(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static inline int64_t times(int64_t a, int64_t factor)
{
	return (int64_t)((uint64_t)a * (uint64_t)factor);
}

/* Beyond what a report may say; not merely absent. */
static inline int64_t is_wild(int64_t value)
{
	return all_if(value > VALUE_MAX) |
	       (all_if(value < -VALUE_MAX) & all_if(!value_is_absent(value)));
}

SEVERAL_AT_ONCE static bool any_wild(const int64_t *row, uint32_t count)
{
	int64_t any = 0;

	for (uint32_t i = 0; i < count; i++)
		any |= is_wild(row[i]);
	return any != 0;
}

bool sight_wild(const struct checkup *checkup)
{
	const int64_t *newest = diagnosing_newest(checkup);
	uint32_t count = checkup->form->line_count;

	return any_wild(checkup->value, count) || (newest && any_wild(newest, count));
}

/* What one pass over the lines finds. */
struct seen {
	/* Figures far from the newest ones, as is_near() of diagnose_size.c has it; and those of
	 * money. All bits or none. */
	int64_t far, far_money;
	/* What the flows have in common with those of then: compare() of diagnose_month.c, not
	 * weighed. differ: all bits or none */
	int64_t moving, differ;
	/* the largest flow */
	int64_t most;
};

SEVERAL_AT_ONCE static void look(const struct sight *sight, struct seen *ret_seen)
{
	const struct sight_form *form = sight->form;
	int64_t far = 0, far_money = 0, moving = 0, differ = 0, most = 0;

	for (uint32_t i = 0; i < sight->count; i++) {
		int64_t now = sight->now[i], then = sight->then[i], flow = form->flow[i];
		int64_t given = all_if(now > 0);
		int64_t slipped = given & (all_if(now >= times(then, SUSPECT_TIMES)) |
						  all_if(then >= times(now, SUSPECT_TIMES)));
		int64_t same = all_if(now == then);

		far |= slipped;
		far_money |= slipped & form->money[i];
		moving -= flow & given & same & ~all_if(then == sight->before[i]);
		differ |= flow & ~same & (given | all_if(then > 0));
		most = larger(most, flow & now);
	}
	*ret_seen = (struct seen){ far, far_money, moving, differ, most };
}

/* The largest flow that is less than the largest of all: marks_of() of diagnose_month.c. */
SEVERAL_AT_ONCE static int64_t next_flow(const struct sight *sight, int64_t most)
{
	int64_t next = 0;

	for (uint32_t i = 0; i < sight->count; i++) {
		int64_t flow = sight->now[i] & sight->form->flow[i];

		next = larger(next, flow == most ? 0 : flow);
	}
	return next;
}

/* Neighbours: which is less (all bits: the first), how much it is, and how far they are apart. */
struct neighbours {
	int64_t order, least, apart;
};

static inline struct neighbours neighbours_of(int64_t first, int64_t second)
{
	int64_t order = all_if(first < second);
	int64_t more = difference(first, second);

	return (struct neighbours){ .order = order,
		.least = sum(second, more & order),
		.apart = difference(more ^ order, order) };
}

/* Whether they differ by an eighth of the smaller at most, both being there. */
static inline int64_t is_steady(const struct neighbours *pair)
{
	return all_if(pair->least >= 0) & all_if(times(pair->apart, STEADY_PARTS) <= pair->least);
}

/* Whether any neighbours may be swapped by their past: they changed their order, differ by the
 * rule's floor, and were or are further from each other than a little. */
SEVERAL_AT_ONCE static bool any_turned(const struct sight *sight)
{
	const struct sight_form *form = sight->form;
	int64_t any = 0, steady = form->steady;

	for (uint32_t i = 0; i + 1 < sight->count; i++) {
		struct neighbours now = neighbours_of(sight->now[i], sight->now[i + 1]);
		struct neighbours then = neighbours_of(sight->then[i], sight->then[i + 1]);

		any |= (now.order ^ then.order) & all_if(now.least >= 0) &
		       all_if(now.apart >= form->gap[i]) &
		       ~(steady & is_steady(&now) & is_steady(&then));
	}
	return any != 0;
}

static uint32_t first_with(const struct sight *sight, int64_t flow)
{
	uint32_t line = 0;

	while (flow > 0 && (sight->now[line] != flow || !sight->form->flow[line]))
		line++;
	return line;
}

/* Whether any part has just become its whole. */
static bool any_whole_part(const struct sight *sight)
{
	const struct sight_form *form = sight->form;
	bool any = false;

	for (uint32_t i = 0; i < form->pairs; i++) {
		const struct sight_pair *pair = &form->pair[i];

		if (sight->now[pair->part] == sight->now[pair->whole])
			any |= sight->now[pair->whole] > 0 &&
			       sight->then[pair->part] != sight->then[pair->whole];
	}
	return any;
}

static bool may_be_of_other_month(const struct sight *sight, int64_t most,
	const struct diagnosis_form *lines, const struct checkup *checkup)
{
	return diagnosing_other_month(
		lines, checkup, first_with(sight, most), first_with(sight, next_flow(sight, most)));
}

static unsigned bit_of(enum diagnosis diagnosis, bool set)
{
	return set ? 1u << diagnosis : 0;
}

unsigned sight_silent(const struct form_rules *rules, const struct checkup *checkup,
	const struct quick_view *view, bool sums_hold)
{
	const struct past *past = &checkup->past;
	struct sight sight = { .form = rules->sight,
		.now = checkup->value,
		.then = diagnosing_newest(checkup),
		.before = past->row[1] ? past->row[1] : nothing,
		.count = checkup->form->line_count };
	struct seen seen;

	if (!sight.then || (!(view->plain && view->plain_before) && sight_wild(checkup)))
		return ~0u;
	look(&sight, &seen);
	sums_hold = sums_hold && sight.form->summed;
	return bit_of(DIAGNOSIS_COPIED,
		       !past->row[0] || (seen.moving < sight.form->copied && seen.differ)) |
	       bit_of(DIAGNOSIS_WRONG_MONTH,
		       !may_be_of_other_month(&sight, seen.most, rules->lines, checkup)) |
	       bit_of(DIAGNOSIS_UNIT_SLIP, !seen.far_money) |
	       bit_of(DIAGNOSIS_TEN_TIMES, !seen.far) |
	       bit_of(DIAGNOSIS_SWAPPED, sums_hold && !any_turned(&sight)) |
	       bit_of(DIAGNOSIS_SUM_IN_PART, sums_hold && !any_whole_part(&sight));
}

/* Laying out */

/* The same pair stands in several identities. */
static void pair_add(struct sight_form *form, uint16_t part, uint16_t whole)
{
	for (uint32_t i = 0; i < form->pairs; i++)
		if (form->pair[i].part == part && form->pair[i].whole == whole)
			return;
	form->pair[form->pairs++] = (struct sight_pair){ part, whole };
}

static void pairs_make(const struct diagnosis_form *lines, struct sight_form *form)
{
	for (uint32_t i = 0; i < lines->identities; i++) {
		const struct diagnosis_identity *identity = &lines->identity[i];

		for (int k = 0; identity->whole >= 0 && k < identity->terms; k++)
			if (k != identity->whole)
				pair_add(form, identity->line[k], identity->line[identity->whole]);
	}
}

/* The widest of what the form's rules of this kind leave alone. */
static void settings_take(const struct diagnosis_rule *rule, const struct diagnosis_form *lines,
	struct sight_form *form)
{
	const struct diagnosing at = { .lines = lines, .rule = rule };

	if (rule->diagnosis == DIAGNOSIS_COPIED) {
		uint32_t cells = diagnosing_copied_cells(rule);

		form->copied = cells < form->copied ? cells : form->copied;
	}
	if (rule->diagnosis != DIAGNOSIS_SWAPPED)
		return;
	for (uint32_t i = 0; i < lines->form->line_count; i++) {
		int64_t floor = diagnosing_floor(&at, i);

		if (lines->flags[i] & DIAGNOSIS_LIKE_NEXT && floor < form->gap[i])
			form->gap[i] = floor;
	}
	if (diagnosing_leaves(rule) < steady_low)
		form->steady = 0;
}

void sight_form_make(const struct form_rules *rules, struct sight_form *ret_form)
{
	const struct diagnosis_form *lines = rules->lines;

	memset(ret_form, 0, sizeof(*ret_form));
	ret_form->steady = -1;
	ret_form->copied = UINT32_MAX;
	ret_form->summed = true;
	for (uint32_t i = 0; i < FORM_LINES_MAX; i++) {
		ret_form->flow[i] = all_if(lines->flags[i] & (DIAGNOSIS_FLOW | DIAGNOSIS_YTD));
		ret_form->money[i] = all_if(lines->flags[i] & DIAGNOSIS_MONEY);
		ret_form->gap[i] = INT64_MAX;
	}
	for (uint32_t i = 0; i < rules->rules; i++) {
		const struct compiled_rule *rule = &rules->rule[i];

		if (rule->diagnosis)
			settings_take(rule->diagnosis, lines, ret_form);
	}
	for (uint32_t i = 0; i < lines->identities; i++) {
		struct quick_rule *quick = &rules->quick[lines->identity[i].rule];

		quick->identity = true;
		ret_form->summed &= quick->able && quick->severities & RULES_OF_SENDER;
	}
	pairs_make(lines, ret_form);
}
