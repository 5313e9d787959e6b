/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The loop: receive and decide while the last batch is being flushed; when it is durable, hand over
 * the next and answer the last. It never sets a timer for a batch: a batch is what came in during a
 * flush. */
#include "ingestd/server.h"

#include <string.h>

#include "base/daemon.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/notify.h"
#include "ingestd/server_parts.h"

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

static bool address_wrong(const void *target)
{
	return endpoint_address_check(((const struct settings *)target)->listen) < 0;
}

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
	{ "listen", "neither inherited nor tcp://ADDRESS:PORT nor ipc://PATH:", address_wrong },
	{ "growth-floor-percent", "must not be above rebuild-floor-percent:", floors_crossed },
	{ "metrics-file",
		"must end in .prom, or node_exporter passes over it:", metrics_file_unread },
	{ "catalogue", "is the data folder, which holds no catalogue:", folders_mixed },
};
const size_t settings_rules_count = array_len(settings_rules);

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

/* What is stored; and what a newer folder of the catalogue adds is durable before anybody can
 * ask. */
static int store_open(struct server *server, const char *first_operator)
{
	int r = server_open_store(server, first_operator);

	return r != 0 ? err_pass(r) : err_pass(catalogue_renew(server));
}

static int server_open(struct server *server)
{
	int r;

	if ((r = store_open(server, NULL)) != 0 || (r = server_open_wire(server)) < 0)
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
		(r = answer_verified(server)) < 0 || (r = reload_when_told(server)) < 0)
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
	uint8_t public_key[KEY_BYTES];
	int r = key_parse(first_operator, public_key);

	if (r < 0)
		return err_pass(r); /* before a journal is made */
	r = store_open(&server, first_operator);
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
