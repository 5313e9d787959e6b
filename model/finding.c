/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The list of findings is bounded; what it says about the report as a whole counts all of them. */
#include "model/finding.h"

#include <stddef.h>

const char *finding_name(enum finding_code code)
{
	static const char *const names[FINDING_CODE_MAX + 1] = {
		[FINDING_UNDECODABLE] = "undecodable",
		[FINDING_DIGEST] = "digest-wrong",
		[FINDING_TOO_LARGE] = "too-large",
		[FINDING_FACILITY_UNKNOWN] = "facility-unknown",
		[FINDING_NOT_YOURS] = "not-yours",
		[FINDING_FORM_UNKNOWN] = "form-unknown",
		[FINDING_FORM_NOT_ASSIGNED] = "form-not-assigned",
		[FINDING_PERIOD_INVALID] = "period-invalid",
		[FINDING_PERIOD_FUTURE] = "period-future",
		[FINDING_FACILITY_CLOSED] = "facility-closed",
		[FINDING_REVISION_ZERO] = "revision-zero",
		[FINDING_CONFLICT] = "conflict",
		[FINDING_ELEMENT_UNKNOWN] = "element-unknown",
		[FINDING_VALUE_RANGE] = "value-range",
		[FINDING_VALUE_NEGATIVE] = "value-negative",
		[FINDING_REQUIRED_MISSING] = "required-missing",
		[FINDING_ABSENT_KIND] = "absent-kind",
		[FINDING_TEXT_INVALID] = "text-invalid",
		[FINDING_WITHDRAWAL_VALUES] = "withdrawal-values",
		[FINDING_REASON_UNKNOWN] = "reason-unknown",
		[FINDING_RULE] = "rule",
		[FINDING_UNIT_SLIP] = "unit-slip",
		[FINDING_TEN_TIMES] = "ten-times",
		[FINDING_SWAPPED] = "swapped",
		[FINDING_COPIED] = "copied",
		[FINDING_SUM_IN_PART] = "sum-in-part",
		[FINDING_WRONG_MONTH] = "wrong-month",
		[FINDING_LOCKED] = "locked",
		[FINDING_REPORTED_FOR] = "reported-for",
		[FINDING_NEGATIVE_MONEY] = "negative-money",
		[FINDING_RETURNED] = "returned",
		[FINDING_REFUSED] = "refused",
	};

	return code >= 1 && code <= FINDING_CODE_MAX ? names[code] : "finding-unknown";
}

bool finding_explainable(enum finding_code code)
{
	return code != FINDING_LOCKED && code != FINDING_REPORTED_FOR;
}

void findings_add_whole(struct findings *findings, const struct finding *finding)
{
	switch (finding->severity) {
	case SEVERITY_FOLLOW:
		break;
	case SEVERITY_HOLD:
		if (finding->reason == 0 || !finding_explainable(finding->code))
			findings->holds = true;
		break;
	case SEVERITY_REJECT:
	default:
		findings->rejects = true;
	}
	if (findings->count == FINDINGS_MAX)
		findings->more++;
	else
		findings->finding[findings->count++] = *finding;
}

void findings_add(struct findings *findings, enum finding_code code, uint32_t element,
	int64_t found, int64_t limit)
{
	const struct finding finding = { .code = code,
		.element = element,
		.found = found,
		.limit = limit,
		.severity = SEVERITY_REJECT };

	findings_add_whole(findings, &finding);
}
