/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * outbox: a collector's own durable memory, in a durable environment. What is put here survives a
 * power loss and is sent until it has a final verdict.
 *
 *   meta      "epoch" → 16 bytes (of the server last seen), "next" → u64, "receipt" → newest receipt
 *   pending   u64 number, rising                    → identity, revision, values, digests, text
 *   kept      facility code | form 2 | period 4     → revision, digest, receipt, kept-on day, values, text
 *   refused   u64 number                            → as pending, then findings packed as received */
#ifndef STORE_OUTBOX_H
#define STORE_OUTBOX_H

#include "base/digest.h"
#include "base/limits.h"
#include "base/ports.h"
#include "store/env.h"

enum { TABLE_OUTBOX_META, TABLE_PENDING, TABLE_KEPT, TABLE_REFUSED, OUTBOX_TABLES };
extern const char *const outbox_tables[OUTBOX_TABLES];

/* A report as the outbox holds it; views live as long as the transaction. */
struct outbox_report {
	uint64_t number; /* of pending and refused; 0 in kept */
	struct bytes facility; /* code, 1..FACILITY_CODE_MAX */
	uint16_t form;
	uint32_t period, revision;
	bool withdrawal;
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
	int32_t kept_day;
};

/* All of these run inside the transaction behind ports. PORT_NONE: there is none. */
CHECKED int outbox_pending_put(const struct ports *ports, const struct outbox_report *report, uint64_t *ret_number);
CHECKED int outbox_pending_next(const struct ports *ports, uint64_t from, struct outbox_report *ret_report);
CHECKED int outbox_kept_get(const struct ports *ports, struct bytes facility, uint16_t form, uint32_t period,
	struct outbox_kept *ret_kept);
/* A final verdict: pending → kept (accepted, unchanged, superseded) or → refused, with findings. */
CHECKED int outbox_accept(const struct ports *ports, uint64_t number, const struct outbox_receipt *receipt, int32_t today);
CHECKED int outbox_refuse(const struct ports *ports, uint64_t number, struct bytes findings);
CHECKED int outbox_refused_next(const struct ports *ports, uint64_t from, struct outbox_report *ret_report,
	struct bytes *ret_findings);
/* The server shows another epoch: everything kept is offered again (once per epoch). Returns how many. */
CHECKED int outbox_epoch_seen(const struct ports *ports, const uint8_t epoch[16], uint64_t *ret_offered_again);
/* The newest receipt, for HELLO. */
CHECKED int outbox_newest_receipt(const struct ports *ports, struct outbox_receipt *ret_receipt);
/* Forgets kept reports older than KEEP_RECEIPTS_DAYS. */
CHECKED int outbox_expire(const struct ports *ports, int32_t today);

#endif
