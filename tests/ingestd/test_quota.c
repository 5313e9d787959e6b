/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The quota of kept rejections: per sender, facility and day. */
#include <criterion/criterion.h>

#include "base/limits.h"
#include "ingestd/quota.h"

Test(quota, it_ends_for_one_and_not_for_another_and_begins_again_the_next_day)
{
	struct quota *quota;

	cr_assert_eq(quota_new(&quota), 0);
	cr_expect(quota_take(quota, 1, 5, 9, KEPT_BYTES_PER_DAY_MAX));
	cr_expect(!quota_take(quota, 1, 5, 9, 1), "used up");
	cr_expect(quota_take(quota, 1, 5, 10, 1), "another facility");
	cr_expect(quota_take(quota, 1, 6, 9, 1), "another sender");
	cr_expect(quota_take(quota, 2, 5, 9, 1), "another day");
	quota_free(quota);
}

Test(quota, a_take_that_does_not_fit_takes_nothing)
{
	struct quota *quota;

	cr_assert_eq(quota_new(&quota), 0);
	cr_expect(!quota_take(quota, 1, 5, 9, KEPT_BYTES_PER_DAY_MAX + 1));
	cr_expect(quota_take(quota, 1, 5, 9, KEPT_BYTES_PER_DAY_MAX));
	quota_free(quota);
}
