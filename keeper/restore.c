/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The copy is read twice on purpose: a copy that turns out broken after an hour of copying would
 * leave nothing but a full disk. Derived environments would be found not to be this journal's and
 * be rebuilt in any case; the one whose place is known is deleted so that nobody wonders. */
#include "keeper/restore.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "keeper/copy.h"
#include "keeper/fresh.h"
#include "keeper/head.h"
#include "keeper/walk.h"

/* The head up to which the whole chain holds, and when its last entry was received. */
static int copy_verify(struct journal *from, struct journal_head *ret_head, uint64_t *ret_received)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	struct journal_head head;
	struct entry last;
	int r = walk_whole(from, &head);

	if (r < 0)
		return err_pass(r);
	if (head.sequence == 0)
		return err_here(
			ERR_INVALID, "the copy holds no entry; there is nothing to restore");
	if ((r = journal_get(from, head.sequence, &buffer, &last)) != 0)
		return err_fold(r);
	*ret_received = last.received;
	*ret_head = head;
	return 0;
}

/* Received times never go back along a journal, whatever the clock of this machine says. */
static int restored_append(
	struct journal *journal, const struct journal_head *resumed, uint64_t received)
{
	uint8_t body[RESTORED_BODY_BYTES];
	uint64_t now = (uint64_t)clock_wall().ms;
	struct entry entry = { .kind = ENTRY_RESTORED,
		.received = now > received ? now : received,
		.algorithm = DIGEST_SHA256,
		.body = bytes_of(body, sizeof(body)) };

	restored_encode(resumed, body);
	return err_pass(journal_append(journal, (struct entry *[]){ &entry }, 1));
}

static int journal_make(const struct restore_options *options, struct journal *from,
	const struct journal_head *resumed, uint64_t received)
{
	AUTO(fresh_close) struct fresh *fresh = NULL;
	uint8_t epoch[EPOCH_BYTES];
	struct journal_head copied;
	int r;

	if (getrandom(epoch, sizeof(epoch), 0) != (ssize_t)sizeof(epoch))
		return err_here(ERR_IO, "the system gives no randomness");
	if ((r = fresh_open(options->to, options->map_size_bytes, epoch, &fresh)) < 0 ||
		(r = copy_entries(from, fresh_journal(fresh), resumed->sequence, NULL)) < 0 ||
		(r = journal_head(fresh_journal(fresh), &copied)) < 0)
		return err_pass(r);
	if (copied.sequence != resumed->sequence || !digest_equal(&copied.chain, &resumed->chain))
		return err_here(ERR_CORRUPT, "the copy changed while it was read");
	if ((r = restored_append(fresh_journal(fresh), resumed, received)) < 0)
		return err_pass(r);
	return err_pass(fresh_commit(fresh));
}

/* DATA-DIR/state of ingestd, and what a verification may have left. */
static int derived_delete(const char *journal, FILE *out)
{
	static const char *const names[] = { "state", "state.verify" };

	for (size_t i = 0; i < array_len(names); i++) {
		char path[600], data[640];
		int r;

		snprintf(path, sizeof(path), "%s/../%s", journal, names[i]);
		snprintf(data, sizeof(data), "%s/data.mdb", path);
		if (access(data, F_OK) != 0)
			continue;
		if ((r = env_delete(path)) < 0)
			return err_pass(r);
		fprintf(out, "deleted %s: ingestd makes it anew from the journal\n", path);
	}
	return 0;
}

static int tell(
	const struct restore_options *options, const struct journal_head *resumed, FILE *out)
{
	char line[HEAD_TEXT_BYTES];
	AUTO(journal_close) struct journal *journal = NULL;
	struct journal_head head;
	int r = journal_follow(options->to, options->map_size_bytes, &journal);

	if (r < 0 || (r = journal_head(journal, &head)) < 0)
		return err_pass(r);
	head_print(resumed, line);
	fprintf(out, "resumed %s\n", line);
	head_print(&head, line);
	fprintf(out, "now     %s\n", line);
	fprintf(out,
		"start ingestd, and the aggregator again: it makes its aggregates anew by itself.\n"
		"Reports received after the copy are lost here; senders offer them again.\n");
	return fflush(out) == 0 ? 0 : err_here(ERR_IO, "cannot write the result: %m");
}

static int restore_held(const struct restore_options *options, FILE *out)
{
	AUTO(journal_close) struct journal *from = NULL;
	struct journal_head resumed;
	uint64_t received = 0;
	int r = journal_follow(options->from, options->map_size_bytes, &from);

	if (r < 0 || (r = copy_verify(from, &resumed, &received)) < 0 ||
		(r = journal_make(options, from, &resumed, received)) < 0 ||
		(r = derived_delete(options->to, out)) < 0)
		return err_pass(r);
	return err_pass(tell(options, &resumed, out));
}

int restore_run(const struct restore_options *options, FILE *out)
{
	int fd, r = parent_hold(options->to, &fd);

	if (r < 0)
		return err_pass(r);
	r = restore_held(options, out);
	close(fd);
	return err_pass(r);
}
