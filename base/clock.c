/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The only place that asks the operating system for the time. */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

struct mono clock_mono(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (struct mono){ .ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec };
}

struct wall clock_wall(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (struct wall){ .ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 };
}

int64_t mono_ms_since(struct mono start, struct mono now)
{
	return (now.ns - start.ns) / 1000000;
}

void wall_print(struct wall wall, char ret[WALL_TEXT_BYTES])
{
	int ms = (int)(wall.ms % 1000) + (wall.ms % 1000 < 0 ? 1000 : 0); /* also before 1970 */
	time_t seconds = (time_t)((wall.ms - ms) / 1000);
	struct tm parts;
	char date[24];

	gmtime_r(&seconds, &parts);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(ret, WALL_TEXT_BYTES, "%s.%03dZ", date, ms);
}

bool clock_watch_look(struct clock_watch *watch, struct mono mono, struct wall wall)
{
	int64_t away = wall.ms - watch->wall.ms - mono_ms_since(watch->mono, mono);
	bool first = watch->mono.ns == 0;

	watch->mono = mono;
	watch->wall = wall;
	if (first || (away <= CLOCK_JUMP_MS && away >= -CLOCK_JUMP_MS))
		return false;
	watch->jumps++;
	watch->last_ms = away;
	watch->when = wall;
	return true;
}
