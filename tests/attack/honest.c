/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Honest senders, each with its own key and connection, who send a report now and then and wait for
 * its verdict, again and again if they must. What each report took from its first sending to its
 * verdict is what the neighbours of a flooder feel. Says "ready" when they begin, and at the end
 * one JSON line. */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "client/client.h"
#include "tests/system/crowd.h"

enum {
	SENDERS_MAX = 128,
	FACILITIES_MAX = 1 << 14,
	TIMES_MAX = 1 << 14,
	TRIES_MAX = 30,
	PERIODS = 240
};

struct honest {
	struct client_settings settings;
	struct catalog *catalog;
	char *facility[FACILITIES_MAX];
	size_t facilities;
	uint32_t senders;
	int64_t run_ms, pause_ms;
	unsigned long skip; /* reports of each sender that an earlier run has sent */
};

struct sender {
	struct honest *honest;
	uint32_t index;
	const char *key_file;
	pthread_t thread;
	uint64_t sent, accepted, repeated; /* repeated: attempts without an answer */
	size_t times;
	int64_t *time_us; /* of each accepted report */
	int failed;
};

static void sleep_ms(int64_t ms)
{
	const struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&pause, NULL);
}

/* Sends until there is a verdict; true if it was accepted, by the first or a later attempt. */
static int report_send(
	struct sender *sender, struct client *client, struct bytes payload, bool *ret_accepted)
{
	struct verdicts verdicts;
	struct bytes answer;
	int r = ERR_UNREACHABLE;

	for (int i = 0; i < TRIES_MAX && r == ERR_UNREACHABLE; i++) {
		r = client_call(client, FRAME_SUBMIT, payload, FRAME_VERDICTS, &answer);
		sender->repeated += r == ERR_UNREACHABLE;
	}
	if (r < 0 || (r = verdicts_decode(client_arena(client), answer, &verdicts)) < 0)
		return err_fold(r);
	*ret_accepted = verdicts.count == 0 || verdicts.verdict[0].status == STATUS_ACCEPTED ||
			(sender->repeated > 0 && verdicts.verdict[0].status == STATUS_UNCHANGED);
	return 0;
}

static int report_one(struct sender *sender, struct client *client, struct crowd *crowd)
{
	AUTO(buffer_fini) struct buffer packed = { 0 };
	AUTO(buffer_fini) struct buffer payload = { 0 };
	struct crowd_report report;
	struct mono started;
	struct submit *submit = calloc(1, sizeof(*submit));
	bool accepted = false;
	int r;

	ensure(submit);
	if ((r = crowd_next(crowd, &packed, &report)) == 0) {
		submit->reports = 1;
		submit->report[0] = (struct submission){
			.values = bytes_of(packed.data + report.packed_at, report.packed_len),
			.values_digest = report.digest,
			.text = bytes_of(packed.data + report.text_at, report.text_len),
			.text_digest = report.text_digest,
		};
		r = submit_encode(submit, &payload);
	}
	free(submit);
	if (r < 0)
		return err_pass(r);
	started = clock_mono();
	sender->sent++;
	if ((r = report_send(sender, client, buffer_view(&payload), &accepted)) < 0)
		return err_pass(r);
	sender->accepted += accepted;
	if (sender->times < TIMES_MAX)
		sender->time_us[sender->times++] = (clock_mono().ns - started.ns) / 1000;
	return 0;
}

static int crowd_skip(struct crowd *crowd, unsigned long count)
{
	int r = 0;

	for (unsigned long i = 0; r == 0 && i < count; i++) {
		AUTO(buffer_fini) struct buffer packed = { 0 };
		struct crowd_report report;

		r = crowd_next(crowd, &packed, &report);
	}
	return err_pass(r);
}

static int sender_run(struct sender *sender)
{
	AUTO(client_close) struct client *client = NULL;
	AUTO(crowd_free) struct crowd *crowd = NULL;
	const struct honest *honest = sender->honest;
	const struct crowd_options options = {
		.catalog = honest->catalog,
		.form = catalog_form_by_code(honest->catalog, "HOSPITAL_MONTH"),
		.facilities = honest->facility,
		.facility_count = honest->facilities,
		.member = sender->index,
		.members = honest->senders,
		.first_period = period_of(PERIOD_MONTH, 2001, 1),
		.periods = PERIODS,
		.seed = 1,
		.new_only = true,
	};
	struct client_settings settings;
	struct mono started;
	unsigned seed = sender->index + 1;
	int r;

	settings = honest->settings;
	snprintf(settings.key_file, sizeof(settings.key_file), "%s", sender->key_file);
	if ((r = client_open(&settings, settings.ingestd, &client)) < 0 ||
		(r = crowd_new(&options, &crowd)) < 0 || (r = crowd_skip(crowd, honest->skip)) < 0)
		return err_fold(r);
	started = clock_mono();
	while (mono_ms_since(started, clock_mono()) < honest->run_ms) {
		sleep_ms(honest->pause_ms / 2 + rand_r(&seed) % (honest->pause_ms + 1));
		if ((r = report_one(sender, client, crowd)) < 0)
			return err_pass(r);
	}
	return 0;
}

static void *run(void *ctx)
{
	struct sender *sender = ctx;

	sender->failed = sender_run(sender);
	if (sender->failed < 0)
		fprintf(stderr, "honest: sender %u: %s (%s)\n", sender->index, err_text(),
			err_trace());
	digest_thread_fini();
	return NULL;
}

static int facilities_load(struct honest *honest, const char *path)
{
	FILE *file = fopen(path, "re");
	char line[128];

	if (!file)
		return err_here(ERR_NOT_FOUND, "cannot open '%s'", path);
	while (honest->facilities < FACILITIES_MAX && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\r\n")] = '\0';
		ensure(honest->facility[honest->facilities++] = strdup(line));
	}
	fclose(file);
	return 0;
}

static int catalog_fetch(struct honest *honest, const char *key_file)
{
	AUTO(client_close) struct client *client = NULL;
	struct client_settings settings = honest->settings;
	struct welcome welcome;
	int r;

	snprintf(settings.key_file, sizeof(settings.key_file), "%s", key_file);
	if ((r = client_open(&settings, settings.ingestd, &client)) < 0 ||
		(r = client_hello(client, NULL, NULL, &welcome)) < 0 ||
		(r = client_catalog(client, &honest->catalog)) < 0)
		return err_fold(r);
	return 0;
}

static int by_time(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Everybody's times in one row; true if every report of everybody was accepted. */
static bool print(const struct honest *honest, const struct sender *senders)
{
	int64_t *times = calloc((size_t)honest->senders * TIMES_MAX, sizeof(*times));
	uint64_t sent = 0, accepted = 0, repeated = 0, most = 0, failed = 0;
	size_t count = 0;

	ensure(times);
	for (uint32_t i = 0; i < honest->senders; i++) {
		const struct sender *sender = &senders[i];

		sent += sender->sent;
		accepted += sender->accepted;
		repeated += sender->repeated;
		failed += sender->failed < 0;
		most = sender->sent > most ? sender->sent : most;
		memcpy(times + count, sender->time_us, sender->times * sizeof(*times));
		count += sender->times;
	}
	qsort(times, count, sizeof(*times), by_time);
	printf("{\"sent\":%" PRIu64 ",\"accepted\":%" PRIu64 ",\"repeated\":%" PRIu64
	       ",\"failed\":%" PRIu64 ",\"most\":%" PRIu64 ",\"p50_us\":%" PRId64
	       ",\"p99_us\":%" PRId64 ",\"max_us\":%" PRId64 "}\n",
		sent, accepted, repeated, failed, most, count ? times[count / 2] : 0,
		count ? times[count * 99 / 100] : 0, count ? times[count - 1] : 0);
	free(times);
	return failed == 0 && sent == accepted;
}

static bool all_run(struct honest *honest, char **keys)
{
	struct sender *senders = calloc(honest->senders, sizeof(*senders));
	bool good;

	ensure(senders);
	for (uint32_t i = 0; i < honest->senders; i++) {
		senders[i] = (struct sender){ .honest = honest, .index = i, .key_file = keys[i] };
		ensure(senders[i].time_us = calloc(TIMES_MAX, sizeof(int64_t)));
		ensure(pthread_create(&senders[i].thread, NULL, run, &senders[i]) == 0);
	}
	for (uint32_t i = 0; i < honest->senders; i++)
		pthread_join(senders[i].thread, NULL);
	good = print(honest, senders);
	for (uint32_t i = 0; i < honest->senders; i++)
		free(senders[i].time_us);
	free(senders);
	return good;
}

int main(int argc, char **argv)
{
	static struct honest honest;
	bool good;

	if (argc < 7 || argc > 6 + SENDERS_MAX) {
		fputs("usage: honest client.yaml FACILITIES SECONDS PAUSE-MS SKIP KEY-FILE …\n",
			stderr);
		return 2;
	}
	honest.run_ms = strtol(argv[3], NULL, 10) * 1000;
	honest.pause_ms = strtol(argv[4], NULL, 10);
	honest.skip = strtoul(argv[5], NULL, 10);
	honest.senders = (uint32_t)argc - 6;
	if (client_settings_load(argv[1], &honest.settings) < 0 ||
		facilities_load(&honest, argv[2]) < 0 || catalog_fetch(&honest, argv[6]) < 0) {
		fprintf(stderr, "honest: %s (%s)\n", err_text(), err_trace());
		return 1;
	}
	puts("ready");
	fflush(stdout);
	good = all_run(&honest, argv + 6);
	catalog_free(honest.catalog);
	for (size_t i = 0; i < honest.facilities; i++)
		free(honest.facility[i]);
	return good ? 0 : 1;
}
