/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The collector in the world: LMDB behind the core's storage, the DEALER behind its send, the
 * system's clocks behind its time. Each HELLO shows our newest receipt as it is by then, so that
 * the server's journal is held against it again and again. */
#include "collector/session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "collector/cache.h"
#include "collector/session_parts.h"
#include "model/period.h"

enum {
	ROOM_MS = 1000, /* how long a send waits for room before the connection counts as lost */
	LOCK_LOOK_MS = 50,
	LOCK_ANSWERS = 3, /* another run of ours may have the outbox for so many answers' time */
};

static int port_get(void *ctx, unsigned table, struct bytes key, struct bytes *ret_value)
{
	return txn_get(((struct session *)ctx)->txn, table, key, ret_value);
}

static int port_put(void *ctx, unsigned table, struct bytes key, struct bytes value)
{
	return txn_put(((struct session *)ctx)->txn, table, key, value);
}

static int port_del(void *ctx, unsigned table, struct bytes key)
{
	return txn_del(((struct session *)ctx)->txn, table, key);
}

static int port_seek(void *ctx, unsigned table, struct bytes from, struct bytes *ret_key,
	struct bytes *ret_value)
{
	return txn_seek(((struct session *)ctx)->txn, table, from, ret_key, ret_value);
}

static struct wall port_wall(void *ctx)
{
	(void)ctx;
	return clock_wall();
}

static struct mono port_mono(void *ctx)
{
	(void)ctx;
	return clock_mono();
}

/* Once one message could not be handed over, the rest of the step is dropped without waiting. */
static int port_send(void *ctx, struct bytes header, struct bytes payload)
{
	struct session *session = ctx;
	int r;

	if (session->lost)
		return 0;
	r = client_forward(session->client, header, payload, ROOM_MS);
	if (r == CLIENT_FULL)
		session->lost = true;
	return r == CLIENT_FULL ? 0 : err_pass(r);
}

struct ports session_ports(struct session *session)
{
	return (struct ports){
		.ctx = session,
		.wall = port_wall,
		.mono = port_mono,
		.get = port_get,
		.put = port_put,
		.del = port_del,
		.seek = port_seek,
		.send = port_send,
	};
}

int session_read(struct session *session, session_work *work, void *ctx)
{
	AUTO(txn_abort) struct txn *txn = NULL;
	struct ports ports = session_ports(session);
	int r = env_begin_read(session->env, &txn);

	if (r < 0)
		return err_pass(r);
	session->txn = txn;
	r = work(ctx, &ports);
	session->txn = NULL;
	return err_pass(r);
}

int session_write(struct session *session, session_work *work, void *ctx)
{
	AUTO(txn_abort) struct txn *txn = NULL;
	struct ports ports = session_ports(session);
	int r = env_begin_write(session->env, &txn);

	if (r < 0)
		return err_pass(r);
	session->txn = txn;
	r = work(ctx, &ports);
	session->txn = NULL;
	if (r != 0)
		return err_pass(r);
	return err_pass(txn_commit(&txn));
}

/* A clerk's command beside the resident one: each has the outbox for some seconds only. */
static int lock_await(int lock, uint64_t wait_ms)
{
	const struct timespec look = { .tv_nsec = LOCK_LOOK_MS * 1000000L };
	struct mono start = clock_mono();

	while (flock(lock, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK || mono_ms_since(start, clock_mono()) >= (int64_t)wait_ms)
			return -1;
		nanosleep(&look, NULL);
	}
	return 0;
}

static int lock_folder(const char *folder, uint64_t wait_ms, int *ret_lock)
{
	AUTO(buffer_fini) struct buffer path = { 0 };
	int lock, r;

	if (folder[0] == '\0')
		return err_here(ERR_INVALID,
			"the settings name no folder for the outbox; add 'outbox: FOLDER'");
	if (mkdir(folder, 0700) < 0 && errno != EEXIST)
		return err_here(
			ERR_IO, "cannot make the outbox '%s': %s", folder, err_errno(errno));
	if ((r = buffer_format(&path, "%s/collect.lock", folder)) < 0)
		return err_pass(r);
	lock = open((const char *)path.data, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock < 0)
		return err_here(
			ERR_IO, "cannot open '%s': %s", (const char *)path.data, err_errno(errno));
	if (lock_await(lock, wait_ms) < 0) {
		r = err_here(errno == EWOULDBLOCK ? ERR_CONFLICT : ERR_IO,
			"another huibao-collect is at work with the outbox '%s'; wait until it has "
			"ended",
			folder);
		close(lock);
		return r;
	}
	*ret_lock = lock;
	return 0;
}

static int prepare(void *ctx, const struct ports *ports)
{
	int r = outbox_check(ports);

	(void)ctx;
	return r < 0 ? err_pass(r)
		     : err_pass(outbox_expire(ports, day_of_wall_ms(clock_wall().ms)));
}

int session_open_local(const struct client_settings *settings, struct session **ret_session)
{
	AUTO(session_close) struct session *session = calloc(1, sizeof(*session));
	struct env_options options = {
		.path = settings->outbox,
		.map_size_bytes = settings->map_size_bytes,
		.tables = outbox_tables,
		.table_count = OUTBOX_TABLES,
	};
	int r;

	if (!session)
		return err_here(ERR_NOMEM, "cannot allocate a session");
	session->settings = *settings;
	session->lock = -1;
	if ((r = lock_folder(
		     settings->outbox, LOCK_ANSWERS * settings->timeout_ms, &session->lock)) < 0 ||
		(r = env_open(&options, &session->env)) < 0 ||
		(r = session_write(session, prepare, NULL)) < 0)
		return err_pass(r);
	*ret_session = session;
	session = NULL;
	return 0;
}

int session_open(const struct client_settings *settings, struct session **ret_session)
{
	AUTO(session_close) struct session *session = NULL;
	int r = session_open_local(settings, &session);

	if (r < 0 || (r = client_open(settings, settings->ingestd, &session->client)) < 0 ||
		(r = outbox_send_new(&session->send)) < 0)
		return err_pass(r);
	*ret_session = session;
	session = NULL;
	return 0;
}

void session_close(struct session *session)
{
	if (!session)
		return;
	client_close(session->client);
	outbox_send_free(session->send);
	catalog_free(session->catalog);
	buffer_fini(&session->hello);
	env_close(session->env);
	if (session->lock >= 0)
		close(session->lock);
	free(session);
}

/* What the outbox remembers of the server. */
struct memory {
	bool has_catalogue, has_receipt;
	struct digest catalogue;
	struct outbox_receipt receipt;
	bool training;
};

static int remember(void *ctx, const struct ports *ports)
{
	struct memory *memory = ctx;
	int r = outbox_catalogue_get(ports, &memory->catalogue);

	if (r < 0)
		return err_pass(r);
	memory->has_catalogue = r == 0;
	if ((r = outbox_newest_receipt(ports, &memory->receipt)) < 0)
		return err_pass(r);
	memory->has_receipt = r == 0;
	return err_pass(outbox_training_get(ports, &memory->training));
}

static int put_catalogue(void *ctx, const struct ports *ports)
{
	return err_pass(outbox_catalogue_put(ports, ctx));
}

struct welcoming {
	struct session *session;
	const struct welcome *welcome;
};

/* Reports that count must not end in a training system, nor the other way round. */
static int other_kind(struct session *session, bool training)
{
	session->other_kind = true;
	return err_here(ERR_INVALID,
		training
			? "this outbox belongs to a real system, and the server is a training "
			  "system: nothing was sent; give the training an outbox of its own "
			  "('outbox: FOLDER'), or mend 'ingestd'"
			: "this outbox belongs to a training system, and the server is a real one: "
			  "nothing was sent; give the real reports an outbox of their own "
			  "('outbox: FOLDER'), or mend 'ingestd'");
}

static int take_welcome(void *ctx, const struct ports *ports)
{
	struct welcoming *welcoming = ctx;
	uint64_t offered_again = 0;
	int r = outbox_send_welcome(
		welcoming->session->send, ports, welcoming->welcome, &offered_again);

	if (r == OUTBOX_SEND_OTHER_KIND)
		return other_kind(welcoming->session, welcoming->welcome->training);
	welcoming->session->training = welcoming->welcome->training;
	if (r < 0)
		return err_pass(r);
	welcoming->session->offered_again += offered_again;
	return 0;
}

int session_welcome(struct session *session, struct bytes answer, struct welcome *ret_welcome)
{
	struct welcoming welcoming = { .session = session, .welcome = ret_welcome };
	int r = welcome_decode(client_arena(session->client), answer, ret_welcome);

	return r < 0 ? err_pass(r) : err_pass(session_write(session, take_welcome, &welcoming));
}

/* The catalogue in force: from the cache, else from the server and then into the cache. */
static int renew_catalogue(struct session *session, const struct welcome *welcome)
{
	struct digest digest;
	int r = cache_load(session->settings.outbox, &welcome->catalogue, &session->catalog);

	if (r < 0)
		return err_pass(r);
	if (r == CACHE_NONE) {
		if ((r = client_catalog(session->client, &session->catalog)) < 0 ||
			(r = cache_save(session->settings.outbox, session->catalog)) < 0)
			return err_pass(r);
	}
	digest = *catalog_digest(session->catalog);
	return err_pass(session_write(session, put_catalogue, &digest));
}

static int go_offline(struct session *session, const struct memory *memory)
{
	int r;

	session->online = false;
	session->training = memory->training;
	if (session->catalog || !memory->has_catalogue)
		return SESSION_OFFLINE;
	r = cache_load(session->settings.outbox, &memory->catalogue, &session->catalog);
	return r < 0 ? err_pass(r) : SESSION_OFFLINE;
}

int session_recall(struct session *session)
{
	struct memory memory = { 0 };
	int r = session_read(session, remember, &memory);

	return r < 0 ? err_pass(r) : err_pass(go_offline(session, &memory));
}

/* HELLO with what the outbox remembers now. */
static int hello_pack(struct session *session, struct memory *memory)
{
	struct position position = { 0 };
	int r = session_read(session, remember, memory);

	if (r < 0)
		return err_pass(r);
	memcpy(position.epoch, memory->receipt.epoch, sizeof(position.epoch));
	position.sequence = memory->receipt.last_sequence;
	position.chain = memory->receipt.chain;
	return err_pass(client_hello_encode(memory->has_receipt ? &position : NULL,
		memory->has_catalogue ? &memory->catalogue : NULL, memory->training,
		&session->hello));
}

int session_hello(struct session *session)
{
	struct memory memory = { 0 };

	return err_pass(hello_pack(session, &memory));
}

int session_greet(struct session *session)
{
	struct memory memory = { 0 };
	struct welcome welcome;
	struct bytes answer;
	int r = hello_pack(session, &memory);

	if (r < 0)
		return err_pass(r);
	r = client_call(
		session->client, FRAME_HELLO, buffer_view(&session->hello), FRAME_WELCOME, &answer);
	session->differs = r == ERR_CONFLICT;
	if (r == ERR_UNREACHABLE || session->differs)
		return go_offline(session, &memory);
	if (r == ERR_INVALID && client_refused(session->client) == REFUSAL_OTHER_KIND)
		return other_kind(session, !memory.training);
	if (r < 0 || (r = session_welcome(session, answer, &welcome)) < 0)
		return err_pass(r);
	session->online = true;
	r = renew_catalogue(session, &welcome);
	return r == ERR_UNREACHABLE ? go_offline(session, &memory) : err_pass(r);
}
