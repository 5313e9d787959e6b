/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the diagnoses share: what is usual on a line, and who has spoken of it already. For model/
 * only. A value that was not offered is a true 0; every other absence says nothing. */
#ifndef MODEL_DIAGNOSE_INSIDE_H
#define MODEL_DIAGNOSE_INSIDE_H

#include "base/absent.h"
#include "model/diagnose.h"

/* One diagnosis at one report. All borrowed. */
struct diagnosing {
	const struct diagnosis_form *lines;
	const struct diagnosis_rule *rule;
	const struct checkup *checkup;
	const int64_t *value;
	const int64_t *newest; /* the newest past row that is there */
	uint32_t depth, count; /* past rows looked at; lines of the form */
	uint32_t periods;      /* past values that there must be */
	struct findings *findings;
};

/* The positive ones among the past values of a line. */
struct usual {
	int64_t median, low, high;
};
/* False when there are too few, or more zeros than others. Of a line that counts since the year
 * began: what it would be now at the pace so far, or was a year ago. */
bool diagnosing_usual(const struct diagnosing *at, uint32_t line, struct usual *ret_usual);

/* The newest past row that is there; NULL: none. */
const int64_t *diagnosing_newest(const struct checkup *checkup);
/* How many cells must be the same (copied), by what factor a proportion must leave its past
 * (swapped). */
uint32_t diagnosing_copied_cells(const struct diagnosis_rule *rule);
double diagnosing_leaves(const struct diagnosis_rule *rule);
/* Whether the report may be another period's (wrong_month): given its two largest flows, the second
 * not equal to the first. */
bool diagnosing_other_month(const struct diagnosis_form *lines, const struct checkup *checkup,
	uint32_t first, uint32_t second);

/* The value, NOT_OFFERED being 0; negative when there is none, or when it is negative. */
static inline int64_t diagnosing_figure(int64_t value)
{
	return value_counts(value) ? value_in_sum(value) : -1;
}
/* The row's floor in stored units of the line. */
int64_t diagnosing_floor(const struct diagnosing *at, uint32_t line);
uint32_t diagnosing_element(const struct diagnosing *at, uint32_t line);
/* Whether an earlier diagnosis named the line. */
bool diagnosing_told(const struct diagnosing *at, uint32_t line);
/* Adds a finding of the rule; severity, code of the rule and the sender's reason are filled in. */
void diagnosing_find(const struct diagnosing *at, const struct finding *finding);

/* Whether the line and the one after it hold each other's figures. */
bool diagnosing_swapped(const struct diagnosing *at, uint32_t line);
/* Whether a part of this identity, the term of that index, holds more than its own; then what it
 * probably is itself, or -1 if that cannot be known. */
bool diagnosing_holds_sum(const struct diagnosing *at, const struct diagnosis_identity *identity,
	uint32_t term, int64_t *ret_proposed);
/* Whether an identity that is broken holds once the line's figure is put right. */
bool diagnosing_mends(const struct diagnosing *at, uint32_t line, int64_t proposed);
/* Whether swapped lines or a sum in a part explain the figure: then its size is no cause. */
bool diagnosing_misplaced(const struct diagnosing *at, uint32_t line);

/* The six, each by the file that says how. */
void diagnose_unit_slip(const struct diagnosing *at);   /* diagnose_size.c */
void diagnose_ten_times(const struct diagnosing *at);   /* diagnose_size.c */
void diagnose_swapped(const struct diagnosing *at);     /* diagnose_place.c */
void diagnose_sum_in_part(const struct diagnosing *at); /* diagnose_place.c */
void diagnose_copied(const struct diagnosing *at);      /* diagnose_month.c */
void diagnose_wrong_month(const struct diagnosing *at); /* diagnose_month.c */

#endif
