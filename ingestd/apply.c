/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What one entry of the journal makes of the state. It repeats what the decider did with its tail,
 * from the entry and the state alone; what of that takes thought is shared (life.h). */
#include <string.h>

#include "base/err.h"
#include "ingestd/index.h"
#include "ingestd/life.h"
#include "model/facts.h"

static struct identity_key key_of(const struct entry *entry)
{
	return (struct identity_key){
		.form = entry->form, .period = entry->period, .facility = entry->facility
	};
}

/* Of a held entry only the body says whether it is a withdrawal; an erased one is no more. */
static bool held_withdrawal(struct arena *arena, const struct entry *entry)
{
	struct report report;

	return entry->kind == ENTRY_HELD && !(entry->flags & ENTRY_FLAG_ERASED) &&
	       report_decode(arena, entry->body, &report) == 0 && report.withdrawal;
}

static int apply_revision(const struct ports *ports, struct arena *arena, const struct entry *entry)
{
	struct identity_key key = key_of(entry);
	struct identity identity = { .revision = 0 };
	struct revision revision = { .revision = entry->revision,
		.sequence = entry->sequence,
		.withdrawn = entry->kind == ENTRY_WITHDRAWAL || held_withdrawal(arena, entry),
		.actor = entry->actor };
	int r = digest_of(entry->algorithm, entry->body, &revision.digest);

	if (r < 0 || (r = state_identity_get(ports, &key, &identity)) < 0)
		return err_pass(r);
	if (entry->kind == ENTRY_HELD)
		life_hold(&identity, &revision);
	else
		life_accept(&identity, &revision);
	return err_pass(state_identity_put(ports, &key, &identity));
}

static int apply_rejected(const struct ports *ports, const struct entry *entry)
{
	struct rejected_key key = { .actor = entry->actor };
	struct rejected rejected = { .sequence = entry->sequence };
	struct digest digest;
	int r = digest_of(entry->algorithm, entry->body, &digest);

	if (r < 0 || (r = digest_of(entry->algorithm, entry->findings, &rejected.findings)) < 0)
		return err_pass(r);
	memcpy(key.digest, digest.byte, sizeof(key.digest));
	return err_pass(state_rejected_put(ports, &key, &rejected));
}

static int notice_put(
	const struct ports *ports, const struct entry *entry, const struct state_notice *notice)
{
	struct state_notice whole = *notice;

	whole.form = entry->form;
	whole.period = entry->period;
	whole.revision = entry->revision;
	whole.received = entry->received;
	return err_pass(state_notice_put(ports, entry->facility, entry->sequence, &whole));
}

static int apply_decision(
	const struct ports *ports, const struct entry *entry, const struct decision *decision)
{
	static const enum notice_kind kinds[] = { [DECISION_ACCEPT] = NOTICE_ACCEPTED,
		[DECISION_RETURN] = NOTICE_RETURNED,
		[DECISION_REJECT] = NOTICE_REJECTED };
	struct identity_key key = key_of(entry);
	struct identity identity;
	int r = state_identity_get(ports, &key, &identity);

	if (r != 0)
		return err_fold(r); /* what is decided on was held before */
	life_decide(&identity, decision->kind, entry->sequence);
	if ((r = state_identity_put(ports, &key, &identity)) < 0)
		return err_pass(r);
	return err_pass(notice_put(ports, entry,
		&(struct state_notice){ .kind = (uint8_t)kinds[decision->kind],
			.about = decision->held,
			.reason = decision->reason,
			.text = bytes_str(decision->note) }));
}

static int apply_query(
	const struct ports *ports, const struct entry *entry, const struct query *query)
{
	return err_pass(notice_put(ports, entry,
		&(struct state_notice){ .kind = NOTICE_QUERY,
			.about = query->about,
			.element = query->element,
			.reason = query->reason,
			.text = bytes_str(query->text) }));
}

static int apply_proposal(
	const struct ports *ports, const struct entry *entry, const struct adjustment *adjustment)
{
	const struct adjusted adjusted = { .state = (uint8_t)life_adjusted(adjustment->step),
		.key = key_of(entry),
		.actor = entry->actor,
		.revision = entry->revision,
		.about = adjustment->about,
		.element = adjustment->element,
		.reason = adjustment->reason,
		.delta = adjustment->delta,
		.text = bytes_str(adjustment->note) };

	return err_pass(state_adjusted_put(ports, entry->sequence, &adjusted));
}

/* The sender learns of an adjustment once it is shown, with the words of its proposal. */
static int apply_adjustment(
	const struct ports *ports, const struct entry *entry, const struct adjustment *adjustment)
{
	char text[DECISION_NOTE_MAX + 1] = "";
	struct adjusted adjusted;
	int r;

	if (adjustment->step == ADJUSTMENT_PROPOSE)
		return err_pass(apply_proposal(ports, entry, adjustment));
	if ((r = state_adjusted_get(ports, adjustment->proposal, &adjusted)) != 0)
		return err_fold(r);
	ensure(adjusted.text.len < sizeof(text));
	if (adjusted.text.len > 0)
		memcpy(text, adjusted.text.data, adjusted.text.len);
	adjusted.text = bytes_of(text, adjusted.text.len); /* the put ends the view */
	adjusted.state = (uint8_t)life_adjusted(adjustment->step);
	if ((r = state_adjusted_put(ports, adjustment->proposal, &adjusted)) < 0)
		return err_pass(r);
	if (adjustment->step != ADJUSTMENT_CONFIRM)
		return 0;
	return err_pass(notice_put(ports, entry,
		&(struct state_notice){ .kind = NOTICE_ADJUSTED,
			.about = adjusted.about,
			.element = adjusted.element,
			.reason = adjusted.reason,
			.delta = adjusted.delta,
			.text = adjusted.text }));
}

static int apply_act(
	const struct ports *ports, const struct entry *entry, const struct command *command)
{
	switch (entry->kind) {
	case ENTRY_DECISION:
		return err_pass(apply_decision(ports, entry, command->decision));
	case ENTRY_QUERY:
		return err_pass(apply_query(ports, entry, command->query));
	case ENTRY_ADJUSTMENT:
		return err_pass(apply_adjustment(ports, entry, command->adjustment));
	default:
		return 0;
	}
}

/* What deciding holds in memory is made anew from these commands. */
static bool kept_whole(enum entry_kind kind)
{
	return kind == ENTRY_REGISTRY || kind == ENTRY_KEY || kind == ENTRY_LOCK ||
	       kind == ENTRY_HISTORY;
}

/* Every command answers its repetitions. */
static int apply_command(const struct ports *ports, struct arena *arena, const struct entry *entry)
{
	struct request request = { .sequence = entry->sequence, .outcome = entry->status };
	struct command command;
	int r = command_decode(arena, entry->body, &command);

	if (r < 0)
		return err_pass(r);
	if (entry->kind != ENTRY_REFUSED)
		request.records = (uint32_t)command_records(&command);
	if (kept_whole(entry->kind)) {
		const struct derived_command kept = { .sequence = entry->sequence,
			.actor = entry->actor,
			.received = entry->received,
			.body = entry->body };

		if ((r = derived_command_put(ports, &kept)) < 0)
			return err_pass(r);
	}
	if ((r = apply_act(ports, entry, &command)) < 0)
		return err_pass(r);
	return err_pass(state_request_put(ports, command.request_id, &request));
}

static int apply_restored(const struct ports *ports, const struct entry *entry)
{
	struct journal_head resumed;
	int r = restored_decode(entry->body, &resumed);

	return r < 0 ? err_pass(r)
		     : err_pass(state_life_put(ports, entry->sequence, resumed.epoch));
}

int index_apply(const struct ports *ports, struct arena *arena, const struct entry *entry)
{
	switch (entry->kind) {
	case ENTRY_REPORT:
	case ENTRY_HELD:
	case ENTRY_WITHDRAWAL:
		return err_pass(apply_revision(ports, arena, entry));
	case ENTRY_REJECTED:
		return err_pass(apply_rejected(ports, entry));
	case ENTRY_REGISTRY:
	case ENTRY_KEY:
	case ENTRY_LOCK:
	case ENTRY_FACT:
	case ENTRY_VERDICT:
	case ENTRY_DECISION:
	case ENTRY_QUERY:
	case ENTRY_ADJUSTMENT:
	case ENTRY_HISTORY:
	case ENTRY_REFUSED:
		return err_pass(apply_command(ports, arena, entry));
	case ENTRY_CATALOGUE:
		return err_pass(derived_catalogue_put(
			ports, entry->catalogue, entry->sequence, entry->body));
	case ENTRY_RESTORED:
		return err_pass(apply_restored(ports, entry));
	case ENTRY_TEXT:
	case ENTRY_SIGNATURE:
	case ENTRY_PUBLICATION:
	case ENTRY_ERASED:
		break;
	}
	return 0; /* nothing that deciding asks for */
}
