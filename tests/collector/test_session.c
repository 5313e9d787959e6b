/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A session with a server that the test plays in a thread of its own: which receipt each HELLO
 * shows, and what becomes of the outbox when the server has another history. */
#include "collector/session.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "collector/cache.h"
#include "tests/wire/server.h"

enum { HELLOS_MAX = 32, LOST = 52 };

static const uint8_t epoch_a[16] = { 0xaa }, epoch_b[16] = { 0xbb };

/* What the server does; its thread's own but for stopping. */
static struct played {
	struct server server;
	pthread_t thread;
	_Atomic bool stopping;
	struct arena *arena;
	struct digest catalogue;
	/* set by the test before it begins */
	size_t deaf_until;    /* SUBMITs are not answered before so many HELLOs */
	bool asks_again;      /* for everything, of who remembers LOST */
	bool refuses_hello;   /* history differs */
	bool refuses_submit;  /* the same, later */
	bool another_journal; /* from the first SUBMIT on */
	/* what it saw */
	struct hello hello[HELLOS_MAX];
	size_t hellos;
	uint64_t next;
} played;

static char folder[64];
static struct session *session;

static void answer(
	const struct message *message, enum frame_type type, const struct buffer *payload)
{
	struct frame asked, frame = { .type = type, .length = (uint32_t)payload->len };
	uint8_t header[FRAME_HEADER_BYTES];

	cr_assert_eq(frame_decode(message->header, message->payload.len, &asked), 0);
	frame.request = asked.request;
	frame_encode(&frame, header);
	cr_assert_eq(endpoint_send(played.server.endpoint, &message->peer,
			     bytes_of(header, sizeof(header)), buffer_view(payload)),
		0);
}

static void refuse(const struct message *message)
{
	AUTO(buffer_fini) struct buffer payload = { 0 };
	const struct refusal refusal = { .code = REFUSAL_HISTORY_DIFFERS, .text = bytes_str("x") };

	cr_assert_eq(refusal_encode(&refusal, &payload), 0);
	answer(message, FRAME_REFUSAL, &payload);
}

static void take_hello(const struct message *message)
{
	AUTO(buffer_fini) struct buffer payload = { 0 };
	struct welcome welcome = { .version = 1,
		.head = { .sequence = 9 },
		.catalogue = played.catalogue,
		.catalogue_number = 1,
		.window_messages = 4,
		.submit_reports_max = 8,
		.report_bytes_max = 1024 };
	struct hello hello;

	cr_assert_eq(hello_decode(played.arena, message->payload, &hello), 0);
	if (played.hellos < HELLOS_MAX)
		played.hello[played.hellos++] = hello;
	if (played.refuses_hello) {
		refuse(message);
		return;
	}
	memcpy(welcome.head.epoch, played.another_journal && played.next > 0 ? epoch_b : epoch_a,
		16);
	welcome.offer_again =
		played.asks_again && hello.has_receipt && hello.newest_receipt.sequence == LOST;
	cr_assert_eq(welcome_encode(&welcome, &payload), 0);
	answer(message, FRAME_WELCOME, &payload);
}

static void take_submit(const struct message *message)
{
	static struct submit submit;
	AUTO(buffer_fini) struct buffer payload = { 0 };
	struct verdicts verdicts = { .first_sequence = 60 + played.next };

	if (played.refuses_submit) {
		refuse(message);
		return;
	}
	played.next++;
	if (played.hellos < played.deaf_until)
		return;
	cr_assert_eq(submit_decode(played.arena, message->payload, &submit), 0);
	verdicts.reports = verdicts.entries = (uint32_t)submit.reports;
	memcpy(verdicts.epoch, played.another_journal ? epoch_b : epoch_a, 16);
	cr_assert_eq(verdicts_encode(&verdicts, &payload), 0);
	answer(message, FRAME_VERDICTS, &payload);
}

static void *play(void *arg)
{
	(void)arg;
	while (!atomic_load(&played.stopping)) {
		struct message message;
		struct frame frame;

		if (server_recv(&played.server, 20, &message) != 0 ||
			frame_decode(message.header, message.payload.len, &frame) != 0)
			continue;
		if (frame.type == FRAME_HELLO)
			take_hello(&message);
		else if (frame.type == FRAME_SUBMIT)
			take_submit(&message);
	}
	return NULL;
}

/* One report that was accepted in the server's first epoch, and the receipt LOST. */
static int remember_one(void *ctx, const struct ports *ports)
{
	const struct outbox_report report = { .facility = bytes_str("F1"),
		.form = 1,
		.period = 2015101,
		.revision = 1,
		.values = bytes_str("values") };
	struct outbox_receipt receipt = { .sequence = LOST, .last_sequence = LOST };
	uint64_t number, offered;

	(void)ctx;
	memcpy(receipt.epoch, epoch_a, 16);
	cr_assert_eq(outbox_epoch_seen(ports, epoch_a, &offered), 0);
	cr_assert_eq(outbox_catalogue_put(ports, &played.catalogue), 0);
	cr_assert_eq(outbox_pending_put(ports, &report, &number), 0);
	cr_assert_eq(outbox_accept(ports, number, STATUS_ACCEPTED, &receipt, 16000), 0);
	return outbox_receipt_seen(ports, &receipt);
}

static int queue_one(void *ctx, const struct ports *ports)
{
	const struct outbox_report report = { .facility = bytes_str("F1"),
		.form = 1,
		.period = 2015102,
		.revision = 1,
		.values = bytes_str("others") };
	uint64_t number;

	(void)ctx;
	return outbox_pending_put(ports, &report, &number);
}

static void settings_make(struct client_settings *settings)
{
	struct key_pair pair;

	*settings = (struct client_settings){ .timeout_ms = 5000, .map_size_bytes = 16 << 20 };
	snprintf(settings->outbox, sizeof(settings->outbox), "%s/outbox", folder);
	snprintf(settings->key_file, sizeof(settings->key_file), "%s/key", folder);
	snprintf(settings->ingestd, sizeof(settings->ingestd), "%s",
		endpoint_address(played.server.endpoint));
	cr_assert_eq(key_pair_make(&pair), 0);
	cr_assert_eq(key_pair_save(&pair, settings->key_file), 0);
	key_print(played.server.key.public_key, settings->server_key);
	server_register(&played.server, &pair);
}

static void setup(void)
{
	struct client_settings settings;
	struct catalog *catalog;

	snprintf(folder, sizeof(folder), "/tmp/huibao-session-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	server_start(&played.server, "tcp://127.0.0.1:*");
	cr_assert_eq(arena_new(&played.arena), 0);
	settings_make(&settings);
	cr_assert_eq(session_open(&settings, &session), 0, "%s", err_text());
	cr_assert_eq(catalog_load(SOURCE_DIR "/catalog", &catalog), 0, "%s", err_text());
	cr_assert_eq(cache_save(settings.outbox, catalog), 0, "%s", err_text());
	played.catalogue = *catalog_digest(catalog);
	catalog_free(catalog);
	cr_assert_eq(session_write(session, remember_one, NULL), 0, "%s", err_text());
	cr_assert_eq(session_write(session, queue_one, NULL), 0, "%s", err_text());
}

static void begin(void)
{
	cr_assert_eq(pthread_create(&played.thread, NULL, play, NULL), 0);
}

/* Afterwards what it saw may be looked at. */
static void end(void)
{
	atomic_store(&played.stopping, true);
	pthread_join(played.thread, NULL);
}

static void teardown(void)
{
	char command[128];

	session_close(session);
	server_stop(&played.server);
	arena_free(played.arena);
	snprintf(command, sizeof(command), "rm -r '%s'", folder);
	cr_assert_eq(system(command), 0);
}

TestSuite(session, .init = setup, .fini = teardown);

struct seen {
	struct outbox_counts counts;
	uint64_t newest; /* 0: none */
	uint8_t epoch[16];
};

static int look(void *ctx, const struct ports *ports)
{
	struct seen *seen = ctx;
	struct outbox_receipt newest = { .last_sequence = 0 };
	int r = outbox_newest_receipt(ports, &newest);

	seen->newest = newest.last_sequence;
	memcpy(seen->epoch, newest.epoch, 16);
	return r < 0 ? r : outbox_count(ports, &seen->counts);
}

static struct seen outbox(void)
{
	struct seen seen = { .newest = 0 };

	cr_assert_eq(session_read(session, look, &seen), 0);
	return seen;
}

/* A HELLO packed once would ask for everything again and again. */
Test(session, each_hello_shows_the_receipt_as_it_is_by_then)
{
	played.asks_again = true;
	played.deaf_until = 3;
	begin();
	cr_assert_eq(session_greet(session), 0, "%s", err_text());
	cr_expect_eq(session->offered_again, 1);
	cr_expect_eq(outbox().newest, 0);
	cr_assert_eq(session_drive(session, NULL, NULL), 0, "%s", err_text());
	end();
	cr_assert_geq(played.hellos, 3);
	cr_expect(played.hello[0].has_receipt && played.hello[0].newest_receipt.sequence == LOST);
	cr_expect(!played.hello[1].has_receipt && !played.hello[2].has_receipt);
	cr_expect_eq(session->offered_again, 1);
	cr_expect_eq(outbox().counts.pending, 0);
	cr_expect_eq(outbox().counts.kept, 2);
	cr_expect_geq(outbox().newest, 60);
}

Test(session, a_journal_put_in_the_others_place_is_shown_what_it_should_hold)
{
	played.another_journal = true;
	begin();
	cr_assert_eq(session_greet(session), 0, "%s", err_text());
	cr_assert_eq(session_drive(session, NULL, NULL), 0, "%s", err_text());
	end();
	cr_assert_geq(played.hellos, 2);
	cr_expect(played.hello[1].has_receipt && played.hello[1].newest_receipt.sequence == LOST);
	cr_expect_arr_eq(played.hello[1].newest_receipt.epoch, epoch_a, 16);
	cr_expect_eq(session->offered_again, 1, "and then it gets what it lacks");
	cr_expect_eq(outbox().counts.pending, 0);
	cr_expect_arr_eq(outbox().epoch, epoch_b, 16);
}

Test(session, another_history_takes_nothing_from_the_outbox)
{
	for (int late = 0; late < 2; late++) {
		played.refuses_hello = !late;
		played.refuses_submit = late;
		played.stopping = false;
		begin();
		cr_expect_eq(session_greet(session), late ? 0 : SESSION_OFFLINE, "%s", err_text());
		cr_expect_eq(session->differs, !late);
		if (late)
			cr_expect_eq(session_drive(session, NULL, NULL), SESSION_OFFLINE);
		end();
		cr_expect(session->differs && !session->online);
		cr_expect_not_null(session->catalog, "rows can be checked and queued");
		cr_expect_eq(outbox().counts.pending, 1);
		cr_expect_eq(outbox().counts.kept, 1);
		cr_expect_eq(outbox().newest, LOST);
	}
}
