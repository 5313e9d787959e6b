/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * However a journal is copied, a training system's stays one, and a real one too. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "keeper/backup.h"
#include "keeper/dump.h"
#include "keeper/load.h"
#include "keeper/restore.h"
#include "tests/keeper/journals.h"

TestSuite(training, .init = journals_setup, .fini = journals_teardown);

static void make(bool training)
{
	const uint8_t epoch[EPOCH_BYTES] = { 1 };
	struct journal *journal;

	cr_assert_eq((training ? journal_open_training : journal_open)(
			     in_folder("journal"), MAP_BYTES, epoch, &journal),
		0, "%s", err_text());
	append_many(journal, 1, 3);
	journal_close(journal);
}

static void expect_kind(const char *name, bool training)
{
	struct journal *journal = journal_read_only(name);

	cr_expect_eq(journal_training(journal), training, "%s", name);
	journal_close(journal);
}

static void copy_and_restore(void)
{
	const struct backup_options backup = { .journal = in_folder("journal"),
		.copy = in_folder("copy"),
		.map_size_bytes = MAP_BYTES };
	const struct restore_options restore = {
		.from = in_folder("copy"), .to = in_folder("restored"), .map_size_bytes = MAP_BYTES
	};
	FILE *out = tmpfile();

	cr_assert_eq(backup_run(&backup, out), 0, "%s", err_text());
	cr_assert_eq(restore_run(&restore, out), 0, "%s", err_text());
	fclose(out);
}

static void dump_and_load(bool training)
{
	const struct load_options load = { .journal = in_folder("loaded"),
		.map_size_bytes = MAP_BYTES };
	struct journal *journal = journal_read_only("journal");
	FILE *out = tmpfile(), *in;
	char *text = NULL;
	size_t size, said = 0;

	in = open_memstream(&text, &size);
	cr_assert_eq(dump_journal(journal, 1, UINT64_MAX, in), 0, "%s", err_text());
	fclose(in);
	journal_close(journal);
	for (const char *at = text; (at = strstr(at, "\"training\":true}\n")); at++)
		said++;
	cr_expect_eq(said, training ? 3 : 0, "every line says so");
	in = stream_of(text);
	cr_assert_eq(load_run(&load, in, out), 0, "%s", err_text());
	fclose(in);
	fclose(out);
	free(text);
}

Test(training, copies_are_of_the_same_kind)
{
	for (int training = 0; training <= 1; training++) {
		if (training) {
			journals_teardown();
			journals_setup();
		}
		make(training);
		copy_and_restore();
		dump_and_load(training);
		expect_kind("copy", training);
		expect_kind("restored", training);
		expect_kind("loaded", training);
	}
}
