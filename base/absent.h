/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A vector of values in which some are not there, each for a reason of its own. */
#ifndef BASE_ABSENT_H
#define BASE_ABSENT_H

#include <stdbool.h>
#include <stdint.h>

/* In sums NOT_OFFERED is a given 0; every other kind of absence is a hole. */
enum { ABSENT_AS_ZERO = 1 };

/* Absent, by kind (enum absent_kind of model/report.h; 0: named nowhere). No value is near it. */
static inline int64_t value_absent(uint32_t kind)
{
	return INT64_MIN + (int64_t)kind;
}
static inline bool value_is_absent(int64_t value)
{
	return value < INT64_MIN + 16;
}
/* Whether the value adds to a cell: given, or not offered here and so a true 0. */
static inline bool value_counts(int64_t value)
{
	return !value_is_absent(value) || value == value_absent(ABSENT_AS_ZERO);
}
static inline int64_t value_in_sum(int64_t value)
{
	return value_is_absent(value) ? 0 : value;
}

#endif
