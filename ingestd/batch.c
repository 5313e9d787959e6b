/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Fixed arrays, reset and used again; only the verdicts grow, because most reports need none. Views
 * into bytes stay valid because the region never moves. */
#include "ingestd/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"

/* A message brings at most its payload in bodies, findings for each report, and one answer. */
enum { MESSAGE_BYTES_MAX = 2 * PAYLOAD_BYTES_MAX + SUBMIT_REPORTS_MAX * FINDINGS_BYTES_MAX };

int batch_new(struct batch **ret_batch)
{
	AUTO(batch_free) struct batch *batch = calloc(1, sizeof(*batch));

	if (!batch)
		return err_here(ERR_NOMEM, "cannot allocate a batch");
	batch->size = BATCH_BYTES_MAX + MESSAGE_BYTES_MAX;
	batch->bytes = malloc(batch->size);
	batch->reply = calloc(BATCH_REPLIES_MAX, sizeof(*batch->reply));
	if (!batch->bytes || !batch->reply)
		return err_here(ERR_NOMEM, "cannot allocate a batch of %zu bytes", batch->size);
	*ret_batch = batch;
	batch = NULL;
	return 0;
}

void batch_free(struct batch *batch)
{
	if (!batch)
		return;
	free(batch->bytes);
	free(batch->reply);
	free(batch->verdict);
	free(batch);
}

void batch_reset(struct batch *batch)
{
	batch->entries = batch->used = batch->replies = batch->verdicts = 0;
}

bool batch_empty(const struct batch *batch)
{
	return batch->entries == 0 && batch->replies == 0;
}

bool batch_has_room(const struct batch *batch)
{
	return batch->entries + 2 * (size_t)SUBMIT_REPORTS_MAX <= BATCH_REPORTS_MAX &&
	       batch->verdicts + SUBMIT_REPORTS_MAX <= BATCH_REPORTS_MAX &&
	       batch->used <= BATCH_BYTES_MAX && batch->replies < BATCH_REPLIES_MAX;
}

struct bytes batch_copy(struct batch *batch, struct bytes bytes)
{
	uint8_t *copy = batch->bytes + batch->used;

	ensure(bytes.len <= batch->size - batch->used);
	if (bytes.len > 0)
		memcpy(copy, bytes.data, bytes.len);
	batch->used += bytes.len;
	return bytes_of(copy, bytes.len);
}

struct entry *batch_entry(struct batch *batch)
{
	struct entry *entry = &batch->entry[batch->entries];

	ensure(batch->entries < BATCH_REPORTS_MAX);
	batch->entries++;
	*entry = (struct entry){ 0 };
	return entry;
}

int batch_verdict(struct batch *batch, uint32_t index, struct verdict **ret_verdict)
{
	if (batch->verdicts == batch->verdicts_size) {
		size_t size = batch->verdicts_size ? 2 * batch->verdicts_size : 64;
		struct verdict *grown = realloc(batch->verdict, size * sizeof(*grown));

		if (!grown)
			return err_here(ERR_NOMEM, "cannot hold %zu verdicts", size);
		batch->verdict = grown;
		batch->verdicts_size = size;
	}
	*ret_verdict = &batch->verdict[batch->verdicts++];
	**ret_verdict = (struct verdict){ .index = index };
	return 0;
}

struct reply *batch_reply(
	struct batch *batch, const struct peer *peer, uint32_t request, enum frame_type type)
{
	struct reply *reply = &batch->reply[batch->replies];

	ensure(batch->replies < BATCH_REPLIES_MAX);
	batch->replies++;
	memset(reply, 0, offsetof(struct reply, payload) + sizeof(reply->payload));
	reply->peer = *peer;
	reply->request = request;
	reply->type = type;
	reply->first_entry = batch->entries;
	reply->first_verdict = batch->verdicts;
	return reply;
}
