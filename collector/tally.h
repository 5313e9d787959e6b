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
#include "collector/progress.h"

struct tally_row {
	size_t row, line; /* in the sheet */
	char facility[FACILITY_CODE_MAX + 1];
	uint32_t period;
	uint32_t revision;
	bool chosen;        /* the sheet says the revision */
	bool bad;           /* has faults of its own and was not sent */
	bool examined;      /* has been checked whole: findings say what was found */
	bool held;          /* … and would be held */
	bool rejected;      /* … and would be rejected */
	bool unclassed;     /* … without knowing what the facility is */
	uint64_t number;    /* of the pending report; 0: none */
	enum status status; /* 0: no verdict yet */
	enum filed_as as;
	bool bureaus; /* held for nothing that the sender could correct or explain */
	uint64_t sequence;
	uint16_t form;
	struct buffer reasons;  /* whole lines */
	struct buffer warnings; /* whole lines, of a row that may be sent all the same */
	struct buffer notes;    /* struct row_note: the same one by one */
	struct buffer findings; /* packed; of the check, then of the verdict */
};

struct tally_counts {
	uint64_t accepted, unchanged, superseded, refused, held, later;
	uint64_t bureaus; /* of the held ones: the sender has nothing to do */
};

struct tally {
	/* set by whoever starts it; may all be empty */
	const struct catalog *catalog;
	const struct row_reader *reader; /* NULL: there is no sheet */
	const char *name;                /* of the file, or NULL */
	int log;                         /* -1: none */
	bool checking;                   /* nothing is sent */
	bool training;                   /* of a training system */
	bool send_anyway;                /* also what the server will reject */
	struct progress progress;
	/* owned; released by tally_fini() */
	struct tally_row *row;
	size_t rows;
	struct tally_row **by_number; /* made by tally_index() */
	size_t numbered;
	/* reports of earlier runs, and ones offered again */
	struct tally_counts earlier;
	struct buffer earlier_reasons;
	struct buffer earlier_rows; /* struct tally_row, for the receipt; if it is wanted */
	bool receipt;
	uint64_t verdicts, to_send;
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
/* What check says at its end. */
void tally_print_check(const struct tally *tally, bool every, FILE *out);
/* The rows of earlier runs that got a verdict in this one. */
const struct tally_row *tally_earlier(const struct tally *tally, size_t *ret_count);
/* "accepted", "queued", "not-sent", "checked": what became of a row, for programs and for
 * people. */
const char *tally_status(const struct tally *tally, const struct tally_row *row);
const char *tally_status_said(const struct tally *tally, const struct tally_row *row);
/* One line for each row that is a report: facility, period, findings as findings_encode() packs
 * them, in hex; of the check, or once there is a verdict, of the verdict. */
CHECKED int tally_write_findings(const struct tally *tally, const char *path);
/* 0, 7 or 75: the exit code of huibao-collect. */
int tally_exit_code(const struct tally *tally, uint64_t pending);
void tally_fini(struct tally *tally);

#endif
