/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "followup list": the rules of severity follow over the reports in force of one form and period,
 * each with its past and its facility's other forms as they are in force too; then the centre's own
 * rules. Nothing is kept: the list is as of the question. */
#include "aggregator/followup.h"

#include <stdlib.h>

#include "aggregator/held.h"
#include "aggregator/span.h"
#include "base/err.h"
#include "model/rule.h"

enum { FOLLOWUP_MS_MAX = 3000, FOLLOWUP_COLUMNS = 20, OTHER_ROWS_MAX = 12 };

/* One report before the rules, with room for everything that they look at. */
struct gathered {
	struct checkup checkup;
	struct findings findings;
	int64_t past[PAST_MAX][FORM_LINES_MAX];
	int64_t other[RULE_OTHERS_MAX][OTHER_ROWS_MAX][FORM_LINES_MAX];
};

static void gathered_free(struct gathered *gathered)
{
	free(gathered);
}
AUTO_DEFINE(gathered_free, struct gathered *);

bool followup_goes_on(struct followup *followup)
{
	struct asking *asking = followup->asking;

	if (followup->cut || !asking_goes_on(asking))
		return false;
	if (mono_ms_since(followup->began, clock_mono()) < FOLLOWUP_MS_MAX)
		return true;
	followup->cut = true;
	cell_boolean(asking, false);
	cells_null(asking, 4);
	cell_text(asking, followup->form->code);
	cell_period(asking, followup->period);
	cell_text(asking, "cut");
	cells_null(asking, FOLLOWUP_COLUMNS - 8);
	return false;
}

static const char *rule_words(const struct followup_row *row, const struct rule *rule, bool chinese)
{
	if (rule)
		return chinese ? rule->name.zh : rule->name.en;
	return row->centre ? centre_rule_words(row->centre, chinese) : "";
}

void row_followup(struct asking *asking, const struct followup_row *row)
{
	const struct catalog *catalog = asking->view->catalog;
	const struct element *element = catalog_element(catalog, row->element);
	const struct rule *rule = catalog_rule_by_code(catalog, row->rule);
	uint8_t scale = element ? element->scale : 0;

	cell_boolean(asking, row->urgent);
	cells_facility(asking, row->facility);
	cells_area(asking, row->area);
	cell_text(asking, row->form->code);
	cell_period(asking, row->period);
	cell_text(asking, row->finding);
	cell_text_or_null(asking, row->rule);
	cell_text_or_null(asking, rule_words(row, rule, true));
	cell_text_or_null(asking, rule_words(row, rule, false));
	cells_element(asking, row->element);
	cells_element_unit(asking, row->element);
	if (value_is_absent(row->found))
		cell_null(asking);
	else
		cell_decimal(asking, row->found, scale);
	if (row->has_limit && !value_is_absent(row->limit))
		cell_decimal(asking, row->limit, scale);
	else
		cell_null(asking);
	cell_text_or_null(asking, rule ? rule->fix.zh : "");
	cell_text_or_null(asking, rule ? rule->fix.en : "");
}

/* A report in force as a vector; NULL in ret_row: there is none. */
static int row_read(const struct view *view, const struct form *form, uint32_t period,
	uint32_t facility, int64_t room[FORM_LINES_MAX], const int64_t **ret_row)
{
	struct current_head head;
	const uint8_t *values;
	int r = period ? current_get(view, form->id, period, facility, &head, &values) : PORT_NONE;

	if (r < 0)
		return err_pass(r);
	*ret_row = NULL;
	if (r == PORT_NONE || head.withdrawn)
		return 0;
	for (uint32_t i = 0; i < form->line_count; i++)
		room[i] = vector_value(values, head.n, i);
	*ret_row = room;
	return 0;
}

static int past_read(const struct followup *followup, uint32_t facility, struct gathered *gathered)
{
	const uint32_t depth = past_depth(followup->form->period);

	for (uint32_t k = 0; k < depth; k++) {
		int r = row_read(followup->asking->view, followup->form,
			period_add(followup->period, -(int)(k + 1)), facility, gathered->past[k],
			&gathered->checkup.past.row[k]);

		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

/* The facility's reports on another form, inside the period. */
static int other_read(const struct followup *followup, uint32_t facility,
	int64_t room[OTHER_ROWS_MAX][FORM_LINES_MAX], struct past_other *other)
{
	const struct span span = { .window = WINDOW_MONTH,
		.first = period_month(followup->period, 0),
		.months = period_months(followup->period) };
	uint32_t periods[SPAN_MONTHS_MAX];
	int count = span_periods(&span, other->form->period, periods);

	other->rows = count > OTHER_ROWS_MAX ? OTHER_ROWS_MAX : (uint32_t)count;
	for (uint32_t i = 0; i < other->rows; i++) {
		int r = row_read(followup->asking->view, other->form, periods[i], facility, room[i],
			&other->row[i]);

		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

static int others_read(
	const struct followup *followup, uint32_t facility, struct gathered *gathered)
{
	const struct form *forms[RULE_OTHERS_MAX];
	struct checkup *checkup = &gathered->checkup;

	checkup->others = rules_others(followup->asking->view->catalog, followup->form, forms);
	for (uint32_t i = 0; i < checkup->others; i++) {
		int r;

		checkup->other[i] = (struct past_other){ .form = forms[i] };
		if ((r = other_read(followup, facility, gathered->other[i], &checkup->other[i])) <
			0)
			return err_pass(r);
	}
	return 0;
}

static void rows_findings(const struct followup *followup, const struct current_walk *walk,
	const struct findings *findings)
{
	for (uint32_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->finding[i];
		const struct followup_row row = {
			.facility =
				registry_facility(followup->asking->view->registry, walk->facility),
			.area = walk->head.area,
			.form = followup->form,
			.period = followup->period,
			.finding = finding_name(finding->code),
			.rule = finding->rule,
			.element = finding->element,
			.found = finding->found,
			.limit = finding->limit,
			.has_limit = true,
		};

		row_followup(followup->asking, &row);
	}
}

static int report_follow(
	struct followup *followup, const struct current_walk *walk, struct gathered *gathered)
{
	int r;

	gathered->checkup = (struct checkup){ .form = followup->form,
		.period = followup->period,
		.stratum_known = walk->head.area != 0,
		.stratum = walk->head.stratum,
		.value = walk->value };
	gathered->findings.count = 0;
	gathered->findings.more = 0;
	if ((r = past_read(followup, walk->facility, gathered)) < 0 ||
		(r = others_read(followup, walk->facility, gathered)) < 0)
		return err_pass(r);
	rules_check(followup->asking->view->catalog, &gathered->checkup, RULES_OF_CENTRE,
		&gathered->findings);
	rows_findings(followup, walk, &gathered->findings);
	return err_pass(followup_report(followup, walk));
}

static int reports_follow(struct followup *followup)
{
	AUTO(gathered_free) struct gathered *gathered = calloc(1, sizeof(*gathered));
	const struct view *view = followup->asking->view;
	struct current_walk walk = current_walk_of(view, followup->form->id, followup->period);
	int r = 0;

	if (!gathered)
		return err_here(ERR_NOMEM, "cannot allocate what rules look at");
	while (followup_goes_on(followup) && (r = current_walk_next(&walk)) == 0) {
		if (!sight_lists(followup->asking, walk.head.area, followup->area))
			continue;
		if ((r = report_follow(followup, &walk, gathered)) < 0)
			return err_pass(r);
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

int verb_followup_list(struct asking *asking)
{
	static const struct column columns[FOLLOWUP_COLUMNS] = {
		{ "urgent", COLUMN_BOOLEAN },
		{ "facility", COLUMN_TEXT },
		{ "facility_name", COLUMN_TEXT },
		{ "area", COLUMN_TEXT },
		{ "area_name", COLUMN_TEXT },
		{ "form", COLUMN_TEXT },
		{ "period", COLUMN_TEXT },
		{ "finding", COLUMN_TEXT },
		{ "rule", COLUMN_TEXT },
		{ "rule_zh", COLUMN_TEXT },
		{ "rule_en", COLUMN_TEXT },
		{ "element", COLUMN_TEXT },
		{ "name_zh", COLUMN_TEXT },
		{ "name_en", COLUMN_TEXT },
		{ "unit", COLUMN_TEXT },
		{ "unit_zh", COLUMN_TEXT },
		{ "found", COLUMN_DECIMAL },
		{ "limit", COLUMN_DECIMAL },
		{ "fix_zh", COLUMN_TEXT },
		{ "fix_en", COLUMN_TEXT },
	};
	struct followup followup = { .asking = asking, .began = clock_mono() };
	int r = argument_form(asking, &followup.form);

	if (r != 0 || (r = argument_period(asking, &followup.period)) != 0 ||
		(r = argument_area(asking, "area", false, &followup.area)) != 0)
		return r;
	if (period_kind_of(followup.period) != followup.form->period)
		return verb_refuse(asking, ANSWER_INVALID,
			"form '%s' has no such periods; 'period' is of another kind",
			followup.form->code);
	if ((r = asking_columns(asking, columns, array_len(columns))) < 0 ||
		(r = reports_follow(&followup)) < 0)
		return err_pass(r);
	return err_pass(followup_areas(&followup));
}
