/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What stands around sending: templates that are read back, nil reports, receipts, what check can
 * foresee, and forgetting refusals. The outbox is real, the server is nobody. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "collector/cache.h"
#include "collector/facilities.h"
#include "collector/exit_codes.h"
#include "collector/file.h"
#include "collector/foresee.h"
#include "collector/nil.h"
#include "collector/receipt.h"
#include "collector/rows.h"
#include "collector/template.h"

static char folder[64];
static struct client_settings settings;
static struct session *session;
static const struct form *form;

static int put_digest(void *ctx, const struct ports *ports)
{
	return outbox_catalogue_put(ports, ctx);
}

static void setup(void)
{
	struct catalog *catalog;
	struct digest digest;

	setenv("LC_ALL", "C", 1);
	snprintf(folder, sizeof(folder), "/tmp/huibao-clerk-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	snprintf(settings.outbox, sizeof(settings.outbox), "%s/outbox", folder);
	settings.map_size_bytes = 16 << 20;
	cr_assert_eq(session_open_local(&settings, &session), 0, "%s", err_text());
	cr_assert_eq(session_recall(session), SESSION_OFFLINE);
	cr_expect_null(session->catalog, "nothing has been seen yet");
	cr_assert_eq(catalog_load(SOURCE_DIR "/catalog", &catalog), 0, "%s", err_text());
	cr_assert_eq(cache_save(settings.outbox, catalog), 0, "%s", err_text());
	digest = *catalog_digest(catalog);
	cr_assert_eq(session_write(session, put_digest, &digest), 0);
	catalog_free(catalog);
	cr_assert_eq(session_recall(session), SESSION_OFFLINE);
	cr_assert_not_null(session->catalog);
	form = catalog_form_by_code(session->catalog, "HOSPITAL_MONTH");
}

static void teardown(void)
{
	char command[128];

	session_close(session);
	snprintf(command, sizeof(command), "rm -r '%s'", folder);
	cr_assert_eq(system(command), 0);
}

TestSuite(clerk, .init = setup, .fini = teardown);

static const char *in_folder(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static const char *text_file(const char *name, const char *text)
{
	const char *path = in_folder(name);

	cr_assert_eq(file_replace(path, bytes_str(text)), 0, "%s", err_text());
	return path;
}

static uint32_t id_of(const char *code)
{
	return catalog_element_by_code(session->catalog, code)->id;
}

/* A report of facility for 2026-04 that the server had: visits 5, 40 beds, no nurses offered. */
static int keep_one(void *ctx, const struct ports *ports)
{
	const char *facility = ctx;
	uint32_t element[] = { id_of("VISIT"), id_of("BED_ACTUAL") }, absent = id_of("NURSE"),
		 kind = ABSENT_NOT_OFFERED;
	int64_t value[] = { 5, 40 };
	struct report report = { .facility = bytes_str(facility),
		.form = form->id,
		.period = 2026104,
		.revision = 1,
		.element = element,
		.value = value,
		.values = 2,
		.absent_element = &absent,
		.absent_kind = &kind,
		.absents = 1 };
	struct outbox_report own = { .facility = report.facility,
		.form = form->id,
		.period = report.period,
		.revision = 1 };
	struct outbox_receipt receipt = { .sequence = 7, .last_sequence = 7 };
	struct buffer packed = { 0 };
	uint64_t number;

	cr_assert_eq(report_encode(&report, &packed), 0, "%s", err_text());
	own.values = buffer_view(&packed);
	cr_assert_eq(outbox_pending_put(ports, &own, &number), 0);
	buffer_fini(&packed);
	return outbox_accept(ports, number, STATUS_ACCEPTED, &receipt, 20000);
}

struct formatting {
	struct template_plan plan;
	struct sheet_out out;
	size_t prefilled;
};

static int format(void *ctx, const struct ports *ports)
{
	struct formatting *formatting = ctx;

	return template_format(&formatting->plan, ports, &formatting->out, &formatting->prefilled);
}

static struct sheet *template_of(struct facilities *facilities, bool prefill, size_t *ret_prefilled)
{
	struct formatting formatting = { .plan = { .catalog = session->catalog,
						 .form = form,
						 .period = 2026105,
						 .prefill = prefill,
						 .facilities = facilities } };
	struct sheet *sheet;

	cr_assert_eq(session_read(session, format, &formatting), 0, "%s", err_text());
	cr_assert(formatting.out.text.len > 3 &&
		  memcmp(formatting.out.text.data, "\xef\xbb\xbf", 3) == 0);
	cr_assert_eq(sheet_parse("t.csv", buffer_view(&formatting.out.text), &sheet), 0, "%s",
		err_text());
	buffer_fini(&formatting.out.text);
	*ret_prefilled = formatting.prefilled;
	return sheet;
}

static const char *cell(const struct sheet *sheet, size_t row, const char *column)
{
	int at = sheet_column(sheet, column);

	cr_assert_geq(at, 0, "%s", column);
	return sheet_cell(sheet, row, (size_t)at);
}

Test(clerk, a_template_has_the_form_and_is_read_back)
{
	struct facilities facilities = { 0 };
	AUTO(row_reader_free) struct row_reader *reader = NULL;
	struct sheet *sheet;
	size_t prefilled;

	cr_assert_eq(session_write(session, keep_one, "H1"), 0);
	cr_assert_eq(facilities_keep(session,
			     text_file("list.csv",
				     "code,name,class\nH1,\"一院, 东区\",general_hospital\n"
				     "000123,二院,\nC1,诊所,clinic\n"),
			     ENCODING_DETECT),
		0, "%s", err_text());
	cr_assert_eq(facilities_load(session, form, 2026105, &facilities), 0, "%s", err_text());
	cr_assert_eq(facilities.count, 2, "the clinic does not report this form");
	sheet = template_of(&facilities, true, &prefilled);
	cr_assert_eq(sheet_rows(sheet), 4);
	cr_expect_eq(sheet_columns(sheet), form->line_count + 6);
	cr_expect_str_eq(cell(sheet, 0, "VISIT"), "总诊疗人次数");
	cr_expect_str_eq(cell(sheet, 1, "VISIT"), "visits");
	cr_expect_str_eq(cell(sheet, 2, "facility"), "H1");
	cr_expect_str_eq(cell(sheet, 2, "#name"), "一院, 东区");
	cr_expect_str_eq(cell(sheet, 3, "facility"), "000123");
	cr_expect_str_eq(cell(sheet, 3, "period"), "2026-05");
	cr_expect_eq(prefilled, 2);
	cr_expect_str_eq(cell(sheet, 2, "BED_ACTUAL"), "40");
	cr_expect_str_eq(cell(sheet, 2, "NURSE"), "NOT_OFFERED");
	cr_expect_str_eq(cell(sheet, 2, "VISIT"), "", "visits are no stock");
	cr_expect_str_eq(cell(sheet, 2, "#prefilled"), "NURSE=NOT_OFFERED BED_ACTUAL=40");
	cr_expect_str_eq(cell(sheet, 3, "#prefilled"), "");
	cr_assert_eq(row_reader_new(session->catalog, form, sheet, &reader), 0, "%s", err_text());
	cr_expect(row_is_remark(reader, 0));
	cr_expect(row_is_remark(reader, 1));
	cr_expect_not(row_is_remark(reader, 2));
	sheet_free(sheet);
	buffer_fini(&facilities.list);
}

Test(clerk, each_form_of_the_catalogue_has_a_template_that_is_read_back)
{
	size_t count, prefilled;
	const struct form *forms = catalog_forms(session->catalog, &count);
	struct facilities none = { 0 };

	for (size_t i = 0; i < count; i++) {
		AUTO(row_reader_free) struct row_reader *reader = NULL;
		struct sheet *sheet;

		form = &forms[i];
		sheet = template_of(&none, i % 2, &prefilled);
		cr_expect_eq(row_reader_new(session->catalog, form, sheet, &reader), 0, "%s",
			err_text());
		cr_expect_eq(sheet_rows(sheet), 2);
		row_reader_free(reader);
		reader = NULL;
		sheet_free(sheet);
	}
}

Test(clerk, without_a_list_the_kept_reports_say_who_reports)
{
	struct facilities facilities = { 0 };
	struct codes codes = { 0 };

	cr_assert_eq(session_write(session, keep_one, "000123"), 0);
	cr_assert_eq(facilities_load(session, form, 2026105, &facilities), 0, "%s", err_text());
	cr_assert_eq(facilities.count, 1);
	cr_expect_str_eq(facilities_at(&facilities, 0)->code, "000123");
	cr_assert_eq(facilities_codes(session, &codes), 0);
	cr_expect_str_eq(codes_spoiled(&codes, "123"), "000123");
	buffer_fini(&facilities.list);
	buffer_fini(&codes.code);
}

Test(clerk, a_list_with_spoiled_codes_or_none_is_not_kept)
{
	cr_expect_eq(facilities_keep(
			     session, text_file("a.csv", "code\nH1\n4.4E+14\n"), ENCODING_DETECT),
		ERR_INVALID);
	cr_expect(strstr(err_text(), "a.csv:3: '4.4E+14' is no facility's code"), "%s", err_text());
	cr_expect_eq(facilities_keep(session, text_file("b.csv", "name\nH1\n"), ENCODING_DETECT),
		ERR_INVALID);
	cr_expect_eq(
		facilities_keep(session, in_folder("none.csv"), ENCODING_DETECT), ERR_NOT_FOUND);
}

Test(clerk, the_list_leaves_out_whom_the_period_is_not_for)
{
	struct facilities facilities = { 0 };

	cr_assert_eq(facilities_keep(session,
			     text_file("l.csv", "code,opened,closed\nA,2026-06-01,\nB,,2026-04-30\n"
						"C,2026-05-31,\nD,,2026-05-01\n"),
			     ENCODING_DETECT),
		0);
	cr_assert_eq(facilities_load(session, form, 2026105, &facilities), 0);
	cr_assert_eq(facilities.count, 2);
	cr_expect_str_eq(facilities_at(&facilities, 0)->code, "C");
	cr_expect_str_eq(facilities_at(&facilities, 1)->code, "D");
	buffer_fini(&facilities.list);
}

Test(clerk, the_period_of_a_template_is_the_last_that_has_ended)
{
	static const struct {
		enum period_kind kind;
		const char *today;
		uint32_t want;
	} cases[] = {
		{ PERIOD_MONTH, "2026-06-01", 2026105 },
		{ PERIOD_MONTH, "2026-05-31", 2026104 },
		{ PERIOD_MONTH, "2026-01-15", 2025112 },
		{ PERIOD_YEAR, "2026-01-01", 2025400 },
		{ PERIOD_YEAR, "2026-12-31", 2025400 },
		{ PERIOD_QUARTER, "2026-04-01", 2026201 },
		{ PERIOD_MCH_QUARTER, "2026-01-01", 2026501 },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		int32_t day;

		cr_assert_eq(day_parse(cases[i].today, &day), 0);
		cr_expect_eq(template_period(cases[i].kind, day), cases[i].want, "%s: %u",
			cases[i].today, template_period(cases[i].kind, day));
	}
}

Test(clerk, a_nil_report_counts_nothing_and_knows_no_stocks)
{
	static struct nil nil;
	AUTO(buffer_fini) struct buffer packed = { 0 };
	size_t count, required = 0;
	const struct form *forms = catalog_forms(session->catalog, &count);
	struct report report;

	for (size_t i = 0; i < count; i++) {
		nil_make(session->catalog, &forms[i], "H1", 2026105, &nil, &report);
		report.revision = 1;
		packed.len = 0;
		cr_assert_eq(
			report_encode(&report, &packed), 0, "%s: %s", forms[i].code, err_text());
		required = 0;
		for (uint32_t k = 0; k < forms[i].line_count; k++)
			required += forms[i].lines[k].required;
		cr_expect_eq(report.values + report.absents, required, "%s", forms[i].code);
		for (size_t k = 0; k < report.values; k++)
			cr_expect_neq(
				catalog_element(session->catalog, report.element[k])->over_time,
				OVER_TIME_LAST);
	}
	nil_make(session->catalog, form, "H1", 2026105, &nil, &report);
	cr_expect_eq(report.values, 5);
	cr_expect_eq(report.element[0], id_of("VISIT"));
	cr_expect_eq(report.value[0], 0);
	cr_assert_eq(report.absents, 4);
	cr_expect_eq(report.absent_element[0], id_of("BED_ACTUAL"));
	cr_expect_eq(report.absent_kind[0], ABSENT_NOT_COLLECTED);
}

static void check(
	const char *text, struct tally *tally, struct sheet **sheet, struct row_reader **reader)
{
	*tally = (struct tally){
		.catalog = session->catalog, .name = "f.csv", .log = -1, .checking = true
	};
	form = catalog_form_by_code(session->catalog, "INSTITUTION_YEAR");
	cr_assert_eq(sheet_parse("f.csv", bytes_str(text), sheet), 0, "%s", err_text());
	cr_assert_eq(row_reader_new(session->catalog, form, *sheet, reader), 0, "%s", err_text());
	tally->reader = *reader;
	cr_assert_eq(rows_check(session, *sheet, *reader, tally), 0, "%s", err_text());
}

Test(clerk, check_foresees_what_the_server_would_refuse_and_the_receipt_says_it)
{
	struct tally tally;
	AUTO(sheet_free) struct sheet *sheet = NULL, *read = NULL;
	AUTO(row_reader_free) struct row_reader *reader = NULL;
	struct sheet_out out = { 0 };

	check("facility,period,VISIT,NURSE,#prefilled\n#名称,,,,\nH1,2024,5,2,NURSE=2\n"
	      "H2,2024,x,-7,\n,,,,\nH3,2025,1,1,\nH1,2024,5,2,\nH4,2024,1,,\n",
		&tally, &sheet, &reader);
	cr_assert_eq(rows_foresee(session, reader, &tally, day_of(2025, 12, 31)), 0);
	cr_assert_eq(tally.rows, 5, "neither the names nor the empty line");
	cr_assert_eq(receipt_format(&tally, &out), 0);
	cr_assert_eq(sheet_parse("r.csv", buffer_view(&out.text), &read), 0, "%s", err_text());
	buffer_fini(&out.text);
	static const struct {
		const char *row, *facility, *status, *kind, *column, *code;
	} want[] = {
		{ "3", "H1", "checked", "note", "NURSE", "prefilled-unchanged" },
		{ "4", "H2", "not-sent", "fault", "VISIT", "value-invalid" },
		{ "4", "H2", "not-sent", "fault", "NURSE", "value-negative" },
		{ "6", "H3", "not-sent", "fault", "period", "period-future" },
		{ "7", "H1", "not-sent", "fault", "", "row-repeated" },
		{ "8", "H4", "checked", "", "", "" },
	};
	cr_assert_eq(sheet_rows(read), array_len(want));
	for (size_t i = 0; i < array_len(want); i++) {
		cr_expect_str_eq(cell(read, i, "row"), want[i].row);
		cr_expect_str_eq(cell(read, i, "facility"), want[i].facility);
		cr_expect_str_eq(cell(read, i, "form"), "INSTITUTION_YEAR");
		cr_expect_str_eq(cell(read, i, "period"), i == 3 ? "2025" : "2024");
		cr_expect_str_eq(cell(read, i, "status"), want[i].status);
		cr_expect_str_eq(cell(read, i, "kind"), want[i].kind);
		cr_expect_str_eq(cell(read, i, "column"), want[i].column);
		cr_expect_str_eq(cell(read, i, "code"), want[i].code);
		cr_expect_str_eq(cell(read, i, "sequence"), "");
	}
	cr_expect_str_eq(cell(read, 3, "reason"),
		"the period has not ended yet, its last day is: 2025-12-31");
	cr_expect_str_eq(cell(read, 3, "fix"), "check the period; send it after that day");
	tally_fini(&tally);
}

/* What a sender reads at the end when one row is held for the finding. To be freed. */
static char *told_of(struct finding finding)
{
	struct outbox_report report = { .number = 1,
		.facility = bytes_str("H1"),
		.form = form->id,
		.period = 2024101,
		.revision = 1 };
	struct verdict verdict = { .status = STATUS_HELD, .finding = { finding }, .findings = 1 };
	struct filed filed = {
		.report = &report, .status = STATUS_HELD, .as = FILED_HELD, .verdict = &verdict
	};
	struct tally tally = { .catalog = session->catalog, .name = "f.csv", .rows = 1, .log = -1 };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	tally.row = calloc(1, sizeof(*tally.row));
	cr_assert(tally.row && out);
	tally.row[0] =
		(struct tally_row){ .line = 2, .facility = "H1", .number = 1, .revision = 1 };
	cr_assert_eq(tally_index(&tally), 0);
	cr_assert_eq(tally_visit(&tally, &filed), 0, "%s", err_text());
	cr_expect_eq(tally_exit_code(&tally, 0), EXIT_PARTLY);
	tally_print(&tally, false, out);
	fclose(out);
	tally_fini(&tally);
	return text;
}

Test(clerk, what_waits_for_the_bureau_alone_is_not_to_be_corrected)
{
	static const enum finding_code bureaus[] = { FINDING_LOCKED, FINDING_REPORTED_FOR };
	struct finding finding = { .severity = SEVERITY_HOLD, .found = 7, .limit = 8 };
	char *told;

	for (size_t i = 0; i < array_len(bureaus); i++) {
		finding.code = bureaus[i];
		told = told_of(finding);
		cr_expect_null(strstr(told, "correct"), "%s", strstr(told, "correct"));
		cr_expect_not_null(strstr(told, "\nnothing is to be put right in the rows that are "
						"held; wait for the bureau's decision\n"),
			"%s", told);
		free(told);
	}
	finding.code = FINDING_NEGATIVE_MONEY;
	told = told_of(finding);
	cr_expect_not_null(strstr(told, "correct or explain it"), "%s", told);
	cr_expect_not_null(strstr(told, "\ncorrect the rows named above"), "%s", told);
	free(told);
}

Test(clerk, a_cell_of_the_receipt_never_runs)
{
	struct tally_row row = { .line = 2, .bad = true };
	struct tally tally = { .catalog = session->catalog, .row = &row, .rows = 1, .log = -1 };
	struct row_note note = { .code = "x", .reason = "=HYPERLINK(1)" };
	struct sheet_out out = { 0 };

	cr_assert_eq(buffer_add(&row.notes, bytes_of(&note, sizeof(note))), 0);
	cr_assert_eq(receipt_format(&tally, &out), 0);
	cr_assert_eq(buffer_add(&out.text, bytes_of("", 1)), 0);
	cr_expect_not_null(strstr((char *)out.text.data, ",'=HYPERLINK(1),"));
	buffer_fini(&out.text);
	buffer_fini(&row.notes);
}

Test(clerk, files_of_people_are_never_written_over)
{
	struct tally tally = { .catalog = session->catalog, .log = -1 };
	char mine[128], receipt[128];

	snprintf(mine, sizeof(mine), "%s", text_file("mine.csv", "facility,period\n"));
	snprintf(receipt, sizeof(receipt), "%s", in_folder("r.csv"));
	cr_expect_eq(receipt_check(mine), ERR_CONFLICT);
	cr_expect_eq(file_create(mine, bytes_str("x")), ERR_CONFLICT);
	cr_expect_eq(receipt_check(receipt), 0);
	cr_assert_eq(receipt_write(&tally, receipt), 0, "%s", err_text());
	cr_expect_eq(receipt_check(receipt), 0, "an older receipt may be replaced");
}

static int refuse_two(void *ctx, const struct ports *ports)
{
	(void)ctx;
	for (int i = 0; i < 2; i++) {
		struct outbox_report own = { .facility = bytes_str(i ? "H2" : "H1"),
			.form = 1,
			.period = 2026104,
			.revision = 1,
			.values = bytes_str("v") };
		uint64_t number;

		cr_assert_eq(outbox_pending_put(ports, &own, &number), 0);
		cr_assert_eq(
			outbox_refuse(ports, number, STATUS_REJECTED, bytes_str(""), 20000), 0);
	}
	cr_assert_eq(outbox_refused_forget(ports, bytes_str("H1"), 1, 2026104), 0);
	cr_assert_eq(outbox_refused_forget(ports, bytes_str("H2"), 1, 2026105), 0);
	return 0;
}

static int count(void *ctx, const struct ports *ports)
{
	return outbox_count(ports, ctx);
}

Test(clerk, a_refusal_is_forgotten_alone)
{
	struct outbox_counts counts;

	cr_assert_eq(session_write(session, refuse_two, NULL), 0);
	cr_assert_eq(session_read(session, count, &counts), 0);
	cr_expect_eq(counts.refused, 1);
}

Test(clerk, the_bar_grows_with_the_reports)
{
	char text[PROGRESS_TEXT_BYTES];

	progress_text(0, 412, 500, text);
	cr_expect_str_eq(text, "sending ························ 0/412  0/s  0:00 left");
	progress_text(206, 412, 1000, text);
	cr_expect_str_eq(text, "sending ████████████············ 206/412  206/s  0:01 left");
	progress_text(9000, 180000, 1000, text);
	cr_expect_str_eq(text, "sending █▏······················ 9000/180000  9.0k/s  0:19 left");
	progress_text(500, 412, 1000, text);
	cr_expect_str_eq(text, "sending ████████████████████████ 412/412  500/s  0:00 left");
	progress_text(0, 0, 0, text);
	cr_expect_str_eq(text, "sending ························ 0/0  0/s  0:00 left");
}
