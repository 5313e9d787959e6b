/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Figures of a world with both sides, in digits. Included by the tests that need it; not a library,
 * because Criterion's checks belong to the test. */
#ifndef TESTS_AGGREGATOR_FIGURES_H
#define TESTS_AGGREGATOR_FIGURES_H

#include <criterion/criterion.h>
#include <stdio.h>

#include "aggregator/evaluate.h"
#include "base/err.h"
#include "tests/aggregator/world.h"

struct figure {
	struct evaluation evaluation;
	char value[DECIMAL_TEXT_BYTES]; /* "null" */
};

__attribute__((unused)) static struct figure figure_in(const struct world *world,
	const char *indicator, struct scope scope, const char *period, const char *window)
{
	const struct indicator *found = catalog_indicator_by_code(world->view.catalog, indicator);
	struct figure figure = { .value = "null" };
	struct plan plan;
	struct span span;
	int128 scaled;

	cr_assert(found, "%s", indicator);
	cr_assert_eq(span_of(window ? window_parse(window) : found->window, period_text(period), 0,
			     &span),
		0, "%s", err_text());
	cr_assert_eq(plan_init(&plan, &world->view, found, scope, &span), 0, "%s", err_text());
	cr_assert_eq(evaluate(&world->view, &plan, &figure.evaluation), 0, "%s", err_text());
	if (figure.evaluation.has_value && rational_scaled(figure.evaluation.value, &scaled))
		scaled_print(scaled, figure.value);
	plan_fini(&plan);
	return figure;
}

#define side_is(figure, which, expected_, reported_, with_value_)                                  \
	do {                                                                                       \
		const struct side_value *side_ = &(figure).evaluation.side[which];                 \
                                                                                                   \
		cr_expect_eq(side_->expected, (expected_), "expected %lu", side_->expected);       \
		cr_expect_eq(side_->reported, (reported_), "reported %lu", side_->reported);       \
		cr_expect_eq(                                                                      \
			side_->with_value, (with_value_), "with value %lu", side_->with_value);    \
	} while (0)

#endif
