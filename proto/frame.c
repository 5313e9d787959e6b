/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The header frame, packed by hand. It never changes, so that any two versions can at least tell
 * each other that they do not understand one another. */
#include "proto/frame.h"

#include "base/err.h"

int frame_decode(struct bytes header, size_t payload_length, struct frame *ret_frame)
{
	struct reader reader = reader_of(header);
	uint16_t magic = reader_u16(&reader);
	uint8_t version = reader_u8(&reader);
	uint8_t type = reader_u8(&reader);
	uint32_t request = reader_u32(&reader);
	uint32_t length = reader_u32(&reader);
	uint32_t zero = reader_u32(&reader);

	if (header.len != FRAME_HEADER_BYTES)
		return err_here(ERR_INVALID, "header of %zu bytes instead of %d", header.len,
			FRAME_HEADER_BYTES);
	if (magic != ('H' << 8 | 'B') || zero != 0)
		return err_here(ERR_INVALID, "not a header of this protocol");
	if (length != payload_length)
		return err_here(ERR_INVALID, "header announces %u bytes, the second frame has %zu",
			length, payload_length);
	*ret_frame = (struct frame){ .type = type, .request = request, .length = length };
	if (version != PROTOCOL_VERSION)
		return FRAME_WRONG_VERSION;
	if (type < FRAME_HELLO || type > FRAME_TYPE_MAX)
		return FRAME_WRONG_TYPE;
	return 0;
}

void frame_encode(const struct frame *frame, uint8_t ret[FRAME_HEADER_BYTES])
{
	struct writer writer = writer_of(ret, FRAME_HEADER_BYTES);

	ensure(frame->type >= FRAME_HELLO && frame->type <= FRAME_TYPE_MAX);
	writer_u8(&writer, 'H');
	writer_u8(&writer, 'B');
	writer_u8(&writer, PROTOCOL_VERSION);
	writer_u8(&writer, (uint8_t)frame->type);
	writer_u32(&writer, frame->request);
	writer_u32(&writer, frame->length);
	writer_u32(&writer, 0);
	ensure(writer_end(&writer).len == FRAME_HEADER_BYTES);
}
