/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of deciding share: the decider itself (decide.c), a report on its way
 * (decide_report.c), what is known or held of it (decide_held.c), the past that its rules look at
 * (decide_past.c), commands (decide_command.c), how far they reach (decide_scope.c), what persons
 * do with reports (decide_act.c), locks and proxies (guard.c), questions about what is in force
 * (decide_status.c). For nobody else. */
#ifndef INGESTD_DECIDE_PARTS_H
#define INGESTD_DECIDE_PARTS_H

#include "ingestd/decide.h"
#include "ingestd/guard.h"
#include "ingestd/history.h"
#include "ingestd/life.h"
#include "ingestd/past.h"
#include "ingestd/quota.h"
#include "ingestd/tail.h"
#include "model/lock.h"
#include "store/state.h"

enum { TAIL_IDENTITY = 1, TAIL_REJECTED, TAIL_REQUEST, TAIL_ADJUSTMENT };

struct decide {
	/* borrowed */
	const struct ports *ports;
	/* owned */
	struct catalog *catalog;
	struct registry *registry;
	struct locks *locks;
	struct tail *tail;
	struct past_cache *past;
	struct quota *quota;
	struct history *history;
	struct arena *arena;      /* of the report that is being decided */
	struct arena *past_arena; /* of one report of its past, while it becomes a row */
	uint64_t *command_at;     /* by facility number: the command that last touched it */
	uint32_t command_at_size;
	/* how far deciding has come */
	uint8_t epoch[EPOCH_BYTES];
	uint64_t next_sequence;
	uint64_t last_received;
	uint32_t catalogue_number;
	struct decide_counts counts;
	struct rule_counts rules; /* findings by rule */
};

/* What is in force and held: from the tail, else from the state. PORT_NONE: neither ever was. An
 * identity with revision 0 has something held, and nothing in force. */
CHECKED int decide_identity(
	const struct decide *decide, const struct identity_key *key, struct identity *ret_identity);
/* The values in force as a vector in the order of the form's lines; NULL: no report, or withdrawn.
 * Valid until the next report, of its last PAST_LOADS_MAX rows. */
CHECKED int decide_row(
	struct decide *decide, const struct identity_key *key, const int64_t **ret_row);
/* The report behind the bytes, as a vector; false: a withdrawal, or bytes that are no report any
 * more (they were erased), which counts as no report. */
bool decide_body_vector(
	struct decide *decide, const struct form *form, struct bytes body, int64_t *ret_value);
struct tail_key tail_key_identity(const struct identity_key *key);

/* A new entry of the batch with sequence, time, catalogue and actor filled in. */
struct entry *decide_entry(
	struct decide *decide, struct batch *batch, enum entry_kind kind, uint32_t actor);
/* Whether the day's quota lets these bytes, refused or held, into the journal; if so they count. */
bool decide_may_keep(struct decide *decide, uint32_t actor, uint32_t facility, size_t len);
/* Remembers a decision until the state shows it. */
void decide_remember(struct decide *decide, const struct tail_key *key, struct tail_value value);
/* The same for an identity, of which sequence changed something. */
void decide_remember_identity(struct decide *decide, const struct identity_key *key,
	const struct identity *identity, uint64_t sequence);
/* The answer of an earlier entry; its chain hash is filled in after the flush. */
void decide_first_receipt(const struct decide *decide, uint64_t sequence, struct verdict *verdict);

/* One report on its way through the questions. */
struct candidate {
	const struct submission *submission;
	const struct key *key;
	uint32_t index;
	struct digest digest; /* of the values as they came */
	struct report report; /* once decoded */
	bool decoded;
	struct subject subject;
	struct identity_key identity_key;
	struct identity identity; /* all zero: nothing is there */
	bool conflict;            /* its number is taken, by other bytes */
	struct findings findings;
	int64_t value[FORM_LINES_MAX]; /* once checked, and no withdrawal */
};

/* Is it known already? 0: no, go on (conflict may be set). 1: yes, and the verdict is in the
 * batch. */
CHECKED int decide_known(struct decide *decide, struct candidate *candidate, struct batch *batch);
/* Holds it: an entry and a verdict, or beyond the quota the word to come back. */
CHECKED int decide_hold(
	struct decide *decide, const struct candidate *candidate, struct batch *batch);
/* Entries of a report that is kept: its values under the kind and status, its text beside it. */
struct entry *decide_kept_entry(struct decide *decide, const struct candidate *candidate,
	enum entry_kind kind, enum status status, struct bytes findings, struct batch *batch);
void decide_tell_findings(struct verdict *verdict, const struct findings *findings);
struct revision decide_revision(const struct candidate *candidate, uint64_t sequence);

/* Fills past, others and what the report would replace. */
CHECKED int decide_known_past(
	struct decide *decide, const struct candidate *candidate, struct checkup *checkup);

/* Takes the command's records into registry and locks; they were checked before. from: its entry;
 * the body is not looked at. */
CHECKED int decide_apply(
	struct decide *decide, const struct command *command, const struct derived_command *from);

/* Whether everything that the command touches lies where the key reaches, whether somebody is
 * left who reaches everywhere, and whether what was revoked stays so; otherwise text says what
 * not. Its records were checked before. */
CHECKED int scope_judge(const struct decide *decide, const struct key *key,
	const struct command *command, enum answer_outcome *ret_outcome, struct buffer *text);

/* A decision, query or adjustment: a command with one record about one report. */
struct act {
	struct identity_key key;
	struct identity identity;   /* before it */
	uint32_t revision;          /* of the report that it is about */
	uint64_t replaces;          /* what is in force: sequence */
	struct tail_value adjusted; /* of CONFIRM and END: the proposal as it stands */
};
bool command_is_act(const struct command *command);
/* Whether it may be done now; otherwise text says why not. */
CHECKED int act_judge(struct decide *decide, const struct key *key, const struct command *command,
	struct act *ret_act, enum answer_outcome *ret_outcome, struct buffer *text);
/* Which report it is about. */
const struct report_key *act_report(const struct command *command);
enum entry_kind act_kind(const struct command *command);
/* Does it; entry is the act's own, its header is completed. */
CHECKED int act_apply(struct decide *decide, const struct command *command, const struct act *act,
	struct entry *entry);

#endif
