/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "adjustment list" and "query list": what persons put beside reports, and what they asked. */
#include <string.h>

#include "aggregator/held.h"
#include "aggregator/tally.h"
#include "base/err.h"

/* Whose records are asked for. */
struct choice {
	const struct facility *facility; /* NULL: anybody's */
	uint32_t area;                   /* 0: everywhere */
};

/* What a record speaks of, as far as catalogue and registry still know it. */
struct spoken {
	const struct report_key *key;
	const struct facility *facility;
	const struct form *form;
	uint32_t area;
	bool in_force; /* something was ever in force there */
	struct current_head current;
};

static int argument_choice(struct asking *asking, struct choice *choice)
{
	int r = argument_area(asking, "area", false, &choice->area);

	return r != 0 ? r : argument_facility_optional(asking, &choice->facility);
}

static int spoken_find(
	const struct asking *asking, const struct report_key *key, struct spoken *spoken)
{
	const struct view *view = asking->view;
	int r = PORT_NONE;

	*spoken = (struct spoken){ .key = key,
		.facility = registry_facility_by_code(view->registry, bytes_str(key->facility)),
		.form = key->form <= UINT16_MAX ? catalog_form(view->catalog, (uint16_t)key->form)
						: NULL };
	spoken->area = period_valid(key->period) ? facility_area(spoken->facility, key->period) : 0;
	if (spoken->facility && spoken->form)
		r = current_get(view, spoken->form->id, key->period, spoken->facility->number,
			&spoken->current, NULL);
	if (r < 0)
		return err_pass(r);
	spoken->in_force = r == 0;
	return 0;
}

static bool choice_has(
	const struct asking *asking, const struct choice *choice, const struct spoken *spoken)
{
	if (choice->facility && choice->facility != spoken->facility)
		return false;
	return sight_lists(asking, spoken->area, choice->area);
}

/* What both lists begin with: the record, and what it speaks of. */
static int columns_spoken(struct asking *asking)
{
	static const struct column columns[] = {
		{ "sequence", COLUMN_INTEGER },
		{ "facility", COLUMN_TEXT },
		{ "facility_name", COLUMN_TEXT },
		{ "area", COLUMN_TEXT },
		{ "form", COLUMN_TEXT },
		{ "period", COLUMN_TEXT },
		{ "element", COLUMN_TEXT },
		{ "name_zh", COLUMN_TEXT },
		{ "name_en", COLUMN_TEXT },
	};

	return err_pass(asking_columns(asking, columns, array_len(columns)));
}

static void cells_spoken(
	struct asking *asking, uint64_t sequence, const struct spoken *spoken, uint32_t element)
{
	cell_integer(asking, (int64_t)sequence);
	if (spoken->facility)
		cells_facility(asking, spoken->facility);
	else {
		cell_text(asking, spoken->key->facility);
		cell_null(asking);
	}
	if (spoken->area)
		cell_area(asking, spoken->area);
	else
		cell_null(asking);
	cell_text_or_null(asking, spoken->form ? spoken->form->code : "");
	if (period_valid(spoken->key->period))
		cell_period(asking, spoken->key->period);
	else
		cell_null(asking);
	cells_element(asking, element);
}

enum adjustment_state { ADJUSTMENT_ANY, PROPOSED, ACTIVE, ENDED, EXPIRED };
static const char *const state_names[] = {
	[PROPOSED] = "proposed",
	[ACTIVE] = "active",
	[ENDED] = "ended",
	[EXPIRED] = "expired",
};

/* Ended by a person, or by a later revision of the report. */
static enum adjustment_state state_of(const struct asking *asking,
	const struct act_adjustment *adjustment, const struct spoken *spoken)
{
	const bool there = spoken->in_force && !spoken->current.withdrawn &&
			   spoken->current.sequence == adjustment->proposal.about;

	if (adjustment->ended.sequence > 0 || !there)
		return ENDED;
	if (adjustment->proposal.until_day < asking->view->today)
		return EXPIRED;
	return adjustment->confirmed.sequence > 0 ? ACTIVE : PROPOSED;
}

static int argument_state(struct asking *asking, enum adjustment_state *ret_state)
{
	char text[16];
	int r = argument_text(asking, "state", text, sizeof(text));

	*ret_state = ADJUSTMENT_ANY;
	if (r != 0 || text[0] == '\0' || strcmp(text, "all") == 0)
		return r;
	for (enum adjustment_state state = PROPOSED; state <= EXPIRED; state++)
		if (strcmp(text, state_names[state]) == 0)
			*ret_state = state;
	if (*ret_state == ADJUSTMENT_ANY)
		return verb_refuse(asking, ANSWER_INVALID,
			"argument 'state': '%s' is none of proposed, active, ended, expired, all",
			text);
	return 0;
}

/* The figure that it differs from, while that is still in force. */
static int cell_as_reported(
	struct asking *asking, const struct act_adjustment *adjustment, const struct spoken *spoken)
{
	const struct adjustment *proposal = &adjustment->proposal;
	const struct element *element = catalog_element(asking->view->catalog, proposal->element);
	struct adjusting_line line;
	struct current_head head;
	const uint8_t *values;
	int r = adjusting_line_of(asking->view, adjustment, &line);

	if (r < 0)
		return err_pass(r);
	r = r == 0 ? adjusting_report(asking->view, &line, spoken->key->period, &head, &values)
		   : PORT_NONE;
	if (r < 0)
		return err_pass(r);
	if (r == 0 && element)
		cell_decimal(asking, value_in_sum(vector_value(values, head.n, line.line)),
			element->scale);
	else
		cell_null(asking);
	return 0;
}

static int row_adjustment(struct asking *asking, const struct act_adjustment *adjustment,
	const struct spoken *spoken, enum adjustment_state state)
{
	const struct adjustment *proposal = &adjustment->proposal;
	const struct element *element = catalog_element(asking->view->catalog, proposal->element);
	char until[DAY_TEXT_BYTES];
	int r;

	cells_spoken(asking, adjustment->proposed.sequence, spoken, proposal->element);
	cells_element_unit(asking, proposal->element);
	cell_decimal(asking, proposal->delta, element ? element->scale : 0);
	if ((r = cell_as_reported(asking, adjustment, spoken)) < 0)
		return err_pass(r);
	cell_integer(asking, (int64_t)proposal->about);
	cell_text(asking, state_names[state]);
	day_print(proposal->until_day, until);
	cell_text(asking, until);
	cell_reason(asking, proposal->reason);
	cell_text_or_null(asking, proposal->note);
	cell_who(asking, adjustment->proposed.actor);
	cell_wall(asking, (uint64_t)adjustment->proposed.received);
	if (adjustment->confirmed.sequence > 0)
		cell_who(asking, adjustment->confirmed.actor);
	else
		cell_null(asking);
	cell_count_or_null(
		asking, adjustment->confirmed.sequence > 0, adjustment->confirmed.sequence);
	cell_count_or_null(asking, adjustment->ended.sequence > 0, adjustment->ended.sequence);
	return 0;
}

int verb_adjustment_list(struct asking *asking)
{
	static const struct column columns[] = {
		{ "unit", COLUMN_TEXT },
		{ "unit_zh", COLUMN_TEXT },
		{ "delta", COLUMN_DECIMAL },
		{ "reported", COLUMN_DECIMAL },
		{ "about", COLUMN_INTEGER },
		{ "state", COLUMN_TEXT },
		{ "until", COLUMN_TEXT },
		{ "reason", COLUMN_TEXT },
		{ "note", COLUMN_TEXT },
		{ "who", COLUMN_TEXT },
		{ "received", COLUMN_TEXT },
		{ "confirmed_by", COLUMN_TEXT },
		{ "confirmed", COLUMN_INTEGER },
		{ "ended", COLUMN_INTEGER },
	};
	enum adjustment_state wanted, state;
	struct choice choice;
	struct spoken spoken;
	size_t count;
	const struct act_adjustment *all = acts_adjustments(asking->view->acts, &count);
	int r = argument_choice(asking, &choice);

	if (r != 0 || (r = argument_state(asking, &wanted)) != 0 ||
		(r = columns_spoken(asking)) < 0 ||
		(r = asking_columns(asking, columns, array_len(columns))) < 0)
		return r;
	for (size_t i = 0; i < count && asking_goes_on(asking); i++) {
		if ((r = spoken_find(asking, &all[i].proposal.key, &spoken)) < 0)
			return err_pass(r);
		state = state_of(asking, &all[i], &spoken);
		if (!choice_has(asking, &choice, &spoken) ||
			(wanted != ADJUSTMENT_ANY && wanted != state))
			continue;
		if ((r = row_adjustment(asking, &all[i], &spoken, state)) < 0)
			return err_pass(r);
	}
	return 0;
}

/* The newest of the identity that came after the question's report: in force, or held. 0: none. */
static int answer_find(struct asking *asking, const struct query *query,
	const struct spoken *spoken, uint64_t *ret)
{
	struct open_report open;
	int r = PORT_NONE;

	*ret = 0;
	if (spoken->in_force && spoken->current.sequence > query->about)
		*ret = spoken->current.sequence;
	if (spoken->form && spoken->facility)
		r = open_get(asking->view->ports, spoken->form->id, query->key.period,
			spoken->facility->number, &open);
	if (r < 0)
		return err_pass(r);
	if (r == 0 && open.head.sequence > query->about && open.head.sequence > *ret)
		*ret = open.head.sequence;
	return 0;
}

static void row_query(struct asking *asking, const struct act_query *said,
	const struct spoken *spoken, uint64_t answered)
{
	const struct query *query = &said->query;

	cells_spoken(asking, said->act.sequence, spoken, query->element);
	cell_integer(asking, (int64_t)query->about);
	cell_reason(asking, query->reason);
	cell_text_or_null(asking, query->text);
	cell_who(asking, said->act.actor);
	cell_wall(asking, (uint64_t)said->act.received);
	cell_boolean(asking, answered > 0);
	cell_count_or_null(asking, answered > 0, answered);
}

static int argument_open(struct asking *asking, bool *ret_open)
{
	char text[8];
	int r = argument_text(asking, "open", text, sizeof(text));

	*ret_open = strcmp(text, "yes") == 0;
	if (r == 0 && text[0] && !*ret_open && strcmp(text, "no") != 0)
		return verb_refuse(
			asking, ANSWER_INVALID, "argument 'open' is yes or no, not '%s'", text);
	return r;
}

int verb_query_list(struct asking *asking)
{
	static const struct column columns[] = {
		{ "about", COLUMN_INTEGER },
		{ "reason", COLUMN_TEXT },
		{ "text", COLUMN_TEXT },
		{ "who", COLUMN_TEXT },
		{ "received", COLUMN_TEXT },
		{ "answered", COLUMN_BOOLEAN },
		{ "answered_by", COLUMN_INTEGER },
	};
	struct choice choice;
	struct spoken spoken;
	uint64_t answered;
	bool open;
	size_t count;
	const struct act_query *all = acts_queries(asking->view->acts, &count);
	int r = argument_choice(asking, &choice);

	if (r != 0 || (r = argument_open(asking, &open)) != 0 || (r = columns_spoken(asking)) < 0 ||
		(r = asking_columns(asking, columns, array_len(columns))) < 0)
		return r;
	for (size_t i = 0; i < count && asking_goes_on(asking); i++) {
		if ((r = spoken_find(asking, &all[i].query.key, &spoken)) < 0 ||
			(r = answer_find(asking, &all[i].query, &spoken, &answered)) < 0)
			return err_pass(r);
		if (choice_has(asking, &choice, &spoken) && (!open || answered == 0))
			row_query(asking, &all[i], &spoken, answered);
	}
	return 0;
}
