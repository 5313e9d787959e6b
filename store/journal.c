/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Appending is one write transaction with one flush. The sequence is taken inside it from what the
 * table really holds, so a head kept in memory can never give a number twice. After a failed commit
 * nobody knows what the disk holds: the caller ends, and the next start reads what is there. */
#include "store/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/limits.h"

enum { TABLE_JOURNAL, TABLE_META, TABLES };
enum { JOURNAL_FORMAT = 1, READ_MS = JOURNAL_READ_MS_MAX * 8 / 10, CLOCK_EVERY = 64 };

static const char *const tables[TABLES] = { "journal", "meta" };

struct journal {
	struct env *env; /* owned */
	int lock_fd;     /* owned; -1 for a follower */
	uint8_t epoch[EPOCH_BYTES];
	bool training;
	struct journal_head head; /* the appender's; written by the appending thread only */
};

static struct bytes sequence_key(uint64_t sequence, uint8_t ret[8])
{
	struct writer writer = writer_of(ret, 8);

	writer_u64(&writer, sequence);
	return writer_end(&writer);
}

static int lock_take(const char *path, int *ret_fd)
{
	char file[600];
	int fd;

	if (mkdir(path, 0750) != 0 && errno != EEXIST)
		return err_here(ERR_IO, "cannot make folder '%s': %s", path, err_errno(errno));
	snprintf(file, sizeof(file), "%s/writer.lock", path);
	fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (fd < 0)
		return err_here(ERR_IO, "cannot open '%s': %s", file, err_errno(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return err_here(ERR_CONFLICT,
			"another process already writes the journal '%s'; stop it first", path);
	}
	*ret_fd = fd;
	return 0;
}

/* The table's last entry, or sequence 0. */
static int head_read(
	struct txn *txn, const uint8_t epoch[EPOCH_BYTES], struct journal_head *ret_head)
{
	struct journal_head head = { 0 };
	struct bytes key, value;
	struct entry entry;
	struct reader reader;
	int r = txn_last(txn, TABLE_JOURNAL, &key, &value);

	memcpy(head.epoch, epoch, EPOCH_BYTES);
	if (r == 0) {
		reader = reader_of(key);
		head.sequence = reader_u64(&reader);
		if ((r = reader_end(&reader)) < 0 || (r = entry_decode(value, &entry)) < 0)
			return err_pass(r);
		head.chain = entry.chain;
	} else if (r != PORT_NONE) {
		return err_fold(r);
	}
	*ret_head = head;
	return 0;
}

static int training_put(struct txn *txn)
{
	static const uint8_t yes = 1;

	return err_pass(
		txn_put(txn, TABLE_META, bytes_str("training"), bytes_of(&yes, sizeof(yes))));
}

static int meta_write(struct env *env, const uint8_t new_epoch[EPOCH_BYTES], bool training)
{
	AUTO(txn_abort) struct txn *txn = NULL;
	uint8_t format[4];
	struct writer writer = writer_of(format, sizeof(format));
	int r = env_begin_write(env, &txn);

	writer_u32(&writer, JOURNAL_FORMAT);
	if (r < 0 || (r = txn_put(txn, TABLE_META, bytes_str("format"), writer_end(&writer))) < 0 ||
		(r = txn_put(txn, TABLE_META, bytes_str("epoch"),
			 bytes_of(new_epoch, EPOCH_BYTES))) < 0 ||
		(training && (r = training_put(txn)) < 0))
		return err_pass(r);
	return err_pass(txn_commit(&txn));
}

/* PORT_NONE: a journal that was just made. */
static int meta_read(struct journal *journal)
{
	AUTO(txn_abort) struct txn *txn = NULL;
	struct bytes value;
	struct reader reader;
	uint32_t format;
	int r = env_begin_read(journal->env, &txn);

	if (r < 0 || (r = txn_get(txn, TABLE_META, bytes_str("format"), &value)) != 0)
		return err_pass(r);
	reader = reader_of(value);
	format = reader_u32(&reader);
	if (format != JOURNAL_FORMAT || reader_end(&reader) < 0)
		return err_here(ERR_INVALID,
			"the journal is of format %u, and this version of Huibao knows format %d "
			"alone: use the version that wrote it, or a newer one",
			format, JOURNAL_FORMAT);
	if ((r = txn_get(txn, TABLE_META, bytes_str("epoch"), &value)) != 0 ||
		value.len != EPOCH_BYTES)
		return err_here(ERR_CORRUPT, "the journal has no epoch");
	memcpy(journal->epoch, value.data, EPOCH_BYTES);
	r = txn_get(txn, TABLE_META, bytes_str("training"), &value);
	if (r < 0)
		return err_pass(r);
	journal->training = r == 0;
	return err_pass(head_read(txn, journal->epoch, &journal->head));
}

static int journal_new(
	const char *path, uint64_t map_size_bytes, bool follow, struct journal **ret_journal)
{
	AUTO(journal_close) struct journal *journal = calloc(1, sizeof(*journal));
	struct env_options options = { .path = path,
		.map_size_bytes = map_size_bytes,
		.tables = tables,
		.table_count = TABLES,
		.read_only = follow };
	int r;

	if (!journal)
		return err_here(ERR_NOMEM, "cannot allocate a journal handle");
	journal->lock_fd = -1;
	if (!follow && (r = lock_take(path, &journal->lock_fd)) < 0)
		return err_pass(r);
	if ((r = env_open(&options, &journal->env)) < 0)
		return err_pass(r);
	*ret_journal = journal;
	journal = NULL;
	return 0;
}

static int tail_visit(void *ctx, const struct entry *entry)
{
	struct digest *chain = ctx;
	int r = entry_verify(entry, chain);

	*chain = entry->chain;
	return err_pass(r);
}

/* What was written last is what a crash or a failing disk damages first. Nothing may be appended to
 * an entry that is no longer what was flushed. */
static int tail_check(struct journal *journal)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	const uint64_t head = journal->head.sequence;
	uint64_t next = head > JOURNAL_TAIL_ENTRIES ? head - JOURNAL_TAIL_ENTRIES : 0;
	struct entry before = { .sequence = 0 };
	int r = next > 0 ? journal_get(journal, next, &buffer, &before) : 0;

	if (r != 0)
		return err_fold(r);
	for (next++; r == 0 && next <= head;)
		r = journal_read(
			journal, next, (size_t)(head - next + 1), tail_visit, &before.chain, &next);
	if (r == ERR_CORRUPT)
		return err_here(ERR_CORRUPT,
			"the journal is damaged at entry %llu (%s): 'huibao-journal audit verify' "
			"tells how far, and 'restore' puts a copy in its place",
			(unsigned long long)next, err_text());
	return err_pass(r);
}

static int open_as(const char *path, uint64_t map_size_bytes, const uint8_t new_epoch[EPOCH_BYTES],
	bool training, struct journal **ret_journal)
{
	AUTO(journal_close) struct journal *journal = NULL;
	int r = journal_new(path, map_size_bytes, false, &journal);

	if (r < 0)
		return err_pass(r);
	if ((r = meta_read(journal)) == PORT_NONE &&
		(r = meta_write(journal->env, new_epoch, training)) == 0)
		r = meta_read(journal);
	if (r != 0)
		return err_fold(r);
	if ((r = tail_check(journal)) < 0)
		return err_pass(r);
	*ret_journal = journal;
	journal = NULL;
	return 0;
}

int journal_open(const char *path, uint64_t map_size_bytes, const uint8_t new_epoch[EPOCH_BYTES],
	struct journal **ret_journal)
{
	return err_pass(open_as(path, map_size_bytes, new_epoch, false, ret_journal));
}

int journal_open_training(const char *path, uint64_t map_size_bytes,
	const uint8_t new_epoch[EPOCH_BYTES], struct journal **ret_journal)
{
	return err_pass(open_as(path, map_size_bytes, new_epoch, true, ret_journal));
}

bool journal_training(const struct journal *journal)
{
	return journal->training;
}

int journal_make_training(struct journal *journal)
{
	AUTO(txn_abort) struct txn *txn = NULL;
	int r;

	ensure(journal->lock_fd >= 0);
	if (journal->training)
		return 0;
	if (journal->head.sequence > 0)
		return err_here(ERR_INVALID,
			"the copy is none of a training system, and holds %llu entries already",
			(unsigned long long)journal->head.sequence);
	if ((r = env_begin_write(journal->env, &txn)) < 0 || (r = training_put(txn)) < 0 ||
		(r = txn_commit(&txn)) < 0)
		return err_pass(r);
	journal->training = true;
	return 0;
}

int journal_follow(const char *path, uint64_t map_size_bytes, struct journal **ret_journal)
{
	AUTO(journal_close) struct journal *journal = NULL;
	int r = journal_new(path, map_size_bytes, true, &journal);

	if (r < 0)
		return err_pass(r);
	if ((r = meta_read(journal)) == PORT_NONE)
		return err_here(ERR_NOT_FOUND, "the journal '%s' is not ready yet", path);
	if (r != 0)
		return err_fold(r);
	*ret_journal = journal;
	journal = NULL;
	return 0;
}

void journal_close(struct journal *journal)
{
	if (!journal)
		return;
	env_close(journal->env);
	fd_close(journal->lock_fd);
	free(journal);
}

int journal_head(struct journal *journal, struct journal_head *ret_head)
{
	AUTO(txn_abort) struct txn *txn = NULL;
	int r;

	if (journal->lock_fd >= 0) {
		*ret_head = journal->head;
		return 0;
	}
	if ((r = env_begin_read(journal->env, &txn)) < 0)
		return err_pass(r);
	return err_pass(head_read(txn, journal->epoch, ret_head));
}

uint64_t journal_room(const struct journal *journal)
{
	return env_room(journal->env);
}

int journal_usage(const struct journal *journal, struct env_usage *ret_usage)
{
	return err_pass(env_usage(journal->env, ret_usage));
}

int journal_forget_dead(struct journal *journal, unsigned *ret_dead)
{
	return err_pass(env_forget_dead(journal->env, ret_dead));
}

bool journal_replaced(const struct journal *journal)
{
	return env_replaced(journal->env);
}

static int entry_append(struct txn *txn, struct entry *entry, bool copy, struct journal_head *head)
{
	uint8_t key[8], *room;
	int r;

	entry->sequence = head->sequence + 1;
	r = copy ? entry_verify(entry, &head->chain) : entry_chain(entry, &head->chain);
	if (r < 0)
		return err_pass(r);
	r = txn_append(
		txn, TABLE_JOURNAL, sequence_key(entry->sequence, key), entry_size(entry), &room);
	if (r < 0)
		return err_pass(r);
	entry_encode(entry, room);
	head->sequence = entry->sequence;
	head->chain = entry->chain;
	return 0;
}

static int entries_append(
	struct journal *journal, struct entry *const *entries, size_t count, bool copies)
{
	AUTO(txn_abort) struct txn *txn = NULL;
	struct journal_head head;
	int r;

	ensure(journal->lock_fd >= 0);
	if ((r = env_begin_write(journal->env, &txn)) < 0 ||
		(r = head_read(txn, journal->epoch, &head)) < 0)
		return err_pass(r);
	if (head.sequence != journal->head.sequence ||
		!digest_equal(&head.chain, &journal->head.chain))
		return err_here(
			ERR_CORRUPT, "the journal's head is not the one that was written last");
	for (size_t i = 0; i < count; i++) {
		if ((r = entry_append(txn, entries[i], copies, &head)) < 0)
			return err_pass(r);
	}
	if ((r = txn_commit(&txn)) < 0)
		return err_pass(r);
	journal->head = head;
	return 0;
}

int journal_append(struct journal *journal, struct entry *const *entries, size_t count)
{
	return err_pass(entries_append(journal, entries, count, false));
}

int journal_append_copies(struct journal *journal, struct entry *const *entries, size_t count)
{
	return err_pass(entries_append(journal, entries, count, true));
}

void restored_encode(const struct journal_head *resumed, uint8_t ret_body[RESTORED_BODY_BYTES])
{
	struct writer writer = writer_of(ret_body, RESTORED_BODY_BYTES);

	writer_bytes(&writer, bytes_of(resumed->epoch, EPOCH_BYTES));
	writer_u64(&writer, resumed->sequence);
	writer_bytes(&writer, digest_view(&resumed->chain));
	ensure(writer_end(&writer).len == RESTORED_BODY_BYTES);
}

int restored_decode(struct bytes body, struct journal_head *ret_resumed)
{
	struct reader reader = reader_of(body);
	struct journal_head resumed = { 0 };
	int r;

	reader_copy(&reader, resumed.epoch, EPOCH_BYTES);
	resumed.sequence = reader_u64(&reader);
	reader_copy(&reader, resumed.chain.byte, sizeof(resumed.chain.byte));
	if ((r = reader_end(&reader)) < 0)
		return err_pass(r);
	*ret_resumed = resumed;
	return 0;
}

int journal_read(struct journal *journal, uint64_t from, size_t max, journal_visit *visit,
	void *ctx, uint64_t *ret_next)
{
	AUTO(txn_abort) struct txn *txn = NULL;
	struct mono start = clock_mono();
	uint64_t next = from;
	struct bytes key, value;
	uint8_t packed[8];
	struct entry entry;
	int r = env_begin_read(journal->env, &txn);

	if (r < 0)
		return err_pass(r);
	*ret_next = from;
	for (size_t i = 0; i < max; i++) {
		if (i % CLOCK_EVERY == CLOCK_EVERY - 1 &&
			mono_ms_since(start, clock_mono()) >= READ_MS)
			break;
		r = txn_seek(txn, TABLE_JOURNAL, sequence_key(next, packed), &key, &value);
		if (r == PORT_NONE)
			break;
		if (r < 0)
			return err_pass(r);
		if (!bytes_equal(key, bytes_of(packed, sizeof(packed))))
			return err_here(
				ERR_CORRUPT, "sequence %llu is missing", (unsigned long long)next);
		if ((r = entry_decode(value, &entry)) < 0)
			return err_pass(r);
		entry.sequence = next;
		if ((r = visit(ctx, &entry)) != 0)
			return err_pass(r);
		*ret_next = ++next;
	}
	return 0;
}

int journal_get(
	struct journal *journal, uint64_t sequence, struct buffer *buffer, struct entry *ret_entry)
{
	AUTO(txn_abort) struct txn *txn = NULL;
	struct bytes value;
	uint8_t packed[8];
	int r = env_begin_read(journal->env, &txn);

	if (r < 0 || (r = txn_get(txn, TABLE_JOURNAL, sequence_key(sequence, packed), &value)) != 0)
		return err_pass(r);
	buffer->len = 0;
	if ((r = buffer_add(buffer, value)) < 0 ||
		(r = entry_decode(buffer_view(buffer), ret_entry)) < 0)
		return err_pass(r);
	ret_entry->sequence = sequence;
	return 0;
}
