/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every rule of the real catalogue against rules_cases.csv: a report that it passes, one that it
 * does not, the last that it passes and the first that it does not.
 *
 *   rule, case   the rule's code; pass, fail, last, first
 *   facility     codes of attributes, class first; empty: not known
 *   values       ELEMENT=value …; the code of a base element gives the value to each of its cells;
 *                what is not named is absent
 *   past         1:ELEMENT=value …;2:… periods before
 *   others       FORM:1:ELEMENT=value …;FORM:2:… periods inside
 *   outcome      holds, fails; of what fails found and limit as stored integers */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/absent.h"
#include "base/err.h"
#include "base/sheet.h"
#include "model/rule.h"

struct rule_case {
	struct checkup checkup;
	int64_t value[FORM_LINES_MAX];
	int64_t past[PAST_MAX][FORM_LINES_MAX];
	int64_t other[12][FORM_LINES_MAX];
};

static struct catalog *catalog;
static struct sheet *cases;

static void open_all(void)
{
	cr_assert_eq(catalog_load(SOURCE_DIR "/catalog", &catalog), 0, "%s", err_text());
	cr_assert_eq(
		sheet_load(SOURCE_DIR "/tests/model/rules_cases.csv", &cases), 0, "%s", err_text());
}

static void close_all(void)
{
	catalog_free(catalog);
	sheet_free(cases);
}

static const char *cell(size_t row, const char *column)
{
	return sheet_cell(cases, row, (size_t)sheet_column(cases, column));
}

static void vector_clear(int64_t *vector)
{
	for (size_t i = 0; i < FORM_LINES_MAX; i++)
		vector[i] = value_absent(0);
}

/* "12.30" in the element's scale */
static int64_t value_read(const struct element *element, const char *text)
{
	const char *point = strchr(text, '.');
	int64_t value = strtoll(text, NULL, 10);
	size_t places = point ? strlen(point + 1) : 0;

	cr_assert_eq(places, element->scale, "%s: %s", element->code, text);
	if (point) {
		for (size_t i = 0; i < places; i++)
			value *= 10;
		value += strtoll(point + 1, NULL, 10);
	}
	return value;
}

static void vector_put(const struct form *form, int64_t *vector, const char *word)
{
	char code[CATALOG_CODE_BYTES];
	const char *equals = strchr(word, '=');
	const struct element *element;
	size_t count = 1;

	snprintf(code, sizeof(code), "%.*s", (int)(equals - word), word);
	element = catalog_element_by_code(catalog, code);
	if (!element)
		element = catalog_cells(catalog, catalog_base_by_code(catalog, code), &count);
	cr_assert_not_null(element, "%s", code);
	for (size_t i = 0; i < count; i++) {
		int line = form_line_of(catalog, form, element[i].id);

		cr_assert_geq(line, 0, "%s", element[i].code);
		vector[line] = value_read(&element[i], equals + 1);
	}
}

static void vector_read(const struct form *form, int64_t *vector, char *text)
{
	char *save = NULL;

	for (char *word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save))
		vector_put(form, vector, word);
}

static void past_read(struct rule_case *it, const char *text)
{
	char *copy = strdup(text), *save = NULL;

	for (char *row = strtok_r(copy, ";", &save); row; row = strtok_r(NULL, ";", &save)) {
		size_t at = (size_t)strtol(row, NULL, 10) - 1;

		vector_clear(it->past[at]);
		vector_read(it->checkup.form, it->past[at], strchr(row, ':') + 1);
		it->checkup.past.row[at] = it->past[at];
	}
	free(copy);
}

static void others_read(struct rule_case *it, const char *text)
{
	char *copy = strdup(text), *save = NULL;
	struct past_other *other = &it->checkup.other[0];

	for (char *row = strtok_r(copy, ";", &save); row; row = strtok_r(NULL, ";", &save)) {
		char *colon = strchr(row, ':');
		uint32_t at = (uint32_t)strtol(colon + 1, NULL, 10) - 1;

		*colon = '\0';
		other->form = catalog_form_by_code(catalog, row);
		it->checkup.others = 1;
		vector_clear(it->other[at]);
		vector_read(other->form, it->other[at], strchr(colon + 1, ':') + 1);
		other->row[at] = it->other[at];
		other->rows = at + 1;
	}
	free(copy);
}

static void facility_read(struct rule_case *it, const char *text)
{
	char *copy = strdup(text), *save = NULL;

	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		const struct attribute *attribute = NULL;

		for (unsigned i = 0; i < DIMENSIONS && !attribute; i++)
			attribute = catalog_attribute_by_code(catalog, (enum dimension)i, word);
		cr_assert_not_null(attribute, "%s", word);
		it->checkup.stratum_known = true;
		it->checkup.stratum |= (uint64_t)attribute->id << (8 * attribute->dimension);
	}
	free(copy);
}

static struct rule_case *case_read(size_t row)
{
	struct rule_case *it = calloc(1, sizeof(*it));
	char *values = strdup(cell(row, "values"));

	it->checkup.form = catalog_form_by_code(catalog, cell(row, "form"));
	it->checkup.value = it->value;
	cr_assert_not_null(it->checkup.form);
	cr_assert_eq(period_parse(cell(row, "period"), &it->checkup.period), 0);
	vector_clear(it->value);
	vector_read(it->checkup.form, it->value, values);
	past_read(it, cell(row, "past"));
	others_read(it, cell(row, "others"));
	facility_read(it, cell(row, "facility"));
	free(values);
	return it;
}

static const struct finding *finding_of(const struct findings *findings, const char *rule)
{
	for (uint32_t i = 0; i < findings->count; i++) {
		if (strcmp(findings->finding[i].rule, rule) == 0)
			return &findings->finding[i];
	}
	return NULL;
}

static void case_check(size_t row)
{
	struct rule_case *it = case_read(row);
	const char *code = cell(row, "rule");
	const struct rule *rule = catalog_rule_by_code(catalog, code);
	struct findings findings = { .count = 0 };
	const struct finding *finding;
	bool fails = strcmp(cell(row, "outcome"), "fails") == 0;

	cr_assert_not_null(rule, "there is no rule %s", code);
	rules_check(catalog, &it->checkup, 1u << rule->severity, &findings);
	finding = finding_of(&findings, code);
	cr_expect_eq(finding != NULL, fails, "%s %s: %s", code, cell(row, "case"),
		finding ? "fails" : "holds");
	if (finding && fails) {
		cr_expect_eq(finding->severity, rule->severity);
		cr_expect_eq(finding->found, strtoll(cell(row, "found"), NULL, 10),
			"%s %s: found %lld", code, cell(row, "case"), (long long)finding->found);
		cr_expect_eq(finding->limit, strtoll(cell(row, "limit"), NULL, 10),
			"%s %s: limit %lld", code, cell(row, "case"), (long long)finding->limit);
	}
	free(it);
}

TestSuite(rules, .init = open_all, .fini = close_all);

Test(rules, every_case)
{
	for (size_t i = 0; i < sheet_rows(cases); i++)
		case_check(i);
}

/* Diagnoses have tests of their own, by what they find in planted faults. */
Test(rules, every_rule_has_its_cases)
{
	static const char *const kinds[] = { "pass", "fail", "last", "first" };
	size_t count;
	const struct rule *rule = catalog_rules(catalog, &count);

	cr_assert_gt(count, 0);
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; rule[i].holds[0] && k < array_len(kinds); k++) {
			bool found = false;

			for (size_t row = 0; row < sheet_rows(cases) && !found; row++)
				found = strcmp(cell(row, "rule"), rule[i].code) == 0 &&
					strcmp(cell(row, "case"), kinds[k]) == 0;
			cr_expect(found, "rule %s has no case '%s'", rule[i].code, kinds[k]);
		}
	}
}

Test(rules, reasons_are_for_senders_and_bureaux)
{
	static const struct {
		const char *code;
		bool sender, bureau;
	} cases[] = { { "HOLIDAY", true, false }, { "COPIED", false, true },
		{ "OTHER", true, true } };
	size_t count;
	const struct reason *reason = catalog_reasons(catalog, &count);

	for (size_t i = 0; i < count; i++) {
		cr_expect_eq(catalog_reason(catalog, reason[i].id), &reason[i]);
		cr_expect_eq(catalog_reason_by_code(catalog, reason[i].code), &reason[i]);
	}
	for (size_t i = 0; i < array_len(cases); i++) {
		reason = catalog_reason_by_code(catalog, cases[i].code);
		cr_assert_not_null(reason);
		cr_expect_eq(reason->sender, cases[i].sender, "%s", cases[i].code);
		cr_expect_eq(reason->bureau, cases[i].bureau, "%s", cases[i].code);
	}
	cr_expect_null(catalog_reason(catalog, 0));
}
