/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * "indicator rank": the areas of one kind in order, ties 1, 2, 2, 4, and who is left out and why.
 * Where events are few, an order would be one of chance: then each area only gets a mark whether it
 * lies outside what chance makes of the common rate (a funnel). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/interval.h"
#include "aggregator/figure.h"
#include "aggregator/ranking.h"
#include "aggregator/value_units.h"
#include "aggregator/verb.h"
#include "base/err.h"

/* One area with its value. */
struct place {
	uint32_t area;
	struct value value;
	bool touched; /* by an adjustment; then with it: */
	struct value adjusted;
};

struct table {
	struct figure figure;
	const struct asking *asker; /* only what he sees takes part; NULL: every area does */
	char kind[24];
	uint32_t under;
	struct place *place; /* owned */
	size_t places;
	bool funnel;
	double common; /* events per exposure, of all places together */
};

static void table_fini(struct table *table)
{
	free(table->place);
}
static inline void table_fini_auto(struct table *table)
{
	table_fini(table);
}

/* The window in which areas of the kind are asked by themselves. */
static enum window window_of_kind(
	const struct catalog *catalog, const struct indicator *indicator, const char *kind)
{
	size_t areas;
	const struct area *area = catalog_areas(catalog, &areas);

	for (size_t i = 0; i < areas; i++)
		if (strcmp(area[i].kind, kind) == 0)
			return window_natural(
				catalog, indicator, (struct scope){ .area = area[i].code });
	return indicator->window;
}

static int argument_table(struct asking *asking, struct table *table)
{
	char window[16];
	struct figure *figure = &table->figure;
	enum window wanted;
	int r = argument_indicator(asking, &figure->indicator);

	if (r != 0 || (r = argument_text(asking, "kind", table->kind, sizeof(table->kind))) != 0 ||
		(r = argument_period(asking, &figure->period)) != 0 ||
		(r = argument_area(asking, "under", false, &table->under)) != 0 ||
		(r = argument_year(asking, "since", &figure->since)) != 0 ||
		(r = argument_text(asking, "window", window, sizeof(window))) != 0)
		return r;
	if (!table->kind[0])
		return verb_refuse(asking, ANSWER_INVALID, "argument 'kind' is missing");
	wanted = window[0] ? window_parse(window)
			   : window_of_kind(asking->view->catalog, figure->indicator, table->kind);
	if (wanted == 0)
		return verb_refuse(
			asking, ANSWER_INVALID, "argument 'window': '%s' is no window", window);
	if ((r = span_of(wanted, figure->period, figure->since, &figure->span)) < 0)
		return verb_fault(asking, r);
	return 0;
}

static int place_fill(struct valuing *valuing, const struct adjusting *adjusting,
	const struct figure *figure, struct place *place)
{
	const struct scope scope = { .area = place->area };
	int r = value_of(valuing, figure->indicator, scope, &figure->span, &place->value);

	if (r < 0)
		return err_pass(r);
	return err_pass(value_adjusted(valuing, adjusting, figure->indicator, scope, &figure->span,
		&place->value, &place->touched, &place->adjusted));
}

static int table_fill(
	struct valuing *valuing, const struct adjusting *adjusting, struct table *table)
{
	const struct catalog *catalog = valuing->view->catalog;
	int32_t day = period_last_day(table->figure.period);
	size_t areas;
	const struct area *area = catalog_areas(catalog, &areas);

	table->place = calloc(areas + 1, sizeof(*table->place));
	if (!table->place)
		return err_here(ERR_NOMEM, "cannot allocate a ranking");
	for (size_t i = 0; i < areas; i++) {
		struct place *place = &table->place[table->places];
		int r;

		if (strcmp(area[i].kind, table->kind) != 0 || area[i].from_day > day ||
			area[i].until_day < day ||
			(table->asker && !sight_of(table->asker, area[i].code)) ||
			(table->under && !catalog_area_within(catalog, area[i].code, table->under)))
			continue;
		place->area = area[i].code;
		if ((r = place_fill(valuing, adjusting, &table->figure, place)) < 0)
			return err_pass(r);
		table->places++;
	}
	return 0;
}

/* Few events anywhere: the order would be one of chance. */
static void table_funnel(struct table *table)
{
	double exposure = 0;
	uint64_t events = 0;

	for (size_t i = 0; i < table->places; i++) {
		const struct value *value = &table->place[i].value;

		if (value->source == VALUE_NONE)
			continue;
		if (value->uncertainty != UNCERTAINTY_POISSON) {
			table->funnel = false;
			return;
		}
		events += value->events;
		exposure += value->exposure;
		if (value->events < RANK_EVENTS_FEW)
			table->funnel = true;
	}
	if (table->funnel)
		table->common = exposure > 0 ? (double)events / exposure : 0;
}

/* Better first; those without a value last, by code. */
static int place_order(enum polarity polarity, const struct place *a, const struct place *b)
{
	int order = (a->value.source == VALUE_NONE) - (b->value.source == VALUE_NONE);

	if (order == 0 && a->value.source != VALUE_NONE) {
		order = rational_order(b->value.value, a->value.value);
		order = polarity == POLARITY_LOWER ? -order : order;
	}
	return order;
}

static void table_sort(struct table *table)
{
	enum polarity polarity = table->figure.indicator->polarity;

	/* Few areas, and stable: equal ones stay in the order of their codes. */
	for (size_t i = 1; i < table->places; i++) {
		struct place place = table->place[i];
		size_t at = i;

		while (at > 0 && place_order(polarity, &table->place[at - 1], &place) > 0) {
			table->place[at] = table->place[at - 1];
			at--;
		}
		table->place[at] = place;
	}
}

/* Where the area stands in the funnel: whether its own interval holds the common rate. */
static const char *funnel_mark(const struct table *table, const struct value *value)
{
	struct interval interval = poisson_interval(value->events);

	if (interval.low > table->common * value->exposure)
		return "few events: above the common rate beyond chance";
	if (interval.high < table->common * value->exposure)
		return "few events: below the common rate beyond chance";
	return "few events: within chance of the common rate";
}

static void row_place(struct asking *asking, const struct table *table, size_t at, uint64_t rank)
{
	const struct place *place = &table->place[at];
	const struct value *value = &place->value;
	const struct indicator *indicator = table->figure.indicator;
	const struct area *area = catalog_area(asking->view->catalog, place->area);
	bool there = value->source != VALUE_NONE;

	cell_count_or_null(asking, there && !table->funnel, rank);
	cell_area(asking, place->area);
	cell_text(asking, area ? area->name.zh : "");
	cell_value(asking, indicator, value);
	cell_shown(asking, indicator, value);
	cells_unit(asking, indicator->unit);
	cells_interval(asking, indicator, value);
	cell_text(asking, value_source_name(value->source));
	cell_boolean(asking, value->provisional);
	cell_text_or_null(asking, !there          ? value->missing
				  : table->funnel ? funnel_mark(table, value)
						  : "");
	cell_text(asking, value->mark);
	cells_adjusted(asking, indicator, place->touched, &place->adjusted);
}

/* Equal ones share the rank of the first of them, which is before's. */
static uint64_t rank_at(const struct table *table, size_t at, uint64_t before)
{
	if (at == 0)
		return 1;
	return place_order(table->figure.indicator->polarity, &table->place[at - 1],
		       &table->place[at]) != 0
		       ? at + 1
		       : before;
}

int verb_indicator_rank(struct asking *asking)
{
	static const struct column columns[] = {
		{ "rank", COLUMN_INTEGER },
		{ "area", COLUMN_TEXT },
		{ "area_name", COLUMN_TEXT },
		{ "value", COLUMN_DECIMAL },
		{ "shown", COLUMN_DECIMAL },
		{ "unit", COLUMN_TEXT },
		{ "unit_zh", COLUMN_TEXT },
		{ "low", COLUMN_DECIMAL },
		{ "high", COLUMN_DECIMAL },
		{ "source", COLUMN_TEXT },
		{ "provisional", COLUMN_BOOLEAN },
		{ "reason", COLUMN_TEXT },
		{ "mark", COLUMN_TEXT },
		{ "adjusted", COLUMN_DECIMAL },
		{ "adjusted_shown", COLUMN_DECIMAL },
	};
	AUTO(table_fini) struct table table = { .asker = asking };
	const struct adjusting *adjusting;
	struct valuing valuing;
	uint64_t rank = 1;
	int r = argument_table(asking, &table);

	if (r != 0 || (r = asking_columns(asking, columns, array_len(columns))) < 0)
		return err_pass(r);
	valuing = asking_valuing(asking, table.figure.since);
	if ((r = asking_adjusting(asking, &adjusting)) < 0 ||
		(r = table_fill(&valuing, adjusting, &table)) < 0)
		return err_pass(r);
	table_funnel(&table);
	table_sort(&table);
	for (size_t i = 0; i < table.places && asking_goes_on(asking); i++) {
		rank = rank_at(&table, i, rank);
		row_place(asking, &table, i, rank);
	}
	return 0;
}

int rank_among_siblings(struct valuing *valuing, const struct indicator *indicator,
	const struct area *area, uint32_t period, const struct span *span, uint64_t *ret_rank)
{
	AUTO(table_fini)
	struct table table = { .under = area->parent,
		.figure = { .indicator = indicator, .period = period, .span = *span } };
	uint64_t rank = 1;
	int r;

	*ret_rank = 0;
	if (area->parent == 0 || indicator->polarity == POLARITY_NONE)
		return 0;
	snprintf(table.kind, sizeof(table.kind), "%s", area->kind);
	if ((r = table_fill(valuing, NULL, &table)) < 0)
		return err_pass(r);
	table_funnel(&table);
	table_sort(&table);
	for (size_t i = 0; i < table.places && !table.funnel; i++) {
		rank = rank_at(&table, i, rank);
		if (table.place[i].area == area->code && table.place[i].value.source != VALUE_NONE)
			*ret_rank = rank;
	}
	return 0;
}
