/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A list of faults shows whole lines without gaps and counts the rest. */
#include "model/faults.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/err.h"

Test(faults, none_is_no_fault)
{
	const struct faults faults = { .count = 0 };

	cr_expect_eq(faults_end(&faults), 0);
}

Test(faults, each_has_its_line)
{
	struct faults faults = { .count = 0 };

	fault_add(&faults, "a.csv:%d: %s", 3, "one");
	fault_add(&faults, "b.csv:1: two");
	cr_expect_eq(faults_end(&faults), ERR_INVALID);
	cr_expect_str_eq(err_text(), "a.csv:3: one\nb.csv:1: two");
}

Test(faults, after_one_that_did_not_fit_none_is_shown)
{
	struct faults faults = { .count = 0 };

	fault_add(&faults, "first");
	fault_add(&faults, "%2000d", 1);
	fault_add(&faults, "third");
	cr_expect_eq(faults_end(&faults), ERR_INVALID);
	cr_expect_str_eq(err_text(), "first\n… and 2 more");
}

Test(faults, the_first_is_always_shown_if_only_its_beginning)
{
	struct faults faults = { .count = 0 };

	fault_add(&faults, "begin %2000d", 1);
	fault_add(&faults, "second");
	cr_expect_eq(faults_end(&faults), ERR_INVALID);
	cr_expect_eq(strncmp(err_text(), "begin ", 6), 0);
	cr_expect(strstr(err_text(), "\n… and 1 more"), "%s", err_text());
}
