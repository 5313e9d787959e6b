/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A journal with held reports, decisions and locks, followed by the real thing: figures, the lists
 * of the missing and of the locked, a second fold that must agree, and the same after a restart. */
#include "tests/aggregator/desk.h"

#define IN_FORCE GIVEN({ VISIT, 11, 0 })
#define HELD GIVEN({ VISIT, 100, 0 }, { INCOME, 0, ABSENT_NOT_APPLICABLE })

static uint64_t append_held(struct writing *writing, uint32_t facility)
{
	AUTO(buffer_fini) struct buffer body = { 0 };

	report_body(facility, HM, period_text("2026-01"), 9, HELD, &body);
	return append(writing, (struct entry){ .kind = ENTRY_HELD,
				       .status = 6,
				       .form = HM,
				       .period = period_text("2026-01"),
				       .facility = facility,
				       .revision = 9,
				       .actor = 2,
				       .catalogue = 1,
				       .findings = bytes_str("why"),
				       .body = buffer_view(&body) });
}

static void append_decision(
	struct writing *writing, const char *facility, uint64_t held, enum decision_kind kind)
{
	AUTO(buffer_fini) struct buffer body = { 0 };
	struct decision decision = { .key = { .form = HM, .period = period_text("2026-01") },
		.held = held,
		.kind = kind,
		.reason = kind == DECISION_ACCEPT ? 0 : 1 };
	const struct command command = {
		.reason = bytes_str("test"), .decision = &decision, .decisions = 1
	};

	snprintf(decision.key.facility, sizeof(decision.key.facility), "%s", facility);
	must(command_encode(&command, &body));
	append(writing, (struct entry){ .kind = ENTRY_DECISION,
				.form = HM,
				.period = period_text("2026-01"),
				.facility = (uint32_t)(facility[1] - '0'),
				.body = buffer_view(&body) });
}

static void append_lock(struct writing *writing)
{
	AUTO(buffer_fini) struct buffer body = { 0 };
	const struct lock lock = { .kind = LOCK_LOCK,
		.form = HM,
		.first_day = day_of(2026, 1, 1),
		.last_day = day_of(2026, 1, 31),
		.until_day = DAY_NEVER };
	const struct command command = { .reason = bytes_str("test"), .lock = &lock, .locks = 1 };

	must(command_encode(&command, &body));
	append(writing,
		(struct entry){ .kind = ENTRY_LOCK, .actor = 1, .body = buffer_view(&body) });
}

static void journal_held(void)
{
	struct writing writing;
	uint64_t held;

	folder_make();
	writing_open(&writing);
	append_catalogue(&writing, 1);
	append_key(&writing, ROLE_READER, "reader");
	append_key(&writing, ROLE_COLLECTOR, "collector");
	for (uint32_t n = 1; n <= 3; n++)
		append_facility(&writing, n, TOWN_1);
	append_report(&writing, 1, "2026-01", 1, 0, IN_FORCE);
	held = append_held(&writing, 1);
	append_decision(&writing, "F1", held, DECISION_ACCEPT);
	held = append_held(&writing, 2);
	append_decision(&writing, "F2", held, DECISION_RETURN);
	append_held(&writing, 3);
	append_lock(&writing);
	journal_close(writing.journal);
}

static void answers_expect(struct follow *follow)
{
	struct asked asked;

	ask(&asked, follow, "indicator show",
		ARGUMENTS("indicator", "VISITS", "area", "320700", "period", "2026-01"));
	cr_expect_str_eq(cell(&asked, 0, "shown"), "100");
	asked_fini(&asked);
	ask(&asked, follow, "report missing", ARGUMENTS("form", "HM", "period", "2026-01"));
	cr_expect_eq(asked.answer.rows, 2);
	cr_expect_str_eq(cell(&asked, 0, "state"), "returned");
	cr_expect_str_eq(cell(&asked, 1, "state"), "held");
	cr_expect_str_eq(cell(&asked, 1, "held"), "12");
	asked_fini(&asked);
	ask(&asked, follow, "period list", ARGUMENTS("form", "HM", "period", "2026-01"));
	cr_expect_str_eq(cell(&asked, 0, "locked"), "true");
	cr_expect_str_eq(cell(&asked, 0, "actor"), "reader");
	asked_fini(&asked);
	ask(&asked, follow, "period locks", NULL);
	cr_expect_eq(asked.answer.rows, 1);
	asked_fini(&asked);
	expect_verified(follow);
}

Test(held_journal, a_journal_with_decisions_is_followed_verified_and_taken_up_again)
{
	struct follow *follow;

	journal_held();
	for (int which = 0; which < 2; which++) {
		follow = follow_all();
		cr_expect_eq(follow_position(follow)->sequence, 13);
		answers_expect(follow);
		follow_close(follow);
	}
	folder_remove();
}
