/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The language in which programs speak to people: Chinese or English. */
#ifndef CLIENT_LANGUAGE_H
#define CLIENT_LANGUAGE_H

#include <stdbool.h>

/* Whether LC_ALL, else LC_MESSAGES, else LANG begins with "zh". */
bool language_is_chinese(void);
/* Decides it for this process: "zh" or "en" (false: neither, nothing is changed). */
bool language_choose(const char *code);

/* One of two texts, by the language; a macro, so that the compiler still checks formats. */
#define language_pick(zh, en) (language_is_chinese() ? (zh) : (en))

#endif
