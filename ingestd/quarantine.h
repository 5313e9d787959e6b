/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Which keys are not let in for a while, and what led to it. It ends by itself, each time later
 * than the time before until the key has behaved for QUARANTINE_MS_MAX: whoever has a broken
 * program is back in ten seconds, whoever means it is knocked at the door every ten minutes. Pure:
 * it is told what happened and what time it is; cutting off is the caller's. */
#ifndef INGESTD_QUARANTINE_H
#define INGESTD_QUARANTINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/macros.h"

struct quarantine;

CHECKED int quarantine_new(struct quarantine **ret_quarantine);
void quarantine_free(struct quarantine *quarantine);
AUTO_DEFINE(quarantine_free, struct quarantine *);

/* Not let in, and nothing of it heard. */
bool quarantine_holds(const struct quarantine *quarantine, uint32_t actor, struct mono now);
/* Begins now; how long, in milliseconds. 0: the key is in it already. */
uint32_t quarantine_begin(struct quarantine *quarantine, uint32_t actor, struct mono now);

/* One more message of len bytes beyond the key's limit. True: too many within a second. */
bool quarantine_over_limit(
	struct quarantine *quarantine, uint32_t actor, size_t len, struct mono now);

/* A connection that was cut off before any message of it was delivered has no name. But a key of
 * which many connections of the last seconds never said anything, while nameless ones have to be
 * cut off, is the one. */
void quarantine_nameless(struct quarantine *quarantine, struct mono now);
/* The key knocks. True: it is the one. */
bool quarantine_knock(struct quarantine *quarantine, uint32_t actor, struct mono now);
/* The first message of one of its connections. */
void quarantine_heard(struct quarantine *quarantine, uint32_t actor);

/* How many keys are in it. */
uint32_t quarantine_keys(const struct quarantine *quarantine, struct mono now);

#endif
