/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Questions about values through the bytes of the protocol: figures with their digits, series,
 * ranks, what each kind of value is made of, and that a corrected report changes a remembered
 * value at once. */
#include "tests/aggregator/desk.h"

#include <sys/wait.h>

enum { DEATH = 20, POP, BIRTH = 23, INFANT_DEATH };

static uint64_t append_of(struct writing *writing, uint32_t facility, uint16_t form,
	const char *period, uint32_t revision, const struct given *given, size_t count)
{
	return append_sent(writing, (struct sent){ facility, form, period, revision, 0, NULL, 0 },
		given, count);
}

/* Two hospitals (1 in town A1, 2 in district B), two agencies (3, 4). */
static void journal_begin(struct writing *writing)
{
	folder_make();
	writing_open(writing);
	append_catalogue_of(writing, "catalog_methods", 1);
	append_key(writing, ROLE_READER, "reader");
	append_facility(writing, 1, TOWN_1);
	append_facility(writing, 2, DISTRICT_B);
	append_facility_of(writing, 3, DISTRICT_A, AGENCY);
	append_facility_of(writing, 4, DISTRICT_B, AGENCY);
}

/* 21.17496 is 21.17, and 21.1750 on the way there would make it 21.18. */
Test(verbs, a_figure_is_rounded_once)
{
	struct writing writing;
	struct follow *follow;
	struct asked asked;

	journal_begin(&writing);
	append_of(&writing, 1, HM, "2025-01", 1, GIVEN({ VISIT, 2117496, 0 }, { BED, 100000, 0 }));
	journal_close(writing.journal);
	follow = follow_all();
	ask(&asked, follow, "indicator show",
		ARGUMENTS("indicator", "PRINTED", "area", "320703", "period", "2025-01"));
	cr_expect_str_eq(cell(&asked, 0, "value"), "21.1750");
	cr_expect_str_eq(cell(&asked, 0, "shown"), "21.17");
	cr_expect_str_eq(cell(&asked, 0, "unit"), "u");
	cr_expect_str_eq(cell(&asked, 0, "unit_zh"), "个");
	cr_expect_str_eq(cell(&asked, 0, "source_kind"), "reports");
	cr_expect_str_eq(cell(&asked, 0, "provisional"), "false");
	asked_fini(&asked);
	ask(&asked, follow, "indicator show",
		ARGUMENTS("indicator", "PRINTED", "area", "320700", "facility", "F1", "period",
			"2025-01"));
	cr_expect_str_eq(cell(&asked, 0, "shown"), "21.17");
	cr_expect_str_eq(cell(&asked, 0, "numerator_expected"), "1");
	asked_fini(&asked);
	ask(&asked, follow, "indicator show",
		ARGUMENTS("indicator", "OUTSIDE", "area", "320700", "period", "2025"));
	cr_expect_str_eq(cell(&asked, 0, "value"), "");
	cr_expect_str_eq(cell(&asked, 0, "numerator"), "");
	cr_expect_str_eq(cell(&asked, 0, "missing"), "fact OUTSIDE for 320700 2025");
	asked_fini(&asked);
	ask_as(&asked, follow, 1, (struct question){ .verb = bytes_str("indicator show") },
		ARGUMENTS("indicator", "VISITS", "area", "320700", "period", "2025", "window",
			"baseline"));
	cr_expect_eq(asked.answer.outcome, ANSWER_INVALID);
	cr_expect(strstr((const char *)asked.answer.text.data, "add 'since'"));
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}

static void births(
	struct writing *writing, uint32_t facility, const char *period, int64_t born, int64_t died)
{
	append_of(writing, facility, DM, period, 1,
		GIVEN({ BIRTH, born, 0 }, { INFANT_DEATH, died, 0 }));
}

Test(verbs, a_series_tells_chance_from_change)
{
	static const struct {
		const char *shown, *direction;
	} rows[] = {
		{ "5.00", "" },
		{ "5.50", "not_distinguishable" },
		{ "20.00", "worse" },
		{ "20.00", "same" },
		{ "", "" },
	};
	struct writing writing;
	struct follow *follow;
	struct asked asked;

	journal_begin(&writing);
	births(&writing, 3, "2021-01", 2000, 10);
	births(&writing, 3, "2022-01", 2000, 11);
	births(&writing, 3, "2023-01", 2000, 40);
	births(&writing, 3, "2024-01", 1000, 20);
	journal_close(writing.journal);
	follow = follow_all();
	ask(&asked, follow, "indicator series",
		ARGUMENTS("indicator", "INFANT_MORTALITY", "area", "320703", "from", "2021", "to",
			"2025"));
	cr_assert_eq(asked.answer.rows, array_len(rows));
	for (size_t i = 0; i < array_len(rows); i++) {
		cr_expect_str_eq(cell(&asked, i, "shown"), rows[i].shown);
		cr_expect_str_eq(cell(&asked, i, "direction"), rows[i].direction, "%zu: %s", i,
			cell(&asked, i, "direction"));
	}
	cr_expect_str_eq(cell(&asked, 0, "complete"), "0.083");
	cr_expect_str_eq(
		cell(&asked, 4, "missing"), "element INFANT_DEATH of F3 on DM for 2025-12");
	asked_fini(&asked);
	/* windows that share two of their three years are no two samples */
	ask(&asked, follow, "indicator series",
		ARGUMENTS("indicator", "INFANT_MORTALITY", "area", "320703", "from", "2023", "to",
			"2024", "window", "r36m"));
	cr_expect_str_eq(cell(&asked, 1, "shown"), "14.20");
	cr_expect_str_eq(cell(&asked, 1, "direction"), "worse_untested");
	asked_fini(&asked);
	/* what plans print has no series */
	ask(&asked, follow, "indicator series",
		ARGUMENTS("indicator", "OUTSIDE", "area", "320700", "from", "2018", "to", "2019"));
	cr_expect_str_eq(cell(&asked, 1, "direction"), "not_comparable");
	asked_fini(&asked);
	expect_outcome(follow, ANSWER_INVALID, "indicator series",
		ARGUMENTS("indicator", "INFANT_MORTALITY", "area", "320703", "from", "2021", "to",
			"2025-01"));
	follow_close(follow);
	folder_remove();
}

Test(verbs, a_rank_has_ties_or_a_funnel)
{
	struct writing writing;
	struct follow *follow;
	struct asked asked;

	journal_begin(&writing);
	append_of(&writing, 1, HM, "2025-01", 1, GIVEN({ VISIT, 10, 0 }));
	append_of(&writing, 2, HM, "2025-01", 1, GIVEN({ VISIT, 10, 0 }));
	append_of(&writing, 2, HM, "2025-02", 1, GIVEN({ VISIT, 30, 0 }));
	births(&writing, 3, "2025-01", 1000, 1);
	births(&writing, 4, "2025-01", 1000, 30);
	journal_close(writing.journal);
	follow = follow_all();
	ask(&asked, follow, "indicator rank",
		ARGUMENTS("indicator", "VISITS", "kind", "district", "period", "2025-01"));
	cr_expect_str_eq(cell(&asked, 0, "rank"), "1");
	cr_expect_str_eq(cell(&asked, 1, "rank"), "1");
	asked_fini(&asked);
	ask(&asked, follow, "indicator rank",
		ARGUMENTS("indicator", "VISITS", "kind", "district", "period", "2025-02"));
	cr_expect_str_eq(cell(&asked, 0, "area"), "320706");
	cr_expect_str_eq(cell(&asked, 0, "rank"), "1");
	cr_expect_str_eq(cell(&asked, 1, "rank"), "");
	cr_expect_str_eq(cell(&asked, 1, "reason"), "element VISIT of F1 on HM for 2025-02");
	asked_fini(&asked);
	/* 1 and 30 of 1000 each: 15.5 would be usual. */
	ask(&asked, follow, "indicator rank",
		ARGUMENTS("indicator", "INFANT_MORTALITY", "kind", "district", "period", "2025"));
	cr_expect_str_eq(cell(&asked, 0, "rank"), "");
	cr_expect_str_eq(cell(&asked, 0, "area"), "320703");
	cr_expect_str_eq(
		cell(&asked, 0, "reason"), "few events: below the common rate beyond chance");
	cr_expect_str_eq(
		cell(&asked, 1, "reason"), "few events: above the common rate beyond chance");
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}

/* The contributions of the rows of this word, added up. */
static double contributions(const struct asked *asked, const char *word)
{
	double sum = 0;

	for (size_t i = 0; i < asked->answer.rows; i++)
		if (strcmp(cell(asked, i, "side"), word) == 0)
			sum += strtod(cell(asked, i, "contribution"), NULL);
	return sum;
}

static size_t rows_of(const struct asked *asked, const char *word)
{
	size_t rows = 0;

	for (size_t i = 0; i < asked->answer.rows; i++)
		rows += strcmp(cell(asked, i, "side"), word) == 0;
	return rows;
}

Test(verbs, every_kind_of_value_is_explained)
{
	struct given given[40];
	double deaths = 0, persons = 0;
	uint32_t offset = 0;
	bool more;
	struct writing writing;
	struct follow *follow;
	struct asked asked;
	char month[16];

	journal_begin(&writing);
	for (unsigned i = 0; i < 38; i++)
		given[i] = (struct given){ POP * 65536 + (i / 19 + 1) * 256 + i % 19 + 1, 600, 0 };
	append_of(&writing, 3, PY, "2025", 1, given, 38);
	for (unsigned i = 0; i < 38; i++)
		given[i].element += (DEATH - POP) * 65536;
	for (unsigned i = 0; i < 38; i++)
		given[i].value = 1;
	for (int m = 1; m <= 12; m++) {
		snprintf(month, sizeof(month), "2025-%02d", m);
		append_of(&writing, 3, DM, month, 1, given, 38);
	}
	append_of(&writing, 1, HM, "2025-01", 1, GIVEN({ VISIT, 150, 0 }, { BED, 10, 0 }));
	append_of(&writing, 1, HM, "2024-01", 1, GIVEN({ VISIT, 100, 0 }, { BED, 10, 0 }));
	append_of(&writing, 2, HM, "2025-01", 1, GIVEN({ VISIT, 90, 0 }, { BED, 10, 0 }));
	journal_close(writing.journal);
	follow = follow_all();
	do {
		ask_as(&asked, follow, 1,
			(struct question){
				.verb = bytes_str("indicator explain"), .offset = offset },
			ARGUMENTS("indicator", "LE", "area", "320703", "period", "2025", "window",
				"year"));
		offset += (uint32_t)asked.answer.rows;
		more = asked.answer.rows > 0;
		deaths += contributions(&asked, "deaths");
		persons += contributions(&asked, "population");
		asked_fini(&asked);
	} while (more);
	cr_expect_eq(offset, 12 * 38 + 38);
	cr_expect_float_eq(deaths, 12 * 38, 1e-9);
	cr_expect_float_eq(persons, 38 * 600, 1e-9);
	ask(&asked, follow, "indicator explain",
		ARGUMENTS("indicator", "FIT_SHARE", "area", "320700", "period", "2025"));
	cr_expect_eq(asked.answer.rows, 2);
	cr_expect_str_eq(cell(&asked, 0, "side"), "holds");
	cr_expect_str_eq(cell(&asked, 0, "facility"), "F1");
	cr_expect_str_eq(cell(&asked, 0, "value"), "150");
	cr_expect_str_eq(cell(&asked, 1, "side"), "fails");
	cr_expect_str_eq(cell(&asked, 1, "element"), "VISITS_YEAR");
	asked_fini(&asked);
	ask(&asked, follow, "indicator explain",
		ARGUMENTS("indicator", "GROWTH", "area", "320703", "period", "2025"));
	cr_expect_eq(asked.answer.rows, 2);
	cr_expect_str_eq(cell(&asked, 0, "period"), "2024");
	cr_expect_str_eq(cell(&asked, 0, "value"), "100");
	cr_expect_str_eq(cell(&asked, 1, "value"), "150");
	asked_fini(&asked);
	ask(&asked, follow, "indicator explain",
		ARGUMENTS("indicator", "REPORTED", "area", "320700", "period", "2025Q1"));
	cr_expect_eq(rows_of(&asked, "reported"), 2);
	cr_expect_eq(rows_of(&asked, "not_reported"), 4);
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}

/* The journal may be opened once in a process, so another one writes to it. */
static void append_elsewhere(int64_t visits)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct writing writing;

		writing_open(&writing);
		append_of(
			&writing, 1, HM, "2025-01", (uint32_t)visits, GIVEN({ VISIT, visits, 0 }));
		journal_close(writing.journal);
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void visits_expect(struct answering *answering, const char *visits)
{
	struct asked asked;

	ask_of(&asked, answering, 1, (struct question){ .verb = bytes_str("indicator show") },
		ARGUMENTS("indicator", "VISITS_YEAR", "area", "320700", "period", "2025"));
	cr_expect_str_eq(cell(&asked, 0, "shown"), visits);
	asked_fini(&asked);
}

Test(verbs, a_corrected_report_changes_what_was_remembered)
{
	struct answering *answering;
	struct writing writing;
	struct follow *follow;

	journal_begin(&writing);
	append_of(&writing, 1, HM, "2025-01", 1, GIVEN({ VISIT, 7, 0 }));
	journal_close(writing.journal);
	follow = follow_all();
	must(answering_new(follow, &answering));
	visits_expect(answering, "7");
	visits_expect(answering, "7");
	append_elsewhere(8);
	while (follow_step(follow) == 0)
		;
	visits_expect(answering, "8");
	answering_free(answering);
	follow_close(follow);
	folder_remove();
}
