/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Paired indicators: a ratio of which both sides come from lines of one form. A report that holds
 * one side's figures but has a hole on the other would bend the ratio, so it is left out of both
 * sides; what it would have added is kept apart, to be subtracted. One to which a term is not
 * applicable takes no part either, but nothing is missing of it: it is not expected. Worked out
 * once per catalogue. */
#ifndef AGGREGATOR_PAIRING_H
#define AGGREGATOR_PAIRING_H

#include "model/catalog.h"

enum { PAIR_TERMS_MAX = 2 * LINEAR_TERMS_MAX };

/* An indicator as one form sees it. Terms: the numerator's, then the denominator's. */
struct pair {
	const struct indicator *indicator;
	uint32_t terms;
	const struct term *term[PAIR_TERMS_MAX];
	int16_t line[PAIR_TERMS_MAX];        /* of the form; -1: not an element, or not on it */
	bool for_others[PAIR_TERMS_MAX];     /* reported for units of other classes: never a hole */
	bool adds_over_space;                /* some term does */
	uint64_t lines[FORM_LINES_MAX / 64]; /* bit per line that any term reads */
};

struct pairing;

/* The catalogue must outlive the pairing. */
CHECKED int pairing_new(const struct catalog *catalog, struct pairing **ret_pairing);
void pairing_free(struct pairing *pairing);
AUTO_DEFINE(pairing_free, struct pairing *);

/* The indicators that are paired on this form, rising by id. */
const struct pair *pairing_of_form(
	const struct pairing *pairing, const struct form *form, size_t *ret_count);
/* Fills ret_pair and returns true if the indicator is paired on the form. */
bool pair_make(const struct catalog *catalog, const struct form *form,
	const struct indicator *indicator, struct pair *ret_pair);

/* What the pair makes of a report. */
enum pair_fate {
	PAIR_WHOLE,       /* it adds to both sides */
	PAIR_LEFT_OUT,    /* some term that is meant for it is a hole */
	PAIR_INAPPLICABLE /* some such term is not applicable to it, whatever the others are */
};
/* Of a report with these values (form order) from this stratum. ret_there, if not NULL: some term
 * is there, so that it would have added something. */
enum pair_fate pair_judge(
	const struct pair *pair, const int64_t *values, uint64_t stratum, bool *ret_there);

#endif
