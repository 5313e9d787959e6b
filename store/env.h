/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * An LMDB environment: the only module that includes lmdb.h. It opens, checks what LMDB does not
 * check, begins and ends transactions, and translates every error once. Two sorts:
 *
 * durable  (journal, outbox)       every commit is flushed before it returns; a failed commit means
 *                                  "outcome unknown" and the program ends.
 * derived  (state, aggregates)     no flush per commit; a marker file beside it says so, and after
 *                                  another boot the folder is deleted unopened and rebuilt. */
#ifndef STORE_ENV_H
#define STORE_ENV_H

#include "base/bytes.h"
#include "base/ports.h"

enum { ENV_TABLES_MAX = 16 };

struct env_options {
	const char *path;          /* folder; made if missing, when writable */
	uint64_t map_size_bytes;   /* the same for every opener */
	const char *const *tables; /* names; their index is the table number */
	size_t table_count;
	bool derived;
	bool read_only; /* a follower: never creates, never writes data */
};

struct env;
struct txn;

/* What env_open found. */
enum { ENV_MADE = 1 }; /* the environment was new (or deleted because it could not be trusted) */

/* 0 or ENV_MADE. ERR_NOT_FOUND for a reader without an environment. One open per process and
 * folder. */
CHECKED int env_open(const struct env_options *options, struct env **ret_env);
/* A clean end: a derived environment is synced and its marker removed. */
void env_close(struct env *env);
AUTO_DEFINE(env_close, struct env *);
/* Flushes a derived environment; on an error it is marked for rebuilding and ERR_IO comes back. */
CHECKED int env_sync(struct env *env);
/* Bytes of the map that were never used yet. Pages that were freed again are not counted. */
uint64_t env_room(const struct env *env);
/* How an environment is used. */
struct env_usage {
	uint64_t used_bytes, room_bytes, map_size_bytes; /* room as env_room() */
	uint32_t readers;                                /* slots with a read transaction open */
	/* how many transactions were committed since the oldest reader began; its pages and all
	 * newer ones cannot be used again */
	uint64_t oldest_lag;
};
CHECKED int env_usage(const struct env *env, struct env_usage *ret_usage);
/* Frees what readers hold that died with a transaction open; ret_dead: how many those were. Any
 * thread may. */
CHECKED int env_forget_dead(struct env *env, unsigned *ret_dead);
/* Whether another file lies in its place by now, or none: this one will never change again. */
bool env_replaced(const struct env *env);
/* Deletes the environment's files; it must not be open. */
CHECKED int env_delete(const char *path);

CHECKED int env_begin_read(struct env *env, struct txn **ret_txn);
/* One writer at a time in all processes; it belongs to this thread until it ends. */
CHECKED int env_begin_write(struct env *env, struct txn **ret_txn);
/* A read transaction again at the newest state, without giving up its slot. */
CHECKED int txn_renew(struct txn *txn);
/* Ends the transaction: *txn is freed and becomes NULL in any case. */
CHECKED int txn_commit(struct txn **txn);
void txn_abort(struct txn *txn);
AUTO_DEFINE(txn_abort, struct txn *);

/* Views stay valid until the next write in this transaction or its end. PORT_NONE: no such key. */
CHECKED int txn_get(struct txn *txn, unsigned table, struct bytes key, struct bytes *ret_value);
CHECKED int txn_put(struct txn *txn, unsigned table, struct bytes key, struct bytes value);
/* Only at the end of the table, and much faster there: keys must rise. Gives room for len bytes to
 * be filled in at once. */
CHECKED int txn_append(
	struct txn *txn, unsigned table, struct bytes key, size_t len, uint8_t **ret_room);
CHECKED int txn_del(struct txn *txn, unsigned table, struct bytes key);
CHECKED int txn_seek(struct txn *txn, unsigned table, struct bytes from, struct bytes *ret_key,
	struct bytes *ret_value);
/* The key after that of the last txn_seek(), txn_next() or txn_last() in the table. For reading
 * only:
 * nothing may be put or deleted in between. */
CHECKED int txn_next(
	struct txn *txn, unsigned table, struct bytes *ret_key, struct bytes *ret_value);
CHECKED int txn_last(
	struct txn *txn, unsigned table, struct bytes *ret_key, struct bytes *ret_value);

/* The table's name; NULL: there are not so many. */
const char *txn_table(const struct txn *txn, unsigned table);

/* Storage functions of base/ports.h over this transaction; the other members are left alone. */
void txn_ports(struct txn *txn, struct ports *ports);

#endif
