/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is done to and asked of a comparison once it is parsed. */
#include <stdlib.h>

#include "base/err.h"
#include "model/rule_inside.h"

void comparison_fini(struct rule_comparison *comparison)
{
	for (uint32_t i = 0; i < comparison->terms; i++) {
		if (comparison->term[i].count > 1)
			free((void *)(uintptr_t)comparison->term[i].cell);
	}
	free(comparison->term);
	*comparison = (struct rule_comparison){ .terms = 0 };
}

int comparison_allow(struct rule_comparison *comparison, const struct rule_detail *detail)
{
	int64_t slack = detail->tolerance, whole = 100;

	if (slack == 0)
		return 0;
	if (detail->percent) {
		for (int i = 0; i < detail->tolerance_places; i++)
			whole *= 10;
		comparison->whole = whole;
	}
	for (int i = detail->tolerance_places; !detail->percent && i < comparison->scale; i++)
		slack *= 10;
	if (!detail->percent && detail->tolerance_places > comparison->scale)
		return err_here(ERR_INVALID,
			"the tolerance is finer than the figures, which have "
			"%d decimal places",
			comparison->scale);
	if (slack > RULE_COEFFICIENT_MAX)
		return err_here(ERR_INVALID, "the tolerance is too large");
	comparison->slack = slack;
	return 0;
}

bool comparison_looks_back(const struct rule_comparison *comparison)
{
	for (uint32_t i = 0; i < comparison->terms; i++) {
		if (comparison->term[i].source > RULE_HERE)
			return true;
	}
	return false;
}
