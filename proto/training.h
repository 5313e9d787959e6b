/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The mark of a training system on what it sends. It is put on packed messages where they leave,
 * so that no answer can be forgotten. */
#ifndef PROTO_TRAINING_H
#define PROTO_TRAINING_H

#include "base/bytes.h"
#include "proto/frame.h"

/* What a mark takes; encoders leave so much room. */
enum { TRAINING_BYTES = 2 };

/* Adds the mark to a packed message that has none: WELCOME, VERDICTS, ANSWER and COMMAND_RESULT;
 * to any other nothing. */
CHECKED int training_mark(enum frame_type type, struct buffer *out);

#endif
