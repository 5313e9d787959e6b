/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * CSV for spreadsheets, cell by cell; what is written here base/sheet.h reads back as it was. */
#ifndef BASE_SHEET_OUT_H
#define BASE_SHEET_OUT_H

#include "base/bytes.h"

struct sheet_out {
	struct buffer text; /* the caller frees it */
	bool begun;         /* the row has a cell already */
};

/* A byte order mark, by which Excel knows UTF-8; first of all. */
CHECKED int sheet_out_mark(struct sheet_out *out);
CHECKED int sheet_out_cell(struct sheet_out *out, struct bytes cell);
CHECKED int sheet_out_end(struct sheet_out *out);

#endif
