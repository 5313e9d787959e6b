/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Deciding: what becomes of each report and command, in the order in which sequences will be given.
 * Everything is looked up in the tail first and then in the state behind the ports, so a decision
 * sees every earlier one, durable or not; that is why answers leave only with their batch.
 *
 * The core of ingestd: no threads, no globals, no clock, network or LMDB of its own. It uses of the
 * ports: wall, get, seek, body. */
#ifndef INGESTD_DECIDE_H
#define INGESTD_DECIDE_H

#include "base/ports.h"
#include "ingestd/batch.h"
#include "ingestd/history.h"
#include "ingestd/rule_counts.h"
#include "model/registry.h"
#include "store/journal.h"

struct decide;

/* What was decided since the start, one count per report. */
struct decide_counts {
	uint64_t accepted, unchanged, superseded, rejected, held, later;
};

/* How full the memories of deciding are of what the state does not show yet, from 0 to 1. */
struct decide_load {
	double tail, past;
};

/* What decide_submit and decide_command found instead of deciding. Nothing was done. */
enum { DECIDE_TAIL_FULL = 1 };

/* ports must stay valid; its state must hold everything up to head when this is called. Replays the
 * registry from the state. Takes the catalogue over. */
CHECKED int decide_new(const struct ports *ports, const struct journal_head *head,
	uint64_t last_received, struct catalog *catalog, uint32_t catalogue_number,
	struct decide **ret_decide);
void decide_free(struct decide *decide);
AUTO_DEFINE(decide_free, struct decide *);

/* The state behind the ports now shows everything up to sequence. */
void decide_state_at(struct decide *decide, uint64_t sequence);
/* The quota of what was rejected, refused or held, when an earlier run of the same day already used
 * some of it. Takes any entry of the day. */
void decide_quota_used(struct decide *decide, const struct entry *entry);

/* The day in China by which keys are valid: of now, or of the newest entry if that is later, so a
 * clock set back revives no key. */
int32_t decide_today(const struct decide *decide);

/* Whether all that key may do or see lies where by reaches: then by may see and register it. */
bool decide_reaches_key(const struct decide *decide, const struct key *by, const struct key *key);

/* What deciding goes by now, in force also for what is not durable yet. */
const struct registry *decide_registry(const struct decide *decide);
/* By which the next report is judged. */
const struct catalog *decide_catalog(const struct decide *decide);
/* 1, 2, 3 … in the order of adoption. */
uint32_t decide_catalogue_number(const struct decide *decide);
/* Which senders remember another history of the journal. */
const struct history *decide_history(const struct decide *decide);
/* Since the start. */
const struct decide_counts *decide_counts(const struct decide *decide);
const struct rule_counts *decide_rule_counts(const struct decide *decide);
struct decide_load decide_load(const struct decide *decide);

/* Judges each report of a submission by itself, adds entries to the batch and a verdict for each
 * that is not plainly accepted, and completes the reply (entries, verdicts, reports). The batch
 * must have room. */
CHECKED int decide_submit(struct decide *decide, const struct key *key, const struct submit *submit,
	struct batch *batch, struct reply *reply);

/* Judges a command whose exact bytes are body and completes the reply (FRAME_COMMAND_RESULT). */
CHECKED int decide_command(struct decide *decide, const struct key *key,
	const struct command *command, struct bytes body, struct batch *batch, struct reply *reply);

/* A new catalogue as an entry of its own; taken over, in force for everything decided after it. The
 * caller has checked it against the one in force, and everything decided before it is durable. */
void decide_catalogue(struct decide *decide, struct catalog *catalog, struct batch *batch);

/* What is in force and held for a facility, at most max lines. */
CHECKED int decide_status(struct decide *decide, const struct facility *facility, uint32_t form,
	uint32_t period, size_t max, struct status_line *ret_lines, size_t *ret_count,
	bool *ret_more);

/* What persons did with the facility's reports after that sequence, rising, at most max and so many
 * bytes of text. The views die with the state's view. */
enum { NOTICE_TEXTS_BYTES_MAX = 12 * 1024 };
CHECKED int decide_notices(struct decide *decide, const struct facility *facility, uint64_t after,
	size_t max, struct notice *ret_notices, size_t *ret_count, bool *ret_more);

#endif
