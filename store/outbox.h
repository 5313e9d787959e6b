/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * outbox: a collector's own durable memory, in a durable environment. What is put here survives a
 * power loss and is sent until it has a final verdict. All numbers big-endian.
 *
 *   meta      "format" → u32 1 | "epoch" → 16 bytes of the server last seen
 *             "next" → u64 number | "receipt" → receipt, newest of that epoch
 *             "catalogue" → 32-byte digest last in force | "asked" → cursor
 *             "training" → u8 1 where that server is a training system
 *   pending   u64 number, rising     → report
 *   waiting   identity | u32 revision | u64 number → 32-byte digest of the values: finds pending
 *   kept      identity               → report, then receipt: the newest one accepted
 *   refused   identity               → report, then findings: the newest one refused, until a
 *                                      report of the same identity is accepted
 *
 *   held      identity               → report, receipt, then findings: the newest one that the
 *                                      server holds, or held until a person sent it back
 *   facility  facility code          → epoch 16 | u64 sequence of the last notice taken in,
 *                                      then what the server last said of it, opaque here
 *   notice    identity | u64 sequence → what a person at the bureau said, opaque here, until a
 *                                      report with a higher sequence answers it
 *
 *   identity = facility code, 0, u16 form, u32 period (a code holds no zero byte, so none is
 *              another's prefix)
 *   report   =  0 u8 version = 1 | 1 u8 flags: 1 withdrawal, 2 revision chosen by a person,
 *               4 offered again, 8 settled, 16 doubtful
 *               2 u8 status | 3 u8 length of facility | 4 u16 form | 6 u16 zero
 *               8 u32 period | 12 u32 revision | 16 i32 day it was filed on | 20 u32 zero
 *              24 u32 length of values | 28 u32 length of text
 *              32 digest of values | 64 digest of text, zero without one
 *              96 facility | then values | then text
 *   receipt  = epoch 16 | u64 sequence | u64 last sequence | chain 32
 *
 * A report is valid iff the version is 1, unknown flags and unused bytes are zero, the lengths are
 * within base/limits.h and fit the record, and the digests are those of the bytes. */
#ifndef STORE_OUTBOX_H
#define STORE_OUTBOX_H

#include "base/digest.h"
#include "base/limits.h"
#include "base/ports.h"

enum {
	TABLE_OUTBOX_META,
	TABLE_PENDING,
	TABLE_WAITING,
	TABLE_KEPT,
	TABLE_REFUSED,
	TABLE_HELD,
	TABLE_FACILITY,
	TABLE_NOTICE,
	OUTBOX_TABLES
};
extern const char *const outbox_tables[OUTBOX_TABLES];

/* A report as the outbox holds it. Views live until the next write or the end of the
 * transaction. */
struct outbox_report {
	uint64_t number;       /* of pending; 0 in kept and refused */
	struct bytes facility; /* code, 1..FACILITY_CODE_MAX */
	uint16_t form;
	uint32_t period, revision;
	bool withdrawal;
	bool chosen;        /* a person chose the revision, not this program */
	bool offered_again; /* kept already, and sent once more because the server's epoch is new */
	bool settled;       /* of held: sent back by a person at the bureau, or replaced */
	bool doubtful;      /* of pending: not expected to be in force as soon as it is sent */
	/* The verdict's, opaque here, and when; of pending: why and when it was sent in vain. */
	uint8_t status;
	int32_t filed_day;
	struct bytes values, text; /* exact packed bytes; text may be empty */
	struct digest values_digest, text_digest;
};

struct outbox_receipt {
	uint8_t epoch[16];
	uint64_t sequence, last_sequence;
	struct digest chain;
};

struct outbox_kept {
	struct outbox_report report;
	struct outbox_receipt receipt;
};

struct outbox_held {
	struct outbox_report report;
	struct outbox_receipt receipt;
	struct bytes findings; /* as the caller packed them */
};

/* A facility as the server last described it. */
struct outbox_facility {
	struct bytes code;
	uint8_t epoch[16];     /* of noticed */
	uint64_t noticed;      /* the last notice that was taken in */
	struct bytes segments; /* packed by the caller; empty: nothing is known */
};

struct outbox_counts {
	uint64_t pending, kept, refused, held; /* refused: also held ones that were sent back */
};

/* How long kept reports stay: rules look three years back at yearly forms, and those come late. */
enum { OUTBOX_PAST_DAYS = 1500 };

/* Where an iteration over kept or refused stands; starts as { 0 }. */
enum { OUTBOX_KEY_BYTES_MAX = FACILITY_CODE_MAX + 1 + 2 + 4 + 4 + 8 };
struct outbox_cursor {
	uint8_t key[OUTBOX_KEY_BYTES_MAX + 1];
	size_t len;
};

/* All of these run inside the transaction behind ports. PORT_NONE: there is none. */

/* Once after opening, in a write transaction. ERR_INVALID: made by another version of the
 * program. */
CHECKED int outbox_check(const struct ports *ports);
/* Makes digests of the report's values and text, and takes it in. The caller sets everything but
 * number and digests. */
CHECKED int outbox_pending_put(
	const struct ports *ports, const struct outbox_report *report, uint64_t *ret_number);
CHECKED int outbox_pending_get(
	const struct ports *ports, uint64_t number, struct outbox_report *ret_report);
/* The first one whose number is not below from. */
CHECKED int outbox_pending_next(
	const struct ports *ports, uint64_t from, struct outbox_report *ret_report);
/* The one with the highest revision (of equal ones the last put) of an identity. */
CHECKED int outbox_pending_newest(const struct ports *ports, struct bytes facility, uint16_t form,
	uint32_t period, struct outbox_report *ret_report);
CHECKED int outbox_kept_get(const struct ports *ports, struct bytes facility, uint16_t form,
	uint32_t period, struct outbox_kept *ret_kept);
CHECKED int outbox_kept_next(
	const struct ports *ports, struct outbox_cursor *cursor, struct outbox_kept *ret_kept);

/* Final verdicts; PORT_NONE if the number is not pending (any more). */
/* In force at the server: pending → kept, unless a higher revision is kept already. An earlier
 * refusal of the same identity is thereby settled and forgotten. */
CHECKED int outbox_accept(const struct ports *ports, uint64_t number, uint8_t status,
	const struct outbox_receipt *receipt, int32_t today);
/* A newer one is in force and that is as it should be: pending → nothing. */
CHECKED int outbox_drop(const struct ports *ports, uint64_t number);
/* A person must look: pending → refused, with findings as the caller packed them. */
CHECKED int outbox_refuse(const struct ports *ports, uint64_t number, uint8_t status,
	struct bytes findings, int32_t today);
/* A person at the bureau must look: pending → held, with its receipt; an older held revision of the
 * identity no longer counts, nor does the same one as kept. */
CHECKED int outbox_hold(const struct ports *ports, uint64_t number, uint8_t status,
	const struct outbox_receipt *receipt, struct bytes findings, int32_t today);
/* The server took nothing and asks to be left alone until tomorrow: stays pending, and shows it. */
CHECKED int outbox_later(const struct ports *ports, uint64_t number, uint8_t status, int32_t today);
CHECKED int outbox_refused_next(const struct ports *ports, struct outbox_cursor *cursor,
	struct outbox_report *ret_report, struct bytes *ret_findings);

/* Forgets what was refused of an identity, if anything was. */
CHECKED int outbox_refused_forget(
	const struct ports *ports, struct bytes facility, uint16_t form, uint32_t period);

CHECKED int outbox_held_get(const struct ports *ports, struct bytes facility, uint16_t form,
	uint32_t period, struct outbox_held *ret_held);
CHECKED int outbox_held_next(
	const struct ports *ports, struct outbox_cursor *cursor, struct outbox_held *ret_held);
/* What a person decided on the report that is held with this sequence. about gives the identity;
 * PORT_NONE: no such report is held. Accepted: held → kept, with the receipt that it has. */
CHECKED int outbox_held_accept(const struct ports *ports, const struct outbox_report *about,
	uint64_t sequence, uint8_t status, int32_t today);
/* Returned or rejected, or replaced by another key's: it stays, settled, with the findings
 * given. */
CHECKED int outbox_held_refuse(const struct ports *ports, const struct outbox_report *about,
	uint64_t sequence, uint8_t status, struct bytes findings, int32_t today);
/* Forgets what was held of an identity, if anything was. */
CHECKED int outbox_held_forget(
	const struct ports *ports, struct bytes facility, uint16_t form, uint32_t period);

/* Whether an own higher revision of the same identity is pending, held or kept. */
CHECKED int outbox_has_higher(
	const struct ports *ports, const struct outbox_report *report, bool *ret_higher);
/* The server shows its epoch: if it is another than the last one, everything kept or waiting for a
 * person is offered again (put into pending as it is; once per epoch), and the newest receipt and
 * what persons there said are forgotten: what is still true will be said again. */
CHECKED int outbox_epoch_seen(
	const struct ports *ports, const uint8_t epoch[16], uint64_t *ret_offered_again);
/* The server says whether it is a training system. OUTBOX_OTHER_KIND: this outbox belongs to the
 * other kind, and must show it nothing; else it is remembered. To be called before the epoch is
 * seen. */
enum { OUTBOX_OTHER_KIND = 1 };
CHECKED int outbox_training_seen(const struct ports *ports, bool training);
/* Whether the server seen last is a training system; false before any was seen. */
CHECKED int outbox_training_get(const struct ports *ports, bool *ret_training);
/* The same whatever the epoch: the server has said that its journal lacks what we have receipts
 * for. */
CHECKED int outbox_offer_again(
	const struct ports *ports, const uint8_t epoch[16], uint64_t *ret_offered_again);
/* The epoch that was seen last. */
CHECKED int outbox_epoch_get(const struct ports *ports, uint8_t ret_epoch[16]);
/* Remembers the receipt if it is the newest of the server's present epoch. */
CHECKED int outbox_receipt_seen(const struct ports *ports, const struct outbox_receipt *receipt);
/* The newest receipt, for HELLO. */
CHECKED int outbox_newest_receipt(const struct ports *ports, struct outbox_receipt *ret_receipt);
CHECKED int outbox_catalogue_get(const struct ports *ports, struct digest *ret_digest);
CHECKED int outbox_catalogue_put(const struct ports *ports, const struct digest *digest);
CHECKED int outbox_count(const struct ports *ports, struct outbox_counts *ret_counts);

/* Facilities that this outbox has to do with: whoever had a report accepted or held, and what the
 * caller put there. put replaces. */
CHECKED int outbox_facility_put(const struct ports *ports, const struct outbox_facility *facility);
CHECKED int outbox_facility_get(
	const struct ports *ports, struct bytes code, struct outbox_facility *ret_facility);
CHECKED int outbox_facility_next(const struct ports *ports, struct outbox_cursor *cursor,
	struct outbox_facility *ret_facility);
/* Where the round of questions over them stands; { 0 } at the beginning. */
CHECKED int outbox_asked_get(const struct ports *ports, struct outbox_cursor *ret_cursor);
CHECKED int outbox_asked_put(const struct ports *ports, const struct outbox_cursor *cursor);
/* What a person at the bureau said of a report; about gives the identity. */
CHECKED int outbox_notice_put(const struct ports *ports, const struct outbox_report *about,
	uint64_t sequence, struct bytes packed);
CHECKED int outbox_notice_next(
	const struct ports *ports, struct outbox_cursor *cursor, struct bytes *ret_packed);
/* The one that the cursor has just passed. */
CHECKED int outbox_notice_forget(const struct ports *ports, const struct outbox_cursor *cursor);
/* Forgets kept reports filed more than OUTBOX_PAST_DAYS before today, and refused and held ones
 * filed more than KEEP_RECEIPTS_DAYS before. */
CHECKED int outbox_expire(const struct ports *ports, int32_t today);

#endif
