/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Questions, answers page by page, and commands: what is read, what is built, what is refused. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/facts.h"
#include "proto/query.h"
#include "tests/proto/recode.h"
#include "tests/proto/vector.h"

static struct arena *arena;
static const struct position here = { .sequence = 1044 };

static void start(void)
{
	cr_assert_eq(arena_new(&arena), 0);
}

static void stop(void)
{
	arena_free(arena);
}

TestSuite(query, .init = start, .fini = stop);

static bool cell_is(const struct answer *answer, size_t row, size_t column, const char *want)
{
	struct bytes text;

	if (!answer_cell(answer, row, column, &text))
		return want == NULL;
	return want && bytes_equal(text, bytes_str(want)) && text.data[text.len] == '\0';
}

Test(query, a_question_is_a_verb_with_named_arguments)
{
	struct question question;

	cr_assert_eq(question_decode(arena, vector_named("question"), &question), 0);
	cr_expect(bytes_equal(question.verb, bytes_str("indicator show")));
	cr_expect_eq(question.arguments, 3);
	cr_expect(bytes_equal(question_argument(&question, "area"), bytes_str("440304")));
	cr_expect(bytes_equal(question_argument(&question, "period"), bytes_str("2026-05")));
	cr_expect_eq(question_argument(&question, "window").len, 0);
	cr_expect_eq(question.at_least, 1044);
	cr_expect_not(question.has_as_of);
	cr_assert_eq(question_decode(arena, vector_named("question-page"), &question), 0);
	cr_expect(question.has_as_of && question.as_of.sequence == 1044 && question.offset == 200);
}

Test(query, a_table_is_read_cell_by_cell)
{
	struct answer answer;

	cr_assert_eq(answer_decode(arena, vector_named("answer"), &answer), 0, "%s", err_text());
	cr_expect(answer.outcome == ANSWER_DONE && answer.more);
	cr_expect_eq(answer.as_of.sequence, 1044);
	cr_assert(answer.columns == 4 && answer.rows == 2);
	cr_expect(bytes_equal(answer.column[2].name, bytes_str("value")));
	cr_expect_eq(answer.column[2].type, COLUMN_DECIMAL);
	cr_expect(cell_is(&answer, 0, 0, "龙湖区"));
	cr_expect(cell_is(&answer, 0, 3, "true"));
	cr_expect(cell_is(&answer, 1, 0, ""));
	cr_expect(cell_is(&answer, 1, 1, "-1"));
	cr_expect(cell_is(&answer, 1, 2, NULL));
	cr_expect(cell_is(&answer, 1, 3, NULL));
}

/* A table of text rows of 1000 bytes and their numbers. */
static void build(uint32_t offset, uint32_t rows, struct buffer *out)
{
	AUTO(answer_free) struct answer_builder *builder = NULL;
	char text[1001];

	memset(text, 'x', 1000);
	text[1000] = '\0';
	cr_assert_eq(answer_new(&here, offset, &builder), 0);
	cr_assert_eq(answer_column(builder, "number", COLUMN_INTEGER), 0);
	cr_assert_eq(answer_column(builder, "text", COLUMN_TEXT), 0);
	for (uint32_t i = 0; i < rows && !answer_full(builder); i++) {
		cr_assert_eq(answer_integer(builder, i), 0);
		cr_assert_eq(answer_text(builder, text), 0);
	}
	cr_assert_eq(answer_encode(builder, out), 0, "%s", err_text());
}

Test(query, pages_joined_are_the_whole_table)
{
	uint32_t offset = 0, pages = 0;
	bool more = true;

	while (more) {
		AUTO(buffer_fini) struct buffer out = { 0 };
		struct answer answer;

		build(offset, 200, &out);
		cr_assert_leq(out.len, PAYLOAD_BYTES_MAX);
		cr_assert_eq(answer_decode(arena, buffer_view(&out), &answer), 0, "%s", err_text());
		cr_assert_gt(answer.rows, 0);
		for (size_t i = 0; i < answer.rows; i++) {
			char number[16];

			snprintf(number, sizeof(number), "%zu", offset + i);
			cr_assert(cell_is(&answer, i, 0, number), "row %s", number);
		}
		offset += (uint32_t)answer.rows;
		more = answer.more;
		pages++;
	}
	cr_expect_eq(offset, 200);
	cr_expect_eq(pages, 4);
}

Test(query, a_page_beyond_the_end_is_empty)
{
	AUTO(buffer_fini) struct buffer out = { 0 };
	struct answer answer;

	build(200, 200, &out);
	cr_assert_eq(answer_decode(arena, buffer_view(&out), &answer), 0);
	cr_expect(answer.rows == 0 && answer.columns == 2 && !answer.more);
}

Test(query, a_row_larger_than_a_message_is_an_error_not_an_endless_page)
{
	AUTO(answer_free) struct answer_builder *builder = NULL;
	char *text = calloc(1, PAYLOAD_BYTES_MAX + 1);

	memset(text, 'x', PAYLOAD_BYTES_MAX);
	cr_assert_eq(answer_new(&here, 0, &builder), 0);
	cr_assert_eq(answer_column(builder, "text", COLUMN_TEXT), 0);
	cr_expect_eq(answer_text(builder, text), ERR_LIMIT);
	free(text);
}

Test(query, nulls_and_the_outcome_survive)
{
	AUTO(answer_free) struct answer_builder *builder = NULL;
	AUTO(buffer_fini) struct buffer out = { 0 };
	struct answer answer;
	char name[16];

	cr_assert_eq(answer_new(&here, 0, &builder), 0);
	answer_set_outcome(builder, ANSWER_FOUND_FAULT);
	for (unsigned i = 0; i < COLUMNS_MAX; i++) {
		snprintf(name, sizeof(name), "c%u", i);
		cr_assert_eq(answer_column(builder, name, COLUMN_DECIMAL), 0);
	}
	for (unsigned i = 0; i < 2 * COLUMNS_MAX; i++)
		cr_assert_eq(
			i % 3 == 0 ? answer_null(builder) : answer_decimal(builder, "-12.50"), 0);
	cr_assert_eq(answer_encode(builder, &out), 0);
	cr_assert_eq(answer_decode(arena, buffer_view(&out), &answer), 0, "%s", err_text());
	cr_expect_eq(answer.outcome, ANSWER_FOUND_FAULT);
	for (unsigned i = 0; i < 2 * COLUMNS_MAX; i++)
		cr_expect(cell_is(
			&answer, i / COLUMNS_MAX, i % COLUMNS_MAX, i % 3 == 0 ? NULL : "-12.50"));
}

Test(query, a_decimal_cell_that_is_no_number_is_our_own_fault)
{
	static const char *const bad[] = { "", "-", ".5", "5.", "1e3", "1 000", "+1", "nan",
		"1.2.3" };
	AUTO(answer_free) struct answer_builder *builder = NULL;

	cr_assert_eq(answer_new(&here, 0, &builder), 0);
	cr_assert_eq(answer_column(builder, "value", COLUMN_DECIMAL), 0);
	for (size_t i = 0; i < array_len(bad); i++)
		cr_expect_eq(answer_decimal(builder, bad[i]), ERR_BUG, "'%s'", bad[i]);
	cr_expect_eq(answer_decimal(builder, "-0.001"), 0);
}

Test(query, an_answer_without_a_table_says_why)
{
	struct answer answer;

	cr_assert_eq(answer_decode(arena, vector_named("answer-not-found"), &answer), 0);
	cr_expect_eq(answer.outcome, ANSWER_NOT_FOUND);
	cr_expect(
		bytes_equal(answer.text, bytes_str("no indicator 'VISITS'; see 'indicator list'")));
	cr_expect_eq(answer.columns, 0);
}

Test(query, a_command_carries_the_registry_s_own_records)
{
	struct command command;
	const struct facility *facility;
	const struct key *key;

	cr_assert_eq(command_decode(arena, vector_named("command"), &command), 0, "%s", err_text());
	cr_expect_eq(command.request_id[15], 0x1f);
	cr_expect(bytes_equal(command.reason, bytes_str("opening of a centre")));
	cr_expect_eq(command.belief, 1044);
	cr_assert(command.facilities == 2 && command.keys == 1);
	facility = &command.facility[0];
	cr_expect_str_eq(facility->code, "C440304018");
	cr_expect_str_eq(facility->name, "梅林社区健康服务中心");
	cr_assert_eq(facility->segments, 3);
	cr_expect_eq(facility->segment[0].from_day, 20605);
	cr_expect_eq(facility->segment[1].area, 440305);
	cr_expect_eq(facility->segment[1].stratum, 0x010302010415);
	cr_expect_eq(stratum_attribute(facility->segment[1].stratum, DIMENSION_LEVEL), 4);
	cr_expect(facility->segment[2].closed && facility->segment[2].from_day == 23000);
	cr_expect_eq(command.facility[1].segment[0].from_day, -3653);
	cr_expect_eq(facility_closed_day(&command.facility[1]), DAY_NEVER);
	key = &command.key[0];
	cr_expect_str_eq(key->name, "HIS of the centre");
	cr_expect_eq(key->role, ROLE_COLLECTOR);
	cr_expect(key->facilities == 2 && strcmp(key->facility[1], "C440304019") == 0);
	cr_expect(key->areas == 2 && key->area[1] == 440305);
	cr_expect(key->revoked);
	cr_expect_eq(key->from_day, 20605);
	cr_expect_eq(key->until_day, 20970);
}

Test(query, a_command_carries_what_persons_say)
{
	struct command command;
	const struct fact *fact;
	const struct statement *statement;

	cr_assert_eq(command_decode(arena, vector_named("command-facts"), &command), 0, "%s",
		err_text());
	cr_assert(command.facts == 3 && command.statements == 2 && command.verdicts == 1);
	cr_expect_eq(command_records(&command), 6);
	fact = command.fact;
	cr_expect(fact->area == 320700 && fact->period == 2015400);
	cr_expect_str_eq(fact->indicator, "LIFE_EXPECTANCY");
	cr_expect(fact->value.there && fact->value.value == 7760 && fact->value.scale == 2);
	cr_expect_eq(fact->comparator, COMPARATOR_ABOUT);
	cr_expect_str_eq(fact->source, "健康年鉴 2016");
	cr_expect_str_eq(fact->basis, "resident");
	cr_expect_str_eq(fact->note, "p. 12");
	cr_expect(!fact->norm && !fact->withdrawn && fact->sequence == 0);
	cr_expect(fact[1].norm && fact[1].value.value == -60);
	cr_expect(fact[2].withdrawn && !fact[2].value.there);
	statement = command.statement;
	cr_expect_str_eq(statement->source, SOURCE_REPORTS);
	cr_expect(statement->says_basis && statement->says_preferred && statement->preferred);
	cr_expect_str_eq(statement->basis, "registered");
	cr_expect(statement[1].says_basis && !statement[1].basis[0]);
	cr_expect_not(statement[1].says_preferred);
	cr_expect_str_eq(command.verdict->target, "LYG-13-5-012");
	cr_expect_eq(command.verdict->outcome, VERDICT_MET);
	cr_expect_str_eq(command.verdict->evidence, "the deed of 2019");
}

Test(query, a_command_result_is_read)
{
	struct command_result result;

	cr_assert_eq(command_result_decode(arena, vector_named("command-result"), &result), 0);
	cr_expect(result.has_receipt && result.receipt.sequence == 1049 && result.records == 3);
	cr_assert_eq(
		command_result_decode(arena, vector_named("command-result-refused"), &result), 0);
	cr_expect(!result.has_receipt && result.outcome == ANSWER_NOT_ALLOWED);
}

#define ID "1210000000000000000000000000000000 00"
#define FACILITY "0a0141120141"

Test(query, what_a_stricter_schema_would_forbid_is_refused)
{
	static const struct {
		const char *name, *kind, *hex, *word;
	} cases[] = {
		{ "question without a version", "question", "120173", "version" },
		{ "question without a verb", "question", "0801", "question ''" },
		{ "argument without a name", "question", "08011201731a00", "without a name" },
		{ "argument twice", "question", "08011201731a030a01611a030a0161",
			"'a' is given twice" },
		{ "argument not UTF-8", "question", "08011201731a060a01611201ff", "'value'" },
		{ "position cut", "question", "08011201732a00", "epoch" },
		{ "answer without a position", "answer", "1001", "position" },
		{ "command without a record", "command", "0801" ID, "0 records" },
		{ "request id of 1 byte", "command", "08011201002a0b" FACILITY "1a0310ab02",
			"request_id" },
		{ "facility without a segment", "command", "0801" ID "2a06" FACILITY, "segment" },
		{ "attribute 256", "command", "0801" ID "2a0b" FACILITY "1a0318 8002", "256" },
		{ "segments on one day", "command", "0801" ID "2a0a" FACILITY "1a001a00",
			"segment 1" },
		{ "an end that does not end", "command",
			"0801" ID "2a0f" FACILITY "1a00 3205 120142 2002", "until_day" },
		{ "empty name", "command", "0801" ID "2a050a01411a00", "name" },
		{ "blank in code", "command", "0801" ID "2a080a01201201411a00", "code" },
		{ "key without public key", "command", "0801" ID "32050a01411801", "public_key" },
		{ "role 6", "command", "0801" ID "32021806", "'role'" },
		{ "fact without a value", "command", "0801" ID "3a06 120149 420153", "has_value" },
		{ "fact without a source", "command", "0801" ID "3a05 120149 3001", "source" },
		{ "fact without an indicator", "command", "0801" ID "3a05 420153 3001",
			"indicator" },
		{ "value of no fact", "command", "0801" ID "3a0a 120149 2002 420153 6001",
			"has_value" },
		{ "ten decimals", "command", "0801" ID "3a0a 120149 280a 3001 420153", "'scale'" },
		{ "comparator 6", "command", "0801" ID "3a0a 120149 3001 3806 420153",
			"'comparator'" },
		{ "control character in a source", "command", "0801" ID "3a08 120149 3001 420107",
			"source" },
		{ "statement that says nothing", "command", "0801" ID "4206 120149 220153",
			"says nothing" },
		{ "basis unsaid", "command", "0801" ID "420b 120149 220153 320142 3801",
			"says_basis" },
		{ "preference unsaid", "command", "0801" ID "420a 120149 220153 2801 4001",
			"says_preferred" },
		{ "verdict without evidence", "command", "0801" ID "4a05 0a0154 1801", "evidence" },
		{ "verdict without an outcome", "command", "0801" ID "4a06 0a0154 220145",
			"outcome" },
		{ "outcome 6", "command", "0801" ID "4a08 0a0154 1806 220145", "'outcome'" },
		{ "unknown field in a verdict", "command", "0801" ID "4a0a 0a0154 1801 220145 3001",
			"unknown field 6" },
		{ "unknown field in a segment", "command", "0801" ID "2a0a" FACILITY "1a025001",
			"unknown field 10" },
		{ "result without an outcome", "command-result", "2003", "outcome" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		AUTO(buffer_fini) struct buffer out = { 0 };
		char hex[256];
		uint8_t packed[128];
		size_t len = 0;
		int r;

		for (const char *c = cases[i].hex; *c; c++)
			if (*c != ' ')
				hex[len++] = *c;
		hex[len] = '\0';
		cr_assert_eq(bytes_from_hex(hex, packed, len / 2), 0, "%s", cases[i].name);
		r = recode(arena, cases[i].kind, bytes_of(packed, len / 2), &out);
		cr_expect_eq(r, ERR_INVALID, "%s: %s", cases[i].name, err_name(r));
		cr_expect(strstr(err_text(), cases[i].word), "%s: %s", cases[i].name, err_text());
	}
}

/* Behind a position and DONE: a column "a" of the type in the case and one row. */
Test(query, a_cell_that_does_not_fit_its_column_is_refused)
{
	static const struct {
		const char *name;
		const char *table;
		size_t len;
		int want;
	} cases[] = {
#define TABLE(bytes) bytes, sizeof(bytes) - 1
		{ "an integer", TABLE("\x22\x05\x0a\x01\x61\x10\x02\x2a\x03\x0a\x01\x37"), 0 },
		{ "letters as an integer",
			TABLE("\x22\x05\x0a\x01\x61\x10\x02\x2a\x03\x0a\x01\x78"), ERR_INVALID },
		{ "a boolean", TABLE("\x22\x05\x0a\x01\x61\x10\x04\x2a\x06\x0a\x04true"), 0 },
		{ "another boolean", TABLE("\x22\x05\x0a\x01\x61\x10\x04\x2a\x06\x0a\x04True"),
			ERR_INVALID },
		{ "an empty decimal", TABLE("\x22\x05\x0a\x01\x61\x10\x03\x2a\x02\x0a\x00"),
			ERR_INVALID },
		{ "a null decimal",
			TABLE("\x22\x05\x0a\x01\x61\x10\x03\x2a\x05\x0a\x00\x12\x01\x01"), 0 },
		{ "a null with text",
			TABLE("\x22\x05\x0a\x01\x61\x10\x03\x2a\x06\x0a\x01\x37\x12\x01\x01"),
			ERR_INVALID },
		{ "a null beyond the columns",
			TABLE("\x22\x05\x0a\x01\x61\x10\x01\x2a\x05\x0a\x00\x12\x01\x02"),
			ERR_INVALID },
		{ "two cells", TABLE("\x22\x05\x0a\x01\x61\x10\x01\x2a\x04\x0a\x00\x0a\x00"),
			ERR_INVALID },
		{ "no cell", TABLE("\x22\x05\x0a\x01\x61\x10\x01\x2a\x00"), ERR_INVALID },
		{ "no type", TABLE("\x22\x03\x0a\x01\x61"), ERR_INVALID },
		{ "a row without columns", TABLE("\x2a\x00"), ERR_INVALID },
#undef TABLE
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		AUTO(buffer_fini) struct buffer packed = { 0 };
		struct answer answer;
		int r;

		cr_assert_eq(answer_encode_outcome(&here, ANSWER_DONE, "", &packed), 0);
		cr_assert_eq(buffer_add(&packed, bytes_of(cases[i].table, cases[i].len)), 0);
		r = answer_decode(arena, buffer_view(&packed), &answer);
		cr_expect_eq(
			r, cases[i].want, "%s: %s, %s", cases[i].name, err_name(r), err_text());
	}
}

/* The largest command of keys: what unpacks to most of the arena. */
Test(query, a_command_of_many_records_fits_the_arena)
{
	struct key *keys = calloc(COMMAND_RECORDS_MAX, sizeof(*keys));
	struct command command = { .key = keys, .keys = COMMAND_RECORDS_MAX }, back;
	AUTO(buffer_fini) struct buffer out = { 0 };

	for (uint32_t i = 0; i < COMMAND_RECORDS_MAX; i++) {
		keys[i].role = ROLE_READER;
		keys[i].name[0] = 'k';
	}
	cr_assert_eq(command_encode(&command, &out), 0, "%s", err_text());
	cr_assert_eq(command_decode(arena, buffer_view(&out), &back), 0, "%s", err_text());
	cr_expect_eq(back.keys, COMMAND_RECORDS_MAX);
	free(keys);
}

Test(query, a_command_of_many_facts_fits_the_arena)
{
	struct fact *facts = calloc(COMMAND_RECORDS_MAX, sizeof(*facts));
	struct command command = { .fact = facts, .facts = COMMAND_RECORDS_MAX }, back;
	AUTO(buffer_fini) struct buffer out = { 0 };

	for (uint32_t i = 0; i < COMMAND_RECORDS_MAX; i++)
		facts[i] = (struct fact){ .area = 320700,
			.indicator = "I",
			.period = 2015400,
			.source = "s",
			.value = { .there = true, .value = i } };
	cr_assert_eq(command_encode(&command, &out), 0, "%s", err_text());
	cr_assert_eq(command_decode(arena, buffer_view(&out), &back), 0, "%s", err_text());
	cr_expect_eq(back.facts, COMMAND_RECORDS_MAX);
	cr_expect_eq(back.fact[COMMAND_RECORDS_MAX - 1].value.value, COMMAND_RECORDS_MAX - 1);
	free(facts);
}
