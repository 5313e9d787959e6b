/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The fixture of the keeper's tests. */
#include "tests/keeper/journals.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

static char folder[64];

void journals_setup(void)
{
	snprintf(folder, sizeof(folder), "/tmp/huibao-keeper-XXXXXX");
	cr_assert(mkdtemp(folder));
}

void journals_teardown(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	cr_assert_eq(system(command), 0);
}

const char *in_folder(const char *name)
{
	static char paths[16][128];
	static size_t next;
	char *path = paths[next++ % 16];

	snprintf(path, 128, "%s/%s", folder, name);
	return path;
}

struct journal *journal_make(const char *name, uint8_t epoch)
{
	uint8_t bytes[EPOCH_BYTES] = { epoch };
	struct journal *journal;

	cr_assert_eq(
		journal_open(in_folder(name), MAP_BYTES, bytes, &journal), 0, "%s", err_text());
	return journal;
}

struct journal *journal_read_only(const char *name)
{
	struct journal *journal;

	cr_assert_eq(journal_follow(in_folder(name), MAP_BYTES, &journal), 0, "%s", err_text());
	return journal;
}

void append(struct journal *journal, const char *body)
{
	struct entry entry = { .kind = ENTRY_REPORT,
		.status = 1,
		.form = 2,
		.facility = 7,
		.period = 2026105,
		.revision = 1,
		.actor = 3,
		.catalogue = 1,
		.received = 1770000000000,
		.algorithm = DIGEST_SHA256,
		.body = bytes_str(body) };

	cr_assert_eq(journal_append(journal, (struct entry *[]){ &entry }, 1), 0, "%s", err_text());
}

void append_many(struct journal *journal, size_t first, size_t last)
{
	for (size_t i = first; i <= last; i++) {
		char body[32];

		snprintf(body, sizeof(body), "body %zu", i);
		append(journal, body);
	}
}

struct journal_head head_of(struct journal *journal)
{
	struct journal_head head;

	cr_assert_eq(journal_head(journal, &head), 0, "%s", err_text());
	return head;
}

struct journal_head head_in(const char *name)
{
	struct journal *journal = journal_read_only(name);
	struct journal_head head = head_of(journal);

	journal_close(journal);
	return head;
}

FILE *stream_of(const char *text)
{
	FILE *file = tmpfile();

	cr_assert(file);
	cr_assert_geq(fputs(text, file), 0);
	rewind(file);
	return file;
}
