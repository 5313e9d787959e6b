/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A fold that dies loses what its transaction had written, and begins again with what the tables
 * hold. */
#include "aggregator/fold.h"
#include "tests/sequences/house.h"

void house_fold_begin(struct house *house)
{
	house_fold_free(house);
	must(fold_new(&house->fold));
	must(fold_load(house->fold, &house->figures_ports));
}

void house_fold_free(struct house *house)
{
	fold_free(house->fold);
	house->fold = NULL;
}

static void fold_to(struct house *house, uint64_t sequence)
{
	for (; house->folded < sequence; house->folded++)
		must(fold_entry(house->fold, &house->figures_ports, &house->entry[house->folded]));
}

/* A chunk that is never committed. */
static void fold_crash(struct house *house, uint64_t sequence)
{
	uint64_t before = house->folded;

	memory_begin(&house->figures);
	fold_to(house, sequence);
	if (likely(house, 50))
		must(fold_finish(house->fold, &house->figures_ports));
	memory_abort(&house->figures);
	house->folded = before;
	house_fold_begin(house);
}

void house_fold_drift(struct house *house)
{
	uint64_t to;

	if (!likely(house, 25))
		return;
	to = between(house, house->folded, house->durable);
	if (likely(house, 8))
		fold_crash(house, to);
	fold_to(house, to);
	must(fold_finish(house->fold, &house->figures_ports));
	if (likely(house, 8))
		house_fold_begin(house);
}

void house_fold_settle(struct house *house)
{
	fold_to(house, house->entries);
	must(fold_finish(house->fold, &house->figures_ports));
}
