/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A message occupies a slot from its first sending to its verdict. Trouble of any kind (silence, a
 * BUSY, a refusal after a restart) has one cure: HELLO until it is answered, then every occupied
 * slot again, oldest first. */
#include "tests/system/member.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"

enum { REFUSALS_MAX = 100 };

struct slot {
	bool used;
	uint32_t request;
	uint64_t order; /* of the first sending */
	struct buffer packed, payload;
	struct crowd_report report[SUBMIT_REPORTS_MAX];
	size_t reports;
};

struct member {
	struct member_options options;
	struct client *client;
	struct crowd *crowd;
	struct storm_log *log;
	struct slot slot[WINDOW_MESSAGES_MAX];
	struct submit submit;
	uint32_t window;
	uint64_t made, order;
	uint32_t refusals;          /* since the last verdict */
	struct mono started, moved; /* moved: the last verdict, or HELLO answered */
	struct member_counts counts;
};

int member_new(const struct member_options *options, const struct client_settings *settings,
	const struct crowd_options *crowd, struct storm_log *log, struct member **ret_member)
{
	AUTO(member_free) struct member *member = calloc(1, sizeof(*member));
	int r;

	if (!member)
		return err_here(ERR_NOMEM, "cannot allocate a member");
	member->options = *options;
	member->log = log;
	if ((r = client_open(settings, settings->ingestd, &member->client)) < 0 ||
		(r = crowd_new(crowd, &member->crowd)) < 0)
		return err_fold(r);
	*ret_member = member;
	member = NULL;
	return 0;
}

void member_free(struct member *member)
{
	if (!member)
		return;
	for (size_t i = 0; i < array_len(member->slot); i++) {
		buffer_fini(&member->slot[i].packed);
		buffer_fini(&member->slot[i].payload);
	}
	crowd_free(member->crowd);
	client_close(member->client);
	free(member);
}

const struct member_counts *member_counts(const struct member *member)
{
	return &member->counts;
}

static void sleep_ms(uint64_t ms)
{
	const struct timespec pause = { .tv_sec = (time_t)(ms / 1000),
		.tv_nsec = (long)(ms % 1000) * 1000000 };

	nanosleep(&pause, NULL);
}

static struct slot *slot_free(struct member *member)
{
	for (size_t i = 0; i < member->window; i++)
		if (!member->slot[i].used)
			return &member->slot[i];
	return NULL;
}

static struct slot *slot_of(struct member *member, uint32_t request)
{
	for (size_t i = 0; i < array_len(member->slot); i++)
		if (member->slot[i].used && member->slot[i].request == request)
			return &member->slot[i];
	return NULL;
}

/* The oldest used slot with an order of at least from. */
static struct slot *slot_next(struct member *member, uint64_t from)
{
	struct slot *oldest = NULL;

	for (size_t i = 0; i < array_len(member->slot); i++) {
		struct slot *slot = &member->slot[i];

		if (slot->used && slot->order >= from && (!oldest || slot->order < oldest->order))
			oldest = slot;
	}
	return oldest;
}

int member_connect(struct member *member)
{
	const struct mono started = clock_mono();
	struct welcome welcome;
	int r;

	while ((r = client_hello(member->client, NULL, NULL, &welcome)) < 0) {
		if (r != ERR_UNREACHABLE && r != ERR_TIMEOUT)
			return err_pass(r);
		if (mono_ms_since(started, clock_mono()) > (int64_t)member->options.patience_ms)
			return err_pass(r);
		sleep_ms(20);
	}
	if (r > 0)
		return err_fold(r);
	member->window = welcome.window_messages < member->options.window ? welcome.window_messages
									  : member->options.window;
	if (member->window > WINDOW_MESSAGES_MAX)
		member->window = WINDOW_MESSAGES_MAX;
	if (member->window == 0)
		member->window = 1;
	member->moved = clock_mono();
	return 0;
}

static int slot_send(struct member *member, const struct slot *slot)
{
	member->counts.messages++;
	return client_send(
		member->client, FRAME_SUBMIT, slot->request, buffer_view(&slot->payload), 200);
}

/* Sends every message without a verdict again. Returns with all of them sent. */
static int recover(struct member *member)
{
	const struct mono started = clock_mono();
	int r = CLIENT_FULL;

	while (r != 0) {
		uint64_t from = 0;

		if (mono_ms_since(started, clock_mono()) > (int64_t)member->options.patience_ms)
			return err_here(ERR_UNREACHABLE, "the server stayed away");
		if ((r = member_connect(member)) < 0)
			return err_pass(r);
		member->counts.recoveries++;
		for (struct slot *slot; r == 0 && (slot = slot_next(member, from));
			from = slot->order + 1) {
			if ((r = slot_send(member, slot)) < 0)
				return err_pass(r);
			member->counts.resent++;
		}
	}
	return 0;
}

/* Fills the slot with new reports. */
static int slot_fill(struct member *member, struct slot *slot)
{
	uint64_t count = member->options.per_message;
	int r;

	if (member->options.reports != 0 && member->options.reports - member->made < count)
		count = member->options.reports - member->made;
	slot->packed.len = slot->payload.len = 0;
	for (slot->reports = 0; slot->reports < count; slot->reports++) {
		struct crowd_report *report = &slot->report[slot->reports];

		if ((r = crowd_next(member->crowd, &slot->packed, report)) < 0)
			return err_pass(r);
		storm_log_sent(member->log, report);
	}
	/* Only now does the buffer stand still. */
	member->submit.reports = slot->reports;
	for (size_t i = 0; i < slot->reports; i++) {
		const struct crowd_report *report = &slot->report[i];

		member->submit.report[i] = (struct submission){
			.values =
				bytes_of(slot->packed.data + report->packed_at, report->packed_len),
			.values_digest = report->digest,
			.text = bytes_of(slot->packed.data + report->text_at, report->text_len),
			.text_digest = report->text_digest,
		};
	}
	member->made += slot->reports;
	return (r = submit_encode(&member->submit, &slot->payload)) < 0 ? err_pass(r) : 0;
}

/* Occupies the slot and sends it; a full socket is trouble like any other. */
static int slot_start(struct member *member, struct slot *slot)
{
	int r;

	slot->used = true;
	slot->order = ++member->order;
	slot->request = client_request(member->client);
	r = slot_send(member, slot);
	if (r == CLIENT_FULL)
		r = recover(member);
	return r < 0 ? err_pass(r) : 0;
}

/* The same reports in a message of their own, right behind the first. */
static int slot_duplicate(struct member *member, const struct slot *original)
{
	struct slot *slot = slot_free(member);
	int r;

	if (!slot)
		return 0;
	slot->packed.len = slot->payload.len = 0;
	if ((r = buffer_add(&slot->packed, buffer_view(&original->packed))) < 0 ||
		(r = buffer_add(&slot->payload, buffer_view(&original->payload))) < 0)
		return err_pass(r);
	memcpy(slot->report, original->report, sizeof(slot->report));
	slot->reports = original->reports;
	return slot_start(member, slot);
}

static bool may_send(const struct member *member)
{
	const struct member_options *options = &member->options;

	if (options->stop && atomic_load_explicit(options->stop, memory_order_relaxed))
		return false;
	if (options->reports != 0 && member->made >= options->reports)
		return false;
	if (options->rate == 0)
		return true;
	return member->made * 1000 <=
	       (uint64_t)mono_ms_since(member->started, clock_mono()) * options->rate;
}

static bool finished(const struct member *member)
{
	const struct member_options *options = &member->options;
	const bool enough = options->reports != 0 && member->made >= options->reports;

	return enough ||
	       (options->stop && atomic_load_explicit(options->stop, memory_order_relaxed));
}

static int send_some(struct member *member)
{
	struct slot *slot;
	int r;

	while (may_send(member) && (slot = slot_free(member))) {
		if ((r = slot_fill(member, slot)) < 0 || (r = slot_start(member, slot)) < 0)
			return err_pass(r);
		if (member->order * 7919 % 100 < member->options.duplicates_percent &&
			(r = slot_duplicate(member, slot)) < 0)
			return err_pass(r);
	}
	return 0;
}

static int take_verdicts(struct member *member, uint32_t request, struct bytes payload)
{
	struct slot *slot = slot_of(member, request);
	struct verdicts verdicts;
	uint64_t next;
	size_t at = 0;
	int r;

	if ((r = verdicts_decode(client_arena(member->client), payload, &verdicts)) < 0)
		return err_pass(r);
	if (!slot) {
		member->counts.late++;
		return 0;
	}
	if (verdicts.reports != slot->reports)
		return err_here(ERR_INVALID, "%u of %zu reports were judged", verdicts.reports,
			slot->reports);
	next = verdicts.first_sequence;
	for (uint32_t i = 0; i < slot->reports; i++) {
		const struct crowd_report *report = &slot->report[i];
		const struct verdict *verdict =
			at < verdicts.count && verdicts.verdict[at].index == i
				? &verdicts.verdict[at++]
				: NULL;
		const uint32_t entries = verdict ? verdict->entries : 1 + (report->text_len > 0);

		storm_log_verdict(member->log, report,
			bytes_of(slot->packed.data + report->packed_at, report->packed_len),
			&verdicts, verdict, entries > 0 ? next : 0);
		member->counts.status[verdict ? verdict->status : STATUS_ACCEPTED]++;
		next += entries;
	}
	if (next != verdicts.first_sequence + verdicts.entries || at != verdicts.count)
		return err_here(ERR_INVALID, "the verdicts' entries do not add up");
	slot->used = false;
	member->refusals = 0;
	atomic_fetch_add_explicit(member->options.verdicts, slot->reports, memory_order_relaxed);
	member->moved = clock_mono();
	return 0;
}

/* A server may want HELLO first after a restart: that is cured. What comes on and on is not. */
static int take_refusal(struct member *member, struct bytes payload)
{
	struct refusal refusal;
	int r = refusal_decode(client_arena(member->client), payload, &refusal);

	if (r < 0)
		return err_pass(r);
	if (++member->refusals > REFUSALS_MAX)
		return err_here(ERR_INVALID, "refused: %.*s", (int)refusal.text.len,
			(const char *)refusal.text.data);
	return recover(member);
}

/* One message of the server; waits up to timeout_ms for it. CLIENT_EMPTY: none came. */
static int take_one(struct member *member, int timeout_ms)
{
	struct frame frame;
	struct bytes payload;
	struct busy busy;
	int r = client_recv(member->client, timeout_ms, &frame, &payload);

	if (r != 0)
		return r;
	switch (frame.type) {
	case FRAME_VERDICTS:
		return take_verdicts(member, frame.request, payload);
	case FRAME_BUSY:
		if ((r = busy_decode(client_arena(member->client), payload, &busy)) < 0)
			return err_pass(r);
		sleep_ms(busy.retry_after_ms < 1000 ? busy.retry_after_ms : 1000);
		return recover(member);
	case FRAME_REFUSAL:
		return take_refusal(member, payload);
	default:
		return 0;
	}
}

int member_run(struct member *member)
{
	int r;

	member->started = member->moved = clock_mono();
	while (!finished(member) || slot_next(member, 0)) {
		const bool waiting = slot_next(member, 0) != NULL;

		if ((r = send_some(member)) < 0)
			return err_pass(r);
		/* With a rate there may be nothing to wait for but the time. */
		r = take_one(member, member->options.rate ? 5 : 100);
		while (r == 0)
			r = take_one(member, 0);
		if (r < 0)
			return err_pass(r);
		if (!waiting)
			member->moved = clock_mono();
		else if (mono_ms_since(member->moved, clock_mono()) >
				 (int64_t)member->options.resend_ms &&
			 (r = recover(member)) < 0)
			return err_pass(r);
	}
	return 0;
}
