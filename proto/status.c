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
	struct status_request request;
	struct position since;
	int r = message_unpack(arena, &huibao__v1__status_request__descriptor, payload,
		PAYLOAD_BYTES_MAX, &message);

	if (r < 0)
		return err_pass(r);
	m = message;
	r = facility_view(m->facility, &request.facility);
	if (r == 0 && m->since)
		r = position_unpack(m->since, &since);
	if (r < 0)
		return err_pass(r);
	request.form = m->form;
	request.period = m->period;
	*ret_request = request;
	return 0;
}

int status_request_encode(const struct status_request *request, struct buffer *out)
{
	Huibao__V1__StatusRequest m = HUIBAO__V1__STATUS_REQUEST__INIT;
	char facility[FACILITY_CODE_MAX + 1];
	size_t start = out->len;
	int r = text_copy("facility", request->facility, FACILITY_CODE_MAX, facility);

	if (r < 0)
		return err_pass(r);
	m.facility = facility;
	m.form = request->form;
	m.period = request->period;
	return err_pass(message_end(message_pack(&m.base, out), out, start, PAYLOAD_BYTES_MAX));
}

static int line_unpack(const Huibao__V1__StatusLine *m, struct status_line *ret_line)
{
	int r = facility_view(m->facility, &ret_line->facility);

	ret_line->digest = (struct digest){ { 0 } };
	if (r == 0 && (m->revision > 0 || m->digest.len > 0))
		r = field_exact("digest", m->digest, ret_line->digest.byte, DIGEST_BYTES);
	if (r < 0)
		return err_pass(r);
	ret_line->form = m->form;
	ret_line->period = m->period;
	ret_line->revision = m->revision;
	ret_line->sequence = m->sequence;
	ret_line->withdrawn = m->withdrawn;
	return 0;
}

int status_reply_decode(struct arena *arena, struct bytes payload,
	const struct status_line **ret_lines, size_t *ret_count, bool *ret_more)
{
	const Huibao__V1__StatusReply *m;
	const void *message;
	struct status_line *lines;
	int r = message_unpack(
		arena, &huibao__v1__status_reply__descriptor, payload, PAYLOAD_BYTES_MAX, &message);

	if (r < 0)
		return err_pass(r);
	m = message;
	lines = arena_take(arena, m->n_line, sizeof(*lines));
	if (!lines)
		return err_here(ERR_LIMIT, "no room to unpack %zu lines", m->n_line);
	for (size_t i = 0; i < m->n_line; i++) {
		r = line_unpack(m->line[i], &lines[i]);
		if (r < 0)
			return err_pass(r);
	}
	*ret_lines = lines;
	*ret_count = m->n_line;
	*ret_more = m->more;
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
	reply.n_line = 1;
	reply.line = list;
	return err_pass(message_pack(&reply.base, out));
}

int status_reply_encode(
	const struct status_line *lines, size_t count, bool more, struct buffer *out)
{
	Huibao__V1__StatusReply tail = HUIBAO__V1__STATUS_REPLY__INIT;
	size_t start = out->len;
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++)
		r = line_pack(&lines[i], out);
	tail.more = more;
	if (r == 0)
		r = message_pack(&tail.base, out);
	return err_pass(message_end(r, out, start, PAYLOAD_BYTES_MAX));
}
