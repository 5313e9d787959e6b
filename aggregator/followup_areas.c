/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The centre's rules on what is in force: one report with its own past, and reports beside each
 * other. Elements are looked up by code; where a catalogue has none of that name, or the form asked
 * for does not carry it, the rule says nothing. */
#include "aggregator/followup.h"

#include <stdlib.h>

#include "aggregator/held.h"
#include "aggregator/tally.h"
#include "base/err.h"

static const char element_cases[] = "DISEASE_CASE", element_births[] = "LIVE_BIRTH",
		  element_year_births[] = "BIRTH_RESIDENT",
		  element_population[] = "POP_RESIDENT_END";

/* Elements of which every one above 0 is urgent. */
static const struct {
	const char *element;
	enum centre_rule rule;
} watched[] = {
	{ "DISEASE_CASE.PLAGUE", CENTRE_CASE_FIRST },
	{ "DISEASE_CASE.CHOLERA", CENTRE_CASE_FIRST },
	{ "MATERNAL_DEATH", CENTRE_DEATH_MATERNAL },
};

static int line_named(const struct catalog *catalog, const struct form *form, const char *code)
{
	const struct element *element = catalog_element_by_code(catalog, code);

	return element ? form_line_of(catalog, form, element->id) : -1;
}

static struct followup_row row_of_report(
	const struct followup *followup, const struct current_walk *walk, enum centre_rule rule)
{
	return (struct followup_row){
		.facility = registry_facility(followup->asking->view->registry, walk->facility),
		.area = walk->head.area,
		.form = followup->form,
		.period = followup->period,
		.finding = finding_name(FINDING_RULE),
		.centre = rule,
		.rule = centre_rule_code(rule),
	};
}

static bool is_watched(const struct catalog *catalog, uint32_t element)
{
	for (size_t i = 0; i < array_len(watched); i++) {
		const struct element *found = catalog_element_by_code(catalog, watched[i].element);

		if (found && found->id == element)
			return true;
	}
	return false;
}

static void watched_follow(struct followup *followup, const struct current_walk *walk)
{
	const struct catalog *catalog = followup->asking->view->catalog;

	for (size_t i = 0; i < array_len(watched); i++) {
		struct followup_row row = row_of_report(followup, walk, watched[i].rule);
		int line = line_named(catalog, followup->form, watched[i].element);

		if (line < 0 || value_in_sum(walk->value[line]) <= 0)
			continue;
		row.urgent = true;
		row.element = followup->form->lines[line].element;
		row.found = walk->value[line];
		row.has_limit = true;
		row_followup(followup->asking, &row);
	}
}

/* The reports of the months before, as they lie in the tables. */
struct months {
	struct {
		const uint8_t *values;
		uint32_t n;
	} before[CASES_MONTHS];
};

static int months_read(
	const struct followup *followup, const struct current_walk *walk, struct months *months)
{
	for (int k = 0; k < CASES_MONTHS; k++) {
		uint32_t period = period_add(followup->period, -(k + 1));
		struct current_head head;
		int r = period ? current_get(followup->asking->view, followup->form->id, period,
					 walk->facility, &head, &months->before[k].values)
			       : PORT_NONE;

		if (r < 0)
			return err_pass(r);
		months->before[k].n = r == 0 && !head.withdrawn ? head.n : 0;
	}
	return 0;
}

static void disease_follow(struct followup *followup, const struct current_walk *walk,
	const struct months *months, uint32_t line)
{
	const uint32_t element = followup->form->lines[line].element;
	struct followup_row row = row_of_report(followup, walk, CENTRE_CASE_FIRST);
	struct cases cases = { .now = value_in_sum(walk->value[line]) };
	bool high, first;

	for (int k = 0; k < CASES_MONTHS; k++)
		cases.before[k] = vector_value(months->before[k].values, months->before[k].n, line);
	first = cases_first(&cases);
	high = !first && cases_high(&cases, &row.limit);
	if (!first && !high)
		return;
	row.element = element;
	row.found = cases.now;
	row.has_limit = true;
	if (high) {
		row.centre = CENTRE_CASES_HIGH;
		row.rule = centre_rule_code(CENTRE_CASES_HIGH);
	}
	row_followup(followup->asking, &row);
}

static int diseases_follow(struct followup *followup, const struct current_walk *walk)
{
	const struct catalog *catalog = followup->asking->view->catalog;
	const uint32_t base = catalog_base_by_code(catalog, element_cases);
	struct months months;
	bool read = false;
	int r;

	for (uint32_t line = 0; base && line < followup->form->line_count; line++) {
		const struct element *element =
			catalog_element(catalog, followup->form->lines[line].element);

		if (!element || element->base != base || value_in_sum(walk->value[line]) <= 0 ||
			is_watched(catalog, element->id))
			continue;
		if (!read && (r = months_read(followup, walk, &months)) < 0)
			return err_pass(r);
		read = true;
		disease_follow(followup, walk, &months, line);
	}
	return 0;
}

static int population_follow(struct followup *followup, const struct current_walk *walk)
{
	int line = line_named(followup->asking->view->catalog, followup->form, element_population);
	struct followup_row row = row_of_report(followup, walk, CENTRE_POPULATION);
	struct current_head head;
	const uint8_t *values;
	int64_t before;
	int r;

	if (line < 0 || value_is_absent(walk->value[line]))
		return 0;
	r = current_get(followup->asking->view, followup->form->id,
		period_add(followup->period, -1), walk->facility, &head, &values);
	if (r != 0)
		return r == PORT_NONE ? 0 : err_pass(r);
	before = value_in_sum(vector_value(values, head.withdrawn ? 0 : head.n, (uint32_t)line));
	if (!population_jumps(before, walk->value[line]))
		return 0;
	row.element = followup->form->lines[line].element;
	row.found = walk->value[line];
	row.limit = before;
	row.has_limit = true;
	row_followup(followup->asking, &row);
	return 0;
}

int followup_report(struct followup *followup, const struct current_walk *walk)
{
	int r;

	watched_follow(followup, walk);
	if (period_kind_of(followup->period) == PERIOD_MONTH &&
		(r = diseases_follow(followup, walk)) < 0)
		return err_pass(r);
	if (period_kind_of(followup->period) != PERIOD_YEAR)
		return 0;
	return err_pass(population_follow(followup, walk));
}

/* What the area's reports on the form give for a line; false: nobody gave any. */
static int area_sum(const struct view *view, const struct form *form, uint32_t period,
	uint32_t area, uint32_t line, int64_t *ret_sum, bool *ret_there)
{
	struct cell_walk walk = cell_walk_of(view, form->id, period, area);
	int r;

	*ret_sum = 0;
	*ret_there = false;
	while ((r = cell_walk_next(&walk)) == 0) {
		*ret_sum += cell_sum(&walk.cell, line);
		*ret_there = *ret_there || cell_count(&walk.cell, line) > 0;
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

/* The yearly form that gives the births of residents; NULL: none. */
static const struct form *births_form(const struct catalog *catalog, int *ret_line)
{
	size_t forms;
	const struct form *form = catalog_forms(catalog, &forms);

	for (size_t f = 0; f < forms; f++) {
		*ret_line = line_named(catalog, &form[f], element_year_births);
		if (*ret_line >= 0 && form[f].period == PERIOD_YEAR)
			return &form[f];
	}
	return NULL;
}

/* Births of the newest year up to the period's whose return still serves. */
static int year_births(
	const struct followup *followup, uint32_t area, int64_t *ret_births, bool *ret_there)
{
	const struct view *view = followup->asking->view;
	int line, year = period_year(
			  period_month(followup->period, period_months(followup->period) - 1));
	const struct form *form = births_form(view->catalog, &line);

	*ret_there = false;
	for (int back = 0; form && !*ret_there && back <= form->carry_months / 12; back++) {
		int r = area_sum(view, form, period_of(PERIOD_YEAR, year - back, 0), area,
			(uint32_t)line, ret_births, ret_there);

		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

static int births_follow(struct followup *followup, uint32_t area, uint32_t line)
{
	struct followup_row row = { .area = area,
		.form = followup->form,
		.period = followup->period,
		.finding = finding_name(FINDING_RULE),
		.centre = CENTRE_BIRTHS_DIFFER,
		.rule = centre_rule_code(CENTRE_BIRTHS_DIFFER),
		.element = followup->form->lines[line].element,
		.has_limit = true };
	int64_t yearly;
	bool there, there_too;
	int r = area_sum(followup->asking->view, followup->form, followup->period, area, line,
		&row.found, &there);

	if (r < 0 || !there)
		return err_pass(r);
	if ((r = year_births(followup, area, &yearly, &there_too)) < 0)
		return err_pass(r);
	if (there_too &&
		births_differ(row.found, period_months(followup->period), yearly, &row.limit))
		row_followup(followup->asking, &row);
	return 0;
}

/* An area's own population, and what the agencies of its parts say. */
struct population {
	bool own_there, parts_there;
	int64_t own, parts;
};

static void population_free(struct population *population)
{
	free(population);
}
AUTO_DEFINE(population_free, struct population *);

static void population_add(struct population *population, const struct catalog *catalog,
	const struct area *at, int64_t value)
{
	size_t areas;
	const struct area *area = catalog_areas(catalog, &areas);
	const struct area *parent = catalog_area(catalog, at->parent);

	population[at - area].own_there = true;
	population[at - area].own += value;
	if (!parent)
		return;
	population[parent - area].parts_there = true;
	population[parent - area].parts += value;
}

/* One for each area of the catalogue. */
static int populations_of(
	const struct followup *followup, uint32_t line, struct population **ret_population)
{
	const struct view *view = followup->asking->view;
	struct current_walk walk = current_walk_of(view, followup->form->id, followup->period);
	AUTO(population_free) struct population *population = NULL;
	size_t areas;
	int r;

	(void)catalog_areas(view->catalog, &areas);
	if (!(population = calloc(areas, sizeof(*population))))
		return err_here(ERR_NOMEM, "cannot hold the areas' populations");
	while ((r = current_walk_next(&walk)) == 0) {
		const struct area *at = catalog_area(view->catalog, walk.head.area);

		if (at && !value_is_absent(walk.value[line]))
			population_add(population, view->catalog, at, walk.value[line]);
	}
	if (r != PORT_NONE)
		return err_pass(r);
	*ret_population = population;
	population = NULL;
	return 0;
}

static void parts_follow(struct followup *followup, uint32_t area, uint32_t line,
	const struct population *population)
{
	const struct followup_row row = { .area = area,
		.form = followup->form,
		.period = followup->period,
		.finding = finding_name(FINDING_RULE),
		.centre = CENTRE_POPULATION,
		.rule = centre_rule_code(CENTRE_POPULATION),
		.element = followup->form->lines[line].element,
		.found = population->own,
		.limit = population->parts,
		.has_limit = true };

	if (population->own_there && population->parts_there && row.found != row.limit)
		row_followup(followup->asking, &row);
}

int followup_areas(struct followup *followup)
{
	const struct catalog *catalog = followup->asking->view->catalog;
	const int births = line_named(catalog, followup->form, element_births);
	const int people = line_named(catalog, followup->form, element_population);
	AUTO(population_free) struct population *population = NULL;
	size_t areas;
	const struct area *area = catalog_areas(catalog, &areas);
	int r;

	for (size_t i = 0; (births >= 0 || people >= 0) && i < areas; i++) {
		if (!sight_lists(followup->asking, area[i].code, followup->area))
			continue;
		if (!followup_goes_on(followup))
			return 0;
		if (births >= 0 &&
			(r = births_follow(followup, area[i].code, (uint32_t)births)) < 0)
			return err_pass(r);
		if (people < 0)
			continue;
		if (!population &&
			(r = populations_of(followup, (uint32_t)people, &population)) < 0)
			return err_pass(r);
		parts_follow(followup, area[i].code, (uint32_t)people, &population[i]);
	}
	return 0;
}
