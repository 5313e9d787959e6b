/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What diagnoses need to know of a form. Which lines hang together is not said a second time: it is
 * read off the rules that reject or are equations, so a new identity in rules.csv serves the
 * diagnoses as well. */
#include <string.h>

#include "model/diagnose.h"
#include "model/rule_inside.h"

static uint8_t flags_of(const struct element *element, const struct element *next)
{
	unsigned flags = 0;

	if (element->over_time == OVER_TIME_SUM)
		flags |= DIAGNOSIS_FLOW;
	if (element->over_time == OVER_TIME_YTD)
		flags |= DIAGNOSIS_YTD;
	if (element->type == ELEMENT_MONEY)
		flags |= DIAGNOSIS_MONEY;
	if (next && next->scale == element->scale && next->type == element->type)
		flags |= DIAGNOSIS_LIKE_NEXT;
	return (uint8_t)flags;
}

void diagnosis_form_init(
	const struct catalog *catalog, const struct form *form, struct diagnosis_form *ret_lines)
{
	const struct element *element = NULL;
	const struct element *next = NULL;

	memset(ret_lines, 0, sizeof(*ret_lines));
	ret_lines->form = form;
	ret_lines->opens = ret_lines->closes = ret_lines->bed_days = ret_lines->beds = -1;
	for (uint32_t i = form->line_count; i-- > 0; next = element) {
		element = catalog_element(catalog, form->lines[i].element);
		if (!element) /* a catalogue with faults, which will not be used */
			continue;
		ret_lines->flags[i] = flags_of(element, next);
		ret_lines->scale[i] = element->scale;
	}
}

static int64_t magnitude(int64_t number)
{
	return number < 0 ? -number : number;
}

static bool is_line(const struct rule_term *term, enum rule_source source)
{
	return term->source == source && term->count == 1 && !term->months;
}

/* Lines of this report alone, each counted once, one way or the other. */
static bool is_identity(const struct rule_comparison *holds)
{
	enum rule_operator op = holds->operator;

	if (holds->terms < 2 || holds->terms > DIAGNOSIS_TERMS_MAX ||
		(op != RULE_EQ && op != RULE_LE && op != RULE_GE) ||
		(holds->whole != 0 && holds->slack != 0))
		return false;
	for (unsigned i = 0; i < holds->terms; i++)
		if (!is_line(&holds->term[i], RULE_HERE) || holds->term[i].days ||
			magnitude(holds->term[i].coefficient) !=
				magnitude(holds->term[0].coefficient))
			return false;
	return true;
}

/* The index of the one whole among parts, after turning an exact identity the way that has one. */
static int16_t whole_of(struct diagnosis_identity *identity)
{
	int sum = 0;

	for (unsigned i = 0; i < identity->terms; i++)
		sum += identity->sign[i];
	if (identity->exact && sum == 2 - identity->terms)
		for (unsigned i = 0; i < identity->terms; i++)
			identity->sign[i] = (int8_t)-identity->sign[i];
	else if (sum != identity->terms - 2)
		return -1;
	for (unsigned i = 0; i < identity->terms; i++)
		if (identity->sign[i] < 0)
			return (int16_t)i;
	return -1;
}

static void learn_identity(
	const struct rule_comparison *holds, uint32_t place, struct diagnosis_form *lines)
{
	struct diagnosis_identity *identity = &lines->identity[lines->identities];

	if (lines->identities == DIAGNOSIS_IDENTITIES_MAX)
		return;
	*identity = (struct diagnosis_identity){ .terms = (uint8_t)holds->terms,
		.exact = holds->operator== RULE_EQ,
		.rule = place,
		.slack = holds->slack / magnitude(holds->term[0].coefficient) };
	for (unsigned i = 0; i < holds->terms; i++) {
		bool adds = (i < holds->left) == (holds->term[i].coefficient > 0);

		identity->line[i] = holds->term[i].cell[0];
		identity->sign[i] = adds == (holds->operator!= RULE_GE) ? 1 : -1;
	}
	identity->whole = whole_of(identity);
	lines->identities++;
}

/* opens = prev(closes), or bed-days beside about beds * DAYS (visits beside a hundred for each
 * physician and day are no such). */
static void learn_pair(const struct rule_comparison *holds, struct diagnosis_form *lines)
{
	const struct rule_term *left = &holds->term[0];
	const struct rule_term *right = &holds->term[1];

	if (holds->terms != 2 || holds->left != 1 || !is_line(left, RULE_HERE) || left->days)
		return;
	if (holds->operator== RULE_EQ && is_line(right, RULE_PREV) && !right->days &&
		left->coefficient == right->coefficient) {
		lines->opens = left->cell[0];
		lines->closes = right->cell[0];
	} else if (is_line(right, RULE_HERE) && right->days &&
		   right->coefficient <= 2 * left->coefficient) {
		lines->bed_days = left->cell[0];
		lines->beds = right->cell[0];
	}
}

/* No condition, or one on lines of the report that is not met only if another rule rejects it
 * ("VISIT >= 0", or the sum of fewer parts). */
static bool is_certain(const struct rule_comparison *when)
{
	return when->terms == 0 || is_identity(when) ||
	       (when->terms == 2 && when->left == 1 && is_line(&when->term[0], RULE_HERE) &&
		       when->term[1].source == RULE_NUMBER &&
		       (when->operator== RULE_GE || when->operator== RULE_GT));
}

void diagnosis_form_learn(
	const struct compiled_rule *rule, uint32_t place, struct diagnosis_form *lines)
{
	const struct rule_comparison *holds = &rule->holds;

	if (rule->diagnosis || rule->filter || rule->each > 0 || rule->season != RULE_ALWAYS)
		return;
	if (is_certain(&rule->when) && is_identity(holds) &&
		(rule->rule->severity == SEVERITY_REJECT || holds->operator== RULE_EQ))
		learn_identity(holds, place, lines);
	else
		learn_pair(holds, lines);
}
