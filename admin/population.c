/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Population figures come in as ordinary reports of the form POPULATION_YEAR, sent with the
 * operator's own key. There is no outbox: whoever is unsure whether it went through runs the same
 * file again, and equal figures are answered with "unchanged". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/command.h"
#include "base/err.h"
#include "client/language.h"
#include "client/phrase.h"
#include "client/row.h"

static const char form_code[] = "POPULATION_YEAR";

/* A row, ready to be sent. */
struct outgoing {
	size_t row;
	char facility[FACILITY_CODE_MAX + 1];
	uint32_t period, revision;
	size_t values_at, values_len, text_at, text_len; /* in load.packed */
	struct digest values_digest, text_digest;
};

struct load {
	/* borrowed */
	struct session *session;
	struct client *client;
	/* owned */
	struct catalog *catalog;
	struct sheet *sheet;
	struct row_reader *reader;
	struct outgoing *outgoing;
	struct buffer packed;
	struct grid verdicts;
	/* counts */
	size_t rows, faults, refused;
};

static void load_fini_auto(struct load *load)
{
	row_reader_free(load->reader);
	sheet_free(load->sheet);
	catalog_free(load->catalog);
	free(load->outgoing);
	buffer_fini(&load->packed);
	grid_fini(&load->verdicts);
}

static int load_open(struct load *load)
{
	struct session *session = load->session;
	const struct form *form;
	int r = session_sheet(session, &load->sheet);

	if (r == 0)
		r = session_client(session, SERVER_INGESTD, &load->client);
	if (r == 0)
		r = client_catalog(load->client, &load->catalog);
	if (r != 0)
		return err_fold(r);
	form = catalog_form_by_code(load->catalog, form_code);
	if (!form)
		return err_here(
			ERR_NOT_FOUND, "the catalogue in force has no form '%s'", form_code);
	r = row_reader_new(load->catalog, form, load->sheet, &load->reader);
	if (r < 0)
		return err_pass(r);
	load->rows = sheet_rows(load->sheet);
	load->outgoing = calloc(load->rows + 1, sizeof(*load->outgoing));
	if (!load->outgoing)
		return err_here(ERR_NOMEM, "cannot hold %zu rows", load->rows);
	return 0;
}

/* Packs the report at the end of packed and takes its digest. */
static int report_pack(struct load *load, const struct report *report, struct outgoing *out)
{
	int r;

	load->packed.len = out->values_at;
	r = report_encode(report, &load->packed);
	if (r < 0)
		return err_pass(r);
	out->revision = report->revision;
	out->values_len = load->packed.len - out->values_at;
	return err_pass(digest_of(DIGEST_SHA256,
		bytes_of(load->packed.data + out->values_at, out->values_len),
		&out->values_digest));
}

/* The revision in force if its bytes are the same, otherwise the one above it. */
static int revision_choose(struct load *load, struct report *report, struct outgoing *out)
{
	struct status_request request = {
		.facility = report->facility, .form = report->form, .period = report->period
	};
	struct status_reply reply;
	int r;

	if (report->revision > 0)
		return err_pass(report_pack(load, report, out));
	r = client_status(load->client, &request, &reply);
	if (r != 0)
		return err_fold(r);
	if (reply.lines == 0 || reply.line[0].revision == 0) {
		report->revision = 1;
		return err_pass(report_pack(load, report, out));
	}
	report->revision = reply.line[0].revision;
	r = report_pack(load, report, out);
	if (r < 0)
		return err_pass(r);
	if (!reply.line[0].withdrawn && digest_equal(&out->values_digest, &reply.line[0].digest))
		return 0;
	report->revision = reply.line[0].revision + 1;
	return err_pass(report_pack(load, report, out));
}

static int text_pack(struct load *load, const struct report_text *text, struct outgoing *out)
{
	int r;

	out->text_at = load->packed.len;
	r = report_text_encode(text, &load->packed);
	if (r < 0)
		return err_pass(r);
	out->text_len = load->packed.len - out->text_at;
	return err_pass(digest_of(DIGEST_SHA256,
		bytes_of(load->packed.data + out->text_at, out->text_len), &out->text_digest));
}

/* A fault of a row is said and counted; only what stops the whole file is an error. */
static int row_prepare(struct load *load, size_t row)
{
	struct outgoing *out = &load->outgoing[row];
	struct report_text text;
	struct report report;
	bool has_text;
	int r = row_read(load->reader, row, &report, &text, &has_text);

	if (r == ERR_INVALID) {
		struct bytes faults = row_faults(load->reader);

		fprintf(stderr, "%.*s\n", (int)faults.len, (const char *)faults.data);
		load->faults++;
		return 0;
	}
	if (r < 0)
		return err_pass(r);
	out->row = row;
	out->period = report.period;
	snprintf(out->facility, sizeof(out->facility), "%.*s", (int)report.facility.len,
		(const char *)report.facility.data);
	out->values_at = load->packed.len;
	r = revision_choose(load, &report, out);
	if (r == ERR_NOT_FOUND) { /* asked about before it is sent, so the row is not judged yet */
		fprintf(stderr, "%s:%zu: %s '%s': %s\n", sheet_name(load->sheet),
			sheet_line(load->sheet, row), language_pick("列", "column"), "facility",
			phrase(err_text()));
		load->faults++;
		return 0;
	}
	if (r == 0 && has_text)
		r = text_pack(load, &text, out);
	return err_pass(r);
}

static struct submission submission_of(const struct load *load, const struct outgoing *out)
{
	const uint8_t *packed = load->packed.data;

	return (struct submission){ .values = bytes_of(packed + out->values_at, out->values_len),
		.values_digest = out->values_digest,
		.text = bytes_of(packed + out->text_at, out->text_len),
		.text_digest = out->text_digest };
}

/* How many rows from first on go into one message. */
static size_t submit_fill(const struct load *load, size_t first, struct submit *submit)
{
	enum { OVERHEAD_BYTES = 96 }; /* two digests and the tags around them */
	size_t bytes = 0;

	submit->reports = 0;
	while (first < load->rows && submit->reports < SUBMIT_REPORTS_MAX) {
		const struct outgoing *out = &load->outgoing[first++];

		bytes += out->values_len + out->text_len + OVERHEAD_BYTES;
		if (bytes > PAYLOAD_BYTES_MAX && submit->reports > 0)
			break;
		submit->report[submit->reports++] = submission_of(load, out);
	}
	return submit->reports;
}

static int verdict_columns(struct grid *table)
{
	static const struct grid_column columns[] = { { "line", COLUMN_INTEGER },
		{ "facility", COLUMN_TEXT }, { "period", COLUMN_TEXT },
		{ "revision", COLUMN_INTEGER }, { "status", COLUMN_TEXT },
		{ "sequence", COLUMN_INTEGER }, { "finding", COLUMN_TEXT } };
	int r = 0;

	for (size_t i = 0; r == 0 && i < array_len(columns); i++)
		r = grid_column(table, columns[i].name, columns[i].type);
	return err_pass(r);
}

static int verdict_explain(
	struct load *load, const struct outgoing *out, const struct verdict *verdict)
{
	AUTO(buffer_fini) struct buffer text = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < verdict->findings; i++) {
		r = row_explain(load->reader, out->row, &verdict->finding[i],
			load->session->options->chinese, &text);
		if (r == 0)
			r = buffer_add(&text, bytes_str("\n"));
	}
	fwrite(text.data, 1, text.len, stderr);
	return err_pass(r);
}

/* verdict: NULL when the report was plainly accepted, at sequence. */
static int verdict_add(struct load *load, const struct outgoing *out, const struct verdict *verdict,
	uint64_t sequence)
{
	enum status status = verdict ? verdict->status : STATUS_ACCEPTED;
	struct grid *table = &load->verdicts;
	char period[PERIOD_TEXT_BYTES];
	int r = grid_u64(table, sheet_line(load->sheet, out->row));

	period_print(out->period, period);
	if (verdict && verdict->has_first)
		sequence = verdict->first.sequence;
	if (r == 0)
		r = grid_text(table, out->facility);
	if (r == 0)
		r = grid_text(table, period);
	if (r == 0)
		r = grid_u64(table, out->revision);
	if (r == 0)
		r = grid_text(table, status_name(status));
	if (r == 0)
		r = sequence ? grid_u64(table, sequence) : grid_text(table, NULL);
	if (r == 0)
		r = grid_text(table, verdict && verdict->findings
					     ? finding_name(verdict->finding[0].code)
					     : NULL);
	if (r == 0 && verdict)
		r = verdict_explain(load, out, verdict);
	load->refused += status == STATUS_REJECTED || status == STATUS_SUPERSEDED;
	return err_pass(r);
}

static int verdicts_take(struct load *load, size_t first, const struct submit *submit,
	const struct verdicts *verdicts)
{
	uint64_t sequence = verdicts->first_sequence;
	size_t next = 0;
	int r = 0;

	if (verdicts->reports != submit->reports)
		return err_here(ERR_CORRUPT, "ingestd: %zu reports were sent and %u judged",
			submit->reports, verdicts->reports);
	for (size_t i = 0; r == 0 && i < submit->reports; i++) {
		const struct verdict *verdict = NULL;
		uint32_t entries = submit->report[i].text.len ? 2 : 1;

		if (next < verdicts->count && verdicts->verdict[next].index == i) {
			verdict = &verdicts->verdict[next++];
			entries = verdict->entries;
		}
		r = verdict_add(load, &load->outgoing[first + i], verdict, entries ? sequence : 0);
		sequence += entries;
	}
	return err_pass(r);
}

static int load_send(struct load *load)
{
	struct welcome welcome;
	struct submit submit;
	int r = client_hello(load->client, NULL, NULL, &welcome);

	for (size_t first = 0; r == 0 && submit_fill(load, first, &submit) > 0;
		first += submit.reports) {
		AUTO(buffer_fini) struct buffer packed = { 0 };
		struct verdicts verdicts;
		struct bytes payload;

		r = submit_encode(&submit, &packed);
		if (r == 0)
			r = client_call(load->client, FRAME_SUBMIT, buffer_view(&packed),
				FRAME_VERDICTS, &payload);
		if (r == 0)
			r = verdicts_decode(client_arena(load->client), payload, &verdicts);
		if (r == 0)
			r = verdicts_take(load, first, &submit, &verdicts);
	}
	return err_fold(r);
}

int population_import_run(struct session *session)
{
	AUTO(load_fini) struct load load = { .session = session };
	int r = load_open(&load);

	for (size_t row = 0; r == 0 && row < load.rows; row++)
		r = row_prepare(&load, row);
	if (r < 0)
		return err_pass(r);
	if (load.faults > 0)
		return EXIT_USAGE; /* each was said; nothing was sent */
	r = verdict_columns(&load.verdicts);
	if (r == 0)
		r = load_send(&load);
	if (r == 0)
		r = session_print(session, &load.verdicts);
	if (r < 0)
		return err_pass(r);
	if (load.refused == 0)
		return EXIT_DONE;
	return load.refused < load.rows ? EXIT_PARTLY : EXIT_FAILED;
}
