/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Two clocks as two types, so that the compiler keeps them apart. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

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

/* "2026-05-01T09:30:00.123Z"; ret holds at least WALL_TEXT_BYTES. */
enum { WALL_TEXT_BYTES = 32 };
void wall_print(struct wall wall, char ret[WALL_TEXT_BYTES]);

#endif
