/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the methods share: only value*.c may look inside. */
#ifndef AGGREGATOR_VALUE_INSIDE_H
#define AGGREGATOR_VALUE_INSIDE_H

#include "aggregator/value.h"

/* What is asked. */
struct asked_value {
	struct valuing *valuing;
	const struct indicator *indicator;
	struct scope scope;
	struct span span;
};

/* One per method. The value comes in empty: without source, complete, every text "". What cannot be
 * computed leaves source NONE and says in missing what is lacking. */
typedef int value_method(const struct asked_value *asked, struct value *value);
value_method value_ratio, value_external;
value_method value_life_expectancy, value_probability_of_dying, value_healthy_life_expectancy;
value_method value_growth, value_average_growth, value_change, value_quotient, value_monotone;
value_method value_units, value_rank, value_milestone, value_targets_met, value_reporting;

/* The fact or printed figure that a person prefers to the reports: true if there is one. */
bool value_fact_preferred(const struct asked_value *asked, struct value *value);
/* A fact, else a printed figure, in place of a value that is lacking, if there is one. */
void value_fact(const struct asked_value *asked, struct value *value);

/* As a method finds it. */
void value_clear(struct value *value);
/* A result in floating point, rounded to RATIONAL_DIGITS. What is not finite is no value. */
void value_set_real(struct value *value, double result);
double rational_double(struct rational a);
/* The indicator's factor, or otherwise where it gives none, which is 1. */
int64_t factor_of(const struct indicator *indicator, int64_t otherwise);

/* The input that is lacking; the first one said stays. */
void value_missing(struct value *value, const char *text, ...)
	__attribute__((format(printf, 2, 3)));
/* Another indicator in its own natural window, years later than asked (earlier when negative). */
CHECKED int value_of_other(const struct asked_value *asked, const struct indicator *other,
	struct scope scope, int years, struct value *ret_value);
/* The same as an input of the value, which is then no more complete and no less provisional, and
 * lacks what the input lacks. An input that is only known as at least or at most is none. */
CHECKED int value_input(const struct asked_value *asked, const struct indicator *other,
	struct scope scope, int years, struct value *value, struct value *ret_input);
/* What the value rests on beside its own span. */
void value_rests_on(struct valuing *valuing, int from, int to);
/* The code of the area or facility, for texts. */
enum { SCOPE_TEXT_BYTES = 48 };
void scope_print(const struct view *view, struct scope scope, char ret[SCOPE_TEXT_BYTES]);

/* Elements by themselves, added up over the window as their operators say. */
struct element_sum {
	struct indicator indicator; /* sum of the elements / 1 */
	struct term term[LINEAR_TERMS_MAX], one;
	struct plan plan;
	struct evaluation evaluation;
};
/* count at most LINEAR_TERMS_MAX. */
CHECKED int element_sum_init(struct element_sum *sum, const struct asked_value *asked,
	const uint32_t *elements, size_t count);
void element_sum_fini(struct element_sum *sum);
static inline void element_sum_fini_auto(struct element_sum *sum)
{
	element_sum_fini(sum);
}

/* Cells of base elements. */
struct cells {
	uint32_t element[LINEAR_TERMS_MAX];
	size_t count;
};
/* Those of the base that the method reads, of every age; of a plain element itself. */
void demography_cells(const struct catalog *catalog, const struct method *method, uint32_t base,
	struct cells *cells);

/* Why the side has no data, by the lacking element. */
CHECKED int side_missing(
	const struct view *view, const struct plan *plan, enum side side, struct value *value);
/* Lowers the value's completeness to that of the plan, and may make it provisional. */
CHECKED int plan_complete(const struct view *view, const struct plan *plan, struct value *value);
/* Basis of the elements and vintage of the populations that the plan reads. */
CHECKED int plan_series(
	const struct view *view, const struct plan *plan, char ret[VALUE_SERIES_BYTES]);
/* Adds the vintages of the plan's populations, a bit each; and the words for them. */
CHECKED int plan_vintages(const struct view *view, const struct plan *plan, uint32_t *vintages);
void vintages_print(uint32_t vintages, char *ret, size_t size);
/* Adds the grades, a bit each, that reports of the form and period in the scope's area, as they
 * serve in until, give for the element. */
CHECKED int grades_gather(const struct view *view, const struct form *form, uint32_t period,
	uint32_t until, struct scope scope, uint32_t element, uint32_t *grades);

/* The two-sided 95 % point of the normal distribution. */
#define NORMAL_95 1.959963984540054
/* Intervals and what a test of a change rests on, by the indicator's uncertainty. */
CHECKED int ratio_uncertainty(const struct asked_value *asked, struct value *value);

#endif
