/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Indicators that are made of others. Each gets a height, one more than the highest that it rests
 * on; whoever computes them may walk down without looking for circles, and not far. Heights are
 * raised round by round: what still rises after as many rounds as are allowed rests on itself or on
 * too many. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/catalog_loader.h"

enum { PARTS_MAX = 2 + METHOD_CONDITIONS_MAX };

/* Indicators that the method names; NULL where there is none. */
static void parts_of(const struct method *method, const struct indicator *ret_part[PARTS_MAX])
{
	memset(ret_part, 0, PARTS_MAX * sizeof(ret_part[0]));
	ret_part[0] = method->of;
	ret_part[1] = method->by;
	for (uint32_t i = 0; i < method->conditions; i++)
		ret_part[2 + i] = method->condition[i].indicator;
}

/* What tells how many targets are met rests on all that these are judged by. */
static unsigned height_of_plan(
	const struct catalog *catalog, const char *code, const uint8_t *heights)
{
	const struct plan_info *plan = catalog_plan_by_code(catalog, code);
	unsigned height = 1;
	size_t count = 0;
	const struct target *target = plan ? catalog_targets_of(catalog, plan, &count) : NULL;

	for (size_t i = 0; i < count; i++)
		if (target[i].indicator &&
			heights[target[i].indicator - catalog->indicator] + 1u > height)
			height = heights[target[i].indicator - catalog->indicator] + 1u;
	return height;
}

/* One more than the highest part's height; no more than what is too much. */
static unsigned height_of(
	const struct catalog *catalog, const struct indicator *indicator, const uint8_t *heights)
{
	const struct indicator *part[PARTS_MAX];
	unsigned height = 1;

	if (indicator->method.kind == METHOD_TARGETS_MET)
		height = height_of_plan(catalog, indicator->method.plan, heights);
	parts_of(&indicator->method, part);
	for (size_t i = 0; i < PARTS_MAX; i++)
		if (part[i] && heights[part[i] - catalog->indicator] + 1u > height)
			height = heights[part[i] - catalog->indicator] + 1u;
	return height <= INDICATOR_DEPTH_MAX ? height : INDICATOR_DEPTH_MAX + 1;
}

int indicators_order_check(struct loader *loader)
{
	const struct catalog *catalog = loader->catalog;
	uint8_t *heights = calloc(catalog->indicators + 1, sizeof(*heights));

	if (!heights)
		return err_here(ERR_NOMEM, "cannot allocate the order of indicators");
	for (int round = 0; round <= INDICATOR_DEPTH_MAX; round++)
		for (size_t i = 0; i < catalog->indicators; i++)
			heights[i] = (uint8_t)height_of(catalog, &catalog->indicator[i], heights);
	for (size_t i = 0; i < catalog->indicators; i++) {
		struct row row = table_row(loader, TABLE_INDICATORS, i);
		const struct method *method = &catalog->indicator[i].method;

		if (method->kind == METHOD_TARGETS_MET &&
			!catalog_plan_by_code(catalog, method->plan))
			row_fault(&row, "plan: there is no plan '%s'", method->plan);
		if (heights[i] > INDICATOR_DEPTH_MAX)
			row_fault(&row,
				"indicator '%s' rests on itself, or on more than %d others in a "
				"row",
				catalog->indicator[i].code, INDICATOR_DEPTH_MAX - 1);
	}
	free(heights);
	return 0;
}
