/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * state: what ingestd needs in order to decide, derived from the journal by its index thread and
 * read by its deciding thread. Holds no values.
 *
 *   identity   form 2 | period 4 | facility 4  → in force: revision 4 | sequence 8 | digest 32 |
 *              withdrawn 1 | actor 4; then the newest held revision: state 1 and, unless that is 0,
 *              revision 4 | sequence 8 | digest 32 | withdrawn 1 | actor 4 | decided 8
 *   rejected   actor 4 | first 16 bytes of the body's digest → sequence 8 | digest of findings 32
 *   request    request id 16                   → sequence 8 | outcome 1 | records 4
 *   notice     facility 4 | sequence 8         → kind 1 | form 2 | period 4 | revision 4 |
 *              about 8 | element 4 | reason 4 | delta 8 | received 8 | text
 *   adjustment sequence of the proposal 8      → state 1 | form 2 | period 4 | facility 4 |
 *              actor 4 | revision 4 | about 8 | element 4 | reason 4 | delta 8 | text
 *   life       sequence of the entry `restored` 8 → epoch 16 of the life that ended before it */
#ifndef STORE_STATE_H
#define STORE_STATE_H

#include "store/derived.h"

enum { STATE_FORMAT = 4 };
enum {
	TABLE_IDENTITY = DERIVED_TABLES,
	TABLE_REJECTED,
	TABLE_REQUEST,
	TABLE_NOTICE,
	TABLE_ADJUSTMENT,
	TABLE_LIFE,
	STATE_TABLES
};
extern const char *const state_tables[STATE_TABLES];

/* Whose figures these are: one report is in force per identity. */
struct identity_key {
	uint16_t form;
	uint32_t period, facility;
};

/* A revision that waits for a person, or that a person sent back. */
struct held {
	uint8_t state;     /* enum held_state of proto/exchange.h; 0: there is none */
	uint32_t revision; /* above the one in force */
	uint64_t sequence;
	struct digest digest;
	bool withdrawn;   /* it is a withdrawal */
	uint32_t actor;   /* who sent it */
	uint64_t decided; /* sequence of the decision that returned or rejected it; 0: none yet */
};

struct identity {
	/* in force; revision 0: nothing ever was */
	uint32_t revision;
	uint64_t sequence;
	struct digest digest; /* of the values' bytes */
	bool withdrawn;
	uint32_t actor; /* who sent it */
	struct held held;
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

/* What a person did with a facility's report, for its sender. */
struct state_notice {
	uint8_t kind; /* enum notice_kind of proto/exchange.h */
	uint16_t form;
	uint32_t period, revision; /* revision 0: no report was there */
	uint64_t about;            /* sequence of the report; 0: none was there */
	uint32_t element, reason;
	int64_t delta;
	uint64_t received; /* wall ms */
	struct bytes text; /* of a stored one: a view, as of get */
};

/* A proposed adjustment and how far it has come. */
enum adjusted_state { ADJUSTED_PROPOSED = 1, ADJUSTED_CONFIRMED, ADJUSTED_ENDED };
struct adjusted {
	uint8_t state;
	struct identity_key key;
	uint32_t actor; /* who proposed it */
	uint32_t revision;
	uint64_t about; /* sequence of the report in force */
	uint32_t element, reason;
	int64_t delta;
	struct bytes text; /* of a stored one: a view, as of get */
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
CHECKED int state_notice_put(const struct ports *ports, uint32_t facility, uint64_t sequence,
	const struct state_notice *notice);
/* The first notice of the facility at or after *sequence; advances that to it. PORT_NONE: no
 * more. */
CHECKED int state_notice_next(const struct ports *ports, uint32_t facility, uint64_t *sequence,
	struct state_notice *ret_notice);
CHECKED int state_adjusted_get(
	const struct ports *ports, uint64_t proposal, struct adjusted *ret_adjusted);
CHECKED int state_adjusted_put(
	const struct ports *ports, uint64_t proposal, const struct adjusted *adjusted);
CHECKED int state_life_put(
	const struct ports *ports, uint64_t sequence, const uint8_t epoch[EPOCH_BYTES]);
/* The first one at or after *sequence; advances that to it. PORT_NONE: no more. */
CHECKED int state_life_next(
	const struct ports *ports, uint64_t *sequence, uint8_t ret_epoch[EPOCH_BYTES]);

#endif
