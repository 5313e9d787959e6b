/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Which figure is meant: the arguments that "indicator show" and "indicator explain" share. */
#ifndef AGGREGATOR_FIGURE_H
#define AGGREGATOR_FIGURE_H

#include "aggregator/span.h"
#include "aggregator/verb.h"

struct figure {
	const struct indicator *indicator;
	struct scope scope;
	uint32_t period; /* as asked */
	int since;       /* 0: not given */
	struct span span;
};

/* 0 or VERB_REFUSED. */
CHECKED int argument_figure(struct asking *asking, struct figure *ret_figure);
/* With two digits more than the indicator has; null if there is none. */
void cell_value(
	struct asking *asking, const struct indicator *indicator, const struct value *value);
/* Rounded once, from the exact value, to the indicator's digits. */
void cell_shown(
	struct asking *asking, const struct indicator *indicator, const struct value *value);
/* Two cells. */
void cells_interval(
	struct asking *asking, const struct indicator *indicator, const struct value *value);
/* Two cells: value and shown of the adjusted figure; null if none touches it. */
void cells_adjusted(struct asking *asking, const struct indicator *indicator, bool touched,
	const struct value *adjusted);
/* A fraction in RATIONAL_DIGITS digits; null if it overflowed. */
void cell_scaled(struct asking *asking, struct rational value);

#endif
