/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What people and spreadsheets do to cells: what is undone, what is refused, and that every kind of
 * missing figure, a true 0 and an absent value come back from a sheet as they were. */
#include "client/cell.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/sheet_out.h"
#include "client/missing.h"
#include "client/row.h"

Test(cell, full_width_characters_become_plain_ones)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "１２３", "123" },
		{ "－４．５", "-4.5" },
		{ "1２3", "123" },
		{ "\xe3\x80\x80"
		  "7\xc2\xa0",
			"7" },
		{ "−2", "-2" },
		{ "Ｈ１", "H1" },
		{ "１，２３４", "1,234" },
		{ "未开展", "未开展" },
		{ "—", "—" },
		{ "", "" },
		{ "　", "" },
	};
	struct buffer out = { 0 };

	for (size_t i = 0; i < array_len(cases); i++) {
		cr_assert_eq(cell_fold(cases[i].text, &out), 0);
		cr_expect_str_eq((char *)out.data, cases[i].want, "%s", cases[i].text);
	}
	buffer_fini(&out);
}

Test(cell, separators_are_read_only_where_they_must_stand)
{
	static const struct {
		const char *text;
		uint8_t scale;
		int64_t want; /* INT64_MIN: refused */
	} cases[] = {
		{ "0", 0, 0 },
		{ "1,234", 0, 1234 },
		{ "12,345,678", 0, 12345678 },
		{ "-1,234.5", 2, -123450 },
		{ "999,999", 0, 999999 },
		{ "1,23", 0, INT64_MIN },
		{ "1,2345", 0, INT64_MIN },
		{ "1234,567", 0, INT64_MIN },
		{ "0,123", 0, INT64_MIN },
		{ ",123", 0, INT64_MIN },
		{ "1,234,", 0, INT64_MIN },
		{ "1,,234", 0, INT64_MIN },
		{ "1,234.", 1, INT64_MIN },
		{ "1.5,234", 1, INT64_MIN },
		{ "1,234 ", 0, INT64_MIN },
		{ "1.2E+5", 1, INT64_MIN },
		{ "1e5", 0, INT64_MIN },
		{ "12%", 0, INT64_MIN },
		{ "", 0, INT64_MIN },
		{ "1,111,111,111,111,111,111,111,111,111,111,111,111,111,111,111,111,111,111,111",
			0, INT64_MIN },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		int64_t value = 0;
		int r = cell_number(cases[i].text, cases[i].scale, &value);

		cr_expect_eq(r, cases[i].want == INT64_MIN ? ERR_INVALID : 0, "%s", cases[i].text);
		if (cases[i].want != INT64_MIN)
			cr_expect_eq(value, cases[i].want, "%s", cases[i].text);
	}
}

Test(cell, months_that_spreadsheets_spoil_are_read)
{
	static const struct {
		const char *text;
		uint32_t want; /* 0: refused */
	} cases[] = {
		{ "2026-05", 2026105 },
		{ "2026-5", 2026105 },
		{ "2026/5", 2026105 },
		{ "2026/12", 2026112 },
		{ "2026年5月", 2026105 },
		{ "2026年05月", 2026105 },
		{ "May-26", 2026105 },
		{ "2026", 2026400 },
		{ "2026Q2", 2026202 },
		{ "2026/5/1", 0 },
		{ "2026年5月1日", 0 },
		{ "26-May", 0 },
		{ "2026/13", 0 },
		{ "2026/0", 0 },
		{ "46143", 0 },
		{ "5月", 0 },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		uint32_t period = 0;
		int r = cell_period(cases[i].text, &period);

		cr_expect_eq(r, cases[i].want ? 0 : ERR_INVALID, "%s", cases[i].text);
		if (cases[i].want)
			cr_expect_eq(period, cases[i].want, "%s: %u", cases[i].text, period);
	}
}

Test(cell, a_code_that_became_a_number_is_known)
{
	static const struct {
		const char *text;
		bool notation;
	} cases[] = {
		{ "4.40307E+14", true },
		{ "4E+14", true },
		{ "4.4e+9", true },
		{ "440307", false },
		{ "H1E+2", false },
		{ "1E", false },
		{ "1E+", false },
		{ "1E+2X", false },
		{ "E+14", false },
	};
	static const struct {
		const char *code, *like;
	} spoiled[] = {
		{ "123", "000123" },
		{ "0123", "000123" },
		{ "000123", NULL },
		{ "77", NULL }, /* known itself, though 077 is known too */
		{ "23", NULL },
		{ "440307123456789000", "440307123456789012" },
		{ "440307123456780000", NULL },
		{ "H1", NULL },
		{ "", NULL },
	};
	static const char *const known[] = { "H1", "000123", "440307123456789012", "077", "77" };
	struct codes codes = { 0 };

	for (size_t i = 0; i < array_len(cases); i++)
		cr_expect_eq(
			cell_is_notation(cases[i].text), cases[i].notation, "%s", cases[i].text);
	for (size_t i = 0; i < array_len(known); i++)
		cr_assert_eq(codes_add(&codes, known[i]), 0);
	for (size_t i = 0; i < array_len(spoiled); i++) {
		const char *like = codes_spoiled(&codes, spoiled[i].code);

		cr_expect_eq(!like, !spoiled[i].like, "%s", spoiled[i].code);
		if (like && spoiled[i].like)
			cr_expect_str_eq(like, spoiled[i].like);
	}
	buffer_fini(&codes.code);
}

Test(missing, each_image_has_one_meaning)
{
	static const struct {
		const char *text;
		uint32_t kind;
	} cases[] = {
		{ "未开展", ABSENT_NOT_OFFERED },
		{ "未开设", ABSENT_NOT_OFFERED },
		{ "NOT_OFFERED", ABSENT_NOT_OFFERED },
		{ "-2", ABSENT_NOT_OFFERED },
		{ "未收集", ABSENT_NOT_COLLECTED },
		{ "NOT_COLLECTED", ABSENT_NOT_COLLECTED },
		{ "-1", ABSENT_NOT_COLLECTED },
		{ "/", ABSENT_NOT_COLLECTED },
		{ "-", ABSENT_NOT_COLLECTED },
		{ "—", ABSENT_NOT_COLLECTED },
		{ "——", ABSENT_NOT_COLLECTED },
		{ "…", ABSENT_NOT_COLLECTED },
		{ "不公开", ABSENT_WITHHELD },
		{ "不公布", ABSENT_WITHHELD },
		{ "WITHHELD", ABSENT_WITHHELD },
		{ "不适用", ABSENT_NOT_APPLICABLE },
		{ "NOT_APPLICABLE", ABSENT_NOT_APPLICABLE },
		{ "", 0 },
		{ "0", 0 },
		{ "无", 0 },
		{ "-3", 0 },
		{ "-1.0", 0 },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		bool code = cases[i].text[0] == '-' && cases[i].text[1] != '\0';

		cr_expect_eq(
			missing_parse(cases[i].text, false), cases[i].kind, "%s", cases[i].text);
		cr_expect_eq(missing_parse(cases[i].text, true), code ? 0 : cases[i].kind, "%s",
			cases[i].text);
	}
	for (uint32_t kind = ABSENT_NOT_OFFERED; kind <= ABSENT_NOT_APPLICABLE; kind++) {
		cr_expect_eq(missing_parse(missing_word(kind, true), true), kind);
		cr_expect_eq(missing_parse(missing_word(kind, false), true), kind);
	}
	cr_expect(missing_unclear("无"));
	cr_expect_not(missing_unclear("0"));
}

/* Elements of HOSPITAL_MONTH, in rising order of their numbers. */
static const char *const columns[] = { "VISIT", "OUTPATIENT", "EMERGENCY", "ADMISSION", "DISCHARGE",
	"BED_ACTUAL", "BED_DAY_OPEN", "BED_DAY_OCCUPIED", "HEALTH_TECHNICIAN", "PHYSICIAN",
	"NURSE" };

/* A report of the columns: value[i], or the kind in kind[i], or neither. */
static struct report report_of(const struct catalog *catalog, const int64_t *value,
	const uint32_t *kind, uint32_t *element, int64_t *values, uint32_t *absent, uint32_t *kinds)
{
	struct report report = { .facility = bytes_str("000123"),
		.form = 1,
		.period = 2026105,
		.revision = 3,
		.element = element,
		.value = values,
		.absent_element = absent,
		.absent_kind = kinds };

	for (size_t i = 0; i < array_len(columns); i++) {
		uint32_t id = catalog_element_by_code(catalog, columns[i])->id;

		if (kind[i]) {
			absent[report.absents] = id;
			kinds[report.absents++] = kind[i];
		} else if (value[i] >= 0) {
			element[report.values] = id;
			values[report.values++] = value[i];
		}
	}
	return report;
}

static void sheet_of(const struct catalog *catalog, const struct report *report, bool chinese,
	struct sheet_out *out)
{
	struct buffer cell = { 0 };

	cr_assert_eq(sheet_out_mark(out), 0);
	for (size_t i = 0; i < array_len(columns); i++)
		cr_assert_eq(sheet_out_cell(out, bytes_str(columns[i])), 0);
	cr_assert_eq(sheet_out_cell(out, bytes_str("facility")), 0);
	cr_assert_eq(sheet_out_cell(out, bytes_str("period")), 0);
	cr_assert_eq(sheet_out_cell(out, bytes_str("revision")), 0);
	cr_assert_eq(sheet_out_end(out), 0);
	for (size_t i = 0; i < array_len(columns); i++) {
		cr_assert_eq(row_cell_print(catalog_element_by_code(catalog, columns[i]), report,
				     chinese, &cell),
			0);
		cr_assert_eq(sheet_out_cell(out, bytes_str((char *)cell.data)), 0);
	}
	cr_assert_eq(sheet_out_cell(out, report->facility), 0);
	cr_assert_eq(sheet_out_cell(out, bytes_str("2026-05")), 0);
	cr_assert_eq(sheet_out_cell(out, bytes_str("3")), 0);
	cr_assert_eq(sheet_out_end(out), 0);
	buffer_fini(&cell);
}

Test(missing, every_kind_a_true_zero_and_an_absent_value_come_back_exactly)
{
	uint32_t element[16], absent[16], kinds[16], kind[array_len(columns)];
	int64_t values[16], value[array_len(columns)];
	struct catalog *catalog;

	setenv("LC_ALL", "C", 1);
	cr_assert_eq(catalog_load(SOURCE_DIR "/catalog", &catalog), 0, "%s", err_text());
	/* Each column goes through: 0, a figure, blank (where not required), and the four kinds. */
	for (unsigned shift = 0; shift < 14; shift++) {
		AUTO(buffer_fini) struct buffer packed = { 0 };
		AUTO(buffer_fini) struct buffer again = { 0 };
		AUTO(sheet_free) struct sheet *sheet = NULL;
		AUTO(row_reader_free) struct row_reader *reader = NULL;
		struct sheet_out out = { 0 };
		struct report report, read;
		struct report_text text;
		bool has_text;

		for (size_t i = 0; i < array_len(columns); i++) {
			unsigned turn = (unsigned)(i + shift) % 7;

			kind[i] = turn >= 3 ? turn - 2 : 0;
			value[i] = turn == 0 ? 0 : turn == 1 ? 1234567 : -1;
			/* OUTPATIENT and EMERGENCY may be blank on this form. */
			if (turn == 2 && i != 1 && i != 2)
				value[i] = 9;
		}
		report = report_of(catalog, value, kind, element, values, absent, kinds);
		sheet_of(catalog, &report, shift >= 7, &out);
		cr_assert_eq(sheet_parse("f.csv", buffer_view(&out.text), &sheet), 0);
		cr_assert_eq(row_reader_new(catalog, catalog_form(catalog, 1), sheet, &reader), 0,
			"%s", err_text());
		cr_assert_eq(row_read(reader, 0, &read, &text, &has_text), 0, "%s", err_text());
		cr_assert_eq(report_encode(&report, &packed), 0);
		cr_assert_eq(report_encode(&read, &again), 0);
		cr_expect(bytes_equal(buffer_view(&packed), buffer_view(&again)), "turn %u:\n%.*s",
			shift, (int)out.text.len, (char *)out.text.data);
		buffer_fini(&out.text);
	}
	catalog_free(catalog);
}

struct reading {
	struct catalog *catalog;
	struct sheet *sheet;
	struct row_reader *reader;
};

static struct reading open_text(const char *text)
{
	struct reading reading = { 0 };

	setenv("LC_ALL", "C", 1);
	cr_assert_eq(catalog_load(SOURCE_DIR "/catalog", &reading.catalog), 0, "%s", err_text());
	cr_assert_eq(sheet_parse("f.csv", bytes_str(text), &reading.sheet), 0, "%s", err_text());
	cr_assert_eq(row_reader_new(reading.catalog,
			     catalog_form_by_code(reading.catalog, "INSTITUTION_YEAR"),
			     reading.sheet, &reading.reader),
		0, "%s", err_text());
	return reading;
}

static void close_text(struct reading *reading)
{
	row_reader_free(reading->reader);
	sheet_free(reading->sheet);
	catalog_free(reading->catalog);
}

Test(row_marks, lines_of_a_template_and_empty_ones_are_no_reports)
{
	struct reading reading =
		open_text("facility,period,VISIT\n#名称 names,报告期,总诊疗人次数\n#单位 "
			  "units,,visits\n#名,2015,1\n,,\nH1,2015,1\n,2015,\n");
	static const bool remark[] = { true, true, false, true, false, false };

	for (size_t i = 0; i < array_len(remark); i++)
		cr_expect_eq(row_is_remark(reading.reader, i), remark[i], "row %zu", i);
	close_text(&reading);
}

Test(row_marks, prefilled_figures_warn_until_they_change_or_are_confirmed)
{
	struct reading reading = open_text("facility,period,VISIT,NURSE,PHYSICIAN,#prefilled\n"
					   "H1,2015,1,12,未开展,NURSE=12 PHYSICIAN=未开展\n"
					   "H2,2015,1,13,5,NURSE=12 PHYSICIAN=未开展\n"
					   "H3,2015,1,12,未开展,\n"
					   "H4,2015,1,１２,5,NURSE=12 PHYSICIAN=55\n");
	static const size_t warned[] = { 2, 0, 0, 1 };

	for (size_t i = 0; i < array_len(warned); i++) {
		struct report report;
		struct report_text text;
		bool has_text;
		size_t count;
		const struct row_note *notes;

		cr_assert_eq(row_read(reading.reader, i, &report, &text, &has_text), 0, "%s",
			err_text());
		notes = row_notes(reading.reader, &count);
		cr_assert_eq(count, warned[i], "row %zu", i);
		for (size_t k = 0; k < count; k++) {
			cr_expect(notes[k].warning);
			cr_expect_str_eq(notes[k].code, "prefilled-unchanged");
		}
		if (i == 3)
			cr_expect_str_eq(notes[0].column, "NURSE");
	}
	close_text(&reading);
}

Test(row_marks, spoiled_codes_are_refused_with_the_right_one)
{
	struct reading reading =
		open_text("facility,period,VISIT\n123,2015,1\n０００１２３,2015,1\n");
	struct codes known = { 0 };
	struct report report;
	struct report_text text;
	bool has_text;

	cr_assert_eq(codes_add(&known, "000123"), 0);
	row_reader_know(reading.reader, &known);
	cr_expect_eq(row_read(reading.reader, 0, &report, &text, &has_text), ERR_INVALID);
	cr_expect(strstr(err_text(), "f.csv:2: column 'facility': the facility's code has lost "
				     "digits; it should be: 000123; format the column as text"),
		"%s", err_text());
	cr_assert_eq(row_read(reading.reader, 1, &report, &text, &has_text), 0, "%s", err_text());
	cr_expect(bytes_equal(report.facility, bytes_str("000123")));
	buffer_fini(&known.code);
	close_text(&reading);
}

Test(row_marks, a_money_code_is_a_figure_with_a_note)
{
	struct reading reading = open_text("facility,period,VISIT,INCOME_TOTAL\nH1,2015,-2,-2\n");
	struct report report;
	struct report_text text;
	bool has_text;
	size_t count;
	const struct row_note *notes;

	cr_assert_eq(row_read(reading.reader, 0, &report, &text, &has_text), 0, "%s", err_text());
	cr_expect_eq(report.absents, 1);
	cr_expect_eq(report.absent_kind[0], ABSENT_NOT_OFFERED);
	cr_expect_eq(report.values, 1);
	cr_expect_lt(report.value[0], 0);
	notes = row_notes(reading.reader, &count);
	cr_assert_eq(count, 1);
	cr_expect_str_eq(notes[0].code, "read-as-figure");
	close_text(&reading);
}

Test(row_marks, text_for_notes_is_always_utf_8)
{
	char out[8];

	row_note_text(out, sizeof(out), bytes_str("卫生院"));
	cr_expect_str_eq(out, "卫生");
	row_note_text(out, sizeof(out), bytes_of("a\xe5\x8d", 3));
	cr_expect_str_eq(out, "a??");
}
