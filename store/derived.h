/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What both derived environments have in common: the position in the journal up to which they hold
 * everything, the catalogue in force, and the commands taken, in order. Written and read
 * through ports, inside whatever transaction is open. All keys big-endian. */
#ifndef STORE_DERIVED_H
#define STORE_DERIVED_H

#include "base/ports.h"
#include "store/journal.h"

/* Table numbers shared by both; own tables follow from DERIVED_TABLES on. */
enum { TABLE_POSITION, TABLE_CATALOGUE, TABLE_REGISTRY, DERIVED_TABLES };
#define DERIVED_TABLE_NAMES "position", "catalogue", "registry"

/* position: "position" → u32 format | epoch 16 | u64 sequence | chain 32. PORT_NONE when empty or
 * of another format number (then the environment is to be rebuilt). */
CHECKED int derived_position_get(
	const struct ports *ports, uint32_t format, struct journal_head *ret_position);
CHECKED int derived_position_put(
	const struct ports *ports, uint32_t format, const struct journal_head *position);

/* Whether the position lies in this journal: same epoch, and the same chain hash at its
 * sequence. */
CHECKED int derived_matches(
	struct journal *journal, const struct journal_head *position, bool *ret_matches);

/* catalogue: "in force" → u32 number | u64 sequence | the compressed bundle. PORT_NONE: none
 * yet. */
CHECKED int derived_catalogue_get(const struct ports *ports, uint32_t *ret_number,
	uint64_t *ret_sequence, struct bytes *ret_bundle);
CHECKED int derived_catalogue_put(
	const struct ports *ports, uint32_t number, uint64_t sequence, struct bytes bundle);

/* registry: u64 sequence → u32 actor | u64 received, wall ms | the command's body. Replaying them
 * in order gives the registry, and in the aggregator the facts. */
struct derived_command {
	uint64_t sequence;
	uint32_t actor;
	uint64_t received;
	struct bytes body;
};
CHECKED int derived_command_put(const struct ports *ports, const struct derived_command *command);
/* The first command at or after from; PORT_NONE at the end. */
CHECKED int derived_command_next(
	const struct ports *ports, uint64_t from, struct derived_command *ret_command);

#endif
