/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What became of each row: verdicts are matched to rows by the number of the pending report, their
 * reasons are put into words while the bytes are at hand, and at the end a person reads a
 * summary. */
#ifndef COLLECTOR_TALLY_H
#define COLLECTOR_TALLY_H

#include <stdio.h>

#include "client/row.h"
#include "collector/outbox_send.h"

struct tally_row {
	size_t row, line; /* in the sheet */
	char facility[FACILITY_CODE_MAX + 1];
	uint32_t period;
	uint32_t revision;
	bool chosen;        /* the sheet says the revision */
	bool bad;           /* has faults of its own and was not sent */
	uint64_t number;    /* of the pending report; 0: none */
	enum status status; /* 0: no verdict yet */
	enum filed_as as;
	uint64_t sequence;
	struct buffer reasons; /* whole lines */
};

struct tally_counts {
	uint64_t accepted, unchanged, superseded, refused;
};

struct tally {
	/* set by whoever starts it; may all be empty */
	const struct catalog *catalog;
	const struct row_reader *reader; /* NULL: there is no sheet */
	const char *name;                /* of the file, or NULL */
	int log;                         /* -1: none */
	bool progress;                   /* show counts on stderr as verdicts come */
	/* owned; released by tally_fini() */
	struct tally_row *row;
	size_t rows;
	struct tally_row **by_number; /* made by tally_index() */
	size_t numbered;
	/* reports of earlier runs, and ones offered again */
	struct tally_counts earlier;
	struct buffer earlier_reasons;
	uint64_t verdicts;
};

/* A filed_visit for outbox_send: ctx is the tally. */
filed_visit tally_visit;
/* After every row has its number. */
CHECKED int tally_index(struct tally *tally);
/* The words for a refused report that is not of a row, or for one shown later from the outbox. */
CHECKED int tally_explain(const struct catalog *catalog, const struct outbox_report *report,
	enum status status, const struct finding *findings, size_t count, uint32_t more,
	struct buffer *out);
struct tally_counts tally_count(
	const struct tally *tally, uint64_t *ret_bad, uint64_t *ret_waiting);
/* The summary; every = a line for every row, not only for those with reasons. */
void tally_print(const struct tally *tally, bool every, FILE *out);
/* 0, 7 or 75: the exit code of huibao-collect. */
int tally_exit_code(const struct tally *tally, uint64_t pending);
void tally_fini(struct tally *tally);

#endif
