/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Files as Chinese offices save them, and that damaged ones are not guessed; sheets written and
 * read back. */
#include "base/encoding.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/err.h"
#include "base/sheet.h"
#include "base/sheet_out.h"

/* "facility,#name\nH1,卫生院\n" and 海州区医院 in GB18030; 㐀 takes four bytes there. */
#define GB_TEXT "facility,#name\nH1,\xce\xc0\xc9\xfa\xd4\xba\n"
#define UTF_TEXT "facility,#name\nH1,卫生院\n"

Test(encoding, utf_8_first_then_gb18030)
{
	static const struct {
		const char *name, *text;
		enum encoding wanted, used;
		const char *want; /* NULL: refused */
	} cases[] = {
		{ "plain", "a,b\n", ENCODING_DETECT, ENCODING_UTF8, "a,b\n" },
		{ "nothing", "", ENCODING_DETECT, ENCODING_UTF8, "" },
		{ "UTF-8", UTF_TEXT, ENCODING_DETECT, ENCODING_UTF8, UTF_TEXT },
		{ "marked", "\xef\xbb\xbf" UTF_TEXT, ENCODING_DETECT, ENCODING_UTF8, UTF_TEXT },
		{ "GBK", GB_TEXT, ENCODING_DETECT, ENCODING_GB18030, UTF_TEXT },
		{ "GBK, said so", GB_TEXT, ENCODING_GB18030, ENCODING_GB18030, UTF_TEXT },
		{ "GBK, said to be UTF-8", GB_TEXT, ENCODING_UTF8, ENCODING_UTF8, NULL },
		{ "four bytes", "\x81\x39\xee\x39", ENCODING_DETECT, ENCODING_GB18030, "㐀" },
		{ "the mark wins", "\xef\xbb\xbf" UTF_TEXT, ENCODING_GB18030, ENCODING_UTF8,
			UTF_TEXT },
		{ "marked, but not", "\xef\xbb\xbf" GB_TEXT, ENCODING_DETECT, ENCODING_UTF8, NULL },
		{ "damaged UTF-8", "卫生院，卫\xe7\x94，医院\n", ENCODING_DETECT, ENCODING_UTF8,
			NULL },
		{ "neither", "a\xff\xff\n", ENCODING_DETECT, ENCODING_GB18030, NULL },
		{ "UTF-16",
			"\xff\xfe"
			"a",
			ENCODING_DETECT, ENCODING_GB18030, NULL },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct buffer out = { 0 };
		enum encoding used = ENCODING_DETECT;
		int r = encoding_to_utf8(
			"f.csv", bytes_str(cases[i].text), cases[i].wanted, &out, &used);

		cr_expect_eq(
			r, cases[i].want ? 0 : ERR_INVALID, "%s: %s", cases[i].name, err_text());
		cr_expect_eq(used, cases[i].used, "%s", cases[i].name);
		if (cases[i].want)
			cr_expect(bytes_equal(buffer_view(&out), bytes_str(cases[i].want)), "%s",
				cases[i].name);
		buffer_fini(&out);
	}
}

Test(encoding, the_line_is_named)
{
	struct buffer out = { 0 };
	enum encoding used;

	cr_expect_eq(
		encoding_to_utf8("f.csv", bytes_str("a\nb\nc\xff\n"), ENCODING_DETECT, &out, &used),
		ERR_INVALID);
	cr_expect(strncmp(err_text(), "f.csv:3: neither", 16) == 0, "%s", err_text());
	buffer_fini(&out);
}

Test(encoding, a_long_text_is_converted_whole)
{
	AUTO(buffer_fini) struct buffer gb = { 0 };
	AUTO(buffer_fini) struct buffer want = { 0 };
	AUTO(buffer_fini) struct buffer out = { 0 };
	enum encoding used;

	for (int i = 0; i < 50000; i++) {
		cr_assert_eq(buffer_add(&gb, bytes_str("\xce\xc0\xc9\xfa,")), 0);
		cr_assert_eq(buffer_add(&want, bytes_str("卫生,")), 0);
	}
	cr_assert_eq(encoding_to_utf8("f.csv", buffer_view(&gb), ENCODING_DETECT, &out, &used), 0);
	cr_expect(bytes_equal(buffer_view(&out), buffer_view(&want)));
}

Test(encoding, words)
{
	enum encoding encoding;

	cr_expect(encoding_parse("GBK", &encoding) && encoding == ENCODING_GB18030);
	cr_expect(encoding_parse("utf-8", &encoding) && encoding == ENCODING_UTF8);
	cr_expect_not(encoding_parse("big5", &encoding));
}

Test(sheet_out, what_is_written_is_read_back)
{
	static const char *const cells[] = { "a", "", "b,c", "say \"x\"", "two\nlines", "医院",
		"\"" };
	AUTO(sheet_free) struct sheet *sheet = NULL;
	struct sheet_out out = { 0 };

	cr_assert_eq(sheet_out_mark(&out), 0);
	for (size_t i = 0; i < array_len(cells); i++)
		cr_assert_eq(sheet_out_cell(&out, bytes_str(&"abcdefg"[i])), 0);
	cr_assert_eq(sheet_out_end(&out), 0);
	for (size_t i = 0; i < array_len(cells); i++)
		cr_assert_eq(sheet_out_cell(&out, bytes_str(cells[i])), 0);
	cr_assert_eq(sheet_out_end(&out), 0);
	cr_assert_eq(sheet_parse("f.csv", buffer_view(&out.text), &sheet), 0, "%s", err_text());
	cr_assert_eq(sheet_rows(sheet), 1);
	for (size_t i = 0; i < array_len(cells); i++)
		cr_expect_str_eq(sheet_cell(sheet, 0, i), cells[i]);
	buffer_fini(&out.text);
}
