/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The first frame of every message: 16 bytes, big-endian, fixed for all versions.
 *
 *   0 'H' | 1 'B' | 2 u8 version = 1 | 3 u8 type | 4 u32 request, chosen by the asker and sent back
 *   8 u32 length of the second frame | 12 u32 zero
 *
 * Valid iff the first two bytes, the version, the length and the zeros are right and the type is
 * known. */
#ifndef PROTO_FRAME_H
#define PROTO_FRAME_H

#include "base/bytes.h"

enum { FRAME_HEADER_BYTES = 16, PROTOCOL_VERSION = 1 };

enum frame_type {
	FRAME_HELLO = 1,
	FRAME_WELCOME = 2,
	FRAME_SUBMIT = 3,
	FRAME_VERDICTS = 4,
	FRAME_STATUS = 5,
	FRAME_STATUS_REPLY = 6,
	FRAME_CATALOGUE = 7,
	FRAME_CATALOGUE_PIECE = 8,
	FRAME_BUSY = 9,
	FRAME_PING = 10,
	FRAME_PONG = 11,
	FRAME_REFUSAL = 12,
	FRAME_QUESTION = 13,
	FRAME_ANSWER = 14,
	FRAME_COMMAND = 15,
	FRAME_COMMAND_RESULT = 16,
	FRAME_TYPE_MAX = 16,
};

struct frame {
	enum frame_type type;
	uint32_t request;
	uint32_t length;
};

/* What frame_decode found. */
enum { FRAME_WRONG_VERSION = 1, FRAME_WRONG_TYPE = 2 };

/* 0, or one of the two results above (ret_frame->request is then set, so that a REFUSAL can be
 * sent), or ERR_INVALID: not one of our messages at all; drop and count it. */
CHECKED int frame_decode(struct bytes header, size_t payload_length, struct frame *ret_frame);
void frame_encode(const struct frame *frame, uint8_t ret[FRAME_HEADER_BYTES]);

#endif
