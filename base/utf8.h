/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Well-formed UTF-8, one character at a time: the one place that knows the table of Unicode 3.9,
 * for sheets that people save and for text that peers send. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/bytes.h"

/* How many bytes the first character of text has, 1..4; 0 if it is broken: overlong, a surrogate,
 * above U+10FFFF, cut off, or text is empty. ret_code is written only then when it is not. */
size_t utf8_character(struct bytes text, uint32_t *ret_code);

/* Takes out what a cut ("%.40s", a full buffer) has left of a character: a first byte that lacks
 * some of its others, before a byte of ASCII or the end. Any other broken bytes stay. */
void utf8_mend(char *text);

#endif
