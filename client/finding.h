/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A finding in words: what is wrong and what to do. Where it is (file, line, column) is added by
 * whoever knows the row; see client/row.h. */
#ifndef CLIENT_FINDING_H
#define CLIENT_FINDING_H

#include "model/catalog.h"
#include "proto/exchange.h"

/* "the value is negative: -3; correct it and send again". catalog may be NULL: then elements are
 * shown by number and values unscaled. */
CHECKED int finding_explain(const struct catalog *catalog, const struct finding *finding,
	bool chinese, struct buffer *out);
/* Its two halves: what is wrong, appended to reason, and what to do, appended to fix (nothing:
 * there is no more to say). A finding of a rule says what its rule says, with the figures of both
 * sides and the figure that is proposed; one that holds says how it can be explained. */
CHECKED int finding_words(const struct catalog *catalog, const struct finding *finding,
	bool chinese, struct buffer *reason, struct buffer *fix);
/* Whether it holds its report: a person decides, or the sender explains. */
bool finding_open(const struct finding *finding);
/* What to write into the column "reasons" if the figure is right; nothing for other findings. */
CHECKED int finding_way_out(const struct catalog *catalog, const struct finding *finding,
	bool chinese, struct buffer *out);
/* "BED_ACTUAL (actual beds)", or "element 7" where the catalogue does not know it. */
CHECKED int finding_element(
	const struct catalog *catalog, uint32_t element, bool chinese, struct buffer *out);

#endif
