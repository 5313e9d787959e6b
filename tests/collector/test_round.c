/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Why there is no figure, all the way round: a template filled in with every kind of absence, a
 * true 0 and a blank, saved in either encoding, read, packed, printed again and read again, says
 * the same. */
#include <criterion/criterion.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "base/encoding.h"
#include "base/err.h"
#include "client/language.h"
#include "client/row.h"
#include "collector/template.h"
#include "tests/collector/ruled.h"

TestSuite(round, .init = ruled_setup, .fini = ruled_teardown);

/* One cell for each thing to say; the figures that the form requires are filled with 0. */
static const struct {
	const char *element, *zh, *en;
} said[] = {
	{ "VISIT", "0", "0" },
	{ "NURSE", "未开展", "NOT_OFFERED" },
	{ "PHYSICIAN", "未收集", "NOT_COLLECTED" },
	{ "BED_ACTUAL", "不公开", "WITHHELD" },
	{ "ADMISSION", "不适用", "NOT_APPLICABLE" },
	{ "DISCHARGE", "12345", "12345" },
	{ "EMERGENCY", "", "" },
	{ "HEALTH_TECHNICIAN", "0", "0" },
	{ "BED_DAY_OPEN", "0", "0" },
	{ "BED_DAY_OCCUPIED", "0", "0" },
};

static struct sheet_out template_out;

static int format(void *ctx, const struct ports *ports)
{
	size_t prefilled;

	return template_format(ctx, ports, &template_out, &prefilled);
}

static struct sheet *template_of(const struct form *form)
{
	struct known_facility facility = { .code = "H1" };
	struct facilities facilities = { .count = 1 };
	struct template_plan plan = { .catalog = ruled_session->catalog,
		.form = form,
		.period = 2026105,
		.facilities = &facilities };
	struct sheet *sheet;

	facilities.list = (struct buffer){ .data = (uint8_t *)&facility, .len = sizeof(facility) };
	cr_assert_eq(session_read(ruled_session, format, &plan), 0, "%s", err_text());
	cr_assert_eq(
		sheet_parse("t.csv", buffer_view(&template_out.text), &sheet), 0, "%s", err_text());
	buffer_fini(&template_out.text);
	template_out = (struct sheet_out){ 0 };
	return sheet;
}

static const char *typed(const struct sheet *sheet, size_t row, size_t column, bool chinese)
{
	for (size_t i = 0; i < array_len(said); i++) {
		if (strcmp(sheet_column_name(sheet, column), said[i].element) == 0)
			return chinese ? said[i].zh : said[i].en;
	}
	return sheet_cell(sheet, row, column);
}

/* The template's rows, the last of them filled in. */
static void fill(const struct sheet *sheet, bool chinese, struct buffer *out)
{
	size_t columns = sheet_columns(sheet), rows = sheet_rows(sheet);

	for (size_t c = 0; c < columns; c++)
		cr_assert_eq(
			buffer_format(out, "%s%s", c ? "," : "", sheet_column_name(sheet, c)), 0);
	for (size_t r = 0; r < rows; r++) {
		for (size_t c = 0; c < columns; c++)
			cr_assert_eq(buffer_format(out, "%s\"%s\"", c ? "," : "\n",
					     r + 1 == rows ? typed(sheet, r, c, chinese)
							   : sheet_cell(sheet, r, c)),
				0);
	}
	cr_assert_eq(buffer_add(out, bytes_str("\n")), 0);
}

static void to_gb18030(struct buffer *text)
{
	iconv_t conversion = iconv_open("GB18030", "UTF-8");
	size_t room = text->len * 2 + 64, left = text->len, free_bytes = room;
	char *made = malloc(room), *to = made, *from = (char *)text->data;

	cr_assert_not_null(made);
	cr_assert_neq(conversion, (iconv_t)-1);
	cr_assert_neq(iconv(conversion, &from, &left, &to, &free_bytes), (size_t)-1);
	iconv_close(conversion);
	text->len = 0;
	cr_assert_eq(buffer_add(text, bytes_of(made, room - free_bytes)), 0);
	free(made);
}

/* The bytes of the report in the sheet's last row, as they are sent. */
static void pack(const struct form *form, struct bytes text, struct buffer *packed)
{
	AUTO(sheet_free) struct sheet *sheet = NULL;
	AUTO(row_reader_free) struct row_reader *reader = NULL;
	AUTO(buffer_fini) struct buffer utf8 = { 0 };
	struct report_text texts;
	struct report report;
	enum encoding used;
	bool has_text;

	cr_assert_eq(encoding_to_utf8("f.csv", text, ENCODING_DETECT, &utf8, &used), 0, "%s",
		err_text());
	cr_assert_eq(sheet_parse("f.csv", buffer_view(&utf8), &sheet), 0, "%s", err_text());
	cr_assert_eq(
		row_reader_new(ruled_session->catalog, form, sheet, &reader), 0, "%s", err_text());
	cr_assert_eq(row_read(reader, sheet_rows(sheet) - 1, &report, &texts, &has_text), 0, "%s",
		err_text());
	report.revision = 1;
	packed->len = 0;
	cr_assert_eq(report_encode(&report, packed), 0, "%s", err_text());
}

/* A sheet with nothing but what the packed report says. */
static void print(const struct form *form, struct bytes packed, bool chinese, struct buffer *out)
{
	AUTO(arena_free) struct arena *arena = NULL;
	AUTO(buffer_fini) struct buffer cell = { 0 };
	struct report report;

	cr_assert_eq(arena_new(&arena), 0);
	cr_assert_eq(report_decode(arena, packed, &report), 0, "%s", err_text());
	cr_assert_eq(buffer_format(out, "facility,period"), 0);
	for (uint32_t i = 0; i < form->line_count; i++)
		cr_assert_eq(buffer_format(out, ",%s",
				     catalog_element(ruled_session->catalog, form->lines[i].element)
					     ->code),
			0);
	cr_assert_eq(buffer_format(out, "\nH1,2026-05"), 0);
	for (uint32_t i = 0; i < form->line_count; i++) {
		cr_assert_eq(row_cell_print(catalog_element(
						    ruled_session->catalog, form->lines[i].element),
				     &report, chinese, &cell),
			0);
		cr_assert_eq(buffer_format(out, ",%s", (const char *)cell.data), 0);
	}
	cr_assert_eq(buffer_add(out, bytes_str("\n")), 0);
}

static void expect_said(const struct form *form, struct bytes packed)
{
	static const uint32_t kinds[] = { ABSENT_NOT_OFFERED, ABSENT_NOT_COLLECTED, ABSENT_WITHHELD,
		ABSENT_NOT_APPLICABLE };
	AUTO(arena_free) struct arena *arena = NULL;
	struct report report;
	int64_t value[FORM_LINES_MAX];

	cr_assert_eq(arena_new(&arena), 0);
	cr_assert_eq(report_decode(arena, packed, &report), 0, "%s", err_text());
	cr_assert_eq(report_vector(ruled_session->catalog, form, &report, value), 0);
	for (size_t i = 0; i < array_len(said); i++) {
		uint32_t id = catalog_element_by_code(ruled_session->catalog, said[i].element)->id;
		int64_t got = value[form_line_of(ruled_session->catalog, form, id)];
		bool kind = i >= 1 && i <= array_len(kinds);
		int64_t want = kind            ? value_absent(kinds[i - 1])
			       : said[i].en[0] ? strtoll(said[i].en, NULL, 10)
					       : value_absent(0);

		cr_expect_eq(got, want, "%s", said[i].element);
	}
}

Test(round, every_kind_of_absence_a_true_0_and_a_blank_come_back_the_same)
{
	const struct form *form = catalog_form_by_code(ruled_session->catalog, "HOSPITAL_MONTH");
	AUTO(sheet_free) struct sheet *template = template_of(form);

	for (int way = 0; way < 4; way++) {
		bool chinese = way & 1, gb18030 = way & 2;
		AUTO(buffer_fini) struct buffer filled = { 0 };
		AUTO(buffer_fini) struct buffer packed = { 0 };
		AUTO(buffer_fini) struct buffer printed = { 0 };
		AUTO(buffer_fini) struct buffer again = { 0 };

		fill(template, chinese, &filled);
		if (gb18030)
			to_gb18030(&filled);
		pack(form, buffer_view(&filled), &packed);
		expect_said(form, buffer_view(&packed));
		print(form, buffer_view(&packed), !chinese, &printed);
		if (gb18030)
			to_gb18030(&printed);
		pack(form, buffer_view(&printed), &again);
		cr_expect(bytes_equal(buffer_view(&packed), buffer_view(&again)), "way %d", way);
	}
}
