/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Questions to a linear form that was parsed. */
#include <stdlib.h>

#include "model/catalog.h"
#include "model/linear.h"

void linear_fini(struct linear *linear)
{
	free(linear->term);
	*linear = (struct linear){ .count = 0 };
}

bool filter_matches(const struct filter *filter, uint64_t stratum)
{
	for (unsigned i = 0; i < DIMENSIONS; i++) {
		if ((filter->dimensions >> i & 1) &&
			!attribute_set_has(&filter->allowed[i], stratum_attribute(stratum, i)))
			return false;
	}
	return true;
}

bool linear_uses(const struct linear *linear, uint32_t element)
{
	for (uint32_t i = 0; i < linear->count; i++) {
		if (linear->term[i].kind == TERM_ELEMENT && linear->term[i].element == element)
			return true;
	}
	return false;
}

bool linear_has_elements(const struct linear *linear)
{
	for (uint32_t i = 0; i < linear->count; i++) {
		if (linear->term[i].kind == TERM_ELEMENT)
			return true;
	}
	return false;
}
