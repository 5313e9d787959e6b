/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rows of a sheet into reports, against the catalogue that ships: blank is not zero, every fault is
 * named with its cell, and a finding leads back to the cell. */
#include "client/row.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

static struct catalog *catalog, *small;
static const struct form *form;
static struct sheet *sheet;
static struct row_reader *reader;

static void setup(void)
{
	setenv("LC_ALL", "C", 1);
	cr_assert_eq(catalog_load(SOURCE_DIR "/catalog", &catalog), 0, "%s", err_text());
	form = catalog_form_by_code(catalog, "INSTITUTION_YEAR");
	cr_assert_not_null(form);
}

static void teardown(void)
{
	row_reader_free(reader);
	sheet_free(sheet);
	catalog_free(catalog);
	catalog_free(small);
}

TestSuite(row, .init = setup, .fini = teardown);

static int open_sheet(const char *text)
{
	row_reader_free(reader);
	sheet_free(sheet);
	reader = NULL;
	sheet = NULL;
	cr_assert_eq(sheet_parse("f.csv", bytes_str(text), &sheet), 0, "%s", err_text());
	return row_reader_new(catalog, form, sheet, &reader);
}

static int read_first(struct report *report)
{
	struct report_text text;
	bool has_text;

	return row_read(reader, 0, report, &text, &has_text);
}

/* The value of an element in the report; -1000 if it has none. */
static int64_t value_of(const struct report *report, const char *code)
{
	uint32_t id = catalog_element_by_code(catalog, code)->id;

	for (size_t i = 0; i < report->values; i++) {
		if (report->element[i] == id)
			return report->value[i];
	}
	return -1000;
}

Test(row, blank_is_not_zero_and_zero_is_a_value)
{
	struct report report;

	cr_assert_eq(open_sheet("facility,period,VISIT,NURSE,PHYSICIAN\nH1,2015,0,,7\n"), 0, "%s",
		err_text());
	cr_assert_eq(read_first(&report), 0, "%s", err_text());
	cr_expect_eq(report.values, 2);
	cr_expect_eq(value_of(&report, "VISIT"), 0);
	cr_expect_eq(value_of(&report, "PHYSICIAN"), 7);
	cr_expect_eq(value_of(&report, "NURSE"), -1000);
	cr_expect_eq(report.absents, 0, "what is blank is named nowhere");
	cr_expect_eq(report.revision, 0);
	cr_expect_eq(report.period, 2015400);
}

Test(row, elements_rise_whatever_the_order_of_columns)
{
	struct report report;

	cr_assert_eq(
		open_sheet("VISIT,NURSE,period,BED_ACTUAL,facility,PHYSICIAN\n1,2,2015,3,H1,4\n"),
		0);
	cr_assert_eq(read_first(&report), 0, "%s", err_text());
	cr_assert_eq(report.values, 4);
	for (size_t i = 1; i < report.values; i++)
		cr_expect_lt(report.element[i - 1], report.element[i]);
	cr_expect_eq(value_of(&report, "VISIT"), 1);
	cr_expect_eq(value_of(&report, "PHYSICIAN"), 4);
}

Test(row, a_cell_may_say_why_it_has_no_value)
{
	static const struct {
		const char *word;
		uint32_t kind;
	} cases[] = {
		{ "NOT_OFFERED", ABSENT_NOT_OFFERED },
		{ "NOT_COLLECTED", ABSENT_NOT_COLLECTED },
		{ "WITHHELD", ABSENT_WITHHELD },
		{ "NOT_APPLICABLE", ABSENT_NOT_APPLICABLE },
		{ "未开展", ABSENT_NOT_OFFERED },
		{ "未收集", ABSENT_NOT_COLLECTED },
		{ "不公开", ABSENT_WITHHELD },
		{ "不适用", ABSENT_NOT_APPLICABLE },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct report report;
		char text[128];

		snprintf(text, sizeof(text), "facility,period,VISIT\nH1,2015,%s\n", cases[i].word);
		cr_assert_eq(open_sheet(text), 0);
		cr_assert_eq(read_first(&report), 0, "%s", err_text());
		cr_expect_eq(report.values, 0, "%s", cases[i].word);
		cr_assert_eq(report.absents, 1);
		cr_expect_eq(report.absent_kind[0], cases[i].kind, "%s", cases[i].word);
	}
}

Test(row, every_bad_cell_is_named_with_its_line_and_column)
{
	static const struct {
		const char *name, *row, *want;
	} cases[] = {
		{ "text for a number", "H1,2015,,abc,1", "f.csv:2: column 'VISIT' (" },
		{ "negative count", "H1,2015,,-3,1", ": the value is negative: -3" },
		{ "decimals in a count", "H1,2015,,1.5,1", "f.csv:2: column 'VISIT' (" },
		{ "half a separator", "H1,2015,,\"1,23\",1", "column 'VISIT'" },
		{ "a rounded number", "H1,2015,,1.2E+05,1", "rounded by the spreadsheet" },
		{ "none, but which", "H1,2015,,无,1",
			"this may mean zero or that there is no figure" },
		{ "percent", "H1,2015,,12%,1", "column 'VISIT'" },
		{ "exponent", "H1,2015,,1e3,1", "column 'VISIT'" },
		{ "Chinese digits", "H1,2015,,十二,1", "column 'VISIT'" },
		{ "too large", "H1,2015,,1099511627777,1", "column 'VISIT'" },
		{ "no facility", ",2015,,1,1", "f.csv:2: column 'facility'" },
		{ "blank in the facility", "H 1,2015,,1,1", "column 'facility'" },
		{ "facility in Chinese", "医院,2015,,1,1", "column 'facility'" },
		{ "facility too long", "123456789012345678901234567890123,2015,,1,1",
			"column 'facility'" },
		{ "facility in notation", "4.40307E+14,2015,,1,1",
			"f.csv:2: column 'facility': the spreadsheet turned the facility's code "
			"into a number: 4.40307E+14; format the column as text" },
		{ "no period", "H1,,,1,1", "f.csv:2: column 'period'" },
		{ "month for a year", "H1,2015-05,,1,1",
			"column 'period': not a period of the form's kind" },
		{ "nonsense period", "H1,next year,,1,1", "column 'period': not a period" },
		{ "revision zero", "H1,2015,0,1,1", "f.csv:2: column 'revision'" },
		{ "revision in words", "H1,2015,first,1,1", "column 'revision'" },
		{ "revision with decimals", "H1,2015,1.0,1,1", "column 'revision'" },
		{ "revision too high", "H1,2015,4294967296,1,1", "column 'revision'" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct report report;
		char text[256];

		snprintf(text, sizeof(text), "facility,period,revision,VISIT,NURSE\n%s\n",
			cases[i].row);
		cr_assert_eq(open_sheet(text), 0, "%s", err_text());
		cr_expect_eq(read_first(&report), ERR_INVALID, "%s", cases[i].name);
		cr_expect_not_null(
			strstr(err_text(), cases[i].want), "%s: %s", cases[i].name, err_text());
	}
}

Test(row, all_faults_of_a_row_are_told_at_once)
{
	struct report report;
	struct bytes faults;
	size_t lines = 1;

	cr_assert_eq(open_sheet("facility,period,VISIT,NURSE\n,never,x,y\n"), 0);
	cr_assert_eq(read_first(&report), ERR_INVALID);
	faults = row_faults(reader);
	for (size_t i = 0; i < faults.len; i++)
		lines += faults.data[i] == '\n';
	cr_expect_eq(lines, 4, "%.*s", (int)faults.len, (const char *)faults.data);
}

Test(row, a_bad_row_does_not_spoil_the_next)
{
	struct report report;
	struct report_text text;
	bool has_text;

	cr_assert_eq(open_sheet("facility,period,VISIT\nH1,2015,x\nH2,2015,5\n"), 0);
	cr_expect_eq(row_read(reader, 0, &report, &text, &has_text), ERR_INVALID);
	cr_assert_eq(row_read(reader, 1, &report, &text, &has_text), 0, "%s", err_text());
	cr_expect_eq(value_of(&report, "VISIT"), 5);
	cr_expect_eq(row_faults(reader).len, 0);
}

Test(row, a_required_cell_may_not_be_blank_but_may_be_explained)
{
	static const char head[] =
		"facility,period,HEALTH_TECHNICIAN,PHYSICIAN,NURSE,BED_ACTUAL,BED_DAY_OPEN,"
		"BED_DAY_OCCUPIED,VISIT,ADMISSION,DISCHARGE\n";
	struct report report;
	char text[512];

	form = catalog_form_by_code(catalog, "HOSPITAL_MONTH");
	snprintf(text, sizeof(text), "%sH1,2026-05,1,1,,1,1,1,1,1,1\n", head);
	cr_assert_eq(open_sheet(text), 0, "%s", err_text());
	cr_expect_eq(read_first(&report), ERR_INVALID);
	cr_expect_not_null(
		strstr(err_text(), ": blank, but the form requires it"), "%s", err_text());
	snprintf(text, sizeof(text), "%sH1,2026-05,1,1,NOT_COLLECTED,1,1,1,1,1,1\n", head);
	cr_assert_eq(open_sheet(text), 0, "%s", err_text());
	cr_expect_eq(read_first(&report), 0, "%s", err_text());
}

Test(row, a_sheet_with_wrong_columns_is_refused_with_all_of_them)
{
	static const struct {
		const char *name, *head, *want[2];
	} cases[] = {
		{ "unknown element", "facility,period,WHAT,IS_THIS", { "'WHAT'", "'IS_THIS'" } },
		{ "no facility, no period", "VISIT", { "'facility'", "'period'" } },
		{ "lower case", "facility,period,visit",
			{ "'visit'", "f.csv:1: unknown columns" } },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		char text[256];

		snprintf(text, sizeof(text), "%s\n", cases[i].head);
		cr_expect_eq(open_sheet(text), ERR_INVALID, "%s", cases[i].name);
		for (size_t k = 0; k < 2; k++)
			cr_expect_not_null(strstr(err_text(), cases[i].want[k]), "%s: %s",
				cases[i].name, err_text());
	}
}

Test(row, required_columns_must_be_there)
{
	form = catalog_form_by_code(catalog, "HOSPITAL_MONTH");
	cr_expect_eq(open_sheet("facility,period,VISIT\n"), ERR_INVALID);
	cr_expect_not_null(strstr(err_text(), "HOSPITAL_MONTH requires: "), "%s", err_text());
}

Test(row, remarks_are_not_looked_at_and_text_is_kept_apart)
{
	struct report report;
	struct report_text text;
	bool has_text;

	cr_assert_eq(open_sheet("facility,period,#source,VISIT,filled_by,comment\nH1,2015,whatever "
				"13912345678,1,李四,ok\n"
				"H1,2016,,1,,\nH1,2017,,1,,call 13912345678\n"),
		0, "%s", err_text());
	cr_assert_eq(row_read(reader, 0, &report, &text, &has_text), 0, "%s", err_text());
	cr_expect(has_text);
	cr_expect(bytes_equal(text.filled_by, bytes_str("李四")));
	cr_expect_eq(report.values, 1);
	cr_assert_eq(row_read(reader, 1, &report, &text, &has_text), 0);
	cr_expect_not(has_text);
	cr_expect_eq(row_read(reader, 2, &report, &text, &has_text), ERR_INVALID);
	cr_expect_not_null(strstr(err_text(), "f.csv:4: column 'comment'"), "%s", err_text());
}

Test(row, a_finding_leads_back_to_the_cell_in_either_language)
{
	AUTO(buffer_fini) struct buffer out = { 0 };
	struct finding finding = { .code = FINDING_VALUE_NEGATIVE, .found = -3 };

	finding.element = catalog_element_by_code(catalog, "VISIT")->id;
	cr_assert_eq(open_sheet("facility,period,VISIT\nH1,2015,1\n"), 0);
	cr_assert_eq(row_explain(reader, 0, &finding, false, &out), 0);
	cr_expect_not_null(
		strstr((char *)out.data, "f.csv:2: column 'VISIT'"), "%s", (char *)out.data);
	cr_expect_not_null(
		strstr((char *)out.data, "the value is negative: -3"), "%s", (char *)out.data);
	out.len = 0;
	cr_assert_eq(row_explain(reader, 0, &finding, true, &out), 0);
	cr_expect_not_null(strstr((char *)out.data, "列 'VISIT'"), "%s", (char *)out.data);
	cr_expect_not_null(strstr((char *)out.data, "数值为负"), "%s", (char *)out.data);
}

Test(row, every_finding_has_words_and_something_to_do)
{
	AUTO(buffer_fini) struct buffer out = { 0 };

	cr_assert_eq(open_sheet("facility,period,VISIT\nH1,2015,1\n"), 0);
	for (int code = 1; code <= FINDING_CODE_MAX; code++) {
		struct finding finding = { .code = (enum finding_code)code };

		out.len = 0;
		cr_assert_eq(row_explain(reader, 0, &finding, false, &out), 0);
		cr_expect_not_null(strstr((char *)out.data, "; "), "%s",
			finding_name((enum finding_code)code));
		cr_expect_null(
			strstr((char *)out.data, "update this program to see it"), "%d", code);
	}
}

/* DEATH by sex and band, in the small catalogue of tests/model. */
static int open_cells(const char *text)
{
	cr_assert_eq(catalog_load(SOURCE_DIR "/tests/model/catalog", &small), 0, "%s", err_text());
	cr_assert_eq(sheet_parse("f.csv", bytes_str(text), &sheet), 0, "%s", err_text());
	return row_reader_new(
		small, catalog_form_by_code(small, "INSTITUTION_YEAR"), sheet, &reader);
}

Test(row, cells_of_a_broken_down_element_are_columns)
{
	struct report report;

	cr_assert_eq(open_cells("facility,period,DEATH.F.A5,VISIT,DEATH.M.A0,DEATH.F.A0\n"
				"H1,2025,7,100,3,NOT_COLLECTED\n"),
		0, "%s", err_text());
	cr_assert_eq(read_first(&report), 0, "%s", err_text());
	cr_assert_eq(report.values, 3);
	cr_expect_eq(report.element[0], 1);
	cr_expect_eq(report.element[1], 80 * 65536 + 256 + 1);
	cr_expect_eq(report.value[1], 3);
	cr_expect_eq(report.element[2], 80 * 65536 + 512 + 3);
	cr_expect_eq(report.value[2], 7);
	cr_assert_eq(report.absents, 1);
	cr_expect_eq(report.absent_element[0], 80 * 65536 + 512 + 1);
}

Test(row, a_broken_down_element_itself_is_no_column)
{
	cr_expect_eq(
		open_cells("facility,period,VISIT,DEATH,DEATH.M.A9\nH1,2025,1,2,3\n"), ERR_INVALID);
	cr_expect(strstr(err_text(), "f.csv:1: elements that are broken down; make a column for "
				     "each cell: 'DEATH' (DEATH.M.A0 …)"),
		"%s", err_text());
	cr_expect(strstr(err_text(), "'DEATH.M.A9'"), "%s", err_text());
}

Test(row, a_bad_cell_of_a_broken_down_element_is_named_with_its_name)
{
	struct report report;

	cr_assert_eq(
		open_cells("facility,period,VISIT,DEATH.M.A0\nH1,2025,1,x\n"), 0, "%s", err_text());
	cr_expect_eq(read_first(&report), ERR_INVALID);
	cr_expect(strstr(err_text(), "f.csv:2: ") && strstr(err_text(), "DEATH.M.A0") &&
			  strstr(err_text(), "deaths (male, 0)"),
		"%s", err_text());
}
