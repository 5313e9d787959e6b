/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rows of a catalogue's table, read by column name. A cell that is wrong becomes a fault with file
 * and line, and reading goes on with something harmless: every mistake is found in one run. */
#ifndef MODEL_TABLE_ROW_H
#define MODEL_TABLE_ROW_H

#include <stdbool.h>

#include "base/sheet.h"
#include "model/catalog.h"
#include "model/faults.h"

struct row {
	const struct sheet *sheet;
	struct faults *faults;
	size_t index; /* of the sheet's row */
};

void row_fault(const struct row *row, const char *text, ...) __attribute__((format(printf, 2, 3)));

/* The cell's text; the column exists, since the table's columns were checked before. */
const char *row_cell(const struct row *row, const char *column);
/* Text of 1 to size - 1 bytes. */
void row_text(const struct row *row, const char *column, char *ret, size_t size);
/* One word of letters, digits and '_' that begins with a letter, of at most size - 1 bytes. */
void row_short_code(const struct row *row, const char *column, char *ret, size_t size);
/* Such a word in column "code". */
void row_code(const struct row *row, char ret[CATALOG_CODE_BYTES]);
/* Both name_zh and name_en. */
void row_name(const struct row *row, struct catalog_name *ret);
/* A whole number; min when it is wrong. */
uint32_t row_number(const struct row *row, const char *column, uint32_t min, uint32_t max);
/* The place of the cell among the words; 0, which holds no word, when it is none of them. */
unsigned row_word(
	const struct row *row, const char *column, const char *const *words, size_t count);
/* A day, or otherwise when the cell is empty. */
int32_t row_day(const struct row *row, const char *column, int32_t otherwise);

/* Whether text is a whole number of at most max, digits only. */
bool number_parse(const char *text, uint32_t max, uint32_t *ret_value);

#endif
