/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The slot between the deciding and the committing thread. Empty batches: no journal is touched. */
#include <criterion/criterion.h>
#include <poll.h>

#include "ingestd/commit.h"

enum { ROUNDS = 300 };

Test(commit, nothing_is_left_to_wake_up_for_once_a_batch_is_taken)
{
	struct commit *commit;
	struct batch *batch;
	int left = 0;

	cr_assert_eq(batch_new(&batch), 0);
	cr_assert_eq(commit_start(NULL, &commit), 0);
	for (int i = 0; i < ROUNDS; i++) {
		struct pollfd ready = { .fd = commit_fd(commit), .events = POLLIN };

		commit_hand_over(commit, batch); /* ends the process unless the slot is empty */
		while (!commit_take(commit))
			; /* as eager as can be: at once when it is durable */
		left += poll(&ready, 1, 1) != 0;
	}
	cr_expect_eq(left, 0, "a signal stayed behind in %d rounds of %d", left, ROUNDS);
	commit_stop(commit);
	batch_free(batch);
}
