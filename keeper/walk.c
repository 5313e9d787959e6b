/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Verifying is inside a piece: an entry's bytes are only there while its transaction lasts. */
#include "keeper/walk.h"

#include <inttypes.h>

#include "base/err.h"
#include "base/limits.h"

struct step {
	struct walk *walk;
	uint64_t to;
	walk_visit *visit;
	void *ctx;
};

struct walk walk_first(void)
{
	return (struct walk){ .next = 1 };
}

struct walk walk_after(const struct journal_head *head)
{
	return (struct walk){ .next = head->sequence + 1, .chain = head->chain };
}

static int step_visit(void *ctx, const struct entry *entry)
{
	struct step *step = ctx;
	struct walk *walk = step->walk;
	int r;

	if (entry->sequence > step->to)
		return WALK_PAUSE;
	if (entry->sequence != walk->next)
		return err_here(ERR_CORRUPT, "entry %" PRIu64 " is missing: %" PRIu64 " follows",
			walk->next, entry->sequence);
	r = entry_verify(entry, &walk->chain);
	if (r == ERR_CORRUPT)
		return err_here(ERR_CORRUPT,
			"the chain breaks at entry %" PRIu64
			": it does not follow from the entries before it",
			entry->sequence);
	if (r < 0 || (r = step->visit(step->ctx, entry)) != 0)
		return err_pass(r);
	walk->chain = entry->chain;
	walk->next++;
	return 0;
}

int walk_piece(
	struct journal *journal, struct walk *walk, uint64_t to, walk_visit *visit, void *ctx)
{
	struct step step = { .walk = walk, .to = to, .visit = visit, .ctx = ctx };
	uint64_t before = walk->next, next;
	int r = journal_read(
		journal, walk->next, JOURNAL_READ_ENTRIES_MAX, step_visit, &step, &next);

	if (r < 0)
		return err_pass(r);
	return walk->next == before ? WALK_END : 0;
}

static int whole_visit(void *ctx, const struct entry *entry)
{
	(void)ctx;
	(void)entry;
	return 0; /* to be verified is all that it is visited for */
}

int walk_whole(struct journal *journal, struct journal_head *ret_head)
{
	struct walk walk = walk_first();
	struct journal_head head;
	int r = journal_head(journal, &head);

	if (r < 0)
		return err_pass(r);
	while ((r = walk_piece(journal, &walk, head.sequence, whole_visit, NULL)) == 0)
		;
	if (r < 0)
		return err_pass(r);
	if (walk.next != head.sequence + 1 || !digest_equal(&walk.chain, &head.chain))
		return err_here(ERR_CORRUPT,
			"the chain ends at entry %" PRIu64 " and not at %" PRIu64, walk.next - 1,
			head.sequence);
	*ret_head = head;
	return 0;
}
