/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The outbox from the inside: keys, the walk over a table, and what a move of one report does to
 * the others of its identity. Only the store/outbox*.c use it. */
#ifndef STORE_OUTBOX_INSIDE_H
#define STORE_OUTBOX_INSIDE_H

#include "store/outbox.h"

struct outbox_key {
	uint8_t byte[OUTBOX_KEY_BYTES_MAX];
	size_t len;
};

struct bytes outbox_key_view(const struct outbox_key *key);
struct outbox_key outbox_key_number(uint64_t number);
struct outbox_key outbox_key_identity(struct bytes facility, uint16_t form, uint32_t period);
bool outbox_starts_with(struct bytes bytes, struct bytes prefix);
CHECKED int outbox_meta_get(const struct ports *ports, const char *name, struct bytes *ret_value);
CHECKED int outbox_meta_put(const struct ports *ports, const char *name, struct bytes value);
/* The next record of the table; the cursor moves just behind its key. */
CHECKED int outbox_table_next(const struct ports *ports, unsigned table,
	struct outbox_cursor *cursor, struct bytes *ret_value);
CHECKED int outbox_kept_decode(struct bytes value, struct outbox_kept *ret_kept);
CHECKED int outbox_held_decode(struct bytes value, struct outbox_held *ret_held);
/* Of the kept report of an identity; 0: there is none. */
CHECKED int outbox_kept_revision(
	const struct ports *ports, const struct outbox_key *identity, uint32_t *ret_revision);
/* Of the held one, whatever became of it; 0: there is none. */
CHECKED int outbox_held_revision(
	const struct ports *ports, const struct outbox_key *identity, uint32_t *ret_revision);
/* A revision is in force: what was held up to it no longer counts, what was refused is settled, and
 * what the bureau said before its sequence is answered. */
CHECKED int outbox_settle(const struct ports *ports, const struct outbox_key *identity,
	uint32_t revision, uint64_t sequence);
/* Remembers that this outbox has to do with the facility of an identity. */
CHECKED int outbox_facility_touch(const struct ports *ports, const struct outbox_key *identity);

#endif
