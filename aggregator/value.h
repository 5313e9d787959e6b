/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The value of any indicator, by whatever method, for an area or one facility and a window: from
 * reports, and where these give none from a fact. One question's values come from one view. Values
 * are remembered between questions for as long as nothing that they rest on has changed. */
#ifndef AGGREGATOR_VALUE_H
#define AGGREGATOR_VALUE_H

#include "aggregator/evaluate.h"
#include "model/facts.h"

struct scope {
	uint32_t area;
	uint32_t facility; /* number in the registry; 0: the whole area */
};

enum value_source { VALUE_NONE, VALUE_REPORTS, VALUE_FACT, VALUE_PUBLISHED };

enum { VALUE_SERIES_BYTES = 160, VALUE_MISSING_BYTES = 160 };

struct value {
	enum value_source source;
	struct rational value;      /* of a method in floating point: rounded to RATIONAL_DIGITS */
	bool real;                  /* came out of floating point */
	enum comparator comparator; /* of a fact: ABOUT, AT_LEAST …; NONE: the value itself */
	uint8_t printed_decimals;   /* of a fact */
	/* ratio: both sides; else zero */
	struct side_value side[SIDES];
	uint64_t left_out;
	/* share of expected reports that are in, and by volume, 0..1; 1 where nothing is
	 * expected */
	double complete, complete_by_volume;
	bool provisional; /* complete_by_volume < 0.95, or a provisional population */
	enum uncertainty uncertainty;
	uint64_t events; /* poisson: numerator; wilson: successes */
	double exposure; /* poisson: denominator / factor; wilson: trials */
	double error;    /* survey */
	bool has_interval;
	double low, high; /* 95 % */
	bool forced; /* the element FORCED_AGE_PATTERN was reported as 1 by the area's agency */
	char series[VALUE_SERIES_BYTES];   /* basis, vintage of the population, method's settings */
	char missing[VALUE_MISSING_BYTES]; /* no value: the input that is lacking, by name */
	char source_text[SOURCE_BYTES];    /* forms used, or the fact's source */
	char mark[MARK_BYTES];
};

/* What the values of one question share. */
struct valuing {
	const struct view *view;
	const struct facts *facts;
	struct value_memo *memo;
	int since; /* baseline year for methods without one; 0: none */
};

CHECKED int value_of(struct valuing *valuing, const struct indicator *indicator, struct scope scope,
	const struct span *span, struct value *ret_value);
/* The same for a period, in the indicator's natural window. */
CHECKED int value_of_period(struct valuing *valuing, const struct indicator *indicator,
	struct scope scope, uint32_t period, struct value *ret_value);

/* Remembered values. */
CHECKED int value_memo_new(struct value_memo **ret_memo);
void value_memo_free(struct value_memo *memo);
AUTO_DEFINE(value_memo_free, struct value_memo *);
/* A report of that year changed: forgets what rests on it. */
void value_memo_forget_year(struct value_memo *memo, int year);
/* Registry, facts or catalogue changed. */
void value_memo_forget_all(struct value_memo *memo);

#endif
