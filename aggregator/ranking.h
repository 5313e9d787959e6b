/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Where an area stands among those of its kind, as "indicator rank" says it. */
#ifndef AGGREGATOR_RANKING_H
#define AGGREGATOR_RANKING_H

#include "aggregator/value.h"

/* Among the areas under its own parent. 0: it has no rank (no value, too few events, no parent, an
 * indicator of which neither direction is better). */
CHECKED int rank_among_siblings(struct valuing *valuing, const struct indicator *indicator,
	const struct area *area, uint32_t period, const struct span *span, uint64_t *ret_rank);

#endif
