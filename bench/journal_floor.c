/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The floor that the whole path is measured against: the very entries of a finished run, appended
 * to a new journal with nothing in between, in batches as large as ingestd's largest. Then what one
 * flush of this disk costs: 4 KiB appended to a file, and fdatasync.
 *
 *   journal_floor JOURNAL NEW-FOLDER MAP-SIZE-BYTES */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/limits.h"
#include "store/journal.h"

enum { FLUSHES = 200, FLUSH_BYTES = 4096, READ_AT_ONCE = 1000 };

/* Reports of the run, in memory; the bodies lie in one buffer and are bound at the end. */
struct load {
	struct buffer bodies;
	struct entry *entry;
	size_t entries, room, *body_at;
};

static int take(void *ctx, const struct entry *entry)
{
	struct load *load = ctx;
	int r;

	if (entry->kind != ENTRY_REPORT)
		return 0;
	if (load->entries == load->room) {
		const size_t room = load->room ? load->room * 2 : 4096;
		struct entry *more = realloc(load->entry, room * sizeof(*more));
		size_t *at = more ? realloc(load->body_at, room * sizeof(*at)) : NULL;

		load->entry = more ? more : load->entry;
		load->body_at = at ? at : load->body_at;
		if (!at)
			return err_here(ERR_NOMEM, "cannot hold %zu entries", room);
		load->room = room;
	}
	load->entry[load->entries] = *entry;
	load->body_at[load->entries] = load->bodies.len;
	if ((r = buffer_add(&load->bodies, entry->body)) < 0)
		return err_pass(r);
	load->entries++;
	return 0;
}

/* Digests are made here: ingestd, too, has them from the comparison with the sender's. */
static int load_read(const char *path, uint64_t map_size_bytes, struct load *load)
{
	AUTO(journal_close) struct journal *journal = NULL;
	uint64_t from = 0, next = 1;
	int r = journal_follow(path, map_size_bytes, &journal);

	while (r == 0 && from != next) {
		from = next;
		r = journal_read(journal, from, READ_AT_ONCE, take, load, &next);
	}
	for (size_t i = 0; r == 0 && i < load->entries; i++) {
		struct entry *entry = &load->entry[i];

		entry->body.data = load->bodies.data + load->body_at[i];
		entry->findings = bytes_of(NULL, 0);
		entry->has_body_digest = true;
		r = digest_of(entry->algorithm, entry->body, &entry->body_digest);
	}
	return r < 0 ? err_pass(r) : 0;
}

static int append_all(
	const char *path, uint64_t map_size_bytes, struct load *load, double *ret_seconds)
{
	static const uint8_t epoch[EPOCH_BYTES] = { 1 };
	AUTO(journal_close) struct journal *journal = NULL;
	struct entry *batch[BATCH_REPORTS_MAX];
	struct mono started;
	int r = journal_open(path, map_size_bytes, epoch, &journal);

	started = clock_mono();
	for (size_t at = 0; r == 0 && at < load->entries;) {
		size_t count = 0;

		for (size_t bytes = 0; at < load->entries && count < array_len(batch);
			count++, at++) {
			bytes += entry_size(&load->entry[at]);
			if (bytes > BATCH_BYTES_MAX && count > 0)
				break;
			batch[count] = &load->entry[at];
		}
		r = journal_append(journal, batch, count);
	}
	*ret_seconds = (double)(clock_mono().ns - started.ns) / 1e9;
	return r < 0 ? err_pass(r) : 0;
}

static int by_size(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Median nanoseconds of one small append with its flush. */
static int flush_cost(const char *folder, int64_t *ret_ns)
{
	static const uint8_t page[FLUSH_BYTES] = { 1 };
	int64_t ns[FLUSHES];
	char path[600];
	int fd, r = 0;

	snprintf(path, sizeof(path), "%s/flush", folder);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_here(ERR_IO, "cannot make '%s': %s", path, err_errno(errno));
	for (size_t i = 0; i < FLUSHES && r == 0; i++) {
		const struct mono started = clock_mono();

		if (write(fd, page, sizeof(page)) != (ssize_t)sizeof(page) || fdatasync(fd) != 0)
			r = err_here(ERR_IO, "cannot write '%s': %s", path, err_errno(errno));
		ns[i] = clock_mono().ns - started.ns;
	}
	close(fd);
	unlink(path);
	if (r < 0)
		return r;
	qsort(ns, FLUSHES, sizeof(ns[0]), by_size);
	*ret_ns = ns[FLUSHES / 2];
	return 0;
}

int main(int argc, char **argv)
{
	struct load load = { 0 };
	uint64_t map_size_bytes;
	double seconds = 0;
	int64_t flush_ns = 0;
	int r;

	if (argc != 4 || (map_size_bytes = strtoull(argv[3], NULL, 10)) == 0) {
		fprintf(stderr, "usage: journal_floor JOURNAL NEW-FOLDER MAP-SIZE-BYTES\n");
		return 2;
	}
	if ((r = load_read(argv[1], map_size_bytes, &load)) < 0 ||
		(r = append_all(argv[2], map_size_bytes, &load, &seconds)) < 0 ||
		(r = flush_cost(argv[2], &flush_ns)) < 0) {
		fprintf(stderr, "journal_floor: %s (%s)\n", err_text(), err_trace());
		return 1;
	}
	printf("{\"entries\":%zu,\"body_bytes\":%zu,\"seconds\":%.6f,\"flush_us\":%.1f}\n",
		load.entries, load.bodies.len, seconds, (double)flush_ns / 1e3);
	buffer_fini(&load.bodies);
	free(load.entry);
	free(load.body_at);
	return 0;
}
