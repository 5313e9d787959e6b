/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The fold: what an entry of the journal changes in the aggregates. A report in force adds exactly
 * its values to the cells of its facility's area and of every area above it; a correction takes the
 * old ones out and puts the new ones in. It reaches storage only through ports and has no clock, no
 * thread and no global, so the same journal always gives the same bytes. */
#ifndef AGGREGATOR_FOLD_H
#define AGGREGATOR_FOLD_H

#include "model/acts.h"
#include "model/facts.h"
#include "model/lock.h"
#include "model/registry.h"
#include "store/aggregates.h"

struct fold;

/* fold_entry: another catalogue than the one that everything here is folded by. Nothing was done:
 * a new generation is to be folded by it from sequence 1. */
enum { FOLD_AGAIN = 1 };

CHECKED int fold_new(struct fold **ret_fold);
void fold_free(struct fold *fold);
AUTO_DEFINE(fold_free, struct fold *);

/* Takes up the catalogue, the registry and the facts that the tables hold; once, before the first
 * entry. */
CHECKED int fold_load(struct fold *fold, const struct ports *ports);

/* Entries come in sequence. The changes of cells are gathered until fold_finish(). 0, FOLD_AGAIN,
 * or ERR_CORRUPT or ERR_INVALID for an entry that cannot be what ingestd wrote: nothing of it was
 * done. */
CHECKED int fold_entry(struct fold *fold, const struct ports *ports, const struct entry *entry);
/* Writes what was gathered: before the transaction is committed. */
CHECKED int fold_finish(struct fold *fold, const struct ports *ports);

/* What changed since the fold was made, for whoever remembers figures. */
struct fold_changes {
	/* entries that are no reports: catalogue, registry, what people said */
	uint64_t others;
	/* reports, by calendar year that their period touches, from PERIOD_YEAR_MIN - 1 on */
	uint32_t year[PERIOD_YEAR_MAX - PERIOD_YEAR_MIN + 2];
};
const struct fold_changes *fold_changes(const struct fold *fold);

/* NULL before the first catalogue. The others are never NULL; they may speak of indicators, areas,
 * forms and reasons that the catalogue no longer has. Valid until the next fold_entry. */
const struct catalog *fold_catalog(const struct fold *fold);
const struct registry *fold_registry(const struct fold *fold);
const struct facts *fold_facts(const struct fold *fold);
const struct locks *fold_locks(const struct fold *fold);
const struct acts *fold_acts(const struct fold *fold);
uint32_t fold_catalogue_number(const struct fold *fold);
/* The sequence of the catalogue's own entry; 0 before the first. */
uint64_t fold_catalogue_sequence(const struct fold *fold);

#endif
