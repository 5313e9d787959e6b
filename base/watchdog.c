/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A pulse is stuck when the very work that it had at the last ping is all that it has: work that
 * was given since then has had no time yet. While one is stuck the watch looks at every turn, so a
 * flush that was merely slow is forgiven as soon as it ends. */
#include "base/watchdog.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/macros.h"
#include "base/notify.h"

void pulse_give(struct pulse *pulse)
{
	atomic_fetch_add(&pulse->given, 1);
}

void pulse_step(struct pulse *pulse)
{
	if (!pulse)
		return;
	atomic_fetch_add(&pulse->steps, 1);
	if (pulse->watchdog)
		(void)watchdog_turned(pulse->watchdog, clock_mono());
}

void pulse_rest(struct pulse *pulse)
{
	atomic_store(&pulse->done, atomic_load(&pulse->given));
}

static int64_t number_of(const char *name)
{
	const char *text = getenv(name);

	return text ? strtoll(text, NULL, 10) : 0;
}

void watchdog_init(struct watchdog *watch, struct mono now)
{
	int64_t pid = number_of("WATCHDOG_PID"), usec = number_of("WATCHDOG_USEC");

	*watch = (struct watchdog){ .pinged = now };
	if (usec <= 0 || (pid != 0 && pid != (int64_t)getpid()))
		return;
	watch->every_ms = usec / 2000 > 0 ? usec / 2000 : 1;
	notify("WATCHDOG=1");
}

static void pulse_see(struct watchdog *watch, uint32_t i)
{
	struct pulse *pulse = watch->seen[i].pulse;

	watch->seen[i].given = atomic_load(&pulse->given);
	watch->seen[i].done = atomic_load(&pulse->done);
	watch->seen[i].steps = atomic_load(&pulse->steps);
}

void watchdog_add(struct watchdog *watch, struct pulse *pulse)
{
	ensure(watch->count < WATCHDOG_PULSES_MAX);
	watch->seen[watch->count].pulse = pulse;
	pulse_see(watch, watch->count++);
}

static bool pulse_stuck(const struct watchdog *watch, uint32_t i)
{
	struct pulse *pulse = watch->seen[i].pulse;

	return watch->seen[i].given != watch->seen[i].done &&
	       atomic_load(&pulse->done) == watch->seen[i].done &&
	       atomic_load(&pulse->steps) == watch->seen[i].steps;
}

static const struct pulse *first_stuck(const struct watchdog *watch)
{
	for (uint32_t i = 0; i < watch->count; i++) {
		if (pulse_stuck(watch, i))
			return watch->seen[i].pulse;
	}
	return NULL;
}

bool watchdog_turned(struct watchdog *watch, struct mono now)
{
	const struct pulse *stuck;

	if (watch->every_ms == 0 || mono_ms_since(watch->pinged, now) < watch->every_ms)
		return false;
	stuck = first_stuck(watch);
	if (stuck && !watch->silent)
		log_error("a thread does not come on with its work; the watchdog is not fed",
			kv_str("thread", stuck->name));
	watch->silent = stuck;
	if (stuck)
		return false;
	for (uint32_t i = 0; i < watch->count; i++)
		pulse_see(watch, i);
	watch->pinged = now;
	notify("WATCHDOG=1");
	return true;
}
