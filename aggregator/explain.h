/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The rows of an explanation: explain.c follows a plan down to its reports, explain_parts.c says
 * what else a value is made of. */
#ifndef AGGREGATOR_EXPLAIN_H
#define AGGREGATOR_EXPLAIN_H

#include "aggregator/figure.h"
#include "aggregator/value_inside.h"

struct explaining {
	struct asking *asking;
	const struct plan *plan;
	enum side side;
	const char *word;      /* what column "side" says */
	struct rational total; /* of the rows that are not left out */
	int128 total_scaled;
	uint32_t rows;
	/* the report whose entry is known: rows of one report follow each other */
	uint64_t digest_sequence;
	struct digest digest;
};

/* The reports behind one side of a plan, and its constants. */
CHECKED int side_explain(struct explaining *explaining);
/* The digest of the entry's body, or null. Read only for rows of the page that is asked for. */
void cell_digest_of(struct explaining *explaining, uint64_t sequence);

/* What a value of a method without sides is made of, or a fact. */
CHECKED int parts_explain(
	struct asking *asking, const struct figure *figure, const struct value *value);

#endif
