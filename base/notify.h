/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The few lines of the service manager's notification protocol that a daemon needs. All of it does
 * nothing without NOTIFY_SOCKET, and never fails: a manager that does not listen is its own
 * trouble. */
#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H

#include <stdint.h>

/* Sends one message: "READY=1\nSTATUS=receiving", "STOPPING=1" and their like. */
void notify(const char *state);
/* SIGHUP is being followed; notify("READY=1") says when that is done. */
void notify_reloading(void);
/* Work before READY=1 that may take longer than the unit allows: asks for another minute and says
 * how far it is. Call it at every step; it sends once a second. */
void notify_rebuilding(const char *what, uint64_t done, uint64_t all);

#endif
