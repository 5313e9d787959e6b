/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A report's contribution is a pure function of its row in current (values, area, stratum) and the
 * catalogue. So taking it out again needs nothing but that row, and everything that changes a row
 * (revision, withdrawal, another area or class of the facility) is: contribute the old row with
 * sign -1, contribute the new row with sign +1, store the new row. A report of a facility that was
 * not open in its period, as the registry now says, stands in current and contributes nothing. */
#include "aggregator/fold.h"

#include <stdlib.h>
#include <string.h>

#include "aggregator/opened.h"
#include "aggregator/row.h"
#include "aggregator/said.h"
#include "base/err.h"
#include "proto/query.h"
#include "proto/report.h"

_Static_assert(
	(int)ABSENT_AS_ZERO == (int)ABSENT_NOT_OFFERED, "base names the kind that counts as 0");

struct fold {
	struct catalog *catalog;
	uint32_t catalogue_number;
	uint64_t catalogue_sequence;
	struct pairing *pairing;
	struct registry *registry;
	struct said said;
	struct arena *arena;
	struct deltas *deltas;
	struct fold_changes changes;
	/* while one report is folded */
	struct row old, new;
	struct contributing contributing;
};

int fold_new(struct fold **ret_fold)
{
	AUTO(fold_free) struct fold *fold = calloc(1, sizeof(*fold));
	int r;

	if (!fold)
		return err_here(ERR_NOMEM, "cannot allocate the fold");
	if ((r = registry_new(&fold->registry)) < 0 || (r = said_init(&fold->said)) < 0 ||
		(r = arena_new(&fold->arena)) < 0 || (r = deltas_new(&fold->deltas)) < 0)
		return err_pass(r);
	fold->contributing.deltas = fold->deltas;
	*ret_fold = fold;
	fold = NULL;
	return 0;
}

void fold_free(struct fold *fold)
{
	if (!fold)
		return;
	pairing_free(fold->pairing);
	catalog_free(fold->catalog);
	registry_free(fold->registry);
	said_fini(&fold->said);
	arena_free(fold->arena);
	deltas_free(fold->deltas);
	free(fold);
}

const struct fold_changes *fold_changes(const struct fold *fold)
{
	return &fold->changes;
}

const struct catalog *fold_catalog(const struct fold *fold)
{
	return fold->catalog;
}

const struct registry *fold_registry(const struct fold *fold)
{
	return fold->registry;
}

const struct facts *fold_facts(const struct fold *fold)
{
	return fold->said.facts;
}

const struct locks *fold_locks(const struct fold *fold)
{
	return fold->said.locks;
}

const struct acts *fold_acts(const struct fold *fold)
{
	return fold->said.acts;
}

uint32_t fold_catalogue_number(const struct fold *fold)
{
	return fold->catalogue_number;
}

uint64_t fold_catalogue_sequence(const struct fold *fold)
{
	return fold->catalogue_sequence;
}

/* Where the registry puts the facility in that period: area 0 if it was not open. */
static void row_place(const struct registry *registry, struct row *row)
{
	const struct facility *facility = registry_facility(registry, row->facility);
	const struct segment *segment = facility ? facility_segment(facility, row->period) : NULL;

	row->head.area = segment && !row->head.withdrawn ? segment->area : 0;
	row->head.stratum = segment && !row->head.withdrawn ? segment->stratum : 0;
}

/* The row that this entry puts in force. */
static int row_of_entry(struct fold *fold, const struct entry *entry, struct row *row)
{
	struct report report;
	int r;

	row->form = fold->catalog ? catalog_form(fold->catalog, entry->form) : NULL;
	row->period = entry->period;
	row->facility = entry->facility;
	if (!row->form || !period_valid(entry->period))
		return err_here(ERR_INVALID, "entry %llu: no form %u, or no period %u",
			(unsigned long long)entry->sequence, entry->form, entry->period);
	row->head = (struct current_head){ .sequence = entry->sequence,
		.revision = entry->revision,
		.withdrawn = entry->kind == ENTRY_WITHDRAWAL,
		.arrived_day = day_of_wall_ms((int64_t)entry->received) };
	if (!row->head.withdrawn) {
		if ((r = report_decode(fold->arena, entry->body, &report)) < 0 ||
			(r = report_vector(fold->catalog, row->form, &report, row->value)) < 0)
			return err_fold(r);
		/* a held entry may be either */
		row->head.withdrawn = report.withdrawal;
		row->head.n = report.withdrawal ? 0 : row->form->line_count;
	}
	row_place(fold->registry, row);
	return 0;
}

/* Puts fold->new in force, in the place of whatever was there. The day of arrival stays that of the
 * first entry of the identity: who delivers in time and is held has delivered in time. */
static int row_in_force(struct fold *fold, const struct ports *ports, const struct entry *entry)
{
	int r = row_get(ports, fold->new.form, entry->period, entry->facility, &fold->old);
	const bool known = r == 0;

	if (known)
		fold->new.head.arrived_day = fold->old.head.arrived_day;
	else if (r == PORT_NONE)
		r = opened_arrived(ports, entry, &fold->new.head.arrived_day);
	if (r < 0)
		return err_pass(r);
	if (known && ((r = row_contribute(&fold->contributing, ports, &fold->old, -1)) < 0 ||
			     (r = row_count(&fold->contributing, ports, &fold->old, -1)) < 0))
		return err_pass(r);
	if ((r = row_contribute(&fold->contributing, ports, &fold->new, 1)) < 0 ||
		(r = row_count(&fold->contributing, ports, &fold->new, 1)) < 0 ||
		(r = row_put(ports, &fold->new)) < 0)
		return err_pass(r);
	return 0;
}

static int fold_report(struct fold *fold, const struct ports *ports, const struct entry *entry)
{
	int r = row_of_entry(fold, entry, &fold->new);

	if (r < 0 || (r = row_in_force(fold, ports, entry)) < 0)
		return err_pass(r);
	return err_pass(opened_supersede(ports, entry));
}

static int fold_held(struct fold *fold, const struct ports *ports, const struct entry *entry)
{
	int32_t arrived_day = day_of_wall_ms((int64_t)entry->received);
	int r = row_of_entry(fold, entry, &fold->new);

	if (r < 0)
		return err_pass(r);
	r = row_get(ports, fold->new.form, entry->period, entry->facility, &fold->old);
	if (r == 0)
		arrived_day = fold->old.head.arrived_day;
	else if (r == PORT_NONE)
		r = opened_arrived(ports, entry, &arrived_day);
	if (r < 0)
		return err_pass(r);
	return err_pass(opened_hold(ports, entry, arrived_day));
}

/* An accepted report is in force under the sequence by which it was held: its receipt stays
 * good. */
static int fold_decided(struct fold *fold, const struct ports *ports, const struct entry *entry,
	const struct decision *decision)
{
	AUTO(opened_decision_fini) struct opened_decision found = { .kept = { 0 } };
	const struct facility *facility =
		registry_facility_by_code(fold->registry, bytes_str(decision->key.facility));
	int r;

	if (!facility)
		return err_here(ERR_INVALID, "a decision on a report of '%s', which is unknown",
			decision->key.facility);
	if ((r = opened_find(ports, decision, facility->number, &found)) < 0)
		return err_pass(r);
	if (decision->kind == DECISION_ACCEPT &&
		((r = row_of_entry(fold, &found.held, &fold->new)) < 0 ||
			(r = row_in_force(fold, ports, &found.held)) < 0))
		return err_pass(r);
	return err_pass(opened_decide(ports, entry, decision, &found));
}

static int fold_decision(struct fold *fold, const struct ports *ports, const struct entry *entry)
{
	struct decision decision; /* a copy: the arena is used again for the report */
	struct command command;
	int r = command_decode(fold->arena, entry->body, &command);

	if (r < 0)
		return err_fold(r);
	if (command.decisions != 1 || command.decision->kind < DECISION_ACCEPT ||
		command.decision->kind > DECISION_REJECT)
		return err_here(ERR_INVALID, "entry %llu: not one decision",
			(unsigned long long)entry->sequence);
	decision = command.decision[0];
	return err_pass(fold_decided(fold, ports, entry, &decision));
}

/* Puts one report of the facility where the registry now says that it belongs. */
static int report_move(struct fold *fold, const struct ports *ports, const struct form *form,
	uint32_t period, uint32_t facility)
{
	int r = row_get(ports, form, period, facility, &fold->old);

	if (r != 0)
		return r == PORT_NONE ? 0 : err_pass(r);
	fold->new = fold->old;
	row_place(fold->registry, &fold->new);
	if (fold->new.head.area == fold->old.head.area &&
		fold->new.head.stratum == fold->old.head.stratum)
		return 0;
	if ((r = row_contribute(&fold->contributing, ports, &fold->old, -1)) < 0 ||
		(r = row_contribute(&fold->contributing, ports, &fold->new, 1)) < 0 ||
		(r = row_put(ports, &fold->new)) < 0)
		return err_pass(r);
	return 0;
}

/* Every report in force has its form and period in periods, so those name all places to look. */
static int facility_move(struct fold *fold, const struct ports *ports, uint32_t facility)
{
	uint8_t from[PERIODS_KEY_BYTES] = { 0 };
	int r = deltas_apply(fold->deltas, ports);

	while (r == 0) {
		const struct form *form;
		struct bytes key, value;
		uint16_t form_id;
		uint32_t period;

		r = ports->seek(
			ports->ctx, TABLE_PERIODS, bytes_of(from, sizeof(from)), &key, &value);
		if (r != 0)
			return r == PORT_NONE ? 0 : err_fold(r);
		if ((r = periods_key_unpack(key, &form_id, &period)) < 0)
			return err_pass(r);
		form = catalog_form(fold->catalog, form_id);
		if (!form)
			return err_here(ERR_CORRUPT,
				"reports of a form %u that is not in the catalogue", form_id);
		r = report_move(fold, ports, form, period, facility);
		periods_key_pack(form_id, period + 1, from);
	}
	return err_pass(r);
}

static bool facility_stays(const struct facility *a, const struct facility *b)
{
	if (a->segments != b->segments)
		return false;
	for (uint32_t i = 0; i < a->segments; i++) {
		const struct segment *x = &a->segment[i], *y = &b->segment[i];

		if (x->from_day != y->from_day || x->area != y->area || x->stratum != y->stratum ||
			x->closed != y->closed)
			return false;
	}
	return true;
}

static int facility_take(struct fold *fold, const struct ports *ports, const struct facility *said,
	uint64_t sequence, bool move)
{
	const struct facility *known =
		registry_facility_by_code(fold->registry, bytes_str(said->code));
	bool stays = !move || !known || facility_stays(known, said);
	struct facility facility = *said;
	uint32_t number;
	int r;

	facility.sequence = sequence;
	r = registry_put_facility(fold->registry, &facility, &number);
	if (r < 0)
		return err_pass(r);
	return stays ? 0 : err_pass(facility_move(fold, ports, number));
}

static int command_take(
	struct fold *fold, const struct ports *ports, const struct derived_command *from, bool move)
{
	struct command command;
	int r = command_decode(fold->arena, from->body, &command);

	if (r < 0)
		return err_pass(r);
	for (size_t i = 0; i < command.facilities; i++) {
		r = facility_take(fold, ports, &command.facility[i], from->sequence, move);
		if (r < 0)
			return err_pass(r);
	}
	for (size_t i = 0; i < command.keys; i++) {
		struct key key = command.key[i];

		key.revoked_day = day_of_wall_ms((int64_t)from->received);
		if ((r = registry_put_key(fold->registry, &key, NULL)) < 0)
			return err_pass(r);
	}
	return err_pass(said_take(&fold->said, &command, from));
}

static int fold_command(struct fold *fold, const struct ports *ports, const struct entry *entry)
{
	const struct derived_command from = { .sequence = entry->sequence,
		.actor = entry->actor,
		.received = entry->received,
		.body = entry->body };
	int r;

	if ((r = command_take(fold, ports, &from, true)) < 0 ||
		(r = derived_command_put(ports, &from)) < 0)
		return err_fold(r);
	return 0;
}

static int catalogue_take(
	struct fold *fold, struct bytes bundle, uint32_t number, uint64_t sequence)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	struct pairing *pairing = NULL;
	int r;

	if ((r = catalog_open_bundle(bundle, &catalog)) < 0 ||
		(r = pairing_new(catalog, &pairing)) < 0)
		return err_pass(r);
	pairing_free(fold->pairing);
	catalog_free(fold->catalog);
	fold->contributing.pairing = fold->pairing = pairing;
	fold->contributing.catalog = fold->catalog = catalog;
	catalog = NULL;
	fold->catalogue_number = number;
	fold->catalogue_sequence = sequence;
	return 0;
}

/* Only the first one is taken here: cells folded by one catalogue cannot go on by another. */
static int fold_catalogue(struct fold *fold, const struct ports *ports, const struct entry *entry)
{
	int r;

	if (entry->sequence <= fold->catalogue_sequence)
		return 0;
	if (fold->catalogue_number > 0)
		return FOLD_AGAIN;
	if ((r = catalogue_take(fold, entry->body, entry->catalogue, entry->sequence)) < 0 ||
		(r = derived_catalogue_put(ports, entry->catalogue, entry->sequence, entry->body)) <
			0)
		return err_fold(r);
	return 0;
}

int fold_load(struct fold *fold, const struct ports *ports)
{
	struct derived_command from = { .sequence = 0 };
	uint64_t sequence = 0;
	uint32_t number;
	struct bytes bundle;
	int r = derived_catalogue_get(ports, &number, &sequence, &bundle);

	if (r < 0 || (r == 0 && (r = catalogue_take(fold, bundle, number, sequence)) < 0))
		return err_pass(r);
	for (;;) {
		r = derived_command_next(ports, from.sequence + 1, &from);
		if (r != 0)
			return r == PORT_NONE ? 0 : err_fold(r);
		if ((r = command_take(fold, ports, &from, false)) < 0)
			return err_pass(r);
	}
}

/* Noted before the change: an entry that fails half-way may have changed something. A decision and
 * an adjustment reach what a report of their period reaches. */
static void change_note(struct fold *fold, const struct entry *entry)
{
	switch (entry->kind) {
	case ENTRY_REPORT:
	case ENTRY_WITHDRAWAL:
	case ENTRY_DECISION:
	case ENTRY_ADJUSTMENT:
		if (period_valid(entry->period))
			break;
		fold->changes.others++;
		return;
	case ENTRY_TEXT:
	case ENTRY_HELD:
	case ENTRY_REJECTED:
	case ENTRY_QUERY:
	case ENTRY_LOCK:
	case ENTRY_HISTORY:
	case ENTRY_REFUSED:
		return; /* no figure rests on them */
	default:
		fold->changes.others++;
		return;
	}
	for (int i = 0; i < period_months(entry->period); i++) {
		int at = period_year(period_month(entry->period, i)) - PERIOD_YEAR_MIN + 1;

		if (at >= 0 && at < (int)array_len(fold->changes.year))
			fold->changes.year[at]++;
	}
}

int fold_entry(struct fold *fold, const struct ports *ports, const struct entry *entry)
{
	change_note(fold, entry);
	switch (entry->kind) {
	case ENTRY_REPORT:
	case ENTRY_WITHDRAWAL:
		return err_pass(fold_report(fold, ports, entry));
	case ENTRY_HELD:
		return err_pass(fold_held(fold, ports, entry));
	case ENTRY_DECISION:
		return err_pass(fold_decision(fold, ports, entry));
	case ENTRY_REGISTRY:
	case ENTRY_KEY:
	case ENTRY_FACT:
	case ENTRY_VERDICT:
	case ENTRY_LOCK:
	case ENTRY_QUERY:
	case ENTRY_ADJUSTMENT:
		return err_pass(fold_command(fold, ports, entry));
	case ENTRY_CATALOGUE:
		return err_pass(fold_catalogue(fold, ports, entry));
	default:
		return 0; /* changes no figure */
	}
}

int fold_finish(struct fold *fold, const struct ports *ports)
{
	return err_pass(deltas_apply(fold->deltas, ports));
}
