/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The place of an area among those of its kind that have the same parent; facts of areas that do
 * not report take part. Equal values share a place and the next one is left free: 1, 2, 2, 4. */
#include <string.h>

#include "aggregator/value_units.h"
#include "base/err.h"

int peers_walk(const struct asked_value *asked, const struct indicator *of, const char *kind,
	uint32_t parent, int (*each)(void *ctx, const struct unit *unit), void *ctx)
{
	int32_t day = period_last_day(span_last_month(&asked->span));
	size_t areas;
	const struct area *area = catalog_areas(asked->valuing->view->catalog, &areas);

	for (size_t i = 0; i < areas; i++) {
		struct unit unit = { .scope = { .area = area[i].code }, .indicator = of };
		int r;

		if (area[i].parent != parent || strcmp(area[i].kind, kind) != 0 ||
			area[i].from_day > day || area[i].until_day < day)
			continue;
		if ((r = value_of_other(asked, of, unit.scope, 0, &unit.value)) < 0)
			return err_pass(r);
		unit.state = unit.value.source == VALUE_NONE || !value_exact(&unit.value)
				     ? UNIT_UNKNOWN
				     : UNIT_HOLDS;
		if ((r = each(ctx, &unit)) != 0)
			return r;
	}
	return 0;
}

struct ranking {
	const struct asked_value *asked;
	struct value *value;
	const struct value *own;
	int64_t better, ranked, left_out;
	bool few; /* events, somewhere */
};

static int peer_rank(void *ctx, const struct unit *unit)
{
	struct ranking *ranking = ctx;
	const struct indicator *of = ranking->asked->indicator->method.of;
	int order;

	if (unit->state == UNIT_UNKNOWN) {
		ranking->left_out++;
		mark_add(ranking->value->mark, "area %u left out", unit->scope.area);
		return 0;
	}
	ranking->ranked++;
	ranking->few = ranking->few || (unit->value.uncertainty == UNCERTAINTY_POISSON &&
					       unit->value.events < RANK_EVENTS_FEW);
	ranking->value->provisional = ranking->value->provisional || unit->value.provisional;
	order = rational_order(unit->value.value, ranking->own->value);
	ranking->better += of->polarity == POLARITY_LOWER ? order < 0 : order > 0;
	return 0;
}

/* Whoever is left out may be better. */
static void rank_complete(const struct ranking *ranking, struct value *value)
{
	const double share =
		(double)ranking->ranked / (double)(ranking->ranked + ranking->left_out);

	value->provisional = value->provisional || ranking->left_out > 0;
	if (share < value->complete)
		value->complete = share;
	if (share < value->complete_by_volume)
		value->complete_by_volume = share;
}

int value_rank(const struct asked_value *asked, struct value *value)
{
	const struct method *method = &asked->indicator->method;
	const struct area *area = catalog_area(asked->valuing->view->catalog, asked->scope.area);
	struct value own;
	struct ranking ranking = { .asked = asked, .value = value, .own = &own };
	int r;

	if (!area || strcmp(area->kind, method->among) != 0 || asked->scope.facility) {
		value_missing(value, "an area of kind %s: only these are ranked by %s",
			method->among, asked->indicator->code);
		return 0;
	}
	r = value_input(asked, method->of, asked->scope, 0, value, &own);
	if (r < 0 || own.source == VALUE_NONE)
		return err_pass(r);
	if ((r = peers_walk(asked, method->of, method->among, area->parent, peer_rank, &ranking)) <
		0)
		return err_pass(r);
	if (ranking.ranked < 2) {
		value_missing(value, "values of %s of other areas of kind %s", method->of->code,
			method->among);
		return 0;
	}
	if (ranking.few) {
		value_missing(value,
			"%d events or more behind %s in every area: fewer make an order of chance",
			RANK_EVENTS_FEW, method->of->code);
		return 0;
	}
	rank_complete(&ranking, value);
	value->source = own.source;
	value->value = rational_of(ranking.better + 1, 1);
	mark_add(value->mark, "of %lld", (long long)ranking.ranked);
	memcpy(value->source_text, own.source_text, sizeof(value->source_text));
	memcpy(value->series, own.series, sizeof(value->series));
	return 0;
}
