/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A small world for tests of the aggregator: tables in memory, a catalogue (catalog/ beside this
 * file), and entries made the way ingestd makes them. Anything unexpected aborts. */
#ifndef TESTS_AGGREGATOR_WORLD_H
#define TESTS_AGGREGATOR_WORLD_H

#include "aggregator/fold.h"
#include "aggregator/view.h"
#include "proto/query.h"
#include "proto/report.h"

enum { HM = 1, CM = 2, IY = 3, PY = 4 };
/* Only in catalog_methods/. */
enum { DM = 5, SY = 6 };
enum {
	VISIT = 1,
	BED,
	BED_DAY_OPEN,
	BED_DAY_USED,
	INCOME,
	STAFF,
	POP_END,
	SURVEY,
	CASE_YTD,
	BED_MEAN,
	PATIENT_START
};
enum {
	CITY = 320700,
	DISTRICT_A = 320703,
	DISTRICT_B = 320706,
	TOWN_1 = 320703001,
	TOWN_2 = 320703002
};
enum { HOSPITAL = 1, CLINIC = 2, AGENCY = 3, PUBLIC = 1, PRIVATE = 2 };

/* Ordered rows of one table. */
struct memory_row {
	uint8_t key[64];
	size_t key_len, len;
	uint8_t *value;
};

struct memory_table {
	struct memory_row *row;
	size_t rows, room;
};

struct world {
	uint64_t received; /* of the entries that follow, wall ms */
	struct memory_table table[AGGREGATES_TABLES];
	struct ports ports;
	struct fold *fold;
	struct view view;
	uint64_t sequence;
};

/* With the catalogue adopted at sequence 1. */
void world_init(struct world *world);
/* By another catalogue than catalog/: a folder beside it. */
void world_init_with(struct world *world, const char *folder);
void world_fini(struct world *world);

/* One given or absent value. */
struct given {
	uint32_t element;
	int64_t value;
	uint32_t absent; /* kind; 0: value counts */
};

uint64_t stratum_of(unsigned class, unsigned ownership);
struct bytes catalog_test_bundle(struct catalog **ret_catalog);
/* Of another folder beside it. */
struct bytes catalog_bundle_of(const char *folder, struct catalog **ret_catalog);

/* Facility `number` ("F1" is the first) with these segments, open until closed. */
void world_facility(struct world *world, uint32_t number, const struct segment *segments,
	uint32_t count, int32_t closed_day);
/* Open since 2000 in one area. */
void world_facility_in(
	struct world *world, uint32_t number, uint32_t area, unsigned class, unsigned ownership);
void world_report(struct world *world, uint32_t facility, uint16_t form, const char *period,
	const struct given *given, size_t count);
void world_withdraw(struct world *world, uint32_t facility, uint16_t form, const char *period);
/* A held report, by its revision's sequence, which is returned; and one that withdraws. */
uint64_t world_hold(struct world *world, uint32_t facility, uint16_t form, const char *period,
	const struct given *given, size_t count);
uint64_t world_hold_withdrawal(
	struct world *world, uint32_t facility, uint16_t form, const char *period);
/* What a person decides on the held report of that sequence. */
void world_decide(struct world *world, uint32_t facility, uint16_t form, const char *period,
	uint64_t held, enum decision_kind kind);
/* Any command, as an entry of that kind; returns its sequence. */
uint64_t world_command(
	struct world *world, enum entry_kind kind, uint32_t actor, const struct command *command);
/* Facility `number` as given; code and name are filled in. */
void world_facility_whole(struct world *world, uint32_t number, struct facility facility);
void world_finish(struct world *world);
/* The body of a report, and of a command, as its sender packs them. */
void report_body(uint32_t facility, uint16_t form, uint32_t period, uint32_t revision,
	const struct given *given, size_t count, struct buffer *out);
void facility_body(uint32_t number, const struct segment *segments, uint32_t count,
	int32_t closed_day, struct buffer *out);

/* Short for tables of tests. */
#define GIVEN(...)                                                                                 \
	(const struct given[]){ __VA_ARGS__ },                                                     \
		sizeof((const struct given[]){ __VA_ARGS__ }) / sizeof(struct given)

uint32_t period_text(const char *text);

#endif
