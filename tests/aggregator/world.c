/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Tables are sorted arrays, searched by halving: slow, plain, and nothing like LMDB. */
#include "tests/aggregator/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "proto/query.h"

static void must(int r)
{
	if (r == 0)
		return;
	fprintf(stderr, "%s: %s (%s)\n", err_name(r), err_text(), err_trace());
	abort();
}

/* The index of the first row whose key is not below key. */
static size_t row_find(const struct memory_table *table, struct bytes key)
{
	size_t low = 0, high = table->rows;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct memory_row *row = &table->row[middle];

		if (bytes_compare(bytes_of(row->key, row->key_len), key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct memory_row *row_at(struct memory_table *table, size_t at, struct bytes key)
{
	struct memory_row *row = at < table->rows ? &table->row[at] : NULL;

	return row && bytes_equal(bytes_of(row->key, row->key_len), key) ? row : NULL;
}

static int memory_seek(void *ctx, unsigned number, struct bytes from, struct bytes *ret_key,
	struct bytes *ret_value)
{
	struct memory_table *table = &((struct world *)ctx)->table[number];
	size_t at = row_find(table, from);

	if (at == table->rows)
		return PORT_NONE;
	*ret_key = bytes_of(table->row[at].key, table->row[at].key_len);
	*ret_value = bytes_of(table->row[at].value, table->row[at].len);
	return 0;
}

static int memory_get(void *ctx, unsigned number, struct bytes key, struct bytes *ret_value)
{
	struct memory_table *table = &((struct world *)ctx)->table[number];
	const struct memory_row *row = row_at(table, row_find(table, key), key);

	if (!row)
		return PORT_NONE;
	*ret_value = bytes_of(row->value, row->len);
	return 0;
}

static int memory_put(void *ctx, unsigned number, struct bytes key, struct bytes value)
{
	struct memory_table *table = &((struct world *)ctx)->table[number];
	size_t at = row_find(table, key);
	struct memory_row *row = row_at(table, at, key);
	uint8_t *copy = malloc(value.len + 1);

	memcpy(copy, value.data, value.len);
	if (!row) {
		if (table->rows == table->room) {
			table->room = table->room * 2 + 16;
			table->row = reallocarray(table->row, table->room, sizeof(*table->row));
		}
		row = &table->row[at];
		memmove(row + 1, row, (table->rows++ - at) * sizeof(*row));
		memcpy(row->key, key.data, key.len);
		row->key_len = key.len;
		row->value = NULL;
	}
	free(row->value);
	row->value = copy;
	row->len = value.len;
	return 0;
}

static int memory_del(void *ctx, unsigned number, struct bytes key)
{
	struct memory_table *table = &((struct world *)ctx)->table[number];
	size_t at = row_find(table, key);
	struct memory_row *row = row_at(table, at, key);

	if (!row)
		return 0;
	free(row->value);
	memmove(row, row + 1, (--table->rows - at) * sizeof(*row));
	return 0;
}

struct bytes catalog_bundle_of(const char *folder, struct catalog **ret_catalog)
{
	char path[512];

	snprintf(path, sizeof(path), SOURCE_DIR "/tests/aggregator/%s", folder);
	must(catalog_load(path, ret_catalog));
	return catalog_bundle(*ret_catalog);
}

struct bytes catalog_test_bundle(struct catalog **ret_catalog)
{
	return catalog_bundle_of("catalog", ret_catalog);
}

static void world_entry(struct world *world, struct entry entry)
{
	entry.sequence = ++world->sequence;
	entry.received = world->received;
	must(fold_entry(world->fold, &world->ports, &entry));
}

void world_init(struct world *world)
{
	world_init_with(world, "catalog");
}

void world_init_with(struct world *world, const char *folder)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;

	*world = (struct world){ 0 };
	world->ports = (struct ports){ .ctx = world,
		.get = memory_get,
		.put = memory_put,
		.del = memory_del,
		.seek = memory_seek };
	must(fold_new(&world->fold));
	must(fold_load(world->fold, &world->ports));
	world_entry(world, (struct entry){ .kind = ENTRY_CATALOGUE,
				   .catalogue = 1,
				   .body = catalog_bundle_of(folder, &catalog) });
	world->view = (struct view){ .ports = &world->ports,
		.catalog = fold_catalog(world->fold),
		.registry = fold_registry(world->fold),
		.facts = fold_facts(world->fold),
		.locks = fold_locks(world->fold),
		.acts = fold_acts(world->fold),
		.today = day_of(2026, 6, 1) };
}

void world_fini(struct world *world)
{
	for (size_t t = 0; t < array_len(world->table); t++) {
		for (size_t i = 0; i < world->table[t].rows; i++)
			free(world->table[t].row[i].value);
		free(world->table[t].row);
	}
	fold_free(world->fold);
}

uint64_t stratum_of(unsigned class, unsigned ownership)
{
	return (uint64_t) class | (uint64_t)ownership << (8 * DIMENSION_OWNERSHIP);
}

void facility_body(uint32_t number, const struct segment *segments, uint32_t count,
	int32_t closed_day, struct buffer *out)
{
	struct facility facility = { .segments = count };
	const struct command command = {
		.reason = bytes_str("test"), .facility = &facility, .facilities = 1
	};

	snprintf(facility.code, sizeof(facility.code), "F%u", number);
	snprintf(facility.name, sizeof(facility.name), "Facility %u", number);
	memcpy(facility.segment, segments, count * sizeof(*segments));
	if (closed_day != DAY_NEVER)
		must(facility_close(&facility, closed_day));
	must(command_encode(&command, out));
}

void world_facility(struct world *world, uint32_t number, const struct segment *segments,
	uint32_t count, int32_t closed_day)
{
	AUTO(buffer_fini) struct buffer body = { 0 };

	facility_body(number, segments, count, closed_day, &body);
	world_entry(world, (struct entry){ .kind = ENTRY_REGISTRY, .body = buffer_view(&body) });
}

void world_facility_in(
	struct world *world, uint32_t number, uint32_t area, unsigned class, unsigned ownership)
{
	const struct segment segment = { .from_day = day_of(2000, 1, 1),
		.area = area,
		.stratum = stratum_of(class, ownership) };

	world_facility(world, number, &segment, 1, DAY_NEVER);
}

uint32_t period_text(const char *text)
{
	uint32_t period;

	must(period_parse(text, &period));
	return period;
}

void report_body(uint32_t facility, uint16_t form, uint32_t period, uint32_t revision,
	const struct given *given, size_t count, struct buffer *out)
{
	char code[16];
	uint32_t element[512], absent_element[64], absent_kind[64];
	int64_t value[512];
	struct report report = { .form = form,
		.period = period,
		.revision = revision,
		.element = element,
		.value = value,
		.absent_element = absent_element,
		.absent_kind = absent_kind };

	snprintf(code, sizeof(code), "F%u", facility);
	report.facility = bytes_str(code);
	for (size_t i = 0; i < count; i++) {
		if (given[i].absent) {
			absent_element[report.absents] = given[i].element;
			absent_kind[report.absents++] = given[i].absent;
		} else {
			element[report.values] = given[i].element;
			value[report.values++] = given[i].value;
		}
	}
	must(report_encode(&report, out));
}

void world_report(struct world *world, uint32_t facility, uint16_t form, const char *period,
	const struct given *given, size_t count)
{
	AUTO(buffer_fini) struct buffer body = { 0 };
	uint32_t number = period_text(period);

	report_body(facility, form, number, (uint32_t)world->sequence, given, count, &body);
	world_entry(world, (struct entry){ .kind = ENTRY_REPORT,
				   .form = form,
				   .period = number,
				   .facility = facility,
				   .revision = (uint32_t)world->sequence,
				   .body = buffer_view(&body) });
}

void world_withdraw(struct world *world, uint32_t facility, uint16_t form, const char *period)
{
	world_entry(world, (struct entry){ .kind = ENTRY_WITHDRAWAL,
				   .form = form,
				   .period = period_text(period),
				   .facility = facility,
				   .revision = (uint32_t)world->sequence });
}

uint64_t world_hold(struct world *world, uint32_t facility, uint16_t form, const char *period,
	const struct given *given, size_t count)
{
	AUTO(buffer_fini) struct buffer body = { 0 };
	uint32_t number = period_text(period);

	report_body(facility, form, number, (uint32_t)world->sequence, given, count, &body);
	world_entry(world, (struct entry){ .kind = ENTRY_HELD,
				   .form = form,
				   .period = number,
				   .facility = facility,
				   .actor = 7,
				   .revision = (uint32_t)world->sequence,
				   .findings = bytes_str("findings"),
				   .body = buffer_view(&body) });
	return world->sequence;
}

uint64_t world_hold_withdrawal(
	struct world *world, uint32_t facility, uint16_t form, const char *period)
{
	char code[16];
	struct report report = { .form = form,
		.period = period_text(period),
		.revision = (uint32_t)world->sequence,
		.withdrawal = true };

	AUTO(buffer_fini) struct buffer body = { 0 };

	snprintf(code, sizeof(code), "F%u", facility);
	report.facility = bytes_str(code);
	must(report_encode(&report, &body));
	world_entry(world, (struct entry){ .kind = ENTRY_HELD,
				   .form = form,
				   .period = report.period,
				   .facility = facility,
				   .revision = report.revision,
				   .body = buffer_view(&body) });
	return world->sequence;
}

uint64_t world_command(
	struct world *world, enum entry_kind kind, uint32_t actor, const struct command *command)
{
	AUTO(buffer_fini) struct buffer body = { 0 };

	must(command_encode(command, &body));
	world_entry(
		world, (struct entry){ .kind = kind, .actor = actor, .body = buffer_view(&body) });
	return world->sequence;
}

void world_decide(struct world *world, uint32_t facility, uint16_t form, const char *period,
	uint64_t held, enum decision_kind kind)
{
	struct decision decision = { .key = { .form = form, .period = period_text(period) },
		.held = held,
		.kind = kind,
		.reason = kind == DECISION_ACCEPT ? 0 : 3 };
	const struct command command = {
		.reason = bytes_str("test"), .decision = &decision, .decisions = 1
	};
	AUTO(buffer_fini) struct buffer body = { 0 };

	snprintf(decision.key.facility, sizeof(decision.key.facility), "F%u", facility);
	must(command_encode(&command, &body));
	world_entry(world, (struct entry){ .kind = ENTRY_DECISION,
				   .form = form,
				   .period = decision.key.period,
				   .facility = facility,
				   .actor = 9,
				   .body = buffer_view(&body) });
}

void world_facility_whole(struct world *world, uint32_t number, struct facility facility)
{
	const struct command command = {
		.reason = bytes_str("test"), .facility = &facility, .facilities = 1
	};

	snprintf(facility.code, sizeof(facility.code), "F%u", number);
	snprintf(facility.name, sizeof(facility.name), "Facility %u", number);
	world_command(world, ENTRY_REGISTRY, 0, &command);
}

void world_finish(struct world *world)
{
	must(fold_finish(world->fold, &world->ports));
}
