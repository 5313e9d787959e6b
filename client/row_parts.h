/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A row reader from the inside: row_bind.c makes it from a header, row.c reads rows with it, and
 * row_note.c puts into words what was found. */
#ifndef CLIENT_ROW_PARTS_H
#define CLIENT_ROW_PARTS_H

#include "client/row.h"

struct cell_binding {
	const struct element *element;
	size_t column;
	bool required;
};

enum { TEXT_COLUMNS = 6 };

/* Columns of text, and where each stands in struct report_text. */
struct text_column {
	const char *name;
	size_t offset;
};
extern const struct text_column row_text_columns[TEXT_COLUMNS];

struct row_reader {
	/* borrowed */
	const struct catalog *catalog;
	const struct form *form;
	const struct sheet *sheet;
	const struct codes *known; /* NULL: none */
	/* set at start, never changed; cells rise by element number */
	struct cell_binding cell[FORM_LINES_MAX];
	size_t cells;
	size_t facility_column, period_column;
	int revision_column, prefilled_column, reasons_column; /* -1: none */
	bool lenient;
	int text_column[TEXT_COLUMNS];
	/* of the row read last */
	uint32_t element[FORM_LINES_MAX], absent_element[FORM_LINES_MAX],
		absent_kind[FORM_LINES_MAX];
	int64_t value[FORM_LINES_MAX];
	uint32_t explained_element[EXPLAINED_MAX], explained_reason[EXPLAINED_MAX];
	uint32_t period; /* 0: none that could be read */
	char facility[FACILITY_CODE_MAX + 1];
	struct buffer faults, warnings, notes, scratch, folded, unchanged;
	/* of the header: names, joined by ", " */
	struct buffer unknown, foreign, missing, whole;
};

/* What is to be said of a cell; detail and fix may be NULL. */
struct row_said {
	const char *code, *reason, *detail, *fix;
	bool warning;
};
/* Says it of the cell in the row that is being read. */
CHECKED int row_say(
	struct row_reader *reader, size_t row, size_t column, const struct row_said *said);
/* The column "reasons" of a row into the report's explanations. */
CHECKED int row_reasons_read(struct row_reader *reader, size_t row, struct report *report);

#endif
