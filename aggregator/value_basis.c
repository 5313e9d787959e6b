/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a value rests on in principle: the basis of its elements, and the vintage of the populations
 * that it reads. Two values of which these differ are not comparable. */
#include <stdio.h>
#include <string.h>

#include "aggregator/value_inside.h"
#include "base/err.h"

enum { GRADES_MAX = 31 };

static void words_add(char *text, size_t size, const char *between, const char *more)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used, "%s%s", used ? between : "", more);
}

static void basis_print(const struct view *view, const struct plan *plan, char *ret, size_t size)
{
	static const char *const names[] = {
		[BASIS_SERVICE] = "service",
		[BASIS_RESIDENCE] = "residence",
		[BASIS_REGISTRATION] = "registration",
	};
	bool seen[array_len(names)] = { false };

	ret[0] = '\0';
	for (enum side side = 0; side < SIDES; side++) {
		const struct linear *linear = plan_side(plan, side);

		for (uint32_t t = 0; t < linear->count; t++)
			if (linear->term[t].kind == TERM_ELEMENT)
				seen[catalog_element(view->catalog, linear->term[t].element)
						->basis] = true;
	}
	for (size_t i = BASIS_SERVICE; i < array_len(names); i++)
		if (seen[i])
			words_add(ret, size, "+", names[i]);
}

int grades_gather(const struct view *view, const struct form *form, uint32_t period, uint32_t until,
	struct scope scope, uint32_t element, uint32_t *grades)
{
	int line = form_line_of(view->catalog, form, element);
	const struct carried_report *report;
	size_t reports;
	int r;

	if (line < 0)
		return 0;
	if ((r = carried_reports(view, form, period, until, &report, &reports)) < 0)
		return err_pass(r);
	for (size_t i = 0; i < reports; i++) {
		int64_t grade = vector_value(report[i].values, report[i].head.n, (uint32_t)line);

		if (!value_is_absent(grade) && grade >= 0 && grade <= GRADES_MAX &&
			catalog_area_within(view->catalog, report[i].head.area, scope.area))
			*grades |= (uint32_t)1 << grade;
	}
	return 0;
}

int plan_vintages(const struct view *view, const struct plan *plan, uint32_t *vintages)
{
	const struct element *element = catalog_element_by_code(view->catalog, "POP_VINTAGE");

	for (size_t first = 0; element && first < plan->uses; first = plan_group_end(plan, first)) {
		const struct use *use = &plan->use[first];
		int r;

		if (use->form->carry_months == 0)
			continue;
		r = grades_gather(view, use->form, use->period, use->until, plan->scope,
			element->id, vintages);
		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

void vintages_print(uint32_t vintages, char *ret, size_t size)
{
	char digits[4];
	bool any = false;

	if (vintages == 0)
		return;
	words_add(ret, size, "; ", "population vintage ");
	for (unsigned grade = 0; grade <= GRADES_MAX; grade++) {
		if (!(vintages >> grade & 1))
			continue;
		snprintf(digits, sizeof(digits), "%u", grade);
		words_add(ret, size, any ? "+" : "", digits);
		any = true;
	}
}

int plan_series(const struct view *view, const struct plan *plan, char ret[VALUE_SERIES_BYTES])
{
	char basis[64];
	uint32_t vintages = 0;
	int r = plan_vintages(view, plan, &vintages);

	if (r < 0)
		return err_pass(r);
	basis_print(view, plan, basis, sizeof(basis));
	ret[0] = '\0';
	if (basis[0])
		snprintf(ret, VALUE_SERIES_BYTES, "basis %s", basis);
	vintages_print(vintages, ret, VALUE_SERIES_BYTES);
	return 0;
}
