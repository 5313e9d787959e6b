/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a person decides on is what he has seen. A decision, a query and an adjustment name the
 * report by its identity and sequence, and what is in force at this moment; the aggregator knows
 * both, and ingestd refuses if it has changed since. */
#ifndef ADMIN_BELIEF_H
#define ADMIN_BELIEF_H

#include "admin/session.h"
#include "model/decision.h"

/* A held report, as the aggregator shows it. */
struct held_seen {
	struct report_key key;
	uint64_t sequence, in_force; /* in_force: 0: nothing */
	uint32_t revision;
	char facility_name[NAME_BYTES_MAX + 1];
	const struct form *form; /* of the catalogue that was given */
	char period[PERIOD_TEXT_BYTES];
	char state[24]; /* "waiting" … */
};

/* A sequence as typed; ERR_INVALID: it is none. */
CHECKED int sequence_parse(const char *text, uint64_t *ret_sequence);

/* Words FACILITY FORM PERIOD of the command line. ERR_INVALID: no such form, or no such period. */
CHECKED int key_typed(
	const struct session *session, const struct catalog *catalog, struct report_key *ret_key);

/* Option --element: 0 when it is not given. ERR_INVALID: there is none of that code. */
CHECKED int element_typed(
	const struct session *session, const struct catalog *catalog, uint32_t *ret_element);

/* Option --reason: a code of the catalogue's reasons that the bureau may give; 0 when it is not
 * given. ERR_INVALID tells which there are. */
CHECKED int reason_typed(
	const struct session *session, const struct catalog *catalog, uint32_t *ret_reason);

/* Option --note or --text into a record's field of DECISION_NOTE_MAX bytes; "" when not given.
 * ERR_INVALID: it is longer. */
CHECKED int note_typed(
	const struct session *session, const char *option, char ret_note[DECISION_NOTE_MAX + 1]);

/* The aggregator may be a moment behind, so it is asked a few times. ERR_NOT_FOUND: there is no
 * such held report. */
CHECKED int held_look(struct session *session, const struct catalog *catalog, uint64_t sequence,
	struct held_seen *ret_seen);

/* The sequence of what is in force of the report; ERR_NOT_FOUND: nothing, or it was withdrawn. */
CHECKED int in_force_look(struct session *session, uint64_t *ret_sequence);
/* The same or its withdrawal; 0: nothing was ever in force. */
CHECKED int newest_look(struct session *session, uint64_t *ret_sequence);

/* The held report of that identity that waits for a decision; 0: none does. */
CHECKED int waiting_look(struct session *session, uint64_t *ret_sequence);

/* The adjustment proposed with that sequence. ERR_NOT_FOUND: there is none. ret_state: "proposed",
 * "active", "ended", "expired". */
CHECKED int adjustment_look(struct session *session, const struct catalog *catalog,
	uint64_t sequence, struct adjustment *ret_adjustment, char ret_state[24]);

#endif
