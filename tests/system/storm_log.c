/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A line is written whole under one lock, so a log that many threads share stays readable. */
#include "tests/system/storm_log.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"

enum { HEX_BYTES = 2 * REPORT_BYTES_MAX + 1 };

struct storm_log {
	FILE *verdicts, *sent;
	uint32_t form;
	pthread_mutex_t lock;
	char hex[HEX_BYTES];
};

static int open_one(const char *path, FILE **ret_file)
{
	if (path && !(*ret_file = fopen(path, "ae")))
		return err_here(ERR_IO, "cannot open the log '%s'", path);
	return 0;
}

int storm_log_open(
	const char *verdicts_path, const char *sent_path, uint32_t form, struct storm_log **ret_log)
{
	AUTO(storm_log_close) struct storm_log *log = calloc(1, sizeof(*log));
	int r;

	if (!log)
		return err_here(ERR_NOMEM, "cannot allocate a log");
	pthread_mutex_init(&log->lock, NULL);
	log->form = form;
	if ((r = open_one(verdicts_path, &log->verdicts)) < 0 ||
		(r = open_one(sent_path, &log->sent)) < 0)
		return err_pass(r);
	*ret_log = log;
	log = NULL;
	return 0;
}

void storm_log_close(struct storm_log *log)
{
	if (!log)
		return;
	if (log->verdicts)
		fclose(log->verdicts);
	if (log->sent)
		fclose(log->sent);
	pthread_mutex_destroy(&log->lock);
	free(log);
}

static const char *hex_of(struct storm_log *log, struct bytes bytes)
{
	ensure(bytes.len * 2 + 1 <= sizeof(log->hex));
	bytes_to_hex(bytes, log->hex);
	return log->hex;
}

static void print_report(struct storm_log *log, FILE *file, const struct crowd_report *report)
{
	fprintf(file,
		"{\"facility\":\"%s\",\"form\":%u,\"period\":%u,\"revision\":%u,\"digest\":\"%s\"",
		report->facility, log->form, report->period, report->revision,
		hex_of(log, digest_view(&report->digest)));
}

void storm_log_sent(struct storm_log *log, const struct crowd_report *report)
{
	if (!log->sent)
		return;
	pthread_mutex_lock(&log->lock);
	print_report(log, log->sent, report);
	fputs("}\n", log->sent);
	fflush(log->sent);
	pthread_mutex_unlock(&log->lock);
}

void storm_log_verdict(struct storm_log *log, const struct crowd_report *report,
	struct bytes packed, const struct verdicts *verdicts, const struct verdict *verdict,
	uint64_t own)
{
	const bool first = own == 0 && verdict && verdict->has_first;
	const uint64_t last = first ? verdict->first.last_sequence
			      : verdicts->entries > 0
				      ? verdicts->first_sequence + verdicts->entries - 1
				      : 0;

	if (!log->verdicts)
		return;
	pthread_mutex_lock(&log->lock);
	print_report(log, log->verdicts, report);
	fprintf(log->verdicts, ",\"status\":\"%s\",\"epoch\":\"%s\"",
		status_name(verdict ? verdict->status : STATUS_ACCEPTED),
		hex_of(log, bytes_of(verdicts->epoch, sizeof(verdicts->epoch))));
	fprintf(log->verdicts,
		",\"sequence\":%" PRIu64 ",\"last_sequence\":%" PRIu64 ",\"chain\":\"%s\"",
		first ? verdict->first.sequence : own, last,
		last ? hex_of(log, digest_view(first ? &verdict->first.chain : &verdicts->chain))
		     : "");
	fputs(",\"findings\":[", log->verdicts);
	for (uint32_t i = 0; verdict && i < verdict->findings; i++)
		fprintf(log->verdicts, "%s%d", i ? "," : "", (int)verdict->finding[i].code);
	fprintf(log->verdicts, "],\"values_hex\":\"%s\"}\n", hex_of(log, packed));
	fflush(log->verdicts);
	pthread_mutex_unlock(&log->lock);
}
