/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The enrolment code: a public key to be read over the telephone and typed. 9 groups of 7 letters
 * and digits (Crockford's base 32: no I, L, O, U; case, blanks and dashes do not matter). Six of a
 * group carry 30 bits, the seventh is a check, so that a group heard wrongly is named instead of
 * the whole being read again; the last 14 of the 270 bits check the whole. */
#ifndef WIRE_KEY_CODE_H
#define WIRE_KEY_CODE_H

#include "wire/keys.h"

enum {
	KEY_CODE_GROUPS = 9,
	KEY_CODE_GROUP_BYTES = 7,
	KEY_CODE_SYMBOLS = KEY_CODE_GROUPS * KEY_CODE_GROUP_BYTES,
	KEY_CODE_TEXT_BYTES = KEY_CODE_SYMBOLS + KEY_CODE_GROUPS
};

/* "K3WD0QX-…": the groups with dashes between them. */
void key_code_print(const uint8_t key[KEY_BYTES], char ret[KEY_CODE_TEXT_BYTES]);
/* ERR_INVALID names the first group that is wrong. Found is every wrong character, every swap of
 * two within a group, every group in another's place; of two faults in one group all but one in
 * 32. */
CHECKED int key_code_parse(const char *text, uint8_t ret_key[KEY_BYTES]);

#endif
