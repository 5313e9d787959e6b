/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What people read, in Chinese and English: headings of columns and the marks beside a figure.
 * Machine output (JSON, CSV) never passes through here. */
#ifndef ADMIN_WORDS_H
#define ADMIN_WORDS_H

#include <stdbool.h>

#include "base/bytes.h"

/* The heading of a column; the name itself when the dictionary has none. */
const char *words_heading(const char *column, bool chinese);

/* A coded value of a column ("month", "following", "persons") in the reader's language; itself when
 * the dictionary has none. */
const char *words_value(const char *column, const char *value, bool chinese);

/* "partial 11 of 12; mixed basis", "fact X for 320700 2020", "缺：fact X …" in the reader's language:
 * each remark that is known is replaced, an unknown one stands as it is. Appends to out. */
CHECKED int words_mark(const char *mark, bool chinese, struct buffer *out);

#endif
