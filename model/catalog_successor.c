/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a new catalogue owes to the one in force. Stored figures are integers beside identifiers:
 * if an identifier's meaning moved, history would silently change its meaning too. Names, notes,
 * parents, assignments and formulas may change; new identifiers may come; plans, their targets and
 * published values may come and go. What a rule asks may change, for findings say what they
 * found. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "model/catalog_inside.h"
#include "model/rule.h"

static void kept(struct faults *faults, const char *what, uint32_t id, const char *code,
	const char *next_code)
{
	if (!next_code)
		fault_add(
			faults, "%s %u '%s' is gone; an identifier stays for ever", what, id, code);
	else if (strcmp(code, next_code) != 0)
		fault_add(faults,
			"%s %u is '%s' and would become '%s'; a new meaning needs a new identifier",
			what, id, code, next_code);
}

static void element_compare(
	struct faults *faults, const struct element *old, const struct element *next)
{
	const struct {
		const char *what;
		int old, next;
	} fixed[] = {
		{ "scale", old->scale, next->scale },
		{ "type", (int)old->type, (int)next->type },
		{ "basis", (int)old->basis, (int)next->basis },
		{ "over_time", (int)old->over_time, (int)next->over_time },
		{ "over_space", (int)old->over_space, (int)next->over_space },
	};

	if (strcmp(old->unit, next->unit) != 0)
		fault_add(faults, "element %u '%s': its unit '%s' would become '%s'", old->id,
			old->code, old->unit, next->unit);
	for (size_t i = 0; i < array_len(fixed); i++) {
		if (fixed[i].old != fixed[i].next)
			fault_add(faults, "element %u '%s': its %s would change", old->id,
				old->code, fixed[i].what);
	}
}

/* A line's position is its column in every stored report: lines may only be added at the end. */
static void form_compare(struct faults *faults, const struct catalog *in_force,
	const struct form *old, const struct form *next)
{
	if (old->period != next->period)
		fault_add(faults, "form %u '%s': its period type would change", old->id, old->code);
	for (uint32_t i = 0; i < old->line_count; i++) {
		if (i < next->line_count && next->lines[i].element == old->lines[i].element)
			continue;
		fault_add(faults,
			"form %u '%s': line %u ('%s') is removed or moved; new lines come last",
			old->id, old->code, i + 1,
			catalog_element(in_force, old->lines[i].element)->code);
		return; /* every line after it has moved too */
	}
}

static const char *list_code(const struct element *element, size_t which)
{
	return element->list[which] ? element->list[which]->code : "";
}

/* Cells are not compared one by one: they follow from their base and its lists. */
static void elements_compare(
	struct faults *faults, const struct catalog *in_force, const struct catalog *next)
{
	for (size_t i = 0; i < in_force->declarations; i++) {
		const struct element *old = &in_force->declared[i],
				     *new = catalog_base(next, old->id);

		kept(faults, "element", old->id, old->code, new ? new->code : NULL);
		if (new)
			element_compare(faults, old, new);
		if (new && (strcmp(list_code(old, 0), list_code(new, 0)) != 0 ||
				   strcmp(list_code(old, 1), list_code(new, 1)) != 0))
			fault_add(faults, "element %u '%s': its broken_down_by would change",
				old->id, old->code);
	}
}

/* A category's id is a part of the ids of cells. */
static void code_lists_compare(
	struct faults *faults, const struct catalog *in_force, const struct catalog *next)
{
	for (size_t i = 0; i < in_force->code_lists; i++) {
		const struct code_list *old = &in_force->code_list[i];
		const struct code_list *list = code_list_by_code(next, old->code);

		if (!list)
			fault_add(
				faults, "code list '%s' is gone; a list stays for ever", old->code);
		for (uint32_t k = 0; list && k < old->categories; k++) {
			const struct category *was = &old->category[k],
					      *is = code_list_by_id(list, was->id);
			char what[64];

			snprintf(what, sizeof(what), "category of '%s'", old->code);
			kept(faults, what, was->id, was->code, is ? is->code : NULL);
			if (is && was->leaf && !is->leaf)
				fault_add(faults,
					"category of '%s' %u '%s' would have others below it, and "
					"its cells be gone",
					old->code, was->id, was->code);
		}
	}
}

static void forms_compare(
	struct faults *faults, const struct catalog *in_force, const struct catalog *next)
{
	for (size_t i = 0; i < in_force->forms; i++) {
		const struct form *old = &in_force->form[i], *new = catalog_form(next, old->id);

		kept(faults, "form", old->id, old->code, new ? new->code : NULL);
		if (new)
			form_compare(faults, in_force, old, new);
	}
}

/* Its formula may be corrected; what kind of figure it is stays. */
static void indicator_compare(
	struct faults *faults, const struct indicator *old, const struct indicator *next)
{
	if (strcmp(old->unit, next->unit) != 0)
		fault_add(faults, "indicator %u '%s': its unit '%s' would become '%s'", old->id,
			old->code, old->unit, next->unit);
	if (old->method.kind != next->method.kind)
		fault_add(faults, "indicator %u '%s': its method '%s' would become '%s'", old->id,
			old->code, method_name(old->method.kind), method_name(next->method.kind));
}

static void indicators_compare(
	struct faults *faults, const struct catalog *in_force, const struct catalog *next)
{
	size_t at = 0;

	for (size_t i = 0; i < in_force->indicators; i++) {
		const struct indicator *old = &in_force->indicator[i];
		bool found;

		while (at < next->indicators && next->indicator[at].id < old->id)
			at++;
		found = at < next->indicators && next->indicator[at].id == old->id;
		kept(faults, "indicator", old->id, old->code,
			found ? next->indicator[at].code : NULL);
		if (found)
			indicator_compare(faults, old, &next->indicator[at]);
	}
}

static void places_compare(
	struct faults *faults, const struct catalog *in_force, const struct catalog *next)
{
	for (size_t i = 0; i < in_force->attributes; i++) {
		const struct attribute *old = &in_force->attribute[i];
		const struct attribute *new = catalog_attribute(next, old->dimension, old->id);

		kept(faults, dimension_name(old->dimension), old->id, old->code,
			new ? new->code : NULL);
	}
	for (size_t i = 0; i < in_force->areas; i++) {
		const struct area *old = &in_force->area[i];

		if (!catalog_area(next, old->code))
			fault_add(faults, "area %u '%s' is gone; end it with 'until'", old->code,
				old->name.zh);
	}
}

/* Findings in the journal name rules by code, explanations and decisions reasons by id. */
static void rules_compare(
	struct faults *faults, const struct catalog *in_force, const struct catalog *next)
{
	for (size_t i = 0; i < in_force->rules; i++) {
		const struct rule *old = &in_force->rule[i];
		size_t at = 0;

		while (at < next->rules && next->rule[at].id < old->id)
			at++;
		kept(faults, "rule", old->id, old->code,
			at < next->rules && next->rule[at].id == old->id ? next->rule[at].code
									 : NULL);
	}
	for (size_t i = 0; i < in_force->reasons; i++) {
		const struct reason *old = &in_force->reason[i],
				    *new = catalog_reason(next, old->id);

		kept(faults, "reason", old->id, old->code, new ? new->code : NULL);
	}
}

int catalog_check_successor(const struct catalog *in_force, const struct catalog *next)
{
	struct faults faults = { .count = 0 };

	elements_compare(&faults, in_force, next);
	code_lists_compare(&faults, in_force, next);
	forms_compare(&faults, in_force, next);
	indicators_compare(&faults, in_force, next);
	places_compare(&faults, in_force, next);
	rules_compare(&faults, in_force, next);
	return err_pass(faults_end(&faults));
}
