/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the server's files share: opening and closing (open.c), the loop (server.c), who may send
 * how much (admit.c), messages in (receive.c), answers out (answer.c), the catalogue (adopt.c), the
 * disk (room.c). For nobody else. */
#ifndef INGESTD_SERVER_PARTS_H
#define INGESTD_SERVER_PARTS_H

#include "base/watchdog.h"
#include "ingestd/commit.h"
#include "ingestd/decide.h"
#include "ingestd/inbox.h"
#include "ingestd/index.h"
#include "ingestd/observe.h"
#include "ingestd/quarantine.h"
#include "ingestd/server.h"
#include "store/hint.h"
#include "wire/loop.h"

enum {
	VERIFIES_MAX = 8,
	BUSY_RETRY_MS = 200,
	/* of a sender beyond his own limit: several programs of one key that do as they are told
	 * stay far from OVER_LIMIT_PER_SECOND_MAX */
	SENDER_RETRY_MS = 1000,
	BUSY_REASONS = BUSY_SENDER_LIMIT + 1,
	LAST_WORD_MS = 200
};

/* A message that waits for a verification to end. */
struct waiting {
	struct peer peer;
	uint32_t request;
};

struct server {
	struct settings *settings; /* borrowed; some change at SIGHUP */
	const char *config;        /* their file */
	char state_path[440];
	struct index_place place;
	int hold; /* owned: the data folder's lock; -1 */
	/* owned, in the order of opening */
	struct journal *journal;
	struct hint *hint; /* how far the aggregator has come */
	struct env *state;
	struct txn *reader;     /* the decider's view of state */
	struct ports storage;   /* reader's */
	struct ports ports;     /* deciding's: storage, the journal's bodies, the system's clock */
	struct buffer body;     /* of the entry that deciding asked for last */
	struct registry *early; /* keys, while there is no state to decide by; else NULL */
	int32_t early_today;
	struct decide *decide;
	struct commit *commit;
	struct index *index;
	struct wire_context *context;
	struct auth *auth;
	struct endpoint *endpoint;
	struct loop *loop;
	struct arena *arena;
	struct watchdog watchdog; /* the service manager's watchdog */
	struct inbox *inbox;
	struct quarantine *quarantine;
	/* batches: one is filled, the other is being flushed or free */
	struct batch *batches[2];
	struct batch *filling, *spare; /* spare NULL: with the committer */
	/* position */
	struct journal_head durable; /* chain as of the last batch with entries */
	uint64_t reader_at;          /* sequence that reader sees */
	uint64_t durable_received;   /* when the newest durable entry came, wall ms; 0: unknown */
	struct mono received_at;     /* when messages were last taken */
	/* waiting and counted */
	struct waiting verify[VERIFIES_MAX];
	size_t verifies;
	uint64_t refused_messages, dropped_messages, over_limit_messages;
	uint64_t busy[BUSY_REASONS]; /* messages told to come back, by enum busy_reason */
	/* the newest receipt that agreed with the journal since the start, and when it came */
	struct wall witnessed_at;
	uint64_t witnessed_sequence; /* 0: none yet */
	bool disk_low;
	struct mono forgot_at; /* dead readers of the journal */
	/* looked at by observe.h */
	struct wall started;
	struct observed observed;
};

/* Journal, state, deciding and the threads; first_operator: a key to begin with, or NULL. What
 * fills the first batch is not durable yet. 0 or ROOM_STOPPED. */
CHECKED int server_open_store(struct server *server, const char *first_operator);
/* The endpoint, if room_await() has not opened it, and what the loop waits for. */
CHECKED int server_open_wire(struct server *server);
/* Everything that was opened, however far that went. */
void server_close(struct server *server);
/* Opens the endpoint; senders are known by decide's registry, or by the early one. */
CHECKED int server_listen(struct server *server);

/* Refuses reports below the last floor, and takes them again. */
void room_look(struct server *server);
/* Tells everybody BUSY until there is room for the state, and opens it. */
enum { ROOM_STOPPED = 3 }; /* a signal came first */
CHECKED int room_await(struct server *server);

/* How long before a key's last day it is time to replace it. */
enum { KEY_WARN_DAYS = 30 };
/* The registry's keys today. ending: within thirty days. replaced: ending or ended, but its holder
 * has another one that lasts. */
struct key_states {
	uint32_t valid, ending, ended, revoked, replaced;
};
struct key_states server_key_states(const struct server *server);
/* Valid for more than KEY_WARN_DAYS. */
bool key_lasts(const struct key *key, int32_t day);

/* Takes what came in, or some of it, into the inbox; senders who go too far are told so, or cut
 * off. */
CHECKED int admit_some(struct server *server);
/* Who may come in: an auth_lookup whose ctx is the server. */
uint32_t admit_key(void *ctx, const uint8_t public_key[32]);

/* Takes one message out of the inbox and does what it asks. INBOX_EMPTY: there was none. */
CHECKED int receive_one(struct server *server);

/* Sends the batch's answers; its entries are durable. */
CHECKED int answer_batch(struct server *server, struct batch *batch);
CHECKED int answer_now(struct server *server, const struct peer *peer, uint32_t request,
	enum frame_type type, struct bytes payload);
CHECKED int answer_busy(
	struct server *server, const struct peer *peer, uint32_t request, enum busy_reason reason);
CHECKED int answer_refusal(struct server *server, const struct peer *peer, uint32_t request,
	enum refusal_code code, const char *text);
/* The keys that actor may see, those of that name, number or public half only if name is not
 * empty. */
CHECKED int key_list(const struct decide *decide, uint32_t actor, struct bytes name,
	struct answer_builder *answer);
/* A question to ingestd; the reply waits in the batch like every other. */
CHECKED int answer_question(struct server *server, const struct peer *peer, uint32_t request,
	const struct question *question);
/* A verification has ended: everybody who waits for it is answered. */
CHECKED int answer_verified(struct server *server);

/* What the sender of a HELLO remembers, held against the journal. WITNESS_REFUSED: the key is under
 * suspicion, now or already, and the refusal waits in the batch. ret_lacks: there are reports with
 * receipts that this journal does not have. */
enum { WITNESS_REFUSED = 1 };
CHECKED int witness_hear(struct server *server, const struct peer *peer, uint32_t request,
	const struct key *key, const struct hello *hello, bool *ret_lacks);
/* The same for whatever else the key sends: nothing of it is taken until somebody decides. */
CHECKED int witness_bar(
	struct server *server, const struct peer *peer, uint32_t request, const struct key *key);
/* The question `history list`. */
CHECKED int witness_list(struct server *server, struct answer_builder *answer);

/* At start: the catalogue in force (from the state, else the folder's becomes the first entry), and
 * how many entries of today were rejected before. */
CHECKED int adopt_at_start(struct server *server);
/* The folder's catalogue becomes an entry if it differs from the one in force and may follow it;
 * the filling batch must be empty. A catalogue that may not is logged, and the one in force
 * stays. */
CHECKED int adopt_folder(struct server *server);

#endif
