/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A report as everybody but the wire sees it: columns of elements and values, and the same as a
 * vector in the order of its form's lines. */
#ifndef MODEL_REPORT_H
#define MODEL_REPORT_H

#include "base/absent.h"
#include "base/bytes.h"

struct catalog;
struct form;

enum absent_kind {
	ABSENT_NOT_OFFERED = 1,
	ABSENT_NOT_COLLECTED,
	ABSENT_WITHHELD,
	ABSENT_NOT_APPLICABLE
};

/* Arrays belong to the arena of a decoding or to the caller who encodes. */
struct report {
	struct bytes facility; /* code */
	uint32_t form, period, revision;
	bool withdrawal;
	const uint32_t *element; /* strictly rising */
	const int64_t *value;
	size_t values;
	const uint32_t *absent_element; /* strictly rising, none of them in element */
	const uint32_t *absent_kind;
	size_t absents;
	/* what the sender says to findings that ask for a reason */
	const uint32_t *explained_element; /* strictly rising; may begin with 0, the whole report */
	const uint32_t *explained_reason;  /* ids of the catalogue's reasons */
	size_t explained;                  /* at most EXPLAINED_MAX */
};

/* The report's values in the order of the form's lines; what it does not name is value_absent(0).
 * ret_value holds form->line_count. ERR_INVALID: it names an element that is not on the form, a
 * value that is none, or an unknown kind of absence; then ret_value is not whole. */
CHECKED int report_vector(const struct catalog *catalog, const struct form *form,
	const struct report *report, int64_t *ret_value);

#endif
