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
};

struct welcome {
	uint32_t version;
	struct position head;
	struct digest catalogue;
	uint32_t catalogue_number;
	uint32_t window_messages, submit_reports_max, report_bytes_max;
	uint64_t server_time_ms;
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
	STATUS_HELD, /* on the wire for later: nothing decides it yet */
	STATUS_MAX = STATUS_HELD
};
const char *status_name(enum status status); /* "accepted" … */

/* Why a report is refused. Numbers are for ever; docs/protocol.md explains each. */
enum finding_code {
	FINDING_UNDECODABLE = 1, /* not a ReportValues message, or digest of other bytes */
	FINDING_DIGEST = 2,      /* values or text do not have the digest sent along */
	FINDING_TOO_LARGE = 3,
	FINDING_FACILITY_UNKNOWN = 4,
	FINDING_NOT_YOURS = 5, /* the key may not report for this facility */
	FINDING_FORM_UNKNOWN = 6,
	FINDING_FORM_NOT_ASSIGNED = 7, /* not to this class of facility */
	FINDING_PERIOD_INVALID = 8,    /* no period of the form's kind */
	FINDING_PERIOD_FUTURE = 9,     /* the period has not ended */
	FINDING_FACILITY_CLOSED = 10,  /* not open on any day of the period */
	FINDING_REVISION_ZERO = 11,
	FINDING_CONFLICT = 12,         /* same revision, other bytes: found = revision */
	FINDING_ELEMENT_UNKNOWN = 13,  /* element not on the form */
	FINDING_VALUE_RANGE = 14,      /* magnitude above 2^40 */
	FINDING_VALUE_NEGATIVE = 15,   /* a count or quantity below zero */
	FINDING_REQUIRED_MISSING = 16, /* a required line is neither given nor explained */
	FINDING_ABSENT_KIND = 17,
	FINDING_TEXT_INVALID = 18,
	FINDING_WITHDRAWAL_VALUES = 19, /* a withdrawal carries values */
	FINDING_CODE_MAX = 19,
};
/* Short stable word, as in "period-future". */
const char *finding_name(enum finding_code code);

struct finding {
	enum finding_code code;
	uint32_t element; /* 0: the whole report */
	int64_t found, limit;
};

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
};

struct status_request {
	struct bytes facility;
	uint32_t form, period;
};

struct status_line {
	struct bytes facility;
	uint32_t form, period, revision;
	uint64_t sequence;
	struct digest digest;
	bool withdrawn;
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
CHECKED int status_reply_decode(struct arena *arena, struct bytes payload,
	const struct status_line **ret_lines, size_t *ret_count, bool *ret_more);
CHECKED int status_reply_encode(
	const struct status_line *lines, size_t count, bool more, struct buffer *out);
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
