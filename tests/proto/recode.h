/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Decoding and encoding again, for every kind of message: what a test, or a fuzzer, asks of a
 * decoder without knowing its fields. */
#ifndef TESTS_PROTO_RECODE_H
#define TESTS_PROTO_RECODE_H

#include "proto/report.h"

/* Decodes bytes as a message of this kind (third column of vectors.txt is its bytes) and appends
 * the encoding of what was understood. The decoder's or encoder's own result; ERR_NOT_FOUND for
 * a kind that does not exist. */
CHECKED int recode(struct arena *arena, const char *kind, struct bytes bytes, struct buffer *out);

/* The name of every kind; NULL beyond the last. */
const char *recode_kind(size_t index);

#endif
