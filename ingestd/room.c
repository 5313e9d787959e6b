/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What ingestd does with a disk that runs full. While it serves, it only has to look: the state
 * rests by itself, and reports are refused below the last floor. At a start whose state lags behind
 * the journal there is nothing to decide by, and making it needs room: until there is some, senders
 * are known by the keys in the journal and told BUSY, so that they wait instead of wondering. */
#include "base/err.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/notify.h"
#include "ingestd/server_parts.h"

enum { AWAIT_MS = 1000, FORGET_MS = 60 * 1000 };

/* A reader that died in the middle of reading would keep every page since then from being used
 * again. */
static void readers_forget(struct server *server)
{
	const struct mono now = clock_mono();
	unsigned dead;

	if (mono_ms_since(server->forgot_at, now) < FORGET_MS)
		return;
	server->forgot_at = now;
	if (journal_forget_dead(server->journal, &dead) < 0)
		log_warning("dead readers of the journal stay", kv_str("error", err_text()));
	else if (dead > 0)
		log_notice("dead readers of the journal forgotten", kv_u64("readers", dead));
}

void room_look(struct server *server)
{
	const struct settings *settings = server->settings;
	uint64_t map_floor = settings->map_size_bytes / 8;
	bool low = disk_look(settings->data_dir, &settings->floors) == DISK_NO_INGEST;

	/* A map that is used up is as bad as a full disk: the commit fails, and after the restart
	 * again. */
	if (map_floor > settings->floors.ingest_bytes)
		map_floor = settings->floors.ingest_bytes;
	low = low || journal_room(server->journal) < map_floor;
	if (low != server->disk_low) {
		log_warning(low ? "disk floor reached; reports are told to come back"
				: "disk floor left; reports are taken again");
		notify(low ? "STATUS=disk floor reached; reports are told to come back"
			   : "STATUS=receiving");
	}
	server->disk_low = low;
	readers_forget(server);
}

struct learning {
	struct registry *registry;
	struct arena *arena;
	uint64_t received; /* of the newest entry */
};

static int key_visit(void *ctx, const struct entry *entry)
{
	struct learning *learning = ctx;
	struct command command;
	int r;

	learning->received = entry->received;
	if (entry->kind != ENTRY_KEY)
		return 0;
	if ((r = command_decode(learning->arena, entry->body, &command)) < 0)
		return err_pass(r);
	for (size_t i = 0; i < command.keys; i++)
		if ((r = registry_put_key(learning->registry, &command.key[i], NULL)) < 0)
			return err_pass(r);
	return 0;
}

/* The keys alone, from the journal itself. */
static int keys_learn(struct server *server)
{
	struct learning learning = { .arena = server->arena };
	uint64_t next = 1, before, now = (uint64_t)clock_wall().ms;
	int r = registry_new(&server->early);

	if (r < 0)
		return err_pass(r);
	learning.registry = server->early;
	do {
		before = next;
		if ((r = journal_read(server->journal, before, JOURNAL_READ_ENTRIES_MAX, key_visit,
			     &learning, &next)) < 0)
			return err_pass(r);
	} while (next > before);
	/* A clock that was set back revives no key. */
	server->early_today =
		day_of_wall_ms((int64_t)(learning.received > now ? learning.received : now));
	return 0;
}

/* Whatever an authenticated sender asks for: later. What is admitted is limited as ever. */
static int all_put_off(struct server *server)
{
	struct message message;
	int r = admit_some(server);

	while (r == 0 && (r = inbox_take(server->inbox, &message)) == 0) {
		struct frame frame;

		if (frame_decode(message.header, message.payload.len, &frame) == 0)
			r = answer_busy(server, &message.peer, frame.request, BUSY_REBUILDING);
	}
	return r == INBOX_EMPTY ? 0 : err_pass(r);
}

int room_await(struct server *server)
{
	struct pulse pulse = { .name = "state", .watchdog = &server->watchdog };
	int r = keys_learn(server);

	if (r < 0 || (r = server_listen(server)) < 0)
		return err_pass(r);
	log_warning("the state must be made from the journal, and the disk has no room for it; "
		    "senders are told to come back",
		kv_str("listen", endpoint_address(server->endpoint)));
	notify("READY=1\nSTATUS=waiting for room on the disk");
	watchdog_init(&server->watchdog, clock_mono());
	while ((r = index_open_state(&server->place, server->journal, &pulse, &server->state)) ==
		INDEX_NO_ROOM) {
		if (loop_stopping(server->loop))
			return ROOM_STOPPED;
		(void)watchdog_turned(&server->watchdog, clock_mono());
		if ((r = loop_wait(server->loop, AWAIT_MS)) < 0 ||
			(r = auth_answer(server->auth)) < 0 || (r = all_put_off(server)) < 0)
			return err_pass(r);
	}
	if (r < 0)
		return err_pass(r);
	log_notice("room on the disk again; the state is made");
	return 0;
}
