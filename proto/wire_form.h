/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Protobuf's varint, for the two places that read the wire form themselves: the strict check of
 * every message, and the columns of a report. */
#ifndef PROTO_WIRE_FORM_H
#define PROTO_WIRE_FORM_H

#include "base/bytes.h"

enum { WIRE_VARINT = 0, WIRE_LENGTH = 2, VARINT_BYTES_MAX = 10 };

/* Takes one number off the front: false if it is cut short or has more than 64 bits. */
static inline bool take_varint(struct bytes *left, uint64_t *ret_value)
{
	uint64_t value = 0;

	for (size_t i = 0; i < left->len && i < VARINT_BYTES_MAX; i++) {
		uint8_t byte = left->data[i];

		if (i == VARINT_BYTES_MAX - 1 && byte > 1)
			return false;
		value |= (uint64_t)(byte & 0x7f) << (7 * i);
		if (byte < 0x80) {
			left->data += i + 1;
			left->len -= i + 1;
			*ret_value = value;
			return true;
		}
	}
	return false;
}

/* The number at the front of bytes that have been checked: it ends before they do. Returns what
 * follows it. */
static inline const uint8_t *checked_varint(const uint8_t *at, uint64_t *ret_value)
{
	uint64_t value = *at & 0x7f;

	for (unsigned shift = 7; *at++ & 0x80; shift += 7)
		value |= (uint64_t)(*at & 0x7f) << shift;
	*ret_value = value;
	return at;
}

#endif
