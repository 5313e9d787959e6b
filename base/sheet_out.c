/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * RFC 4180: a cell with a comma, a quote or a line's end is quoted, and quotes inside are doubled.
 * Lines end as spreadsheets end them. */
#include "base/sheet_out.h"

#include <string.h>

#include "base/err.h"

int sheet_out_mark(struct sheet_out *out)
{
	return err_pass(buffer_add(&out->text, bytes_str("\xef\xbb\xbf")));
}

static bool needs_quotes(struct bytes cell)
{
	for (size_t i = 0; i < cell.len; i++) {
		uint8_t c = cell.data[i];

		if (c == ',' || c == '"' || c == '\r' || c == '\n')
			return true;
	}
	return false;
}

static int quoted(struct sheet_out *out, struct bytes cell)
{
	int r = buffer_add(&out->text, bytes_str("\""));

	while (r == 0 && cell.len > 0) {
		const uint8_t *quote = memchr(cell.data, '"', cell.len);
		size_t len = quote ? (size_t)(quote - cell.data) + 1 : cell.len;

		r = buffer_add(&out->text, bytes_of(cell.data, len));
		if (r == 0 && quote)
			r = buffer_add(&out->text, bytes_str("\""));
		cell = bytes_of(cell.data + len, cell.len - len);
	}
	return r < 0 ? err_pass(r) : err_pass(buffer_add(&out->text, bytes_str("\"")));
}

int sheet_out_cell(struct sheet_out *out, struct bytes cell)
{
	int r = out->begun ? buffer_add(&out->text, bytes_str(",")) : 0;

	out->begun = true;
	if (r < 0)
		return err_pass(r);
	return err_pass(needs_quotes(cell) ? quoted(out, cell) : buffer_add(&out->text, cell));
}

int sheet_out_end(struct sheet_out *out)
{
	out->begun = false;
	return err_pass(buffer_add(&out->text, bytes_str("\r\n")));
}
