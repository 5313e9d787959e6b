/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * aggregates: what the aggregator computes, derived from the journal.
 *
 *   current   form 2 | period 4 | facility 4          → struct current_head, then int64 value[n]
 *   cell      form 2 | period 4 | area 4 | stratum 8  → cell_head, int64 sum[n], u32 count[n]
 *   leftout   as in cell | indicator 2                → as in cell, n = terms of the indicator
 *   periods   form 2 | period 4                       → as in cell, n = 0: reports in force
 *
 * In current and cell, n is the number of lines of the form, in form order; in leftout the terms of
 * the numerator come first, then those of the denominator. A row whose count of reports is 0 is
 * never stored, so equal reports give equal bytes whatever came between. Keys are big-endian;
 * values are in the machine's own order, for speed, and an environment of another order has another
 * format number. */
#ifndef STORE_AGGREGATES_H
#define STORE_AGGREGATES_H

#include "store/derived.h"

/* The high byte tells the byte order apart. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
enum { AGGREGATES_FORMAT = 3 };
#else
enum { AGGREGATES_FORMAT = 0x01000003 };
#endif
enum {
	TABLE_CURRENT = DERIVED_TABLES,
	TABLE_CELL,
	TABLE_LEFTOUT,
	TABLE_PERIODS,
	AGGREGATES_TABLES
};
extern const char *const aggregates_tables[AGGREGATES_TABLES];

enum { CURRENT_KEY_BYTES = 10, CELL_KEY_BYTES = 18, LEFTOUT_KEY_BYTES = 20, PERIODS_KEY_BYTES = 6 };

/* In the sum of a cell NOT_OFFERED is a given 0; every other kind of absence is a hole. */
enum { ABSENT_AS_ZERO = 1 };

/* In a vector of values: absent, by kind (enum absent_kind of proto/report.h; 0: named nowhere). No
 * value is near it. */
static inline int64_t value_absent(uint32_t kind)
{
	return INT64_MIN + (int64_t)kind;
}
static inline bool value_is_absent(int64_t value)
{
	return value < INT64_MIN + 16;
}
/* Whether the value adds to a cell: given, or not offered here and so a true 0. */
static inline bool value_counts(int64_t value)
{
	return !value_is_absent(value) || value == value_absent(ABSENT_AS_ZERO);
}
static inline int64_t value_in_sum(int64_t value)
{
	return value_is_absent(value) ? 0 : value;
}

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

struct cell_head {
	uint32_t reported; /* facilities with a report; in leftout the reports left out */
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

/* ERR_CORRUPT unless the lengths add up. */
CHECKED int cell_decode(struct bytes value, struct cell *ret_cell);
int64_t cell_sum(const struct cell *cell, uint32_t index);
uint32_t cell_count(const struct cell *cell, uint32_t index);

/* The row of current; ret_values is an unaligned view of head.n values. ERR_CORRUPT unless the
 * lengths add up. */
CHECKED int current_decode(
	struct bytes value, struct current_head *ret_head, const uint8_t **ret_values);

#endif
