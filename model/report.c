/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Columns into a vector. The decoder has seen to it that no element comes twice. */
#include "model/report.h"

#include "base/err.h"
#include "model/catalog.h"

static int line_find(const struct catalog *catalog, const struct form *form, uint32_t element,
	uint32_t *ret_line)
{
	int line = form_line_of(catalog, form, element);

	if (line < 0)
		return err_here(ERR_INVALID, "element %u is not on form '%s'", element, form->code);
	*ret_line = (uint32_t)line;
	return 0;
}

int report_vector(const struct catalog *catalog, const struct form *form,
	const struct report *report, int64_t *ret_value)
{
	uint32_t line = 0;
	int r;

	for (uint32_t i = 0; i < form->line_count; i++)
		ret_value[i] = value_absent(0);
	for (size_t i = 0; i < report->values; i++) {
		if ((r = line_find(catalog, form, report->element[i], &line)) < 0)
			return err_pass(r);
		if (value_is_absent(report->value[i]))
			return err_here(
				ERR_INVALID, "element %u: no such value", report->element[i]);
		ret_value[line] = report->value[i];
	}
	for (size_t i = 0; i < report->absents; i++) {
		if ((r = line_find(catalog, form, report->absent_element[i], &line)) < 0)
			return err_pass(r);
		if (report->absent_kind[i] > ABSENT_NOT_APPLICABLE)
			return err_here(ERR_INVALID, "element %u is absent for an unknown reason",
				report->absent_element[i]);
		ret_value[line] = value_absent(report->absent_kind[i]);
	}
	return 0;
}
