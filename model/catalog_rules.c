/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * rules.csv and reasons.csv in the catalogue: each rule is compiled once for every form that it is
 * about, and each form has its rules in the table's order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/catalog_loader.h"
#include "model/catalog_rule_row.h"
#include "model/diagnose_sight.h"

/* reasons.csv */

int reasons_read(struct loader *loader)
{
	static const char *const used[] = { [1] = "sender", [2] = "bureau", [3] = "both" };
	struct catalog *catalog = loader->catalog;
	size_t rows = loader_rows(loader, TABLE_REASONS);
	int r = table_begin(
		loader, TABLE_REASONS, key_of_id, "id", sizeof(*catalog->reason), &catalog->reason);

	if (r < 0 || (r = code_index_make(&catalog->reason_codes, rows)) < 0)
		return err_pass(r);
	catalog->reasons = rows;
	for (size_t i = 0; i < rows; i++) {
		struct reason *reason = &catalog->reason[i];
		struct row row = table_row(loader, TABLE_REASONS, i);
		unsigned who;

		reason->id = (uint16_t)row_number(&row, "id", 1, UINT16_MAX);
		row_code(&row, reason->code);
		row_name(&row, &reason->name);
		who = row_word(&row, "used_by", used, array_len(used));
		reason->sender = who == 1 || who == 3;
		reason->bureau = who == 2 || who == 3;
		code_index_add(&catalog->reason_codes, reason->code, i);
	}
	codes_end(loader, TABLE_REASONS, &catalog->reason_codes);
	return 0;
}

/* rules.csv */

static int form_rules_make(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	size_t rows = loader_rows(loader, TABLE_RULES);
	int r = table_begin(
		loader, TABLE_RULES, key_of_id, "id", sizeof(*catalog->rule), &catalog->rule);

	if (r < 0 || (r = code_index_make(&catalog->rule_codes, rows)) < 0)
		return err_pass(r);
	catalog->rules = rows;
	catalog->rule_detail = calloc(rows + 1, sizeof(*catalog->rule_detail));
	catalog->form_rules = calloc(catalog->forms + 1, sizeof(*catalog->form_rules));
	if (!catalog->rule_detail || !catalog->form_rules)
		return err_here(ERR_NOMEM, "cannot allocate %zu rules", rows);
	return 0;
}

static int rule_append(struct form_rules *rules, const struct compiled_rule *rule)
{
	if ((rules->rules & (rules->rules - 1)) == 0) { /* full: its room is a power of two */
		size_t room = rules->rules ? rules->rules * 2u : 1;
		struct compiled_rule *more = reallocarray(rules->rule, room, sizeof(*more));

		if (!more)
			return err_here(ERR_NOMEM, "cannot allocate %zu rules", room);
		rules->rule = more;
	}
	rules->rule[rules->rules++] = *rule;
	return 0;
}

static bool others_note(
	struct form_rules *rules, const struct rule *rule, const struct rule_comparison *comparison)
{
	for (uint32_t i = 0; i < comparison->terms; i++) {
		const struct form *form = comparison->term[i].form;
		uint32_t at = 0;

		while (form && at < rules->others && rules->other[at] != form)
			at++;
		if (!form)
			continue;
		if (at == RULE_OTHERS_MAX)
			return false;
		rules->other[at] = form;
		rules->other_severities[at] |= (uint8_t)(1u << rule->severity);
		rules->others += at == rules->others;
	}
	return true;
}

/* A rule that cannot be compiled for a form is a fault of its row; < 0 only without memory. */
static int rule_put(
	const struct row *row, struct catalog *catalog, size_t at, const struct form *form)
{
	struct form_rules *rules = &catalog->form_rules[form - catalog->form];
	struct compiled_rule compiled;
	int r = rule_compile(
		row, catalog, &catalog->rule[at], &catalog->rule_detail[at], form, &compiled);

	if (r == ERR_INVALID) {
		row_fault(row, "%s", err_text());
		return 0;
	}
	if (r < 0)
		return err_pass(r);
	if (!others_note(rules, compiled.rule, &compiled.holds) ||
		!others_note(rules, compiled.rule, &compiled.when))
		row_fault(row, "the rules of form '%s' look at more than %d other forms",
			form->code, RULE_OTHERS_MAX);
	if ((r = rule_append(rules, &compiled)) < 0)
		compiled_rule_fini(&compiled);
	return err_pass(r);
}

/* "HOSPITAL_MONTH|PRIMARY_MONTH" */
static int forms_put(const struct row *row, struct catalog *catalog, size_t at)
{
	const char *cell = row_cell(row, "forms"), *end;
	int r = 0;

	for (const char *word = cell; r == 0; word = end + 1) {
		char code[CATALOG_CODE_BYTES];
		const struct form *form;
		size_t faults = row->faults->count;

		end = strchrnul(word, '|');
		snprintf(code, sizeof(code), "%.*s", (int)(end - word < 100 ? end - word : 100),
			word);
		form = catalog_form_by_code(catalog, code);
		if (!form)
			row_fault(row, "form '%s' is not in forms.csv", code);
		else
			r = rule_put(row, catalog, at, form);
		if (*end == '\0' || row->faults->count > faults)
			break;
	}
	return err_pass(r);
}

/* What the diagnoses need of each form that has rules. */
static int lines_make(struct catalog *catalog)
{
	for (size_t i = 0; i < catalog->forms; i++) {
		struct form_rules *rules = &catalog->form_rules[i];

		if (rules->rules == 0)
			continue;
		rules->lines = malloc(sizeof(*rules->lines));
		rules->sight = malloc(sizeof(*rules->sight));
		if (!rules->lines || !rules->sight)
			return err_here(ERR_NOMEM, "cannot allocate the lines of a form");
		diagnosis_form_init(catalog, &catalog->form[i], rules->lines);
		for (uint32_t k = 0; k < rules->rules; k++)
			diagnosis_form_learn(&rules->rule[k], k, rules->lines);
		sight_form_make(rules, rules->sight);
	}
	return 0;
}

int rules_read(struct loader *loader)
{
	struct catalog *catalog = loader->catalog;
	int r = form_rules_make(loader);

	for (size_t i = 0; r == 0 && i < catalog->rules; i++) {
		struct row row = table_row(loader, TABLE_RULES, i);
		size_t faults = loader->faults.count;

		rule_read(&row, catalog, &catalog->rule[i], &catalog->rule_detail[i]);
		code_index_add(&catalog->rule_codes, catalog->rule[i].code, i);
		if (loader->faults.count == faults)
			r = forms_put(&row, catalog, i);
	}
	for (size_t i = 0; r == 0 && i < catalog->forms; i++)
		r = quick_make(&catalog->form_rules[i]);
	if (r < 0 || (r = lines_make(catalog)) < 0)
		return err_pass(r);
	codes_end(loader, TABLE_RULES, &catalog->rule_codes);
	return 0;
}

void catalog_rules_fini(struct catalog *catalog)
{
	for (size_t i = 0; catalog->form_rules && i < catalog->forms; i++) {
		struct form_rules *rules = &catalog->form_rules[i];

		for (uint32_t k = 0; k < rules->rules; k++)
			compiled_rule_fini(&rules->rule[k]);
		free(rules->rule);
		free(rules->lines);
		free(rules->sight);
		free(rules->quick_order);
		free(rules->quick_sum);
		free(rules->quick);
		free(rules->quick_term);
	}
	free(catalog->form_rules);
	free(catalog->rule_detail);
	free(catalog->rule);
	free(catalog->reason);
	free(catalog->rule_codes.item);
	free(catalog->reason_codes.item);
}

/* Questions */

const struct form_rules *catalog_form_rules(const struct catalog *catalog, const struct form *form)
{
	return &catalog->form_rules[form - catalog->form];
}

const struct rule *catalog_rules(const struct catalog *catalog, size_t *ret_count)
{
	*ret_count = catalog->rules;
	return catalog->rule;
}

const struct rule *catalog_rule_by_code(const struct catalog *catalog, const char *code)
{
	const struct code_item *item = code_index_find(&catalog->rule_codes, code);

	return item ? &catalog->rule[item->at] : NULL;
}

const struct reason *catalog_reasons(const struct catalog *catalog, size_t *ret_count)
{
	*ret_count = catalog->reasons;
	return catalog->reason;
}

const struct reason *catalog_reason(const struct catalog *catalog, uint32_t id)
{
	for (size_t i = 0; i < catalog->reasons; i++) {
		if (catalog->reason[i].id == id)
			return &catalog->reason[i];
	}
	return NULL;
}

const struct reason *catalog_reason_by_code(const struct catalog *catalog, const char *code)
{
	const struct code_item *item = code_index_find(&catalog->reason_codes, code);

	return item ? &catalog->reason[item->at] : NULL;
}
