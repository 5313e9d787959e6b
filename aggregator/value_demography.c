/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Deaths and populations by age, gathered from cells of broken-down elements, and what
 * model/lifetable.h makes of them. Person-years are the window's mean population times its length.
 * A period of the window without any report of deaths makes no table: nobody would be seen to die
 * in it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/lifetable.h"
#include "aggregator/value_inside.h"
#include "base/err.h"

/* One sex (0: all) and one age band (-1: all). */
static void cells_add(
	const struct catalog *catalog, uint32_t base, uint8_t sex, int band, struct cells *cells)
{
	size_t count;
	const struct element *cell = catalog_cells(catalog, base, &count);

	for (size_t i = 0; cell && i < count && cells->count < LINEAR_TERMS_MAX; i++)
		if ((sex == 0 || cell[i].category[0] == sex) &&
			(band < 0 || cell[i].category[1] == band + 1))
			cells->element[cells->count++] = cell[i].id;
}

void demography_cells(const struct catalog *catalog, const struct method *method, uint32_t base,
	struct cells *cells)
{
	cells->count = 0;
	cells_add(catalog, base, method->sex, -1, cells);
	if (cells->count == 0 && catalog_element(catalog, base))
		cells->element[cells->count++] = base;
}

static void deaths_cells(
	const struct asked_value *asked, const struct method *method, int band, struct cells *cells)
{
	cells->count = 0;
	for (uint32_t i = 0; i < method->deaths_count; i++)
		cells_add(
			asked->valuing->view->catalog, method->deaths[i], method->sex, band, cells);
}

static void population_cells(
	const struct asked_value *asked, const struct method *method, int band, struct cells *cells)
{
	cells->count = 0;
	cells_add(asked->valuing->view->catalog, method->population, method->sex, band, cells);
}

/* The sum of the cells; false: there is none. */
static int cells_sum(const struct asked_value *asked, const struct cells *cells, double *ret_sum,
	bool *ret_there)
{
	AUTO(element_sum_fini) struct element_sum sum = { .plan = { .uses = 0 } };
	int r = element_sum_init(&sum, asked, cells->element, cells->count);

	if (r < 0)
		return err_pass(r);
	*ret_there = sum.evaluation.has_value;
	*ret_sum = *ret_there ? rational_double(sum.evaluation.value) : 0;
	return 0;
}

/* The first period of the plan in which nobody has reported, though somebody should. */
static int plan_gap(const struct view *view, const struct plan *plan, struct value *value)
{
	for (size_t first = 0; first < plan->uses; first = plan_group_end(plan, first)) {
		const struct use *use = &plan->use[first];
		char period[PERIOD_TEXT_BYTES], who[SCOPE_TEXT_BYTES];
		struct tally *tally;
		int r = tally_get(view, use->form, use->period, plan->scope, &tally);

		if (r < 0)
			return err_pass(r);
		if (tally->reported > 0)
			continue;
		period_print(use->period, period);
		scope_print(view, plan->scope, who);
		value_missing(value, "element %s of %s on %s for %s",
			catalog_element(view->catalog, use->form->lines[use->line].element)->code,
			who, use->form->code, period);
		return 0;
	}
	return 0;
}

/* Completeness, sources, basis and lacks of all cells together. */
static int cells_judge(const struct asked_value *asked, const struct cells *cells, bool flow,
	struct value *value, uint32_t *vintages)
{
	AUTO(element_sum_fini) struct element_sum sum = { .plan = { .uses = 0 } };
	const struct view *view = asked->valuing->view;
	size_t used = strlen(value->source_text);
	int r = element_sum_init(&sum, asked, cells->element, cells->count);

	if (r < 0 || (r = plan_complete(view, &sum.plan, value)) < 0 ||
		(r = plan_vintages(view, &sum.plan, vintages)) < 0)
		return err_pass(r);
	if (!sum.evaluation.has_value &&
		(r = side_missing(view, &sum.plan, SIDE_NUMERATOR, value)) < 0)
		return err_pass(r);
	if (flow && (r = plan_gap(view, &sum.plan, value)) < 0)
		return err_pass(r);
	snprintf(value->source_text + used, sizeof(value->source_text) - used, "%s%s",
		used ? "+" : "", sum.plan.source);
	if (sum.evaluation.mark[0])
		mark_add(value->mark, "%s", sum.evaluation.mark);
	return 0;
}

static int forced_find(const struct asked_value *asked, struct value *value)
{
	const struct view *view = asked->valuing->view;
	const struct element *element =
		catalog_element_by_code(view->catalog, "FORCED_AGE_PATTERN");
	size_t forms;
	const struct form *form = catalog_forms(view->catalog, &forms);
	uint32_t grades = 0;

	for (size_t f = 0; element && f < forms; f++) {
		uint32_t period[SPAN_MONTHS_MAX];
		int periods = span_periods(&asked->span, form[f].period, period);

		for (int i = 0; i < periods; i++) {
			int r = grades_gather(view, &form[f], period[i], period[i], asked->scope,
				element->id, &grades);

			if (r < 0)
				return err_pass(r);
		}
	}
	value->forced = grades >> 1 & 1;
	if (value->forced)
		mark_add(value->mark, "fitted age pattern: no trend may be read");
	return 0;
}

/* What both kinds of table need, or what lacks in value->missing. */
static int table_judge(const struct asked_value *asked, struct value *value)
{
	const struct method *method = &asked->indicator->method;
	const struct element *population;
	struct cells cells;
	uint32_t vintages = 0;
	size_t count;
	int r;

	deaths_cells(asked, method, -1, &cells);
	if ((r = cells_judge(asked, &cells, true, value, &vintages)) < 0)
		return err_pass(r);
	population_cells(asked, method, -1, &cells);
	if ((r = cells_judge(asked, &cells, false, value, &vintages)) < 0 ||
		(r = forced_find(asked, value)) < 0)
		return err_pass(r);
	population = catalog_cells(asked->valuing->view->catalog, method->population, &count);
	snprintf(value->series, sizeof(value->series), "basis %s",
		population && population->basis == BASIS_REGISTRATION ? "registration"
		: population && population->basis == BASIS_SERVICE    ? "service"
								      : "residence");
	vintages_print(vintages, value->series, sizeof(value->series));
	return 0;
}

static void series_add(struct value *value, const char *text)
{
	size_t used = strlen(value->series);

	snprintf(value->series + used, sizeof(value->series) - used, "; %s", text);
}

static int bands_gather(
	const struct asked_value *asked, double deaths[AGE_BANDS], double population[AGE_BANDS])
{
	const struct method *method = &asked->indicator->method;
	double years = asked->span.months / 12.0;
	struct cells cells;
	bool there;

	for (int band = 0; band < AGE_BANDS; band++) {
		int r;

		deaths_cells(asked, method, band, &cells);
		if ((r = cells_sum(asked, &cells, &deaths[band], &there)) < 0)
			return err_pass(r);
		population_cells(asked, method, band, &cells);
		if ((r = cells_sum(asked, &cells, &population[band], &there)) < 0)
			return err_pass(r);
		population[band] *= years;
	}
	return 0;
}

static int element_double(
	const struct asked_value *asked, uint32_t element, double *ret_value, bool *ret_there)
{
	const struct cells cells = { .element = { element }, .count = 1 };

	*ret_there = false;
	*ret_value = 0;
	return element ? err_pass(cells_sum(asked, &cells, ret_value, ret_there)) : 0;
}

static int lifetable_gather(
	const struct asked_value *asked, struct value *value, struct lifetable_in *in)
{
	const struct method *method = &asked->indicator->method;
	double births, infants, unreported;
	bool born, died, some;
	int r = bands_gather(asked, in->deaths, in->population);

	if (r < 0 || (r = element_double(asked, method->births, &births, &born)) < 0 ||
		(r = element_double(asked, method->infant_deaths, &infants, &died)) < 0 ||
		(r = element_double(asked, method->unreported, &unreported, &some)) < 0)
		return err_pass(r);
	if (born && died && births > 0) {
		in->births = births;
		in->infant_deaths = infants;
		series_add(value, "q0 from births");
	} else {
		series_add(value, "q0 from rates");
	}
	for (int band = 0; some && band < AGE_BANDS; band++)
		in->unreported[band] = unreported / 1000;
	if (some)
		series_add(value, "corrected for unreported deaths");
	return 0;
}

static const char *fault_words(enum lifetable_fault fault)
{
	switch (fault) {
	case LIFETABLE_SMALL:
		return "at least 5000 person-years";
	case LIFETABLE_NO_DEATH:
		return "a death in the open age group";
	case LIFETABLE_NO_PERSONS:
		return "a population for every age group with deaths";
	default:
		return "deaths and populations that are numbers";
	}
}

static void window_say(const struct asked_value *asked, struct value *value)
{
	char text[32];

	if (asked->span.months == 12)
		return;
	snprintf(text, sizeof(text), "%d months pooled", asked->span.months);
	series_add(value, text);
}

/* The table of the window; false, with what lacks, if there is none. */
static int table_make(const struct asked_value *asked, struct value *value, struct lifetable_in *in,
	struct lifetable *table, bool *ret_made)
{
	enum lifetable_fault fault;
	int r = table_judge(asked, value);

	*ret_made = false;
	*in = lifetable_in_default();
	if (r < 0 || value->missing[0] || (r = lifetable_gather(asked, value, in)) < 0)
		return err_pass(r);
	window_say(asked, value);
	fault = lifetable_make(in, table);
	if (fault != LIFETABLE_OK)
		value_missing(value, "%s", fault_words(fault));
	*ret_made = fault == LIFETABLE_OK;
	return 0;
}

/* An estimate with a standard error, both in the indicator's unit. */
static void estimate_take(struct value *value, double estimate, double error)
{
	value->source = VALUE_REPORTS;
	value_set_real(value, estimate);
	value->error = error;
	value->uncertainty = UNCERTAINTY_SURVEY;
	value->low = estimate - NORMAL_95 * error;
	value->high = estimate + NORMAL_95 * error;
	value->has_interval = true;
}

int value_life_expectancy(const struct asked_value *asked, struct value *value)
{
	struct lifetable_in in;
	struct lifetable table;
	bool made;
	int r = table_make(asked, value, &in, &table, &made);

	if (r == 0 && made)
		estimate_take(value, table.expectancy, table.standard_error);
	return err_pass(r);
}

int value_probability_of_dying(const struct asked_value *asked, struct value *value)
{
	const struct method *method = &asked->indicator->method;
	double deaths[AGE_BANDS], population[AGE_BANDS], probability, error, factor;
	int r = table_judge(asked, value);

	if (r < 0 || value->missing[0] || (r = bands_gather(asked, deaths, population)) < 0)
		return err_pass(r);
	window_say(asked, value);
	if (!probability_of_dying(
		    deaths, population, method->from, method->to, &probability, &error)) {
		value_missing(value, "a population for every age group from %d to %d", method->from,
			method->to);
		return 0;
	}
	factor = (double)factor_of(asked->indicator, 100);
	estimate_take(value, factor * probability, factor * error);
	return 0;
}

/* The share of the band's persons that is not well: of both sexes, weighed by their numbers. */
static int unhealthy_share(
	const struct asked_value *asked, int band, double *ret_share, bool *ret_there)
{
	const struct catalog *catalog = asked->valuing->view->catalog;
	const struct method *method = &asked->indicator->method;
	double persons_all = 0, ill = 0;
	size_t count;
	const struct element *cell = catalog_cells(catalog, method->unhealthy, &count);

	*ret_there = false;
	for (size_t i = 0; cell && i < count; i++) {
		const struct cells rate = { .element = { cell[i].id }, .count = 1 };
		struct cells persons = { .count = 0 };
		double per_mille, number;
		bool known, counted;
		int r;

		if (cell[i].category[1] != band + 1 ||
			(method->sex && cell[i].category[0] != method->sex))
			continue;
		cells_add(catalog, method->population, cell[i].category[0], band, &persons);
		if ((r = cells_sum(asked, &rate, &per_mille, &known)) < 0 ||
			(r = cells_sum(asked, &persons, &number, &counted)) < 0)
			return err_pass(r);
		if (!known)
			return 0;
		persons_all += number;
		ill += number * per_mille / 1000;
		*ret_share = persons_all > 0 ? ill / persons_all : per_mille / 1000;
		*ret_there = true;
	}
	return 0;
}

int value_healthy_life_expectancy(const struct asked_value *asked, struct value *value)
{
	const struct catalog *catalog = asked->valuing->view->catalog;
	const struct method *method = &asked->indicator->method;
	double unhealthy[AGE_BANDS] = { 0 };
	char who[SCOPE_TEXT_BYTES];
	struct lifetable_in in;
	struct lifetable table;
	bool made, there = true;
	int r = table_make(asked, value, &in, &table, &made);

	if (r < 0 || !made)
		return err_pass(r);
	for (int band = 0; band < AGE_BANDS; band++) {
		if ((r = unhealthy_share(asked, band, &unhealthy[band], &there)) < 0)
			return err_pass(r);
		if (!there) {
			scope_print(asked->valuing->view, asked->scope, who);
			value_missing(value, "element %s by age of %s for %d",
				catalog_base(catalog, method->unhealthy)->code, who,
				period_year(span_last_month(&asked->span)));
			return 0;
		}
	}
	series_add(value, "Sullivan");
	estimate_take(value, healthy_expectancy(&table, unhealthy), table.standard_error);
	/* The survey's own error is not known, so the interval would be too narrow. */
	value->has_interval = false;
	value->uncertainty = UNCERTAINTY_NONE;
	return 0;
}
