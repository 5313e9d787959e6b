/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is exported, read by the collector's own reader of sheets and packed again, is the very
 * bytes that were sent: with a true 0, every missing kind, money below zero and what was named
 * nowhere. */
#include "tests/aggregator/acts_desk.h"

#include "base/sheet.h"
#include "client/row.h"

static const struct given given[] = {
	{ VISIT, 0, 0 }, { BED, 0, ABSENT_NOT_OFFERED }, { BED_DAY_OPEN, 0, ABSENT_NOT_COLLECTED },
	{ BED_DAY_USED, 0, ABSENT_WITHHELD }, { INCOME, -100, 0 },
	{ SURVEY, 0, ABSENT_NOT_APPLICABLE }, { CASE_YTD, 1234567, 0 },
	/* BED_MEAN and PATIENT_START are not named */
};

static void journal_exported(void)
{
	struct writing writing;

	folder_make();
	writing_open(&writing);
	append_catalogue(&writing, 1);
	append_key(&writing, ROLE_READER, "reader");
	append_key(&writing, ROLE_COLLECTOR, "collector");
	append_facility(&writing, 1, TOWN_1);
	append_facility(&writing, 2, DISTRICT_B);
	append_facility(&writing, 3, DISTRICT_B);
	append_report(&writing, 1, "2026-01", 7, 0, given, array_len(given));
	append_report(&writing, 2, "2026-01", 1, 0, GIVEN({ VISIT, 7, 0 }));
	append_report(&writing, 3, "2026-02", 1, 0, GIVEN({ VISIT, 8, 0 }));
	journal_close(writing.journal);
}

/* "BED=SEASON;*=CHECKED", as a sheet has it. */
static void reasons_make(const struct asked *asked, size_t first, size_t rows, struct buffer *out)
{
	for (size_t i = first; i < first + rows; i++)
		if (cell(asked, i, "reason")[0])
			must(buffer_format(out, "%s=%s;", cell(asked, i, "element"),
				cell(asked, i, "reason")));
	if (cell(asked, first, "report_reason")[0])
		must(buffer_format(out, "*=%s", cell(asked, first, "report_reason")));
}

/* One report's rows turned into a sheet of two lines. */
static void sheet_make(const struct asked *asked, size_t first, size_t rows, struct buffer *out)
{
	out->len = 0;
	must(buffer_format(out, "facility,period,revision,reasons"));
	for (size_t i = 0; i < rows; i++)
		must(buffer_format(out, ",%s", cell(asked, first + i, "element")));
	must(buffer_format(out, "\n%s,%s,%s,", cell(asked, first, "facility"),
		cell(asked, first, "period"), cell(asked, first, "revision")));
	reasons_make(asked, first, rows, out);
	for (size_t i = 0; i < rows; i++)
		must(buffer_format(out, ",%s", cell(asked, first + i, "cell")));
	must(buffer_format(out, "\n"));
}

/* What a collector would send of that sheet. */
static void sheet_pack(struct bytes text, struct buffer *out)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(sheet_free) struct sheet *sheet = NULL;
	AUTO(row_reader_free) struct row_reader *reader = NULL;
	struct report_text said;
	struct report report;
	bool has_text;

	(void)catalog_test_bundle(&catalog);
	must(sheet_parse("export.csv", text, &sheet));
	must(row_reader_new(catalog, catalog_form(catalog, HM), sheet, &reader));
	must(row_read(reader, 0, &report, &said, &has_text));
	cr_expect(!has_text);
	must(report_encode(&report, out));
}

Test(export, a_report_comes_back_as_the_same_bytes)
{
	static const char *const cells[] = { "0", "NOT_OFFERED", "NOT_COLLECTED", "WITHHELD",
		"-1.00", "NOT_APPLICABLE", "1234567", "", "" };
	AUTO(buffer_fini) struct buffer sheet = { 0 };
	AUTO(buffer_fini) struct buffer sent = { 0 };
	AUTO(buffer_fini) struct buffer again = { 0 };
	struct follow *follow;
	struct asked asked;

	journal_exported();
	follow = follow_all();
	ask(&asked, follow, "report export",
		ARGUMENTS("facility", "F1", "form", "HM", "period", "2026-01"));
	cr_assert_eq(asked.answer.rows, array_len(cells));
	for (size_t i = 0; i < array_len(cells); i++)
		cr_expect_str_eq(cell(&asked, i, "cell"), cells[i]);
	sheet_make(&asked, 0, asked.answer.rows, &sheet);
	sheet_pack(buffer_view(&sheet), &again);
	report_body(1, HM, period_text("2026-01"), 7, given, array_len(given), &sent);
	cr_expect(bytes_equal(buffer_view(&sent), buffer_view(&again)), "%.*s", (int)sheet.len,
		(const char *)sheet.data);
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}

Test(export, an_area_gives_all_its_reports_page_by_page)
{
	struct follow *follow;
	struct asked asked, rest;

	journal_exported();
	follow = follow_all();
	ask(&asked, follow, "report export", ARGUMENTS("form", "HM", "period", "2026-01"));
	cr_assert_eq(asked.answer.rows, 18);
	cr_expect_str_eq(cell(&asked, 0, "facility"), "F1");
	cr_expect_str_eq(cell(&asked, 9, "facility"), "F2");
	for (uint32_t offset = 1; offset < 18; offset++) {
		ask_as(&rest, follow, 1,
			(struct question){ .verb = bytes_str("report export"), .offset = offset },
			ARGUMENTS("form", "HM", "period", "2026-01"));
		cr_assert_eq(rest.answer.rows, 18 - offset);
		cr_expect_str_eq(cell(&rest, 0, "element"), cell(&asked, offset, "element"));
		cr_expect_str_eq(cell(&rest, 0, "facility"), cell(&asked, offset, "facility"));
		cr_expect_str_eq(cell(&rest, 0, "cell"), cell(&asked, offset, "cell"));
		asked_fini(&rest);
	}
	asked_fini(&asked);
	ask(&asked, follow, "report export",
		ARGUMENTS("form", "HM", "period", "2026-01", "area", "320706"));
	cr_assert_eq(asked.answer.rows, 9);
	cr_expect_str_eq(cell(&asked, 0, "cell"), "7");
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}

/* What the sender explained is part of the bytes, so it is exported. */
Test(export, explanations_come_along)
{
	const uint32_t element[] = { VISIT }, explained[] = { 0, VISIT }, reason[] = { 2, 1 };
	const int64_t value[] = { 900 };
	const struct report report = { .facility = bytes_str("F1"),
		.form = HM,
		.period = period_text("2026-03"),
		.revision = 1,
		.element = element,
		.value = value,
		.values = 1,
		.explained_element = explained,
		.explained_reason = reason,
		.explained = 2 };
	AUTO(buffer_fini) struct buffer body = { 0 };
	AUTO(buffer_fini) struct buffer sheet = { 0 };
	AUTO(buffer_fini) struct buffer again = { 0 };
	struct writing writing;
	struct follow *follow;
	struct asked asked;

	journal_exported();
	must(report_encode(&report, &body));
	writing_open(&writing);
	append(&writing, (struct entry){ .kind = ENTRY_REPORT,
				 .status = STATUS_ACCEPTED,
				 .form = HM,
				 .facility = 1,
				 .period = report.period,
				 .revision = 1,
				 .body = buffer_view(&body) });
	journal_close(writing.journal);
	follow = follow_all();
	ask(&asked, follow, "report export", ARGUMENTS("form", "HM", "period", "2026-03"));
	cr_expect_str_eq(cell(&asked, 0, "reason"), "SEASON");
	cr_expect_str_eq(cell(&asked, 1, "reason"), "");
	cr_expect_str_eq(cell(&asked, 1, "report_reason"), "CHECKED");
	sheet_make(&asked, 0, asked.answer.rows, &sheet);
	sheet_pack(buffer_view(&sheet), &again);
	cr_expect(bytes_equal(buffer_view(&body), buffer_view(&again)), "%.*s", (int)sheet.len,
		(const char *)sheet.data);
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}
