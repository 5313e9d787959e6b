/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Questions and their answers: one table of verbs. Each answer is computed inside one read
 * transaction on the aggregates and says as of which position. Whatever bytes a peer sends, the
 * reply is an answer or a refusal. */
#ifndef AGGREGATOR_ANSWER_H
#define AGGREGATOR_ANSWER_H

#include "aggregator/follow.h"
#include "aggregator/observe.h"
#include "proto/frame.h"
#include "proto/query.h"

struct answering;

/* follow stays the caller's and must live longer. */
CHECKED int answering_new(struct follow *follow, struct answering **ret_answering);
/* NULL is nothing. */
void answering_free(struct answering *answering);
AUTO_DEFINE(answering_free, struct answering *);

/* Who answers the questions about the daemon itself; without it they are refused. Borrowed. */
void answering_watch(struct answering *answering, const struct watched *watched);

/* The reply to one message of an authenticated key: its type, and its payload in out (emptied
 * before). 0, FRAME_UNANSWERABLE, or negative for faults of storage and memory. */
enum { FRAME_UNANSWERABLE = 1 };
CHECKED int answer_message(struct answering *answering, uint32_t actor, struct bytes header,
	struct bytes payload, struct frame *ret_frame, struct buffer *out);

/* For idle moments: judges one plan, so that whoever asks for its scorecard next finds its values
 * remembered. Returns WARM_DONE when every plan was judged since the last entry was folded. Takes
 * as long as the first asking would have (tenths of a second at city size); negative only for
 * faults of storage and memory. */
enum { WARM_DONE = 1 };
CHECKED int answering_warm(struct answering *answering);

/* The questions by name, in the order of their table; NULL beyond its end. */
const char *answer_verb(size_t index);

/* Messages that were refused since the start, as malformed or not for this server. */
uint64_t answering_refused(const struct answering *answering);

#endif
