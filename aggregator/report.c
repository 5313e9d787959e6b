/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "report show" and "report history": what a facility sent, read from the journal's own bytes and
 * not from anything derived. */
#include <string.h>

#include "aggregator/held.h"
#include "base/err.h"
#include "model/rule.h"
#include "proto/report.h"

struct identity {
	const struct facility *facility;
	const struct form *form;
	uint32_t period;
};

static int argument_identity(struct asking *asking, struct identity *ret_identity)
{
	int r = argument_facility(asking, &ret_identity->facility);

	if (r != 0 || (r = argument_form(asking, &ret_identity->form)) != 0)
		return r;
	if ((r = argument_period(asking, &ret_identity->period)) != 0)
		return r;
	return sight_facility_in(asking, ret_identity->facility, ret_identity->period);
}

/* The newest entry of the identity: a report, or a withdrawal. */
static int identity_newest(
	struct asking *asking, struct identity *ret_identity, struct current_head *ret_head)
{
	char text[PERIOD_TEXT_BYTES];
	int r = argument_identity(asking, ret_identity);

	if (r != 0)
		return r;
	r = current_get(asking->view, ret_identity->form->id, ret_identity->period,
		ret_identity->facility->number, ret_head, NULL);
	if (r != PORT_NONE)
		return r;
	period_print(ret_identity->period, text);
	return verb_refuse(asking, ANSWER_NOT_FOUND, "facility '%s' has sent no %s for %s",
		ret_identity->facility->code, ret_identity->form->code, text);
}

static int cell_body_digest(struct asking *asking, const struct entry *entry)
{
	struct digest digest;
	int r = digest_of(entry->algorithm, entry->body, &digest);

	if (r < 0)
		return err_pass(r);
	cell_hex(asking, digest_view(&digest));
	return 0;
}

/* The element's place among those given, or -1; they rise. */
static int element_find(const uint32_t *elements, size_t count, uint32_t element)
{
	for (size_t i = 0; i < count && elements[i] <= element; i++)
		if (elements[i] == element)
			return (int)i;
	return -1;
}

static void cells_given(
	struct asking *asking, const struct report *report, const struct element *element)
{
	int given = element_find(report->element, report->values, element->id);
	int absent = element_find(report->absent_element, report->absents, element->id);

	if (given >= 0) {
		cell_decimal(asking, report->value[given], element->scale);
		cell_null(asking);
	} else {
		cell_null(asking);
		cell_text(asking, absent_word(absent >= 0 ? report->absent_kind[absent]
							  : ABSENT_NOT_COLLECTED));
	}
}

/* Whether a text of the report's office stands behind it, its entry follows in the journal: "kept",
 * "erased" or "". */
static int text_kept(struct asking *asking, uint64_t sequence, const char **ret_word)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	struct entry text;
	int r = journal_get(follow_journal(asking->follow), sequence + 1, &buffer, &text);

	if (r < 0)
		return err_pass(r);
	*ret_word = "";
	if (r == 0 && text.kind == ENTRY_TEXT && text.replaces == sequence)
		*ret_word = text.flags & ENTRY_FLAG_ERASED ? "erased" : "kept";
	return 0;
}

static int row_line(struct asking *asking, const struct report *report, const struct entry *entry,
	const struct element *element, const char *text)
{
	int r;

	cell_text(asking, element->code);
	cell_text(asking, element->name.zh);
	cell_text(asking, element->name.en);
	cells_unit(asking, element->unit);
	cells_given(asking, report, element);
	cell_integer(asking, (int64_t)entry->sequence);
	cell_integer(asking, entry->revision);
	cell_wall(asking, entry->received);
	if ((r = cell_body_digest(asking, entry)) < 0)
		return err_pass(r);
	cell_text_or_null(asking, text);
	return 0;
}

int verb_report_show(struct asking *asking)
{
	static const struct column columns[] = {
		{ "element", COLUMN_TEXT },
		{ "name_zh", COLUMN_TEXT },
		{ "name_en", COLUMN_TEXT },
		{ "unit", COLUMN_TEXT },
		{ "unit_zh", COLUMN_TEXT },
		{ "value", COLUMN_DECIMAL },
		{ "absent", COLUMN_TEXT },
		{ "sequence", COLUMN_INTEGER },
		{ "revision", COLUMN_INTEGER },
		{ "received", COLUMN_TEXT },
		{ "digest", COLUMN_TEXT },
		{ "office_text", COLUMN_TEXT },
	};
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	struct identity identity;
	struct current_head head;
	struct report report;
	struct entry entry;
	const char *text;
	int r = identity_newest(asking, &identity, &head);

	if (r != 0)
		return err_pass(r);
	if (head.withdrawn)
		return verb_refuse(asking, ANSWER_NOT_FOUND,
			"the report was withdrawn by revision %u; 'report history' shows what it "
			"was",
			head.revision);
	if ((r = asking_entry(asking, head.sequence, &buffer, &entry)) != 0 ||
		(r = report_decode(asking->reports, entry.body, &report)) < 0 ||
		(r = text_kept(asking, entry.sequence, &text)) < 0 ||
		(r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	for (uint32_t i = 0; i < identity.form->line_count && asking_goes_on(asking); i++) {
		const struct element *element =
			catalog_element(asking->view->catalog, identity.form->lines[i].element);

		if ((r = row_line(asking, &report, &entry, element, text)) < 0)
			return err_pass(r);
	}
	return 0;
}

/* Who put a held report in force, and why; known of the newest that was held. */
static void cells_decision(
	struct asking *asking, const struct entry *entry, const struct open_head *open)
{
	const struct reason *reason;

	if (entry->kind != ENTRY_HELD || open->sequence != entry->sequence || open->decision == 0) {
		cells_null(asking, 3);
		return;
	}
	reason = catalog_reason(asking->view->catalog, open->reason);
	cell_integer(asking, (int64_t)open->decision);
	cell_who(asking, open->decision_actor);
	cell_text_or_null(asking, reason ? reason->code : "");
}

static int row_entry(struct asking *asking, const struct entry *entry, const struct open_head *open)
{
	const struct key *key = registry_key(asking->view->registry, entry->actor);
	const char *text;
	int r;

	cell_integer(asking, (int64_t)entry->sequence);
	cell_text(asking, entry_kind_name(entry->kind));
	cell_integer(asking, entry->revision);
	cell_wall(asking, entry->received);
	cell_text(asking, key ? key->name : "");
	if ((r = cell_body_digest(asking, entry)) < 0)
		return err_pass(r);
	cell_count_or_null(asking, entry->replaces > 0, entry->replaces);
	cells_decision(asking, entry, open);
	if ((r = text_kept(asking, entry->sequence, &text)) < 0)
		return err_pass(r);
	cell_text_or_null(asking, text);
	return 0;
}

int verb_report_history(struct asking *asking)
{
	static const struct column columns[] = {
		{ "sequence", COLUMN_INTEGER },
		{ "kind", COLUMN_TEXT },
		{ "revision", COLUMN_INTEGER },
		{ "received", COLUMN_TEXT },
		{ "actor", COLUMN_TEXT },
		{ "digest", COLUMN_TEXT },
		{ "replaces", COLUMN_INTEGER },
		{ "decided", COLUMN_INTEGER },
		{ "decided_by", COLUMN_TEXT },
		{ "reason", COLUMN_TEXT },
		{ "office_text", COLUMN_TEXT },
	};
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	struct open_report open = { .head = { 0 } };
	struct identity identity;
	struct current_head head;
	uint64_t sequence;
	int r = identity_newest(asking, &identity, &head);

	if (r != 0 ||
		(r = open_get(asking->view->ports, identity.form->id, identity.period,
			 identity.facility->number, &open)) < 0 ||
		(r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	for (sequence = head.sequence; sequence > 0 && asking_goes_on(asking);) {
		struct entry entry;

		if ((r = asking_entry(asking, sequence, &buffer, &entry)) != 0 ||
			(r = row_entry(asking, &entry, &open.head)) < 0)
			return err_pass(r);
		/* Each entry replaces an older one, so the walk ends. */
		sequence = entry.replaces < sequence ? entry.replaces : 0;
	}
	return 0;
}
