/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "held show": one held report and what was found about it. It is read from the journal, where it
 * stays whatever becomes of it. */
#include "aggregator/held.h"

#include <stdio.h>

#include "base/err.h"
#include "model/rule.h"
#include "proto/report.h"

uint32_t facility_area(const struct facility *facility, uint32_t period)
{
	const struct segment *segment = facility ? facility_segment(facility, period) : NULL;

	if (segment)
		return segment->area;
	return facility && facility->segments > 0 ? facility->segment[facility->segments - 1].area
						  : 0;
}

static void cells_form(struct asking *asking, const struct form *form)
{
	cell_text_or_null(asking, form ? form->code : "");
	cell_text_or_null(asking, form ? form->name.zh : "");
	cell_text_or_null(asking, form ? form->name.en : "");
}

int columns_held(struct asking *asking)
{
	static const struct column columns[HELD_COLUMNS] = {
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
	};

	return err_pass(asking_columns(asking, columns, array_len(columns)));
}

void cells_held(struct asking *asking, const struct held_head *head)
{
	cell_integer(asking, (int64_t)head->sequence);
	cells_facility(asking, head->facility);
	cells_area(asking, head->area);
	cells_form(asking, head->form);
	cell_period(asking, head->period);
	cell_integer(asking, head->revision);
	cell_wall(asking, head->received);
	cell_who(asking, head->actor);
	cell_text(asking, head->state);
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

/* Four cells: found and limit, what is proposed, the other element. Figures are in the element's
 * unit, other numbers plain. */
static void cells_finding_numbers(struct asking *asking, const struct finding *finding)
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

	cells_held(asking, &(struct held_head){ .sequence = entry->sequence,
				   .facility = held->facility,
				   .area = held->area,
				   .form = held->form,
				   .period = entry->period,
				   .revision = entry->revision,
				   .received = entry->received,
				   .actor = entry->actor,
				   .state = held_state_name(held) });
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
		(r = columns_held(asking)) < 0 ||
		(r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	for (size_t i = 0; i < held.findings && asking_goes_on(asking); i++)
		row_finding(asking, &held, note, withdrawal, &held.finding[i]);
	return 0;
}
