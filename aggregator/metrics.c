/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The one table of what the aggregator measures. Families that ingestd has, too, carry the label
 * "program" or "store" and the same words. */
#include "aggregator/server_parts.h"
#include "base/err.h"

static uint64_t lag_entries(const struct server *server)
{
	uint64_t head = follow_journal_sequence(server->follow);
	uint64_t position = follow_position(server->follow)->sequence;

	return head > position ? head - position : 0;
}

static void read_lag(const void *ctx, struct samples *out)
{
	sample_plain(out, (double)lag_entries(ctx));
}

/* How long ago the first entry that is not folded yet was received. */
static void read_lag_seconds(const void *ctx, struct samples *out)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	const struct server *server = ctx;
	struct journal *journal = follow_journal(server->follow);
	struct entry entry;
	double seconds = 0;

	if (lag_entries(server) > 0) {
		if (!journal || journal_get(journal, follow_position(server->follow)->sequence + 1,
					&buffer, &entry) != 0)
			return;
		seconds = ((double)clock_wall().ms - (double)entry.received) / 1000;
	}
	sample_plain(out, seconds > 0 ? seconds : 0);
}

static void read_state(const void *ctx, struct samples *out)
{
	const struct server *server = ctx;

	for (int state = FOLLOW_WAITING; state <= FOLLOW_STOPPED; state++)
		sample_add(out, (int)follow_state_of(server->follow) == state, "state=\"%s\"",
			follow_state_name((enum follow_state)state));
}

static void read_entries(const void *ctx, struct samples *out)
{
	const struct server *server = ctx;

	sample_plain(out, (double)follow_position(server->follow)->sequence);
}

static void read_questions(const void *ctx, struct samples *out)
{
	sample_histogram(out, &((const struct server *)ctx)->questions);
}

static void read_received(const void *ctx, struct samples *out)
{
	const struct server *server = ctx;

	sample_add(
		out, (double)endpoint_counts(server->endpoint)->received, "program=\"aggregator\"");
}

static void read_refused(const void *ctx, struct samples *out)
{
	const struct server *server = ctx;

	sample_add(out, (double)answering_refused(server->answering), "program=\"aggregator\"");
}

static void read_handshakes(const void *ctx, struct samples *out)
{
	uint64_t allowed, denied;

	auth_counts(((const struct server *)ctx)->auth, &allowed, &denied);
	sample_add(out, (double)allowed, "program=\"aggregator\",result=\"allowed\"");
	sample_add(out, (double)denied, "program=\"aggregator\",result=\"denied\"");
}

static bool usage_of(const void *ctx, struct env_usage *ret_usage)
{
	return env_usage(follow_env(((const struct server *)ctx)->follow), ret_usage) == 0;
}

static void read_used(const void *ctx, struct samples *out)
{
	struct env_usage usage;

	if (usage_of(ctx, &usage))
		sample_add(out, (double)usage.used_bytes, "store=\"aggregates\"");
}

static void read_room(const void *ctx, struct samples *out)
{
	struct env_usage usage;

	if (usage_of(ctx, &usage))
		sample_add(out, (double)usage.room_bytes, "store=\"aggregates\"");
}

static void read_readers(const void *ctx, struct samples *out)
{
	struct env_usage usage;

	if (usage_of(ctx, &usage))
		sample_add(out, usage.readers, "store=\"aggregates\"");
}

static void read_reader_lag(const void *ctx, struct samples *out)
{
	struct env_usage usage;

	if (usage_of(ctx, &usage))
		sample_add(out, (double)usage.oldest_lag, "store=\"aggregates\"");
}

static const struct metric metrics[] = {
	{ "huibao_aggregate_lag_entries", METRIC_GAUGE, "",
		"Entries of the journal that are not folded yet.", read_lag },
	{ "huibao_aggregate_lag_seconds", METRIC_GAUGE, "seconds",
		"How long ago the first entry that is not folded yet was received.",
		read_lag_seconds },
	{ "huibao_aggregate_state", METRIC_GAUGE, "",
		"1 for the state in which the aggregator follows the journal.", read_state },
	{ "huibao_aggregate_entries", METRIC_GAUGE, "", "Entries that are folded.", read_entries },
	{ "huibao_question_duration_seconds", METRIC_HISTOGRAM, "seconds",
		"From a question's arrival to its answer.", read_questions },
	{ "huibao_messages_received_total", METRIC_COUNTER, "", "Messages of authenticated peers.",
		read_received },
	{ "huibao_messages_refused_total", METRIC_COUNTER, "",
		"Messages that were answered with a refusal.", read_refused },
	{ "huibao_handshakes_total", METRIC_COUNTER, "",
		"Connections that were let in, and that were turned away for their key.",
		read_handshakes },
	{ "huibao_lmdb_used_bytes", METRIC_GAUGE, "bytes", "Bytes of the store in use.",
		read_used },
	{ "huibao_lmdb_room_bytes", METRIC_GAUGE, "bytes", "Bytes that the store's map has left.",
		read_room },
	{ "huibao_lmdb_readers", METRIC_GAUGE, "", "Open read transactions of the store.",
		read_readers },
	{ "huibao_lmdb_oldest_reader_lag_commits", METRIC_GAUGE, "",
		"Commits since the oldest open read transaction began.", read_reader_lag },
};

int server_metrics(const void *ctx, struct samples *out)
{
	const struct server *server = ctx;
	const struct process process = { .program = "aggregator",
		.data_dir = server->settings->data_dir,
		.started = server->started };
	int r = metrics_read(process_metrics, process_metrics_count, &process, out);

	return r < 0 ? err_pass(r)
		     : err_pass(metrics_read(metrics, array_len(metrics), server, out));
}
