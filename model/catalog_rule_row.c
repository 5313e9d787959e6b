/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One row of rules.csv. */
#include "model/catalog_rule_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

enum { SETTING_BYTES = 32, PERIODS_MAX = PAST_MAX, CELLS_MAX = 512, FILTER_BYTES = 256 };

static const char *const severity_words[] = {
	[SEVERITY_REJECT] = "reject", [SEVERITY_HOLD] = "hold", [SEVERITY_FOLLOW] = "follow"
};
static const char *const missing_words[] = {
	[RULE_SKIP_ANY] = "skip_any", [RULE_SKIP_ALL] = "skip_all", [RULE_NEVER] = "never"
};

static void check_read(const struct row *row, struct rule_detail *detail)
{
	const char *word = row_cell(row, "check"), *holds = row_cell(row, "holds");

	detail->diagnosis.diagnosis = diagnosis_parse(word);
	if (strcmp(word, "holds") == 0) {
		if (holds[0] == '\0')
			row_fault(row, "column 'holds' is empty");
		return;
	}
	if (detail->diagnosis.diagnosis == DIAGNOSIS_NONE)
		row_fault(row, "check '%.40s' is neither 'holds' nor a diagnosis", word);
	else if (holds[0] != '\0' || row_cell(row, "when")[0] != '\0' ||
		 row_cell(row, "tolerance")[0] != '\0')
		row_fault(row, "a diagnosis has its numbers in 'settings'; 'holds', 'when' and "
			       "'tolerance' stay empty");
}

/* "1", "0.5", "5%" */
static void tolerance_read(const struct row *row, struct rule_detail *detail)
{
	const char *cell = row_cell(row, "tolerance"), *at = cell;
	int digits = 0;
	bool point = false;

	for (; (*at >= '0' && *at <= '9') || (*at == '.' && !point && digits > 0); at++) {
		if (*at == '.') {
			point = true;
			continue;
		}
		detail->tolerance = detail->tolerance * 10 + (*at - '0');
		detail->tolerance_places = (uint8_t)(detail->tolerance_places + point);
		if (++digits > 6)
			break;
	}
	detail->percent = *at == '%';
	at += detail->percent;
	if (*at != '\0' || (cell[0] != '\0' && detail->tolerance == 0))
		row_fault(row,
			"tolerance '%.40s' is no number above 0 of at most 6 digits, with or "
			"without '%%'",
			cell);
}

static void facilities_read(
	const struct row *row, const struct catalog *catalog, struct rule_detail *detail)
{
	const char *cell = row_cell(row, "facilities");
	AUTO(linear_fini) struct linear linear = { .count = 0 };
	char text[FILTER_BYTES];

	if (cell[0] == '\0')
		return;
	if (strlen(cell) + sizeof("N_FACILITY[]") > sizeof(text)) {
		row_fault(row, "facilities: the filter is too long");
		return;
	}
	snprintf(text, sizeof(text), "N_FACILITY[%s]", cell);
	if (linear_parse(catalog, text, &linear) < 0 || linear.count != 1) {
		row_fault(row, "facilities: '%.80s' is no filter: %s", cell, err_text());
		return;
	}
	detail->filter = linear.term[0].filter;
	detail->filtered = true;
}

/* "low=300" */
static bool setting_put(const char *word, struct rule_detail *detail)
{
	struct diagnosis_settings *settings = &detail->diagnosis.settings;
	const char *mark = strchr(word, '=');
	size_t len = mark ? (size_t)(mark - word) : 0;
	char *end;
	double value;

	if (strcmp(word, "each") == 0)
		return detail->each = true;
	if (strcmp(word, "first") == 0 || strcmp(word, "later") == 0) {
		if (detail->season != RULE_ALWAYS)
			return false;
		detail->season = word[0] == 'f' ? RULE_FIRST : RULE_LATER;
		return true;
	}
	if (!mark || mark[1] < '0' || mark[1] > '9')
		return false;
	value = strtod(mark + 1, &end);
	if (*end != '\0' || value > 1e9)
		return false;
	if (strncmp(word, "low", len) == 0 && len == 3)
		settings->low = value;
	else if (strncmp(word, "high", len) == 0 && len == 4)
		settings->high = value;
	else if (strncmp(word, "floor", len) == 0 && len == 5)
		settings->floor = value;
	else if (strncmp(word, "cells", len) == 0 && len == 5 && value <= CELLS_MAX)
		settings->cells = (uint32_t)value;
	else if (strncmp(word, "periods", len) == 0 && len == 7 && value <= PERIODS_MAX)
		settings->periods = (uint32_t)value;
	else
		return false;
	return true;
}

static void settings_read(const struct row *row, struct rule_detail *detail)
{
	const char *at = row_cell(row, "settings");
	bool diagnosis = detail->diagnosis.diagnosis != DIAGNOSIS_NONE;

	while (*at) {
		size_t len = strcspn(at, " ");
		char word[SETTING_BYTES];

		snprintf(word, sizeof(word), "%.*s", (int)(len < 100 ? len : 100), at);
		if (len >= sizeof(word) || !setting_put(word, detail))
			row_fault(row,
				"setting '%s' is none of each, first, later, low=, high=, floor=, "
				"cells=, "
				"periods= with a number",
				word);
		at += len;
		at += strspn(at, " ");
	}
	detail->periods = detail->diagnosis.settings.periods;
	if (diagnosis && (detail->each || detail->season != RULE_ALWAYS))
		row_fault(row, "each, first and later are settings of comparisons");
	if (!diagnosis &&
		(detail->diagnosis.settings.low > 0 || detail->diagnosis.settings.high > 0 ||
			detail->diagnosis.settings.floor > 0 ||
			detail->diagnosis.settings.cells > 0))
		row_fault(row, "low, high, floor and cells are settings of diagnoses");
}

void rule_read(const struct row *row, const struct catalog *catalog, struct rule *rule,
	struct rule_detail *detail)
{
	char source[CATALOG_NAME_BYTES];

	rule->id = (uint16_t)row_number(row, "id", 1, RULE_ID_MAX);
	row_short_code(row, "code", rule->code, sizeof(rule->code));
	rule->severity =
		(enum severity)row_word(row, "severity", severity_words, array_len(severity_words));
	row_name(row, &rule->name);
	row_text(row, "fix_zh", rule->fix.zh, sizeof(rule->fix.zh));
	row_text(row, "fix_en", rule->fix.en, sizeof(rule->fix.en));
	row_text(row, "source", source, sizeof(source)); /* where its numbers come from */
	rule->holds = row_cell(row, "holds");
	check_read(row, detail);
	tolerance_read(row, detail);
	detail->missing = (enum rule_missing)row_word(
		row, "missing", missing_words, array_len(missing_words));
	facilities_read(row, catalog, detail);
	settings_read(row, detail);
	detail->diagnosis.rule = rule;
}

/* The column before the place. */
static int column_fault(const char *column, const struct form *form)
{
	char why[320];

	snprintf(why, sizeof(why), "%s", err_text());
	return err_here(ERR_INVALID, "%s, on form '%s': %s", column, form->code, why);
}

static int holds_compile(const struct row *row, const struct catalog *catalog,
	const struct rule *rule, const struct rule_detail *detail, const struct form *form,
	struct compiled_rule *compiled)
{
	const char *when = row_cell(row, "when");
	uint16_t cells = 0;
	int r = comparison_parse(
		catalog, form, rule->holds, detail->each, &compiled->holds, &compiled->each);

	if (r == 0)
		r = comparison_allow(&compiled->holds, detail);
	if (r < 0)
		return r == ERR_INVALID ? column_fault("holds", form) : err_pass(r);
	if (when[0] != '\0')
		r = comparison_parse(catalog, form, when, detail->each, &compiled->when, &cells);
	if (r < 0)
		return r == ERR_INVALID ? column_fault("when", form) : err_pass(r);
	if (cells != 0 && cells != compiled->each)
		return err_here(ERR_INVALID, "'when' and 'holds' are not broken down alike");
	if (rule->severity == SEVERITY_REJECT &&
		(comparison_looks_back(&compiled->holds) || comparison_looks_back(&compiled->when)))
		return err_here(
			ERR_INVALID, "a rule that rejects looks at nothing but the report itself");
	return 0;
}

int rule_compile(const struct row *row, const struct catalog *catalog, const struct rule *rule,
	struct rule_detail *detail, const struct form *form, struct compiled_rule *ret_compiled)
{
	struct compiled_rule compiled = { .rule = rule,
		.missing = detail->missing,
		.season = detail->season,
		.periods = detail->periods,
		.filter = detail->filtered ? &detail->filter : NULL };
	int r = 0;

	if (detail->diagnosis.diagnosis != DIAGNOSIS_NONE)
		compiled.diagnosis = &detail->diagnosis;
	else
		r = holds_compile(row, catalog, rule, detail, form, &compiled);
	if (r < 0) {
		compiled_rule_fini(&compiled);
		return err_pass(r);
	}
	*ret_compiled = compiled;
	return 0;
}

void compiled_rule_fini(struct compiled_rule *rule)
{
	comparison_fini(&rule->holds);
	comparison_fini(&rule->when);
}
