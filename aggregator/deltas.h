/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Changes of cells, gathered over many reports and written once. A month-end burst touches the same
 * few thousand cells again and again; each is read and written once per chunk instead of once per
 * report. It knows rows of sums and counts, and nothing of what they mean. */
#ifndef AGGREGATOR_DELTAS_H
#define AGGREGATOR_DELTAS_H

#include "base/ports.h"

/* What is to be added to one row of cell, leftout or periods. Valid until the next deltas_at(). */
struct delta {
	int64_t *reports;
	int64_t *sum, *count; /* n each */
};

struct deltas;

/* About 9 MiB, all of it at once. */
CHECKED int deltas_new(struct deltas **ret_deltas);
/* Forgets what was not applied; NULL is nothing. */
void deltas_free(struct deltas *deltas);
AUTO_DEFINE(deltas_free, struct deltas *);

/* The change of this row, zeros at first. When there is no more room, everything gathered so far is
 * applied through ports before. key: at most LEFTOUT_KEY_BYTES. */
CHECKED int deltas_at(struct deltas *deltas, const struct ports *ports, unsigned table,
	struct bytes key, uint32_t n, struct delta *ret_delta);
/* Writes all changes and forgets them. A row that ends without reports is deleted; one that would
 * then still hold a sum, or that would go below zero reports, is ERR_BUG: what was taken
 * out is not what had been put in. After a failure it fails for ever, so that whoever takes the
 * fault for one of the entry in hand cannot commit half of the changes. */
CHECKED int deltas_apply(struct deltas *deltas, const struct ports *ports);

#endif
