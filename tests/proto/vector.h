/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The test vectors of vectors.txt in memory. */
#ifndef TESTS_PROTO_VECTOR_H
#define TESTS_PROTO_VECTOR_H

#include "base/bytes.h"

enum { VECTORS_MAX = 64 };

struct vector {
	char name[48], kind[24];
	struct bytes bytes;
};

/* All of them, read once; the test fails if the file cannot be read. */
size_t vectors_load(const struct vector **ret_vectors);
/* One by its name; the test fails if there is none. */
struct bytes vector_named(const char *name);

#endif
