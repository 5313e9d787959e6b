/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the server's files share: opening and the loop (server.c), messages in (receive.c), answers
 * out (answer.c), the catalogue (adopt.c). For nobody else. */
#ifndef INGESTD_SERVER_PARTS_H
#define INGESTD_SERVER_PARTS_H

#include "ingestd/commit.h"
#include "ingestd/decide.h"
#include "ingestd/index.h"
#include "ingestd/server.h"
#include "store/hint.h"
#include "wire/loop.h"

enum { VERIFIES_MAX = 8, BUSY_RETRY_MS = 200 };

/* A message that waits for a verification to end. */
struct waiting {
	struct peer peer;
	uint32_t request;
};

struct server {
	const struct settings *settings; /* borrowed */
	/* owned, in the order of opening */
	struct journal *journal;
	struct hint *hint; /* how far the aggregator has come */
	struct env *state;
	struct txn *reader;   /* the decider's view of state */
	struct ports storage; /* reader's */
	struct ports ports;   /* deciding's: storage, the journal's bodies, the system's clock */
	struct buffer body;   /* of the entry that deciding asked for last */
	struct decide *decide;
	struct commit *commit;
	struct index *index;
	struct wire_context *context;
	struct auth *auth;
	struct endpoint *endpoint;
	struct loop *loop;
	struct arena *arena;
	/* batches: one is filled, the other is being flushed or free */
	struct batch *batches[2];
	struct batch *filling, *spare; /* spare NULL: with the committer */
	/* position */
	struct journal_head durable; /* chain as of the last batch with entries */
	uint64_t reader_at;          /* sequence that reader sees */
	struct mono received_at;     /* when messages were last taken */
	/* waiting and counted */
	struct waiting verify[VERIFIES_MAX];
	size_t verifies;
	uint64_t refused_messages, dropped_messages;
	bool disk_low;
};

/* Receives one message and does what it asks. ENDPOINT_EMPTY: there was none. */
CHECKED int receive_one(struct server *server);

/* Sends the batch's answers; its entries are durable. */
CHECKED int answer_batch(struct server *server, struct batch *batch);
CHECKED int answer_now(struct server *server, const struct peer *peer, uint32_t request,
	enum frame_type type, struct bytes payload);
CHECKED int answer_busy(
	struct server *server, const struct peer *peer, uint32_t request, enum busy_reason reason);
CHECKED int answer_refusal(struct server *server, const struct peer *peer, uint32_t request,
	enum refusal_code code, const char *text);
/* A question to ingestd; the reply waits in the batch like every other. */
CHECKED int answer_question(struct server *server, const struct peer *peer, uint32_t request,
	const struct question *question);
/* A verification has ended: everybody who waits for it is answered. */
CHECKED int answer_verified(struct server *server);

/* At start: the catalogue in force (from the state, else the folder's becomes the first entry), and
 * how many entries of today were rejected before. */
CHECKED int adopt_at_start(struct server *server);
/* The folder's catalogue becomes an entry if it differs from the one in force and may follow it;
 * the filling batch must be empty. A catalogue that may not is logged, and the one in force
 * stays. */
CHECKED int adopt_folder(struct server *server);

#endif
