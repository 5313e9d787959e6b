/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * How an indicator's value comes about. Most are ratios of two linear forms; the others are named
 * methods with arguments. Data only: what each computes is said in docs/methods.md, and done by the
 * modules named here. In indicators.csv a method is a word in column "method" and, in column
 * "arguments", "key=value" pairs joined by ';':
 *
 *   method                  arguments
 *   ratio                   uncertainty=poisson|wilson|survey; error=ELEMENT; sample=ELEMENT
 *   external                (none: the value comes from facts alone)
 *   life_expectancy         deaths=BASE; population=BASE; births=ELEMENT; infant_deaths=ELEMENT;
 *                           sex=M|F; unreported=ELEMENT (per mille, all ages)
 *   probability_of_dying    deaths=BASE+BASE+…; population=BASE; from=30; to=70; sex=M|F
 *   healthy_life_expectancy as life_expectancy, and unhealthy=BASE (per mille by sex and age)
 *   units                   units=N_FACILITY[…] or N_AREA[…] (a linear form of one such term), or
 *                           list=CODE|CODE|…; take=count|share|all; where=CONDITION&CONDITION…
 *                           CONDITION = INDICATOR comparator NUMBER, as "BEDS>=20"
 *                           or take=min|max; of=INDICATOR
 *   growth                  of=INDICATOR (in % on the year before)
 *   average_growth          of=INDICATOR; since=YEAR (average yearly growth, in %)
 *   change                  of=INDICATOR; since=YEAR; as=percent|points
 *   quotient                of=INDICATOR; by=INDICATOR (the one's value over the other's)
 *   monotone                of=INDICATOR; since=YEAR (years that did not go the wrong way, in % of
 *                           the steps seen)
 *   rank                    of=INDICATOR; among=KIND (areas of that kind with the same parent, with
 *                           facts of areas outside the reporting tree; ties 1, 2, 2, 4)
 *   milestone               stage=ELEMENT (a grade); stages=WORD|WORD|… in order, 0 first
 *   targets_met             plan=PLAN (share of its judged rows that are met, in %)
 *   reporting               form=FORM; what=reported|timely|complete (in %)
 *
 * "since" left out: the baseline year of the target that asks. */
#ifndef MODEL_METHOD_H
#define MODEL_METHOD_H

#include <stdbool.h>
#include <stdint.h>

#include "model/linear.h"

struct indicator;
struct form;

enum {
	METHOD_DEATHS_MAX = 4,
	METHOD_CONDITIONS_MAX = 8,
	METHOD_UNITS_MAX = 32,
	METHOD_STAGES_MAX = 12
};

enum method_kind {
	METHOD_RATIO = 1,
	METHOD_EXTERNAL,
	METHOD_LIFE_EXPECTANCY,
	METHOD_PROBABILITY_OF_DYING,
	METHOD_HEALTHY_LIFE_EXPECTANCY,
	METHOD_UNITS,
	METHOD_GROWTH,
	METHOD_AVERAGE_GROWTH,
	METHOD_CHANGE,
	METHOD_QUOTIENT,
	METHOD_MONOTONE,
	METHOD_RANK,
	METHOD_MILESTONE,
	METHOD_TARGETS_MET,
	METHOD_REPORTING,
};

/* What the interval beside a value, and a test of its change, rest on. */
enum uncertainty {
	UNCERTAINTY_NONE,    /* then a change is "changed, not tested" */
	UNCERTAINTY_POISSON, /* the numerator counts events: exact Poisson, exact rate ratio */
	UNCERTAINTY_WILSON,  /* a proportion of counted units: Wilson */
	UNCERTAINTY_SURVEY,  /* an estimate with a standard error */
};

enum comparison {
	COMPARE_AT_LEAST = 1,
	COMPARE_MORE,
	COMPARE_AT_MOST,
	COMPARE_LESS,
	COMPARE_EQUAL
};

enum take { TAKE_COUNT = 1, TAKE_SHARE, TAKE_ALL, TAKE_MIN, TAKE_MAX };
enum reporting_rate { REPORTING_REPORTED = 1, REPORTING_TIMELY, REPORTING_COMPLETE };

struct unit_condition {
	const struct indicator *indicator;
	enum comparison comparison;
	int64_t bound; /* * 10^scale */
	uint8_t scale;
};

/* Elements by id, 0: not given; base elements by the id of the base (see struct element). */
struct method {
	enum method_kind kind;
	/* ratio */
	enum uncertainty uncertainty;
	uint32_t error, sample;
	/* demographic */
	uint32_t deaths[METHOD_DEATHS_MAX];
	uint32_t deaths_count;
	uint32_t population, births, infant_deaths, unreported, unhealthy;
	uint8_t sex;      /* category id; 0: both */
	uint8_t from, to; /* exact ages, multiples of 5 */
	/* of other indicators */
	const struct indicator *of, *by;
	int since; /* year; 0: the asking target's baseline year */
	bool percent;
	/* units */
	struct linear units; /* one term; count 0: the list */
	char list[METHOD_UNITS_MAX][32];
	uint32_t listed;
	enum take take;
	struct unit_condition condition[METHOD_CONDITIONS_MAX];
	uint32_t conditions;
	/* rank */
	char among[24];
	/* milestone */
	uint32_t stage;
	char stages[METHOD_STAGES_MAX][48];
	uint32_t stage_count;
	/* targets_met */
	char plan[48];
	/* reporting */
	const struct form *form;
	enum reporting_rate rate;
};

/* The word in indicators.csv. */
const char *method_name(enum method_kind kind);

#endif
