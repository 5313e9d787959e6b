/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "held list": the reports that wait for a person, from the open table, with the first of what was
 * found about each. */
#include <stdlib.h>
#include <string.h>

#include "aggregator/held.h"
#include "base/err.h"
#include "proto/report.h"

/* A row of the open table that is asked for. */
struct listed {
	uint16_t form;
	uint32_t period, facility;
	struct open_report report;
};

struct listing {
	const struct facility *facility;
	const struct form *form;
	uint32_t area, period;
	enum open_state state; /* 0: any */
	struct listed *row;    /* owned */
	size_t rows;
};

static void listing_fini(struct listing *listing)
{
	free(listing->row);
}
static inline void listing_fini_auto(struct listing *listing)
{
	listing_fini(listing);
}

static int argument_state(struct asking *asking, enum open_state *ret_state)
{
	char text[16];
	int r = argument_text(asking, "state", text, sizeof(text));

	*ret_state = OPEN_WAITING;
	if (r != 0 || text[0] == '\0')
		return r;
	*ret_state = 0;
	if (strcmp(text, "all") == 0)
		return 0;
	for (enum open_state state = OPEN_WAITING; state <= OPEN_SUPERSEDED; state++)
		if (strcmp(text, open_state_name(state)) == 0)
			*ret_state = state;
	if (*ret_state == 0)
		return verb_refuse(asking, ANSWER_INVALID,
			"argument 'state': '%s' is none of waiting, accepted, returned, rejected, "
			"superseded, all",
			text);
	return 0;
}

static int argument_listing(struct asking *asking, struct listing *listing)
{
	int r = argument_area(asking, "area", false, &listing->area);

	if (r != 0 || (r = argument_facility_optional(asking, &listing->facility)) != 0 ||
		(r = argument_form_optional(asking, &listing->form)) != 0 ||
		(r = argument_period_optional(asking, &listing->period)) != 0)
		return r;
	return argument_state(asking, &listing->state);
}

static bool listing_wants(
	const struct asking *asking, const struct listing *listing, const struct open_walk *walk)
{
	const struct view *view = asking->view;

	if ((listing->state && walk->report.head.state != listing->state) ||
		(listing->form && listing->form->id != walk->form) ||
		(listing->period && listing->period != walk->period) ||
		(listing->facility && listing->facility->number != walk->facility))
		return false;
	return sight_lists(asking,
		facility_area(registry_facility(view->registry, walk->facility), walk->period),
		listing->area);
}

static int listing_fill(struct asking *asking, struct listing *listing)
{
	struct open_walk walk = { .view = asking->view };
	int r;

	while ((r = open_walk_next(&walk)) == 0) {
		struct listed *row;

		if (!listing_wants(asking, listing, &walk))
			continue;
		if (listing->rows % 64 == 0) {
			row = reallocarray(listing->row, listing->rows + 64, sizeof(*row));
			if (!row)
				return err_here(ERR_NOMEM, "cannot hold the list of held reports");
			listing->row = row;
		}
		listing->row[listing->rows++] = (struct listed){ .form = walk.form,
			.period = walk.period,
			.facility = walk.facility,
			.report = walk.report };
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

static int listed_compare(const void *x, const void *y)
{
	const struct listed *a = x, *b = y;

	return (a->report.head.sequence > b->report.head.sequence) -
	       (a->report.head.sequence < b->report.head.sequence);
}

static bool finding_diagnoses(const struct finding *finding)
{
	return finding->code >= FINDING_UNIT_SLIP && finding->code <= FINDING_WRONG_MONTH;
}

/* How many, the first, and the first that says what probably happened. */
static int cells_findings(struct asking *asking, struct bytes packed)
{
	const struct finding *finding, *diagnosis = NULL;
	size_t count;
	uint32_t more;
	int r = findings_decode(asking->reports, packed, &finding, &count, &more);

	if (r < 0)
		return err_pass(r);
	for (size_t i = count; i-- > 0;)
		if (finding_diagnoses(&finding[i]))
			diagnosis = &finding[i];
	cell_integer(asking, (int64_t)count + more);
	cell_text_or_null(asking, count ? finding_name(finding[0].code) : "");
	cell_text_or_null(asking, count ? finding[0].rule : "");
	cells_element(asking, count ? finding[0].element : 0);
	cell_text_or_null(asking, diagnosis ? finding_name(diagnosis->code) : "");
	return 0;
}

static int cells_in_force(struct asking *asking, const struct listed *row)
{
	struct current_head head;
	int r = current_get(asking->view, row->form, row->period, row->facility, &head, NULL);

	if (r < 0)
		return err_pass(r);
	cell_count_or_null(asking, r == 0, r == 0 ? head.sequence : 0);
	cell_count_or_null(asking, r == 0, r == 0 ? head.revision : 0);
	return 0;
}

/* Of what was decided the table keeps no body. */
static int cell_withdrawal(struct asking *asking, struct bytes body)
{
	struct report report;
	int r;

	if (body.len == 0) {
		cell_null(asking);
		return 0;
	}
	if ((r = report_decode(asking->reports, body, &report)) < 0)
		return err_pass(r);
	cell_boolean(asking, report.withdrawal);
	return 0;
}

static int row_listed(struct asking *asking, const struct listed *row)
{
	const struct open_head *head = &row->report.head;
	const struct facility *facility = registry_facility(asking->view->registry, row->facility);
	int r;

	cells_held(asking, &(struct held_head){ .sequence = head->sequence,
				   .facility = facility,
				   .area = facility_area(facility, row->period),
				   .form = catalog_form(asking->view->catalog, row->form),
				   .period = row->period,
				   .revision = head->revision,
				   .received = head->received,
				   .actor = head->actor,
				   .state = open_state_name((enum open_state)head->state) });
	if ((r = cells_findings(asking, row->report.findings)) < 0 ||
		(r = cells_in_force(asking, row)) < 0)
		return err_pass(r);
	return err_pass(cell_withdrawal(asking, row->report.body));
}

int verb_held_list(struct asking *asking)
{
	static const struct column columns[] = {
		{ "findings", COLUMN_INTEGER },
		{ "finding", COLUMN_TEXT },
		{ "rule", COLUMN_TEXT },
		{ "element", COLUMN_TEXT },
		{ "name_zh", COLUMN_TEXT },
		{ "name_en", COLUMN_TEXT },
		{ "diagnosis", COLUMN_TEXT },
		{ "in_force", COLUMN_INTEGER },
		{ "in_force_revision", COLUMN_INTEGER },
		{ "withdrawal", COLUMN_BOOLEAN },
	};
	AUTO(listing_fini) struct listing listing = { .rows = 0 };
	int r = argument_listing(asking, &listing);

	if (r != 0 || (r = columns_held(asking)) < 0 ||
		(r = asking_columns(asking, columns, array_len(columns))) < 0 ||
		(r = listing_fill(asking, &listing)) < 0)
		return err_pass(r);
	if (listing.rows > 0)
		qsort(listing.row, listing.rows, sizeof(*listing.row), listed_compare);
	for (size_t i = 0; i < listing.rows && asking_goes_on(asking); i++) {
		if (i < asking->question->offset)
			cells_null(asking, HELD_COLUMNS + array_len(columns));
		else if ((r = row_listed(asking, &listing.row[i])) < 0)
			return err_pass(r);
	}
	return 0;
}
