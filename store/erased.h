/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The body of an entry `erased`: which entries no longer hold what their senders wrote, who asked
 * for it and why. All numbers big-endian:
 *
 *   0 u8 version = 1 | 1 u8 length of name | 2 u16 length of reason | 4 u32 count, 1..ERASED_MAX
 *   8 count × u64 sequence, rising | name | reason, both UTF-8
 *
 * Valid iff the version is 1, the count is in range, the sequences rise, and the lengths add up. */
#ifndef STORE_ERASED_H
#define STORE_ERASED_H

#include "base/bytes.h"

enum { ERASED_MAX = 256, ERASED_BY_MAX = 100, ERASED_REASON_MAX = 1000 };

struct erased {
	size_t count;
	uint64_t sequence[ERASED_MAX];
	struct bytes by, reason; /* views */
};

/* Appends to out. ERR_INVALID: it would not be valid; the words say why. */
CHECKED int erased_encode(const struct erased *erased, struct buffer *out);
/* ERR_CORRUPT unless it is valid; views point into body. */
CHECKED int erased_decode(struct bytes body, struct erased *ret_erased);
/* Whether it names the entry. */
bool erased_names(const struct erased *erased, uint64_t sequence);

#endif
