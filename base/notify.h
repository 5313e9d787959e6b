/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The few lines of the service manager's notification protocol that a daemon needs. */
#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H

/* Sends "READY=1", "STATUS=…", "STOPPING=1" or "WATCHDOG=1" to the manager named by NOTIFY_SOCKET;
 * does nothing without one. Never fails: a manager that does not listen is its own trouble. */
void notify(const char *state);

#endif
