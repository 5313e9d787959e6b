/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Words at the origin, a trace on the way up, nothing shared between threads. */
#include "base/err.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

static int origin(void)
{
	return err_here(ERR_CORRUPT, "'%s' has %d legs", "table", 3);
}

static int middle(void)
{
	return err_pass(origin());
}

Test(err, a_fault_carries_its_words_and_its_way_up)
{
	int r = err_pass(middle());
	const char *first = strstr(err_trace(), "test_err.c:"), *second;

	cr_expect_eq(r, ERR_CORRUPT);
	cr_expect_str_eq(err_text(), "'table' has 3 legs");
	cr_assert_not_null(first);
	second = strstr(first, " < ");
	cr_assert_not_null(second, "%s", err_trace());
	cr_expect_not_null(strstr(second + 3, " < "), "three places: %s", err_trace());
}

Test(err, a_new_origin_forgets_the_old_trace)
{
	(void)!middle();
	(void)!err_here(ERR_IO, "fresh");
	cr_expect_str_eq(err_text(), "fresh");
	cr_expect(!strstr(err_trace(), " < "), "%s", err_trace());
}

Test(err, old_words_may_be_part_of_new_ones)
{
	(void)!err_here(ERR_IO, "disk");
	(void)!err_here(ERR_IO, "no journal: %s", err_text());
	cr_expect_str_eq(err_text(), "no journal: disk");
}

/* A cut in the middle of a character leaves no part of it; other bytes are nobody's to judge. */
Test(err, what_is_quoted_is_cut_between_characters)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "海州区", "'海州'" },   /* eight bytes: two characters and two bytes */
		{ "a海州区", "'a海州'" }, /* seven and one */
		{ "ab海州", "'ab海州'" }, /* no cut */
		{ "海\xce\xc0\xc9\xfa", "'海\xce\xc0\xc9\xfa'" }, /* a name in GB18030 */
		{ "\xe6\xb5", "''" },
		{ "é海é", "'é海é'" },
		{ "abcdef😀", "'abcdef'" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		(void)!err_here(ERR_INVALID, "'%.8s'", cases[i].text);
		cr_expect_str_eq(err_text(), cases[i].want, "%zu: %s", i, err_text());
	}
}

Test(err, words_that_fill_the_buffer_end_with_a_whole_character)
{
	char text[1200];

	for (size_t at = 0; at + 3 < sizeof(text); at += 3)
		memcpy(text + at, "海", 4);
	(void)!err_here(ERR_INVALID, "%s", text);
	cr_expect_eq(strlen(err_text()), 1023 / 3 * 3);
	(void)!err_here(ERR_INVALID, "a%s", text);
	cr_expect_eq(strlen(err_text()), 1 + 1022 / 3 * 3);
}

Test(err, results_pass_without_a_trace)
{
	(void)!origin();
	cr_expect_eq(err_pass(0), 0);
	cr_expect_eq(err_pass(3), 3);
	cr_expect(!strstr(err_trace(), " < "), "%s", err_trace());
	cr_expect_str_eq(err_text(), "'table' has 3 legs");
}

Test(err, an_unexpected_result_is_our_bug)
{
	cr_expect_eq(err_fold(0), 0);
	cr_expect_eq(err_fold(ERR_TIMEOUT), ERR_TIMEOUT);
	cr_expect_eq(err_fold(2), ERR_BUG);
	cr_expect_str_eq(err_text(), "unexpected result 2");
}

Test(err, words_and_trace_are_cut_not_overrun)
{
	char words[5000];

	memset(words, 'x', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	(void)!err_here(ERR_IO, "%s", words);
	cr_expect_eq(strlen(err_text()), 1023);
	for (int i = 0; i < 1000; i++)
		(void)!err_pass(ERR_IO);
	cr_expect_lt(strlen(err_trace()), 512);
}

Test(err, every_code_has_its_name)
{
	static const struct {
		int code;
		const char *name;
	} cases[] = {
		{ 0, "0" },
		{ ERR_NOMEM, "ERR_NOMEM" },
		{ ERR_IO, "ERR_IO" },
		{ ERR_CORRUPT, "ERR_CORRUPT" },
		{ ERR_INVALID, "ERR_INVALID" },
		{ ERR_LIMIT, "ERR_LIMIT" },
		{ ERR_NOT_FOUND, "ERR_NOT_FOUND" },
		{ ERR_CONFLICT, "ERR_CONFLICT" },
		{ ERR_DENIED, "ERR_DENIED" },
		{ ERR_TIMEOUT, "ERR_TIMEOUT" },
		{ ERR_UNREACHABLE, "ERR_UNREACHABLE" },
		{ ERR_STOPPED, "ERR_STOPPED" },
		{ ERR_BUG, "ERR_BUG" },
		{ 5, "result" },
		{ -13, "ERR_?" },
		{ -1000, "ERR_?" },
	};

	for (size_t i = 0; i < array_len(cases); i++)
		cr_expect_str_eq(err_name(cases[i].code), cases[i].name);
}

static void *other_thread(void *words)
{
	(void)!err_here(ERR_IO, "of another thread");
	memcpy(words, err_text(), strlen(err_text()) + 1);
	return NULL;
}

Test(err, each_thread_has_its_own_words)
{
	char words[1024] = "";
	pthread_t thread;

	(void)!origin();
	cr_assert_eq(pthread_create(&thread, NULL, other_thread, words), 0);
	cr_assert_eq(pthread_join(thread, NULL), 0);
	cr_expect_str_eq(words, "of another thread");
	cr_expect_str_eq(err_text(), "'table' has 3 legs");
}

Test(err, errno_has_words)
{
	cr_expect_str_eq(err_errno(ENOENT), "No such file or directory");
	cr_expect(strstr(err_errno(99999), "99999"), "%s", err_errno(99999));
}

Test(ensure, what_should_be_true_ends_the_process_when_it_is_not, .signal = SIGABRT)
{
	volatile int two = 2;

	ensure(two == 2);
	ensure(two == 3);
}
