/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * VERDICTS and findings. A verdict list must never fail to leave: if the findings of a submission
 * do not fit a payload, fewer of each report travel and the rest is counted. */
#include "proto/exchange.h"

#include "base/err.h"
#include "huibao/v1/exchange.pb-c.h"
#include "proto/parts.h"
#include "proto/training.h"
#include "proto/text.h"

enum { FINDING_CODE_BOUND = 65535, ENTRIES_PER_REPORT_MAX = 2 };

const char *status_name(enum status status)
{
	static const char *const names[] = {
		[STATUS_ACCEPTED] = "accepted",
		[STATUS_UNCHANGED] = "unchanged",
		[STATUS_SUPERSEDED] = "superseded",
		[STATUS_REJECTED] = "rejected",
		[STATUS_HELD] = "held",
		[STATUS_LATER] = "later",
	};

	return status >= STATUS_ACCEPTED && status <= STATUS_MAX ? names[status] : "status-unknown";
}

/* Codes above FINDING_CODE_MAX pass: a newer server may know more reasons than we do, and a
 * rejection with an unknown reason is still a rejection. */
static int finding_unpack(const Huibao__V1__Finding *m, struct finding *ret)
{
	if (m->code < 1 || m->code > FINDING_CODE_BOUND)
		return err_here(ERR_INVALID, "finding with the code %u", m->code);
	if (!m->has_proposed && m->proposed != 0)
		return err_here(ERR_INVALID, "'proposed' does not agree with 'has_proposed'");
	*ret = (struct finding){ .code = (enum finding_code)m->code,
		.element = m->element,
		.found = m->found,
		.limit = m->limit,
		.severity = m->severity ? (enum severity)m->severity : SEVERITY_REJECT,
		.other = m->other,
		.has_proposed = m->has_proposed,
		.proposed = m->proposed,
		.period = m->period,
		.reason = m->reason };
	return err_pass(text_copy("rule", bytes_str(m->rule), RULE_CODE_BYTES - 1, ret->rule));
}

static int findings_unpack(const Huibao__V1__Verdict *m, struct finding *ret)
{
	if (m->n_finding > FINDINGS_MAX)
		return err_here(ERR_INVALID, "%zu findings in one verdict; at most %d are allowed",
			m->n_finding, FINDINGS_MAX);
	for (size_t i = 0; i < m->n_finding; i++) {
		int r = finding_unpack(m->finding[i], &ret[i]);

		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

/* Findings in generated form; m borrows it. */
struct packed_findings {
	Huibao__V1__Finding finding[FINDINGS_MAX], *list[FINDINGS_MAX];
};

static void finding_pack(const struct finding *finding, Huibao__V1__Finding *ret_m)
{
	*ret_m = (Huibao__V1__Finding)HUIBAO__V1__FINDING__INIT;
	ret_m->code = (uint32_t)finding->code;
	ret_m->element = finding->element;
	ret_m->found = finding->found;
	ret_m->limit = finding->limit;
	if (finding->severity > SEVERITY_REJECT)
		ret_m->severity = (Huibao__V1__Severity)finding->severity;
	ret_m->other = finding->other;
	ret_m->has_proposed = finding->has_proposed;
	ret_m->proposed = finding->has_proposed ? finding->proposed : 0;
	ret_m->period = finding->period;
	ret_m->reason = finding->reason;
	ret_m->rule = text_of(finding->rule);
}

/* The first keep of count findings; the rest joins those that were only counted. */
static void findings_pack(const struct finding *findings, size_t count, uint32_t more, size_t keep,
	struct packed_findings *room, Huibao__V1__Verdict *m)
{
	ensure(count <= FINDINGS_MAX);
	m->n_finding = count < keep ? count : keep;
	m->finding = room->list;
	m->findings_more = more + (uint32_t)(count - m->n_finding);
	for (size_t i = 0; i < m->n_finding; i++) {
		finding_pack(&findings[i], &room->finding[i]);
		room->list[i] = &room->finding[i];
	}
}

int findings_encode(const struct finding *findings, size_t count, uint32_t more, struct buffer *out)
{
	Huibao__V1__Verdict m = HUIBAO__V1__VERDICT__INIT;
	struct packed_findings room;
	size_t start = out->len;

	findings_pack(findings, count, more, FINDINGS_MAX, &room, &m);
	return err_pass(message_end(message_pack(&m.base, out), out, start, FINDINGS_BYTES_MAX));
}

int findings_decode(struct arena *arena, struct bytes packed, const struct finding **ret_findings,
	size_t *ret_count, uint32_t *ret_more)
{
	const Huibao__V1__Verdict *m;
	const void *message;
	struct finding *findings;
	int r = message_unpack(
		arena, &huibao__v1__verdict__descriptor, packed, FINDINGS_BYTES_MAX, &message);

	if (r < 0)
		return err_pass(r);
	m = message;
	if (m->index != 0 || m->status != 0 || m->entries != 0 || m->first || m->not_kept)
		return err_here(ERR_INVALID, "these bytes are a verdict, not findings alone");
	findings = arena_take(arena, FINDINGS_MAX, sizeof(*findings));
	if (!findings)
		return err_here(ERR_LIMIT, "no room to unpack %zu findings", m->n_finding);
	r = findings_unpack(m, findings);
	if (r < 0)
		return err_pass(r);
	*ret_findings = findings;
	*ret_count = m->n_finding;
	*ret_more = m->findings_more;
	return 0;
}

static int verdict_unpack(const Huibao__V1__Verdict *m, struct verdict *ret_verdict)
{
	int r = findings_unpack(m, ret_verdict->finding);

	if (r < 0)
		return err_pass(r);
	if (m->status < HUIBAO__V1__STATUS__STATUS_ACCEPTED)
		return err_here(ERR_INVALID, "verdict on report %u without a status", m->index);
	if (m->entries > ENTRIES_PER_REPORT_MAX)
		return err_here(ERR_INVALID, "report %u took %u sequences; at most %d are possible",
			m->index, m->entries, ENTRIES_PER_REPORT_MAX);
	ret_verdict->index = m->index;
	ret_verdict->status = (enum status)m->status;
	ret_verdict->entries = m->entries;
	ret_verdict->findings = (uint32_t)m->n_finding;
	ret_verdict->findings_more = m->findings_more;
	ret_verdict->not_kept = m->not_kept;
	ret_verdict->has_first = m->first;
	if (m->first)
		return err_pass(receipt_unpack(m->first, &ret_verdict->first));
	return 0;
}

/* The sequences of the reports follow by counting, so the counts must be possible: each report that
 * is not named took one sequence or two. */
static int check_counts(const struct verdicts *verdicts)
{
	uint32_t named = 0, plain;
	size_t count = verdicts->count;

	if (verdicts->reports < 1 || verdicts->reports > SUBMIT_REPORTS_MAX ||
		count > verdicts->reports)
		return err_here(
			ERR_INVALID, "%zu verdicts on %u reports", count, verdicts->reports);
	plain = verdicts->reports - (uint32_t)count;
	for (size_t i = 0; i < count; i++) {
		const struct verdict *verdict = &verdicts->verdict[i];

		if (verdict->index >= verdicts->reports ||
			(i > 0 && verdict->index <= verdicts->verdict[i - 1].index))
			return err_here(ERR_INVALID,
				"verdict %zu on report %u does not rise or is beyond %u", i,
				verdict->index, verdicts->reports);
		named += verdict->entries;
	}
	if (verdicts->entries < named + plain ||
		verdicts->entries > named + plain * ENTRIES_PER_REPORT_MAX)
		return err_here(ERR_INVALID,
			"%u entries cannot come from %u plain reports and %u others",
			verdicts->entries, plain, named);
	return 0;
}

static int head_unpack(const Huibao__V1__Verdicts *m, struct verdicts *ret_verdicts)
{
	int r = field_exact("epoch", m->epoch, ret_verdicts->epoch, EPOCH_BYTES);

	if (r == 0 && m->entries > 0)
		r = field_exact("chain", m->chain, ret_verdicts->chain.byte, DIGEST_BYTES);
	if (r < 0)
		return err_pass(r);
	if ((m->entries > 0) != (m->first_sequence > 0) || (m->entries == 0 && m->chain.len > 0))
		return err_here(ERR_INVALID,
			"%u entries, but a first sequence of %llu and a chain hash of "
			"%zu bytes",
			m->entries, (unsigned long long)m->first_sequence, m->chain.len);
	ret_verdicts->first_sequence = m->first_sequence;
	ret_verdicts->entries = m->entries;
	ret_verdicts->reports = m->reports;
	return 0;
}

int verdicts_decode(struct arena *arena, struct bytes payload, struct verdicts *ret_verdicts)
{
	const Huibao__V1__Verdicts *m;
	const void *message;
	struct verdicts verdicts = { .entries = 0 };
	struct verdict *list;
	int r = message_unpack(
		arena, &huibao__v1__verdicts__descriptor, payload, PAYLOAD_BYTES_MAX, &message);

	if (r < 0)
		return err_pass(r);
	m = message;
	if (m->n_verdict > SUBMIT_REPORTS_MAX)
		return err_here(ERR_INVALID, "%zu verdicts; at most %d are possible", m->n_verdict,
			SUBMIT_REPORTS_MAX);
	r = head_unpack(m, &verdicts);
	if (r < 0)
		return err_pass(r);
	list = arena_take(arena, m->n_verdict, sizeof(*list));
	if (!list)
		return err_here(ERR_LIMIT, "no room to unpack %zu verdicts", m->n_verdict);
	for (size_t i = 0; i < m->n_verdict; i++) {
		r = verdict_unpack(m->verdict[i], &list[i]);
		if (r < 0)
			return err_pass(r);
	}
	verdicts.verdict = list;
	verdicts.count = m->n_verdict;
	verdicts.training = m->training;
	r = check_counts(&verdicts);
	if (r < 0)
		return err_pass(r);
	*ret_verdicts = verdicts;
	return 0;
}

static int verdict_pack(const struct verdict *verdict, size_t keep, struct buffer *out)
{
	Huibao__V1__Verdicts m = HUIBAO__V1__VERDICTS__INIT;
	Huibao__V1__Verdict one = HUIBAO__V1__VERDICT__INIT, *list[] = { &one };
	Huibao__V1__Receipt first;
	struct packed_findings room;

	one.index = verdict->index;
	one.status = (Huibao__V1__Status)verdict->status;
	one.entries = verdict->entries;
	one.not_kept = verdict->not_kept;
	findings_pack(
		verdict->finding, verdict->findings, verdict->findings_more, keep, &room, &one);
	if (verdict->has_first) {
		receipt_pack(&verdict->first, &first);
		one.first = &first;
	}
	m.n_verdict = 1;
	m.verdict = list;
	return err_pass(message_pack(&m.base, out));
}

static int verdicts_pack(const struct verdicts *verdicts, size_t keep, struct buffer *out)
{
	Huibao__V1__Verdicts m = HUIBAO__V1__VERDICTS__INIT;
	int r;

	m.epoch = binary_of(bytes_of(verdicts->epoch, EPOCH_BYTES));
	m.first_sequence = verdicts->first_sequence;
	m.entries = verdicts->entries;
	if (verdicts->entries > 0)
		m.chain = binary_of(digest_view(&verdicts->chain));
	m.reports = verdicts->reports;
	r = message_pack(&m.base, out);
	for (size_t i = 0; r == 0 && i < verdicts->count; i++)
		r = verdict_pack(&verdicts->verdict[i], keep, out);
	if (r == 0 && verdicts->training)
		r = training_mark(FRAME_VERDICTS, out);
	return err_pass(r);
}

int verdicts_encode(const struct verdicts *verdicts, struct buffer *out)
{
	size_t start = out->len, keep = FINDINGS_MAX;
	int r = check_counts(verdicts);

	if (r < 0)
		return err_pass(r);
	r = verdicts_pack(verdicts, keep, out);
	while (r == 0 && out->len - start > PAYLOAD_BYTES_MAX - TRAINING_BYTES && keep > 0) {
		out->len = start;
		keep /= 2;
		r = verdicts_pack(verdicts, keep, out);
	}
	return err_pass(message_end(r, out, start, PAYLOAD_BYTES_MAX));
}
