/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Opening in one order, closing in the other: what is stored, then what decides on it, the threads,
 * and last the wire, so that nobody is heard before he can be answered. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/fd.h"
#include "base/log.h"
#include "ingestd/server_parts.h"
#include "store/env_folder.h"

static struct wall port_wall(void *ctx)
{
	(void)ctx;
	return clock_wall();
}

static int port_get(void *ctx, unsigned table, struct bytes key, struct bytes *ret_value)
{
	const struct ports *storage = &((struct server *)ctx)->storage;

	return err_pass(storage->get(storage->ctx, table, key, ret_value));
}

static int port_seek(void *ctx, unsigned table, struct bytes from, struct bytes *ret_key,
	struct bytes *ret_value)
{
	const struct ports *storage = &((struct server *)ctx)->storage;

	return err_pass(storage->seek(storage->ctx, table, from, ret_key, ret_value));
}

/* What the journal shows to a reader has been flushed. */
static int port_body(void *ctx, uint64_t sequence, struct bytes *ret_body)
{
	struct server *server = ctx;
	struct entry entry;
	int r = journal_get(server->journal, sequence, &server->body, &entry);

	if (r != 0)
		return err_pass(r);
	*ret_body = entry.body;
	return 0;
}

/* What a journal is, is said once. A training system that lost its mark would hand out invented
 * figures as true ones, and a real one that got it would be disbelieved. */
static int journal_kind_check(const struct server *server)
{
	const bool training = server->settings->training;

	if (journal_training(server->journal) == training)
		return 0;
	return err_here(ERR_INVALID,
		training ? "the journal in '%s' is that of a real system, and the settings say "
			   "'training: true'; a training system needs a data-dir of its own"
			 : "the journal in '%s' is that of a training system, and the settings do "
			   "not say 'training: true'; a real system needs a data-dir of its own",
		server->settings->data_dir);
}

static int journal_and_state_open(struct server *server)
{
	const struct settings *settings = server->settings;
	char journal_path[440];
	uint8_t epoch[EPOCH_BYTES];
	int r;

	snprintf(journal_path, sizeof(journal_path), "%s/journal", settings->data_dir);
	snprintf(server->state_path, sizeof(server->state_path), "%s/state", settings->data_dir);
	server->place = (struct index_place){ .path = server->state_path,
		.map_size_bytes = settings->map_size_bytes,
		.data_dir = settings->data_dir,
		.floors = settings->floors };
	if (mkdir(settings->data_dir, 0750) != 0 && errno != EEXIST)
		return err_here(ERR_IO, "cannot make folder '%s': %s", settings->data_dir,
			err_errno(errno));
	if (getrandom(epoch, sizeof(epoch), 0) != (ssize_t)sizeof(epoch))
		return err_here(ERR_IO, "the system gives no randomness");
	if ((r = env_folder_hold(settings->data_dir, &server->hold)) < 0 ||
		(r = (settings->training ? journal_open_training : journal_open)(
			 journal_path, settings->map_size_bytes, epoch, &server->journal)) < 0 ||
		(r = journal_kind_check(server)) < 0 ||
		(r = journal_head(server->journal, &server->durable)) < 0 ||
		(r = hint_open_appender(journal_path, &server->hint)) < 0)
		return err_pass(r);
	r = index_open_state(&server->place, server->journal, NULL, &server->state);
	if (r == INDEX_NO_ROOM)
		r = server->config ? room_await(server)
				   : err_here(ERR_LIMIT, "the disk has no room for the state");
	if (r != 0) /* ROOM_STOPPED among others */
		return err_pass(r);
	if ((r = env_begin_read(server->state, &server->reader)) < 0)
		return err_pass(r);
	server->reader_at = server->durable.sequence;
	txn_ports(server->reader, &server->storage);
	server->ports = (struct ports){ .ctx = server,
		.wall = port_wall,
		.get = port_get,
		.seek = port_seek,
		.body = port_body };
	return 0;
}

static int threads_start(struct server *server)
{
	int r = commit_start(server->journal, &server->commit);

	if (r < 0 || (r = index_start(
			      server->state, &server->place, server->journal, &server->index)) < 0)
		return err_pass(r);
	return 0;
}

/* The first administrator, as a command of the system itself. */
static int first_operator_add(struct server *server, const char *text)
{
	AUTO(buffer_fini) struct buffer body = { 0 };
	const int32_t today = decide_today(server->decide);
	struct key key = { .name = "first operator",
		.role = ROLE_ADMINISTRATOR,
		.from_day = today,
		.until_day = today + KEY_DAYS_USUAL };
	struct command command = {
		.reason = bytes_str("ingestd --first-operator"), .key = &key, .keys = 1
	};
	const struct key system = { .role = ROLE_ADMINISTRATOR };
	struct peer nobody = { 0 };
	struct reply *reply;
	int r;

	if (registry_has_administrator(decide_registry(server->decide), today))
		return err_here(ERR_INVALID,
			"the journal already has an administrator whose key is valid; leave out "
			"--first-operator");
	if ((r = key_parse(text, key.public_key)) < 0)
		return err_pass(r);
	if (getrandom(command.request_id, sizeof(command.request_id), 0) !=
		(ssize_t)sizeof(command.request_id))
		return err_here(ERR_IO, "the system gives no randomness");
	if ((r = command_encode(&command, &body)) < 0)
		return err_pass(r);
	reply = batch_reply(server->filling, &nobody, 0, FRAME_COMMAND_RESULT);
	if ((r = decide_command(server->decide, &system, &command, buffer_view(&body),
		     server->filling, reply)) != 0)
		return err_fold(r);
	server->filling->replies--; /* nobody waits for it */
	if (reply->result.outcome != ANSWER_DONE)
		return err_here(ERR_INVALID, "%.*s", (int)reply->result.text.len,
			(const char *)reply->result.text.data);
	log_notice("first operator registered");
	return 0;
}

int server_open_store(struct server *server, const char *first_operator)
{
	int r;

	if ((r = loop_new(&server->loop)) < 0 || (r = arena_new(&server->arena)) < 0 ||
		(r = inbox_new(&server->inbox)) < 0 ||
		(r = quarantine_new(&server->quarantine)) < 0 ||
		(r = batch_new(&server->batches[0])) < 0 ||
		(r = batch_new(&server->batches[1])) < 0)
		return err_pass(r);
	server->filling = server->batches[0];
	server->spare = server->batches[1];
	if ((r = journal_and_state_open(server)) != 0 || (r = adopt_at_start(server)) < 0 ||
		(first_operator && (r = first_operator_add(server, first_operator)) < 0) ||
		(r = threads_start(server)) < 0)
		return err_pass(r);
	return 0;
}

int server_listen(struct server *server)
{
	struct key_pair pair;
	int r = key_pair_load_server(server->settings->server_key, &pair);

	if (r < 0 || (r = wire_context_new(&server->context)) < 0 ||
		(r = auth_open(server->context, admit_key, server, &server->auth)) < 0 ||
		(r = endpoint_open(server->context, server->settings->listen, &pair,
			 &server->endpoint)) < 0 ||
		(r = loop_add_auth(server->loop, server->auth)) < 0 ||
		(r = loop_add_endpoint(server->loop, server->endpoint)) < 0)
		r = err_pass(r);
	else
		endpoint_set_memory(server->endpoint, server->settings->memory_bytes);
	explicit_bzero(&pair, sizeof(pair));
	return r;
}

int server_open_wire(struct server *server)
{
	int r;

	if (!server->endpoint && (r = server_listen(server)) < 0)
		return err_pass(r);
	if ((r = loop_add_fd(server->loop, commit_fd(server->commit))) < 0 ||
		(r = loop_add_fd(server->loop, index_fd(server->index))) < 0)
		return err_pass(r);
	return 0;
}

void server_close(struct server *server)
{
	endpoint_close(server->endpoint);
	auth_close(server->auth);
	commit_stop(server->commit);
	index_stop(server->index);
	wire_context_free(server->context);
	decide_free(server->decide);
	registry_free(server->early);
	txn_abort(server->reader);
	env_close(server->state);
	hint_close(server->hint);
	journal_close(server->journal);
	inbox_free(server->inbox);
	quarantine_free(server->quarantine);
	batch_free(server->batches[0]);
	batch_free(server->batches[1]);
	arena_free(server->arena);
	buffer_fini(&server->body);
	loop_free(server->loop);
	fd_close(server->hold);
}
