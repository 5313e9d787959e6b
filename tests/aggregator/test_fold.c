/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * After any sequence of reports, revisions, withdrawals, holes and changes of the registry, every
 * cell and every left-out sum must be what adding up the reports in force gives. The addition here
 * is written apart from the fold: from what was sent, not from what is stored. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "tests/aggregator/tables.h"

enum { FACILITIES = 8, PERIODS = 4, LINES = 9 };

static const char *const periods[PERIODS] = { "2025-11", "2025-12", "2026-01", "2026-02" };
static const uint32_t areas[] = { CITY, DISTRICT_A, DISTRICT_B, TOWN_1, TOWN_2 };

/* What was sent last for one identity, and what waits for a decision. */
struct sent {
	bool there;
	struct given given[LINES];
};

static struct sent sent[FACILITIES + 1][3][PERIODS];
static struct waiting {
	uint64_t sequence; /* 0: nothing waits */
	bool withdrawal;
	struct given given[LINES];
} waiting[FACILITIES + 1][3][PERIODS];

/* Reproducible: the failing seed is printed by the test. */
static uint32_t dice_state;

static unsigned dice(unsigned sides)
{
	dice_state = dice_state * 1664525u + 1013904223u;
	return (dice_state >> 8) % sides;
}

static size_t lines_of(const struct form *form)
{
	return form->line_count;
}

/* Every line, as it is remembered, and those that are named, as they are sent. */
static size_t values_random(
	const struct form *f, struct given all[LINES], struct given given[LINES])
{
	size_t count = 0;

	for (size_t i = 0; i < lines_of(f); i++) {
		struct given *g = &all[i];

		*g = (struct given){ .element = f->lines[i].element,
			.value = (int64_t)dice(1000) - 100 };
		switch (dice(6)) {
		case 0:
			g->absent = 1 + dice(4);
			break;
		case 1:
			g->absent = 99; /* named nowhere */
			continue;
		default:
			break;
		}
		given[count++] = *g;
	}
	return count;
}

/* The schema wants elements rising; the fixture's forms list them so. */
static void report_random(struct world *world, uint32_t facility, uint16_t form, unsigned period)
{
	const struct form *f = catalog_form(world->view.catalog, form);
	struct sent *s = &sent[facility][form][period];
	struct given given[LINES];
	size_t count = values_random(f, s->given, given);

	s->there = true;
	waiting[facility][form][period].sequence = 0;
	world_report(world, facility, form, periods[period], given, count);
}

static void hold_random(struct world *world, uint32_t facility, uint16_t form, unsigned period)
{
	const struct form *f = catalog_form(world->view.catalog, form);
	struct waiting *w = &waiting[facility][form][period];
	struct given given[LINES];
	size_t count = values_random(f, w->given, given);

	w->withdrawal = dice(6) == 0;
	w->sequence = w->withdrawal
			      ? world_hold_withdrawal(world, facility, form, periods[period])
			      : world_hold(world, facility, form, periods[period], given, count);
}

static void decide_random(struct world *world, uint32_t facility, uint16_t form, unsigned period)
{
	struct waiting *w = &waiting[facility][form][period];
	enum decision_kind kind = DECISION_ACCEPT + dice(3);
	struct sent *s = &sent[facility][form][period];

	if (w->sequence == 0)
		return;
	world_decide(world, facility, form, periods[period], w->sequence, kind);
	w->sequence = 0;
	if (kind != DECISION_ACCEPT)
		return;
	s->there = !w->withdrawal;
	memcpy(s->given, w->given, sizeof(s->given));
}

static void facility_random(struct world *world, uint32_t facility)
{
	struct segment segment[3];
	uint32_t count = 1 + dice(3);
	int32_t closed = dice(5) == 0 ? day_of(2025, 10 + (int)dice(3), 15) : DAY_NEVER;

	for (uint32_t i = 0; i < count; i++)
		segment[i] = (struct segment){ .from_day = day_of(2025, 10, 20) + (int32_t)i * 33,
			.area = areas[dice(5)],
			.stratum = stratum_of(1 + dice(2), 1 + dice(2)),
			.closed = i > 0 && dice(4) == 0 };
	segment[0].from_day = day_of(2000, 1, 1);
	world_facility(world, facility, segment, count, closed);
}

/* Whether the report counts in the cell, by the registry alone. */
static bool counts_in(
	const struct world *world, uint32_t facility, const struct cell_key *key, bool *ret_own)
{
	const struct facility *f = registry_facility(world->view.registry, facility);
	const struct segment *segment = facility_segment(f, key->period);

	if (!segment || segment->stratum != key->stratum)
		return false;
	*ret_own = segment->area == key->area;
	return catalog_area_within(world->view.catalog, segment->area, key->area);
}

static bool is_given(const struct given *given)
{
	return given->absent == 0 || given->absent == ABSENT_NOT_OFFERED;
}

static int64_t given_value(const struct given *given)
{
	return given->absent ? 0 : given->value;
}

static unsigned period_index_of(uint32_t period)
{
	unsigned i = 0;

	while (period_text(periods[i]) != period)
		i++;
	return i;
}

static void cell_expect(
	const struct world *world, const struct cell_key *key, const struct cell *cell)
{
	const struct form *form = catalog_form(world->view.catalog, key->form);
	int64_t sum[LINES] = { 0 };
	uint32_t count[LINES] = { 0 }, reported = 0;

	for (uint32_t f = 1; f <= FACILITIES; f++) {
		const struct sent *s = &sent[f][key->form][period_index_of(key->period)];
		bool own;

		if (!s->there || !counts_in(world, f, key, &own))
			continue;
		reported++;
		for (size_t i = 0; i < lines_of(form); i++) {
			if (!is_given(&s->given[i]) || (!own && s->given[i].element == SURVEY))
				continue;
			sum[i] += given_value(&s->given[i]);
			count[i]++;
		}
	}
	cr_expect_eq(cell->head.reported, reported);
	for (uint32_t i = 0; i < lines_of(form); i++) {
		cr_expect_eq(cell_sum(cell, i), sum[i], "line %u", i);
		cr_expect_eq(cell_count(cell, i), count[i], "line %u", i);
	}
}

/* Strata in which something is in force for the area, form and period: so many cells
 * there must be. */
static size_t cells_wanted(const struct world *world)
{
	size_t wanted = 0;

	for (uint16_t form = HM; form <= CM; form++)
		for (unsigned p = 0; p < PERIODS; p++)
			for (size_t a = 0; a < array_len(areas); a++)
				for (unsigned s = 0; s < 4; s++) {
					const struct cell_key key = { form, period_text(periods[p]),
						areas[a], stratum_of(1 + s / 2, 1 + s % 2) };
					bool any = false, own;

					for (uint32_t f = 1; f <= FACILITIES; f++)
						any = any ||
						      (sent[f][form][p].there &&
							      counts_in(world, f, &key, &own));
					wanted += any;
				}
	return wanted;
}

static void cells_expect(const struct world *world)
{
	const struct memory_table *table = &world->table[TABLE_CELL];

	cr_expect_eq(table->rows, cells_wanted(world));
	for (size_t i = 0; i < table->rows; i++) {
		struct cell_key key;
		struct cell cell;

		cr_assert_eq(
			cell_key_unpack(bytes_of(table->row[i].key, table->row[i].key_len), &key),
			0);
		cr_assert_eq(
			cell_decode(bytes_of(table->row[i].value, table->row[i].len), &cell), 0);
		cell_expect(world, &key, &cell);
	}
}

/* The fixture's paired indicators, told by hand: indicator, form, the two lines, which strata. */
static const struct pairs {
	uint16_t indicator, form;
	unsigned top, bottom;
	unsigned strata; /* bits: public and private hospitals, public and private clinics */
	bool own;        /* nothing of it adds over space */
} pairs[] = {
	{ 1, HM, 3, 2, 15, false },
	{ 4, HM, 4, 0, 15, false },
	{ 4, CM, 1, 0, 15, false },
	{ 12, HM, 3, 2, 5, false },
	{ 18, HM, 0, 2, 3, false },
	{ 19, HM, 5, 5, 15, true },
};

/* Adds one report to what one left-out row should hold; true if it takes no part. count[2]: the
 * reports to which something is not applicable. */
static bool left_out_add(
	const struct pairs *pair, const struct sent *s, int64_t sum[2], uint32_t count[3])
{
	const struct given *side[2] = { &s->given[pair->top], &s->given[pair->bottom] };
	bool inapplicable = side[0]->absent == ABSENT_NOT_APPLICABLE ||
			    side[1]->absent == ABSENT_NOT_APPLICABLE;

	if (!inapplicable && is_given(side[0]) == is_given(side[1]))
		return false;
	count[2] += inapplicable;
	for (int i = 0; i < 2; i++) {
		if (!is_given(side[i]))
			continue;
		sum[i] += given_value(side[i]);
		count[i]++;
	}
	return true;
}

static size_t leftout_expect(
	const struct world *world, const struct pairs *pair, const struct cell_key *key)
{
	int64_t sum[3] = { 0 };
	uint32_t count[3] = { 0 }, reports = 0;
	struct cell cell;
	bool own;
	int r;

	for (uint32_t f = 1; f <= FACILITIES; f++) {
		const struct sent *s = &sent[f][key->form][period_index_of(key->period)];

		if (s->there && counts_in(world, f, key, &own) && (own || !pair->own))
			reports += left_out_add(pair, s, sum, count);
	}
	r = leftout_get(&world->view, key, pair->indicator, &cell);
	if (reports == 0) {
		cr_expect_eq(r, PORT_NONE);
		return 0;
	}
	cr_assert_eq(r, 0);
	cr_expect_eq(cell.head.reported, reports);
	cr_expect_eq(cell.head.n, 3);
	for (uint32_t i = 0; i < 3; i++) {
		cr_expect_eq(cell_sum(&cell, i), sum[i]);
		cr_expect_eq(cell_count(&cell, i), count[i]);
	}
	return 1;
}

static void leftouts_expect(const struct world *world)
{
	size_t wanted = 0;

	for (size_t i = 0; i < array_len(pairs); i++)
		for (unsigned p = 0; p < PERIODS; p++)
			for (size_t a = 0; a < array_len(areas); a++)
				for (unsigned s = 0; s < 4; s++) {
					const struct cell_key key = { pairs[i].form,
						period_text(periods[p]), areas[a],
						stratum_of(1 + s / 2, 1 + s % 2) };

					if (pairs[i].strata >> s & 1)
						wanted += leftout_expect(world, &pairs[i], &key);
				}
	cr_expect_eq(world->table[TABLE_LEFTOUT].rows, wanted);
}

/* To how many reports of the cell each line is not applicable; returns how many have such a
 * line. */
static uint32_t inapplicable_count(
	const struct world *world, const struct cell_key *key, uint32_t count[LINES])
{
	const struct form *form = catalog_form(world->view.catalog, key->form);
	uint32_t reports = 0;

	memset(count, 0, LINES * sizeof(*count));
	for (uint32_t f = 1; f <= FACILITIES; f++) {
		const struct sent *s = &sent[f][key->form][period_index_of(key->period)];
		bool own, any = false;

		if (!s->there || !counts_in(world, f, key, &own))
			continue;
		for (size_t i = 0; i < lines_of(form); i++) {
			if (s->given[i].absent != ABSENT_NOT_APPLICABLE ||
				(!own && s->given[i].element == SURVEY))
				continue;
			count[i]++;
			any = true;
		}
		reports += any;
	}
	return reports;
}

static void inapplicable_expect(const struct world *world)
{
	size_t wanted = 0;

	for (size_t i = 0; i < world->table[TABLE_CELL].rows; i++) {
		const struct memory_row *row = &world->table[TABLE_CELL].row[i];
		uint32_t count[LINES], reports;
		struct cell_walk walk;
		struct cell_key key;

		cr_assert_eq(cell_key_unpack(bytes_of(row->key, row->key_len), &key), 0);
		reports = inapplicable_count(world, &key, count);
		walk = inapplicable_walk_of(&world->view, key.form, key.period, key.area);
		walk.key.stratum = key.stratum;
		if (reports == 0)
			continue;
		wanted++;
		cr_assert_eq(cell_walk_next(&walk), 0);
		cr_expect_eq(walk.key.stratum, key.stratum);
		cr_expect_eq(walk.cell.head.reported, reports);
		for (uint32_t l = 0; l < walk.cell.head.n; l++) {
			cr_expect_eq(cell_count(&walk.cell, l), count[l]);
			cr_expect_eq(cell_sum(&walk.cell, l), 0);
		}
	}
	cr_expect_eq(world->table[TABLE_INAPPLICABLE].rows, wanted);
}

static void step_random(struct world *world)
{
	uint32_t facility = 1 + dice(FACILITIES);
	uint16_t form = (uint16_t)(HM + dice(2));
	unsigned period = dice(PERIODS);

	switch (dice(14)) {
	case 0:
		world_withdraw(world, facility, form, periods[period]);
		sent[facility][form][period].there = false;
		waiting[facility][form][period].sequence = 0;
		break;
	case 2:
	case 3:
	case 4:
		hold_random(world, facility, form, period);
		break;
	case 5:
	case 6:
		for (facility = 1; facility <= FACILITIES; facility++)
			decide_random(world, facility, form, period);
		break;
	case 1:
		facility_random(world, facility);
		break;
	default:
		report_random(world, facility, form, period);
	}
}

Test(fold, any_sequence_gives_the_sums_of_what_is_in_force)
{
	for (uint32_t seed = 1; seed <= 12; seed++) {
		struct world world;

		dice_state = seed;
		memset(sent, 0, sizeof(sent));
		memset(waiting, 0, sizeof(waiting));
		world_init(&world);
		for (uint32_t f = 1; f <= FACILITIES; f++)
			facility_random(&world, f);
		for (int i = 0; i < 250; i++) {
			step_random(&world);
			if (dice(10) > 0)
				continue;
			world_finish(&world);
			cells_expect(&world);
			leftouts_expect(&world);
			inapplicable_expect(&world);
		}
		world_fini(&world);
		cr_log_info("seed %u", seed);
	}
}

Test(fold, withdrawing_everything_leaves_no_cell)
{
	struct world world;

	dice_state = 7;
	world_init(&world);
	for (uint32_t f = 1; f <= FACILITIES; f++) {
		world_facility_in(&world, f, areas[f % 5], HOSPITAL, PUBLIC);
		report_random(&world, f, HM, f % PERIODS);
	}
	world_finish(&world);
	cr_assert_gt(world.table[TABLE_CELL].rows, 0);
	for (uint32_t f = 1; f <= FACILITIES; f++)
		world_withdraw(&world, f, HM, periods[f % PERIODS]);
	world_finish(&world);
	cr_expect_eq(world.table[TABLE_CELL].rows, 0);
	cr_expect_eq(world.table[TABLE_LEFTOUT].rows, 0);
	cr_expect_eq(world.table[TABLE_PERIODS].rows, 0);
	cr_expect_eq(world.table[TABLE_CURRENT].rows, FACILITIES);
	world_fini(&world);
}

static void tables_expect_equal(const struct world *a, const struct world *b)
{
	for (unsigned t = TABLE_CURRENT; t < AGGREGATES_TABLES; t++)
		cr_expect(table_equal(a, b, t), "%s", aggregates_tables[t]);
}

Test(fold, where_chunks_end_cannot_be_seen)
{
	struct world often, once;

	for (int which = 0; which < 2; which++) {
		struct world *world = which ? &once : &often;

		dice_state = 42;
		memset(sent, 0, sizeof(sent));
		memset(waiting, 0, sizeof(waiting));
		world_init(world);
		for (uint32_t f = 1; f <= FACILITIES; f++)
			facility_random(world, f);
		for (int i = 0; i < 200; i++) {
			step_random(world);
			if (which == 0)
				world_finish(world);
		}
		world_finish(world);
	}
	tables_expect_equal(&often, &once);
	world_fini(&often);
	world_fini(&once);
}

Test(fold, an_entry_that_cannot_be_decoded_changes_nothing)
{
	const uint8_t nonsense[] = { 0xff, 0xff, 0xff };
	struct world world;
	const struct entry bad[] = {
		{ .kind = ENTRY_REPORT,
			.form = HM,
			.period = period_text("2026-01"),
			.facility = 1,
			.sequence = 3,
			.body = bytes_of(nonsense, sizeof(nonsense)) },
		{ .kind = ENTRY_REPORT,
			.form = 77,
			.period = period_text("2026-01"),
			.facility = 1,
			.sequence = 3 },
		{ .kind = ENTRY_REGISTRY,
			.sequence = 3,
			.body = bytes_of(nonsense, sizeof(nonsense)) },
	};

	world_init(&world);
	world_facility_in(&world, 1, TOWN_1, HOSPITAL, PUBLIC);
	for (size_t i = 0; i < array_len(bad); i++) {
		cr_expect_lt(fold_entry(world.fold, &world.ports, &bad[i]), 0, "case %zu", i);
		world_finish(&world);
		cr_expect_eq(world.table[TABLE_CURRENT].rows, 0);
		cr_expect_eq(world.table[TABLE_REGISTRY].rows, 1);
	}
	world_fini(&world);
}

Test(fold, a_later_catalogue_is_not_taken_and_an_earlier_one_is_skipped)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	struct world world;
	struct entry entry = { .kind = ENTRY_CATALOGUE, .catalogue = 2, .sequence = 5 };

	world_init(&world);
	entry.body = catalog_test_bundle(&catalog);
	cr_expect_eq(fold_entry(world.fold, &world.ports, &entry), FOLD_AGAIN);
	cr_expect_eq(fold_catalogue_number(world.fold), 1, "nothing was done");
	entry.sequence = 1;
	entry.catalogue = 1;
	cr_expect_eq(fold_entry(world.fold, &world.ports, &entry), 0);
	world_fini(&world);
}

Test(fold, changes_that_were_written_in_part_are_not_written_again)
{
	struct world world;

	world_init(&world);
	world_facility_in(&world, 1, TOWN_1, HOSPITAL, PUBLIC);
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 10, 0 }));
	world_finish(&world);
	world_report(&world, 1, HM, "2026-01", GIVEN({ VISIT, 11, 0 }));
	world.table[TABLE_CELL].row[world.table[TABLE_CELL].rows - 1].len--;
	cr_expect_eq(fold_finish(world.fold, &world.ports), ERR_CORRUPT);
	cr_expect_eq(fold_finish(world.fold, &world.ports), ERR_CORRUPT);
	world.table[TABLE_CELL].row[world.table[TABLE_CELL].rows - 1].len++;
	cr_expect_eq(fold_finish(world.fold, &world.ports), ERR_CORRUPT);
	world_fini(&world);
}
