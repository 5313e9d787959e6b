/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A nil report: nothing happened here in this period, in one word. It gives what the form requires:
 * 0 for everything that is counted over the period (a value, and an exact one), and "not collected"
 * for what stands at a moment (beds, staff, grades), which no nil report can know: neither 0 nor
 * "not offered" would be true of a clinic that had no patients and has its staff all the same, and
 * both would be taken into sums; a hole is shown as left out. */
#ifndef COLLECTOR_NIL_H
#define COLLECTOR_NIL_H

#include "model/catalog.h"
#include "proto/report.h"

struct nil {
	uint32_t element[FORM_LINES_MAX], absent_element[FORM_LINES_MAX],
		absent_kind[FORM_LINES_MAX];
	int64_t value[FORM_LINES_MAX];
};

/* The draft of it; its arrays are nil's, and facility is borrowed. */
void nil_make(const struct catalog *catalog, const struct form *form, const char *facility,
	uint32_t period, struct nil *nil, struct report *ret_report);

#endif
