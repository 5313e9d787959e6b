/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Building an answer. Rows are packed as they are completed and only counted against what a
 * payload can hold, so a daemon never keeps more than one page of an answer. The page is the head
 * (position, outcome, columns), the rows, and "more": messages joined are a message. */
#include "proto/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "huibao/v1/query.pb-c.h"
#include "proto/cell.h"
#include "proto/parts.h"
#include "proto/text.h"
#include "proto/training.h"

enum { MORE_BYTES = 2 /* packed */ };

struct answer_builder {
	struct position as_of;
	enum answer_outcome outcome;
	uint32_t skip;      /* complete rows still to be left out: the pages before */
	struct buffer head; /* packed columns */
	struct buffer rows; /* packed rows, each complete */
	size_t row_count;
	bool more; /* a row did not fit: the page is closed */
	enum column_type type[COLUMNS_MAX];
	size_t columns;
	/* the row being built; the texts of its cells stand one after the other, NUL-terminated */
	struct buffer text;
	size_t at[COLUMNS_MAX];
	uint8_t nulls[(COLUMNS_MAX + 7) / 8];
	bool has_nulls;
	size_t cells;
	bool started; /* a row has begun: no further column */
};

int answer_new(const struct position *as_of, uint32_t offset, struct answer_builder **ret_answer)
{
	struct answer_builder *answer = calloc(1, sizeof(*answer));

	if (!answer)
		return err_here(ERR_NOMEM, "cannot allocate an answer");
	answer->as_of = *as_of;
	answer->outcome = ANSWER_DONE;
	answer->skip = offset;
	*ret_answer = answer;
	return 0;
}

void answer_free(struct answer_builder *answer)
{
	if (!answer)
		return;
	buffer_fini(&answer->head);
	buffer_fini(&answer->rows);
	buffer_fini(&answer->text);
	free(answer);
}

void answer_set_outcome(struct answer_builder *answer, enum answer_outcome outcome)
{
	answer->outcome = outcome;
}

int answer_column(struct answer_builder *answer, const char *name, enum column_type type)
{
	Huibao__V1__Answer m = HUIBAO__V1__ANSWER__INIT;
	Huibao__V1__Column column = HUIBAO__V1__COLUMN__INIT, *list[] = { &column };
	int r;

	ensure(!answer->started && answer->columns < COLUMNS_MAX);
	ensure(strlen(name) <= COLUMN_NAME_MAX && name[0] != '\0');
	column.name = text_of(name);
	column.type = (Huibao__V1__ColumnType)type;
	m.n_column = 1;
	m.column = list;
	r = message_pack(&m.base, &answer->head);
	if (r < 0)
		return err_pass(r);
	answer->type[answer->columns++] = type;
	return 0;
}

static int head_pack(const struct answer_builder *answer, struct buffer *out)
{
	Huibao__V1__Answer m = HUIBAO__V1__ANSWER__INIT;
	Huibao__V1__Position as_of;
	int r;

	position_pack(&answer->as_of, &as_of);
	m.as_of = &as_of;
	m.outcome = (Huibao__V1__AnswerOutcome)answer->outcome;
	r = message_pack(&m.base, out);
	if (r == 0)
		r = buffer_add(out, buffer_view(&answer->head));
	return err_pass(r);
}

/* What the page has besides rows: position (at most 64 bytes packed), outcome, columns, more,
 * training. */
static size_t page_room(const struct answer_builder *answer)
{
	return PAYLOAD_BYTES_MAX - 80 - MORE_BYTES - TRAINING_BYTES - answer->head.len;
}

static int row_pack(struct answer_builder *answer)
{
	Huibao__V1__Answer m = HUIBAO__V1__ANSWER__INIT;
	Huibao__V1__Row row = HUIBAO__V1__ROW__INIT, *list[] = { &row };
	char *cell[COLUMNS_MAX];
	size_t before = answer->rows.len;
	int r;

	for (size_t i = 0; i < answer->columns; i++)
		cell[i] = (char *)answer->text.data + answer->at[i];
	row.n_cell = answer->columns;
	row.cell = cell;
	if (answer->has_nulls)
		row.nulls = binary_of(bytes_of(answer->nulls, (answer->columns + 7) / 8));
	m.n_row = 1;
	m.row = list;
	r = message_pack(&m.base, &answer->rows);
	if (r < 0)
		return err_pass(r);
	if (answer->rows.len <= page_room(answer)) {
		answer->row_count++;
		return 0;
	}
	answer->rows.len = before;
	if (answer->row_count == 0)
		return err_here(ERR_LIMIT, "one row of the answer is larger than a message");
	answer->more = true;
	return 0;
}

static int row_end(struct answer_builder *answer)
{
	int r = 0;

	if (answer->skip > 0)
		answer->skip--;
	else if (!answer->more)
		r = row_pack(answer);
	answer->cells = 0;
	answer->text.len = 0;
	memset(answer->nulls, 0, sizeof(answer->nulls));
	answer->has_nulls = false;
	return err_pass(r);
}

static int add_cell(
	struct answer_builder *answer, enum column_type type, const char *text, bool null)
{
	size_t len = strlen(text), index = answer->cells;
	int r = buffer_room(&answer->text, len + 1);

	if (r < 0)
		return err_pass(r);
	ensure(index < answer->columns && (null || answer->type[index] == type));
	answer->started = true;
	text_repair(bytes_of(text, len), (char *)answer->text.data + answer->text.len, len + 1);
	answer->at[index] = answer->text.len;
	answer->text.len += len + 1;
	if (null) {
		answer->nulls[index / 8] |= (uint8_t)(1u << index % 8);
		answer->has_nulls = true;
	}
	answer->cells++;
	return answer->cells == answer->columns ? err_pass(row_end(answer)) : 0;
}

int answer_text(struct answer_builder *answer, const char *text)
{
	return err_pass(add_cell(answer, COLUMN_TEXT, text, false));
}

int answer_integer(struct answer_builder *answer, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	return err_pass(add_cell(answer, COLUMN_INTEGER, text, false));
}

int answer_decimal(struct answer_builder *answer, const char *digits)
{
	if (!cell_fits(COLUMN_DECIMAL, digits))
		return err_here(ERR_BUG, "'%s' is not a decimal number", digits);
	return err_pass(add_cell(answer, COLUMN_DECIMAL, digits, false));
}

int answer_boolean(struct answer_builder *answer, bool value)
{
	return err_pass(add_cell(answer, COLUMN_BOOLEAN, value ? "true" : "false", false));
}

int answer_null(struct answer_builder *answer)
{
	return err_pass(add_cell(answer, COLUMN_TEXT, "", true));
}

bool answer_full(const struct answer_builder *answer)
{
	return answer->more;
}

int answer_encode(const struct answer_builder *answer, struct buffer *out)
{
	Huibao__V1__Answer tail = HUIBAO__V1__ANSWER__INIT;
	size_t start = out->len;
	int r = head_pack(answer, out);

	ensure(answer->cells == 0);
	if (r == 0)
		r = buffer_add(out, buffer_view(&answer->rows));
	tail.more = answer->more;
	if (r == 0)
		r = message_pack(&tail.base, out);
	return err_pass(message_end(r, out, start, PAYLOAD_BYTES_MAX));
}

int answer_encode_outcome(const struct position *as_of, enum answer_outcome outcome,
	const char *text, struct buffer *out)
{
	Huibao__V1__Answer m = HUIBAO__V1__ANSWER__INIT;
	Huibao__V1__Position position;
	char repaired[HUMAN_TEXT_BYTES_MAX + 1];
	size_t start = out->len;

	position_pack(as_of, &position);
	text_repair(bytes_str(text), repaired, sizeof(repaired));
	m.as_of = &position;
	m.outcome = (Huibao__V1__AnswerOutcome)outcome;
	m.text = repaired;
	return err_pass(message_end(message_pack(&m.base, out), out, start, PAYLOAD_BYTES_MAX));
}
