/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Values in digits, for tests that compare them with figures worked out by hand. Included by the
 * tests that need it; not a library, because Criterion's checks belong to the test. */
#ifndef TESTS_AGGREGATOR_VALUES_H
#define TESTS_AGGREGATOR_VALUES_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "aggregator/value.h"
#include "base/err.h"
#include "tests/aggregator/world.h"

__attribute__((unused)) static void print(const struct value *value, char ret[DECIMAL_TEXT_BYTES])
{
	int128 scaled;

	snprintf(ret, DECIMAL_TEXT_BYTES, "none");
	if (value->source != VALUE_NONE && rational_scaled(value->value, &scaled))
		scaled_print(scaled, ret);
}

__attribute__((unused)) static struct value value_in(struct valuing *valuing, const char *indicator,
	struct scope scope, const char *period, const char *window)
{
	const struct indicator *found =
		catalog_indicator_by_code(valuing->view->catalog, indicator);
	struct value value;
	struct span span;

	cr_assert(found, "%s", indicator);
	cr_assert_eq(span_of(window ? window_parse(window) : found->window, period_text(period),
			     valuing->since, &span),
		0, "%s", err_text());
	cr_assert_eq(value_of(valuing, found, scope, &span, &value), 0, "%s", err_text());
	return value;
}

#define value_is(is, text)                                                                         \
	do {                                                                                       \
		const struct value value_ = (is);                                                  \
		char digits_[DECIMAL_TEXT_BYTES];                                                  \
                                                                                                   \
		print(&value_, digits_);                                                           \
		cr_expect_str_eq(digits_, text, "%s, missing '%s', mark '%s'", digits_,            \
			value_.missing, value_.mark);                                              \
	} while (0)

__attribute__((unused)) static const struct scope city = { .area = CITY };

__attribute__((unused)) static struct scope facility_scope(uint32_t area, uint32_t facility)
{
	return (struct scope){ .area = area, .facility = facility };
}

#endif
