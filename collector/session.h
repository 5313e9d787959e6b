/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A run of the collector: the outbox on disk, the connection, the catalogue, and the loop that lets
 * the core (collector/outbox_send.h) do its work until everything has a final verdict. */
#ifndef COLLECTOR_SESSION_H
#define COLLECTOR_SESSION_H

#include "client/client.h"
#include "collector/outbox_send.h"
#include "store/env.h"

struct session {
	/* set at start, never changed */
	struct client_settings settings;
	/* owned; released by session_close() */
	int lock; /* held as long as the outbox is open; -1: none */
	struct env *env;
	struct client *client;
	struct outbox_send *send;
	struct catalog *catalog; /* NULL: never connected yet */
	struct buffer hello;
	/* set by session_greet and session_drive */
	bool online;
	bool training;   /* the server seen last is a training system */
	bool other_kind; /* the server is of the other kind than the outbox: a setting is wrong */
	bool differs;    /* the server's history is not that of our receipts: it takes nothing */
	uint64_t offered_again; /* reports sent once more: the server has lost them, or may have */
	/* asked at every turn of session_drive, which ends early by it; NULL: never */
	bool (*stopping)(void *ctx);
	void *stopping_ctx;
	/* of the transaction that is open, and the connection as the loop sees it */
	struct txn *txn;
	bool lost; /* a message could not be handed over: greet again */
	uint32_t probe;
	struct mono probed, heard, progressed;
};

enum { SESSION_OFFLINE = 1, SESSION_STOPPED };

/* Opens the outbox and starts to connect. Another huibao-collect at work is waited for, three
 * times as long as for an answer; then ERR_CONFLICT. */
CHECKED int session_open(const struct client_settings *settings, struct session **ret_session);
/* The same without a connection: neither greet nor drive it. */
CHECKED int session_open_local(
	const struct client_settings *settings, struct session **ret_session);
/* The catalogue last seen, without a network. SESSION_OFFLINE; session->catalog may stay NULL. */
CHECKED int session_recall(struct session *session);
void session_close(struct session *session);
AUTO_DEFINE(session_close, struct session *);

/* HELLO, WELCOME and the catalogue in force (from the folder of the outbox if it is there already).
 * SESSION_OFFLINE: no server, or one that takes nothing from us (differs); the catalogue last seen
 * is used, if there is one. */
CHECKED int session_greet(struct session *session);

/* Work inside one transaction on the outbox; writing ones are committed (and flushed) if work gives
 * 0. */
typedef int session_work(void *ctx, const struct ports *ports);
CHECKED int session_read(struct session *session, session_work *work, void *ctx);
CHECKED int session_write(struct session *session, session_work *work, void *ctx);

/* Sends until nothing is pending. SESSION_OFFLINE: the server was silent for timeout-ms, did not
 * get on for a minute, or takes nothing from us (differs); SESSION_STOPPED: stopping() said so.
 * What has no verdict stays queued. */
CHECKED int session_drive(struct session *session, filed_visit *visit, void *ctx);

#endif
