/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The quota of kept rejections: per facility, sender and day. */
#include <criterion/criterion.h>

#include "base/limits.h"
#include "ingestd/quota.h"

enum { DAY = 1, FULL = KEPT_BYTES_PER_DAY_MAX };

Test(quota, it_ends_for_a_facility_whoever_sends_and_begins_again_the_next_day)
{
	struct quota *quota;

	cr_assert_eq(quota_new(&quota), 0);
	cr_expect(quota_take(quota, DAY, 5, 9, FULL));
	cr_expect(!quota_take(quota, DAY, 5, 9, 1), "used up");
	cr_expect(!quota_take(quota, DAY, 6, 9, 1), "by whatever key");
	cr_expect(quota_take(quota, DAY, 5, 10, 1), "another facility");
	cr_expect(quota_take(quota, DAY + 1, 6, 9, 1), "another day");
	quota_free(quota);
}

Test(quota, what_names_no_facility_counts_for_its_sender_alone)
{
	struct quota *quota;

	cr_assert_eq(quota_new(&quota), 0);
	cr_expect(quota_take(quota, DAY, 5, 0, FULL));
	cr_expect(!quota_take(quota, DAY, 5, 0, 1));
	cr_expect(quota_take(quota, DAY, 6, 0, FULL), "another sender");
	cr_expect(quota_take(quota, DAY, 5, 5, FULL), "a facility of the sender's number");
	quota_free(quota);
}

Test(quota, a_sender_with_many_facilities_gets_no_more_for_it)
{
	struct quota *quota;
	size_t kept = 0;

	cr_assert_eq(quota_new(&quota), 0);
	for (uint32_t facility = 1; facility <= 3000; facility++)
		kept += quota_take(quota, DAY, 5, facility, FULL / 4) ? FULL / 4 : 0;
	cr_expect_eq(kept, (size_t)KEPT_BYTES_OF_SENDER_MAX);
	cr_expect(quota_take(quota, DAY, 6, 2999, FULL), "another sender still gets his");
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
