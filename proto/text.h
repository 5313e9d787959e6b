/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Text on the wire: UTF-8 without control characters. What a peer says is refused when it is not
 * that; what we say ourselves (an error cut in the middle of a character) is repaired. */
#ifndef PROTO_TEXT_H
#define PROTO_TEXT_H

#include "base/bytes.h"

/* Whether it is UTF-8 (shortest form, no surrogates) without control characters, NUL included. */
bool text_valid(struct bytes text);
/* A copy of valid text that ends with NUL: ERR_INVALID names the field if it is longer than max
 * bytes or not valid. ret holds max + 1 bytes. */
CHECKED int text_copy(const char *field, struct bytes text, size_t max, char *ret);
/* A copy that is valid whatever it was: a line feed becomes a blank, another control character and
 * a broken byte '?'; it is cut before the character that does not fit. ret holds size bytes. */
void text_repair(struct bytes text, char *ret, size_t size);
/* A facility code: 1..FACILITY_CODE_MAX printable ASCII bytes without blanks. */
bool text_is_code(struct bytes text);
/* Whether it holds an identity-card number (18 digits, or 17 and an X) or a Chinese mobile number
 * (11 digits from 13 to 19, also after 86), in ASCII or full-width digits. */
bool text_names_a_person(struct bytes text);

#endif
