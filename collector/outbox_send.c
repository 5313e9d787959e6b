/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The window. A slot holds the numbers of the pending reports of one SUBMIT; sending it again
 * builds the same message from the same stored bytes, under the same request number, so whichever
 * answer comes first settles it. Pending numbers rise, and every number below the cursor is either
 * in a slot or filed: that is all the book-keeping there is, and a restart simply begins again at
 * the first pending report. The server's answer to a report that it has already is "unchanged", so
 * sending too often costs time and never correctness. */
#include "collector/outbox_send.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/period.h"
#include "proto/frame.h"

enum {
	/* Above what a Submission adds to its two byte strings: tags, lengths, two digests. */
	SUBMISSION_OVERHEAD_BYTES = 96,
	/* Our request numbers have the top bit; client_request() counts from below. */
	REQUEST_BASE = INT32_MIN,
};

struct slot {
	uint32_t request; /* 0: the slot is free */
	struct mono sent, due;
	uint64_t number[SEND_REPORTS_MAX];
	bool has_text[SEND_REPORTS_MAX];
	size_t count; /* 1..SEND_REPORTS_MAX while in use */
};

struct outbox_send {
	struct slot slot[WINDOW_MESSAGES_MAX];
	uint32_t window, reports_max; /* 1..WINDOW_MESSAGES_MAX, 1..SEND_REPORTS_MAX */
	uint64_t cursor;              /* no number from here on has been looked at */
	struct mono quiet_until;      /* BUSY: no new SUBMIT before this */
	uint32_t requests;            /* how many were made */
	/* used only inside one step */
	struct submit submit;
	struct buffer payload;
};

static struct mono mono_after(struct mono start, int64_t ms)
{
	return (struct mono){ .ns = start.ns + ms * 1000000 };
}

static uint32_t clamp(uint32_t value, uint32_t max)
{
	return value < 1 ? 1 : value > max ? max : value;
}

int outbox_send_new(struct outbox_send **ret_send)
{
	struct outbox_send *send = calloc(1, sizeof(*send));

	if (!send)
		return err_here(ERR_NOMEM, "cannot allocate a window");
	send->window = 1;
	send->reports_max = SEND_REPORTS_MAX;
	send->quiet_until = (struct mono){ .ns = INT64_MIN };
	*ret_send = send;
	return 0;
}

void outbox_send_free(struct outbox_send *send)
{
	if (!send)
		return;
	buffer_fini(&send->payload);
	free(send);
}

int outbox_send_welcome(struct outbox_send *send, const struct ports *ports,
	const struct welcome *welcome, uint64_t *ret_offered_again)
{
	int r = outbox_training_seen(ports, welcome->training);

	if (r != 0)
		return r == OUTBOX_OTHER_KIND ? OUTBOX_SEND_OTHER_KIND : err_pass(r);
	send->window = clamp(welcome->window_messages, WINDOW_MESSAGES_MAX);
	send->reports_max = clamp(welcome->submit_reports_max, SEND_REPORTS_MAX);
	return err_pass(welcome->offer_again
				? outbox_offer_again(ports, welcome->head.epoch, ret_offered_again)
				: outbox_epoch_seen(ports, welcome->head.epoch, ret_offered_again));
}

static struct slot *slot_of(struct outbox_send *send, uint32_t request)
{
	for (size_t i = 0; request != 0 && i < WINDOW_MESSAGES_MAX; i++) {
		if (send->slot[i].request == request)
			return &send->slot[i];
	}
	return NULL;
}

bool outbox_send_waits_for(const struct outbox_send *send, uint32_t request)
{
	for (size_t i = 0; request != 0 && i < WINDOW_MESSAGES_MAX; i++) {
		if (send->slot[i].request == request)
			return true;
	}
	return false;
}

size_t outbox_send_outstanding(const struct outbox_send *send)
{
	size_t count = 0;

	for (size_t i = 0; i < WINDOW_MESSAGES_MAX; i++)
		count += send->slot[i].request != 0;
	return count;
}

/* The SUBMIT of a slot, from the stored bytes. */
static int slot_encode(struct outbox_send *send, const struct ports *ports, const struct slot *slot)
{
	send->submit.reports = slot->count;
	for (size_t i = 0; i < slot->count; i++) {
		struct outbox_report report;
		int r = outbox_pending_get(ports, slot->number[i], &report);

		if (r < 0)
			return err_pass(r);
		if (r == PORT_NONE)
			return err_here(
				ERR_CORRUPT, "a report that is being sent has left the outbox");
		send->submit.report[i] = (struct submission){
			.values = report.values,
			.values_digest = report.values_digest,
			.text = report.text,
			.text_digest = report.text_digest,
		};
	}
	send->payload.len = 0;
	return err_pass(submit_encode(&send->submit, &send->payload));
}

static int slot_send(struct outbox_send *send, const struct ports *ports, struct slot *slot)
{
	struct frame frame = { .type = FRAME_SUBMIT, .request = slot->request };
	uint8_t header[FRAME_HEADER_BYTES];
	int r = slot_encode(send, ports, slot);

	if (r < 0)
		return err_pass(r);
	ensure(send->payload.len <= PAYLOAD_BYTES_MAX);
	frame.length = (uint32_t)send->payload.len;
	frame_encode(&frame, header);
	slot->sent = ports->mono(ports->ctx);
	slot->due = mono_after(slot->sent, RESEND_MS);
	return err_pass(ports->send(
		ports->ctx, bytes_of(header, sizeof(header)), buffer_view(&send->payload)));
}

bool outbox_send_put_off(const struct outbox_report *report, int32_t today)
{
	return report->status == STATUS_LATER && report->filed_day == today;
}

/* Takes the next pending reports into the slot; leaves it free when there are none. */
static int slot_fill(struct outbox_send *send, const struct ports *ports, struct slot *slot)
{
	int32_t today = day_of_wall_ms(ports->wall(ports->ctx).ms);
	size_t bytes = 0;

	slot->count = 0;
	while (slot->count < send->reports_max) {
		struct outbox_report report;
		int r = outbox_pending_next(ports, send->cursor, &report);

		if (r < 0)
			return err_pass(r);
		if (r == PORT_NONE)
			break;
		if (outbox_send_put_off(&report, today)) {
			send->cursor = report.number + 1;
			continue;
		}
		bytes += report.values.len + report.text.len + SUBMISSION_OVERHEAD_BYTES;
		if (bytes > PAYLOAD_BYTES_MAX)
			break;
		slot->number[slot->count] = report.number;
		slot->has_text[slot->count++] = report.text.len > 0;
		send->cursor = report.number + 1;
	}
	if (slot->count > 0)
		slot->request = (uint32_t)REQUEST_BASE | ++send->requests;
	return 0;
}

int outbox_send_step(struct outbox_send *send, const struct ports *ports)
{
	struct mono now = ports->mono(ports->ctx);
	int r;

	for (size_t i = 0; i < WINDOW_MESSAGES_MAX; i++) {
		if (send->slot[i].request != 0 && send->slot[i].due.ns <= now.ns &&
			(r = slot_send(send, ports, &send->slot[i])) < 0)
			return err_pass(r);
	}
	if (now.ns < send->quiet_until.ns)
		return 0;
	for (size_t i = 0; i < WINDOW_MESSAGES_MAX && outbox_send_outstanding(send) < send->window;
		i++) {
		if (send->slot[i].request != 0)
			continue;
		if ((r = slot_fill(send, ports, &send->slot[i])) < 0)
			return err_pass(r);
		if (send->slot[i].request == 0)
			break;
		if ((r = slot_send(send, ports, &send->slot[i])) < 0)
			return err_pass(r);
	}
	return 0;
}

/* Where the verdicts of one message stand while its reports are walked. */
struct walk {
	const struct verdicts *verdicts;
	size_t next;       /* exception to come */
	uint64_t sequence; /* of the next entry */
};

/* The exception for report k, or NULL; and how many sequences it took. */
static const struct verdict *walk_take(
	struct walk *walk, const struct slot *slot, size_t k, uint32_t *ret_entries)
{
	const struct verdicts *verdicts = walk->verdicts;

	if (walk->next < verdicts->count && verdicts->verdict[walk->next].index == k) {
		const struct verdict *verdict = &verdicts->verdict[walk->next++];

		*ret_entries = verdict->entries;
		return verdict;
	}
	*ret_entries = slot->has_text[k] ? 2 : 1;
	return NULL;
}

/* Every exception must be met in order, and the entries must add up to what the message says. */
static int verdicts_check(const struct slot *slot, const struct verdicts *verdicts)
{
	struct walk walk = { .verdicts = verdicts };
	uint64_t total = 0;
	uint32_t entries;

	if (verdicts->reports != slot->count)
		return err_here(ERR_INVALID, "the server judged %u reports of a message of %zu",
			verdicts->reports, slot->count);
	for (size_t k = 0; k < slot->count; k++) {
		(void)walk_take(&walk, slot, k, &entries);
		total += entries;
	}
	if (walk.next != verdicts->count || total != verdicts->entries ||
		(total > 0 && verdicts->first_sequence == 0))
		return err_here(ERR_INVALID, "the server's verdicts contradict each other");
	return 0;
}

static struct outbox_receipt receipt_of(const struct verdicts *verdicts,
	const struct verdict *verdict, uint64_t sequence, uint32_t entries)
{
	struct outbox_receipt receipt = { 0 };

	memcpy(receipt.epoch, verdicts->epoch, sizeof(receipt.epoch));
	if (entries > 0) {
		receipt.sequence = sequence;
		receipt.last_sequence = verdicts->first_sequence + verdicts->entries - 1;
		receipt.chain = verdicts->chain;
	} else if (verdict->has_first &&
		   (verdict->status == STATUS_UNCHANGED || verdict->status == STATUS_HELD)) {
		memcpy(receipt.epoch, verdict->first.epoch, sizeof(receipt.epoch));
		receipt.sequence = verdict->first.sequence;
		receipt.last_sequence = verdict->first.last_sequence;
		receipt.chain = verdict->first.chain;
	}
	return receipt;
}

static int filed_as(const struct ports *ports, const struct outbox_report *report,
	enum status status, enum filed_as *ret_as)
{
	bool higher = false;
	int r;

	switch (status) {
	case STATUS_ACCEPTED:
	case STATUS_UNCHANGED:
		*ret_as = FILED_KEPT;
		return 0;
	case STATUS_SUPERSEDED:
		if ((r = outbox_has_higher(ports, report, &higher)) < 0)
			return err_pass(r);
		/* A revision numbered by us and yet too low: somebody else reports for this
		 * facility. */
		*ret_as = higher || report->chosen || report->offered_again ? FILED_DROPPED
									    : FILED_REFUSED;
		return 0;
	case STATUS_REJECTED:
		*ret_as = FILED_REFUSED;
		return 0;
	case STATUS_HELD:
		*ret_as = FILED_HELD;
		return 0;
	case STATUS_LATER:
		*ret_as = FILED_LATER;
		return 0;
	}
	return err_here(ERR_INVALID, "the server gave verdict %d, which this program does not know",
		(int)status);
}

static int file_report(const struct ports *ports, const struct filed *filed, int32_t today)
{
	AUTO(buffer_fini) struct buffer findings = { 0 };
	const struct verdict *verdict = filed->verdict;
	int r;

	switch (filed->as) {
	case FILED_KEPT:
		return err_pass(outbox_accept(ports, filed->report->number, (uint8_t)filed->status,
			&filed->receipt, today));
	case FILED_DROPPED:
		return err_pass(outbox_drop(ports, filed->report->number));
	case FILED_LATER:
		return err_pass(
			outbox_later(ports, filed->report->number, (uint8_t)filed->status, today));
	case FILED_REFUSED:
	case FILED_HELD:
		r = findings_encode(
			verdict->finding, verdict->findings, verdict->findings_more, &findings);
		if (r < 0)
			return err_pass(r);
		if (filed->as == FILED_HELD)
			return err_pass(
				outbox_hold(ports, filed->report->number, (uint8_t)filed->status,
					&filed->receipt, buffer_view(&findings), today));
		return err_pass(outbox_refuse(ports, filed->report->number, (uint8_t)filed->status,
			buffer_view(&findings), today));
	}
	return err_here(ERR_BUG, "a verdict is filed nowhere");
}

/* One report by its verdict; verdict is NULL for a plain acceptance. */
static int judge(const struct ports *ports, uint64_t number, struct filed *filed,
	filed_visit *visit, void *ctx)
{
	struct outbox_report report;
	int r = outbox_pending_get(ports, number, &report);

	if (r != 0)
		return r == PORT_NONE
			       ? 0
			       : err_pass(r); /* filed by another process: its verdict stands */
	filed->report = &report;
	filed->status = filed->verdict ? filed->verdict->status : STATUS_ACCEPTED;
	if ((r = filed_as(ports, &report, filed->status, &filed->as)) < 0)
		return err_pass(r);
	if (visit && (r = visit(ctx, filed)) != 0)
		return err_pass(r);
	r = file_report(ports, filed, day_of_wall_ms(ports->wall(ports->ctx).ms));
	return r == PORT_NONE ? 0 : err_pass(r);
}

static int file_all(const struct ports *ports, const struct slot *slot,
	const struct verdicts *verdicts, filed_visit *visit, void *ctx)
{
	struct walk walk = { .verdicts = verdicts, .sequence = verdicts->first_sequence };

	for (size_t k = 0; k < slot->count; k++) {
		struct filed filed = { .training = verdicts->training };
		uint32_t entries;
		int r;

		filed.verdict = walk_take(&walk, slot, k, &entries);
		filed.receipt = receipt_of(verdicts, filed.verdict, walk.sequence, entries);
		walk.sequence += entries;
		if ((r = judge(ports, slot->number[k], &filed, visit, ctx)) != 0)
			return err_pass(r);
	}
	return 0;
}

/* Whatever receipt a message brings is a place to be held against the journal one day, also one of
 * an entry that was there before. */
static int witness_all(const struct ports *ports, const struct verdicts *verdicts)
{
	struct outbox_receipt newest = { .chain = verdicts->chain };
	int r = 0;

	memcpy(newest.epoch, verdicts->epoch, sizeof(newest.epoch));
	newest.sequence = newest.last_sequence = verdicts->first_sequence + verdicts->entries - 1;
	if (verdicts->entries > 0)
		r = outbox_receipt_seen(ports, &newest);
	for (size_t i = 0; r == 0 && i < verdicts->count; i++) {
		const struct receipt *first = &verdicts->verdict[i].first;

		if (!verdicts->verdict[i].has_first)
			continue;
		memcpy(newest.epoch, first->epoch, sizeof(newest.epoch));
		newest.sequence = first->sequence;
		newest.last_sequence = first->last_sequence;
		newest.chain = first->chain;
		r = outbox_receipt_seen(ports, &newest);
	}
	return err_pass(r);
}

int outbox_send_verdicts(struct outbox_send *send, const struct ports *ports, uint32_t request,
	const struct verdicts *verdicts, filed_visit *visit, void *ctx)
{
	struct slot *slot = slot_of(send, request);
	uint8_t epoch[sizeof(verdicts->epoch)];
	int r;

	if (!slot)
		return OUTBOX_SEND_LATE;
	if ((r = verdicts_check(slot, verdicts)) < 0 || (r = outbox_epoch_get(ports, epoch)) < 0)
		return err_pass(r);
	if (r == PORT_NONE || memcmp(epoch, verdicts->epoch, sizeof(epoch)) != 0)
		return OUTBOX_SEND_STRANGE;
	if ((r = file_all(ports, slot, verdicts, visit, ctx)) != 0 ||
		(r = witness_all(ports, verdicts)) < 0)
		return err_pass(r);
	slot->request = 0;
	return 0;
}

int outbox_send_busy(struct outbox_send *send, const struct ports *ports, uint32_t request,
	uint32_t retry_after_ms)
{
	struct slot *slot = slot_of(send, request);
	uint32_t wait = retry_after_ms;

	if (!slot)
		return OUTBOX_SEND_LATE;
	if (wait < BUSY_WAIT_MS_MIN)
		wait = BUSY_WAIT_MS_MIN;
	if (wait > BUSY_WAIT_MS_MAX)
		wait = BUSY_WAIT_MS_MAX;
	slot->due = mono_after(ports->mono(ports->ctx), wait);
	if (send->quiet_until.ns < slot->due.ns)
		send->quiet_until = slot->due;
	return 0;
}

void outbox_send_alive(struct outbox_send *send, struct mono asked, struct mono now)
{
	struct mono soon = mono_after(now, RESEND_ALIVE_MS);

	for (size_t i = 0; i < WINDOW_MESSAGES_MAX; i++) {
		struct slot *slot = &send->slot[i];

		if (slot->request != 0 && slot->sent.ns < asked.ns && slot->due.ns > soon.ns)
			slot->due = soon;
	}
}

void outbox_send_reconnected(struct outbox_send *send)
{
	for (size_t i = 0; i < WINDOW_MESSAGES_MAX; i++)
		send->slot[i].due = (struct mono){ .ns = INT64_MIN };
}

int outbox_send_done(const struct outbox_send *send, const struct ports *ports, bool *ret_done)
{
	struct outbox_report report;
	int r;

	*ret_done = false;
	if (outbox_send_outstanding(send) > 0)
		return 0;
	if ((r = outbox_pending_next(ports, send->cursor, &report)) < 0)
		return err_pass(r);
	*ret_done = r == PORT_NONE;
	return 0;
}
