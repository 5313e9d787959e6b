/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * How many of a set of units fulfil a conjunction of conditions, and which do not. A unit of which
 * the values do not decide it is not known: it is named, and makes the figure provisional. */
#include "aggregator/value_units.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"

static bool condition_holds(const struct unit_condition *condition, struct rational value)
{
	int128 unit = 1;
	int order;

	for (uint8_t i = 0; i < condition->scale; i++)
		unit *= 10;
	order = rational_order(value, rational_of(condition->bound, unit));
	switch (condition->comparison) {
	case COMPARE_AT_LEAST:
		return order >= 0;
	case COMPARE_MORE:
		return order > 0;
	case COMPARE_AT_MOST:
		return order <= 0;
	case COMPARE_LESS:
		return order < 0;
	default:
		return order == 0;
	}
}

/* A value that is only known as at least or at most decides on one side of itself. */
static enum unit_state condition_state(
	const struct unit_condition *condition, const struct value *value)
{
	const bool holds = condition_holds(condition, value->value);
	const bool from_below =
		value->comparator == COMPARATOR_AT_LEAST || value->comparator == COMPARATOR_MORE;
	const bool upwards =
		condition->comparison == COMPARE_AT_LEAST || condition->comparison == COMPARE_MORE;

	if (value_exact(value))
		return holds ? UNIT_HOLDS : UNIT_FAILS;
	if (condition->comparison == COMPARE_EQUAL || holds != (from_below == upwards))
		return UNIT_UNKNOWN;
	return holds ? UNIT_HOLDS : UNIT_FAILS;
}

/* What a bound does not decide lacks the exact value. */
static void bound_lacks(const struct indicator *indicator, struct value *value)
{
	value->missing[0] = '\0';
	value_missing(value, "%s: an exact value, not a bound", indicator->code);
}

/* One condition that fails decides, whatever is not known beside it. */
static int unit_decide(const struct asked_value *asked, struct unit *unit)
{
	const struct method *method = &asked->indicator->method;

	unit->state = UNIT_HOLDS;
	for (uint32_t i = 0; i < method->conditions; i++) {
		const struct unit_condition *condition = &method->condition[i];
		enum unit_state state = UNIT_UNKNOWN;
		struct value value;
		int r = value_of_other(asked, condition->indicator, unit->scope, 0, &value);

		if (r < 0)
			return err_pass(r);
		if (value.source != VALUE_NONE) {
			state = condition_state(condition, &value);
			if (state == UNIT_UNKNOWN)
				bound_lacks(condition->indicator, &value);
		}
		if (state != UNIT_FAILS && unit->state != UNIT_HOLDS)
			continue;
		unit->indicator = condition->indicator;
		unit->value = value;
		unit->state = state;
		if (state == UNIT_FAILS)
			return 0;
	}
	return 0;
}

struct walking {
	const struct asked_value *asked;
	int (*each)(void *ctx, const struct unit *unit);
	void *ctx;
};

static int unit_visit(const struct walking *walking, struct scope scope)
{
	const struct method *method = &walking->asked->indicator->method;
	struct unit unit = { .scope = scope };
	int r;

	if (method->take == TAKE_MIN || method->take == TAKE_MAX) {
		unit.indicator = method->of;
		if ((r = value_of_other(walking->asked, method->of, scope, 0, &unit.value)) < 0)
			return err_pass(r);
		unit.state = unit.value.source == VALUE_NONE || !value_exact(&unit.value)
				     ? UNIT_UNKNOWN
				     : UNIT_HOLDS;
		if (unit.value.source != VALUE_NONE && unit.state == UNIT_UNKNOWN)
			bound_lacks(method->of, &unit.value);
	} else if ((r = unit_decide(walking->asked, &unit)) < 0) {
		return err_pass(r);
	}
	return walking->each(walking->ctx, &unit);
}

static int facilities_walk(const struct walking *walking, const struct filter *filter)
{
	const struct asked_value *asked = walking->asked;
	const struct view *view = asked->valuing->view;
	uint32_t month = span_last_month(&asked->span);
	const int32_t first = period_first_day(month), last = period_last_day(month);

	for (uint32_t n = 1; n <= registry_facilities(view->registry); n++) {
		const struct facility *facility = registry_facility(view->registry, n);
		const struct segment *segment =
			facility ? facility_segment_between(facility, first, last) : NULL;
		int r;

		if (!segment || (asked->scope.facility && asked->scope.facility != n) ||
			!filter_matches(filter, segment->stratum) ||
			!view_area_within(view, segment->area, asked->scope.area))
			continue;
		r = unit_visit(walking, (struct scope){ .area = asked->scope.area, .facility = n });
		if (r != 0)
			return r;
	}
	return 0;
}

static int areas_walk(const struct walking *walking, const char *kind)
{
	const struct asked_value *asked = walking->asked;
	const struct catalog *catalog = asked->valuing->view->catalog;
	int32_t day = period_last_day(span_last_month(&asked->span));
	size_t areas;
	const struct area *area = catalog_areas(catalog, &areas);

	for (size_t i = 0; i < areas; i++) {
		int r;

		if (area[i].from_day > day || area[i].until_day < day ||
			(kind[0] && strcmp(kind, area[i].kind) != 0) ||
			!catalog_area_within(catalog, area[i].code, asked->scope.area))
			continue;
		if ((r = unit_visit(walking, (struct scope){ .area = area[i].code })) != 0)
			return r;
	}
	return 0;
}

/* false: no area and no facility has that name. */
static bool name_find(const struct asked_value *asked, const char *name, struct scope *ret_scope)
{
	const struct view *view = asked->valuing->view;
	const struct facility *facility;
	char *end;
	unsigned long code = strtoul(name, &end, 10);

	if (*end == '\0' && code <= UINT32_MAX && catalog_area(view->catalog, (uint32_t)code)) {
		*ret_scope = (struct scope){ .area = (uint32_t)code };
		return true;
	}
	facility = registry_facility_by_code(view->registry, bytes_str(name));
	if (!facility)
		return false;
	*ret_scope = (struct scope){ .area = asked->scope.area, .facility = facility->number };
	return true;
}

static int list_walk(const struct walking *walking, const char **ret_unknown)
{
	const struct method *method = &walking->asked->indicator->method;

	for (uint32_t i = 0; i < method->listed; i++) {
		struct scope scope;
		int r;

		if (!name_find(walking->asked, method->list[i], &scope)) {
			*ret_unknown = *ret_unknown ? *ret_unknown : method->list[i];
			continue;
		}
		if ((r = unit_visit(walking, scope)) != 0)
			return r;
	}
	return 0;
}

int units_walk(const struct asked_value *asked, int (*each)(void *ctx, const struct unit *unit),
	void *ctx, const char **ret_unknown)
{
	const struct walking walking = { .asked = asked, .each = each, .ctx = ctx };
	const struct linear *units = &asked->indicator->method.units;

	*ret_unknown = NULL;
	if (units->count == 0)
		return list_walk(&walking, ret_unknown);
	if (units->term[0].kind == TERM_N_FACILITY)
		return facilities_walk(&walking, &units->term[0].filter);
	return areas_walk(&walking, units->term[0].filter.kind);
}

/* What was counted so far. */
struct counting {
	const struct asked_value *asked;
	struct value *value;
	int64_t units, holding, unknown;
	bool any;
	struct rational extreme;
	uint64_t facts;
	char lacking[VALUE_MISSING_BYTES]; /* of the first that is not known */
};

static void extreme_take(struct counting *counting, const struct unit *unit)
{
	int order = counting->any ? rational_order(unit->value.value, counting->extreme) : 0;
	bool max = counting->asked->indicator->method.take == TAKE_MAX;

	if (!counting->any || (max ? order > 0 : order < 0))
		counting->extreme = unit->value.value;
	counting->any = true;
}

static int unit_count(void *ctx, const struct unit *unit)
{
	struct counting *counting = ctx;
	const struct method *method = &counting->asked->indicator->method;
	bool extreme = method->take == TAKE_MIN || method->take == TAKE_MAX;
	struct value *value = counting->value;
	char who[SCOPE_TEXT_BYTES];

	counting->units++;
	scope_print(counting->asked->valuing->view, unit->scope, who);
	value->provisional = value->provisional || unit->value.provisional;
	value->forced = value->forced || unit->value.forced;
	value->mixed = value->mixed || unit->value.mixed;
	counting->facts +=
		unit->value.source == VALUE_FACT || unit->value.source == VALUE_PUBLISHED;
	if (unit->state == UNIT_UNKNOWN) {
		counting->unknown++;
		mark_add(value->mark, "%s not known", who);
		if (!counting->lacking[0])
			memcpy(counting->lacking, unit->value.missing, sizeof(counting->lacking));
	} else if (unit->state == UNIT_FAILS) {
		mark_add(value->mark, "%s fails %s", who, unit->indicator->code);
	} else {
		counting->holding++;
		if (extreme)
			extreme_take(counting, unit);
	}
	return 0;
}

static void units_take(const struct counting *counting, struct value *value)
{
	int64_t failing = counting->units - counting->holding - counting->unknown;

	switch (counting->asked->indicator->method.take) {
	case TAKE_COUNT:
		value->value = rational_of(counting->holding, 1);
		break;
	case TAKE_SHARE:
		value->value = rational_of(100 * counting->holding, counting->units);
		break;
	case TAKE_ALL:
		value->value = rational_of(failing + counting->unknown == 0, 1);
		break;
	default:
		value->value = counting->extreme;
		/* one that is not known can only be further out */
		if (counting->unknown > 0)
			value->comparator = counting->asked->indicator->method.take == TAKE_MIN
						    ? COMPARATOR_AT_MOST
						    : COMPARATOR_AT_LEAST;
		break;
	}
	value->source = counting->facts > 0 && counting->facts + (uint64_t)counting->unknown ==
						       (uint64_t)counting->units
				? VALUE_FACT
				: VALUE_REPORTS;
	value->complete = counting->units ? (double)(counting->units - counting->unknown) /
						    (double)counting->units
					  : 1;
	value->complete_by_volume = value->complete;
	value->provisional = value->provisional || counting->unknown > 0;
}

/* Whether what is not known could still turn it: a failing unit decides "all" by itself. */
static bool units_undecided(const struct counting *counting)
{
	enum take take = counting->asked->indicator->method.take;
	int64_t failing = counting->units - counting->holding - counting->unknown;

	if (counting->unknown == 0)
		return false;
	return take == TAKE_ALL ? failing == 0 : counting->unknown == counting->units;
}

int value_units(const struct asked_value *asked, struct value *value)
{
	struct counting counting = { .asked = asked, .value = value };
	const char *unknown;
	int r = units_walk(asked, unit_count, &counting, &unknown);

	if (r < 0)
		return err_pass(r);
	if (unknown)
		value_missing(value, "unit %s: no area and no facility has that code", unknown);
	else if (counting.units == 0 && asked->indicator->method.take != TAKE_COUNT)
		value_missing(
			value, "units of %s in %u", asked->indicator->code, asked->scope.area);
	else if (units_undecided(&counting))
		value_missing(value, "%s", counting.lacking);
	else
		units_take(&counting, value);
	return 0;
}
