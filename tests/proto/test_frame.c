/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The header frame: sixteen bytes, each of which counts. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/err.h"
#include "proto/frame.h"
#include "tests/proto/vector.h"

Test(frame, a_header_says_type_request_and_length)
{
	struct frame frame;
	struct bytes payload = vector_named("submit-two");

	cr_assert_eq(frame_decode(vector_named("header-submit"), payload.len, &frame), 0);
	cr_expect_eq(frame.type, FRAME_SUBMIT);
	cr_expect_eq(frame.request, 2);
	cr_expect_eq(frame.length, payload.len);
}

/* One byte of a good header of a PING is put to another value. */
Test(frame, every_byte_of_a_header_counts)
{
	static const struct {
		const char *name;
		size_t at;
		uint8_t value;
		int want;
	} cases[] = {
		{ "first letter", 0, 'h', ERR_INVALID },
		{ "second letter", 1, 'b', ERR_INVALID },
		{ "version 0", 2, 0, FRAME_WRONG_VERSION },
		{ "version 2", 2, 2, FRAME_WRONG_VERSION },
		{ "type 0", 3, 0, FRAME_WRONG_TYPE },
		{ "type 17", 3, 17, FRAME_WRONG_TYPE },
		{ "type 255", 3, 255, FRAME_WRONG_TYPE },
		{ "length, high byte", 8, 1, ERR_INVALID },
		{ "length, low byte", 11, 1, ERR_INVALID },
		{ "first zero", 12, 1, ERR_INVALID },
		{ "last zero", 15, 128, ERR_INVALID },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		uint8_t header[FRAME_HEADER_BYTES];
		struct frame frame = { .request = 0 };

		memcpy(header, vector_named("header-ping").data, sizeof(header));
		header[cases[i].at] = cases[i].value;
		cr_expect_eq(frame_decode(bytes_of(header, sizeof(header)), 0, &frame),
			cases[i].want, "%s", cases[i].name);
		cr_expect(cases[i].want < 0 || frame.request == UINT32_MAX,
			"%s: a refusal needs the request number", cases[i].name);
	}
}

Test(frame, a_header_is_exactly_sixteen_bytes)
{
	uint8_t header[FRAME_HEADER_BYTES + 1] = { 0 };
	struct frame frame;

	memcpy(header, vector_named("header-ping").data, FRAME_HEADER_BYTES);
	cr_expect_eq(frame_decode(bytes_of(header, 17), 0, &frame), ERR_INVALID);
	cr_expect_eq(frame_decode(bytes_of(header, 15), 0, &frame), ERR_INVALID);
	cr_expect_eq(frame_decode(bytes_of(NULL, 0), 0, &frame), ERR_INVALID);
	cr_expect_eq(frame_decode(bytes_of(header, 16), 0, &frame), 0);
}
