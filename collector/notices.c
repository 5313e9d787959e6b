/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A facility's place in the bureau's notices is remembered beside it, so each is told once. After
 * sending only some facilities are asked about, in turn: a city's outbox has thousands. */
#include "collector/notices.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "client/finding.h"
#include "client/language.h"
#include "collector/facilities.h"
#include "collector/status_ask.h"
#include "model/decimal.h"
#include "model/period.h"
#include "model/rule.h"

enum { ROUNDS_MAX = 8 };

struct fetching {
	struct session *session;
	const char *facility; /* NULL: all in turn */
	size_t limit;
	struct buffer wanted; /* struct status_wanted */
	struct buffer replies, told;
	struct outbox_cursor asked;
	bool shown_after; /* what stays to be answered is shown by notices_show() */
	bool turned;      /* the round goes on at asked next time */
	bool more;
	struct arena *arena;
	uint8_t epoch[16];
};

static struct status_wanted *wanted_at(const struct fetching *fetching, size_t i)
{
	return (struct status_wanted *)(void *)fetching->wanted.data + i;
}

static size_t wanted_count(const struct fetching *fetching)
{
	return fetching->wanted.len / sizeof(struct status_wanted);
}

static bool asks_about(const struct fetching *fetching, struct bytes code)
{
	for (size_t i = 0; i < wanted_count(fetching); i++) {
		if (bytes_equal(bytes_str(wanted_at(fetching, i)->facility), code))
			return true;
	}
	return false;
}

/* A period without reports: only what persons said is wanted, not a list of what is in force. */
static int want(struct fetching *fetching, const struct ports *ports, struct bytes code)
{
	size_t count;
	const struct form *forms = catalog_forms(fetching->session->catalog, &count);
	struct status_wanted wanted = { .has_since = true };
	struct outbox_facility known;
	int r = outbox_facility_get(ports, code, &known);

	if (r < 0)
		return err_pass(r);
	ensure(count > 0 && code.len <= FACILITY_CODE_MAX);
	wanted.form = forms[0].id;
	wanted.period = period_of(PERIOD_YEAR, PERIOD_YEAR_MIN, 0);
	memcpy(wanted.facility, code.data, code.len);
	memcpy(wanted.since.epoch, fetching->epoch, sizeof(fetching->epoch));
	if (r == 0 && memcmp(known.epoch, fetching->epoch, sizeof(known.epoch)) == 0)
		wanted.since.sequence = known.noticed;
	return err_pass(buffer_add(&fetching->wanted, bytes_of(&wanted, sizeof(wanted))));
}

static int want_held(struct fetching *fetching, const struct ports *ports)
{
	struct outbox_cursor cursor = { 0 };
	struct outbox_held held;
	int r;

	while ((r = outbox_held_next(ports, &cursor, &held)) == 0) {
		if (!held.report.settled && !asks_about(fetching, held.report.facility) &&
			(r = want(fetching, ports, held.report.facility)) < 0)
			return err_pass(r);
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

/* The next ones of the round; at the end it begins anew, until the limit or where it started. */
static int want_round(struct fetching *fetching, const struct ports *ports)
{
	struct outbox_cursor cursor;
	struct outbox_facility known;
	size_t limit = wanted_count(fetching) + fetching->limit;
	bool from_start;
	int r = outbox_asked_get(ports, &cursor);

	from_start = cursor.len == 0;
	while (r == 0 && wanted_count(fetching) < limit) {
		r = outbox_facility_next(ports, &cursor, &known);
		if (r == PORT_NONE && !from_start) {
			cursor = (struct outbox_cursor){ 0 };
			from_start = true;
			r = 0;
			continue;
		}
		if (r == 0 && !asks_about(fetching, known.code))
			r = want(fetching, ports, known.code);
	}
	if (r < 0)
		return err_pass(r);
	fetching->turned = r == 0 || fetching->turned;
	fetching->asked = r == 0 ? cursor : (struct outbox_cursor){ 0 };
	return 0;
}

static int gather(void *ctx, const struct ports *ports)
{
	struct fetching *fetching = ctx;
	int r = outbox_epoch_get(ports, fetching->epoch);

	if (r != 0)
		return r == PORT_NONE ? 0 : err_pass(r);
	if (fetching->facility)
		return err_pass(want(fetching, ports, bytes_str(fetching->facility)));
	if ((r = want_held(fetching, ports)) < 0)
		return err_pass(r);
	return err_pass(want_round(fetching, ports));
}

/* Whether a report of ours that came later is the answer already. */
static int answered(const struct ports *ports, const struct outbox_report *about,
	const struct notice *notice, bool *ret_answered)
{
	struct outbox_kept kept;
	int r = outbox_kept_get(ports, about->facility, about->form, about->period, &kept);

	*ret_answered = r == 0 && kept.receipt.sequence > notice->sequence;
	return r < 0 ? err_pass(r) : 0;
}

/* What a decision does to the report that it is about. */
static int file_decision(
	const struct ports *ports, const struct outbox_report *about, const struct notice *notice)
{
	AUTO(buffer_fini) struct buffer packed = { 0 };
	struct finding finding = { .code = notice->kind == NOTICE_RETURNED ? FINDING_RETURNED
									   : FINDING_REFUSED,
		.severity = SEVERITY_REJECT,
		.found = (int64_t)notice->sequence,
		.reason = notice->reason };
	int32_t today = day_of_wall_ms(ports->wall(ports->ctx).ms);
	int r;

	if (notice->kind == NOTICE_ACCEPTED)
		r = outbox_held_accept(ports, about, notice->about, STATUS_ACCEPTED, today);
	else if ((r = findings_encode(&finding, 1, 0, &packed)) == 0)
		r = outbox_held_refuse(
			ports, about, notice->about, STATUS_REJECTED, buffer_view(&packed), today);
	return r == PORT_NONE ? 0 : err_pass(r);
}

static int file_notice(
	struct fetching *fetching, const struct ports *ports, const struct notice *notice)
{
	AUTO(buffer_fini) struct buffer packed = { 0 };
	struct outbox_report about = { .facility = notice->facility,
		.form = (uint16_t)notice->form,
		.period = notice->period };
	struct status_reply only = { .notice = notice, .notices = 1 };
	bool settled, stays;
	int r = answered(ports, &about, notice, &settled);

	stays = !settled && notice->kind != NOTICE_ACCEPTED;
	if (r == 0 && (!stays || !fetching->shown_after))
		r = notice_explain(fetching->session->catalog, notice, &fetching->told);
	if (r == 0 && notice->kind <= NOTICE_REJECTED)
		r = file_decision(ports, &about, notice);
	if (r < 0 || !stays)
		return err_pass(r);
	if ((r = status_reply_encode(&only, &packed)) < 0)
		return err_pass(r);
	return err_pass(outbox_notice_put(ports, &about, notice->sequence, buffer_view(&packed)));
}

static int file_reply(
	struct fetching *fetching, const struct ports *ports, struct status_wanted *wanted)
{
	struct outbox_facility known = { .code = bytes_str(wanted->facility) };
	AUTO(buffer_fini) struct buffer segments = { 0 };
	struct status_reply reply;
	int r = status_reply_decode(fetching->arena,
		bytes_of(fetching->replies.data + wanted->reply_at, wanted->reply_len), &reply);

	if (r < 0 || reply.notices == 0)
		return err_pass(r);
	for (size_t i = 0; i < reply.notices; i++) {
		if ((r = file_notice(fetching, ports, &reply.notice[i])) < 0)
			return err_pass(r);
	}
	if ((r = outbox_facility_get(ports, known.code, &known)) < 0 ||
		(r = buffer_add(&segments, r == 0 ? known.segments : (struct bytes){ 0 })) < 0)
		return err_pass(r);
	wanted->since.sequence = reply.notice[reply.notices - 1].sequence;
	known.code = bytes_str(wanted->facility);
	known.segments = buffer_view(&segments);
	known.noticed = wanted->since.sequence;
	memcpy(known.epoch, fetching->epoch, sizeof(known.epoch));
	fetching->more = fetching->more || reply.more_notices;
	return err_pass(outbox_facility_put(ports, &known));
}

static int file_replies(void *ctx, const struct ports *ports)
{
	struct fetching *fetching = ctx;
	int r = fetching->turned ? outbox_asked_put(ports, &fetching->asked) : 0;

	for (size_t i = 0; r == 0 && i < wanted_count(fetching); i++) {
		if (wanted_at(fetching, i)->reply_len > 0)
			r = file_reply(fetching, ports, wanted_at(fetching, i));
	}
	return err_pass(r);
}

/* Whether any reply brings something; otherwise nothing needs to be made durable. */
static int any_news(const struct fetching *fetching, bool *ret_any)
{
	struct status_reply reply;

	*ret_any = fetching->turned;
	for (size_t i = 0; !*ret_any && i < wanted_count(fetching); i++) {
		const struct status_wanted *wanted = wanted_at(fetching, i);
		int r;

		if (wanted->reply_len == 0)
			continue;
		r = status_reply_decode(fetching->arena,
			bytes_of(fetching->replies.data + wanted->reply_at, wanted->reply_len),
			&reply);
		if (r < 0)
			return err_pass(r);
		*ret_any = reply.notices > 0;
	}
	return 0;
}

static int fetch_once(struct fetching *fetching)
{
	struct session *session = fetching->session;
	bool any;
	int r;

	fetching->replies.len = 0;
	fetching->more = false;
	r = status_ask(session->client, (int)session->settings.timeout_ms, wanted_at(fetching, 0),
		wanted_count(fetching), &fetching->replies);
	if (r == ERR_UNREACHABLE) {
		session->online = false;
		return 0;
	}
	if (r < 0 || (r = any_news(fetching, &any)) < 0 || !any)
		return err_pass(r);
	r = session_write(session, file_replies, fetching);
	fetching->turned = false;
	return err_pass(r);
}

static int fetch(struct fetching *fetching)
{
	int r = session_read(fetching->session, gather, fetching);

	if (r < 0 || wanted_count(fetching) == 0)
		return err_pass(r);
	/* All of them again while one has more: it is seldom, and what is known costs little. */
	for (int i = 0; i < ROUNDS_MAX; i++) {
		if ((r = fetch_once(fetching)) < 0 || !fetching->more)
			break;
	}
	if (fetching->told.len > 0)
		fwrite(fetching->told.data, 1, fetching->told.len, stdout);
	return err_pass(r);
}

int notices_fetch(struct session *session, const char *facility, size_t limit, bool shown_after)
{
	struct fetching fetching = {
		.session = session, .facility = facility, .limit = limit, .shown_after = shown_after
	};
	int r = arena_new(&fetching.arena);

	if (r == 0)
		r = fetch(&fetching);
	arena_free(fetching.arena);
	buffer_fini(&fetching.wanted);
	buffer_fini(&fetching.replies);
	buffer_fini(&fetching.told);
	return err_pass(r);
}

int notices_show(const struct ports *ports, const struct catalog *catalog, struct arena *arena)
{
	AUTO(buffer_fini) struct buffer words = { 0 };
	struct outbox_cursor cursor = { 0 };
	struct status_reply reply;
	struct bytes packed;
	int r;

	while ((r = outbox_notice_next(ports, &cursor, &packed)) == 0) {
		if ((r = status_reply_decode(arena, packed, &reply)) < 0)
			return err_pass(r);
		for (size_t i = 0; i < reply.notices; i++) {
			if ((r = notice_explain(catalog, &reply.notice[i], &words)) < 0)
				return err_pass(r);
		}
	}
	if (words.len > 0)
		fwrite(words.data, 1, words.len, stdout);
	return r == PORT_NONE ? 0 : err_pass(r);
}
