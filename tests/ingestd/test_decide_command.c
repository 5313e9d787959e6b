/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Commands: who may, once, as a whole, and only on what the operator believes in force. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/ingestd/world.h"

static const struct key registrar = { .number = 50, .role = ROLE_REGISTRAR };
static const struct key reader = { .number = 51, .role = ROLE_READER };

static struct facility clinic(const struct world *world, const char *code)
{
	const struct catalog *catalog = decide_catalog(world->decide);
	struct facility facility = { .name = "n", .segments = 1, .closed_day = DAY_NEVER };

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
	cr_expect(result.text.len > 0);
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
