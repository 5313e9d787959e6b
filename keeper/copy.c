/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A piece is read in one short transaction of the source and written in one of the copy, never both
 * at once: a slow disk under the copy must not keep the source's pages. */
#include "keeper/copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "keeper/walk.h"

void copy_piece_fini(struct copy_piece *piece)
{
	buffer_fini(&piece->bytes);
	buffer_fini(&piece->lengths);
}

bool copy_piece_full(const struct copy_piece *piece)
{
	return piece->bytes.len >= COPY_BYTES_MAX || piece->count >= JOURNAL_READ_ENTRIES_MAX;
}

int copy_piece_add(struct copy_piece *piece, struct bytes packed)
{
	int r = buffer_add(&piece->bytes, packed);

	if (r < 0 ||
		(r = buffer_add(&piece->lengths, bytes_of(&packed.len, sizeof(packed.len)))) < 0)
		return err_pass(r);
	piece->count++;
	return 0;
}

static int entries_decode(
	const struct copy_piece *piece, struct entry *entries, struct entry **list)
{
	struct reader reader = reader_of(buffer_view(&piece->bytes));

	for (size_t i = 0; i < piece->count; i++) {
		size_t len;
		int r;

		memcpy(&len, piece->lengths.data + i * sizeof(len), sizeof(len));
		if ((r = entry_decode(reader_view(&reader, len), &entries[i])) < 0)
			return err_pass(r);
		list[i] = &entries[i];
	}
	return 0;
}

int copy_piece_append(struct copy_piece *piece, struct journal *to)
{
	struct entry *entries, **list;
	int r = 0;

	if (piece->count == 0)
		return 0;
	entries = calloc(piece->count, sizeof(*entries));
	list = calloc(piece->count, sizeof(*list));
	if (!entries || !list)
		r = err_here(ERR_NOMEM, "cannot allocate %zu entries", piece->count);
	if (r == 0 && (r = entries_decode(piece, entries, list)) == 0)
		r = journal_append_copies(to, list, piece->count);
	free(entries);
	free(list);
	piece->bytes.len = piece->lengths.len = piece->count = 0;
	return err_pass(r);
}

/* A walk that fills a piece. */
struct filling {
	struct copy_piece *piece;
	const struct erased *erase; /* NULL: nothing */
	uint64_t first;             /* to be copied by this call */
	bool erased;                /* it stands before an entry `erased` */
};

/* The entry with its body's digest in the body's place. */
static int entry_erase(const struct entry *entry, struct digest *digest, struct entry *ret_erased)
{
	struct entry erased = *entry;
	int r = digest_of(entry->algorithm, entry->body, digest);

	if (r < 0)
		return err_pass(r);
	erased.flags |= ENTRY_FLAG_ERASED;
	erased.erased_length = (uint32_t)entry->body.len;
	erased.body = digest_view(digest);
	*ret_erased = erased;
	return 0;
}

static int piece_visit(void *ctx, const struct entry *entry)
{
	struct filling *filling = ctx;
	struct copy_piece *piece = filling->piece;
	struct entry copy = *entry;
	struct digest digest;
	size_t len;
	int r;

	filling->erased = entry->kind == ENTRY_ERASED && entry->sequence != filling->first;
	if (filling->erased || copy_piece_full(piece))
		return WALK_PAUSE;
	if (filling->erase && !(entry->flags & ENTRY_FLAG_ERASED) &&
		erased_names(filling->erase, entry->sequence) &&
		(r = entry_erase(entry, &digest, &copy)) < 0)
		return err_pass(r);
	len = entry_size(&copy);
	if ((r = buffer_room(&piece->bytes, len)) < 0 ||
		(r = buffer_add(&piece->lengths, bytes_of(&len, sizeof(len)))) < 0)
		return err_pass(r);
	entry_encode(&copy, piece->bytes.data + piece->bytes.len);
	piece->bytes.len += len;
	piece->count++;
	return 0;
}

int copy_until_erased(
	struct journal *from, struct journal *to, uint64_t last, const struct erased *erase)
{
	AUTO(copy_piece_fini) struct copy_piece piece = { 0 };
	struct filling filling = { .piece = &piece, .erase = erase };
	struct journal_head head;
	struct walk walk;
	int r = journal_head(to, &head), read;

	if (r == 0 && journal_training(from))
		r = journal_make_training(to);
	if (r < 0)
		return err_pass(r);
	walk = walk_after(&head);
	filling.first = walk.next;
	do {
		char why[256];

		if ((read = walk_piece(from, &walk, last, piece_visit, &filling)) < 0)
			snprintf(why, sizeof(why), "%s", err_text());
		if ((r = copy_piece_append(&piece, to)) < 0)
			return err_pass(r);
		if (read < 0) /* told after what stands before it is safe */
			return err_here((enum err)read, "%s", why);
	} while (read == 0);
	return filling.erased ? COPY_ERASED : 0;
}

int copy_entries(
	struct journal *from, struct journal *to, uint64_t last, const struct erased *erase)
{
	int r;

	while ((r = copy_until_erased(from, to, last, erase)) == COPY_ERASED)
		;
	return err_pass(r);
}
