/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A line becomes the entry's stored bytes again, and from there on it is a copy like any other: the
 * same decoding and the same proof by chain hash as in a backup. */
#include "keeper/load.h"

#include <inttypes.h>
#include <sys/random.h>

#include "base/err.h"
#include "keeper/copy.h"
#include "keeper/fresh.h"
#include "keeper/head.h"
#include "keeper/line.h"
#include "store/derived.h"

enum { UNCHAINED_BYTES = 56 };

static int packed_make(const struct line_reader *line, struct buffer *packed)
{
	int r;

	packed->len = 0;
	if ((r = buffer_room(packed, ENTRY_HEADER_BYTES)) < 0 ||
		(r = line_hex(line, "header", packed->data, UNCHAINED_BYTES)) < 0 ||
		(r = line_hex(
			 line, "chain", packed->data + UNCHAINED_BYTES, sizeof(struct digest))) < 0)
		return err_pass(r);
	packed->len = ENTRY_HEADER_BYTES;
	if ((r = line_hex_add(line, "findings", packed)) < 0 ||
		(r = line_hex_add(line, "body", packed)) < 0)
		return err_pass(r);
	return 0;
}

static int sequence_check(const struct line_reader *line)
{
	uint64_t sequence;
	int r = line_number(line, "sequence", &sequence);

	if (r < 0)
		return err_pass(r);
	if (sequence != line->number)
		return err_here(ERR_INVALID,
			"line %" PRIu64 " holds entry %" PRIu64
			": a dump that is loaded begins at 1 and leaves nothing out",
			line->number, sequence);
	return 0;
}

static int lines_load(FILE *in, struct journal *to)
{
	AUTO(line_reader_fini) struct line_reader line = { .in = in };
	AUTO(copy_piece_fini) struct copy_piece piece = { 0 };
	AUTO(buffer_fini) struct buffer packed = { 0 };
	int r;

	while ((r = line_next(&line)) == 0) {
		if (line.number == 1 && line_true(&line, "training"))
			r = journal_make_training(to);
		if (r < 0 || (r = sequence_check(&line)) < 0 ||
			(r = packed_make(&line, &packed)) < 0 ||
			(r = copy_piece_add(&piece, buffer_view(&packed))) < 0 ||
			(copy_piece_full(&piece) && (r = copy_piece_append(&piece, to)) < 0))
			return err_pass(r);
	}
	return r < 0 ? err_pass(r) : err_pass(copy_piece_append(&piece, to));
}

/* Whether the loaded journal holds the head that was kept of the old one. */
static int witness_check(struct journal *journal, const struct journal_head *witness)
{
	bool matches;
	int r = derived_matches(journal, witness, &matches);

	if (r < 0)
		return err_pass(r);
	if (!matches)
		return err_here(ERR_CORRUPT,
			"the dump does not hold entry %" PRIu64
			" with the chain hash of the head given",
			witness->sequence);
	return 0;
}

int load_run(const struct load_options *options, FILE *in, FILE *out)
{
	AUTO(fresh_close) struct fresh *fresh = NULL;
	struct journal_head witness = { 0 }, head;
	char line[HEAD_TEXT_BYTES];
	int r;

	if (getrandom(witness.epoch, EPOCH_BYTES, 0) != EPOCH_BYTES)
		return err_here(ERR_IO, "the system gives no randomness");
	if (options->head && (r = head_load(options->head, &witness)) < 0)
		return err_pass(r);
	if ((r = fresh_open(options->journal, options->map_size_bytes, witness.epoch, &fresh)) <
			0 ||
		(r = lines_load(in, fresh_journal(fresh))) < 0 ||
		(options->head && (r = witness_check(fresh_journal(fresh), &witness)) < 0) ||
		(r = journal_head(fresh_journal(fresh), &head)) < 0 ||
		(r = fresh_commit(fresh)) < 0)
		return err_pass(r);
	head_print(&head, line);
	if (fprintf(out, "%s\n", line) < 0 || fflush(out) != 0)
		return err_here(ERR_IO, "cannot write the head: %m");
	return 0;
}
