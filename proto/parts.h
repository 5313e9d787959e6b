/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What several messages have in common: positions, receipts, findings. Only proto/ uses this
 * header. The generated structs are only named here; who looks inside includes their header. */
#ifndef PROTO_PARTS_H
#define PROTO_PARTS_H

#include "proto/exchange.h"
#include "proto/message.h"

enum {
	EPOCH_BYTES = 16,
	DIGEST_BYTES = 32,
	SOFTWARE_BYTES_MAX = 128,
	HUMAN_TEXT_BYTES_MAX = 1024, /* a sentence of ours to a person */
};

struct Huibao__V1__Position;
struct Huibao__V1__Receipt;
struct Huibao__V1__FacilitySegment;

/* Each accepts a message that is there; m may point into one that is only read. */
CHECKED int position_unpack(const struct Huibao__V1__Position *m, struct position *ret_position);
void position_pack(const struct position *position, struct Huibao__V1__Position *ret_m);
CHECKED int receipt_unpack(const struct Huibao__V1__Receipt *m, struct receipt *ret_receipt);
void receipt_pack(const struct receipt *receipt, struct Huibao__V1__Receipt *ret_m);
/* At most SEGMENTS_MAX, rising from_day; there may be none. */
CHECKED int segments_unpack(struct Huibao__V1__FacilitySegment *const *m, size_t count,
	struct segment ret_segment[SEGMENTS_MAX]);
void segment_pack(const struct segment *segment, struct Huibao__V1__FacilitySegment *ret_m);

#endif
