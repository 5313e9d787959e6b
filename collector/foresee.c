/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A row that would be in force is the past of the rows behind it; one that is rejected or held is
 * not, just as at the server. What is in force already and is sent again is not judged again
 * there, so neither here. */
#include "collector/foresee.h"

#include "base/err.h"
#include "client/finding.h"
#include "client/language.h"
#include "collector/history.h"
#include "collector/number.h"
#include "model/check.h"

struct foreseeing {
	struct row_reader *reader;
	struct tally *tally;
	struct history *history;
	int32_t today;
};

/* The number under which the row waits already; UINT64_MAX: it will get one behind all others. */
static int waiting_number(const struct ports *ports, const struct tally_row *row,
	const struct report *report, uint64_t *ret_number, bool *ret_in_force)
{
	struct outbox_report own;
	int r = number_own(ports, report->facility, (uint16_t)report->form, report->period, &own);

	*ret_number = UINT64_MAX;
	*ret_in_force = false;
	if (r != 0)
		return r == PORT_NONE ? 0 : err_pass(r);
	/* rows_check() gave it a revision only if it is the same as our own, or a person did. */
	if (row->chosen || row->revision != own.revision)
		return 0;
	if (own.number != 0)
		*ret_number = own.number;
	*ret_in_force = own.number == 0 && own.status != STATUS_HELD && !own.settled;
	return 0;
}

static int take_finding(
	const struct foreseeing *foreseeing, struct tally_row *row, const struct finding *finding)
{
	const struct tally *tally = foreseeing->tally;
	bool fault = finding->severity != SEVERITY_HOLD;
	struct buffer *lines = fault || finding_open(finding) ? &row->reasons : &row->warnings;
	struct row_note note;
	int r;

	if ((r = row_explain(tally->reader, row->row, finding, language_is_chinese(), lines)) < 0 ||
		(r = buffer_add(lines, bytes_str("\n"))) < 0 ||
		(r = row_note_finding(tally->reader, finding, &note)) < 0)
		return err_pass(r);
	return err_pass(buffer_add(&row->notes, bytes_of(&note, sizeof(note))));
}

static int take_findings(
	const struct foreseeing *foreseeing, struct tally_row *row, const struct findings *findings)
{
	int r = findings_encode(findings->finding, findings->count, findings->more, &row->findings);

	row->examined = true;
	row->held = !findings->rejects && findings->holds;
	row->rejected = findings->rejects;
	row->bad = findings->rejects && !foreseeing->tally->send_anyway;
	/* What is sent all the same is told by the verdict, not twice. */
	if (!foreseeing->tally->checking && !row->bad)
		return err_pass(r);
	for (uint32_t i = 0; r == 0 && i < findings->count; i++)
		r = take_finding(foreseeing, row, &findings->finding[i]);
	return err_pass(r);
}

static int foresee(
	const struct foreseeing *foreseeing, const struct ports *ports, struct tally_row *row)
{
	struct subject subject = { .form = row_reader_form(foreseeing->reader) };
	struct findings findings = { .count = 0 };
	const struct catalog *catalog = foreseeing->tally->catalog;
	struct report report;
	struct report_text text;
	struct checkup known;
	uint64_t number;
	bool has_text, in_force;
	int r = row_read(foreseeing->reader, row->row, &report, &text, &has_text);

	if (r < 0 || (r = waiting_number(ports, row, &report, &number, &in_force)) < 0)
		return err_pass(r);
	if (in_force) {
		row->examined = true;
		return 0;
	}
	if ((r = history_look(foreseeing->history, ports, report.facility, report.period, number,
		     &known)) < 0 ||
		(r = history_facility(
			 foreseeing->history, ports, report.facility, &subject.facility)) < 0)
		return err_pass(r);
	row->unclassed = !subject.facility;
	/* The revision is given later, and is not 0. */
	if (report.revision == 0)
		report.revision = 1;
	check_whole(catalog, &subject, &report, &known, foreseeing->today, &findings);
	if ((r = take_findings(foreseeing, row, &findings)) < 0)
		return err_pass(r);
	if (findings.rejects || findings.holds)
		return 0;
	return err_pass(history_add(foreseeing->history, &report));
}

static int foresee_all(void *ctx, const struct ports *ports)
{
	const struct foreseeing *foreseeing = ctx;
	int r = 0;

	for (size_t i = 0; r == 0 && i < foreseeing->tally->rows; i++) {
		if (!foreseeing->tally->row[i].bad)
			r = foresee(foreseeing, ports, &foreseeing->tally->row[i]);
	}
	return err_pass(r);
}

int rows_foresee(
	struct session *session, struct row_reader *reader, struct tally *tally, int32_t today)
{
	AUTO(history_free) struct history *history = NULL;
	struct foreseeing foreseeing = { .reader = reader, .tally = tally, .today = today };
	int r = history_new(tally->catalog, row_reader_form(reader), tally->rows, &history);

	foreseeing.history = history;
	return r < 0 ? err_pass(r) : err_pass(session_read(session, foresee_all, &foreseeing));
}
