/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A bump allocator. The block is asked for once at its full size; the system gives pages only as
 * they are touched, so an arena that meets ordinary messages stays small. Without a cap 60 KiB of
 * two-byte sub-messages would unpack to megabytes at a sender's pleasure. */
#include "proto/arena.h"

#include <stdalign.h>
#include <stdlib.h>

#include "base/err.h"

struct arena {
	uint8_t *block;
	size_t used;
	bool spent;
	ProtobufCAllocator allocator;
};

static void *allocate(void *arena, size_t size)
{
	return arena_take(arena, 1, size);
}

static void forget(void *arena, void *pointer)
{
	(void)arena;
	(void)pointer;
}

int arena_new(struct arena **ret_arena)
{
	struct arena *arena = calloc(1, sizeof(*arena));

	if (!arena)
		return err_here(ERR_NOMEM, "cannot allocate an arena");
	arena->block = malloc(ARENA_BYTES_MAX);
	if (!arena->block) {
		free(arena);
		return err_here(
			ERR_NOMEM, "cannot allocate the %d bytes of an arena", ARENA_BYTES_MAX);
	}
	arena->allocator = (ProtobufCAllocator){ allocate, forget, arena };
	*ret_arena = arena;
	return 0;
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	free(arena->block);
	free(arena);
}

void arena_reset(struct arena *arena)
{
	arena->used = 0;
	arena->spent = false;
}

void *arena_take(struct arena *arena, size_t count, size_t size)
{
	const size_t align = alignof(max_align_t);
	size_t start = (arena->used + align - 1) / align * align;

	if (start > ARENA_BYTES_MAX || (size > 0 && count > (ARENA_BYTES_MAX - start) / size)) {
		arena->spent = true;
		return NULL;
	}
	arena->used = start + count * size;
	return arena->block + start;
}

bool arena_spent(const struct arena *arena)
{
	return arena->spent;
}

ProtobufCAllocator *arena_allocator(struct arena *arena)
{
	return &arena->allocator;
}
