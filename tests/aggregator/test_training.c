/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every answer of the aggregator over a training system's journal is marked, refusals too, and also
 * while that journal is away. */
#include "tests/aggregator/desk.h"

static void journal_make(bool training)
{
	const uint8_t epoch[EPOCH_BYTES] = { 1, 2, 3 };
	struct writing writing;

	folder_make();
	must((training ? journal_open_training : journal_open)(
		journal_path, MAP_BYTES, epoch, &writing.journal));
	append_catalogue(&writing, 1);
	append_key(&writing, ROLE_READER, "reader");
	append_facility(&writing, 1, TOWN_1);
	append_report(&writing, 1, "2026-01", 1, 0, GIVEN({ VISIT, 10, 0 }));
	journal_close(writing.journal);
}

static void expect_marks(struct follow *follow, bool training)
{
	struct asked asked;

	for (size_t i = 0; answer_verb(i); i++) {
		ask_as(&asked, follow, 1, (struct question){ .verb = bytes_str(answer_verb(i)) },
			NULL);
		cr_expect_eq(asked.answer.training, training, "%s", answer_verb(i));
		asked_fini(&asked);
	}
	ask_as(&asked, follow, 1, (struct question){ .verb = bytes_str("nonsense") }, NULL);
	cr_expect_eq(asked.answer.training, training);
	asked_fini(&asked);
}

Test(training, every_answer_is_marked)
{
	for (int training = 0; training <= 1; training++) {
		struct follow *follow;

		journal_make(training);
		follow = follow_all();
		expect_marks(follow, training);
		expect_verified(follow);
		follow_close(follow);
		folder_remove();
	}
}

Test(training, what_was_folded_stays_marked_while_the_journal_is_away)
{
	char away[128];
	struct follow *follow;

	journal_make(true);
	follow = follow_all();
	follow_close(follow);
	snprintf(away, sizeof(away), "%s.away", journal_path);
	cr_assert_eq(rename(journal_path, away), 0);
	follow = follow_all();
	cr_assert_eq(follow_state_of(follow), FOLLOW_WAITING);
	expect_marks(follow, true);
	follow_close(follow);
	folder_remove();
}
