/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Fractions of 128-bit integers, always reduced, with a positive denominator. A mean of twelve
 * months' populations is one; no figure is ever rounded before it is printed. An overflow is
 * remembered, not wrapped: such a figure cannot be shown. */
#ifndef MODEL_RATIONAL_H
#define MODEL_RATIONAL_H

#include <stdbool.h>

#include "model/decimal.h"

/* Digits after the point when a fraction is printed: exact for every form of at most 9 decimals. */
enum { RATIONAL_DIGITS = 9 };

struct rational {
	int128 top, bottom; /* bottom > 0; 0: overflowed */
};

struct rational rational_of(int128 top, int128 bottom); /* bottom must not be 0 */
struct rational rational_add(struct rational a, struct rational b);
struct rational rational_multiply(struct rational a, struct rational b);
/* b must not be 0. */
struct rational rational_divide(struct rational a, struct rational b);
bool rational_is_zero(struct rational a);
bool rational_overflowed(struct rational a);
/* <0, 0, >0 as a is less than, equal to or more than b, exactly, however large both are. Neither
 * may have overflowed. */
int rational_order(struct rational a, struct rational b);

/* a * 10^RATIONAL_DIGITS, rounded half away from zero; false if it does not fit. */
bool rational_scaled(struct rational a, int128 *ret_scaled);
/* Such a number in digits, without zeros at its end. */
void scaled_print(int128 scaled, char ret[DECIMAL_TEXT_BYTES]);

#endif
