/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reading is in short pieces, so that the journal's pages are never held for long, and printing is
 * inside a piece: an entry's bytes are only there while it lasts. Lines are gathered and written
 * after the piece, because a slow pipe must not hold a read transaction open. */
#include "keeper/dump.h"

#include <inttypes.h>

#include "base/err.h"
#include "keeper/head.h"
#include "keeper/walk.h"
#include "proto/query.h"

enum { HEADER_HEX_BYTES = 56, GATHER_BYTES_MAX = 1 << 20 };

struct gather {
	uint64_t from;
	bool training;
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
	case ENTRY_DECISION:
	case ENTRY_QUERY:
	case ENTRY_ADJUSTMENT:
	case ENTRY_LOCK:
	case ENTRY_HISTORY:
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

int dump_line(const struct entry *entry, bool training, struct buffer *out)
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
	if (r == 0 && training)
		r = buffer_add(out, bytes_str(",\"training\":true"));
	if (r == 0)
		r = buffer_add(out, bytes_str("}\n"));
	return err_pass(r);
}

static int gather_visit(void *ctx, const struct entry *entry)
{
	struct gather *gather = ctx;

	if (gather->lines.len >= GATHER_BYTES_MAX)
		return WALK_PAUSE;
	return entry->sequence < gather->from
		       ? 0
		       : err_pass(dump_line(entry, gather->training, &gather->lines));
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
	struct gather gather = { .from = from, .training = journal_training(journal) };
	struct walk walk = walk_first();
	int r, written;

	do {
		r = walk_piece(journal, &walk, to, gather_visit, &gather);
		/* Also after a break: what stands before it is good and is shown. */
		written = lines_write(&gather.lines, out);
	} while (r == 0 && written == 0);
	buffer_fini(&gather.lines);
	if (r < 0)
		return err_pass(r);
	if (written < 0)
		return err_pass(written);
	return fflush(out) == 0 ? 0 : err_here(ERR_IO, "cannot write the dump: %m");
}

int dump_head(struct journal *journal, FILE *out)
{
	char line[HEAD_TEXT_BYTES];
	struct journal_head head;
	int r = journal_head(journal, &head);

	if (r < 0)
		return err_pass(r);
	head_print(&head, line);
	if (fprintf(out, "%s\n", line) < 0 || fflush(out) != 0)
		return err_here(ERR_IO, "cannot write the head: %m");
	return 0;
}
