/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * All cells lie NUL-terminated in one buffer and are found by offset, so the buffer may move while
 * it grows. The line of a row is counted here because libcsv does not know lines. */
#include "base/sheet.h"

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/utf8.h"

struct sheet {
	char name[256];
	struct buffer text;  /* owned: the cells */
	struct buffer cells; /* owned: size_t offsets into text, row after row, the header first */
	struct buffer lines; /* owned: size_t, one per row */
	size_t columns, rows;
	/* used only while parsing */
	size_t row_cells, line, row_line;
	int failed;
};

static size_t number_at(const struct buffer *buffer, size_t index)
{
	size_t value;

	memcpy(&value, buffer->data + index * sizeof(value), sizeof(value));
	return value;
}

static int number_add(struct buffer *buffer, size_t value)
{
	return buffer_add(buffer, bytes_of(&value, sizeof(value)));
}

/* UTF-8 without NUL: cells become C strings. */
static bool utf8_valid(struct bytes text)
{
	while (text.len > 0) {
		uint32_t code;
		size_t len = utf8_character(text, &code);

		if (len == 0 || code == 0)
			return false;
		text = bytes_of(text.data + len, text.len - len);
	}
	return true;
}

static void cell_end(void *data, size_t len, void *context)
{
	struct sheet *sheet = context;
	const uint8_t *cell = data;

	if (sheet->failed)
		return;
	if (!utf8_valid(bytes_of(cell, len))) {
		sheet->failed = err_here(ERR_INVALID,
			"%s:%zu: cell %zu is not UTF-8 text; save the file as \"CSV UTF-8\"",
			sheet->name, sheet->row_line, sheet->row_cells + 1);
		return;
	}
	while (len > 0 && (cell[len - 1] == ' ' || cell[len - 1] == '\t'))
		len--;
	while (len > 0 && (*cell == ' ' || *cell == '\t'))
		cell++, len--;
	if ((sheet->failed = number_add(&sheet->cells, sheet->text.len)) < 0 ||
		(sheet->failed = buffer_add(&sheet->text, bytes_of(cell, len))) < 0 ||
		(sheet->failed = buffer_add(&sheet->text, bytes_of("", 1))) < 0)
		return;
	sheet->row_cells++;
}

static void row_end(int character, void *context)
{
	struct sheet *sheet = context;

	(void)character;
	if (sheet->failed)
		return;
	if (sheet->columns == 0)
		sheet->columns = sheet->row_cells;
	else if (sheet->row_cells != sheet->columns)
		sheet->failed = err_here(ERR_INVALID, "%s:%zu: %zu cells, but the header has %zu",
			sheet->name, sheet->row_line, sheet->row_cells, sheet->columns);
	if (!sheet->failed)
		sheet->failed = number_add(&sheet->lines, sheet->row_line);
	sheet->row_cells = 0;
}

static bool line_blank(const uint8_t *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!strchr(" \t\r\n", line[i]) || line[i] == '\0')
			return false;
	}
	return true;
}

/* Line by line, so that each row's first line is known. A line that has text but ends no row lies
 * inside a quoted cell, and so does every line after it until a row ends. */
static int rows_parse(struct sheet *sheet, struct csv_parser *parser, struct bytes text)
{
	bool inside = false;

	sheet->row_line = 1;
	while (text.len > 0) {
		const uint8_t *end = memchr(text.data, '\n', text.len);
		size_t len = end ? (size_t)(end - text.data) + 1 : text.len;
		size_t rows_before = sheet->lines.len;

		sheet->line++;
		if (csv_parse(parser, text.data, len, cell_end, row_end, sheet) != len)
			return err_here(ERR_INVALID, "%s:%zu: %s", sheet->name, sheet->line,
				csv_strerror(csv_error(parser)));
		if (sheet->failed)
			return err_pass(sheet->failed);
		inside = sheet->lines.len == rows_before && (inside || !line_blank(text.data, len));
		if (!inside)
			sheet->row_line = sheet->line + 1;
		text.data += len;
		text.len -= len;
	}
	if (csv_fini(parser, cell_end, row_end, sheet) != 0)
		return err_here(ERR_INVALID, "%s:%zu: a quote is opened and never closed",
			sheet->name, sheet->row_line);
	return err_pass(sheet->failed);
}

static int header_check(const struct sheet *sheet)
{
	if (sheet->columns == 0)
		return err_here(ERR_INVALID, "%s:1: no header row with column names", sheet->name);
	for (size_t i = 0; i < sheet->columns; i++) {
		const char *name = sheet_column_name(sheet, i);

		if (name[0] == '\0')
			return err_here(
				ERR_INVALID, "%s:1: column %zu has no name", sheet->name, i + 1);
		if (sheet_column(sheet, name) != (int)i)
			return err_here(
				ERR_INVALID, "%s:1: column '%s' stands twice", sheet->name, name);
	}
	return 0;
}

int sheet_parse(const char *name, struct bytes text, struct sheet **ret_sheet)
{
	AUTO(sheet_free) struct sheet *sheet = calloc(1, sizeof(*sheet));
	struct csv_parser parser;
	int r;

	if (!sheet)
		return err_here(ERR_NOMEM, "cannot allocate a sheet");
	snprintf(sheet->name, sizeof(sheet->name), "%s", name);
	if (text.len >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0)
		text = bytes_of(text.data + 3, text.len - 3);
	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		return err_here(ERR_NOMEM, "cannot start the CSV parser");
	r = rows_parse(sheet, &parser, text);
	csv_free(&parser);
	if (r < 0 || (r = header_check(sheet)) < 0)
		return err_pass(r);
	sheet->rows = sheet->lines.len / sizeof(size_t) - 1;
	*ret_sheet = sheet;
	sheet = NULL;
	return 0;
}

int sheet_load_as(
	const char *path, enum encoding wanted, enum encoding *ret_used, struct sheet **ret_sheet)
{
	AUTO(buffer_fini) struct buffer raw = { 0 };
	AUTO(buffer_fini) struct buffer text = { 0 };
	int r = buffer_read_file(&raw, path, 256u << 20);

	if (r < 0 || (r = encoding_to_utf8(path, buffer_view(&raw), wanted, &text, ret_used)) < 0)
		return err_pass(r);
	return err_pass(sheet_parse(path, buffer_view(&text), ret_sheet));
}

int sheet_load(const char *path, struct sheet **ret_sheet)
{
	AUTO(buffer_fini) struct buffer text = { 0 };
	int r = buffer_read_file(&text, path, 256u << 20);

	if (r < 0)
		return err_pass(r);
	return err_pass(sheet_parse(path, buffer_view(&text), ret_sheet));
}

void sheet_free(struct sheet *sheet)
{
	if (!sheet)
		return;
	buffer_fini(&sheet->text);
	buffer_fini(&sheet->cells);
	buffer_fini(&sheet->lines);
	free(sheet);
}

static const char *cell_at(const struct sheet *sheet, size_t index)
{
	return (const char *)sheet->text.data + number_at(&sheet->cells, index);
}

const char *sheet_name(const struct sheet *sheet)
{
	return sheet->name;
}

size_t sheet_columns(const struct sheet *sheet)
{
	return sheet->columns;
}

size_t sheet_rows(const struct sheet *sheet)
{
	return sheet->rows;
}

const char *sheet_column_name(const struct sheet *sheet, size_t column)
{
	ensure(column < sheet->columns);
	return cell_at(sheet, column);
}

int sheet_column(const struct sheet *sheet, const char *name)
{
	for (size_t i = 0; i < sheet->columns; i++) {
		if (strcmp(cell_at(sheet, i), name) == 0)
			return (int)i;
	}
	return -1;
}

const char *sheet_cell(const struct sheet *sheet, size_t row, size_t column)
{
	ensure(row < sheet->rows && column < sheet->columns);
	return cell_at(sheet, (row + 1) * sheet->columns + column);
}

size_t sheet_line(const struct sheet *sheet, size_t row)
{
	ensure(row < sheet->rows);
	return number_at(&sheet->lines, row + 1);
}
