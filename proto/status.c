/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * STATUS and its reply: what is in force for a sender's facilities. */
#include "proto/exchange.h"

#include "base/err.h"
#include "huibao/v1/exchange.pb-c.h"
#include "proto/parts.h"
#include "proto/text.h"

static int facility_view(const char *code, struct bytes *ret_view)
{
	struct bytes view = bytes_str(code);

	if (!text_is_code(view))
		return err_here(ERR_INVALID, "'facility' is not 1 to %d printable ASCII bytes",
			FACILITY_CODE_MAX);
	*ret_view = view;
	return 0;
}

int status_request_decode(
	struct arena *arena, struct bytes payload, struct status_request *ret_request)
{
	const Huibao__V1__StatusRequest *m;
	const void *message;
	struct status_request request = { .has_since = false };
	int r = message_unpack(arena, &huibao__v1__status_request__descriptor, payload,
		PAYLOAD_BYTES_MAX, &message);

	if (r < 0)
		return err_pass(r);
	m = message;
	r = facility_view(m->facility, &request.facility);
	if (r == 0 && m->since)
		r = position_unpack(m->since, &request.since);
	if (r < 0)
		return err_pass(r);
	request.has_since = m->since;
	request.form = m->form;
	request.period = m->period;
	*ret_request = request;
	return 0;
}

int status_request_encode(const struct status_request *request, struct buffer *out)
{
	Huibao__V1__StatusRequest m = HUIBAO__V1__STATUS_REQUEST__INIT;
	Huibao__V1__Position since;
	char facility[FACILITY_CODE_MAX + 1];
	size_t start = out->len;
	int r = text_copy("facility", request->facility, FACILITY_CODE_MAX, facility);

	if (r < 0)
		return err_pass(r);
	m.facility = facility;
	m.form = request->form;
	m.period = request->period;
	if (request->has_since) {
		position_pack(&request->since, &since);
		m.since = &since;
	}
	return err_pass(message_end(message_pack(&m.base, out), out, start, PAYLOAD_BYTES_MAX));
}

static int held_unpack(const Huibao__V1__StatusLine *m, struct status_line *line)
{
	line->held_state = (enum held_state)m->held_state;
	if ((m->held_state == HUIBAO__V1__HELD_STATE__HELD_STATE_UNSPECIFIED) !=
		(m->held_revision == 0))
		return err_here(ERR_INVALID, "'held_state' does not agree with 'held_revision'");
	if (m->held_revision == 0)
		return 0;
	line->held_revision = m->held_revision;
	line->held_sequence = m->held_sequence;
	return err_pass(
		field_exact("held_digest", m->held_digest, line->held_digest.byte, DIGEST_BYTES));
}

static int line_unpack(const Huibao__V1__StatusLine *m, struct status_line *ret_line)
{
	struct bytes facility;
	int r = facility_view(m->facility, &facility);

	*ret_line = (struct status_line){ .facility = facility };
	if (r < 0)
		return err_pass(r);
	if (m->revision > 0 || m->digest.len > 0) {
		r = field_exact("digest", m->digest, ret_line->digest.byte, DIGEST_BYTES);
		if (r < 0)
			return err_pass(r);
	}
	ret_line->form = m->form;
	ret_line->period = m->period;
	ret_line->revision = m->revision;
	ret_line->sequence = m->sequence;
	ret_line->withdrawn = m->withdrawn;
	return err_pass(held_unpack(m, ret_line));
}

static int notice_unpack(const Huibao__V1__Notice *m, struct notice *ret_notice)
{
	int r = facility_view(m->facility, &ret_notice->facility);

	if (r == 0)
		r = field_text("text", m->text, HUMAN_TEXT_BYTES_MAX, &ret_notice->text);
	if (r < 0)
		return err_pass(r);
	if (m->kind < HUIBAO__V1__NOTICE_KIND__NOTICE_KIND_ACCEPTED)
		return err_here(ERR_INVALID, "a notice without a kind");
	ret_notice->kind = (enum notice_kind)m->kind;
	ret_notice->sequence = m->sequence;
	ret_notice->form = m->form;
	ret_notice->period = m->period;
	ret_notice->revision = m->revision;
	ret_notice->about = m->about;
	ret_notice->element = m->element;
	ret_notice->reason = m->reason;
	ret_notice->delta = m->delta;
	ret_notice->received_ms = m->received_ms;
	return 0;
}

static int parts_unpack(
	const Huibao__V1__StatusReply *m, struct status_line *line, struct notice *notice)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < m->n_line; i++)
		r = line_unpack(m->line[i], &line[i]);
	for (size_t i = 0; r == 0 && i < m->n_notice; i++)
		r = notice_unpack(m->notice[i], &notice[i]);
	return err_pass(r);
}

int status_reply_decode(struct arena *arena, struct bytes payload, struct status_reply *ret_reply)
{
	const Huibao__V1__StatusReply *m;
	const void *message;
	struct status_line *line;
	struct notice *notice;
	struct segment *segment;
	int r = message_unpack(
		arena, &huibao__v1__status_reply__descriptor, payload, PAYLOAD_BYTES_MAX, &message);

	if (r < 0)
		return err_pass(r);
	m = message;
	if (m->n_notice > NOTICES_MAX)
		return err_here(ERR_INVALID, "%zu notices; at most %d are possible", m->n_notice,
			NOTICES_MAX);
	line = arena_take(arena, m->n_line, sizeof(*line));
	notice = arena_take(arena, m->n_notice, sizeof(*notice));
	segment = arena_take(arena, SEGMENTS_MAX, sizeof(*segment));
	if (!line || !notice || !segment)
		return err_here(ERR_LIMIT, "no room to unpack %zu lines and %zu notices", m->n_line,
			m->n_notice);
	if ((r = parts_unpack(m, line, notice)) < 0 ||
		(r = segments_unpack(m->segment, m->n_segment, segment)) < 0)
		return err_pass(r);
	*ret_reply = (struct status_reply){ .line = line,
		.lines = m->n_line,
		.more = m->more,
		.notice = notice,
		.notices = m->n_notice,
		.more_notices = m->more_notices,
		.segment = segment,
		.segments = m->n_segment };
	return 0;
}

static int line_pack(const struct status_line *line, struct buffer *out)
{
	Huibao__V1__StatusReply reply = HUIBAO__V1__STATUS_REPLY__INIT;
	Huibao__V1__StatusLine m = HUIBAO__V1__STATUS_LINE__INIT, *list[] = { &m };
	char facility[FACILITY_CODE_MAX + 1];
	int r = text_copy("facility", line->facility, FACILITY_CODE_MAX, facility);

	if (r < 0)
		return err_pass(r);
	m.facility = facility;
	m.form = line->form;
	m.period = line->period;
	m.revision = line->revision;
	m.sequence = line->sequence;
	if (line->revision > 0)
		m.digest = binary_of(digest_view(&line->digest));
	m.withdrawn = line->withdrawn;
	if (line->held_state != HELD_NONE) {
		m.held_state = (Huibao__V1__HeldState)line->held_state;
		m.held_revision = line->held_revision;
		m.held_sequence = line->held_sequence;
		m.held_digest = binary_of(digest_view(&line->held_digest));
	}
	reply.n_line = 1;
	reply.line = list;
	return err_pass(message_pack(&reply.base, out));
}

static int notice_pack(const struct notice *notice, struct buffer *out)
{
	Huibao__V1__StatusReply reply = HUIBAO__V1__STATUS_REPLY__INIT;
	Huibao__V1__Notice m = HUIBAO__V1__NOTICE__INIT, *list[] = { &m };
	char facility[FACILITY_CODE_MAX + 1], text[HUMAN_TEXT_BYTES_MAX + 1];
	int r = text_copy("facility", notice->facility, FACILITY_CODE_MAX, facility);

	if (r < 0)
		return err_pass(r);
	text_repair(notice->text, text, sizeof(text));
	m.kind = (Huibao__V1__NoticeKind)notice->kind;
	m.sequence = notice->sequence;
	m.facility = facility;
	m.form = notice->form;
	m.period = notice->period;
	m.revision = notice->revision;
	m.about = notice->about;
	m.element = notice->element;
	m.reason = notice->reason;
	m.text = text;
	m.delta = notice->delta;
	m.received_ms = notice->received_ms;
	reply.n_notice = 1;
	reply.notice = list;
	return err_pass(message_pack(&reply.base, out));
}

static int end_pack(const struct status_reply *reply, struct buffer *out)
{
	Huibao__V1__StatusReply m = HUIBAO__V1__STATUS_REPLY__INIT;
	Huibao__V1__FacilitySegment segment[SEGMENTS_MAX], *list[SEGMENTS_MAX];

	ensure(reply->segments <= SEGMENTS_MAX);
	for (size_t i = 0; i < reply->segments; i++) {
		segment_pack(&reply->segment[i], &segment[i]);
		list[i] = &segment[i];
	}
	m.more = reply->more;
	m.more_notices = reply->more_notices;
	m.n_segment = reply->segments;
	m.segment = list;
	return err_pass(message_pack(&m.base, out));
}

int status_reply_encode(const struct status_reply *reply, struct buffer *out)
{
	size_t start = out->len;
	int r = 0;

	for (size_t i = 0; r == 0 && i < reply->lines; i++)
		r = line_pack(&reply->line[i], out);
	for (size_t i = 0; r == 0 && i < reply->notices; i++)
		r = notice_pack(&reply->notice[i], out);
	if (r == 0)
		r = end_pack(reply, out);
	return err_pass(message_end(r, out, start, PAYLOAD_BYTES_MAX));
}

const char *notice_name(enum notice_kind kind)
{
	static const char *const names[] = { [NOTICE_ACCEPTED] = "accepted",
		[NOTICE_RETURNED] = "returned",
		[NOTICE_REJECTED] = "rejected",
		[NOTICE_QUERY] = "query",
		[NOTICE_ADJUSTED] = "adjusted" };

	return kind >= NOTICE_ACCEPTED && kind <= NOTICE_ADJUSTED ? names[kind] : "notice-unknown";
}
