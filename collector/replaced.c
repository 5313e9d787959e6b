/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is asked about is read first, in a transaction of its own: no transaction stays open while a
 * server is waited for. What was replaced stays in the outbox as one that was sent back does: its
 * revision number is used up, and a person should look whether the other report is right. */
#include "collector/replaced.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "client/language.h"
#include "collector/notices.h"
#include "collector/status_ask.h"
#include "model/period.h"

struct settling {
	struct session *session;
	struct buffer wanted; /* struct status_wanted */
	struct buffer told;
};

bool replaced_by(const struct status_line *line, uint32_t revision, uint32_t *ret_revision,
	uint64_t *ret_sequence)
{
	*ret_revision = line->revision;
	*ret_sequence = line->sequence;
	if (line->held_state != HELD_NONE && line->held_revision > line->revision) {
		*ret_revision = line->held_revision;
		*ret_sequence = line->held_sequence;
	}
	return *ret_revision > revision;
}

static size_t wanted_count(const struct settling *settling)
{
	return settling->wanted.len / sizeof(struct status_wanted);
}

static struct status_wanted *wanted_at(const struct settling *settling, size_t i)
{
	return (struct status_wanted *)(void *)settling->wanted.data + i;
}

static int gather(void *ctx, const struct ports *ports)
{
	struct settling *settling = ctx;
	struct outbox_cursor cursor = { 0 };
	struct outbox_held held;
	int r = 0;

	while (wanted_count(settling) < NOTICES_OF_STATUS &&
		(r = outbox_held_next(ports, &cursor, &held)) == 0) {
		struct status_wanted wanted = { .form = held.report.form,
			.period = held.report.period };

		if (held.report.settled)
			continue;
		memcpy(wanted.facility, held.report.facility.data, held.report.facility.len);
		if ((r = buffer_add(&settling->wanted, bytes_of(&wanted, sizeof(wanted)))) < 0)
			return err_pass(r);
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

static int tell(struct settling *settling, const struct outbox_report *report, uint32_t revision,
	uint64_t sequence)
{
	const struct form *form = catalog_form(settling->session->catalog, report->form);
	char period[PERIOD_TEXT_BYTES] = "?";

	if (period_valid(report->period))
		period_print(report->period, period);
	return err_pass(buffer_format(&settling->told,
		language_pick("机构 %.*s，报表 %s，报告期 %s，修订号 %" PRIu32
			      "：不再待审，已被修订号 %" PRIu32 "（流水号 %" PRIu64 "）取代\n",
			"facility %.*s, form %s, period %s, revision %" PRIu32
			": waits no more, replaced by revision %" PRIu32 " (sequence %" PRIu64
			")\n"),
		(int)report->facility.len, (const char *)report->facility.data,
		form ? form->code : "?", period, report->revision, revision, sequence));
}

static int settle_one(
	struct settling *settling, const struct ports *ports, const struct status_wanted *wanted)
{
	AUTO(buffer_fini) struct buffer none = { 0 };
	struct outbox_report about = { .facility = bytes_str(wanted->facility),
		.form = (uint16_t)wanted->form,
		.period = wanted->period };
	struct outbox_held held;
	uint32_t revision;
	uint64_t sequence;
	int r = outbox_held_get(ports, about.facility, about.form, about.period, &held);

	if (r != 0 || held.report.settled ||
		!replaced_by(&wanted->line, held.report.revision, &revision, &sequence))
		return r == PORT_NONE ? 0 : err_pass(r);
	if ((r = tell(settling, &held.report, revision, sequence)) < 0 ||
		(r = findings_encode(NULL, 0, 0, &none)) < 0)
		return err_pass(r);
	return err_pass(outbox_held_refuse(ports, &about, held.receipt.sequence, STATUS_SUPERSEDED,
		buffer_view(&none), day_of_wall_ms(ports->wall(ports->ctx).ms)));
}

static int settle_all(void *ctx, const struct ports *ports)
{
	struct settling *settling = ctx;
	int r = 0;

	for (size_t i = 0; r == 0 && i < wanted_count(settling); i++)
		r = settle_one(settling, ports, wanted_at(settling, i));
	return err_pass(r);
}

static int ask(struct settling *settling)
{
	AUTO(buffer_fini) struct buffer replies = { 0 };
	struct session *session = settling->session;
	int r = status_ask(session->client, (int)session->settings.timeout_ms,
		wanted_at(settling, 0), wanted_count(settling), &replies);

	if (r == ERR_UNREACHABLE) {
		session->online = false;
		return 0;
	}
	if (r < 0 || (r = session_write(session, settle_all, settling)) < 0)
		return err_pass(r);
	if (settling->told.len > 0)
		fwrite(settling->told.data, 1, settling->told.len, stdout);
	return 0;
}

int replaced_settle(struct session *session)
{
	struct settling settling = { .session = session };
	int r = session_read(session, gather, &settling);

	if (r == 0 && wanted_count(&settling) > 0)
		r = ask(&settling);
	buffer_fini(&settling.wanted);
	buffer_fini(&settling.told);
	return err_pass(r);
}
