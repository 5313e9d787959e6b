/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A world in memory behind struct ports: ordered tables with transactions, clocks that the test
 * moves, and a network that keeps what was sent. Writes can be made to fail at the n-th. */
#ifndef TESTS_SUPPORT_MEMORY_PORTS_H
#define TESTS_SUPPORT_MEMORY_PORTS_H

#include "base/ports.h"

enum { MEMORY_TABLES = 16 };

struct memory_item {
	uint8_t *key, *value; /* owned */
	size_t key_len, value_len;
};

struct memory_table {
	struct memory_item *item; /* rising by key */
	size_t count, size;
};

struct memory_message {
	uint8_t *header, *payload; /* owned */
	size_t header_len, payload_len;
};

struct memory {
	struct memory_table table[MEMORY_TABLES], before[MEMORY_TABLES];
	struct mono mono;
	struct wall wall;
	uint64_t random;
	struct memory_message *sent;
	size_t sent_count;
	struct memory_table journal; /* bodies of durable entries, by sequence */
	int writes_left; /* puts and dels that still work; -1: all; at 0 each is ERR_IO */
	int writes;      /* how many were made */
};

void memory_init(struct memory *memory);
void memory_fini(struct memory *memory);
struct ports memory_ports(struct memory *memory);

/* What was written since begin is forgotten by abort: a crash before the commit. */
void memory_begin(struct memory *memory);
void memory_commit(struct memory *memory);
void memory_abort(struct memory *memory);

/* The body of an entry that is durable from now on. */
void memory_put_body(struct memory *memory, uint64_t sequence, struct bytes body);

void memory_forget_sent(struct memory *memory);
void memory_pass_ms(struct memory *memory, int64_t ms);

#endif
