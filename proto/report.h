/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The report on the wire: ReportValues and ReportText of huibao/v1/report.proto, between bytes
 * and our struct. Nobody else touches the generated code. Decoding is strict: what a stricter
 * schema would forbid (unknown fields, columns of unequal length, elements out of order) is
 * ERR_INVALID. */
#ifndef PROTO_REPORT_H
#define PROTO_REPORT_H

#include "base/limits.h"
#include "model/report.h"

/* Memory of one decoding, reset by the next; bounded, one per thread. */
struct arena;
CHECKED int arena_new(struct arena **ret_arena);
void arena_free(struct arena *arena);
AUTO_DEFINE(arena_free, struct arena *);

/* The report stays valid until the next decode with this arena; it may point into packed. An
 * unknown absent_kind passes, for it is a finding with a place (FINDING_ABSENT_KIND). */
CHECKED int report_decode(struct arena *arena, struct bytes packed, struct report *ret_report);
/* Appends the packed values to out. ERR_LIMIT beyond REPORT_BYTES_MAX. */
CHECKED int report_encode(const struct report *report, struct buffer *out);

/* ReportText; empty views for what was not written. Strings must be UTF-8 without control
 * characters; a comment must not hold an identity-card or mobile number: ERR_INVALID. */
struct report_text {
	struct bytes head_of_unit, statistics_head, filled_by, telephone, filled_on, comment;
};
CHECKED int report_text_decode(
	struct arena *arena, struct bytes packed, struct report_text *ret_text);
CHECKED int report_text_encode(const struct report_text *text, struct buffer *out);

#endif
