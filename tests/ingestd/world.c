/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Small and slow on purpose: a sorted array, searched from its start. */
#include "tests/ingestd/world.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "ingestd/index.h"
#include "model/lock.h"

static struct bytes full_key(struct buffer *buffer, unsigned table, struct bytes key)
{
	uint8_t first = (uint8_t)table;

	buffer->len = 0;
	cr_assert_eq(buffer_add(buffer, bytes_of(&first, 1)), 0);
	cr_assert_eq(buffer_add(buffer, key), 0);
	return buffer_view(buffer);
}

static size_t lower(const struct world *world, struct bytes key)
{
	size_t i = 0;

	while (i < world->pairs && bytes_compare(buffer_view(&world->pair[i].key), key) < 0)
		i++;
	return i;
}

static int world_get(void *ctx, unsigned table, struct bytes key, struct bytes *ret_value)
{
	struct world *world = ctx;
	struct buffer full = { 0 };
	size_t i = lower(world, full_key(&full, table, key));
	bool same = i < world->pairs &&
		    bytes_equal(buffer_view(&world->pair[i].key), buffer_view(&full));

	buffer_fini(&full);
	if (!same)
		return PORT_NONE;
	*ret_value = buffer_view(&world->pair[i].value);
	return 0;
}

static int world_put(void *ctx, unsigned table, struct bytes key, struct bytes value)
{
	struct world *world = ctx;
	struct world_pair pair = { 0 };
	size_t i = lower(world, full_key(&pair.key, table, key));

	cr_assert_eq(buffer_add(&pair.value, value), 0);
	if (i < world->pairs &&
		bytes_equal(buffer_view(&world->pair[i].key), buffer_view(&pair.key))) {
		buffer_fini(&world->pair[i].key);
		buffer_fini(&world->pair[i].value);
	} else {
		world->pair = realloc(world->pair, (world->pairs + 1) * sizeof(pair));
		cr_assert_not_null(world->pair);
		memmove(&world->pair[i + 1], &world->pair[i], (world->pairs - i) * sizeof(pair));
		world->pairs++;
	}
	world->pair[i] = pair;
	return 0;
}

static int world_seek(void *ctx, unsigned table, struct bytes from, struct bytes *ret_key,
	struct bytes *ret_value)
{
	struct world *world = ctx;
	struct buffer full = { 0 };
	size_t i = lower(world, full_key(&full, table, from));

	buffer_fini(&full);
	if (i == world->pairs || world->pair[i].key.data[0] != table)
		return PORT_NONE;
	*ret_key = bytes_of(world->pair[i].key.data + 1, world->pair[i].key.len - 1);
	*ret_value = buffer_view(&world->pair[i].value);
	return 0;
}

/* Whatever was decided counts as durable, unless the test says how far the flush has come. The view
 * dies with the next call, as in life. */
static int world_body(void *ctx, uint64_t sequence, struct bytes *ret_body)
{
	struct world *world = ctx;

	buffer_fini(&world->body);
	if (sequence == 0 || sequence > world->batch->entries ||
		(world->durable > 0 && sequence > world->durable))
		return PORT_NONE;
	world->bodies_read++;
	cr_assert_eq(world->batch->entry[sequence - 1].sequence, sequence);
	cr_assert_eq(buffer_add(&world->body, world->batch->entry[sequence - 1].body), 0);
	*ret_body = buffer_view(&world->body);
	return 0;
}

static struct wall world_wall(void *ctx)
{
	return ((struct world *)ctx)->now;
}

struct command_result world_command(
	struct world *world, const struct key *key, const struct command *command)
{
	struct buffer body = { 0 };
	struct peer peer = { 0 };
	struct reply *reply = batch_reply(world->batch, &peer, 0, FRAME_COMMAND_RESULT);

	cr_assert_eq(command_encode(command, &body), 0, "%s", err_text());
	cr_assert_eq(decide_command(
			     world->decide, key, command, buffer_view(&body), world->batch, reply),
		0, "%s", err_text());
	buffer_fini(&body);
	return reply->result;
}

static void facility_add(struct world *world, const char *code, const char *class_code)
{
	const struct catalog *catalog = decide_catalog(world->decide);
	const struct attribute *class =
		catalog_attribute_by_code(catalog, DIMENSION_CLASS, class_code);
	struct facility facility = { .segments = 1 };
	struct key registrar = { .number = 99, .role = ROLE_REGISTRAR };
	struct command command = {
		.facility = &facility, .facilities = 1, .reason = bytes_str("test")
	};
	struct command_result result;

	cr_assert_not_null(class);
	snprintf(facility.code, sizeof(facility.code), "%s", code);
	snprintf(facility.name, sizeof(facility.name), "%s", code);
	facility.segment[0] = (struct segment){
		.from_day = day_of(2000, 1, 1), .area = 440507, .stratum = class->id
	};
	snprintf((char *)command.request_id, sizeof(command.request_id), "%.15s", code);
	result = world_command(world, &registrar, &command);
	cr_assert_eq(result.outcome, ANSWER_DONE, "%.*s", (int)result.text.len, result.text.data);
}

void world_open(struct world *world)
{
	world_open_at(world, SOURCE_DIR "/catalog", "township_hospital");
}

void world_open_at(struct world *world, const char *catalogue, const char *class_code)
{
	struct journal_head head = { .epoch = "test" };
	struct catalog *catalog = NULL;

	*world = (struct world){ 0 };
	world->now.ms = (int64_t)day_of(2016, 3, 1) * 86400000;
	world->ports = (struct ports){ .ctx = world,
		.wall = world_wall,
		.get = world_get,
		.put = world_put,
		.seek = world_seek,
		.body = world_body };
	cr_assert_eq(catalog_load(catalogue, &catalog), 0, "%s", err_text());
	cr_assert_eq(decide_new(&world->ports, &head, 0, catalog, 1, &world->decide), 0);
	cr_assert_eq(batch_new(&world->batch), 0);
	cr_assert_eq(arena_new(&world->arena), 0);
	facility_add(world, "clinic-a", class_code);
	facility_add(world, "clinic-b", class_code);
	world->collector = (struct key){
		.number = 1, .role = ROLE_COLLECTOR, .facility = { "clinic-a" }, .facilities = 1
	};
	world->stranger = (struct key){ .number = 2, .role = ROLE_COLLECTOR };
}

void world_restart(struct world *world)
{
	struct journal_head head = { .epoch = "test", .sequence = world->indexed };
	struct catalog *catalog = NULL;

	cr_assert_eq(world->indexed, world->batch->entries, "a start waits for the state");
	cr_assert_eq(catalog_open_bundle(catalog_bundle(decide_catalog(world->decide)), &catalog),
		0, "%s", err_text());
	decide_free(world->decide);
	cr_assert_eq(decide_new(&world->ports, &head, 0, catalog, 1, &world->decide), 0, "%s",
		err_text());
}

void world_close(struct world *world)
{
	for (size_t i = 0; i < world->pairs; i++) {
		buffer_fini(&world->pair[i].key);
		buffer_fini(&world->pair[i].value);
	}
	free(world->pair);
	buffer_fini(&world->body);
	decide_free(world->decide);
	batch_free(world->batch);
	arena_free(world->arena);
}

void report_pack(const struct world *world, const struct sent *sent, struct buffer *out)
{
	const struct catalog *catalog = decide_catalog(world->decide);
	const struct form *form = catalog_form_by_code(catalog, "INSTITUTION_YEAR");
	uint32_t element = catalog_element_by_code(catalog, "VISIT")->id;
	struct report report = { .facility = bytes_str(sent->facility),
		.form = form->id,
		.revision = sent->revision,
		.withdrawal = sent->withdrawal,
		.element = &element,
		.value = &sent->visits,
		.values = !sent->withdrawal };

	cr_assert_eq(period_parse(sent->period, &report.period), 0, "%s", err_text());
	cr_assert_eq(report_encode(&report, out), 0, "%s", err_text());
}

struct reply *world_submit(struct world *world, const struct key *key, const struct submit *submit)
{
	struct peer peer = { 0 };
	struct reply *reply = batch_reply(world->batch, &peer, 0, FRAME_VERDICTS);

	cr_assert_eq(decide_submit(world->decide, key, submit, world->batch, reply), 0, "%s",
		err_text());
	return reply;
}

static struct told submit_one(
	struct world *world, const struct key *key, const struct submission *submission)
{
	static struct submit submit;
	struct told told = { .status = STATUS_ACCEPTED };
	const struct reply *reply;

	submit.report[0] = *submission;
	submit.reports = 1;
	reply = world_submit(world, key, &submit);
	told.entries = reply->entries;
	if (reply->verdicts > 0) {
		const struct verdict *verdict = &world->batch->verdict[reply->first_verdict];

		told.status = verdict->status;
		told.finding = verdict->findings > 0 ? verdict->finding[0].code : 0;
		told.first_sequence = verdict->has_first ? verdict->first.sequence : 0;
		told.not_kept = verdict->not_kept;
	} else {
		told.first_sequence = world->batch->entry[reply->first_entry].sequence;
	}
	return told;
}

struct told world_send_bytes(struct world *world, const struct key *key, struct bytes values,
	const struct digest *digest)
{
	struct submission submission = { .values = values };

	if (digest)
		submission.values_digest = *digest;
	else
		cr_assert_eq(digest_of(DIGEST_SHA256, values, &submission.values_digest), 0);
	return submit_one(world, key, &submission);
}

struct told world_send(struct world *world, const struct key *key, const struct sent *sent)
{
	struct submission submission = { 0 };
	struct buffer values = { 0 }, text = { 0 };
	struct told told;

	report_pack(world, sent, &values);
	submission.values = buffer_view(&values);
	cr_assert_eq(digest_of(DIGEST_SHA256, submission.values, &submission.values_digest), 0);
	if (sent->comment) {
		/* by hand, because our encoder refuses what a careless client might send */
		const uint8_t head[] = { 0x08, 1, 0x3a, (uint8_t)strlen(sent->comment) };

		cr_assert_eq(buffer_add(&text, bytes_of(head, sizeof(head))), 0);
		cr_assert_eq(buffer_add(&text, bytes_str(sent->comment)), 0);
		submission.text = buffer_view(&text);
		cr_assert_eq(digest_of(DIGEST_SHA256, submission.text, &submission.text_digest), 0);
	}
	told = submit_one(world, key, &submission);
	buffer_fini(&values);
	buffer_fini(&text);
	return told;
}

void world_unlock(struct world *world)
{
	const struct key manager = { .number = 98, .role = ROLE_DATA_MANAGER };
	const struct lock lock = { .kind = LOCK_UNLOCK,
		.first_day = day_of(PERIOD_YEAR_MIN, 1, 1),
		.last_day = day_of(PERIOD_YEAR_MAX, 12, 31),
		.until_day = DAY_NEVER };
	const struct command command = {
		.request_id = "unlock", .lock = &lock, .locks = 1, .reason = bytes_str("test")
	};

	cr_assert_eq(world_command(world, &manager, &command).outcome, ANSWER_DONE);
}

void world_index_to(struct world *world, uint64_t sequence)
{
	for (; world->indexed < sequence; world->indexed++)
		cr_assert_eq(index_apply(&world->ports, world->arena,
				     &world->batch->entry[world->indexed]),
			0, "%s", err_text());
	decide_state_at(world->decide, world->indexed);
}

void world_index(struct world *world)
{
	world_index_to(world, world->batch->entries);
}
