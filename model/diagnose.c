/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Diagnoses, what they share. Nearly every figure of nearly every report is near the newest one of
 * its line, so that is looked at first; medians are only taken of lines that differ. Nothing here
 * is remembered from report to report. */
#include "model/diagnose_inside.h"

#include <string.h>

#include "model/catalog.h"

enum diagnosis diagnosis_parse(const char *word)
{
	static const char *const words[] = {
		[DIAGNOSIS_UNIT_SLIP] = "unit_slip",
		[DIAGNOSIS_TEN_TIMES] = "ten_times",
		[DIAGNOSIS_SWAPPED] = "swapped",
		[DIAGNOSIS_COPIED] = "copied",
		[DIAGNOSIS_SUM_IN_PART] = "sum_in_part",
		[DIAGNOSIS_WRONG_MONTH] = "wrong_month",
	};

	for (unsigned i = 1; i < array_len(words); i++)
		if (strcmp(word, words[i]) == 0)
			return (enum diagnosis)i;
	return DIAGNOSIS_NONE;
}

/* What a running count of the year would be now. */
static bool usual_of_year(const struct diagnosing *at, uint32_t line, struct usual *ret_usual)
{
	const struct past *past = &at->checkup->past;
	uint32_t period = at->checkup->period;
	uint32_t in_year = 12 / (uint32_t)period_months(period);
	uint32_t index = (uint32_t)period_index(period);
	const int64_t *row = index > 1              ? past->row[0]
			     : in_year <= at->depth ? past->row[in_year - 1]
						    : NULL;
	int64_t figure = row ? diagnosing_figure(row[line]) : -1;

	if (figure <= 0)
		return false;
	if (index > 1)
		figure = figure * (int64_t)index / (int64_t)(index - 1);
	*ret_usual = (struct usual){ .median = figure, .low = figure, .high = figure };
	return true;
}

bool diagnosing_usual(const struct diagnosing *at, uint32_t line, struct usual *ret_usual)
{
	const struct past *past = &at->checkup->past;
	int64_t sorted[PAST_MAX];
	uint32_t count = 0;
	uint32_t zeros = 0;

	for (uint32_t i = 0; i < at->depth; i++) {
		int64_t figure = past->row[i] ? diagnosing_figure(past->row[i][line]) : -1;
		uint32_t place = count;

		if (figure <= 0) {
			zeros += figure == 0;
			continue;
		}
		for (; place > 0 && sorted[place - 1] > figure; place--)
			sorted[place] = sorted[place - 1];
		sorted[place] = figure;
		count++;
	}
	if (count < at->periods || zeros > count)
		return false;
	if (at->lines->flags[line] & DIAGNOSIS_YTD)
		return usual_of_year(at, line, ret_usual);
	ret_usual->median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
	ret_usual->low = sorted[0];
	ret_usual->high = sorted[count - 1];
	return true;
}

int64_t diagnosing_floor(const struct diagnosing *at, uint32_t line)
{
	double floor = at->rule->settings.floor;

	for (unsigned i = 0; i < at->lines->scale[line]; i++)
		floor *= 10;
	return floor < (double)VALUE_MAX ? (int64_t)floor : VALUE_MAX;
}

uint32_t diagnosing_element(const struct diagnosing *at, uint32_t line)
{
	return at->lines->form->lines[line].element;
}

static bool is_diagnosis(enum finding_code code)
{
	return code >= FINDING_UNIT_SLIP && code <= FINDING_WRONG_MONTH;
}

/* Whether the line lies between the two that the finding names. */
static bool between(const struct diagnosing *at, const struct finding *finding, uint32_t line)
{
	bool begun = false;

	for (uint32_t i = 0; i <= line; i++)
		begun |= diagnosing_element(at, i) == finding->element;
	for (uint32_t i = 0; begun && i < line; i++)
		if (diagnosing_element(at, i) == finding->other)
			return false;
	return begun;
}

bool diagnosing_told(const struct diagnosing *at, uint32_t line)
{
	uint32_t element = diagnosing_element(at, line);

	for (uint32_t i = 0; i < at->findings->count; i++) {
		const struct finding *finding = &at->findings->finding[i];

		if (!is_diagnosis(finding->code))
			continue;
		if (finding->element == element || finding->other == element)
			return true;
		if (finding->code == FINDING_UNIT_SLIP && finding->other != 0 &&
			at->lines->flags[line] & DIAGNOSIS_MONEY && between(at, finding, line))
			return true;
	}
	return false;
}

void diagnosing_find(const struct diagnosing *at, const struct finding *finding)
{
	struct finding whole = *finding;
	const struct checkup *checkup = at->checkup;

	whole.severity = at->rule->rule->severity;
	memcpy(whole.rule, at->rule->rule->code, sizeof(whole.rule));
	if (whole.severity != SEVERITY_REJECT)
		whole.reason = explanation_of(checkup->explained_element, checkup->explained_reason,
			checkup->explained, whole.element);
	findings_add_whole(at->findings, &whole);
}

/* Whether the report as a whole is that of another period: then no line is at fault. */
static bool told_of_whole(const struct findings *findings)
{
	for (uint32_t i = 0; i < findings->count; i++) {
		enum finding_code code = findings->finding[i].code;

		if (code == FINDING_COPIED || code == FINDING_WRONG_MONTH)
			return true;
	}
	return false;
}

const int64_t *diagnosing_newest(const struct checkup *checkup)
{
	uint32_t depth = past_depth(checkup->form->period);

	for (uint32_t i = 0; i < depth; i++)
		if (checkup->past.row[i])
			return checkup->past.row[i];
	return NULL;
}

void diagnose(const struct diagnosis_form *lines, const struct diagnosis_rule *rule,
	const struct checkup *checkup, struct findings *findings)
{
	static void (*const run[])(const struct diagnosing *at) = {
		[DIAGNOSIS_UNIT_SLIP] = diagnose_unit_slip,
		[DIAGNOSIS_TEN_TIMES] = diagnose_ten_times,
		[DIAGNOSIS_SWAPPED] = diagnose_swapped,
		[DIAGNOSIS_COPIED] = diagnose_copied,
		[DIAGNOSIS_SUM_IN_PART] = diagnose_sum_in_part,
		[DIAGNOSIS_WRONG_MONTH] = diagnose_wrong_month,
	};
	struct diagnosing at = { .lines = lines,
		.rule = rule,
		.checkup = checkup,
		.value = checkup->value,
		.newest = diagnosing_newest(checkup),
		.depth = past_depth(lines->form->period),
		.count = lines->form->line_count,
		.periods = rule->settings.periods ? rule->settings.periods : 3,
		.findings = findings };

	if (!at.newest || told_of_whole(findings))
		return;
	ensure(rule->diagnosis > DIAGNOSIS_NONE && rule->diagnosis <= DIAGNOSIS_WRONG_MONTH);
	run[rule->diagnosis](&at);
}
