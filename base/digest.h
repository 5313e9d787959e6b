/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Digests of 32 bytes through libcrypto. The algorithm is one stored byte, so that SM3 can stand
 * where SHA-256 does. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/bytes.h"

enum digest_algorithm { DIGEST_SHA256 = 1, DIGEST_SM3 = 2 };

struct digest {
	uint8_t byte[32];
};

/* The digest of the parts, read one after the other. ERR_INVALID for an unknown algorithm. */
CHECKED int digest_of_parts(enum digest_algorithm algorithm, const struct bytes *parts,
	size_t count, struct digest *ret_digest);
CHECKED int digest_of(
	enum digest_algorithm algorithm, struct bytes bytes, struct digest *ret_digest);
bool digest_equal(const struct digest *a, const struct digest *b);
struct bytes digest_view(const struct digest *digest);

/* Makes the thread's digest context now and frees it again: optional, for threads that end
 * early. */
void digest_thread_fini(void);

#endif
