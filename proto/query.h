/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Questions, answers and commands (huibao/v1/query.proto). An answer is a table with typed columns
 * and an as-of position, so one way of printing serves every question. Lifetimes as in
 * proto/exchange.h. */
#ifndef PROTO_QUERY_H
#define PROTO_QUERY_H

#include "model/registry.h"
#include "proto/exchange.h"

enum { ARGUMENTS_MAX = 16, COLUMNS_MAX = 64 };

struct argument {
	struct bytes name, value;
};

struct question {
	struct bytes verb;
	struct argument argument[ARGUMENTS_MAX];
	size_t arguments;
	uint64_t at_least;
	bool has_as_of;
	struct position as_of;
	uint32_t offset;
};

/* The argument's value, or an empty view. */
struct bytes question_argument(const struct question *question, const char *name);

enum column_type { COLUMN_TEXT = 1, COLUMN_INTEGER, COLUMN_DECIMAL, COLUMN_BOOLEAN };
enum answer_outcome {
	ANSWER_DONE = 1,
	ANSWER_INVALID,
	ANSWER_NOT_FOUND,
	ANSWER_MOVED_ON,
	ANSWER_NOT_YET,
	ANSWER_NOT_ALLOWED,
	ANSWER_FOUND_FAULT,
};

/* An answer being built row by row by a daemon. It keeps within one payload: rows before offset are
 * skipped, rows beyond the payload set "more". */
struct answer_builder;
CHECKED int answer_new(
	const struct position *as_of, uint32_t offset, struct answer_builder **ret_answer);
void answer_free(struct answer_builder *answer);
AUTO_DEFINE(answer_free, struct answer_builder *);
CHECKED int answer_column(struct answer_builder *answer, const char *name, enum column_type type);
/* A row: one call per column, in order; a row is complete after the last column. */
CHECKED int answer_text(struct answer_builder *answer, const char *text);
CHECKED int answer_integer(struct answer_builder *answer, int64_t value);
CHECKED int answer_decimal(struct answer_builder *answer, const char *digits);
CHECKED int answer_boolean(struct answer_builder *answer, bool value);
CHECKED int answer_null(struct answer_builder *answer);
/* DONE unless set otherwise: a check that found differences shows them as rows of FOUND_FAULT. */
void answer_set_outcome(struct answer_builder *answer, enum answer_outcome outcome);
/* Whether the page is full: the daemon may stop producing rows. */
bool answer_full(const struct answer_builder *answer);
CHECKED int answer_encode(const struct answer_builder *answer, struct buffer *out);
/* An answer without a table. */
CHECKED int answer_encode_outcome(const struct position *as_of, enum answer_outcome outcome,
	const char *text, struct buffer *out);

/* An answer as received. */
struct answer {
	struct position as_of;
	enum answer_outcome outcome;
	struct bytes text;
	struct {
		struct bytes name;
		enum column_type type;
	} column[COLUMNS_MAX];
	size_t columns;
	size_t rows;
	bool more;
	bool training;       /* of a training system */
	const void *message; /* for answer_cell() */
};
/* false: null. The view is NUL-terminated text and lives as long as the answer. */
bool answer_cell(const struct answer *answer, size_t row, size_t column, struct bytes *ret_text);

/* Between bytes and struct; an answer is packed by its builder above. */
CHECKED int question_decode(
	struct arena *arena, struct bytes payload, struct question *ret_question);
CHECKED int question_encode(const struct question *question, struct buffer *out);
CHECKED int answer_decode(struct arena *arena, struct bytes payload, struct answer *ret_answer);

struct fact;
struct statement;
struct person_verdict;
struct decision;
struct query;
struct adjustment;
struct lock;

/* What a sender remembers of the journal and the journal does not: this position, and what lies
 * before it in its epoch. */
struct witness {
	bool everybody; /* whoever remembers it; public_key does not count */
	uint8_t public_key[32];
	struct position position;
};

/* A command. Its records are the registry's own (model/registry.h; number is 0), those of
 * model/facts.h and model/lock.h (sequence, actor and received are 0), and those of
 * model/decision.h, which stand alone in their command. */
struct command {
	uint8_t request_id[16];
	struct bytes reason;
	uint64_t belief;
	const struct facility *facility;
	size_t facilities;
	const struct key *key;
	size_t keys;
	const struct fact *fact;
	size_t facts;
	const struct statement *statement;
	size_t statements;
	const struct person_verdict *verdict;
	size_t verdicts;
	const struct decision *decision;
	size_t decisions;
	const struct query *query;
	size_t queries;
	const struct adjustment *adjustment;
	size_t adjustments;
	const struct lock *lock;
	size_t locks;
	const struct witness *witness;
	size_t witnesses;
};
/* How many records of all kinds. */
size_t command_records(const struct command *command);
struct command_result {
	enum answer_outcome outcome;
	struct bytes text;
	bool has_receipt;
	struct receipt receipt;
	uint32_t records;
	bool training;
};

/* Decoded records belong to the arena. */
CHECKED int command_decode(struct arena *arena, struct bytes payload, struct command *ret_command);
CHECKED int command_encode(const struct command *command, struct buffer *out);
CHECKED int command_result_decode(
	struct arena *arena, struct bytes payload, struct command_result *ret_result);
CHECKED int command_result_encode(const struct command_result *result, struct buffer *out);

#endif
