/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * aggregates: what the aggregator computes, derived from the journal.
 *
 *   current   form 2 | period 4 | facility 4          → struct current_head, then int64 value[n]
 *   cell      form 2 | period 4 | area 4 | stratum 8  → cell_head, int64 sum[n], u32 count[n]
 *   leftout   as in cell | indicator 2                → as in cell, n = terms of the indicator + 1
 *   periods   form 2 | period 4                       → as in cell, n = 0: reports in force
 *   open      form 2 | period 4 | facility 4          → struct open_head, then findings, then body
 *   inapplicable   as in cell                         → as in cell, every sum 0: the reports to
 *                                                       which a line is not applicable
 *
 * In current and cell, n is the number of lines of the form, in form order; in leftout the terms of
 * the numerator come first, then those of the denominator, and last a count of those reports to
 * which a term is not applicable. A row whose count of reports is 0 is
 * never stored, so equal reports give equal bytes whatever came between. Keys are big-endian;
 * values are in the machine's own order, for speed, and an environment of another order has another
 * format number. */
#ifndef STORE_AGGREGATES_H
#define STORE_AGGREGATES_H

#include "base/absent.h"
#include "store/derived.h"

/* The high byte tells the byte order apart. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
enum { AGGREGATES_FORMAT = 4 };
#else
enum { AGGREGATES_FORMAT = 0x01000004 };
#endif
enum {
	TABLE_CURRENT = DERIVED_TABLES,
	TABLE_CELL,
	TABLE_LEFTOUT,
	TABLE_PERIODS,
	TABLE_OPEN,
	TABLE_INAPPLICABLE,
	AGGREGATES_TABLES
};
extern const char *const aggregates_tables[AGGREGATES_TABLES];

enum { CURRENT_KEY_BYTES = 10, CELL_KEY_BYTES = 18, LEFTOUT_KEY_BYTES = 20, PERIODS_KEY_BYTES = 6 };

struct current_head {
	uint64_t sequence;
	uint64_t stratum;
	uint32_t area;
	uint32_t revision;
	uint32_t withdrawn; /* then values are meaningless and n is 0 */
	uint32_t n;
	int32_t arrived_day; /* in China: of the first entry of the identity, whatever came later */
	uint32_t unused;     /* 0 */
};

/* What became of the newest report that was held. */
enum open_state {
	OPEN_WAITING = 1,
	OPEN_ACCEPTED,
	OPEN_RETURNED,
	OPEN_REJECTED,
	OPEN_SUPERSEDED, /* something newer came into force before anybody decided */
};
/* "waiting", "accepted", "returned", "rejected", "superseded". */
const char *open_state_name(enum open_state state);

struct open_head {
	uint64_t sequence; /* of the held entry */
	uint64_t received; /* wall ms */
	uint64_t replaces; /* sequence in force when it came; 0: nothing */
	/* of the decision, or of the entry that superseded it; 0 while it waits */
	uint64_t decision;
	uint64_t decided;        /* when that came, wall ms */
	uint32_t decision_actor; /* the person, or the sender of what superseded it */
	uint32_t reason;         /* of the decision; 0: none */
	uint32_t actor;          /* who sent it */
	uint32_t revision;
	uint32_t state;      /* enum open_state */
	int32_t arrived_day; /* as in current_head */
	uint32_t findings;   /* bytes */
	uint32_t body;       /* bytes of the report's values; 0 unless it waits */
};

/* The newest held report of an identity. findings are packed as in its entry; both are views. */
struct open_report {
	struct open_head head;
	struct bytes findings, body;
};

struct cell_head {
	/* facilities with a report; in leftout reports that do not add to the pair */
	uint32_t reported;
	uint32_t n;
};

/* A row of cell, leftout or periods as it is stored; the views are unaligned. */
struct cell {
	struct cell_head head;
	const uint8_t *sums, *counts;
};

struct cell_key {
	uint16_t form;
	uint32_t period, area;
	uint64_t stratum;
};

void current_key_pack(
	uint16_t form, uint32_t period, uint32_t facility, uint8_t ret[CURRENT_KEY_BYTES]);
void cell_key_pack(const struct cell_key *key, uint8_t ret[CELL_KEY_BYTES]);
CHECKED int cell_key_unpack(struct bytes packed, struct cell_key *ret_key);
void leftout_key_pack(
	const struct cell_key *key, uint16_t indicator, uint8_t ret[LEFTOUT_KEY_BYTES]);
void periods_key_pack(uint16_t form, uint32_t period, uint8_t ret[PERIODS_KEY_BYTES]);
CHECKED int periods_key_unpack(struct bytes packed, uint16_t *ret_form, uint32_t *ret_period);

/* Keys are those of current. */
CHECKED int open_key_unpack(
	struct bytes packed, uint16_t *ret_form, uint32_t *ret_period, uint32_t *ret_facility);
/* PORT_NONE: nothing was ever held there. ERR_CORRUPT unless the state is known and the lengths add
 * up. The views are valid until the next put. */
CHECKED int open_get(const struct ports *ports, uint16_t form, uint32_t period, uint32_t facility,
	struct open_report *ret_report);
CHECKED int open_decode(struct bytes value, struct open_report *ret_report);
/* The head's lengths are those of the two views. */
CHECKED int open_put(const struct ports *ports, uint16_t form, uint32_t period, uint32_t facility,
	const struct open_report *report);

/* ERR_CORRUPT unless the lengths add up. */
CHECKED int cell_decode(struct bytes value, struct cell *ret_cell);
int64_t cell_sum(const struct cell *cell, uint32_t index);
uint32_t cell_count(const struct cell *cell, uint32_t index);

/* The row of current; ret_values is an unaligned view of head.n values. ERR_CORRUPT unless the
 * lengths add up. */
CHECKED int current_decode(
	struct bytes value, struct current_head *ret_head, const uint8_t **ret_values);

#endif
