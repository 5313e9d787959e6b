/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The form of a log line, read back from a pipe in the place of stderr. */
#include "base/log.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/macros.h"

static char line[4096];
static int ends[2], real_stderr;

static void stderr_take(void)
{
	cr_assert_eq(pipe(ends), 0);
	real_stderr = dup(STDERR_FILENO);
	cr_assert_geq(real_stderr, 0);
	cr_assert_geq(dup2(ends[1], STDERR_FILENO), 0);
	close(ends[1]);
}

/* What was logged since; stderr is itself again. */
static const char *stderr_give(void)
{
	ssize_t len;

	cr_assert_geq(dup2(real_stderr, STDERR_FILENO), 0);
	close(real_stderr);
	len = read(ends[0], line, sizeof(line) - 1);
	close(ends[0]);
	cr_assert_geq(len, 0);
	line[len] = '\0';
	return line;
}

Test(log, an_event_is_one_line_with_priority_text_and_pairs)
{
	stderr_take();
	log_notice("report rejected", kv_u64("actor", UINT64_MAX), kv_i64("lag", INT64_MIN),
		kv_str("why", "late"));
	cr_expect_str_eq(stderr_give(), "<5>report rejected actor=18446744073709551615 "
					"lag=-9223372036854775808 why=\"late\"\n");
}

Test(log, each_level_has_its_priority)
{
	stderr_take();
	log_level_set(LOG_LEVEL_INFO);
	log_error("a");
	log_warning("b");
	log_notice("c");
	log_info("d");
	cr_expect_str_eq(stderr_give(), "<3>a\n<4>b\n<5>c\n<6>d\n");
}

Test(log, less_important_events_are_dropped)
{
	stderr_take();
	log_info("not at the start");
	log_level_set(LOG_LEVEL_ERROR);
	log_warning("nor below the level");
	log_error("this");
	cr_expect_str_eq(stderr_give(), "<3>this\n");
}

Test(log, text_of_a_peer_cannot_break_the_line)
{
	static const struct {
		const char *text, *line;
	} cases[] = {
		{ "a\nb", "<5>t k=\"a?b\"\n" },
		{ "a\"b", "<5>t k=\"a\\\"b\"\n" },
		{ "a\\b", "<5>t k=\"a\\\\b\"\n" },
		{ "\x1b[31m\x7f\t", "<5>t k=\"?[31m??\"\n" },
		{ "医院", "<5>t k=\"医院\"\n" },
		{ "", "<5>t k=\"\"\n" },
		{ NULL, "<5>t k=\"\"\n" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		stderr_take();
		log_notice("t", kv_str("k", cases[i].text));
		cr_expect_str_eq(stderr_give(), cases[i].line);
	}
}

Test(log, long_text_is_cut)
{
	char text[3000];
	const char *got;

	memset(text, '"', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	stderr_take();
	log_notice(
		text, kv_str("a", text), kv_str("b", text), kv_str("c", text), kv_str("d", text));
	got = stderr_give();
	cr_expect_lt(strlen(got), 1024, "%zu", strlen(got));
	cr_expect_eq(got[strlen(got) - 1], '\n');
	cr_expect(strstr(got, " a=\"\\\""), "%s", got);
}

Test(log, errno_is_left_alone)
{
	stderr_take();
	errno = ENOSPC;
	log_notice("t");
	cr_expect_eq(errno, ENOSPC);
	(void)stderr_give();
	log_level_set(LOG_LEVEL_ERROR);
	errno = ENOSPC;
	log_notice("t");
	cr_expect_eq(errno, ENOSPC);
}
