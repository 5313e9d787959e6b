/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Whether two environments of the same tables hold the same: how a derived one is verified against
 * another that was just made from the journal. */
#ifndef STORE_ENV_COMPARE_H
#define STORE_ENV_COMPARE_H

#include "base/watchdog.h"
#include "store/env.h"

struct env_comparison {
	uint64_t keys, differences;
	char first[256]; /* difference: "table 'cell' key 0a0b…: values differ"; "": none */
};

/* Table by table, key by key, value by value; keys that only one of them has count once. pulse (or
 * NULL) is stepped on the way. */
CHECKED int env_compare(
	struct txn *a, struct txn *b, struct pulse *pulse, struct env_comparison *ret_comparison);

#endif
