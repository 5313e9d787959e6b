/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "report export": reports in force as cells that a collector reads back into the same bytes. One
 * row per line of the form, because a form may have more lines than an answer has columns; whoever
 * wants a sheet turns "element" into its head. A figure has all the digits of its element, a
 * missing kind is the word that collectors read, and what the report does not name is null. The
 * journal's own bytes are read, so what a sender explained is there as well; texts of people are
 * not. */
#include "aggregator/held.h"
#include "base/err.h"
#include "model/rule.h"
#include "proto/report.h"

struct exporting {
	const struct facility *facility; /* NULL: every one of the area */
	const struct form *form;
	uint32_t period, area;
	uint64_t rows; /* so far; those before the page are only counted */
};

static const char *missing_image(uint32_t kind)
{
	static const char *const images[] = {
		[ABSENT_NOT_OFFERED] = "NOT_OFFERED",
		[ABSENT_NOT_COLLECTED] = "NOT_COLLECTED",
		[ABSENT_WITHHELD] = "WITHHELD",
		[ABSENT_NOT_APPLICABLE] = "NOT_APPLICABLE",
	};

	return kind < array_len(images) ? images[kind] : NULL;
}

static void cell_exported(struct asking *asking, int64_t value, const struct element *element)
{
	char digits[DECIMAL_TEXT_BYTES];

	if (value_is_absent(value)) {
		cell_text_or_null(asking, missing_image((uint32_t)(value - value_absent(0))));
		return;
	}
	decimal_print(value, element->scale, digits);
	cell_text(asking, digits);
}

static void cell_explained(struct asking *asking, const struct report *report, uint32_t element)
{
	cell_reason(asking, explanation_of(report->explained_element, report->explained_reason,
				    report->explained, element));
}

static void rows_report(struct asking *asking, const struct exporting *exporting,
	const struct facility *facility, uint32_t revision, const struct report *report,
	const int64_t *value)
{
	for (uint32_t i = 0; i < exporting->form->line_count && asking_goes_on(asking); i++) {
		const struct element *element =
			catalog_element(asking->view->catalog, exporting->form->lines[i].element);

		cell_text(asking, facility->code);
		cell_period(asking, exporting->period);
		cell_integer(asking, revision);
		cell_text(asking, exporting->form->code);
		cell_text(asking, element->code);
		cell_exported(asking, value[i], element);
		cell_explained(asking, report, element->id);
		cell_explained(asking, report, 0);
	}
}

enum { EXPORT_COLUMNS = 8 };

/* Reports before the page are not read: each has as many rows as its form has lines. */
static bool report_skipped(struct asking *asking, struct exporting *exporting)
{
	const uint32_t lines = exporting->form->line_count;

	if (exporting->rows + lines > asking->question->offset)
		return false;
	exporting->rows += lines;
	cells_null(asking, (size_t)lines * EXPORT_COLUMNS);
	return true;
}

static int report_export(struct asking *asking, struct exporting *exporting,
	const struct facility *facility, const struct current_head *head)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	int64_t value[FORM_LINES_MAX];
	struct report report;
	struct entry entry;
	int r;

	if (report_skipped(asking, exporting))
		return 0;
	if ((r = asking_entry(asking, head->sequence, &buffer, &entry)) != 0 ||
		(r = report_decode(asking->reports, entry.body, &report)) < 0 ||
		(r = report_vector(asking->view->catalog, exporting->form, &report, value)) < 0)
		return err_pass(r);
	rows_report(asking, exporting, facility, head->revision, &report, value);
	exporting->rows += exporting->form->line_count;
	return 0;
}

static int argument_export(struct asking *asking, struct exporting *exporting)
{
	int r = argument_form(asking, &exporting->form);

	if (r != 0 || (r = argument_period(asking, &exporting->period)) != 0 ||
		(r = argument_facility_optional(asking, &exporting->facility)) != 0)
		return r;
	return argument_area(asking, "area", false, &exporting->area);
}

static bool exporting_wants(const struct asking *asking, const struct exporting *exporting,
	const struct current_walk *walk)
{
	const struct view *view = asking->view;
	const struct facility *facility = registry_facility(view->registry, walk->facility);

	if (!facility || (exporting->facility && exporting->facility != facility))
		return false;
	return sight_lists(asking, facility_area(facility, exporting->period), exporting->area);
}

int verb_report_export(struct asking *asking)
{
	static const struct column columns[EXPORT_COLUMNS] = {
		{ "facility", COLUMN_TEXT },
		{ "period", COLUMN_TEXT },
		{ "revision", COLUMN_INTEGER },
		{ "form", COLUMN_TEXT },
		{ "element", COLUMN_TEXT },
		{ "cell", COLUMN_TEXT },
		{ "reason", COLUMN_TEXT },
		{ "report_reason", COLUMN_TEXT },
	};
	struct exporting exporting = { .rows = 0 };
	struct current_walk walk;
	int r = argument_export(asking, &exporting);

	if (r != 0 || (r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	walk = current_walk_of(asking->view, exporting.form->id, exporting.period);
	while (asking_goes_on(asking) && (r = current_walk_next(&walk)) == 0) {
		if (!exporting_wants(asking, &exporting, &walk))
			continue;
		r = report_export(asking, &exporting,
			registry_facility(asking->view->registry, walk.facility), &walk.head);
		if (r != 0)
			return err_pass(r);
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}
