/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Exact decimals: reading a figure of fixed scale, printing one, and dividing with half-up
 * rounding. No floating point takes part in any figure. */
#ifndef MODEL_DECIMAL_H
#define MODEL_DECIMAL_H

#include <stdint.h>

#include "base/macros.h"

typedef __int128 int128; /* windows and linear forms add in 128 bits */

enum { DECIMAL_TEXT_BYTES = 64 };

/* "12.50" at scale 2 → 1250. ERR_INVALID for anything but digits with one optional point and sign,
 * for more decimals than scale, and beyond VALUE_MAX: the text says which. */
CHECKED int decimal_parse(const char *text, uint8_t scale, int64_t *ret_value);
/* The same with as many decimals as are written: at most 9. */
CHECKED int decimal_read(const char *text, int64_t *ret_value, uint8_t *ret_scale);
/* At most 18 decimals; the same below. */
void decimal_print(int128 value, uint8_t scale, char ret[DECIMAL_TEXT_BYTES]);
/* One step of a long division: the next digit of rest / divisor, and what is then left in rest.
 * rest is below divisor, which is at most 2^127. */
int decimal_digit(unsigned __int128 *rest, unsigned __int128 divisor);
/* numerator / denominator with the given number of decimals, rounded half away from zero;
 * denominator must not be 0. */
void decimal_ratio(
	int128 numerator, int128 denominator, uint8_t decimals, char ret[DECIMAL_TEXT_BYTES]);

#endif
