/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Lines stand in the form's order, a report's columns rise by element. */
#include "collector/nil.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static bool counted(const struct element *element)
{
	return element->type != ELEMENT_GRADE &&
	       (element->over_time == OVER_TIME_SUM || element->over_time == OVER_TIME_YTD);
}

void nil_make(const struct catalog *catalog, const struct form *form, const char *facility,
	uint32_t period, struct nil *nil, struct report *ret_report)
{
	struct report report = { .facility = bytes_str(facility),
		.form = form->id,
		.period = period,
		.element = nil->element,
		.value = nil->value,
		.absent_element = nil->absent_element,
		.absent_kind = nil->absent_kind };

	for (uint32_t i = 0; i < form->line_count; i++) {
		const struct element *element = catalog_element(catalog, form->lines[i].element);

		ensure(element != NULL);
		if (!form->lines[i].required)
			continue;
		if (counted(element))
			nil->element[report.values++] = element->id;
		else
			nil->absent_element[report.absents++] = element->id;
	}
	memset(nil->value, 0, sizeof(nil->value));
	qsort(nil->element, report.values, sizeof(nil->element[0]), compare);
	qsort(nil->absent_element, report.absents, sizeof(nil->absent_element[0]), compare);
	for (size_t i = 0; i < report.absents; i++)
		nil->absent_kind[i] = ABSENT_NOT_COLLECTED;
	*ret_report = report;
}
