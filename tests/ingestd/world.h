/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A world for the decider without threads, disks or sockets: ordered tables in memory behind the
 * ports, a clock that the test sets, the real catalogue, two clinics and two keys. world_index()
 * plays the index thread, whenever the test wants it to. */
#ifndef TESTS_INGESTD_WORLD_H
#define TESTS_INGESTD_WORLD_H

#include "ingestd/decide.h"

struct world_pair {
	struct buffer key, value;
};

struct world {
	struct ports ports;
	struct wall now;
	struct world_pair *pair; /* sorted by table and key */
	size_t pairs;
	struct decide *decide;
	struct batch *batch;
	struct arena *arena;
	struct key collector, stranger; /* collector: for clinic A only */
	struct buffer body;             /* that deciding asked for last */
	uint64_t durable;               /* entries that body gives; 0: all */
	size_t bodies_read;
	size_t indexed; /* entries of the batch that the state shows */
};

void world_open(struct world *world);
/* The same with a catalogue of the tests' own, and clinics of that class. */
void world_open_at(struct world *world, const char *catalogue, const char *class_code);
/* Another decider over the same state, as after a restart: knows what the state shows, no more. */
void world_restart(struct world *world);
void world_close(struct world *world);

/* Any submission and any command of any key; fails on anything but an answer. */
struct reply *world_submit(struct world *world, const struct key *key, const struct submit *submit);
struct command_result world_command(
	struct world *world, const struct key *key, const struct command *command);

/* One report; values of VISIT and ADMISSION. Gives its status and, if rejected, its first
 * finding. */
struct told {
	enum status status;
	enum finding_code finding;
	uint64_t first_sequence;
	size_t entries;
	bool not_kept;
};
struct sent {
	const char *facility;
	const char *period;
	uint32_t revision;
	bool withdrawal;
	int64_t visits;
	const char *comment; /* NULL: no text */
};
void report_pack(const struct world *world, const struct sent *sent, struct buffer *out);
struct told world_send(struct world *world, const struct key *key, const struct sent *sent);
struct told world_send_bytes(struct world *world, const struct key *key, struct bytes values,
	const struct digest *digest);
/* A person's permission to report every past period: an entry. */
void world_unlock(struct world *world);
/* The state catches up with everything decided, as the index thread would. */
void world_index(struct world *world);
/* The same only up to that sequence. */
void world_index_to(struct world *world, uint64_t sequence);

#endif
