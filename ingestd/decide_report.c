/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One report at a time: is it whole, whose is it, is it known already, is it right, does anything
 * speak against it? The order matters: a resend must get its first answer even if the registry or
 * the catalogue has changed since, and nobody learns anything about facilities that are not
 * theirs. */
#include <string.h>

#include "base/err.h"
#include "ingestd/decide_parts.h"

static struct tail_key tail_key_rejected(const struct rejected_key *key)
{
	struct tail_key packed = { { TAIL_REJECTED } };
	struct writer writer = writer_of(packed.byte + 1, sizeof(packed.byte) - 1);

	writer_u32(&writer, key->actor);
	writer_bytes(&writer, bytes_of(key->digest, sizeof(key->digest)));
	return packed;
}

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

/* Whose is it, and what is there already? */
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
	r = decide_identity(decide, &candidate->identity_key, &candidate->identity);
	return r == PORT_NONE ? 0 : err_pass(r);
}

static int candidate_check_values(struct decide *decide, struct candidate *candidate, int32_t today)
{
	struct checkup known = { .form = NULL };
	int r = 0;

	if (!candidate->report.withdrawal && (r = decide_known_past(decide, candidate, &known)) < 0)
		return err_pass(r);
	check_whole(decide->catalog, &candidate->subject, &candidate->report, &known, today,
		&candidate->findings);
	if (candidate->conflict)
		findings_add(
			&candidate->findings, FINDING_CONFLICT, 0, candidate->report.revision, 0);
	return 0;
}

/* Is it right, and does anything speak against it? What rejects a report is told without what would
 * only hold it from outside: that changes from day to day, and the same bytes get the same
 * rejection. */
static int candidate_check(struct decide *decide, struct candidate *candidate, int32_t today)
{
	const struct subject *subject = &candidate->subject;
	bool values = !candidate->report.withdrawal;
	int r = candidate_check_values(decide, candidate, today);

	if (r < 0 || candidate->findings.rejects)
		return err_pass(r);
	if (values && (r = report_vector(decide->catalog, subject->form, &candidate->report,
			       candidate->value)) < 0)
		return err_pass(r); /* not of a report that nothing rejects */
	return err_pass(guard_report(decide,
		&(struct guarded){ .key = candidate->key,
			.facility = subject->facility,
			.form = subject->form,
			.report = &candidate->report,
			.value = values ? candidate->value : NULL,
			.identity_key = candidate->identity_key,
			.identity = &candidate->identity,
			.today = today },
		&candidate->findings));
}

static int findings_pack(const struct findings *findings, struct buffer *out)
{
	return err_pass(findings_encode(findings->finding, findings->count, findings->more, out));
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
	int r = findings_pack(&candidate->findings, &packed);

	memcpy(key.digest, candidate->digest.byte, sizeof(key.digest));
	tail_key = tail_key_rejected(&key);
	if (r < 0 || (r = digest_of(DIGEST_SHA256, buffer_view(&packed), &digest)) < 0)
		return err_pass(r);
	if (tail_get(decide->tail, &tail_key, &value) == 0)
		before = (struct rejected){ .sequence = value.sequence, .findings = value.digest };
	else if ((r = state_rejected_get(decide->ports, &key, &before)) < 0)
		return err_pass(r);
	if (before.sequence > 0 && digest_equal(&before.findings, &digest)) {
		decide_first_receipt(decide, before.sequence, verdict);
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

static int decide_reject(
	struct decide *decide, const struct candidate *candidate, struct batch *batch)
{
	struct verdict *verdict;
	int r = batch_verdict(batch, candidate->index, &verdict);

	if (r < 0)
		return err_pass(r);
	verdict->status = STATUS_REJECTED;
	decide_tell_findings(verdict, &candidate->findings);
	decide->counts.rejected++;
	return err_pass(rejected_keep(decide, candidate, batch, verdict));
}

/* What is found but holds nothing (it was explained) is for whoever reads the report, and stands in
 * its entry: to the sender it is plainly accepted. */
static int decide_accept(
	struct decide *decide, const struct candidate *candidate, struct batch *batch)
{
	AUTO(buffer_fini) struct buffer packed = { 0 };
	const struct form *form = candidate->subject.form;
	bool withdrawal = candidate->report.withdrawal;
	struct identity identity = candidate->identity;
	struct revision revision;
	struct entry *entry;
	int r = candidate->findings.count > 0 ? findings_pack(&candidate->findings, &packed) : 0;

	if (r < 0)
		return err_pass(r);
	entry = decide_kept_entry(decide, candidate, withdrawal ? ENTRY_WITHDRAWAL : ENTRY_REPORT,
		STATUS_ACCEPTED, buffer_view(&packed), batch);
	revision = decide_revision(candidate, entry->sequence);
	life_accept(&identity, &revision);
	decide_remember_identity(decide, &candidate->identity_key, &identity, revision.sequence);
	past_cache_put(decide->past, &candidate->identity_key, revision.sequence,
		withdrawal ? NULL : candidate->value, form->line_count);
	decide->counts.accepted++;
	return 0;
}

static int decide_report(
	struct decide *decide, struct candidate *candidate, int32_t today, struct batch *batch)
{
	int r = candidate_open(decide, candidate);

	past_cache_turn(decide->past);
	if (r == 0 && candidate->decoded)
		r = candidate_place(decide, candidate);
	if (r < 0)
		return err_pass(r);
	if (candidate->decoded && candidate->findings.count == 0) {
		if ((r = decide_known(decide, candidate, batch)) != 0)
			return r < 0 ? err_pass(r) : 0;
		if ((r = candidate_check(decide, candidate, today)) < 0)
			return err_pass(r);
		rule_counts_add(&decide->rules, &candidate->findings);
	}
	if (candidate->findings.rejects)
		return err_pass(decide_reject(decide, candidate, batch));
	if (candidate->findings.holds)
		return err_pass(decide_hold(decide, candidate, batch));
	return err_pass(decide_accept(decide, candidate, batch));
}

int decide_submit(struct decide *decide, const struct key *key, const struct submit *submit,
	struct batch *batch, struct reply *reply)
{
	int32_t today = day_of_wall_ms(decide->ports->wall(decide->ports->ctx).ms);

	if (tail_room(decide->tail) < submit->reports || !past_cache_room(decide->past))
		return DECIDE_TAIL_FULL;
	for (size_t i = 0; i < submit->reports; i++) {
		struct candidate candidate;
		int r;

		/* all but the vector, which is written before it is read */
		memset(&candidate, 0, offsetof(struct candidate, value));
		candidate.submission = &submit->report[i];
		candidate.key = key;
		candidate.index = (uint32_t)i;
		if ((r = decide_report(decide, &candidate, today, batch)) < 0)
			return err_pass(r);
	}
	reply->reports = (uint32_t)submit->reports;
	reply->entries = batch->entries - reply->first_entry;
	reply->verdicts = batch->verdicts - reply->first_verdict;
	return 0;
}
