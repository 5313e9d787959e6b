/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * CSV as spreadsheets write it (RFC 4180, UTF-8, an optional BOM): a header row of column names,
 * then rows. The whole file is parsed at once by libcsv; rows and cells are then only looked at. */
#ifndef BASE_SHEET_H
#define BASE_SHEET_H

#include "base/bytes.h"
#include "base/encoding.h"

struct sheet;

/* Parses text; name is the file's name for messages. A quote that is never closed, a row with
 * another number of cells than the header, a repeated or empty column name, bytes that are not
 * UTF-8 and a NUL are ERR_INVALID with "name:line: reason". Empty lines are skipped. text may be
 * freed afterwards. */
CHECKED int sheet_parse(const char *name, struct bytes text, struct sheet **ret_sheet);
/* The same from a file of at most 256 MiB. */
CHECKED int sheet_load(const char *path, struct sheet **ret_sheet);
/* The same from a file that a person saved, in UTF-8 or GB18030. */
CHECKED int sheet_load_as(
	const char *path, enum encoding wanted, enum encoding *ret_used, struct sheet **ret_sheet);
void sheet_free(struct sheet *sheet);
AUTO_DEFINE(sheet_free, struct sheet *);

const char *sheet_name(const struct sheet *sheet);
size_t sheet_columns(const struct sheet *sheet);
size_t sheet_rows(const struct sheet *sheet); /* without the header */
const char *sheet_column_name(const struct sheet *sheet, size_t column);
/* The column's index, or -1. */
int sheet_column(const struct sheet *sheet, const char *name);
/* The cell's text, never NULL; blanks around it are cut off. */
const char *sheet_cell(const struct sheet *sheet, size_t row, size_t column);
/* The line of the file on which the row begins, from 1. */
size_t sheet_line(const struct sheet *sheet, size_t row);

#endif
