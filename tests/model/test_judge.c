/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The judgement of a target, case by case: tests/model/judgements.csv. Every cell of what is
 * expected is compared, and every one is then changed to see that the comparison notices. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge_case.h"

static struct sheet *table(void)
{
	const char *other = getenv("JUDGEMENTS"); /* a table that somebody changed on purpose */
	struct sheet *sheet;

	cr_assert_eq(
		sheet_load(other ? other : SOURCE_DIR "/tests/model/judgements.csv", &sheet), 0);
	return sheet;
}

static const char *expected(const struct sheet *sheet, size_t row, size_t outcome)
{
	const int column = sheet_column(sheet, case_outcomes[outcome]);

	cr_assert(column >= 0, "no column '%s'", case_outcomes[outcome]);
	return sheet_cell(sheet, row, (size_t)column);
}

static void judged(const struct sheet *sheet, size_t row, char ret[CASE_OUTCOMES][CASE_CELL_BYTES])
{
	struct judge_case one;
	struct judgement judgement;

	case_read(sheet, row, &one);
	judge(&one.judging, &judgement);
	case_render(&judgement, ret);
}

Test(judge, every_line_of_the_table)
{
	AUTO(sheet_free) struct sheet *sheet = table();
	char cells[CASE_OUTCOMES][CASE_CELL_BYTES];

	cr_expect(sheet_rows(sheet) >= 80);
	for (size_t row = 0; row < sheet_rows(sheet); row++) {
		judged(sheet, row, cells);
		for (size_t i = 0; i < CASE_OUTCOMES; i++)
			cr_expect_str_eq(cells[i], expected(sheet, row, i),
				"line %zu, %s: %s is '%s' instead of '%s'", sheet_line(sheet, row),
				sheet_cell(sheet, row, 0), case_outcomes[i], cells[i],
				expected(sheet, row, i));
	}
}

/* The table is only worth something if it has all of them. */
Test(judge, the_table_knows_every_class_status_direction_and_note)
{
	AUTO(sheet_free) struct sheet *sheet = table();
	bool class[CLASS_NOT_MEASURABLE + 1] = { false };
	bool status[STANDS_NOT_COMPARABLE + 1] = { false };
	bool direction[DIRECTION_DOWN + 1] = { false }, note[NOTE_MIXED_SERIES + 1] = { false };

	for (size_t row = 0; row < sheet_rows(sheet); row++) {
		struct judge_case one;
		struct judgement judgement;

		case_read(sheet, row, &one);
		judge(&one.judging, &judgement);
		class[judgement.class] = true;
		status[judgement.status] = true;
		direction[judgement.direction] = true;
		for (size_t i = 0; i < judgement.notes; i++)
			note[judgement.note[i]] = true;
	}
	for (size_t i = 1; i < array_len(class); i++)
		cr_expect(class[i], "no case of class %s", target_class_name(i));
	for (size_t i = 1; i < array_len(status); i++)
		cr_expect(status[i], "no case of status %s", target_status_name(i));
	for (size_t i = 0; i < array_len(direction); i++)
		cr_expect(direction[i], "no case of direction %s", direction_name(i));
	for (size_t i = 1; i < array_len(note); i++)
		cr_expect(note[i], "no case of note %s", judge_note_words(i).en);
}

/* A row has a status if and only if it was judged. */
Test(judge, a_status_comes_with_its_class_only)
{
	AUTO(sheet_free) struct sheet *sheet = table();

	for (size_t row = 0; row < sheet_rows(sheet); row++) {
		struct judge_case one;
		struct judgement j;

		case_read(sheet, row, &one);
		judge(&one.judging, &j);
		cr_expect_eq(j.class == CLASS_JUDGED || j.class == CLASS_PROVISIONAL, j.status != 0,
			"%s", sheet_cell(sheet, row, 0));
		cr_expect_eq(j.class == CLASS_NEEDS_INPUT, j.missing[0] != '\0', "%s",
			sheet_cell(sheet, row, 0));
	}
}

Test(judge, everything_has_a_name_and_every_remark_both_languages)
{
	for (int i = CLASS_JUDGED; i <= CLASS_NOT_MEASURABLE; i++)
		cr_expect(*target_class_name(i));
	for (int i = STANDS_MET; i <= STANDS_NOT_COMPARABLE; i++)
		cr_expect(*target_status_name(i));
	for (int i = DIRECTION_UNKNOWN; i <= DIRECTION_DOWN; i++)
		cr_expect(*direction_name(i));
	for (int i = NOTE_ONLY_BY_ROUNDING; i <= NOTE_MIXED_SERIES; i++)
		cr_expect(*judge_note_words(i).zh && *judge_note_words(i).en);
	cr_expect_str_eq(target_status_name(0), "");
	cr_expect_str_eq(judge_note_words(NOTE_MIXED_SERIES + 1).en, "");
	cr_expect_str_eq(target_class_name(-1), "");
}

/* Asked about a year that has not ended, a target year that has not ended is not over. */
Test(judge, a_year_that_is_not_over_ends_nothing)
{
	const struct plan_info plan = { .first_year = 2016, .last_year = 2020 };
	const struct target target = { .plan = &plan,
		.judged_by = JUDGED_BY_PERSON,
		.recurrence = RECURS_END_YEAR,
		.target_year = 2020 };
	const struct person_verdict verdict = { .period = period_of(PERIOD_YEAR, 2020, 0),
		.outcome = VERDICT_UNDER_WAY };
	struct judging judging = { .target = &target,
		.verdict = &verdict,
		.as_of = period_of(PERIOD_YEAR, 2020, 0),
		.today = day_of(2020, 12, 31) };
	struct judgement judgement;

	judge(&judging, &judgement);
	cr_expect_eq(judgement.status, STANDS_ON_COURSE);
	judging.today = day_of(2021, 1, 1);
	judge(&judging, &judgement);
	cr_expect_eq(judgement.status, STANDS_MISSED);
}
