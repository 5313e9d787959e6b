/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reading an answer. Every cell is compared with its column's type, so whoever prints an answer may
 * trust a number to be one. */
#include "proto/query.h"

#include <string.h>

#include "base/err.h"
#include "huibao/v1/query.pb-c.h"
#include "proto/cell.h"
#include "proto/parts.h"

static const char *skip_digits(const char *text)
{
	while (*text >= '0' && *text <= '9')
		text++;
	return text;
}

bool cell_fits(enum column_type type, const char *text)
{
	const char *digits = text[0] == '-' ? text + 1 : text;
	const char *end = skip_digits(digits);

	switch (type) {
	case COLUMN_TEXT:
		return true;
	case COLUMN_INTEGER:
		return end > digits && *end == '\0' && end - digits <= 20;
	case COLUMN_DECIMAL:
		if (end > digits && *end == '.' && skip_digits(end + 1) > end + 1)
			end = skip_digits(end + 1);
		return end > digits && *end == '\0';
	case COLUMN_BOOLEAN:
		return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
	}
	return false;
}

static bool is_null(const Huibao__V1__Row *row, size_t column)
{
	return column / 8 < row->nulls.len && row->nulls.data[column / 8] >> column % 8 & 1;
}

static int check_row(const struct answer *answer, const Huibao__V1__Row *row, size_t index)
{
	size_t nulls = 0, bits = 0;

	if (row->n_cell != answer->columns)
		return err_here(ERR_INVALID, "row %zu has %zu cells for %zu columns", index,
			row->n_cell, answer->columns);
	for (size_t i = 0; i < row->n_cell; i++) {
		bool null = is_null(row, i);

		nulls += null;
		if (null ? row->cell[i][0] != '\0'
			 : !cell_fits(answer->column[i].type, row->cell[i]))
			return err_here(ERR_INVALID, "row %zu: '%.40s' does not fit column '%.48s'",
				index, row->cell[i], (const char *)answer->column[i].name.data);
	}
	for (size_t i = 0; i < row->nulls.len; i++)
		for (unsigned byte = row->nulls.data[i]; byte != 0; byte >>= 1)
			bits += byte & 1;
	if (bits != nulls)
		return err_here(
			ERR_INVALID, "row %zu: 'nulls' names cells that are not there", index);
	return 0;
}

static int column_unpack(const Huibao__V1__Column *m, struct answer *answer)
{
	size_t index = answer->columns;
	int r = field_text("name", m->name, COLUMN_NAME_MAX, &answer->column[index].name);

	if (r < 0)
		return err_pass(r);
	if (m->type < HUIBAO__V1__COLUMN_TYPE__COLUMN_TYPE_TEXT || m->name[0] == '\0')
		return err_here(ERR_INVALID, "column '%s' without a name or a type", m->name);
	answer->column[index].type = (enum column_type)m->type;
	answer->columns++;
	return 0;
}

static int table_unpack(const Huibao__V1__Answer *m, struct answer *answer)
{
	int r = 0;

	if (m->n_column > COLUMNS_MAX)
		return err_here(ERR_INVALID, "%zu columns; at most %d are allowed", m->n_column,
			COLUMNS_MAX);
	if (m->n_column == 0 && m->n_row > 0)
		return err_here(ERR_INVALID, "%zu rows without a column", m->n_row);
	for (size_t i = 0; r == 0 && i < m->n_column; i++)
		r = column_unpack(m->column[i], answer);
	for (size_t i = 0; r == 0 && i < m->n_row; i++)
		r = check_row(answer, m->row[i], i);
	answer->rows = m->n_row;
	return err_pass(r);
}

int answer_decode(struct arena *arena, struct bytes payload, struct answer *ret_answer)
{
	const Huibao__V1__Answer *m;
	const void *message;
	struct answer answer = { .columns = 0 };
	int r = message_unpack(
		arena, &huibao__v1__answer__descriptor, payload, PAYLOAD_BYTES_MAX, &message);

	if (r < 0)
		return err_pass(r);
	m = message;
	if (!m->as_of || m->outcome < HUIBAO__V1__ANSWER_OUTCOME__ANSWER_OUTCOME_DONE)
		return err_here(ERR_INVALID, "answer without a position or an outcome");
	r = position_unpack(m->as_of, &answer.as_of);
	if (r == 0)
		r = field_text("text", m->text, HUMAN_TEXT_BYTES_MAX, &answer.text);
	if (r == 0)
		r = table_unpack(m, &answer);
	if (r < 0)
		return err_pass(r);
	answer.outcome = (enum answer_outcome)m->outcome;
	answer.more = m->more;
	answer.training = m->training;
	answer.message = m;
	*ret_answer = answer;
	return 0;
}

bool answer_cell(const struct answer *answer, size_t row, size_t column, struct bytes *ret_text)
{
	const Huibao__V1__Answer *m = answer->message;
	const Huibao__V1__Row *from;

	ensure(row < answer->rows && column < answer->columns);
	from = m->row[row];
	if (is_null(from, column))
		return false;
	*ret_text = bytes_str(from->cell[column]);
	return true;
}
