/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A rule as it is carried out on one form: sums over places of the form's vector, nothing to look
 * up. For model/ only: rule_parse.c makes comparisons, catalog_rules.c puts them together,
 * rule.c and rule_past.c carry them out.
 *
 * Coefficients are whole numbers over one power of ten for both sides. They are bounded so that no
 * sum leaves 128 bits: 16 terms (2^4) of at most 512 cells (2^9) in 12 periods (2^4) of values up
 * to 2^40, times a coefficient below 2^30, days and months (2^13), and per cent (2^20). */
#ifndef MODEL_RULE_INSIDE_H
#define MODEL_RULE_INSIDE_H

#include "base/absent.h"
#include "model/diagnose.h"
#include "model/rule.h"

enum {
	RULE_ID_MAX = 65535,
	RULE_TERMS_MAX = 16, /* of both sides together */
	RULE_COEFFICIENT_MAX = 1000000000,
};

enum rule_operator { RULE_EQ = 1, RULE_NE, RULE_LE, RULE_GE, RULE_LT, RULE_GT };

/* Where a subject's values come from. */
enum rule_source {
	RULE_NUMBER, /* nowhere: a bare number, or days and months alone */
	RULE_HERE,
	RULE_PREV,
	RULE_YEAR_AGO,
	RULE_MEDIAN,
	RULE_MAD, /* the median distance from the median */
	RULE_YEAR,
	RULE_OTHER,     /* the sum over the other form's periods inside this one */
	RULE_OTHER_LAST /* the last of them */
};

/* In which periods of a year a rule speaks. */
enum rule_season { RULE_ALWAYS, RULE_FIRST, RULE_LATER };

enum rule_missing { RULE_SKIP_ANY = 1, RULE_SKIP_ALL, RULE_NEVER };

/* coefficient * days? * months? * sum of cells */
struct rule_term {
	int64_t coefficient;
	const uint16_t *cell; /* owned when count > 1; places in the vector */
	uint16_t only;        /* the place when count is 1: cell points here */
	uint16_t count;       /* 0: RULE_NUMBER */
	enum rule_source source;
	bool days, months;
	const struct form *form; /* RULE_OTHER…: whose vector it is; else NULL */
	uint32_t base;           /* of cells: what they are broken down from; 0: one element */
};

/* left op right: both sums are over 10^scale. */
struct rule_comparison {
	enum rule_operator operator;
	struct rule_term *term; /* owned; left ones first */
	uint16_t terms, left;
	uint8_t scale;
	uint16_t subject; /* the first term on the left that has cells: what is found at fault */
	uint8_t subject_places; /* scale less that of its element */
	/* allowed difference: slack over 10^scale, or slack / whole of the right side */
	int64_t slack;
	int64_t whole; /* 0: slack is absolute */
};

struct compiled_rule {
	const struct rule *rule;
	struct rule_comparison holds, when; /* when.terms == 0: always */
	enum rule_missing missing;
	enum rule_season season;
	uint32_t periods;                       /* how many rows a median needs */
	uint16_t each;                          /* cells that are compared one by one; 0: sums */
	const struct filter *filter;            /* borrowed from the rule; NULL: every facility */
	const struct diagnosis_rule *diagnosis; /* borrowed; NULL: holds */
};

/* A term of the quick way: one place, or a run of them cell by cell. */
struct quick_term {
	int32_t coefficient; /* of left less right */
	uint16_t line;
	uint8_t factor;     /* place in quick_view.factor */
	uint8_t row : 4;    /* 0: this report; 1: the one before */
	uint8_t stride : 4; /* 1: a line for each cell */
};

/* Holds for certain while the sum lies in low..high. */
struct quick_rule {
	int64_t low, high;
	uint32_t first; /* term */
	uint16_t terms, cells;
	uint8_t severities; /* bit of its own */
	bool able, prev;
	bool identity; /* a diagnosis_identity was read off it */
	bool simple;   /* this report's values alone, whatever the days */
};

/* A sum of this report's values, in few bytes. Terms that are not there have coefficient 0. */
enum { QUICK_SUM_TERMS = 4 };
struct quick_sum {
	int64_t low, high;
	int32_t coefficient[QUICK_SUM_TERMS];
	uint16_t line[QUICK_SUM_TERMS];
	uint8_t severities;
};

struct quick_view {
	const int64_t *row[2];
	int64_t factor[4]; /* 1, days, months, both */
	bool plain;        /* no value of row[0] is absent or out of bounds */
	bool plain_before; /* row[1] is there, and so is every value in it */
};

/* What the quick way leaves open. */
enum { QUICK_OPEN_MAX = 16 };
struct quick_open {
	uint16_t place[QUICK_OPEN_MAX];
	uint32_t count;
	bool sums_hold; /* of what the diagnoses know as identities none is open */
};

struct sight_form;

/* The rules of one form, in the table's order. */
struct form_rules {
	struct compiled_rule *rule;    /* owned */
	struct quick_rule *quick;      /* owned; beside each rule */
	struct quick_term *quick_term; /* owned */
	/* owned; the places of the rules: those with a quick way first. quick_sum beside it, as far
	 * as sums go: those of two terms at most, of more, and with the period before */
	uint16_t *quick_order;
	struct quick_sum *quick_sum; /* owned */
	uint32_t pairs, sums, prevs, quicks, rules;
	bool quick_prev; /* whether any quick rule looks at the period before */
	const struct form *other[RULE_OTHERS_MAX];
	uint8_t other_severities[RULE_OTHERS_MAX]; /* bits of the rules that look at it */
	uint32_t others;
	struct diagnosis_form *lines; /* owned; NULL without rules */
	struct sight_form *sight;     /* owned; NULL without rules */
};

/* What stands in rules.csv beside what everybody may see. */
struct rule_detail {
	struct filter filter;
	bool filtered;
	struct diagnosis_rule diagnosis; /* DIAGNOSIS_NONE: holds */
	enum rule_missing missing;
	enum rule_season season;
	bool each;
	uint32_t periods;
	int64_t tolerance; /* over 10^tolerance_places; of percent if so */
	uint8_t tolerance_places;
	bool percent;
};

/* Takes from a rule, the form's place-th, what lines have to do with each other. */
void diagnosis_form_learn(
	const struct compiled_rule *rule, uint32_t place, struct diagnosis_form *lines);

/* Compiles "left op right" for a form. ERR_INVALID says what and at which character. each: cell by
 * cell; then *ret_each is how many (0 when no subject is broken down). */
CHECKED int comparison_parse(const struct catalog *catalog, const struct form *form,
	const char *text, bool each, struct rule_comparison *ret_comparison, uint16_t *ret_each);
/* Puts the tolerance in; ERR_INVALID if it is too large or too fine beside the terms. */
CHECKED int comparison_allow(struct rule_comparison *comparison, const struct rule_detail *detail);
void comparison_fini(struct rule_comparison *comparison);
static inline void comparison_fini_auto(struct rule_comparison *comparison)
{
	comparison_fini(comparison);
}
/* Whether the comparison looks beyond the report's own values. */
bool comparison_looks_back(const struct rule_comparison *comparison);

/* Makes quick, quick_term, quick_sum and quick_order from the rules. */
CHECKED int quick_make(struct form_rules *rules);
/* Sets plain and plain_before. */
void quick_look(const struct form *form, struct quick_view *view);
/* The places, rising, of the rules with these severities that have a quick way but of which it
 * cannot say that they hold. False when it has not looked at all, or there are too many. */
bool quick_look_all(const struct form_rules *rules, unsigned severities,
	const struct quick_view *view, struct quick_open *ret_open);
/* The first rule from at on, of those with these severities, that the quick way cannot say to hold;
 * ret_cell: from which cell on. rules->rules: there is none. */
uint32_t quick_skip(const struct form_rules *rules, uint32_t at, unsigned severities,
	const struct quick_view *view, uint32_t *ret_cell);
/* The first cell from cell on of which the quick way cannot say that the rule holds; cells when it
 * holds for all. quick->able only. */
uint32_t quick_holds(const struct form_rules *rules, const struct quick_rule *quick,
	const struct quick_view *view, uint32_t cell);
/* rules_check() without the quick way: the same findings. */
void rules_check_exactly(const struct catalog *catalog, const struct checkup *checkup,
	unsigned severities, struct findings *findings);

/* The form's, never NULL. */
const struct form_rules *catalog_form_rules(const struct catalog *catalog, const struct form *form);

/* What a subject amounts to, and of how many places it was given or not. */
struct rule_amount {
	__int128 sum;
	uint32_t given, holes;
};

/* The same for what lies in the past or on another form. only: of the term's cells just this one;
 * -1: all together. */
void rule_amount_elsewhere(const struct rule_term *term, const struct checkup *checkup,
	uint32_t periods, int only, struct rule_amount *amount);

/* Adds the cells of one vector, NULL being one that is not there. */
static inline void rule_amount_add(
	const struct rule_term *term, const int64_t *vector, int only, struct rule_amount *amount)
{
	uint32_t first = only < 0 ? 0 : (uint32_t)only, end = only < 0 ? term->count : first + 1;

	if (!vector) {
		amount->holes++;
		return;
	}
	for (uint32_t i = first; i < end; i++) {
		int64_t value = vector[term->cell[i]];

		if (value_counts(value)) {
			amount->sum += value_in_sum(value);
			amount->given++;
		} else {
			amount->holes++;
		}
	}
}

#endif
