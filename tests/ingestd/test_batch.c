/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The limits of a batch that no entry counts. */
#include <criterion/criterion.h>

#include "ingestd/batch.h"

Test(batch, resends_cannot_make_it_grow_without_an_entry)
{
	struct verdict *verdict;
	struct peer peer = { 0 };
	struct batch *batch;

	cr_assert_eq(batch_new(&batch), 0);
	for (size_t message = 0; batch_has_room(batch); message++) {
		cr_assert_lt(message, BATCH_REPLIES_MAX);
		(void)batch_reply(batch, &peer, 0, FRAME_VERDICTS);
		for (uint32_t i = 0; i < SUBMIT_REPORTS_MAX; i++)
			cr_assert_eq(batch_verdict(batch, i, &verdict), 0);
	}
	cr_expect_leq(batch->verdicts, BATCH_REPORTS_MAX);
	batch_free(batch);
}
