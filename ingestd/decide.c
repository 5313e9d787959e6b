/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One report at a time: is it whole, whose is it, is it known already, is it right? The order
 * matters: a resend must get its first answer even if the registry or the catalogue has changed
 * since, and nobody learns anything about facilities that are not theirs. */
#include "ingestd/decide.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "ingestd/check.h"
#include "ingestd/decide_parts.h"

static int registry_replay(struct decide *decide)
{
	struct derived_command kept = { .sequence = 0 };
	struct command command;
	int r;

	while ((r = derived_command_next(decide->ports, kept.sequence + 1, &kept)) == 0) {
		if ((r = command_decode(decide->arena, kept.body, &command)) < 0 ||
			(r = decide_apply(decide, &command, kept.sequence)) < 0)
			return err_pass(r);
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

int decide_new(const struct ports *ports, const struct journal_head *head, uint64_t last_received,
	struct catalog *catalog, uint32_t catalogue_number, struct decide **ret_decide)
{
	AUTO(decide_free) struct decide *decide = calloc(1, sizeof(*decide));
	int r;

	if (!decide)
		return err_here(ERR_NOMEM, "cannot allocate the decider");
	decide->ports = ports;
	decide->next_sequence = head->sequence + 1;
	decide->last_received = last_received;
	decide->catalogue_number = catalogue_number;
	memcpy(decide->epoch, head->epoch, EPOCH_BYTES);
	if ((r = registry_new(&decide->registry)) < 0 ||
		(r = tail_new(TAIL_ENTRIES_MAX, &decide->tail)) < 0 ||
		(r = quota_new(&decide->quota)) < 0 || (r = arena_new(&decide->arena)) < 0 ||
		(r = registry_replay(decide)) < 0)
		return err_pass(r);
	decide->catalog = catalog;
	*ret_decide = decide;
	decide = NULL;
	return 0;
}

void decide_free(struct decide *decide)
{
	if (!decide)
		return;
	catalog_free(decide->catalog);
	registry_free(decide->registry);
	tail_free(decide->tail);
	quota_free(decide->quota);
	arena_free(decide->arena);
	free(decide->command_at);
	free(decide);
}

void decide_state_at(struct decide *decide, uint64_t sequence)
{
	tail_release(decide->tail, sequence);
}

const struct registry *decide_registry(const struct decide *decide)
{
	return decide->registry;
}

const struct catalog *decide_catalog(const struct decide *decide)
{
	return decide->catalog;
}

uint32_t decide_catalogue_number(const struct decide *decide)
{
	return decide->catalogue_number;
}

uint64_t decide_next_sequence(const struct decide *decide)
{
	return decide->next_sequence;
}

const struct decide_counts *decide_counts(const struct decide *decide)
{
	return &decide->counts;
}

struct tail_key tail_key_identity(const struct identity_key *key)
{
	struct tail_key packed = { { TAIL_IDENTITY } };
	struct writer writer = writer_of(packed.byte + 1, sizeof(packed.byte) - 1);

	writer_u16(&writer, key->form);
	writer_u32(&writer, key->period);
	writer_u32(&writer, key->facility);
	return packed;
}

static struct tail_key tail_key_rejected(const struct rejected_key *key)
{
	struct tail_key packed = { { TAIL_REJECTED } };
	struct writer writer = writer_of(packed.byte + 1, sizeof(packed.byte) - 1);

	writer_u32(&writer, key->actor);
	writer_bytes(&writer, bytes_of(key->digest, sizeof(key->digest)));
	return packed;
}

void decide_remember(struct decide *decide, const struct tail_key *key, struct tail_value value)
{
	tail_put(decide->tail, key, &value);
}

int decide_identity(
	const struct decide *decide, const struct identity_key *key, struct identity *ret_identity)
{
	struct tail_key packed = tail_key_identity(key);
	struct tail_value value;

	if (tail_get(decide->tail, &packed, &value) == TAIL_NONE)
		return err_pass(state_identity_get(decide->ports, key, ret_identity));
	*ret_identity = (struct identity){ .revision = value.number,
		.sequence = value.sequence,
		.digest = value.digest,
		.withdrawn = value.flag != 0 };
	return 0;
}

/* A clock set back must not turn time round in the journal. */
static uint64_t received_now(struct decide *decide)
{
	int64_t now = decide->ports->wall(decide->ports->ctx).ms;

	if (now > (int64_t)decide->last_received)
		decide->last_received = (uint64_t)now;
	return decide->last_received;
}

bool decide_may_keep(struct decide *decide, uint32_t actor, uint32_t facility, size_t len)
{
	return quota_take(
		decide->quota, day_of_wall_ms((int64_t)received_now(decide)), actor, facility, len);
}

struct entry *decide_entry(
	struct decide *decide, struct batch *batch, enum entry_kind kind, uint32_t actor)
{
	struct entry *entry = batch_entry(batch);

	entry->kind = kind;
	entry->actor = actor;
	entry->catalogue = decide->catalogue_number;
	entry->received = received_now(decide);
	entry->algorithm = DIGEST_SHA256;
	entry->sequence = decide->next_sequence++;
	return entry;
}

/* One report on its way through the questions. */
struct candidate {
	const struct submission *submission;
	const struct key *key;
	struct digest digest; /* of the values as they came */
	struct report report; /* once decoded */
	bool decoded;
	struct subject subject;
	struct identity_key identity_key;
	struct identity in_force;
	bool has_in_force;
	struct findings findings;
};

/* Are these the bytes that the sender made, and are they a report? */
static int candidate_open(struct decide *decide, struct candidate *candidate)
{
	const struct submission *submission = candidate->submission;
	struct findings *findings = &candidate->findings;
	struct report_text text;
	struct digest digest;
	int r = digest_of(DIGEST_SHA256, submission->values, &candidate->digest);

	if (r < 0)
		return err_pass(r);
	if (submission->values.len > REPORT_BYTES_MAX || submission->text.len > REPORT_BYTES_MAX)
		findings_add(findings, FINDING_TOO_LARGE, 0,
			(int64_t)(submission->values.len + submission->text.len), REPORT_BYTES_MAX);
	if (!digest_equal(&candidate->digest, &submission->values_digest))
		findings_add(findings, FINDING_DIGEST, 0, 0, 0);
	if (submission->text.len > 0) {
		if ((r = digest_of(DIGEST_SHA256, submission->text, &digest)) < 0)
			return err_pass(r);
		if (!digest_equal(&digest, &submission->text_digest))
			findings_add(findings, FINDING_DIGEST, 0, 1, 0);
		else if (report_text_decode(decide->arena, submission->text, &text) < 0)
			findings_add(findings, FINDING_TEXT_INVALID, 0, 0, 0);
	}
	if (findings->count > 0)
		return 0;
	candidate->decoded =
		report_decode(decide->arena, submission->values, &candidate->report) == 0;
	if (!candidate->decoded)
		findings_add(findings, FINDING_UNDECODABLE, 0, 0, 0);
	return 0;
}

/* Whose is it, and what is in force there? */
static int candidate_place(struct decide *decide, struct candidate *candidate)
{
	int r;

	check_subject(decide->catalog, decide->registry, candidate->key, &candidate->report,
		&candidate->subject, &candidate->findings);
	if (candidate->findings.count > 0)
		return 0;
	candidate->identity_key = (struct identity_key){
		.form = (uint16_t)candidate->report.form,
		.period = candidate->report.period,
		.facility = candidate->subject.facility->number,
	};
	r = decide_identity(decide, &candidate->identity_key, &candidate->in_force);
	candidate->has_in_force = r == 0;
	return r == PORT_NONE ? 0 : err_pass(r);
}

static void first_receipt(const struct decide *decide, uint64_t sequence, struct verdict *verdict)
{
	verdict->has_first = true;
	memcpy(verdict->first.epoch, decide->epoch, EPOCH_BYTES);
	verdict->first.sequence = verdict->first.last_sequence =
		sequence; /* its chain: after the flush */
}

/* Is it known already? 0: no, go on. 1: yes, and the verdict is in the batch. */
static int decide_known(struct decide *decide, const struct candidate *candidate, uint32_t index,
	struct batch *batch)
{
	struct verdict *verdict;
	enum status status;
	int r;

	if (!candidate->has_in_force || candidate->report.revision > candidate->in_force.revision)
		return 0;
	if (candidate->report.revision < candidate->in_force.revision)
		status = STATUS_SUPERSEDED;
	else if (digest_equal(&candidate->digest, &candidate->in_force.digest))
		status = STATUS_UNCHANGED;
	else
		return 0; /* the same number with other bytes: a finding, see below */
	if ((r = batch_verdict(batch, index, &verdict)) < 0)
		return err_pass(r);
	verdict->status = status;
	first_receipt(decide, candidate->in_force.sequence, verdict);
	if (status == STATUS_SUPERSEDED)
		decide->counts.superseded++;
	else
		decide->counts.unchanged++;
	return 1;
}

/* Keeps the rejected bytes, unless the same sender got the same answer to them before or has used
 * up today's quota. */
static int rejected_keep(struct decide *decide, const struct candidate *candidate,
	struct batch *batch, struct verdict *verdict)
{
	AUTO(buffer_fini) struct buffer packed = { 0 };
	const struct facility *facility = candidate->subject.facility;
	struct rejected_key key = { .actor = candidate->key->number };
	struct rejected before = { 0 };
	struct tail_key tail_key;
	struct tail_value value;
	struct digest digest;
	struct entry *entry;
	int r = findings_encode(candidate->findings.finding, candidate->findings.count,
		candidate->findings.more, &packed);

	memcpy(key.digest, candidate->digest.byte, sizeof(key.digest));
	tail_key = tail_key_rejected(&key);
	if (r < 0 || (r = digest_of(DIGEST_SHA256, buffer_view(&packed), &digest)) < 0)
		return err_pass(r);
	if (tail_get(decide->tail, &tail_key, &value) == 0)
		before = (struct rejected){ .sequence = value.sequence, .findings = value.digest };
	else if ((r = state_rejected_get(decide->ports, &key, &before)) < 0)
		return err_pass(r);
	if (before.sequence > 0 && digest_equal(&before.findings, &digest)) {
		first_receipt(decide, before.sequence, verdict);
		return 0;
	}
	if (!decide_may_keep(decide, key.actor, facility ? facility->number : 0,
		    candidate->submission->values.len + packed.len)) {
		verdict->not_kept = true;
		return 0;
	}
	entry = decide_entry(decide, batch, ENTRY_REJECTED, key.actor);
	entry->status = STATUS_REJECTED;
	entry->facility = facility ? facility->number : 0;
	if (candidate->decoded) {
		entry->form = candidate->subject.form ? candidate->subject.form->id : 0;
		entry->period = candidate->report.period;
		entry->revision = candidate->report.revision;
	}
	entry->findings = batch_copy(batch, buffer_view(&packed));
	entry->body = batch_copy(batch, candidate->submission->values);
	entry->body_digest = candidate->digest;
	entry->has_body_digest = true;
	verdict->entries = 1;
	decide_remember(decide, &tail_key,
		(struct tail_value){ .sequence = entry->sequence, .digest = digest });
	return 0;
}

static int decide_reject(struct decide *decide, const struct candidate *candidate, uint32_t index,
	struct batch *batch)
{
	struct verdict *verdict;
	int r = batch_verdict(batch, index, &verdict);

	if (r < 0)
		return err_pass(r);
	verdict->status = STATUS_REJECTED;
	verdict->findings = candidate->findings.count;
	verdict->findings_more = candidate->findings.more;
	memcpy(verdict->finding, candidate->findings.finding, sizeof(verdict->finding));
	decide->counts.rejected++;
	return err_pass(rejected_keep(decide, candidate, batch, verdict));
}

static void decide_accept(
	struct decide *decide, const struct candidate *candidate, struct batch *batch)
{
	const struct submission *submission = candidate->submission;
	const struct report *report = &candidate->report;
	struct tail_key key = tail_key_identity(&candidate->identity_key);
	struct entry *entry = decide_entry(decide, batch,
		report->withdrawal ? ENTRY_WITHDRAWAL : ENTRY_REPORT, candidate->key->number);
	uint64_t sequence = entry->sequence;

	entry->status = STATUS_ACCEPTED;
	entry->form = candidate->identity_key.form;
	entry->facility = candidate->identity_key.facility;
	entry->period = report->period;
	entry->revision = report->revision;
	entry->replaces = candidate->has_in_force ? candidate->in_force.sequence : 0;
	entry->body = batch_copy(batch, submission->values);
	entry->body_digest = candidate->digest;
	entry->has_body_digest = true;
	decide_remember(decide, &key,
		(struct tail_value){ .sequence = sequence,
			.digest = candidate->digest,
			.number = report->revision,
			.flag = report->withdrawal });
	decide->counts.accepted++;
	if (submission->text.len == 0)
		return;
	entry = decide_entry(decide, batch, ENTRY_TEXT, candidate->key->number);
	entry->form = candidate->identity_key.form;
	entry->facility = candidate->identity_key.facility;
	entry->period = report->period;
	entry->revision = report->revision;
	entry->replaces = sequence;
	entry->body = batch_copy(batch, submission->text);
	entry->body_digest = submission->text_digest;
	entry->has_body_digest = true;
}

static int decide_report(struct decide *decide, const struct key *key,
	const struct submission *submission, uint32_t index, int32_t today, struct batch *batch)
{
	struct candidate candidate = { .submission = submission, .key = key };
	int r = candidate_open(decide, &candidate);

	if (r == 0 && candidate.decoded)
		r = candidate_place(decide, &candidate);
	if (r < 0)
		return err_pass(r);
	if ((r = decide_known(decide, &candidate, index, batch)) != 0)
		return r < 0 ? err_pass(r) : 0;
	if (candidate.findings.count == 0) {
		check_report(decide->catalog, &candidate.subject, &candidate.report, today,
			&candidate.findings);
		if (candidate.has_in_force &&
			candidate.report.revision == candidate.in_force.revision)
			findings_add(&candidate.findings, FINDING_CONFLICT, 0,
				candidate.report.revision, 0);
	}
	if (candidate.findings.count > 0)
		return err_pass(decide_reject(decide, &candidate, index, batch));
	decide_accept(decide, &candidate, batch);
	return 0;
}

int decide_submit(struct decide *decide, const struct key *key, const struct submit *submit,
	struct batch *batch, struct reply *reply)
{
	int32_t today = day_of_wall_ms(decide->ports->wall(decide->ports->ctx).ms);

	if (tail_room(decide->tail) < submit->reports)
		return DECIDE_TAIL_FULL;
	for (size_t i = 0; i < submit->reports; i++) {
		int r = decide_report(decide, key, &submit->report[i], (uint32_t)i, today, batch);

		if (r < 0)
			return err_pass(r);
	}
	reply->reports = (uint32_t)submit->reports;
	reply->entries = batch->entries - reply->first_entry;
	reply->verdicts = batch->verdicts - reply->first_verdict;
	return 0;
}

void decide_quota_used(struct decide *decide, const struct entry *refused)
{
	(void)quota_take(decide->quota, day_of_wall_ms((int64_t)refused->received), refused->actor,
		refused->facility, refused->body.len + refused->findings.len);
}
