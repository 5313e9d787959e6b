/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is wrong with a report by itself: shape, types, ranges, who may report what and when. Pure:
 * catalogue, registry and today go in, findings come out. */
#ifndef MODEL_CHECK_H
#define MODEL_CHECK_H

#include "model/finding.h"
#include "model/registry.h"
#include "model/report.h"
#include "model/rule.h"

/* Whom and what the report is about, as far as it is known. */
struct subject {
	const struct facility *facility; /* NULL: not known here, and nothing is said of it */
	const struct form *form;
};

/* May this key report for this facility on this form at all? Without that nothing else is told. */
void check_subject(const struct catalog *catalog, const struct registry *registry,
	const struct key *key, const struct report *report, struct subject *ret_subject,
	struct findings *findings);
/* Period, assignment, elements, values, missing kinds, reasons. today: day number in China. */
void check_report(const struct catalog *catalog, const struct subject *subject,
	const struct report *report, int32_t today, struct findings *findings);
/* The whole check, the same at the source and at the centre: check_report(), and if nothing rejects
 * the report so far (findings may hold what check_subject() or a guard found), the sender's rules
 * over its values. Of known only what the report does not say itself is read: past, other,
 * replaced, and, where the subject has no facility, stratum. A withdrawal has no values to
 * check. */
void check_whole(const struct catalog *catalog, const struct subject *subject,
	const struct report *report, const struct checkup *known, int32_t today,
	struct findings *findings);

#endif
