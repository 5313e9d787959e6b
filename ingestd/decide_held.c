/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is known of a report already, and what is held. A held report takes its revision number; a
 * resend gets the answer that stands now: still held, returned, rejected, or in force. */
#include <string.h>

#include "base/err.h"
#include "ingestd/decide_parts.h"

/* Found of a revision that a person sent back: which decision did. */
static void decided_finding(
	const struct identity *identity, enum life life, struct verdict *verdict)
{
	verdict->finding[0] = (struct finding){
		.code = life == LIFE_RETURNED ? FINDING_RETURNED : FINDING_REFUSED,
		.found = (int64_t)identity->held.decided,
		.severity = SEVERITY_REJECT,
	};
	verdict->findings = 1;
}

static void count(struct decide_counts *counts, enum status status)
{
	switch (status) {
	case STATUS_ACCEPTED:
		counts->accepted++;
		return;
	case STATUS_UNCHANGED:
		counts->unchanged++;
		return;
	case STATUS_SUPERSEDED:
		counts->superseded++;
		return;
	case STATUS_REJECTED:
		counts->rejected++;
		return;
	case STATUS_HELD:
		counts->held++;
		return;
	case STATUS_LATER:
		counts->later++;
	}
}

int decide_known(struct decide *decide, struct candidate *candidate, struct batch *batch)
{
	static const enum status statuses[] = {
		[LIFE_UNCHANGED] = STATUS_UNCHANGED,
		[LIFE_HELD] = STATUS_HELD,
		[LIFE_RETURNED] = STATUS_REJECTED,
		[LIFE_REFUSED] = STATUS_REJECTED,
		[LIFE_SUPERSEDED] = STATUS_SUPERSEDED,
	};
	struct verdict *verdict;
	uint64_t first;
	enum life life = life_compare(
		&candidate->identity, candidate->report.revision, &candidate->digest, &first);
	int r;

	candidate->conflict = life == LIFE_CONFLICT;
	if (life == LIFE_NEW || life == LIFE_CONFLICT)
		return 0;
	if ((r = batch_verdict(batch, candidate->index, &verdict)) < 0)
		return err_pass(r);
	verdict->status = statuses[life];
	if (life == LIFE_RETURNED || life == LIFE_REFUSED)
		decided_finding(&candidate->identity, life, verdict);
	decide_first_receipt(decide, first, verdict);
	count(&decide->counts, verdict->status);
	return 1;
}

struct revision decide_revision(const struct candidate *candidate, uint64_t sequence)
{
	return (struct revision){ .revision = candidate->report.revision,
		.sequence = sequence,
		.digest = candidate->digest,
		.withdrawn = candidate->report.withdrawal,
		.actor = candidate->key->number };
}

static struct entry *candidate_entry(struct decide *decide, const struct candidate *candidate,
	enum entry_kind kind, struct batch *batch)
{
	struct entry *entry = decide_entry(decide, batch, kind, candidate->key->number);

	entry->form = candidate->identity_key.form;
	entry->facility = candidate->identity_key.facility;
	entry->period = candidate->report.period;
	entry->revision = candidate->report.revision;
	entry->has_body_digest = true;
	return entry;
}

struct entry *decide_kept_entry(struct decide *decide, const struct candidate *candidate,
	enum entry_kind kind, enum status status, struct bytes findings, struct batch *batch)
{
	const struct submission *submission = candidate->submission;
	struct entry *entry = candidate_entry(decide, candidate, kind, batch);
	struct entry *text;

	entry->status = (uint8_t)status;
	entry->replaces = candidate->identity.sequence;
	entry->findings = batch_copy(batch, findings);
	entry->body = batch_copy(batch, submission->values);
	entry->body_digest = candidate->digest;
	if (submission->text.len == 0)
		return entry;
	text = candidate_entry(decide, candidate, ENTRY_TEXT, batch);
	text->status = status == STATUS_HELD ? STATUS_HELD : 0; /* see decide_quota_used() */
	text->replaces = entry->sequence;
	text->body = batch_copy(batch, submission->text);
	text->body_digest = submission->text_digest;
	return entry;
}

void decide_tell_findings(struct verdict *verdict, const struct findings *findings)
{
	verdict->findings = findings->count;
	verdict->findings_more = findings->more;
	memcpy(verdict->finding, findings->finding, findings->count * sizeof(findings->finding[0]));
}

int decide_hold(struct decide *decide, const struct candidate *candidate, struct batch *batch)
{
	AUTO(buffer_fini) struct buffer packed = { 0 };
	const struct submission *submission = candidate->submission;
	struct identity identity = candidate->identity;
	struct revision revision;
	struct verdict *verdict;
	size_t before = batch->entries;
	int r = findings_encode(candidate->findings.finding, candidate->findings.count,
		candidate->findings.more, &packed);

	if (r < 0 || (r = batch_verdict(batch, candidate->index, &verdict)) < 0)
		return err_pass(r);
	decide_tell_findings(verdict, &candidate->findings);
	verdict->status = STATUS_HELD;
	if (!decide_may_keep(decide, candidate->key->number, candidate->identity_key.facility,
		    submission->values.len + submission->text.len + packed.len))
		verdict->status = STATUS_LATER;
	count(&decide->counts, verdict->status);
	if (verdict->status == STATUS_LATER)
		return 0;
	revision = decide_revision(candidate, decide_kept_entry(decide, candidate, ENTRY_HELD,
						      STATUS_HELD, buffer_view(&packed), batch)
						      ->sequence);
	verdict->entries = (uint32_t)(batch->entries - before);
	life_hold(&identity, &revision);
	decide_remember_identity(decide, &candidate->identity_key, &identity, revision.sequence);
	return 0;
}
