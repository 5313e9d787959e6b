/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A batch: whatever was decided while the previous one was being flushed. It owns the bytes of its
 * entries and everything needed to answer, so that it can travel between the deciding and the
 * committing thread as a whole. Its answers leave only after its entries are durable, and batches
 * are committed in order: so no answer runs ahead of anything that its decision looked at. */
#ifndef INGESTD_BATCH_H
#define INGESTD_BATCH_H

#include "base/limits.h"
#include "proto/exchange.h"
#include "proto/frame.h"
#include "proto/query.h"
#include "store/entry.h"
#include "wire/endpoint.h"

enum { BATCH_REPLIES_MAX = 256 };

/* An answer to one message. Entries and verdicts are ranges in the batch's arrays. */
struct reply {
	struct peer peer;
	uint32_t request;
	enum frame_type
		type; /* FRAME_VERDICTS, FRAME_COMMAND_RESULT, or any with a ready payload */
	/* FRAME_VERDICTS */
	size_t first_entry, entries;
	uint32_t reports;
	size_t first_verdict, verdicts;
	/* FRAME_COMMAND_RESULT: result.receipt.sequence is set, its chain is filled in after the
	 * flush; result.text lies in the batch */
	struct command_result result;
	/* any other type: in the batch */
	struct bytes payload;
};

struct batch {
	/* owned; all of fixed size */
	struct entry entry[BATCH_REPORTS_MAX];
	size_t entries;
	uint8_t *bytes; /* bodies, findings, texts, ready payloads */
	size_t used, size;
	struct reply *reply;
	size_t replies;
	struct verdict *verdict; /* grows; at most one per report */
	size_t verdicts, verdicts_size;
};

CHECKED int batch_new(struct batch **ret_batch);
void batch_free(struct batch *batch);
AUTO_DEFINE(batch_free, struct batch *);
void batch_reset(struct batch *batch);
bool batch_empty(const struct batch *batch); /* neither entries nor replies */

/* Whether one more message of the largest kind fits whatever it may hold. */
bool batch_has_room(const struct batch *batch);

/* The batch's own copy of bytes. The room was asked for before. */
struct bytes batch_copy(struct batch *batch, struct bytes bytes);
/* A new entry, zeroed; to be filled in by the caller. */
struct entry *batch_entry(struct batch *batch);
/* A new verdict (zeroed but for index), valid until the next call. ERR_NOMEM. */
CHECKED int batch_verdict(struct batch *batch, uint32_t index, struct verdict **ret_verdict);
/* A new reply to the message; its entries and verdicts begin here. */
struct reply *batch_reply(
	struct batch *batch, const struct peer *peer, uint32_t request, enum frame_type type);

#endif
