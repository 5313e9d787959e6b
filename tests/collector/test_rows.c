/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rows into a real outbox without a server: what is queued, under which number, and what is told;
 * the same file twice; and the log of verdicts. */
#include "collector/rows.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "collector/cache.h"
#include "collector/exit_codes.h"
#include "collector/verdict_log.h"

static char folder[64];
static struct client_settings settings;
static struct session *session;
static const struct form *form;

static int put_digest(void *ctx, const struct ports *ports)
{
	return outbox_catalogue_put(ports, ctx);
}

/* An outbox that has seen the catalogue once, and a server that does not answer. */
static void setup(void)
{
	struct catalog *catalog;
	struct key_pair pair;
	struct digest digest;

	setenv("LC_ALL", "C", 1);
	snprintf(folder, sizeof(folder), "/tmp/huibao-rows-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	snprintf(settings.outbox, sizeof(settings.outbox), "%s/outbox", folder);
	snprintf(settings.key_file, sizeof(settings.key_file), "%s/key", folder);
	snprintf(settings.ingestd, sizeof(settings.ingestd), "ipc://%s/nobody", folder);
	settings.timeout_ms = 100;
	settings.map_size_bytes = 16 << 20;
	cr_assert_eq(key_pair_make(&pair), 0);
	cr_assert_eq(key_pair_save(&pair, settings.key_file), 0);
	key_print(pair.public_key, settings.server_key);
	cr_assert_eq(session_open(&settings, &session), 0, "%s", err_text());
	cr_assert_eq(catalog_load(SOURCE_DIR "/catalog", &catalog), 0, "%s", err_text());
	cr_assert_eq(cache_save(settings.outbox, catalog), 0, "%s", err_text());
	digest = *catalog_digest(catalog);
	cr_assert_eq(session_write(session, put_digest, &digest), 0);
	catalog_free(catalog);
	cr_assert_eq(session_greet(session), SESSION_OFFLINE, "%s", err_text());
	cr_assert_not_null(session->catalog, "the catalogue comes from the cache");
	form = catalog_form_by_code(session->catalog, "INSTITUTION_YEAR");
}

static void teardown(void)
{
	char command[128];

	session_close(session);
	snprintf(command, sizeof(command), "rm -r '%s'", folder);
	cr_assert_eq(system(command), 0);
}

TestSuite(rows, .init = setup, .fini = teardown);

static void queue(const char *text, struct tally *tally)
{
	struct sheet *sheet;
	struct row_reader *reader;

	*tally = (struct tally){ .catalog = session->catalog, .name = "f.csv", .log = -1 };
	cr_assert_eq(sheet_parse("f.csv", bytes_str(text), &sheet), 0, "%s", err_text());
	cr_assert_eq(row_reader_new(session->catalog, form, sheet, &reader), 0, "%s", err_text());
	cr_assert_eq(rows_check(session, sheet, reader, tally), 0, "%s", err_text());
	cr_assert_eq(rows_queue(session, reader, tally), 0, "%s", err_text());
	row_reader_free(reader);
	sheet_free(sheet);
}

static int count(void *ctx, const struct ports *ports)
{
	return outbox_count(ports, ctx);
}

static uint64_t pending(void)
{
	struct outbox_counts counts;

	cr_assert_eq(session_read(session, count, &counts), 0);
	return counts.pending;
}

Test(rows, good_rows_are_queued_and_bad_ones_named)
{
	struct tally tally;

	queue("facility,period,VISIT\nH1,2015,5\nH2,2015,x\nH3,2015,7\n", &tally);
	cr_expect_eq(pending(), 2);
	cr_expect(tally.row[1].bad);
	cr_expect_not_null(strstr((char *)tally.row[1].reasons.data, "f.csv:3: column 'VISIT'"));
	cr_expect_eq(tally.row[0].revision, 1);
	cr_expect_neq(tally.row[2].number, 0);
	cr_expect_eq(tally_exit_code(&tally, pending()), EXIT_QUEUED);
	tally_fini(&tally);
}

Test(rows, the_same_file_again_queues_nothing_new)
{
	struct tally first, second;

	queue("facility,period,VISIT,comment\nH1,2015,5,\nH2,2015,6,why\n", &first);
	queue("facility,period,VISIT,comment\nH1,2015,5,\nH2,2015,6,why\n", &second);
	cr_expect_eq(pending(), 2);
	for (size_t i = 0; i < 2; i++) {
		cr_expect_eq(first.row[i].number, second.row[i].number);
		cr_expect_eq(second.row[i].revision, 1);
	}
	tally_fini(&first);
	tally_fini(&second);
}

Test(rows, other_values_or_another_text_get_the_next_number)
{
	struct tally first, second;

	queue("facility,period,VISIT,comment\nH1,2015,5,\nH2,2015,6,why\n", &first);
	queue("facility,period,VISIT,comment\nH1,2015,8,\nH2,2015,6,because\n", &second);
	cr_expect_eq(pending(), 4);
	cr_expect_eq(second.row[0].revision, 2);
	cr_expect_eq(second.row[1].revision, 2);
	tally_fini(&first);
	tally_fini(&second);
}

Test(rows, a_revision_in_the_sheet_is_taken_as_it_is)
{
	struct tally tally;

	queue("facility,period,revision,VISIT\nH1,2015,7,5\nH1,2015,9,6\nH2,2015,,1\n", &tally);
	cr_expect_eq(pending(), 3);
	cr_expect_eq(tally.row[0].revision, 7);
	cr_expect_eq(tally.row[1].revision, 9);
	cr_expect_eq(tally.row[2].revision, 1);
	tally_fini(&tally);
}

Test(rows, two_rows_of_one_identity_need_two_written_numbers)
{
	struct tally tally;

	queue("facility,period,revision,VISIT\nH1,2015,,5\nH2,2015,3,1\nH1,2015,,6\nH2,2015,3,2\n",
		&tally);
	cr_expect_eq(pending(), 2);
	cr_expect_not(tally.row[0].bad);
	cr_expect(tally.row[2].bad);
	cr_expect(tally.row[3].bad);
	cr_expect_not_null(strstr((char *)tally.row[2].reasons.data,
		"f.csv:4: the same facility and period as in line 2"));
	tally_fini(&tally);
}

Test(rows, a_withdrawal_follows_what_is_queued)
{
	struct report draft = {
		.facility = bytes_str("H1"), .period = 2015400, .withdrawal = true
	};
	struct tally tally, withdrawal = { .log = -1 };

	queue("facility,period,VISIT\nH1,2015,5\n", &tally);
	draft.form = form->id;
	cr_assert_eq(rows_queue_one(session, &draft, &withdrawal), 0, "%s", err_text());
	cr_expect_eq(withdrawal.row[0].revision, 2);
	cr_expect_eq(pending(), 2);
	tally_fini(&tally);
	tally_fini(&withdrawal);
}

Test(rows, a_second_collector_must_wait_for_the_outbox)
{
	struct session *second = NULL;

	cr_expect_eq(session_open(&settings, &second), ERR_CONFLICT);
	cr_expect_not_null(strstr(err_text(), "another huibao-collect"));
}

Test(rows, what_was_queued_is_there_after_a_restart)
{
	struct tally tally;

	queue("facility,period,VISIT\nH1,2015,5\n", &tally);
	tally_fini(&tally);
	session_close(session);
	session = NULL;
	cr_assert_eq(session_open(&settings, &session), 0, "%s", err_text());
	cr_expect_eq(pending(), 1);
}

Test(rows, a_damaged_cache_is_as_good_as_none)
{
	struct catalog *catalog = NULL;
	struct digest digest = *catalog_digest(session->catalog);
	char hex[65], name[640];
	FILE *file;

	bytes_to_hex(digest_view(&digest), hex);
	snprintf(name, sizeof(name), "%s/catalogue-%s.zst", settings.outbox, hex);
	file = fopen(name, "r+");
	cr_assert_not_null(file);
	fseek(file, 100, SEEK_SET);
	fputs("damage", file);
	fclose(file);
	cr_expect_eq(cache_load(settings.outbox, &digest, &catalog), CACHE_NONE);
	digest.byte[0] ^= 1;
	cr_expect_eq(cache_load(settings.outbox, &digest, &catalog), CACHE_NONE);
}

Test(rows, a_line_of_the_log_is_json_and_escapes_codes)
{
	AUTO(buffer_fini) struct buffer out = { 0 };
	struct outbox_report report = { .facility = bytes_str("a\"b\\c"),
		.form = 3,
		.period = 2015400,
		.revision = 2,
		.values = bytes_str("v") };
	struct filed filed = { .report = &report, .status = STATUS_ACCEPTED };

	filed.receipt.sequence = 5;
	filed.receipt.last_sequence = 9;
	cr_assert_eq(verdict_log_format(&filed, &out), 0);
	cr_assert_eq(buffer_add(&out, bytes_of("", 1)), 0);
	cr_expect_not_null(
		strstr((char *)out.data, "{\"facility\":\"a\\\"b\\\\c\",\"form\":3,\"period\":"
					 "2015400,\"revision\":2,\"digest\":\"00"));
	cr_expect_not_null(strstr((char *)out.data, "\"status\":\"accepted\",\"epoch\":\"00"));
	cr_expect_not_null(
		strstr((char *)out.data, "\"sequence\":5,\"last_sequence\":9,\"chain\":\"00"));
	cr_expect_not_null(strstr((char *)out.data, "\"values_hex\":\"76\"}"));
}
