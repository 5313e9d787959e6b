/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * state: what ingestd needs in order to decide, derived from the journal by its index thread and
 * read by its deciding thread. Holds no values.
 *
 *   identity   form 2 | period 4 | facility 4  → revision 4 | sequence 8 | digest 32 | withdrawn 1
 *   rejected   actor 4 | first 16 bytes of the body's digest → sequence 8 | digest of findings 32
 *   request    request id 16                   → sequence 8 | outcome 1 | records 4 */
#ifndef STORE_STATE_H
#define STORE_STATE_H

#include "store/derived.h"

enum { STATE_FORMAT = 2 };
enum { TABLE_IDENTITY = DERIVED_TABLES, TABLE_REJECTED, TABLE_REQUEST, STATE_TABLES };
extern const char *const state_tables[STATE_TABLES];

/* Whose figures these are: one report is in force per identity. */
struct identity_key {
	uint16_t form;
	uint32_t period, facility;
};

struct identity {
	uint32_t revision;
	uint64_t sequence;
	struct digest digest; /* of the values' bytes */
	bool withdrawn;
};

struct rejected_key {
	uint32_t actor;
	uint8_t digest[16];
};

struct rejected {
	uint64_t sequence;
	struct digest findings;
};

struct request {
	uint64_t sequence;
	uint8_t outcome;
	uint32_t records;
};

/* PORT_NONE when there is none. */
CHECKED int state_identity_get(
	const struct ports *ports, const struct identity_key *key, struct identity *ret_identity);
CHECKED int state_identity_put(
	const struct ports *ports, const struct identity_key *key, const struct identity *identity);
/* The first identity at or after key; advances key to it. PORT_NONE at the end. */
CHECKED int state_identity_next(
	const struct ports *ports, struct identity_key *key, struct identity *ret_identity);
CHECKED int state_rejected_get(
	const struct ports *ports, const struct rejected_key *key, struct rejected *ret_rejected);
CHECKED int state_rejected_put(
	const struct ports *ports, const struct rejected_key *key, const struct rejected *rejected);
CHECKED int state_request_get(
	const struct ports *ports, const uint8_t id[16], struct request *ret_request);
CHECKED int state_request_put(
	const struct ports *ports, const uint8_t id[16], const struct request *request);

#endif
