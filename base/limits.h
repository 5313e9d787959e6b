/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every limit of the system, and how they hang together. Beyond a limit the answer is a clear
 * refusal, never a slow death. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include <stddef.h>
#include <stdint.h>

enum {
	PAYLOAD_BYTES_MAX = 60 * 1024, /* the second frame of a message */
	FRAME_BYTES_MAX = 64 * 1024,   /* what ZeroMQ lets in (ZMQ_MAXMSGSIZE) */
	REPORT_BYTES_MAX = 16 * 1024,  /* one report's values, and apart from them its text */
	REPORT_VALUES_MAX = 2048,      /* values in a report, absent ones included */
	SUBMIT_REPORTS_MAX = 256,      /* reports in a message */
	WINDOW_MESSAGES_MAX = 32,      /* messages a client may have without a verdict */
	RECEIVE_QUEUE_MESSAGES = 8, /* of a connection, whole, before TCP holds its sender back */
	INBOX_BYTES_MAX = 64 * 1024 * 1024, /* of all messages that wait to be decided */
	SENDER_MESSAGES_PER_SECOND = 2000,  /* of one key, over all its connections; and at once */
	SENDER_BYTES_PER_SECOND = 64 * 1024 * 1024, /* … */
	SENDER_BYTES_AT_ONCE = 8 * 1024 * 1024,     /* … */
	OVER_LIMIT_PER_SECOND_MAX =
		512, /* beyond that, before it is cut off; 32 KiB count as one */
	QUARANTINE_MS_MIN =
		10 * 1000, /* … and not let in for so long; each time twice as long, … */
	QUARANTINE_MS_MAX = 600 * 1000, /* … up to this */
	/* Bytes of a connection that became no message; answers that it does not fetch. */
	UNREAD_BYTES_MAX = (RECEIVE_QUEUE_MESSAGES + 2) * FRAME_BYTES_MAX,
	UNFETCHED_BYTES_MAX = (WINDOW_MESSAGES_MAX + 16) * FRAME_BYTES_MAX,
	BATCH_REPORTS_MAX = 1024, /* reports in one transaction of the journal */
	BATCH_BYTES_MAX = 1024 * 1024,
	TAIL_ENTRIES_MAX = 262144,          /* decisions that the derived state does not show yet */
	PAST_ROWS_MAX = 262144,             /* reports whose values deciding remembers … */
	PAST_BYTES_MAX = 128 * 1024 * 1024, /* … and the bytes of these values */
	FINDINGS_MAX = 64,                  /* findings kept of one report */
	FINDINGS_BYTES_MAX = 8 * 1024,
	RULE_CODE_BYTES = 16,                /* of a rule's code, its NUL included */
	EXPLAINED_MAX = 64,                  /* explanations in a report */
	KEPT_BYTES_PER_DAY_MAX = 256 * 1024, /* rejected and held bodies, a facility and day … */
	KEPT_BYTES_OF_SENDER_MAX = 16 * 1024 * 1024, /* … and a key and day, over its facilities */
	CATALOG_BYTES_MAX = 4 * 1024 * 1024,
	CATALOG_PIECE_BYTES = 48 * 1024,
	COMMAND_RECORDS_MAX = 1024,
	JOURNAL_READ_MS_MAX = 100, /* how long a read transaction on the journal may last */
	JOURNAL_READ_ENTRIES_MAX = 2000,
	FOLLOW_MS = 100,        /* the aggregator looks at least this often */
	FOLLOW_LAG_MAX = 8192,  /* entries; when it is further behind, ingest slows down … */
	FOLLOW_PACE_MS = 20,    /* … to one batch in this time, never to nothing */
	FACILITY_CODE_MAX = 32, /* bytes, printable ASCII */
	NAME_BYTES_MAX = 240,   /* a name in UTF-8 */
	KEEP_RECEIPTS_DAYS = 400,
	TALLIES_MAX = 16384,      /* forms, periods and areas that a question keeps in memory */
	MEMO_VALUES_MAX = 131072, /* figures that are remembered between questions … */
	MEMO_BYTES_MAX = 64 * 1024 * 1024, /* … and the bytes of their texts and numbers */
};

/* A value's magnitude; with at most CELL_FACILITIES_MAX facilities no cell leaves 62 bits. */
static const int64_t VALUE_MAX = (int64_t)1 << 40;
enum { CELL_FACILITIES_MAX = 1 << 21 };

_Static_assert(
	MEMO_BYTES_MAX / MEMO_VALUES_MAX >= 512, "a remembered value has room for its texts");
_Static_assert(
	PAYLOAD_BYTES_MAX + 1024 <= FRAME_BYTES_MAX, "a payload and its overhead fit a frame");
_Static_assert(UNREAD_BYTES_MAX >= (RECEIVE_QUEUE_MESSAGES + 1) * (PAYLOAD_BYTES_MAX + 1024),
	"full queue of the largest messages, and one that is being read, is an honest client's");
_Static_assert(UNFETCHED_BYTES_MAX >= WINDOW_MESSAGES_MAX * (PAYLOAD_BYTES_MAX + 1024),
	"a window of the largest answers may be on its way");
_Static_assert((size_t)INBOX_BYTES_MAX >= (size_t)16 * WINDOW_MESSAGES_MAX * PAYLOAD_BYTES_MAX,
	"sixteen senders' full windows of the largest messages may wait");
_Static_assert(KEPT_BYTES_OF_SENDER_MAX >= 16 * KEPT_BYTES_PER_DAY_MAX,
	"an area's office may have many doubtful facilities");
_Static_assert(SENDER_BYTES_AT_ONCE >= 4 * WINDOW_MESSAGES_MAX * PAYLOAD_BYTES_MAX &&
		       SENDER_MESSAGES_PER_SECOND >= 32 * WINDOW_MESSAGES_MAX,
	"a full window is answered in a thirtieth of a second, or is let through all the same");
_Static_assert(OVER_LIMIT_PER_SECOND_MAX >= 8 * WINDOW_MESSAGES_MAX,
	"eight programs that share a key may all start at once");
_Static_assert(
	REPORT_BYTES_MAX * 2 + 1024 <= PAYLOAD_BYTES_MAX, "the largest report fits a message");
_Static_assert(SUBMIT_REPORTS_MAX * 2 <= BATCH_REPORTS_MAX, "a submission with texts fits a batch");
_Static_assert(PAYLOAD_BYTES_MAX <= BATCH_BYTES_MAX / 4, "a submission fits a batch");
_Static_assert(WINDOW_MESSAGES_MAX *SUBMIT_REPORTS_MAX * 16 <= TAIL_ENTRIES_MAX,
	"sixteen full windows fit the tail");
_Static_assert(
	PAST_ROWS_MAX >= WINDOW_MESSAGES_MAX * SUBMIT_REPORTS_MAX * 16 &&
		(size_t)PAST_BYTES_MAX >= (size_t)8 * SUBMIT_REPORTS_MAX * REPORT_VALUES_MAX * 8,
	"sixteen full windows, or eight messages of the widest reports, need not be forgotten");
_Static_assert(
	CATALOG_PIECE_BYTES + 1024 <= PAYLOAD_BYTES_MAX, "a piece of catalogue fits a payload");

#endif
