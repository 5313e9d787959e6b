/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A hash of form, period and scope. Cells are not copied: inside a read transaction their bytes
 * stay where they are. */
#include "aggregator/tally.h"

#include <stdlib.h>
#include <string.h>

#include "aggregator/census.h"
#include "aggregator/expected.h"
#include "base/err.h"
#include "base/limits.h"

enum { SLOTS = 4 * TALLIES_MAX, WITHIN_SLOTS = 1024, CENSUSES = 8192 };

struct tallies {
	struct tally *slot[SLOTS]; /* owned; NULL: free */
	size_t used;
	struct census *census[CENSUSES]; /* owned; NULL: free */
	size_t censuses;
	struct servings servings;
	/* whether areas lie within this one, as far as asked */
	uint32_t outer;
	struct {
		uint32_t inner;
		bool known, within;
	} within[WITHIN_SLOTS];
};

int tallies_new(struct tallies **ret_tallies)
{
	struct tallies *tallies = calloc(1, sizeof(*tallies));

	if (!tallies)
		return err_here(ERR_NOMEM, "cannot allocate the tallies of a question");
	*ret_tallies = tallies;
	return 0;
}

static void tally_free(struct tally *tally)
{
	if (!tally)
		return;
	free(tally->row);
	free(tally->left);
	free(tally->inapplicable);
	free(tally);
}
AUTO_DEFINE(tally_free, struct tally *);

static void tallies_clear(struct tallies *tallies)
{
	for (size_t i = 0; tallies->used > 0 && i < SLOTS; i++) {
		tally_free(tallies->slot[i]);
		tallies->slot[i] = NULL;
	}
	tallies->used = 0;
	for (size_t i = 0; tallies->censuses > 0 && i < CENSUSES; i++) {
		census_free(tallies->census[i]);
		tallies->census[i] = NULL;
	}
	tallies->censuses = 0;
	servings_clear(&tallies->servings);
}

void tallies_free(struct tallies *tallies)
{
	if (!tallies)
		return;
	tallies_clear(tallies);
	free(tallies);
}

void tallies_trim(struct tallies *tallies)
{
	if (tallies->used > TALLIES_MAX || tallies->servings.count > SERVINGS_MAX / 2 ||
		tallies->censuses > CENSUSES / 4)
		tallies_clear(tallies);
}

int view_with_tallies(const struct view *view, struct tallies **ret_own, struct view *ret_view)
{
	int r;

	*ret_view = *view;
	if (view->tallies)
		return 0;
	if ((r = tallies_new(ret_own)) < 0)
		return err_pass(r);
	ret_view->tallies = *ret_own;
	return 0;
}

bool view_area_within(const struct view *view, uint32_t inner, uint32_t outer)
{
	struct tallies *tallies = view->tallies;
	size_t at = inner % WITHIN_SLOTS;

	if (tallies->outer != outer) {
		memset(tallies->within, 0, sizeof(tallies->within));
		tallies->outer = outer;
	}
	if (!tallies->within[at].known || tallies->within[at].inner != inner) {
		tallies->within[at].inner = inner;
		tallies->within[at].known = true;
		tallies->within[at].within = catalog_area_within(view->catalog, inner, outer);
	}
	return tallies->within[at].within;
}

int64_t vector_value(const uint8_t *values, uint32_t n, uint32_t line)
{
	int64_t value = value_absent(0);

	if (line < n)
		memcpy(&value, values + line * sizeof(value), sizeof(value));
	return value;
}

int64_t tally_sum(const struct tally_row *row, uint32_t line)
{
	if (row->cell.head.reported == 0)
		return 0;
	if (row->values)
		return value_in_sum(vector_value(row->values, row->cell.head.n, line));
	return line < row->cell.head.n ? cell_sum(&row->cell, line) : 0;
}

uint32_t tally_count(const struct tally_row *row, uint32_t line)
{
	if (row->cell.head.reported == 0)
		return 0;
	if (row->values)
		return value_counts(vector_value(row->values, row->cell.head.n, line));
	return line < row->cell.head.n ? cell_count(&row->cell, line) : 0;
}

/* The row of the stratum, made if there is none; NULL: no memory. */
static struct tally_row *row_of(struct tally *tally, uint64_t stratum)
{
	struct tally_row *row;
	size_t at = tally->rows;

	while (at > 0 && tally->row[at - 1].stratum > stratum)
		at--;
	if (at > 0 && tally->row[at - 1].stratum == stratum)
		return &tally->row[at - 1];
	if (tally->rows % 32 == 0) {
		row = reallocarray(tally->row, tally->rows + 32, sizeof(*row));
		if (!row)
			return NULL;
		tally->row = row;
	}
	row = &tally->row[at];
	memmove(row + 1, row, (tally->rows++ - at) * sizeof(*row));
	*row = (struct tally_row){ .stratum = stratum };
	return row;
}

static int no_memory(void)
{
	return err_here(ERR_NOMEM, "cannot allocate the tally of a form");
}

static size_t slot_of(const struct form *form, uint32_t period, struct scope scope)
{
	uint64_t hash = 0x9e3779b97f4a7c15u ^ (form ? form->id : 0);
	const uint64_t words[] = { period, scope.area, scope.facility, scope.own };

	for (size_t i = 0; i < array_len(words); i++) {
		hash = (hash ^ words[i]) * 0xff51afd7ed558ccdu;
		hash ^= hash >> 32;
	}
	return hash % SLOTS;
}

static int census_get(const struct view *view, const struct form *form, uint32_t period,
	const struct census **ret_census)
{
	struct tallies *tallies = view->tallies;
	size_t at = slot_of(form, period, (struct scope){ .area = 0 }) % CENSUSES;
	int r;

	while (tallies->census[at] && !census_is_of(tallies->census[at], form, period))
		at = (at + 1) % CENSUSES;
	if (!tallies->census[at]) {
		if (tallies->censuses >= CENSUSES / 2)
			return err_here(
				ERR_LIMIT, "a figure rests on more than %d periods", CENSUSES / 2);
		if ((r = census_make(view, form, period, &tallies->census[at])) < 0)
			return err_pass(r);
		tallies->censuses++;
	}
	*ret_census = tallies->census[at];
	return 0;
}

static int row_expect(struct tally *tally, uint64_t stratum, uint32_t facilities)
{
	struct tally_row *row = row_of(tally, stratum);

	if (!row)
		return no_memory();
	row->expected += facilities;
	return 0;
}

static int tally_expect_facility(const struct view *view, struct tally *tally)
{
	const struct facility *facility = registry_facility(view->registry, tally->scope.facility);
	const struct segment *segment = facility ? facility_segment(facility, tally->period) : NULL;

	bool owes = true;
	int r = 0;

	if (!segment || !view_area_within(view, segment->area, tally->scope.area))
		return 0;
	if (tally->form)
		r = facility_owes(view, tally->form, facility, segment, tally->period, &owes);
	if (r < 0 || !owes)
		return err_pass(r);
	return err_pass(row_expect(tally, segment->stratum, 1));
}

/* Whoever is open and, if there is a form, owes it. */
static int tally_expect(const struct view *view, struct tally *tally)
{
	const struct census_group *group;
	const struct census *census = NULL;
	size_t slots;
	int r;

	if (tally->scope.facility)
		return err_pass(tally_expect_facility(view, tally));
	if ((r = census_get(view, tally->form, tally->period, &census)) < 0)
		return err_pass(r);
	group = census_slots(census, &slots);
	for (size_t i = 0; i < slots; i++) {
		if (group[i].area != 0 && tally_covers(view, tally, group[i].area) &&
			(r = row_expect(tally, group[i].stratum, group[i].facilities)) < 0)
			return err_pass(r);
	}
	return 0;
}

static int tally_read_area(const struct view *view, struct tally *tally)
{
	struct cell_walk walk =
		cell_walk_of(view, tally->form->id, tally->period, tally->scope.area);
	int r;

	while ((r = cell_walk_next(&walk)) == 0) {
		struct tally_row *row = row_of(tally, walk.key.stratum);

		if (!row)
			return no_memory();
		row->cell = walk.cell;
		tally->reported += walk.cell.head.reported;
	}
	if (r == PORT_NONE)
		r = tally->scope.own ? tally_count_own(view, tally) : 0;
	return err_pass(r);
}

static int tally_read_facility(const struct view *view, struct tally *tally)
{
	struct current_head head;
	const uint8_t *values;
	struct tally_row *row;
	int r = current_get(
		view, tally->form->id, tally->period, tally->scope.facility, &head, &values);

	if (r < 0)
		return err_pass(r);
	if (r == PORT_NONE || head.withdrawn || head.area == 0 ||
		!view_area_within(view, head.area, tally->scope.area))
		return 0;
	row = row_of(tally, head.stratum);
	if (!row)
		return no_memory();
	row->cell.head = (struct cell_head){ .reported = 1, .n = head.n };
	row->values = values;
	tally->reported = 1;
	return 0;
}

static int tally_make(const struct view *view, const struct form *form, uint32_t period,
	struct scope scope, struct tally **ret_tally)
{
	AUTO(tally_free) struct tally *tally = calloc(1, sizeof(*tally));
	int r = tally ? 0 : no_memory();

	if (r < 0)
		return err_pass(r);
	tally->form = form;
	tally->period = period;
	tally->scope = scope;
	tally->lead = form ? form_lead_line(view->catalog, form) : -1;
	if ((r = tally_expect(view, tally)) < 0)
		return err_pass(r);
	if (form)
		r = scope.facility ? tally_read_facility(view, tally)
				   : tally_read_area(view, tally);
	if (r < 0)
		return err_pass(r);
	*ret_tally = tally;
	tally = NULL;
	return 0;
}

static int tally_find(const struct view *view, const struct form *form, uint32_t period,
	struct scope scope, struct tally **ret_tally)
{
	struct tallies *tallies = view->tallies;
	size_t at = slot_of(form, period, scope);
	int r;

	for (; tallies->slot[at]; at = (at + 1) % SLOTS) {
		const struct tally *known = tallies->slot[at];

		if (known->form == form && known->period == period &&
			scopes_are_same(known->scope, scope))
			break;
	}
	if (!tallies->slot[at]) {
		if (tallies->used >= SLOTS / 2)
			return err_here(ERR_LIMIT,
				"a figure rests on more than %d forms and periods", SLOTS / 2);
		if ((r = tally_make(view, form, period, scope, &tallies->slot[at])) < 0)
			return err_pass(r);
		tallies->used++;
	}
	*ret_tally = tallies->slot[at];
	return 0;
}

int tally_get(const struct view *view, const struct form *form, uint32_t period, struct scope scope,
	struct tally **ret_tally)
{
	return err_pass(tally_find(view, form, period, scope, ret_tally));
}

int tally_open(
	const struct view *view, uint32_t month, struct scope scope, struct tally **ret_tally)
{
	return err_pass(tally_find(view, NULL, month, scope, ret_tally));
}

int carried_reports(const struct view *view, const struct form *form, uint32_t period,
	uint32_t until, const struct carried_report **ret_reports, size_t *ret_count)
{
	return err_pass(servings_get(
		&view->tallies->servings, view, form, period, until, ret_reports, ret_count));
}
