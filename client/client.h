/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The client library: one connection to ingestd or to the aggregator, as collectors, huibaoctl and
 * integrators in C use it. client_call() is for one question at a time; client_send() and
 * client_recv() are for a window of submissions. One thread. */
#ifndef CLIENT_CLIENT_H
#define CLIENT_CLIENT_H

#include "base/conf.h"
#include "model/catalog.h"
#include "proto/exchange.h"
#include "proto/frame.h"
#include "proto/query.h"
#include "wire/dealer.h"

/* client.yaml, shared by huibao-collect and huibaoctl. */
struct client_settings {
	char ingestd[256];       /* tcp://… or ipc://… */
	char aggregator[256];    /* "" for a pure collector */
	char server_key[128];    /* public: Z85 or an enrolment code */
	char key_file[512];      /* our own pair, mode 0600 */
	char outbox[512];        /* huibao-collect only: folder of its memory */
	uint64_t timeout_ms;     /* for one answer */
	uint64_t map_size_bytes; /* of the outbox */
};
/* Where they are: the given path, else $HUIBAO_CONFIG, else the user's own file, else the
 * machine's. given may be NULL; the path ends in a NUL. */
CHECKED int client_settings_path(const char *given, struct buffer *ret_path);
/* ERR_INVALID: there is no such file, or it is wrong. Paths in the file are taken relative to the
 * file's folder. */
CHECKED int client_settings_load(const char *path, struct client_settings *ret_settings);

/* The table of its settings, for the manual. */
const struct conf_setting *client_settings_table(size_t *ret_count);

struct client;
enum { CLIENT_EMPTY = 1, CLIENT_FULL = 2 };

/* address is one of the two of the settings. Connecting goes on in the background. */
CHECKED int client_open(
	const struct client_settings *settings, const char *address, struct client **ret_client);
void client_close(struct client *client);
AUTO_DEFINE(client_close, struct client *);

/* Sends a message and waits for its answer (same request number; others are dropped). The payload
 * stays valid until the next call. ERR_UNREACHABLE after timeout_ms without one (safe to repeat:
 * every request is idempotent); a REFUSAL becomes an error with the server's text
 * (client_refusal()); BUSY is waited out and repeated until timeout_ms. */
CHECKED int client_call(struct client *client, enum frame_type type, struct bytes payload,
	enum frame_type expected, struct bytes *ret_payload);

/* Asynchronous halves. CLIENT_FULL: no connection or no room within timeout_ms. */
CHECKED int client_send(struct client *client, enum frame_type type, uint32_t request,
	struct bytes payload, int timeout_ms);
/* The same for a message whose header is packed already (proto/frame.h). */
CHECKED int client_forward(
	struct client *client, struct bytes header, struct bytes payload, int timeout_ms);
/* The next well-formed message; others are dropped. CLIENT_EMPTY after timeout_ms. */
CHECKED int client_recv(
	struct client *client, int timeout_ms, struct frame *ret_frame, struct bytes *ret_payload);
/* A REFUSAL as an error with the server's words: ERR_DENIED, ERR_NOT_FOUND, ERR_LIMIT,
 * ERR_CONFLICT (history differs) or ERR_INVALID. */
CHECKED int client_refusal(struct client *client, struct bytes payload);
/* A request number that this connection has not used. */
uint32_t client_request(struct client *client);
/* Memory for decoding answers; reset by each decode. */
struct arena *client_arena(struct client *client);

/* HELLO and WELCOME. receipt and catalogue may be NULL. */
CHECKED int client_hello(struct client *client, const struct position *newest_receipt,
	const struct digest *catalogue, struct welcome *ret_welcome);
/* The packed HELLO, for those who send it themselves. training: the receipt is of a training
 * system. */
CHECKED int client_hello_encode(const struct position *newest_receipt,
	const struct digest *catalogue, bool training, struct buffer *out);
/* Why the last request that was refused was refused; 0: none was. */
enum refusal_code client_refused(const struct client *client);
/* The catalogue in force, piece by piece, checked against its digest. The caller frees it. */
CHECKED int client_catalog(struct client *client, struct catalog **ret_catalog);
/* What is in force and what persons did; it stays valid until the next call. */
CHECKED int client_status(struct client *client, const struct status_request *request,
	struct status_reply *ret_reply);
/* A question; further pages are fetched by asking again with offset. */
CHECKED int client_ask(
	struct client *client, const struct question *question, struct answer *ret_answer);
CHECKED int client_command(
	struct client *client, const struct command *command, struct command_result *ret_result);

#endif
