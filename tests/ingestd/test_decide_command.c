/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Commands: who may, once, as a whole, and only on what the operator believes in force. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "model/facts.h"
#include "store/state.h"
#include "tests/ingestd/world.h"

static const struct key registrar = { .number = 50, .role = ROLE_REGISTRAR };
static const struct key reader = { .number = 51, .role = ROLE_READER };
static const struct key manager = { .number = 53, .role = ROLE_DATA_MANAGER };
static const struct key administrator = { .number = 54, .role = ROLE_ADMINISTRATOR };

/* A fact of the catalogue's first indicator. */
static struct fact fact_of(const struct world *world, const char *source)
{
	size_t count;
	const struct indicator *indicator =
		catalog_indicators(decide_catalog(world->decide), &count);
	struct fact fact = { .area = 440507,
		.period = period_of(PERIOD_YEAR, 2015, 0),
		.value = { .there = true, .value = 260, .scale = 1 } };

	snprintf(fact.indicator, sizeof(fact.indicator), "%s", indicator->code);
	snprintf(fact.source, sizeof(fact.source), "%s", source);
	return fact;
}

static struct statement statement_of(const struct fact *fact)
{
	struct statement statement = {
		.area = fact->area, .period = fact->period, .says_preferred = true
	};

	memcpy(statement.indicator, fact->indicator, sizeof(statement.indicator));
	memcpy(statement.source, fact->source, sizeof(statement.source));
	return statement;
}

static struct facility clinic(const struct world *world, const char *code)
{
	const struct catalog *catalog = decide_catalog(world->decide);
	struct facility facility = { .name = "n", .segments = 1 };

	snprintf(facility.code, sizeof(facility.code), "%s", code);
	facility.segment[0] = (struct segment){ .from_day = 0,
		.area = 440507,
		.stratum = catalog_attribute_by_code(catalog, DIMENSION_CLASS, "clinic")->id };
	return facility;
}

static struct command_result give(
	struct world *world, const struct key *key, const struct command *command)
{
	struct buffer body = { 0 };
	struct peer peer = { 0 };
	struct reply *reply = batch_reply(world->batch, &peer, 0, FRAME_COMMAND_RESULT);

	cr_assert_eq(command_encode(command, &body), 0);
	cr_assert_eq(decide_command(
			     world->decide, key, command, buffer_view(&body), world->batch, reply),
		0);
	buffer_fini(&body);
	return reply->result;
}

Test(command, the_same_request_gets_the_first_answer_again)
{
	for (int index = 0; index < 2; index++) {
		struct world world;
		struct facility facility;
		struct command command = {
			.request_id = "request one", .facility = &facility, .facilities = 1
		};
		struct command_result first, again;

		world_open(&world);
		facility = clinic(&world, "clinic-c");
		first = give(&world, &registrar, &command);
		if (index)
			world_index(&world);
		again = give(&world, &registrar, &command);
		cr_expect_eq(first.outcome, ANSWER_DONE);
		cr_expect_eq(again.outcome, ANSWER_DONE);
		cr_expect_eq(again.receipt.sequence, first.receipt.sequence);
		cr_expect_eq(again.records, 1);
		world_close(&world);
	}
}

Test(command, a_refused_command_changes_nothing_and_is_an_entry)
{
	struct world world;
	struct facility facility[2];
	struct command command = { .request_id = "r", .facility = facility, .facilities = 2 };
	struct command_result result;
	uint32_t before;

	world_open(&world);
	before = registry_facilities(decide_registry(world.decide));
	facility[0] = clinic(&world, "clinic-c");
	facility[1] = clinic(&world, "clinic-d");
	facility[1].segment[0].area = 999999;
	result = give(&world, &registrar, &command);
	cr_expect_eq(result.outcome, ANSWER_INVALID);
	cr_assert(result.text.len > 0);
	cr_expect_neq(result.text.data[result.text.len - 1], (uint8_t)0x0a,
		"newlines stand between faults");
	cr_expect_eq(world.batch->entry[world.batch->entries - 1].kind, ENTRY_REFUSED);
	cr_expect_eq(registry_facilities(decide_registry(world.decide)), before,
		"not even the good half");
	world_close(&world);
}

Test(command, roles_decide_who_may_what)
{
	struct world world;
	struct facility facility;
	struct key key = { .name = "k", .public_key = { 1 }, .role = ROLE_READER };
	struct command facilities = { .request_id = "a", .facility = &facility, .facilities = 1 };
	struct command keys = { .request_id = "b", .key = &key, .keys = 1 };

	world_open(&world);
	facility = clinic(&world, "clinic-c");
	cr_expect_eq(give(&world, &reader, &facilities).outcome, ANSWER_NOT_ALLOWED);
	cr_expect_eq(give(&world, &registrar, &keys).outcome, ANSWER_NOT_ALLOWED);
	world_close(&world);
}

Test(command, a_wrong_belief_is_told_so)
{
	struct world world;
	struct facility facility;
	struct command command = { .request_id = "a", .facility = &facility, .facilities = 1 };
	struct command_result result;

	world_open(&world);
	facility = clinic(&world, "clinic-c");
	result = give(&world, &registrar, &command);
	memcpy(command.request_id, "b", 1);
	command.belief = result.receipt.sequence;
	cr_expect_eq(
		give(&world, &registrar, &command).outcome, ANSWER_DONE, "the belief is right");
	memcpy(command.request_id, "c", 1);
	cr_expect_eq(give(&world, &registrar, &command).outcome, ANSWER_MOVED_ON,
		"it has changed since");
	world_close(&world);
}

Test(command, a_facility_is_known_to_the_next_report_of_the_same_batch)
{
	struct sent sent = { .facility = "clinic-a", .period = "2015", .revision = 1, .visits = 1 };
	struct world world;

	world_open(&world); /* the clinics were registered in this very batch */
	cr_expect_eq(world_send(&world, &world.collector, &sent).status, STATUS_ACCEPTED);
	world_close(&world);
}

/* Bytes that refused commands have put into the batch, and how many of the commands were kept. */
static size_t refused_until_full(struct world *world, const struct key *key, size_t *ret_kept)
{
	struct facility facility = clinic(world, "clinic-c");
	struct command command = { .facility = &facility, .facilities = 1 };
	size_t bytes = 0;

	for (uint32_t i = 0; i < 8000; i++) {
		struct command_result result;

		memcpy(command.request_id, &i, sizeof(i));
		memcpy(command.request_id + 4, &key->number, sizeof(key->number));
		batch_reset(world->batch);
		result = give(world, key, &command);
		cr_assert_eq(result.outcome, ANSWER_NOT_ALLOWED);
		cr_assert(result.text.len > 0, "the reason is told, kept or not");
		cr_assert_eq(result.has_receipt, world->batch->entries > 0);
		*ret_kept += result.has_receipt;
		if (world->batch->entries > 0)
			bytes += world->batch->entry[0].body.len;
	}
	return bytes;
}

Test(command, refused_ones_cannot_fill_the_journal)
{
	struct key other = { .number = 52, .role = ROLE_READER };
	struct world world;
	size_t kept = 0;

	world_open(&world);
	cr_expect_leq(refused_until_full(&world, &reader, &kept), KEPT_BYTES_PER_DAY_MAX);
	cr_expect(kept > 100 && kept < 8000, "%zu were kept", kept);
	kept = 0;
	(void)refused_until_full(&world, &other, &kept);
	cr_expect(kept > 100, "another's quota is its own");
	world_close(&world);
}

/* The state answers the repetition too, and keeps no more of it than that. */
static void requests_expect(struct world *world, const struct command *command, uint64_t sequence)
{
	struct derived_command kept;
	struct request request;

	cr_assert_eq(state_request_get(&world->ports, command->request_id, &request), 0);
	cr_expect(request.sequence == sequence && request.records == 3 &&
		  request.outcome == ANSWER_DONE);
	cr_expect_eq(derived_command_next(&world->ports, sequence, &kept), PORT_NONE);
}

Test(command, facts_and_statements_are_one_entry_and_answer_their_repetition)
{
	for (int index = 0; index < 2; index++) {
		struct world world;
		struct fact fact[2];
		struct statement statement;
		struct command command = { .request_id = "facts",
			.fact = fact,
			.facts = 2,
			.statement = &statement,
			.statements = 1 };
		struct command_result first, again;

		world_open(&world);
		fact[0] = fact_of(&world, "yearbook");
		fact[1] = fact_of(&world, "bulletin");
		statement = statement_of(&fact[0]);
		first = give(&world, &manager, &command);
		cr_expect_eq(first.outcome, ANSWER_DONE, "%.*s", (int)first.text.len,
			(const char *)first.text.data);
		cr_expect_eq(first.records, 3);
		cr_expect_eq(world.batch->entry[world.batch->entries - 1].kind, ENTRY_FACT);
		if (index) {
			world_index(&world);
			requests_expect(&world, &command, first.receipt.sequence);
		}
		again = give(&world, &manager, &command);
		cr_expect_eq(again.outcome, ANSWER_DONE);
		cr_expect_eq(again.receipt.sequence, first.receipt.sequence);
		cr_expect_eq(again.records, 3);
		world_close(&world);
	}
}

Test(command, who_may_speak_of_figures)
{
	static const struct {
		const struct key *key;
		enum answer_outcome want;
	} cases[] = { { &reader, ANSWER_NOT_ALLOWED }, { &manager, ANSWER_DONE },
		{ &registrar, ANSWER_DONE }, { &administrator, ANSWER_DONE } };
	struct world world;
	struct fact fact;
	struct facility facility;
	struct command facts = { .fact = &fact, .facts = 1 };
	struct command facilities = { .request_id = "f", .facility = &facility, .facilities = 1 };
	struct command_result result;

	world_open(&world);
	fact = fact_of(&world, "yearbook");
	facility = clinic(&world, "clinic-c");
	for (size_t i = 0; i < array_len(cases); i++) {
		facts.request_id[0] = (uint8_t)(i + 1);
		cr_expect_eq(give(&world, cases[i].key, &facts).outcome, cases[i].want, "key %u",
			cases[i].key->number);
	}
	result = give(&world, &world.collector,
		&(struct command){ .request_id = "c", .fact = &fact, .facts = 1 });
	cr_expect_eq(result.outcome, ANSWER_NOT_ALLOWED);
	cr_expect(strstr((const char *)result.text.data, "facts and verdicts a data manager"));
	cr_expect_eq(give(&world, &manager, &facilities).outcome, ANSWER_NOT_ALLOWED);
	world_close(&world);
}

Test(command, a_verdict_on_a_known_target_is_an_entry_of_its_own)
{
	struct world world;
	size_t targets;
	struct person_verdict verdict = { .period = period_of(PERIOD_YEAR, 2020, 0),
		.outcome = VERDICT_MET,
		.evidence = "the deed" };
	struct command command = { .request_id = "v", .verdict = &verdict, .verdicts = 1 };
	struct command_result result;

	world_open(&world);
	snprintf(verdict.target, sizeof(verdict.target), "%s",
		target_cell(catalog_targets(decide_catalog(world.decide), &targets), "id"));
	result = give(&world, &manager, &command);
	cr_expect_eq(result.outcome, ANSWER_DONE, "%.*s", (int)result.text.len,
		(const char *)result.text.data);
	cr_expect_eq(world.batch->entry[world.batch->entries - 1].kind, ENTRY_VERDICT);
	cr_expect_eq(give(&world, &manager, &command).receipt.sequence, result.receipt.sequence);
	command.request_id[0] = 'w';
	cr_expect_eq(give(&world, &reader, &command).outcome, ANSWER_NOT_ALLOWED);
	world_close(&world);
}

Test(command, families_do_not_mix)
{
	struct world world;
	struct fact fact;
	struct facility facility;
	struct key key = { .name = "k", .public_key = { 1 }, .role = ROLE_READER };
	struct command with_facility = {
		.request_id = "a", .facility = &facility, .facilities = 1, .fact = &fact, .facts = 1
	};
	struct command with_key = {
		.request_id = "b", .key = &key, .keys = 1, .fact = &fact, .facts = 1
	};
	struct command registry = {
		.request_id = "c", .key = &key, .keys = 1, .facility = &facility, .facilities = 1
	};

	world_open(&world);
	fact = fact_of(&world, "yearbook");
	facility = clinic(&world, "clinic-c");
	cr_expect_eq(give(&world, &administrator, &with_facility).outcome, ANSWER_INVALID);
	cr_expect_eq(give(&world, &administrator, &with_key).outcome, ANSWER_INVALID);
	cr_expect_eq(give(&world, &administrator, &registry).outcome, ANSWER_INVALID);
	world_close(&world);
}

Test(command, every_fault_of_what_is_said_is_told)
{
	static const char *const words[] = { "fact 2 ", "no area '999999'", "fact 3 ", "'reports'",
		"statement 1 ", "nothing", "verdict 1 'NO-SUCH'", "no target 'NO-SUCH'" };
	struct world world;
	struct fact fact[3];
	struct statement statement;
	struct person_verdict verdict = { .target = "NO-SUCH",
		.period = period_of(PERIOD_YEAR, 2015, 0),
		.outcome = VERDICT_MET,
		.evidence = "e" };
	struct command command = { .request_id = "a",
		.fact = fact,
		.facts = 3,
		.statement = &statement,
		.statements = 1,
		.verdict = &verdict,
		.verdicts = 1 };
	struct buffer text = { 0 };
	struct command_result result;

	world_open(&world);
	fact[0] = fact_of(&world, "yearbook");
	fact[1] = fact[2] = fact[0];
	fact[1].area = 999999;
	snprintf(fact[2].source, sizeof(fact[2].source), "reports");
	statement = statement_of(&fact[0]);
	statement.says_preferred = false;
	result = give(&world, &manager, &command);
	cr_expect_eq(result.outcome, ANSWER_INVALID);
	cr_expect_eq(world.batch->entry[world.batch->entries - 1].kind, ENTRY_REFUSED);
	cr_assert_eq(
		buffer_format(&text, "%.*s", (int)result.text.len, (const char *)result.text.data),
		0);
	for (size_t i = 0; i < array_len(words); i++)
		cr_expect(strstr((const char *)text.data, words[i]), "'%s' in:\n%s", words[i],
			(const char *)text.data);
	buffer_fini(&text);
	world_close(&world);
}
