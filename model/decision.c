/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Whether what a person wants to do with a report makes sense under the catalogue. */
#include "model/decision.h"

#include "base/err.h"
#include "model/rule.h"

static const char *const decision_names[] = { [DECISION_ACCEPT] = "accepted",
	[DECISION_RETURN] = "returned",
	[DECISION_REJECT] = "rejected" };

const char *decision_name(enum decision_kind kind)
{
	return kind >= DECISION_ACCEPT && kind <= DECISION_REJECT ? decision_names[kind]
								  : "decision-unknown";
}

static int key_check_form(const struct catalog *catalog, const struct report_key *key)
{
	const struct form *form =
		key->form <= UINT16_MAX ? catalog_form(catalog, (uint16_t)key->form) : NULL;

	if (!form)
		return err_here(ERR_INVALID, "there is no form %u", key->form);
	if (!period_valid(key->period) || period_kind_of(key->period) != form->period)
		return err_here(
			ERR_INVALID, "%u is no period of form '%s'", key->period, form->code);
	return 0;
}

static int reason_check(const struct catalog *catalog, uint32_t reason, bool needed)
{
	const struct reason *known = catalog_reason(catalog, reason);

	if (reason == 0)
		return needed ? err_here(ERR_INVALID, "a reason is needed; give one of reasons.csv")
			      : 0;
	if (!known || !known->bureau)
		return err_here(ERR_INVALID, "reason %u is none that a bureau may give", reason);
	return 0;
}

static int element_check(
	const struct catalog *catalog, const struct report_key *key, uint32_t element)
{
	const struct form *form = catalog_form(catalog, (uint16_t)key->form);

	if (form_line_of(catalog, form, element) < 0)
		return err_here(ERR_INVALID, "element %u is not on form '%s'", element, form->code);
	return 0;
}

int decision_check(const struct catalog *catalog, const struct decision *decision)
{
	int r = key_check_form(catalog, &decision->key);

	if (r < 0)
		return err_pass(r);
	if (decision->kind < DECISION_ACCEPT || decision->kind > DECISION_REJECT)
		return err_here(ERR_INVALID, "a decision of an unknown kind");
	return err_pass(reason_check(catalog, decision->reason, decision->kind != DECISION_ACCEPT));
}

int query_check(const struct catalog *catalog, const struct query *query)
{
	int r = key_check_form(catalog, &query->key);

	if (r < 0 ||
		(query->element != 0 &&
			(r = element_check(catalog, &query->key, query->element)) < 0) ||
		(r = reason_check(catalog, query->reason, false)) < 0)
		return err_pass(r);
	if (query->text[0] == '\0' && query->reason == 0)
		return err_here(ERR_INVALID, "a query asks something: give a text or a reason");
	return 0;
}

int adjustment_check(const struct catalog *catalog, const struct adjustment *adjustment)
{
	int r = key_check_form(catalog, &adjustment->key);

	if (r < 0)
		return err_pass(r);
	if (adjustment->step == ADJUSTMENT_CONFIRM || adjustment->step == ADJUSTMENT_END)
		return adjustment->proposal > 0
			       ? 0
			       : err_here(ERR_INVALID, "name the adjustment by its sequence");
	if (adjustment->step != ADJUSTMENT_PROPOSE)
		return err_here(ERR_INVALID, "an adjustment of an unknown step");
	if ((r = element_check(catalog, &adjustment->key, adjustment->element)) < 0)
		return err_pass(r);
	if (adjustment->delta == 0 || adjustment->delta > VALUE_MAX ||
		adjustment->delta < -VALUE_MAX)
		return err_here(ERR_INVALID, "an adjustment by 0, or beyond 2^40");
	return err_pass(reason_check(catalog, adjustment->reason, true));
}
