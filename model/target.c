/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Questions to the plans of a loaded catalogue. */
#include "model/target.h"

#include <string.h>

#include "model/catalog_inside.h"

const struct plan_info *catalog_plans(const struct catalog *catalog, size_t *ret_count)
{
	*ret_count = catalog->plans;
	return catalog->plan;
}

const struct plan_info *catalog_plan_by_code(const struct catalog *catalog, const char *code)
{
	const struct code_item *item = code_index_find(&catalog->plan_codes, code);

	return item ? &catalog->plan[item->at] : NULL;
}

const struct target *catalog_targets(const struct catalog *catalog, size_t *ret_count)
{
	*ret_count = catalog->targets;
	return catalog->target;
}

const struct target *catalog_target_by_id(const struct catalog *catalog, const char *id)
{
	const struct code_item *item = code_index_find(&catalog->target_ids, id);

	return item ? &catalog->target[item->at] : NULL;
}

const struct target *catalog_targets_of(
	const struct catalog *catalog, const struct plan_info *plan, size_t *ret_count)
{
	size_t at = (size_t)(plan - catalog->plan);

	ensure(at < catalog->plans);
	*ret_count = catalog->plan_targets[at].count;
	return &catalog->target[catalog->plan_targets[at].first];
}

const struct published *catalog_published(const struct catalog *catalog, size_t *ret_count)
{
	*ret_count = catalog->publications;
	return catalog->published;
}

bool published_named(const struct published *published, const char *name)
{
	size_t plan = strcspn(published->source, " ,:;");

	return strcmp(published->source, name) == 0 ||
	       (strlen(name) == plan && memcmp(published->source, name, plan) == 0);
}

const char *target_cell(const struct target *target, const char *column)
{
	for (size_t i = 0; i < TARGET_COLUMNS; i++) {
		if (strcmp(target_column(i), column) == 0)
			return target->cell[i];
	}
	ensure(false); /* callers name columns that there are */
}
