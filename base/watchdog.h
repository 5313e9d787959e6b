/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The service manager's watchdog, fed by progress and by nothing else. The thread that owns the
 * watch says when its loop has turned; every other thread has a pulse: what it was given, and how
 * it came on with that. A thread that rests needs no progress. One that has work and does not come
 * on with it for half the watchdog's time silences the watch, and the manager ends the process. */
#ifndef BASE_WATCHDOG_H
#define BASE_WATCHDOG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

struct watchdog;

/* Zeroed, and given a name. */
struct pulse {
	const char *name; /* in the log, when it stops */
	/* Of the watching thread's own pulse: every step is a turn; else NULL. */
	struct watchdog *watchdog;
	_Atomic uint64_t given, done, steps;
};

/* Work goes to the thread; call it before the thread can know of it. */
void pulse_give(struct pulse *pulse);
/* The thread came on with its work. NULL: nobody watches. */
void pulse_step(struct pulse *pulse);
/* All that it was given is done. Not at the same time as pulse_give(). */
void pulse_rest(struct pulse *pulse);

enum { WATCHDOG_PULSES_MAX = 4 };

struct watchdog {
	int64_t every_ms; /* half of WATCHDOG_USEC; 0: nobody asks */
	struct mono pinged;
	struct {
		struct pulse *pulse;
		uint64_t given, done, steps; /* at the last ping */
	} seen[WATCHDOG_PULSES_MAX];
	uint32_t count; /* <= WATCHDOG_PULSES_MAX */
	bool silent;    /* a ping is due, and somebody does not come on */
};

/* Reads WATCHDOG_USEC, unless WATCHDOG_PID names another process. Sends the first WATCHDOG=1. */
void watchdog_init(struct watchdog *watch, struct mono now);
void watchdog_add(struct watchdog *watch, struct pulse *pulse); /* borrowed */
/* The watching thread's loop has turned. Sends WATCHDOG=1 when half the time has passed and every
 * pulse has moved or rests; true if it did. */
bool watchdog_turned(struct watchdog *watch, struct mono now);

#endif
