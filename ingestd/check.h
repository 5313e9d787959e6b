/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is wrong with a report by itself: shape, types, ranges, who may report what and when. Pure:
 * catalogue, registry and today go in, findings come out. */
#ifndef INGESTD_CHECK_H
#define INGESTD_CHECK_H

#include "model/registry.h"
#include "proto/exchange.h"

/* Findings of one report: the first FINDINGS_MAX, and how many more there were. */
struct findings {
	struct finding finding[FINDINGS_MAX];
	uint32_t count, more;
};

void findings_add(struct findings *findings, enum finding_code code, uint32_t element,
	int64_t found, int64_t limit);

/* Whom and what the report is about, as far as it is known. */
struct subject {
	const struct facility *facility;
	const struct form *form;
};

/* May this key report for this facility on this form at all? Without that nothing else is told. */
void check_subject(const struct catalog *catalog, const struct registry *registry,
	const struct key *key, const struct report *report, struct subject *ret_subject,
	struct findings *findings);
/* Period, assignment, elements, values, missing kinds. today: day number in China. */
void check_report(const struct catalog *catalog, const struct subject *subject,
	const struct report *report, int32_t today, struct findings *findings);

#endif
