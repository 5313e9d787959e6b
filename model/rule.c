/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Carrying out compiled rules. Exact: whole numbers in 128 bits on both sides, compared over one
 * power of ten. A hole ends a comparison as early as its strategy allows. */
#include "model/rule.h"

#include "base/absent.h"
#include "base/macros.h"
#include "model/diagnose_sight.h"
#include "model/rule_inside.h"

/* What one run over the rules knows of its report. */
struct run {
	const struct checkup *checkup;
	int64_t days, months;
	bool first;      /* of its year */
	unsigned silent; /* the diagnoses that are known to find nothing: 1 << enum diagnosis */
};

/* Both sides of a comparison, over its power of ten. */
struct sides {
	__int128 left, right;
};

uint32_t explanation_of(
	const uint32_t *elements, const uint32_t *reasons, size_t count, uint32_t element)
{
	for (size_t i = 0; i < count && elements[i] <= element; i++) {
		if (elements[i] == element)
			return reasons[i];
	}
	return 0;
}

uint32_t rules_others_of(const struct catalog *catalog, const struct form *form,
	unsigned severities, const struct form *ret_forms[RULE_OTHERS_MAX])
{
	const struct form_rules *rules = catalog_form_rules(catalog, form);
	uint32_t count = 0;

	for (uint32_t i = 0; i < rules->others; i++) {
		if (rules->other_severities[i] & severities)
			ret_forms[count++] = rules->other[i];
	}
	return count;
}

uint32_t rules_others(const struct catalog *catalog, const struct form *form,
	const struct form *ret_forms[RULE_OTHERS_MAX])
{
	return rules_others_of(catalog, form, RULES_OF_SENDER | RULES_OF_CENTRE, ret_forms);
}

/* Whether both sides can be told; false: the rule says nothing. cell: -1, or of each subject that
 * is broken down just this one. */
static bool sides_add(const struct run *run, const struct compiled_rule *rule,
	const struct rule_comparison *comparison, int cell, struct sides *ret_sides)
{
	__int128 sum[2] = { 0, 0 };
	uint32_t given = 0;

	for (uint32_t i = 0; i < comparison->terms; i++) {
		const struct rule_term *term = &comparison->term[i];
		struct rule_amount amount = { .sum = 0 };
		__int128 factor = term->coefficient;
		int only = cell >= 0 && term->count > 1 ? cell : -1;

		if (term->days)
			factor *= run->days;
		if (term->months)
			factor *= run->months;
		if (term->source == RULE_HERE)
			rule_amount_add(term, run->checkup->value, only, &amount);
		else if (term->source == RULE_NUMBER)
			amount.sum = 1;
		else
			rule_amount_elsewhere(term, run->checkup, rule->periods, only, &amount);
		if (amount.holes > 0 && rule->missing == RULE_SKIP_ANY)
			return false;
		given += amount.given;
		sum[i >= comparison->left] += factor * amount.sum;
	}
	*ret_sides = (struct sides){ sum[0], sum[1] };
	return rule->missing != RULE_SKIP_ALL || given > 0;
}

static bool comparison_true(const struct rule_comparison *comparison, const struct sides *sides)
{
	__int128 gap = sides->left - sides->right, slack = comparison->slack;

	if (comparison->whole != 0) {
		gap *= comparison->whole;
		slack *= sides->right < 0 ? -sides->right : sides->right;
	}
	switch (comparison->operator) {
	case RULE_EQ:
		return gap <= slack && gap >= -slack;
	case RULE_NE:
		return gap > slack || gap < -slack;
	case RULE_LE:
		return gap <= slack;
	case RULE_GE:
		return gap >= -slack;
	case RULE_LT:
		return gap < slack;
	case RULE_GT:
		return gap > -slack;
	}
	return true;
}

/* In the subject's scale, to the nearest; what does not fit is cut to the largest that does. */
static int64_t side_shown(__int128 side, uint8_t places)
{
	__int128 unit = 1, half;

	for (uint8_t i = 0; i < places; i++)
		unit *= 10;
	half = side < 0 ? -(unit / 2) : unit / 2;
	side = (side + half) / unit;
	if (side > INT64_MAX)
		return INT64_MAX;
	return side < INT64_MIN ? INT64_MIN : (int64_t)side;
}

static void finding_make(const struct run *run, const struct compiled_rule *rule, int cell,
	const struct sides *sides, struct findings *findings)
{
	const struct rule_comparison *holds = &rule->holds;
	const struct checkup *checkup = run->checkup;
	const struct rule_term *subject = &holds->term[holds->subject];
	uint16_t place = subject->cell[cell >= 0 && subject->count > 1 ? cell : 0];
	struct finding finding = { .code = FINDING_RULE,
		.element = checkup->form->lines[place].element,
		.found = side_shown(sides->left, holds->subject_places),
		.limit = side_shown(sides->right, holds->subject_places),
		.severity = rule->rule->severity };

	for (size_t i = 0; i < sizeof(finding.rule); i++)
		finding.rule[i] = rule->rule->code[i];
	if (finding.severity != SEVERITY_REJECT)
		finding.reason = explanation_of(checkup->explained_element,
			checkup->explained_reason, checkup->explained, finding.element);
	findings_add_whole(findings, &finding);
}

static void rule_check(const struct run *run, const struct compiled_rule *rule, int cell,
	struct findings *findings)
{
	struct sides sides;

	if (rule->when.terms > 0 && (!sides_add(run, rule, &rule->when, cell, &sides) ||
					    !comparison_true(&rule->when, &sides)))
		return;
	if (!sides_add(run, rule, &rule->holds, cell, &sides) ||
		comparison_true(&rule->holds, &sides))
		return;
	finding_make(run, rule, cell, &sides, findings);
}

static struct run run_begin(const struct checkup *checkup)
{
	return (struct run){ .checkup = checkup,
		.days = period_days(checkup->period),
		.months = period_months(checkup->period),
		.first = period_index(checkup->period) <= 1 };
}

/* Whether the rule has something to say of such a facility in such a period. */
static bool rule_applies(const struct run *run, const struct compiled_rule *rule)
{
	const struct checkup *checkup = run->checkup;

	if (rule->season != RULE_ALWAYS && run->first != (rule->season == RULE_FIRST))
		return false;
	return !rule->filter ||
	       (checkup->stratum_known && filter_matches(rule->filter, checkup->stratum));
}

static void rule_check_all(const struct diagnosis_form *lines, const struct run *run,
	const struct compiled_rule *rule, struct findings *findings)
{
	if (rule->diagnosis && run->silent >> rule->diagnosis->diagnosis & 1)
		return;
	if (!rule_applies(run, rule))
		return;
	if (rule->diagnosis)
		diagnose(lines, rule->diagnosis, run->checkup, findings);
	else if (rule->each == 0)
		rule_check(run, rule, -1, findings);
	for (int cell = 0; cell < rule->each; cell++)
		rule_check(run, rule, cell, findings);
}

void rules_check_exactly(const struct catalog *catalog, const struct checkup *checkup,
	unsigned severities, struct findings *findings)
{
	const struct form_rules *rules = catalog_form_rules(catalog, checkup->form);
	struct run run = run_begin(checkup);

	run.silent = sight_wild(checkup) ? ~0u : 0;
	for (uint32_t i = 0; i < rules->rules; i++) {
		if (severities >> rules->rule[i].rule->severity & 1)
			rule_check_all(rules->lines, &run, &rules->rule[i], findings);
	}
}

/* The cells of which the quick way cannot tell, from cell on. */
static void rule_check_rest(const struct run *run, const struct form_rules *rules, uint32_t at,
	const struct quick_view *view, uint32_t cell, struct findings *findings)
{
	const struct compiled_rule *rule = &rules->rule[at];
	const struct quick_rule *quick = &rules->quick[at];

	if (!rule_applies(run, rule))
		return;
	for (; cell < quick->cells; cell = quick_holds(rules, quick, view, cell + 1))
		rule_check(run, rule, rule->each > 0 ? (int)cell : -1, findings);
}

/* Each rule in its turn, the quick way where that will do. */
static void check_in_turn(const struct run *run, const struct form_rules *rules,
	unsigned severities, const struct quick_view *view, struct findings *findings)
{
	uint32_t cell = 0;

	for (uint32_t at = 0; (at = quick_skip(rules, at, severities, view, &cell)) < rules->rules;
		at++) {
		if (rules->quick[at].able)
			rule_check_rest(run, rules, at, view, cell, findings);
		else
			rule_check_all(rules->lines, run, &rules->rule[at], findings);
	}
}

/* In the table's order those that have no quick way, and those that it left open. */
static void check_left(const struct run *run, const struct form_rules *rules, unsigned severities,
	const struct quick_open *open, struct findings *findings)
{
	uint32_t hard = rules->quicks, next = 0;

	while (hard < rules->rules || next < open->count) {
		bool is_open =
			next < open->count &&
			(hard == rules->rules || open->place[next] < rules->quick_order[hard]);
		uint32_t at = is_open ? open->place[next++] : rules->quick_order[hard++];

		if (rules->quick[at].severities & severities)
			rule_check_all(rules->lines, run, &rules->rule[at], findings);
	}
}

void rules_check(const struct catalog *catalog, const struct checkup *checkup, unsigned severities,
	struct findings *findings)
{
	const struct form_rules *rules = catalog_form_rules(catalog, checkup->form);
	struct run run = run_begin(checkup);
	struct quick_view view = { .row = { checkup->value, checkup->past.row[0] },
		.factor = { 1, run.days, run.months, run.days * run.months } };
	struct quick_open open;
	bool looked;

	if (rules->rules == 0)
		return;
	quick_look(checkup->form, &view);
	looked = quick_look_all(rules, severities, &view, &open);
	run.silent = sight_silent(rules, checkup, &view, looked && open.sums_hold);
	if (looked)
		check_left(&run, rules, severities, &open, findings);
	else
		check_in_turn(&run, rules, severities, &view, findings);
}
