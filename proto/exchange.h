/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The messages between a collector and ingestd (huibao/v1/exchange.proto), between bytes and our
 * structs. Views in decoded structs point into the payload or the arena and stay valid until the
 * next decode with the same arena. Decoders refuse unknown fields and counts beyond base/limits.h
 * with ERR_INVALID. Encoders append to out. */
#ifndef PROTO_EXCHANGE_H
#define PROTO_EXCHANGE_H

#include "base/digest.h"
#include "base/limits.h"
#include "model/finding.h"
#include "model/registry.h"
#include "proto/report.h"

struct position {
	uint8_t epoch[16];
	uint64_t sequence; /* 0: nothing yet */
	struct digest chain;
};

struct receipt {
	uint8_t epoch[16];
	uint64_t sequence;      /* of the report or command itself */
	uint64_t last_sequence; /* of the last entry of the same VERDICTS */
	struct digest chain;    /* at last_sequence */
};

struct hello {
	uint32_t version;
	struct bytes software;
	bool has_catalogue;
	struct digest catalogue;
	bool has_receipt;
	struct position newest_receipt;
	bool training; /* what the receipt is of */
};

struct welcome {
	uint32_t version;
	struct position head;
	struct digest catalogue;
	uint32_t catalogue_number;
	uint32_t window_messages, submit_reports_max, report_bytes_max;
	uint64_t server_time_ms;
	bool offer_again; /* this journal lacks what the client has receipts for */
	bool training;    /* of a training system: nothing there counts */
};

struct submission {
	struct bytes values;
	struct digest values_digest; /* as the sender says; the receiver compares */
	struct bytes text;           /* empty: none */
	struct digest text_digest;
};

struct submit {
	struct submission report[SUBMIT_REPORTS_MAX];
	size_t reports;
};

enum status {
	STATUS_ACCEPTED = 1,
	STATUS_UNCHANGED,
	STATUS_SUPERSEDED,
	STATUS_REJECTED,
	STATUS_HELD,
	STATUS_LATER, /* not kept, not decided: to be sent again tomorrow */
	STATUS_MAX = STATUS_LATER
};
const char *status_name(enum status status); /* "accepted" … */

/* What one report met. Only what is not plainly accepted travels. */
struct verdict {
	uint32_t index;
	enum status status;
	uint32_t entries; /* sequences taken */
	struct finding finding[FINDINGS_MAX];
	uint32_t findings, findings_more;
	bool has_first;
	struct receipt first;
	bool not_kept;
};

struct verdicts {
	uint8_t epoch[16];
	uint64_t first_sequence;
	uint32_t entries;
	struct digest chain; /* meaningful if entries > 0 */
	uint32_t reports;
	const struct verdict *verdict; /* rising index; the rest is accepted */
	size_t count;
	bool training;
};

struct status_request {
	struct bytes facility;
	uint32_t form, period;
	bool has_since; /* then also notices after it */
	struct position since;
};

/* What became of a held revision. */
enum held_state { HELD_NONE, HELD_WAITING, HELD_RETURNED, HELD_REJECTED };

struct status_line {
	struct bytes facility;
	uint32_t form, period, revision;
	uint64_t sequence;
	struct digest digest;
	bool withdrawn;
	/* the newest held revision, if it is newer than the one in force */
	enum held_state held_state; /* HELD_NONE: the rest does not count */
	uint32_t held_revision;
	uint64_t held_sequence;
	struct digest held_digest;
};

enum notice_kind {
	NOTICE_ACCEPTED = 1,
	NOTICE_RETURNED,
	NOTICE_REJECTED,
	NOTICE_QUERY,
	NOTICE_ADJUSTED
};
/* "accepted", "returned", "rejected", "query", "adjusted" */
const char *notice_name(enum notice_kind kind);

/* What a person at the bureau did with a report of the asker's; see exchange.proto. */
struct notice {
	enum notice_kind kind;
	uint64_t sequence;
	struct bytes facility;
	uint32_t form, period, revision;
	uint64_t about;
	uint32_t element, reason;
	struct bytes text;
	int64_t delta;
	uint64_t received_ms;
};

enum { NOTICES_MAX = 64 }; /* in one reply */

struct status_reply {
	const struct status_line *line;
	size_t lines;
	bool more;
	const struct notice *notice; /* rising sequence */
	size_t notices;              /* at most NOTICES_MAX */
	bool more_notices;
	const struct segment *segment; /* of the facility that was asked for */
	size_t segments;
};

struct catalogue_request {
	bool any; /* the one in force */
	struct digest digest;
	uint32_t piece;
};

struct catalogue_piece {
	struct digest digest;
	uint32_t number, piece, pieces;
	struct bytes data;
};

enum busy_reason { BUSY_REBUILDING = 1, BUSY_TAIL_FULL, BUSY_DISK_FLOOR, BUSY_SENDER_LIMIT };
struct busy {
	uint32_t retry_after_ms;
	enum busy_reason reason;
};

enum refusal_code {
	REFUSAL_VERSION = 1,
	REFUSAL_MESSAGE_TYPE,
	REFUSAL_MALFORMED,
	REFUSAL_LIMIT,
	REFUSAL_HELLO_FIRST,
	REFUSAL_NOT_ALLOWED,
	REFUSAL_NOT_FOUND,
	REFUSAL_HISTORY_DIFFERS,
	REFUSAL_OTHER_KIND,
};
struct refusal {
	enum refusal_code code;
	struct bytes text;
};

CHECKED int hello_decode(struct arena *arena, struct bytes payload, struct hello *ret_hello);
CHECKED int hello_encode(const struct hello *hello, struct buffer *out);
CHECKED int welcome_decode(struct arena *arena, struct bytes payload, struct welcome *ret_welcome);
CHECKED int welcome_encode(const struct welcome *welcome, struct buffer *out);
CHECKED int submit_decode(struct arena *arena, struct bytes payload, struct submit *ret_submit);
CHECKED int submit_encode(const struct submit *submit, struct buffer *out);
/* The decoded verdict array belongs to the arena. */
CHECKED int verdicts_decode(
	struct arena *arena, struct bytes payload, struct verdicts *ret_verdicts);
CHECKED int verdicts_encode(const struct verdicts *verdicts, struct buffer *out);
CHECKED int status_request_decode(
	struct arena *arena, struct bytes payload, struct status_request *ret_request);
CHECKED int status_request_encode(const struct status_request *request, struct buffer *out);
CHECKED int status_reply_decode(
	struct arena *arena, struct bytes payload, struct status_reply *ret_reply);
CHECKED int status_reply_encode(const struct status_reply *reply, struct buffer *out);
CHECKED int catalogue_request_decode(
	struct arena *arena, struct bytes payload, struct catalogue_request *ret_request);
CHECKED int catalogue_request_encode(const struct catalogue_request *request, struct buffer *out);
CHECKED int catalogue_piece_decode(
	struct arena *arena, struct bytes payload, struct catalogue_piece *ret_piece);
CHECKED int catalogue_piece_encode(const struct catalogue_piece *piece, struct buffer *out);
CHECKED int busy_decode(struct arena *arena, struct bytes payload, struct busy *ret_busy);
CHECKED int busy_encode(const struct busy *busy, struct buffer *out);
CHECKED int ping_decode(
	struct arena *arena, struct bytes payload, uint64_t *ret_nonce); /* PONG too */
CHECKED int ping_encode(uint64_t nonce, struct buffer *out);
CHECKED int refusal_decode(struct arena *arena, struct bytes payload, struct refusal *ret_refusal);
CHECKED int refusal_encode(const struct refusal *refusal, struct buffer *out);

/* Findings alone, as an entry of the journal stores them beside a rejected body. */
CHECKED int findings_encode(
	const struct finding *findings, size_t count, uint32_t more, struct buffer *out);
CHECKED int findings_decode(struct arena *arena, struct bytes packed,
	const struct finding **ret_findings, size_t *ret_count, uint32_t *ret_more);

#endif
