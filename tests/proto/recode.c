/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One small function a kind and a table of them. */
#include "tests/proto/recode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "proto/exchange.h"
#include "proto/frame.h"
#include "proto/query.h"

/* Most messages: a struct that is decoded whole and encoded again. */
#define SIMPLE(name, type)                                                                         \
	static int name##_again(struct arena *arena, struct bytes bytes, struct buffer *out)       \
	{                                                                                          \
		static type decoded;                                                               \
		int r = name##_decode(arena, bytes, &decoded);                                     \
		return r < 0 ? r : name##_encode(&decoded, out);                                   \
	}                                                                                          \
	_Static_assert(1, "a semicolon ends this line")

SIMPLE(report, struct report);
SIMPLE(report_text, struct report_text);
SIMPLE(hello, struct hello);
SIMPLE(welcome, struct welcome);
SIMPLE(submit, struct submit);
SIMPLE(verdicts, struct verdicts);
SIMPLE(status_request, struct status_request);
SIMPLE(catalogue_request, struct catalogue_request);
SIMPLE(catalogue_piece, struct catalogue_piece);
SIMPLE(busy, struct busy);
SIMPLE(refusal, struct refusal);
SIMPLE(question, struct question);
SIMPLE(command, struct command);
SIMPLE(command_result, struct command_result);

static int header_again(struct arena *arena, struct bytes bytes, struct buffer *out)
{
	struct reader reader = reader_of(bytes);
	uint8_t packed[FRAME_HEADER_BYTES];
	struct frame frame;
	int r;

	(void)arena;
	reader_view(&reader, 8);
	r = frame_decode(bytes, reader_u32(&reader), &frame);
	if (r != 0)
		return r < 0 ? r : ERR_INVALID;
	frame_encode(&frame, packed);
	return buffer_add(out, bytes_of(packed, sizeof(packed)));
}

static int findings_again(struct arena *arena, struct bytes bytes, struct buffer *out)
{
	const struct finding *findings;
	size_t count;
	uint32_t more;
	int r = findings_decode(arena, bytes, &findings, &count, &more);

	return r < 0 ? r : findings_encode(findings, count, more, out);
}

static int status_reply_again(struct arena *arena, struct bytes bytes, struct buffer *out)
{
	struct status_reply reply;
	int r = status_reply_decode(arena, bytes, &reply);

	return r < 0 ? r : status_reply_encode(&reply, out);
}

static int ping_again(struct arena *arena, struct bytes bytes, struct buffer *out)
{
	uint64_t nonce;
	int r = ping_decode(arena, bytes, &nonce);

	return r < 0 ? r : ping_encode(nonce, out);
}

static int cell_again(
	const struct answer *answer, size_t row, size_t column, struct answer_builder *builder)
{
	struct bytes text = { 0 };

	if (!answer_cell(answer, row, column, &text))
		return answer_null(builder);
	switch (answer->column[column].type) {
	case COLUMN_TEXT:
		return answer_text(builder, (const char *)text.data);
	case COLUMN_INTEGER:
		return answer_integer(builder, strtoll((const char *)text.data, NULL, 10));
	case COLUMN_DECIMAL:
		return answer_decimal(builder, (const char *)text.data);
	case COLUMN_BOOLEAN:
		return answer_boolean(builder, text.data[0] == 't');
	}
	return ERR_BUG;
}

/* The builder makes "more" by itself when a page is full; here it is added to compare. */
static int table_again(const struct answer *answer, struct buffer *out)
{
	AUTO(answer_free) struct answer_builder *builder = NULL;
	char name[64];
	int r = answer_new(&answer->as_of, 0, &builder);

	if (r < 0)
		return r;
	answer_set_outcome(builder, answer->outcome);
	for (size_t i = 0; r == 0 && i < answer->columns; i++) {
		snprintf(name, sizeof(name), "%s", (const char *)answer->column[i].name.data);
		r = answer_column(builder, name, answer->column[i].type);
	}
	for (size_t i = 0; r == 0 && i < answer->rows; i++)
		for (size_t j = 0; r == 0 && j < answer->columns; j++)
			r = cell_again(answer, i, j, builder);
	if (r == 0)
		r = answer_encode(builder, out);
	if (r == 0 && answer->more && !answer_full(builder))
		r = buffer_add(out, bytes_of("\x30\x01", 2));
	return r;
}

static int answer_again(struct arena *arena, struct bytes bytes, struct buffer *out)
{
	struct answer answer;
	int r = answer_decode(arena, bytes, &answer);

	if (r < 0)
		return r;
	if (answer.columns == 0 && !answer.more)
		return answer_encode_outcome(
			&answer.as_of, answer.outcome, (const char *)answer.text.data, out);
	return table_again(&answer, out);
}

static const struct {
	const char *kind;
	int (*again)(struct arena *arena, struct bytes bytes, struct buffer *out);
} table[] = {
	{ "header", header_again },
	{ "values", report_again },
	{ "text", report_text_again },
	{ "hello", hello_again },
	{ "welcome", welcome_again },
	{ "submit", submit_again },
	{ "verdicts", verdicts_again },
	{ "findings", findings_again },
	{ "status", status_request_again },
	{ "status-reply", status_reply_again },
	{ "catalogue", catalogue_request_again },
	{ "catalogue-piece", catalogue_piece_again },
	{ "busy", busy_again },
	{ "ping", ping_again },
	{ "refusal", refusal_again },
	{ "question", question_again },
	{ "answer", answer_again },
	{ "command", command_again },
	{ "command-result", command_result_again },
};

const char *recode_kind(size_t index)
{
	return index < array_len(table) ? table[index].kind : NULL;
}

int recode(struct arena *arena, const char *kind, struct bytes bytes, struct buffer *out)
{
	for (size_t i = 0; i < array_len(table); i++)
		if (strcmp(table[i].kind, kind) == 0)
			return table[i].again(arena, bytes, out);
	return err_here(ERR_NOT_FOUND, "there is no message '%s'", kind);
}
