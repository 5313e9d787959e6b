/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the aggregator finds when it looks at itself. */
#include "aggregator/server_parts.h"
#include "base/limits.h"

static void check_following(const struct server *server, struct doctor *doctor)
{
	enum follow_state state = follow_state_of(server->follow);
	uint64_t head = follow_journal_sequence(server->follow);
	uint64_t position = follow_position(server->follow)->sequence;
	uint64_t lag = head > position ? head - position : 0;
	struct doctor_row *row = doctor_row(doctor, DOCTOR_FOLLOWING,
		state == FOLLOW_STOPPED                             ? DOCTOR_BAD
		: state != FOLLOW_FOLLOWING || lag > FOLLOW_LAG_MAX ? DOCTOR_WARN
								    : DOCTOR_OK,
		(int64_t)lag);

	doctor_found(row, "%s, %llu", follow_state_name(state), (unsigned long long)lag);
	doctor_limit(row, "%d", FOLLOW_LAG_MAX);
}

void server_doctor(const void *ctx, struct doctor *out)
{
	const struct server *server = ctx;
	const struct settings *settings = server->settings;
	struct env_usage usage;

	doctor_version(out);
	doctor_clock(out, &server->observed.clock, clock_wall());
	doctor_disk(out, settings->data_dir, &settings->floors);
	if (env_usage(follow_env(server->follow), &usage) == 0) {
		doctor_room(out, DOCTOR_STORE_ROOM, usage.room_bytes, usage.map_size_bytes);
		doctor_readers(out, usage.readers, usage.oldest_lag);
	}
	check_following(server, out);
	doctor_key_file(out, settings->server_key);
	doctor_metrics_file(out, settings->metrics_file, server->observed.file.failed);
}
