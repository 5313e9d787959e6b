/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * SUBMIT: reports as opaque bytes with their digests. What is inside a report is not looked at, so
 * that one bad report cannot take its neighbours along. */
#include "proto/exchange.h"

#include <string.h>

#include "base/err.h"
#include "huibao/v1/exchange.pb-c.h"
#include "proto/parts.h"

static int check_submission(const Huibao__V1__Submission *m, size_t index)
{
	if (m->values_digest.len != DIGEST_BYTES)
		return err_here(ERR_INVALID,
			"report %zu: 'values_digest' has %zu bytes instead of %d", index,
			m->values_digest.len, DIGEST_BYTES);
	if (m->text_digest.len != (m->text.len > 0 ? DIGEST_BYTES : 0))
		return err_here(ERR_INVALID, "report %zu: a text of %zu bytes with a digest of %zu",
			index, m->text.len, m->text_digest.len);
	return 0;
}

static struct bytes view_of(ProtobufCBinaryData data)
{
	return bytes_of(data.data, data.len);
}

static void take_submission(const Huibao__V1__Submission *m, struct submission *ret_submission)
{
	ret_submission->values = view_of(m->values);
	ret_submission->text = view_of(m->text);
	ret_submission->text_digest = (struct digest){ { 0 } };
	memcpy(ret_submission->values_digest.byte, m->values_digest.data, DIGEST_BYTES);
	if (m->text.len > 0)
		memcpy(ret_submission->text_digest.byte, m->text_digest.data, DIGEST_BYTES);
}

int submit_decode(struct arena *arena, struct bytes payload, struct submit *ret_submit)
{
	const Huibao__V1__Submit *m;
	const void *message;
	int r = message_unpack(
		arena, &huibao__v1__submit__descriptor, payload, PAYLOAD_BYTES_MAX, &message);

	if (r < 0)
		return err_pass(r);
	m = message;
	if (m->n_report < 1 || m->n_report > SUBMIT_REPORTS_MAX)
		return err_here(ERR_INVALID, "submission of %zu reports; 1 to %d are allowed",
			m->n_report, SUBMIT_REPORTS_MAX);
	for (size_t i = 0; i < m->n_report; i++) {
		r = check_submission(m->report[i], i);
		if (r < 0)
			return err_pass(r);
	}
	for (size_t i = 0; i < m->n_report; i++)
		take_submission(m->report[i], &ret_submit->report[i]);
	ret_submit->reports = m->n_report;
	return 0;
}

static int submission_pack(const struct submission *submission, struct buffer *out)
{
	Huibao__V1__Submission m = HUIBAO__V1__SUBMISSION__INIT;
	Huibao__V1__Submission *list[] = { &m };
	Huibao__V1__Submit submit = HUIBAO__V1__SUBMIT__INIT;

	m.values = binary_of(submission->values);
	m.values_digest = binary_of(digest_view(&submission->values_digest));
	m.text = binary_of(submission->text);
	if (submission->text.len > 0)
		m.text_digest = binary_of(digest_view(&submission->text_digest));
	submit.n_report = 1;
	submit.report = list;
	return err_pass(message_pack(&submit.base, out));
}

int submit_encode(const struct submit *submit, struct buffer *out)
{
	size_t start = out->len;
	int r = 0;

	if (submit->reports < 1 || submit->reports > SUBMIT_REPORTS_MAX)
		return err_here(ERR_INVALID, "submission of %zu reports; 1 to %d are allowed",
			submit->reports, SUBMIT_REPORTS_MAX);
	for (size_t i = 0; r == 0 && i < submit->reports; i++)
		r = submission_pack(&submit->report[i], out);
	return err_pass(message_end(r, out, start, PAYLOAD_BYTES_MAX));
}
