/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What ingestd finds when it looks at itself and at what it can see of its neighbours. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "ingestd/observe.h"
#include "ingestd/server_parts.h"
#include "model/period.h"

enum {
	STATE_LAG_WARN = 20000,
	HOLIDAYS_WARN_DAYS = 45,
	BACKUP_WARN_S = 60 * 60,            /* one that follows is seconds old */
	WITNESS_WARN_S = 40 * 24 * 60 * 60, /* every sender comes once a month */
	BACKUP_BAD_S = 26 * 60 * 60,        /* a nightly one, and two hours */
};

static int32_t last_day(const struct key *key)
{
	return key->until_day != 0 ? key->until_day : INT32_MAX;
}

/* By holder, whose longest key comes first. */
static int by_holder(const void *a, const void *b)
{
	const struct key *x = *(const struct key *const *)a, *y = *(const struct key *const *)b;
	int order = strcmp(x->name, y->name);

	return order ? order : (last_day(x) < last_day(y)) - (last_day(x) > last_day(y));
}

static uint32_t *state_of(
	struct key_states *states, const struct key *key, const struct key *longest, int32_t today)
{
	const bool lasts = key_lasts(key, today) || key->from_day > today;

	if (!lasts && key_lasts(longest, today))
		return &states->replaced;
	if (!lasts && !key_valid(key, today))
		return &states->ended;
	return lasts ? &states->valid : &states->ending;
}

struct key_states server_key_states(const struct server *server)
{
	const struct registry *registry = decide_registry(server->decide);
	const struct key **keys = calloc((size_t)registry_keys(registry) + 1, sizeof(*keys)),
			 *longest = NULL;
	int32_t today = decide_today(server->decide);
	struct key_states states = { 0 };
	size_t count = 0;

	for (uint32_t number = 1; keys && number <= registry_keys(registry); number++) {
		const struct key *key = registry_key(registry, number);

		if (key->revoked)
			states.revoked++;
		else
			keys[count++] = key;
	}
	if (count > 0)
		qsort(keys, count, sizeof(*keys), by_holder);
	for (size_t i = 0; i < count; i++) {
		if (!longest || strcmp(longest->name, keys[i]->name) != 0)
			longest = keys[i];
		++*state_of(&states, keys[i], longest, today);
	}
	free(keys);
	return states;
}

static void check_keys(const struct server *server, struct doctor *doctor)
{
	const struct key_states states = server_key_states(server);
	struct doctor_row *row = doctor_row(doctor, DOCTOR_KEYS,
		states.ended || states.ending ? DOCTOR_WARN : DOCTOR_OK,
		states.ended + states.ending);

	doctor_found(row, "%u; %u; %u", states.valid, states.ending, states.ended);
	doctor_limit(row, "%d d", KEY_WARN_DAYS);
}

static void check_backup(const struct server *server, struct doctor *doctor)
{
	struct wall at;
	uint64_t sequence;
	bool none = hint_copied(server->hint, &sequence, &at) != 0;
	/* A house that was set up today has time until tomorrow. */
	int64_t age = (clock_wall().ms - (none ? server->started.ms : at.ms)) / 1000;
	bool behind = none || sequence < server->durable.sequence;
	struct doctor_row *row = doctor_row(doctor, DOCTOR_BACKUP,
		age > BACKUP_BAD_S                        ? DOCTOR_BAD
		: none || (behind && age > BACKUP_WARN_S) ? DOCTOR_WARN
							  : DOCTOR_OK,
		age);
	char text[AMOUNT_TEXT_BYTES];

	if (none)
		doctor_found(row, "none");
	else
		doctor_found(
			row, "%s, %llu", amount_seconds(age, text), (unsigned long long)sequence);
	doctor_limit(row, "%s", amount_seconds(BACKUP_WARN_S, text));
}

static void check_history(const struct server *server, struct doctor *doctor)
{
	const uint32_t differing = history_suspicions(decide_history(server->decide));
	bool heard = server->witnessed_sequence > 0;
	int64_t now = clock_wall().ms,
		age = (now - (heard ? server->witnessed_at.ms : server->started.ms)) / 1000;
	struct doctor_row *row = doctor_row(
		doctor, DOCTOR_WITNESS, age > WITNESS_WARN_S ? DOCTOR_WARN : DOCTOR_OK, age);
	char text[AMOUNT_TEXT_BYTES];

	if (heard)
		doctor_found(row, "%s, %llu", amount_seconds(age, text),
			(unsigned long long)server->witnessed_sequence);
	else
		doctor_found(row, "none");
	doctor_limit(row, "%s", amount_seconds(WITNESS_WARN_S, text));
	row = doctor_row(doctor, DOCTOR_HISTORY, differing ? DOCTOR_BAD : DOCTOR_OK, differing);
	doctor_found(row, "%u", (unsigned)differing);
	doctor_limit(row, "0");
}

static void check_training(const struct server *server, struct doctor *doctor)
{
	struct doctor_row *row;

	if (!server->settings->training)
		return;
	row = doctor_row(doctor, DOCTOR_TRAINING, DOCTOR_WARN, 1);
	doctor_found(row, "training: true");
}

static void check_stores(const struct server *server, struct doctor *doctor)
{
	struct env_usage journal = { 0 }, state = { 0 };

	if (journal_usage(server->journal, &journal) == 0)
		doctor_room(
			doctor, DOCTOR_JOURNAL_ROOM, journal.room_bytes, journal.map_size_bytes);
	if (env_usage(server->state, &state) == 0)
		doctor_room(doctor, DOCTOR_STORE_ROOM, state.room_bytes, state.map_size_bytes);
	doctor_readers(doctor, journal.readers + state.readers,
		journal.oldest_lag > state.oldest_lag ? journal.oldest_lag : state.oldest_lag);
}

static void check_lag(const struct server *server, struct doctor *doctor)
{
	uint64_t indexed = index_sequence(server->index), durable = server->durable.sequence;
	uint64_t lag = durable > indexed ? durable - indexed : 0;
	struct doctor_row *row = doctor_row(doctor, DOCTOR_STATE_LAG,
		lag > STATE_LAG_WARN ? DOCTOR_WARN : DOCTOR_OK, (int64_t)lag);

	doctor_found(row, "%llu", (unsigned long long)lag);
	doctor_limit(row, "%d", STATE_LAG_WARN);
}

static void check_aggregator(const struct server *server, struct doctor *doctor)
{
	uint64_t followed = 0, durable = server->durable.sequence, lag;
	bool mute = hint_followed(server->hint, clock_wall(), &followed) != 0;
	struct doctor_row *row;

	lag = durable > followed ? durable - followed : 0;
	row = doctor_row(doctor, DOCTOR_AGGREGATOR,
		mute || lag > FOLLOW_LAG_MAX ? DOCTOR_WARN : DOCTOR_OK, (int64_t)lag);
	if (mute)
		doctor_found(row, "mute");
	else
		doctor_found(row, "%llu", (unsigned long long)lag);
	doctor_limit(row, "%d", FOLLOW_LAG_MAX);
}

/* Notices are for whole calendar years, so what is named last tells the year up to whose end the
 * days are known. */
static void check_holidays(const struct server *server, struct doctor *doctor)
{
	int32_t until = catalog_holidays_until(decide_catalog(server->decide)), left;
	int32_t today = day_of_wall_ms(clock_wall().ms);
	struct doctor_row *row;
	char text[DAY_TEXT_BYTES];

	if (until == 0)
		return; /* a catalogue without holidays goes by the week alone, as it was made */
	day_print(until, text);
	until = day_of((text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 +
			       text[3] - '0',
		12, 31);
	left = until - today;
	row = doctor_row(
		doctor, DOCTOR_HOLIDAYS, left < HOLIDAYS_WARN_DAYS ? DOCTOR_WARN : DOCTOR_OK, left);
	day_print(until, text);
	doctor_found(row, "%s", text);
	doctor_limit(row, "%d d", HOLIDAYS_WARN_DAYS);
}

void server_doctor(const struct server *server, struct doctor *out)
{
	const struct settings *settings = server->settings;

	doctor_version(out);
	doctor_clock(out, &server->observed.clock, clock_wall());
	doctor_disk(out, settings->data_dir, &settings->floors);
	check_stores(server, out);
	check_lag(server, out);
	check_aggregator(server, out);
	check_backup(server, out);
	check_history(server, out);
	check_training(server, out);
	check_keys(server, out);
	check_holidays(server, out);
	doctor_key_file(out, settings->server_key);
	doctor_metrics_file(out, settings->metrics_file, server->observed.file.failed);
}
