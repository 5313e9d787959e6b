/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One row of open per identity. Rows are views into storage that the next put takes away, so
 * whatever outlives a put is copied first. */
#include "aggregator/opened.h"

#include <string.h>

#include "base/err.h"

int opened_arrived(const struct ports *ports, const struct entry *entry, int32_t *day)
{
	struct open_report report;
	int r = open_get(ports, entry->form, entry->period, entry->facility, &report);

	if (r < 0)
		return err_pass(r);
	if (r == 0)
		*day = report.head.arrived_day;
	return 0;
}

int opened_hold(const struct ports *ports, const struct entry *entry, int32_t arrived_day)
{
	const struct open_report report = {
		.head = { .sequence = entry->sequence,
			.received = entry->received,
			.replaces = entry->replaces,
			.actor = entry->actor,
			.revision = entry->revision,
			.state = OPEN_WAITING,
			.arrived_day = arrived_day },
		.findings = entry->findings,
		.body = entry->body,
	};

	return err_pass(open_put(ports, entry->form, entry->period, entry->facility, &report));
}

/* The row's own bytes, so that they outlive the next put. */
static int report_keep(struct open_report *report, struct buffer *kept)
{
	const struct bytes findings = report->findings, body = report->body;
	int r;

	if ((r = buffer_add(kept, findings)) < 0 || (r = buffer_add(kept, body)) < 0)
		return err_pass(r);
	report->findings = bytes_of(buffer_view(kept).data, findings.len);
	report->body = bytes_of(buffer_view(kept).data + findings.len, body.len);
	return 0;
}

/* The end of waiting. */
static int report_end(const struct ports *ports, const struct entry *where,
	const struct entry *entry, enum open_state state, uint32_t reason,
	struct open_report report)
{
	report.head.state = state;
	report.head.decision = entry->sequence;
	report.head.decided = entry->received;
	report.head.decision_actor = entry->actor;
	report.head.reason = reason;
	report.body = bytes_of(NULL, 0);
	return err_pass(open_put(ports, where->form, where->period, where->facility, &report));
}

int opened_supersede(const struct ports *ports, const struct entry *entry)
{
	AUTO(buffer_fini) struct buffer kept = { 0 };
	struct open_report report;
	int r = open_get(ports, entry->form, entry->period, entry->facility, &report);

	if (r != 0)
		return r == PORT_NONE ? 0 : err_pass(r);
	if (report.head.state != OPEN_WAITING)
		return 0;
	if ((r = report_keep(&report, &kept)) < 0)
		return err_pass(r);
	return err_pass(report_end(ports, entry, entry, OPEN_SUPERSEDED, 0, report));
}

int opened_find(const struct ports *ports, const struct decision *decision, uint32_t facility,
	struct opened_decision *ret_found)
{
	const struct report_key *key = &decision->key;
	struct opened_decision *found = ret_found;
	int r = key->form <= UINT16_MAX ? open_get(ports, (uint16_t)key->form, key->period,
						  facility, &found->report)
					: PORT_NONE;

	if (r < 0)
		return err_pass(r);
	if (r == PORT_NONE || found->report.head.state != OPEN_WAITING ||
		found->report.head.sequence != decision->held)
		return err_here(ERR_INVALID,
			"a decision on %llu of '%s', form %u, %u: no such report waits",
			(unsigned long long)decision->held, key->facility, key->form, key->period);
	if ((r = report_keep(&found->report, &found->kept)) < 0)
		return err_pass(r);
	found->held = (struct entry){ .kind = ENTRY_HELD,
		.form = (uint16_t)key->form,
		.facility = facility,
		.period = key->period,
		.revision = found->report.head.revision,
		.actor = found->report.head.actor,
		.received = found->report.head.received,
		.sequence = found->report.head.sequence,
		.findings = found->report.findings,
		.body = found->report.body };
	return 0;
}

int opened_decide(const struct ports *ports, const struct entry *entry,
	const struct decision *decision, const struct opened_decision *found)
{
	static const enum open_state states[] = { [DECISION_ACCEPT] = OPEN_ACCEPTED,
		[DECISION_RETURN] = OPEN_RETURNED,
		[DECISION_REJECT] = OPEN_REJECTED };

	return err_pass(report_end(ports, &found->held, entry, states[decision->kind],
		decision->reason, found->report));
}
