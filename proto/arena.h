/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The memory of one decoding: a bounded block that is handed out from its start and taken back as
 * a whole. Only proto/ looks inside. */
#ifndef PROTO_ARENA_H
#define PROTO_ARENA_H

#include <protobuf-c/protobuf-c.h>

#include "proto/report.h"

/* What the largest legal message may unpack to; beyond it the message is refused. */
enum { ARENA_BYTES_MAX = 4 * 1024 * 1024 };

/* Forgets everything that was handed out: the start of the next decoding. */
void arena_reset(struct arena *arena);
/* Room for count things of size bytes each, aligned for anything and not cleared; NULL beyond the
 * cap, and arena_spent() is then true. */
void *arena_take(struct arena *arena, size_t count, size_t size);
bool arena_spent(const struct arena *arena);
/* The same memory as protobuf-c wants to see it; its free() does nothing. */
ProtobufCAllocator *arena_allocator(struct arena *arena);

#endif
