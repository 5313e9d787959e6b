/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "held values": the figures of a held report beside those in force, of the period before and of a
 * year ago, so that whoever decides sees why it was held. */
#include "aggregator/held.h"
#include "aggregator/tally.h"
#include "base/err.h"

/* The vectors that a row puts beside each other. */
struct beside {
	const struct form *form;
	int64_t held[FORM_LINES_MAX];
	/* what is in force then; n 0: nothing */
	struct {
		const uint8_t *values;
		uint32_t n;
	} in_force, before, year_ago;
};

static int vector_in_force(const struct asking *asking, const struct held *held, uint32_t period,
	const uint8_t **ret_values, uint32_t *ret_n)
{
	struct current_head head;
	int r = period ? current_get(asking->view, held->entry.form, period, held->entry.facility,
				 &head, ret_values)
		       : PORT_NONE;

	if (r < 0)
		return err_pass(r);
	/* it may have been in another area then */
	*ret_n = r == 0 && !head.withdrawn && sight_of(asking, head.area) ? head.n : 0;
	return 0;
}

static int beside_fill(const struct asking *asking, const struct held *held, struct beside *beside)
{
	const uint32_t period = held->entry.period;
	struct report report;
	int r;

	beside->form = held->form;
	if ((r = report_decode(asking->reports, held->entry.body, &report)) < 0 ||
		(r = report_vector(asking->view->catalog, held->form, &report, beside->held)) < 0 ||
		(r = vector_in_force(asking, held, period, &beside->in_force.values,
			 &beside->in_force.n)) < 0 ||
		(r = vector_in_force(asking, held, period_add(period, -1), &beside->before.values,
			 &beside->before.n)) < 0)
		return err_pass(r);
	return err_pass(
		vector_in_force(asking, held, period_add(period, -12 / period_months(period)),
			&beside->year_ago.values, &beside->year_ago.n));
}

static void row_line(
	struct asking *asking, const struct beside *beside, uint32_t line, const char *finding)
{
	const uint32_t element = beside->form->lines[line].element;

	cells_element(asking, element);
	cells_element_unit(asking, element);
	cells_reported(asking, beside->held[line], element);
	cells_reported(
		asking, vector_value(beside->in_force.values, beside->in_force.n, line), element);
	cells_reported(
		asking, vector_value(beside->before.values, beside->before.n, line), element);
	cells_reported(
		asking, vector_value(beside->year_ago.values, beside->year_ago.n, line), element);
	cell_text_or_null(asking, finding);
}

/* Decoding the report takes the arena of the findings: the words outlive it. */
static void findings_name(
	const struct asking *asking, const struct held *held, const char *ret[FORM_LINES_MAX])
{
	for (uint32_t i = 0; i < FORM_LINES_MAX; i++)
		ret[i] = NULL;
	for (size_t i = held->findings; i-- > 0;) {
		int line =
			form_line_of(asking->view->catalog, held->form, held->finding[i].element);

		if (line >= 0)
			ret[line] = finding_name(held->finding[i].code);
	}
}

int verb_held_values(struct asking *asking)
{
	static const struct column columns[] = {
		{ "element", COLUMN_TEXT },
		{ "name_zh", COLUMN_TEXT },
		{ "name_en", COLUMN_TEXT },
		{ "unit", COLUMN_TEXT },
		{ "unit_zh", COLUMN_TEXT },
		{ "value", COLUMN_DECIMAL },
		{ "absent", COLUMN_TEXT },
		{ "in_force", COLUMN_DECIMAL },
		{ "in_force_absent", COLUMN_TEXT },
		{ "before", COLUMN_DECIMAL },
		{ "before_absent", COLUMN_TEXT },
		{ "year_ago", COLUMN_DECIMAL },
		{ "year_ago_absent", COLUMN_TEXT },
		{ "finding", COLUMN_TEXT },
	};
	AUTO(held_fini) struct held held = { .findings = 0 };
	const char *finding[FORM_LINES_MAX];
	struct beside beside = { .form = NULL };
	int r = argument_held(asking, &held);

	if (r != 0)
		return r;
	findings_name(asking, &held, finding);
	if ((r = beside_fill(asking, &held, &beside)) < 0 ||
		(r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	for (uint32_t i = 0; i < held.form->line_count && asking_goes_on(asking); i++)
		row_line(asking, &beside, i, finding[i]);
	return 0;
}
