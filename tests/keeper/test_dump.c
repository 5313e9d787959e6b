/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A dump tells the truth or stops: lines are whole, and the first entry that does not follow from
 * the ones before it ends the dump. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "keeper/dump.h"

enum { MAP_BYTES = 16 << 20 };

static char folder[64];
static struct journal *journal;

static void setup(void)
{
	uint8_t epoch[EPOCH_BYTES] = { 0xe0, 1, 2 };

	snprintf(folder, sizeof(folder), "/tmp/huibao-dump-XXXXXX");
	cr_assert(mkdtemp(folder));
	cr_assert_eq(journal_open(folder, MAP_BYTES, epoch, &journal), 0, "%s", err_text());
}

static void teardown(void)
{
	char command[128];

	journal_close(journal);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	cr_assert_eq(system(command), 0);
}

static void append_kind(enum entry_kind kind, const char *body, uint32_t facility)
{
	struct entry entry = { .kind = kind,
		.status = 1,
		.form = 2,
		.facility = facility,
		.period = 2026105,
		.revision = 1,
		.actor = 3,
		.catalogue = 1,
		.received = 1770000000000,
		.algorithm = DIGEST_SHA256,
		.body = bytes_str(body) };
	struct entry *entries[] = { &entry };

	cr_assert_eq(journal_append(journal, entries, 1), 0, "%s", err_text());
}

static void append(const char *body, uint32_t facility)
{
	append_kind(ENTRY_REPORT, body, facility);
}

static char *dumped(uint64_t from, uint64_t to, int *ret_result)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	*ret_result = dump_journal(journal, from, to, out);
	fclose(out);
	return text;
}

TestSuite(dump, .init = setup, .fini = teardown);

Test(dump, an_entry_is_one_line_with_every_field)
{
	static const char want[] =
		"{\"sequence\":1,\"kind\":\"report\",\"status\":\"accepted\",\"flags\":0,\"form\":"
		"2,"
		"\"facility\":7,\"period\":2026105,\"revision\":1,\"actor\":3,\"catalogue\":1,"
		"\"received\":1770000000000,\"replaces\":0,\"algorithm\":\"sha256\",\"chain\":\"";
	char *text;
	int r;

	append("hi", 7);
	text = dumped(1, UINT64_MAX, &r);
	cr_assert_eq(r, 0, "%s", err_text());
	cr_assert_eq(strncmp(text, want, strlen(want)), 0, "%s", text);
	cr_assert(strstr(text, "\"findings\":\"\",\"body\":\"6869\"}\n"), "%s", text);
	cr_assert(strstr(text, "\"header\":\"010101000002000000000002"), "%s", text);
	free(text);
}

/* A decision that returns a report is no acceptance, whatever number its outcome has. */
Test(dump, a_command_has_an_outcome_and_no_verdict)
{
	static const enum entry_kind commands[] = { ENTRY_REGISTRY, ENTRY_KEY, ENTRY_FACT,
		ENTRY_VERDICT, ENTRY_DECISION, ENTRY_QUERY, ENTRY_ADJUSTMENT, ENTRY_LOCK };

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		uint64_t sequence = i + 1;
		char *text;
		int r;

		append_kind(commands[i], "said", 7);
		text = dumped(sequence, sequence, &r);
		cr_expect_eq(r, 0);
		cr_expect(strstr(text, "\"status\":\"done\""), "%s: %s",
			entry_kind_name(commands[i]), text);
		free(text);
	}
}

Test(dump, a_range_prints_only_its_entries)
{
	char *text;
	int r;

	for (uint32_t i = 1; i <= 5; i++)
		append("x", i);
	text = dumped(2, 3, &r);
	cr_assert_eq(r, 0);
	cr_assert_eq(strncmp(text, "{\"sequence\":2,", 14), 0);
	cr_assert(strstr(text, "{\"sequence\":3,"));
	cr_assert_not(strstr(text, "{\"sequence\":4,"));
	free(text);
}

Test(dump, the_head_is_epoch_sequence_and_chain)
{
	char *text = NULL, want[80];
	size_t size;
	FILE *out = open_memstream(&text, &size);

	append("x", 1);
	cr_assert_eq(dump_head(journal, out), 0);
	fclose(out);
	snprintf(want, sizeof(want), "e0010200000000000000000000000000 1 ");
	cr_assert_eq(strncmp(text, want, strlen(want)), 0, "%s", text);
	cr_assert_eq(strlen(text), strlen(want) + 64 + 1);
	free(text);
}

/* Changes one byte of a body in the data file, as someone with root might. */
static void tamper(const char *was, const char *is)
{
	char path[128], *bytes = malloc(MAP_BYTES);
	size_t len, changed = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/data.mdb", folder);
	file = fopen(path, "r+b");
	cr_assert(file);
	len = fread(bytes, 1, MAP_BYTES, file);
	for (char *at = bytes; (at = memmem(at, len - (size_t)(at - bytes), was, strlen(was)));) {
		memcpy(at, is, strlen(is));
		changed++;
	}
	rewind(file);
	cr_assert_eq(fwrite(bytes, 1, len, file), len);
	fclose(file);
	free(bytes);
	cr_assert_gt(changed, 0);
}

Test(dump, an_edited_entry_ends_the_dump_there)
{
	char *text;
	int r;

	append("the first body", 1);
	append("the second body", 2);
	append("the third body", 3);
	journal_close(journal);
	journal = NULL;
	tamper("the second body", "the sEcond body");
	cr_assert_eq(journal_follow(folder, MAP_BYTES, &journal), 0, "%s", err_text());
	text = dumped(1, UINT64_MAX, &r);
	cr_assert_eq(r, ERR_CORRUPT, "%d", r);
	cr_assert(strstr(err_text(), "entry 2"), "%s", err_text());
	cr_assert(strstr(text, "{\"sequence\":1,"));
	cr_assert_not(strstr(text, "{\"sequence\":2,"));
	free(text);
}
