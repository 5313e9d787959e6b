/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One thread, one loop: the questions that wait, then a chunk of entries, so that no question waits
 * longer than one chunk takes and a backlog does not silence the server. */
#include "aggregator/server.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "aggregator/server_parts.h"
#include "base/daemon.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/notify.h"

enum {
	QUESTIONS_PER_TURN_MAX = 32,
	SYNC_MS = 10 * 60 * 1000,
	WARM_AFTER_MS = 1000,
	TELL_MS = 1000
};

const struct conf_setting settings_table[] = {
	CONF_STRING("journal", struct settings, journal,
		.help = "folder of the journal that ingestd writes"),
	CONF_STRING("data-dir", struct settings, data_dir,
		.help = "folder for the aggregates; they can always be rebuilt"),
	CONF_STRING("listen", struct settings, listen,
		.help = "endpoint for questions: tcp://ADDRESS:PORT, ipc://PATH or inherited"),
	CONF_STRING("server-key", struct settings, server_key, .otherwise_string = "",
		.help = "file of the server's key pair, mode 0600; else the credential "
			"server.key"),
	CONF_U64("map-size-bytes", struct settings, map_size_bytes, .min = 1 << 20,
		.otherwise = (uint64_t)1 << 40,
		.help = "largest size of a store; the same as ingestd's"),
	CONF_DISK_FLOORS(struct settings, floors),
	CONF_STRING("metrics-file", struct settings, metrics_file, .otherwise_string = "",
		.live = true, .help = "file for node_exporter, ending in .prom; \"\": none"),
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

	return strcmp(settings->data_dir, settings->journal) == 0;
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
	{ "data-dir", "is the journal's folder, where no aggregates may lie:", folders_mixed },
};
const size_t settings_rules_count = array_len(settings_rules);

static void server_fini(struct server *server)
{
	endpoint_close(server->endpoint);
	auth_close(server->auth);
	loop_free(server->loop);
	wire_context_free(server->context);
	answering_free(server->answering);
	follow_close(server->follow);
	buffer_fini(&server->out);
}

static inline void server_fini_auto(struct server *server)
{
	server_fini(server);
}

/* Only keys of the registry come in; whether they may ask is decided per question. */
static uint32_t key_lookup(void *ctx, const uint8_t public_key[32])
{
	const struct server *server = ctx;
	const struct key *key =
		registry_key_by_public(fold_registry(follow_fold(server->follow)), public_key);

	return key && key_valid(key, follow_today(server->follow)) ? key->number : 0;
}

static int server_open(struct server *server)
{
	const struct settings *settings = server->settings;
	const struct follow_options options = { .journal = settings->journal,
		.data_dir = settings->data_dir,
		.map_size_bytes = settings->map_size_bytes,
		.pulse = &server->pulse,
		.floors = settings->floors };
	struct key_pair pair;
	int r;

	server->started = clock_wall();
	server->watched =
		(struct watched){ server, server_metrics, server_doctor, server_settings };
	if (mkdir(settings->data_dir, 0750) != 0 && errno != EEXIST)
		return err_here(ERR_IO, "cannot make folder '%s': %s", settings->data_dir,
			err_errno(errno));
	if ((r = key_pair_load_server(settings->server_key, &pair)) < 0)
		return err_pass(r);
	if ((r = loop_new(&server->loop)) < 0 || (r = follow_open(&options, &server->follow)) < 0 ||
		(r = answering_new(server->follow, &server->answering)) < 0 ||
		(r = wire_context_new(&server->context)) < 0 ||
		(r = auth_open(server->context, key_lookup, server, &server->auth)) < 0 ||
		(r = endpoint_open(server->context, settings->listen, &pair, &server->endpoint)) <
			0 ||
		(r = loop_add_auth(server->loop, server->auth)) < 0 ||
		(r = loop_add_endpoint(server->loop, server->endpoint)) < 0)
		r = err_pass(r);
	explicit_bzero(&pair, sizeof(pair));
	if (r == 0)
		answering_watch(server->answering, &server->watched);
	server->synced = server->busy = clock_mono();
	return r;
}

static int message_serve(struct server *server, const struct message *message)
{
	uint8_t header[FRAME_HEADER_BYTES];
	struct frame frame;
	int r = answer_message(server->answering, message->peer.actor, message->header,
		message->payload, &frame, &server->out);

	if (r == FRAME_UNANSWERABLE)
		return 0;
	if (r < 0)
		return err_pass(r);
	frame_encode(&frame, header);
	return err_pass(endpoint_send(server->endpoint, &message->peer,
		bytes_of(header, sizeof(header)), buffer_view(&server->out)));
}

static int questions_serve(struct server *server)
{
	for (int i = 0; i < QUESTIONS_PER_TURN_MAX; i++) {
		struct message message;
		struct mono start;
		int r = endpoint_recv(server->endpoint, &message);

		if (r == ENDPOINT_EMPTY)
			return 0;
		start = clock_mono();
		if (r < 0 || (r = message_serve(server, &message)) < 0)
			return err_pass(r);
		histogram_add(&server->questions, start, server->busy = clock_mono());
	}
	return 0;
}

static void state_log(struct server *server)
{
	enum follow_state state = follow_state_of(server->follow);

	if (state == server->state)
		return;
	server->state = state;
	if (state == FOLLOW_STOPPED)
		log_error("following stopped; still answering",
			kv_str("fault", follow_fault(server->follow)));
	else if (state == FOLLOW_NO_ROOM)
		log_warning("following waits for room on the disk; still answering",
			kv_str("why", follow_fault(server->follow)));
	else
		log_notice("aggregates", kv_str("state", follow_state_name(state)),
			kv_u64("sequence", follow_position(server->follow)->sequence));
}

/* What "systemctl status" shows, at most once a second. */
static void state_tell(struct server *server, struct mono now)
{
	char text[120];

	if (mono_ms_since(server->told, now) < TELL_MS)
		return;
	server->told = now;
	snprintf(text, sizeof(text), "STATUS=%s: %llu of %llu entries",
		follow_state_name(follow_state_of(server->follow)),
		(unsigned long long)follow_position(server->follow)->sequence,
		(unsigned long long)follow_journal_sequence(server->follow));
	notify(text);
}

static int sync_sometimes(struct server *server)
{
	struct mono now = clock_mono();

	if (mono_ms_since(server->synced, now) < SYNC_MS)
		return 0;
	server->synced = now;
	return err_pass(follow_sync(server->follow));
}

/* The journal may come into being long after the loop. */
static int watch_once(struct server *server)
{
	int fd = follow_fd(server->follow);

	if (server->watching || fd < 0)
		return 0;
	server->watching = true;
	return err_pass(loop_add_fd(server->loop, fd));
}

/* A second after the last report or question, one plan per turn is judged unasked. So the first
 * scorecard after a start or a month's reports waits for one plan at most. */
static int warm_when_idle(struct server *server, bool folded)
{
	struct mono now = clock_mono();
	int r;

	if (folded)
		server->busy = now;
	if (server->state != FOLLOW_FOLLOWING || mono_ms_since(server->busy, now) < WARM_AFTER_MS)
		return 0;
	r = answering_warm(server->answering);
	return r == WARM_DONE ? 0 : err_pass(r);
}

static int server_loop(struct server *server)
{
	int followed = 0, r;

	while (!loop_stopping(server->loop)) {
		int wait_ms = followed == 0                     ? 0
			      : server->state == FOLLOW_WAITING ? 1000
								: FOLLOW_MS;

		if ((r = loop_wait(server->loop, wait_ms)) < 0 ||
			(r = auth_answer(server->auth)) < 0 || (r = questions_serve(server)) < 0 ||
			(r = followed = follow_step(server->follow)) < 0 ||
			(r = watch_once(server)) < 0 || (r = sync_sometimes(server)) < 0 ||
			(r = warm_when_idle(server, followed == 0)) < 0)
			return err_pass(r);
		state_log(server);
		state_tell(server, clock_mono());
		(void)watchdog_turned(&server->watchdog, clock_mono());
		observe(&server->observed, server->settings->metrics_file, server_metrics, server);
		if (loop_take_reload(server->loop))
			daemon_reload(server->config, settings_table, settings_count,
				settings_rules, settings_rules_count, server->settings,
				sizeof(*server->settings));
	}
	observe_end(&server->observed, server->settings->metrics_file, server_metrics, server);
	return 0;
}

int server_run(struct settings *settings, const char *config)
{
	AUTO(server_fini) struct server server = { .settings = settings, .config = config };
	int r = server_open(&server);

	if (r < 0)
		return err_pass(r);
	log_notice("aggregator ready", kv_str("listen", endpoint_address(server.endpoint)));
	notify("READY=1");
	watchdog_init(&server.watchdog, clock_mono());
	server.pulse.watchdog = &server.watchdog;
	r = server_loop(&server);
	notify("STOPPING=1");
	return err_pass(r);
}
