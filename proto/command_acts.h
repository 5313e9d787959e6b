/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The records of a command by which persons deal with reports: decisions, queries, adjustments,
 * locks; and with senders whose receipts are of another history: witnesses. Only proto/command.c
 * uses this header. */
#ifndef PROTO_COMMAND_ACTS_H
#define PROTO_COMMAND_ACTS_H

#include "proto/query.h"

struct Huibao__V1__Command;

/* Decoded records belong to the arena. */
CHECKED int acts_unpack(
	const struct Huibao__V1__Command *m, struct arena *arena, struct command *command);
/* Appends them, one element of a repeated field at a time. */
CHECKED int acts_pack(const struct command *command, struct buffer *out);

#endif
