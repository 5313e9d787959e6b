/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The one table of what ingestd measures. Counts run since the start; Prometheus knows how to deal
 * with a restart. Nothing is labelled by facility or person: who was refused stands in the journal,
 * where it is protected. */
#include "base/err.h"
#include "ingestd/observe.h"
#include "ingestd/server_parts.h"

static void read_reports(const void *ctx, struct samples *out)
{
	const struct decide_counts *counts = decide_counts(((const struct server *)ctx)->decide);
	const struct {
		const char *result;
		uint64_t count;
	} results[] = {
		{ "accepted", counts->accepted },
		{ "unchanged", counts->unchanged },
		{ "superseded", counts->superseded },
		{ "rejected", counts->rejected },
		{ "held", counts->held },
		{ "later", counts->later },
	};

	for (size_t i = 0; i < array_len(results); i++)
		sample_add(out, (double)results[i].count, "result=\"%s\"", results[i].result);
}

static void read_rules(const void *ctx, struct samples *out)
{
	const struct rule_counts *counts = decide_rule_counts(((const struct server *)ctx)->decide);

	for (size_t i = 0; i < RULE_COUNTS_SLOTS; i++) {
		const struct rule_count *slot = &counts->slot[i];

		if (slot->rule[0])
			sample_add(out, (double)slot->count, "rule=\"%s\"", slot->rule);
	}
	sample_add(out, (double)counts->others, "rule=\"\"");
}

static void read_received(const void *ctx, struct samples *out)
{
	const struct server *server = ctx;

	sample_add(out, (double)endpoint_counts(server->endpoint)->received, "program=\"ingestd\"");
}

static void read_refused(const void *ctx, struct samples *out)
{
	sample_add(
		out, (double)((const struct server *)ctx)->refused_messages, "program=\"ingestd\"");
}

static void read_dropped(const void *ctx, struct samples *out)
{
	const struct server *server = ctx;
	const struct endpoint_counts *wire = endpoint_counts(server->endpoint);

	sample_add(out, (double)server->dropped_messages, "reason=\"header\"");
	sample_add(out, (double)wire->dropped_frames, "reason=\"frames\"");
	sample_add(out, (double)wire->dropped_unauthenticated, "reason=\"unauthenticated\"");
}

static void read_unsendable(const void *ctx, struct samples *out)
{
	const struct server *server = ctx;

	sample_plain(out, (double)endpoint_counts(server->endpoint)->unsendable);
}

static void read_handshakes(const void *ctx, struct samples *out)
{
	uint64_t allowed, denied;

	auth_counts(((const struct server *)ctx)->auth, &allowed, &denied);
	sample_add(out, (double)allowed, "program=\"ingestd\",result=\"allowed\"");
	sample_add(out, (double)denied, "program=\"ingestd\",result=\"denied\"");
}

static void read_busy(const void *ctx, struct samples *out)
{
	static const char *const reasons[BUSY_REASONS] = {
		[BUSY_REBUILDING] = "rebuilding",
		[BUSY_TAIL_FULL] = "tail_full",
		[BUSY_DISK_FLOOR] = "disk_floor",
		[BUSY_SENDER_LIMIT] = "sender_limit",
	};
	const struct server *server = ctx;

	for (size_t i = 1; i < BUSY_REASONS; i++)
		sample_add(out, (double)server->busy[i], "reason=\"%s\"", reasons[i]);
}

static void read_commits(const void *ctx, struct samples *out)
{
	struct histogram durations;

	commit_durations(((const struct server *)ctx)->commit, &durations);
	sample_histogram(out, &durations);
}

static void read_entries(const void *ctx, struct samples *out)
{
	sample_plain(out, (double)((const struct server *)ctx)->durable.sequence);
}

static void read_last_entry(const void *ctx, struct samples *out)
{
	const struct server *server = ctx;

	if (server->durable_received > 0)
		sample_plain(out, (double)server->durable_received / 1000);
}

static void read_memories(const void *ctx, struct samples *out)
{
	const struct server *server = ctx;
	const struct decide_load load = decide_load(server->decide);

	sample_add(out, load.tail, "memory=\"tail\"");
	sample_add(out, load.past, "memory=\"past\"");
	sample_add(out, (double)server->filling->entries / BATCH_REPORTS_MAX, "memory=\"batch\"");
}

static void read_indexed(const void *ctx, struct samples *out)
{
	const struct server *server = ctx;
	uint64_t indexed = index_sequence(server->index), durable = server->durable.sequence;

	sample_plain(out, durable > indexed ? (double)(durable - indexed) : 0);
}

static void read_followed(const void *ctx, struct samples *out)
{
	const struct server *server = ctx;
	uint64_t followed, durable = server->durable.sequence;

	if (hint_followed(server->hint, clock_wall(), &followed) == 0)
		sample_plain(out, durable > followed ? (double)(durable - followed) : 0);
}

enum usage { USAGE_USED, USAGE_ROOM, USAGE_READERS, USAGE_LAG };

static void usage_add(
	const struct env_usage *usage, const char *store, enum usage which, struct samples *out)
{
	const double values[] = { [USAGE_USED] = (double)usage->used_bytes,
		[USAGE_ROOM] = (double)usage->room_bytes,
		[USAGE_READERS] = (double)usage->readers,
		[USAGE_LAG] = (double)usage->oldest_lag };

	sample_add(out, values[which], "store=\"%s\"", store);
}

static void read_usage(const struct server *server, enum usage which, struct samples *out)
{
	struct env_usage usage;

	if (journal_usage(server->journal, &usage) == 0)
		usage_add(&usage, "journal", which, out);
	if (env_usage(server->state, &usage) == 0)
		usage_add(&usage, "state", which, out);
}

static void read_used(const void *ctx, struct samples *out)
{
	read_usage(ctx, USAGE_USED, out);
}

static void read_room(const void *ctx, struct samples *out)
{
	read_usage(ctx, USAGE_ROOM, out);
}

static void read_readers(const void *ctx, struct samples *out)
{
	read_usage(ctx, USAGE_READERS, out);
}

static void read_reader_lag(const void *ctx, struct samples *out)
{
	read_usage(ctx, USAGE_LAG, out);
}

static void read_copied(const void *ctx, struct samples *out)
{
	uint64_t sequence;
	struct wall at;

	if (hint_copied(((const struct server *)ctx)->hint, &sequence, &at) == 0)
		sample_plain(out, (double)at.ms / 1000);
}

static void read_copied_lag(const void *ctx, struct samples *out)
{
	const struct server *server = ctx;
	uint64_t sequence, durable = server->durable.sequence;
	struct wall at;

	if (hint_copied(server->hint, &sequence, &at) == 0)
		sample_plain(out, durable > sequence ? (double)(durable - sequence) : 0);
}

static void read_witnessed(const void *ctx, struct samples *out)
{
	const struct server *server = ctx;

	if (server->witnessed_sequence > 0)
		sample_plain(out, (double)server->witnessed_at.ms / 1000);
}

static void read_differing(const void *ctx, struct samples *out)
{
	const struct server *server = ctx;

	sample_plain(out, history_suspicions(decide_history(server->decide)));
}

static void read_over_limit(const void *ctx, struct samples *out)
{
	sample_plain(out, (double)((const struct server *)ctx)->over_limit_messages);
}

static void read_cut(const void *ctx, struct samples *out)
{
	sample_plain(out, (double)endpoint_cut_count(((const struct server *)ctx)->endpoint));
}

static void read_memory_limit(const void *ctx, struct samples *out)
{
	sample_plain(out, (double)((const struct server *)ctx)->settings->memory_bytes);
}

static void read_training(const void *ctx, struct samples *out)
{
	sample_plain(out, ((const struct server *)ctx)->settings->training);
}

static void read_floor(const void *ctx, struct samples *out)
{
	sample_plain(out, ((const struct server *)ctx)->disk_low);
}

static void read_jumps(const void *ctx, struct samples *out)
{
	sample_plain(out, (double)((const struct server *)ctx)->observed.clock.jumps);
}

static void read_facilities(const void *ctx, struct samples *out)
{
	const struct server *server = ctx;

	sample_plain(out, registry_facilities(decide_registry(server->decide)));
}

static void read_keys(const void *ctx, struct samples *out)
{
	const struct key_states states = server_key_states(ctx);

	sample_add(out, states.valid, "state=\"valid\"");
	sample_add(out, states.ending, "state=\"ending\"");
	sample_add(out, states.ended, "state=\"ended\"");
	sample_add(out, states.revoked, "state=\"revoked\"");
	sample_add(out, states.replaced, "state=\"replaced\"");
}

static const struct metric metrics[] = {
	{ "huibao_ingest_reports_total", METRIC_COUNTER, "",
		"Reports that were given a verdict, by the verdict.", read_reports },
	{ "huibao_rule_violations_total", METRIC_COUNTER, "",
		"Findings of the catalogue's rules; rule empty: of rules beyond the table.",
		read_rules },
	{ "huibao_messages_received_total", METRIC_COUNTER, "", "Messages of authenticated peers.",
		read_received },
	{ "huibao_messages_refused_total", METRIC_COUNTER, "",
		"Messages that were answered with a refusal.", read_refused },
	{ "huibao_messages_dropped_total", METRIC_COUNTER, "",
		"Messages that were dropped without an answer.", read_dropped },
	{ "huibao_answers_unsendable_total", METRIC_COUNTER, "",
		"Answers whose receiver had gone or did not read.", read_unsendable },
	{ "huibao_handshakes_total", METRIC_COUNTER, "",
		"Connections that were let in, and that were turned away for their key.",
		read_handshakes },
	{ "huibao_busy_total", METRIC_COUNTER, "", "Messages whose sender was told to come back.",
		read_busy },
	{ "huibao_journal_commit_duration_seconds", METRIC_HISTOGRAM, "seconds",
		"From the first byte of a batch to its flush.", read_commits },
	{ "huibao_journal_entries", METRIC_GAUGE, "", "Durable entries of the journal.",
		read_entries },
	{ "huibao_journal_last_entry_timestamp_seconds", METRIC_GAUGE, "seconds",
		"When the newest durable entry was received, since 1970.", read_last_entry },
	{ "huibao_ingest_memory_fill_ratio", METRIC_GAUGE, "",
		"How full a memory of deciding is of what cannot be forgotten yet, 0 to 1.",
		read_memories },
	{ "huibao_state_lag_entries", METRIC_GAUGE, "",
		"Durable entries that the state does not show yet.", read_indexed },
	{ "huibao_followed_lag_entries", METRIC_GAUGE, "",
		"Durable entries that the aggregator has not told to have folded; absent while it "
		"is mute.",
		read_followed },
	{ "huibao_lmdb_used_bytes", METRIC_GAUGE, "bytes", "Bytes of the store in use.",
		read_used },
	{ "huibao_lmdb_room_bytes", METRIC_GAUGE, "bytes", "Bytes that the store's map has left.",
		read_room },
	{ "huibao_lmdb_readers", METRIC_GAUGE, "", "Open read transactions of the store.",
		read_readers },
	{ "huibao_lmdb_oldest_reader_lag_commits", METRIC_GAUGE, "",
		"Commits since the oldest open read transaction began.", read_reader_lag },
	{ "huibao_backup_timestamp_seconds", METRIC_GAUGE, "seconds",
		"When the newest copy told that it is flushed, since 1970; absent: never.",
		read_copied },
	{ "huibao_backup_lag_entries", METRIC_GAUGE, "",
		"Durable entries that the newest copy does not hold.", read_copied_lag },
	{ "huibao_witness_timestamp_seconds", METRIC_GAUGE, "seconds",
		"When a sender's receipt last agreed with the journal, since 1970; absent: not "
		"since the start.",
		read_witnessed },
	{ "huibao_history_differing_keys", METRIC_GAUGE, "",
		"Keys whose receipts the journal contradicts, and on which nobody has decided.",
		read_differing },
	{ "huibao_messages_over_limit_total", METRIC_COUNTER, "",
		"Messages beyond what may wait of one key.", read_over_limit },
	{ "huibao_connections_cut_total", METRIC_COUNTER, "",
		"Connections that were cut off for what they sent or did not read.", read_cut },
	{ "huibao_memory_limit_bytes", METRIC_GAUGE, "bytes",
		"The setting memory-bytes: near it connections are cut off.", read_memory_limit },
	{ "huibao_training", METRIC_GAUGE, "", "1 for a training system.", read_training },
	{ "huibao_disk_floor_reached", METRIC_GAUGE, "",
		"1 while reports are refused for lack of room.", read_floor },
	{ "huibao_clock_jumps_total", METRIC_COUNTER, "",
		"Jumps of the server's wall clock by more than two seconds.", read_jumps },
	{ "huibao_facilities", METRIC_GAUGE, "", "Facilities in the registry.", read_facilities },
	{ "huibao_keys", METRIC_GAUGE, "",
		"Keys in the registry; ending: within thirty days; ended: past their last day; "
		"replaced: so, but their holder has another one that lasts.",
		read_keys },
};

int server_metrics(const void *ctx, struct samples *out)
{
	const struct server *server = ctx;
	const struct process process = { .program = "ingestd",
		.data_dir = server->settings->data_dir,
		.started = server->started };
	int r = metrics_read(process_metrics, process_metrics_count, &process, out);

	return r < 0 ? err_pass(r)
		     : err_pass(metrics_read(metrics, array_len(metrics), server, out));
}
