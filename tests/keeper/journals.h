/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Small journals in a folder of the test's own, for tests of the keeper. */
#ifndef TESTS_KEEPER_JOURNALS_H
#define TESTS_KEEPER_JOURNALS_H

#include <stdio.h>

#include "store/journal.h"

enum { MAP_BYTES = 64 << 20 };

/* Makes the folder that every path below lies in, and deletes it with all in it. */
void journals_setup(void);
void journals_teardown(void);
/* FOLDER/name; valid until the sixteenth next call. */
const char *in_folder(const char *name);

/* Opens (makes) the journal `name` for appending; its epoch begins with the byte. */
struct journal *journal_make(const char *name, uint8_t epoch);
struct journal *journal_read_only(const char *name);
/* One report; the body tells it apart. */
void append(struct journal *journal, const char *body);
/* n reports "body 1" … in transactions of one each. */
void append_many(struct journal *journal, size_t first, size_t last);
struct journal_head head_of(struct journal *journal);
/* The head of the journal `name`, which nobody has open. */
struct journal_head head_in(const char *name);

/* A stream of the text. */
FILE *stream_of(const char *text);

#endif
