/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Adopting a catalogue: an entry that contains it whole, after it was checked against the one in
 * force. A folder with mistakes never replaces anything: at the first start it stops the daemon,
 * and later the catalogue in force stays. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "ingestd/server_parts.h"

enum { FAULTS_LOGGED_MAX = 64, FAULT_LOGGED_BYTES = 400 };

/* Entries of today that were rejected, refused or held count against today's quota; the walk goes
 * back by sequence until yesterday, because received times never go back. */
static int quota_recount(struct server *server, uint64_t head, int32_t today)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	struct entry entry;

	for (uint64_t sequence = head; sequence > 0; sequence--) {
		int r = journal_get(server->journal, sequence, &buffer, &entry);

		if (r != 0)
			return err_fold(r);
		if (day_of_wall_ms((int64_t)entry.received) != today)
			return 0;
		decide_quota_used(server->decide, &entry);
	}
	return 0;
}

static int last_received(struct server *server, uint64_t sequence, uint64_t *ret_received)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	struct entry entry;
	int r;

	*ret_received = 0;
	if (sequence == 0)
		return 0;
	r = journal_get(server->journal, sequence, &buffer, &entry);
	if (r != 0)
		return err_fold(r);
	*ret_received = entry.received;
	return 0;
}

/* The first entry of a new journal. */
static int first_catalogue(struct server *server, const struct catalog *catalog)
{
	struct entry entry = { .kind = ENTRY_CATALOGUE,
		.catalogue = 1,
		.received = (uint64_t)clock_wall().ms,
		.algorithm = DIGEST_SHA256,
		.body = catalog_bundle(catalog) };
	int r = journal_append(server->journal, (struct entry *[]){ &entry }, 1);

	return r < 0 ? err_pass(r) : err_pass(journal_head(server->journal, &server->durable));
}

/* The catalogue in force, or the folder's if the journal has none yet. */
static int catalogue_in_force(
	struct server *server, struct catalog **ret_catalog, uint32_t *ret_number)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	struct bytes bundle;
	uint64_t sequence;
	int r = derived_catalogue_get(&server->ports, ret_number, &sequence, &bundle);

	if (r == 0) {
		r = catalog_open_bundle(bundle, &catalog);
	} else if (r == PORT_NONE) {
		*ret_number = 1;
		if ((r = catalog_load(server->settings->catalogue, &catalog)) == 0)
			r = first_catalogue(server, catalog);
	}
	if (r < 0)
		return err_pass(r);
	*ret_catalog = catalog;
	catalog = NULL;
	return 0;
}

int adopt_at_start(struct server *server)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	uint64_t received = 0, now;
	uint32_t number = 0;
	int r = catalogue_in_force(server, &catalog, &number);

	if (r < 0 || (r = last_received(server, server->durable.sequence, &received)) < 0)
		return err_pass(r);
	r = decide_new(
		&server->ports, &server->durable, received, catalog, number, &server->decide);
	if (r < 0)
		return err_pass(r);
	catalog = NULL;
	server->durable_received = received;
	now = (uint64_t)clock_wall().ms;
	return err_pass(quota_recount(server, server->durable.sequence,
		day_of_wall_ms((int64_t)(received > now ? received : now))));
}

/* Every mistake of the folder is a line of its own: a line of the log is cut, a list is not. */
static void refuse_folder(const struct buffer *faults)
{
	const char *at = faults->len > 0 ? (const char *)faults->data : err_text();
	const char *end = faults->len > 0 ? at + faults->len : at + strlen(at);
	unsigned logged = 0;

	log_warning("catalogue not adopted; the one in force stays");
	while (at < end && logged++ < FAULTS_LOGGED_MAX) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		char fault[FAULT_LOGGED_BYTES];

		snprintf(fault, sizeof(fault), "%.*s", (int)((stop ? stop : end) - at), at);
		log_warning("catalogue fault", kv_str("what", fault));
		at = stop ? stop + 1 : end;
	}
	if (at < end)
		log_warning("further catalogue faults; huibaoctl catalog check tells them all");
}

int adopt_folder(struct server *server)
{
	AUTO(catalog_free) struct catalog *next = NULL;
	AUTO(buffer_fini) struct buffer faults = { 0 };
	const struct catalog *in_force = decide_catalog(server->decide);

	ensure(batch_empty(server->filling));
	if (catalog_load_telling(server->settings->catalogue, &faults, &next) < 0 ||
		catalog_check_successor(in_force, next) < 0) {
		refuse_folder(&faults);
		return 0;
	}
	if (digest_equal(catalog_digest(in_force), catalog_digest(next)))
		return 0;
	decide_catalogue(server->decide, next, server->filling);
	next = NULL;
	log_notice("catalogue adopted", kv_u64("number", decide_catalogue_number(server->decide)));
	return 0;
}
