/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What to send next, and what a verdict does: the core of the collector. It keeps a window of
 * SUBMITs without VERDICTS in memory, and nothing else; everything that must survive is in the
 * outbox. It has no clock, thread or socket: storage, time and sending come through struct ports.
 * Whoever drives it opens a transaction around each call (writing where it says so) and commits
 * afterwards. */
#ifndef COLLECTOR_OUTBOX_SEND_H
#define COLLECTOR_OUTBOX_SEND_H

#include "proto/exchange.h"
#include "store/outbox.h"

enum {
	SEND_REPORTS_MAX = 64,  /* in one SUBMIT of ours */
	RESEND_MS = 15000,      /* without VERDICTS for so long, a SUBMIT is sent again */
	RESEND_ALIVE_MS = 2000, /* … or so long after the server answered something asked later */
	BUSY_WAIT_MS_MIN = 20,
	BUSY_WAIT_MS_MAX = 60000,
};

enum filed_as {
	FILED_KEPT = 1, /* in force at the server */
	FILED_DROPPED,  /* a higher revision is in force, as it should be */
	FILED_REFUSED,  /* a person must look */
	FILED_HELD,     /* with the server, until a person there decides */
	FILED_LATER,    /* not taken today: stays pending, and is not sent again before tomorrow */
};

/* A final verdict on its way into the outbox. Everything dies with the call. */
struct filed {
	const struct outbox_report *report;
	enum status status;
	enum filed_as as;
	const struct verdict *verdict; /* NULL: plainly accepted */
	/* The report's own; sequence 0 if it took none and had none before. */
	struct outbox_receipt receipt;
	bool training; /* of a training system */
};
/* Called before the report moves; other than 0 stops and is passed up. */
typedef int filed_visit(void *ctx, const struct filed *filed);

struct outbox_send;
/* A message was not an answer to anything outstanding (a late repetition): nothing was done. */
/* … or it speaks of another epoch than the server's WELCOME did: nothing was done either, for our
 * newest receipt must be held against that journal before it is forgotten. Greet again. */
enum { OUTBOX_SEND_LATE = 1, OUTBOX_SEND_STRANGE };

CHECKED int outbox_send_new(struct outbox_send **ret_send);
void outbox_send_free(struct outbox_send *send);
AUTO_DEFINE(outbox_send_free, struct outbox_send *);

/* The server is a training system and the outbox none of one, or the other way round: nothing was
 * done, and nothing may be sent. */
enum { OUTBOX_SEND_OTHER_KIND = 10 };
/* The server's limits from WELCOME, and its epoch (write). OUTBOX_SEND_OTHER_KIND.
 * ret_offered_again: reports that were put back into pending because the epoch is new, or the
 * server asked for them. */
CHECKED int outbox_send_welcome(struct outbox_send *send, const struct ports *ports,
	const struct welcome *welcome, uint64_t *ret_offered_again);
/* Sends what is due: first what is overdue, then what fits into the window (read). */
CHECKED int outbox_send_step(struct outbox_send *send, const struct ports *ports);
/* Files every report of a SUBMIT by its verdict (write). OUTBOX_SEND_LATE or _STRANGE, or
 * ERR_INVALID if the message contradicts itself or the SUBMIT: then nothing has been filed. */
CHECKED int outbox_send_verdicts(struct outbox_send *send, const struct ports *ports,
	uint32_t request, const struct verdicts *verdicts, filed_visit *visit, void *ctx);
/* The server did nothing with a SUBMIT and wants to be left alone for a while. */
CHECKED int outbox_send_busy(struct outbox_send *send, const struct ports *ports, uint32_t request,
	uint32_t retry_after_ms);
/* The server has answered something that was sent at asked: SUBMITs from before that are with it,
 * or lost, so their verdicts are due soon. */
void outbox_send_alive(struct outbox_send *send, struct mono asked, struct mono now);
/* The connection was lost in between: everything outstanding is sent again by the next step. */
void outbox_send_reconnected(struct outbox_send *send);

/* Whether this request number is one of ours that waits for its answer. */
bool outbox_send_waits_for(const struct outbox_send *send, uint32_t request);
size_t outbox_send_outstanding(const struct outbox_send *send);
/* Whether the server has said today that it takes this pending one tomorrow. */
bool outbox_send_put_off(const struct outbox_report *report, int32_t today);
/* Whether nothing is outstanding and nothing is left to send (read). */
CHECKED int outbox_send_done(
	const struct outbox_send *send, const struct ports *ports, bool *ret_done);

#endif
