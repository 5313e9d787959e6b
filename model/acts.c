/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Two lists that only grow. A bureau says a few such things a day, so whoever looks for one walks;
 * only a proposal is found by halving, because every step asks for it. */
#include "model/acts.h"

#include <stdlib.h>

#include "base/err.h"

struct acts {
	/* owned */
	struct act_query *query;
	struct act_adjustment *adjustment;
	size_t queries, adjustments;
};

enum { GROW = 64 };

int acts_new(struct acts **ret_acts)
{
	struct acts *acts = calloc(1, sizeof(*acts));

	if (!acts)
		return err_here(ERR_NOMEM, "cannot allocate what people said of reports");
	*ret_acts = acts;
	return 0;
}

void acts_free(struct acts *acts)
{
	if (!acts)
		return;
	free(acts->query);
	free(acts->adjustment);
	free(acts);
}

/* Room for one more in an array of count; NULL: no memory, and the array is as before. */
static void *grow(void *array, size_t count, size_t size)
{
	return count % GROW == 0 ? reallocarray(array, count + GROW, size) : array;
}

int acts_put_query(struct acts *acts, const struct query *query, const struct act *act)
{
	struct act_query *grown = grow(acts->query, acts->queries, sizeof(*grown));

	if (!grown)
		return err_here(ERR_NOMEM, "cannot hold %zu queries", acts->queries + 1);
	acts->query = grown;
	grown[acts->queries++] = (struct act_query){ .act = *act, .query = *query };
	return 0;
}

static struct act_adjustment *adjustment_find(const struct acts *acts, uint64_t proposal)
{
	size_t low = 0, high = acts->adjustments;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (acts->adjustment[middle].proposed.sequence < proposal)
			low = middle + 1;
		else
			high = middle;
	}
	return low < acts->adjustments && acts->adjustment[low].proposed.sequence == proposal
		       ? &acts->adjustment[low]
		       : NULL;
}

static int adjustment_propose(
	struct acts *acts, const struct adjustment *adjustment, const struct act *act)
{
	struct act_adjustment *grown = grow(acts->adjustment, acts->adjustments, sizeof(*grown));

	if (!grown)
		return err_here(ERR_NOMEM, "cannot hold %zu adjustments", acts->adjustments + 1);
	acts->adjustment = grown;
	grown[acts->adjustments++] =
		(struct act_adjustment){ .proposed = *act, .proposal = *adjustment };
	return 0;
}

int acts_put_adjustment(
	struct acts *acts, const struct adjustment *adjustment, const struct act *act)
{
	struct act_adjustment *found;

	if (adjustment->step == ADJUSTMENT_PROPOSE)
		return err_pass(adjustment_propose(acts, adjustment, act));
	found = adjustment_find(acts, adjustment->proposal);
	if (!found)
		return err_here(ERR_INVALID, "there is no proposed adjustment %llu",
			(unsigned long long)adjustment->proposal);
	if (found->ended.sequence > 0)
		return 0;
	if (adjustment->step == ADJUSTMENT_END)
		found->ended = *act;
	else if (found->confirmed.sequence == 0)
		found->confirmed = *act;
	return 0;
}

const struct act_query *acts_queries(const struct acts *acts, size_t *ret_count)
{
	*ret_count = acts->queries;
	return acts->query;
}

const struct act_adjustment *acts_adjustments(const struct acts *acts, size_t *ret_count)
{
	*ret_count = acts->adjustments;
	return acts->adjustment;
}

const struct act_adjustment *acts_adjustment(const struct acts *acts, uint64_t proposal)
{
	return adjustment_find(acts, proposal);
}

bool acts_adjustment_active(
	const struct act_adjustment *adjustment, uint64_t sequence_in_force, int32_t today)
{
	return adjustment->confirmed.sequence > 0 && adjustment->ended.sequence == 0 &&
	       today <= adjustment->proposal.until_day &&
	       sequence_in_force == adjustment->proposal.about;
}
