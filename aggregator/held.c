/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "held list" and "held show": reports that wait for a person, and what was found about each. The
 * list is the open table; a single one is read from the journal, where it stays whatever becomes of
 * it. */
#include "aggregator/held.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/rule.h"
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

uint32_t facility_area(const struct facility *facility, uint32_t period)
{
	const struct segment *segment = facility ? facility_segment(facility, period) : NULL;

	if (segment)
		return segment->area;
	return facility && facility->segments > 0 ? facility->segment[facility->segments - 1].area
						  : 0;
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

static void cells_form(struct asking *asking, const struct form *form)
{
	cell_text_or_null(asking, form ? form->code : "");
	cell_text_or_null(asking, form ? form->name.zh : "");
	cell_text_or_null(asking, form ? form->name.en : "");
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

	cell_integer(asking, (int64_t)head->sequence);
	cells_facility(asking, facility);
	cells_area(asking, facility_area(facility, row->period));
	cells_form(asking, catalog_form(asking->view->catalog, row->form));
	cell_period(asking, row->period);
	cell_integer(asking, head->revision);
	cell_wall(asking, head->received);
	cell_who(asking, head->actor);
	cell_text(asking, open_state_name((enum open_state)head->state));
	if ((r = cells_findings(asking, row->report.findings)) < 0 ||
		(r = cells_in_force(asking, row)) < 0)
		return err_pass(r);
	return err_pass(cell_withdrawal(asking, row->report.body));
}

int verb_held_list(struct asking *asking)
{
	static const struct column columns[] = {
		{ "sequence", COLUMN_INTEGER },
		{ "facility", COLUMN_TEXT },
		{ "facility_name", COLUMN_TEXT },
		{ "area", COLUMN_TEXT },
		{ "area_name", COLUMN_TEXT },
		{ "form", COLUMN_TEXT },
		{ "form_zh", COLUMN_TEXT },
		{ "form_en", COLUMN_TEXT },
		{ "period", COLUMN_TEXT },
		{ "revision", COLUMN_INTEGER },
		{ "received", COLUMN_TEXT },
		{ "who", COLUMN_TEXT },
		{ "state", COLUMN_TEXT },
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

	if (r != 0 || (r = asking_columns(asking, columns, array_len(columns))) < 0 ||
		(r = listing_fill(asking, &listing)) < 0)
		return err_pass(r);
	if (listing.rows > 0)
		qsort(listing.row, listing.rows, sizeof(*listing.row), listed_compare);
	for (size_t i = 0; i < listing.rows && asking_goes_on(asking); i++) {
		if (i < asking->question->offset)
			cells_null(asking, array_len(columns));
		else if ((r = row_listed(asking, &listing.row[i])) < 0)
			return err_pass(r);
	}
	return 0;
}

void held_fini(struct held *held)
{
	buffer_fini(&held->buffer);
}

/* What the tables know of the identity now. */
static int held_look(const struct asking *asking, struct held *held)
{
	const struct entry *entry = &held->entry;
	struct open_report open;
	int r;

	held->form = catalog_form(asking->view->catalog, entry->form);
	held->facility = registry_facility(asking->view->registry, entry->facility);
	held->area = facility_area(held->facility, entry->period);
	r = open_get(asking->view->ports, entry->form, entry->period, entry->facility, &open);
	if (r < 0)
		return err_pass(r);
	held->newest = r == 0 && open.head.sequence == entry->sequence;
	if (held->newest)
		held->open = open.head;
	r = current_get(
		asking->view, entry->form, entry->period, entry->facility, &held->current, NULL);
	if (r < 0)
		return err_pass(r);
	held->in_force = r == 0;
	return 0;
}

int argument_held(struct asking *asking, struct held *ret_held)
{
	uint64_t sequence;
	uint32_t more;
	int r = argument_sequence(asking, &sequence);

	*ret_held = (struct held){ .findings = 0 };
	if (r != 0)
		return r;
	if (sequence > follow_position(asking->follow)->sequence)
		return verb_refuse(asking, ANSWER_NOT_FOUND, "there is no entry %llu yet",
			(unsigned long long)sequence);
	if ((r = asking_entry(asking, sequence, &ret_held->buffer, &ret_held->entry)) != 0)
		return r;
	if (ret_held->entry.kind != ENTRY_HELD && sight_limited(asking))
		return verb_refuse(asking, ANSWER_NOT_FOUND,
			"entry %llu is no held report of this key's areas; 'held list' names those",
			(unsigned long long)sequence);
	if (ret_held->entry.kind != ENTRY_HELD)
		return verb_refuse(asking, ANSWER_NOT_FOUND,
			"entry %llu is no held report but of kind '%s'; 'held list' names those",
			(unsigned long long)sequence, entry_kind_name(ret_held->entry.kind));
	if ((r = held_look(asking, ret_held)) < 0)
		return err_pass(r);
	if (!ret_held->form || !ret_held->facility)
		return verb_refuse(asking, ANSWER_NOT_FOUND,
			"entry %llu is of a form or a facility that is no longer known",
			(unsigned long long)sequence);
	if ((r = sight_facility_in(asking, ret_held->facility, ret_held->entry.period)) != 0)
		return r;
	return err_pass(findings_decode(asking->reports, ret_held->entry.findings,
		&ret_held->finding, &ret_held->findings, &more));
}

const char *held_state_name(const struct held *held)
{
	return held->newest ? open_state_name((enum open_state)held->open.state) : "replaced";
}

/* Whether what the finding saw are figures of its element. */
static bool finding_has_figures(const struct finding *finding)
{
	switch (finding->code) {
	case FINDING_VALUE_RANGE:
	case FINDING_VALUE_NEGATIVE:
	case FINDING_RULE:
	case FINDING_UNIT_SLIP:
	case FINDING_TEN_TIMES:
	case FINDING_SWAPPED:
	case FINDING_SUM_IN_PART:
	case FINDING_NEGATIVE_MONEY:
		return finding->element != 0;
	default:
		return false;
	}
}

static void cell_number(struct asking *asking, bool there, int64_t value, uint8_t scale)
{
	if (there && !value_is_absent(value))
		cell_decimal(asking, value, scale);
	else
		cell_null(asking);
}

void cells_finding_numbers(struct asking *asking, const struct finding *finding)
{
	const struct catalog *catalog = asking->view->catalog;
	const struct element *element = catalog_element(catalog, finding->element);
	const struct element *other = catalog_element(catalog, finding->other);
	uint8_t scale = element && finding_has_figures(finding) ? element->scale : 0;

	cell_number(asking, true, finding->found, scale);
	cell_number(asking, true, finding->limit, scale);
	cell_number(asking, finding->has_proposed, finding->proposed, element ? element->scale : 0);
	cell_text_or_null(asking, other ? other->code : "");
}

static const char *severity_word(enum severity severity)
{
	return severity == SEVERITY_HOLD     ? "hold"
	       : severity == SEVERITY_FOLLOW ? "follow"
					     : "reject";
}

static void cells_rule(struct asking *asking, const char *code)
{
	const struct rule *rule = catalog_rule_by_code(asking->view->catalog, code);

	cell_text_or_null(asking, code);
	cell_text_or_null(asking, rule ? rule->name.zh : "");
	cell_text_or_null(asking, rule ? rule->name.en : "");
	cell_text_or_null(asking, rule ? rule->fix.zh : "");
	cell_text_or_null(asking, rule ? rule->fix.en : "");
}

void cell_reason(struct asking *asking, uint32_t id)
{
	const struct reason *reason = id ? catalog_reason(asking->view->catalog, id) : NULL;

	cell_text_or_null(asking, reason ? reason->code : "");
}

/* What the person wrote beside the decision; null where something newer came into force. */
static int decision_note(struct asking *asking, const struct held *held, char *ret, size_t size)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	AUTO(arena_free) struct arena *arena = NULL;
	struct command command;
	struct entry entry;
	int r;

	ret[0] = '\0';
	if (!held->newest || held->open.decision == 0)
		return 0;
	if ((r = asking_entry(asking, held->open.decision, &buffer, &entry)) != 0)
		return r;
	if (entry.kind != ENTRY_DECISION)
		return 0;
	if ((r = arena_new(&arena)) < 0 || (r = command_decode(arena, entry.body, &command)) < 0)
		return err_pass(r);
	if (command.decisions == 1)
		snprintf(ret, size, "%s", command.decision[0].note);
	return 0;
}

static void row_finding(struct asking *asking, const struct held *held, const char *note,
	bool withdrawal, const struct finding *finding)
{
	const struct entry *entry = &held->entry;
	const bool decided = held->newest && held->open.decision > 0;

	cell_integer(asking, (int64_t)entry->sequence);
	cells_facility(asking, held->facility);
	cells_area(asking, held->area);
	cells_form(asking, held->form);
	cell_period(asking, entry->period);
	cell_integer(asking, entry->revision);
	cell_wall(asking, entry->received);
	cell_who(asking, entry->actor);
	cell_text(asking, held_state_name(held));
	cell_count_or_null(asking, held->in_force, held->current.sequence);
	cell_count_or_null(asking, held->in_force, held->current.revision);
	cell_count_or_null(asking, decided, held->open.decision);
	cell_reason(asking, decided ? held->open.reason : 0);
	cell_text_or_null(asking, note);
	cell_text(asking, finding_name(finding->code));
	cell_text(asking, severity_word(finding->severity));
	cells_rule(asking, finding->rule);
	cells_element(asking, finding->element);
	cells_element_unit(asking, finding->element);
	cells_finding_numbers(asking, finding);
	if (finding->period)
		cell_period(asking, finding->period);
	else
		cell_null(asking);
	cell_reason(asking, finding->reason);
	cell_boolean(asking, withdrawal);
}

/* Decoding the report takes the arena of the findings, so it has one of its own. */
static int held_withdraws(const struct held *held, bool *ret_withdraws)
{
	AUTO(arena_free) struct arena *arena = NULL;
	struct report report;
	int r = arena_new(&arena);

	if (r < 0 || (r = report_decode(arena, held->entry.body, &report)) < 0)
		return err_pass(r);
	*ret_withdraws = report.withdrawal;
	return 0;
}

int verb_held_show(struct asking *asking)
{
	static const struct column columns[] = {
		{ "sequence", COLUMN_INTEGER },
		{ "facility", COLUMN_TEXT },
		{ "facility_name", COLUMN_TEXT },
		{ "area", COLUMN_TEXT },
		{ "area_name", COLUMN_TEXT },
		{ "form", COLUMN_TEXT },
		{ "form_zh", COLUMN_TEXT },
		{ "form_en", COLUMN_TEXT },
		{ "period", COLUMN_TEXT },
		{ "revision", COLUMN_INTEGER },
		{ "received", COLUMN_TEXT },
		{ "who", COLUMN_TEXT },
		{ "state", COLUMN_TEXT },
		{ "in_force", COLUMN_INTEGER },
		{ "in_force_revision", COLUMN_INTEGER },
		{ "decided", COLUMN_INTEGER },
		{ "reason", COLUMN_TEXT },
		{ "note", COLUMN_TEXT },
		{ "finding", COLUMN_TEXT },
		{ "severity", COLUMN_TEXT },
		{ "rule", COLUMN_TEXT },
		{ "rule_zh", COLUMN_TEXT },
		{ "rule_en", COLUMN_TEXT },
		{ "fix_zh", COLUMN_TEXT },
		{ "fix_en", COLUMN_TEXT },
		{ "element", COLUMN_TEXT },
		{ "name_zh", COLUMN_TEXT },
		{ "name_en", COLUMN_TEXT },
		{ "unit", COLUMN_TEXT },
		{ "unit_zh", COLUMN_TEXT },
		{ "found", COLUMN_DECIMAL },
		{ "limit", COLUMN_DECIMAL },
		{ "proposed", COLUMN_DECIMAL },
		{ "other", COLUMN_TEXT },
		{ "other_period", COLUMN_TEXT },
		{ "explained", COLUMN_TEXT },
		{ "withdrawal", COLUMN_BOOLEAN },
	};
	AUTO(held_fini) struct held held = { .findings = 0 };
	char note[DECISION_NOTE_MAX + 1];
	bool withdrawal = false;
	int r = argument_held(asking, &held);

	if (r != 0 || (r = held_withdraws(&held, &withdrawal)) < 0 ||
		(r = decision_note(asking, &held, note, sizeof(note))) != 0 ||
		(r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	for (size_t i = 0; i < held.findings && asking_goes_on(asking); i++)
		row_finding(asking, &held, note, withdrawal, &held.finding[i]);
	return 0;
}
