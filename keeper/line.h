/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One JSON object on a line, read by its keys: what dump writes, and what a collector logs of its
 * verdicts. Keys that nobody asks for are left alone. */
#ifndef KEEPER_LINE_H
#define KEEPER_LINE_H

#include <stdio.h>

#include "base/bytes.h"

struct line_reader {
	FILE *in;   /* borrowed */
	char *text; /* owned; the line as it came */
	size_t size;
	uint64_t number; /* of the line, from 1 on */
	void *object;    /* owned */
};

void line_reader_fini(struct line_reader *reader);
static inline void line_reader_fini_auto(struct line_reader *reader)
{
	line_reader_fini(reader);
}

/* The next line. LINE_END: there is none. ERR_INVALID: it is not one whole JSON object; the words
 * name its number. */
enum { LINE_END = 1 };
CHECKED int line_next(struct line_reader *reader);
/* Of the line read last. ERR_INVALID: the key is missing or of another type. */
CHECKED int line_number(const struct line_reader *reader, const char *key, uint64_t *ret_number);
/* Exactly len bytes in hex. */
CHECKED int line_hex(const struct line_reader *reader, const char *key, uint8_t *ret, size_t len);
/* Hex of any length, appended. */
CHECKED int line_hex_add(const struct line_reader *reader, const char *key, struct buffer *out);
bool line_has(const struct line_reader *reader, const char *key);
/* Whether the key is there and true. */
bool line_true(const struct line_reader *reader, const char *key);

#endif
