/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Three sorted lists of pointers to records, searched by halving. Each list's order begins with
 * what is asked for (area, indicator, …; target), so the records of one figure lie side by side and
 * the few of them are simply walked. An insertion moves pointers, never records: twenty thousand
 * facts go in within a fraction of a second. */
#include "model/facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

struct list {
	/* set at start, never changed */
	size_t record_bytes;
	int (*order)(const void *a, const void *b);
	/* owned */
	void **record;
	size_t count, room;
};

struct facts {
	struct list facts, statements, verdicts;
};

static int order_u32(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int fact_order(const void *first, const void *second)
{
	const struct fact *a = first, *b = second;
	int order = order_u32(a->area, b->area);

	if (order == 0)
		order = strcmp(a->indicator, b->indicator);
	if (order == 0)
		order = a->norm - b->norm;
	if (order == 0)
		order = order_u32(a->period, b->period);
	return order ? order : strcmp(a->source, b->source);
}

static int statement_order(const void *first, const void *second)
{
	const struct statement *a = first, *b = second;
	int order = order_u32(a->area, b->area);

	if (order == 0)
		order = strcmp(a->indicator, b->indicator);
	if (order == 0)
		order = order_u32(a->period, b->period);
	return order ? order : strcmp(a->source, b->source);
}

/* By the period's end, since a month and a year may both be judged. */
static int verdict_order(const void *first, const void *second)
{
	const struct person_verdict *a = first, *b = second;
	int order = strcmp(a->target, b->target);
	int32_t day_a = period_last_day(a->period), day_b = period_last_day(b->period);

	if (order == 0)
		order = (day_a > day_b) - (day_a < day_b);
	return order ? order : order_u32(a->period, b->period);
}

/* The first place whose record is not before key; with after: whose record is behind key. */
static size_t list_find(const struct list *list, const void *key, bool after)
{
	size_t low = 0, high = list->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = list->order(list->record[middle], key);

		if (order < 0 || (after && order == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* NULL: no record of this identity. */
static void *list_get(const struct list *list, const void *key)
{
	size_t at = list_find(list, key, false);

	return at < list->count && list->order(list->record[at], key) == 0 ? list->record[at]
									   : NULL;
}

static int list_room(struct list *list)
{
	size_t room = list->room ? list->room * 2 : 64;
	void **grown;

	if (list->count < list->room)
		return 0;
	if (!(grown = realloc(list->record, room * sizeof(*grown))))
		return err_here(ERR_NOMEM, "cannot hold %zu facts", room);
	list->record = grown;
	list->room = room;
	return 0;
}

/* Behind its equals. */
static int list_insert(struct list *list, const void *record)
{
	size_t at = list_find(list, record, true);
	void *copy;
	int r = list_room(list);

	if (r < 0)
		return err_pass(r);
	if (!(copy = malloc(list->record_bytes)))
		return err_here(ERR_NOMEM, "cannot hold one more fact");
	memcpy(copy, record, list->record_bytes);
	memmove(&list->record[at + 1], &list->record[at],
		(list->count - at) * sizeof(*list->record));
	list->record[at] = copy;
	list->count++;
	return 0;
}

static void list_fini(struct list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->record[i]);
	free(list->record);
}

int facts_new(struct facts **ret_facts)
{
	struct facts *facts = calloc(1, sizeof(*facts));

	if (!facts)
		return err_here(ERR_NOMEM, "cannot allocate the facts");
	facts->facts = (struct list){ .record_bytes = sizeof(struct fact), .order = fact_order };
	facts->statements =
		(struct list){ .record_bytes = sizeof(struct statement), .order = statement_order };
	facts->verdicts = (struct list){ .record_bytes = sizeof(struct person_verdict),
		.order = verdict_order };
	*ret_facts = facts;
	return 0;
}

void facts_free(struct facts *facts)
{
	if (!facts)
		return;
	list_fini(&facts->facts);
	list_fini(&facts->statements);
	list_fini(&facts->verdicts);
	free(facts);
}

int facts_put(struct facts *facts, const struct fact *fact)
{
	struct fact *known = list_get(&facts->facts, fact);
	struct fact old;

	if (!known)
		return err_pass(list_insert(&facts->facts, fact));
	old = *known;
	*known = *fact;
	if (fact->withdrawn && !fact->value.there) {
		known->value = old.value;
		known->comparator = old.comparator;
		memcpy(known->basis, old.basis, sizeof(known->basis));
	}
	return 0;
}

/* The first statement about the figure, or where it would stand. */
static size_t statements_of(
	const struct facts *facts, uint32_t area, const char *indicator, uint32_t period)
{
	struct statement key = { .area = area, .period = period };

	snprintf(key.indicator, sizeof(key.indicator), "%s", indicator);
	return list_find(&facts->statements, &key, false);
}

static struct statement *statement_same(
	const struct facts *facts, size_t at, uint32_t area, const char *indicator, uint32_t period)
{
	struct statement *statement =
		at < facts->statements.count ? facts->statements.record[at] : NULL;

	return statement && statement->area == area && statement->period == period &&
			       strcmp(statement->indicator, indicator) == 0
		       ? statement
		       : NULL;
}

static void preference_end(struct facts *facts, const struct statement *by)
{
	struct statement *other;

	for (size_t at = statements_of(facts, by->area, by->indicator, by->period);
		(other = statement_same(facts, at, by->area, by->indicator, by->period)); at++)
		other->preferred = false;
}

/* What the record does not speak of is taken from the known one. */
static void statement_merge(const struct statement *known, struct statement *ret_record)
{
	if (!ret_record->says_basis) {
		ret_record->says_basis = known->says_basis;
		memcpy(ret_record->basis, known->basis, sizeof(known->basis));
	}
	if (!ret_record->says_preferred) {
		ret_record->says_preferred = known->says_preferred;
		ret_record->preferred = known->preferred;
	}
	if (!ret_record->note[0])
		memcpy(ret_record->note, known->note, sizeof(known->note));
}

int facts_put_statement(struct facts *facts, const struct statement *statement)
{
	struct statement *known = list_get(&facts->statements, statement);
	struct statement record = *statement;

	if (!record.says_basis)
		record.basis[0] = '\0';
	record.preferred = record.says_preferred && record.preferred;
	if (record.preferred)
		preference_end(facts, &record);
	if (!known)
		return err_pass(list_insert(&facts->statements, &record));
	statement_merge(known, &record);
	*known = record;
	return 0;
}

int facts_put_verdict(struct facts *facts, const struct person_verdict *verdict)
{
	return err_pass(list_insert(&facts->verdicts, verdict));
}

size_t facts_count(const struct facts *facts)
{
	return facts->facts.count;
}

const struct fact *facts_at(const struct facts *facts, size_t index)
{
	return facts->facts.record[index];
}

size_t facts_statements(const struct facts *facts)
{
	return facts->statements.count;
}

const struct statement *facts_statement_at(const struct facts *facts, size_t index)
{
	return facts->statements.record[index];
}

size_t facts_verdicts(const struct facts *facts)
{
	return facts->verdicts.count;
}

const struct person_verdict *facts_verdict_at(const struct facts *facts, size_t index)
{
	return facts->verdicts.record[index];
}

const struct statement *facts_preferred(
	const struct facts *facts, uint32_t area, const char *indicator, uint32_t period)
{
	const struct statement *statement;

	for (size_t at = statements_of(facts, area, indicator, period);
		(statement = statement_same(facts, at, area, indicator, period)); at++) {
		if (statement->preferred)
			return statement;
	}
	return NULL;
}

const struct statement *facts_statement(const struct facts *facts, uint32_t area,
	const char *indicator, uint32_t period, const char *source)
{
	const struct statement *statement;

	for (size_t at = statements_of(facts, area, indicator, period);
		(statement = statement_same(facts, at, area, indicator, period)); at++) {
		if (strcmp(statement->source, source) == 0)
			return statement;
	}
	return NULL;
}

const struct statement *facts_statement_published(
	const struct facts *facts, const struct published *published)
{
	const char *indicator = published->indicator->code;
	size_t plan = strcspn(published->source, " ,:;");
	const struct statement *statement = facts_statement(
		facts, published->area, indicator, published->period, published->source);
	char code[FACT_SOURCE_MAX + 1];

	if (statement || plan > FACT_SOURCE_MAX)
		return statement;
	memcpy(code, published->source, plan);
	code[plan] = '\0';
	return facts_statement(facts, published->area, indicator, published->period, code);
}

/* Whether a counts before b, which is of the same figure and time. */
static bool fact_before(const struct fact *a, const struct fact *b, const struct statement *said)
{
	bool a_is_preferred = said && strcmp(a->source, said->source) == 0;
	bool b_is_preferred = said && strcmp(b->source, said->source) == 0;

	if (a_is_preferred != b_is_preferred)
		return a_is_preferred;
	return a->sequence > b->sequence;
}

/* The fact at that place if it is one of the figure, or of its norms; NULL. */
static const struct fact *fact_same(
	const struct facts *facts, size_t at, uint32_t area, const char *indicator, bool norm)
{
	const struct fact *fact = at < facts->facts.count ? facts->facts.record[at] : NULL;

	return fact && fact->area == area && fact->norm == norm &&
			       strcmp(fact->indicator, indicator) == 0
		       ? fact
		       : NULL;
}

static size_t facts_of(
	const struct facts *facts, uint32_t area, const char *indicator, bool norm, uint32_t period)
{
	struct fact key = { .area = area, .period = period, .norm = norm };

	snprintf(key.indicator, sizeof(key.indicator), "%s", indicator);
	return list_find(&facts->facts, &key, false);
}

const struct fact *facts_value(
	const struct facts *facts, uint32_t area, const char *indicator, uint32_t period)
{
	const struct statement *said = facts_preferred(facts, area, indicator, period);
	const struct fact *fact, *best = NULL;

	for (size_t at = facts_of(facts, area, indicator, false, period);
		(fact = fact_same(facts, at, area, indicator, false)) && fact->period == period;
		at++) {
		if (!fact->withdrawn && (!best || fact_before(fact, best, said)))
			best = fact;
	}
	return best;
}

static const struct fact *norm_of(
	const struct facts *facts, uint32_t area, const char *indicator, int32_t day)
{
	const struct fact *norm, *best = NULL;

	for (size_t at = facts_of(facts, area, indicator, true, 0);
		(norm = fact_same(facts, at, area, indicator, true)); at++) {
		int32_t from = period_first_day(norm->period);
		int32_t best_from = best ? period_first_day(best->period) : INT32_MIN;

		if (norm->withdrawn || from > day || from < best_from)
			continue;
		if (from > best_from ||
			fact_before(
				norm, best, facts_preferred(facts, area, indicator, norm->period)))
			best = norm;
	}
	return best;
}

/* The province of a code of GB/T 2260 (6 digits, or 9 with a township part); 0: none. A city that
 * is the root of its reporting tree has no parent there, but its province's norms hold for it. */
static uint32_t norm_province(uint32_t area)
{
	uint32_t county = area > 999999 ? area / 1000 : area;

	return county >= 100000 ? county / 10000 * 10000 : 0;
}

const struct fact *facts_norm(const struct facts *facts, const struct catalog *catalog,
	uint32_t area, const char *indicator, uint32_t period)
{
	uint32_t path[AREA_DEPTH_MAX];
	size_t depth = catalog_area_path(catalog, area, path);
	int32_t day = period_last_day(period);

	for (size_t i = 0; i < depth; i++) {
		const struct fact *norm = norm_of(facts, path[i], indicator, day);

		if (norm)
			return norm;
	}
	if (norm_province(area)) {
		const struct fact *norm = norm_of(facts, norm_province(area), indicator, day);

		if (norm)
			return norm;
	}
	return norm_of(facts, AREA_NATION, indicator, day);
}

const struct person_verdict *facts_verdict(
	const struct facts *facts, const char *target, uint32_t period)
{
	/* Behind every period that ends with this one or before it. */
	struct person_verdict key = { .period = period };
	const struct person_verdict *verdict, *behind = NULL;
	int32_t day = period_last_day(period);
	size_t at;

	snprintf(key.target, sizeof(key.target), "%s", target);
	at = list_find(&facts->verdicts, &key, true);
	while (at < facts->verdicts.count) {
		verdict = facts->verdicts.record[at];
		if (strcmp(verdict->target, target) != 0 || period_last_day(verdict->period) > day)
			break;
		at++;
	}
	for (; at > 0; at--) {
		verdict = facts->verdicts.record[at - 1];
		if (strcmp(verdict->target, target) != 0)
			return NULL;
		/* The last one of its period is the newest of it. */
		if ((!behind || behind->period != verdict->period) &&
			verdict->outcome != VERDICT_WITHDRAWN)
			return verdict;
		behind = verdict;
	}
	return NULL;
}
