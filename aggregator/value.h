/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The value of any indicator, by whatever method, for an area or one facility and a window: from
 * reports, and where these give none from a fact. One question's values come from one view. Values
 * are remembered between questions for as long as nothing that they rest on has changed. */
#ifndef AGGREGATOR_VALUE_H
#define AGGREGATOR_VALUE_H

#include "model/target.h"
#include "aggregator/evaluate.h"

enum value_source { VALUE_NONE, VALUE_REPORTS, VALUE_FACT, VALUE_PUBLISHED };
/* "none", "reports", "fact", "published". */
const char *value_source_name(enum value_source source);

enum { VALUE_SERIES_BYTES = 160, VALUE_MISSING_BYTES = 240 };

struct value {
	enum value_source source;   /* NONE: there is no value, and missing says why */
	struct rational value;      /* of a method in floating point: rounded to RATIONAL_DIGITS */
	bool real;                  /* came out of floating point */
	enum comparator comparator; /* of a fact: ABOUT, AT_LEAST …; NONE: the value itself */
	bool has_printed;           /* of a fact itself, not of what is computed from facts */
	uint8_t printed_decimals;
	bool has_sides; /* a ratio from reports: both sides; also where a side lacks */
	struct side_value side[SIDES];
	uint64_t left_out;
	bool paired;
	/* share of expected reports that are in, and by volume, 0..1; 1 where nothing is
	 * expected */
	double complete, complete_by_volume;
	bool provisional; /* complete_by_volume < 0.95, or a provisional population */
	enum uncertainty uncertainty;
	uint64_t events; /* poisson: numerator; wilson: successes */
	double exposure; /* poisson: denominator / factor; wilson: trials */
	double error;    /* survey, life expectancy: standard error, in the indicator's unit */
	bool has_interval;
	double low, high; /* 95 % */
	bool mixed;       /* made of values that are not of one series */
	bool forced; /* the element FORCED_AGE_PATTERN was reported as 1 by the area's agency */
	/* texts; the memo relies on their being the last */
	char series[VALUE_SERIES_BYTES];   /* basis, vintage of the population, method's settings */
	char missing[VALUE_MISSING_BYTES]; /* no value: the input that is lacking, by name */
	char source_text[SOURCE_BYTES];    /* forms used, or the fact's source */
	char mark[MARK_BYTES];
};

/* What the values of one question share. */
struct valuing {
	const struct view *view;
	struct value_memo *memo; /* NULL: nothing is remembered */
	int since;               /* baseline year for methods and windows without one; 0: none */
	int first_year;          /* of the plan that asks, for window plan; 0: none */
	/* private: how deep one indicator asks for others, and the years that were looked at */
	int depth, rests_from, rests_to;
};

CHECKED int value_of(struct valuing *valuing, const struct indicator *indicator, struct scope scope,
	const struct span *span, struct value *ret_value);
/* The window in which the indicator is asked for where nobody names one: its own, but three years
 * for a life table of a district, where a year has too few deaths. */
enum window window_natural(
	const struct catalog *catalog, const struct indicator *indicator, struct scope scope);
/* The same for a period, in the natural window; no value, with the reason in missing, if the window
 * does not fit the period. */
CHECKED int value_of_period(struct valuing *valuing, const struct indicator *indicator,
	struct scope scope, uint32_t period, struct value *ret_value);

/* The same value once more, with what the adjustments say. false in ret_touched: it is the one that
 * is known already, reported. */
CHECKED int value_adjusted(struct valuing *valuing, const struct adjusting *adjusting,
	const struct indicator *indicator, struct scope scope, const struct span *span,
	const struct value *reported, bool *ret_touched, struct value *ret_value);

/* Whether another figure would be read, however the two came about. */
bool values_differ(const struct value *a, const struct value *b);

/* Known itself, or about; not only at least or at most. */
bool value_exact(const struct value *value);

/* Remembered values. */
CHECKED int value_memo_new(struct value_memo **ret_memo);
void value_memo_free(struct value_memo *memo);
AUTO_DEFINE(value_memo_free, struct value_memo *);
/* A report of that year changed: forgets what rests on it. */
void value_memo_forget_year(struct value_memo *memo, int year);
/* Registry, facts or catalogue changed. */
void value_memo_forget_all(struct value_memo *memo);

/* Private to the value_*.c: what identifies a value, and its packed form. */
struct value_key {
	uint32_t indicator;
	struct scope scope;
	uint32_t first;
	uint16_t months;
	int16_t since, first_year; /* 0 where the value does not depend on them */
	uint8_t window;
	bool adjusted;
};
/* Whether it is remembered, with the years that it rests on. */
bool value_memo_get(struct value_memo *memo, const struct value_key *key, struct value *ret_value,
	int *ret_from, int *ret_to);
/* Where there is no memory the value is simply not remembered. */
void value_memo_put(struct value_memo *memo, const struct value_key *key, const struct value *value,
	int from, int to);

#endif
