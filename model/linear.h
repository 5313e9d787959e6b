/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Linear forms: the two sides of a ratio. Because they are linear over facilities, a corrected
 * report changes every sum by an exact integer, and a mean of ratios cannot be written.
 *
 *   form   = ["-"] term { ("+" | "-") term }
 *   term   = [ number "*" ] subject [ filter ]
 *   subject = element | "N_FACILITY" | "N_AREA" | "DAYS" | "MONTHS" | "WORKDAYS" | "1"
 *   filter = "[" condition { "," condition } "]"           all must hold
 *   condition = dimension "=" code { "|" code }            any of the codes, or below one of them
 *             | "group" "=" code                           facility class in a group of groups.csv
 *             | list "=" code { "|" code }                 in the code list, or below one
 *             | "kind" "=" word                            only for N_AREA
 *
 * An element that is broken down stands for all of its cells, or for those that the filter leaves:
 * one term each.
 *
 * Examples: "VISIT[class=hospital,ownership=private] + 0.5*VISIT_HOME", "DEATH[sex=M,age19=A0]" */
#ifndef MODEL_LINEAR_H
#define MODEL_LINEAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct catalog;

enum { LINEAR_TERMS_MAX = 256 };

/* A set of attribute ids (0..255) of one dimension. */
struct attribute_set {
	uint64_t word[4];
};

static inline bool attribute_set_has(const struct attribute_set *set, uint8_t id)
{
	return set->word[id >> 6] >> (id & 63) & 1;
}

static inline bool attribute_set_empty(const struct attribute_set *set)
{
	return (set->word[0] | set->word[1] | set->word[2] | set->word[3]) == 0;
}

static inline void attribute_set_add(struct attribute_set *set, uint8_t id)
{
	set->word[id >> 6] |= (uint64_t)1 << (id & 63);
}

/* A stratum: one combination of facility attributes, one byte per dimension, DIMENSION_CLASS in the
 * lowest byte. 0 in a byte: not stated. */
static inline uint8_t stratum_attribute(uint64_t stratum, unsigned dimension)
{
	return (uint8_t)(stratum >> (8 * dimension));
}

struct filter {
	uint8_t dimensions;              /* bit per dimension that is restricted */
	struct attribute_set allowed[6]; /* by dimension; ancestors already expanded */
	char kind[24];                   /* N_AREA only; "" = any */
};

enum term_kind {
	TERM_ELEMENT = 1,
	TERM_N_FACILITY,
	TERM_N_AREA,
	TERM_DAYS,
	TERM_MONTHS,
	TERM_WORKDAYS,
	TERM_ONE
};

struct term {
	enum term_kind kind;
	uint32_t element;    /* id, TERM_ELEMENT only */
	int64_t coefficient; /* the written one times 10^(the form's scale - the element's) */
	struct filter filter;
};

/* value = sum of coefficient * term / 10^scale, where an element's term is its stored integer. */
struct linear {
	struct term *term; /* owned */
	uint32_t count;    /* at most LINEAR_TERMS_MAX */
	uint8_t scale;     /* decimals of the coefficients, the elements' own scales folded in */
};

/* Parses text against the catalogue's elements, code lists, attributes and groups. ERR_INVALID says
 * what and at which character. What is returned is to be freed with linear_fini(). */
CHECKED int linear_parse(
	const struct catalog *catalog, const char *text, struct linear *ret_linear);
/* Leaves a form without terms. */
void linear_fini(struct linear *linear);
static inline void linear_fini_auto(struct linear *linear)
{
	linear_fini(linear);
}

/* Whether a facility of this stratum is meant by the filter. */
bool filter_matches(const struct filter *filter, uint64_t stratum);
/* Whether the form depends on the element at all. */
bool linear_uses(const struct linear *linear, uint32_t element);
/* Whether it has any element term (N_FACILITY and the like do not count). */
bool linear_has_elements(const struct linear *linear);

#endif
