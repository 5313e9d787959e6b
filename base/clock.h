/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Two clocks as two types, so that the compiler keeps them apart. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct mono {
	int64_t ns;
}; /* CLOCK_MONOTONIC: never stored, never sent */
struct wall {
	int64_t ms;
}; /* since 1970 UTC: what entries carry; orders nothing */

struct mono clock_mono(void);
struct wall clock_wall(void);
int64_t mono_ms_since(struct mono start, struct mono now);

/* Jumps of the wall clock, seen by whoever looks often. Begins as { 0 }. */
enum { CLOCK_JUMP_MS = 2000 };
struct clock_watch {
	struct mono mono;
	struct wall wall;
	uint64_t jumps;   /* seen so far */
	int64_t last_ms;  /* how far the last one went; forward is positive */
	struct wall when; /* the wall clock after it */
};
/* Whether the wall clock has gone otherwise than the monotonic one since the last look, by more
 * than CLOCK_JUMP_MS. */
bool clock_watch_look(struct clock_watch *watch, struct mono mono, struct wall wall);

/* "2026-05-01T09:30:00.123Z"; ret holds at least WALL_TEXT_BYTES. */
enum { WALL_TEXT_BYTES = 32 };
void wall_print(struct wall wall, char ret[WALL_TEXT_BYTES]);

#endif
