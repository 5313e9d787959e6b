/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the rest of the world says against a report that is right by itself: its period is locked,
 * or another party has reported the same already. */
#ifndef INGESTD_GUARD_H
#define INGESTD_GUARD_H

#include "model/check.h"
#include "store/state.h"

struct decide;

/* A report (or withdrawal) that nothing rejects. All borrowed. */
struct guarded {
	const struct key *key; /* whose signature it came under */
	const struct facility *facility;
	const struct form *form;
	const struct report *report;
	const int64_t *value; /* as of report_vector(); NULL: a withdrawal */
	struct identity_key identity_key;
	const struct identity *identity; /* in force and held; NULL: neither ever was */
	int32_t today;                   /* in China, of its receipt */
};

/* Adds what must hold the report (FINDING_LOCKED, FINDING_REPORTED_FOR). Looks at the world through
 * decide: the registry, the locks, decide_identity(), decide_row(). */
CHECKED int guard_report(
	struct decide *decide, const struct guarded *guarded, struct findings *findings);

#endif
