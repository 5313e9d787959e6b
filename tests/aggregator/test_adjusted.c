/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Figures as reported and adjusted, side by side: what an adjustment touches, what ends it, and
 * that the figures as reported never change. */
#include "tests/aggregator/acts_desk.h"

#include "base/clock.h"

enum { READER = 1, SECOND = 2 };

struct step {
	bool confirm, end, revise, withdraw, expired;
};

/* Five more visits at F1 in January 2026, where 11 are reported, and 18 in the city; then whatever
 * the step says. */
static struct follow *journal_adjusted_at(uint32_t facility, struct step step, uint32_t element)
{
	const uint64_t about = journal_usual();
	const int32_t today = day_of_wall_ms(clock_wall().ms);
	struct adjustment adjustment = { .step = ADJUSTMENT_PROPOSE,
		.key = key_of(facility, HM, "2026-01"),
		.about = facility == 2 ? about - 1 : about,
		.element = element,
		.delta = 5,
		.note = "five were forgotten",
		.until_day = step.expired ? today - 1 : today };
	struct writing writing;

	writing_open(&writing);
	adjustment.proposal = append_adjustment(&writing, READER, &adjustment);
	adjustment = (struct adjustment){
		.step = ADJUSTMENT_CONFIRM, .key = adjustment.key, .proposal = adjustment.proposal
	};
	if (step.confirm)
		append_adjustment(&writing, SECOND, &adjustment);
	adjustment.step = ADJUSTMENT_END;
	if (step.end)
		append_adjustment(&writing, READER, &adjustment);
	if (step.revise)
		append_report(&writing, 1, "2026-01", 3, about,
			GIVEN({ VISIT, 11, 0 }, { INCOME, 3333, 0 }));
	if (step.withdraw)
		append(&writing, (struct entry){ .kind = ENTRY_WITHDRAWAL,
					 .form = HM,
					 .facility = 1,
					 .period = period_text("2026-01"),
					 .revision = 3,
					 .replaces = about });
	journal_close(writing.journal);
	return follow_all();
}

static struct follow *journal_adjusted(struct step step, uint32_t element)
{
	return journal_adjusted_at(1, step, element);
}

static void show(
	struct asked *asked, struct follow *follow, const char *indicator, const char *area)
{
	ask(asked, follow, "indicator show",
		ARGUMENTS("indicator", indicator, "area", area, "period", "2026-01"));
}

Test(adjusted, a_figure_is_shown_as_reported_and_adjusted)
{
	struct follow *follow = journal_adjusted((struct step){ .confirm = true }, VISIT);
	struct asked asked;

	show(&asked, follow, "VISITS", "320700");
	cr_expect_str_eq(cell(&asked, 0, "value"), "18.00");
	cr_expect_str_eq(cell(&asked, 0, "numerator"), "18");
	cr_expect_str_eq(cell(&asked, 0, "adjusted"), "23.00");
	cr_expect_str_eq(cell(&asked, 0, "adjusted_shown"), "23");
	cr_expect_str_eq(cell(&asked, 0, "adjusted_numerator"), "23");
	cr_expect_str_eq(cell(&asked, 0, "adjusted_denominator"), "1");
	asked_fini(&asked);
	show(&asked, follow, "VISITS", "320703001");
	cr_expect_str_eq(cell(&asked, 0, "adjusted"), "16.00");
	asked_fini(&asked);
	show(&asked, follow, "VISITS", "320706");
	cr_expect_str_eq(cell(&asked, 0, "value"), "7.00");
	cr_expect_str_eq(cell(&asked, 0, "adjusted"), "");
	cr_expect_str_eq(cell(&asked, 0, "adjusted_numerator"), "");
	asked_fini(&asked);
	/* a pair: F2, which gave no income, is left out of both sides, and the adjustment is not */
	show(&asked, follow, "INCOME_PER_VISIT", "320700");
	cr_expect_str_eq(cell(&asked, 0, "value"), "3.0300");
	cr_expect_str_eq(cell(&asked, 0, "adjusted"), "2.0831");
	cr_expect_str_eq(cell(&asked, 0, "adjusted_numerator"), "33.33");
	cr_expect_str_eq(cell(&asked, 0, "adjusted_denominator"), "16");
	asked_fini(&asked);
	ask(&asked, follow, "indicator show",
		ARGUMENTS("indicator", "VISITS", "area", "320700", "facility", "F1", "period",
			"2026-01"));
	cr_expect_str_eq(cell(&asked, 0, "adjusted"), "16.00");
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}

Test(adjusted, series_ranks_and_explanations_say_so_too)
{
	struct follow *follow = journal_adjusted((struct step){ .confirm = true }, VISIT);
	double reported = 0, apart = 0;
	struct asked asked;

	ask(&asked, follow, "indicator series",
		ARGUMENTS("indicator", "VISITS", "area", "320700", "from", "2025-12", "to",
			"2026-01"));
	cr_assert_eq(asked.answer.rows, 2);
	cr_expect_str_eq(cell(&asked, 0, "adjusted"), "");
	cr_expect_str_eq(cell(&asked, 1, "value"), "18.00");
	cr_expect_str_eq(cell(&asked, 1, "adjusted"), "23.00");
	asked_fini(&asked);
	ask(&asked, follow, "indicator rank",
		ARGUMENTS("indicator", "VISITS", "kind", "district", "period", "2026-01"));
	cr_expect_str_eq(cell(&asked, row_where(&asked, "area", "320703"), "adjusted"), "16.00");
	cr_expect_str_eq(cell(&asked, row_where(&asked, "area", "320706"), "adjusted"), "");
	asked_fini(&asked);
	ask(&asked, follow, "indicator explain",
		ARGUMENTS("indicator", "VISITS", "area", "320700", "period", "2026-01"));
	for (size_t i = 0; i < asked.answer.rows; i++) {
		double contribution = strtod(cell(&asked, i, "contribution"), NULL);

		if (strcmp(cell(&asked, i, "side"), "numerator") == 0)
			reported += contribution;
		if (strcmp(cell(&asked, i, "side"), "numerator_adjustment") != 0)
			continue;
		apart += contribution;
		cr_expect_str_eq(cell(&asked, i, "facility"), "F1");
		cr_expect_str_eq(cell(&asked, i, "value"), "5");
	}
	cr_expect_eq(reported, 18);
	cr_expect_eq(apart, 5);
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}

/* Both figures are remembered, and neither for the other. */
Test(adjusted, what_is_remembered_is_told_apart)
{
	struct follow *follow = journal_adjusted((struct step){ .confirm = true }, VISIT);
	struct answering *answering;
	struct asked asked;

	must(answering_new(follow, &answering));
	for (int i = 0; i < 3; i++) {
		ask_again(&asked, answering, "indicator show", 0,
			ARGUMENTS("indicator", "VISITS", "area", "320700", "period", "2026-01"));
		cr_expect_str_eq(cell(&asked, 0, "value"), "18.00");
		cr_expect_str_eq(cell(&asked, 0, "adjusted"), "23.00");
		asked_fini(&asked);
	}
	answering_free(answering);
	follow_close(follow);
	folder_remove();
}

Test(adjusted, only_a_confirmed_one_of_the_report_in_force_is_shown)
{
	static const struct {
		struct step step;
		const char *state, *reported;
	} cases[] = {
		{ { .confirm = false }, "proposed", "11" },
		{ { .confirm = true }, "active", "11" },
		{ { .confirm = true, .end = true }, "ended", "11" },
		{ { .confirm = true, .expired = true }, "expired", "11" },
		{ { .confirm = true, .revise = true }, "ended", "" },
		{ { .confirm = true, .withdraw = true }, "ended", "" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct follow *follow = journal_adjusted(cases[i].step, VISIT);
		const bool active = strcmp(cases[i].state, "active") == 0;
		struct asked asked;

		show(&asked, follow, "VISITS", "320700");
		cr_expect_str_eq(cell(&asked, 0, "value"),
			cases[i].step.withdraw ? "7.00" : "18.00", "case %zu", i);
		cr_expect_str_eq(cell(&asked, 0, "adjusted"), active ? "23.00" : "", "case %zu", i);
		asked_fini(&asked);
		ask(&asked, follow, "adjustment list", NULL);
		cr_assert_eq(asked.answer.rows, 1);
		cr_expect_str_eq(cell(&asked, 0, "state"), cases[i].state, "case %zu", i);
		cr_expect_str_eq(cell(&asked, 0, "reported"), cases[i].reported, "case %zu", i);
		cr_expect_str_eq(cell(&asked, 0, "delta"), "5");
		cr_expect_str_eq(cell(&asked, 0, "who"), "reader");
		cr_expect_str_eq(
			cell(&asked, 0, "confirmed_by"), cases[i].step.confirm ? "collector" : "");
		cr_expect_str_eq(cell(&asked, 0, "note"), "five were forgotten");
		asked_fini(&asked);
		ask(&asked, follow, "adjustment list", ARGUMENTS("state", "active"));
		cr_expect_eq(asked.answer.rows, active ? 1 : 0);
		asked_fini(&asked);
		ask(&asked, follow, "adjustment list", ARGUMENTS("area", "320706"));
		cr_expect_eq(asked.answer.rows, 0);
		asked_fini(&asked);
		follow_close(follow);
		folder_remove();
	}
}

/* F2 withheld its beds: there is no figure to differ from. */
Test(adjusted, an_open_cell_is_not_filled)
{
	struct follow *follow = journal_adjusted_at(2, (struct step){ .confirm = true }, BED);
	struct asked asked;

	show(&asked, follow, "BEDS", "320700");
	cr_expect_str_eq(cell(&asked, 0, "adjusted"), "");
	asked_fini(&asked);
	ask(&asked, follow, "adjustment list", NULL);
	cr_expect_str_eq(cell(&asked, 0, "state"), "active");
	cr_expect_str_eq(cell(&asked, 0, "reported"), "");
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}

/* F2 gave no income, so nothing of it is in the pair: neither what it reported nor what is put
 * beside that. */
Test(adjusted, what_is_left_out_stays_out)
{
	struct follow *follow = journal_adjusted_at(2, (struct step){ .confirm = true }, VISIT);
	struct asked asked;

	show(&asked, follow, "VISITS", "320700");
	cr_expect_str_eq(cell(&asked, 0, "adjusted"), "23.00");
	asked_fini(&asked);
	show(&asked, follow, "INCOME_PER_VISIT", "320700");
	cr_expect_str_eq(cell(&asked, 0, "value"), "3.0300");
	cr_expect_str_eq(cell(&asked, 0, "adjusted"), "");
	asked_fini(&asked);
	ask(&asked, follow, "indicator explain",
		ARGUMENTS("indicator", "INCOME_PER_VISIT", "area", "320700", "period", "2026-01"));
	for (size_t i = 0; i < asked.answer.rows; i++)
		cr_expect_eq(strstr(cell(&asked, i, "side"), "adjustment"), NULL);
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}

/* Judged as reported, and the remark says what would be. */
Test(adjusted, a_scorecard_judges_what_was_reported)
{
	enum { NURSE = 1, POP_ALL, STAFF_FORM = 3, PEOPLE_FORM = 4 };
	struct adjustment adjustment = { .step = ADJUSTMENT_PROPOSE,
		.key = key_of(1, STAFF_FORM, "2020"),
		.element = NURSE,
		.delta = 500,
		.until_day = DAY_NEVER };
	struct writing writing;
	struct follow *follow;
	struct asked asked;
	size_t row;

	folder_make();
	writing_open(&writing);
	append_catalogue_of(&writing, "catalog_plans", 1);
	append_key(&writing, ROLE_READER, "reader");
	append_key(&writing, ROLE_COLLECTOR, "collector");
	append_facility_of(&writing, 1, TOWN_1, HOSPITAL);
	append_facility_of(&writing, 3, DISTRICT_A, AGENCY);
	adjustment.about = append_sent(&writing,
		(struct sent){ 1, STAFF_FORM, "2020", 1, 0, NULL, 0 }, GIVEN({ NURSE, 2700, 0 }));
	append_sent(&writing, (struct sent){ 2, PEOPLE_FORM, "2020", 1, 0, NULL, 0 },
		GIVEN({ POP_ALL, 1000000, 0 }));
	adjustment.proposal = append_adjustment(&writing, READER, &adjustment);
	adjustment.step = ADJUSTMENT_CONFIRM;
	append_adjustment(&writing, SECOND, &adjustment);
	journal_close(writing.journal);
	follow = follow_all();
	ask(&asked, follow, "plan scorecard", ARGUMENTS("plan", "test-2020", "at", "2020"));
	row = row_where(&asked, "id", "test-2020-001");
	cr_expect_str_eq(cell(&asked, row, "value"), "2.7");
	cr_expect_str_eq(cell(&asked, row, "status"), "missed");
	cr_expect(strstr(cell(&asked, row, "note_en"), "with the adjustment beside it: 3.20"), "%s",
		cell(&asked, row, "note_en"));
	cr_expect(strstr(cell(&asked, row, "note_zh"), "调整后为 3.20"));
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}
