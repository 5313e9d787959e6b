/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A seeded crowd of collectors in one program, for the system tests and as the bench's load. Each
 * member has a thread, a connection, a key and its share of the facilities; it ends when each
 * report has its final verdict, whatever happened to the daemon meanwhile. SIGTERM: send nothing
 * new, finish what is under way. Prints "half" when half of the verdicts are in, then one JSON
 * line. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "tests/system/member.h"

enum { MEMBERS_MAX = 64, FACILITIES_MAX = 1 << 20 };

static atomic_bool stop;
static atomic_uint ended; /* members */
static atomic_ullong verdicts;

struct options {
	const char *config, *facilities, *form, *verdicts, *sent, *steady;
	const char *key[MEMBERS_MAX];
	uint32_t keys;
	uint32_t first_period, periods;
	uint64_t seed, reports;
	bool new_only;
	struct member_options member;
};

struct storm {
	struct options options;
	struct client_settings settings;
	struct catalog *catalog;
	char **facility;
	size_t facilities;
	struct storm_log *log;
	struct member *member[MEMBERS_MAX];
	pthread_t thread[MEMBERS_MAX];
	pthread_barrier_t start;
	int result[MEMBERS_MAX];
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "key", required_argument, NULL, 'k' },
	{ "facilities", required_argument, NULL, 'f' },
	{ "form", required_argument, NULL, 'F' },
	{ "first-period", required_argument, NULL, 'P' },
	{ "periods", required_argument, NULL, 'p' },
	{ "seed", required_argument, NULL, 's' },
	{ "reports", required_argument, NULL, 'r' },
	{ "per-message", required_argument, NULL, 'm' },
	{ "window", required_argument, NULL, 'w' },
	{ "duplicates", required_argument, NULL, 'd' },
	{ "rate", required_argument, NULL, 'R' },
	{ "patience-ms", required_argument, NULL, 't' },
	{ "resend-ms", required_argument, NULL, 'e' },
	{ "verdicts", required_argument, NULL, 'v' },
	{ "sent", required_argument, NULL, 'S' },
	{ "new-only", no_argument, NULL, 'n' },
	{ "steady", required_argument, NULL, 'y' },
	{ 0 },
};

static const char usage[] =
	"usage: storm --config client.yaml --key FILE [--key FILE …] --facilities FILE --form "
	"CODE\n"
	"  [--first-period 2015-01] [--periods 12] [--seed 1] [--reports 0 (until SIGTERM)] "
	"[--new-only [--steady FILE]]\n"
	"  [--per-message 8] [--window 8] [--duplicates PERCENT] [--rate REPORTS/S OF EACH]\n"
	"  [--patience-ms 60000] [--resend-ms 1500] [--verdicts LOG] [--sent LOG]\n";

static int read_number(const char *text, uint64_t max, uint64_t *ret_number)
{
	char *end = NULL;

	errno = 0;
	*ret_number = strtoull(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || *ret_number > max)
		return err_here(ERR_INVALID, "'%s' is not a number up to %" PRIu64, text, max);
	return 0;
}

static int set_number(struct options *options, int option, const char *text)
{
	uint64_t number = 0;
	int r = read_number(text, option == 'm' ? SUBMIT_REPORTS_MAX : UINT32_MAX, &number);

	if (r < 0)
		return err_pass(r);
	switch (option) {
	case 'p':
		options->periods = (uint32_t)number;
		return 0;
	case 's':
		options->seed = number;
		return 0;
	case 'r':
		options->reports = number;
		return 0;
	case 'm':
		options->member.per_message = (uint32_t)number;
		return 0;
	case 'w':
		options->member.window = (uint32_t)number;
		return 0;
	case 'd':
		options->member.duplicates_percent = (uint32_t)number;
		return 0;
	case 'R':
		options->member.rate = number;
		return 0;
	case 't':
		options->member.patience_ms = number;
		return 0;
	case 'e':
		options->member.resend_ms = number;
		return 0;
	default:
		return err_here(ERR_INVALID, "unknown option");
	}
}

static int set_option(struct options *options, int option, const char *text)
{
	switch (option) {
	case 'c':
		options->config = text;
		return 0;
	case 'f':
		options->facilities = text;
		return 0;
	case 'F':
		options->form = text;
		return 0;
	case 'v':
		options->verdicts = text;
		return 0;
	case 'S':
		options->sent = text;
		return 0;
	case 'n':
		options->new_only = true;
		return 0;
	case 'y':
		options->steady = text;
		return 0;
	case 'P':
		return period_parse(text, &options->first_period);
	case 'k':
		if (options->keys == MEMBERS_MAX)
			return err_here(ERR_LIMIT, "more than %d keys", MEMBERS_MAX);
		options->key[options->keys++] = text;
		return 0;
	default:
		return set_number(options, option, text);
	}
}

static int options_parse(int argc, char **argv, struct options *ret_options)
{
	int option, r;

	*ret_options = (struct options){
		.first_period = period_of(PERIOD_MONTH, 2015, 1),
		.periods = 12,
		.seed = 1,
		.member = { .per_message = 8,
			.window = 8,
			.patience_ms = 60000,
			.resend_ms = 1500,
			.stop = &stop,
			.verdicts = &verdicts },
	};
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		if ((r = set_option(ret_options, option, optarg)) < 0)
			return err_pass(r);
	if (!ret_options->config || !ret_options->keys || !ret_options->facilities ||
		!ret_options->form)
		return err_here(ERR_INVALID, "--config, --key, --facilities and --form are needed");
	return 0;
}

static int facilities_load(struct storm *storm)
{
	FILE *file = fopen(storm->options.facilities, "re");
	char line[128];

	if (!file)
		return err_here(ERR_NOT_FOUND, "cannot open '%s'", storm->options.facilities);
	storm->facility = calloc(FACILITIES_MAX, sizeof(*storm->facility));
	while (storm->facility && storm->facilities < FACILITIES_MAX &&
		fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\r\n")] = '\0';
		if (line[0] != '\0' && !(storm->facility[storm->facilities++] = strdup(line)))
			break;
	}
	fclose(file);
	return storm->facilities > 0
		       ? 0
		       : err_here(ERR_INVALID, "no facility in '%s'", storm->options.facilities);
}

static int settings_of(
	const struct storm *storm, uint32_t member, struct client_settings *ret_settings)
{
	const char *key = storm->options.key[member];

	*ret_settings = storm->settings;
	if (strlen(key) >= sizeof(ret_settings->key_file))
		return err_here(ERR_INVALID, "the path '%s' is too long", key);
	memcpy(ret_settings->key_file, key, strlen(key) + 1);
	return 0;
}

static int catalog_ask(struct storm *storm)
{
	AUTO(client_close) struct client *client = NULL;
	struct client_settings settings;
	struct welcome welcome;
	int r;

	if ((r = settings_of(storm, 0, &settings)) < 0 ||
		(r = client_open(&settings, settings.ingestd, &client)) < 0 ||
		(r = client_hello(client, NULL, NULL, &welcome)) < 0 ||
		(r = client_catalog(client, &storm->catalog)) < 0)
		return err_fold(r);
	return 0;
}

/* A server that is slow to answer is asked again, as by the members later. */
static int catalog_fetch(struct storm *storm)
{
	const struct mono started = clock_mono();
	const int64_t patience = (int64_t)storm->options.member.patience_ms;
	int r = client_settings_load(storm->options.config, &storm->settings);

	if (r < 0)
		return err_pass(r);
	do
		r = catalog_ask(storm);
	while ((r == ERR_UNREACHABLE || r == ERR_TIMEOUT) &&
		mono_ms_since(started, clock_mono()) < patience);
	return r < 0 ? err_pass(r) : 0;
}

static int members_make(struct storm *storm)
{
	const struct form *form = catalog_form_by_code(storm->catalog, storm->options.form);
	struct options *options = &storm->options;
	struct crowd_options crowd = {
		.catalog = storm->catalog,
		.form = form,
		.facilities = storm->facility,
		.facility_count = storm->facilities,
		.members = options->keys,
		.first_period = options->first_period,
		.periods = options->periods,
		.seed = options->seed,
		.new_only = options->new_only,
		.steady = options->steady,
	};
	struct client_settings settings;
	int r;

	if (!form)
		return err_here(ERR_NOT_FOUND, "the catalogue has no form '%s'", options->form);
	r = storm_log_open(options->verdicts, options->sent, form->id, &storm->log);
	options->member.reports = options->reports / options->keys;
	for (uint32_t i = 0; r == 0 && i < options->keys; i++) {
		crowd.member = i;
		if ((r = settings_of(storm, i, &settings)) == 0 &&
			(r = member_new(&options->member, &settings, &crowd, storm->log,
				 &storm->member[i])) == 0)
			r = member_connect(storm->member[i]);
	}
	return r < 0 ? err_pass(r) : 0;
}

struct run {
	struct storm *storm;
	uint32_t index;
};

static void *run(void *ctx)
{
	const struct run *own = ctx;
	struct storm *storm = own->storm;

	pthread_barrier_wait(&storm->start);
	storm->result[own->index] = member_run(storm->member[own->index]);
	if (storm->result[own->index] < 0)
		fprintf(stderr, "storm: member %u: %s (%s)\n", own->index, err_text(), err_trace());
	digest_thread_fini();
	atomic_fetch_add(&ended, 1);
	return NULL;
}

static void on_term(int number)
{
	(void)number;
	atomic_store(&stop, true);
}

/* Waits for half of the verdicts and says so: whoever measures looks at the aggregator then. */
static void tell_half(const struct storm *storm)
{
	const struct timespec pause = { .tv_nsec = 2000000 };
	const uint64_t half = storm->options.member.reports * storm->options.keys / 2;

	while (half != 0 && atomic_load(&verdicts) < half &&
		atomic_load(&ended) < storm->options.keys)
		nanosleep(&pause, NULL);
	if (half != 0) {
		puts("half");
		fflush(stdout);
	}
}

static void print_counts(const struct storm *storm, double seconds)
{
	struct member_counts sum = { 0 };
	struct rusage used;

	for (uint32_t i = 0; i < storm->options.keys; i++) {
		const struct member_counts *counts = member_counts(storm->member[i]);

		for (size_t s = 0; s < array_len(sum.status); s++)
			sum.status[s] += counts->status[s];
		sum.messages += counts->messages;
		sum.resent += counts->resent;
		sum.recoveries += counts->recoveries;
		sum.late += counts->late;
	}
	getrusage(RUSAGE_SELF, &used);
	printf("{\"verdicts\":%llu,\"seconds\":%.6f,\"cpu_seconds\":%.6f", atomic_load(&verdicts),
		seconds,
		(double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
			(double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
	for (enum status s = STATUS_ACCEPTED; s <= STATUS_MAX; s++)
		printf(",\"%s\":%" PRIu64, status_name(s), sum.status[s]);
	printf(",\"messages\":%" PRIu64 ",\"resent\":%" PRIu64 ",\"recoveries\":%" PRIu64
	       ",\"late\":%" PRIu64 "}\n",
		sum.messages, sum.resent, sum.recoveries, sum.late);
}

static int run_all(struct storm *storm)
{
	struct run runs[MEMBERS_MAX];
	const uint32_t members = storm->options.keys;
	struct mono started;
	int r = 0;

	pthread_barrier_init(&storm->start, NULL, members + 1);
	for (uint32_t i = 0; i < members; i++) {
		runs[i] = (struct run){ .storm = storm, .index = i };
		ensure(pthread_create(&storm->thread[i], NULL, run, &runs[i]) == 0);
	}
	started = clock_mono();
	pthread_barrier_wait(&storm->start);
	tell_half(storm);
	for (uint32_t i = 0; i < members; i++) {
		pthread_join(storm->thread[i], NULL);
		r = storm->result[i] < 0 ? storm->result[i] : r;
	}
	print_counts(storm, (double)(clock_mono().ns - started.ns) / 1e9);
	pthread_barrier_destroy(&storm->start);
	return r;
}

static void storm_fini(struct storm *storm)
{
	for (uint32_t i = 0; i < storm->options.keys; i++)
		member_free(storm->member[i]);
	storm_log_close(storm->log);
	catalog_free(storm->catalog);
	for (size_t i = 0; i < storm->facilities; i++)
		free(storm->facility[i]);
	free(storm->facility);
}

int main(int argc, char **argv)
{
	static struct storm storm;
	const struct sigaction term = { .sa_handler = on_term };
	int r = options_parse(argc, argv, &storm.options);

	if (r < 0) {
		fprintf(stderr, "storm: %s\n%s", err_text(), usage);
		return 2;
	}
	sigaction(SIGTERM, &term, NULL);
	if ((r = facilities_load(&storm)) < 0 || (r = catalog_fetch(&storm)) < 0 ||
		(r = members_make(&storm)) < 0)
		fprintf(stderr, "storm: %s (%s)\n", err_text(), err_trace());
	else
		r = run_all(&storm);
	storm_fini(&storm);
	return r < 0 ? 1 : 0;
}
