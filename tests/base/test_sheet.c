/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Sheets as spreadsheets write them, and every fault with the line on which its row begins. */
#include "base/sheet.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

static struct sheet *parsed(const char *text)
{
	struct sheet *sheet = NULL;

	cr_assert_eq(sheet_parse("t.csv", bytes_str(text), &sheet), 0, "%s", err_text());
	return sheet;
}

Test(sheet, cells_are_found_by_row_and_column)
{
	AUTO(sheet_free)
	struct sheet *sheet = parsed("code,name,n\n01,医院,5\n02,\"a, \"\"b\"\"\",\n");

	cr_expect_str_eq(sheet_name(sheet), "t.csv");
	cr_expect_eq(sheet_columns(sheet), 3);
	cr_expect_eq(sheet_rows(sheet), 2);
	cr_expect_str_eq(sheet_column_name(sheet, 1), "name");
	cr_expect_eq(sheet_column(sheet, "n"), 2);
	cr_expect_eq(sheet_column(sheet, "N"), -1);
	cr_expect_eq(sheet_column(sheet, ""), -1);
	cr_expect_str_eq(sheet_cell(sheet, 0, 0), "01");
	cr_expect_str_eq(sheet_cell(sheet, 0, 1), "医院");
	cr_expect_str_eq(sheet_cell(sheet, 1, 1), "a, \"b\"");
	cr_expect_str_eq(sheet_cell(sheet, 1, 2), "");
}

Test(sheet, what_spreadsheets_do_is_understood)
{
	static const struct {
		const char *name, *text;
	} cases[] = {
		{ "plain", "a,b\n1,2\n" },
		{ "no newline at the end", "a,b\n1,2" },
		{ "carriage returns", "a,b\r\n1,2\r\n" },
		{ "byte order mark", "\xef\xbb\xbf"
				     "a,b\n1,2\n" },
		{ "quoted", "\"a\",\"b\"\n\"1\",\"2\"\n" },
		{ "quoted after a mark", "\xef\xbb\xbf\"a\",b\n1,2\n" },
		{ "blanks around", " a , b \n 1 ,\t2\t\n" },
		{ "blanks inside quotes", "a,b\n\" 1 \",2\n" },
		{ "empty lines", "a,b\n\n\r\n1,2\n\n" },
		{ "empty lines first", "\n\na,b\n1,2\n" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		AUTO(sheet_free) struct sheet *sheet = parsed(cases[i].text);

		cr_assert_eq(sheet_rows(sheet), 1, "%s", cases[i].name);
		cr_expect_eq(sheet_column(sheet, "a"), 0, "%s", cases[i].name);
		cr_expect_eq(sheet_column(sheet, "b"), 1, "%s", cases[i].name);
		cr_expect_str_eq(sheet_cell(sheet, 0, 0), "1", "%s", cases[i].name);
		cr_expect_str_eq(sheet_cell(sheet, 0, 1), "2", "%s", cases[i].name);
	}
}

Test(sheet, a_row_knows_the_line_on_which_it_begins)
{
	static const struct {
		const char *name, *text;
		size_t lines[3];
	} cases[] = {
		{ "plain", "a,b\n1,2\n3,4\n5,6\n", { 2, 3, 4 } },
		{ "carriage returns", "a,b\r\n1,2\r\n3,4\r\n5,6", { 2, 3, 4 } },
		{ "an empty line between", "a,b\n1,2\n\n3,4\n5,6\n", { 2, 4, 5 } },
		{ "a newline in the last cell", "a,b\n1,\"x\ny\"\n3,4\n5,6\n", { 2, 4, 5 } },
		{ "a newline in the first cell", "a,b\n\"x\ny\",2\n3,4\n5,6\n", { 2, 4, 5 } },
		{ "newlines in both", "a,b\n\"x\n\ny\",\"z\n\"\n3,4\n5,6\n", { 2, 6, 7 } },
		{ "a newline in the header", "\"a\nb\",c\n1,2\n3,4\n5,6\n", { 3, 4, 5 } },
		{ "an empty line inside a cell", "a,b\n\"x\n\n\",2\n3,4\n5,6\n", { 2, 5, 6 } },
		{ "one column, no newline at the end", "a\n1\n\n3\n5", { 2, 4, 5 } },
		{ "an empty line before the header", "\na,b\n1,2\n3,4\n5,6\n", { 3, 4, 5 } },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		AUTO(sheet_free) struct sheet *sheet = parsed(cases[i].text);

		cr_assert_eq(sheet_rows(sheet), 3, "%s", cases[i].name);
		for (size_t k = 0; k < 3; k++)
			cr_expect_eq(sheet_line(sheet, k), cases[i].lines[k],
				"%s, row %zu: line %zu", cases[i].name, k, sheet_line(sheet, k));
	}
}

Test(sheet, a_header_without_rows_is_a_sheet)
{
	AUTO(sheet_free) struct sheet *sheet = parsed("a,b\n");

	cr_expect_eq(sheet_rows(sheet), 0);
	cr_expect_eq(sheet_columns(sheet), 2);
}

Test(sheet, faults_are_told_with_file_and_line)
{
	static const struct {
		const char *name;
		struct bytes text;
		const char *fault;
	} cases[] = {
		{ "nothing", { (const uint8_t *)"", 0 }, "t.csv:1: no header row" },
		{ "only a mark", { (const uint8_t *)"\xef\xbb\xbf", 3 }, "t.csv:1: no header row" },
		{ "only empty lines", { (const uint8_t *)"\n\n", 2 }, "t.csv:1: no header row" },
		{ "short row", { (const uint8_t *)"a,b\n1,2\n3\n", 10 },
			"t.csv:3: 1 cells, but the header has 2" },
		{ "long row", { (const uint8_t *)"a,b\n1,2,3\n", 10 },
			"t.csv:2: 3 cells, but the header has 2" },
		{ "open quote", { (const uint8_t *)"a,b\n1,\"2\n3,4\n", 13 },
			"t.csv:2: a quote is opened and never closed" },
		{ "open quote, first cell", { (const uint8_t *)"a,b\n\"1,2\n3,4\n", 13 },
			"t.csv:2: a quote is opened" },
		{ "text behind a quote", { (const uint8_t *)"a,b\n1,\"2\"x\n", 11 }, "t.csv:2: " },
		{ "quote inside", { (const uint8_t *)"a,b\n1,2\"x\n", 10 }, "t.csv:2: " },
		{ "two columns alike", { (const uint8_t *)"a,a\n", 4 },
			"t.csv:1: column 'a' stands twice" },
		{ "column without a name", { (const uint8_t *)"a,,b\n", 5 },
			"t.csv:1: column 2 has no name" },
		{ "a NUL", { (const uint8_t *)"a,b\n1,x\0y\n", 10 },
			"t.csv:2: cell 2 is not UTF-8" },
		{ "GBK 卫生", { (const uint8_t *)"a,b\n1,\xce\xc0\xc9\xfa\n", 11 },
			"t.csv:2: cell 2 is not UTF-8" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct sheet *sheet = NULL;

		cr_expect_eq(sheet_parse("t.csv", cases[i].text, &sheet), ERR_INVALID, "%s",
			cases[i].name);
		cr_expect(strncmp(err_text(), cases[i].fault, strlen(cases[i].fault)) == 0,
			"%s: %s", cases[i].name, err_text());
		cr_expect_null(sheet);
	}
}

Test(sheet, only_strict_utf_8_is_text)
{
	static const struct {
		const char *text;
		bool valid;
	} cases[] = {
		{ "\x7f", true },
		{ "\xc2\x80", true },
		{ "\xdf\xbf", true },
		{ "\xe0\xa0\x80", true },
		{ "\xed\x9f\xbf", true },
		{ "\xee\x80\x80", true },
		{ "\xf0\x90\x80\x80", true },
		{ "\xf4\x8f\xbf\xbf", true },
		{ "\x80", false }, /* a continuation alone */
		{ "\xbf\xbf", false },
		{ "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80", false },
		{ "\xff\x80\x80\x80\x80\x80\x80\x80\x80\x80", false },
		{ "\xf8\x88\x80\x80\x80\x80\x80\x80\x80\x80", false },
		{ "\xc0\x80", false }, /* too long for NUL */
		{ "\xc1\xbf", false },
		{ "\xc2", false }, /* cut */
		{ "\xe5\x8c", false },
		{ "\xf0\x9f\x98", false },
		{ "\xe5x\x8c", false },
		{ "\xe0\x9f\xbf", false }, /* too long */
		{ "\xed\xa0\x80", false }, /* a surrogate */
		{ "\xed\xbf\xbf", false },
		{ "\xf0\x8f\xbf\xbf", false }, /* too long */
		{ "\xf4\x90\x80\x80", false }, /* above U+10FFFF */
		{ "\xf5\x80\x80\x80", false },
		{ "\xfe", false },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		AUTO(sheet_free) struct sheet *sheet = NULL;
		AUTO(buffer_fini) struct buffer text = { 0 };

		cr_assert_eq(buffer_format(&text, "a\n\"%s\"\n", cases[i].text), 0);
		cr_expect_eq(sheet_parse("t.csv", buffer_view(&text), &sheet),
			cases[i].valid ? 0 : ERR_INVALID, "case %zu", i);
	}
}

Test(sheet, the_text_may_be_freed_afterwards)
{
	AUTO(sheet_free) struct sheet *sheet = NULL;
	char text[] = "a,b\n1,2\n";

	cr_assert_eq(sheet_parse("t.csv", bytes_str(text), &sheet), 0);
	memset(text, 'x', sizeof(text) - 1);
	cr_expect_str_eq(sheet_cell(sheet, 0, 1), "2");
}

Test(sheet, a_large_sheet_is_read_whole)
{
	enum { ROWS = 20000 };
	AUTO(buffer_fini) struct buffer text = { 0 };
	AUTO(sheet_free) struct sheet *sheet = NULL;

	cr_assert_eq(buffer_format(&text, "n,square\n"), 0);
	for (unsigned i = 0; i < ROWS; i++)
		cr_assert_eq(buffer_format(&text, "%u,\"%u\"\n", i, i * i), 0);
	cr_assert_eq(sheet_parse("t.csv", buffer_view(&text), &sheet), 0, "%s", err_text());
	cr_assert_eq(sheet_rows(sheet), ROWS);
	for (unsigned i = 0; i < ROWS; i++) {
		cr_assert_eq(strtoul(sheet_cell(sheet, i, 1), NULL, 10), i * i);
		cr_assert_eq(sheet_line(sheet, i), i + 2);
	}
}

Test(sheet, a_file_is_named_by_its_path)
{
	char path[] = BINARY_DIR "/sheet-XXXXXX";
	AUTO(sheet_free) struct sheet *sheet = NULL;
	struct sheet *none = NULL;
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, "a\n1\n", 4), 4);
	close(fd);
	cr_expect_eq(sheet_load(path, &sheet), 0, "%s", err_text());
	cr_expect_str_eq(sheet_name(sheet), path);
	unlink(path);
	cr_expect_eq(sheet_load(path, &none), ERR_NOT_FOUND);
}
