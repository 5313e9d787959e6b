/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Monthly and yearly returns of the tests' own catalogue (tests/ingestd/catalog), whose rules
 * reject more used than open bed-days, and hold more than twice the visits of the month before,
 * more than three times those of a year ago, and a year that is not the sum of its months. */
#ifndef TESTS_INGESTD_MONTHS_H
#define TESTS_INGESTD_MONTHS_H

#include "model/decision.h"
#include "tests/ingestd/world.h"

struct month {
	const char *facility; /* NULL: clinic-a */
	const char *form;     /* NULL: HM */
	const char *period;
	uint32_t revision; /* 0: 1 */
	bool withdrawal;
	int64_t visits;
	int64_t income, days_open, days_used, staff; /* 0: not given */
	uint32_t reason;                             /* given for VISIT; 0: none */
	const char *comment;                         /* NULL: no text */
};

void months_open(struct world *world); /* 2016-03-01 */
/* Each gets its verdict; that of an accepted one has its own sequence as first. */
void months_send_all(struct world *world, const struct key *key, const struct month *months,
	size_t count, struct verdict *ret_verdicts);
struct verdict months_send(struct world *world, const struct month *month);

/* Commands of a data manager. Each has a request identity of its own. */
enum answer_outcome months_decide(struct world *world, const struct month *month, uint64_t held,
	uint64_t replaces, enum decision_kind kind);
struct command_result months_adjust(
	struct world *world, const struct key *key, const struct adjustment *adjustment);
struct command_result months_query(struct world *world, const struct query *query);
struct report_key months_key(const struct world *world, const struct month *month);
/* As STATUS shows it; false: no line. */
bool months_status(struct world *world, const struct month *month, struct status_line *ret_line);

/* The state, made anew from the entries, equals the one that was filled as they came. */
void months_replay(struct world *world);

extern const struct key manager, second, namesake, reader_key;

#endif
