/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every finding is collected, not only the first: a clerk mends a report once. Only when the sender
 * has no business with the facility does the rest stay unsaid. */
#include "model/check.h"

#include "base/limits.h"

void check_subject(const struct catalog *catalog, const struct registry *registry,
	const struct key *key, const struct report *report, struct subject *ret_subject,
	struct findings *findings)
{
	const struct facility *facility = registry_facility_by_code(registry, report->facility);
	const struct form *form =
		report->form <= UINT16_MAX ? catalog_form(catalog, (uint16_t)report->form) : NULL;

	if (!period_valid(report->period))
		findings_add(findings, FINDING_PERIOD_INVALID, 0, report->period, 0);
	if (!facility)
		findings_add(findings, FINDING_FACILITY_UNKNOWN, 0, 0, 0);
	else if (period_valid(report->period) &&
		 !key_may_report(catalog, registry, key, facility, form, report->period))
		findings_add(findings, FINDING_NOT_YOURS, 0, 0, 0);
	if (!form)
		findings_add(findings, FINDING_FORM_UNKNOWN, 0, report->form, 0);
	ret_subject->facility = findings->count == 0 ? facility : NULL;
	ret_subject->form = form;
}

/* Repayments may outweigh a month's income; it is rare enough to ask. */
static void money_negative(
	const struct report *report, uint32_t element, int64_t value, struct findings *findings)
{
	const struct finding finding = { .code = FINDING_NEGATIVE_MONEY,
		.element = element,
		.found = value,
		.severity = SEVERITY_HOLD,
		.reason = explanation_of(report->explained_element, report->explained_reason,
			report->explained, element) };

	findings_add_whole(findings, &finding);
}

static void check_values(const struct catalog *catalog, const struct form *form,
	const struct report *report, struct findings *findings)
{
	for (size_t i = 0; i < report->values; i++) {
		const struct element *element = catalog_element(catalog, report->element[i]);
		int64_t value = report->value[i];

		if (!element || form_line_of(catalog, form, report->element[i]) < 0)
			findings_add(findings, FINDING_ELEMENT_UNKNOWN, report->element[i], 0, 0);
		else if (value > VALUE_MAX || value < -VALUE_MAX)
			findings_add(findings, FINDING_VALUE_RANGE, element->id, value, VALUE_MAX);
		else if (value < 0 && element->type == ELEMENT_MONEY)
			money_negative(report, element->id, value, findings);
		else if (value < 0)
			findings_add(findings, FINDING_VALUE_NEGATIVE, element->id, value, 0);
	}
	for (size_t i = 0; i < report->absents; i++) {
		uint32_t kind = report->absent_kind[i];

		if (form_line_of(catalog, form, report->absent_element[i]) < 0)
			findings_add(
				findings, FINDING_ELEMENT_UNKNOWN, report->absent_element[i], 0, 0);
		else if (kind < ABSENT_NOT_OFFERED || kind > ABSENT_NOT_APPLICABLE)
			findings_add(findings, FINDING_ABSENT_KIND, report->absent_element[i], kind,
				ABSENT_NOT_APPLICABLE);
	}
}

static bool names_element(const uint32_t *elements, size_t count, uint32_t element)
{
	for (size_t low = 0, high = count; low < high;) {
		size_t middle = low + (high - low) / 2;

		if (elements[middle] == element)
			return true;
		if (elements[middle] < element)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static void check_required(
	const struct form *form, const struct report *report, struct findings *findings)
{
	for (uint32_t i = 0; i < form->line_count; i++) {
		uint32_t element = form->lines[i].element;

		if (form->lines[i].required &&
			!names_element(report->element, report->values, element) &&
			!names_element(report->absent_element, report->absents, element))
			findings_add(findings, FINDING_REQUIRED_MISSING, element, 0, 0);
	}
}

static void check_period(const struct subject *subject, const struct report *report, int32_t today,
	struct findings *findings)
{
	const struct segment *segment;

	if (period_kind_of(report->period) != subject->form->period) {
		findings_add(
			findings, FINDING_PERIOD_INVALID, 0, report->period, subject->form->period);
		return;
	}
	if (period_last_day(report->period) >= today)
		findings_add(
			findings, FINDING_PERIOD_FUTURE, 0, period_last_day(report->period), today);
	/* What came while it was open, or of its earlier class, can still be taken back. */
	if (!subject->facility || report->withdrawal)
		return;
	segment = facility_segment(subject->facility, report->period);
	if (!segment)
		findings_add(findings, FINDING_FACILITY_CLOSED, 0, report->period, 0);
	else if (!attribute_set_has(&subject->form->classes,
			 stratum_attribute(segment->stratum, DIMENSION_CLASS)))
		findings_add(findings, FINDING_FORM_NOT_ASSIGNED, 0, subject->form->id,
			stratum_attribute(segment->stratum, DIMENSION_CLASS));
}

static void check_reasons(
	const struct catalog *catalog, const struct report *report, struct findings *findings)
{
	for (size_t i = 0; i < report->explained; i++) {
		const struct reason *reason = catalog_reason(catalog, report->explained_reason[i]);

		if (!reason || !reason->sender)
			findings_add(findings, FINDING_REASON_UNKNOWN, report->explained_element[i],
				report->explained_reason[i], 0);
	}
}

void check_report(const struct catalog *catalog, const struct subject *subject,
	const struct report *report, int32_t today, struct findings *findings)
{
	check_period(subject, report, today, findings);
	if (report->revision == 0)
		findings_add(findings, FINDING_REVISION_ZERO, 0, 0, 1);
	check_reasons(catalog, report, findings);
	if (report->withdrawal) {
		if (report->values > 0 || report->absents > 0)
			findings_add(findings, FINDING_WITHDRAWAL_VALUES, 0,
				(int64_t)(report->values + report->absents), 0);
		return;
	}
	check_values(catalog, subject->form, report, findings);
	check_required(subject->form, report, findings);
}

/* The class at the end of the period decides which rules speak. */
static void stratum_find(
	const struct subject *subject, const struct report *report, struct checkup *checkup)
{
	const struct segment *segment;

	if (!subject->facility)
		return;
	segment = facility_segment(subject->facility, report->period);
	checkup->stratum_known = segment != NULL;
	checkup->stratum = segment ? segment->stratum : 0;
}

void check_whole(const struct catalog *catalog, const struct subject *subject,
	const struct report *report, const struct checkup *known, int32_t today,
	struct findings *findings)
{
	struct checkup checkup = *known;
	int64_t value[FORM_LINES_MAX];

	check_report(catalog, subject, report, today, findings);
	if (findings->rejects || report->withdrawal)
		return;
	if (report_vector(catalog, subject->form, report, value) < 0) {
		findings_add(findings, FINDING_UNDECODABLE, 0, 0, 0);
		return;
	}
	checkup.form = subject->form;
	checkup.period = report->period;
	checkup.value = value;
	checkup.explained_element = report->explained_element;
	checkup.explained_reason = report->explained_reason;
	checkup.explained = report->explained;
	stratum_find(subject, report, &checkup);
	rules_check(catalog, &checkup, RULES_OF_SENDER, findings);
}
