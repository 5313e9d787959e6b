/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a value that is no ratio is made of: the reports of deaths and populations by cell, each
 * unit and whether it holds, the values of other indicators, or the fact. */
#include <string.h>

#include "aggregator/explain.h"
#include "aggregator/value_units.h"
#include "aggregator/expected.h"
#include "base/err.h"

/* A row that is no report's line. */
struct part {
	const char *word;
	const struct facility *facility; /* NULL: none */
	uint32_t area, period;
	const char *form; /* NULL: none */
	const char *name; /* in column "element" */
	bool there;
	struct rational value;
	bool counts; /* whether the contribution is given */
	struct rational contribution;
	uint64_t sequence;
	uint32_t revision; /* 0: none */
};

static void row_part(struct explaining *explaining, const struct part *part)
{
	struct asking *asking = explaining->asking;

	if (!sight_of(asking, part->area)) /* whom the area is compared with */
		return;
	cell_text(asking, part->word);
	if (part->facility) {
		cell_text(asking, part->facility->code);
		cell_text(asking, part->facility->name);
	} else {
		cell_null(asking);
		cell_null(asking);
	}
	cell_area(asking, part->area);
	cell_text_or_null(asking, part->form ? part->form : "");
	cell_period(asking, part->period);
	cell_text_or_null(asking, part->name ? part->name : "");
	cell_null(asking);
	if (part->there)
		cell_scaled(asking, part->value);
	else
		cell_null(asking);
	if (part->counts)
		cell_scaled(asking, part->contribution);
	else
		cell_null(asking);
	cell_boolean(asking, false);
	cell_count_or_null(asking, part->sequence > 0, part->sequence);
	cell_count_or_null(asking, part->revision > 0, part->revision);
	cell_digest_of(explaining, part->sequence);
	explaining->rows++;
}

/* What is asked, as the methods see it. */
struct parting {
	struct explaining explaining;
	struct asked_value asked;
	uint32_t period; /* by which the value's window is named */
};

static int fact_explain(struct parting *parting, const struct value *value)
{
	const struct facts *facts = parting->explaining.asking->view->facts;
	const struct indicator *indicator = parting->asked.indicator;
	const struct fact *fact = value->source == VALUE_FACT && value->has_printed && facts
					  ? facts_value(facts, parting->asked.scope.area,
						    indicator->code, parting->period)
					  : NULL;
	struct part part = { .word = value_source_name(value->source),
		.area = parting->asked.scope.area,
		.period = parting->period,
		.form = value->source_text,
		.name = indicator->code,
		.there = true,
		.value = value->value,
		.counts = true,
		.contribution = value->value,
		.sequence = fact ? fact->sequence : 0 };

	row_part(&parting->explaining, &part);
	return 0;
}

/* The reports that give the elements; contributions add up to their sum in the window. */
static int cells_explain(
	struct parting *parting, const char *word, const uint32_t *elements, size_t count)
{
	AUTO(element_sum_fini) struct element_sum sum = { .plan = { .uses = 0 } };
	struct explaining *explaining = &parting->explaining;
	int r = count ? element_sum_init(&sum, &parting->asked, elements, count) : 0;

	if (r < 0 || count == 0)
		return err_pass(r);
	explaining->plan = &sum.plan;
	explaining->side = SIDE_NUMERATOR;
	explaining->word = word;
	explaining->total = rational_of(0, 1);
	explaining->total_scaled = 0;
	return err_pass(side_explain(explaining));
}

static int demography_explain(struct parting *parting)
{
	const struct catalog *catalog = parting->explaining.asking->view->catalog;
	const struct method *method = &parting->asked.indicator->method;
	const struct {
		const char *word;
		uint32_t base;
	} bases[] = {
		{ "deaths", method->deaths[0] },
		{ "deaths", method->deaths_count > 1 ? method->deaths[1] : 0 },
		{ "deaths", method->deaths_count > 2 ? method->deaths[2] : 0 },
		{ "deaths", method->deaths_count > 3 ? method->deaths[3] : 0 },
		{ "population", method->population },
		{ "births", method->births },
		{ "infant_deaths", method->infant_deaths },
		{ "unreported", method->unreported },
		{ "unhealthy", method->unhealthy },
	};

	for (size_t i = 0; i < array_len(bases); i++) {
		struct cells cells;
		int r;

		if (bases[i].base == 0)
			continue;
		demography_cells(catalog, method, bases[i].base, &cells);
		r = cells_explain(parting, bases[i].word, cells.element, cells.count);
		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

enum { PAGE_FULL = 1 };

static int unit_explain(void *ctx, const struct unit *unit)
{
	static const char *const words[] = {
		[UNIT_HOLDS] = "holds", [UNIT_FAILS] = "fails", [UNIT_UNKNOWN] = "unknown"
	};
	struct parting *parting = ctx;
	const struct view *view = parting->explaining.asking->view;
	const struct method *method = &parting->asked.indicator->method;
	const struct facility *facility =
		unit->scope.facility ? registry_facility(view->registry, unit->scope.facility)
				     : NULL;
	const struct segment *segment =
		facility ? facility_segment(facility, span_last_month(&parting->asked.span)) : NULL;
	bool counted = method->kind == METHOD_UNITS && method->take != TAKE_MIN &&
		       method->take != TAKE_MAX;
	struct part part = { .word = words[unit->state],
		.facility = facility,
		.area = segment ? segment->area : unit->scope.area,
		.period = parting->period,
		.name = unit->indicator ? unit->indicator->code : NULL,
		.there = unit->value.source != VALUE_NONE,
		.value = unit->value.value,
		.counts = counted,
		.contribution = rational_of(unit->state == UNIT_HOLDS, 1) };

	row_part(&parting->explaining, &part);
	return asking_goes_on(parting->explaining.asking) ? 0 : PAGE_FULL;
}

static int units_explain(struct parting *parting)
{
	const char *unknown;
	int r = units_walk(&parting->asked, unit_explain, parting, &unknown);

	return r == PAGE_FULL ? 0 : err_pass(r);
}

static int rank_explain(struct parting *parting)
{
	const struct method *method = &parting->asked.indicator->method;
	const struct area *area =
		catalog_area(parting->explaining.asking->view->catalog, parting->asked.scope.area);
	int r = peers_walk(&parting->asked, method->of, method->among, area ? area->parent : 0,
		unit_explain, parting);

	return r == PAGE_FULL ? 0 : err_pass(r);
}

static int input_explain(struct parting *parting, const struct indicator *other, int years)
{
	struct value value;
	struct span span;
	int r = value_of_other(&parting->asked, other, parting->asked.scope, years, &value);
	struct part part = {
		.word = "input", .area = parting->asked.scope.area, .name = other->code
	};

	if (r < 0)
		return err_pass(r);
	if (!span_shift(&parting->asked.span, years, &span))
		return 0;
	part.period = span_named(&span);
	part.form = value.source_text;
	part.there = value.source != VALUE_NONE;
	part.value = value.value;
	row_part(&parting->explaining, &part);
	return 0;
}

/* The values of the other indicators, oldest first. */
static int inputs_explain(struct parting *parting)
{
	const struct method *method = &parting->asked.indicator->method;
	int since = method->since ? method->since : parting->asked.valuing->since;
	int year = period_year(span_last_month(&parting->asked.span)), r;
	bool all = method->kind == METHOD_MONOTONE;
	int back = method->kind == METHOD_QUOTIENT ? 0
		   : method->kind == METHOD_GROWTH ? 1
		   : since > 0 && since < year     ? year - since
						   : 0;

	for (int years = back; years >= 0 && asking_goes_on(parting->explaining.asking); years--) {
		if (!all && years != back && years != 0)
			continue;
		if ((r = input_explain(parting, method->of, -years)) < 0)
			return err_pass(r);
	}
	return method->by ? err_pass(input_explain(parting, method->by, 0)) : 0;
}

/* Who owes the form, and the report that came of it. */
static int respondent_explain(struct parting *parting, const struct form *form, uint32_t period,
	const struct facility *facility, const struct segment *segment)
{
	struct current_head head = { .sequence = 0 };
	struct part part = { .facility = facility,
		.area = segment->area,
		.period = period,
		.form = form->code,
		.counts = true };
	int r = current_get(
		parting->explaining.asking->view, form->id, period, facility->number, &head, NULL);
	bool there = r == 0 && !head.withdrawn;

	if (r < 0)
		return err_pass(r);
	part.word = there ? "reported" : "not_reported";
	part.contribution = rational_of(there, 1);
	part.sequence = r == 0 ? head.sequence : 0;
	part.revision = r == 0 ? head.revision : 0;
	row_part(&parting->explaining, &part);
	return 0;
}

static int reporting_explain(struct parting *parting)
{
	const struct form *form = parting->asked.indicator->method.form;
	const struct view *view = parting->explaining.asking->view;
	const struct scope *scope = &parting->asked.scope;
	uint32_t period[SPAN_MONTHS_MAX];
	int periods = span_periods(&parting->asked.span, form->period, period);

	for (int i = 0; i < periods; i++)
		for (uint32_t n = 1; n <= registry_facilities(view->registry); n++) {
			const struct facility *facility = registry_facility(view->registry, n);
			const struct segment *segment =
				facility ? facility_segment(facility, period[i]) : NULL;
			bool owes;
			int r;

			if (!asking_goes_on(parting->explaining.asking))
				return 0;
			if (!segment || (scope->facility && scope->facility != n) ||
				!catalog_area_within(view->catalog, segment->area, scope->area))
				continue;
			r = facility_owes(view, form, facility, segment, period[i], &owes);
			if (r < 0)
				return err_pass(r);
			if (!owes)
				continue;
			r = respondent_explain(parting, form, period[i], facility, segment);
			if (r < 0)
				return err_pass(r);
		}
	return 0;
}

static int method_explain(struct parting *parting)
{
	const struct method *method = &parting->asked.indicator->method;

	switch (method->kind) {
	case METHOD_LIFE_EXPECTANCY:
	case METHOD_PROBABILITY_OF_DYING:
	case METHOD_HEALTHY_LIFE_EXPECTANCY:
		return err_pass(demography_explain(parting));
	case METHOD_UNITS:
		return err_pass(units_explain(parting));
	case METHOD_RANK:
		return err_pass(rank_explain(parting));
	case METHOD_MILESTONE:
		return err_pass(cells_explain(parting, "stage", &method->stage, 1));
	case METHOD_REPORTING:
		return err_pass(reporting_explain(parting));
	default:
		return method->of ? err_pass(inputs_explain(parting)) : 0;
	}
}

int parts_explain(struct asking *asking, const struct figure *figure, const struct value *value)
{
	struct valuing valuing = asking_valuing(asking, figure->since);
	struct parting parting = {
		.explaining = { .asking = asking },
		.asked = { .valuing = &valuing,
			.indicator = figure->indicator,
			.scope = figure->scope,
			.span = figure->span },
		.period = span_named(&figure->span),
	};

	if (value->has_printed)
		return err_pass(fact_explain(&parting, value));
	return err_pass(method_explain(&parting));
}
