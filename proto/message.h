/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Between bytes and generated messages, for every message alike. message_unpack() is where the
 * strictness lives: protobuf-c by itself keeps unknown fields, takes the last of two equal fields,
 * cuts numbers to size and lets any bytes pass as text. Only proto/ uses this header. */
#ifndef PROTO_MESSAGE_H
#define PROTO_MESSAGE_H

#include <protobuf-c/protobuf-c.h>

#include "proto/arena.h"

/* Checks the wire form against the descriptor, field by field, sub-messages included: ERR_INVALID
 * names the message and the field that is unknown, given twice, of another type, out of its range,
 * or not text. */
CHECKED int strict_check(const ProtobufCMessageDescriptor *kind, struct bytes packed);

/* Resets the arena, checks, unpacks into it. ERR_LIMIT beyond max bytes or beyond the arena.
 * Strings of the message end with NUL and hold none. */
CHECKED int message_unpack(struct arena *arena, const ProtobufCMessageDescriptor *kind,
	struct bytes packed, size_t max, const void **ret_message);

/* Appends the packed message. Because messages joined are a message, a repeated field may be packed
 * one element at a time. */
CHECKED int message_pack(const ProtobufCMessage *message, struct buffer *out);

/* The end of an encoder that began at start and came to r: ERR_LIMIT if it wrote more than max
 * bytes. On any error out is as it was. */
CHECKED int message_end(int r, struct buffer *out, size_t start, size_t max);

/* A bytes field of exactly len bytes, copied. */
CHECKED int field_exact(const char *field, ProtobufCBinaryData data, void *ret, size_t len);
/* A string field of at most max bytes as a view. */
CHECKED int field_text(const char *field, const char *text, size_t max, struct bytes *ret_view);

/* For fields that protobuf-c declares without const and only reads. */
ProtobufCBinaryData binary_of(struct bytes bytes);
char *text_of(const char *text);

#endif
