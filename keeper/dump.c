/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reading is in short pieces, so that the journal's pages are never held for long, and printing is
 * inside a piece: an entry's bytes are only there while it lasts. Lines are gathered and written
 * after the piece, because a slow pipe must not hold a read transaction open. */
#include "keeper/dump.h"

#include <inttypes.h>

#include "base/err.h"
#include "base/limits.h"
#include "proto/query.h"

enum { HEADER_HEX_BYTES = 56, GATHER_BYTES_MAX = 1 << 20 };

struct walk {
	uint64_t from, to, expected;
	struct digest chain; /* of the entry before */
	struct buffer lines;
};

static int hex_add(const char *key, struct bytes bytes, struct buffer *out)
{
	int r = buffer_format(out, ",\"%s\":\"", key);

	if (r == 0)
		r = buffer_room(out, bytes.len * 2 + 1);
	if (r < 0)
		return err_pass(r);
	bytes_to_hex(bytes, (char *)out->data + out->len);
	out->len += bytes.len * 2;
	return err_pass(buffer_add(out, bytes_str("\"")));
}

/* The verdict on a report, or the outcome of a command; both are one byte of the header. */
static const char *status_words(const struct entry *entry)
{
	static const char *const outcomes[] = {
		[ANSWER_DONE] = "done",
		[ANSWER_INVALID] = "invalid",
		[ANSWER_NOT_FOUND] = "not-found",
		[ANSWER_MOVED_ON] = "moved-on",
		[ANSWER_NOT_YET] = "not-yet",
		[ANSWER_NOT_ALLOWED] = "not-allowed",
	};

	switch (entry->kind) {
	case ENTRY_REGISTRY:
	case ENTRY_KEY:
	case ENTRY_FACT:
	case ENTRY_VERDICT:
	case ENTRY_REFUSED:
		return entry->status < array_len(outcomes) ? outcomes[entry->status] : NULL;
	default:
		return entry->status ? status_name((enum status)entry->status) : NULL;
	}
}

static int numbers_add(const struct entry *entry, struct buffer *out)
{
	const char *status = status_words(entry);
	int r = buffer_format(out, "{\"sequence\":%" PRIu64 ",\"kind\":\"%s\"", entry->sequence,
		entry_kind_name(entry->kind));

	if (r == 0 && status)
		r = buffer_format(out, ",\"status\":\"%s\"", status);
	else if (r == 0)
		r = buffer_add(out, bytes_str(",\"status\":null"));
	if (r == 0)
		r = buffer_format(out,
			",\"flags\":%u,\"form\":%u,\"facility\":%" PRIu32 ",\"period\":%" PRIu32
			",\"revision\":%" PRIu32 ",\"actor\":%" PRIu32 ",\"catalogue\":%" PRIu32,
			entry->flags, entry->form, entry->facility, entry->period, entry->revision,
			entry->actor, entry->catalogue);
	if (r == 0)
		r = buffer_format(out,
			",\"received\":%" PRIu64 ",\"replaces\":%" PRIu64 ",\"algorithm\":\"%s\"",
			entry->received, entry->replaces,
			entry->algorithm == DIGEST_SM3 ? "sm3" : "sha256");
	return err_pass(r);
}

int dump_line(const struct entry *entry, struct buffer *out)
{
	AUTO(buffer_fini) struct buffer packed = { 0 };
	int r = buffer_room(&packed, entry_size(entry));

	if (r < 0)
		return err_pass(r);
	entry_encode(entry, packed.data);
	r = numbers_add(entry, out);
	if (r == 0)
		r = hex_add("chain", digest_view(&entry->chain), out);
	if (r == 0)
		r = hex_add("header", bytes_of(packed.data, HEADER_HEX_BYTES), out);
	if (r == 0)
		r = hex_add("findings", entry->findings, out);
	if (r == 0)
		r = hex_add("body", entry->body, out);
	if (r == 0)
		r = buffer_add(out, bytes_str("}\n"));
	return err_pass(r);
}

enum { WALK_PAUSE = 1 }; /* enough lines gathered, or the last one wanted */

static int walk_visit(void *ctx, const struct entry *entry)
{
	struct walk *walk = ctx;
	int r;

	if (walk->lines.len >= GATHER_BYTES_MAX || entry->sequence > walk->to)
		return WALK_PAUSE;
	if (entry->sequence != walk->expected)
		return err_here(ERR_CORRUPT, "entry %" PRIu64 " is missing: %" PRIu64 " follows",
			walk->expected, entry->sequence);
	r = entry_verify(entry, &walk->chain);
	if (r == ERR_CORRUPT)
		return err_here(ERR_CORRUPT,
			"the chain breaks at entry %" PRIu64
			": it does not follow from the entries before it",
			entry->sequence);
	if (r == 0 && entry->sequence >= walk->from)
		r = dump_line(entry, &walk->lines);
	if (r < 0)
		return err_pass(r);
	walk->chain = entry->chain;
	walk->expected++;
	return 0;
}

static int lines_write(struct buffer *lines, FILE *out)
{
	if (fwrite(lines->data, 1, lines->len, out) != lines->len)
		return err_here(ERR_IO, "cannot write the dump: %m");
	lines->len = 0;
	return 0;
}

int dump_journal(struct journal *journal, uint64_t from, uint64_t to, FILE *out)
{
	struct walk walk = { .from = from, .to = to, .expected = 1 };
	int r = 0, written;

	for (;;) {
		uint64_t before = walk.expected, next;

		r = journal_read(
			journal, walk.expected, JOURNAL_READ_ENTRIES_MAX, walk_visit, &walk, &next);
		/* Also after a break: what stands before it is good and is shown. */
		written = lines_write(&walk.lines, out);
		if (r < 0 || written < 0 || walk.expected == before || walk.expected > to)
			break;
	}
	buffer_fini(&walk.lines);
	if (r < 0)
		return err_pass(r);
	if (written < 0)
		return err_pass(written);
	return fflush(out) == 0 ? 0 : err_here(ERR_IO, "cannot write the dump: %m");
}

int dump_head(struct journal *journal, FILE *out)
{
	char epoch[2 * EPOCH_BYTES + 1], chain[65];
	struct journal_head head;
	int r = journal_head(journal, &head);

	if (r < 0)
		return err_pass(r);
	bytes_to_hex(bytes_of(head.epoch, sizeof(head.epoch)), epoch);
	bytes_to_hex(digest_view(&head.chain), chain);
	if (fprintf(out, "%s %" PRIu64 " %s\n", epoch, head.sequence, chain) < 0 ||
		fflush(out) != 0)
		return err_here(ERR_IO, "cannot write the head: %m");
	return 0;
}
