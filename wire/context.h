/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The one ZeroMQ context of a process. Making it seeds rand() from the system's randomness, because
 * libzmq takes routing identities from it (docs/protocol.md, "Security"). */
#ifndef WIRE_CONTEXT_H
#define WIRE_CONTEXT_H

#include "base/macros.h"

struct wire_context;
CHECKED int wire_context_new(struct wire_context **ret_context);
/* Waits for nothing: every socket has linger 0. */
void wire_context_free(struct wire_context *context);
AUTO_DEFINE(wire_context_free, struct wire_context *);

#endif
