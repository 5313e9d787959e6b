/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Dated copies: each is whole, seven days are kept, and nothing is deleted for one that failed. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "keeper/backup.h"
#include "tests/keeper/journals.h"

/* What names today's day must not see another one begin, in China: its last half minute is
 * waited out. */
static void setup(void)
{
	while ((time(NULL) + 8 * 3600) % 86400 >= 86400 - 30)
		sleep(1);
	journals_setup();
}

TestSuite(nightly, .init = setup, .fini = journals_teardown);

static int nightly(uint64_t keep)
{
	const struct backup_options options = { .journal = in_folder("journal"),
		.copy = in_folder("nightly"),
		.map_size_bytes = MAP_BYTES };
	FILE *out = tmpfile();
	int r = backup_nightly(&options, keep, out);

	fclose(out);
	return r;
}

static bool there(const char *name)
{
	return access(in_folder(name), F_OK) == 0;
}

/* nightly/ with the day of today behind it. */
static const char *today(const char *behind)
{
	static char names[4][64];
	static size_t next;
	time_t now = time(NULL) + 8 * 3600;
	char *name = names[next++ % 4], day[16];
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	snprintf(name, 64, "nightly/%s%s", day, behind);
	return name;
}

static void make(const char *name, size_t entries)
{
	struct journal *journal = journal_make(name, 1);

	append_many(journal, 1, entries);
	journal_close(journal);
}

Test(nightly, a_copy_bears_its_day_and_a_second_one_its_number)
{
	make("journal", 5);
	cr_assert_eq(nightly(7), 0, "%s", err_text());
	cr_expect_eq(head_in(today("")).sequence, 5);
	cr_expect(there(today("/head")));
	cr_assert_eq(nightly(7), 0, "%s", err_text());
	cr_expect_eq(head_in(today(".2")).sequence, 5);
	cr_expect_eq(head_in(today("")).sequence, 5);
	cr_expect(!there("nightly/making"));
}

Test(nightly, days_beyond_those_to_keep_go_once_a_new_copy_stands)
{
	make("journal", 3);
	make("nightly", 0); /* only for the folder */
	make("nightly/2026-01-01", 1);
	make("nightly/2026-01-02", 1);
	make("nightly/2026-01-02.2", 1);
	make("nightly/2026-01-03", 1);
	make("nightly/of the director", 1);
	cr_assert_eq(nightly(3), 0, "%s", err_text());
	cr_expect(!there("nightly/2026-01-01"));
	cr_expect(there("nightly/2026-01-02") && there("nightly/2026-01-02.2"));
	cr_expect(there("nightly/2026-01-03") && there(today("")));
	cr_expect(there("nightly/of the director"), "what is not dated is not ours");
}

Test(nightly, the_newest_copy_stays_when_the_clock_was_set_back)
{
	make("journal", 3);
	make("nightly", 0);
	make("nightly/2099-01-01", 1);
	make("nightly/2099-01-02", 1);
	cr_assert_eq(nightly(1), 0, "%s", err_text());
	cr_expect(there(today("")));
	cr_expect(there("nightly/2099-01-02") && !there("nightly/2099-01-01"));
}

/* One byte in the middle of a journal's pages. */
static void spoil(const char *name, const char *body)
{
	char command[400];

	snprintf(command, sizeof(command),
		"python3 -c \"import sys; p='%s/data.mdb'; b=open(p,'rb').read(); assert b'%s' in "
		"b;"
		"open(p,'wb').write(b.replace(b'%s', b'x'*%zu))\"",
		in_folder(name), body, body, strlen(body));
	cr_assert_eq(system(command), 0);
}

Test(nightly, a_journal_that_breaks_gives_no_copy_and_costs_none)
{
	make("journal", 3);
	make("nightly", 0);
	make("nightly/2026-01-01", 1);
	spoil("journal", "body 2");
	cr_assert_eq(nightly(1), ERR_CORRUPT);
	cr_expect(there("nightly/2026-01-01"));
	cr_expect(!there(today("")));
}

Test(nightly, what_an_interrupted_attempt_left_is_in_nobodys_way)
{
	make("journal", 3);
	make("nightly", 0);
	make("nightly/making", 2); /* of another history, too */
	cr_assert_eq(nightly(7), 0, "%s", err_text());
	cr_expect_eq(head_in(today("")).sequence, 3);
}

Test(nightly, two_at_once_are_refused)
{
	int fd;

	make("journal", 3);
	make("nightly", 0);
	fd = open(in_folder("nightly"), O_RDONLY | O_DIRECTORY);
	cr_assert_eq(flock(fd, LOCK_EX), 0);
	cr_expect_eq(nightly(7), ERR_CONFLICT);
	close(fd);
	cr_expect_eq(nightly(7), 0, "%s", err_text());
}
