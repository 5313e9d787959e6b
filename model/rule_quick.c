/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The quick way past a rule that holds, as nearly all do. A comparison whose sums cannot leave 64
 * bits while values are no larger than a report may have becomes an interval for one sum over
 * single places. Inside it the rule holds for certain; outside, or where a value is absent or out
 * of bounds, the exact way decides, so the two cannot differ in what they find. */
#include <stdlib.h>

#include "base/err.h"
#include "base/limits.h"
#include "model/rule_inside.h"

enum {
	COEFFICIENTS_MAX = 1 << 22, /* of a rule together; times 2^40 stays below 2^63 */
	FACTOR_MAX_DAYS = 366,
	FACTOR_MAX_MONTHS = 12,
};

static uint8_t factor_of(const struct rule_term *term)
{
	return (uint8_t)(term->days | term->months << 1);
}

static int64_t factor_most(const struct rule_term *term)
{
	return (term->days ? FACTOR_MAX_DAYS : 1) * (term->months ? FACTOR_MAX_MONTHS : 1);
}

/* Cells that follow each other on the form, one by one; or a single place for all. */
static bool run_of_lines(const struct rule_term *term)
{
	for (uint32_t i = 1; i < term->count; i++) {
		if (term->cell[i] != term->cell[0] + i)
			return false;
	}
	return true;
}

static bool term_quick(const struct compiled_rule *rule, const struct rule_term *term)
{
	if (term->source == RULE_NUMBER)
		return !term->days && !term->months;
	if (term->source != RULE_HERE && term->source != RULE_PREV)
		return false;
	return term->count == 1 || (rule->each > 0 && run_of_lines(term));
}

static bool interval_of(
	const struct rule_comparison *holds, int64_t constant, struct quick_rule *quick)
{
	int64_t low = INT64_MIN / 2, high = INT64_MAX / 2, slack = holds->slack;

	if (holds->operator== RULE_EQ || holds->operator== RULE_GE)
		low = -slack;
	if (holds->operator== RULE_GT)
		low = 1 - slack;
	if (holds->operator== RULE_EQ || holds->operator== RULE_LE)
		high = slack;
	if (holds->operator== RULE_LT)
		high = slack - 1;
	quick->low = low - constant;
	quick->high = high - constant;
	return holds->operator!= RULE_NE && holds->whole == 0;
}

static void term_make(const struct rule_term *term, bool left, struct quick_term *ret_term)
{
	*ret_term = (struct quick_term){ .coefficient = (int32_t)(left ? term->coefficient
								       : -term->coefficient),
		.line = term->cell[0],
		.factor = factor_of(term),
		.row = term->source == RULE_PREV,
		.stride = term->count > 1 };
}

/* Whether the rule has a quick way; then its terms are there. */
static bool rule_make(
	const struct compiled_rule *rule, struct quick_rule *quick, struct quick_term *ret_terms)
{
	const struct rule_comparison *holds = &rule->holds;
	int64_t constant = 0, most = 0;
	bool dated = false;

	for (uint32_t i = 0; i < holds->terms; i++) {
		const struct rule_term *term = &holds->term[i];
		bool left = i < holds->left;

		if (!term_quick(rule, term))
			return false;
		if (term->source == RULE_NUMBER) {
			constant += left ? term->coefficient : -term->coefficient;
			continue;
		}
		most += llabs(term->coefficient) * factor_most(term);
		quick->prev = quick->prev || term->source == RULE_PREV;
		if (most >= COEFFICIENTS_MAX)
			return false;
		term_make(term, left, &ret_terms[quick->terms++]);
		dated = dated || term->days || term->months;
	}
	quick->simple = !quick->prev && !dated;
	return interval_of(holds, constant, quick);
}

/* In which part of quick_order the rule stands: sums of this report's values alone, of two terms
 * and of more; a value beside one of the period before; the others with a quick way; those
 * without. */
enum { PART_PAIR, PART_SUM, PART_PREV, PART_QUICK, PART_HARD, PARTS };
static int part_of(const struct form_rules *rules, const struct quick_rule *quick)
{
	const struct quick_term *term = &rules->quick_term[quick->first];

	if (!quick->able)
		return PART_HARD;
	if (quick->cells > 1 || quick->terms > QUICK_SUM_TERMS)
		return PART_QUICK;
	if (quick->simple)
		return quick->terms <= 2 ? PART_PAIR : PART_SUM;
	return quick->terms == 2 && !term[0].row && term[1].row && !term[0].factor &&
			       !term[1].factor
		       ? PART_PREV
		       : PART_QUICK;
}

static struct quick_sum sum_of(const struct form_rules *rules, const struct quick_rule *quick)
{
	const struct quick_term *term = &rules->quick_term[quick->first];
	struct quick_sum sum = {
		.low = quick->low, .high = quick->high, .severities = quick->severities
	};

	for (uint32_t i = 0; i < quick->terms; i++) {
		sum.coefficient[i] = term[i].coefficient;
		sum.line[i] = term[i].line;
	}
	return sum;
}

static void order_make(struct form_rules *rules)
{
	uint32_t end[PARTS], at = 0;

	for (int part = 0; part < PARTS; part++) {
		for (uint32_t i = 0; i < rules->rules; i++) {
			const struct quick_rule *quick = &rules->quick[i];

			if (part_of(rules, quick) != part)
				continue;
			if (part <= PART_PREV)
				rules->quick_sum[at] = sum_of(rules, quick);
			rules->quick_prev |= quick->able && quick->prev;
			rules->quick_order[at++] = (uint16_t)i;
		}
		end[part] = at;
	}
	rules->pairs = end[PART_PAIR];
	rules->sums = end[PART_SUM];
	rules->prevs = end[PART_PREV];
	rules->quicks = end[PART_QUICK];
}

int quick_make(struct form_rules *rules)
{
	size_t terms = 0;

	for (uint32_t i = 0; i < rules->rules; i++)
		terms += rules->rule[i].holds.terms;
	rules->quick_order = calloc(rules->rules + 1, sizeof(*rules->quick_order));
	rules->quick = calloc(rules->rules + 1, sizeof(*rules->quick));
	rules->quick_term = calloc(terms + 1, sizeof(*rules->quick_term));
	rules->quick_sum = calloc(rules->rules + 1, sizeof(*rules->quick_sum));
	if (!rules->quick || !rules->quick_term || !rules->quick_order || !rules->quick_sum)
		return err_here(ERR_NOMEM, "cannot allocate %zu terms of rules", terms);
	terms = 0;
	for (uint32_t i = 0; i < rules->rules; i++) {
		const struct compiled_rule *rule = &rules->rule[i];
		struct quick_rule *quick = &rules->quick[i];

		quick->first = (uint32_t)terms;
		quick->cells = rule->each > 0 ? rule->each : 1;
		quick->severities = (uint8_t)(1u << rule->rule->severity);
		quick->able = !rule->diagnosis && rule_make(rule, quick, &rules->quick_term[terms]);
		terms += quick->able ? quick->terms : 0;
	}
	order_make(rules);
	return 0;
}

/* Whether the value is none that a sum may take: absent, or larger than any report's. */
static inline bool odd(int64_t value)
{
	return (uint64_t)value + (uint64_t)VALUE_MAX > 2 * (uint64_t)VALUE_MAX;
}

SEVERAL_AT_ONCE static bool any_odd(const struct form *form, const int64_t *row)
{
	int64_t any = 0;

	for (uint32_t i = 0; i < form->line_count; i++)
		any |= -(int64_t)((row[i] > VALUE_MAX) | (row[i] < -VALUE_MAX));
	return any != 0;
}

void quick_look(const struct form *form, struct quick_view *view)
{
	view->plain = !any_odd(form, view->row[0]);
	view->plain_before = view->row[1] && !any_odd(form, view->row[1]);
}

/* The common case: values of this report, none of them odd, no days. */
static inline bool inside_plain(const struct quick_rule *quick, const struct quick_term *term,
	const int64_t *row, uint32_t cell)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < quick->terms; i++)
		sum += term[i].coefficient * row[term[i].line + term[i].stride * cell];
	return sum >= quick->low && sum <= quick->high;
}

static bool inside(const struct quick_rule *quick, const struct quick_term *term,
	const struct quick_view *view, uint32_t cell)
{
	int64_t sum = 0;
	bool any = false;

	for (uint32_t i = 0; i < quick->terms; i++) {
		int64_t value = view->row[term[i].row][term[i].line + term[i].stride * cell];

		any |= odd(value);
		/* unsigned, for an odd value may be anything */
		sum = (int64_t)((uint64_t)sum +
				(uint64_t)value * (uint64_t)(term[i].coefficient *
							     view->factor[term[i].factor]));
	}
	return !any && sum >= quick->low && sum <= quick->high;
}

uint32_t quick_holds(const struct form_rules *rules, const struct quick_rule *quick,
	const struct quick_view *view, uint32_t cell)
{
	const struct quick_term *term = &rules->quick_term[quick->first];

	if (quick->simple && view->plain) {
		while (cell < quick->cells && inside_plain(quick, term, view->row[0], cell))
			cell++;
		return cell;
	}
	if (quick->prev && !view->row[1])
		return cell;
	while (cell < quick->cells && inside(quick, term, view, cell))
		cell++;
	return cell;
}

uint32_t quick_skip(const struct form_rules *rules, uint32_t at, unsigned severities,
	const struct quick_view *view, uint32_t *ret_cell)
{
	for (; at < rules->rules; at++) {
		const struct quick_rule *quick = &rules->quick[at];

		if (!(quick->severities & severities))
			continue;
		*ret_cell = quick->able ? quick_holds(rules, quick, view, 0) : 0;
		if (!quick->able || *ret_cell < quick->cells)
			return at;
	}
	return at;
}

/* Keeps the places rising; false when there is no room for another. */
static bool open_add(const struct form_rules *rules, uint32_t at, struct quick_open *open)
{
	uint16_t place = rules->quick_order[at];
	uint32_t to = open->count;

	if (to == QUICK_OPEN_MAX)
		return false;
	for (; to > 0 && open->place[to - 1] > place; to--)
		open->place[to] = open->place[to - 1];
	open->place[to] = place;
	open->count++;
	open->sums_hold &= !rules->quick[place].identity;
	return true;
}

/* Sums of values of which none is odd: the first term's from one row, the others' from another.
 * So many terms each, some of coefficient 0. Inline: for a number of terms that is known the
 * compiler makes no loop of them. */
static inline bool look_at_sums(const struct form_rules *rules, uint32_t from, uint32_t to,
	uint32_t terms, unsigned severities, const int64_t *row, const int64_t *others,
	struct quick_open *open)
{
	for (uint32_t at = from; at < to; at++) {
		const struct quick_sum *quick = &rules->quick_sum[at];
		int64_t sum = row[quick->line[0]] * quick->coefficient[0];

		for (uint32_t i = 1; i < terms; i++)
			sum += others[quick->line[i]] * quick->coefficient[i];
		if ((sum < quick->low || sum > quick->high) && quick->severities & severities &&
			!open_add(rules, at, open))
			return false;
	}
	return true;
}

/* A sum of several rows or with days and months, none of its values odd. */
static inline bool dated_sum_holds(const struct quick_rule *quick, const struct quick_term *term,
	uint32_t terms, const struct quick_view *view)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < terms; i++)
		sum += view->row[term[i].row][term[i].line] * term[i].coefficient *
		       view->factor[term[i].factor];
	return sum >= quick->low && sum <= quick->high;
}

static inline bool other_holds(const struct form_rules *rules, const struct quick_rule *quick,
	const struct quick_view *view)
{
	const struct quick_term *term = &rules->quick_term[quick->first];

	if (quick->cells > 1)
		return quick_holds(rules, quick, view, 0) == quick->cells;
	/* nearly all have two: no loop then */
	return quick->terms == 2 ? dated_sum_holds(quick, term, 2, view)
				 : dated_sum_holds(quick, term, quick->terms, view);
}

static bool look_at_others(const struct form_rules *rules, unsigned severities,
	const struct quick_view *view, struct quick_open *open)
{
	for (uint32_t at = rules->prevs; at < rules->quicks; at++) {
		const struct quick_rule *quick = &rules->quick[rules->quick_order[at]];

		if (quick->severities & severities && !other_holds(rules, quick, view) &&
			!open_add(rules, at, open))
			return false;
	}
	return true;
}

bool quick_look_all(const struct form_rules *rules, unsigned severities,
	const struct quick_view *view, struct quick_open *ret_open)
{
	const int64_t *row = view->row[0];

	ret_open->count = 0;
	ret_open->sums_hold = (severities & RULES_OF_SENDER) == RULES_OF_SENDER;
	return view->plain && (!rules->quick_prev || view->plain_before) &&
	       look_at_sums(rules, 0, rules->pairs, 2, severities, row, row, ret_open) &&
	       look_at_sums(rules, rules->pairs, rules->sums, QUICK_SUM_TERMS, severities, row, row,
		       ret_open) &&
	       look_at_sums(rules, rules->sums, rules->prevs, 2, severities, row, view->row[1],
		       ret_open) &&
	       look_at_others(rules, severities, view, ret_open);
}
