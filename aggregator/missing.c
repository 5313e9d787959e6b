/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "report missing": who owes a form for a period and has no report in force there, with what is
 * known about why (held, returned, withdrawn) and how long they have been silent; then who
 * reported, but late. The operators' main screen. Who owes is asked of the one place that all
 * rates ask. */
#include <stdio.h>
#include <string.h>

#include "aggregator/expected.h"
#include "aggregator/verb.h"
#include "base/err.h"
#include "model/rule.h"

/* How far back a facility's last report is looked for, in periods of the form. */
enum { SILENCE_PERIODS_MAX = 24 };

/* One question on its way. */
struct looking {
	struct asking *asking;
	const struct form *form;
	uint32_t period, area; /* area 0: everywhere */
	int32_t due;
	bool late; /* the second walk: those who reported after the due day */
};

/* What there is of one respondent. */
struct respondent {
	const struct facility *facility;
	const struct segment *segment;
	bool known, in_force; /* something was in force; is */
	struct current_head head;
	bool held; /* something was held */
	struct open_head open;
};

static int respondent_read(const struct looking *looking, struct respondent *respondent)
{
	const struct view *view = looking->asking->view;
	const uint32_t facility = respondent->facility->number;
	struct open_report open;
	int r = current_get(
		view, looking->form->id, looking->period, facility, &respondent->head, NULL);

	if (r < 0)
		return err_pass(r);
	respondent->known = r == 0;
	respondent->in_force = r == 0 && !respondent->head.withdrawn;
	r = open_get(view->ports, looking->form->id, looking->period, facility, &open);
	if (r < 0)
		return err_pass(r);
	respondent->held = r == 0;
	if (r == 0)
		respondent->open = open.head;
	return 0;
}

/* Whether the held report is newer than what was last in force: then its fate says why nothing is
 * there. */
static bool open_speaks(const struct respondent *respondent)
{
	return respondent->held &&
	       (!respondent->known || respondent->open.revision > respondent->head.revision);
}

static const char *respondent_state(const struct respondent *respondent)
{
	if (respondent->in_force)
		return "late";
	if (open_speaks(respondent) && respondent->open.state != OPEN_SUPERSEDED)
		return respondent->open.state == OPEN_WAITING
			       ? "held"
			       : open_state_name(respondent->open.state);
	return respondent->known ? "withdrawn" : "missing";
}

/* The newest earlier period in which it reported; 0: none that is near. */
static int last_period(
	const struct looking *looking, const struct facility *facility, uint32_t *ret_period)
{
	const struct view *view = looking->asking->view;

	*ret_period = 0;
	for (int i = 1; i <= SILENCE_PERIODS_MAX; i++) {
		const uint32_t period = period_add(looking->period, -i);
		struct current_head head;
		int r;

		if (period == 0)
			return 0;
		r = current_get(view, looking->form->id, period, facility->number, &head, NULL);
		if (r < 0)
			return err_pass(r);
		if (r == 0 && !head.withdrawn) {
			*ret_period = period;
			return 0;
		}
	}
	return 0;
}

static void cell_day_or_null(struct asking *asking, bool there, int32_t day)
{
	char text[DAY_TEXT_BYTES];

	if (!there) {
		cell_null(asking);
		return;
	}
	day_print(day, text);
	cell_text(asking, text);
}

/* What was held: its sequence, when it came, and the reason a person gave. */
static void cells_open(struct asking *asking, const struct respondent *respondent)
{
	const bool there = !respondent->in_force && open_speaks(respondent);
	const struct reason *reason =
		there ? catalog_reason(asking->view->catalog, respondent->open.reason) : NULL;

	cell_count_or_null(asking, there, there ? respondent->open.sequence : 0);
	if (reason)
		cell_text(asking, reason->code);
	else
		cell_null(asking);
}

static int row_respondent(const struct looking *looking, const struct respondent *respondent)
{
	struct asking *asking = looking->asking;
	const struct view *view = asking->view;
	const struct area *area = catalog_area(view->catalog, respondent->segment->area);
	const struct attribute *class = catalog_attribute(view->catalog, DIMENSION_CLASS,
		stratum_attribute(respondent->segment->stratum, DIMENSION_CLASS));
	const bool arrived = respondent->known || respondent->held;
	const int32_t arrived_day =
		respondent->known ? respondent->head.arrived_day : respondent->open.arrived_day;
	const int32_t until = respondent->in_force ? arrived_day : view->today;
	uint32_t last;
	int r = last_period(looking, respondent->facility, &last);

	if (r < 0)
		return err_pass(r);
	cell_text(asking, respondent_state(respondent));
	cell_text(asking, respondent->facility->code);
	cell_text(asking, respondent->facility->name);
	cell_area(asking, respondent->segment->area);
	cell_text(asking, area ? area->name.zh : "");
	cell_text(asking, class ? class->code : "");
	cell_text(asking, looking->form->code);
	cell_period(asking, looking->period);
	cell_day_or_null(asking, true, looking->due);
	cell_integer(asking, until > looking->due ? until - looking->due : 0);
	cell_day_or_null(asking, arrived, arrived_day);
	cells_open(asking, respondent);
	if (last)
		cell_period(asking, last);
	else
		cell_null(asking);
	return 0;
}

static int respondent_look(const struct looking *looking, const struct facility *facility)
{
	const struct view *view = looking->asking->view;
	struct respondent respondent = { .facility = facility,
		.segment = facility_segment(facility, looking->period) };
	bool owes;
	int r;

	if (!respondent.segment ||
		!sight_lists(looking->asking, respondent.segment->area, looking->area))
		return 0;
	r = facility_owes(
		view, looking->form, facility, respondent.segment, looking->period, &owes);
	if (r < 0 || !owes)
		return err_pass(r);
	if ((r = respondent_read(looking, &respondent)) < 0)
		return err_pass(r);
	if (respondent.in_force != looking->late ||
		(looking->late && respondent.head.arrived_day <= looking->due))
		return 0;
	return err_pass(row_respondent(looking, &respondent));
}

static int respondents_look(const struct looking *looking)
{
	const struct registry *registry = looking->asking->view->registry;

	for (uint32_t n = 1; n <= registry_facilities(registry) && asking_goes_on(looking->asking);
		n++) {
		const struct facility *facility = registry_facility(registry, n);
		int r = facility ? respondent_look(looking, facility) : 0;

		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

int verb_report_missing(struct asking *asking)
{
	static const struct column columns[] = {
		{ "state", COLUMN_TEXT },
		{ "facility", COLUMN_TEXT },
		{ "facility_name", COLUMN_TEXT },
		{ "area", COLUMN_TEXT },
		{ "area_name", COLUMN_TEXT },
		{ "class", COLUMN_TEXT },
		{ "form", COLUMN_TEXT },
		{ "period", COLUMN_TEXT },
		{ "due", COLUMN_TEXT },
		{ "days_late", COLUMN_INTEGER },
		{ "arrived", COLUMN_TEXT },
		{ "held", COLUMN_INTEGER },
		{ "reason", COLUMN_TEXT },
		{ "last_period", COLUMN_TEXT },
	};
	struct looking looking = { .asking = asking };
	int r = argument_form(asking, &looking.form);

	if (r != 0 || (r = argument_period(asking, &looking.period)) != 0 ||
		(r = argument_area(asking, "area", false, &looking.area)) != 0)
		return err_pass(r);
	if (period_kind_of(looking.period) != looking.form->period)
		return verb_refuse(asking, ANSWER_INVALID,
			"argument 'period': form '%s' is reported for periods of another kind",
			looking.form->code);
	if ((r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	looking.due = form_due_day(asking->view->catalog, looking.form, looking.period);
	if ((r = respondents_look(&looking)) < 0)
		return err_pass(r);
	looking.late = true;
	return err_pass(respondents_look(&looking));
}
