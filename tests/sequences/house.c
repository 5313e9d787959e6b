/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A restart waits for flush and index, as ingestd's start does. */
#include "tests/sequences/house.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "ingestd/decide_parts.h"
#include "ingestd/index.h"

enum { PAST_ROWS_FEW = 16, PAST_RESERVE_FEW = 8 };

void must(int r)
{
	if (r == 0)
		return;
	fflush(stdout);
	fprintf(stderr, "%s: %s (%s)\n", err_name(r), err_text(), err_trace());
	abort();
}

/* splitmix64: any seed is a good one. */
uint32_t chance(struct house *house, uint32_t below)
{
	uint64_t x = house->chance += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	x ^= x >> 31;
	return (uint32_t)((x >> 32) * below >> 32);
}

bool likely(struct house *house, uint32_t percent)
{
	return chance(house, 100) < percent;
}

static struct bytes bytes_keep(struct bytes bytes)
{
	uint8_t *kept = malloc(bytes.len ? bytes.len : 1);

	ensure(kept != NULL);
	if (bytes.len > 0)
		memcpy(kept, bytes.data, bytes.len);
	return bytes_of(kept, bytes.len);
}

static void entry_keep(struct house *house, const struct entry *entry)
{
	if (house->entries == house->size) {
		house->size = house->size ? house->size * 2 : 256;
		house->entry = realloc(house->entry, house->size * sizeof(*house->entry));
		ensure(house->entry != NULL);
	}
	house->entry[house->entries] = *entry;
	house->entry[house->entries].body = bytes_keep(entry->body);
	house->entry[house->entries++].findings = bytes_keep(entry->findings);
	ensure(entry->sequence == house->entries);
}

void house_take(struct house *house)
{
	for (size_t i = 0; i < house->batch->entries; i++)
		entry_keep(house, &house->batch->entry[i]);
	batch_reset(house->batch);
}

static void decide_begin(struct house *house)
{
	const struct entry *last = &house->entry[house->entries - 1];
	struct journal_head head = { .epoch = "sequences", .sequence = house->entries };
	struct catalog *catalog = NULL;

	must(catalog_open_bundle(house->bundle, &catalog));
	decide_free(house->decide);
	must(decide_new(&house->state_ports, &head, last->received, catalog, 1, &house->decide));
	if (likely(house, 50))
		return;
	/* so few rows that they are forgotten again and again */
	past_cache_free(house->decide->past);
	must(past_cache_new(PAST_ROWS_FEW, (size_t)FORM_LINES_MAX * (PAST_RESERVE_FEW + 3),
		PAST_RESERVE_FEW, &house->decide->past));
	past_cache_release(house->decide->past, house->indexed);
}

void house_open(struct house *house, uint64_t seed, struct bytes bundle, struct batch *batch,
	struct arena *arena)
{
	*house = (struct house){ .chance = seed * UINT64_C(0xd1342543de82ef95) + 1,
		.batch = batch,
		.arena = arena,
		.bundle = bundle };
	batch_reset(batch);
	memory_init(&house->state);
	memory_init(&house->figures);
	house->state_ports = memory_ports(&house->state);
	house->figures_ports = memory_ports(&house->figures);
	entry_keep(house,
		&(struct entry){
			.kind = ENTRY_CATALOGUE, .sequence = 1, .catalogue = 1, .body = bundle });
	house_catch_up(house);
	decide_begin(house);
	house_fold_begin(house);
}

void house_close(struct house *house)
{
	for (size_t i = 0; i < house->entries; i++) {
		free((void *)(uintptr_t)house->entry[i].body.data);
		free((void *)(uintptr_t)house->entry[i].findings.data);
	}
	free(house->entry);
	decide_free(house->decide);
	house_fold_free(house);
	memory_fini(&house->state);
	memory_fini(&house->figures);
}

static void flush_to(struct house *house, uint64_t sequence)
{
	for (; house->durable < sequence; house->durable++)
		memory_put_body(
			&house->state, house->durable + 1, house->entry[house->durable].body);
	printf("F %llu\n", (unsigned long long)house->durable);
}

static void index_to(struct house *house, uint64_t sequence)
{
	for (; house->indexed < sequence; house->indexed++)
		must(index_apply(&house->state_ports, house->arena, &house->entry[house->indexed]));
	if (house->decide)
		decide_state_at(house->decide, house->indexed);
}

void house_catch_up(struct house *house)
{
	flush_to(house, house->entries);
	index_to(house, house->entries);
}

uint64_t between(struct house *house, uint64_t from, uint64_t to)
{
	return from + chance(house, (uint32_t)(to - from) + 1);
}

void house_drift(struct house *house)
{
	if (likely(house, 30))
		flush_to(house, between(house, house->durable, house->entries));
	if (likely(house, 25))
		index_to(house, between(house, house->indexed, house->durable));
	if (likely(house, 3)) {
		house_catch_up(house);
		decide_begin(house);
	}
	house_fold_drift(house);
}

void house_settle(struct house *house)
{
	house_catch_up(house);
	house_fold_settle(house);
}

struct identity house_identity(const struct house *house, const struct identity_key *key)
{
	struct identity identity;
	int r = decide_identity(house->decide, key, &identity);

	if (r < 0)
		must(r);
	return r == 0 ? identity : (struct identity){ .revision = 0 };
}

uint64_t house_command_at(const struct house *house, uint32_t facility)
{
	return house->decide->command_at[facility];
}
