/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Witnesses are read before the journal's head is looked up, so a receipt that arrives meanwhile
 * never seems to lie beyond the end. The walk gathers the earlier lives of the journal; the
 * witnesses are then looked up one by one. */
#include "keeper/audit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "keeper/head.h"
#include "keeper/line.h"
#include "keeper/walk.h"
#include "store/erased.h"

/* One earlier life of the journal, and where the next one began. */
struct life {
	struct journal_head resumed;
	uint64_t received;
};

struct past {
	struct buffer lives;      /* struct life, in order */
	struct buffer erasures;   /* u64 sequence of each entry `erased` */
	struct buffer gone;       /* u64 sequence of each entry whose body is its digest */
	struct journal_head head; /* up to here the chain was verified */
};

/* Something kept elsewhere. */
struct witness {
	struct journal_head at;
	uint64_t line;
	uint64_t sequence; /* of the report; 0: none is named */
	bool has_digest;
	struct digest digest;
};

enum judgement { HOLDS, LOST, DIFFERS };

struct tally {
	uint64_t holds, lost, differs, without;
};

static void past_fini(struct past *past)
{
	buffer_fini(&past->lives);
	buffer_fini(&past->erasures);
	buffer_fini(&past->gone);
}

static inline void past_fini_auto(struct past *past)
{
	past_fini(past);
}

static size_t past_lives(const struct past *past)
{
	return past->lives.len / sizeof(struct life);
}

static struct life past_life(const struct past *past, size_t i)
{
	struct life life;

	memcpy(&life, past->lives.data + i * sizeof(life), sizeof(life));
	return life;
}

static int past_visit(void *ctx, const struct entry *entry)
{
	struct past *past = ctx;
	struct life life = { .received = entry->received };
	int r;

	if (entry->kind == ENTRY_RESTORED) {
		if ((r = restored_decode(entry->body, &life.resumed)) < 0 ||
			life.resumed.sequence != past->head.sequence ||
			!digest_equal(&life.resumed.chain, &past->head.chain))
			return err_here(ERR_CORRUPT,
				"entry %" PRIu64 " says that the journal was resumed elsewhere",
				entry->sequence);
		if ((r = buffer_add(&past->lives, bytes_of(&life, sizeof(life)))) < 0)
			return err_pass(r);
	}
	if (entry->kind == ENTRY_ERASED &&
		(r = buffer_add(&past->erasures, bytes_of(&entry->sequence, 8))) < 0)
		return err_pass(r);
	if ((entry->flags & ENTRY_FLAG_ERASED) &&
		(r = buffer_add(&past->gone, bytes_of(&entry->sequence, 8))) < 0)
		return err_pass(r);
	past->head.sequence = entry->sequence;
	past->head.chain = entry->chain;
	return 0;
}

/* Walks the chain up to the head seen now. */
static int past_learn(struct journal *journal, struct past *past)
{
	struct walk walk = walk_first();
	struct journal_head head;
	int r = journal_head(journal, &head);

	if (r < 0)
		return err_pass(r);
	memcpy(past->head.epoch, head.epoch, EPOCH_BYTES);
	while ((r = walk_piece(journal, &walk, head.sequence, past_visit, past)) == 0)
		;
	if (r < 0)
		return err_pass(r);
	if (past->head.sequence != head.sequence || !digest_equal(&past->head.chain, &head.chain))
		return err_here(ERR_CORRUPT, "entry %" PRIu64 " is missing", walk.next);
	return 0;
}

static void lives_print(const struct past *past, FILE *out)
{
	for (size_t i = 0; i < past_lives(past); i++) {
		char line[HEAD_TEXT_BYTES], when[WALL_TEXT_BYTES];
		struct life life = past_life(past, i);

		head_print(&life.resumed, line);
		wall_print((struct wall){ .ms = (int64_t)life.received }, when);
		fprintf(out, "restored %s from %s\n", when, line);
	}
}

/* Takes the sequence from those whose body is gone; false: it is not among them. Few ever are. */
static bool gone_take(struct past *past, uint64_t sequence)
{
	for (size_t at = 0; at < past->gone.len; at += sizeof(uint64_t)) {
		uint64_t found;

		memcpy(&found, past->gone.data + at, sizeof(found));
		if (found != sequence)
			continue;
		past->gone.len -= sizeof(found);
		memmove(past->gone.data + at, past->gone.data + at + sizeof(found),
			past->gone.len - at);
		return true;
	}
	return false;
}

/* ERR_CORRUPT: one of the texts is still there. */
static int erasure_check(struct past *past, uint64_t sequence, const struct erased *erased)
{
	for (size_t i = 0; i < erased->count; i++)
		if (!gone_take(past, erased->sequence[i]))
			return err_here(ERR_CORRUPT,
				"entry %" PRIu64 " says that entry %" PRIu64
				" was erased, but its text is still there: erase it again",
				sequence, erased->sequence[i]);
	return 0;
}

/* The chain does not mind a body that is replaced by its digest, so somebody who may write the
 * files could take out what he likes: each must be told of. */
static int gone_check(const struct past *past)
{
	uint64_t sequence;

	if (past->gone.len == 0)
		return 0;
	memcpy(&sequence, past->gone.data, sizeof(sequence));
	return err_here(ERR_CORRUPT,
		"entry %" PRIu64 " has lost its body, and no entry 'erased' says so", sequence);
}

/* Says what was erased, and that it is. */
static int erasures_print(struct journal *journal, struct past *past, FILE *out)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };

	for (size_t at = 0; at < past->erasures.len; at += sizeof(uint64_t)) {
		char when[WALL_TEXT_BYTES];
		struct erased erased;
		struct entry entry;
		uint64_t sequence;
		int r;

		memcpy(&sequence, past->erasures.data + at, sizeof(sequence));
		if ((r = journal_get(journal, sequence, &buffer, &entry)) != 0)
			return err_fold(r);
		if ((r = erased_decode(entry.body, &erased)) < 0 ||
			(r = erasure_check(past, sequence, &erased)) < 0)
			return err_pass(r);
		wall_print((struct wall){ .ms = (int64_t)entry.received }, when);
		fprintf(out, "erased %s texts %zu, by entry %" PRIu64 ": %.*s%s%.*s\n", when,
			erased.count, sequence, (int)erased.by.len, (const char *)erased.by.data,
			erased.by.len ? ": " : "", (int)erased.reason.len,
			(const char *)erased.reason.data);
	}
	return err_pass(gone_check(past));
}

int audit_verify(struct journal *journal, FILE *out)
{
	AUTO(past_fini) struct past past = { 0 };
	char line[HEAD_TEXT_BYTES];
	int r = past_learn(journal, &past);

	if (r < 0)
		return err_pass(r);
	lives_print(&past, out);
	if ((r = erasures_print(journal, &past, out)) < 0)
		return err_pass(r);
	head_print(&past.head, line);
	fprintf(out, "the chain of %" PRIu64 " entries holds\n%s\n", past.head.sequence, line);
	fprintf(out,
		"This shows that nothing is damaged. It cannot show forgery: whoever may write\n"
		"the files can compute every hash again. Hold a head kept elsewhere against it\n"
		"(audit check --head FILE), or receipts (audit receipt FILE).\n");
	return fflush(out) == 0 ? 0 : err_here(ERR_IO, "cannot write the result: %m");
}

/* Up to which sequence the journal answers for an epoch; false: it never had it. */
static bool past_reach(
	const struct past *past, const uint8_t epoch[EPOCH_BYTES], uint64_t *ret_reach)
{
	*ret_reach = past->head.sequence;
	if (memcmp(past->head.epoch, epoch, EPOCH_BYTES) == 0)
		return true;
	for (size_t i = 0; i < past_lives(past); i++) {
		struct life life = past_life(past, i);

		*ret_reach = life.resumed.sequence;
		if (memcmp(life.resumed.epoch, epoch, EPOCH_BYTES) == 0)
			return true;
	}
	return false;
}

static int body_digest(const struct entry *entry, struct digest *ret_digest)
{
	if (!(entry->flags & ENTRY_FLAG_ERASED))
		return err_pass(digest_of(DIGEST_SHA256, entry->body, ret_digest));
	memcpy(ret_digest->byte, entry->body.data, sizeof(ret_digest->byte));
	return 0;
}

/* Whether the entry at sequence has this chain hash, or holds this body. */
static int entry_is(struct journal *journal, uint64_t sequence, const struct digest *chain,
	const struct digest *body, bool *ret_is)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	struct digest found;
	struct entry entry;
	int r = journal_get(journal, sequence, &buffer, &entry);

	*ret_is = false;
	if (r != 0)
		return r < 0 ? err_pass(r) : 0;
	found = entry.chain;
	if (body && (r = body_digest(&entry, &found)) < 0)
		return err_pass(r);
	*ret_is = digest_equal(&found, body ? body : chain);
	return 0;
}

/* ret_why: of a difference. */
static int judge(struct journal *journal, const struct past *past, const struct witness *witness,
	enum judgement *ret_judgement, const char **ret_why)
{
	static const struct digest zero;
	const struct journal_head *at = &witness->at;
	uint64_t reach;
	bool is;
	int r = 0;

	*ret_judgement = DIFFERS;
	if (!past_reach(past, at->epoch, &reach)) {
		*ret_why = "this journal never had that epoch";
		return 0;
	}
	if (at->sequence > reach) {
		*ret_why = "the journal ends before it: its tail was cut off";
		if (memcmp(at->epoch, past->head.epoch, EPOCH_BYTES) != 0)
			*ret_judgement = LOST;
		return 0;
	}
	*ret_why = "the journal has another history up to there";
	is = at->sequence == 0 && digest_equal(&at->chain, &zero);
	if (at->sequence > 0)
		r = entry_is(journal, at->sequence, &at->chain, NULL, &is);
	if (r == 0 && is && witness->has_digest) {
		*ret_why = "another report stands at its sequence";
		r = entry_is(journal, witness->sequence, NULL, &witness->digest, &is);
	}
	if (r == 0 && is)
		*ret_judgement = HOLDS;
	return err_pass(r);
}

static int judge_all(
	struct journal *journal, const struct buffer *witnesses, struct tally *tally, FILE *out)
{
	AUTO(past_fini) struct past past = { 0 };
	size_t count = witnesses->len / sizeof(struct witness);
	int r = past_learn(journal, &past);

	if (r < 0)
		return err_pass(r);
	lives_print(&past, out);
	for (size_t i = 0; i < count; i++) {
		struct witness witness;
		enum judgement judgement;
		const char *why;

		memcpy(&witness, witnesses->data + i * sizeof(witness), sizeof(witness));
		if ((r = judge(journal, &past, &witness, &judgement, &why)) < 0)
			return err_pass(r);
		tally->holds += judgement == HOLDS;
		tally->lost += judgement == LOST;
		tally->differs += judgement == DIFFERS;
		if (judgement != HOLDS)
			fprintf(out, "line %" PRIu64 ", entry %" PRIu64 ": %s\n", witness.line,
				witness.at.sequence,
				judgement == LOST
					? "lost: received after the point at which the journal "
					  "was resumed"
					: why);
	}
	return 0;
}

static int tally_tell(const struct tally *tally, const char *what, FILE *out)
{
	fprintf(out, "%" PRIu64 " %s hold, %" PRIu64 " are declared lost, %" PRIu64 " differ",
		tally->holds, what, tally->lost, tally->differs);
	if (tally->without > 0)
		fprintf(out, "; %" PRIu64 " lines hold none", tally->without);
	fprintf(out, "\n");
	if (fflush(out) != 0)
		return err_here(ERR_IO, "cannot write the result: %m");
	if (tally->differs > 0)
		return err_here(ERR_CORRUPT,
			"history differs: %" PRIu64 " of the %s are not of this journal",
			tally->differs, what);
	return 0;
}

static int heads_read(FILE *in, struct buffer *witnesses)
{
	char text[HEAD_TEXT_BYTES + 2];
	uint64_t number = 0;
	int r;

	while (fgets(text, sizeof(text), in)) {
		struct witness witness = { .line = ++number };

		if ((r = head_parse(text, &witness.at)) < 0 ||
			(r = buffer_add(witnesses, bytes_of(&witness, sizeof(witness)))) < 0)
			return err_pass(r);
	}
	if (number == 0)
		return err_here(ERR_INVALID, "the file holds no head");
	return 0;
}

int audit_heads(struct journal *journal, FILE *heads, FILE *out)
{
	AUTO(buffer_fini) struct buffer witnesses = { 0 };
	struct tally tally = { 0 };
	int r = heads_read(heads, &witnesses);

	if (r < 0 || (r = judge_all(journal, &witnesses, &tally, out)) < 0)
		return err_pass(r);
	return err_pass(tally_tell(&tally, "heads", out));
}

/* The line just read as a witness; PORT_NONE: it is no receipt. */
static int receipt_read(const struct line_reader *line, struct witness *ret_witness)
{
	struct witness witness = { .line = line->number, .has_digest = line_has(line, "digest") };
	int r;

	if ((r = line_number(line, "sequence", &witness.sequence)) < 0)
		return err_pass(r);
	if (witness.sequence == 0)
		return PORT_NONE;
	if ((r = line_hex(line, "epoch", witness.at.epoch, EPOCH_BYTES)) < 0 ||
		(r = line_number(line, "last_sequence", &witness.at.sequence)) < 0 ||
		(r = line_hex(line, "chain", witness.at.chain.byte, sizeof(struct digest))) < 0 ||
		(witness.has_digest && (r = line_hex(line, "digest", witness.digest.byte,
						sizeof(witness.digest))) < 0))
		return err_pass(r);
	if (witness.at.sequence < witness.sequence)
		return err_here(ERR_INVALID,
			"line %" PRIu64 ": a receipt does not end before its report", line->number);
	*ret_witness = witness;
	return 0;
}

static int receipts_read(FILE *in, struct buffer *witnesses, struct tally *tally)
{
	AUTO(line_reader_fini) struct line_reader line = { .in = in };
	struct witness witness;
	int r;

	while ((r = line_next(&line)) == 0) {
		if ((r = receipt_read(&line, &witness)) < 0)
			return err_pass(r);
		tally->without += r == PORT_NONE;
		if (r == 0 && (r = buffer_add(witnesses, bytes_of(&witness, sizeof(witness)))) < 0)
			return err_pass(r);
	}
	return r < 0 ? err_pass(r) : 0;
}

int audit_receipts(struct journal *journal, FILE *receipts, FILE *out)
{
	AUTO(buffer_fini) struct buffer witnesses = { 0 };
	struct tally tally = { 0 };
	int r = receipts_read(receipts, &witnesses, &tally);

	if (r < 0 || (r = judge_all(journal, &witnesses, &tally, out)) < 0)
		return err_pass(r);
	return err_pass(tally_tell(&tally, "receipts", out));
}
