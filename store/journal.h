/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The journal: every entry ever accepted, in sequence 1, 2, 3 … without gaps. An entry never
 * changes; a correction is a new one. Bodies are opaque bytes here: their meaning belongs to proto.
 * One process appends (it holds a lock on the folder), any number follow.
 *
 * Tables: journal (sequence, 8 bytes → entry), meta ("format" → u32 1, "epoch" → 16 bytes,
 * "training" → u8 1 in that of a training system). */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "store/entry.h"
#include "store/env.h"

enum { EPOCH_BYTES = 16, JOURNAL_TAIL_ENTRIES = 1000 };

/* How far a journal has come; sequence 0 and a zero chain: empty. */
struct journal_head {
	uint8_t epoch[EPOCH_BYTES];
	uint64_t sequence;
	struct digest chain;
};

struct journal;

/* Opens for appending, or for following. A new journal gets the epoch new_epoch (16 random bytes);
 * its files and folder are flushed before this returns. ERR_CONFLICT: another process appends;
 * ERR_CORRUPT: one of the newest JOURNAL_TAIL_ENTRIES does not follow from the one before it. */
CHECKED int journal_open(const char *path, uint64_t map_size_bytes,
	const uint8_t new_epoch[EPOCH_BYTES], struct journal **ret_journal);
/* The same, but a new journal is that of a training system: its data count for nothing. */
CHECKED int journal_open_training(const char *path, uint64_t map_size_bytes,
	const uint8_t new_epoch[EPOCH_BYTES], struct journal **ret_journal);
CHECKED int journal_follow(const char *path, uint64_t map_size_bytes, struct journal **ret_journal);
void journal_close(struct journal *journal);
AUTO_DEFINE(journal_close, struct journal *);

/* Whether it belongs to a training system: fixed when it was made. */
bool journal_training(const struct journal *journal);
/* Makes a copy one of a training system, like the journal that it is a copy of. ERR_INVALID: it
 * holds entries, and is none. */
CHECKED int journal_make_training(struct journal *journal);

/* The durable head. The appender's own copy; a follower looks it up. */
CHECKED int journal_head(struct journal *journal, struct journal_head *ret_head);

/* How many bytes the map has left. May be asked while another thread appends. */
uint64_t journal_room(const struct journal *journal);

/* How its environment is used; may be asked while another thread appends. */
CHECKED int journal_usage(const struct journal *journal, struct env_usage *ret_usage);

/* Frees the pages that followers hold which died while they read; may be asked while another thread
 * appends. ret_dead: how many those were. */
CHECKED int journal_forget_dead(struct journal *journal, unsigned *ret_dead);

/* Whether a follower follows a file that is no longer the journal. */
bool journal_replaced(const struct journal *journal);

/* Appends entries in one transaction with one flush, and returns after the flush. Sets sequence and
 * chain of each. Any error means that the outcome is unknown: answer nothing, end the program. */
CHECKED int journal_append(struct journal *journal, struct entry *const *entries, size_t count);

/* Appends copies of another journal's entries, which carry their chain hashes already. ERR_CORRUPT,
 * and nothing is appended, unless each follows from the one before it. Errors as above. */
CHECKED int journal_append_copies(
	struct journal *journal, struct entry *const *entries, size_t count);

/* Visits entries from sequence `from`, at most `max` of them and at most about 80 ms long, inside
 * one short read transaction: the views die with it. Stops when visit returns other than 0 and
 * passes that up. ret_next is the sequence to go on from (from itself: nothing new). Entries are
 * checked (entry_decode); chains are verified where the reader asks with journal_verify. */
typedef int journal_visit(void *ctx, const struct entry *entry);
CHECKED int journal_read(struct journal *journal, uint64_t from, size_t max, journal_visit *visit,
	void *ctx, uint64_t *ret_next);

/* The body of an entry `restored`: at which head an earlier life of this journal was resumed, under
 * another epoch. Valid iff it is epoch 16 | u64 sequence | chain 32. */
enum { RESTORED_BODY_BYTES = EPOCH_BYTES + 8 + 32 };
void restored_encode(const struct journal_head *resumed, uint8_t ret_body[RESTORED_BODY_BYTES]);
CHECKED int restored_decode(struct bytes body, struct journal_head *ret_resumed);

/* One entry by sequence, copied into buffer; views of ret_entry point there. PORT_NONE: not
 * there. */
CHECKED int journal_get(
	struct journal *journal, uint64_t sequence, struct buffer *buffer, struct entry *ret_entry);

#endif
