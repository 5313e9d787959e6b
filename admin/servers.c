/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * status and verify speak to both servers. One that is down does not hide what the other says. */
#include "admin/command.h"

#include <stdio.h>

#include "base/err.h"
#include "client/phrase.h"

/* A rebuild of everything from the first entry takes its time. */
enum { VERIFY_TIMEOUT_MS = 1800 * 1000 };

struct pair {
	struct grid table[SERVERS];
	char fault[SERVERS][512];
	int error[SERVERS];
};

static void pair_fini_auto(struct pair *pair)
{
	for (size_t i = 0; i < SERVERS; i++)
		grid_fini(&pair->table[i]);
}

static void pair_ask(
	struct session *session, enum server server, const char *verb, struct pair *pair)
{
	int r = session_ask(session, server, verb, NULL, 0, &pair->table[server]);

	pair->error[server] = r;
	if (r < 0)
		snprintf(
			pair->fault[server], sizeof(pair->fault[server]), "%s", phrase(err_text()));
}

/* The worst of both: an error first (they were all said already), then a fault found. */
static int pair_print(struct session *session, struct pair *pair)
{
	struct print_section section[2];
	bool fault = false;
	int error = 0, r;

	for (size_t i = 0; i < array_len(section); i++) {
		enum server server = i == 0 ? SERVER_INGESTD : SERVER_AGGREGATOR;

		section[i] = (struct print_section){ .name = server_name(server),
			.table = &pair->table[server],
			.fault = pair->error[server] ? pair->fault[server] : NULL };
		fault |= pair->table[server].fault;
		if (pair->error[server] && !error)
			error = pair->error[server];
	}
	r = session_print_sections(session, section, array_len(section));
	if (r < 0)
		return err_pass(r);
	return fault ? EXIT_FOUND : exit_of(error);
}

int status_run(struct session *session)
{
	AUTO(pair_fini) struct pair pair = { 0 };

	pair_ask(session, SERVER_INGESTD, "status", &pair);
	pair_ask(session, SERVER_AGGREGATOR, "status", &pair);
	return pair_print(session, &pair);
}

int settings_run(struct session *session)
{
	AUTO(pair_fini) struct pair pair = { 0 };

	pair_ask(session, SERVER_INGESTD, "settings", &pair);
	pair_ask(session, SERVER_AGGREGATOR, "settings", &pair);
	return pair_print(session, &pair);
}

int verify_run(struct session *session)
{
	AUTO(pair_fini) struct pair pair = { 0 };

	for (enum server server = SERVER_INGESTD; server < SERVERS; server++) {
		/* Whether it is there is told at once; only the check itself may take long. */
		uint64_t usual;

		pair_ask(session, server, "status", &pair);
		if (pair.error[server])
			continue;
		usual = session->settings.timeout_ms;
		if (!session->options->timeout_ms)
			session_reconnect(session, server, VERIFY_TIMEOUT_MS);
		pair_ask(session, server, "verify", &pair);
		session->settings.timeout_ms = usual;
	}
	return pair_print(session, &pair);
}
