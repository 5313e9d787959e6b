/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * LMDB behind our own names. What LMDB leaves to its user is done here once: network file systems
 * are refused, a follower proves that its reader slot is really in the table, a new durable
 * environment is flushed together with its folder, and a derived one carries a marker that tells,
 * after a power loss, that its pages cannot be trusted. */
#include "store/env.h"

#include <errno.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "store/env_folder.h"

enum { READERS_MAX = 64, OPEN_TRIES = 5, OPEN_PAUSE_MS = 50 };

struct env {
	/* set at open, never changed */
	char path[512];
	bool derived, read_only;
	const char *const *tables; /* borrowed: static names */
	size_t table_count;
	MDB_dbi dbi[ENV_TABLES_MAX];
	/* owned */
	MDB_env *mdb;
};

struct txn {
	struct env *env;                    /* borrowed */
	MDB_txn *mdb;                       /* NULL once ended */
	MDB_cursor *cursor[ENV_TABLES_MAX]; /* opened at first use */
	bool write;
};

/* The one translation of LMDB's errors. Out of space may come as EIO, so neither is told apart. */
static int env_fault(int rc, const char *what, const char *where)
{
	enum err code = ERR_IO;

	if (rc == ENOMEM)
		code = ERR_NOMEM;
	else if (rc == MDB_MAP_FULL || rc == MDB_TXN_FULL || rc == MDB_READERS_FULL)
		code = ERR_LIMIT;
	else if (rc == MDB_CORRUPTED || rc == MDB_PAGE_NOTFOUND || rc == MDB_INVALID ||
		 rc == MDB_VERSION_MISMATCH)
		code = ERR_CORRUPT;
	else if (rc == ENOENT)
		code = ERR_NOT_FOUND;
	return err_here(code, "cannot %s '%s': %s", what, where, mdb_strerror(rc));
}

/* A reader that is not in the table is not seen by the writer, which then reuses its pages. */
static int reader_line(const char *line, void *ctx)
{
	char *seen = ctx;
	long pid = strtol(line, NULL, 10);

	if (pid == (long)getpid())
		*seen = 1;
	return 0;
}

static int reader_slot_check(const struct env *env, MDB_txn *txn)
{
	char seen = 0;

	(void)txn; /* held open by the caller so that the slot is taken */
	if (mdb_reader_list(env->mdb, reader_line, &seen) < 0 || !seen)
		return err_here(
			ERR_IO, "'%s' does not show this process in its reader table", env->path);
	return 0;
}

static int tables_open(struct env *env)
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(env->mdb, NULL, env->read_only ? MDB_RDONLY : 0, &txn), r = 0;

	if (rc != MDB_SUCCESS)
		return env_fault(rc, "begin in", env->path);
	for (size_t i = 0; rc == MDB_SUCCESS && i < env->table_count; i++)
		rc = mdb_dbi_open(
			txn, env->tables[i], env->read_only ? 0 : MDB_CREATE, &env->dbi[i]);
	if (rc == MDB_SUCCESS && env->read_only)
		r = reader_slot_check(env, txn);
	if (rc != MDB_SUCCESS || r < 0) {
		mdb_txn_abort(txn);
		if (rc == MDB_NOTFOUND)
			return err_here(ERR_NOT_FOUND, "'%s' has no tables yet", env->path);
		return r < 0 ? err_pass(r) : env_fault(rc, "open the tables of", env->path);
	}
	rc = mdb_txn_commit(txn);
	return rc == MDB_SUCCESS ? 0 : env_fault(rc, "open the tables of", env->path);
}

static int handle_open(struct env *env, uint64_t map_size_bytes)
{
	unsigned flags =
		MDB_NOTLS | (env->derived ? MDB_NOSYNC : 0) | (env->read_only ? MDB_RDONLY : 0);
	int rc = 0, dead;

	for (int try = 0; try < OPEN_TRIES; try++) {
		if ((rc = mdb_env_create(&env->mdb)) != MDB_SUCCESS)
			return env_fault(rc, "create a handle for", env->path);
		if ((rc = mdb_env_set_mapsize(env->mdb, map_size_bytes)) == MDB_SUCCESS &&
			(rc = mdb_env_set_maxdbs(env->mdb, ENV_TABLES_MAX)) == MDB_SUCCESS &&
			(rc = mdb_env_set_maxreaders(env->mdb, READERS_MAX)) == MDB_SUCCESS)
			rc = mdb_env_open(env->mdb, env->path, flags, 0640);
		if (rc == MDB_SUCCESS)
			break;
		mdb_env_close(env->mdb);
		env->mdb = NULL;
		/* Two processes that open at the same moment can disturb each other. */
		nanosleep(&(struct timespec){ .tv_nsec = OPEN_PAUSE_MS * 1000000L }, NULL);
	}
	if (rc != MDB_SUCCESS)
		return env_fault(rc, "open", env->path);
	mdb_reader_check(env->mdb, &dead);
	return err_pass(tables_open(env));
}

/* LMDB flushes neither the folder nor its parent: after a power loss a new one could be gone. */
static int new_flush(const struct env *env)
{
	int rc = mdb_env_sync(env->mdb, 1);

	if (rc != MDB_SUCCESS)
		return env_fault(rc, "flush", env->path);
	return err_pass(env_folder_flush(env->path));
}

int env_open(const struct env_options *options, struct env **ret_env)
{
	AUTO(env_close) struct env *env = calloc(1, sizeof(*env));
	bool made = false;
	int r;

	ensure(options->table_count <= ENV_TABLES_MAX);
	if (!env)
		return err_here(ERR_NOMEM, "cannot allocate a store handle");
	if (snprintf(env->path, sizeof(env->path), "%s", options->path) >=
		(int)sizeof(env->path) - 16)
		return err_here(ERR_LIMIT, "path '%s' is too long", options->path);
	env->derived = options->derived;
	env->read_only = options->read_only;
	env->tables = options->tables;
	env->table_count = options->table_count;
	if ((r = env_folder_prepare(env->path, env->derived, env->read_only, &made)) < 0 ||
		(r = handle_open(env, options->map_size_bytes)) < 0)
		return err_pass(r);
	if (!env->read_only && (r = env_folder_share_lock(env->path)) < 0)
		return err_pass(r);
	if (made && !env->derived && (r = new_flush(env)) < 0)
		return err_pass(r);
	*ret_env = env;
	env = NULL;
	return made ? ENV_MADE : 0;
}

int env_sync(struct env *env)
{
	int rc = mdb_env_sync(env->mdb, 1);

	if (rc == MDB_SUCCESS)
		return 0;
	if (env->derived && env_folder_mark_rebuild(env->path) < 0)
		return err_here(ERR_IO, "cannot flush '%s' nor mark it for rebuilding", env->path);
	return env_fault(rc, "flush", env->path);
}

uint64_t env_room(const struct env *env)
{
	MDB_envinfo info;
	MDB_stat stat;
	uint64_t used;

	ensure(mdb_env_info(env->mdb, &info) == MDB_SUCCESS);
	ensure(mdb_env_stat(env->mdb, &stat) == MDB_SUCCESS);
	used = ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize;
	return used < info.me_mapsize ? info.me_mapsize - used : 0;
}

struct reader_list {
	uint64_t newest; /* transaction */
	struct env_usage *usage;
};

/* "   4711 7f03c0a01740 1234": process, thread, transaction ("-": none open). */
static int reader_count(const char *line, void *ctx)
{
	struct reader_list *list = ctx;
	unsigned long long txn;

	if (sscanf(line, "%*d %*x %llu", &txn) != 1)
		return 0;
	list->usage->readers++;
	if (txn < list->newest && list->newest - txn > list->usage->oldest_lag)
		list->usage->oldest_lag = list->newest - txn;
	return 0;
}

int env_usage(const struct env *env, struct env_usage *ret_usage)
{
	struct env_usage usage = { .room_bytes = env_room(env) };
	struct reader_list list = { .usage = &usage };
	MDB_envinfo info;
	int rc = mdb_env_info(env->mdb, &info);

	if (rc != MDB_SUCCESS)
		return env_fault(rc, "ask how full it is:", env->path);
	usage.map_size_bytes = info.me_mapsize;
	usage.used_bytes = usage.map_size_bytes - usage.room_bytes;
	list.newest = info.me_last_txnid;
	if (mdb_reader_list(env->mdb, reader_count, &list) < 0)
		return err_here(ERR_IO, "cannot list the readers of '%s'", env->path);
	*ret_usage = usage;
	return 0;
}

int env_forget_dead(struct env *env, unsigned *ret_dead)
{
	int dead = 0, rc = mdb_reader_check(env->mdb, &dead);

	if (rc != MDB_SUCCESS)
		return env_fault(rc, "look for dead readers of", env->path);
	*ret_dead = (unsigned)dead;
	return 0;
}

bool env_replaced(const struct env *env)
{
	struct stat ours, there;
	char path[sizeof(env->path) + 16];
	int fd;

	snprintf(path, sizeof(path), "%s/data.mdb", env->path);
	ensure(mdb_env_get_fd(env->mdb, &fd) == MDB_SUCCESS);
	return fstat(fd, &ours) == 0 && (stat(path, &there) != 0 || ours.st_ino != there.st_ino ||
						ours.st_dev != there.st_dev);
}

void env_close(struct env *env)
{
	bool clean;

	if (!env)
		return;
	if (env->mdb) {
		clean = env->derived && !env->read_only && mdb_env_sync(env->mdb, 1) == MDB_SUCCESS;
		mdb_env_close(env->mdb);
		if (clean)
			env_folder_mark_clean(env->path);
	}
	free(env);
}

static int txn_new(struct env *env, bool write, struct txn **ret_txn)
{
	struct txn *txn = calloc(1, sizeof(*txn));
	int rc;

	if (!txn)
		return err_here(ERR_NOMEM, "cannot allocate a transaction");
	txn->env = env;
	txn->write = write;
	rc = mdb_txn_begin(env->mdb, NULL, write ? 0 : MDB_RDONLY, &txn->mdb);
	if (rc != MDB_SUCCESS) {
		free(txn);
		return env_fault(rc, "begin a transaction in", env->path);
	}
	*ret_txn = txn;
	return 0;
}

int env_begin_read(struct env *env, struct txn **ret_txn)
{
	return err_pass(txn_new(env, false, ret_txn));
}

int env_begin_write(struct env *env, struct txn **ret_txn)
{
	ensure(!env->read_only);
	return err_pass(txn_new(env, true, ret_txn));
}

static void cursors_close(struct txn *txn)
{
	for (size_t i = 0; i < txn->env->table_count; i++) {
		if (txn->cursor[i])
			mdb_cursor_close(txn->cursor[i]);
		txn->cursor[i] = NULL;
	}
}

int txn_renew(struct txn *txn)
{
	int rc;

	ensure(!txn->write);
	cursors_close(txn);
	mdb_txn_reset(txn->mdb);
	rc = mdb_txn_renew(txn->mdb);
	return rc == MDB_SUCCESS ? 0 : env_fault(rc, "renew a reader of", txn->env->path);
}

int txn_commit(struct txn **txn)
{
	struct env *env = (*txn)->env;
	int rc;

	cursors_close(*txn);
	rc = mdb_txn_commit((*txn)->mdb); /* frees the transaction also when it fails */
	free(*txn);
	*txn = NULL;
	return rc == MDB_SUCCESS ? 0 : env_fault(rc, "commit to", env->path);
}

void txn_abort(struct txn *txn)
{
	if (!txn)
		return;
	cursors_close(txn);
	mdb_txn_abort(txn->mdb);
	free(txn);
}

static MDB_val val_of(struct bytes bytes)
{
	return (MDB_val){ .mv_size = bytes.len, .mv_data = (void *)(uintptr_t)bytes.data };
}

int txn_get(struct txn *txn, unsigned table, struct bytes key, struct bytes *ret_value)
{
	MDB_val k = val_of(key), v;
	int rc = mdb_get(txn->mdb, txn->env->dbi[table], &k, &v);

	if (rc == MDB_NOTFOUND)
		return PORT_NONE;
	if (rc != MDB_SUCCESS)
		return env_fault(rc, "read from", txn->env->path);
	*ret_value = bytes_of(v.mv_data, v.mv_size);
	return 0;
}

int txn_put(struct txn *txn, unsigned table, struct bytes key, struct bytes value)
{
	MDB_val k = val_of(key), v = val_of(value);
	int rc = mdb_put(txn->mdb, txn->env->dbi[table], &k, &v, 0);

	return rc == MDB_SUCCESS ? 0 : env_fault(rc, "write to", txn->env->path);
}

int txn_append(struct txn *txn, unsigned table, struct bytes key, size_t len, uint8_t **ret_room)
{
	MDB_val k = val_of(key), v = { .mv_size = len };
	int rc = mdb_put(txn->mdb, txn->env->dbi[table], &k, &v, MDB_APPEND | MDB_RESERVE);

	if (rc == MDB_KEYEXIST)
		return err_here(ERR_BUG, "an appended key does not rise in '%s'", txn->env->path);
	if (rc != MDB_SUCCESS)
		return env_fault(rc, "append to", txn->env->path);
	*ret_room = v.mv_data;
	return 0;
}

int txn_del(struct txn *txn, unsigned table, struct bytes key)
{
	MDB_val k = val_of(key);
	int rc = mdb_del(txn->mdb, txn->env->dbi[table], &k, NULL);

	return rc == MDB_SUCCESS || rc == MDB_NOTFOUND
		       ? 0
		       : env_fault(rc, "delete from", txn->env->path);
}

static int cursor_get(struct txn *txn, unsigned table, MDB_val *key, MDB_cursor_op op,
	struct bytes *ret_key, struct bytes *ret_value)
{
	MDB_val value;
	int rc = MDB_SUCCESS;

	if (!txn->cursor[table])
		rc = mdb_cursor_open(txn->mdb, txn->env->dbi[table], &txn->cursor[table]);
	if (rc == MDB_SUCCESS)
		rc = mdb_cursor_get(txn->cursor[table], key, &value, op);
	if (rc == MDB_NOTFOUND)
		return PORT_NONE;
	if (rc != MDB_SUCCESS)
		return env_fault(rc, "read from", txn->env->path);
	*ret_key = bytes_of(key->mv_data, key->mv_size);
	*ret_value = bytes_of(value.mv_data, value.mv_size);
	return 0;
}

int txn_seek(struct txn *txn, unsigned table, struct bytes from, struct bytes *ret_key,
	struct bytes *ret_value)
{
	MDB_val key = val_of(from);

	if (from.len == 0) /* LMDB knows no empty key */
		return err_pass(cursor_get(txn, table, &key, MDB_FIRST, ret_key, ret_value));
	return err_pass(cursor_get(txn, table, &key, MDB_SET_RANGE, ret_key, ret_value));
}

int txn_next(struct txn *txn, unsigned table, struct bytes *ret_key, struct bytes *ret_value)
{
	MDB_val key = { 0 };

	ensure(txn->cursor[table]);
	return err_pass(cursor_get(txn, table, &key, MDB_NEXT, ret_key, ret_value));
}

int txn_last(struct txn *txn, unsigned table, struct bytes *ret_key, struct bytes *ret_value)
{
	MDB_val key = { 0 };

	return err_pass(cursor_get(txn, table, &key, MDB_LAST, ret_key, ret_value));
}

const char *txn_table(const struct txn *txn, unsigned table)
{
	return table < txn->env->table_count ? txn->env->tables[table] : NULL;
}

static int port_get(void *ctx, unsigned table, struct bytes key, struct bytes *ret_value)
{
	return txn_get(ctx, table, key, ret_value);
}

static int port_put(void *ctx, unsigned table, struct bytes key, struct bytes value)
{
	return txn_put(ctx, table, key, value);
}

static int port_del(void *ctx, unsigned table, struct bytes key)
{
	return txn_del(ctx, table, key);
}

static int port_seek(void *ctx, unsigned table, struct bytes from, struct bytes *ret_key,
	struct bytes *ret_value)
{
	return txn_seek(ctx, table, from, ret_key, ret_value);
}

void txn_ports(struct txn *txn, struct ports *ports)
{
	ports->ctx = txn;
	ports->get = port_get;
	ports->put = port_put;
	ports->del = port_del;
	ports->seek = port_seek;
}
