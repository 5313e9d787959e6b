/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Opening in one order, closing in the other, and between them the loop: receive and decide while
 * the last batch is being flushed; when it is durable, hand over the next and answer the last. The
 * loop never sets a timer for a batch: a batch is what came in during a flush. */
#include "ingestd/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <errno.h>
#include <unistd.h>

#include "base/daemon.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/notify.h"
#include "ingestd/server_parts.h"
#include "store/env_folder.h"

enum {
	WAIT_MS = 500,
	RECEIVE_MAX = 64,
	FLUSH_WAIT_MS = 1000,
	DISK_LOOK_MS = 100,
	BEHIND_WAIT_MS = 2
};

const struct conf_setting settings_table[] = {
	CONF_STRING("data-dir", struct settings, data_dir, .help = "folder of journal and state"),
	CONF_STRING("listen", struct settings, listen,
		.help = "endpoint: tcp://ADDRESS:PORT, ipc://PATH or inherited; always CURVE"),
	CONF_STRING("catalogue", struct settings, catalogue, .live = true,
		.help = "folder of the catalogue's tables"),
	CONF_STRING("server-key", struct settings, server_key, .otherwise_string = "",
		.help = "file of the server's key pair, mode 0600; else the credential "
			"server.key"),
	CONF_U64("map-size-bytes", struct settings, map_size_bytes, .min = 1 << 20,
		.otherwise = (uint64_t)1 << 40,
		.help = "address space of each environment; the same for every program"),
	CONF_DISK_FLOORS(struct settings, floors),
	CONF_U64("disk-floor-bytes", struct settings, floors.ingest_bytes, .otherwise = 64 << 20,
		.live = true, .help = "below this much room on the disk or in the map: BUSY"),
	CONF_STRING("metrics-file", struct settings, metrics_file, .otherwise_string = "",
		.live = true, .help = "file for node_exporter, ending in .prom; \"\": none"),
	CONF_BOOL("training", struct settings, training,
		.help = "a training system, whose every answer is marked; fixed by the first "
			"start"),
	CONF_U64("memory-bytes", struct settings, memory_bytes, .min = (uint64_t)192 << 20,
		.otherwise = (uint64_t)1 << 30,
		.help = "anonymous memory of the process; near it connections are cut off"),
};
const size_t settings_count = array_len(settings_table);

static bool metrics_file_unread(const void *target)
{
	return !metrics_file_named(((const struct settings *)target)->metrics_file);
}

static bool folders_mixed(const void *target)
{
	const struct settings *settings = target;

	return strcmp(settings->data_dir, settings->catalogue) == 0;
}

static bool floors_crossed(const void *target)
{
	const struct disk_floors *floors = &((const struct settings *)target)->floors;

	return floors->growth_percent > floors->rebuild_percent;
}

const struct conf_rule settings_rules[] = {
	{ "growth-floor-percent", "must not be above rebuild-floor-percent:", floors_crossed },
	{ "metrics-file",
		"must end in .prom, or node_exporter passes over it:", metrics_file_unread },
	{ "catalogue", "is the data folder, which holds no catalogue:", folders_mixed },
};
const size_t settings_rules_count = array_len(settings_rules);

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

static int wire_open(struct server *server)
{
	int r;

	if (!server->endpoint && (r = server_listen(server)) < 0)
		return err_pass(r);
	if ((r = loop_add_fd(server->loop, commit_fd(server->commit))) < 0 ||
		(r = loop_add_fd(server->loop, index_fd(server->index))) < 0)
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

static void server_close(struct server *server)
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
	if (server->hold >= 0)
		close(server->hold);
}

/* Lets deciding see what indexing has committed. The sequence is read before the view is renewed,
 * so the view may show more than it is believed to, never less. */
static int reader_renew(struct server *server)
{
	uint64_t indexed = index_sequence(server->index);
	int r;

	if (indexed <= server->reader_at)
		return 0;
	if ((r = txn_renew(server->reader)) < 0)
		return err_pass(r);
	server->reader_at = indexed;
	decide_state_at(server->decide, indexed);
	return 0;
}

/* Gives the filled batch away, or answers it at once when it needs no flush. */
static int hand_over(struct server *server)
{
	struct batch *batch = server->filling;
	int r;

	if (batch_empty(batch) || !server->spare)
		return 0;
	if (batch->entries == 0) {
		r = answer_batch(server, batch);
		batch_reset(batch);
		return err_pass(r);
	}
	commit_hand_over(server->commit, batch);
	server->filling = server->spare;
	server->spare = NULL;
	return 0;
}

/* A batch has become durable: the next one goes first, so that the disk never waits for answers. */
static int batch_done(struct server *server, struct batch *batch)
{
	int r;

	server->spare = batch;
	if (server->filling->entries > 0) {
		commit_hand_over(server->commit, server->filling);
		server->filling = NULL;
		server->spare = NULL;
	}
	if ((r = answer_batch(server, batch)) < 0)
		return err_pass(r);
	batch_reset(batch);
	if (!server->filling)
		server->filling = batch;
	index_wake(server->index, server->durable.sequence);
	return err_pass(reader_renew(server));
}

static int take_durable(struct server *server)
{
	struct batch *batch = commit_take(server->commit);

	return batch ? err_pass(batch_done(server, batch)) : 0;
}

static int receive_some(struct server *server)
{
	for (int i = 0; i < RECEIVE_MAX && batch_has_room(server->filling); i++) {
		int r = receive_one(server);

		if (r == INBOX_EMPTY)
			return 0;
		server->received_at = clock_mono();
		if (r < 0 || (r = take_durable(server)) < 0 || (r = hand_over(server)) < 0)
			return err_pass(r);
	}
	return 0;
}

/* Waits until nothing is being flushed and nothing is undecided. */
static int drain(struct server *server)
{
	struct batch *batch;
	int r;

	while (!server->spare || !batch_empty(server->filling)) {
		if ((r = hand_over(server)) < 0)
			return err_pass(r);
		if (server->spare)
			continue; /* only answers, and they have left */
		if ((batch = commit_wait(server->commit, FLUSH_WAIT_MS)) &&
			(r = batch_done(server, batch)) < 0)
			return err_pass(r);
	}
	return 0;
}

static int catalogue_renew(struct server *server)
{
	int r = drain(server);

	if (r < 0 || (r = adopt_folder(server)) < 0)
		return err_pass(r);
	return err_pass(drain(server));
}

static int reload(struct server *server)
{
	daemon_reload(server->config, settings_table, settings_count, settings_rules,
		settings_rules_count, server->settings, sizeof(*server->settings));
	return err_pass(catalogue_renew(server));
}

/* The manager hears of it, so that "systemctl reload" ends when it is done. */
static int reload_when_told(struct server *server)
{
	int r;

	if (!loop_take_reload(server->loop))
		return 0;
	notify_reloading();
	r = reload(server);
	notify("READY=1\nSTATUS=receiving");
	return err_pass(r);
}

/* Journal and state; and what a newer folder of the catalogue adds is durable before anybody can
 * ask. */
static int store_open(struct server *server, const char *first_operator)
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
	return err_pass(catalogue_renew(server));
}

static int server_open(struct server *server)
{
	int r;

	if ((r = store_open(server, NULL)) != 0 || (r = wire_open(server)) < 0)
		return err_pass(r);
	log_notice("ready", kv_str("listen", endpoint_address(server->endpoint)),
		kv_u64("sequence", server->durable.sequence));
	notify("READY=1\nSTATUS=receiving");
	watchdog_init(&server->watchdog, clock_mono());
	watchdog_add(&server->watchdog, commit_pulse(server->commit));
	watchdog_add(&server->watchdog, index_pulse(server->index));
	return 0;
}

/* Whether the aggregator is alive and far behind: then it gets the processor for a moment, and the
 * senders' windows fill. A dead or silent one holds nothing up, and something is taken every
 * FOLLOW_PACE_MS in any case: receiving never depends on computing. */
static int far_behind(const struct server *server, bool *ret_behind)
{
	uint64_t followed;
	int r = hint_followed(server->hint, clock_wall(), &followed);

	if (r < 0)
		return err_pass(r);
	*ret_behind = r == 0 && server->durable.sequence > followed + FOLLOW_LAG_MAX &&
		      mono_ms_since(server->received_at, clock_mono()) < FOLLOW_PACE_MS;
	return 0;
}

/* Waits for anything, or for the disk alone when no message may be taken now. */
static int wait_for_work(struct server *server, bool receiving)
{
	struct batch *batch;

	if (receiving && batch_has_room(server->filling))
		return err_pass(
			loop_wait(server->loop, inbox_messages(server->inbox) > 0 ? 0 : WAIT_MS));
	batch = commit_wait(server->commit, receiving ? FLUSH_WAIT_MS : BEHIND_WAIT_MS);
	return batch ? err_pass(batch_done(server, batch)) : 0;
}

static int turn(struct server *server)
{
	bool behind = false;
	int r = far_behind(server, &behind);

	if (r < 0 || (r = wait_for_work(server, !behind)) < 0 ||
		(r = auth_answer(server->auth)) < 0 || (r = take_durable(server)) < 0 ||
		(r = admit_some(server)) < 0 || (!behind && (r = receive_some(server)) < 0) ||
		(r = hand_over(server)) < 0 || (r = reader_renew(server)) < 0 ||
		(r = answer_verified(server)) < 0)
		return err_pass(r);
	server->differing = history_suspicions(decide_history(server->decide));
	if ((r = reload_when_told(server)) < 0)
		return err_pass(r);
	return 0;
}

static int server_loop(struct server *server)
{
	struct mono looked = { 0 };
	int r;

	while (!loop_stopping(server->loop)) {
		struct mono now = clock_mono();

		if (mono_ms_since(looked, now) >= DISK_LOOK_MS) {
			room_look(server);
			observe(&server->observed, server->settings->metrics_file, server_metrics,
				server);
			looked = now;
		}
		if ((r = turn(server)) < 0)
			return err_pass(r);
		(void)watchdog_turned(&server->watchdog, clock_mono());
	}
	notify("STOPPING=1\nSTATUS=flushing what was received");
	if ((r = drain(server)) < 0)
		return err_pass(r);
	observe_end(&server->observed, server->settings->metrics_file, server_metrics, server);
	return 0;
}

int server_register(struct settings *settings, const char *first_operator)
{
	struct server server = { .settings = settings, .hold = -1 };
	int r = store_open(&server, first_operator);

	server_close(&server);
	return err_pass(r);
}

int server_run(struct settings *settings, const char *config)
{
	struct server server = {
		.settings = settings, .config = config, .started = clock_wall(), .hold = -1
	};
	int r = server_open(&server);

	if (r == 0)
		r = server_loop(&server);
	server_close(&server);
	return r == ROOM_STOPPED ? 0 : err_pass(r);
}
